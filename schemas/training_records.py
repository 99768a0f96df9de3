"""Training that people took part in, on the wire."""

from collections.abc import Mapping
from typing import Any

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms
from schemas.base import RecordSchema
from schemas.codes import Code, YesNo
from schemas.dates import Day
from schemas.fields import Key, PlainText, Reading, narrow
from schemas.numbers import HOURS, Amount
from schemas.problems import Problem, refusal

__all__ = ["TrainingRecordSchema"]

_THEMES = ("five_understandings", "work_theme")


class Theme(Reading):
    """What a course is about: an understanding (U1 to U5), a theme of work (W1 to W4) or a term of an industry."""

    def read(self, value: Any) -> str:
        """Find the code of a word, or the term."""
        if isinstance(value, str):
            for name in _THEMES:
                if code := code_table(name).find(value):
                    return code
            term = narrow(value)
            if IndustryTerms.shipped().entry(term) is not None:
                return term
        known = [code_table(name).label(code) for name in _THEMES for code in code_table(name).codes]
        raise refusal(
            Text("不是五懂、工作主题或产业词。", "This is no understanding, theme of work or industry."),
            Text(
                f"可填：{'、'.join(label.zh for label in known)}，或产业，如“水稻”。",
                f"Known: {', '.join(label.en for label in known)}, or an industry such as 水稻.",
            ),
            value=value,
        )


class TrainingRecordSchema(RecordSchema):
    """One course of one person."""

    person_no = Key(required=True)
    course = PlainText(120, required=True)
    theme = Theme()
    base = PlainText(120)
    base_kind = Code("training_base_kind")
    off_site = YesNo()
    hours = Amount(HOURS, most=2_000, required=True)
    started_on = Day()
    ended_on = Day()
    result = Code("training_result")

    def conflicts(self, record: Mapping[str, Any], *, is_partial: bool = False) -> dict[str, list[Problem]]:  # noqa: ARG002 - the same for both
        """Compare the two dates."""
        begun, ended = record.get("started_on"), record.get("ended_on")
        return {"ended_on": [_ENDED_BEFORE]} if begun and ended and ended < begun else {}


_ENDED_BEFORE = Problem(
    Text("结束日期早于开始日期。", "It ended before it began."), Text("请核对这两个日期。", "Check both dates.")
)
