"""Which columns the tables of offices have, by header and alias."""

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from matching.vocabulary import Text
from matching.vocabulary.likeness import Guess, best_guess
from service.errors import InvalidInput

__all__ = ["Column", "ColumnTable", "Treatment", "column_table"]

_LONGEST_HEADER = 40  # what is longer is a title or a sentence
_BRACKETS = re.compile(r"\([^()]*\)")
_OTHER_MONEY = re.compile(r"\([^()]*(?<!万)元[^()]*\)")  # an amount in yuan must not pass for 10,000 yuan


class Treatment(StrEnum):
    """What happens to a column."""

    IMPORT = "import"
    IGNORE = "ignore"  # known and not needed, such as a running number
    DROP = "drop"  # must not come in; its values are not read
    REFUSE = "refuse"  # must not come in, and should not be asked for


@dataclass(frozen=True)
class Column:
    """One column that the service knows.

    Parameters
    ----------
    key : str
        Field of the record.
    label : Text
    treatment : Treatment
    reason : Text or None
        The law or rule behind a column that does not come in.
    inside : tuple of str
        Words that tell such a column when they stand inside a header that nobody foresaw.
    """

    key: str
    label: Text
    treatment: Treatment
    reason: Text | None
    inside: tuple[str, ...] = ()


class ColumnTable:
    """The columns of one kind of table, found by what a header says.

    Parameters
    ----------
    columns : dict of str to Column
        By header or alias.
    """

    def __init__(self, columns: dict[str, Column]) -> None:
        self._by_header = {_normal(header): column for header, column in columns.items()}
        self._headers = {_normal(header): header for header in reversed(columns)}
        self._inside = {word: column for column in columns.values() for word in column.inside}

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column once, in the order of the table."""
        return tuple(dict.fromkeys(self._by_header.values()))

    @property
    def labels(self) -> dict[str, Text]:
        """Labels by field."""
        return {column.key: column.label for column in self._by_header.values()}

    def with_mapping(self, mapping: Mapping[str, str]) -> "ColumnTable":
        """Return the table with further headers that somebody has confirmed.

        Parameters
        ----------
        mapping : mapping of str to str
            Fields by header.

        Raises
        ------
        InvalidInput
            If there is no such field, or the header names a column that must not come in.
        """
        if not mapping:
            return self
        extended = ColumnTable({})
        extended._by_header, extended._headers = dict(self._by_header), dict(self._headers)
        extended._inside = self._inside
        fields = {column.key: column for column in self._by_header.values() if column.treatment is Treatment.IMPORT}
        for header, key in mapping.items():
            if key not in fields:
                raise _no_field(key, fields)
            known = self.find(header)
            if known is not None and known.treatment in {Treatment.DROP, Treatment.REFUSE}:
                raise _must_not_come_in(header, known)
            extended._by_header[_normal(header)] = fields[key]
            extended._headers[_normal(header)] = header
        return extended

    def find(self, header: str) -> Column | None:
        """Return the column that a header names; a note in brackets does not matter, unless it is another unit.

        A header that nobody foresaw but that speaks of something sensitive is the column that must not come in.
        """
        name = _normal(header)
        found = self._by_header.get(name)
        if found is not None or len(name) > _LONGEST_HEADER:
            return found
        bare = _BRACKETS.sub("", name)
        if bare != name:
            if (sensitive := self._sensitive("".join(_BRACKETS.findall(name)))) is not None:
                return sensitive
            if bare in self._by_header and not _OTHER_MONEY.search(name):
                return self._by_header[bare]
        return self._sensitive(name)

    def guess(self, header: str) -> Guess | None:
        """Return the known header most like an unknown one, with how sure that is; it has to be confirmed."""
        found = best_guess(_normal(header)[:_LONGEST_HEADER], self._headers)
        return None if found is None else Guess(self._headers[found.header], found.confidence)

    def _sensitive(self, name: str) -> Column | None:
        return next((column for word, column in self._inside.items() if word in name), None)


@lru_cache
def column_table(kind: str) -> ColumnTable:
    """Return the columns of ``people``, ``vacancies``, ``villages``, ``decisions`` or ``training``."""
    source = resources.files("seed_data").joinpath("formats", f"{kind}.csv").read_text(encoding="utf-8")
    columns: dict[str, Column] = {}
    for row in csv.DictReader(source.splitlines()):
        reason = Text(row["reason_zh"], row["reason_en"]) if row["reason_zh"] else None
        inside = tuple(filter(None, row["inside"].split("|")))
        column = Column(row["key"], Text(row["zh"], row["en"]), Treatment(row["treatment"]), reason, inside)
        for header in (row["zh"], row["en"], row["key"], *filter(None, row["aliases"].split("|"))):
            columns.setdefault(header, column)
    return ColumnTable(columns)


def _no_field(key: str, fields: Iterable[str]) -> InvalidInput:
    close = difflib.get_close_matches(key, list(fields), n=3, cutoff=0.3)
    hint = Text(f"例如 {'、'.join(close)}。", f"For example {', '.join(close)}.") if close else None
    return InvalidInput(Text(f"没有字段“{key}”。", f"There is no field '{key}'."), remedy=hint, place="columns")


def _must_not_come_in(header: str, column: Column) -> InvalidInput:
    return InvalidInput(
        Text(
            f"“{header}”不得导入：{column.reason.zh if column.reason else ''}。",
            f"'{header}' must not come in: {column.reason.en if column.reason else ''}.",
        ),
        remedy=Text("请从对应关系中删去此列。", "Take this column out of the mapping."),
        place="columns",
    )


def _normal(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).split()).strip("*:：").casefold()
