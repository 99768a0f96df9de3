"""A person's own file: everything that is held about them, every score with its reasons, every access to it."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from matching.explain import Contribution
from matching.vocabulary.codes import code_table
from schemas.people import PersonSchema
from service.access import Actor, TerritoryKind, require
from service.access.masking import Shown, masks_of
from service.errors import ServiceError
from service.models.audit import AuditEntry, AuditSubject
from service.models.identity import WITH_ABSORBED
from service.models.people import Person
from service.models.runs import Ranking
from service.models.shortlists import Shortlist, ShortlistEntry
from service.models.territories import everywhere
from service.models.vacancies import Vacancy
from service.queries.holdings import DERIVED, moves_of, opened, rows_about
from service.queries.merges import merged_into
from service.usecases.auditing import audit
from service.usecases.lists.explanations import explain_person, own_reasons
from service.usecases.privacy.masks import negative_rules, refuse_hidden
from service.usecases.privacy.own_file_masks import NUMBERS, clear_numbers, flag_only, secrets_of, with_hidden_middles
from service.usecases.privacy.unmasking import check_unmasking
from service.usecases.records.histories import history_of
from service.usecases.records.people import find_person

__all__ = ["SCHEMA", "person_file"]

SCHEMA = "talentpool.person_file/1"
_MOST_EXPLAINED = 20  # present rankings; each is computed
_TOLD_ELSEWHERE = frozenset({"people", "shortlist_entries", *DERIVED})
#: About somebody else as well: told by number and moment only.
_OF_OTHERS_TOO = {"merges": ("id", "merged_by", "merged_at", "undone_by", "undone_at")}


def person_file(
    session: Session, *, actor: Actor, person_no: str, reason: str | None = None, now: datetime
) -> dict[str, Any]:
    """Return everything that is held about a person as plain JSON values.

    In clear for the person whose it is, and for a reason, such as their request, for an officer who hands it out; else
    with the middle of id numbers and phones hidden. The person is told of lists and posts everywhere, with the reasons
    of every score; an officer of those in the own territory. Making the file is itself an access and is listed in the
    next one.

    Raises
    ------
    NotFound
        If nobody has this number.
    Forbidden
        If the actor may not hand out files, or gives a reason and may not unmask.
    InvalidInput
        If the reason tells who the person is.
    Conflict
        If the person stands in a blind review of the actor's.
    """
    require(actor, "read_own_files")
    person = find_person(session, actor=actor, person_no=person_no)
    refuse_hidden(session, person, actor=actor)
    ids = merged_into(session, person.id)
    secrets = secrets_of(session, [person, *_others(session, ids[1:])])
    if reason is not None:
        reason = check_unmasking(actor, reason=reason, secrets=[person.name, *secrets])
    with everywhere(session) if _is_own(person, actor) else nullcontext():
        document = _document(session, person, ids, actor=actor, now=now)
    detail = {"is_unmasked": True, **({"reason": reason} if reason else {})}
    if reason is None and masks_of(actor).id_number is not Shown.FULL:
        document, detail = with_hidden_middles(document, secrets), {"is_unmasked": False}
    if masks_of(actor).negative is not Shown.FULL:
        flag_only(document, rules=negative_rules(session))
    audit.record(
        session,
        actor=actor,
        action="export_person_file",
        subject_kind="person",
        subject_no=person.person_no,
        now=now,
        detail=detail,
    )
    session.flush()
    return document


def _is_own(person: Person, actor: Actor) -> bool:
    return actor.territory.kind is TerritoryKind.OWN and actor.territory.person_id == person.id


def _document(session: Session, person: Person, ids: Sequence[int], *, actor: Actor, now: datetime) -> dict[str, Any]:
    numbers = _numbers(session, ids)
    held = rows_about(session, ids)
    return {
        "schema": SCHEMA,
        "person_no": person.person_no,
        "made_at": now.isoformat(),
        "made_by": actor.username,
        "record": _record(person),
        "merged_records": [_record(one) for one in _others(session, ids[1:])],
        "history": {
            number: _history(session, person_id, actor=actor, number=number) for person_id, number in numbers.items()
        },
        "scores": _frozen_scores(session, ids),
        "present_places": _present_places(session, person, actor=actor, now=now),
        "other_records": _other_records(session, held),
        "changes_of_state": [_move(one) for one in moves_of(session, held)],
        "accesses": _accesses(session, set(numbers.values())),
    }


def _record(person: Person) -> dict[str, Any]:
    """Return the fields of a record in clear; the schema alone would mask the numbers."""
    told: dict[str, Any] = PersonSchema().dump(person)
    for name in NUMBERS:
        told[name] = getattr(person, name)
    return {name: value for name, value in told.items() if value is not None}


def _numbers(session: Session, ids: Collection[int]) -> dict[int, str]:
    query = select(Person.id, Person.person_no).where(Person.id.in_(ids))
    rows = session.execute(query, execution_options={WITH_ABSORBED: True})
    return {row.id: row.person_no for row in rows}


def _others(session: Session, ids: Collection[int]) -> list[Person]:
    query = select(Person).where(Person.id.in_(ids)).order_by(Person.id)
    return list(session.scalars(query, execution_options={WITH_ABSORBED: True}))


def _history(session: Session, person_id: int, *, actor: Actor, number: str) -> dict[str, list[dict[str, Any]]]:
    found = history_of(session, actor=actor, kind="people", number=number)
    clear = clear_numbers(session, person_id)
    return {
        field: [
            {
                "before": clear[field][place][0] if field in clear else change.before,
                "after": clear[field][place][1] if field in clear else change.after,
                "at": change.at.isoformat(),
                "by": change.username,
                "source": str(change.source),
                "file": change.file_name,
                "cell": change.cell,
                "verified_by": change.verified_by,
                "verified_document": change.verified_document,
            }
            for place, change in enumerate(changes)
        ]
        for field, changes in found.items()
    }


def _frozen_scores(session: Session, ids: Collection[int]) -> list[dict[str, Any]]:
    query = (
        select(ShortlistEntry)
        .join(ShortlistEntry.shortlist)
        .where(ShortlistEntry.person_id.in_(ids))
        .options(joinedload(ShortlistEntry.shortlist).joinedload(Shortlist.vacancy).joinedload(Vacancy.village))
        .order_by(Shortlist.requested_at, Shortlist.id)
    )
    return [
        {
            "shortlist_no": entry.shortlist.shortlist_no,
            "vacancy_no": entry.shortlist.vacancy.vacancy_no,
            "village": entry.shortlist.vacancy.village.name,
            "post_type": code_table("post_type").label(entry.shortlist.vacancy.post_type)._asdict(),
            "requested_by": entry.shortlist.requested_by,
            "requested_at": entry.shortlist.requested_at.isoformat(),
            "rank": entry.rank,
            "score": entry.score / 100,
            "verdict": str(entry.verdict.value),
            "reasons": [_reason(part) for part in entry.contributions],
            "rules": [_rule(outcome) for outcome in entry.outcomes],
        }
        for entry in session.scalars(query)
    ]


def _reason(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "points": part["points"] / 100,
        "max_points": part["max_points"] / 100,
        "label": part.get("label"),
        "sentence": part.get("sentence"),
    }


def _rule(outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {name: outcome.get(name) for name in ("rule_id", "verdict", "sentence", "basis")}


def _present_places(session: Session, person: Person, *, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return where the person stands in the rankings of open vacancies, with the reasons as things stand."""
    query = (
        select(Vacancy, Ranking.score)
        .join(Vacancy, Vacancy.id == Ranking.vacancy_id)
        .where(Ranking.person_id == person.id)
        .order_by(Ranking.score.desc(), Vacancy.vacancy_no)
    )
    places: list[dict[str, Any]] = []
    for vacancy, score in session.execute(query).all():
        told: dict[str, Any] = {"vacancy_no": vacancy.vacancy_no, "score": score / 100}
        if len(places) < _MOST_EXPLAINED:
            told["reasons"] = _present_reasons(session, actor, vacancy, person, now)
        places.append(told)
    return places


