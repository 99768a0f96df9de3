"""What clerks decide about pairs of records that may be one person."""

from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.errors import Change, Conflict, VersionConflict
from service.models.identity import DuplicatePair
from service.queries.merges import absorbing_merge, survivors_of
from service.usecases.auditing import audit
from service.usecases.identity.duplicates import STATES, PairFound, check_pair_state, get_pair

__all__ = ["decide_pair"]

_DECISIONS = STATES[1:]


def decide_pair(
    session: Session, *, actor: Actor, pair_id: int, decision: str, note: str | None = None,
    seen_state: str | None = None, now: datetime,
) -> PairFound:  # fmt: skip
    """Say of a pair that it is one person, two people, or to be looked at later.

    "Different" is remembered: later searches leave the pair out, and it cannot be merged.

    Parameters
    ----------
    session : Session
    actor : Actor
    pair_id : int
    decision : {"same", "different", "later"}
    note : str, optional
    seen_state : str, optional
        State of the pair as the actor has seen it; not asked for unless given.
    now : datetime

    Raises
    ------
    NotFound
        If there is no such pair.
    InvalidInput
        If the decision is unknown.
    Conflict
        If the two are merged and are said not to be one person: the merge has to be undone first.
    VersionConflict
        If somebody else has decided on the pair since it was seen.
    """
    require(actor, "decide_duplicates")
    check_pair_state(decision, _DECISIONS)
    found = get_pair(session, actor=actor, pair_id=pair_id)
    pair = found.pair
    session.refresh(pair, with_for_update=True)
    if seen_state is not None and pair.state != seen_state and pair.decided_by != actor.username:
        raise _decided_meanwhile(pair, seen_state)
    if decision != "same":
        _refuse_merged(session, found)
    pair.state, pair.decided_by, pair.decided_at, pair.note = decision, actor.username, now, note
    audit.record(
        session, actor=actor, action="decide_pair", subject_kind="duplicate", subject_no=str(pair_id), now=now,
        detail={"decision": decision, "people": [found.first.person_no, found.second.person_no]},
    )  # fmt: skip
    session.flush()
    return found


def _refuse_merged(session: Session, found: PairFound) -> None:
    stands = survivors_of(session, (found.first.id, found.second.id))
    if len(set(stands.values())) > 1:
        return
    absorbed = found.second if found.second.merged_into_id is not None else found.first
    merge = absorbing_merge(session, absorbed.id)
    raise Conflict(
        Text("两条记录已经合并。", "The two records are merged."),
        remedy=Text("请先撤销合并{n}。", "Undo the merge{n} first.").filled(n=f" {merge.id}" if merge else ""),
        place="pair_id",
        value=str(found.pair.id),
    )


def _decided_meanwhile(pair: DuplicatePair, seen_state: str) -> VersionConflict:
    by, told = pair.decided_by or "—", {"decision": (seen_state, pair.state)}
    at = pair.decided_at or pair.found_at
    return VersionConflict(
        Text(f"{by} 已对这一对作出结论。", f"{by} has decided on this pair meanwhile."),
        remedy=Text("请查看后再决定是否更改。", "Look at it; say yours again if it still holds."),
        place="pair_id",
        value=str(pair.id),
        changes=[Change(version=0, at=at, username=by, fields=told)],
    )
