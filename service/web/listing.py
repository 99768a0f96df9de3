"""Lists: filters, order and page stand in the address, so that back, reload and a shared link work."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import request

__all__ = ["PAGE_SIZE", "Listing", "asked_listing"]

PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a reader asks of a list.

    Parameters
    ----------
    path : str
    filters : mapping of str to str
        As they stand in the address, empty ones left out.
    sort : str
        A key, with a leading minus for the largest first.
    page : int
        From 1.
    default_sort : str
        Left out of addresses.
    """

    path: str
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    default_sort: str = ""

    def asked(self, name: str) -> str:
        """Return one filter as it stands in the address; "" if it is not set."""
        return self.filters.get(name, "")

    def url(self, **changes: str | int | None) -> str:
        """Return the address of the same list with other filters, order or page; without a page it is the first."""
        kept: dict[str, str | int | None] = {**self.filters, "sort": self.sort, **changes}
        if kept.get("sort") == self.default_sort:
            del kept["sort"]
        if kept.get("page") == 1:
            del kept["page"]
        query = urlencode({name: value for name, value in kept.items() if value not in {None, ""}})
        return f"{self.path}?{query}" if query else self.path

    def sort_url(self, key: str) -> str:
        """Return the address of the list ordered by `key`; the second time the other way round."""
        return self.url(sort=f"-{key}" if self.sort == key else key)

    def order(self, key: str) -> str:
        """Return how the list is ordered by `key`, as aria-sort says it; "" if it is not."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort, "")


def asked_listing(
    *,
    filters: Collection[str],
    sorts: Collection[str],
    default_sort: str,
    path: str | None = None,
    asked_of: Mapping[str, str] | None = None,
) -> Listing:
    """Read a list's state from the address, or from another one; what it does not know is left out.

    Parameters
    ----------
    filters, sorts : collection of str
        Names that it knows.
    default_sort : str
    path : str, optional
        Of the list, if it is not the page that is asked for.
    asked_of : mapping, optional
        The state, if it does not stand in the address that is asked for.
    """
    given = request.args if asked_of is None else asked_of
    asked = {name: given[name].strip() for name in filters if given.get(name, "").strip()}
    sort = given.get("sort", default_sort)
    page = given.get("page", "1")
    return Listing(
        path=path or request.path,
        filters=asked,
        sort=sort if sort.removeprefix("-") in sorts else default_sort,
        page=int(page) if page.isascii() and page.isdigit() and 0 < int(page) < 1_000_000 else 1,
        default_sort=default_sort,
    )
