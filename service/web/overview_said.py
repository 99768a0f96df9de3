"""The conclusion above each chart of the overview, in one sentence."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from matching.vocabulary import PostType
from service.usecases.cards.model_health import CardHealth
from service.usecases.pool_pictures import PoolPictures
from service.web.formatting import day, label, month, number
from service.web.pictures import FIVE

__all__ = ["needs_a_look", "said_of_cards", "said_of_charts"]

_OLD_DAYS = 365


def said_of_charts(
    drawn: PoolPictures,
    totals: Sequence[int],
    months: Sequence[date],
    *,
    n_months: int,
    steps: Sequence[tuple[str, int, str]],
) -> dict[str, str]:
    """Say the conclusions of growth, radar, funnel and tiles; arguments as below."""
    return {
        "growth": _said_of_growth(totals, months, n_months=n_months),
        "radar": _said_of_five(drawn),
        "funnel": _said_of_funnel(steps),
        "tiles": _said_of_tiles(drawn) if drawn.tiles else "",
    }


def _said_of_growth(totals: Sequence[int], months: Sequence[date], *, n_months: int) -> str:
    """Say by how many people the pools grew.

    Parameters
    ----------
    totals : sequence of int
        At the end of each month, the present one last.
    months : sequence of date
        Their first days.
    n_months : int
        Over how many months before this one is looked back.
    """
    if not totals[-1]:
        return str(_("Nobody is registered yet."))
    gained, of_this = totals[-1] - totals[-1 - n_months], totals[-1] - totals[-2]
    if gained <= 0:
        return str(_("The pools have not grown since %(day)s.", day=day(months[-1 - n_months])))
    return str(
        ngettext(
            "%(n)s person more than at the end of %(month)s; %(added)s came this month.",
            "%(n)s people more than at the end of %(month)s; %(added)s came this month.",
            gained,
            n=number(gained),
            month=month(months[-1 - n_months]),
            added=number(of_this),
        )
    )


def _said_of_five(drawn: PoolPictures) -> str:
    """Say which of the five understandings the pools have most of, and which least."""
    means = []
    for place, name in enumerate(map(str, FIVE.values())):
        known = [values[place] for values in drawn.five.values() if values[place] is not None]
        if known:
            means.append((sum(value for value in known if value is not None) / len(known), name))
    if len(means) < 2:
        return str(_("Nothing is known of the five understandings yet."))
    return str(
        _(
            "Best known: %(most)s (%(high)s of 5); least known: %(least)s (%(low)s).",
            most=max(means)[1],
            high=f"{max(means)[0]:.1f}",
            least=min(means)[1],
            low=f"{min(means)[0]:.1f}",
        )
    )


def _said_of_funnel(steps: Sequence[tuple[str, int, str]]) -> str:
    """Say how many of those who are registered have come how far."""
    if not steps or not steps[0][1]:
        return str(_("Nobody is registered yet."))
    reached = [step for step in steps if step[1]]
    name, n, _rate = reached[-1]
    if len(reached) == 1:
        return str(_("No record is verified yet."))
    parts = {"n": number(n), "all": number(steps[0][1]), "step": name}
    if len(reached) < len(steps):
        return str(_("%(n)s of %(all)s have come as far as: %(step)s. Nobody has come further.", **parts))
    return str(_("%(n)s of %(all)s have come as far as: %(step)s.", **parts))


def _said_of_tiles(drawn: PoolPictures) -> str:
    """Say how many open posts have enough people, and where fewest do."""
    n_open, n_covered = (sum(getattr(tile, name) for tile in drawn.tiles) for name in ("n_open", "n_covered"))
    parts = {"n": number(n_covered), "all": number(n_open)}
    if n_covered == n_open:
        return str(
            ngettext(
                "The one open post has three or more eligible people.",
                "All %(all)s open posts have three or more eligible people.",
                n_open,
                **parts,
            )
        )
    worst = max(drawn.tiles, key=lambda tile: (tile.n_open - tile.n_covered, tile.n_open))
    return str(
        _(
            "%(n)s of %(all)s open posts have three or more eligible people; least in %(place)s (%(few)s of %(of)s).",
            place=worst.name,
            few=number(worst.n_covered),
            of=number(worst.n_open),
            **parts,
        )
    )


def said_of_cards(cards: Sequence[CardHealth]) -> str:
    """Say whether somebody has to look at a card in force."""
    wrong: Mapping[PostType, CardHealth] = {one.post: one for one in cards if needs_a_look(one)}
    if wrong:
        named = _(", ").join(str(label(post, "post_type")) for post in wrong)
        return str(_("Somebody has to look at: %(posts)s.", posts=named))
    n_learned = sum(one.is_learned for one in cards)
    if not n_learned:
        return str(_("All posts are judged by the points of the rulebook; nothing learned is in force."))
    return str(
        ngettext(
            "%(num)s learned card is in force, none gives an alarm.",
            "%(num)s learned cards are in force, none gives an alarm.",
            n_learned,
        )
    )


def needs_a_look(card: CardHealth) -> bool:
    """Whether a card drifts, was learned under another rulebook, or long ago."""
    is_old = card.is_learned and (card.age_days or 0) > _OLD_DAYS
    return bool(card.is_drifting) or card.is_of_another_rulebook or is_old
