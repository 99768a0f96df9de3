"""Fit of a person's trades with those of the village."""

from typing import NamedTuple

import numpy as np

from matching.criteria.criterion import AskCriterion, Columns, Level, Levels, not_recorded
from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.industries import FIT_SHARES, IndustryTerms, TermSets

__all__ = ["IndustryCriterion", "IndustryValues"]

#: The level that everybody has when the vacancy names no known trade.
NOT_ASKED = len(FIT_SHARES)


class IndustryValues(NamedTuple):
    """Distinct sets of trades: the terms joined with ``|``, prepared for comparison."""

    joined: tuple[str | None, ...]
    sets: TermSets
    industries: IndustryTerms


class IndustryCriterion(AskCriterion[IndustryValues]):
    """Best fit between the person's trades and the vacancy's, through GB/T 4754 and the plan's tags."""

    def __init__(self) -> None:
        nearness = (
            (Text("不相关", "unrelated"), Text("从事{fact}，与该村产业不相关。", "Works in {fact}: unrelated.")),
            (
                Text("同一大类或示范方向", "same division or plan tag"),
                Text("从事{fact}，属同一大类或示范方向。", "Works in {fact}: same division or plan tag."),
            ),
            (Text("同一中类", "same group"), Text("从事{fact}，属同一中类。", "Works in {fact}: same group.")),
            (Text("同一产业", "same trade"), Text("从事{fact}，产业对口。", "Works in {fact}: the same trade.")),
        )
        asked = (Level(label, share, text) for (label, text), share in zip(nearness, FIT_SHARES[1:], strict=True))
        not_asked = Level(
            Text("岗位未登记产业", "no trade asked"),
            1.0,
            Text("岗位未登记产业，本项人人同分。", "The vacancy names no known trade: the same for everybody."),
        )
        super().__init__(
            "industry_fit",
            label=Text("产业相近", "industry fit"),
            columns=("industries",),
            ladder=(*asked, not_asked),
            missing=not_recorded(Text("从事产业", "industries")),
        )

    @property
    def best_level(self) -> int:
        """The best level that a person's own facts can reach: the one above is for vacancies that ask nothing."""
        return NOT_ASKED - 1

    def _values(self, rows: Columns, industries: IndustryTerms) -> IndustryValues:
        joined = tuple(text if isinstance(text, str) else None for text in rows["industries"])
        return IndustryValues(joined, industries.sets(joined), industries)

    def _ask(self, vacancy: VacancyFacts) -> tuple[str, ...]:
        return vacancy.industries

    def _levels_for(self, values: IndustryValues, ask: tuple[str, ...]) -> Levels:
        if not any(values.industries.entry(term) for term in ask):
            return np.full(len(values.joined), NOT_ASKED, dtype=np.int8)
        return values.industries.nearest(values.sets, ask)

    def _fact(self, values: IndustryValues, place: int, vacancy: VacancyFacts) -> Text:
        joined = values.joined[place]
        if not joined:
            return self.missing.label
        own = values.industries.labels(joined.split("|"))
        if not vacancy.industries:
            return own
        wanted = values.industries.labels(vacancy.industries)
        return Text(f"{own.zh}（岗位：{wanted.zh}）", f"{own.en} (vacancy: {wanted.en})")
