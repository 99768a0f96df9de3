"""Which day a moment belongs to."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

__all__ = ["day_of"]

# A day of the calendar is a day in China; the service keeps moments in UTC.
_CALENDAR = ZoneInfo("Asia/Shanghai")


def day_of(now: datetime) -> date:
    """Return the day in China of an aware moment."""
    return now.astimezone(_CALENDAR).date()
