"""Whose record was erased does not come back under the old number, by whatever door."""

import builders_workflow as b
import pytest
from builders import a_person, a_village, an_actor

from matching.vocabulary import RecordStatus
from service.errors import Conflict
from service.settings.retention import RetentionSettings
from service.usecases.incoming.registration import save_people, save_villages
from service.usecases.incoming.reports import SavedState
from service.usecases.privacy.erasing import ERASED_NAME, erase_person
from service.usecases.records.people import edit_person, get_person


@pytest.fixture
def erased(any_database, now):
    """P1, registered and erased on request."""
    with any_database.unit_of_work() as session:
        save_villages(session, actor=an_actor(), records=[a_village()], now=now)
        save_people(session, actor=an_actor(), records=[a_person(person_no="P1")], now=now)
        erase_person(
            session, actor=b.OFFICER, person_no="P1", document="申请书", settings=RetentionSettings(), on_request=True,
            now=now,
        )  # fmt: skip
    return any_database


def test_last_years_roster_brings_nobody_back_who_was_erased(erased, now):
    with erased.unit_of_work() as session:
        old = a_person(person_no="P1", record_status=RecordStatus.SUBMITTED)
        (row,) = save_people(session, actor=an_actor(), records=[old], now=now).records
        assert row.state is SavedState.REFUSED
        assert any("不填人员编号" in (one.remedy.zh if one.remedy else "") for one in row.findings)
        person = get_person(session, actor=an_actor(), person_no="P1")
        assert (person.name, person.record_status) == (ERASED_NAME, RecordStatus.ERASED)


def test_an_erased_record_is_not_filled_in_by_hand(erased, now):
    with erased.unit_of_work() as session:
        version = get_person(session, actor=an_actor(), person_no="P1").version
        told = {"record": {"name": "样例甲"}, "expected_version": version}
        with pytest.raises(Conflict, match="erased"):
            edit_person(session, actor=an_actor(), person_no="P1", **told, now=now)
