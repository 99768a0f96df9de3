"""Workbooks to fill in, one for each kind of table."""

from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import NotFound
from service.files.templates import template
from service.usecases.incoming.import_rows import NEEDED, SCHEMAS

__all__ = ["make_template"]


def make_template(*, actor: Actor, kind: str, language: str = "zh") -> bytes:
    """Return the template of one kind of table as .xlsx.

    Nothing is read or changed, so there is no audit line.

    Parameters
    ----------
    actor : Actor
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    language : {"zh", "en"}
        Of the notes.

    Raises
    ------
    Forbidden
        If the actor may not import.
    NotFound
        If there is no such kind.
    """
    require(actor, "read_templates")
    if kind not in SCHEMAS:
        known = "、".join(SCHEMAS)
        raise NotFound(
            Text("没有这种模板。", "There is no such template."),
            remedy=Text(f"可用：{known}。", f"Known: {known}."),
            place="kind",
        )
    return template(kind, schema=SCHEMAS[kind](), needed=NEEDED[kind], language=language)
