"""Fields of code tables: a code, its label or an alias goes in, the code comes out."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, fields

from matching.vocabulary import Text
from matching.vocabulary.codes import CodeTable, code_table
from matching.vocabulary.industries import IndustryTerms
from matching.vocabulary.likeness import NearWords
from schemas.fields import NONE_WORDS, Reading, Words, narrow
from schemas.problems import refusal

__all__ = [
    "Appraisals",
    "Code",
    "CodeNumber",
    "Codes",
    "EnumCode",
    "FitForDuty",
    "IndustryWords",
    "Rank",
    "YesNo",
    "nearest_label",
]

_MOST_NAMED = 12
_OR_ABOVE = re.compile(r"\(含\)|(?:学历|学位)?(?:及其?)?以上(?:学历|学位)?$")
_FIT = {"是": True, "健康": True, "合格": True, "yes": True, "true": True, "否": False, "no": False, "false": False}
_RESULTS = sorted(
    (
        narrow(word)  # as what is read: "not competent" must not be found as competent
        for code in code_table("appraisal").codes
        for word in (code, code_table("appraisal").label(code).en, *code_table("appraisal").words(code))
    ),
    key=lambda word: -len(word),
)
_YEAR_AND_RESULT = re.compile(rf"(\d{{4}})\D{{0,10}}?({'|'.join(map(re.escape, _RESULTS))})", re.IGNORECASE)


class Code(Reading, fields.String):
    """One code of a table.

    Parameters
    ----------
    table : str
        Name of the code table.
    """

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = code_table(table)

    def read(self, value: Any) -> str:
        """Find the code of a word."""
        return _found(self.table, value)


class EnumCode(Code):
    """A code of a table whose codes are the values of an enumeration."""

    def __init__(self, table: str, kind: type[StrEnum], **options: Any) -> None:
        super().__init__(table, **options)
        self.kind = kind

    def read(self, value: Any) -> StrEnum:
        """Find the member that a word stands for."""
        return self.kind(super().read(value))


class Codes(Words):
    """Several codes of one table."""

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = code_table(table)

    def is_one(self, text: str) -> bool:
        """Whether the table knows the whole text."""
        return self.table.find(text) is not None

    def is_none(self, word: str) -> bool:
        """Whether a word that the table does not know stands for the empty list."""
        return self.table.find(word) is None and super().is_none(word)

    def read_word(self, word: str) -> str:
        """Find the code of one word."""
        return _found(self.table, word)

    def nearest(self, word: str) -> str | None:
        """Return the label that an unknown word is likely to stand for."""
        return _nearest(self.table, word)


class IndustryWords(Words):
    """Terms of the industry vocabulary; free text belongs into ``industry_text``."""

    def read_word(self, word: str) -> str:
        """Refuse a term that the vocabulary does not know."""
        term = narrow(word)
        if IndustryTerms.shipped().entry(term) is None:
            raise refusal(
                Text("产业词表里没有这个词。", "The industry vocabulary does not know this term."),
                Text("原文请填入 industry_text。", "Put free text into industry_text."),
                value=word,
            )
        return term


class Appraisals(Words):
    """Annual appraisals: 2024年年度考核优秀 is ``2024:excellent``; the oldest comes first."""

    def read(self, value: Any) -> tuple[str, ...]:
        """Read year and result of each appraisal."""
        text = "；".join(value) if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value) else value
        if isinstance(text, str) and self.is_none(text):
            return ()
        found = _YEAR_AND_RESULT.findall(narrow(text)) if isinstance(text, str) else []
        table = code_table("appraisal")
        if not found or len(found) != len(re.findall(r"\d{4}", text)):
            raise refusal(
                Text("看不出每一年的考核结果。", "It does not say the result of each year."),
                Text("请写成“2024年优秀；2025年称职”。", "Write it as 2024 excellent; 2025 competent."),
                value=value,
            )
        return tuple(sorted({f"{year}:{table.find(result)}" for year, result in found}))


class YesNo(Reading, fields.Boolean):
    """Yes or no, in any of the words of the table."""

    def read(self, value: Any) -> bool:
        """Read 是, 否 and their like."""
        if isinstance(value, bool):
            return value
        code = code_table("yes_no").find(value) if isinstance(value, str) else None
        if code is None:
            raise refusal(
                Text("应为“是”或“否”。", "Yes or no is expected."),
                Text("请填“是”或“否”。", "Give 是 or 否."),
                value=value,
                suggestion=_nearest(code_table("yes_no"), value),
            )
        return code == "true"


class FitForDuty(YesNo):
    """Fitness for duty (履职身体条件): a plain yes or no; anything else is health data, neither kept nor shown."""

    def read(self, value: Any) -> bool:
        """Read 健康, 是 or 否."""
        fit = (
            value if isinstance(value, bool) else _FIT.get(narrow(value).casefold()) if isinstance(value, str) else None
        )
        if fit is None:
            raise refusal(
                Text(
                    "只接收是否具备履职身体条件；健康情况的文字未保存（《个人信息保护法》第二十八条）。",
                    "Only fitness for duty is taken, yes or no; the text about health was not kept "
                    "(Personal Information Protection Law, article 28).",
                ),
                Text("请填“是”或“否”。", "Give 是 or 否."),
            )
        return fit


class CodeNumber(Reading, fields.Integer):
    """A code that is itself a small number, such as the level of an honour."""

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = code_table(table)

    def read(self, value: Any) -> int:
        """Find the number of a word."""
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return int(_found(self.table, str(value) if is_number else value))


class Rank(Reading, fields.Integer):
    """A least rank: 大专及以上 is 6, 不限 is none.

    Parameters
    ----------
    table : str
        Code table with a column ``rank``.
    """

    def __init__(self, table: str, **options: Any) -> None:
        super().__init__(**options)
        self.table = code_table(table)
        self.ranks = {int(rank) for code in self.table.codes if (rank := self.table.attribute(code, "rank"))}

    def read(self, value: Any) -> int | None:
        """Read a rank or the words for one."""
        if isinstance(value, int) and not isinstance(value, bool) and value in self.ranks:
            return value
        word = _OR_ABOVE.sub("", narrow(value)) if isinstance(value, str) else ""
        if word in NONE_WORDS:
            return None
        rank = self.table.attribute(self.table.find(word) or "", "rank")
        if rank is None:
            raise _unknown_word(self.table, value)
        return int(rank)


def _found(table: CodeTable, value: object) -> str:
    code = table.find(value) if isinstance(value, str) else None
    if code is None:
        raise _unknown_word(table, value)
    return code


def _nearest(table: CodeTable, value: object) -> str | None:
    """Return the label of the code that a misspelt word is likely to stand for."""
    return nearest_label(table.name, narrow(value).casefold()) if isinstance(value, str) else None


@lru_cache(maxsize=2_000)
def nearest_label(name: str, word: str) -> str | None:
    """Return the label of the code that a misspelt word in normal form is likely to stand for."""
    table = code_table(name)
    code = table.find(_near_words(name).nearest(word) or "")
    return table.label(code).zh if code else None


@lru_cache
def _near_words(name: str) -> NearWords:
    return NearWords(code_table(name).known_words)


def _unknown_word(table: CodeTable, value: object) -> ValidationError:
    named = [table.label(code) for code in table.codes[:_MOST_NAMED]]
    more = len(table.codes) > _MOST_NAMED
    return refusal(
        Text("代码表里没有这个词。", "The code table does not know this word."),
        Text(
            f"可填：{'、'.join(label.zh for label in named)}{' 等' if more else ''}。",
            f"Known: {', '.join(label.en for label in named)}{' and others' if more else ''}.",
        ),
        value=value,
        suggestion=_nearest(table, value),
    )
