"""What somebody else changed meanwhile, in English in a narrow window: both versions, whole and accessible."""

from datetime import timedelta

from builders import an_actor
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from service.models.accounts import AccountSession
from service.usecases.records import people
from service.usecases.records.vacancies import edit_vacancy
from service.usecases.workflow import reviewing
from tests.service.web.builders_browser import MARKS, violations_of
from tests.service.web.builders_desk import list_under_review

pytestmark = MARKS
OTHER = an_actor(username="样例他人")


def test_records_that_were_changed_meanwhile_stand_beside_what_was_typed(window, browser, database, now):
    opened = window("en", width=390)
    page = opened.open("/people/P01/fields/current_post")
    with database.unit_of_work() as session:
        told = {"record": {"current_post": "他人所填"}, "expected_version": 1, "now": now}
        people.edit_person(session, actor=OTHER, person_no="P01", **told)
    page.fill(".inplace [name=current_post]", "本人所填")
    page.click(".inplace .btn.main")
    page.wait_for_selector("#esum")
    assert "他人所填" in page.locator("#esum").inner_text()
    found = violations_of(page)
    page = opened.open("/vacancies/V1/edit")
    version = int(page.input_value(".record-form [name=version]"))
    with database.unit_of_work() as session:
        told = {"record": {"headcount": 3}, "expected_version": version, "now": now}
        edit_vacancy(session, actor=OTHER, vacancy_no="V1", **told)
    page.fill(".record-form [name=headcount]", "2")
    opened.follow(".record-form .btn.main")
    assert "Somebody else" in page.locator("main").inner_text()
    assert [*found, *violations_of(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_opinion_comes_back_after_signing_in_beside_what_the_office_concluded_meanwhile(
    window, browser, database, admin, now
):
    opened = window("en", width=390)
    page = opened.open(f"{list_under_review(browser)}?as=own")
    page.keyboard.press("r")
    page.select_option("#decision", "recommend")
    page.fill("#reason", "先看考察结果")
    number, version = (page.input_value(f".verbs [name={name}]") for name in ("candidacy_no", "version"))
    with database.unit_of_work() as session:
        told = {"candidacy_no": number, "version": int(version), "now": now}
        reviewing.conclude(session, actor=OTHER, decision=ReviewDecision.RESERVE, **told)
        for one in session.scalars(select(AccountSession)):
            one.expires_at = now - timedelta(minutes=5)
    page.click("#words .btn.main")
    opened.follow("#trouble .btn.main")
    page.fill("#username", "admin")
    page.fill("#password", admin[1])
    opened.follow(".btn.main")
    told = page.locator("#esum").inner_text()
    assert "Theirs" in told
    assert "样例他人" in told
    assert "先看考察结果" in told
    assert page.input_value("#reason") == "先看考察结果"
    assert violations_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#words .btn.main")
    page.wait_for_function("told => document.querySelector('#gauge').innerText.includes(told)", arg="1/10")
