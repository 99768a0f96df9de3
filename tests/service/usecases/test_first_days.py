"""First day in the post and end of the term: between the notice and today, and no longer than the vacancy's term."""

from datetime import UTC, date, datetime, timedelta

import builders_workflow as b
import pytest
from builders_installations import filled
from sqlalchemy import select

from service.errors import InvalidInput
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.usecases.days import day_of, term_end
from service.usecases.workflow import appointing

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AFTER = NOW + timedelta(days=10)  # the notice runs from 23 to 27 November
TODAY, NOTICE_ENDS = day_of(AFTER), date(2026, 11, 27)
LATEST = term_end(TODAY, 24)


@pytest.fixture(scope="module")
def starting_directory(migrated_directory, tmp_path_factory):
    """An installation with somebody who has been handed over to the village, and is not in post yet."""
    directory = tmp_path_factory.mktemp("handed-over")
    filled(directory, migrated=migrated_directory, fill=hand_over)
    return directory


def hand_over(database):
    candidacy_no = b.decide(database, now=NOW)
    with database.unit_of_work() as session:
        one = session.scalars(select(Candidacy).where(Candidacy.candidacy_no == candidacy_no)).one()
        made = appointing.begin_appointment(
            session, actor=b.OFFICER, candidacy_no=candidacy_no, version=one.version, office="示范县委组织部",
            office_phone="0000-1234567", now=NOW,
        )  # fmt: skip
        move(session, made, "confirmed")
        move(session, made, "handover")


def move(session, made, to, *, now=AFTER, actor=b.OFFICER, **given):
    step = b.asked(to, made.version, **given)
    return appointing.move_appointment(session, actor=actor, appointment_no=made.appointment_no, asked=step, now=now)


@pytest.mark.parametrize(
    ("days", "place", "problem"),
    [
        ({"started_on": date(1990, 1, 1)}, "started_on", "not after the end of the public notice, 2026-11-27"),
        ({"started_on": NOTICE_ENDS}, "started_on", "not after the end of the public notice"),
        ({"started_on": TODAY + timedelta(days=1)}, "started_on", "lies in the future"),
        ({"term_ends_on": date(1980, 1, 1)}, "term_ends_on", "not after 2026-12-03"),
        ({"term_ends_on": TODAY}, "term_ends_on", "not after"),
        ({"term_ends_on": LATEST + timedelta(days=1)}, "reason", "24 months, ends on 2028-12-02: give a reason"),
        ({"term_ends_on": date(9999, 1, 1)}, "reason", "give a reason"),
    ],
)
def test_a_day_that_cannot_be_is_refused(database, days, place, problem):
    with database.unit_of_work() as session:
        made = session.scalars(select(Appointment)).one()
        with pytest.raises(InvalidInput, match=problem) as refused:
            move(session, made, "in_post", more=days)
        assert (refused.value.place, set(refused.value.fields)) == (place, {place})
        assert refused.value.value in days.values()
        assert refused.value.remedy is not None


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({"started_on": NOTICE_ENDS + timedelta(days=1), "term_ends_on": date(2027, 6, 1)}, None),
        ({"term_ends_on": LATEST}, None),
        ({"term_ends_on": LATEST + timedelta(days=90)}, "县委同意延长一季度"),
    ],
)
def test_a_day_within_the_bounds_or_with_a_reason_is_taken(database, days, reason):
    with database.unit_of_work() as session:
        made = move(session, session.scalars(select(Appointment)).one(), "in_post", more=days, reason=reason)
        assert made.started_on == days.get("started_on", TODAY)
        assert made.term_ends_on == days["term_ends_on"]


def test_a_renewal_longer_than_a_term_needs_a_reason(database):
    later = NOW + timedelta(days=700)
    with database.unit_of_work() as session:
        made = move(session, session.scalars(select(Appointment)).one(), "in_post")
        move(session, made, "appraised", now=later, more={"appraisal": "excellent"})
        longer = {"term_ends_on": term_end(made.term_ends_on + timedelta(days=1), 24) + timedelta(days=1)}
        with pytest.raises(InvalidInput, match="24 months, ends on 2030-12-02: give a reason"):
            move(session, made, "renewed", now=later, actor=b.LEADER, more=longer)
        move(session, made, "renewed", now=later, actor=b.LEADER, more=longer, reason="县委同意延长")
        assert made.term_ends_on == longer["term_ends_on"]
