"""The list of people as a page shows it: what its address asks for, its columns, its cells, its choices with counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, TalentSource
from schemas.identity import mask_id_number, mask_phone
from service.access import Actor, may
from service.access.masking import hides
from service.context import current_language, database, now
from service.usecases import pool_pictures
from service.usecases.outgoing.exporting_lists import list_columns
from service.usecases.privacy.masks import hidden_filters
from service.usecases.records import people_facets, villages
from service.web import searches
from service.web.formatting import in_language, label, not_shown, number, pool_name
from service.web.listing import Listing, asked_listing
from service.web.options import Options, own_county_options

__all__ = [
    "REACHED",
    "Cell",
    "Choices",
    "Column",
    "PeopleQuery",
    "asked_people",
    "choices_of",
    "columns_of",
    "rows_of",
]

FILTERS = (
    *("talent_source", "record_status", "county_code", "township_code", "industry", "education"),
    *("consent_matching", "reached", "registered_from"),
)
SEARCH_KEY = "find"  # in the address; what it stands for is opened only here
COLUMNS_KEY = "cols"
SORTS = ("person_no", "name", "updated_at", "talent_source", "record_status")
#: Steps of the way to a post, as the funnel of the overview calls them.
REACHED = {
    "ranked": lazy_gettext("In a ranking"),
    "listed": lazy_gettext("Shortlisted"),
    "recommended": lazy_gettext("Recommended"),
    "appointed": lazy_gettext("In office by a list"),
    "in_office": lazy_gettext("In office"),
}
_YES_NO = {"yes": True, "no": False}
_LEFT = frozenset({RecordStatus.ARCHIVED, RecordStatus.ERASED})
_STATE_GROUPS = {
    "in_pool": [status for status in RecordStatus if status not in _LEFT],
    "unverified": [status for status in RecordStatus if status not in {*_LEFT, RecordStatus.VERIFIED}],
}
_ALWAYS = ("person_no", "name")
_MIDDLES = {"id_number": mask_id_number, "phone": mask_phone}
_N_NARROW = 2  # chosen columns beside the name on a narrow window
_NUMBERS = frozenset({"version"})
#: From which width on a column is shown; the others always are.
_WIDTHS = {"name": "", "talent_source": "", "record_status": "", "education": "lo", "updated_at": "lo"}


@dataclass(frozen=True, kw_only=True)
class PeopleQuery:
    """What an address asks of the list of people.

    Parameters
    ----------
    listing : Listing
    filters : mapping
        As use cases take them.
    search : mapping of str to str
        What was looked for by name or number; in no address.
    columns : tuple of str
    """

    listing: Listing
    filters: Mapping[str, Any]
    search: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """The address without its path, for forms that come back to the list."""
        return self.listing.url().partition("?")[2]

    @property
    def saved_state(self) -> dict[str, str]:
        """What a saved view keeps: all but searches and pages."""
        kept = {name: value for name, value in self.listing.filters.items() if name != SEARCH_KEY}
        return kept | ({"sort": self.listing.sort} if self.listing.sort != self.listing.default_sort else {})


class Column(NamedTuple):
    """A column of the list; `width` says from which width of the window on it is shown."""

    key: str
    name: str
    is_sortable: bool
    width: str


class Cell(NamedTuple):
    """A cell: what is shown in which column."""

    key: str
    shown: Any
    width: str


class Choices(NamedTuple):
    """The choices of the query form, each (code, wording with its count)."""

    sources: list[tuple[str, str, int]]
    states: list[tuple[str, str, int]]
    counties: Options
    townships: Options
    educations: Options
    consents: Options
    reached: Options
    asks_facts: bool  # whether where people come from and what they are can be asked for


def asked_people(actor: Actor, state: str | None = None) -> PeopleQuery:
    """Read what is asked from the address, or from the state that a form carries.

    Raises
    ------
    NotFound
        If the key of a search is not the actor's, or too old.
    """
    asked_of = dict(parse_qsl(state)) if state is not None else None
    listing = asked_listing(
        filters=(*FILTERS, SEARCH_KEY, COLUMNS_KEY),
        sorts=SORTS,
        default_sort="person_no",
        path=url_for("people.index"),
        asked_of=asked_of,
    )
    if asked_of is None and (chosen := request.args.getlist("col")):
        ordered = _moved(chosen, request.args.get("move", ""))
        listing = replace(listing, filters={**listing.filters, COLUMNS_KEY: ",".join(ordered)})
    wanted = {name: value for name, value in listing.filters.items() if name in FILTERS}
    key = listing.asked(SEARCH_KEY)
    search = searches.opened(key, vault=database().vault, actor=actor, now=now()) if key else {}
    columns = _chosen_columns(listing.asked(COLUMNS_KEY))
    if columns == list_columns("people").shown:
        listing = replace(listing, filters={k: v for k, v in listing.filters.items() if k != COLUMNS_KEY})
    return PeopleQuery(listing=listing, filters={**_typed(wanted), **search}, search=search, columns=columns)


def columns_of(query: PeopleQuery) -> tuple[list[Column], list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the columns that are shown, those of them whose order can be chosen, and all others that there are."""
    known = list_columns("people")
    names = {key: _capital(in_language(text)) for key, text in known.labels.items()}
    widths = _widths(query.columns)
    shown = [Column(key, names[key], key in SORTS, widths[key]) for key in query.columns]
    ordered = [(key, names[key]) for key in query.columns if key not in _ALWAYS]
    others = [(key, name) for key, name in names.items() if key not in query.columns and key not in _ALWAYS]
    return shown, ordered, others


