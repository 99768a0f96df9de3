"""The five understandings (五个懂得) that a vacancy asks for."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.criteria.criterion import AskCriterion, Level, Levels, not_recorded, plain
from matching.criteria.scales import cut
from matching.errors import MatchingError
from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["FiveUnderstandingsCriterion"]

_COLUMNS = ("u1_agriculture", "u2_industry", "u3_city", "u4_enterprise", "u5_economy")
_PLACES = {f"U{i + 1}": i for i in range(len(_COLUMNS))}
_STARTS = (0.0, 1.0, 2.0, 3.0, 4.0)
_LABEL = Text("五个懂得", "five understandings")
_SENTENCE = Text("“五个懂得”{fact}。", "Five understandings: {fact}.")


class FiveUnderstandingsCriterion(AskCriterion[NDArray[np.float64]]):
    """Mean of the assessed levels (0 to 5) that the vacancy asks for; all five when it asks for none."""

    def __init__(self) -> None:
        bands = (("不足 1 级", "below 1", 0.1), ("1 至 2 级", "1 to 2", 0.3), ("2 至 3 级", "2 to 3", 0.5))
        high = (("3 至 4 级", "3 to 4", 0.7), ("4 级以上", "4 or more", 1.0))
        super().__init__(
            "five_understandings",
            label=_LABEL,
            columns=_COLUMNS,
            ladder=tuple(Level(Text(zh, en), share, _SENTENCE) for zh, en, share in bands + high),
            missing=not_recorded(Text("所需“五个懂得”的评定", "assessment of the understandings asked for")),
        )

    def _values(self, rows: pd.DataFrame, industries: IndustryTerms) -> NDArray[np.float64]:  # noqa: ARG002 - for trades
        return rows.to_numpy(dtype=np.float64)

    def _ask(self, vacancy: VacancyFacts) -> tuple[str, ...]:
        unknown = sorted(set(vacancy.five) - set(_PLACES))
        if unknown:
            problem = Text(f"没有“{unknown[0]}”这项懂得。", f"There is no understanding '{unknown[0]}'.")
            raise MatchingError(problem, place=f"{vacancy.vacancy_no}, five")
        return tuple(sorted(set(vacancy.five))) or tuple(_PLACES)

    def _levels_for(self, values: NDArray[np.float64], ask: tuple[str, ...]) -> Levels:
        return cut(_mean_of_assessed(_asked(values, ask)), _STARTS)

    def _fact(self, values: NDArray[np.float64], place: int, vacancy: VacancyFacts) -> Text:
        asked = _asked(values[place : place + 1], self._ask(vacancy))
        n_assessed = int((~np.isnan(asked)).sum())
        if not n_assessed:
            return self.missing.label
        mean = plain(float(_mean_of_assessed(asked)[0]))
        n_open = asked.size - n_assessed
        gap = Text(f"，{n_open} 项未评定", f", {n_open} not assessed") if n_open else Text("", "")
        return Text(
            f"岗位所需 {asked.size} 项平均 {mean} 级（满分 5 级{gap.zh}）",
            f"{mean} of 5 on average over the {asked.size} asked for{gap.en}",
        )


def _asked(values: NDArray[np.float64], ask: tuple[str, ...]) -> NDArray[np.float64]:
    return values[:, [_PLACES[code] for code in ask]]


def _mean_of_assessed(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    is_assessed = ~np.isnan(levels)
    n_assessed = is_assessed.sum(axis=1)
    total = np.where(is_assessed, levels, 0.0).sum(axis=1)
    mean: NDArray[np.float64] = np.divide(total, n_assessed, out=np.full(len(levels), np.nan), where=n_assessed > 0)
    return mean
