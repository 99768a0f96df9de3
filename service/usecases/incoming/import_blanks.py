"""Blank cells that erase: the office says that what is not in its file is not so."""

from collections.abc import Sequence

from service.usecases.incoming.import_rows import NEEDED, ReadRow, fields_of

__all__ = ["erase_blanks"]

#: What a blank never erases: who and what it is, the state, and who vouched for it.
_NEVER = frozenset(
    {
        "person_no",
        "vacancy_no",
        "village_code",
        "id_number",
        "record_status",
        "vacancy_status",
        "attested_by",
        "attested_document",
        "rule_profile",
        "consent_matching",
    }
)


def erase_blanks(rows: Sequence[ReadRow], *, kind: str) -> None:
    """Let each blank cell of a column that is there erase its value; refused cells and needed values erase nothing."""
    for row in rows:
        if row.record is None:
            continue
        blank = row.draft.columns.keys() & fields_of(kind) - row.draft.values.keys() - row.draft.refused
        for key in blank - NEEDED[kind] - _NEVER:
            row.record.setdefault(key, None)
