"""The page of a learned card, in both languages, and the way to it."""

import re
from html import unescape

import pytest

from matching.criteria import CRITERIA
from matching.facts import PROTECTED
from matching.vocabulary import PostType
from service.rulebooks import shipped_cards
from tests.builders_models import a_model
from tests.service.web.builders_pages import learned_card_in_force, page_of


@pytest.fixture
def version(database, now):
    """Put a learned card in force and return its version."""
    return learned_card_in_force(database, now=now)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_every_level_by_policy_and_as_learned_with_the_evidence(browser, version, language):
    html = page_of(browser, f"/models/{version}", language)
    card = a_model().card
    assert html.count('<div class="ladder">') == len(card.points)
    assert html.count(" → ") >= sum(len(points) for points in card.points.values())
    for told in (version, "0.850", "0.830", "+0.150", "2026-09-30", "样例署名", "试用一季"):
        assert told in html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_card_says_first_in_words_what_it_is_for_and_what_it_never_looks_at(browser, version, language):
    html = page_of(browser, f"/models/{version}", language)
    words, _, ladders = html.partition('<div class="ladders">')
    card = a_model().card.points
    used = [CRITERIA[key].label for key, points in card.items() if max(points) > 0]
    protected = [PROTECTED[name] for name in ("sex", "ethnicity", "religion", "marital_status", "health", "photo")]
    told = unescape(words.replace("\u2009", ""))
    missing = [label for label in used + protected if label.in_(language) not in told]
    assert missing == []
    assert "2025-01-06" in words
    assert "2026-09-30" in words
    assert "NDCG" not in words
    assert "NDCG" in ladders


def test_no_criterion_reads_what_the_card_says_is_never_looked_at():
    read = {column for criterion in CRITERIA.values() for column in criterion.columns}
    assert (
        read & (PROTECTED.keys() - {"home_village_code", "home_township_code", "home_county_code", "tie_codes"})
        == set()
    )


def test_the_rulebook_leads_to_the_learned_cards_of_its_post(browser, version):
    assert f"/models/{version}" in page_of(browser, f"/rulebook?post={PostType.FIRST_SECRETARY}")
    assert f"/models/{version}" not in page_of(browser, f"/rulebook?post={PostType.INDUSTRIAL_CONSULTANT}")


def test_an_unknown_version_is_not_found(browser):
    assert browser.get("/models/nobody").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_what_moved_the_points_names_every_level_that_changed(browser, version, language):
    card, policy = a_model().card.points, a_model().policy.points
    n_changed = sum(a != b for key in card for a, b in zip(card[key], policy[key], strict=True))
    assert f"/models/{version}/moved" in page_of(browser, f"/models/{version}", language)
    html = page_of(browser, f"/models/{version}/moved", language)
    assert html.count('<th scope="row">') >= n_changed
    assert ("读法" if language == "zh" else "How to read this") in html


def test_the_api_tells_the_movement_of_a_card(api, database, now, version):
    told = api.get(f"/api/v1/models/{version}/movement")
    assert told.status_code == 200
    assert told.json["after"] == version
    assert len(told.json["levels"]) > 0


@pytest.mark.parametrize(("language", "told"), [("zh", "没有任何学习成分"), ("en", "nothing in it was learned")])
def test_the_card_of_the_policy_is_a_page_before_anything_was_learned(browser, language, told):
    for post in PostType:
        html = page_of(browser, f"/models/policy/{post}", language)
        assert told in html
        card = shipped_cards()[post]
        assert card.version in html
        best = [max(points) for points in card.points.values()]
        shown = [float(one) for one in re.findall(r'<h3>[^<]+<span class="num">([\d.]+)</span>', html)]
        assert shown == [round(one / 100, 1) for one in best]
    assert f'href="/models/policy/{post}"' in page_of(browser, f"/rulebook?post={post}", language)
    assert browser.get("/models/policy/nobody").status_code == 404


def test_the_card_of_the_policy_says_when_a_learned_one_is_in_force(browser, database, now):
    address = f"/models/policy/{PostType.FIRST_SECRETARY}"
    assert "This card is in force." in page_of(browser, address, "en")
    version = learned_card_in_force(database, now=now)
    html = page_of(browser, address, "en")
    assert "This card is not in force." in html
    assert f'href="/models/{version}"' in html
    assert f'href="{address}"' in page_of(browser, f"/models/{version}")
