"""Who acts, what each role may do, where, and which fields it sees.

The roles and their rights are those of permissions.csv, drawn in docs/access.md.
"""

from service.access.actors import NOBODY, OPERATOR, Actor, Role
from service.access.rights import (
    ALLOWED,
    KINDS,
    holds,
    kinds_for,
    may,
    require,
    require_any,
    rights_of,
    takes_two,
    whom_to_ask,
)
from service.access.territory import EVERYWHERE, NOWHERE, Territory, TerritoryKind

__all__ = [
    "ALLOWED",
    "EVERYWHERE",
    "KINDS",
    "NOBODY",
    "NOWHERE",
    "OPERATOR",
    "Actor",
    "Role",
    "Territory",
    "TerritoryKind",
    "holds",
    "kinds_for",
    "may",
    "require",
    "require_any",
    "rights_of",
    "takes_two",
    "whom_to_ask",
]
