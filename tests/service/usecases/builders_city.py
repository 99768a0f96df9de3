"""A small city with more people than places, edits of it, and its rankings as rows."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from builders import a_person, a_vacancy, a_village
from sqlalchemy import select

from matching.eligibility import VERDICTS
from matching.matcher import Matcher
from matching.vocabulary import PostType, RecordStatus, VacancyStatus
from matching.vocabulary.industries import IndustryTerms
from service.access import Actor
from service.db import Database
from service.models.runs import Ranking, RankingHead
from service.queries.checks import load_checks
from service.queries.people_frames import load_people_frames
from service.queries.vacancies import load_vacancy_facts
from service.rulebooks import shipped_cards, shipped_rulebook
from service.usecases.days import day_of
from service.usecases.incoming import registration
from service.usecases.lists import rankings
from service.usecases.long_work import rescoring
from service.usecases.records.people import get_person
from service.usecases.rules.checks import record_check
from service.usecases.rules.waivers import list_waivers, propose_waiver, sign_waiver, withdraw_waiver
from service.usecases.workflow.appointments import save_appointments

__all__ = ["EDITS", "VILLAGES", "City", "assert_that_places_are_right", "fill_city", "known_of"]

VILLAGES = ("239901100201", "239901100202", "239901100203")
POSTS = (PostType.FIRST_SECRETARY, PostType.HONORARY_VILLAGE_HEAD, PostType.INDUSTRIAL_CONSULTANT)
N_PEOPLE = 24
TRADES = (("水稻",), ("玉米",), ("水稻", "食用菌"))


@dataclass(frozen=True)
class City:
    """A database that a person works on at a moment."""

    database: Database
    actor: Actor
    now: datetime
    top: int = 2

    def rescore(self, mode: rescoring.Mode, **options: Any) -> rescoring.Rescoring:
        """Bring the rankings up to date."""
        options = {"top": self.top, **options}
        return rescoring.rescore(self.database, actor=self.actor, now=lambda: self.now, mode=mode, **options)

    def rows(self) -> list[rankings.RankedRow]:
        """Return all places shown."""
        with self.database.unit_of_work() as session:
            return list(rankings.walk_rankings(session, actor=self.actor, top=self.top, now=self.now))

    def save(self, subject: str, *records: dict[str, Any]) -> None:
        """Register or change records in one transaction."""
        saver = {"people": registration.save_people, "vacancies": registration.save_vacancies}
        with self.database.unit_of_work() as session:
            (saver | {"villages": registration.save_villages})[subject](
                session, actor=self.actor, records=records, now=self.now
            )


def assert_that_places_are_right(city: City) -> None:
    """Compare every place kept with a ranking of everybody that is made from nothing."""
    as_of = day_of(city.now)
    with city.database.reading() as session:
        frames = load_people_frames(session, as_of=as_of)
        matcher = Matcher(
            eligibility=frames.eligibility, criteria=frames.criteria, rulebook=shipped_rulebook(),
            cards=shipped_cards(), industries=IndustryTerms.shipped(),
        )  # fmt: skip
        vacancies = load_vacancy_facts(session, open_only=True, as_of=as_of)
        checks = load_checks(session, [facts.vacancy_id for facts in vacancies], as_of=as_of)
        numbers = frames.eligibility["person_no"]
        heads = {head.vacancy_id: head for head in session.scalars(select(RankingHead))}
        assert set(heads) == {facts.vacancy_id for facts in vacancies}
        for ranking in matcher.rank(vacancies, top=1000, checks=checks):
            head, ids = heads[ranking.vacancy_id], ranking.person_ids.tolist()
            everybody = zip(ids, ranking.scores.tolist(), [VERDICTS[c] for c in ranking.verdicts], strict=True)
            floor = (1, "") if head.floor_score is None else (-head.floor_score, head.floor_person_no)
            expected = {row for row in everybody if (-row[1], numbers[row[0]]) <= floor}
            kept = select(Ranking.person_id, Ranking.score, Ranking.verdict)
            kept_rows = session.execute(kept.where(Ranking.vacancy_id == ranking.vacancy_id))
            assert {tuple(row) for row in kept_rows} == expected
            assert head.n_places == len(expected) >= min(len(ids), city.top)


def fill_city(city: City, *, n_people: int, n_vacancies: int) -> None:
    """Register three villages with people and vacancies of every post."""
    city.save("villages", *(a_village(village_code=code, village=f"村{code}") for code in VILLAGES))
    city.save("people", *(_person(place) for place in range(n_people)))
    city.save("vacancies", *(_vacancy(place) for place in range(n_vacancies)))


def _person(place: int) -> dict[str, Any]:
    return a_person(
        person_no=f"P{place:03}",
        name=f"样例{place}",
        home_village_code=VILLAGES[place % 3],
        industries=TRADES[place % 3],
        rural_work_years=float(place % 5),
    )


def _vacancy(place: int) -> dict[str, Any]:
    return a_vacancy(
        vacancy_no=f"V{place:03}",
        post_type=POSTS[place % 3],
        village_code=VILLAGES[(place + place // 3) % 3],
        industries=TRADES[place % 3] if place % 2 else None,
    )


def _edit_person(city: City, who: int, what: int) -> None:
    changes = (
        {"rural_work_years": float(what % 12)},
        {"training_hours": 10.0 * what},
        {"consent_matching": what % 2 == 0},
        {"record_status": (RecordStatus.SUSPENDED, RecordStatus.ARCHIVED, RecordStatus.VERIFIED)[what % 3]},
        {"home_village_code": VILLAGES[what % 3]},
        {"industries": TRADES[what % 3]},
        {"u1_agriculture": what % 6},
    )
    city.save("people", {**known_of(city, who), **changes[(who + what) % len(changes)]})


def _edit_many(city: City, who: int, what: int) -> None:
    """Let every second person leave or come back, or lose or gain years."""
    change = {"consent_matching": what % 3 == 0} if what % 2 else {"rural_work_years": float(what)}
    city.save("people", *({**known_of(city, place), **change} for place in range(who % 2, N_PEOPLE, 2)))


def known_of(city: City, who: int) -> dict[str, Any]:
    """Return what every record of a person has to say, as it stands."""
    with city.database.reading() as session:
        person = get_person(session, actor=city.actor, person_no=f"P{who:03}")
        known = {"person_no": person.person_no, "name": person.name, "talent_source": person.talent_source}
    return {**known, "attested_by": "样例署名", "attested_document": "示组〔2026〕3号"}


def _add_person(city: City, who: int, what: int) -> None:
    city.save("people", {**_person(who), "person_no": f"N{who:03}{what:02}", "rural_work_years": float(what)})


def _check(city: City, who: int, what: int) -> None:
    with city.database.unit_of_work() as session:
        record_check(
            session, actor=city.actor, person_no=f"P{who:03}", vacancy_no=f"V{what % 6:03}", rule_id="C-05",
            result=("fail", "pass")[(who + what) % 2], document="示核〔2026〕4号",
            checked_on=date(2026, 11, 20), now=city.now,
        )  # fmt: skip


def _waive(city: City, who: int, what: int) -> None:
    """Waive a rule for somebody, or withdraw the waiver that stands."""
    leader = replace(city.actor, username="leader")
    asked = {"person_no": f"P{who:03}", "vacancy_no": f"V{what % 6:03}"}
    with city.database.unit_of_work() as session:
        page = list_waivers(session, actor=leader, filters={**asked, "state": "signed"})
        if page.items:
            number = page.items[0].waiver_no
            withdraw_waiver(session, actor=leader, waiver_no=number, reason="样例撤回", now=city.now)
            return
        waiver = propose_waiver(
            session,
            actor=city.actor,
            **asked,
            rule_id="C-05",
            reason="样例理由",
            document="示核〔2026〕6号",
            now=city.now,
        )
        sign_waiver(session, actor=leader, waiver_no=waiver.waiver_no, signed_name="样例署名", now=city.now)


def _appoint(city: City, who: int, what: int) -> None:
    record = {
        "person_no": f"P{who:03}",
        "village_code": VILLAGES[what % 3],
        "post_type": POSTS[what % 3],
        "started_on": date(2026, 1, 1),
        "ended_on": date(2026, 6, 1) if what % 2 else None,
    }
    with city.database.unit_of_work() as session:
        save_appointments(session, actor=city.actor, records=[record], now=city.now)


def _edit_vacancy(city: City, _who: int, what: int) -> None:
    changes = (
        {"vacancy_status": VacancyStatus.FILLED},
        {"vacancy_status": VacancyStatus.APPROVED},
        {"industries": TRADES[what % 3]},
        {"term_months": 12 + what},
        {"village_code": VILLAGES[what % 3]},
    )
    number = what % 6
    attested = {"attested_by": "样例署名", "attested_document": "示组〔2026〕5号"}
    record = {"vacancy_no": f"V{number:03}", "post_type": POSTS[number % 3], "headcount": 1, **attested}
    city.save("vacancies", record | changes[what % len(changes)])


def _edit_village(city: City, _who: int, what: int) -> None:
    city.save(
        "villages",
        {
            "village_code": VILLAGES[what % 3],
            "latitude": 46.0 + what / 10,
            "industries": TRADES[(what + 1) % 3],
        },
    )


#: What may happen to the city: each is called with the city, somebody (0 to 23) and some number (0 to 11).
EDITS = {
    "edit a person": _edit_person,
    "edit another person": _edit_person,
    "edit many people": _edit_many,
    "add a person": _add_person,
    "record a check": _check,
    "waive a rule": _waive,
    "appoint": _appoint,
    "edit a vacancy": _edit_vacancy,
    "edit a village": _edit_village,
}
