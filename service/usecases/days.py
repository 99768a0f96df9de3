"""Which day a moment belongs to."""

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = ["day_of", "term_end"]

# A day of the calendar is a day in China; the service keeps moments in UTC.
_CALENDAR = ZoneInfo("Asia/Shanghai")


def day_of(now: datetime) -> date:
    """Return the day in China of an aware moment."""
    return now.astimezone(_CALENDAR).date()


def term_end(started_on: date, n_months: int) -> date:
    """Return the last day of a term: the day before the same day `n_months` later, or before that month's last day."""
    years, month = divmod(started_on.month - 1 + n_months, 12)
    year, month = started_on.year + years, month + 1
    day = min(started_on.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)
