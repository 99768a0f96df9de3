"""Kinds of duplicates that were written after all else was settled, to see what was never thought of."""

from collections.abc import Mapping

import numpy as np

from bench.duplicate_kinds import Kind
from bench.duplicate_people import Record
from bench.duplicate_slips import in_traditional, misread, mistaken_for, replace_character

__all__ = ["FRESH"]

Draw = np.random.Generator


def _year_beside_other_phone(rng: Draw, second: Record) -> bool:
    """The year of birth by the old way of counting, another phone, no id number."""
    birth = second["birth_date"]
    if birth is None or second["birth_date_is_month"] or not second["home_village_code"]:
        return False
    second["birth_date"] = birth.replace(year=birth.year - 1, day=min(birth.day, 28))
    second["id_number"], second["phone"] = None, f"000{rng.integers(10**8):08}"
    return True


def _misread_number_and_name(rng: Draw, second: Record) -> bool:
    """An id number with two signs misread, a name with another character, no phone."""
    if not second["id_number"] or not replace_character(rng, second, mistaken_for):
        return False
    second["id_number"], second["phone"] = misread(rng, second["id_number"], n=2), None
    return True


def _traditional_phone_slip(rng: Draw, second: Record) -> bool:
    """A name in traditional characters, a digit of the phone left out, neither id number nor birth date."""
    if not second["phone"] or in_traditional(second["name"]) == second["name"]:
        return False
    place = int(rng.integers(3, len(second["phone"])))
    second["name"] = in_traditional(second["name"])
    second["phone"] = second["phone"][:place] + second["phone"][place + 1 :]
    second["id_number"] = second["birth_date"] = None
    second["birth_date_is_month"] = False
    return second["home_village_code"] is not None


#: Written after everything else was settled, and run once.
FRESH: Mapping[str, Kind] = {
    "year of birth beside, other phone, no id number": _year_beside_other_phone,
    "misread id number and name, no phone": _misread_number_and_name,
    "traditional name, phone a digit short, no birth": _traditional_phone_slip,
}
