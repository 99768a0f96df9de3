"""A small registry behind the pages, and what a browser does by itself."""

import re
from datetime import date, datetime
from typing import Any

from builders import an_actor
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from matching.vocabulary import PostType, RecordStatus, TalentSource, VacancyStatus
from service.db import Database
from service.usecases.cards.model_files import import_model, model_text
from service.usecases.cards.promoting import promote_model
from service.usecases.incoming import registration
from tests.builders import a_person, a_vacancy, a_village
from tests.builders_models import a_model

__all__ = ["fill_registry", "learned_card_in_force", "page_of", "post_form", "requested_shortlist", "token_of"]

N_PEOPLE = 25


def fill_registry(database: Database, *, now: datetime) -> None:
    """Register a village, three vacancies, and people: most fit, some are to be verified, some are left out."""
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=an_actor(), records=[a_village()], now=now)
        registration.save_people(session, actor=an_actor(), records=_people(), now=now)
        registration.save_vacancies(session, actor=an_actor(), records=_vacancies(), now=now)


def _people() -> list[dict[str, Any]]:
    fitting = [
        a_person(
            person_no=f"P{i:02}",
            name=f"样例{chr(0x4E00 + i * 7)}",
            id_number=f"23990119900501{i:03}X",
            phone=f"000{i:08}",
            talent_source=list(TalentSource)[i % 3],
            rural_work_years=float(i % 8),
            u1_agriculture=i % 6,
            negative_flags=() if i % 2 else None,
        )
        for i in range(1, N_PEOPLE - 2)
    ]
    return [
        *fitting,
        a_person(person_no="P97", name="样例未同意", consent_matching=False),
        a_person(person_no="P98", name="样例年轻", birth_date=date(2012, 1, 1), party_join_date=None),
        _with_unknown_trade(a_person(person_no="P99", name="样例草稿", record_status=RecordStatus.SUBMITTED)),
    ]


def _with_unknown_trade(record: dict[str, Any]) -> dict[str, Any]:
    del record["industries"]
    return {**record, "industry_text": "看星星"}


def _vacancies() -> list[dict[str, Any]]:
    return [
        a_vacancy(),
        a_vacancy(vacancy_no="V2", post_type=PostType.INDUSTRIAL_CONSULTANT, age_max=50),
        a_vacancy(vacancy_no="V3", vacancy_status=VacancyStatus.FILLED),
    ]


def token_of(html: str) -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found, "the page has no form"
    return found[1]


def page_of(browser: FlaskClient, address: str, language: str = "zh") -> str:
    """Return a page in a language."""
    browser.set_cookie("language", language)
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status)
    return response.text


def post_form(browser: FlaskClient, address: str, fields: dict[str, str], *, seen: str = "/login") -> TestResponse:
    """Send a form with the token of a page that was seen before."""
    token = token_of(browser.get(seen, follow_redirects=True).text)
    return browser.post(address, data={**fields, "csrf_token": token})


def learned_card_in_force(database: Database, *, now: datetime) -> str:
    """Put a learned card in force and return its version."""
    with database.unit_of_work() as session:
        model = import_model(session, actor=an_actor(), content=model_text(a_model()).encode(), now=now)
        promote_model(
            session, actor=an_actor(), version=model.version, reason="试用一季", signed_by="样例署名", now=now
        )
        return model.version


def requested_shortlist(browser: FlaskClient, vacancy_no: str = "V1", k: int = 10) -> str:
    """Request a shortlist by its button and return the address of the list."""
    response = post_form(browser, f"/vacancies/{vacancy_no}/shortlists", {"k": str(k)}, seen=f"/vacancies/{vacancy_no}")
    assert response.status_code == 303, response.text
    return response.headers["Location"]
