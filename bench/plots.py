"""Line charts as SVG text, readable on paper: direct labels instead of a legend, one colour for ours."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Line", "line_chart"]

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 210, 46, 52
_INK, _GREY, _OURS, _OTHER = "#1f2933", "#8a94a0", "#b3261e", "#4d7ea8"
_LABEL_ROOM = 15  # pixels between two labels


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Parameters
    ----------
    name : str
    points : mapping of float to float
    kind : {"ours", "peer", "base"}
    """

    name: str
    points: Mapping[float, float]
    kind: str = "peer"


def line_chart(
    lines: Sequence[Line], *, title: str, x_label: str, y_label: str, y_range: tuple[float, float], y_step: float
) -> str:
    """Draw lines over a logarithmic x axis.

    Parameters
    ----------
    lines : sequence of Line
    title : str
        The conclusion, as a sentence.
    x_label, y_label : str
    y_range : tuple of float
        Ends of the y axis; lower values are drawn on its lower end.
    y_step : float
        Between two grid lines.
    """
    xs = sorted({x for line in lines for x in line.points})
    frame = _Frame(xs[0], xs[-1], *y_range)
    parts = [_text(_LEFT, 24, title, size=15, weight=600), _text(_LEFT, _TOP - 6, y_label, colour=_GREY)]
    n_steps = round((y_range[1] - y_range[0]) / y_step)
    for step in range(n_steps + 1):
        value = y_range[0] + step * y_step
        y = frame.y(value)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e3e7eb"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{value:.2f}", anchor="end", colour=_GREY))
    parts += [_text(frame.x(x), _HEIGHT - _BOTTOM + 18, f"{x:g}", anchor="middle", colour=_GREY) for x in xs]
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, x_label, anchor="middle", colour=_GREY))
    for line in lines:
        parts.append(_drawn(line, frame))
    for line, y in zip(lines, _label_places(lines, frame), strict=True):
        last = line.points[max(line.points)]
        weight = 600 if line.kind == "ours" else 400
        parts.append(_text(_WIDTH - _RIGHT + 10, y + 4, f"{line.name} {last:.3f}", colour=_colour(line), weight=weight))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="Helvetica, Arial, sans-serif">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


@dataclass(frozen=True)
class _Frame:
    x_least: float
    x_most: float
    y_least: float
    y_most: float

    def x(self, value: float) -> float:
        share = math.log(value / self.x_least) / math.log(self.x_most / self.x_least)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        share = (min(max(value, self.y_least), self.y_most) - self.y_least) / (self.y_most - self.y_least)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _drawn(line: Line, frame: _Frame) -> str:
    places = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in sorted(line.points.items()))
    width, dash = (3, "") if line.kind == "ours" else (1.8, ' stroke-dasharray="5 4"' if line.kind == "base" else "")
    return f'<polyline points="{places}" fill="none" stroke="{_colour(line)}" stroke-width="{width}"{dash}/>'


def _label_places(lines: Sequence[Line], frame: _Frame) -> list[float]:
    """Spread the labels of lines that end near one another."""
    ends = [frame.y(line.points[max(line.points)]) for line in lines]
    placed: dict[int, float] = {}
    lowest = -math.inf
    for place in sorted(range(len(lines)), key=ends.__getitem__):
        lowest = max(ends[place], lowest + _LABEL_ROOM)
        placed[place] = lowest
    return [placed[place] for place in range(len(lines))]


def _colour(line: Line) -> str:
    return {"ours": _OURS, "base": _INK}.get(line.kind, _OTHER)


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = _INK, size: int = 12, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}">{escape(words)}</text>'
    )
