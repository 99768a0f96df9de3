"""The cadre form 干部任免审批表 as .lrmx: one person in one XML file."""

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from matching.vocabulary import Text
from service.files.columns import Treatment
from service.files.findings import CellFinding, Effect
from service.files.headers import is_blank
from service.files.limits import read_file, unreadable
from service.files.tables import Draft, DraftTable

__all__ = ["is_form", "read_form"]

_MOST_BYTES = 5_000_000  # with a photo; a form has 50 to 300 kB
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class _Part(NamedTuple):
    label: str
    key: str
    treatment: Treatment
    reason: Text | None


def is_form(path: Path) -> bool:
    """Whether a file is to be read as a form, by its ending."""
    return path.suffix.lower() == ".lrmx"


def read_form(path: Path) -> DraftTable:
    """Read one form.

    Parameters
    ----------
    path : Path

    Returns
    -------
    DraftTable
        With one draft; family members and the photo are left out and said so.

    Raises
    ------
    NotFound, UnreadableFile
        If there is no such file, it is too large, no XML, has entities, or is no such form.
    """
    root = _parsed(path, read_file(path, most=_MOST_BYTES))
    if root.tag != "Person":
        problem = Text(
            f"不是干部任免审批表：根元素是“{root.tag[:40]}”。", f"This is no cadre form: its root is '{root.tag[:40]}'."
        )
        raise unreadable(path, problem, Text("请用任免审批表编辑器重新导出。", "Export it again from the form editor."))
    columns: dict[str, tuple[int | str, str]] = {}
    draft = Draft("", 0, columns)
    findings: list[CellFinding] = []
    for element in root:
        part = _parts().get(element.tag)
        if part is None:
            findings.append(_unknown(element))
        elif part.treatment is Treatment.DROP:
            findings += _dropped(element, part)
        elif part.treatment is Treatment.IMPORT:
            columns.setdefault(part.key, (element.tag, part.label))
            _take(draft, element, part)
    return DraftTable([draft], findings, "", 0)


def _parsed(path: Path, data: bytes) -> Element:
    try:
        text = data.decode("utf-8-sig") if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else data.decode("utf-16")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    try:
        return fromstring(_DECLARATION.sub("", text), forbid_dtd=True)
    except DefusedXmlException as error:
        raise unreadable(
            path,
            Text(
                "含有 XML 实体或 DTD，出于安全不予解析。", "It has XML entities or a DTD and is not parsed, for safety."
            ),
            Text("请用任免审批表编辑器重新导出。", "Export it again from the form editor."),
        ) from error
    except (ParseError, ValueError, RecursionError) as error:
        raise unreadable(
            path,
            Text("不是完整的 XML 文件。", "This is no complete XML file."),
            Text("请用任免审批表编辑器重新导出。", "Export it again from the form editor."),
        ) from error


def _take(draft: Draft, element: Element, part: _Part) -> None:
    value = (element.text or "").replace("<br>", "\n").strip()
    if is_blank(value):
        return
    known = draft.values.get(part.key)
    if known is None:
        draft.values[part.key] = value
    elif value not in known:
        draft.values[part.key] = f"{known}；{value}"


def _dropped(element: Element, part: _Part) -> Iterator[CellFinding]:
    if part.reason is not None and (len(element) or not is_blank(element.text)):
        yield CellFinding(effect=Effect.NOTE, problem=part.reason, cell=element.tag, column=part.label)


def _unknown(element: Element) -> CellFinding:
    problem = Text("表中没有这一项，未导入。", "The form has no such part; it was not imported.")
    return CellFinding(effect=Effect.NOTE, problem=problem, cell=element.tag[:60])


@lru_cache(maxsize=1)
def _parts() -> dict[str, _Part]:
    source = resources.files("seed_data").joinpath("formats", "lrmx.csv").read_text(encoding="utf-8")
    return {
        row["element"]: _Part(
            row["zh"],
            row["key"],
            Treatment(row["treatment"]),
            Text(row["reason_zh"], row["reason_en"]) if row["reason_zh"] else None,
        )
        for row in csv.DictReader(source.splitlines())
    }
