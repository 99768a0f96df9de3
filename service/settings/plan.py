"""Settings of the city's plan: how many people the pools shall have, and from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matching.vocabulary import Text
from service.errors import NotConfigured
from service.settings.values import whole_number

__all__ = ["PlanSettings"]

_MOST_PEOPLE = 100_000_000


@dataclass(frozen=True, kw_only=True)
class PlanSettings:
    """The plan that the overview measures the pools against; it grows evenly between its two days.

    Parameters
    ----------
    target : int
        People in the pools on the last day (``TALENTPOOL_PLAN_TARGET``).
    starts_on, ends_on : date
        ``TALENTPOOL_PLAN_STARTS_ON``, ``TALENTPOOL_PLAN_ENDS_ON``, such as 2027-12-31.
    """

    target: int = 10_000
    starts_on: date = date(2025, 1, 1)
    ends_on: date = date(2027, 12, 31)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "PlanSettings":
        """Read the settings.

        Raises
        ------
        NotConfigured
            If a value is no number or day, or the plan ends before it starts.
        """
        target = whole_number(
            environment, "TALENTPOOL_PLAN_TARGET", cls.target, least=1, most=_MOST_PEOPLE,
            unit=Text("人数", "number of people"),
        )  # fmt: skip
        starts_on = _day(environment, "TALENTPOOL_PLAN_STARTS_ON", cls.starts_on)
        ends_on = _day(environment, "TALENTPOOL_PLAN_ENDS_ON", cls.ends_on)
        if ends_on <= starts_on:
            raise NotConfigured(
                Text("计划的截止日期不在开始日期之后。", "The plan ends before it starts."),
                remedy=Text("请核对两个日期。", "Check both days."),
                place="TALENTPOOL_PLAN_ENDS_ON",
            )
        return cls(target=target, starts_on=starts_on, ends_on=ends_on)

    def planned_on(self, day: date) -> int:
        """Return how many people the plan has on a day."""
        share = (day - self.starts_on).days / (self.ends_on - self.starts_on).days
        return round(self.target * min(max(share, 0.0), 1.0))


def _day(environment: Mapping[str, str], name: str, default: date) -> date:
    written = (environment.get(name) or "").strip()
    if not written:
        return default
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise NotConfigured(
            Text(f"“{written}”不是日期。", f"'{written}' is no day."),
            remedy=Text("请写成 2027-12-31。", "Write it as 2027-12-31."),
            place=name,
        ) from error
