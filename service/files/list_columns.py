"""The columns of a list: which there are, what they are called, and the records under them as a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from matching.vocabulary import Text
from schemas.base import RecordSchema
from service.access.masking import NOT_SHOWN, hides
from service.errors import InvalidInput
from service.files.columns import column_table
from service.files.exported_tables import Cell, ExportedTable, table_file, table_json
from service.files.marks import Mark

__all__ = ["ChosenColumns", "ListColumns"]

_ZONE = ZoneInfo("Asia/Shanghai")
_YES, _NO = Text("是", "yes"), Text("否", "no")
#: What stands in records but in no format of the office.
_LABELS = {
    "version": Text("版本", "Version"),
    "verified_at": Text("核验时间", "Verified at"),
    "created_at": Text("登记时间", "Registered at"),
    "updated_at": Text("更新时间", "Changed at"),
    "attested_by": Text("核验人", "Attested by"),
    "attested_document": Text("核验依据", "Document"),
    "is_open": Text("在招", "Open"),
    "is_provisional": Text("临时登记", "Provisional"),
    "county_code": Text("县区代码", "Code of the county"),
    "township_code": Text("乡镇代码", "Code of the township"),
}


class ListColumns:
    """What a list can show.

    Parameters
    ----------
    subject : str
        Kind of table, for the labels.
    schema : RecordSchema
        Gives the records out, id numbers and phones masked.
    shown : sequence of str
        Columns of the page.
    hidden : frozenset of str
        Fields that no list shows.
    """

    def __init__(
        self, subject: str, schema: RecordSchema, *, shown: Sequence[str], hidden: frozenset[str] = frozenset()
    ) -> None:
        self.subject = subject
        self._schema = type(schema)
        labels = {**_LABELS, **column_table(subject).labels}
        self.labels = {
            key: labels.get(key, Text(key, key)) for key in schema.dump_fields if key not in {*hidden, *_NOT_SHOWN}
        }
        self.shown = tuple(shown)

    def chosen(self, columns: Sequence[str] | None, *, language: str) -> "ChosenColumns":
        """Choose columns in an order.

        Raises
        ------
        InvalidInput
            If one is not known or stands twice, or there is none.
        """
        keys = tuple(self.shown if columns is None else columns)
        unknown = [key for key in keys if key not in self.labels]
        if unknown or not keys or len(set(keys)) < len(keys):
            raise InvalidInput(
                Text(
                    "列名应从可用的列中选取，至少一列，不能重复。",
                    "Columns are chosen from those that there are, at least one and none twice.",
                ),
                remedy=Text(f"可用：{'、'.join(self.labels)}。", f"There are: {', '.join(self.labels)}."),
                place="columns",
                value=unknown[0] if unknown else ",".join(keys),
            )
        return ChosenColumns(self.subject, self._schema(only=keys), keys, self.labels, language)


_NOT_SHOWN = frozenset({"labels"})


class _Record(dict[str, Any]):
    """A record as the API gives it out, which knows what its reader may not see."""

    hidden: frozenset[str] = frozenset()


def _record(schema: RecordSchema, one: Any, keys: Sequence[str]) -> _Record:
    record = _Record(schema.dump(one))
    record.hidden = frozenset(key for key in keys if hides(one, key))
    return record


@dataclass(frozen=True)
class ChosenColumns:
    """Some columns of a list in the order that was chosen.

    Parameters
    ----------
    subject : str
    schema : RecordSchema
    keys : tuple of str
    labels : mapping of str to Text
    language : {"zh", "en"}
    """

    subject: str
    schema: RecordSchema
    keys: tuple[str, ...]
    labels: Mapping[str, Text]
    language: str

    def records(self, objects: Iterable[Any]) -> list[dict[str, Any]]:
        """Return records as the API gives them out."""
        return [_record(self.schema, one, self.keys) for one in objects]

    def file(
        self, records: Sequence[Mapping[str, Any]], *, file_format: str, notes: Sequence[tuple[str, str]], mark: Mark
    ) -> bytes:
        """Return records as .xlsx, .csv or .json; the last has codes with their labels beside them."""
        if file_format == "json":
            columns = [{"key": key, "label": self.labels[key]._asdict()} for key in self.keys]
            return table_json({"columns": columns, "items": list(records)}, mark=mark)
        table = ExportedTable(
            name=mark.title.in_(self.language),
            keys=self.keys,
            headers=[self.labels[key].in_(self.language) for key in self.keys],
            rows=[[self._cell(record, key) for key in self.keys] for record in records],
            notes=notes,
        )
        return table_file(table, file_format=file_format, mark=mark, language=self.language)

    def _cell(self, record: Mapping[str, Any], key: str) -> Cell:
        if isinstance(record, _Record) and key in record.hidden:
            return NOT_SHOWN.in_(self.language)
        value, label = record.get(key), record.get("labels", {}).get(key)
        if isinstance(label, list):
            return "、".join(one[self.language] for one in label)
        if label is not None:
            named: str = label[self.language]
            return named
        if isinstance(value, bool):
            return (_YES if value else _NO).in_(self.language)
        if isinstance(value, list | tuple):
            return "、".join(map(str, value))
        if isinstance(value, str) and key.endswith("_at"):
            return f"{datetime.fromisoformat(value).astimezone(_ZONE):%Y-%m-%d %H:%M}"
        return value
