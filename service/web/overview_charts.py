"""The charts of the overview, each with the sentence that is read out instead of it."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from matching.vocabulary import TalentSource
from service.settings.plan import PlanSettings
from service.usecases.overview import RegistryCounts
from service.usecases.pool_pictures import PoolPictures
from service.web import plan_charts, tile_charts
from service.web.formatting import number, pool_name
from service.web.pictures import FIVE
from service.web.plan_charts import GrowthLine
from service.web.tile_charts import Tile

__all__ = ["bar", "growth", "radar", "tiles"]

_COUNTY_DIGITS = 6
_NARROW = 330  # pixels that a card has on a phone
_NARROW_TILES, _WIDE_TILES = 4, 7  # in a row


def bar(
    counts: RegistryCounts,
    plan: PlanSettings,
    pools: Mapping[TalentSource, str],
    *,
    planned: int | None,
    n_others: int,
) -> Markup:
    """Draw the pools against the target; without a plan of its own (`planned` is None) a place is drawn by itself."""
    parts = [*((pool, counts.n_by_source[source]) for source, pool in pools.items()), ("ot", n_others)]
    if planned is None:
        told = _(", ").join(f"{pool_name(source.value)} {number(counts.n_by_source[source])}" for source in pools)
        return plan_charts.parts_bar(parts, label=_("%(title)s: %(values)s people", title=_("Pools"), values=told))
    said = _(
        "%(n)s of %(target)s people; the plan for today is %(planned)s",
        n=number(counts.n_people),
        target=number(plan.target),
        planned=number(planned),
    )
    tick = _("plan for today %(n)s", n=number(planned))
    return plan_charts.target_bar(parts, target=plan.target, plan=planned, plan_said=tick, label=said)


def growth(
    months: Sequence[date],
    stacks: Sequence[tuple[str, str, Sequence[int]]],
    *,
    plan: PlanSettings | None,
    met_on: date | None,
    today: date,
) -> Markup:
    """Draw the growth of the pools, against the plan if there is one; once for wide windows and once for phones."""
    total = sum(stack[-1] for _pool, _name, stack in stacks)
    days = [*months[:-1], today]
    if plan is None:
        line = GrowthLine(months=days, stacks=stacks, plan=[], projected=None, target=None)
        said = _("Growth: %(n)s people now", n=number(total))
    else:
        line = GrowthLine(
            months=days,
            stacks=stacks,
            plan=[(plan.starts_on, 0), (plan.ends_on, plan.target)],
            projected=(met_on, plan.target) if met_on is not None and total < plan.target else None,
            target=plan.target,
        )
        said = _(
            "Growth against the plan: %(n)s now, %(planned)s planned, %(target)s by %(day)s",
            n=number(total),
            planned=number(plan.planned_on(today)),
            target=number(plan.target),
            day=f"{plan.ends_on:%Y-%m-%d}",
        )
    return _by_width(
        plan_charts.growth(line, label=said),
        plan_charts.growth(line, label=said, width=_NARROW),
    )


def radar(drawn: PoolPictures, pools: Mapping[TalentSource, str]) -> Markup:
    """Draw the means of the five understandings of each pool."""
    series = [(pool, drawn.five.get(source, [])) for source, pool in pools.items()]
    told = " / ".join(
        f"{pool_name(source.value)} "
        + _(", ").join(
            f"{name} {value:.1f}"
            for name, value in zip(FIVE.values(), drawn.five.get(source, []), strict=False)
            if value is not None
        )
        for source in pools
    )
    said = _("Means of the five understandings, 0 to 5, by pool: %(values)s", values=told)
    return plan_charts.pools_radar(series, [str(name) for name in FIVE.values()], label=said)


def tiles(drawn: PoolPictures) -> Markup:
    """Draw how many open posts of each place have enough people; once for wide windows and once for phones."""
    found = [
        Tile(name=tile.name, url=_open_posts_of(tile.code), n=tile.n_covered, of=tile.n_open) for tile in drawn.tiles
    ]
    said = _(
        "Coverage of open posts by place: %(n)s of %(all)s have three or more eligible people",
        n=number(sum(tile.n_covered for tile in drawn.tiles)),
        all=number(sum(tile.n_open for tile in drawn.tiles)),
    )
    wide, narrow = (tile_charts.tiles(found, label=said, per_row=n) for n in (_WIDE_TILES, _NARROW_TILES))
    return _by_width(wide, narrow) + tile_charts.hatch()


def _open_posts_of(code: str) -> str:
    if len(code) == _COUNTY_DIGITS:
        return url_for("vacancies.index", county_code=code, is_open="yes")
    return url_for("vacancies.index", township_code=code, is_open="yes")


def _by_width(wide: Markup, narrow: Markup) -> Markup:
    """Show one picture or the other: the letters of one that is shrunk could not be read."""
    return Markup('<div class="xs">{}</div><div class="small-only">{}</div>').format(wide, narrow)
