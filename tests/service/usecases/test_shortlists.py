"""Shortlists and rankings as use cases, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from builders import a_person, a_vacancy, a_village, an_actor
from builders_installations import Fill
from builders_registry import save
from sqlalchemy import func, select, update

from matching.card import Scorecard
from matching.snapshot import PoolSnapshot
from matching.vocabulary import PostType, RecordStatus, VacancyStatus, Verdict
from service.access import Actor
from service.db import Database
from service.errors import Forbidden, InvalidInput, NotFound
from service.models.audit import AuditEntry
from service.models.runs import Ranking, Run
from service.models.shortlists import Shortlist, ShortlistEntry, ShortlistSnapshot
from service.usecases.incoming import registration
from service.usecases.lists import rankings, shortlists
from service.usecases.long_work import rescoring
from service.usecases.records.people import edit_person, get_person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _fill(database: Database) -> None:
    people = [
        a_person(),
        a_person(person_no="P2", name="样例乙", rural_work_years=6.0),
        a_person(person_no="P3", name="样例丙", work_start_date=None),
        a_person(person_no="P4", name="样例丁", consent_matching=None),
    ]
    filled = a_vacancy(vacancy_no="V2", vacancy_status=VacancyStatus.FILLED)
    save(database, an_actor(), NOW, villages=[a_village()], people=people, vacancies=[a_vacancy(), filled])


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> Fill | None:
    return _fill if "pool" in request.fixturenames else None


@pytest.fixture
def pool(any_database: Database) -> Database:
    """Four people: P1 and P2 pass, P3 is to be verified, P4 has not consented; one open and one filled vacancy."""
    return any_database


def _request(pool: Database, actor: Actor, now: datetime, *, k: int = 10, vacancy_no: str = "V1") -> str:
    with pool.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=actor, vacancy_no=vacancy_no, k=k, now=now)
        return made.shortlist_no


def _numbers(pool: Database, actor: Actor, shortlist_no: str) -> list[tuple[str, int, Verdict]]:
    with pool.reading() as session:
        made = shortlists.find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
        return [(entry.person.person_no, entry.score, entry.verdict) for entry in made.entries]


def test_those_to_verify_are_ranked_and_flagged_and_those_who_fail_are_not_there(
    pool: Database, actor: Actor, now: datetime
) -> None:
    listed = _numbers(pool, actor, _request(pool, actor, now))
    assert listed[0][0] == "P2"
    assert {number: verdict for number, _, verdict in listed} == {
        "P1": Verdict.PASS,
        "P2": Verdict.PASS,
        "P3": Verdict.TO_VERIFY,
    }


def test_the_sieve_adds_up(pool: Database, actor: Actor, now: datetime) -> None:
    number = _request(pool, actor, now, k=2)
    with pool.reading() as session:
        sieve = shortlists.find_shortlist(session, actor=actor, shortlist_no=number).sieve
    assert sieve == {
        "n_pool": 4, "n_eligible": 3, "n_pass": 2, "n_to_verify": 1, "n_waived": 0, "n_listed": 2,
    }  # fmt: skip


def test_equal_scores_stand_in_order_of_number(pool: Database, actor: Actor, now: datetime) -> None:
    listed = _numbers(pool, actor, _request(pool, actor, now))
    scores = {number: score for number, score, _ in listed}
    assert scores["P1"] == scores["P3"]
    assert [number for number, _, _ in listed] == ["P2", "P1", "P3"]


def test_the_excluded_are_told_by_their_first_failing_rule(pool: Database, actor: Actor, now: datetime) -> None:
    number = _request(pool, actor, now)
    with pool.reading() as session:
        page = shortlists.list_excluded(session, actor=actor, shortlist_no=number)
        assert [(row.person.person_no, row.rule_id) for row in page.items] == [("P4", "C-01")]
        assert shortlists.list_excluded(session, actor=actor, shortlist_no=number, rule_id="C-03").total == 0


def test_the_excluded_are_told_their_own_value_and_the_basis(pool: Database, actor: Actor, now: datetime) -> None:
    with pool.unit_of_work() as session:
        for number, status in (("P1", "13"), ("P2", "02")):
            person = get_person(session, actor=actor, person_no=number)
            edit_person(
                session, actor=actor, person_no=number, record={"political_status": status},
                expected_version=person.version, now=now,
            )  # fmt: skip
    number = _request(pool, actor, now)
    with pool.reading() as session:
        page = shortlists.list_excluded(session, actor=actor, shortlist_no=number)
    told = {row.person.person_no: row for row in page.items}
    assert told["P4"].sentence["zh"].startswith("尚未登记本人是否同意参与人岗匹配")
    assert told["P1"].sentence["zh"] == "政治面貌为群众；第一书记须为中共正式党员"
    assert told["P2"].sentence["zh"] == "政治面貌为预备党员；第一书记须为中共正式党员"
    assert told["P1"].title["en"] == "Full member of the CPC"
    assert told["P1"].basis["en"] == "proposed - cite your own document"


def test_a_list_keeps_the_wishes_of_its_vacancy(pool: Database, actor: Actor, now: datetime) -> None:
    with pool.unit_of_work() as session:
        wishing = a_vacancy(vacancy_no="V9", age_max=35, requirement_basis=None, majors="农学")
        registration.save_vacancies(session, actor=actor, records=[wishing], now=now)
    number = _request(pool, actor, now, vacancy_no="V9")
    with pool.reading() as session:
        made = shortlists.find_shortlist(session, actor=actor, shortlist_no=number)
        assert [wish["zh"] for wish in made.vacancy_facts["wishes"]] == ["年龄不超过35岁", "专业：农学"]
        assert made.vacancy_facts["wishes"][0]["en"] == "Age at most 35 years"


def test_a_frozen_list_stays_when_people_change(pool: Database, actor: Actor, now: datetime) -> None:
    number = _request(pool, actor, now)
    before = _numbers(pool, actor, number)
    with pool.unit_of_work() as session:
        person = get_person(session, actor=actor, person_no="P2")
        edit_person(
            session, actor=actor, person_no="P2", record={"rural_work_years": 0.0, "consent_matching": False},
            expected_version=person.version, now=now,
        )  # fmt: skip
    assert _numbers(pool, actor, number) == before
    assert [row[0] for row in _numbers(pool, actor, _request(pool, actor, now))] == ["P1", "P3"]


def test_the_snapshot_ranks_again_to_the_same_list(pool: Database, actor: Actor, now: datetime) -> None:
    number = _request(pool, actor, now)
    with pool.reading() as session:
        made = shortlists.find_shortlist(session, actor=actor, shortlist_no=number)
        snapshot = PoolSnapshot.from_bytes(session.get_one(ShortlistSnapshot, made.id).content)
        again = snapshot.ranked(Scorecard.from_document(made.card), top=made.k)
        assert again.person_ids.tolist() == [entry.person_id for entry in made.entries]
        assert again.scores.tolist() == [entry.score for entry in made.entries]
        assert snapshot.version == made.data_version


def test_the_day_of_the_request_is_a_day_in_china(pool: Database, actor: Actor) -> None:
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    number = _request(pool, actor, late)
    with pool.reading() as session:
        assert shortlists.find_shortlist(session, actor=actor, shortlist_no=number).as_of.isoformat() == "2026-11-23"


@pytest.mark.parametrize("k", [0, -1, 201])
def test_a_length_out_of_range_is_refused_with_its_place(pool: Database, actor: Actor, now: datetime, k: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _request(pool, actor, now, k=k)
    assert (refusal.value.place, refusal.value.value) == ("k", k)


def test_closed_and_unknown_vacancies_get_no_list(pool: Database, actor: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        _request(pool, actor, now, vacancy_no="V2")
    with pytest.raises(NotFound):
        _request(pool, actor, now, vacancy_no="V3")
    with pool.reading() as session:
        assert session.scalar(select(func.count()).select_from(Shortlist)) == 0


def test_a_role_without_the_right_gets_nothing(pool: Database, now: datetime) -> None:
    nobody = Actor("x")
    ask: list[Callable[[Database], object]] = [
        lambda database: _request(database, nobody, now),
        lambda database: rescoring.rescore(database, actor=nobody, now=lambda: now),
    ]
    for act in ask:
        with pytest.raises(Forbidden):
            act(pool)


def test_a_request_leaves_an_audit_line_without_names(pool: Database, actor: Actor, now: datetime) -> None:
    number = _request(pool, actor, now)
    with pool.reading() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "request_shortlist")).one()
        assert (line.actor, line.subject_no) == ("admin", number)
        assert "样例" not in str(line.detail)


def test_rescoring_fills_rankings_in_the_order_of_the_list(pool: Database, actor: Actor, now: datetime) -> None:
    done = rescoring.rescore(pool, actor=actor, now=lambda: now)
    assert (done.n_people, done.n_vacancies, done.n_places) == (4, 1, 3)
    with pool.reading() as session:
        ranked = rankings.read_ranking(session, actor=actor, vacancy_no="V1", now=now)
        ranking = [(place.person.person_no, place.score, place.verdict) for place in ranked]
    assert ranking == _numbers(pool, actor, _request(pool, actor, now))


def test_rescoring_replaces_rankings_and_leaves_frozen_lists_alone(pool: Database, actor: Actor, now: datetime) -> None:
    number = _request(pool, actor, now)
    before = _numbers(pool, actor, number)
    rescoring.rescore(pool, actor=actor, now=lambda: now)
    with pool.unit_of_work() as session:
        person = get_person(session, actor=actor, person_no="P2")
        edit_person(
            session, actor=actor, person_no="P2",
            record={
                "record_status": RecordStatus.SUSPENDED, "attested_by": "样例署名", "attested_document": "示2026-8号",
            },
            expected_version=person.version, now=now,
        )  # fmt: skip
    rescoring.rescore(pool, actor=actor, now=lambda: now + timedelta(minutes=1))
    with pool.reading() as session:
        ranked = rankings.read_ranking(session, actor=actor, vacancy_no="V1", now=now)
        assert [place.person.person_no for place in ranked] == ["P1", "P3"]
        assert session.scalar(select(func.count()).select_from(Ranking)) == 2
        assert [run.state for run in session.scalars(select(Run))] == ["done", "done"]
    assert _numbers(pool, actor, number) == before


def test_a_vacancy_nobody_is_eligible_for_gets_an_empty_list(pool: Database, actor: Actor, now: datetime) -> None:
    with pool.unit_of_work() as session:
        strict = a_vacancy(vacancy_no="V9", education_min=9, requirement_basis="示组〔2026〕9号")
        registration.save_vacancies(session, actor=actor, records=[strict], now=now)
        for number in ("P1", "P2", "P3"):
            person = get_person(session, actor=actor, person_no=number)
            edit_person(
                session, actor=actor, person_no=number, record={"education": "31"},
                expected_version=person.version, now=now,
            )  # fmt: skip
    number = _request(pool, actor, now, vacancy_no="V9")
    assert _numbers(pool, actor, number) == []
    with pool.reading() as session:
        made = shortlists.find_shortlist(session, actor=actor, shortlist_no=number)
        assert {row["rule_id"]: row["n_people"] for row in made.exclusions} == {"C-01": 1, "V-EDU": 3}


def test_a_person_who_wants_other_posts_is_listed_with_a_flag(pool: Database, actor: Actor, now: datetime) -> None:
    with pool.unit_of_work() as session:
        person = get_person(session, actor=actor, person_no="P2")
        wish = {"willing_posts": (PostType.INDUSTRIAL_CONSULTANT.value,)}
        edit_person(session, actor=actor, person_no="P2", record=wish, expected_version=person.version, now=now)
    _request(pool, actor, now)
    with pool.reading() as session:
        flags = {entry.person.person_no: entry.flags for entry in session.scalars(select(ShortlistEntry))}
    assert flags["P2"] == ("beyond_wish",)
    assert flags["P1"] == ()


def test_who_withdraws_consent_leaves_the_rankings_at_once(pool: Database, actor: Actor, now: datetime) -> None:
    rescoring.rescore(pool, actor=actor, now=lambda: now)
    with pool.unit_of_work() as session:
        assert rankings.ranking_state(session, actor=actor).is_current
        person = get_person(session, actor=actor, person_no="P2")
        edit_person(
            session, actor=actor, person_no="P2", record={"consent_matching": False},
            expected_version=person.version, now=now,
        )  # fmt: skip
    with pool.unit_of_work() as session:
        ranked = rankings.read_ranking(session, actor=actor, vacancy_no="V1", now=now)
        assert [(place.rank, place.person.person_no) for place in ranked] == [(2, "P1"), (3, "P3")]
        exported = rankings.walk_rankings(session, actor=actor, top=50, now=now)
        assert [row.person_no for row in exported] == ["P1", "P3"]
        state = rankings.ranking_state(session, actor=actor)
        assert (state.scored_at, state.is_current) == (now, False)


@pytest.mark.parametrize("other", [{"rulebook_version": "fedcba9876543210"}, {"release": "0.0.1"}])
def test_rankings_of_another_rulebook_or_release_are_not_current(
    pool: Database, actor: Actor, now: datetime, other: dict[str, str]
) -> None:
    rescoring.rescore(pool, actor=actor, now=lambda: now)
    with pool.unit_of_work() as session:
        session.execute(update(Run).values(other))
    with pool.reading() as session:
        assert not rankings.ranking_state(session, actor=actor).is_current


def test_before_any_scoring_the_rankings_have_no_moment(pool: Database, actor: Actor) -> None:
    with pool.reading() as session:
        assert rankings.ranking_state(session, actor=actor) == rankings.RankingState(scored_at=None, is_current=False)
