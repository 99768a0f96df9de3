"""Days that must lie in the past: the one place for single records and for files."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from matching.vocabulary import Text
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = ["PAST_ONLY", "YOUNGEST_YEARS", "without_impossible_days"]

#: Days of a person that have happened; a month of retirement may lie ahead.
PAST_ONLY = ("birth_date", "party_join_date", "work_start_date", "recruited_on", "current_post_date", "registered_on")
YOUNGEST_YEARS = 14
_EARLIEST_BIRTH = date(1900, 1, 1)


def without_impossible_days(record: Mapping[str, Any], *, today: date, saved: SavedRecord) -> Mapping[str, Any]:
    """Return a person's record without the days that cannot be.

    Parameters
    ----------
    record : mapping
    today : date
        Day of the request.
    saved : SavedRecord
        Takes a finding for each day that is left out.
    """
    refused = {key: found for key in PAST_ONLY if (found := _impossible(key, record.get(key), today)) is not None}
    for key, (problem, remedy) in refused.items():
        saved.find(key, problem, Severity.LEFT_OUT, remedy=remedy, value=record[key].isoformat())
    gone = {*refused, "birth_date_is_month"} if "birth_date" in refused else refused.keys()
    return {key: value for key, value in record.items() if key not in gone} if refused else record


def _impossible(key: str, day: date | None, today: date) -> tuple[Text, Text] | None:
    if day is None:
        return None
    if day > today:
        return _IN_THE_FUTURE.filled(today=today.isoformat()), _CHECK_DAY
    if key == "birth_date" and day < _EARLIEST_BIRTH:
        return _TOO_EARLY, _CHECK_BIRTH
    if key == "birth_date" and _age_years(day, today) < YOUNGEST_YEARS:
        return _TOO_YOUNG, _CHECK_BIRTH
    return None


def _age_years(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


_IN_THE_FUTURE = Text("晚于今天（{today}）。", "It is after today ({today}).")
_CHECK_DAY = Text("请核对年份，填写已经发生的日期。", "Check the year; give a day that has passed.")
_TOO_EARLY = Text("出生日期早于 1900 年。", "The date of birth is before 1900.")
_TOO_YOUNG = Text(f"不满 {YOUNGEST_YEARS} 周岁。", f"The person is younger than {YOUNGEST_YEARS} years.")
_CHECK_BIRTH = Text("请对照身份证核对出生日期。", "Check the date of birth with the identity card.")
