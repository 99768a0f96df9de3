"""The cadre form as parts: what each element says of a person, and what of an imported form is kept beside it."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from marshmallow import ValidationError

from matching.vocabulary.codes import code_table
from schemas.people import PersonSchema, highest

__all__ = ["FormElement", "Remainder", "form_elements", "remainder_of", "text_of"]

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_LONGEST_KEPT = 20_000  # characters of one unknown part; a picture is longer
_MOST_KEPT = 100
# Tags of forms are the pinyin of their labels. A résumé is a field of the person and not judged here.
_OF_OTHERS = re.compile(
    r"家庭|家属|亲属|亲戚|社会关系|配偶|丈夫|妻子|父亲|母亲|父母|子女|儿子|女儿|称谓|紧急联系"
    r"|jiating|jiashu|qinshu|shehuiguanxi|peiou|zhangfu|qizi|fuqin|muqin|fumu|zinv|zinu|erzi|nver|chengwei"
    r"|jinjilianxi|family|spouse|relative|father|mother|child",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|\+?(?:86)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
_DEGREES = ("QuanRiZhiJiaoYu_XueWei", "ZaiZhiJiaoYu_XueWei")
_SCHOOLS = tuple(
    f"{kind}JiaoYu_{part}_BiYeYuanXiaoXi" for kind in ("QuanRiZhi", "ZaiZhi") for part in ("XueLi", "XueWei")
)
_FULL_MEMBER_AFTER_DAYS = 366
_OTHER_PARTIES = frozenset(f"{code:02}" for code in range(4, 13))


@dataclass(frozen=True)
class FormElement:
    """One element of the form.

    Parameters
    ----------
    tag, label, key : str
        `key` is the field of a person; "" if there is none.
    is_dropped : bool
        Whether its content never comes in: family members and the photo.
    """

    tag: str
    label: str
    key: str
    is_dropped: bool


@dataclass(frozen=True)
class Remainder:
    """What of an imported form no field of the person holds.

    Parameters
    ----------
    attributes : dict
        Of the root.
    unknown : list of (str, str)
        Elements that no form has, as XML, each with the tag of the known element that it stood after ("" at the top).
    texts : dict of str to str
        Texts of known elements that would be written otherwise from the person alone.
    """

    attributes: dict[str, str] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def without_others(self) -> "Remainder":
        """Return it without the parts that speak of family members, under whatever tag an editor put them."""
        return self._without(_OF_OTHERS)

    def without_numbers(self) -> "Remainder":
        """Return it without the parts in which an id number or a phone stands."""
        return self._without(_NUMBER)

    def _without(self, words: re.Pattern[str]) -> "Remainder":
        return Remainder(
            attributes={key: value for key, value in self.attributes.items() if not words.search(f"{key} {value}")},
            unknown=[(after, xml) for after, xml in self.unknown if not words.search(xml)],
            texts={tag: text for tag, text in self.texts.items() if not words.search(text)},
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.attributes or self.unknown or self.texts)


@lru_cache(maxsize=1)
def form_elements() -> Mapping[str, FormElement]:
    """Return the elements of the form by tag, in their order."""
    source = resources.files("seed_data").joinpath("formats", "lrmx.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(source.splitlines())
    return {
        row["element"]: FormElement(row["element"], row["zh"], row["key"], row["treatment"] == "drop") for row in rows
    }


def remainder_of(content: bytes, person: Any, *, today: date) -> Remainder | None:
    """Return what of a form is lost in the person that was imported from it.

    Parameters
    ----------
    content : bytes
        The form as it was imported.
    person : object
    today : date

    Returns
    -------
    Remainder or None
        None if the form cannot be parsed, or nothing of it is lost. Family members and the photo are never kept.
    """
    root = _parsed(content)
    if root is None:
        return None
    found, after = Remainder(attributes=dict(root.attrib)), ""
    for element in root:
        known = form_elements().get(element.tag)
        if known is None:
            xml = tostring(element, encoding="unicode").strip()
            if len(xml) <= _LONGEST_KEPT and len(found.unknown) < _MOST_KEPT:
                found.unknown.append((after, xml))
            continue
        after = element.tag
        text = (element.text or "").strip()
        if text and not known.is_dropped and text != text_of(element.tag, person, today=today):
            found.texts[element.tag] = text
    found = found.without_others()
    return None if found.is_empty else found


def text_of(tag: str, person: Any, *, today: date, remainder: Remainder | None = None) -> str:
    """Return what an element says of a person.

    Parameters
    ----------
    tag : str
        Of `form_elements`.
    person : object
    today : date
    remainder : Remainder, optional
        Its text is taken as long as it says what the record says; once that has changed, the record counts.
    """
    kept = (remainder or Remainder()).texts
    if tag in kept and _says_the_same(tag, kept, person):
        return kept[tag]
    element = form_elements()[tag]
    if tag in _WRITERS:
        return _WRITERS[tag](person, today)
    value = getattr(person, element.key, None) if element.key else None
    return "" if value is None or element.is_dropped else _written(element.key, value)


def _written(key: str, value: Any) -> str:
    known = PERSON_FIELDS[key]
    table = getattr(known, "table", None)
    if table is not None:
        label: str = table.label(str(value)).zh
        return label
    return _day(value) if isinstance(value, date) else str(value)


def _day(day: date, *, is_month: bool | None = None) -> str:
    if is_month is None:
        is_month = day.day == 1
    return f"{day:%Y%m}" if is_month else f"{day:%Y%m%d}"


def _birth(person: Any, _today: date) -> str:
    return "" if person.birth_date is None else _day(person.birth_date, is_month=person.birth_date_is_month)


def _joined(person: Any, _today: date) -> str:
    """Write when somebody joined the Party; members of other parties have the name of theirs here."""
    if person.party_join_date is not None:
        return _day(person.party_join_date)
    status = person.political_status
    return code_table("political_status").label(status).zh if status in _OTHER_PARTIES else ""


def _status(person: Any, today: date) -> str:
    """Write the political status only where it does not follow from the date of joining, as the classic form does."""
    status, joined = person.political_status, person.party_join_date
    if status is None or (joined is None and status in _OTHER_PARTIES):
        return ""
    follows = joined is not None and (today - joined).days > _FULL_MEMBER_AFTER_DAYS and status == "01"
    return "" if follows else code_table("political_status").label(status).zh


def _health(person: Any, _today: date) -> str:
    return "健康" if person.duty_health_ok else ""


def _appraisals(person: Any, _today: date) -> str:
    table = code_table("appraisal")
    years = (one.partition(":") for one in person.appraisals or ())
    said = "；".join(f"{year}年年度考核{table.label(result).zh}" for year, _, result in years)
    return f"{said}。" if said else ""


def _degree(person: Any, _today: date) -> str:
    return code_table("degree").label(person.degree).zh if person.degree else ""


def _school(person: Any, _today: date) -> str:
    return person.school_major or ""


def _nothing(_person: Any, _today: date) -> str:
    return ""


#: The record knows one degree and one text of schools: they stand at the first place that the form has for them.
_WRITERS = {
    "ChuShengNianYue": _birth,
    "RuDangShiJian": _joined,
    "ZhengZhiMianMao": _status,
    "JianKangZhuangKuang": _health,
    "NianDuKaoHeJieGuo": _appraisals,
    **dict.fromkeys(_DEGREES, _nothing),
    **dict.fromkeys(_SCHOOLS, _nothing),
    _DEGREES[0]: _degree,
    _SCHOOLS[0]: _school,
}
PERSON_FIELDS = PersonSchema().load_fields


def _says_the_same(tag: str, kept: Mapping[str, str], person: Any) -> bool:
    key = form_elements()[tag].key
    if not key:
        return True
    if tag in _DEGREES:
        return bool(_degree_in(kept) == person.degree)
    if tag in _SCHOOLS:
        return bool(_schools_in(kept) == person.school_major)
    if tag == "RuDangShiJian" and person.party_join_date is None:
        return bool(code_table("political_status").find(kept[tag]) == person.political_status)
    try:
        value = PERSON_FIELDS[key].deserialize(kept[tag].replace("<br>", "\n"))
    except ValidationError:
        return False
    if key == "birth_date":
        return bool(value == (person.birth_date, person.birth_date_is_month))
    return bool(value == getattr(person, key))


def _degree_in(kept: Mapping[str, str]) -> str | None:
    words = [word for tag in _DEGREES for word in re.split(r"[、，,;；/\s]+", kept.get(tag, "")) if word]
    found = [code for word in words if (code := code_table("degree").find(word))]
    return highest("degree", found) if found else None


def _schools_in(kept: Mapping[str, str]) -> str | None:
    """Join the texts of schools as reading a form does."""
    joined: str | None = None
    for text in (kept[tag] for tag in _SCHOOLS if kept.get(tag)):
        if joined is None:
            joined = text
        elif text not in joined:
            joined = f"{joined}；{text}"
    return None if joined is None else " ".join(joined.split())


def _parsed(content: bytes) -> Element | None:
    for encoding in ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030"):
        try:
            root = fromstring(_DECLARATION.sub("", content.decode(encoding)), forbid_dtd=True)
        except (UnicodeDecodeError, ParseError, ValueError, RecursionError, DefusedXmlException):
            continue
        return root if root.tag == "Person" else None
    return None
