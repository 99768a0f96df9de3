"""The kinds of tables that come in by files, and which of them an account may bring."""

from collections.abc import Mapping

from service.access import Actor, may, require

__all__ = ["IMPORT_KINDS", "OFFICES_ALONE", "importable_kinds", "require_kind", "template_kinds"]

IMPORT_KINDS = ("people", "vacancies", "villages", "decisions", "training")
#: What cards learn from is brought in by whoever concludes reviews.
OFFICES_ALONE: Mapping[str, str] = {"decisions": "conclude_reviews"}


def require_kind(actor: Actor, kind: str) -> None:
    """Refuse a kind of table that an account may not bring.

    Raises
    ------
    Forbidden
    """
    require(actor, "import_files")
    if kind in OFFICES_ALONE:
        require(actor, OFFICES_ALONE[kind])


def importable_kinds(actor: Actor) -> tuple[str, ...]:
    """Return the kinds of tables that an account may bring; the others are not offered to it."""
    if not may(actor, "import_files"):
        return ()
    return tuple(kind for kind in IMPORT_KINDS if may(actor, OFFICES_ALONE.get(kind, "import_files")))


def template_kinds(actor: Actor) -> tuple[str, ...]:
    """Return the kinds of templates that are offered to an account: of what it may bring; all where it brings nothing.

    Who hands out blank forms for others, as the host's operator does, has them all.
    """
    if not may(actor, "read_templates"):
        return ()
    return importable_kinds(actor) or IMPORT_KINDS
