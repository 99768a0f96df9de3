"""Which columns the tables of offices have, by header and alias."""

import csv
import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from matching.vocabulary import Text

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
    def columns(self) -> tuple[Column, ...]:
        """Every column once, in the order of the format."""
        return tuple(dict.fromkeys(self._by_header.values()))

    @property
    def labels(self) -> dict[str, Text]:
        """Labels by field."""
        return {column.key: column.label for column in self._by_header.values()}

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


def _normal(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).split()).strip("*:：").casefold()
