"""The criteria of the scorecards, each declared once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from matching.criteria.contribution import ContributionCriterion
from matching.criteria.criterion import MISSING, AskCriterion, Criterion, Encoded, Level, PersonCriterion
from matching.criteria.distance import DistanceCriterion
from matching.criteria.experience import EXPERIENCE
from matching.criteria.industry import IndustryCriterion
from matching.criteria.needs import need_theme, resource_fit
from matching.criteria.tie import LocalTieCriterion
from matching.criteria.understanding import FiveUnderstandingsCriterion
from matching.vocabulary import Text

__all__ = ["CRITERIA", "MISSING", "AskCriterion", "Criterion", "Encoded", "Level", "PersonCriterion"]

_DECLARED: tuple[Criterion[Any], ...] = (
    IndustryCriterion(),
    FiveUnderstandingsCriterion(),
    need_theme,
    resource_fit,
    LocalTieCriterion(),
    DistanceCriterion(  # max(0, 1 - km / 200)
        "distance_resident",
        label=Text("距离（驻村）", "distance (resident)"),
        limits_km=(200, 100, 50, 20, 5),
        shares=(0.0, 0.25, 0.62, 0.82, 0.94, 1.0),
    ),
    DistanceCriterion(  # max(0, 1 - km / 150)
        "distance_visiting",
        label=Text("距离（到村服务）", "distance (visiting)"),
        limits_km=(150, 100, 50, 20, 5),
        shares=(0.0, 0.17, 0.5, 0.77, 0.92, 1.0),
    ),
    ContributionCriterion(),
    *EXPERIENCE,
)

#: Every criterion by its id, in the order of declaration.
CRITERIA: Mapping[str, Criterion[Any]] = MappingProxyType({criterion.id: criterion for criterion in _DECLARED})
