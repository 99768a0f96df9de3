"""What browsers report of a broken content policy: counted and logged without addresses or anybody's words."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

__all__ = ["LONGEST", "PolicyReport", "reports_in"]

LONGEST = 16 * 1024
_MOST_IN_ONE = 5
_DIRECTIVES = frozenset(
    {
        *("default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"),
        *("style-src-attr", "img-src", "font-src", "connect-src", "form-action", "base-uri", "frame-ancestors"),
        *("frame-src", "child-src", "worker-src", "manifest-src", "media-src", "object-src"),
    }
)
_KINDS = frozenset({"inline", "eval", "data", "blob", "self"})
_OTHER = "other"


@dataclass(frozen=True)
class PolicyReport:
    """One violation: the directive, the kind of what was blocked, and the pattern of the page's address.

    Each is a word of ours: what a browser, or anybody, writes into a report goes nowhere.
    """

    directive: str
    blocked: str
    route: str


def reports_in(content: bytes) -> list[PolicyReport]:
    """Read the reports of a body in either format; what is no report is none."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return []
    found = document if isinstance(document, list) else [document]
    bodies = [one.get("csp-report", one.get("body")) for one in found[:_MOST_IN_ONE] if isinstance(one, dict)]
    return [_report(body) for body in bodies if isinstance(body, dict)]


def _report(body: dict[str, Any]) -> PolicyReport:
    directive = _first(body, "effective-directive", "effectiveDirective", "violated-directive").partition(" ")[0]
    blocked = _first(body, "blocked-uri", "blockedURL").partition(":")[0]
    return PolicyReport(
        directive=directive if directive in _DIRECTIVES else _OTHER,
        blocked=blocked if blocked in _KINDS else _OTHER,
        route=_route(_first(body, "document-uri", "documentURL")),
    )


def _first(body: dict[str, Any], *names: str) -> str:
    return next((body[name] for name in names if isinstance(body.get(name), str)), "")


def _route(address: str) -> str:
    """Return the pattern of an address: numbers of people and keys of searches stand in addresses themselves."""
    try:
        path = urlsplit(address).path
        rule, _values = current_app.url_map.bind("").match(path, method="GET", return_rule=True)
    except (ValueError, HTTPException):
        return _OTHER
    return str(rule.rule)
