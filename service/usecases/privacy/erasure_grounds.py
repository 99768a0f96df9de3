"""Whether a record may be erased: what keeps it, who may not, and on which ground."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from service.access import Actor, may
from service.errors import Conflict, Forbidden
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy, Round
from service.models.people import Person
from service.models.privacy import LegalHold
from service.models.shortlists import Shortlist
from service.models.territories import everywhere
from service.settings.retention import RetentionSettings
from service.usecases.days import day_of
from service.usecases.privacy.legal_holds import holds_in_force
from service.usecases.privacy.retention import clocks_of

__all__ = ["ground_of", "refuse_kept", "refuse_who_let_go"]

_BEFORE_DECISION = ("under_review", "proposed")
_LEFT = ("appointed", "withdrawn", "rejected")
_CHOSEN = ("decided", "publicised")


def refuse_kept(session: Session, person: Person, ids: Collection[int], *, actor: Actor, now: datetime) -> None:
    """Refuse to erase a record that is erased already, or that a hold, a post or a running list keeps."""
    number = person.person_no
    if person.record_status is RecordStatus.ERASED:
        raise Conflict(Text(f"{number} 已删除。", f"{number} is erased already."), place="person_no", value=number)
    holds = holds_in_force(session, ids, on=day_of(now))
    if holds:
        until = Text(f"至 {holds[0].until_on}", f"until {holds[0].until_on}") if holds[0].until_on else Text("", "")
        raise Conflict(
            Text(
                f"{number} 处于保全状态{until.zh}（{holds[0].placed_by}），不能删除。",
                f"{number} has to be kept {until.en} ({holds[0].placed_by}) and cannot be erased.",
            ),
            remedy=Text("请先解除保全。", "The hold has to be lifted first."),
            place="hold",
            value=str(holds[0].id),
        )
    in_post = select(Appointment.id).where(Appointment.person_id.in_(ids), Appointment.ended_on.is_(None))
    if session.scalars(in_post).first() is not None:
        raise Conflict(
            Text(f"{number} 仍在任，不能删除。", f"{number} holds a post and cannot be erased."),
            remedy=Text("请先登记任期结束。", "Record the end of the term first."),
            place="person_no",
            value=number,
        )
    _refuse_candidate(session, ids, actor=actor, number=number)


def _refuse_candidate(session: Session, ids: Collection[int], *, actor: Actor, number: str) -> None:
    """Refuse to erase somebody who stands on a list that people still decide about, or whom one was decided for."""
    still_open = or_(
        and_(Round.state.in_(_BEFORE_DECISION), Candidacy.state.not_in(_LEFT)),
        and_(Round.state == "decided", Candidacy.state.in_(_CHOSEN)),
    )
    standing = (
        select(Shortlist.shortlist_no)
        .join(Candidacy, Candidacy.shortlist_id == Shortlist.id)
        .join(Round, Round.shortlist_id == Shortlist.id)
        .where(Candidacy.person_id.in_(ids), still_open)
        .order_by(Shortlist.shortlist_no)
    )
    seen = list(session.scalars(standing)) if may(actor, "read_shortlists") else []
    with everywhere(session):
        n_elsewhere = len(session.scalars(standing).all()) - len(seen)
    if not seen and not n_elsewhere:
        return
    zh, en = "、".join(seen), ", ".join(seen)
    if n_elsewhere:  # what another office does is counted, not named
        zh += f"{'，另有' if seen else ''} {n_elsewhere} 份其他地方的名单"
        en += f"{' and ' if seen else ''}{n_elsewhere} of other places"
    raise Conflict(
        Text(
            f"{number} 仍在办理中的名单上，不能删除：{zh}。",
            f"{number} stands on lists that run and cannot be erased: {en}.",
        ),
        remedy=_way_off(seen),
        place="shortlist_no",
        value=seen[0] if seen else None,
    )


def _way_off(seen: Collection[str]) -> Text:
    """Say how somebody comes off the lists: whoever may not see a list is told whom to ask, not which it is."""
    if not seen:
        return Text(
            "请由办理该名单的机关先将其人选办理为退出；是哪份名单，请向市委组织部了解。",
            "The office whose list it is leads the candidacy to withdrawn first; the city's organization "
            "department can see which.",
        )
    zh, en = "、".join(seen), ", ".join(seen)
    return Text(
        f"请先在 {zh} 上给出结论，再将其人选办理为退出，或退回名单。",
        f"Conclude on the candidacy on {en} and lead it to withdrawn first, or return the list.",
    )


def refuse_who_let_go(session: Session, ids: Collection[int], *, actor: Actor, number: str) -> None:
    """Refuse whoever lifted a hold on a record: letting go and erasing are acts of two people."""
    lifted = select(LegalHold.id).where(LegalHold.person_id.in_(ids), LegalHold.lifted_by == actor.username)
    if session.scalars(lifted).first() is not None:
        raise Forbidden(
            Text(
                f"解除 {number} 保全的人不能再删除该档案。",
                f"Whoever lifted a hold on {number} does not erase it.",
            ),
            remedy=Text("请由另一人删除。", "Somebody else has to erase it."),
            place="person_no",
            value=number,
        )


def ground_of(
    session: Session, ids: Collection[int], number: str, *, settings: RetentionSettings, now: datetime
) -> str:
    """Return the ground of the clock that has run down, `Conflict` if none has."""
    today = day_of(now)
    due = [one for one in clocks_of(session, settings=settings, today=today, person_ids=ids) if one.due_on <= today]
    if not due:
        raise Conflict(
            Text(f"{number} 的保存期限未满。", f"The record {number} is not due for erasure yet."),
            remedy=Text(
                "请见 talentpool retention；本人申请删除的，请注明。",
                "See talentpool retention; if the person asks for it, say so.",
            ),
            place="person_no",
            value=number,
        )
    return due[0].ground
