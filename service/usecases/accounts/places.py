"""Roles and territories as people write them: ``county:239901``, ``unit:NAME``, ``own:NUMBER``."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import NOWHERE, Role, Territory, TerritoryKind
from service.errors import InvalidInput, NotFound
from service.models.people import Person

__all__ = ["roles_of_words", "territory_as_text", "territory_of_text"]


def roles_of_words(words: Collection[str]) -> list[Role]:
    """Return the roles that words name.

    Raises
    ------
    InvalidInput
        If one of them is none, with the nearest and all others.
    """
    known = {role.value for role in Role} - {Role.PUBLIC}
    for word in words:
        if word not in known:
            raise InvalidInput(
                Text(f"没有角色“{word}”。", f"There is no role '{word}'."),
                remedy=Text(f"可选：{'、'.join(sorted(known))}。", f"Choose among {', '.join(sorted(known))}."),
                place="roles",
                value=word,
            )
    return [Role(word) for word in words]


def territory_of_text(session: Session, text: str | None) -> Territory:
    """Return the territory that a text names; nowhere without one.

    Raises
    ------
    InvalidInput
        If the kind is unknown.
    NotFound
        If there is no person of that number.
    """
    if not text:
        return NOWHERE
    kind, _, code = text.partition(":")
    if kind not in set(TerritoryKind):
        raise InvalidInput(
            Text(f"没有地域类型“{kind}”。", f"There is no territory '{kind}'."),
            remedy=Text(
                "可填 system、all、city、county:6 位、township:9 位、village:12 位代码、unit:单位名称、own:人员编号。",
                "Give system, all, city, county:6 digits, township:9, village:12, unit:NAME or own:NUMBER.",
            ),
            place="territory",
            value=text[:80],
        )
    if kind != TerritoryKind.OWN:
        return Territory(TerritoryKind(kind), code.strip())
    person_id = session.scalar(select(Person.id).where(Person.person_no == code.strip()))
    if person_id is None:
        raise NotFound(
            Text("没有这个人员编号。", "There is no person of this number."),
            remedy=Text("请核对人员编号。", "Check the number."),
            place="territory",
        )
    return Territory(TerritoryKind.OWN, "", person_id)


def territory_as_text(territory: Territory) -> str:
    """Write a territory as `territory_of_text` reads it; whose own record it is stays unsaid."""
    return f"{territory.kind}:{territory.code}" if territory.code else str(territory.kind)
