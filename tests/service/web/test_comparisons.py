"""People of a list side by side."""

import re

import pytest

from service.usecases.lists.shortlists import get_shortlist
from tests.service.web.builders_pages import page_of, requested_shortlist


@pytest.fixture
def address(browser) -> str:
    return requested_shortlist(browser)


@pytest.fixture
def made(address, database, actor):
    with database.reading() as session:
        yield get_shortlist(session, actor=actor, shortlist_no=address.rpartition("/")[2])


def _compared(browser, address, made, *ranks: int) -> str:
    chosen = "&".join(f"with={made.entries[rank - 1].person.person_no}" for rank in ranks)
    return page_of(browser, f"{address}/compare?{chosen}")


def test_everybody_has_the_same_rows_and_all_of_them(browser, address, made):
    html = _compared(browser, address, made, 1, 4, 9)
    rows = re.findall(r"<tr[^>]*><th scope=\"row\">.*?</tr>", html, re.DOTALL)
    assert all(row.count("<td") == 3 for row in rows)
    assert len(rows) == 2 + len(made.entries[0].contributions) + len(made.entries[0].outcomes)


def test_the_best_cell_of_a_row_has_the_most_points(browser, address, made):
    html = _compared(browser, address, made, 1, 9)
    first, ninth = ({part["criterion_id"]: part for part in made.entries[i].contributions} for i in (0, 8))
    unlike = [key for key in first if first[key]["points"] != ninth[key]["points"]]
    assert html.count('class="best"') == len(unlike)
    for key in unlike:
        best = max(first[key], ninth[key], key=lambda part: part["points"])
        assert best["sentence"]["zh"][:4].replace(" ", "\u2009") in html


def test_without_a_choice_the_first_four_are_shown(browser, address, made):
    html = page_of(browser, f"{address}/compare")
    assert [entry.person.name in html for entry in made.entries[:5]] == [True] * 4 + [False]


@pytest.mark.parametrize("n_chosen", [1, 5])
def test_one_or_five_people_are_refused(browser, address, made, n_chosen):
    chosen = "&".join(f"with={entry.person.person_no}" for entry in made.entries[:n_chosen])
    answer = browser.get(f"{address}/compare?{chosen}")
    assert answer.status_code == 422
    assert "2 至 4 人" in answer.text.replace("\u2009", " ")


def test_a_blind_comparison_names_nobody(browser, address, made):
    html = page_of(browser, f"{address}/compare?with=1&with=2&blind=1")
    assert not [entry for entry in made.entries if entry.person.name in html or entry.person.person_no in html]
