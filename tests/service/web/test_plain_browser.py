"""What matters works without a script: registering, importing, proposing and deciding, changing the rules."""

import re

from sqlalchemy import select

from service.models.moves import Move
from service.models.shortlists import Shortlist
from service.usecases.records.people import get_person
from tests.service.web.builders_browser import MARKS
from tests.service.web.builders_desk import list_under_review
from tests.service.web.builders_imports import a_bad_file

pytestmark = MARKS


def test_somebody_is_registered_after_who_it_may_be_was_shown_without_a_script(window, database, actor):
    opened = window(script=False)
    page = opened.open("/people/new")
    with database.reading() as session:
        name = get_person(session, actor=actor, person_no="P01").name
    page.fill("#f-name", name)
    page.fill("#f-phone", "00000000001")
    page.select_option("#f-talent_source", "T2")
    opened.follow(".endbar .btn.main")
    assert "P01" in page.inner_text("#known")
    assert page.input_value("#f-phone") == "00000000001"
    opened.follow(".endbar .btn.main")
    assert re.search(r"/people/P", page.url)
    assert name in page.inner_text("h1")


def test_a_file_goes_through_all_steps_without_a_script(window, tmp_path):
    opened = window(script=False)
    page = opened.open("/imports/new")
    page.set_input_files("#file", str(a_bad_file(tmp_path)))
    opened.follow(".wform .btn.main")
    opened.follow("button[value=check]")
    assert page.locator("td.bad").count() == 4
    opened.follow('button[value="名册!H2"]')
    assert page.locator("td.bad").count() == 3
    opened.follow(".stepbar2 .btn.main")
    assert page.locator("#undo").count() == 1


def test_a_list_is_proposed_and_decided_without_a_script(window, browser, database):
    address = list_under_review(browser, k=1)
    with database.unit_of_work() as session:
        session.scalars(select(Shortlist)).one().requested_by = "second"
    opened = window(script=False)
    opened.open(f"{address}?words=R02")
    opened.follow("#words .btn.main")
    page = opened.open(f"{address}/round")
    page.fill("#proposed-reason", "只此一人")
    page.fill("#proposed-signed_name", "样例署名")
    opened.follow("[aria-labelledby=to-proposed] .btn.main")
    with database.unit_of_work() as session:
        session.scalars(select(Move).where(Move.to_state == "proposed")).one().username = "second"  # nor decides
    page = opened.open(f"{address}/round")  # who proposed is not shown what decides
    page.click("[aria-labelledby=to-decided] summary")  # nobody is ready: to decide on nobody is the way apart
    written = {"meeting": "部务会", "held_on": "2026-11-23", "n_entitled": "9", "n_present": "8", "n_for": "8"}
    written |= {"n_against": "0", "n_abstained": "0", "document": "部务会纪要3号", "reason": "另行补充人选"}
    for name, value in written.items():
        page.fill(f"#decided-{name}", value)
    page.fill("#decided-signed_name", " ")  # an empty one the browser itself does not send
    opened.follow("[aria-labelledby=to-decided] .btn.main")  # without a signature: refused, and nothing is lost
    assert page.input_value("#decided-document") == "部务会纪要3号"
    page.fill("#decided-signed_name", "样例署名")
    opened.follow("[aria-labelledby=to-decided] .btn.main")
    assert page.locator("#vote-t").count() == 1


def test_rules_are_tried_out_and_proposed_without_a_script(window):
    opened = window(script=False)
    page = opened.open("/rulebook/edit")
    page.fill("[name='limit:FS-02']", "2")
    opened.follow(".tabs button:nth-child(2)")
    assert page.input_value("#more") == "FS-02.limit = 2"
    opened.follow(".stepbar2 [value=effect]")
    assert page.locator("#effect").count() == 1
    page.fill("#reason", "试行一年")
    opened.follow("[value=propose]")
    assert "试行一年" in page.inner_text("main")
