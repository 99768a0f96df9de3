"""Names of places as they are written: what two of them have in common, and which cannot be a village of a township."""

import unicodedata
from collections.abc import Collection
from functools import lru_cache

from matching.vocabulary import Text

__all__ = ["misplaced", "place_key"]


@lru_cache(maxsize=50_000)
def place_key(name: str) -> str:
    """Return what two names of one place have in common: 东岗村 and 东岗村民委员会 are the same."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    for ending in ("村民委员会", "村委会"):
        if plain.endswith(ending):
            return plain.removesuffix(ending) + "村"
    return plain


def misplaced(name: str, *, above: tuple[str, str], counties: Collection[str]) -> Text | None:
    """Return why an unknown name cannot be a new village of a township; None: it can.

    Parameters
    ----------
    name : str
        As it is written.
    above : tuple of str
        Names of the township, and of its county.
    counties : collection of str
        Names of all that are registered.
    """
    township, county = above
    key = place_key(name)
    if key in {place_key(township), place_key(county), place_key(county) + place_key(township)}:
        return Text(f"“{name}”是乡镇，不是村，请补填村名。", f"'{name}' is the township and no village: add its name.")
    there = next((one for one in counties if one != county and key.startswith(place_key(one))), None)
    if there is None:
        return None
    return Text(
        f"“{name}”在{there}，不在{county}{township}，请分别写明县、乡镇、村。",
        f"'{name}' lies in {there}, not in {county} {township}: write county, township and village.",
    )
