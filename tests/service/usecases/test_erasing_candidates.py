"""Nobody who stands on a running list is erased; who has left it, or whose list was given back, is."""

import builders_workflow as b
import pytest

from matching.vocabulary import ReviewDecision
from service.errors import Conflict
from service.settings.retention import RetentionSettings
from service.usecases import candidacies, reviewing, rounds
from service.usecases.erasing import erase_person

SETTINGS = RetentionSettings(withdrawn_months=3, archived_months=24, term_months=60)


@pytest.fixture
def city(database, actor, now):
    """A list of four under review; its number."""
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now)
        b.start_review(session, shortlist_no, now=now)
    return database, shortlist_no


def _erase(database, person_no, now):
    with database.unit_of_work() as session:
        erase_person(
            session, actor=b.OFFICER, person_no=person_no, document="函〔2026〕3号", settings=SETTINGS, now=now,
            on_request=True,
        )  # fmt: skip


def _refused(database, person_no, shortlist_no, now):
    with pytest.raises(Conflict) as refused:
        _erase(database, person_no, now)
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
            reason_codes=("R02",), reason="本人不愿，书面声明", version=one.version, now=now,
        )  # fmt: skip
    _refused(database, "P1", shortlist_no, now)
    with database.unit_of_work() as session:
        one = b.all_of(session, shortlist_no)[0]
        asked = b.asked("withdrawn", one.version, reason="本人申请删除档案")
        candidacies.move_candidacy(session, actor=b.OFFICER, candidacy_no=one.candidacy_no, asked=asked, now=now)
    _erase(database, "P1", now)


def test_a_list_that_is_proposed_or_decided_keeps_its_people_one_that_was_given_back_does_not(city, now):
    database, shortlist_no = city
    with database.unit_of_work() as session:
        b.conclude_all(session, b.all_of(session, shortlist_no), now=now)
        b.proposed(session, shortlist_no, now=now)
    _refused(database, "P1", shortlist_no, now)
    with database.unit_of_work() as session:
        asked = b.asked("returned", b.round_version(session, shortlist_no), reason="重新研究")
        rounds.move_shortlist(session, actor=b.LEADER, shortlist_no=shortlist_no, asked=asked, now=now)
    _erase(database, "P1", now)
