"""Who saw a person and what a user did: views, lists, exports and refusals are all found."""

from datetime import datetime

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_audit import a_log

from service.access import Actor, Role
from service.audit_lines import Occasion
from service.db import Database
from service.errors import Forbidden, InvalidInput
from service.queries.audit import lines_about, lines_of
from service.usecases.auditing.audit_lines import LogQuery, export_log, read_log
from service.usecases.incoming import registration
from service.usecases.lists import shortlists
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.records import people

AUDITOR = an_actor(Role.AUDITOR, username="auditor")


def test_who_saw_a_person_is_told_of_lists_records_shortlists_and_exports(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    with any_database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
        both = [a_person(), a_person(person_no="P2", id_number=None)]
        registration.save_people(session, actor=actor, records=both, now=now)
    with any_database.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=5, now=now)
        number = made.shortlist_no
    with any_database.reading(occasion=Occasion(at=now, address="192.0.2.1")) as session:
        people.list_people(session, actor=actor)
        people.get_person(session, actor=actor, person_no="P1")
        shortlists.get_shortlist(session, actor=actor, shortlist_no=number)
    with any_database.unit_of_work() as session:
        make_export(session, Wanted(kind="roster", file_format="csv"), actor=actor, now=now)
    with any_database.reading() as session:
        seen = {line.action for line in lines_about(session, kind="person", number="P1")}
        assert {"list_people", "view_person", "view_shortlist", "export"} <= seen
        others = {line.action for line in lines_about(session, kind="person", number="P2")}
        assert "list_people" in others
        assert "view_person" not in others
        assert lines_about(session, kind="person", number="P3") == []


def test_pages_of_the_log_join_without_a_gap_and_without_a_repetition(
    any_database: Database, actor: Actor, now: datetime
) -> None:
    a_log(any_database, actor=actor, now=now, n_lines=60)
    with any_database.reading() as session:
        found: list[int] = []
        before = None
        while page := lines_about(session, kind="person", number="P11", before=before, limit=2):
            found += [line.id for line in page]
            before = page[-1].id
        assert found == [12, 11]  # itself, and the list that begins one before it
        assert len(lines_of(session, username=actor.username, limit=100)) == 60


def test_only_auditors_read_everything_and_everybody_reads_the_own_deeds(
    database: Database, actor: Actor, now: datetime
) -> None:
    a_log(database, actor=actor, now=now, n_lines=10)
    officer = an_actor(Role.OFFICER, username="officer")
    with database.reading() as session:
        assert len(read_log(session, LogQuery(), actor=AUDITOR)) == 10
    with database.reading() as session:
        assert read_log(session, LogQuery(username="officer"), actor=officer) == []
    for query in (LogQuery(), LogQuery(username="admin"), LogQuery(person_no="P1")):
        with pytest.raises(Forbidden), database.reading() as session:
            read_log(session, query, actor=officer)
    with database.reading() as session:
        deeds = [line.action for line in lines_of(session, username="officer")]
        assert deeds == ["refused", "refused", "refused", "read_audit"]


def test_the_log_is_exported_whole_and_the_export_is_a_line(database: Database, actor: Actor, now: datetime) -> None:
    a_log(database, actor=actor, now=now, n_lines=25)
    with database.unit_of_work() as session:
        made = export_log(session, LogQuery(), actor=AUDITOR, file_format="csv", now=now)
    assert (made.n_rows, made.content.count(b"view_people")) == (25, 5)
    with database.reading() as session:
        (line,) = lines_of(session, username="auditor")
        assert (line.action, line.subject_kind) == ("export", "audit")


def test_a_query_for_both_a_person_and_an_account_is_refused() -> None:
    with pytest.raises(InvalidInput):
        LogQuery.checked(person_no="P1", username="admin")
    with pytest.raises(InvalidInput):
        LogQuery.checked(limit=501)
