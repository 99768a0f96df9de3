"""At whom an actor may look: who lives in the territory, and whom its vacancies bring before it."""

from dataclasses import dataclass

from service.access.actors import Actor, Role
from service.access.territory import Territory

__all__ = ["Reach", "reach_of"]

#: Who sees the people of the territory itself; the others see only whom a list or a nomination brings before them.
_AT_HOME = frozenset(Role) - {Role.VILLAGE, Role.LINE_DEPT, Role.PUBLIC}
_CANDIDATES = frozenset({Role.LEADER, Role.OFFICER, Role.TOWNSHIP, Role.DISCIPLINE})


@dataclass(frozen=True)
class Reach:
    """Where an actor may look, and at whom.

    Parameters
    ----------
    territory : Territory
    sees_home : bool
        Whether it sees the people of the territory.
    sees_candidates : bool
        Whether it sees who stands on a shortlist of the territory's vacancies, wherever they live.
    sees_consultants : bool
        The same for vacancies of industrial consultants only.
    sees_nominees : bool
        Whether it sees whom a reviewer recommended for a vacancy of the territory.
    employer_indexes : tuple of bytes
        Blind indexes that the people of a unit may stand under, one for each version of the keys; who reads them
        puts them in, for they need the keys. Without them a unit sees nobody.
    """

    territory: Territory
    sees_home: bool
    sees_candidates: bool
    sees_consultants: bool
    sees_nominees: bool
    employer_indexes: tuple[bytes, ...] = ()


def reach_of(actor: Actor) -> Reach | None:
    """Return where an actor may look; None is everywhere."""
    sees_home = bool(actor.roles & _AT_HOME)
    if actor.territory.kind.is_everything and sees_home:
        return None
    return Reach(
        territory=actor.territory,
        sees_home=sees_home,
        sees_candidates=bool(actor.roles & _CANDIDATES),
        sees_consultants=Role.LINE_DEPT in actor.roles,
        sees_nominees=Role.VILLAGE in actor.roles,
    )
