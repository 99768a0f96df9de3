"""What a rescoring has to do, and why: told by the heads of the rankings and the log of changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.frames import VacancyFacts
from matching.vocabulary import RecordStatus
from service.models.people import Person
from service.models.runs import Ranking, RankingHead, Run
from service.models.vacancies import Vacancy
from service.queries.matchers import policy_in_force
from service.queries.open_vacancies import open_vacancies
from service.queries.revisions import Changes, Revisions, changes_since, registry_revisions
from service.usecases.long_work.rescoring_terms import TOP, Basis, Head, Mode, Plan, Reason
from service.usecases.long_work.run_terms import Kind

__all__ = ["make_plan"]

MOST_MERGED = 300  # people; beyond that ranking everybody is as fast


def make_plan(session: Session, *, mode: Mode, as_of: date, top: int | None) -> Plan:
    """Compare every ranking with the registry and say what has to be done.

    Parameters
    ----------
    session : Session
    mode : Mode
    as_of : date
    top : int or None
        Places shown; None: as many as the last time.
    """
    basis = _basis(session, as_of=as_of, top=top, keeps_length=mode is not Mode.ALL)
    vacancies = open_vacancies(session, as_of=as_of)
    heads = _heads(session)
    interrupted = _interrupted(session) if mode is Mode.RESUME else None
    mode, anew, people = _to_do(session, mode, interrupted, basis, vacancies, heads)
    return Plan(
        mode=mode,
        basis=basis,
        resumes=interrupted.id if interrupted else None,
        vacancies=vacancies,
        heads=heads,
        anew=anew,
        changed_people=people,
        closed=_closed(session, heads, vacancies),
        n_people=_n_people(session),
    )


def _to_do(
    session: Session,
    mode: Mode,
    interrupted: Run | None,
    basis: Basis,
    vacancies: Sequence[VacancyFacts],
    heads: Mapping[int, Head],
) -> tuple[Mode, dict[int, Reason], frozenset[int]]:
    ids = [facts.vacancy_id for facts in vacancies]
    if mode is Mode.ALL:
        return mode, dict.fromkeys(ids, Reason.ASKED), frozenset()
    if interrupted is not None and interrupted.mode == Mode.ALL:
        if not _is_of(interrupted, basis):
            return Mode.ALL, dict.fromkeys(ids, Reason.MOVED), frozenset()
        done = {id_ for id_, head in heads.items() if head.run_id >= interrupted.id and _is_current(head, basis)}
        return mode, dict.fromkeys((id_ for id_ in ids if id_ not in done), Reason.UNFINISHED), frozenset()
    return mode, *_changed(session, basis, vacancies, heads)


def _heads(session: Session) -> dict[int, Head]:
    of = RankingHead
    stood = (of.people_revision, of.vacancies_revision)
    made_from = (of.rulebook_version, of.card_version, of.release, of.as_of)
    floor = (of.floor_score, of.floor_person_no)
    rows = session.execute(select(of.vacancy_id, of.run_id, of.n_shown, of.n_places, *stood, *made_from, *floor))
    heads = {}
    for vacancy_id, run_id, n_shown, n_places, people, vacancies, *versions, score, person_no in rows:
        rulebook_version, card_version, release, as_of = versions
        heads[vacancy_id] = Head(
            vacancy_id=vacancy_id,
            run_id=run_id,
            revisions=Revisions(people, vacancies),
            as_of=as_of,
            rulebook_version=rulebook_version,
            card_version=card_version,
            release=release,
            n_shown=n_shown,
            n_places=n_places,
            floor=None if score is None else (score, person_no),
        )
    return heads


def _basis(session: Session, *, as_of: date, top: int | None, keeps_length: bool) -> Basis:
    revisions = registry_revisions(session)
    if top is None and keeps_length:
        top = session.scalar(select(Run.n_shown).where(Run.kind == Kind.RESCORE).order_by(Run.id.desc()).limit(1))
    policy = policy_in_force(session)
    return Basis(
        revisions=revisions,
        as_of=as_of,
        rulebook_version=policy.rulebook.version,
        card_versions=policy.card_versions,
        n_shown=top or TOP,
    )


def _interrupted(session: Session) -> Run | None:
    """Return the last run that was asked for, if neither it nor a resumption of it has come to its end."""
    is_ours = Run.kind == Kind.RESCORE
    last_done = session.scalar(select(func.max(Run.id)).where(is_ours, Run.state == "done")) or 0
    unfinished = select(Run).where(is_ours, Run.id > last_done, Run.mode != Mode.RESUME)
    return session.scalars(unfinished.order_by(Run.id.desc()).limit(1)).first()


def _is_of(run: Run, basis: Basis) -> bool:
    revisions = Revisions(run.people_revision, run.vacancies_revision)
    stood = (revisions, run.as_of, run.rulebook_version, run.release, run.n_shown)
    stands = (basis.revisions, basis.as_of, basis.rulebook_version, basis.release, basis.n_shown)
    return stood == stands and run.card_versions == basis.card_versions


def _is_current(head: Head, basis: Basis) -> bool:
    return head.revisions == basis.revisions


def _changed(
    session: Session, basis: Basis, vacancies: Sequence[VacancyFacts], heads: Mapping[int, Head]
) -> tuple[dict[int, Reason], frozenset[int]]:
    """Say which vacancies have to be ranked anew, and which people have to be merged into the others."""
    found = {facts.vacancy_id: _outdated(heads.get(facts.vacancy_id), facts, basis) for facts in vacancies}
    usable = [heads[id_] for id_, reason in found.items() if reason is None]
    changes = _changes(session, usable, basis)
    for id_ in [head.vacancy_id for head in usable]:
        if changes.is_everything:
            found[id_] = Reason.REGISTRY
        elif len(changes.people) > MOST_MERGED:
            found[id_] = Reason.MANY
        elif id_ in changes.vacancies:
            found[id_] = Reason.EDITED
    anew = {id_: reason for id_, reason in found.items() if reason is not None}
    return anew, changes.people if len(anew) < len(found) else frozenset()


def _outdated(head: Head | None, facts: VacancyFacts, basis: Basis) -> Reason | None:
    if head is None:
        return Reason.NEW
    differs = {
        Reason.DAY: head.as_of != basis.as_of,
        Reason.RULEBOOK: head.rulebook_version != basis.rulebook_version,
        Reason.CARD: head.card_version != basis.card_versions[str(facts.post)],
        Reason.RELEASE: head.release != basis.release,
        Reason.PLACES: head.n_shown != basis.n_shown,
    }
    return next((reason for reason, is_so in differs.items() if is_so), None)


def _changes(session: Session, heads: Collection[Head], basis: Basis) -> Changes:
    """Return what has changed since the oldest of the rankings."""
    if not heads:
        return Changes(people=frozenset(), vacancies=frozenset(), is_everything=False)
    return changes_since(
        session,
        people=min(head.revisions.people for head in heads),
        vacancies=min(head.revisions.vacancies for head in heads),
        upto=basis.revisions,
    )


def _closed(session: Session, heads: Mapping[int, Head], vacancies: Sequence[VacancyFacts]) -> tuple[int, ...]:
    has_places = select(1).where(Ranking.vacancy_id == Vacancy.id).exists()  # a look-up for each, not a scan of places
    ranked = {*session.scalars(select(Vacancy.id).where(has_places)), *heads}
    return tuple(sorted(ranked.difference(facts.vacancy_id for facts in vacancies)))


def _n_people(session: Session) -> int:
    left = (RecordStatus.SUSPENDED, RecordStatus.ARCHIVED, RecordStatus.ERASED)
    return session.scalar(select(func.count()).select_from(Person).where(Person.record_status.not_in(left))) or 0
