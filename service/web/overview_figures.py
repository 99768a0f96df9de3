"""The figures and charts of the overview, each with the sentence that says what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from matching.vocabulary import TalentSource
from service.settings.plan import PlanSettings
from service.usecases.overview import RegistryCounts
from service.usecases.pending.pending_work import WorkLine
from service.usecases.pool_pictures import PoolPictures
from service.web import overview_charts, overview_said, plan_charts
from service.web.formatting import number, pool_name
from service.web.people_lists import REACHED
from service.web.pictures import FIVE

__all__ = ["GLOBALS", "Figures", "figures_of", "page_of_work"]

_PACE_MONTHS = 6
_MOST_MONTHS = 48
_STEPS = {
    "registered": lazy_gettext("Registered"),
    "verified": lazy_gettext("Record verified"),
    **REACHED,
}
#: Pages of work whose list has another address in the API.
_OTHER_PAGES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "rulebooks_to_sign": ("rulebook_changes.index", {}),
    "account_changes_to_approve": ("accounts.index", {}),
    "passwords_to_confirm": ("accounts.index", {}),
    "passwords_by_host": ("help.show", {"_anchor": "lost-passwords"}),
    "erasures_to_confirm": ("retention.index", {"state": "asked"}),
}
#: What the list of people is asked behind the first steps.
_BEHIND: Mapping[str, dict[str, Any]] = {
    "registered": {"record_status": "in_pool"},
    "verified": {"record_status": "verified"},
}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the page shows.

    Parameters
    ----------
    target, planned, ahead, n_others : int
        `ahead`: so many more than planned today; negative if fewer.
    ends_on : date
    met_on : date or None
        When the pace of the last months meets the target; None if it never does.
    n_pace_months : int
        Over how many months the pace is taken.
    bar, growth, radar, funnel, tiles : Markup
    sparks : mapping of TalentSource to Markup
    added : mapping of TalentSource to int
        Registered this month.
    months : list of (date, list of int)
        The table of the growth chart: first day of each month, then how many of each pool.
    steps : list of (str, int, str)
        The table of the funnel: step, number, part of the step before.
    said : mapping of str to str
        The conclusion above each chart.
    """

    target: int
    planned: int
    ahead: int
    n_others: int
    ends_on: date
    met_on: date | None
    n_pace_months: int
    bar: Markup
    growth: Markup
    radar: Markup
    funnel: Markup
    tiles: Markup
    sparks: Mapping[TalentSource, Markup]
    added: Mapping[TalentSource, int]
    months: list[tuple[date, list[int]]]
    steps: list[tuple[str, int, str]]
    said: Mapping[str, str]


