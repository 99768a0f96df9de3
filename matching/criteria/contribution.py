"""What a person has given: donations and jobs, on a logarithmic scale."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.criteria.criterion import Columns, Level, Levels, PersonCriterion, not_recorded, plain
from matching.criteria.scales import cut
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["ContributionCriterion", "ContributionValues"]

#: One job counts as this much given, in 10,000 yuan.
WAN_PER_JOB = 1.0
_STARTS = (0.0, 0.001, 5.0, 20.0, 100.0)
_SENTENCE = Text("{fact}。", "{fact}.")


class ContributionValues(NamedTuple):
    """Distinct contributions: donations in 10,000 yuan and number of jobs, NaN where unknown."""

    donations_wan: NDArray[np.float64]
    n_jobs: NDArray[np.float64]


class ContributionCriterion(PersonCriterion[ContributionValues]):
    """Donations plus jobs (a job counts as 10,000 yuan); the shares follow log(1 + x) / log(101)."""

    def __init__(self) -> None:
        super().__init__(
            "contribution",
            label=Text("公益贡献与带动就业", "donations and jobs created"),
            columns=("donations_wan", "n_jobs_created"),
            ladder=(
                Level(Text("无", "none"), 0.0, Text("没有公益捐助和带动就业的记录。", "No donation or job on record.")),
                Level(Text("不足 5 万元", "under 50,000 yuan"), 0.24, _SENTENCE),
                Level(Text("5 至 20 万元", "50,000 to 200,000 yuan"), 0.52, _SENTENCE),
                Level(Text("20 至 100 万元", "200,000 to 1 million yuan"), 0.83, _SENTENCE),
                Level(Text("100 万元以上", "1 million yuan or more"), 1.0, _SENTENCE),
            ),
            missing=not_recorded(),
        )

    @property
    def tells_step(self) -> bool:
        """A number of which only the step counts."""
        return True

    def _values(self, rows: Columns, industries: IndustryTerms) -> ContributionValues:  # noqa: ARG002 - for trades
        donations, jobs = (rows[column].astype(np.float64) for column in self.columns)
        return ContributionValues(donations, jobs)

    def _own_levels(self, values: ContributionValues) -> Levels:
        donations, jobs = values
        given = np.nan_to_num(donations, posinf=np.inf) + WAN_PER_JOB * np.nan_to_num(jobs, posinf=np.inf)
        given[np.isnan(donations) & np.isnan(jobs)] = np.nan
        return cut(given, _STARTS)

    def _own_fact(self, values: ContributionValues, place: int) -> Text:
        donation, jobs = float(values.donations_wan[place]), float(values.n_jobs[place])
        if np.isnan(donation) and np.isnan(jobs):
            return self.missing.label
        parts = (_donation(donation), _jobs(jobs))
        return Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def _donation(wan: float) -> Text:
    if np.isnan(wan):
        return Text("捐助未登记", "donations not recorded")
    return Text(f"捐助 {plain(wan)} 万元", f"donated {wan * 10_000:,.0f} yuan")


def _jobs(jobs: float) -> Text:
    if np.isnan(jobs):
        return Text("带动就业未登记", "jobs not recorded")
    return Text(f"带动就业 {plain(jobs)} 人", f"created {plain(jobs)} {'job' if jobs == 1 else 'jobs'}")
