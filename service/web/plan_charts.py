"""Charts of the overview as SVG text: the target with its tick, growth and plan, pools on a radar, a funnel.

Each says its sentence in ``aria-label``, bears its figures, and has a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from service.web.charts import Ground
from service.web.svg import hidden_picture, picture
from service.web.svg import short as _f

__all__ = [
    "GrowthLine",
    "funnel",
    "growth",
    "parts_bar",
    "pools_radar",
    "spark",
    "target_bar",
]

_ROOM_FOR_NAME = 0.06  # of the height: a thinner band bears no name
_BAR_WIDTH = 940
_LATIN = 0x2E80  # from here on letters are as wide as they are high
_DAY_WIDTH = 52  # of a month below a picture


@dataclass(frozen=True, kw_only=True)
class GrowthLine:
    """What the growth chart draws.

    Parameters
    ----------
    months : list of date
        First days, without gaps, from the beginning of the picture until now.
    stacks : list of (pool, name, list of int)
        How many there were at the end of each month, lowest band first.
    plan : list of (date, int)
        Empty where nothing is planned: the picture then ends now and is as high as what there is.
    projected : (date, int) or None
        Where the present pace leads.
    target : int or None
    """

    months: Sequence[date]
    stacks: Sequence[tuple[str, str, Sequence[int]]]
    plan: Sequence[tuple[date, int]]
    projected: tuple[date, int] | None
    target: int | None


def parts_bar(parts: Sequence[tuple[str, int]], *, label: str) -> Markup:
    """Draw the pools one after another as parts of what there is."""
    most = max(sum(n for _pool, n in parts), 1)
    return picture("target", _BAR_WIDTH, 20, label, _parts(parts, scale=_BAR_WIDTH / most))


def target_bar(parts: Sequence[tuple[str, int]], *, target: int, plan: int, plan_said: str, label: str) -> Markup:
    """Draw the pools one after another against a target, with a tick where the plan is today."""
    width, scale = _BAR_WIDTH, _BAR_WIDTH / max(target, sum(n for _pool, n in parts), 1)
    body = _parts(parts, scale=scale)
    at = min(plan * scale, width - 1)
    anchor = "end" if at > width * 0.7 else "start" if at < width * 0.2 else "middle"
    body += f'<line class="tick" x1="{_f(at)}" x2="{_f(at)}" y1="0" y2="20"/>'
    body += f'<text x="{_f(at)}" y="34" text-anchor="{anchor}">{escape(plan_said)}</text>'
    body += '<text class="ax" x="0" y="34">0</text>'
    body += f'<text class="ax" x="{width}" y="34" text-anchor="end">{target:,}</text>' if at < width * 0.85 else ""
    return picture("target", width, 38, label, body)


def _parts(parts: Sequence[tuple[str, int]], *, scale: float) -> str:
    body, x = f'<rect class="track" x="0" y="4" width="{_BAR_WIDTH}" height="12"/>', 0.0
    for pool, n in parts:
        if n:
            body += f'<rect class="p-{pool}" x="{_f(x)}" y="4" width="{_f(max(n * scale - 1.5, 1))}" height="12"/>'
        x += n * scale
    return body


def spark(values: Sequence[int], *, pool: str, width: int = 92, height: int = 26) -> Markup:
    """Draw how a figure came about, without numbers; it stands beside the figure."""
    if len(values) < 2:
        return Markup("")
    low, high = min(values), max(values)
    points = [
        (2 + place / (len(values) - 1) * (width - 6), height - 3 - (value - low) / max(high - low, 1) * (height - 7))
        for place, value in enumerate(values)
    ]
    line = " ".join(f"{_f(x)},{_f(y)}" for x, y in points)
    x, y = points[-1]
    body = f'<polyline class="p-{pool}" points="{line}"/><circle class="p-{pool}" cx="{_f(x)}" cy="{_f(y)}" r="2.6"/>'
    return hidden_picture("spark", width, height, body)


def growth(line: GrowthLine, *, label: str, width: int = 520) -> Markup:
    """Draw the pools on top of one another by month, the plan, and where the present pace leads."""
    frame = _Frame.around(line, width=width)
    body, base = frame.scale(has_target=line.target == frame.highest), [0] * len(line.months)
    for pool, name, stack in line.stacks:
        tops = [low + n for low, n in zip(base, stack, strict=True)]
        body += frame.band(line.months, base, tops, pool=pool, name=name)
        base = tops
    if line.plan:
        plan = " ".join(f"{_f(frame.x(day))},{_f(frame.y(n))}" for day, n in line.plan)
        body += f'<polyline class="plan" points="{plan}"/>'
    here, now_y = frame.x(line.months[-1]), frame.y(base[-1])
    if line.projected is not None:
        day, n = line.projected
        part = min(frame.months_from(line.months[-1]) / frame.months_from(line.months[-1], day), 1.0)
        ahead_x, ahead_y = _f(frame.x(day)), _f(frame.y(base[-1] + (n - base[-1]) * part))
        body += f'<line class="proj" x1="{_f(here)}" y1="{_f(now_y)}" x2="{ahead_x}" y2="{ahead_y}"/>'
    body += f'<circle class="nowdot" cx="{_f(here)}" cy="{_f(now_y)}" r="4.5"/>'
    at = _f(max(here - 8, frame.left + 42))
    body += f'<text class="now" x="{at}" y="{_f(now_y - 8)}" text-anchor="end">{base[-1]:,}</text>'
    return picture("growth", frame.width, frame.height, label, body)


@dataclass(frozen=True, kw_only=True)
class _Frame:
    start: date
    end: date
    highest: int
    width: int = 520
    height: int = 236
    left: int = 48
    right: float = 70
    top: int = 22
    bottom: int = 24

    @classmethod
    def around(cls, line: GrowthLine, *, width: int) -> "_Frame":
        most = max(sum(ns) for ns in zip(*(stack for _pool, _name, stack in line.stacks), strict=True))
        days = [line.months[0], line.months[-1], *(day for day, _n in line.plan)]
        start, end = min(days), max(days)
        ahead = _months_between(line.months[-1], end) / max(_months_between(start, end), 1)
        names = max(8 + _width_of(name) for _pool, name, _stack in line.stacks)
        right = max(14, (names - ahead * (width - cls.left)) / max(1 - ahead, 0.1))  # of what stands beside the end
        return cls(start=start, end=end, highest=_round_up(max(line.target or 0, most)), width=width, right=right)

    def x(self, day: date) -> float:
        span = max(_months_between(self.start, self.end), 1)
        gone = min(max(_months_between(self.start, day), 0), span)
        return self.left + (self.width - self.left - self.right) * gone / span

    def months_from(self, day: date, end: date | None = None) -> float:
        """Return the months from a day to another one, or to the end of the picture."""
        return max(_months_between(day, end or self.end), 1 / 31)

    def y(self, n: float) -> float:
        return self.top + (self.height - self.top - self.bottom) * (1 - n / self.highest)

    def scale(self, *, has_target: bool) -> str:
        body, edge = "", _f(self.width - self.right)
        for step in range(5):
            n = self.highest * step // 4
            at, kind = self.y(n), " tgt" if step == 4 and has_target else ""
            body += f'<line class="g{kind}" x1="{self.left}" x2="{edge}" y1="{_f(at)}" y2="{_f(at)}"/>'
            body += f'<text class="ax" x="{self.left - 6}" y="{_f(at + 4)}" text-anchor="end">{n:,}</text>'
        for day, anchor in self.days_shown():
            place = f'x="{_f(self.x(day))}" y="{self.height - 6}"'
            body += f'<text class="ax" {place} text-anchor="{anchor}">{day:%Y-%m}</text>'
        return body

    def days_shown(self) -> list[tuple[date, str]]:
        """Return the days below the picture: its ends, and each beginning of a year that has room between them."""
        left, right = self.x(self.start) + _DAY_WIDTH, self.x(self.end) - _DAY_WIDTH
        shown: list[tuple[date, str]] = []
        for day in (date(year, 1, 1) for year in range(self.start.year + 1, self.end.year + 1)):
            if left + _DAY_WIDTH / 2 < self.x(day) < right - _DAY_WIDTH / 2:
                shown.append((day, "middle"))
                left = self.x(day) + _DAY_WIDTH / 2
        return [(self.start, "start"), *shown, (self.end, "end")]

    def band(self, months: Sequence[date], base: Sequence[int], tops: Sequence[int], *, pool: str, name: str) -> str:
        upper = [f"{_f(self.x(day))},{_f(self.y(n))}" for day, n in zip(months, tops, strict=True)]
        lower = [f"{_f(self.x(day))},{_f(self.y(n))}" for day, n in zip(months, base, strict=True)]
        body = f'<polygon class="stack p-{pool}" points="{" ".join((*upper, *lower[::-1]))}"/>'
        body += f'<polyline class="edge p-{pool}" points="{" ".join(upper)}"/>'
        if tops[-1] - base[-1] > self.highest * _ROOM_FOR_NAME:
            at = f'x="{_f(self.x(months[-1]) + 8)}" y="{_f(self.y((tops[-1] + base[-1]) / 2) + 4)}"'
            body += f'<text class="name p-{pool}" {at}>{escape(name)}</text>'
        return body


def pools_radar(series: Sequence[tuple[str, Sequence[float | None]]], labels: Sequence[str], *, label: str) -> Markup:
    """Draw the means of the five understandings of each pool, 0 to 5."""
    ground = Ground(width=330, height=214, radius=80, center_y=112, n=len(labels))
    body = "".join(ground.ring(step / 5, is_outer=step == 5) for step in range(1, 6))
    body += "".join(ground.spoke(axis, is_asked=False) for axis in range(len(labels)))
    for axis, name in enumerate(labels):
        px, py = ground.point(axis, 1.14)
        anchor = "middle" if abs(px - ground.width / 2) < 8 else ("start" if px > ground.width / 2 else "end")
        body += f'<text x="{_f(px)}" y="{_f(py + 4)}" text-anchor="{anchor}" font-size="12">{escape(name)}</text>'
    for pool, values in series:
        known = [ground.point(axis, value / 5) for axis, value in enumerate(values) if value is not None]
        corners = " ".join(f"{_f(px)},{_f(py)}" for px, py in known)
        body += f'<polygon class="area p-{pool}" points="{corners}"/>' if known else ""
        body += "".join(f'<circle class="pt p-{pool}" cx="{_f(px)}" cy="{_f(py)}" r="2.6"/>' for px, py in known)
    return picture("radar", ground.width, ground.height, label, body)


def funnel(
    steps: Sequence[tuple[str, int, str]], *, urls: Sequence[str], ends_in_post: bool, label: str, width: int = 300
) -> Markup:
    """Draw how many came so far: name, number, part of the step before; each a link. Only a post is in red."""
    most, row, body = max((n for _name, n, _rate in steps), default=1) or 1, 38, ""
    for place, ((name, n, rate), url) in enumerate(zip(steps, urls, strict=True)):
        y, kind = place * row, " last" if ends_in_post and place == len(steps) - 1 else ""
        body += f'<a href="{escape(url)}"><rect class="hit" x="0" y="{y}" width="{width}" height="{row - 4}"/>'
        body += f'<text class="lb" x="0" y="{y + 13}">{escape(name)}</text> '
        body += f'<text class="vl" x="{width}" y="{y + 13}" text-anchor="end">{n:,}</text> '
        if rate:
            body += f'<text class="rate" x="{width - 52}" y="{y + 13}" text-anchor="end">{escape(rate)}</text>'
        body += f'<rect class="track" x="0" y="{y + 18}" width="{width}" height="8" rx="4"/>'
        if n:
            long = max(width * n / most, 8)
            body += f'<rect class="step{kind}" x="0" y="{y + 18}" width="{_f(long)}" height="8" rx="4"/>'
        body += "</a>"
    height = max(row * len(steps), 1)
    return picture("funnel", width, height, label, body, role="group")


def _round_up(n: int) -> int:
    """Return a number whose quarters are round, not below this one."""
    steps = (1, 2, 5, 10, 20, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, -(-n // 4))
    return 4 * next(step for step in steps if 4 * step >= n)


def _width_of(name: str) -> float:
    """Return about how wide a name is in letters of 12 px, half a pixel too much rather than too little."""
    return sum(12.5 if ord(letter) > _LATIN else 7 for letter in name)


def _months_between(start: date, end: date) -> float:
    return (end.year - start.year) * 12 + end.month - start.month + (end.day - start.day) / 31
