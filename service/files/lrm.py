"""The older text form .lrm: 33 quoted parts in one line, in GBK, the photo beside it as .pic."""

import re
from collections.abc import Iterator

from matching.vocabulary import Text
from service.files.limits import unreadable

__all__ = ["is_lrm", "lrm_parts"]

N_PARTS = 33
#: Parts that hold four: full-time#degree@in-service#degree.
_FOURFOLD = frozenset({9, 10})
_BETWEEN = re.compile(r'"[ \t]*,[ \t]*"')
_OF_FAMILY = re.compile(r"[@\s]*")


def is_lrm(text: str) -> bool:
    """Whether a text is a form of the older kind: it begins with a quoted part."""
    return text.lstrip("\ufeff \t\r\n").startswith('"')


def lrm_parts(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Split the text of a form into its parts.

    Parameters
    ----------
    name : str
        Of the file, for the refusal.
    text : str

    Yields
    ------
    position, value : str
        ``17``, or ``9.0`` to ``9.3`` of a part that holds four.

    Raises
    ------
    UnreadableFile
        If it has not 33 parts: they tell only by their place what they are.
    """
    body = text.strip("\ufeff\0 \t\r\n\x1a")
    parts = _BETWEEN.split(body[1:].removesuffix('"'))
    if len(parts) != N_PARTS or not body.endswith('"'):
        raise unreadable(
            name,
            Text(
                f"不是完整的任免审批表：应有 {N_PARTS} 项，实有 {len(parts)} 项。",
                f"This is no complete cadre form: it has {len(parts)} parts, not {N_PARTS}.",
            ),
            Text("请用任免审批表编辑器重新导出。", "Export it again from the form editor."),
        )
    for place, part in enumerate(parts):
        value = part.replace('""', '"')
        if place in _FOURFOLD:
            yield from _four(name, place, value)
        else:
            yield str(place), "" if _OF_FAMILY.fullmatch(value) else value


def _four(name: str, place: int, value: str) -> Iterator[tuple[str, str]]:
    halves = [half.split("#") for half in value.split("@")]
    if len(halves) > 2 or any(len(half) > 2 for half in halves):
        raise unreadable(
            name,
            Text(
                f"第 {place} 项应为“学历#学位@学历#学位”。",
                f"Part {place} must read full-time#degree@in-service#degree.",
            ),
            Text("请用任免审批表编辑器重新导出。", "Export it again from the form editor."),
        )
    for half, pair in enumerate(halves):
        for side, text in enumerate(pair):
            yield f"{place}.{2 * half + side}", text
