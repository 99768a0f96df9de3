"""House style of what people read: numbers, dates, scores, spaces, masks. Both languages."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from matching.explain import signed_points
from matching.vocabulary import Language, Text
from matching.vocabulary.codes import code_table
from schemas.identity import Revealed
from service.access.masking import NOT_SHOWN
from service.context import current_language
from service.usecases.auditing.audit_places import account_text, origin_text
from service.web.holders import holder_of

__all__ = [
    "FILTERS",
    "NOTHING",
    "aligned_points",
    "day",
    "decimals",
    "in_language",
    "label",
    "labels",
    "masked",
    "moment",
    "month",
    "not_shown",
    "number",
    "origin",
    "percent",
    "points",
    "score",
    "signed_decimals",
    "spaced",
    "text",
    "who",
    "words",
    "yes_no",
]

NOTHING = Markup('<span class="nil">—</span>')
_THIN = "\u2009"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"  # with the rare ones of names
_EDGE = re.compile(rf"(?<=[{_HAN}])[ \u2009]?(?=[0-9A-Za-z+\u2212-])|(?<=[0-9A-Za-z%])[ \u2009]?(?=[{_HAN}])")
_ZONE = ZoneInfo("Asia/Shanghai")
_MINUS = "\u2212"
_SHOWN = {18: (6, 4), 15: (6, 3), 11: (3, 4)}  # of an id number or a phone: digits at the start and at the end


def spaced(value: str) -> str:
    """Put one thin space between Han characters and digits or Latin letters."""
    return _EDGE.sub(_THIN, value)


def in_language(value: Text | dict[str, str] | str | None) -> str:
    """Return a bilingual text, live or from a frozen record, in the language of the reader."""
    if value is None:
        return ""
    language = current_language()
    if isinstance(value, Text):
        wording = value.in_(language)
    elif isinstance(value, str):
        wording = value
    else:
        wording = value["en" if language == Language.EN else "zh"]
    return spaced(wording) if language != Language.EN else wording


def text(value: object) -> str | Markup:
    """Return a free text as it is, or a dash when there is none."""
    if value is None or value == "":
        return NOTHING
    return value if isinstance(value, Markup) else spaced(str(value))


def not_shown() -> Markup:
    """Return what stands in place of a value that the reader may not see: a dash would say that nobody knows it."""
    why = _("This account does not see it; it may be recorded or not.")
    return Markup('<span class="nil" title="{}">{}</span>').format(why, in_language(NOT_SHOWN))


def number(value: float | None) -> str | Markup:
    """Write a number: thousands comma, no idle decimals, a true minus."""
    if value is None:
        return NOTHING
    whole = f"{value:,.1f}".removesuffix(".0")
    return whole.replace("-", _MINUS)


def score(hundredths: int | None) -> str | Markup:
    """Write points with one decimal, halves upwards: 8255 hundredths are 82.6; None is not shown to this reader."""
    if hundredths is None:
        return NOTHING
    return f"{(hundredths + 5) // 10 / 10:.1f}"


def points(hundredths: int | None) -> str | Markup:
    """Write the points of one criterion without idle zeros, so that they can be added up by hand."""
    if hundredths is None:
        return NOTHING
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def aligned_points(hundredths: int | None) -> str | Markup:
    """Write points that stand below one another, with the same decimals each."""
    return NOTHING if hundredths is None else f"{hundredths / 100:.2f}"


def origin(address: str | None) -> str | Markup:
    """Return where an act came from: an address of the network, or the command line of the host and by whom."""
    if not address:
        return NOTHING
    return in_language(origin_text(address))


def who(username: str | None) -> str | Markup:
    """Return who acted: an account with who holds it, as far as names are shown; the service and the host in words."""
    if not username:
        return NOTHING
    told = account_text(username)
    if told.zh != username:
        return in_language(told)
    name = holder_of(username)
    return in_language(Text(f"{username}（{name}）", f"{username} ({name})")) if name else username


def decimals(value: float | None) -> str | Markup:
    """Write a figure between 0 and 1, or a difference of two, with three decimals and a true minus."""
    return NOTHING if value is None else f"{value:.3f}".replace("-", _MINUS)


def signed_decimals(value: float | None) -> str | Markup:
    """Write a difference with three decimals and its sign."""
    return NOTHING if value is None else f"{value:+.3f}".replace("-", _MINUS)


def percent(share: float | None) -> str | Markup:
    """Write a share as whole per cent."""
    return NOTHING if share is None else f"{share * 100:.0f}%"


def day(value: date | None) -> str | Markup:
    """Write a day."""
    if value is None:
        return NOTHING
    return f"{value:%Y-%m-%d}"


def month(value: date | None) -> str | Markup:
    """Write a month, as birth dates are shown on lists."""
    if value is None:
        return NOTHING
    return f"{value:%Y-%m}"


def moment(value: datetime | None) -> str | Markup:
    """Write a moment in the time of the house."""
    if value is None:
        return NOTHING
    return f"{value.astimezone(_ZONE):%Y-%m-%d %H:%M}"


def label(code: str | int | None, table: str) -> str | Markup:
    """Return the label of a code; a code that the table does not know is shown as it is."""
    if code is None:
        return NOTHING
    wording = in_language(code_table(table).label(str(code)))
    return wording[:1].upper() + wording[1:]


def labels(codes: Iterable[str] | None, table: str) -> str | Markup:
    """Return the labels of several codes in one line; None is unknown, empty is none."""
    if codes is None:
        return NOTHING
    return str(_(", ").join(str(label(code, table)) for code in codes) or _("None"))


def words(values: Iterable[str] | None) -> str | Markup:
    """Return several words in one line; None is unknown, empty is none."""
    if values is None:
        return NOTHING
    return str(_(", ").join(values) or _("None"))


_POOL_NAMES = {
    "T1": lazy_gettext("Village officials"),
    "T2": lazy_gettext("Returnees"),
    "T3": lazy_gettext("Local leaders"),
    "T4": lazy_gettext("Retired cadres"),
    "T5": lazy_gettext("Organ cadres"),
    "T6": lazy_gettext("Capable people"),
    "T7": lazy_gettext("Veterans"),
}


_POOL_TITLES = {
    "T1": lazy_gettext("College-student village officials"),
    "T2": lazy_gettext("Returning migrants and business people"),
    "T3": lazy_gettext("Local prosperity leaders"),
}


def pool_title(source: str) -> str:
    """Return the full name of one of the three pools."""
    return str(_POOL_TITLES[str(source)])


def pool_name(source: str) -> str:
    """Return the short name of a talent source, as its tag shows it."""
    return str(_POOL_NAMES[str(source)])


def yes_no(value: bool | None) -> str | Markup:  # noqa: FBT001 - a filter gets its value first
    """Return yes, no, or a dash for unknown."""
    if value is None:
        return NOTHING
    return str(_("Yes") if value else _("No"))


def masked(value: str | None) -> str | Markup:
    """Hide the middle of an id number (6 + 4 shown) or a phone (3 + 4 shown)."""
    if not value:
        return NOTHING
    if isinstance(value, Revealed) or "*" in value:
        return value  # by the role of the reader
    head, tail = _SHOWN.get(len(value), (0, 0))
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


FILTERS = {
    "text": text,
    "number": number,
    "decimals": decimals,
    "signed_decimals": signed_decimals,
    "percent": percent,
    "score": score,
    "origin": origin,
    "who": who,
    "points": points,
    "aligned_points": aligned_points,
    "signed_points": signed_points,
    "day": day,
    "month": month,
    "moment": moment,
    "label": label,
    "labels": labels,
    "words": words,
    "yes_no": yes_no,
    "masked": masked,
    "pool_name": pool_name,
    "pool_title": pool_title,
    "t": in_language,
}
