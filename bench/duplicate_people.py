"""The people among whom duplicates are planted, and those who only look like duplicates of others."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from bench.duplicate_names import draw_common_names
from schemas.identity import checksum_of
from seed_data.demo_city.geography import draw_geography
from seed_data.demo_city.people import draw_people

__all__ = ["IDENTITY_KEYS", "Record", "draw_people_with_kin", "with_serial"]

Record = dict[str, Any]

#: What a record is compared by, as far as the bench plants and reads it.
IDENTITY_KEYS = (
    *("name", "id_number", "phone", "birth_date", "birth_date_is_month", "sex", "ethnicity", "education"),
    *("home_village_code", "work_start_date", "party_join_date", "employer"),
)
_N_EACH = 100  # people of each kind of false friend
_OFFICE = 8  # people who share an office phone


def draw_people_with_kin(seed: int, *, names: str, n: int = 10_000, n_villages: int = 1_300) -> list[Record]:
    """Draw `n` people of the demo city, with hundreds of twins, namesakes, kin and colleagues among them.

    Parameters
    ----------
    seed : int
    names : {"demo", "common"}
        The city's own names, of which every character has neighbours, or names with the frequencies of real ones.
    n, n_villages : int
    """
    rng = np.random.Generator(np.random.PCG64([seed, 77]))
    geography = draw_geography(rng, n_villages=n_villages)
    drawn = draw_people(rng, geography, n=n)
    people = [{"person_no": one["person_no"], **{key: one.get(key) for key in IDENTITY_KEYS}} for one in drawn]
    if names == "common":
        for person, name in zip(people, draw_common_names(rng, [one["sex"] for one in people]), strict=True):
            person["name"] = name
    order = rng.permutation(n)
    n_each = min(_N_EACH, n // (4 * len(_FALSE_FRIENDS)))
    for kind, make in enumerate(_FALSE_FRIENDS):
        for step in range(n_each):
            place = 2 * (kind * n_each + step)
            make(rng, people[order[place]], people[order[place + 1]])
    _share_office_phones(rng, people, order[2 * n_each * len(_FALSE_FRIENDS) :])
    return people


def with_serial(id_number: str, serial: int) -> str:
    """Return the id number of somebody else who was registered in the same place on the same day."""
    head = f"{id_number[:14]}{serial % 1000:03}"
    return head + checksum_of(head)


def _id_number(person: Record, birth: date, serial: int) -> str:
    place = (person.get("home_village_code") or "239901000000")[:6]
    head = f"{place}{birth:%Y%m%d}{serial % 1000:03}"
    return head + checksum_of(head)


def _kin_name(rng: np.random.Generator, name: str, *, other: str) -> str:
    """Return a name with the same surname that differs in the last character or in all of the given name."""
    if len(name) > 2 and rng.random() < 0.6:
        return name[:-1] + other[-1]
    return name[:1] + other[1:] if other[1:] != name[1:] else name + other[-1]


def _twins(rng: np.random.Generator, one: Record, other: Record) -> None:
    _move_in(one, other)
    other["birth_date"], other["birth_date_is_month"] = one["birth_date"], one["birth_date_is_month"]
    other["name"] = _kin_name(rng, one["name"], other=other["name"])
    other["ethnicity"] = one["ethnicity"]
    if one["id_number"]:
        other["id_number"] = with_serial(one["id_number"], int(one["id_number"][14:17]) + int(rng.integers(1, 12)))
        other["sex"] = "1" if int(other["id_number"][16]) % 2 else "2"
    if rng.random() < 0.4:
        other["phone"] = one["phone"]
    if rng.random() < 0.4:
        other |= {key: one[key] for key in ("education", "work_start_date", "employer")}


def _siblings(rng: np.random.Generator, one: Record, other: Record) -> None:
    _move_in(one, other)
    _reborn(rng, one, other, years=int(rng.integers(1, 7)))
    other["name"] = _kin_name(rng, one["name"], other=other["name"])
    if rng.random() < 0.3:
        other["phone"] = one["phone"]


def _parent_and_child(rng: np.random.Generator, one: Record, other: Record) -> None:
    _move_in(one, other)
    _reborn(rng, one, other, years=int(rng.integers(20, 33)))
    other["name"] = (
        one["name"][:1] + other["name"][1:] if other["name"][1:] != one["name"][1:] else other["name"] + "子"
    )
    other["phone"] = one["phone"]


def _namesakes_of_a_village(rng: np.random.Generator, one: Record, other: Record) -> None:
    _move_in(one, other)
    other["name"] = one["name"]
    if one["birth_date"] and other["birth_date"] and one["birth_date"] == other["birth_date"]:
        _reborn(rng, one, other, years=3)


def _namesakes_of_a_year(rng: np.random.Generator, one: Record, other: Record) -> None:
    other["name"], other["sex"] = one["name"], one["sex"]
    if one["birth_date"]:
        _reborn(rng, one, other, years=0)


def _namesakes_of_a_day(rng: np.random.Generator, one: Record, other: Record) -> None:
    """Two of one name, born on one day in other places, with other numbers and phones."""
    if not one["birth_date"]:
        return
    other["name"], other["birth_date"], other["birth_date_is_month"] = one["name"], one["birth_date"], False
    other["id_number"] = _id_number(other, one["birth_date"], int(rng.integers(1, 999)))
    other["sex"] = "1" if int(other["id_number"][16]) % 2 else "2"


def _classmates(_rng: np.random.Generator, one: Record, other: Record) -> None:
    """Everything of a career alike, the person another."""
    _move_in(one, other)
    other |= {key: one[key] for key in ("education", "work_start_date", "party_join_date", "employer", "ethnicity")}


def _copied_forms(rng: np.random.Generator, one: Record, other: Record) -> None:
    """A form that was filled in over another one's: all is alike save who it is."""
    own = {key: other[key] for key in ("name", "id_number", "birth_date", "birth_date_is_month", "sex", "person_no")}
    phone = one["phone"] if rng.random() < 0.3 else other["phone"]
    other |= {**one, **own, "phone": phone}
    if rng.random() < 0.5:
        other["name"] = _kin_name(rng, one["name"], other=own["name"])


