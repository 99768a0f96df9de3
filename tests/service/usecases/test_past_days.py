from datetime import date

import pytest
from builders import a_person, a_village
from builders_registry import save

from service.errors import InvalidInput
from service.usecases.incoming.reports import SavedRecord
from service.usecases.records.past_days import PAST_ONLY, without_impossible_days
from service.usecases.records.people import edit_person, register_person

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("key", PAST_ONLY)
def test_tomorrow_is_refused_with_place_value_and_remedy(key):
    saved = SavedRecord(0)
    assert without_impossible_days({key: date(2026, 11, 24), "sex": "1"}, today=TODAY, saved=saved) == {"sex": "1"}
    (finding,) = saved.findings
    assert (finding.place, finding.value) == (key, "2026-11-24")
    assert finding.remedy is not None


@pytest.mark.parametrize(
    ("birth", "is_taken"),
    [
        (date(2012, 11, 23), True),
        (date(2012, 11, 24), False),
        (date(1900, 1, 1), True),
        (date(1899, 12, 31), False),
        (None, True),
    ],
)
def test_a_person_is_at_least_fourteen_and_born_since_1900(birth, is_taken):
    record = {"birth_date": birth, "birth_date_is_month": True}
    kept = without_impossible_days(record, today=TODAY, saved=SavedRecord(0))
    assert kept == (record if is_taken else {})


def test_a_month_of_retirement_may_lie_ahead():
    record = {"retirement_month": date(2040, 1, 1)}
    assert without_impossible_days(record, today=TODAY, saved=SavedRecord(0)) == record


def test_one_record_with_a_future_day_is_refused_with_its_field(database, actor, now):
    save(database, actor, now, villages=[a_village()])
    record = a_person(work_start_date=date(2099, 1, 1))
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        register_person(session, actor=actor, record=record, now=now)
    assert (refused.value.place, refused.value.value) == ("work_start_date", "2099-01-01")
    assert refused.value.remedy is not None
    assert list(refused.value.fields) == ["work_start_date"]


def test_an_edit_with_a_future_day_is_refused_and_names_only_its_field(database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person()])
    record = {"birth_date": date(2099, 1, 1), "birth_date_is_month": False}
    with database.unit_of_work() as session, pytest.raises(InvalidInput) as refused:
        edit_person(session, actor=actor, person_no="P1", record=record, expected_version=1, now=now)
    assert list(refused.value.fields) == ["birth_date"]
