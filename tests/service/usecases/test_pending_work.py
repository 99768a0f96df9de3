"""What waits for an account follows from its roles, its territory, and what is there."""

from datetime import timedelta

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_offices import hired
from builders_registry import save
from builders_workflow import all_of, conclude_all, lead_to, proposed, register_city, sign, start_review

from matching.vocabulary import RecordStatus, VacancyStatus
from service.access import ALLOWED, Role, Territory, TerritoryKind
from service.usecases.incoming import registration
from service.usecases.pending.pending_work import KINDS, list_work
from service.usecases.rules.waivers import propose_waiver, sign_waiver

COUNTY, OTHER = "239901", "239902"
OFFICER = an_actor(Role.OFFICER, username="officer")
LEADER = an_actor(Role.LEADER, username="leader")


@pytest.fixture
def town(any_database, actor, now):
    """A village in each of two counties: people to be checked, a vacancy to be approved."""
    villages = [
        a_village(),
        a_village(village_code="239902100201", county="样例县", township="西河镇", village="西岗村"),
    ]
    people = [
        a_person(),
        a_person(person_no="P2", name="样例乙", record_status=RecordStatus.SUBMITTED),
        a_person(person_no="P3", name="样例丙", record_status=RecordStatus.SUBMITTED, home_village_code="239902100201"),
    ]
    posts = [
        a_vacancy(),
        a_vacancy(vacancy_no="V2", vacancy_status=VacancyStatus.SUBMITTED, village_code="239902100201"),
    ]
    save(any_database, actor, now, villages=villages, people=people, vacancies=posts)
    return any_database


def _work(town, actor, now):
    with town.reading() as session:
        return {line.key: (line.n, line.n_overdue) for line in list_work(session, actor=actor, now=now)}


def _in(code, *roles, username="x"):
    return an_actor(*roles, username=username, territory=Territory(TerritoryKind.COUNTY, code))


def test_records_and_vacancies_wait_in_the_own_territory_only(town, now):
    assert _work(town, an_actor(Role.TOWNSHIP), now) == {"records_to_check": (2, 0)}
    township = Territory(TerritoryKind.TOWNSHIP, "239901100")
    assert _work(town, an_actor(Role.TOWNSHIP, territory=township), now) == {"records_to_check": (1, 0)}
    assert _work(town, _in(COUNTY, Role.OFFICER), now) == {}
    assert _work(town, _in(OTHER, Role.OFFICER), now) == {"vacancies_to_approve": (1, 0)}


def test_what_waits_too_long_is_overdue(town, now):
    assert _work(town, an_actor(Role.TOWNSHIP), now + timedelta(days=20)) == {"records_to_check": (2, 2)}


def test_a_waiver_waits_for_whoever_may_sign_it_but_not_for_its_proposer(town, now):
    both = an_actor(Role.OFFICER, Role.LEADER, username="officer")
    with town.unit_of_work() as session:
        waiver_no = propose_waiver(
            session,
            actor=both,
            person_no="P1",
            vacancy_no="V1",
            rule_id="FS-03",
            reason="样例",
            document="示组5号",
            now=now,
        ).waiver_no
    assert _work(town, LEADER, now) == {"waivers_to_sign": (1, 0)}
    assert _work(town, LEADER, now + timedelta(days=8)) == {"waivers_to_sign": (1, 1)}
    assert "waivers_to_sign" not in _work(town, both, now)
    assert _work(town, _in(OTHER, Role.LEADER), now) == {}
    with town.unit_of_work() as session:
        sign_waiver(session, actor=LEADER, waiver_no=waiver_no, signed_name="样例署名", now=now)
    assert _work(town, LEADER, now) == {}
    near = now + timedelta(days=710)
    assert _work(town, OFFICER, near)["checks_expiring"] == (1, 0)


def test_every_kind_names_a_right_that_exists_and_has_its_own_key():
    assert {kind.right for kind in KINDS} <= set(ALLOWED)
    assert len({kind.key for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_ask_and_only_its_own_kinds_are_counted(town, now, role):
    found = _work(town, an_actor(role), now)
    assert set(found) <= {kind.key for kind in KINDS if role in ALLOWED[kind.right]}


UNIT = "示范市机关"


def _asked_at_home(database, now, role, territory):
    actor = hired(database, username=role, roles=frozenset({role}), territory=territory, now=now)
    return lambda at=now: {line.key: (line.n, line.n_overdue) for line in _lines(database, actor, at)}


def _lines(database, actor, at):
    with database.reading(actor) as session:
        return list_work(session, actor=actor, now=at)


def test_a_unit_is_told_of_its_staff_whom_it_is_asked_about_and_of_nobody_else(any_database, actor, now):
    with any_database.unit_of_work() as session:
        shortlist_no = register_city(session, actor=actor, now=now)
        record = a_person(person_no="P1", name="样例乙", rural_work_years=19.75, employer=UNIT)
        registration.save_people(session, actor=actor, records=[record], now=now)
        start_review(session, shortlist_no, now=now)
        found = all_of(session, shortlist_no)
        conclude_all(session, found, now=now)
        proposed(session, shortlist_no, now=now)
    own, other = (
        _asked_at_home(any_database, now, Role.UNIT, Territory(TerritoryKind.UNIT, UNIT)),
        an_actor(Role.UNIT, username="x", territory=Territory(TerritoryKind.UNIT, "示范市服务中心")),
    )
    assert own() == {}
    with any_database.unit_of_work() as session:
        for one in all_of(session, shortlist_no)[:2]:
            lead_to(session, one, "unit_asked", now=now)
    assert own() == {"opinions_of_unit": (1, 0)}
    assert own(now + timedelta(days=8)) == {"opinions_of_unit": (1, 1)}
    assert _lines(any_database, other, now) == []
    with any_database.unit_of_work() as session:
        sign(session, all_of(session, shortlist_no)[0], "sending_unit", now=now)
    assert own() == {}


def test_a_village_is_told_of_those_recommended_to_it_that_need_its_word(any_database, actor, now):
    with any_database.unit_of_work() as session:
        shortlist_no = register_city(session, actor=actor, now=now, post_type="honorary_village_head")
        start_review(session, shortlist_no, now=now)
    own = _asked_at_home(any_database, now, Role.VILLAGE, Territory(TerritoryKind.VILLAGE, "239901100201"))
    assert own() == {}
    with any_database.unit_of_work() as session:
        conclude_all(session, all_of(session, shortlist_no), now=now)
    assert own() == {"opinions_of_village": (2, 0)}
    with any_database.unit_of_work() as session:
        sign(session, all_of(session, shortlist_no)[0], "village_committee", now=now)
    assert own() == {"opinions_of_village": (1, 0)}
