"""Settings of the city's plan: how many people the pools shall have, and from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from matching.vocabulary import TalentSource, Text
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
    pool_targets : mapping of str to int
        Of the target, by talent source; ``TALENTPOOL_PLAN_POOLS``, such as T1=2000,T2=4500,T3=3500. Empty: none is set.
    """

    target: int = 10_000
    starts_on: date = date(2025, 1, 1)
    ends_on: date = date(2027, 12, 31)
    pool_targets: Mapping[str, int] = field(default_factory=dict)

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
        pools = _pools(environment, "TALENTPOOL_PLAN_POOLS", most=target)
        return cls(target=target, starts_on=starts_on, ends_on=ends_on, pool_targets=pools)

    def planned_on(self, day: date) -> int:
        """Return how many people the plan has on a day."""
        share = (day - self.starts_on).days / (self.ends_on - self.starts_on).days
        return round(self.target * min(max(share, 0.0), 1.0))


def _pools(environment: Mapping[str, str], name: str, *, most: int) -> dict[str, int]:
    """Read the targets of single pools; together they may not be more than the whole."""
    found: dict[str, int] = {}
    for part in filter(None, map(str.strip, (environment.get(name) or "").split(","))):
        source, _, wanted = part.partition("=")
        known = source.strip() in set(map(str, TalentSource)) and wanted.strip().isdecimal() and int(wanted) > 0
        if not known or source.strip() in found:
            raise NotConfigured(
                Text(f"“{part[:40]}”不是某类人才的目标人数。", f"'{part[:40]}' is no target of a talent source."),
                remedy=Text("请写成 T1=2000,T2=4500,T3=3500。", "Write it as T1=2000,T2=4500,T3=3500."),
                place=name,
            )
        found[source.strip()] = int(wanted)
    if sum(found.values()) > most:
        raise NotConfigured(
            Text(f"各类目标之和超过总目标 {most:,}。", f"The targets add up to more than the whole, {most:,}."),
            remedy=Text("请核对各类目标与 TALENTPOOL_PLAN_TARGET。", "Check them and TALENTPOOL_PLAN_TARGET."),
            place=name,
        )
    return found


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
