"""Needs of the vacancy that a person can answer: themes of work, and resources."""

from typing import NamedTuple

import numpy as np

from matching.criteria.criterion import AskCriterion, Columns, Level, Levels, not_recorded
from matching.criteria.scales import cut
from matching.frames import VacancyFacts
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryTerms

__all__ = ["NeedCriterion", "NeedValues", "need_theme", "resource_fit"]

_STARTS = (0.0, 0.001, 0.5, 0.999)
#: The level that everybody has when the vacancy asks nothing.
NOT_ASKED = len(_STARTS) + 1


class NeedValues(NamedTuple):
    """Distinct sets of codes that people offer; None where nothing is recorded."""

    offers: tuple[frozenset[str] | None, ...]


class NeedCriterion(AskCriterion[NeedValues]):
    """Share of what the vacancy asks for that the person offers.

    Parameters
    ----------
    criterion_id : str
    column : str
        Codes that the person offers.
    asked : str
        Field of `VacancyFacts` with the codes asked for.
    label, what : Text
    names : mapping of str to Text
        What the codes are called.
    """

    def __init__(
        self, criterion_id: str, *, column: str, asked: str, label: Text, what: Text, names: dict[str, Text]
    ) -> None:
        met = Text(f"{what.zh}：{{fact}}。", f"{what.en.capitalize()}: {{fact}}.")
        super().__init__(
            criterion_id,
            label=label,
            columns=(column,),
            ladder=(
                Level(Text("不对口", "none"), 0.0, met),
                Level(Text("少部分对口", "less than half"), 0.3, met),
                Level(Text("半数以上对口", "half or more"), 0.6, met),
                Level(Text("全部对口", "all"), 1.0, met),
                Level(
                    Text("岗位未提要求", "nothing asked"),
                    1.0,
                    Text("岗位未提要求，本项人人同分。", "The vacancy asks nothing: the same for everybody."),
                ),
            ),
            missing=not_recorded(what),
        )
        self._asked = asked
        self._names = names

    @property
    def best_level(self) -> int:
        """The best level that a person's own facts can reach: the one above is for vacancies that ask nothing."""
        return NOT_ASKED - 1

    def _values(self, rows: Columns, industries: IndustryTerms) -> NeedValues:  # noqa: ARG002 - for trades
        joined = (text if isinstance(text, str) else None for text in rows[self.columns[0]])
        return NeedValues(tuple(None if text is None else frozenset(filter(None, text.split("|"))) for text in joined))

    def _ask(self, vacancy: VacancyFacts) -> tuple[str, ...]:
        return tuple(sorted(set(getattr(vacancy, self._asked))))

    def _levels_for(self, values: NeedValues, ask: tuple[str, ...]) -> Levels:
        if not ask:
            return np.full(len(values.offers), NOT_ASKED, dtype=np.int8)
        shares = [np.nan if offer is None else len(offer.intersection(ask)) / len(ask) for offer in values.offers]
        return cut(np.array(shares, dtype=np.float64), _STARTS)

    def _fact(self, values: NeedValues, place: int, vacancy: VacancyFacts) -> Text:
        offered, asked = values.offers[place], self._ask(vacancy)
        if offered is None:
            return self.missing.label
        own = self._named(offered)
        if not asked:
            return own
        n_met = len(offered.intersection(asked))
        return Text(
            f"岗位所需 {len(asked)} 项中符合 {n_met} 项（本人：{own.zh}）",
            f"{n_met} of the {len(asked)} asked for (own: {own.en})",
        )

    def _named(self, codes: frozenset[str]) -> Text:
        texts = [self._names.get(code, Text(code, code)) for code in sorted(codes)] or [Text("无", "none")]
        return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


need_theme = NeedCriterion(
    "need_theme",
    column="work_themes",
    asked="themes",
    label=Text("对口解决该村突出问题", "fit with the village's main problem"),
    what=Text("擅长工作", "themes of work"),
    names={
        "W1": Text("建强基层组织", "strengthen the grassroots organisation"),
        "W2": Text("推动精准扶贫/产业发展", "poverty relief and industry"),
        "W3": Text("为民办事服务", "serve the people"),
        "W4": Text("提升治理水平", "raise governance"),
    },
)

resource_fit = NeedCriterion(
    "resource_fit",
    column="resources_offered",
    asked="resources",
    label=Text("资源与该村需求相符", "resources that the village needs"),
    what=Text("可提供资源", "resources offered"),
    names={
        "funds": Text("资金", "funds"),
        "market": Text("市场", "market"),
        "technology": Text("技术", "technology"),
        "legal": Text("法律", "legal"),
        "medical": Text("医疗", "medical"),
    },
)
