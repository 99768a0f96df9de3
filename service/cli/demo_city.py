"""Filling an empty installation with the invented demo city."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import EVERYWHERE, OPERATOR, Actor, Role
from service.cli.console import Console
from service.cli.demo_accounts import DEMO_ACCOUNTS
from service.db import Database

__all__ = ["fill_with_demo_city"]

# Who enters the invented people; no account has the name.
_OFFICES = Actor(
    username="demo", roles=frozenset({Role.OFFICER, Role.REGISTRAR, Role.DISCIPLINE}), territory=EVERYWHERE, is_cli=True
)


def fill_with_demo_city(console: Console, database: Database, *, n_people: int) -> None:
    """Save the demo city in one transaction and score it; what is there already stays as it is."""
    from service.usecases.long_work import rescoring
    from service.usecases.overview import count_registry

    with database.reading() as session:
        counts = count_registry(session, actor=OPERATOR)
    if counts.n_people == 0:
        console.say(
            Text(
                f"正在生成示范市（{n_people:,} 人，均为虚构）…",
                f"Drawing the demo city ({n_people:,} invented people) ...",
            )
        )
        with database.unit_of_work() as session:
            _save(session, n_people=n_people, now=datetime.now(UTC))
        database.settle()
    if counts.n_ranked_vacancies == 0:
        console.say(Text("正在评分 …", "Scoring ..."))
        done = rescoring.rescore(database, actor=OPERATOR, now=lambda: datetime.now(UTC))
        database.settle()
        told = Text(
            "参与比选 {people:,} 人（不含已归档和已暂停）× {vacancies} 个岗位，用时 {seconds:.1f} 秒",
            "{people:,} people to compare (no archived or suspended ones) × {vacancies} vacancies, {seconds:.1f} s",
        )
        console.done(told.filled(people=done.n_people, vacancies=done.n_vacancies, seconds=done.duration_s))


def _save(session: Session, *, n_people: int, now: datetime) -> None:
    from seed_data.demo_city import ATTESTER, generate
    from seed_data.demo_city.joining import draw_registered_days
    from service.queries.checks import WAIVED
    from service.usecases.days import day_of
    from service.usecases.incoming import registration
    from service.usecases.records.provenance import Origin, SourceKind
    from service.usecases.rules.checks import record_check
    from service.usecases.rules.waivers import propose_waiver, sign_waiver
    from service.usecases.workflow.appointments import save_appointments

    city, origin = generate(n_people=n_people), Origin.of(_OFFICES, SourceKind.DEMO)
    offices = replace(_OFFICES, holder_name=ATTESTER)
    registration.save_villages(session, actor=_OFFICES, records=city.villages, now=now, origin=origin)
    since = draw_registered_days(city, today=day_of(now))
    people = [{**person, "registered_on": since[person["person_no"]]} for person in city.people]
    registration.save_people(session, actor=offices, records=people, now=now, origin=origin)
    registration.save_vacancies(session, actor=offices, records=city.vacancies, now=now, origin=origin)
    registration.save_decisions(session, actor=_OFFICES, records=city.decisions, now=now, origin=origin)
    save_appointments(session, actor=_OFFICES, records=city.appointments, now=now)
    holders = {one.username: one.holder for one in DEMO_ACCOUNTS}
    officer, leader = (
        Actor(name, frozenset({role}), EVERYWHERE, holder_name=holders[name])
        for name, role in (("officer", Role.OFFICER), ("leader", Role.LEADER))
    )
    for check in city.checks:
        if check["result"] != WAIVED:
            record_check(session, actor=officer, **check, now=now)
            continue
        asked = {key: check[key] for key in ("person_no", "vacancy_no", "rule_id", "document")}
        waiver = propose_waiver(session, actor=officer, **asked, reason="示范：略有不足，工作需要", now=now)
        sign_waiver(session, actor=leader, waiver_no=waiver.waiver_no, signed_name=holders["leader"], now=now)
