"""The single keys of the pages: one table, from which the list behind "?" and the help page are drawn."""

from typing import NamedTuple

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

__all__ = ["KEYS", "PLACES", "Key", "key_places", "keys_of"]


class Key(NamedTuple):
    """Keys that belong together, and what they do.

    Parameters
    ----------
    keys : tuple of str
        As they stand on the keyboard, e.g. ("J", "K").
    act : LazyString
        What they do, in the language of the page.
    """

    keys: tuple[str, ...]
    act: LazyString


_EVERYWHERE = ""
#: Headings of the help page.
PLACES: dict[str, LazyString] = {
    _EVERYWHERE: lazy_gettext("On every page"),
    "desk": lazy_gettext("On the review desk"),
    "duplicates": lazy_gettext("On the desk of duplicates"),
    "import": lazy_gettext("When importing a file"),
}
#: By the place where they act; those of every page hold in each place.
KEYS: dict[str, tuple[Key, ...]] = {
    "desk": (
        Key(("G",), lazy_gettext("Begin the review")),
        Key(("A",), lazy_gettext("Recommend")),
        Key(("S",), lazy_gettext("Reserve")),
        Key(("D", "1–9"), lazy_gettext("Not suitable, then a number for the reason")),
        Key(("U",), lazy_gettext("Undo")),
        Key(("R",), lazy_gettext("Decide with a reason in words")),
        Key(("X", "C"), lazy_gettext("Tick, and compare side by side")),
        Key(("W",), lazy_gettext("What if")),
        Key(("B",), lazy_gettext("Blind review")),
        Key(("P",), lazy_gettext("Proposal and decision")),
    ),
    "duplicates": (
        Key(("A",), lazy_gettext("One person")),
        Key(("S",), lazy_gettext("Later")),
        Key(("D",), lazy_gettext("Two people")),
        Key(("M",), lazy_gettext("Merge as picked")),
    ),
    "import": (
        Key(("N",), lazy_gettext("Import a file")),
        Key(("R",), lazy_gettext("Check again with what is written")),
    ),
    _EVERYWHERE: (
        Key(("J", "K"), lazy_gettext("Next and previous candidate, pair or page")),
        Key(("/",), lazy_gettext("Find a person")),
        Key(("?",), lazy_gettext("These keys")),
        Key(("Esc",), lazy_gettext("Leave a field, close what is open")),
    ),
}


def keys_of(place: str) -> tuple[Key, ...]:
    """Return the keys that act in a place of `PLACES`: its own, then those of every page."""
    own = KEYS[place] if place != _EVERYWHERE else ()
    return (*own, *KEYS[_EVERYWHERE])


def key_places() -> list[tuple[LazyString, tuple[Key, ...]]]:
    """Return all keys with the heading of their place, for the help page."""
    return [(heading, KEYS[place]) for place, heading in PLACES.items()]
