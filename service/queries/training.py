"""Review decisions with the levels of the people who were judged: what cards learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.card import Scorecard
from matching.errors import MatchingError
from matching.snapshot import PoolSnapshot
from matching.training import DECISION_COLUMNS, Labels, TrainingLists, label
from matching.vocabulary import PostType, Text
from service.errors import Conflict
from service.models.reviews import Decision
from service.models.shortlists import Shortlist, ShortlistEntry, ShortlistSnapshot
from service.models.territories import seeing_everywhere
from service.models.vacancies import Vacancy
from service.queries.matchers import matcher_for
from service.queries.merges import all_survivors
from service.queries.vacancies import load_vacancy_facts

__all__ = ["History", "count_decisions", "load_history"]

_IN_ONE_QUERY = 500
Levels = NDArray[np.int8]


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """The reviewed lists of one kind of post.

    Parameters
    ----------
    lists : TrainingLists
    labels : Labels
        With the graded people of the lists.
    n_frozen : int
        Rows whose levels are those of the frozen list that was shown.
    n_gone : int
        Graded people who are in neither a frozen list nor today's pool; they are left out.
    """

    lists: TrainingLists
    labels: Labels
    n_frozen: int
    n_gone: int


@seeing_everywhere
def count_decisions(session: Session) -> int:
    """Return how many review decisions are registered."""
    return session.scalar(select(func.count()).select_from(Decision)) or 0


@seeing_everywhere
def load_history(session: Session, *, card: Scorecard, as_of: date) -> History:
    """Read what reviewers decided about the vacancies of one kind of post.

    Levels come from the frozen list that a decision names, as they were shown; where it names none, or the criteria
    have changed since, from the records of today.

    Parameters
    ----------
    session : Session
    card : Scorecard
        Names the post and the criteria.
    as_of : date
        To which day the records of today are counted.

    Raises
    ------
    Conflict
        If the record of a list that a decision names is damaged.
    """
    decisions = _decisions(session, card.post)
    labels = label(decisions[list(DECISION_COLUMNS)])
    frame = labels.frame
    shown_on = _newest_lists(decisions)
    levels, is_frozen = _levels(session, card, frame, shown_on, as_of=as_of)
    is_known = is_frozen | (levels >= 0).all(axis=1)
    kept = frame[is_known].reset_index(drop=True)
    return History(
        lists=_lists(card, kept, levels[is_known]),
        labels=replace(labels, frame=kept),
        n_frozen=int(is_frozen.sum()),
        n_gone=int((~is_known).sum()),
    )


def _decisions(session: Session, post: PostType) -> pd.DataFrame:
    query = (
        select(
            Vacancy.vacancy_no,
            Decision.person_id,
            Decision.reviewer_no,
            Decision.shown_rank,
            Decision.decision,
            Decision.reason_codes,
            Decision.stage_reached,
            Decision.appraisal,
            Decision.decided_on,
            Decision.shortlist_id,
            # The snapshot knows a merged person by the id of the record that was listed.
            func.coalesce(ShortlistEntry.listed_person_id, Decision.person_id).label("frozen_person_id"),
        )
        .join(Vacancy, Vacancy.id == Decision.vacancy_id)
        .outerjoin(
            ShortlistEntry,
            (ShortlistEntry.shortlist_id == Decision.shortlist_id) & (ShortlistEntry.rank == Decision.shown_rank),
        )
        .where(Vacancy.post_type == post)
        .order_by(Decision.id)
    )
    rows = [
        {**row._asdict(), "decision": str(row.decision.value), "has_reason": bool(row.reason_codes)}
        for row in session.execute(query)
    ]
    frame = pd.DataFrame(rows, columns=[*DECISION_COLUMNS, *_OF_LIST])
    # A decision that a merge left at the absorbed record, because the survivor had one of the same reviewer, is
    # about the same person all the same: both grades are averaged.
    survivors = all_survivors(session)
    frame["person_id"] = frame["person_id"].map(lambda person_id: survivors.get(person_id, person_id))
    return frame.astype({"shown_rank": "float64", "shortlist_id": "float64", "decided_on": "object"})


_OF_LIST = ("shortlist_id", "frozen_person_id")


def _newest_lists(decisions: pd.DataFrame) -> Mapping[tuple[str, int], tuple[int, int]]:
    """Return the newest list that names each vacancy and person, and the id under which the list knows them."""
    named = decisions[decisions["shortlist_id"].notna()].sort_values("shortlist_id", kind="stable")
    keys = zip(named["vacancy_no"], named["person_id"].astype("int64"), strict=True)
    lists, frozen = (named[name].astype("int64").tolist() for name in _OF_LIST)
    return dict(zip(keys, zip(lists, frozen, strict=True), strict=True))


def _levels(
    session: Session,
    card: Scorecard,
    frame: pd.DataFrame,
    shown_on: Mapping[tuple[str, int], tuple[int, int]],
    *,
    as_of: date,
) -> tuple[Levels, NDArray[np.bool_]]:
    """Return the levels of every row, -1 where nobody knows them, and whether they are frozen ones."""
    levels = np.full((len(frame), len(card.points)), -1, dtype=np.int8)
    is_frozen = np.zeros(len(frame), dtype=np.bool_)
    keys = list(zip(frame["vacancy_no"], frame["person_id"].astype("int64").tolist(), strict=True))
    of_list: dict[int, list[int]] = {}
    for row, key in enumerate(keys):
        if key in shown_on:
            of_list.setdefault(shown_on[key][0], []).append(row)
    for shortlist_id, snapshot in _snapshots(session, card, sorted(of_list)):
        rows = np.array(of_list[shortlist_id], dtype=np.intp)
        found = _rows_of(snapshot.person_ids, [shown_on[keys[row]][1] for row in rows])
        known = rows[found >= 0]
        levels[known] = _by_name(snapshot, card)[found[found >= 0]]
        is_frozen[known] = True
    if not is_frozen.all():
        _fill_with_today(session, card, keys, levels, ~is_frozen, as_of=as_of)
    return levels, is_frozen


def _snapshots(session: Session, card: Scorecard, shortlist_ids: Sequence[int]) -> list[tuple[int, PoolSnapshot]]:
    """Read the frozen records whose criteria have the levels of now."""
    found = []
    is_readable: dict[str, bool] = {}
    for start in range(0, len(shortlist_ids), _IN_ONE_QUERY):
        query = (
            select(
                Shortlist.id, Shortlist.shortlist_no, Shortlist.card_version, Shortlist.card, ShortlistSnapshot.content
            )
            .join(ShortlistSnapshot, ShortlistSnapshot.shortlist_id == Shortlist.id)
            .where(Shortlist.id.in_(shortlist_ids[start : start + _IN_ONE_QUERY]))
        )
        for row in session.execute(query):
            if row.card_version not in is_readable:
                is_readable[row.card_version] = _has_criteria_of(card, row.card)
            if is_readable[row.card_version]:
                found.append((row.id, _unpacked(row.content, shortlist_no=row.shortlist_no)))
    return found


def _unpacked(content: bytes, *, shortlist_no: str) -> PoolSnapshot:
    """Unpack what a list was made from: learning without it, unsaid, would be learning from other facts."""
    try:
        return PoolSnapshot.from_bytes(content)
    except MatchingError as error:
        raise Conflict(
            Text(
                f"名单 {shortlist_no} 的评分依据已损坏，无法从其结论学习。",
                f"The record of the shortlist {shortlist_no} is damaged: its decisions cannot be learned from.",
            ),
            remedy=Text(
                f"请用备份恢复；talentpool replay {shortlist_no} 可查看是哪一处。",
                f"Restore it from a backup; talentpool replay {shortlist_no} shows what it is.",
            ),
            place="shortlist_no",
            value=shortlist_no,
        ) from error


def _has_criteria_of(card: Scorecard, document: Mapping[str, object]) -> bool:
    try:
        frozen = Scorecard.from_document(document)
    except MatchingError:  # its levels are not those that the criteria declare now: they would be mistaken for others
        return False
    return set(card.points) <= set(frozen.points)


def _by_name(snapshot: PoolSnapshot, card: Scorecard) -> Levels:
    return snapshot.levels[:, [snapshot.criteria.index(criterion_id) for criterion_id in card.points]]


def _fill_with_today(
    session: Session,
    card: Scorecard,
    keys: Sequence[tuple[str, int]],
    levels: Levels,
    is_wanted: NDArray[np.bool_],
    *,
    as_of: date,
) -> None:
    matcher = matcher_for(session, as_of=as_of)
    wanted: dict[str, list[int]] = {}
    for row in np.flatnonzero(is_wanted).tolist():
        wanted.setdefault(keys[row][0], []).append(row)
    for facts in load_vacancy_facts(session, vacancy_nos=list(wanted), as_of=as_of):
        rows = np.array(wanted[facts.vacancy_no], dtype=np.intp)
        found = _rows_of(matcher.person_ids, [keys[row][1] for row in rows])
        levels[rows[found >= 0]] = matcher.levels(card, facts)[found[found >= 0]]


def _rows_of(person_ids: NDArray[np.int64], wanted: Sequence[int]) -> NDArray[np.intp]:
    return pd.Index(person_ids).get_indexer(pd.Index(np.array(wanted, dtype=np.int64)))


def _lists(card: Scorecard, frame: pd.DataFrame, levels: Levels) -> TrainingLists:
    """Cut the graded people into lists; the frame has each vacancy's people together."""
    nos = frame["vacancy_no"].tolist()
    vacancy_nos = tuple(dict.fromkeys(nos))
    by_list = frame.groupby("vacancy_no", sort=False)
    days = [by_list.get_group(no)["decided_on"].dropna().max() for no in vacancy_nos]
    return TrainingLists(
        criteria=tuple(card.points),
        vacancy_nos=vacancy_nos,
        decided_on=tuple(day.isoformat() if isinstance(day, date) else "" for day in days),
        sizes=np.array([len(by_list.groups[no]) for no in vacancy_nos], dtype=np.int64),
        levels=np.ascontiguousarray(levels, dtype=np.int8),
        grades=frame["grade"].to_numpy(dtype=np.float64),
        places=frame["place"].to_numpy(dtype=np.int64),
    )
