"""Working days in China: public holidays and the weekend days worked for them."""

from dataclasses import dataclass
from datetime import date, timedelta

from matching.vocabulary import Text

__all__ = ["MANUAL_CHECK", "Deadline", "working_days_after"]

MANUAL_CHECK = Text(
    "人工复核：该时段的法定节假日尚未公布，暂按周一至周五计算。",
    "Check by hand: the public holidays of that time are not published yet; Monday to Friday were counted.",
)
_FRIDAY = 4


@dataclass(frozen=True)
class Deadline:
    """The last day of a period of working days.

    Parameters
    ----------
    on : date
    needs_manual_check : bool
        Whether a day of the period lies outside the calendar, so that holidays were not counted.
    """

    on: date
    needs_manual_check: bool

    @property
    def note(self) -> Text | None:
        """What has to stand beside the day."""
        return MANUAL_CHECK if self.needs_manual_check else None


def working_days_after(day: date, n_days: int) -> Deadline:
    """Return the `n_days`-th working day after a day.

    Parameters
    ----------
    day : date
        Does not count itself.
    n_days : int
        At least 1.

    Raises
    ------
    ValueError
        If `n_days` is below 1.
    """
    if n_days < 1:
        raise ValueError("a period has one working day at least")
    needs_manual_check = False
    while n_days:
        day += timedelta(days=1)
        is_working, is_known = _is_working(day)
        needs_manual_check |= not is_known
        n_days -= is_working
    return Deadline(day, needs_manual_check)


def _is_working(day: date) -> tuple[bool, bool]:
    from chinese_calendar import is_workday

    try:
        return bool(is_workday(day)), True
    except NotImplementedError:  # outside the years whose holidays the State Council has published
        return day.weekday() <= _FRIDAY, False
