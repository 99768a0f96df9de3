"""The comparisons of a replay: each names what was recorded, what came out, and what to do."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from matching.eligibility import VERDICTS
from matching.recorded_card import RecordedCard
from matching.recorded_list import Disagreement, Place, RecordedList, Versions
from matching.snapshot import PoolSnapshot
from matching.versions import canonical_json, version_of
from matching.vocabulary import Text, Verdict

__all__ = [
    "at_place",
    "compared",
    "content_version",
    "counted",
    "differs",
    "hash_compared",
    "hashed",
    "parts_compared",
    "plain",
    "points_told",
    "rules_compared",
]

_Naming = Callable[[int], Text]
_RESTORE = Text(
    "内容已被改动；请用此前的备份恢复后再重演。",
    "The content was changed: restore it from an earlier backup and replay the list again.",
)
_HOLDS = Text(
    "各项版本号相符时以重演所得为准；请用备份恢复该名单。",
    "Where all hashes fit, the replayed value holds; restore the list from a backup.",
)


def content_version(document: Any) -> str:
    """Return the version of a document's content, "" if it is no plain JSON."""
    try:
        return version_of(canonical_json(document))
    except (TypeError, ValueError):
        return ""


def hashed(
    recorded: RecordedList, versions: Versions, *, card: RecordedCard | None, snapshot: PoolSnapshot | None
) -> Iterator[Disagreement]:
    """Compare each hash with the content it stands for, wherever it was written down."""
    if recorded.rulebook is None:
        yield _rulebook_not_kept(recorded.rulebook_version)
    else:
        yield from hash_compared("rulebook_version", recorded.rulebook_version, versions.rulebook)
    if card is not None:
        yield from hash_compared("card_version", recorded.card_version, card.version)
        yield from hash_compared("card.version", card.claimed_version, card.version)
    if snapshot is None:
        return
    yield from hash_compared("data_version", recorded.data_version, snapshot.version)
    yield from _of_record("rulebook_version", snapshot.rulebook_version, recorded.rulebook_version)
    yield from _of_record("card_version", snapshot.card_version, recorded.card_version)
    yield from _of_record("as_of", snapshot.as_of.isoformat(), recorded.as_of.isoformat())
    if snapshot.vacancy_version:
        yield from hash_compared("vacancy_facts", snapshot.vacancy_version, versions.vacancy)


def compared(recorded: RecordedList, places: Sequence[Place], *, person: _Naming) -> Iterator[Disagreement]:
    """Compare the recorded places with those made again: person, score and verdict."""
    then = {place.rank: place for place in recorded.places}
    now = {place.rank: place for place in places}
    for rank in sorted(then.keys() | now.keys()):
        if rank not in then or rank not in now:
            yield _missing(rank, then.get(rank), now.get(rank), person)
            continue
        kept, made = then[rank], now[rank]
        who = person(made.person_id)
        if kept.person_id != made.person_id:
            yield differs(f"entries[{rank}].person", at_place(rank, who), person(kept.person_id), who)
        if kept.score != made.score:
            at = at_place(rank, who, Text("得分", "score"))
            yield differs(f"entries[{rank}].score", at, points_told(kept.score), points_told(made.score))
        if kept.verdict != made.verdict:
            at = at_place(rank, who, Text("资格", "verdict"))
            yield differs(f"entries[{rank}].verdict", at, plain(kept.verdict), plain(made.verdict))


def parts_compared(
    recorded: RecordedList, places: Sequence[Place], *, snapshot: PoolSnapshot, card: RecordedCard, person: _Naming
) -> Iterator[Disagreement]:
    """Compare the levels and points that were shown at each place with the record and the card."""
    row_of = {who: row for row, who in enumerate(snapshot.person_ids.tolist())}
    is_kept = {(place.rank, place.person_id) for place in recorded.places}
    for place in places:
        if place.rank not in recorded.parts or (place.rank, place.person_id) not in is_kept:
            continue  # somebody else stands there, which is named already
        shown = recorded.parts[place.rank]
        levels = zip(snapshot.criteria, snapshot.levels[row_of[place.person_id]].tolist(), strict=True)
        expected = {key: (level, card.points[key][level]) for key, level in levels}
        for key in dict.fromkeys((*expected, *shown)):
            if shown.get(key) != expected.get(key):
                what, where = card.label(key), f"entries[{place.rank}].contributions.{key}"
                at = at_place(place.rank, person(place.person_id), what)
                yield differs(where, at, _part(shown.get(key)), _part(expected.get(key)))


def rules_compared(
    recorded: RecordedList, snapshot: PoolSnapshot, rule_ids: Sequence[str], *, person: _Naming
) -> Iterator[Disagreement]:
    """Compare the rules of the record, and of each place, with those of the rulebook and the vacancy."""
    asked = Text("名单适用的规则", "The rules of the list")
    if snapshot.rule_ids != tuple(rule_ids):
        yield differs("snapshot.rule_ids", asked, _listed(snapshot.rule_ids), _listed(rule_ids))
    for place in recorded.places:
        if place.rank not in recorded.outcomes:
            continue
        outcomes, at = recorded.outcomes[place.rank], at_place(place.rank, person(place.person_id), _RULES)
        if set(outcomes) != set(rule_ids):
            yield differs(f"entries[{place.rank}].outcomes", at, _listed(outcomes), _listed(rule_ids))
        elif (overall := _overall(outcomes.values())) != place.verdict:
            yield differs(f"entries[{place.rank}].outcomes", at, plain(overall), plain(place.verdict))


