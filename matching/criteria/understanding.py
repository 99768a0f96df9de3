"""The five understandings (五个懂得) that a vacancy asks for."""

import numpy as np
from numpy.typing import NDArray

from matching.criteria.criterion import MISSING, AskCriterion, Columns, Level, Levels, not_recorded, plain
from matching.criteria.scales import cut
from matching.errors import MatchingError
from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms

__all__ = ["FiveUnderstandingsCriterion"]

_COLUMNS = ("u1_agriculture", "u2_industry", "u3_city", "u4_enterprise", "u5_economy")
_PLACES = {f"U{i + 1}": i for i in range(len(_COLUMNS))}
_SENTENCE = Text("{fact}。", "{fact}.")
_BANDS = (  # each around a whole level, whose share (level / 5) it earns
    (0.0, 0.0, Text("不足 0.5 级", "below 0.5")),
    (0.5, 0.2, Text("0.5 至 1.5 级", "0.5 to 1.5")),
    (1.5, 0.4, Text("1.5 至 2.5 级", "1.5 to 2.5")),
    (2.5, 0.6, Text("2.5 至 3.5 级", "2.5 to 3.5")),
    (3.5, 0.8, Text("3.5 至 4.5 级", "3.5 to 4.5")),
    (4.5, 1.0, Text("4.5 级以上", "4.5 or more")),
)
_STARTS = tuple(start for start, _, _ in _BANDS)


class FiveUnderstandingsCriterion(AskCriterion[NDArray[np.float64]]):
    """Mean of the levels (0 to 5) that the vacancy asks for; all five when it asks for none.

    What is asked for and not assessed counts as 0 in the mean; only with no assessment at all is the level missing.
    """

    def __init__(self) -> None:
        super().__init__(
            "five_understandings",
            label=Text("五个懂得", "five understandings"),
            columns=_COLUMNS,
            ladder=tuple(Level(label, share, _SENTENCE) for _, share, label in _BANDS),
            missing=not_recorded(Text("岗位所需各项的评定", "assessment of those asked for")),
        )

    @property
    def tells_step(self) -> bool:
        """A number of which only the step counts."""
        return True

    def _values(self, rows: Columns, industries: IndustryTerms) -> NDArray[np.float64]:  # noqa: ARG002 - for trades
        return np.stack([rows[column].astype(np.float64) for column in self.columns], axis=1)

    def _ask(self, vacancy: VacancyFacts) -> tuple[str, ...]:
        unknown = sorted(set(vacancy.five) - set(_PLACES))
        if unknown:
            problem = Text(f"没有“{unknown[0]}”这项懂得。", f"There is no understanding '{unknown[0]}'.")
            raise MatchingError(problem, place=f"{vacancy.vacancy_no}, five")
        return tuple(sorted(set(vacancy.five))) or tuple(_PLACES)

    def _levels_for(self, values: NDArray[np.float64], ask: tuple[str, ...]) -> Levels:
        asked = _asked(values, ask)
        levels = cut(_means(asked), _STARTS)
        levels[np.isnan(asked).all(axis=1)] = MISSING
        return levels

    def _fact(self, values: NDArray[np.float64], place: int, vacancy: VacancyFacts) -> Text:
        ask = self._ask(vacancy)
        asked = _asked(values[place : place + 1], ask)
        open_codes = [code for code, level in zip(ask, asked[0], strict=True) if np.isnan(level)]
        if len(open_codes) == len(ask):
            return self.missing.label
        mean, gap = plain(float(_means(asked)[0])), _gap(open_codes)
        return Text(
            f"岗位所需 {len(ask)} 项平均 {mean} 级（满分 5 级{gap.zh}）",
            f"{mean} of 5 on average over the {len(ask)} asked for{gap.en}",
        )


def _asked(values: NDArray[np.float64], ask: tuple[str, ...]) -> NDArray[np.float64]:
    return values[:, [_PLACES[code] for code in ask]]


def _means(asked: NDArray[np.float64]) -> NDArray[np.float64]:
    means: NDArray[np.float64] = np.nan_to_num(asked).mean(axis=1)
    return means


def _gap(open_codes: list[str]) -> Text:
    if not open_codes:
        return Text("", "")
    names = [code_table("five_understandings").label(code) for code in open_codes]
    return Text(
        f"；未评定按 0 级计：{'、'.join(name.zh for name in names)}",
        f" (not assessed, counted as 0: {', '.join(name.en for name in names)})",
    )
