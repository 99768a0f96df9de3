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
from service.errors import InvalidInput

__all__ = ["Column", "ColumnTable", "Treatment", "column_table"]

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
    """

    key: str
    label: Text
    treatment: Treatment
    reason: Text | None


class ColumnTable:
    """The columns of one kind of table, found by what a header says.

    Parameters
    ----------
    columns : dict of str to Column
        By header or alias.
    """

    def __init__(self, columns: dict[str, Column]) -> None:
        self._by_header = {_normal(header): column for header, column in columns.items()}
        self._headers = {_normal(header): header for header in columns}

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
        """Return the column that a header names; a note in brackets does not matter, unless it is another unit."""
        name = _normal(header)
        found = self._by_header.get(name)
        if found is None and not _OTHER_MONEY.search(name):
            found = self._by_header.get(_BRACKETS.sub("", name))
        return found

    def nearest(self, header: str) -> str | None:
        """Return the known header most like an unknown one, for the remedy only."""
        close = difflib.get_close_matches(_normal(header), self._headers, n=1, cutoff=0.6)
        return self._headers[close[0]] if close else None


@lru_cache
def column_table(kind: str) -> ColumnTable:
    """Return the columns of ``people``, ``vacancies``, ``villages`` or ``decisions``."""
    source = resources.files("seed_data").joinpath("formats", f"{kind}.csv").read_text(encoding="utf-8")
    columns: dict[str, Column] = {}
    for row in csv.DictReader(source.splitlines()):
        reason = Text(row["reason_zh"], row["reason_en"]) if row["reason_zh"] else None
        column = Column(row["key"], Text(row["zh"], row["en"]), Treatment(row["treatment"]), reason)
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
