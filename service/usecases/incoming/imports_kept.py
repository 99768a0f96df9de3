"""The files that came in: the list, and one of them."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import NotFound
from service.models.imports import Import
from service.queries.pages import Listing, by_value, read_page
from service.usecases.paging import Page

__all__ = ["called", "find_import", "get_import", "list_imports"]


_IMPORTS = Listing(
    model=Import,
    row_id=Import.id,
    key=Import.sha256,
    filters={"kind": by_value(Import.kind)},
    sorts={"id": Import.id},
)


def list_imports(
    session: Session, *, actor: Actor, kind: str | None = None, page: int = 1, page_size: int = 20
) -> Page[Import]:
    """Return one page of the imports, the newest first.

    Raises
    ------
    InvalidInput
        If the page is out of range.
    Forbidden
        If the actor may not import.
    """
    require(actor, "import_files")
    filters = {"kind": kind} if kind else None
    items, total = read_page(session, _IMPORTS, filters=filters, sort="-id", page=page, page_size=page_size)
    return Page(items, total, page, page_size)


def get_import(session: Session, *, actor: Actor, import_id: int) -> Import:
    """Return one import.

    Raises
    ------
    NotFound
        If there is no such import.
    Forbidden
        If the actor may not import.
    """
    require(actor, "import_files")
    return find_import(session, import_id)


def find_import(session: Session, import_id: int) -> Import:
    """Return one import for a use case that has checked the right.

    Raises
    ------
    NotFound
        If there is no such import.
    """
    found = session.get(Import, import_id)
    if found is None:
        raise NotFound(
            Text(f"没有编号为 {import_id} 的导入。", f"There is no import {import_id}."),
            remedy=Text("请运行 talentpool imports 查看编号。", "List them with talentpool imports."),
            place="import_id",
            value=import_id,
        )
    return found


def called(session: Session, import_ids: Iterable[int]) -> str:
    """Name imports by number and file, the newest first, as they are to be undone."""
    newest = sorted(import_ids, reverse=True)
    return ", ".join(f"{one} ({find_import(session, one).file_name})" for one in newest)
