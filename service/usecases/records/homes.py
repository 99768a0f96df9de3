"""Where people live, are tied to and would go, from the names and codes of their records."""

from collections.abc import Mapping
from typing import Any

from service.models.people import Person
from service.usecases.incoming.reports import SavedRecord
from service.usecases.records.places import PLACE_KEYS, Gazetteer, Located

__all__ = ["PLACE_CODES", "home_of", "known_home", "wishes_and_ties"]

#: Keys of a record that hold codes of places.
PLACE_CODES = frozenset({"tie_village_codes", "willing_county_codes"})
_HOME_KEYS = (*PLACE_KEYS, "home_village_code")


def home_of(
    record: Mapping[str, Any], *, person: Person | None, gazetteer: Gazetteer, saved: SavedRecord
) -> Located | None:
    """Return the home that a record tells, None if it tells none or less than is known.

    Parameters
    ----------
    record : mapping
    person : Person or None
        As registered. What is known of somebody is not given up for a name that nobody can place, nor for one that
        the record leaves out.
    gazetteer : Gazetteer
    saved : SavedRecord
        Takes the findings.
    """
    if not any(key in record for key in _HOME_KEYS):
        return None
    n_findings = len(saved.findings)
    home = gazetteer.locate(record, code_key="home_village_code", saved=saved)
    if person is not None and (len(saved.findings) > n_findings or _is_less(home, record, person)):
        return None
    return home


def _is_less(home: Located, record: Mapping[str, Any], person: Person) -> bool:
    """Whether a home is only the upper part of the known one because the record leaves the rest out."""
    if "home_village_code" in record:
        return False
    n_untold = next(place for place, level in enumerate(reversed(PLACE_KEYS)) if level in record)
    told, known = _upwards(home), _upwards(known_home(person))
    return n_untold > 0 and not any(told[:n_untold]) and told[n_untold:] == known[n_untold:]


def _upwards(home: Located) -> list[int | None]:
    return [getattr(home, f"{level}_id") for level in reversed(PLACE_KEYS)]


def known_home(person: Person | None) -> Located:
    """Return where a person lives as registered."""
    if person is None:
        return Located()
    return Located(person.home_county_id, person.home_township_id, person.home_village_id)


def wishes_and_ties(
    record: Mapping[str, Any], *, near: Located, gazetteer: Gazetteer, saved: SavedRecord
) -> dict[str, Any]:
    """Return the codes of the villages that somebody is tied to, `near` their home, and of the counties they choose."""
    values = dict[str, Any]()
    for key in PLACE_CODES & record.keys():
        kind = "village" if key == "tie_village_codes" else "county"
        codes = record[key]
        values[key] = None if codes is None else gazetteer.known_codes(kind, codes, key=key, saved=saved)
    if "willing_counties" in record:
        names = record["willing_counties"]
        values["willing_county_codes"] = None if names is None else gazetteer.county_codes(names, saved=saved)
    if "tie_villages" in record:
        names = record["tie_villages"]
        values["tie_village_codes"] = (
            None if names is None else gazetteer.village_codes(names, near=near, saved=saved) or (None if names else ())
        )
    return values
