"""What is owed to people, in the terminal."""

import json
from datetime import date

import builders_workflow as b
import pytest
from builders import a_person, a_vacancy, a_village
from builders_offices import hired, token_of
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import EVERYWHERE, Role, Territory, TerritoryKind
from service.models.negative_entries import NegativeEntry
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.usecases.workflow.appointments import save_appointments


@pytest.fixture
def office(talentpool, api, database, actor, now, monkeypatch):
    """The command line of an officer with a token, and one person on record."""
    save(database, actor, now, villages=[a_village()], people=[a_person()])
    monkeypatch.setenv("TALENTPOOL_TOKEN", api.environ_base["HTTP_AUTHORIZATION"].split()[1])
    return talentpool


def test_the_host_alone_hands_out_and_erases_nobody(installed):
    installed("--as", "operator", "person", "file", "P1", "-o", "x.html", exit_code=1)
    installed("--as", "operator", "person", "erase", "P1", "--document", "函", "--yes", exit_code=1)


def test_a_file_is_written_to_read_or_as_json_for_its_owner_only(office, tmp_path):
    for name in ("file.html", "file.json"):
        office("person", "file", "P1", "-o", str(tmp_path / name))
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert "样例甲" in (tmp_path / "file.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "file.json").read_text(encoding="utf-8"))["record"]["name"] == "样例甲"


def test_from_consent_to_erasure(office, database, now, tmp_path, monkeypatch):
    for language in ("zh", "en"):
        (tmp_path / language).write_text("同意。", encoding="utf-8")
    office("person", "consent-text", "--zh", str(tmp_path / "zh"), "--en", str(tmp_path / "en"))
    signed = ("--signed-by", "样例甲", "--document", "同意书1", "--on", "2026-11-20")
    office("person", "consent", "P1", *signed)
    office("person", "consent", "P1", *signed, "--withdraw")
    assert json.loads(office("retention", "--within", "100", "--json").stdout)["items"] == [
        {"person_no": "P1", "ground": "withdrawn", "started_on": "2026-11-20", "due_on": "2027-02-19", "is_held": False}
    ]
    told = office("person", "correct", "P1", "--field", "employer", "--value", "新单位", "--reason", "调动")
    assert "：待处理。" in told.stdout + told.stderr
    office("person", "hold", "P1", "--reason", "申诉", "--document", "函1")
    office("person", "erase", "P1", "--document", "函2", "--on-request", "--yes", exit_code=1)
    office("person", "hold", "P1", "--reason", "已结", "--lift", "1")
    office("person", "erase", "P1", "--document", "函2", "--on-request", "--yes", exit_code=1)
    hired(database, username="colleague", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE, now=now)
    monkeypatch.setenv("TALENTPOOL_TOKEN", token_of(database, "colleague"))
    office("person", "erase", "P1", "--document", "函2", "--on-request", "--yes")
    assert json.loads(office("retention", "--within", "3000", "--json").stdout)["items"] == []


def test_a_candidate_takes_back_the_own_consent_in_the_terminal_without_naming_a_paper(
    office, database, now, monkeypatch
):
    with database.reading() as session:
        own = Territory(TerritoryKind.OWN, person_id=session.scalar(select(Person.id).where(Person.person_no == "P1")))
    hired(database, username="herself", roles=frozenset({Role.CANDIDATE}), territory=own, now=now)
    monkeypatch.setenv("TALENTPOOL_TOKEN", token_of(database, "herself"))
    office("person", "consent", "P1", "--withdraw")
    with database.reading() as session:
        assert session.scalars(select(Person)).one().consent_matching is False


def test_two_officers_erase_in_the_terminal_where_the_department_wants_two(office, database, now, monkeypatch):
    monkeypatch.setenv("TALENTPOOL_ERASURE_BY_TWO", "1")
    office("person", "erase", "P1", "--on-request", exit_code=2)
    office("person", "erase", "P1", "--confirm", exit_code=2)
    office("person", "erase", "P1", "--document", "函2", "--on-request")
    (asked,) = json.loads(office("person", "erasures", "--json").stdout)["items"]
    assert (asked["person_no"], asked["requested_by"], asked["document"]) == ("P1", "admin", "函2")
    office("person", "erase", "P1", "--confirm", "--reason", "核对", "--yes", exit_code=1)  # asked for it
    office("person", "erase", "P1", "--refuse", "--reason", "误提")
    office("person", "erase", "P1", "--document", "函3", "--on-request")
    hired(database, username="colleague", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE, now=now)
    monkeypatch.setenv("TALENTPOOL_TOKEN", token_of(database, "colleague"))
    office("person", "erase", "P1", "--confirm", "--reason", "核对", "--yes")
    with database.reading() as session:
        assert session.scalars(select(Person.record_status)).all() == [RecordStatus.ERASED]


def test_who_stands_on_a_running_list_is_not_erased_in_the_terminal_either(talentpool, api, database, now, monkeypatch):
    b.decide(database, now=now)
    with database.reading() as session:
        shortlist_no = session.scalars(select(Shortlist.shortlist_no)).one()
    monkeypatch.setenv("TALENTPOOL_TOKEN", api.environ_base["HTTP_AUTHORIZATION"].split()[1])
    asked = ("person", "erase", "P1", "--document", "函2", "--on-request", "--yes")
    for language, word, way in (
        ("zh", "办理中的名单上", "请先在"),
        ("en", "lists that run", "Conclude on the candidacy on"),
    ):
        refused = talentpool("--lang", language, *asked, exit_code=1)
        assert (word in refused.stderr, f"{way} {shortlist_no}" in refused.stderr) == (True, True), refused.stderr
    talentpool("person", "erase", "P2", "--document", "函2", "--on-request", "--yes")
    with database.reading() as session:
        erased = select(Person.person_no).where(Person.record_status == RecordStatus.ERASED)
        assert session.scalars(erased).all() == ["P2"]


def test_a_discipline_officer_writes_the_negative_list(talentpool, database, actor, now, monkeypatch):
    save(database, actor, now, villages=[a_village()], people=[a_person()])
    entry = ("--entry", "NG03", "--document", "示纪函1", "--until", "2099-01-01")
    for role in (Role.OFFICER, Role.DISCIPLINE):
        hired(database, username=role, roles=frozenset({role}), territory=EVERYWHERE, now=now)

    def write(role, *options, exit_code):
        monkeypatch.setenv("TALENTPOOL_TOKEN", token_of(database, role))
        return talentpool("person", "negative-list", "P1", *options, exit_code=exit_code)

    def flags():
        with database.reading() as session:
            return session.scalars(select(Person)).one().negative_flags

    for options in (entry, ["--end", "NG03", "--reason", "审结"], ["--none"]):
        write(Role.OFFICER, *options, exit_code=1)
    talentpool("work-lists", "negative-list", exit_code=1)
    halves = (["--entry", "NG99", "--document", "函"], ["--entry", "NG03"], ["--end", "NG03"], [], [*entry, "--none"])
    for options in halves:
        write(Role.DISCIPLINE, *options, exit_code=2)
    assert flags() is None or flags() == ()
    write(Role.DISCIPLINE, *entry, exit_code=0)
    assert flags() == ("NG03",)
    told = {"person_no": "P1", "code": "NG03", "document": "示纪函1", "until_on": "2099-01-01", "is_due": False}
    assert json.loads(talentpool("work-lists", "negative-list", "--json").stdout)["items"] == [told]
    assert "示纪函1" in talentpool("work-lists", "negative-list").stdout
    assert json.loads(talentpool("work-lists", "negative-list", "--due", "--json").stdout)["items"] == []
    write(Role.DISCIPLINE, *entry, exit_code=1)  # it stands there with its document
    assert "--end" in write(Role.DISCIPLINE, "--none", exit_code=1).stderr
    write(Role.DISCIPLINE, "--end", "NG03", "--reason", "审结", exit_code=0)
    write(Role.DISCIPLINE, "--none", exit_code=0)
    assert flags() == ()
    with database.reading() as session:
        entry = session.scalars(select(NegativeEntry)).one()
        assert (entry.document, entry.ending_reason, entry.ended_by) == ("示纪函1", "审结", Role.DISCIPLINE)


def test_appraisals_that_are_due_are_listed_and_recorded(office, database, actor, now):
    post = {"village_code": a_village()["village_code"], "post_type": a_vacancy()["post_type"]}
    with database.unit_of_work() as session:
        record = {**post, "person_no": "P1", "started_on": date(2020, 3, 1)}
        save_appointments(session, actor=actor, records=[record], now=now)
    listed = json.loads(office("work-lists", "appraisals", "--json").stdout)
    (one,) = listed["items"]
    assert (one["person_no"], one["started_on"], listed["total"]) == ("P1", "2020-03-01", 1)
    assert one["appointment_no"] in office("work-lists", "appraisals").stdout
    signed = ("--sign", "样例署名", "--document", "示组2号", "--appraisal", "competent")
    office("move", "appointment", one["appointment_no"], "appraised", *signed)
    assert json.loads(office("work-lists", "appraisals", "--json").stdout)["items"] == []


def test_keys_are_shown_and_changed(installed):
    assert json.loads(installed("keys", "show", "--json").stdout)["items"][0]["suite"] == "aes"
    installed("keys", "rotate")
    assert [one["version"] for one in json.loads(installed("keys", "show", "--json").stdout)["items"]] == [1, 2]
    installed("keys", "retire", exit_code=1)  # every running process has to know them first


def test_who_saw_somebody_is_told_in_words_and_a_number_that_nobody_has_is_not_found(office, tmp_path):
    office("person", "file", "P1", "-o", str(tmp_path / "file.html"))
    told = office("audit", "who-saw", "P1").stdout
    assert "本人档案" in told
    assert "person_file" not in told
    assert "P9" in office("audit", "who-saw", "P9", exit_code=4).stderr
