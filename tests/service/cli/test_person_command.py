"""What is owed to people, in the terminal."""

import json

import builders_workflow as b
import pytest
from builders import a_person, a_village
from builders_offices import hired, token_of
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus
from service.access import EVERYWHERE, Role
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.shortlists import Shortlist


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
    office("person", "correct", "P1", "--field", "employer", "--value", "新单位", "--reason", "调动")
    office("person", "hold", "P1", "--reason", "申诉", "--document", "函1")
    office("person", "erase", "P1", "--document", "函2", "--on-request", "--yes", exit_code=1)
    office("person", "hold", "P1", "--reason", "已结", "--lift", "1")
    office("person", "erase", "P1", "--document", "函2", "--on-request", "--yes", exit_code=1)
    hired(database, username="colleague", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE, now=now)
    monkeypatch.setenv("TALENTPOOL_TOKEN", token_of(database, "colleague"))
    office("person", "erase", "P1", "--document", "函2", "--on-request", "--yes")
    assert json.loads(office("retention", "--within", "3000", "--json").stdout)["items"] == []


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
    for role in (Role.OFFICER, Role.DISCIPLINE):
        hired(database, username=role, roles=frozenset({role}), territory=EVERYWHERE, now=now)
        monkeypatch.setenv("TALENTPOOL_TOKEN", token_of(database, role))
        codes = (1, 2, 2, 1) if role is Role.OFFICER else (0, 2, 2, 0)
        for code, options in zip(codes, (["--entry", "NG03"], ["--entry", "NG99"], [], ["--none"]), strict=True):
            talentpool("person", "negative-list", "P1", *options, exit_code=code)
            if role is Role.DISCIPLINE and options == ["--entry", "NG03"]:
                with database.reading() as session:
                    assert session.scalars(select(Person)).one().negative_flags == ("NG03",)
    with database.reading() as session:
        assert session.scalars(select(Person)).one().negative_flags == ()
        lines = session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "edit_person")).all()
        assert lines == [Role.DISCIPLINE] * 2


def test_keys_are_shown_and_changed(installed):
    assert json.loads(installed("keys", "show", "--json").stdout)["items"][0]["suite"] == "aes"
    installed("keys", "rotate")
    assert [one["version"] for one in json.loads(installed("keys", "show", "--json").stdout)["items"]] == [1, 2]
    installed("keys", "retire", exit_code=1)  # every running process has to know them first
