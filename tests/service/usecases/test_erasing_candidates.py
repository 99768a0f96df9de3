"""Nobody who stands on a running list is erased; who has left it, whose list was given back or chose others, is."""

from dataclasses import replace

import builders_workflow as b
import pytest
from builders import a_village
from builders_registry import save
from sqlalchemy import select

from matching.vocabulary import RecordStatus, ReviewDecision
from service.access import Territory, TerritoryKind
from service.errors import Conflict
from service.models.shortlists import Shortlist
from service.settings.retention import RetentionSettings
from service.usecases.lists.list_changes import changes_since
from service.usecases.lists.replay import replay_shortlist
from service.usecases.privacy.erasing import erase_person
from service.usecases.records.people import find_person
from service.usecases.workflow import candidacies, reviewing, rounds

SETTINGS = RetentionSettings(withdrawn_months=3, archived_months=24, term_months=60)


@pytest.fixture
def city(database, actor, now):
    """A list of four under review; its number."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        b.start_review(session, shortlist_no, now=now)
    return database, shortlist_no


def _erase(database, person_no, now, *, actor=b.OFFICER):
    with database.unit_of_work(actor) as session:
        erase_person(
            session, actor=actor, person_no=person_no, document="函〔2026〕3号", settings=SETTINGS, now=now,
            on_request=True,
        )  # fmt: skip


def _refused(database, person_no, shortlist_no, now):
    with pytest.raises(Conflict) as refused:
        _erase(database, person_no, now)
    assert shortlist_no in refused.value.remedy.zh
    assert shortlist_no in refused.value.remedy.en
    assert (refused.value.place, refused.value.value) == ("shortlist_no", shortlist_no)
    assert shortlist_no in refused.value.problem.zh
    assert shortlist_no in refused.value.problem.en
    assert "withdrawn" in refused.value.remedy.en


def test_a_candidate_is_erased_once_the_candidacy_is_ended(city, now):
    database, shortlist_no = city
    _refused(database, "P1", shortlist_no, now)
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        reviewing.conclude(
            session, actor=b.OFFICER, candidacy_no=one.candidacy_no, decision=ReviewDecision.DECLINED_BY_PERSON,
            reason_codes=("R02",), reason="本人不愿", document="书面声明", version=one.version, now=now,
        )  # fmt: skip
    _refused(database, "P1", shortlist_no, now)
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        asked = b.asked("withdrawn", one.version, reason="本人申请删除档案")
        candidacies.move_candidacy(session, actor=b.OFFICER, candidacy_no=one.candidacy_no, asked=asked, now=now)
    _erase(database, "P1", now)


def test_a_list_that_is_proposed_keeps_its_people_one_that_was_given_back_does_not(city, now):
    database, shortlist_no = city
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        b.proposed(session, shortlist_no, now=now)
    _refused(database, "P1", shortlist_no, now)
    with database.unit_of_work() as session:
        asked = b.asked("returned", b.round_version(session, shortlist_no), reason="重新研究")
        rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)
    _erase(database, "P1", now)


def test_a_decided_list_keeps_whom_it_chose_only_and_replays_without_the_others(database, now):
    b.decide(database, now=now)
    with database.reading() as session:
        shortlist_no = session.scalars(select(Shortlist.shortlist_no)).one()
        before = replay_shortlist(session, actor=b.OFFICER, shortlist_no=shortlist_no).replay
    _refused(database, "P1", shortlist_no, now)
    for number in ("P2", "P3"):  # recommended but not chosen, and not suitable
        _erase(database, number, now)
    with database.reading() as session:
        after = replay_shortlist(session, actor=b.OFFICER, shortlist_no=shortlist_no).replay
        assert (after.agrees, after.places, after.versions) == (True, before.places, before.versions)
        assert [one.person.record_status for one in b.all_of(session, shortlist_no)] == [
            RecordStatus.VERIFIED, RecordStatus.ERASED, RecordStatus.ERASED, RecordStatus.VERIFIED,
        ]  # fmt: skip
        today = changes_since(session, actor=b.OFFICER, shortlist_no=shortlist_no, now=now)
        told = [(one.person.person_no, [reason.en for reason in one.reasons]) for one in today.people]
        assert told.count((None, ["No longer in the pool: erased."])) == 2


def test_a_list_of_another_place_keeps_the_person_and_is_not_named(database, actor, now):
    there, here = "239902100201", replace(b.OFFICER, territory=Territory(TerritoryKind.COUNTY, "239901"))
    save(database, actor, now, villages=[a_village(village_code=there, county="他县", township="他镇", village="他村")])
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now, village_code=there)
        b.start_review(session, shortlist_no, now=now)
    for officer in (here, replace(b.OFFICER, scopes=frozenset({"erase", "read_people"}))):
        with pytest.raises(Conflict) as refused:
            _erase(database, "P1", now, actor=officer)
        told = repr((refused.value.sentence("zh"), refused.value.sentence("en"), refused.value.value))
        assert [secret for secret in (shortlist_no, "V1", "C2026", "他县", "239902") if secret in told] == []
        assert "1 of other places" in told
        assert "the city's organization department" in told
    with database.reading() as session:
        assert find_person(session, actor=b.OFFICER, person_no="P1").record_status is RecordStatus.VERIFIED
