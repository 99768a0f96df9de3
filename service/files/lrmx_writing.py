"""The cadre form 干部任免审批表 as .lrmx, with every part of an earlier form that the service does not read."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring

from service.files.form_parts import Remainder, form_elements, text_of
from service.files.marks import Mark

__all__ = ["write_lrmx"]

#: Elements that are left out when they say nothing: the classic form does not have them.
_OPTIONAL = frozenset({"ZhengZhiMianMao", "DaoLingNianYue", "GaiGeQianRenZhiNianLingJieXian"})


def write_lrmx(
    person: Any, *, remainder: Remainder | None, filled: Mapping[str, str], today: date, mark: Mark
) -> bytes:
    """Return the form of one person.

    Parameters
    ----------
    person : object
    remainder : Remainder or None
        Of the form that the person was imported from.
    filled : mapping of str to str
        Texts of elements about the form itself, such as who fills it in and the proposed post.
    today : date
    mark : Mark
        Stands as a comment on top: the editors of forms show no other place for it.
    """
    kept = remainder or Remainder()
    root = Element("Person", kept.attributes)
    _take_over(root, kept, after="")
    for tag in form_elements():
        text = filled.get(tag) or text_of(tag, person, today=today, remainder=kept)
        if text or tag not in _OPTIONAL:
            SubElement(root, tag).text = text
        _take_over(root, kept, after=tag)
    root.text = "\n  "
    for child in root:
        child.tail = "\n  "
    root[-1].tail = "\n"
    comment = mark.sentence.zh.replace("--", "- -")
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!-- {comment} -->\n{tostring(root, encoding="unicode")}\n'.encode()
    )


def _take_over(root: Element, kept: Remainder, *, after: str) -> None:
    root.extend(fromstring(xml) for place, xml in kept.unknown if place == after)
