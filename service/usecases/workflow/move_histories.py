"""What happened to a subject: its moves, and what somebody else changed since a version."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import Change
from service.models.candidacies import Candidacy, Opinion, Reply, Signature
from service.models.moves import Move
from service.models.provenance import RecordChange, Source

__all__ = ["candidacy_changes", "move_changes", "moves_by_subject", "moves_of", "record_changes"]

_IN_ONE_QUERY = 500


def moves_of(session: Session, kind: str, subject_id: int) -> Sequence[Move]:
    """Return the moves of a subject, the oldest first."""
    wanted = select(Move).where(Move.subject_kind == kind, Move.subject_id == subject_id)
    return session.scalars(wanted.options(selectinload(Move.vote)).order_by(Move.id)).all()


def moves_by_subject(session: Session, kind: str, subject_ids: Sequence[int]) -> dict[int, list[Move]]:
    """Return the moves of many subjects by their ids, the oldest first."""
    found: dict[int, list[Move]] = {}
    for start in range(0, len(subject_ids), _IN_ONE_QUERY):
        part = subject_ids[start : start + _IN_ONE_QUERY]
        wanted = select(Move).where(Move.subject_kind == kind, Move.subject_id.in_(part))
        for move in session.scalars(wanted.options(selectinload(Move.vote)).order_by(Move.id)):
            found.setdefault(move.subject_id, []).append(move)
    return found


def move_changes(session: Session, kind: str, subject_id: int, *, version: int) -> list[Change]:
    """Return the moves of a subject after a version."""
    return [
        Change(
            version=one.version,
            at=one.at,
            username=one.username,
            role=one.role,
            fields={"state": (one.from_state, one.to_state)},
        )
        for one in moves_of(session, kind, subject_id)
        if one.version > version
    ]


def candidacy_changes(session: Session, candidacy: Candidacy, *, version: int) -> list[Change]:
    """Return what happened to a candidacy after a version: moves, opinions, undone ones, replies, signatures."""
    found = move_changes(session, "candidacy", candidacy.id, version=version)
    opinions = session.scalars(select(Opinion).where(Opinion.candidacy_id == candidacy.id).order_by(Opinion.id)).all()
    for one in opinions:
        field = "conclusion" if one.is_conclusion else "opinion"
        said = str(one.decision.value)
        if one.version > version:
            before = _standing(opinions, one, at_version=one.version - 1)
            found.append(_change(one.version, one.at, one.username, one.role, field, (before, said)))
        if one.undone_version is not None and one.undone_version > version:
            assert one.undone_at is not None  # noqa: S101 - written together
            after = _standing(opinions, one, at_version=one.undone_version)
            found.append(
                _change(one.undone_version, one.undone_at, one.undone_by or "", one.role, field, (said, after))
            )
    replies = session.scalars(select(Reply).where(Reply.candidacy_id == candidacy.id, Reply.version > version))
    for reply in replies:
        replied = (None, str(reply.reply.value))
        found.append(_change(reply.version, reply.at, reply.username, reply.party, "reply", replied))
    signatures = session.scalars(select(Signature).where(Signature.candidacy_id == candidacy.id))
    for signature in signatures:
        if signature.version > version:
            signed = (None, signature.signatory)
            found.append(_change(signature.version, signature.at, signature.recorded_by, None, "signatures", signed))
    return sorted(found, key=lambda one: one.version)


def record_changes(session: Session, machine: str, kind: str, subject_id: int, *, version: int) -> list[Change]:
    """Return what happened to a person's or vacancy's record after a version; values stay in its history."""
    found = {one.version: one for one in move_changes(session, machine, subject_id, version=version)}
    rows = session.execute(
        select(RecordChange, Source)
        .join(Source, Source.id == RecordChange.source_id)
        .where(RecordChange.subject_kind == kind, RecordChange.subject_id == subject_id, RecordChange.version > version)
    )
    for change, source in rows:
        names: dict[str, tuple[()]] = dict.fromkeys(json.loads(change.changes), ())
        found.setdefault(
            change.version, Change(version=change.version, at=source.at, username=source.username, fields=names)
        )
    return [found[key] for key in sorted(found)]


def _standing(opinions: Sequence[Opinion], of: Opinion, *, at_version: int) -> str | None:
    """Return what the same reviewer, or the office, had said when the candidacy was at a version."""
    same = [
        one
        for one in opinions
        if one.is_conclusion == of.is_conclusion
        and (of.is_conclusion or one.username == of.username)
        and one.version <= at_version
        and (one.undone_version is None or one.undone_version > at_version)
    ]
    return str(same[-1].decision.value) if same else None


def _change(
    version: int, at: datetime, username: str, role: str | None, field: str, values: tuple[str | None, str | None]
) -> Change:
    return Change(version=version, at=at, username=username, role=role, fields={field: values})
