"""The demo city: invented places, people, vacancies and reviews to try the service on.

Everything is drawn from one seed: the same seed gives the same records on every machine. Nothing of it is real: the
region code 2399 belongs to no city, the coordinates lie in the open sea, names are counters behind words for "example",
id numbers have a region code that no authority issues and phones begin with 000.
"""

import hashlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from seed_data.demo_city.draws import ATTESTER
from seed_data.demo_city.geography import draw_geography
from seed_data.demo_city.history import draw_history
from seed_data.demo_city.people import draw_people
from seed_data.demo_city.policy import Desk
from seed_data.demo_city.standing import draw_checks, draw_running_posts
from seed_data.demo_city.vacancies import draw_vacancies

__all__ = ["ATTESTER", "DemoCity", "generate"]

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class DemoCity:
    """The records of the demo city, canonical and ready to be saved.

    Keys are the attributes of the models; places, people and vacancies are named by their codes and numbers.
    """

    counties: Records
    townships: Records
    villages: Records
    people: Records
    vacancies: Records
    decisions: Records
    checks: Records
    appointments: Records

    def fingerprint(self) -> str:
        """Return one hash over all records."""
        digest = hashlib.sha256()
        for field in fields(self):
            for record in getattr(self, field.name):
                digest.update(repr(sorted(record.items())).encode())
        return digest.hexdigest()


def generate(seed: int = 2399, *, n_people: int = 10_000, n_villages: int = 1_300) -> DemoCity:
    """Draw the demo city.

    Parameters
    ----------
    seed : int
    n_people : int
    n_villages : int
        At least 452, four for each of the 113 townships.

    Returns
    -------
    DemoCity
        10 counties, 113 townships, the villages and people asked for, 500 open and 150 closed vacancies, the reviews
        of the closed ones, and the appointments and checks that came of them.
    """
    streams = np.random.SeedSequence(seed).spawn(5)  # one a subject, so that a change of one leaves the others alone
    places, people, vacancies, reviews, posts = (np.random.Generator(np.random.PCG64(stream)) for stream in streams)
    geography = draw_geography(places, n_villages=n_villages)
    pool = draw_people(people, geography, n=n_people)
    needs = draw_vacancies(vacancies, geography)
    desk = Desk(geography, people=pool, vacancies=needs)
    decisions, appointments = draw_history(reviews, desk)
    return DemoCity(
        counties=geography.counties,
        townships=geography.townships,
        villages=geography.villages,
        people=pool,
        vacancies=needs,
        decisions=decisions,
        checks=draw_checks(posts, desk),
        appointments=[*appointments, *draw_running_posts(posts, geography, people=pool, taken=appointments)],
    )
