"""The rulebook that ships, and the scorecards that a rulebook makes."""

import tomllib
from functools import cache
from importlib.resources import files

from matching.card import Scorecard, policy_card
from matching.rulebook import Rulebook
from matching.vocabulary import PostType

__all__ = ["policy_cards", "shipped_cards", "shipped_rulebook"]

_FILE = "rulebook.toml"
_cards: dict[str, dict[PostType, Scorecard]] = {}  # by the version of the rulebook


@cache
def shipped_rulebook() -> Rulebook:
    """Return the rulebook that the product ships with: number 0, in force until another one is signed.

    Raises
    ------
    RulebookError
        If it cannot be used; the message names the place.
    """
    document = tomllib.loads(files("seed_data").joinpath(_FILE).read_text(encoding="utf-8"))
    return Rulebook.from_document(document, name=_FILE)


def policy_cards(rulebook: Rulebook) -> dict[PostType, Scorecard]:
    """Return one scorecard for each kind of post by the weights of a rulebook: it holds until one is learned."""
    if rulebook.version not in _cards:
        _cards[rulebook.version] = {post: policy_card(rulebook, post) for post in PostType}
    return _cards[rulebook.version]


def shipped_cards() -> dict[PostType, Scorecard]:
    """Return the scorecards of the rulebook that ships."""
    return policy_cards(shipped_rulebook())