def counted(recorded: RecordedList, snapshot: PoolSnapshot) -> Iterator[Disagreement]:
    """Compare the recorded numbers of people with those of the record."""
    numbers = np.bincount(snapshot.verdicts, minlength=len(VERDICTS))
    by_verdict = {verdict: int(numbers[code]) for code, verdict in enumerate(VERDICTS)}
    n_eligible = len(snapshot.verdicts) - by_verdict[Verdict.FAIL]
    expected = {
        "n_pool": len(snapshot.verdicts),
        "n_eligible": n_eligible,
        "n_pass": by_verdict[Verdict.PASS],
        "n_to_verify": by_verdict[Verdict.TO_VERIFY],
        "n_waived": by_verdict[Verdict.WAIVED],
        "n_listed": min(recorded.k, n_eligible),
    }
    yield from _numbers("sieve", recorded.sieve, expected)
    failing = snapshot.first_failing[snapshot.first_failing >= 0]
    n_by_rule = np.bincount(failing, minlength=len(snapshot.rule_ids)).tolist()
    excluded = {rule: n for rule, n in zip(snapshot.rule_ids, n_by_rule, strict=True) if n}
    yield from _numbers("exclusions", recorded.excluded, excluded)


def _numbers(place: str, kept: Mapping[str, int], made: Mapping[str, int]) -> Iterator[Disagreement]:
    for key in dict.fromkeys((*made, *kept)):
        if kept.get(key) != made.get(key):
            yield differs(
                f"{place}.{key}", Text("人数", "The number of people"), plain(kept.get(key)), plain(made.get(key))
            )


def _overall(verdicts: Iterable[str | None]) -> str:
    said = set(verdicts)
    strictest = (Verdict.FAIL, Verdict.TO_VERIFY, Verdict.WAIVED)
    return next((verdict.value for verdict in strictest if verdict.value in said), Verdict.PASS.value)


def hash_compared(place: str, kept: str, made: str) -> Iterator[Disagreement]:
    """Compare a hash as it was written down with that of the content."""
    if kept != made:
        problem = Text(f"记录为 {kept}，内容实为 {made}。", f"Recorded as {kept}, the content gives {made}.")
        yield Disagreement(place=place, problem=problem, remedy=_RESTORE)


def _of_record(place: str, in_record: str, on_list: str) -> Iterator[Disagreement]:
    if in_record != on_list:
        problem = Text(
            f"评分依据中为 {in_record}，名单上为 {on_list}。", f"The record says {in_record}, the list {on_list}."
        )
        yield Disagreement(place=f"snapshot.{place}", problem=problem, remedy=_RESTORE)


def _rulebook_not_kept(version: str) -> Disagreement:
    return Disagreement(
        place="rulebook",
        problem=Text(
            f"规则 {version} 未留存，无法核对。", f"The rulebook {version} was not kept and cannot be looked at."
        ),
        remedy=Text(
            "请用含有该规则的版本（talentpool version 可查）打开一次数据库再重演。",
            "Replay the list once with the release that ships this rulebook (talentpool version shows it).",
        ),
    )


_RULES = Text("规则结论", "verdicts of the rules")


def at_place(rank: int, who: Text, what: Text | None = None) -> Text:
    """Name a place of a list, whose it is, and what of it."""
    tail = Text(f"，{what.zh}", f", {what.en}") if what else Text("", "")
    return Text(f"第 {rank} 位（{who.zh}）{tail.zh}", f"Place {rank} ({who.en}){tail.en}")


def differs(place: str, what: Text, kept: Text, made: Text) -> Disagreement:
    """Say what was recorded and what came out."""
    problem = Text(
        f"{what.zh}：记录为 {kept.zh}，重演为 {made.zh}。", f"{what.en}: recorded {kept.en}, replayed {made.en}."
    )
    return Disagreement(place=place, problem=problem, remedy=_HOLDS)


def _missing(rank: int, kept: Place | None, made: Place | None, person: _Naming) -> Disagreement:
    def told(place: Place | None) -> Text:
        if place is None:
            return Text("无人", "nobody")
        who = person(place.person_id)
        return Text(f"{who.zh} {place.score / 100:.2f} 分", f"{who.en} with {place.score / 100:.2f}")

    return differs(f"entries[{rank}]", Text(f"第 {rank} 位", f"Place {rank}"), told(kept), told(made))


def points_told(hundredths: object) -> Text:
    """Tell hundredths as points; whatever else was recorded is told as it stands."""
    return plain(f"{hundredths / 100:.2f}" if isinstance(hundredths, int) else hundredths)


def _part(part: tuple[object, object] | None) -> Text:
    if part is None:
        return Text("无此项", "no such criterion")
    level, points = part
    earned = f"{points / 100:.2f}" if isinstance(points, int) else str(points)
    return Text(f"第 {level} 级 {earned} 分", f"level {level} with {earned}")


def _listed(words: Iterable[str]) -> Text:
    listed = list(words)
    return Text("、".join(listed) or "无", ", ".join(listed) or "none")


def plain(value: object) -> Text:
    """Tell a value as it stands."""
    return Text("无", "none") if value is None else Text(str(value), str(value))
