"""Builders: valid records with one change at a time."""

from datetime import date
from typing import Any

from matching.vocabulary import PostType, RecordStatus, TalentSource, VacancyStatus
from service.access import EVERYWHERE, Actor, Role

__all__ = ["SIGNED", "WHOLE_OFFICE", "a_person", "a_vacancy", "a_village", "an_actor"]

#: The name that holders of accounts have in tests, and sign with.
SIGNED = "样例署名"
# Who does everything in tests that are not about who may do what.
WHOLE_OFFICE = frozenset(
    {
        Role.CITY_ORG,
        Role.LEADER,
        Role.OFFICER,
        Role.REGISTRAR,
        Role.TOWNSHIP,
        Role.DISCIPLINE,
        Role.OPERATOR,
        Role.ADMIN,
    }
)


def a_village(**changes: Any) -> dict[str, Any]:
    """Return the record of a village."""
    return {
        "village_code": "239901100201",
        "county": "示范县",
        "township": "清河镇",
        "village": "东岗村",
        "latitude": 46.6,
        "longitude": 127.0,
        "industries": ("水稻",),
        **changes,
    }


def a_person(**changes: Any) -> dict[str, Any]:
    """Return the record of a person who passes every rule of a first secretary under the city plan."""
    return {
        "person_no": "P1",
        "name": "样例甲",
        "talent_source": TalentSource.COLLEGE_VILLAGE_OFFICIAL,
        "record_status": RecordStatus.VERIFIED,
        "attested_by": "样例署名",
        "attested_document": "示组〔2026〕1号",
        "consent_matching": True,
        "birth_date": date(1990, 5, 1),
        "political_status": "01",
        "party_join_date": date(2012, 6, 1),
        "work_start_date": date(2013, 7, 1),
        "duty_health_ok": True,
        "negative_flags": (),
        "home_village_code": "239901100201",
        "industries": ("水稻",),
        "years_in_industry": 6.0,
        "rural_work_years": 4.0,
        **changes,
    }


def a_vacancy(**changes: Any) -> dict[str, Any]:
    """Return the record of an open vacancy."""
    return {
        "vacancy_no": "V1",
        "village_code": "239901100201",
        "post_type": PostType.FIRST_SECRETARY,
        "vacancy_status": VacancyStatus.APPROVED,
        "attested_by": "样例署名",
        "attested_document": "示组〔2026〕2号",
        "headcount": 1,
        "term_months": 24,
        "industries": ("水稻",),
        **changes,
    }


def an_actor(*roles: Role, **changes: Any) -> Actor:
    """Return an actor of some roles who may look everywhere; a whole office called admin without any."""
    told: dict[str, Any] = {"username": "admin", "territory": EVERYWHERE, "holder_name": SIGNED, **changes}
    return Actor(roles=frozenset(roles) or WHOLE_OFFICE, **told)
