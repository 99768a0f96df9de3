"""Cadre forms, one person each: .lrmx, and the older .lrm with its photo beside it."""

import csv
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from matching.vocabulary import Text
from service.files.columns import Treatment
from service.files.encodings import decode
from service.files.findings import CellFinding, Effect
from service.files.headers import is_blank
from service.files.limits import read_file
from service.files.lrm import is_lrm, lrm_parts
from service.files.lrmx import lrmx_parts
from service.files.tables import Draft, DraftTable

__all__ = ["FORMS", "MOST_FORM_BYTES", "form_of", "is_form", "photo_left_out", "read_form"]

FORMS = frozenset({".lrmx", ".lrm"})
PHOTO = ".pic"
MOST_FORM_BYTES = 5_000_000  # with a photo; a form has 50 to 300 kB


class _Part(NamedTuple):
    label: str
    key: str
    treatment: Treatment
    reason: Text | None


def is_form(path: Path) -> bool:
    """Whether a file is to be read as a form, by its ending."""
    return path.suffix.lower() in FORMS


def read_form(path: Path, *, encoding: str | None = None) -> DraftTable:
    """Read one form.

    Parameters
    ----------
    path : Path
    encoding : str, optional
        Found out unless given.

    Returns
    -------
    DraftTable
        With one draft; family members and the photo are left out and said so.

    Raises
    ------
    NotFound, UnreadableFile
        If there is no such file, it is too large, no XML, has entities, or is no such form.
    """
    table = form_of(path.name, read_file(path, most=MOST_FORM_BYTES), encoding=encoding)
    beside = next((path.with_suffix(end) for end in (PHOTO, ".PIC") if path.with_suffix(end).is_file()), None)
    if beside is not None and path.suffix.lower() == ".lrm":
        table.findings.append(photo_left_out(beside.name))
    return table


def form_of(name: str, data: bytes, *, sheet: str = "", encoding: str | None = None) -> DraftTable:
    """Read one form from its bytes; its content decides of which kind it is.

    Parameters
    ----------
    name : str
        Of the file, for a refusal.
    data : bytes
    sheet : str
        How findings name the file; "" if it is the only one.
    encoding : str, optional

    Raises
    ------
    UnreadableFile
        As in `read_form`.
    """
    decoded = decode(name, data, encoding=encoding)
    is_old = is_lrm(decoded.text)
    found = lrm_parts(name, decoded.text) if is_old else lrmx_parts(name, decoded.text)
    known = _parts("lrm" if is_old else "lrmx")
    columns: dict[str, tuple[int | str, str]] = {}
    draft = Draft(sheet, 0, columns)
    findings: list[CellFinding] = []
    for place, value in found:
        part = known.get(place)
        if part is None:
            findings.append(_unknown(place, sheet))
        elif part.treatment is Treatment.DROP:
            findings += _dropped(place, value, part, sheet)
        elif part.treatment is Treatment.IMPORT:
            columns.setdefault(part.key, (place, part.label))
            _take(draft, value, part)
    return DraftTable([draft], findings, "", 0)


def photo_left_out(name: str) -> CellFinding:
    """Return the note about a photo that lies beside a form."""
    return CellFinding(effect=Effect.NOTE, problem=_PHOTO, sheet=name)


def _take(draft: Draft, text: str, part: _Part) -> None:
    value = text.strip()
    if is_blank(value):
        return
    known = draft.values.get(part.key)
    if known is None:
        draft.values[part.key] = value
    elif value not in known:
        draft.values[part.key] = f"{known}；{value}"


def _dropped(place: str, value: str, part: _Part, sheet: str) -> Iterator[CellFinding]:
    if part.reason is not None and not is_blank(value.strip()):
        yield CellFinding(effect=Effect.NOTE, problem=part.reason, sheet=sheet, cell=place, column=part.label)


def _unknown(place: str, sheet: str) -> CellFinding:
    problem = Text("表中没有这一项，未导入。", "The form has no such part; it was not imported.")
    return CellFinding(effect=Effect.NOTE, problem=problem, sheet=sheet, cell=place[:60])


@lru_cache(maxsize=2)
def _parts(kind: str) -> dict[str, _Part]:
    source = resources.files("seed_data").joinpath("formats", f"{kind}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(source.splitlines())
    place = (rows.fieldnames or ("",))[0]
    return {
        row[place]: _Part(
            row["zh"],
            row["key"],
            Treatment(row["treatment"]),
            Text(row["reason_zh"], row["reason_en"]) if row["reason_zh"] else None,
        )
        for row in rows
    }


_PHOTO = Text(
    "照片不参与匹配，未保存（《个人信息保护法》第二十八条）。",
    "The photo takes no part in matching and was not kept (Personal Information Protection Law, article 28).",
)
