"""What has to hold before the round of a list goes on."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from matching.vocabulary import Stage, Text
from service.errors import Conflict, InvalidInput
from service.models.candidacies import Candidacy
from service.models.moves import Move
from service.models.shortlists import Shortlist
from service.models.vacancies import Vacancy
from service.usecases.days import day_of
from service.usecases.records.vacancy_guards import ENDED, check_headcount, check_open
from service.usecases.workflow.admissibility import check_admissible, due_of
from service.usecases.workflow.against_rank import CONSIDERED, choices_of, says_why, unexplained_of
from service.usecases.workflow.moving import Asked, Guard, Moving
from service.workflow import workflow_in_force

__all__ = ["CONSIDERED", "LEFT", "ROUND_GUARDS", "candidacies_of", "chosen_of", "last_proposal"]

#: States of a candidacy that has left its round without the post.
LEFT = frozenset({"withdrawn", "rejected"})
_VOTES = ("n_entitled", "n_present", "n_for", "n_against", "n_abstained")
_SHOWN = 5


def candidacies_of(session: Session, shortlist_id: int) -> Sequence[Candidacy]:
    """Return the candidacies of a list with what was said of them, the better places first."""
    wanted = select(Candidacy).where(Candidacy.shortlist_id == shortlist_id)
    found = session.scalars(
        wanted.options(
            *(selectinload(part) for part in (Candidacy.opinions, Candidacy.replies, Candidacy.signatures)),
            selectinload(Candidacy.person),
        ).execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda one: (one.shown_rank is None, one.shown_rank or 0, one.id))


def chosen_of(session: Session, shortlist_id: int, asked: Asked) -> Sequence[Candidacy]:
    """Return the candidacies that a decision names.

    Raises
    ------
    InvalidInput
        If one of them is not on the list.
    """
    numbers = tuple(asked.more.get("chosen", ()))
    by_number = {one.candidacy_no: one for one in candidacies_of(session, shortlist_id)}
    unknown = next((number for number in numbers if number not in by_number), None)
    if unknown is not None:
        problem = Text(f"名单上没有人选 {unknown}。", f"There is no candidacy {unknown} on this list.")
        raise InvalidInput(problem, place="chosen", value=unknown, fields={"chosen": [problem]})
    return [by_number[number] for number in dict.fromkeys(numbers)]


def last_proposal(session: Session, shortlist_id: int) -> Move | None:
    """Return the move with which a list was proposed; None before."""
    proposals = select(Move).where(
        Move.subject_kind == "shortlist", Move.subject_id == shortlist_id, Move.to_state == "proposed"
    )
    return session.scalars(proposals.order_by(Move.id.desc()).limit(1)).first()


def _vacancy_open(moving: Moving) -> None:
    check_open(_vacancy(moving))


def _vacancy_ended(moving: Moving) -> None:
    vacancy = _vacancy(moving)
    if vacancy.vacancy_status not in ENDED:
        problem = Text(f"岗位 {vacancy.vacancy_no} 尚未终止。", f"The vacancy {vacancy.vacancy_no} has not ended.")
        raise Conflict(problem, place="vacancy_no", value=vacancy.vacancy_no)


def _everybody_reviewed(moving: Moving) -> None:
    open_ones = [one for one in _candidacies(moving) if one.conclusion is None]
    if open_ones:
        named = _named(open_ones)
        raise Conflict(
            Text(
                f"还有 {len(open_ones)} 名人选没有审阅结论：{named}。",
                f"{len(open_ones)} candidacies have no conclusion yet: {named}.",
            ),
            remedy=Text("请逐一给出结论。", "Conclude on each of them."),
            place="candidacies",
        )


def _enough_candidates(moving: Moving) -> None:
    if moving.asked.reason:
        return
    n_posts = moving.session.scalar(
        select(Vacancy.headcount)
        .join(Shortlist, Shortlist.vacancy_id == Vacancy.id)
        .where(Shortlist.id == moving.subject.id)
    )
    ratio = workflow_in_force().ratio
    n_wanted, n_found = ratio * (n_posts or 1), sum(one.conclusion in CONSIDERED for one in _candidacies(moving))
    if n_found < n_wanted:
        problem = Text(
            f"拟推荐和备选共 {n_found} 人，不足 {n_wanted} 人（差额 {ratio}:1）。",
            f"{n_found} people are recommended or in reserve; {n_wanted} are asked for ({ratio} for each post).",
        )
        remedy = Text("请增补人选，或写明理由。", "Add people, or give a reason.")
        raise InvalidInput(problem, remedy=remedy, place="reason", fields={"reason": [problem]})


def _rank_explained(moving: Moving) -> None:
    pairs = unexplained_of(_candidacies(moving))
    if pairs:
        lower, higher = pairs[0]
        raise Conflict(
            Text(
                f"{lower.candidacy_no}（位次 {_place(lower)}）拟推荐，"
                f"而 {higher.candidacy_no}（位次 {_place(higher)}）未推荐，尚无理由。",
                f"{lower.candidacy_no} (place {_place(lower)}) is recommended while {higher.candidacy_no} "
                f"(place {_place(higher)}) is not, and nobody said why.",
            ),
            remedy=Text(
                "请在其中一人的结论中写明理由代码和理由。", "Give code and reason with one of the conclusions."
            ),
            place=lower.candidacy_no,
        )


def _still_admissible(moving: Moving) -> None:
    for conclusion in CONSIDERED:
        people = {one.person_id: one.candidacy_no for one in _candidacies(moving) if one.conclusion == conclusion}
        due = due_of(conclusion, state="under_review")
        check_admissible(moving.session, vacancy=_vacancy(moving), people=people, now=moving.now, due=due)


def _votes_carry(moving: Moving) -> None:
    votes = moving.asked.more.get("votes")
    if not votes:
        raise _wrong("votes", Text("须填写会议表决情况。", "The vote of the meeting is missing."))
    _check_day(moving, votes["held_on"])
    entitled, present, agreed, against, abstained = (votes[name] for name in _VOTES)
    rules = workflow_in_force()
    _check_entitled(entitled, least=rules.least_entitled)
    if min(entitled, present, agreed, against, abstained) < 0 or not present or present > entitled:
        raise _wrong("votes.n_present", Text("实到人数应在 1 与应到人数之间。", "Those present are 1 to all entitled."))
    if agreed + against + abstained != present:
        raise _wrong(
            "votes.n_for",
            Text(
                f"同意、不同意、弃权合计 {agreed + against + abstained}，与实到 {present} 不符。",
                f"For, against and abstained make {agreed + against + abstained}, but {present} were present.",
            ),
        )
    if present < rules.quorum * entitled:
        raise Conflict(
            Text(
                f"实到 {present} 人，不足应到的 {rules.quorum}。", f"{present} present are fewer than {rules.quorum}."
            ),
            place="votes.n_present",
        )
    if agreed <= rules.majority * entitled:
        raise Conflict(
            Text(
                f"同意 {agreed} 票，未超过应到人数的 {rules.majority}。",
                f"{agreed} agreed, which is not more than {rules.majority} of those entitled.",
            ),
            remedy=Text("可退回重提。", "It may be returned."),
            place="votes.n_for",
        )


def _check_entitled(entitled: int, *, least: int) -> None:
    if entitled < least:
        raise _wrong(
            "votes.n_entitled",
            Text(
                f"应到 {entitled} 人，少于本系统要求的至少 {least} 人。",
                f"{entitled} were entitled; this service asks for a meeting of {least} at least.",
            ),
        )


def _check_day(moving: Moving, held_on: date) -> None:
    """A list is decided on between its proposal and today."""
    proposal, today = last_proposal(moving.session, moving.subject.id), day_of(moving.now)
    first = day_of(proposal.at) if proposal else today
    if not first <= held_on <= today:
        raise _wrong(
            "votes.held_on",
            Text(
                f"会议日期 {held_on} 应在提出建议之日（{first}）至今天（{today}）之间。",
                f"The meeting of {held_on} lies between the proposal, {first}, and today, {today}.",
            ),
        )


def _chosen_are_ready(moving: Moving) -> None:
    chosen = chosen_of(moving.session, moving.subject.id, moving.asked)
    vacancy = _vacancy(moving)
    if not chosen and not moving.asked.reason:
        raise _wrong("chosen", Text("未决定人选时须写明理由。", "A decision on nobody needs a reason."))
    if len(chosen) > vacancy.headcount:
        raise _wrong(
            "chosen",
            Text(
                f"决定 {len(chosen)} 人，超过岗位职数 {vacancy.headcount}。",
                f"{len(chosen)} people for {vacancy.headcount} posts.",
            ),
        )
    if chosen:
        check_headcount(moving.session, vacancy, people=[one.person_id for one in chosen])
        people = {one.person_id: one.candidacy_no for one in chosen}
        check_admissible(moving.session, vacancy=vacancy, people=people, now=moving.now, due=frozenset(Stage))


def _choice_explained(moving: Moving) -> None:
    """Whoever decides on a worse place while a better one could have been chosen says why, as the office has to."""
    if says_why(moving.asked.reason_codes, moving.asked.reason):
        return
    found = _candidacies(moving)
    chosen = {one.id for one in chosen_of(moving.session, moving.subject.id, moving.asked)}
    pairs = choices_of(found, chosen=chosen, gone={one.id for one in found if one.state in LEFT})
    if pairs:
        lower, higher = pairs[0]
        problem = Text(
            f"决定 {lower.candidacy_no}（位次 {_place(lower)}），而位次更前的 {higher.candidacy_no}"
            f"（位次 {_place(higher)}）未决定，须写明理由代码和理由，说明后者为何未选。",
            f"{lower.candidacy_no} (place {_place(lower)}) is decided on while {higher.candidacy_no} "
            f"(place {_place(higher)}) is not: give a reason code and the reason in words, about the latter.",
        )
        raise InvalidInput(
            problem,
            remedy=Text("请写明理由，或决定位次更前的人选。", "Say why, or decide on the better place."),
            place="reason",
            fields={"reason_codes": [problem], "reason": [problem]},
        )


def _candidacies_settled(moving: Moving) -> None:
    waiting = [one for one in _candidacies(moving) if one.state in {"decided", "publicised"}]
    if waiting:
        raise Conflict(
            Text(f"{_named(waiting)} 尚未到岗或退出。", f"{_named(waiting)} are neither in post nor out."),
            place="candidacies",
        )


def _vacancy(moving: Moving) -> Vacancy:
    return moving.session.get_one(Shortlist, moving.subject.id).vacancy


def _candidacies(moving: Moving) -> Sequence[Candidacy]:
    return candidacies_of(moving.session, moving.subject.id)


def _named(candidacies: Sequence[Candidacy]) -> str:
    named = ", ".join(one.candidacy_no for one in candidacies[:_SHOWN])
    return named if len(candidacies) <= _SHOWN else f"{named} …"


def _place(candidacy: Candidacy) -> str:
    return "—" if candidacy.shown_rank is None else str(candidacy.shown_rank)


def _wrong(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(problem, place=place, fields={place: [problem]})


ROUND_GUARDS: Mapping[str, Guard] = {
    "vacancy_open": _vacancy_open,
    "vacancy_ended": _vacancy_ended,
    "everybody_reviewed": _everybody_reviewed,
    "enough_candidates": _enough_candidates,
    "rank_explained": _rank_explained,
    "still_admissible": _still_admissible,
    "votes_carry": _votes_carry,
    "chosen_are_ready": _chosen_are_ready,
    "choice_explained": _choice_explained,
    "candidacies_settled": _candidacies_settled,
}
