"""The tie between a person and the village: home, work, investment or aid."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.criteria.criterion import MISSING, Columns, Criterion, Level, Levels, not_recorded
from matching.criteria.place import COUNTY, HOME_COLUMNS, Homes, areas_of, has_area, rows_by_place, shared_area
from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["LocalTieCriterion", "TieValues"]


class TieValues(NamedTuple):
    """Distinct homes with their recorded ties; `tied_to` has the rows of the values tied to a place."""

    homes: Homes
    ties: tuple[frozenset[str], ...]
    tied_to: dict[str, NDArray[np.intp]]
    is_recorded: NDArray[np.bool_]


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

    def _values(self, rows: Columns, industries: IndustryTerms) -> TieValues:  # noqa: ARG002 - for trades
        ties = tuple(
            frozenset(filter(None, text.split("|"))) if isinstance(text, str) else frozenset()
            for text in rows["tie_codes"]
        )
        homes = Homes.of(rows)
        is_recorded = homes.is_recorded | np.array([bool(places) for places in ties], dtype=np.bool_)
        return TieValues(homes, ties, rows_by_place(ties), is_recorded)

    def _levels(self, values: TieValues, vacancies: Sequence[VacancyFacts]) -> Levels:
        levels = values.homes.shared(vacancies).T + np.int8(1)
        for own, vacancy in zip(levels, vacancies, strict=True):
            for rank, place in enumerate(areas_of(vacancy), COUNTY):
                tied = values.tied_to.get(place)
                if tied is not None:
                    own[tied] = np.maximum(own[tied], rank + 1)
        levels[:, ~values.is_recorded] = MISSING
        levels[[not has_area(vacancy) for vacancy in vacancies]] = MISSING
        return levels.T

    def _fact(self, values: TieValues, place: int, vacancy: VacancyFacts) -> Text:
        home = values.homes.shared_at(place, vacancy)
        tied = shared_area(values.ties[place], vacancy)
        if not max(home, tied):
            return self.level(1 if values.is_recorded[place] and has_area(vacancy) else MISSING).label
        by = Text("住所在本地", "home") if home >= tied else Text("工作、投资或帮扶", "work, investment or aid")
        area = self.ladder[max(home, tied)].label
        return Text(f"{area.zh}（{by.zh}）", f"{area.en} ({by.en})")
