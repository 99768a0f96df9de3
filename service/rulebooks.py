"""The rulebook and the scorecards in force."""

import tomllib
from functools import cache
from importlib.resources import files

from matching.card import Scorecard, policy_card
from matching.rulebook import Rulebook
from matching.vocabulary import PostType

__all__ = ["cards_in_force", "rulebook_in_force"]

_FILE = "rulebook.toml"


@cache
def rulebook_in_force() -> Rulebook:
    """Return the rulebook that the product ships with.

    Raises
    ------
    RulebookError
        If it cannot be used; the message names the place.
    """
    document = tomllib.loads(files("seed_data").joinpath(_FILE).read_text(encoding="utf-8"))
    return Rulebook.from_document(document, name=_FILE)


@cache
def cards_in_force() -> dict[PostType, Scorecard]:
    """Return one scorecard per kind of post: the policy, as long as nothing was learned."""
    return {post: policy_card(rulebook_in_force(), post) for post in PostType}
