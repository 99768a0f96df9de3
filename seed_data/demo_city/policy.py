"""The lists that the policy cards made of the demo city, before anything was learned."""

import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.card import policy_card
from matching.frames import VacancyFacts
from matching.matcher import Matcher
from matching.rulebook import Rulebook
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city.draws import AS_OF
from seed_data.demo_city.frames import people_frames, vacancy_facts
from seed_data.demo_city.geography import Geography

__all__ = ["Desk", "shipped_rulebook"]

_Records = Sequence[dict[str, Any]]


class Desk:
    """The people, the vacancies and the policy in force, as reviewers have them on their desks.

    All lists are made to one day, `draws.AS_OF`, also those of closed vacancies: the records of the past are not kept.

    Attributes
    ----------
    criteria : DataFrame
        The criteria frame.
    matcher : Matcher
    facts : list of VacancyFacts
        Of each vacancy, in order; their ids are their places, counted from 1.
    """

    def __init__(self, geography: Geography, *, people: _Records, vacancies: _Records) -> None:
        eligibility, self.criteria = people_frames(
            people,
            villages=geography.villages,
            counties=geography.counties,
            townships=geography.townships,
            appointments=(),
            as_of=AS_OF,
        )
        rulebook = shipped_rulebook()
        self.people = people
        self.vacancies = vacancies
        self.wishes: pd.Series = eligibility["willing_posts"]
        self.matcher = Matcher(
            eligibility=eligibility,
            criteria=self.criteria,
            rulebook=rulebook,
            cards={post: policy_card(rulebook, post) for post in PostType},
            industries=IndustryTerms.shipped(),
        )
        by_code = {village["village_code"]: village for village in geography.villages}
        self.facts: list[VacancyFacts] = [
            vacancy_facts(vacancy, vacancy_id=place, village=by_code[vacancy["village_code"]], as_of=AS_OF)
            for place, vacancy in enumerate(vacancies, start=1)
        ]

    def person(self, person_id: int) -> dict[str, Any]:
        """Return the record of a person by the id in the frames."""
        return self.people[person_id - 1]

    def best(self, places: Sequence[int], *, top: int) -> list[tuple[NDArray[np.int64], NDArray[np.int8]]]:
        """Return person ids and verdicts of the policy's best for the vacancies at these places, best first."""
        rankings = self.matcher.rank([self.facts[place] for place in places], top=top)
        return [(ranking.person_ids, ranking.verdicts) for ranking in rankings]


def shipped_rulebook() -> Rulebook:
    """Read the rulebook that comes with the product."""
    text = resources.files("seed_data").joinpath("rulebook.toml").read_text(encoding="utf-8")
    return Rulebook.from_document(tomllib.loads(text), name="rulebook.toml")
