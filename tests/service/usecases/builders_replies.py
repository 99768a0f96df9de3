"""A round in which a sending unit, a village and a person are asked, and their accounts."""

from builders import a_person
from builders_offices import hired
from builders_workflow import all_of, conclude_all, lead_to, proposed, register_city, start_review
from sqlalchemy import select

from service.access import Role, Territory, TerritoryKind
from service.models.people import Person
from service.usecases.incoming import registration

__all__ = ["asked_round", "person_of", "unit_of", "village_of"]

UNIT, OTHER = "示范市机关", "示范市服务中心"
VILLAGE = "239901100201"


def unit_of(database, now):
    """The account of the unit that P1 works for."""
    return hired(database, username="unit", roles=frozenset({Role.UNIT}), now=now,
                 territory=Territory(TerritoryKind.UNIT, UNIT))  # fmt: skip


def village_of(database, now, code=VILLAGE):
    """The account of a village."""
    return hired(database, username=f"v{code}", roles=frozenset({Role.VILLAGE}), now=now,
                 territory=Territory(TerritoryKind.VILLAGE, code))  # fmt: skip


def person_of(database, now, number="P1"):
    """The account of a person."""
    with database.reading() as session:
        person_id = session.scalar(select(Person.id).where(Person.person_no == number))
    return hired(database, username=f"own{number}", roles=frozenset({Role.CANDIDATE}), now=now,
                 territory=Territory(TerritoryKind.OWN, person_id=person_id))  # fmt: skip


def asked_round(database, actor, now, *, stage=None, **vacancy):
    """Propose a list; P1, of the unit, and P2, of another, are recommended and led to a stage."""
    with database.unit_of_work() as session:
        number = register_city(session, actor=actor, now=now, **vacancy)
        staff = [
            a_person(person_no=no, name=name, rural_work_years=years, employer=employer)
            for no, name, years, employer in (("P1", "样例乙", 19.75, UNIT), ("P2", "样例丙", 19.5, OTHER))
        ]
        registration.save_people(session, actor=actor, records=staff, now=now)
        start_review(session, number, now=now)
        conclude_all(session, all_of(session, number), now=now)
        proposed(session, number, now=now)
        for one in all_of(session, number)[:2] if stage else ():
            lead_to(session, one, stage, now=now)
        return number, [one.candidacy_no for one in all_of(session, number)]
