"""Builders of matchers with learned cards, and of how people stand for a vacancy."""

from builders_pool import a_learned_card, a_pool, some_vacancies

from matching.card import policy_card
from matching.matcher import Matcher
from matching.standing import Standing
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from service.rulebooks import shipped_rulebook

__all__ = ["a_matcher", "a_standing"]


def a_matcher(*, seed: int, n: int = 60, is_learned: bool = True) -> Matcher:
    """Return a matcher over `n` made-up people, with learned cards or those of the policy."""
    eligibility, criteria = a_pool(n, seed=seed, unknown_share=0.05)
    rulebook = shipped_rulebook()
    cards = {post: a_learned_card(post, seed=seed) if is_learned else policy_card(rulebook, post) for post in PostType}
    return Matcher(
        eligibility=eligibility,
        criteria=criteria,
        rulebook=rulebook,
        cards=cards,
        industries=IndustryTerms.shipped(),
    )


def a_standing(seed: int, *, n: int = 60) -> Standing:
    """Return how made-up people stand for a post of honorary village head."""
    (vacancy,) = some_vacancies(1, seed=seed, post=PostType.HONORARY_VILLAGE_HEAD)
    return a_matcher(seed=seed, n=n).standing(vacancy)
