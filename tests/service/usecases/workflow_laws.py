"""S11 as laws over what the database holds: what must never be seen of a list, whichever way it went."""

from sqlalchemy import select

from matching.vocabulary import ReviewDecision, Stage
from service.models.candidacies import Opinion, Round
from service.models.moves import Move, Vote
from service.models.shortlists import Shortlist
from service.models.vacancies import Check
from service.usecases.workflow.against_rank import CONSIDERED, PASSED_OVER, SET_ASIDE, unexplained_of
from service.usecases.workflow.round_guards import candidacies_of
from service.workflow import workflow_in_force

__all__ = ["check_laws"]

_CHOSEN = {"decided", "publicised", "appointed"}
_BY_ITSELF = {"generated", "closed", "filled", "appointed", "shortlisting", "ended"}
_WAYS_OUT = {"returned", "ended", "closed", "withdrawn", "rejected"}
_SIGNED = {"person", "sending_unit", "township_committee"}  # what the stages of a first secretary ask for


def check_laws(session, *, open_rules):
    """Look at all laws; return the state of the only list. `open_rules`: by person, the stage of what was open."""
    moves = session.scalars(select(Move).order_by(Move.id)).all()
    last = _check_moves(moves)
    shortlist = session.scalars(select(Shortlist)).one()
    state = session.get_one(Round, shortlist.id).state
    assert last["shortlist", shortlist.id] == state
    found = candidacies_of(session, shortlist.id)
    assert all(last.get(("candidacy", one.id), "suggested") == one.state for one in found)
    _check_companions(moves, found)
    _check_reasons(found)
    if state in {"proposed", "decided", "closed"}:
        _check_proposal(session, shortlist, moves, found)
        recommended = [one for one in found if one.conclusion is ReviewDecision.RECOMMEND]
        _check_settled(session, recommended, open_rules, stages={Stage.NOMINATION})
    if state in {"decided", "closed"}:
        _check_decision(session, shortlist, moves, found, open_rules)
    else:
        assert not any(one.state in _CHOSEN for one in found)
    return state


def _check_moves(moves):
    machines, last = workflow_in_force().machines, {}
    for move in moves:
        key = (move.subject_kind, move.subject_id)
        if move.from_state is not None:
            declared = machines[move.subject_kind].find(move.from_state, move.to_state)
            assert declared is not None, "only declared transitions"
            assert move.role in declared.roles
            assert not declared.is_signed or (move.signed_name or "").strip(), "a named human signs"
            assert not declared.needs_reason or (move.reason or "").strip()
            assert last.get(key, move.from_state) == move.from_state, "nothing happens beside the log"
        if move.username == "system":
            assert move.to_state in _BY_ITSELF, "the system never decides"
        last[key] = move.to_state
    return last


def _check_companions(moves, found):
    """A list and its people go on only with an open vacancy; nobody is decided on from outside the pool."""
    people = {one.id: one.person_id for one in found}
    vacancy, records, chosen = "approved", {}, set()
    for move in moves:
        kind, to = move.subject_kind, move.to_state
        if kind == "vacancy":
            vacancy = to
            assert to != "cancelled" or not chosen, "no post is cancelled over the head of somebody decided on"
        elif kind == "talent_record":
            records[move.subject_id] = to
        elif kind == "candidacy":
            chosen = chosen | {move.subject_id} if to in _CHOSEN else chosen - {move.subject_id}
            assert to not in _CHOSEN or records.get(people[move.subject_id], "verified") == "verified"
        is_begun = move.from_state not in {None, "requested"}
        is_undone = kind == "candidacy" and move.from_state == "reviewed" and to in {"suggested", "added_manually"}
        if kind in {"shortlist", "candidacy"} and is_begun and to not in _WAYS_OUT and not is_undone:
            assert vacancy in {"approved", "shortlisting"}, f"{kind} {to} while the vacancy is {vacancy}"


def _check_reasons(found):
    unsuitable = [one.standing_conclusion for one in found if one.conclusion is ReviewDecision.NOT_SUITABLE]
    assert all(one is not None and one.reason_codes for one in unsuitable), "reasons are stored"
    aside = [one.standing_conclusion for one in found if one.conclusion in SET_ASIDE]
    assert all(_says_why(one) and one.document for one in aside), "and the paper on which somebody is set aside"


def _check_proposal(session, shortlist, moves, found):
    proposal = next(one for one in moves if one.subject_kind == "shortlist" and one.to_state == "proposed")
    assert proposal.username != shortlist.requested_by, "who requests is not who proposes"
    assert proposal.role == "org_dept_officer"
    n_considered = sum(one.conclusion in CONSIDERED for one in found)
    assert n_considered >= 2 * shortlist.vacancy.headcount or proposal.reason, "two for each post, or a reason"
    assert all(one.conclusion is not None for one in found), "everybody was concluded on"
    assert unexplained_of(found) == [], "whoever is passed over, for a reason"
    concluded = session.scalars(select(Opinion).where(Opinion.is_conclusion)).all()
    assert all(one.role == "org_dept_officer" for one in concluded)


def _check_decision(session, shortlist, moves, found, open_rules):
    decided = next(one for one in moves if one.subject_kind == "shortlist" and one.to_state == "decided")
    vote = session.get_one(Vote, decided.id)
    assert decided.role == "org_dept_leader"
    assert decided.document
    assert vote.n_for + vote.n_against + vote.n_abstained == vote.n_present
    assert 2 * vote.n_for > vote.n_entitled
    assert sum(one.state in _CHOSEN for one in found) <= shortlist.vacancy.headcount, "no more than there are posts"
    ids = {one.subject_id for one in moves if one.subject_kind == "candidacy" and one.to_state == "decided"}
    chosen = [one for one in found if one.id in ids]
    assert chosen or decided.reason, "a decision on nobody says why"
    assert all({one.signatory for one in candidacy.signatures} >= _SIGNED for candidacy in chosen)
    _check_settled(session, chosen, open_rules, stages=set(Stage))
    gone = {one.subject_id for one in moves if one.to_state in {"withdrawn", "rejected"} and one.id < decided.id}
    for one in chosen:
        assert one.conclusion in CONSIDERED
        better = [other for other in found if other.shown_rank < one.shown_rank and other.id not in ids | gone]
        passed_over = [other for other in better if other.conclusion in CONSIDERED | PASSED_OVER]
        assert _says_why(decided) or all(_is_told(one, other) for other in passed_over), "a choice against the rank"


def _check_settled(session, candidacies, open_rules, *, stages):
    """What was to be verified when the list was made has a paper by now, where it is due."""
    settled = set(session.execute(select(Check.person_id, Check.rule_id).where(Check.result.in_(["pass", "waived"]))))
    for one in candidacies:
        for rule_id, stage in open_rules[one.person.person_no].items():
            assert stage not in stages or (one.person_id, rule_id) in settled, f"{rule_id} was due"


def _is_told(chosen, passed_over):
    """Whether the office concluded better on the one who was chosen and said why: then the decision follows it."""
    is_better = chosen.conclusion is ReviewDecision.RECOMMEND or passed_over.conclusion in PASSED_OVER - CONSIDERED
    is_same = chosen.conclusion is passed_over.conclusion
    return is_better and not is_same and any(_says_why(one.standing_conclusion) for one in (chosen, passed_over))


def _says_why(said):
    return bool(said.reason_codes) and bool((said.reason or "").strip())
