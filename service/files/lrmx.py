"""The cadre form 干部任免审批表 as .lrmx: one person in one XML document."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from matching.vocabulary import Text
from service.files.limits import unreadable

__all__ = ["lrmx_parts"]

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_EXPORT_AGAIN = Text("请用任免审批表编辑器重新导出。", "Export it again from the form editor.")
_DEEPEST = 20
_OPENED = re.compile(r"<(/?)[^!?<>/][^<>]*?(/?)>")


def lrmx_parts(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Split the XML of a form into its parts.

    Parameters
    ----------
    name : str
        Of the file, for the refusal.
    text : str

    Yields
    ------
    element, value : str
        Of a part with parts of its own the value is all their text.

    Raises
    ------
    UnreadableFile
        If it is no XML, has entities, or is no such form.
    """
    root = _parsed(name, text)
    if root.tag != "Person":
        tag = root.tag[:40]
        problem = Text(f"不是干部任免审批表：根元素是“{tag}”。", f"This is no cadre form: its root is '{tag}'.")
        raise unreadable(name, problem, _EXPORT_AGAIN)
    for element in root:
        value = "".join(element.itertext()) if len(element) else element.text or ""
        yield element.tag, value.replace("<br>", "\n")


def _parsed(name: str, text: str) -> Element:
    if _depth(text) > _DEEPEST:
        problem = Text("XML 嵌套过深，不予解析。", "The XML is nested too deeply and is not parsed.")
        raise unreadable(name, problem, _EXPORT_AGAIN)
    try:
        return fromstring(_DECLARATION.sub("", text), forbid_dtd=True)
    except DefusedXmlException as error:
        problem = Text(
            "含有 XML 实体或 DTD，出于安全不予解析。", "It has XML entities or a DTD and is not parsed, for safety."
        )
        raise unreadable(name, problem, _EXPORT_AGAIN) from error
    except (ParseError, ValueError, RecursionError) as error:
        problem = Text("不是完整的 XML 文件。", "This is no complete XML file.")
        raise unreadable(name, problem, _EXPORT_AGAIN) from error


def _depth(text: str) -> int:
    deepest = depth = 0
    for closes, is_empty in _OPENED.findall(text):
        depth += 0 if is_empty else -1 if closes else 1
        deepest = max(deepest, depth)
    return deepest
