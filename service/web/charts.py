"""Charts as SVG text: no script, sharp on paper, no inline style (strict CSP), testable as text.

A chart that says something of its own has ``role="img"`` and a sentence; one beside the same figures in words is
hidden from screen readers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from service.web.svg import hidden_picture, picture
from service.web.svg import short as _f

__all__ = [
    "Ground",
    "Step",
    "axis",
    "contribution",
    "dot_range",
    "meter",
    "part",
    "progress",
    "radar",
    "score_bar",
    "sieve",
]

FULL_SCORE = 10_000  # hundredths
_MOST_STEPS = 4  # between the round values of a scale


@dataclass(frozen=True)
class Step:
    """One step of a sieve."""

    name: str
    n: int
    shown: str
    kind: str = ""


def score_bar(score: int | None, *, width: int = 104, height: int = 10) -> Markup:
    """Draw a score out of 100.00 as a bar; the figure stands beside it. None, which is not shown, has no picture."""
    if score is None:
        return Markup()
    return hidden_picture("bar pri", width, height, _track(width, height) + _fill(width * score / FULL_SCORE, height))


def dot_range(
    score: int, *, low: int, high: int, scale: tuple[int, int], label: str, width: int = 104, height: int = 18
) -> Markup:
    """Draw a score as a dot on its interval.

    Parameters
    ----------
    score, low, high : int
        Hundredths.
    scale : (int, int)
        Hundredths at the left and at the right edge, the same for the whole list (`axis` labels it).
    label : str
        What the picture says.
    width, height : int
        Pixels.
    """
    middle = _f(height / 2)
    body = "".join(
        f'<line class="g" x1="{_f(x)}" x2="{_f(x)}" y1="2" y2="{height - 2}"/>' for x in _ticks(scale, width).values()
    )
    start, end, at = (_f(_along(value, scale, width)) for value in (low, high, score))
    body += f'<line class="wk" x1="{start}" x2="{end}" y1="{middle}" y2="{middle}"/>'
    body += f'<circle class="dot" cx="{at}" cy="{middle}" r="4.5"/>'
    return picture("whisker", width, height, label, body)


def axis(scale: tuple[int, int], *, width: int = 104, height: int = 16) -> Markup:
    """Draw the numbers above a column of `dot_range`."""
    body = "".join(
        f'<text x="{_f(x)}" y="12" text-anchor="middle">{value // 100}</text>'
        for value, x in _ticks(scale, width).items()
    )
    return hidden_picture("axis", width, height, body)


def contribution(
    points: int,
    *,
    max_points: int,
    widest: int,
    is_missing: bool,
    average: int | None = None,
    width: int = 160,
    height: int = 12,
) -> Markup:
    """Draw the points of one criterion inside what it can give at most, with a stroke at the average.

    Parameters
    ----------
    points, max_points : int
        Hundredths.
    widest : int
        The largest `max_points` of the card: it gets the whole width.
    is_missing : bool
        A fact that is not recorded is an open, dashed bar: neither good nor bad.
    average : int, optional
        Hundredths that the eligible have on average.
    width, height : int
        Pixels.
    """
    room, at = (width * value / max(widest, 1) for value in (max_points, average or 0))
    stroke = "" if average is None else f'<line class="av" x1="{_f(at)}" x2="{_f(at)}" y1="0" y2="{height}"/>'
    if is_missing:
        gap = f'<rect class="gap" x="0.5" y="1.5" width="{_f(max(room - 1, 0))}" height="{_f(height - 3)}" rx="2"/>'
        return hidden_picture("bar", width, height, gap + stroke)
    fill = _fill(width * points / max(widest, 1), height)
    return hidden_picture("bar", width, height, _track(room, height) + fill + stroke)


def part(n: int, *, of: int, width: int = 120, height: int = 10) -> Markup:
    """Draw a part of a whole, neither good nor bad."""
    return hidden_picture("bar neutral", width, height, _track(width, height) + _fill(width * n / max(of, 1), height))


def meter(n: int, *, of: int, pool: str = "", width: int = 300, height: int = 6) -> Markup:
    """Draw a part of a whole in the colour of a pool."""
    body = f'<rect class="track" x="0" y="0" width="{width}" height="{height}"/>'
    if n:
        body += (
            f'<rect class="fill p-{pool}" x="0" y="0" width="{_f(max(width * n / max(of, 1), 1))}" height="{height}"/>'
        )
    return hidden_picture("minibar", width, height, body, is_stretched=True)


def progress(parts: Sequence[tuple[str, int]], *, target: int, label: str) -> Markup:
    """Draw the pools one after another against a target.

    Parameters
    ----------
    parts : sequence of (pool, n)
    target : int
    label : str
        What the picture says, for those who do not see it.
    """
    width, height, x = 1000, 12, 0.0
    scale = width / max(target, sum(n for _, n in parts), 1)
    body = f'<rect class="track" x="0" y="0" width="{width}" height="{height}"/>'
    for pool, n in parts:
        if n:
            body += (
                f'<rect class="p-{pool}" x="{_f(x)}" y="0" width="{_f(max(n * scale - 1.5, 1))}" height="{height}"/>'
            )
        x += n * scale
    return picture("progress", width, height, label, body, is_stretched=True)


def sieve(steps: Sequence[Step], *, label: str, width: int = 292) -> Markup:
    """Draw how many people each step of a list left."""
    most = max((step.n for step in steps), default=1) or 1
    bar_at, bar_width, row, body = 96, width - 96 - 52, 21, ""
    for place, step in enumerate(steps):
        y = place * row
        body += f'<text class="lb" x="0" y="{y + 13}">{escape(step.name)}</text>'
        body += f'<rect class="track" x="{bar_at}" y="{y + 4}" width="{bar_width}" height="10" rx="2"/>'
        if step.n:
            part = max(bar_width * step.n / most, 2)
            body += f'<rect class="step {step.kind}" x="{bar_at}" y="{y + 4}" width="{_f(part)}" height="10" rx="2"/>'
        body += f'<text class="vl" x="{width}" y="{y + 13}" text-anchor="end">{escape(step.shown)}</text>'
    return picture("sieve", width, len(steps) * row, label, body)


def radar(
    values: Sequence[int | None],
    labels: Sequence[str],
    *,
    pool: str,
    label: str,
    most: int = 5,
    asked: Sequence[bool] = (),
) -> Markup:
    """Draw the five understandings; an axis without a value is left open.

    Parameters
    ----------
    values : sequence of int or None
        0 to `most`; None is not recorded.
    labels : sequence of str
        Short names, each followed on the picture by its value.
    pool : str
        Gives the colour.
    label : str
        What the picture says.
    most : int
        The best value.
    asked : sequence of bool, optional
        Which axes the post asks for; they are drawn dashed and thick.
    """
    ground = Ground(width=292, height=196, radius=70, center_y=104, n=len(labels))
    body = "".join(ground.ring(step / most, is_outer=step == most) for step in range(1, most + 1))
    need = asked or [False] * len(labels)
    body += "".join(ground.spoke(axis, is_asked=need[axis]) for axis in range(len(labels)))
    body += "".join(ground.caption(axis, name, values[axis]) for axis, name in enumerate(labels))
    known = [ground.point(axis, value / most) for axis, value in enumerate(values) if value is not None]
    corners = " ".join(f"{_f(x)},{_f(y)}" for x, y in known)
    body += f'<polygon class="area p-{pool}" points="{corners}"/>' if known else ""
    body += "".join(f'<circle class="pt p-{pool}" cx="{_f(x)}" cy="{_f(y)}" r="2.6"/>' for x, y in known)
    return picture("radar", ground.width, ground.height, label, body)


@dataclass(frozen=True)
class Ground:
    """The web that a radar is drawn on."""

    width: int
    height: int
    radius: int
    center_y: int
    n: int

    def point(self, axis: int, share: float) -> tuple[float, float]:
        """Return where a share of an axis is."""
        angle = 2 * math.pi * axis / self.n
        return (
            self.width / 2 + self.radius * share * math.sin(angle),
            self.center_y - self.radius * share * math.cos(angle),
        )

    def ring(self, share: float, *, is_outer: bool) -> str:
        """Draw one ring."""
        corners = " ".join(f"{_f(x)},{_f(y)}" for x, y in (self.point(axis, share) for axis in range(self.n)))
        return f'<polygon class="ring{" out" if is_outer else ""}" points="{corners}"/>'

    def spoke(self, axis: int, *, is_asked: bool) -> str:
        """Draw one axis."""
        x, y = self.point(axis, 1)
        kind = "spoke need" if is_asked else "spoke"
        return f'<line class="{kind}" x1="{_f(self.width / 2)}" y1="{self.center_y}" x2="{_f(x)}" y2="{_f(y)}"/>'

    def caption(self, axis: int, name: str, value: int | None) -> str:
        """Draw the name of an axis with its value."""
        x, y = self.point(axis, 1.16)
        anchor = "middle" if abs(x - self.width / 2) < 8 else ("start" if x > self.width / 2 else "end")
        kind, shown = ("val", str(value)) if value is not None else ("void", "—")
        return (
            f'<text x="{_f(x)}" y="{_f(y + 4)}" text-anchor="{anchor}" font-size="12">{escape(name)} '
            f'<tspan class="{kind}">{shown}</tspan></text>'
        )


def _along(value: int, scale: tuple[int, int], width: int) -> float:
    """Return where a value is on a scale, clear of the edges by the radius of a dot."""
    start, end = scale
    return 5 + (width - 10) * (value - start) / max(end - start, 1)


def _ticks(scale: tuple[int, int], width: int) -> dict[int, float]:
    """Return the round values of a scale, at most five, and where they are."""
    start, end = scale
    step = next(step for step in (500, 1_000, 2_000, 5_000) if (end - start) // step <= _MOST_STEPS)
    first = -(-start // step) * step
    return {value: _along(value, scale, width) for value in range(first, end + 1, step)}


def _track(width: float, height: int) -> str:
    return f'<rect class="track" x="0" y="{_f(height / 2 - 3)}" width="{_f(width)}" height="6" rx="3"/>'


def _fill(width: float, height: int) -> str:
    return f'<rect class="fill" x="0" y="1" width="{_f(width)}" height="{height - 2}" rx="2"/>' if width > 0 else ""
