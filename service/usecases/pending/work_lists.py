"""Work lists: what waits for somebody of the department."""

from sqlalchemy.orm import Session

from service.access import Actor, require
from service.models.installation import UnmappedTerm
from service.queries.pages import Listing, read_page
from service.usecases.paging import Page

__all__ = ["list_unmapped_terms"]

_UNMAPPED_TERMS = Listing(
    model=UnmappedTerm,
    row_id=UnmappedTerm.id,
    key=UnmappedTerm.word,
    filters={},
    sorts={"n_uses": UnmappedTerm.n_uses},
)


def list_unmapped_terms(session: Session, *, actor: Actor, page: int = 1, page_size: int = 20) -> Page[UnmappedTerm]:
    """Return one page of the industry words that no term is known for, the most used first.

    Raises
    ------
    InvalidInput
        If the page is out of range.
    """
    require(actor, "read_work_lists")
    items, total = read_page(session, _UNMAPPED_TERMS, filters=None, sort="-n_uses", page=page, page_size=page_size)
    return Page(items, total, page, page_size)
