"""Shortlists: made on request, frozen, explained, and read again as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, defer, selectinload
from sqlalchemy.sql.base import ExecutableOption

from matching.matcher import PoolSnapshot
from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import InvalidInput, NotFound
from service.models.people import Person
from service.models.shortlists import HIDDEN, Shortlist, ShortlistEntry, ShortlistSnapshot
from service.models.territories import reach_of_session
from service.models.vacancies import Vacancy
from service.queries.checks import grounds_of, load_checks
from service.queries.matchers import matcher_for
from service.queries.merges import all_survivors, survivors_of
from service.queries.vacancies import load_vacancy_facts, wishes_of
from service.queries.veils import hidden_rules, veil_list, veil_people
from service.usecases.auditing import audit
from service.usecases.days import day_of
from service.usecases.lists.freezing import frozen
from service.usecases.paging import Page
from service.usecases.privacy.masks import seen_people, seen_sentence, seen_shortlist
from service.usecases.records.vacancies import get_vacancy
from service.usecases.rules.rulebooks import keep_rulebook

__all__ = [
    "check_length",
    "find_shortlist",
    "get_shortlist",
    "list_excluded",
    "list_itself",
    "list_shortlists",
    "open_vacancy",
    "request_shortlist",
]

LONGEST = 200


def request_shortlist(session: Session, *, actor: Actor, vacancy_no: str, k: int, now: datetime) -> Shortlist:
    """Make and freeze a shortlist.

    Parameters
    ----------
    session : Session
    actor : Actor
    vacancy_no : str
    k : int
        Length of the list, 1 to 200.
    now : datetime
        The rules count ages and years to the day of this moment in China.

    Returns
    -------
    Shortlist
        With its entries; nothing of it changes afterwards.

    Raises
    ------
    NotFound
        If there is no such vacancy.
    InvalidInput
        If `k` is out of range or the vacancy is no longer open.
    """
    require(actor, "request_shortlist")
    check_length(k)
    vacancy = open_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    as_of = day_of(now)
    (facts,) = load_vacancy_facts(session, vacancy_nos=[vacancy_no], as_of=as_of)
    matcher = matcher_for(session, as_of=as_of)
    checks = load_checks(session, [vacancy.id], as_of=as_of)
    result = matcher.shortlist(facts, k=k, checks=checks)
    snapshot = matcher.snapshot(facts, checks=checks)
    card = matcher.cards[facts.post]
    wishes = wishes_of(vacancy)
    keep_rulebook(session, matcher.rulebook, now=now)
    grounds = grounds_of(session, [vacancy.id], as_of=as_of, person_ids=[entry.person_id for entry in result.entries])
    shortlist = frozen(
        session, actor=actor, result=result, card=card, snapshot=snapshot, wishes=wishes,
        grounds={person_id: found for (_, person_id), found in grounds.items()}, k=k, now=now,
    )  # fmt: skip
    audit.record(
        session,
        actor=actor,
        action="request_shortlist",
        subject_kind="shortlist",
        subject_no=shortlist.shortlist_no,
        now=now,
        detail={"vacancy_no": vacancy_no, "k": k, "n_listed": len(result.entries)},
    )
    session.flush()
    return shortlist


def open_vacancy(session: Session, *, actor: Actor, vacancy_no: str) -> Vacancy:
    """Return a vacancy for which people may be matched today.

    Raises
    ------
    NotFound
        If there is no such vacancy.
    InvalidInput
        If it is no longer open.
    """
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    if not vacancy.vacancy_status.is_open:
        raise InvalidInput(
            Text(f"岗位 {vacancy_no} 已不在招。", f"The vacancy {vacancy_no} is no longer open."),
            remedy=Text("只能为在招岗位申请建议名单。", "Lists are made for open vacancies only."),
            place="vacancy_no",
            value=vacancy_no,
        )
    return vacancy


def check_length(k: int) -> None:
    """Refuse a list of an impossible length.

    Raises
    ------
    InvalidInput
        If `k` is not from 1 to 200.
    """
    if not 1 <= k <= LONGEST:
        raise InvalidInput(
            Text(f"名单人数 {k} 超出范围。", f"A list of {k} people is out of range."),
            remedy=Text(f"请填写 1 至 {LONGEST} 的整数。", f"Give a whole number from 1 to {LONGEST}."),
            place="k",
            value=k,
        )


def get_shortlist(session: Session, *, actor: Actor, shortlist_no: str, with_reasons: bool = True) -> Shortlist:
    """Return a frozen shortlist with its entries, as the actor may see it.

    Parameters
    ----------
    with_reasons : bool
        Whether everybody's reasons are read at once, rather than somebody's where they are asked for.

    Raises
    ------
    NotFound
        If there is no such list.
    """
    found = find_shortlist(session, actor=actor, shortlist_no=shortlist_no, with_reasons=with_reasons)
    return seen_shortlist(session, found, actor=actor)


def find_shortlist(session: Session, *, actor: Actor, shortlist_no: str, with_reasons: bool = True) -> Shortlist:
    """Return the list itself, for other use cases; parameters and errors as in `get_shortlist`."""
    entries = selectinload(Shortlist.entries)
    along = [entries.selectinload(ShortlistEntry.person)]
    if not with_reasons:
        along.append(entries.options(defer(ShortlistEntry.contributions), defer(ShortlistEntry.outcomes)))
    found = list_itself(session, actor=actor, shortlist_no=shortlist_no, along=along)
    numbers = [entry.person.person_no for entry in found.entries]
    subject = ("shortlist", shortlist_no)
    audit.record_views(session, actor=actor, numbers=numbers, action="view_shortlist", subject=subject)
    veil_list(session, found, actor=actor)
    return found


def list_itself(
    session: Session, *, actor: Actor, shortlist_no: str, along: Sequence[ExecutableOption] = ()
) -> Shortlist:
    """Return a list without looking at anybody on it; errors as in `get_shortlist`.

    Parameters
    ----------
    along : sequence of ExecutableOption
        What is loaded with it.
    """
    require(actor, "read_shortlists")
    wanted = _BY_NUMBER.options(*along) if along else _BY_NUMBER
    found = session.scalar(wanted, {"shortlist_no": shortlist_no})
    if found is None:
        raise NotFound(
            Text(f"没有编号为 {shortlist_no} 的建议名单。", f"There is no shortlist {shortlist_no}."),
            remedy=Text("请核对编号，或从名单列表中选择。", "Check the number, or choose from the list of shortlists."),
            place="shortlist_no",
            value=shortlist_no,
        )
    return found


_BY_NUMBER = select(Shortlist).where(Shortlist.shortlist_no == bindparam("shortlist_no"))


def list_shortlists(
    session: Session, *, actor: Actor, vacancy_no: str | None = None, page: int = 1, page_size: int = 20
) -> Page[Shortlist]:
    """Return shortlists, the newest first."""
    require(actor, "read_shortlists")
    query = select(Shortlist)
    if vacancy_no is not None:
        query = query.where(Shortlist.vacancy_id == get_vacancy(session, actor=actor, vacancy_no=vacancy_no).id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest_first = query.order_by(Shortlist.requested_at.desc(), Shortlist.id.desc())
    items = session.scalars(newest_first.offset((page - 1) * page_size).limit(page_size)).all()
    return Page(items=list(items), total=total, page=page, page_size=page_size)


def list_excluded(
    session: Session,
    *,
    actor: Actor,
    shortlist_no: str,
    rule_id: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page["Excluded"]:
    """Return who was not listed because of a rule, by first failing rule, as it was when the list was made.

    Parameters
    ----------
    rule_id : str, optional
        Only those whose first failing rule is this one.
    """
    shortlist = find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
    snapshot = PoolSnapshot.from_bytes(session.get_one(ShortlistSnapshot, shortlist.id).content)
    rows = [
        (row, rule)
        for place, rule in enumerate(snapshot.rule_ids)
        if rule_id in {None, rule}
        for row in np.flatnonzero(snapshot.first_failing == place).tolist()
    ]
    if reach_of_session(session) is not None:
        rows = _within_reach(session, snapshot, rows)
    shown = [
        (int(snapshot.person_ids[row]), rule, int(snapshot.reasons[row]))
        for row, rule in rows[(page - 1) * page_size : page * page_size]
    ]
    stands = survivors_of(session, [person_id for person_id, *_ in shown])
    found = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(set(stands.values()))))}
    hidden = veil_people(session, found.values(), actor=actor, vacancy_id=shortlist.vacancy_id)
    silent = hidden_rules(session) if hidden else frozenset[str]()
    seen = {one.id: one for one in seen_people(session, list(found.values()), actor=actor)}
    people = {person_id: seen[survivor] for person_id, survivor in stands.items() if survivor in seen}
    exclusions = {row["rule_id"]: row for row in shortlist.exclusions}
    items = [
        _excluded(
            session, people[person_id], exclusions[rule], reason, actor=actor,
            is_silent=rule in silent and stands[person_id] in hidden,
        )
        for person_id, rule, reason in shown
        if person_id in people
    ]  # fmt: skip
    numbers, subject = [one.person.person_no for one in items], ("shortlist", shortlist_no)
    audit.record_views(session, actor=actor, numbers=numbers, action="view_excluded", subject=subject)
    return Page(items=items, total=len(rows), page=page, page_size=page_size)


def _within_reach(session: Session, snapshot: PoolSnapshot, rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the rows of people of the reader's own territory; others are not even counted."""
    stands, seen = all_survivors(session), set(session.scalars(select(Person.id)))
    ids = snapshot.person_ids.tolist()
    return [(row, rule) for row, rule in rows if stands.get(ids[row], ids[row]) in seen]


@dataclass(frozen=True, kw_only=True)
class Excluded:
    """A person who was not listed, and the first rule that says why.

    Parameters
    ----------
    person : Person
    rule_id : str
    title, sentence, basis : mapping of language to str
        What the rule asks, why this person does not meet it, and where the rule comes from.
    """

    person: Person
    rule_id: str
    title: Mapping[str, str]
    sentence: Mapping[str, str]
    basis: Mapping[str, str]


def _excluded(
    session: Session, person: Person, exclusion: Mapping[str, Any], reason: int, *, actor: Actor, is_silent: bool
) -> Excluded:
    said = HIDDEN._asdict() if is_silent else exclusion["reasons"][reason]
    return Excluded(
        person=person,
        rule_id=exclusion["rule_id"],
        title=exclusion["title"],
        sentence=seen_sentence(session, exclusion["rule_id"], said, actor=actor),
        basis=exclusion["basis"],
    )
