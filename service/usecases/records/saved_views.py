"""Named views of a list: filters, order and columns that somebody wants again, for oneself or for the own place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import Text
from service.access import Actor, TerritoryKind, require
from service.db import allocate_ids
from service.errors import InvalidInput, NotFound
from service.models.accounts import Account
from service.models.workspaces import SavedView
from service.usecases.auditing import audit

__all__ = ["View", "delete_view", "list_views", "save_view"]

_RIGHTS = {"people": "read_people"}
_PLACES = frozenset({TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE})
_LONGEST_NAME = 30
_MOST_VIEWS = 50  # of one account
#: What may stand in a view; a search by name or number never does.
_STATE = frozenset(
    {
        *("talent_source", "record_status", "county_code", "township_code", "industry", "education"),
        *("consent_matching", "sort", "cols"),
    }
)


@dataclass(frozen=True, kw_only=True)
class View:
    """One view.

    Parameters
    ----------
    id : int
    name : str
    state : mapping of str to str
        As it stands in the address of the list.
    is_shared, is_own : bool
    saved_by : str
        Username.
    """

    id: int
    name: str
    state: Mapping[str, str]
    is_shared: bool
    is_own: bool
    saved_by: str


def list_views(session: Session, *, actor: Actor, subject: str) -> list[View]:
    """Return the actor's own views, then those that others of the actor's place share, each by name.

    Their names are free words: what a county calls its searches is nothing for the clerks of another one.
    """
    require(actor, _RIGHTS[subject])
    mine = SavedView.account_id == actor.account_id
    query = select(SavedView).where(SavedView.subject == subject, or_(mine, SavedView.is_shared.is_(True)))
    rows = session.scalars(query.options(joinedload(SavedView.account)))
    views = [_view(row, actor) for row in rows if row.account_id == actor.account_id or _reaches(row.account, actor)]
    return sorted(views, key=lambda view: (not view.is_own, view.name))


def save_view(
    session: Session,
    *,
    actor: Actor,
    subject: str,
    name: str,
    state: Mapping[str, str],
    is_shared: bool = False,
    now: datetime,
) -> View:
    """Save a view under a name; an own one of the same name is replaced.

    Raises
    ------
    InvalidInput
        If the name is missing or too long, there are too many, or something in it is no filter of the list.
    """
    require(actor, _RIGHTS[subject])
    wording = " ".join(name.split())
    _check(wording, state)
    own = session.scalars(
        select(SavedView).where(SavedView.account_id == actor.account_id, SavedView.subject == subject)
    ).all()
    row = next((one for one in own if one.name == wording), None)
    if row is None:
        if len(own) >= _MOST_VIEWS:
            raise InvalidInput(
                Text(f"最多保存 {_MOST_VIEWS} 个视图。", f"There are {_MOST_VIEWS} views at most."),
                remedy=Text("请先删除不用的视图。", "Delete one that is not used any more."),
                place="name",
            )
        (view_id,) = allocate_ids(session, SavedView.__tablename__)
        row = SavedView(id=view_id, account_id=actor.account_id, subject=subject, saved_at=now)
        session.add(row)
        row.name = wording
    row.state, row.is_shared, row.saved_at = json.dumps(dict(state), sort_keys=True), is_shared, now
    session.flush()
    _record(session, row, "save_view", actor=actor, now=now)
    return _view(row, actor)


def delete_view(session: Session, *, actor: Actor, view_id: int, now: datetime) -> View:
    """Delete an own view and return what it was, so that it can be saved again.

    Raises
    ------
    NotFound
        If the actor has no such view.
    """
    row = session.get(SavedView, view_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound(
            Text("没有这个视图。", "There is no such view."),
            remedy=Text("只能删除本人保存的视图。", "Only one's own views can be deleted."),
            place="view",
            value=view_id,
        )
    view = _view(row, actor)
    _record(session, row, "delete_view", actor=actor, now=now)
    session.delete(row)
    session.flush()
    return view


def _reaches(sharer: Account, actor: Actor) -> bool:
    """Whether one of two territories lies in the other: codes of places begin with that of the place above."""
    kind, code, reader = TerritoryKind(sharer.territory_kind), sharer.territory_code, actor.territory
    if kind.is_everything or reader.kind.is_everything:
        return True
    if kind in _PLACES and reader.kind in _PLACES:
        return bool(code and reader.code) and (code.startswith(reader.code) or reader.code.startswith(code))
    return kind is TerritoryKind.UNIT and (kind, code) == (reader.kind, reader.code)


def _check(name: str, state: Mapping[str, str]) -> None:
    if not name or len(name) > _LONGEST_NAME:
        problem = Text(
            f"视图名称应为 1 至 {_LONGEST_NAME} 字。", f"A view has a name of 1 to {_LONGEST_NAME} characters."
        )
        raise InvalidInput(
            problem, remedy=Text("请填写名称。", "Give it a name."), place="name", fields={"name": [problem]}
        )
    unknown = sorted(state.keys() - _STATE)
    if unknown:
        raise InvalidInput(
            Text("按姓名、编号的查询不能存为视图。", "A search by name or number is not saved as a view."),
            remedy=Text("请去掉这一条件。", "Leave this condition out."),
            place=unknown[0],
        )


def _view(row: SavedView, actor: Actor) -> View:
    return View(
        id=row.id,
        name=row.name or "",
        state=json.loads(row.state or "{}"),
        is_shared=row.is_shared,
        is_own=row.account_id == actor.account_id,
        saved_by=row.account.username if row.account else actor.username,
    )


def _record(session: Session, row: SavedView, action: str, *, actor: Actor, now: datetime) -> None:
    detail = {"subject": row.subject, "is_shared": row.is_shared}
    audit.record(
        session, actor=actor, action=action, subject_kind="saved_view", subject_no=str(row.id), now=now, detail=detail
    )
