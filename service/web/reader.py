"""What every page knows of its reader."""

from typing import Any

from flask import g, request, url_for

from matching.vocabulary import LANGUAGES, Language
from service.access import Actor, TerritoryKind, may
from service.access.routes import is_open_to
from service.context import current_language

__all__ = ["KEYS_COOKIE", "is_fragment", "sentence_gap", "shown_to_reader"]

_N_PLACES_SHOWN = 5  # in the bar at the top; the others stand under "More"
_SEAL = "才"
#: Says "off" where somebody does not want single keys (WCAG 2.1.4).
KEYS_COOKIE = "keys"
_LANGUAGE_NAMES = {"zh": "中文", "en": "EN"}  # each in its own language
_LANG_ATTRIBUTE = {"zh": "zh-Hans-CN", "en": "en"}


def shown_to_reader() -> dict[str, Any]:
    """Return the names that all templates may use."""
    language = current_language()
    actor: Actor | None = g.get("actor")
    return {
        "reader": actor,
        "may": lambda right: actor is not None and may(actor, right),
        "opens": lambda endpoint: actor is not None and is_open_to(actor, endpoint),
        "is_own_only": actor is not None and actor.territory.kind is TerritoryKind.OWN,
        "seal": _SEAL,
        "language_names": _LANGUAGE_NAMES,
        "lang": language,
        "n_places_shown": _N_PLACES_SHOWN,
        "gap": sentence_gap(),
        "has_keys": request.cookies.get(KEYS_COOKIE) != "off",
        "here": _here(),
        "lang_attribute": _LANG_ATTRIBUTE[language],
        "language_urls": {code: url_for("language.choose", code=code, next=_here()) for code in map(str, LANGUAGES)},
    }


def sentence_gap() -> str:
    """Return what stands between two sentences: nothing in Chinese."""
    return " " if current_language() == Language.EN else ""


def is_fragment() -> bool:
    """Whether the script on the page asks for one part of it only."""
    asked = request.headers.get("HX-Request") == "true"
    return asked and request.headers.get("HX-History-Restore-Request") != "true"


def _here() -> str:
    if request.method != "GET":
        return request.path
    return request.full_path.removesuffix("?")
