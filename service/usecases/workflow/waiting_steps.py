"""What would refuse a step of a list, and who may take it: told before anybody fills in a form."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, TerritoryKind, require
from service.access.actors import ROLE_LABELS, Role
from service.errors import ServiceError
from service.models.accounts import Account
from service.models.candidacies import Candidacy
from service.models.vacancies import Vacancy
from service.usecases.lists.shortlists import list_itself
from service.usecases.workflow.candidacy_moves import missing_signatures
from service.usecases.workflow.move_checks import check_apart
from service.usecases.workflow.moving import Asked, Moving
from service.usecases.workflow.post_paths import path_of
from service.usecases.workflow.round_guards import CONSIDERED, ROUND_GUARDS, candidacies_of
from service.usecases.workflow.round_records import round_of, round_subject
from service.workflow import Signatory, Transition, workflow_in_force

__all__ = ["WaitingStep", "following_stage", "unsigned_before", "waiting_steps"]

#: Conditions that what is written into the form of the step fulfils, or does not.
_OF_THE_FORM = frozenset({"enough_candidates", "votes_carry", "chosen_are_ready"})
_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class WaitingStep:
    """A step of a list with what is missing before it.

    Parameters
    ----------
    missing : sequence of Text
        Each one sentence; empty: the step can be taken. People are named by the numbers of their candidacies.
    unready : dict of str to tuple of Text
        Of a decision: by number of the candidacy, what comes before they can be decided on, and who does it.
    """

    missing: Sequence[Text]
    unready: dict[str, tuple[Text, ...]]


def waiting_steps(
    session: Session, *, actor: Actor, shortlist_no: str, targets: Sequence[str], now: datetime
) -> dict[str, WaitingStep]:
    """Return for each step that somebody could take what is missing before it.

    Parameters
    ----------
    session : Session
        One that nothing else is read in: conditions read people anew.
    actor : Actor
    shortlist_no : str
    targets : sequence of str
        States to which the list would be led.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such list.
    """
    require(actor, "read_candidacies")
    shortlist = list_itself(session, actor=actor, shortlist_no=shortlist_no)
    subject = round_subject(session, round_of(session, shortlist), shortlist)
    found: dict[str, WaitingStep] = {}
    for target in targets:
        step = subject.machine.find(subject.state, target)
        if step is None:
            continue
        asked = Asked(to=target, version=subject.row.version)
        moving = Moving(session=session, subject=subject, asked=asked, actor=actor, now=now)
        people = candidacies_of(session, shortlist.id) if target == "decided" else ()
        found[target] = WaitingStep(
            missing=list(_missing(moving, step, shortlist.vacancy)),
            unready={one.candidacy_no: said for one in people if (said := _before_decision(one))},
        )
    return found


def _missing(moving: Moving, step: Transition, vacancy: Vacancy) -> Iterator[Text]:
    refused = _refusal(partial(check_apart, moving.actor, moving.subject, step))
    if refused is not None:
        yield refused
        yield _others(moving.session, step, vacancy, without=moving.actor.username)
    for name in step.guards:
        problem = None if name in _OF_THE_FORM else _refusal(partial(ROUND_GUARDS[name], moving))
        if problem is not None:
            yield problem


def _refusal(check: Callable[[], object]) -> Text | None:
    try:
        check()
    except ServiceError as refused:
        tail = refused.remedy or Text("", "")
        return Text(f"{refused.problem.zh}{tail.zh}", f"{refused.problem.en} {tail.en}".rstrip())
    return None


def _others(session: Session, step: Transition, vacancy: Vacancy, *, without: str) -> Text:
    """Say who else may take a step: the roles, and the accounts that hold one where the vacancy lies."""
    roles = _roles(step.roles)
    places = or_(
        Account.territory_kind.in_([TerritoryKind.ALL, TerritoryKind.CITY]),
        and_(
            Account.territory_kind == TerritoryKind.COUNTY,
            Account.territory_code == vacancy.village.township.county.county_code,
        ),
    )
    rows = session.execute(
        select(Account.username, Account.roles)
        .where(Account.is_disabled.is_(False), Account.username != without, places)
        .order_by(Account.username)
    )
    names = [username for username, held in rows if set(step.roles) & set(held)]
    if not names:
        return Text(
            f"可办理的是{roles.zh}，目前没有其他这样的账号，请系统管理员新增。",
            f"It is for: {roles.en}. There is no other such account yet: ask the administrator for one.",
        )
    shown = names[:_NAMED]
    return Text(f"可办理的账号：{'、'.join(shown)}（{roles.zh}）。", f"Who may: {', '.join(shown)} ({roles.en}).")


def following_stage(candidacy: Candidacy) -> Text | None:
    """Return the stage that follows for somebody, and whose it is to lead there; None after the last."""
    due = path_of(candidacy).next_after(candidacy.state)
    if due is None:
        return None
    machine = workflow_in_force().machines["candidacy"]
    step, label = machine.find(candidacy.state, due), machine.label(due)
    roles = _roles(step.roles if step else ())
    return Text(
        f"下一环节：{label.zh}" + (f"（{roles.zh}）" if roles.zh else ""),
        f"next: {label.en}" + (f" ({roles.en})" if roles.en else ""),
    )


def unsigned_before(candidacy: Candidacy) -> tuple[Text, ...]:
    """Return whose signatures are missing before the stage that follows, and who may record them."""
    due = path_of(candidacy).next_after(candidacy.state)
    return () if due is None else tuple(map(_signature, missing_signatures(candidacy, stage=due)))


def _before_decision(candidacy: Candidacy) -> tuple[Text, ...]:
    """Return what comes before somebody considered can be decided on; nothing for who is not considered any more."""
    path = path_of(candidacy)
    due = path.next_after(candidacy.state)
    if candidacy.conclusion not in CONSIDERED or "decided" not in path.stages:
        return ()
    if due is None:
        label = workflow_in_force().machines["candidacy"].label(candidacy.state)
        return (Text(f"已是“{label.zh}”", f"in the state '{label.en}'"),)
    said = following_stage(candidacy) if due != "decided" else None
    missing = map(_signature, missing_signatures(candidacy, stage="decided"))
    return (*((said,) if said else ()), *missing)


def _signature(signatory: Signatory) -> Text:
    roles = _roles(workflow_in_force().recorders.get(signatory.key, ()))
    label = signatory.label
    return Text(
        f"缺少签署：{label.zh}" + (f"（由{roles.zh}登记）" if roles.zh else ""),
        f"not signed: {label.en}" + (f" (recorded by: {roles.en})" if roles.en else ""),
    )


def _roles(roles: Sequence[str]) -> Text:
    labels = [ROLE_LABELS[Role(role)] for role in roles if role in set(map(str, Role))]
    return Text("、".join(one.zh for one in labels), ", ".join(one.en for one in labels))
