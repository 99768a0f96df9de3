"""Lists of the pictured city in every stage: half reviewed, to be proposed, to be decided, decided and made public."""
# ruff: noqa: INP001 - of the scripts beside it, not of a package

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import PostType, ReviewDecision, VacancyStatus
from service.access import Role
from service.db import Database
from service.models.candidacies import Candidacy
from service.usecases.days import day_of
from service.usecases.lists import shortlists
from service.usecases.records import vacancies
from service.usecases.workflow import reviewing
from service.usecases.workflow.appointing import begin_appointment
from service.usecases.workflow.rounds import move_shortlist
from tests.service.usecases import builders_workflow as workflow

__all__ = ["lead_rounds"]

_COUNTY = "239907"  # where the accounts of the demo city work
N_LONG, N_SHORT = 50, 5


def lead_rounds(database: Database, *, now: datetime) -> dict[str, str]:
    """Lead lists of the officers' county to their stages and return the address of each by its stage.

    Parameters
    ----------
    database : Database
        Of the demo city, whose cards are in force.
    now : datetime
        With a zone.

    Returns
    -------
    dict of str to str
        ``half``, ``reviewed``, ``proposed``, ``decided``, ``checks`` and ``notice``.
    """
    told: dict[str, str] = {}
    with database.unit_of_work() as session:
        waiting = _vacancies(session)
        half = _listed(session, waiting, k=N_LONG, now=now)
        _review_half(session, half, now=now)
        told["half"], told["checks"] = f"/shortlists/{half}", f"/checks?shortlist_no={half}"
        for stage in ("reviewed", "proposed", "decided"):
            number = _listed(session, waiting, k=N_SHORT, now=now)
            told[stage] = f"/shortlists/{number}/round"
            notice = _lead(session, number, stage, now=now)
            if notice:
                told["notice"] = notice
    return told


def _vacancies(session: Session) -> Iterator[str]:
    wanted = {
        "post_type": PostType.FIRST_SECRETARY,
        "vacancy_status": VacancyStatus.APPROVED,
        "county_code": _COUNTY,
    }
    found = vacancies.list_vacancies(session, actor=workflow.OFFICER, filters=wanted, page=1, page_size=50)
    return iter([one.vacancy_no for one in found.items])


def _listed(session: Session, waiting: Iterator[str], *, k: int, now: datetime) -> str:
    """Request the list of the next vacancy that has people enough for a choice."""
    for vacancy_no in waiting:
        made = shortlists.request_shortlist(session, actor=workflow.OFFICER, vacancy_no=vacancy_no, k=k, now=now)
        if len(made.entries) >= min(k, N_SHORT):
            return made.shortlist_no
    raise LookupError("no vacancy of the county has people enough")


def _review_half(session: Session, number: str, *, now: datetime) -> None:
    """Say something of the better half: the first are recommended, those after them held in reserve, and so on."""
    people = workflow.start_review(session, number, now=now)
    said = (
        (ReviewDecision.RECOMMEND, ()),
        (ReviewDecision.RESERVE, ()),
        (ReviewDecision.NEED_INFO, ()),
        (ReviewDecision.NOT_SUITABLE, ("R02",)),
    )
    for place, one in enumerate(people[: len(people) // 2]):
        decision, codes = said[place * len(said) // (len(people) // 2)]
        reviewing.conclude(
            session, actor=workflow.OFFICER, candidacy_no=one.candidacy_no, decision=decision, reason_codes=codes,
            version=one.version, now=now,
        )  # fmt: skip


def _propose(session: Session, number: str, people: Sequence[Candidacy], *, now: datetime) -> None:
    """Propose a list as the county's other officer, whose name stands on the pages."""
    workflow.settle_rules(session, people, now=now)
    asked = workflow.asked("proposed", workflow.round_version(session, number))
    move_shortlist(
        session, actor=workflow.acting(Role.OFFICER, "officer2", 12), shortlist_no=number, asked=asked, now=now
    )


def _lead(session: Session, number: str, stage: str, *, now: datetime) -> str | None:
    """Lead a list to its stage; return the notice of whoever was chosen."""
    people = workflow.start_review(session, number, now=now)
    workflow.conclude_all(session, people, now=now)
    if stage == "reviewed":
        workflow.settle_rules(session, people[:2], now=now)
        return None
    _propose(session, number, people[:2], now=now)
    workflow.lead_to(session, people[0], "discipline_opinion", now=now)
    if stage == "proposed":
        workflow.lead_to(session, people[1], "unit_asked", now=now)
        return None
    votes = {**workflow.DECISION["votes"], "held_on": day_of(now)}
    more = {"votes": votes, "chosen": [people[0].candidacy_no]}
    asked = workflow.asked("decided", workflow.round_version(session, number), more=more)
    move_shortlist(session, actor=workflow.LEADER, shortlist_no=number, asked=asked, now=now)
    appointment = begin_appointment(
        session, actor=workflow.OFFICER, candidacy_no=people[0].candidacy_no, version=people[0].version,
        office="示范庚县委组织部", office_phone="0000-1234567", now=now,
    )  # fmt: skip
    return f"/appointments/{appointment.appointment_no}/notice"
