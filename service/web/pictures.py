"""Charts as filters: what templates draw beside their figures."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from matching.vocabulary import Text
from matching.vocabulary.flags import FLAGS
from schemas.grounds import ground_document, waiver_texts
from service.web import charts
from service.web.formatting import in_language, score
from service.web.reader import sentence_gap

__all__ = ["FILTERS", "FIVE", "five_radar", "pool_key", "reading"]

_POOL_KEYS = {"T1": "cv", "T2": "rm", "T3": "rl"}
FIVE = {
    "u1_agriculture": lazy_gettext("Agriculture"),
    "u2_industry": lazy_gettext("Industry"),
    "u3_city": lazy_gettext("Cities"),
    "u4_enterprise": lazy_gettext("Enterprises"),
    "u5_economy": lazy_gettext("Economy"),
}
_MARKS = {"recommend": "yes", "reserve": "hold", "not_suitable": "no"}
_MONTH = r"\d{4}[年./-]?\d{0,2}月?"
_PERIOD = re.compile(rf"(?P<period>{_MONTH}\s*(?:[—–~～至-]+\s*(?:{_MONTH}|至?今|now)?)?)?[\s　，,：:]*(?P<deed>.+)")
_NAMED = 3  # reasons in the one-line reading
_STRONG_SHARE = 0.6  # of the most that a criterion can give


def pool_key(source: str) -> str:
    """Return the colour key of a talent source."""
    return _POOL_KEYS.get(str(source), "ot")


def five_radar(person: Any, asked: Sequence[str] = ()) -> Markup:
    """Draw the five understandings of a person, against those that a post asks for."""
    rows = five_rows(person, asked)
    told = [f"{name} {'—' if value is None else value}" for name, value, _is_asked in rows]
    sentence = _("Five understandings, 0 to 5: %(values)s", values=_(", ").join(told))
    wanted = [name for name, _value, is_asked in rows if is_asked]
    if wanted:
        sentence += _("; the post asks for: %(names)s", names=_(", ").join(wanted))
    return charts.radar(
        [value for _name, value, _is_asked in rows],
        [name for name, _value, _is_asked in rows],
        pool=pool_key(person.talent_source),
        label=sentence,
        asked=[is_asked for _name, _value, is_asked in rows],
    )


def five_rows(person: Any, asked: Sequence[str] = ()) -> list[tuple[str, int | None, bool]]:
    """Return name and value of each understanding, and whether the post asks for it."""
    return [
        (str(name), getattr(person, column), f"U{place}" in asked)
        for place, (column, name) in enumerate(FIVE.items(), start=1)
    ]


def reading(entry: Any) -> str:
    """Say in one line what carries a score and what is not known."""
    parts = strongest_first(entry.contributions)
    strong = [in_language(part["label"]) for part in parts if _stands_out(part)][:_NAMED]
    absent = [in_language(part["label"]) for part in parts if part["is_missing"]]
    said = [_("Carried by %(names)s.", names=_(", ").join(strong)) if strong else _("No single reason stands out.")]
    if absent:
        said.append(_("Not recorded: %(names)s.", names=_(", ").join(absent)))
    return sentence_gap().join(said)


def waivers(grounds: Iterable[Any] | None) -> list[Text]:
    """Say the waivers among what counted, live or frozen."""
    return waiver_texts(ground_document(ground) for ground in grounds or ())


def flag_name(flag: str) -> str:
    """Return what a flag of a listed person says."""
    return capital(in_language(FLAGS[flag])) if flag in FLAGS else flag


def capital(wording: str) -> str:
    """Begin a label with a capital where it stands alone."""
    return wording[:1].upper() + wording[1:]


def contribution_bar(part: Mapping[str, Any], widest: int) -> Markup:
    """Draw one criterion of a listed person."""
    return charts.contribution(
        part["points"],
        max_points=part["max_points"],
        widest=widest,
        is_missing=part["is_missing"],
        average=part.get("average"),
    )


def score_mark(entry: Any, scale: tuple[int, int] | None) -> Markup:
    """Draw a score: a dot on its interval where there is one, else a bar."""
    if scale is None or entry.score_low is None:
        return charts.score_bar(entry.score)
    low, high = entry.score_low, entry.score_high
    sentence = _(
        "Score %(score)s, interval %(low)s to %(high)s",
        score=score(entry.score),
        low=score(low),
        high=score(high),
    )
    return charts.dot_range(entry.score, low=low, high=high, scale=scale, label=sentence)


def strongest_first(parts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort reasons by points above the average; on lists older than averages by points."""
    return sorted(parts, key=lambda part: -part.get("above_average", part["points"]))


def _stands_out(part: Mapping[str, Any]) -> bool:
    """Whether a reason carries a score: above the average, or, where that is not known, near its most."""
    if "above_average" in part:
        return bool(part["above_average"] > 0)
    return bool(part["max_points"] and part["points"] >= _STRONG_SHARE * part["max_points"])


def part_bar(n: int, of: int) -> Markup:
    """Draw a part of a whole beside its figure."""
    return charts.part(n, of=of)


def career(resume: str | None) -> list[tuple[str, str]]:
    """Split a career into periods and what was done; "" for the period of a line that names none."""
    found = [_PERIOD.match(line.strip()) for line in (resume or "").splitlines() if line.strip()]
    return [(one["period"] or "", one["deed"]) for one in found if one is not None]


def decision_mark(decision: Any) -> str:
    """Return the kind of a review decision, as marks show it: yes, hold, no, other, none."""
    return "none" if decision is None else _MARKS.get(str(getattr(decision, "value", decision)), "other")


def pool_meter(n: int, of: int, pool: str) -> Markup:
    """Draw how far a pool is."""
    return charts.meter(n, of=of, pool=pool)


FILTERS = {
    "axis": charts.axis,
    "capital": capital,
    "contribution_bar": contribution_bar,
    "career": career,
    "decision_mark": decision_mark,
    "five_radar": five_radar,
    "five_rows": five_rows,
    "flag_name": flag_name,
    "waivers": waivers,
    "part_bar": part_bar,
    "pool_key": pool_key,
    "pool_meter": pool_meter,
    "reading": reading,
    "score_bar": charts.score_bar,
    "score_mark": score_mark,
    "strongest_first": strongest_first,
}
