"""Replay: a recorded list is made again from its card, rulebook and record, and compared place by place."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from matching.eligibility import VERDICTS
from matching.errors import MatchingError, RulebookError
from matching.recorded_card import RecordedCard
from matching.recorded_list import Disagreement, Place, RecordedList, Replay, Versions, order_version
from matching.replay_checks import (
    compared,
    content_version,
    counted,
    hash_compared,
    hashed,
    parts_compared,
    rules_compared,
)
from matching.replay_figures import FIGURES_NOT_KEPT, figures_compared
from matching.rulebook import Rulebook
from matching.snapshot import PoolSnapshot
from matching.vocabulary import PostType, RuleProfile, Text

__all__ = ["list_again", "replay"]

Made = TypeVar("Made")

_RESTORE = Text("请用此前的备份恢复后再重演。", "Restore it from an earlier backup and replay the list again.")


def replay(recorded: RecordedList, *, person: Callable[[int], Text]) -> Replay:
    """Make a recorded list again and compare it with what was kept.

    Parameters
    ----------
    recorded : RecordedList
    person : callable
        How the person of a surrogate id is called in a sentence.
    """
    return _Replay(recorded, person).result()


def list_again(snapshot: PoolSnapshot, card: RecordedCard, *, k: int) -> tuple[Place, ...]:
    """Return the places that a record and its card give.

    Raises
    ------
    MatchingError
        If the card is not the one of the record, or the length is below 1.
    """
    if k < 1:
        raise MatchingError(Text(f"名单人数 {k} 应至少为 1。", f"A list of {k} people cannot be."), place="k")
    made = snapshot.ranked(card, top=k)
    columns = (made.person_ids.tolist(), made.scores.tolist(), made.verdicts.tolist())
    return tuple(
        Place(rank, who, score, VERDICTS[verdict].value)
        for rank, (who, score, verdict) in enumerate(zip(*columns, strict=True), start=1)
    )


class _Replay:
    """One replay under way: what is found is gathered, nothing stops it."""

    def __init__(self, recorded: RecordedList, person: Callable[[int], Text]) -> None:
        self._recorded = recorded
        self._person = person
        self._found: list[Disagreement] = []
        self._notes: list[Text] = []
        self._card = self._tried(lambda: RecordedCard.from_document(recorded.card), place="card")
        self._snapshot = self._tried(lambda: PoolSnapshot.from_bytes(recorded.snapshot), place="snapshot")

    def result(self) -> Replay:
        recorded, card, snapshot = self._recorded, self._card, self._snapshot
        rulebook_version = content_version(recorded.rulebook) if recorded.rulebook is not None else ""
        versions = Versions(
            rulebook=rulebook_version,
            card=card.version if card else "",
            data=snapshot.version if snapshot else "",
            vacancy=content_version(recorded.vacancy_facts),
        )
        self._found += hashed(recorded, versions, card=card, snapshot=snapshot)
        if snapshot is not None:
            self._found += counted(recorded, snapshot)
            self._found += self._rules(snapshot)
            if not snapshot.vacancy_version:
                self._notes.append(_VACANCY_NOT_PINNED)
        places = self._places()
        versions = versions._replace(order="" if places is None else order_version(places))
        if places is not None and recorded.order_version:
            self._found += hash_compared("order", recorded.order_version, versions.order)
        return Replay(
            versions=versions,
            n_people=0 if snapshot is None else len(snapshot.person_ids),
            places=places or (),
            disagreements=tuple(self._found),
            notes=tuple(self._notes),
        )

    def _places(self) -> tuple[Place, ...] | None:
        recorded, card, snapshot = self._recorded, self._card, self._snapshot
        if card is None or snapshot is None or card.version != snapshot.card_version:
            return None
        places = self._tried(lambda: list_again(snapshot, card, k=recorded.k), place="snapshot")
        if places is not None:
            self._found += compared(recorded, places, person=self._person)
            for compare in (parts_compared, figures_compared):
                self._found += compare(recorded, places, snapshot=snapshot, card=card, person=self._person)
            if recorded.parts and recorded.average_score is None:
                self._notes.append(FIGURES_NOT_KEPT)
        return places

    def _rules(self, snapshot: PoolSnapshot) -> Iterator[Disagreement]:
        recorded = self._recorded
        if recorded.rulebook is None:
            return
        try:
            book = Rulebook.from_document(recorded.rulebook, name="rulebook")
            facts = recorded.vacancy_facts
            own = [str(rule["id"]) for rule in facts["requirements"]]
            rules = book.rules_for(PostType(facts["post"]), RuleProfile(facts["rule_profile"]))
        except (RulebookError, LookupError, TypeError, ValueError) as error:
            self._notes.append(_unreadable_rules(error))
            return
        yield from rules_compared(recorded, snapshot, [*(rule.id for rule in rules), *own], person=self._person)

    def _tried(self, make: Callable[[], Made], *, place: str) -> Made | None:
        try:
            return make()
        except MatchingError as error:
            self._found.append(Disagreement(place=error.place or place, problem=error.problem, remedy=_RESTORE))
            return None


_VACANCY_NOT_PINNED = Text(
    "该名单由旧版本生成，岗位要求当时未记入版本号，此项未能核对。",
    "The list was made by an earlier release, which took no hash of the vacancy's requirements: they are not covered.",
)


def _unreadable_rules(error: Exception) -> Text:
    problem = error.problem if isinstance(error, RulebookError) else Text(str(error), str(error))
    return Text(
        f"本版本无法逐条读取当时的规则（{problem.zh}），只核对了版本号；请用生成名单的版本读取。",
        f"This release cannot read the rules of then one by one ({problem.en}); only the hash was looked at. "
        "Read them with the release that made the list.",
    )
