"""Why the list of today differs from a frozen one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.change_sentences import heading_of, reasons_of, summary_of
from matching.errors import MatchingError
from matching.list_changes import ListChanges, ListSide, PersonChange, Reason, Shown
from matching.list_comparison import compare_lists
from matching.recorded_card import RecordedCard
from matching.replay_checks import content_version
from matching.results import ShortlistResult
from matching.snapshot import PoolSnapshot
from matching.vocabulary import Stage, Text
from matching.vocabulary.codes import code_table
from service.access import Actor
from service.access.masking import ON_LIST, masks_of
from service.access.masking import Shown as ShownTo
from service.errors import Conflict
from service.models.shortlists import HIDDEN, Shortlist, ShortlistSnapshot
from service.queries.checks import load_checks
from service.queries.matchers import matcher_for
from service.queries.vacancies import load_vacancy_facts, wishes_of
from service.queries.veils import hidden_criteria, hidden_rules
from service.usecases.days import day_of
from service.usecases.lists.freezing import facts_document
from service.usecases.lists.replay import UNREADABLE, PersonShown, people_shown, whole
from service.usecases.lists.shortlists import find_shortlist
from service.usecases.privacy.masks import negative_rules

__all__ = ["PersonLine", "TodaysChanges", "changes_since"]


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """What became of one person, and how it reads.

    Parameters
    ----------
    person : PersonShown
    change : PersonChange
    heading : Text
        Who, the places, and the scores with their difference.
    reasons : tuple of Text
    """

    person: PersonShown
    change: PersonChange
    heading: Text
    reasons: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class TodaysChanges:
    """How today's list of a vacancy differs from a frozen one.

    Parameters
    ----------
    shortlist_no, vacancy_no : str
    as_of_then, as_of_now : date
    is_same_list : bool
        Whether the same people stand at the same places.
    n_unchanged : int
    summary : Text
    context : tuple of Text
        What changed for everybody: rulebook, card, the vacancy itself, the day.
    people : tuple of PersonLine
    """

    shortlist_no: str
    vacancy_no: str
    as_of_then: date
    as_of_now: date
    is_same_list: bool
    n_unchanged: int
    summary: Text
    context: tuple[Text, ...]
    people: tuple[PersonLine, ...]


def changes_since(session: Session, *, actor: Actor, shortlist_no: str, now: datetime) -> TodaysChanges:
    """Compare a frozen list with the one that its vacancy would get today, also when it is no longer open.

    Raises
    ------
    NotFound
        If there is no such list.
    Conflict
        If what was kept of the list is damaged or was changed.
    """
    shortlist, then = _then(session, actor=actor, shortlist_no=shortlist_no)
    as_of = day_of(now)
    (facts,) = load_vacancy_facts(session, vacancy_nos=[shortlist.vacancy.vacancy_no], as_of=as_of)
    checks = load_checks(session, [shortlist.vacancy_id], as_of=as_of)
    matcher = matcher_for(session, as_of=as_of)
    result = matcher.shortlist(facts, k=shortlist.k, checks=checks)
    today = _now(
        result, matcher.snapshot(facts, checks=checks), RecordedCard.of(matcher.cards[facts.post]), shortlist.k
    )
    if masks_of(actor).negative is not ShownTo.FULL:
        then, today = (_said(side, dict.fromkeys(negative_rules(session), ON_LIST)) for side in (then, today))
    changes = compare_lists(then, today)
    asked = facts_document(facts, wishes=wishes_of(shortlist.vacancy))
    return TodaysChanges(
        shortlist_no=shortlist.shortlist_no,
        vacancy_no=shortlist.vacancy.vacancy_no,
        as_of_then=shortlist.as_of,
        as_of_now=as_of,
        is_same_list=changes.is_same_list,
        n_unchanged=changes.n_unchanged,
        summary=summary_of(changes),
        context=tuple(_context(then, today, asked_then=shortlist.vacancy_facts, asked_now=asked)),
        people=tuple(_lines(session, changes, sides=(then, today), actor=actor, vacancy_id=shortlist.vacancy_id)),
    )


def _then(session: Session, *, actor: Actor, shortlist_no: str) -> tuple[Shortlist, ListSide]:
    try:
        shortlist = find_shortlist(session, actor=actor, shortlist_no=shortlist_no)
        kept = session.get(ShortlistSnapshot, shortlist.id)
        snapshot = PoolSnapshot.from_bytes(kept.content if kept else b"")
        card = RecordedCard.from_document(shortlist.card)
        side = ListSide(
            snapshot=snapshot,
            card=card,
            k=whole(shortlist.k),
            reasons={row["rule_id"]: _reason(row) for row in shortlist.exclusions},
            shown={
                entry.frozen_person_id: _shown(entry.shown_contributions, entry.outcomes) for entry in shortlist.entries
            },
        )
        snapshot.ranked(card, top=shortlist.k)  # refuses a card that is not the one of the record
        is_as_kept = snapshot.version == shortlist.data_version and shortlist.k >= 1
        if not is_as_kept or snapshot.vacancy_version not in {"", content_version(shortlist.vacancy_facts)}:
            raise _unreadable(shortlist_no)
    except (MatchingError, *UNREADABLE) as error:
        raise _unreadable(shortlist_no) from error
    return shortlist, side


def _said(side: ListSide, sentences: Mapping[str, Text]) -> ListSide:
    """Return a list on which some rules say one sentence, whatever they found."""
    reasons = {
        rule: Reason(told.title, (sentences[rule],) * len(told.sentences)) if rule in sentences else told
        for rule, told in side.reasons.items()
    }
    return replace(side, reasons=reasons)


def _without_facts(side: ListSide) -> ListSide:
    """Return a list without the facts that tell sex, age or title."""
    criteria = hidden_criteria()
    shown = {
        person: told._replace(facts={name: HIDDEN if name in criteria else fact for name, fact in told.facts.items()})
        for person, told in side.shown.items()
    }
    return replace(side, shown=shown)


def _without_words(session: Session, sides: tuple[ListSide, ListSide]) -> ListChanges:
    """Compare two lists without what would tell sex, age or title, for those who stand in a blind review."""
    silent = dict.fromkeys(hidden_rules(session), HIDDEN)
    then, today = (_without_facts(_said(side, silent)) for side in sides)
    return compare_lists(then, today)


def _reason(row: Mapping[str, Any]) -> Reason:
    return Reason(Text(**row["title"]), tuple(Text(**sentence) for sentence in row["reasons"]))


def _shown(contributions: list[dict[str, Any]], outcomes: list[dict[str, Any]]) -> Shown:
    return Shown(
        {part["criterion_id"]: Text(**part["fact"]) for part in contributions},
        {
            outcome["rule_id"]: (outcome["verdict"], Text(**outcome["title"]))
            for outcome in outcomes
            if outcome["stage"] == Stage.LISTING.value
        },
    )


def _now(result: ShortlistResult, snapshot: PoolSnapshot, card: RecordedCard, k: int) -> ListSide:
    return ListSide(
        snapshot=snapshot,
        card=card,
        k=k,
        reasons={row.rule_id: Reason(row.title, row.reasons) for row in result.exclusions},
        shown={
            entry.person_id: Shown(
                {part.criterion_id: part.fact for part in entry.contributions},
                {
                    outcome.rule_id: (outcome.verdict.value if outcome.verdict else None, outcome.title)
                    for outcome in entry.outcomes
                    if outcome.stage is Stage.LISTING
                },
            )
            for entry in result.entries
        },
    )


def _lines(
    session: Session, changes: ListChanges, *, sides: tuple[ListSide, ListSide], actor: Actor, vacancy_id: int
) -> Iterator[PersonLine]:
    ids = [change.person_id for change in changes.people]
    people = people_shown(session, ids, actor=actor, vacancy_id=vacancy_id)
    hidden = {one for one in ids if people[one].is_hidden}
    told = {one.person_id: one for one in _without_words(session, sides).people} if hidden else {}
    statuses = code_table("record_status")
    shown = (told.get(one.person_id) if one.person_id in hidden else one for one in changes.people)
    for change in filter(None, shown):
        person = people[change.person_id]
        absent = statuses.label(person.record_status) if person.record_status else None
        yield PersonLine(
            person=person,
            change=change,
            heading=heading_of(change, person=person.label),
            reasons=tuple(reasons_of(change, absent=absent)),
        )


_ASKED = {
    "post": Text("岗位类型", "post"),
    "rule_profile": Text("规则口径", "rule profile"),
    "term_months": Text("任期", "term"),
    "village_code": Text("所在村", "village"),
    "township_code": Text("所在乡镇", "township"),
    "county_code": Text("所在县区", "county"),
    "latitude": Text("纬度", "latitude"),
    "longitude": Text("经度", "longitude"),
    "industries": Text("产业", "industries"),
    "themes": Text("突出问题", "main problems"),
    "five": Text("要求懂得", "understandings asked for"),
    "resources": Text("资源需求", "resources wished for"),
    "requirements": Text("资格要求", "requirements"),
}


def _context(
    then: ListSide, now: ListSide, *, asked_then: Mapping[str, Any], asked_now: Mapping[str, Any]
) -> Iterator[Text]:
    before, after = then.snapshot, now.snapshot
    if before.as_of != after.as_of:
        yield Text(f"计算日期：{before.as_of} → {after.as_of}", f"Day: {before.as_of} → {after.as_of}")
    if before.rulebook_version != after.rulebook_version:
        versions = f"{before.rulebook_version} → {after.rulebook_version}"
        yield Text(f"规则：{versions}", f"Rulebook: {versions}")
    if before.card_version != after.card_version:
        versions = f"{before.card_version} → {after.card_version}"
        yield Text(f"评分卡：{versions}", f"Card: {versions}")
    changed = [label for key, label in _ASKED.items() if asked_then.get(key) != asked_now.get(key)]
    if changed:
        yield Text(
            f"岗位登记有变：{'、'.join(label.zh for label in changed)}",
            f"The vacancy was changed: {', '.join(label.en for label in changed)}",
        )


def _unreadable(shortlist_no: str) -> Conflict:
    return Conflict(
        Text(
            "名单的留存内容已损坏或被改动，无法比较。",
            "What was kept of the list is damaged or was changed: no comparison.",
        ),
        remedy=Text(
            f"请运行 talentpool replay {shortlist_no} 查看是哪一处。",
            f"Run talentpool replay {shortlist_no} to see what it is.",
        ),
        place="shortlist_no",
        value=shortlist_no,
    )
