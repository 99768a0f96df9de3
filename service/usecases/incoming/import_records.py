"""Keeping of which file came in, and where its rows and columns are, so that every value can name its cell."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.access import Actor
from service.db import allocate_ids, vault_of
from service.files.spreadsheets import cell_name
from service.models.imports import Import, ImportState
from service.models.sealing import sealed_columns
from service.usecases.incoming.import_rows import ReadRow
from service.usecases.records.attestation import Attestation, as_attested
from service.usecases.records.provenance import Origin, SourceKind
from service.usecases.records.record_fields import insert_rows

__all__ = ["KeptImport", "keep_import"]


@dataclass(frozen=True)
class KeptImport:
    """A file that comes in.

    Parameters
    ----------
    import_id : int
    sha256 : str
    origin : Origin
        Of its records.
    """

    import_id: int
    sha256: str
    origin: Origin

    def count(self, session: Session, counts: dict[str, int]) -> None:
        """Keep how many rows became what."""
        session.execute(update(Import).where(Import.id == self.import_id).values(counts=counts))


def keep_import(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    path: Path,
    rows: Sequence[ReadRow],
    options: dict[str, Any],
    attestation: Attestation | None,
    now: datetime,
    is_trial: bool = False,
) -> KeptImport:
    """Enter a file that comes in, with who vouches for it; its rows are counted afterwards.

    Raises
    ------
    Forbidden, InvalidInput
        As of `as_attested`.
    """
    attestation = as_attested(actor, attestation)
    (import_id,) = allocate_ids(session, Import.__tablename__)
    content = path.read_bytes()
    clear: dict[str, str | None] = {"file_name": path.name, "columns": json.dumps(_columns(rows), ensure_ascii=False)}
    row: dict[str, Any] = {
        "id": import_id,
        "kind": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
        "n_bytes": len(content),
        "username": actor.username,
        "at": now,
        "options": options,
        "counts": {},
        "state": ImportState.DONE,
        "undone_by": None,
        "undone_at": None,
        **sealed_columns(Import, vault_of(session), import_id, clear),
    }
    insert_rows(session, Import, [row])
    origin = Origin(
        kind=SourceKind.IMPORT,
        username=actor.username,
        import_id=import_id,
        attested_by=attestation.signed_by if attestation else None,
        attested_document=attestation.document if attestation else None,
        is_trial=is_trial,
        cells=[(read.draft.sheet, read.draft.row) for read in rows if read.record is not None],
    )
    return KeptImport(import_id, row["sha256"], origin)


def _columns(rows: Sequence[ReadRow]) -> dict[str, dict[str, str]]:
    """Return where each field stands on each sheet; sheets alike, such as those of many forms, are told once as ""."""
    columns: dict[str, dict[str, str]] = {}
    for draft in {id(row.draft.columns): row.draft for row in rows}.values():
        columns[draft.sheet] = {
            key: cell_name(0, position)[:-1] if isinstance(position, int) else position
            for key, (position, _) in draft.columns.items()
        }
    if len(columns) > 1 and len({json.dumps(told, sort_keys=True) for told in columns.values()}) == 1:
        return {"": next(iter(columns.values()))}
    return columns
