"""The pages of clerks and administrators in a real browser: a bad file from end to end, and every page accessible."""

import pytest
from builders import a_person, an_actor
from sqlalchemy import select

from service.models.identity import DuplicatePair
from service.usecases import registration
from service.usecases.duplicate_search import find_duplicates
from tests.service.web.builders_browser import BEYOND, MARKS, violations_of
from tests.service.web.builders_imports import a_bad_file
from tests.service.web.builders_pages import page_of, post_form, requested_shortlist

pytestmark = MARKS


def _wrong(page) -> list[str]:
    """Return what axe finds, and what is wider than the window."""
    too_wide = page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]
    return violations_of(page) + (page.evaluate(BEYOND) if too_wide else [])


BOTH = [("zh", 1366), pytest.param("en", 390, marks=pytest.mark.prove)]


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_a_bad_file_is_led_through_all_four_steps(window, tmp_path, language, width):
    opened = window(language, width=width)
    page = opened.open("/imports/new")
    wrong = _wrong(page)
    page.set_input_files("#file", str(a_bad_file(tmp_path)))
    opened.follow(".wform .btn.main")
    wrong += _wrong(page)
    opened.follow("button[value=check]")
    assert page.locator("td.bad").count() == 4
    wrong += _wrong(page)
    opened.follow('button[value="名册!H2"]')
    assert page.locator("td.bad").count() == 3
    opened.follow(".tabs a >> nth=1")
    opened.follow(".stepbar2 .btn.main")
    wrong += _wrong(page)
    page.check("#undo input[type=checkbox]")
    opened.follow("#undo .btn")
    assert page.locator(".flash.done").count() == 1
    assert wrong == []
    assert opened.complaints == []


@pytest.fixture
def pages(browser, database, now) -> list[str]:
    """Fill every page of clerks and administrators and return their addresses."""
    twice = [a_person(person_no=number, name="样例双", id_number=None, phone="00099999999") for number in ("D1", "D2")]
    with database.unit_of_work() as session:
        registration.save_people(session, actor=an_actor(), records=twice, now=now)
    find_duplicates(database, actor=an_actor(), now=lambda: now)
    with database.reading() as session:
        pair_id = session.scalars(select(DuplicatePair.id).order_by(DuplicatePair.first_id.desc())).first()
    shortlist_no = requested_shortlist(browser).rpartition("/")[2]
    waived = {"person_no": "P98", "vacancy_no": "V1", "rule_id": "FS-02", "reason": "急需", "document": "示组 5 号"}
    assert post_form(browser, "/waivers", waived, seen="/waivers").status_code == 303
    wanted = {"kind": "create", "username": "xinren", "role": "operator", "territory": "system", "reason": "新任"}
    post_form(browser, "/accounts/changes", wanted, seen="/accounts")
    changed = {"limit:FS-02": "2", "act": "propose", "reason": "试行"}
    proposal = post_form(browser, "/rulebook/edit", changed, seen="/rulebook/edit").headers["Location"]
    assert "D1 / D2" in page_of(browser, "/duplicates")
    return [
        "/imports", "/duplicates", "/duplicates?state=later", f"/duplicates/{pair_id}?merge=1", "/duplicates/merges",
        "/jobs", "/audit", "/exports", "/accounts", "/waivers", "/checks", f"/checks?shortlist_no={shortlist_no}",
        "/reports/overrides", "/rulebook/edit", "/rulebook/proposals", proposal,
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("en", 390), pytest.param("zh", 1366, marks=pytest.mark.prove)])
def test_every_page_of_clerks_and_administrators_is_accessible_and_fits(window, pages, language, width):
    opened, wrong = window(language, width=width), []
    for address in pages:
        wrong += _wrong(opened.open(address))
    assert wrong == []
    assert opened.complaints == []