def _present_reasons(
    session: Session, actor: Actor, vacancy: Vacancy, person: Person, now: datetime
) -> list[dict[str, Any]] | None:
    found: Sequence[Contribution] | None
    if _is_own(person, actor):  # who may not ask why others have their scores is told of the own ones
        found = own_reasons(session, person, vacancy=vacancy, now=now)
    else:
        try:
            number, post = person.person_no, vacancy.vacancy_no
            found = explain_person(session, actor=actor, vacancy_no=post, person_no=number, now=now).contributions
        except ServiceError:
            found = None  # it has been closed, or the person has left the pool, since the scoring
    if found is None:
        return None
    return [
        {"points": one.points / 100, "max_points": one.max_points / 100, "sentence": one.sentence._asdict()}
        for one in found
    ]


def _other_records(session: Session, held: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {}
    for table, rows in held.items():
        if table in _TOLD_ELSEWHERE or not rows:
            continue
        shown = _OF_OTHERS_TOO.get(table)
        told[table] = [
            {
                name: _plain(value)
                for name, value in (opened(session, table, row) if shown is None else row).items()
                if value is not None and (shown is None or name in shown) and not isinstance(value, bytes)
            }
            for row in rows
        ]
    return told


def _move(move: Any) -> dict[str, Any]:
    names = ("subject_no", "from_state", "to_state", "username", "role", "signed_name", "reason", "document", "at")
    return {name: _plain(getattr(move, name)) for name in names if getattr(move, name) is not None}


def _accesses(session: Session, numbers: Collection[str]) -> list[dict[str, Any]]:
    """Return every line of the audit log about the person, also of lists that showed them among others."""
    shown = select(AuditSubject.entry_id).where(
        AuditSubject.subject_kind == "person", AuditSubject.subject_no.in_(numbers)
    )
    about = and_(AuditEntry.subject_kind == "person", AuditEntry.subject_no.in_(numbers))
    query = select(AuditEntry).where(or_(about, AuditEntry.id.in_(shown))).order_by(AuditEntry.id)
    return [
        {
            "at": entry.at.isoformat(),
            "by": entry.actor,
            "role": entry.role,
            "action": entry.action,
            "about": f"{entry.subject_kind} {entry.subject_no}",
        }
        for entry in session.scalars(query)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value.value if hasattr(value, "value") else value
