"""The tie between a person and the village: home, work, investment or aid."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.criteria.criterion import MISSING, Criterion, Level, Levels, not_recorded
from matching.criteria.place import COUNTY, HOME_COLUMNS, Homes, has_area, shared_area
from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["LocalTieCriterion", "TieValues"]


class TieValues(NamedTuple):
    """Distinct homes with their recorded ties; `rows_of` says which values are tied to a place."""

    homes: Homes
    ties: tuple[frozenset[str], ...]
    rows_of: dict[str, NDArray[np.intp]]

    @property
    def is_recorded(self) -> NDArray[np.bool_]:
        """Whether a home or a tie is known."""
        return self.homes.is_recorded | np.array([bool(ties) for ties in self.ties], dtype=np.bool_)


class LocalTieCriterion(Criterion[TieValues]):
    """Narrowest area of the village that is the person's home or a recorded tie."""

    def __init__(self) -> None:
        sentence = Text("与该村的联系：{fact}。", "Tie to the village: {fact}.")
        super().__init__(
            "local_tie",
            label=Text("乡情联系", "local tie"),
            columns=(*HOME_COLUMNS, "tie_codes"),
            ladder=(
                Level(
                    Text("无联系", "none"),
                    0.0,
                    Text("与该村、该乡镇、该县均无登记的联系。", "No recorded tie to the village, township or county."),
                ),
                Level(Text("同县", "same county"), 0.5, sentence),
                Level(Text("同乡镇", "same township"), 0.8, sentence),
                Level(Text("同村", "same village"), 1.0, sentence),
            ),
            missing=not_recorded(
                Text("籍贯地、居住地等联系", "a home or tie of the person, or the place of the vacancy")
            ),
        )

    def _values(self, rows: pd.DataFrame, industries: IndustryTerms) -> TieValues:  # noqa: ARG002 - for trades
        ties = tuple(
            frozenset(filter(None, text.split("|"))) if isinstance(text, str) else frozenset()
            for text in rows["tie_codes"]
        )
        rows_of: dict[str, list[int]] = {}
        for i, places in enumerate(ties):
            for place in places:
                rows_of.setdefault(place, []).append(i)
        return TieValues(Homes.of(rows), ties, {place: np.array(at) for place, at in rows_of.items()})

    def _levels(self, values: TieValues, vacancies: Sequence[VacancyFacts]) -> Levels:
        levels = values.homes.shared(vacancies) + np.int8(1)
        for i, vacancy in enumerate(vacancies):
            for rank, place in enumerate((vacancy.county_code, vacancy.township_code, vacancy.village_code), COUNTY):
                tied = values.rows_of.get(place or "")
                if tied is not None:
                    levels[tied, i] = np.maximum(levels[tied, i], rank + 1)
        levels[~values.is_recorded] = MISSING
        levels[:, [not has_area(vacancy) for vacancy in vacancies]] = MISSING
        return levels

    def _fact(self, values: TieValues, place: int, vacancy: VacancyFacts) -> Text:
        home = int(values.homes.at(place).shared([vacancy])[0, 0])
        tied = shared_area(tuple(values.ties[place]), vacancy)
        if not max(home, tied):
            is_recorded = bool(values.ties[place]) or bool(values.homes.at(place).is_recorded[0])
            return self.level(1 if is_recorded and has_area(vacancy) else MISSING).label
        by = Text("住所在本地", "home") if home >= tied else Text("工作、投资或帮扶", "work, investment or aid")
        area = self.ladder[max(home, tied)].label
        return Text(f"{area.zh}（{by.zh}）", f"{area.en} ({by.en})")
