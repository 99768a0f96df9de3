"""Two counties with everything in the second that a clerk of the first must never see."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from builders import a_person, a_vacancy, a_village, an_actor
from builders_offices import hired
from sqlalchemy import select, update

from schemas.identity import checksum_of
from service.access import EVERYWHERE, Role, Territory, TerritoryKind
from service.db import Database, allocate_ids
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.models.identity import DuplicatePair, Merge
from service.models.people import Person
from service.models.shortlists import Shortlist
from service.models.villages import Village
from service.usecases.identity.merging import merge_people
from service.usecases.incoming import registration
from service.usecases.lists import shortlists
from service.usecases.outgoing.exports import Wanted, make_export

__all__ = ["CANARIES", "COUNTY_ROLES", "HERE", "KNOWN_ELSEWHERE", "THERE", "Elsewhere", "two_counties"]

HERE, THERE = Territory(TerritoryKind.COUNTY, "239901"), Territory(TerritoryKind.COUNTY, "239902")
#: All that anybody may do in one county at once, so that no missing right hides a leak.
COUNTY_ROLES = frozenset({Role.LEADER, Role.OFFICER, Role.REGISTRAR, Role.TOWNSHIP, Role.DISCIPLINE, Role.ADMIN})
#: An id number that is registered in the second county only.
KNOWN_ELSEWHERE = "23990219900501005" + checksum_of("23990219900501005")
_SECRET = {
    "name": "金丝雀",
    "id_number": "23990219900501001" + checksum_of("23990219900501001"),
    "phone": "13900009999",
    "household_place": "秘密地址七号",
    "resume": "秘密履历一段",
    "note": "秘密备注一句",
    "employer": "秘密单位",
}
#: What must never reach a clerk of the other county, however they ask.
CANARIES = tuple(_SECRET.values())


@dataclass(frozen=True)
class Elsewhere:
    """Numbers of the second county by the name under which an address or a body asks for them."""

    numbers: dict[str, Any] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=lambda: dict(_SECRET))


def two_counties(database: Database, *, now: datetime) -> Elsewhere:
    """Fill both counties; everything of the second is done by an account of the second."""
    there = hired(database, username="there", roles=COUNTY_ROLES, territory=THERE, now=now)
    everybody = an_actor(territory=EVERYWHERE)
    with database.unit_of_work() as session:
        villages = [
            a_village(),
            a_village(village_code="239902100201", county="他县", township="他乡镇", village="他东村"),
        ]
        registration.save_villages(session, actor=everybody, records=villages, now=now)
        registration.save_people(session, actor=everybody, records=_people(), now=now)
        posts = [a_vacancy(), a_vacancy(vacancy_no="W77", village_code="239902100201", headcount=3)]
        registration.save_vacancies(session, actor=everybody, records=posts, now=now)
        shortlists.request_shortlist(session, actor=everybody, vacancy_no="V1", k=1, now=now)
    with database.unit_of_work(there) as session:
        made = shortlists.request_shortlist(session, actor=there, vacancy_no="W77", k=5, now=now)
        wanted = Wanted(kind="shortlist", file_format="csv", subject_no=made.shortlist_no)
        export = make_export(session, wanted, actor=there, now=now)
        merge_people(session, actor=there, survivor_no="Q72", absorbed_no="Q73", now=now)
        numbers = _rows(session, made, now=now) | {"export_no": export.export_no, "shortlist_no": made.shortlist_no}
    return Elsewhere(numbers={**_NUMBERS, **numbers})


_NUMBERS = {
    "person_no": "Q71",
    "versus": "Q72",
    "absorbed_no": "Q73",
    "survivor_no": "Q71",
    "vacancy_no": "W77",
    "village_code": "239902100201",
}


def _people() -> list[dict[str, Any]]:
    at_home = {"home_village_code": "239902100201"}
    return [
        a_person(person_no="P1"),
        a_person(person_no="P2", name="样例乙", consent_matching=None),
        # Not to be matched, so that no list of the first county brings them before its clerks.
        a_person(person_no="Q71", consent_matching=None, negative_flags=("NG03",), **at_home, **_SECRET),
        a_person(person_no="Q72", name="样例丙", consent_matching=None, rural_work_years=None, **at_home),
        a_person(person_no="Q73", name="样例丙", consent_matching=None, rural_work_years=None, **at_home),
        a_person(person_no="Q74", name="样例丁", id_number=KNOWN_ELSEWHERE, rural_work_years=0.0, **at_home),
    ]


def _rows(session: Any, made: Shortlist, *, now: datetime) -> dict[str, Any]:
    """Put one row of each kind that an address can ask for into the second county, and return the numbers."""
    ids = dict(session.execute(select(Person.person_no, Person.id)).all())
    village_id = session.scalar(select(Village.id).where(Village.village_code == "239902100201"))
    for model in (Candidacy, Appointment, DuplicatePair):
        allocate_ids(session, model.__tablename__)
    session.add(
        Candidacy(
            id=1, candidacy_no="C-77-1", shortlist_id=made.id, person_id=ids["Q71"], state="listed", created_at=now,
            updated_at=now,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        Appointment(
            id=1, appointment_no="A-77-1", person_id=ids["Q71"], village_id=village_id, vacancy_id=made.vacancy_id,
            candidacy_id=1, post_type=made.vacancy.post_type, state="in_post", started_on=date(2025, 1, 1),
        )
    )  # fmt: skip
    session.add(
        DuplicatePair(
            id=717171,
            first_id=ids["Q71"],
            second_id=ids["Q72"],
            probability=0.9,
            reasons=[],
            state="open",
            found_at=now,
        )
    )
    session.flush()
    session.execute(update(Merge).values(id=727272))  # a number that stands out in an answer
    return {
        "candidacy_no": "C-77-1",
        "appointment_no": "A-77-1",
        "pair_id": 717171,
        "merge_id": 727272,
    }
