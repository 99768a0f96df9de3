"""Styles of marked cells: each is the cell's own style with another colour behind it."""

import re

__all__ = ["COLOURS", "MarkStyles"]

#: Behind refused cells, and behind those to look at; nobody else uses just these, so that they are known again.
COLOURS = {"refused": "FFC9C8", "to_confirm": "FFF3B8"}

_FILLS = re.compile(rb"<fills\b[^>]*>(.*?)</fills>", re.DOTALL)
_FILL = re.compile(rb"<fill\b[^>]*?(?:/>|>.*?</fill>)", re.DOTALL)
_SOLID = re.compile(rb"""<patternFill\b[^>]*patternType=["']solid["'][^>]*>""")
_COLOUR_OF = {name: re.compile(rb"<" + name + rb"\b([^>]*?)\s*/>") for name in (b"fgColor", b"bgColor")}
_XFS = re.compile(rb"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL)
_XF = re.compile(rb"<xf\b[^>]*?(?:/>|>.*?</xf>)", re.DOTALL)
_NOTHING = b' indexed="64"'


class MarkStyles:
    """The style sheet of a workbook, which grows by the styles that marks need.

    Parameters
    ----------
    xml : bytes
        Of ``xl/styles.xml``.

    Raises
    ------
    ValueError
        If it is not built as style sheets are.
    """

    def __init__(self, xml: bytes) -> None:
        fills, xfs = _FILLS.search(xml), _XFS.search(xml)
        if fills is None or xfs is None:
            raise ValueError("no style sheet")
        self._xml = xml
        self._fills: list[bytes] = _FILL.findall(fills[1])
        self._xfs: list[bytes] = _XF.findall(xfs[1])
        ours = {f"FF{colour}".encode() for colour in COLOURS.values()}
        marked = [index for index, fill in enumerate(self._fills) if any(one in fill.upper() for one in ours)]
        self.formerly_marked = frozenset(index for index, xf in enumerate(self._xfs) if _fill_of(xf) in marked)
        self._made: dict[tuple[int, str | None], int] = {}

    def restyled(self, style: int, colour: str | None) -> int:
        """Return the style like `style` with `colour` behind it; None: with what was behind it before it was marked."""
        key = (style, colour)
        if key not in self._made:
            base = (
                self._xfs[style] if style < len(self._xfs) else b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
            )
            self._made[key] = len(self._xfs)
            self._xfs.append(_with_fill(base, self._fill(colour, _fill_of(base))))
        return self._made[key]

    def xml(self) -> bytes:
        """Return the style sheet as it is now."""
        xml = _replaced(self._xml, b"fills", self._fills)
        return _replaced(xml, b"cellXfs", self._xfs)

    def _fill(self, colour: str | None, former: int) -> int:
        """Return a fill that remembers the one before it: of a solid fill the second colour is stored, never shown."""
        before = self._remembered(former)
        if colour is None and before == _NOTHING:
            return 0
        shown, kept = (before, _NOTHING) if colour is None else (f' rgb="FF{colour}"'.encode(), before)
        fill = b'<fill><patternFill patternType="solid"><fgColor%s/><bgColor%s/></patternFill></fill>' % (shown, kept)
        if fill not in self._fills:
            self._fills.append(fill)
        return self._fills.index(fill)

    def _remembered(self, index: int) -> bytes:
        """Return the attributes of the colour that the office put behind a cell."""
        fill = self._fills[index] if index < len(self._fills) else b""
        is_ours = any(f"FF{colour}".encode() in fill.upper() for colour in COLOURS.values())
        told = _COLOUR_OF[b"bgColor" if is_ours else b"fgColor"].search(fill)
        return told[1] if told is not None and _SOLID.search(fill) is not None else _NOTHING


def _fill_of(xf: bytes) -> int:
    found = re.search(rb'\bfillId="(\d+)"', xf[: xf.find(b">")])
    return int(found[1]) if found else 0


def _with_fill(xf: bytes, fill: int) -> bytes:
    end = xf.find(b">")
    opening = re.sub(rb'\s(?:fillId|applyFill)="[^"]*"', b"", xf[:end])
    return opening[:3] + f' fillId="{fill}" applyFill="1"'.encode() + opening[3:] + xf[end:]


def _replaced(xml: bytes, name: bytes, items: list[bytes]) -> bytes:
    pattern = re.compile(rb"<" + name + rb"\b[^>]*>.*?</" + name + rb">", re.DOTALL)
    body = b"<" + name + f' count="{len(items)}">'.encode() + b"".join(items) + b"</" + name + b">"
    return pattern.sub(lambda _: body, xml, count=1)
