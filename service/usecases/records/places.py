"""Counties, townships and villages by name: all of them in memory while records are saved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.db import Model, allocate_ids
from service.models.people import Person
from service.models.villages import County, Township, Village
from service.usecases.incoming.place_findings import ambiguous, placeless, unknown_code
from service.usecases.incoming.place_words import misplaced, place_key
from service.usecases.incoming.reports import ProvisionalPlace, SavedRecord, Severity
from service.usecases.records.place_codes import replace_code
from service.usecases.records.provenance import Ledger
from service.usecases.records.record_fields import insert_rows

__all__ = ["PLACE_KEYS", "Gazetteer", "Located", "place_key"]

#: Keys of a record that say where somebody lives.
PLACE_KEYS = ("county", "township", "village")

_PROVISIONAL = "99"
_MOST_IDS = 200  # taken at once
_KEPT = frozenset({"id", "version", "created_at", "updated_at"})
_CODE_DIGITS = {"county": 6, "township": 9, "village": 12}
_MODELS: dict[str, type[Model]] = {"county": County, "township": Township, "village": Village}


@dataclass(frozen=True)
class Located:
    """Where a record belongs, as far as it can be told."""

    county_id: int | None = None
    township_id: int | None = None
    village_id: int | None = None


@dataclass(eq=False)
class _Place:
    kind: str
    id: int
    code: str
    name: str
    parent: "_Place | None"

    @property
    def path(self) -> str:
        return f"{self.parent.path} / {self.name}" if self.parent else self.name


class Gazetteer:
    """Every registered place, found by code or by name; unknown ones are registered as provisional.

    Parameters
    ----------
    session : Session
    now : datetime
    ledger : Ledger
        Takes the places that are registered and the codes that are replaced.
    """

    def __init__(self, session: Session, *, now: datetime, ledger: Ledger) -> None:
        self._session = session
        self._now = now
        self._ledger = ledger
        self._by_id: dict[tuple[str, int], _Place] = {}
        self._by_code: dict[tuple[str, str], _Place] = {}
        self._by_name: dict[tuple[str, str], list[_Place]] = defaultdict(list)
        self._unwritten: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._ids: dict[str, list[int]] = {kind: [] for kind in _CODE_DIGITS}
        self._next_code = {kind: int(_PROVISIONAL) * 10 ** (n - 2) + 1 for kind, n in _CODE_DIGITS.items()}
        self._told_by: dict[tuple[str, int], int] = {}
        self._adopted: list[tuple[_Place, str]] = []
        self.created: list[ProvisionalPlace] = []
        self.has_adopted = False  # a known place got another code
        self._read()

    def locate(self, record: Mapping[str, Any], *, code_key: str, saved: SavedRecord) -> Located:
        """Say where a record belongs.

        Parameters
        ----------
        record : mapping
            With names under ``county``, ``township`` and ``village``, or a village code under `code_key`.
        code_key : str
        saved : SavedRecord
            Takes the findings: an unknown code, a name that several places have.
        """
        code = record.get(code_key)
        if code is not None:
            village = self._by_code.get(("village", code))
            if village is None:
                saved.find(code_key, unknown_code(code), Severity.LEFT_OUT)
            return self._located(village)
        place: _Place | None = None
        for kind in PLACE_KEYS:
            name = record.get(kind)
            if name:
                found = self._find(kind, name, place, saved)
                if found is None:
                    break
                place = found
        return self._located(place)

    def township(
        self, county: str | None, township: str | None, *, village_code: str | None, saved: SavedRecord
    ) -> int | None:
        """Return the township of a village's row; the village's code also tells the codes of what is unknown."""
        codes = {"county": village_code[:6], "township": village_code[:9]} if village_code else {}
        above: _Place | None = None
        for kind, name in (("county", county), ("township", township)):
            above = self._find(kind, name, above, saved, code=codes.get(kind)) if name else None
            if above is None:
                return None
            self._adopt_code(above, codes.get(kind))
        return above.id if above else None

    def village_in(self, township_id: int, name: str) -> int | None:
        """Return the village of that name in a township."""
        matches = self._below(self._by_id["township", township_id], "village", name)
        return matches[0].id if matches else None

    def village_by_code(self, code: str) -> int | None:
        """Return the village with a code."""
        place = self._by_code.get(("village", code))
        return place.id if place else None

    def add_village(self, village_id: int, *, township_id: int, name: str, code: str | None) -> str:
        """Make a village that the caller writes known here; without a code it gets a provisional one."""
        code = code or self._free_code("village")
        self._enter(_Place("village", village_id, code, name, self._by_id["township", township_id]))
        return code

    def county_codes(self, names: Iterable[str], *, saved: SavedRecord) -> tuple[str, ...]:
        """Return the codes of counties by name."""
        found = (self._find("county", name, None, saved) for name in names)
        return tuple(dict.fromkeys(place.code for place in found if place))

    def village_codes(self, names: Iterable[str], *, near: Located, saved: SavedRecord) -> tuple[str, ...]:
        """Return the codes of villages by name; of several the one in the same township, else county, counts."""
        found = (self._tied(name, near, saved) for name in names)
        return tuple(dict.fromkeys(place.code for place in found if place))

    def known_codes(self, kind: str, codes: Iterable[str], *, key: str, saved: SavedRecord) -> tuple[str, ...]:
        """Return the codes that are registered; the others are findings."""
        kept = []
        for code in codes:
            if (kind, code) in self._by_code:
                kept.append(code)
            else:
                saved.find(key, unknown_code(code), Severity.LEFT_OUT)
        return tuple(kept)

    def write(self) -> None:
        """Insert the places that were registered since the last call, and write the codes that were adopted."""
        for kind, model in _MODELS.items():
            rows = self._unwritten.pop(kind, [])
            insert_rows(self._session, model, rows)
            for row in rows:
                told = {key: value for key, value in row.items() if key not in _KEPT}
                self._ledger.note_new(kind, row["id"], told, index=self._told_by[kind, row["id"]])
        for place, former in self._adopted:
            table = _MODELS[place.kind].__table__
            values = {f"{place.kind}_code": place.code, "is_provisional": False}
            self._session.execute(update(_MODELS[place.kind]).where(table.c.id == place.id).values(values))
            changes = {f"{place.kind}_code": (former, place.code), "is_provisional": (True, False)}
            self._ledger.note_changed(place.kind, place.id, changes)
            replace_code(self._session, Person.willing_county_codes, former, place.code, ledger=self._ledger)
        self._adopted.clear()

    def _read(self) -> None:
        connection = self._session.connection()
        for id_, code, name in connection.execute(select(County.id, County.county_code, County.name)):
            self._enter(_Place("county", id_, code, name, None))
        townships = select(Township.id, Township.township_code, Township.name, Township.county_id)
        for id_, code, name, above in connection.execute(townships):
            self._enter(_Place("township", id_, code, name, self._by_id["county", above]))
        villages = select(Village.id, Village.village_code, Village.name, Village.township_id)
        for id_, code, name, above in connection.execute(villages):
            self._enter(_Place("village", id_, code, name, self._by_id["township", above]))

    def _enter(self, place: _Place) -> None:
        self._by_id[place.kind, place.id] = place
        self._by_code[place.kind, place.code] = place
        # A village is also found by its name with that of the township, and of the county, in front.
        name, above = place_key(place.name), place.parent
        self._by_name[place.kind, name].append(place)
        while above is not None:
            name, above = place_key(above.name) + name, above.parent
            self._by_name[place.kind, name].append(place)
        if place.code.startswith(_PROVISIONAL):
            self._next_code[place.kind] = max(self._next_code[place.kind], int(place.code) + 1)

    def _find(
        self, kind: str, name: str, above: _Place | None, saved: SavedRecord, *, code: str | None = None
    ) -> _Place | None:
        matches = self._below(above, kind, name)
        if len(matches) > 1:
            saved.find(kind, ambiguous(kind, name, [place.path for place in matches]), Severity.LEFT_OUT)
            return None
        if matches:
            return matches[0]
        if kind != "county" and (above is None or _MODELS[above.kind] is not _above(kind)):
            saved.find(kind, placeless(kind, name), Severity.LEFT_OUT)
            return None
        if kind == "village" and above is not None and (problem := self._misplaced(name, above)) is not None:
            saved.find(kind, problem, Severity.LEFT_OUT)
            return None
        place = self._register(kind, name, above, code)
        self._told_by[kind, place.id] = saved.index
        return place

    def _misplaced(self, name: str, township: _Place) -> Text | None:
        counties = [place.name for (kind, _code), place in self._by_code.items() if kind == "county"]
        return misplaced(
            name, above=(township.name, township.parent.name if township.parent else ""), counties=counties
        )

    def _below(self, above: _Place | None, kind: str, name: str) -> list[_Place]:
        matches = self._by_name.get((kind, place_key(name)), [])
        return matches if above is None else [place for place in matches if _lies_in(place, above)]

    def _register(self, kind: str, name: str, above: _Place | None, code: str | None) -> _Place:
        is_provisional = code is None or code.startswith(_PROVISIONAL) or (kind, code) in self._by_code
        place = _Place(
            kind, self._free_id(kind), self._free_code(kind) if is_provisional else str(code), name.strip(), above
        )
        self._enter(place)
        row = {"id": place.id, f"{kind}_code": place.code, "name": place.name, "is_provisional": is_provisional}
        if above is not None:
            row[f"{above.kind}_id"] = above.id
        if kind == "village":
            row |= {"version": 1, "created_at": self._now, "updated_at": self._now}
        self._unwritten[kind].append(row)
        if is_provisional:
            self.created.append(ProvisionalPlace(kind, place.code, place.path))
        return place

    def _free_id(self, kind: str) -> int:
        """Take an id, of many unknown places twice as many each time; what is left over stays unused."""
        if not self._ids[kind]:
            n_more = min(max(len(self._unwritten[kind]), 1), _MOST_IDS)
            self._ids[kind] = list(reversed(allocate_ids(self._session, _MODELS[kind].__tablename__, n_more)))
        return self._ids[kind].pop()

    def _adopt_code(self, place: _Place, code: str | None) -> None:
        """Give a provisional place the code that the code of one of its villages tells."""
        if code is None or not place.code.startswith(_PROVISIONAL) or code.startswith(_PROVISIONAL):
            return
        if (place.kind, code) in self._by_code:
            return
        former, place.code = place.code, code
        self._by_code[place.kind, code] = self._by_code.pop((place.kind, former))
        self._adopted.append((place, former))
        self.has_adopted = True

    def _free_code(self, kind: str) -> str:
        code = self._next_code[kind]
        self._next_code[kind] += 1
        return str(code)

    def _tied(self, name: str, near: Located, saved: SavedRecord) -> _Place | None:
        matches = self._by_name.get(("village", place_key(name)), [])
        for kind, place_id in (("township", near.township_id), ("county", near.county_id)):
            home = self._by_id.get((kind, place_id)) if place_id is not None else None
            nearest = [place for place in matches if home and _lies_in(place, home)]
            matches = nearest or matches
        if len(matches) == 1:
            return matches[0]
        problem = (
            ambiguous("village", name, [place.path for place in matches]) if matches else placeless("village", name)
        )
        saved.find("tie_villages", problem, Severity.LEFT_OUT)
        return None

    def _located(self, place: _Place | None) -> Located:
        ids = {}
        while place is not None:
            ids[f"{place.kind}_id"] = place.id
            place = place.parent
        return Located(**ids)


def _above(kind: str) -> type[Model]:
    return County if kind == "township" else Township


def _lies_in(place: _Place, above: _Place) -> bool:
    parent = place.parent
    return parent is not None and (parent is above or _lies_in(parent, above))
