"""The rulebook in force, and the scorecards that it makes."""

import tomllib
from functools import cache
from importlib.resources import files

from matching.card import Scorecard, policy_card
from matching.rulebook import Rulebook
from matching.vocabulary import PostType

__all__ = ["policy_cards", "rulebook_in_force"]

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
def policy_cards() -> dict[PostType, Scorecard]:
    """Return one scorecard for each kind of post by the weights of the rulebook: it holds until one is learned."""
    return {post: policy_card(rulebook_in_force(), post) for post in PostType}