def figures_of(
    counts: RegistryCounts,
    drawn: PoolPictures,
    *,
    plan: PlanSettings,
    pools: Mapping[TalentSource, str],
    today: date,
    is_whole: bool,
) -> Figures:
    """Draw everything.

    Parameters
    ----------
    counts : RegistryCounts
    drawn : PoolPictures
    plan : PlanSettings
    pools : mapping of TalentSource to str
        The three pools with their colours; all others are one band.
    today : date
    is_whole : bool
        Whether these are the people of the whole city, whose plan it is.
    """
    planned, n_others = plan.planned_on(today), counts.n_people - sum(counts.n_by_source[source] for source in pools)
    months = _months(drawn, today)
    series = {source: _cumulated(drawn.growth.get(source, {}), months) for source in pools}
    others = [_cumulated(by_month, months) for source, by_month in drawn.growth.items() if source not in pools]
    rest = [sum(values) for values in zip(*others, strict=True)] if others else [0] * len(months)
    totals = [sum(values) for values in zip(*series.values(), rest, strict=True)]
    n_pace_months = min(_PACE_MONTHS, len(months) - 1)
    met_on = _met_on(totals, plan.target, months, today)
    stacks = [(pool, pool_name(source.value), series[source]) for source, pool in pools.items()]
    if rest[-1]:
        stacks.append(("ot", _("Others"), rest))
    steps = _funnel_steps(drawn)
    urls = [url_for("people.index", **_behind(step.key)) for step in drawn.funnel]
    return Figures(
        target=plan.target,
        planned=planned,
        ahead=counts.n_people - planned,
        n_others=n_others,
        ends_on=plan.ends_on,
        met_on=met_on,
        n_pace_months=n_pace_months,
        bar=overview_charts.bar(counts, plan, pools, planned=planned if is_whole else None, n_others=n_others),
        growth=overview_charts.growth(months, stacks, plan=plan if is_whole else None, met_on=met_on, today=today),
        radar=overview_charts.radar(drawn, pools),
        funnel=plan_charts.funnel(
            steps,
            urls=urls,
            ends_in_post=bool(drawn.funnel) and drawn.funnel[-1].key == "appointed",
            label=_sentence(_("From pool to post"), steps),
        ),
        tiles=overview_charts.tiles(drawn),
        sparks={source: plan_charts.spark(series[source][-12:], pool=pool) for source, pool in pools.items()},
        added={source: drawn.growth.get(source, {}).get(today.replace(day=1), 0) for source in pools},
        months=[
            (month, [*(series[source][place] for source in pools), rest[place], totals[place]])
            for place, month in enumerate(months)
        ],
        steps=steps,
        said=overview_said.said_of_charts(drawn, totals, months, n_months=n_pace_months, steps=steps),
    )


def _behind(step: str) -> Mapping[str, Any]:
    return _BEHIND.get(step, {"record_status": "verified", "reached": step})


def _months(drawn: PoolPictures, today: date) -> list[date]:
    """Return the months from the first registration until now, at least two and at most four years of them."""
    here = today.replace(day=1)
    first = min((month for by_month in drawn.growth.values() for month in by_month), default=here)
    months = [here]
    while months[-1] > min(first, _before(here)) and len(months) < _MOST_MONTHS:
        months.append(_before(months[-1]))
    return months[::-1]


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _cumulated(by_month: Mapping[date, int], months: Sequence[date]) -> list[int]:
    return [sum(n for month, n in by_month.items() if month <= last) for last in months]


def _met_on(totals: Sequence[int], target: int, months: Sequence[date], today: date) -> date | None:
    """Return when the pace of the last six months meets the target; today if it is met, None if it never is."""
    if totals[-1] >= target:
        return today
    back = min(_PACE_MONTHS, len(totals) - 1)
    gained = totals[-1] - totals[-1 - back]
    if gained <= 0:
        return None
    days = max((today - months[-1 - back]).days, 1)
    return today + timedelta(days=round(days * (target - totals[-1]) / gained))


def _funnel_steps(drawn: PoolPictures) -> list[tuple[str, int, str]]:
    steps, before = [], 0
    for step in drawn.funnel:
        rate = f"{100 * step.n / before:.0f}%" if before else ""
        steps.append((str(_STEPS[step.key]), step.n, rate))
        before = step.n
    return steps


def _sentence(title: str, steps: Sequence[tuple[str, int, str]]) -> str:
    told = _(", ").join(f"{name} {number(n)}" for name, n, _rate in steps)
    return str(_("%(title)s: %(values)s people", title=title, values=told))


def five_names() -> list[str]:
    """Return the short names of the five understandings."""
    return [str(name) for name in FIVE.values()]


def page_of_work(line: WorkLine) -> str:
    """Return the page where something that waits is done; most lists of the API have pages of the same address."""
    if line.key in _OTHER_PAGES:
        endpoint, asked = _OTHER_PAGES[line.key]
        return url_for(endpoint, **asked)
    path = line.link.partition("?")[0]
    adapter = current_app.url_map.bind("")
    return line.link if adapter.test(path, method="GET") else url_for("help.show")


#: What templates call.
GLOBALS = {
    "five_names": five_names,
    "needs_a_look": overview_said.needs_a_look,
    "page_of_work": page_of_work,
    "said_of_cards": overview_said.said_of_cards,
}
