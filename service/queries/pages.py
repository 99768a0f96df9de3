"""Pages of rows: named filters and orders, a total, and only the rows that are shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, func, literal, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.base import ExecutableOption

from matching.vocabulary import Text
from service.db import vault_of
from service.errors import InvalidInput

__all__ = [
    "Listing",
    "by_blind_index",
    "by_choice",
    "by_term",
    "by_value",
    "count_groups",
    "count_listed",
    "read_listed",
    "read_numbers",
    "read_page",
]

Filter = Callable[[Session, str, Any], ColumnElement[bool]]

_LARGEST_PAGE = 200
_IN_ONE_QUERY = 500


@dataclass(frozen=True)
class Listing:
    """How a table may be listed.

    Parameters
    ----------
    model : type
    row_id : column
        The surrogate id.
    key : column
        Unique; the last word in every order.
    filters : mapping of name to Filter
    sorts : mapping of name to column
    options : tuple
        What is loaded along with each row.
    computed : mapping of name to callable
        Orders that no column tells: the place of each row by its id.
    within : callable, optional
        Which rows are listed at all, of those that the session sees.
    """

    model: type[Any]
    row_id: InstrumentedAttribute[int]
    key: InstrumentedAttribute[str]
    filters: Mapping[str, Filter]
    sorts: Mapping[str, InstrumentedAttribute[Any] | ColumnElement[Any]]
    options: tuple[ExecutableOption, ...] = ()
    computed: Mapping[str, Callable[[Session], Mapping[int, int]]] = field(default_factory=dict)
    within: Callable[[Session], ColumnElement[bool]] | None = None


def read_page(
    session: Session,
    listing: Listing,
    *,
    filters: Mapping[str, Any] | None,
    sort: str | None,
    page: int,
    page_size: int,
) -> tuple[list[Any], int]:
    """Return the rows of one page and the number of rows on all pages.

    Parameters
    ----------
    session : Session
    listing : Listing
    filters : mapping, optional
        Several values of one filter are alternatives; filters that are None do not count.
    sort : str, optional
        Name of an order, with ``-`` in front for descending.
    page : int
        From 1.
    page_size : int
        1 to 200.

    Raises
    ------
    InvalidInput
        If a filter, an order or the page is unknown or out of range; the message names what there is.
    """
    _check_page(page, page_size)
    wanted = _conditions(session, listing, filters or {})
    start = (page - 1) * page_size
    if (sort or "").removeprefix("-") in listing.computed:
        ids = _computed_order(session, listing, wanted, sort or "")
        total, shown = len(ids), ids[start : start + page_size]
    else:
        total = session.scalar(select(func.count()).select_from(listing.model).where(*wanted)) or 0
        # Only ids are sorted: the rows are wide, and but a few of them are shown.
        query = select(listing.row_id).where(*wanted).order_by(*_order(session, listing, sort))
        shown = list(session.scalars(query.offset(start).limit(page_size)))
    rows = session.scalars(select(listing.model).where(listing.row_id.in_(shown)).options(*listing.options))
    return sorted(rows, key=lambda row: shown.index(row.id)), total


def count_listed(session: Session, listing: Listing, *, filters: Mapping[str, Any] | None) -> int:
    """Return how many rows fit; errors as for `read_page`."""
    wanted = _conditions(session, listing, filters or {})
    return session.scalar(select(func.count()).select_from(listing.model).where(*wanted)) or 0


def read_listed(
    session: Session, listing: Listing, *, filters: Mapping[str, Any] | None, sort: str | None
) -> Iterator[Any]:
    """Yield the rows of all pages in their order, a few hundred in memory at a time; errors as for `read_page`."""
    wanted = _conditions(session, listing, filters or {})
    ids = _listed_ids(session, listing, wanted, sort)
    for start in range(0, len(ids), _IN_ONE_QUERY):
        part = ids[start : start + _IN_ONE_QUERY]
        rows = session.scalars(select(listing.model).where(listing.row_id.in_(part)).options(*listing.options))
        by_id = {row.id: row for row in rows}
        yield from (by_id[row_id] for row_id in part)


def read_numbers(session: Session, listing: Listing, *, filters: Mapping[str, Any] | None, most: int) -> list[str]:
    """Return the keys of the rows that fit, at most so many, in their order; errors as for `read_page`."""
    wanted = _conditions(session, listing, filters or {})
    return list(session.scalars(select(listing.key).where(*wanted).order_by(listing.key).limit(most)))


def _listed_ids(
    session: Session, listing: Listing, wanted: Sequence[ColumnElement[bool]], sort: str | None
) -> list[int]:
    if (sort or "").removeprefix("-") in listing.computed:
        return _computed_order(session, listing, wanted, sort or "")
    return list(session.scalars(select(listing.row_id).where(*wanted).order_by(*_order(session, listing, sort))))


def count_groups(
    session: Session,
    listing: Listing,
    *,
    filters: Mapping[str, Any] | None,
    by: Sequence[InstrumentedAttribute[Any]],
) -> list[tuple[Any, ...]]:
    """Return the values of some columns, and last how many rows have them; filters as for `read_page`."""
    wanted = _conditions(session, listing, filters or {})
    grouped = select(*by, func.count()).select_from(listing.model).where(*wanted).group_by(*by)
    return [tuple(row) for row in session.execute(grouped)]


def by_value(column: InstrumentedAttribute[Any]) -> Filter:
    """Filter a column by one value."""
    return lambda _session, _name, value: column == value


def by_choice(column: InstrumentedAttribute[Any], kind: type[Enum]) -> Filter:
    """Filter a column by a code of an enumeration."""

    def condition(_session: Session, name: str, value: Any) -> ColumnElement[bool]:
        try:
            return column == kind(value)
        except ValueError as error:
            codes = ", ".join(str(member.value) for member in kind)
            raise InvalidInput(
                Text(f"没有代码“{value}”。", f"There is no code '{value}'."),
                remedy=Text(f"可用：{codes}。", f"There are: {codes}."),
                place=name,
                value=value,
            ) from error

    return condition


def by_term(column: InstrumentedAttribute[Any]) -> Filter:
    """Filter a list of codes by one of them."""
    joined = literal("|").concat(_as_text(column)).concat("|")
    return lambda _session, _name, value: joined.contains(f"|{value}|", autoescape=True)


def by_blind_index(column: InstrumentedAttribute[Any], place: str) -> Filter:
    """Filter an encrypted column by an exact value, through its blind index."""
    return lambda session, _name, value: column.in_(vault_of(session).blind_indexes(place, str(value)))


def _as_text(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    return type_coerce(column, String())


def _conditions(session: Session, listing: Listing, filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    conditions = [] if listing.within is None else [listing.within(session)]
    for name, value in filters.items():
        if name not in listing.filters:
            raise _unknown("filters", name, listing.filters)
        if isinstance(value, list | tuple | set | frozenset):
            conditions.append(or_(*(listing.filters[name](session, name, one) for one in value)))
        elif value is not None:
            conditions.append(and_(listing.filters[name](session, name, value)))
    return conditions


def _order(session: Session, listing: Listing, sort: str | None) -> list[ColumnElement[Any]]:
    name = (sort or next(iter(listing.sorts))).removeprefix("-")
    if name not in listing.sorts:
        raise _unknown("sort", name, {**listing.sorts, **listing.computed})
    column, key = _by_code_point(session, listing.sorts[name]), _by_code_point(session, listing.key)
    ordered = column.desc() if sort and sort.startswith("-") else column.asc()
    # An order without "nulls last" can follow an index.
    may_lack = getattr(listing.sorts[name], "nullable", isinstance(listing.sorts[name], ScalarSelect))
    return [ordered.nulls_last() if may_lack else ordered, key.asc()]


def _computed_order(session: Session, listing: Listing, wanted: Sequence[ColumnElement[bool]], sort: str) -> list[int]:
    places = listing.computed[sort.removeprefix("-")](session)
    found = session.scalars(select(listing.row_id).where(*wanted))
    return sorted(found, key=lambda row_id: places.get(row_id, len(places)), reverse=sort.startswith("-"))


def _by_code_point(session: Session, column: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[Any]:
    """Let both databases order texts alike; SQLite compares code points anyway."""
    if isinstance(column.type, String) and session.get_bind().dialect.name == "postgresql":
        return column.collate("C")
    return column.expression


def _unknown(place: str, name: str, known: Mapping[str, Any]) -> InvalidInput:
    names = ", ".join(known)
    label = Text("排序字段", "order") if place == "sort" else Text("筛选条件", "filter")
    return InvalidInput(
        Text(f"没有{label.zh}“{name}”。", f"There is no {label.en} '{name}'."),
        remedy=Text(f"可用：{names}。", f"There are: {names}."),
        place=name if place == "filters" else place,
        value=name,
    )


def _check_page(page: int, page_size: int) -> None:
    if page < 1:
        raise InvalidInput(
            Text("页码从 1 开始。", "Pages are counted from 1."),
            remedy=Text("请改为 1 或更大的数。", "Give 1 or more."),
            place="page",
            value=page,
        )
    if not 1 <= page_size <= _LARGEST_PAGE:
        raise InvalidInput(
            Text(f"每页条数应为 1 至 {_LARGEST_PAGE}。", f"A page has 1 to {_LARGEST_PAGE} rows."),
            remedy=Text(f"请改为 1 至 {_LARGEST_PAGE} 之间的数。", f"Give a number from 1 to {_LARGEST_PAGE}."),
            place="page_size",
            value=page_size,
        )
