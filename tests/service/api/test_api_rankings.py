"""The replaceable ranking over the API gives the same order as a shortlist."""

from datetime import datetime

from builders_api import PEOPLE, VACANCIES, VILLAGES, person_json, registered, vacancy_json, village_json
from flask.testing import FlaskClient

from service.access import Actor
from service.db import Database
from service.usecases.long_work.rescoring import rescore


def test_the_ranking_has_the_order_of_the_list(
    api: FlaskClient, database: Database, actor: Actor, now: datetime
) -> None:
    registered(api, VILLAGES, village_json())
    registered(api, VACANCIES, vacancy_json())
    for years in range(5):
        registered(api, PEOPLE, person_json(person_no=f"P{years}", rural_work_years=2 * years))
    rescore(database, actor=actor, now=lambda: now)
    ranking = api.get(f"{VACANCIES}/V1/ranking").json
    shortlist = api.post(f"{VACANCIES}/V1/shortlists", json={"k": 5}).json
    assert ranking is not None
    assert shortlist is not None
    shown = [(row["rank"], row["person_no"], row["score"], row["verdict"]) for row in ranking["items"]]
    listed = [(row["rank"], row["person_no"], row["score"], row["verdict"]) for row in shortlist["entries"]]
    assert shown == listed
    assert len(shown) == 5
