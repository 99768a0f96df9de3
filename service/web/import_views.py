"""What the check of a file shows: only the cells that need somebody, in the rows and columns where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from service.context import current_language
from service.files.columns import Treatment, column_table
from service.usecases.incoming.import_kinds import IMPORT_KINDS
from service.usecases.incoming.upload_reports import CELL
from service.usecases.records.recorded_values import field_label, value_in_words
from service.web.formatting import in_language

__all__ = [
    "BAD",
    "CellGrid",
    "Preview",
    "cells_of",
    "count_effects",
    "field_options",
    "grid_of",
    "kind_names",
    "notes_of",
    "previews_of",
]

#: Effects of findings that stand in the grid; the others are told in a list.
BAD = ("row_refused", "cell_refused", "to_confirm")
ROWS_ON_A_PAGE = 25

Finding = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CellGrid:
    """Rows of a file with a bad cell, and the columns that have one in these rows.

    Parameters
    ----------
    columns : list of (str, str)
        Letters and header.
    rows : list of (name, title, cells)
        Name as ``名册!17``; the findings of each cell by the letters of its column.
    n_rows : int
        Of all pages.
    n_pages, page : int
    """

    columns: list[tuple[str, str]]
    rows: list[tuple[str, str, dict[str, list[Finding]]]]
    n_rows: int
    n_pages: int
    page: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One row of a file and what it does: fields with their value before, after, and what it contradicts."""

    row: str
    title: str
    number: str
    changes: list[tuple[str, str, str, str]]


def cells_of(report: Mapping[str, Any]) -> list[Finding]:
    """Return the findings that stand at a cell and need somebody."""
    return [one for one in report["findings"] if one["effect"] in BAD and CELL.fullmatch(one["cell"])]


def notes_of(report: Mapping[str, Any]) -> list[Finding]:
    """Return what is said about the file, its columns and forms, and what is only noted."""
    return [one for one in report["findings"] if one["effect"] not in BAD or not CELL.fullmatch(one["cell"])]


def count_effects(report: Mapping[str, Any]) -> dict[str, int]:
    """Return how many cells there are of each effect of `BAD`."""
    if "n_by_effect" in report:  # those that are not told one by one are counted too
        return {effect: int(report["n_by_effect"].get(effect, 0)) for effect in BAD}
    found = [one["effect"] for one in cells_of(report)]
    return {effect: found.count(effect) for effect in BAD}


def alike(findings: Sequence[Finding]) -> list[tuple[Finding, list[str]]]:
    """Return what is said of many cells alike once, with the places."""
    grouped: dict[tuple[str, str, str], tuple[Finding, list[str]]] = {}
    for one in findings:
        place = f"{one['sheet']}!{one['cell']}" if one["sheet"] and one["cell"] else one["sheet"] or one["cell"]
        key = (one["effect"], one["column"], one["problem"]["en"])
        grouped.setdefault(key, (one, []))[1].append(place)
    return list(grouped.values())


def remedy_here(finding: Finding) -> str:
    """Return what to do about a finding where nobody has a command line."""
    remedy = finding["remedy"]
    if remedy is None:
        return ""
    for option, words in (
        ("--map", _("Confirm it, or say what it is, in the step Columns.")),
        ("--attest", _("Say who verified it, and by which document, in the step Columns.")),
        ("--county", _("Fill in the places, or give county and township in the step Columns.")),
        ("--talent-source", _("Fill in the talent source, or give it for the whole file in the step Columns.")),
        ("--conflicts", _("Check it; whether the present value stays is chosen before importing.")),
        ("--marked", _("Give the id number, or take the number from the marked workbook after the import.")),
    ):
        if option in remedy["en"]:
            return str(words)
    return in_language(remedy)


def grid_of(report: Mapping[str, Any], *, effect: str, page: int) -> CellGrid:
    """Return one page of the grid.

    Parameters
    ----------
    report : mapping
        As kept with the upload.
    effect : str
        One of `BAD`, or "" for all of them.
    page : int
        From 1; too high a page is the last one.
    """
    by_row: dict[str, dict[str, list[Finding]]] = {}
    headers: dict[str, str] = {}
    for one in cells_of(report):
        if effect and one["effect"] != effect:
            continue
        found = CELL.fullmatch(one["cell"])
        if found is not None:
            letters, number = found.groups()
            name = f"{one['sheet']}!{number}" if one["sheet"] else number
            by_row.setdefault(name, {}).setdefault(letters, []).append(one)
            headers.setdefault(letters, one["column"])
    names = sorted(by_row, key=_in_file_order)
    n_pages = max(1, -(-len(names) // ROWS_ON_A_PAGE))
    page = min(max(page, 1), n_pages)
    shown = names[(page - 1) * ROWS_ON_A_PAGE : page * ROWS_ON_A_PAGE]
    used = {letters for name in shown for letters in by_row[name]}
    columns = [(letters, headers[letters]) for letters in sorted(used, key=lambda letters: (len(letters), letters))]
    titles = report["row_titles"]
    rows = [(name, titles.get(name, ""), by_row[name]) for name in shown]
    return CellGrid(columns=columns, rows=rows, n_rows=len(names), n_pages=n_pages, page=page)


def previews_of(report: Mapping[str, Any], *, state: str) -> list[Preview]:
    """Return the rows of a state, their fields and values in words."""
    kind, language = report["kind"], current_language()
    return [
        Preview(
            row=row["row"],
            title=report["row_titles"].get(row["row"], ""),
            number=row["number"],
            changes=[
                (
                    field_label(kind, change["field"]).in_(language),
                    value_in_words(kind, change["field"], change["before"], language=language),
                    value_in_words(kind, change["field"], change["after"], language=language),
                    in_language(change["conflict"]),
                )
                for change in row["changes"]
            ],
        )
        for row in report["rows"]
        if row["state"] == state
    ]


def field_options(kind: str) -> list[tuple[str, str]]:
    """Return the fields that a column may be taken for."""
    columns: Sequence[Any] = column_table(kind).columns
    return [(one.key, in_language(one.label)) for one in columns if one.treatment is Treatment.IMPORT]


def _in_file_order(name: str) -> tuple[str, int]:
    sheet, _mark, number = name.rpartition("!")
    return sheet, int(number)


def kind_names(kinds: Sequence[str] = IMPORT_KINDS) -> dict[str, str]:
    """Return what kinds of tables are called."""
    names = {
        "people": _("Records of people"),
        "vacancies": _("Vacancies"),
        "villages": _("Villages"),
        "decisions": _("Decisions"),
        "training": _("Training records"),
    }
    return {kind: names[kind] for kind in kinds}


FILTERS = {"alike": alike, "remedy_here": remedy_here}