def rows_of(people: Sequence[Any], columns: Sequence[str]) -> list[tuple[Any, list[Cell]]]:
    """Return each person with the cells of the columns, with the values that an export of the list has."""
    chosen = list_columns("people").chosen(columns, language=current_language())
    records, widths = chosen.records(people), _widths(columns)
    return [
        (person, [Cell(key, shown_value(person, record, key), widths[key]) for key in columns])
        for person, record in zip(people, records, strict=True)
    ]


def choices_of(session: Session, query: PeopleQuery, *, actor: Actor) -> Choices:
    """Return the choices of the query form with how many people each would leave."""
    facets = people_facets.count_facets(session, actor=actor, filters=query.filters)
    asks_facts = not hidden_filters(FILTERS, actor=actor)
    counties = own_county_options(session, actor=actor) if asks_facts else []
    consents = facets["consent_matching"]
    by_state = facets["record_status"]
    groups = [
        (name, wording, sum(by_state.get(state, 0) for state in _STATE_GROUPS[name]))
        for name, wording in (("in_pool", _("In the pools")), ("unverified", _("Not verified yet")))
    ]
    return Choices(
        sources=[
            (str(source.value), pool_name(source.value), facets["talent_source"].get(source, 0))
            for source in TalentSource
        ],
        states=[
            *groups,
            *[(str(one.value), str(label(one, "record_status")), by_state.get(one, 0)) for one in RecordStatus],
        ],
        counties=_with_counts(counties, facets["county_code"]),
        townships=_with_counts(_townships(session, query, facets["county_code"], actor=actor), facets["township_code"]),
        educations=_with_counts(
            [(code, str(label(code, "education"))) for code in facets["education"] if code], facets["education"]
        ),
        consents=_with_counts(
            [("yes", _("Given")), ("no", _("Refused"))], {"yes": consents.get(True, 0), "no": consents.get(False, 0)}
        ),
        reached=[(key, str(REACHED[key])) for key in pool_pictures.reaches_known_to(actor)],
        asks_facts=asks_facts,
    )


def _townships(
    session: Session, query: PeopleQuery, by_county: Mapping[Any, int], *, actor: Actor
) -> list[tuple[str, str]]:
    """Return the townships of the county that is asked for, or that everybody comes from; a city has too many."""
    lived_in = [code for code in by_county if code]
    county = query.listing.asked("county_code") or (lived_in[0] if len(lived_in) == 1 else "")
    if not county or not may(actor, "read_villages"):
        return []
    return [(one.township_code, one.name) for one in villages.list_townships(session, actor=actor, county_code=county)]


def _chosen_columns(asked: str) -> tuple[str, ...]:
    known = list_columns("people")
    chosen = [key for key in dict.fromkeys(asked.split(",")) if key in known.labels]
    if not chosen:
        return known.shown
    return tuple(dict.fromkeys((*_ALWAYS, *chosen)))


def _typed(wanted: Mapping[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = dict(wanted)
    if "consent_matching" in typed:
        typed["consent_matching"] = _YES_NO.get(wanted["consent_matching"])
    if wanted.get("record_status") in _STATE_GROUPS:
        typed["record_status"] = _STATE_GROUPS[wanted["record_status"]]
    if "registered_from" in typed:
        typed["registered_from"] = _day(wanted["registered_from"])
    return typed


def _day(asked: str) -> date | None:
    """Return the day of an address; what is none does not count."""
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


def shown_value(person: Any, record: Mapping[str, Any], key: str) -> Any:
    """Return a value of a record as it is read: labels in place of codes, lists in one line; None if unknown."""
    if hides(person, key):
        return not_shown()
    value, wording = record.get(key), record.get("labels", {}).get(key)
    if isinstance(wording, list):
        return _(", ").join(_capital(in_language(one)) for one in wording) or _("None")
    if wording is not None:
        return _capital(in_language(wording))
    if key in _MIDDLES:
        number_in_full = getattr(person, key)
        return _MIDDLES[key](str(number_in_full)) if number_in_full else None
    if key.endswith("_at"):
        return getattr(person, key)
    if isinstance(value, list | tuple):
        return _(", ").join(map(str, value)) or _("None")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return value


def _with_counts(options: Options, counts: Mapping[Any, int]) -> Options:
    told = [(code, wording, counts.get(code, 0)) for code, wording in options]
    return [(code, f"{wording} ({number(n)})") for code, wording, n in told if n]


def _widths(columns: Sequence[str]) -> dict[str, str]:
    """Return from which width on each column is shown; of chosen ones, the first stand on a narrow window too."""
    if tuple(columns) == list_columns("people").shown:
        return {key: _WIDTHS.get(key, "xs") for key in columns}
    narrow = [key for key in columns if key not in _ALWAYS][:_N_NARROW]
    return {key: "" if key == "name" or key in narrow else "xs" for key in columns}


def _moved(chosen: Sequence[str], asked: str) -> list[str]:
    """Return columns in the order of the form, one of them a place up or down (``key:-1``, ``key:1``)."""
    ordered = list(dict.fromkeys(chosen))
    key, _sep, step = asked.partition(":")
    if key in ordered and step in {"-1", "1"}:
        place = ordered.index(key)
        ordered.remove(key)
        ordered.insert(max(place + int(step), 0), key)
    return ordered


def _capital(wording: str) -> str:
    return wording[:1].upper() + wording[1:]