def _look_alike_names(rng: np.random.Generator, one: Record, other: Record) -> None:
    """Names that differ in the last character, in one village."""
    _move_in(one, other)
    other["name"] = _kin_name(rng, one["name"], other=other["name"])


_FALSE_FRIENDS: tuple[Callable[[np.random.Generator, Record, Record], None], ...] = (
    _twins, _siblings, _parent_and_child, _namesakes_of_a_village, _namesakes_of_a_year, _namesakes_of_a_day,
    _classmates, _copied_forms, _look_alike_names,
)  # fmt: skip


def _move_in(one: Record, other: Record) -> None:
    other["home_village_code"] = one["home_village_code"]


def _reborn(rng: np.random.Generator, one: Record, other: Record, *, years: int) -> None:
    birth = one["birth_date"]
    if birth is None:
        return
    later = birth + timedelta(days=365 * years + int(rng.integers(1, 300)))
    other["birth_date"], other["birth_date_is_month"] = later, False
    if other["id_number"]:
        other["id_number"] = _id_number(other, later, int(rng.integers(1, 999)))
        other["sex"] = "1" if int(other["id_number"][16]) % 2 else "2"


def _share_office_phones(rng: np.random.Generator, people: list[Record], places: np.ndarray) -> None:
    n_offices = min(25, len(places) // (4 * _OFFICE))
    for start in range(0, n_offices * _OFFICE, _OFFICE):
        members = [people[place] for place in places[start : start + int(rng.integers(3, _OFFICE + 1))]]
        for member in members:
            member["phone"], member["employer"] = members[0]["phone"], members[0]["employer"]
