"""Tables in the layout of the office: the columns of its formats under their Chinese headers."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from schemas.base import RecordSchema
from schemas.people import PersonSchema
from schemas.vacancies import VacancySchema
from schemas.villages import VillageSchema
from service.files.columns import Treatment, column_table
from service.files.exported_tables import Cell
from service.files.roster_cells import CellWriter, cell_writer

__all__ = ["ROSTERS", "RosterLayout", "roster_layout"]

_SCHEMAS: Mapping[str, type[RecordSchema]] = {
    "people": PersonSchema,
    "vacancies": VacancySchema,
    "villages": VillageSchema,
}
#: Tables that there are in the layout of the office.
ROSTERS = tuple(_SCHEMAS)
#: First, so that no row begins with a word that an import takes for a total.
_NUMBER = "seq"
#: Codes that stand only beside names which do not tell a place for certain; without such a row the column is left out.
_ONLY_IF_USED = ("home_village_code", "village_code", "tie_village_codes", "willing_county_codes")


class _Column(NamedTuple):
    key: str
    header: str
    read: Callable[[Any], Any]
    write: CellWriter


class RosterLayout:
    """The columns of one table.

    Parameters
    ----------
    kind : {"people", "vacancies", "villages"}
    """

    def __init__(self, kind: str) -> None:
        self._schema = _SCHEMAS[kind]()
        known = self._schema.load_fields
        columns = [column for column in column_table(kind).columns if column.treatment is Treatment.IMPORT]
        self._columns = [
            _Column(column.key, column.label.zh, _reader(self._schema, column.key), cell_writer(known[column.key]))
            for column in columns
            if column.key in known and column.key not in {"fulltime_degree", "inservice_degree"}
        ]
        self.keys = (_NUMBER, *(column.key for column in self._columns))
        self.headers = ("序号", *(column.header for column in self._columns))

    def row(self, number: int, record: Any, *, places: Mapping[str, Any]) -> list[Cell]:
        """Return one record as cells.

        Parameters
        ----------
        number : int
            Of the row, from 1.
        record : object
        places : mapping
            Texts for the columns about places, which the record alone cannot give.
        """
        row: list[Cell] = [number]
        for key, _, read, write in self._columns:
            if key in places:
                row.append(places[key])
            else:
                value = read(record)
                row.append(None if value is None else write(value, record))
        return row

    def without_unused(self, rows: list[list[Cell]]) -> tuple[list[str], list[str], list[list[Cell]]]:
        """Return keys, headers and rows without the columns of codes that nobody needs."""
        unused = {
            place
            for place, key in enumerate(self.keys)
            if key in _ONLY_IF_USED and all(row[place] is None for row in rows)
        }
        kept = [place for place in range(len(self.keys)) if place not in unused]
        return (
            [self.keys[place] for place in kept],
            [self.headers[place] for place in kept],
            [[row[place] for place in kept] for row in rows],
        )


def _reader(schema: RecordSchema, key: str) -> Callable[[Any], Any]:
    """Return what takes a field from a record; plain attributes by the shortest way, for there are many."""
    if key in schema.paths:
        return lambda record: schema.get_attribute(record, key, None)
    return attrgetter(key)


@lru_cache
def roster_layout(kind: str) -> RosterLayout:
    """Return the layout of ``people``, ``vacancies`` or ``villages``."""
    return RosterLayout(kind)
