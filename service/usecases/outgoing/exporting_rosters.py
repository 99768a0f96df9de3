"""Rosters: whole tables in the layout of the office; importing one again changes nothing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, require
from service.access.masking import FLAGGED
from service.errors import InvalidInput, check_choice
from service.files.exported_tables import Cell, ExportedTable, table_file
from service.files.garbage import collector_paused
from service.files.marks import Mark
from service.files.rosters import ROSTERS, RosterLayout, roster_layout
from service.files.tables import Draft
from service.models.territories import everywhere
from service.models.villages import County, Township, Village
from service.queries.pages import Listing, count_listed, read_listed
from service.queries.people_pages import PEOPLE
from service.queries.place_pages import VACANCIES, VILLAGES
from service.queries.veils import hidden_people
from service.usecases.incoming.import_preparation import PlacePreparation
from service.usecases.outgoing.exporting import Content, ExportedFile, check_format, record_export
from service.usecases.privacy.masks import refuse_hidden_filters
from service.usecases.privacy.unmasking import check_unmasking, people_to_take_away
from service.usecases.records.places import place_key

__all__ = ["MOST_ROWS", "export_roster"]

#: Excel itself takes 1,048,576; an import takes far less.
MOST_ROWS = 100_000
_FILTER = Text("请加筛选条件，如按县区分批导出。", "Add a filter, such as one county at a time.")
_FORMATS = ("xlsx", "csv")
_LISTINGS: Mapping[str, Listing] = {"people": PEOPLE, "vacancies": VACANCIES, "villages": VILLAGES}
_TITLES = {
    "people": Text("人才库人员名册", "roster of the talent pools"),
    "vacancies": Text("岗位需求表", "table of vacancies"),
    "villages": Text("村情况表", "table of villages"),
}


def export_roster(
    session: Session,
    *,
    actor: Actor,
    table: str,
    file_format: str,
    filters: Mapping[str, Any] | None = None,
    sort: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> ExportedFile:
    """Export a table in the layout of the office.

    Parameters
    ----------
    session : Session
    actor : Actor
    table : {"people", "vacancies", "villages"}
    file_format : {"xlsx", "csv"}
    filters, sort
        As for the list of the table; erased people are never in it, nor whom a blind review hides from the actor: an
        import would take the number for their name.
    reason : str, optional
        Why id numbers, phones and contacts have to be in it in full; without one the middle of numbers is hidden, and
        contacts, a name and a number in one text, are left out.
    now : datetime

    Raises
    ------
    Forbidden
        If the actor may not take whole records away, or not unmask them.
    InvalidInput
        If the table, the format, a filter or the order is not known, the reason will not do, or there are too many
        rows.
    """
    require(actor, "export_rosters")
    _check_table(table)
    check_format(file_format, known=_FORMATS)
    listing, layout = _LISTINGS[table], roster_layout(table)
    check_size(count_listed(session, listing, filters=filters))
    if table == "people":
        refuse_hidden_filters(filters, actor=actor)
    places = _Places(session, table)
    with collector_paused():
        listed = read_listed(session, listing, filters=filters, sort=sort)
        veiled = hidden_people(session, actor=actor) if table == "people" else frozenset[int]()
        records = [one for one in listed if not _is_erased(one) and one.id not in veiled]
        person_nos = [one.person_no for one in records] if table == "people" else []
        shown, hidden = _shown(session, records, table=table, actor=actor, reason=reason)
        rows = [
            layout.row(place, record, places={**places.of(record), **hidden(record)})
            for place, record in enumerate(shown, start=1)
        ]
    n_contacts = sum(bool(one.contact) for one in records) if table == "vacancies" and reason is not None else 0
    content = Content(
        kind="roster",
        file_format=file_format,
        title=_TITLES[table],
        subject_no=table,
        selection={"filters": dict(filters or {}), "sort": sort},
        n_people=len(person_nos) or n_contacts,
        person_nos=person_nos,
        n_rows=len(rows),
        reason=reason if table != "villages" else None,
        render=lambda mark: _render(layout, rows, mark, file_format=file_format),
    )
    return record_export(session, content, actor=actor, now=now)


def _is_erased(record: Any) -> bool:
    return getattr(record, "record_status", None) is RecordStatus.ERASED


def _shown(
    session: Session, records: list[Any], *, table: str, actor: Actor, reason: str | None
) -> tuple[list[Any], Callable[[Any], dict[str, Any]]]:
    """Return records as the file shows them, and what gives the cells of one that it leaves blank."""
    if table == "people":
        return people_to_take_away(session, records, actor=actor, reason=reason), _without_flag
    if table == "vacancies" and reason is not None:
        check_unmasking(actor, reason=reason, secrets=[one.contact for one in records])
        return records, lambda _: {}
    return records, lambda _: {"contact": None}


def _without_flag(person: Any) -> dict[str, Any]:
    """Leave blank that there is an entry on the negative list where its kind is not shown: a blank changes nothing."""
    return {"negative_flags": None} if person.negative_flags == (FLAGGED,) else {}


def check_size(n_rows: int, *, remedy: Text = _FILTER) -> None:
    """Refuse more rows than one file should have.

    Parameters
    ----------
    n_rows : int
    remedy : Text, optional
        What makes them fewer; a filter unless given.

    Raises
    ------
    InvalidInput
        If there are more than `MOST_ROWS`.
    """
    if n_rows > MOST_ROWS:
        raise InvalidInput(
            Text(f"共 {n_rows:,} 行，一个文件最多 {MOST_ROWS:,} 行。", f"{n_rows:,} rows; a file takes {MOST_ROWS:,}."),
            remedy=remedy,
            place="filters",
        )


def _check_table(table: str) -> None:
    problem = Text(f"没有名册“{table}”。", f"There is no roster of '{table}'.")
    check_choice(table, ROSTERS, problem=problem, place="table")


def _render(layout: RosterLayout, rows: list[list[Cell]], mark: Mark, *, file_format: str) -> bytes:
    keys, headers, kept = layout.without_unused(rows)
    table = ExportedTable(name=mark.title.zh, keys=keys, headers=headers, rows=kept)
    return table_file(table, file_format=file_format, mark=mark, language="zh")


class _Places:
    """Names of places where an import finds the same place by them, codes where it would not."""

    def __init__(self, session: Session, table: str) -> None:
        self._of_table = {"people": self._of_person, "vacancies": self._of_vacancy}.get(table)
        if self._of_table is None:
            return
        self._homes: dict[tuple[int | None, int | None, int | None], dict[str, str | None]] = {}
        self._names: dict[tuple[object, ...], int] = Counter()
        with everywhere(session):
            self._count_names(session)

    def _count_names(self, session: Session) -> None:
        for county in session.scalars(select(County)):
            self._names["county", place_key(county.name)] += 1
        for township in session.scalars(select(Township)):
            self._names["township", township.county_id, place_key(township.name)] += 1
        villages = {
            village.village_code: village
            for village in session.scalars(
                select(Village).options(joinedload(Village.township).joinedload(Township.county))
            )
        }
        for village in villages.values():
            self._names["village", village.township_id, place_key(village.name)] += 1
            # A tied village is found by its name alone, and with those of township and county in front.
            name, township = place_key(village.name), village.township
            for before in ("", place_key(township.name), place_key(township.county.name) + place_key(township.name)):
                self._names["tie", before + name] += 1
        self._villages = villages
        self._counties = {county.county_code: county for county in session.scalars(select(County))}

    def of(self, record: Any) -> Mapping[str, Any]:
        """Return the cells about places of one record."""
        return self._of_table(record) if self._of_table else {}

    def _of_person(self, person: Any) -> Mapping[str, Any]:
        key = (person.home_county_id, person.home_township_id, person.home_village_id)
        if key not in self._homes:
            self._homes[key] = self._home(
                person.home_county, person.home_township, person.home_village, code_key="home_village_code"
            )
        return {**self._homes[key], **self._ties(person), **self._wishes(person)}

    def _of_vacancy(self, vacancy: Any) -> Mapping[str, Any]:
        village = vacancy.village
        key = (village.township.county_id, village.township_id, village.id)
        if key not in self._homes:
            self._homes[key] = self._home(village.township.county, village.township, village, code_key="village_code")
        return self._homes[key]

    def _home(self, county: Any, township: Any, village: Any, *, code_key: str) -> dict[str, str | None]:
        found = {"county": county, "township": township, "village": village}
        names = {key: place.name if place else None for key, place in found.items()}
        if self._are_found(county, township, village):
            return {**names, code_key: None}
        if village is None:
            return {**dict.fromkeys(names), code_key: None}  # what is blank stays as it is
        return {**names, "village": None, code_key: village.village_code}

    def _are_found(self, county: Any, township: Any, village: Any) -> bool:
        """Say whether an import finds a place by its names, each of which is the only one of its kind."""
        counts = [
            self._names["county", place_key(county.name)] if county else 1,
            self._names["township", township.county_id, place_key(township.name)] if township else 1,
            self._names["village", village.township_id, place_key(village.name)] if village else 1,
        ]
        if counts != [1, 1, 1]:
            return False
        names = {"county": county, "township": township, "village": village}
        values = {key: place.name for key, place in names.items() if place}
        draft = Draft("", 0, {}, dict(values))
        return not list(PlacePreparation()(draft)) and draft.values == values

    def _ties(self, person: Any) -> Mapping[str, Any]:
        return self._listed(
            person.tie_village_codes, self._path, kind="tie", fields=("tie_villages", "tie_village_codes")
        )

    def _path(self, code: str) -> str:
        village = self._villages.get(code)
        return f"{village.township.county.name}{village.township.name}{village.name}" if village else code

    def _wishes(self, person: Any) -> Mapping[str, Any]:
        def name_of(code: str) -> str:
            return self._counties[code].name if code in self._counties else code

        fields = ("willing_counties", "willing_county_codes")
        return self._listed(person.willing_county_codes, name_of, kind="county", fields=fields)

    def _listed(
        self, codes: Sequence[str] | None, name_of: Callable[[str], str], *, kind: str, fields: tuple[str, str]
    ) -> Mapping[str, Any]:
        """Return places in the column of names if each is found by its name, else in that of codes."""
        if not codes:
            return dict(zip(fields, (None if codes is None else "无", None), strict=True))
        names = [name_of(code) for code in codes]
        is_found = all(self._names.get((kind, place_key(name))) == 1 and not _is_split(name) for name in names)
        told = ("、".join(names), None) if is_found else (None, "、".join(codes))
        return dict(zip(fields, told, strict=True))


def _is_split(name: str) -> bool:
    from schemas.fields import SEPARATORS

    return SEPARATORS.search(name) is not None
