"""A recorded list is made again to the same bytes, and whatever disagrees is named."""

import copy
import json
from dataclasses import replace

import numpy as np
import pytest
from builders_replay import a_matcher, a_record, an_open_vacancy, codes_of, named, random_card
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import CardError, MatchingError
from matching.recorded_card import RecordedCard
from matching.recorded_list import order_version
from matching.replay import replay
from matching.snapshot import PoolSnapshot
from matching.vocabulary import PostType, Verdict

SEEDS = st.integers(0, 10_000)
OTHER = "0123456789abcdef"


def places_of(found):
    return [one.place for one in found.disagreements]


@given(SEEDS, st.sampled_from(PostType))
def test_any_list_is_made_again_with_the_order_and_scores_of_the_matcher(seed, post):
    vacancy = an_open_vacancy(seed=seed, post=post)
    matcher = a_matcher(seed=seed, cards={post: random_card(post, seed=seed)})
    result = matcher.shortlist(vacancy, k=9)
    snapshot = PoolSnapshot.from_bytes(matcher.snapshot(vacancy).to_bytes())
    for card in (matcher.cards[post], RecordedCard.of(matcher.cards[post])):
        again = snapshot.ranked(card, top=9)
        assert again.person_ids.tolist() == [entry.person_id for entry in result.entries]
        assert again.scores.tolist() == [entry.score for entry in result.entries]
        assert again.verdicts.tolist() == codes_of([entry.verdict for entry in result.entries])
    found = replay(a_record(matcher, vacancy, k=9), person=named)
    assert found.agrees, places_of(found)
    assert found.notes == ()
    assert [place.score for place in found.places] == [entry.score for entry in result.entries]
    assert found.versions.order == order_version(found.places)


RECORD = a_record(a_matcher(300, seed=4), an_open_vacancy(seed=4, post=PostType.FIRST_SECRETARY), k=6)


def with_place(rank, **changes):
    return replace(RECORD, places=tuple(p._replace(**changes) if p.rank == rank else p for p in RECORD.places))


def with_card(change):
    card = copy.deepcopy(RECORD.card)
    change(card)
    return replace(RECORD, card=card)


def with_snapshot(**changes):
    snapshot = replace(PoolSnapshot.from_bytes(RECORD.snapshot), **changes)
    return replace(RECORD, snapshot=snapshot.to_bytes())


def raised_levels():
    levels = PoolSnapshot.from_bytes(RECORD.snapshot).levels.copy()
    levels[:, 0] = np.maximum(levels[:, 0] - 1, 0)
    return levels


SECOND, THIRD = RECORD.places[1].person_id, RECORD.places[2].person_id
TAMPERED = {
    "a score": (with_place(3, score=9999), ["entries[3].score"], f"Place 3 (#{THIRD}), score: recorded 99.99"),
    "a person": (with_place(3, person_id=1), ["entries[3].person"], f"recorded #1, replayed #{THIRD}"),
    "two people exchanged": (
        replace(RECORD, places=(RECORD.places[0], *(
            place._replace(person_id=who) for place, who in zip(RECORD.places[1:3], (THIRD, SECOND), strict=True)
        ), *RECORD.places[3:])),
        ["entries[2].person", "entries[3].person"],
        f"recorded #{THIRD}, replayed #{SECOND}",
    ),
    "a verdict": (
        with_place(1, verdict="waived"),
        ["entries[1].outcomes", "entries[1].verdict"],
        "recorded waived",
    ),
    "a place left out": (
        replace(RECORD, places=RECORD.places[:3] + RECORD.places[4:]), ["entries[4]"], "Place 4: recorded nobody",
    ),
    "a place put in": (
        replace(RECORD, places=(*RECORD.places, RECORD.places[0]._replace(rank=7))), ["entries[7]"], "replayed nobody",
    ),
    "points as shown": (
        replace(RECORD, parts={**RECORD.parts, 2: {**RECORD.parts[2], "training": (1, 7)}}),
        ["entries[2].contributions.training"], "recorded level 1 with 0.07",
    ),
    "the average of the eligible": (
        replace(RECORD, average_score=1), ["average_score"], "average of the eligible: recorded 0.01",
    ),
    "an average as shown": (
        replace(RECORD, averages={**RECORD.averages, 2: {**RECORD.averages[2], "training": 7777}}),
        ["entries[2].contributions.training.average"], "recorded 77.77",
    ),
    "a tie band": (
        replace(RECORD, certainties={**RECORD.certainties, 2: RECORD.certainties[2]._replace(band=9)}),
        ["entries[2].band"], "tie band: recorded 9",
    ),
    "an interval where there is none": (
        replace(RECORD, certainties={**RECORD.certainties, 2: RECORD.certainties[2]._replace(low=1)}),
        ["entries[2].low"], "recorded 0.01, replayed none",
    ),
    "a criterion not shown": (
        replace(RECORD, parts={**RECORD.parts, 2: {k: v for k, v in RECORD.parts[2].items() if k != "training"}}),
        ["entries[2].contributions.training"], "recorded no such criterion",
    ),
    "a rule as shown": (
        replace(RECORD, outcomes={**RECORD.outcomes, 5: {**RECORD.outcomes[5], "C-01": "fail"}}),
        ["entries[5].outcomes"], "recorded fail",
    ),
    "a rule not shown": (
        replace(RECORD, outcomes={**RECORD.outcomes, 5: {}}), ["entries[5].outcomes"], "recorded none",
    ),
    "the sieve": (replace(RECORD, sieve={**RECORD.sieve, "n_pass": 3}), ["sieve.n_pass"], "recorded 3"),
    "an exclusion": (replace(RECORD, excluded={**RECORD.excluded, "C-01": 0}), ["exclusions.C-01"], "recorded 0"),
    "the points of the card": (
        with_card(lambda card: card["criteria"][0].update(missing=1)), ["card_version", "card.version"], "gives",
    ),
    "the version in the card": (with_card(lambda card: card.update(version=OTHER)), ["card.version"], OTHER),
    "the schema of the card": (
        with_card(lambda card: card.update(schema="talentpool.scorecard/9")), ["card.schema"], "talentpool.scorecard/9",
    ),
    "a field of the card": (with_card(lambda card: card.update(note="x")), ["card"], "'note'"),
    "the hash of the card": (
        replace(RECORD, card_version=OTHER), ["card_version", "snapshot.card_version"], OTHER,
    ),
    "the hash of the rulebook": (
        replace(RECORD, rulebook_version=OTHER), ["rulebook_version", "snapshot.rulebook_version"], OTHER,
    ),
    "a sentence of the rulebook": (
        replace(RECORD, rulebook={**RECORD.rulebook, "sources": {**RECORD.rulebook["sources"], "x": "y"}}),
        ["rulebook_version"], "gives",
    ),
    "no rulebook": (replace(RECORD, rulebook=None), ["rulebook"], "was not kept"),
    "the hash of the data": (replace(RECORD, data_version=OTHER), ["data_version"], OTHER),
    "the day": (replace(RECORD, as_of=RECORD.as_of.replace(day=1)), ["snapshot.as_of"], "2026-11-01"),
    "what the vacancy asks": (
        replace(RECORD, vacancy_facts={**RECORD.vacancy_facts, "term_months": 1}), ["vacancy_facts"], "gives",
    ),
    "the length": (replace(RECORD, k=5), ["sieve.n_listed", "entries[6]", "order"], "replayed nobody"),
    "no length": (replace(RECORD, k=0), ["sieve.n_listed", "k"], "cannot be"),
    "a damaged record": (replace(RECORD, snapshot=RECORD.snapshot[:-9]), ["snapshot"], "damaged"),
    "no record": (replace(RECORD, snapshot=b""), ["snapshot"], "damaged"),
    "the hash of the order": (replace(RECORD, order_version=OTHER), ["order"], OTHER),
    "the rules of the record": (
        with_snapshot(rule_ids=("X-1", *PoolSnapshot.from_bytes(RECORD.snapshot).rule_ids[1:])),
        ["data_version", "exclusions.X-1", "exclusions.C-01", "snapshot.rule_ids"], "X-1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("record", "places", "told"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_changed_is_named_with_its_value_and_a_remedy(record, places, told):
    found = replay(record, person=named)
    assert not found.agrees
    assert places_of(found) == places
    assert any(told in one.problem.en for one in found.disagreements), [one.problem.en for one in found.disagreements]
    for one in found.disagreements:
        assert one.problem.zh.endswith("。")
        assert one.remedy.zh.endswith("。")
        assert one.remedy.en.endswith(".")


def test_intervals_and_bands_come_from_the_bags_that_were_recorded():
    post = PostType.FIRST_SECRETARY
    cards = {post: random_card(post, seed=3, n_bags=5)}
    record = a_record(a_matcher(cards=cards), an_open_vacancy(post=post))
    assert replay(record, person=named).agrees
    assert record.certainties[1].low < record.certainties[1].high
    narrowed = {**record.certainties, 1: record.certainties[1]._replace(low=record.places[0].score)}
    assert places_of(replay(replace(record, certainties=narrowed), person=named)) == ["entries[1].low"]


@pytest.mark.parametrize("damage", [
    lambda bags: bags.append([]), lambda bags: bags[0].pop(), lambda bags: bags[0][0].append(0),
    lambda bags: bags[0].__setitem__(0, ["1", *bags[0][0][1:]]),
])  # fmt: skip
def test_bags_that_do_not_fit_their_card_are_refused(damage):
    document = json.loads(json.dumps(random_card(PostType.FIRST_SECRETARY, seed=3, n_bags=2).as_document()))
    damage(document["bags"])
    with pytest.raises(CardError, match=r"levels|criteria|whole number"):
        RecordedCard.from_document(document)


def test_a_list_of_before_the_figures_were_kept_says_that_they_are_not_covered():
    found = replay(replace(RECORD, average_score=None, certainties={}, averages={}), person=named)
    assert found.agrees
    assert ["no averages" in note.en for note in found.notes] == [True]


def test_levels_changed_in_the_record_are_named_by_hash_and_by_place():
    found = replay(with_snapshot(levels=raised_levels()), person=named)
    assert places_of(found)[0] == "data_version"
    assert any(place.startswith("entries[1].") for place in places_of(found))


def test_a_level_that_the_card_does_not_know_is_named():
    levels = PoolSnapshot.from_bytes(RECORD.snapshot).levels.copy()
    levels[0, 0] = 100
    assert "snapshot.levels" in places_of(replay(with_snapshot(levels=levels), person=named))


def test_rules_that_this_release_cannot_read_are_pinned_all_the_same():
    later = {**RECORD.rulebook, "version": 2}
    found = replay(replace(RECORD, rulebook=later), person=named)
    assert places_of(found) == ["rulebook_version"]  # another content, named as such
    assert "cannot read the rules" in found.notes[0].en


def test_a_card_whose_levels_were_declared_otherwise_since_still_replays():
    card = copy.deepcopy(RECORD.card)
    card["criteria"][0]["levels"][0]["en"] = "called otherwise then"
    older = RecordedCard.from_document(card)
    assert older.version != older.claimed_version
    card["version"] = older.version
    snapshot = replace(PoolSnapshot.from_bytes(RECORD.snapshot), card_version=older.version)
    record = replace(
        RECORD, card=card, card_version=older.version, data_version=snapshot.version, snapshot=snapshot.to_bytes()
    )
    assert replay(record, person=named).agrees


def test_a_list_of_the_first_format_says_what_is_not_covered():
    snapshot = replace(PoolSnapshot.from_bytes(RECORD.snapshot), vacancy_version="")
    found = replay(replace(RECORD, snapshot=snapshot.to_bytes(), data_version=snapshot.version), person=named)
    assert found.agrees
    assert "earlier release" in found.notes[0].en


@pytest.mark.parametrize(
    "changes",
    [
        {"verdicts": np.full(300, 9, dtype=np.int8)},
        {"first_failing": np.full(300, 99, dtype=np.int16)},
        {"person_ids": np.zeros(300, dtype=np.int64)},
        {"verdicts": np.full(300, 2, dtype=np.int8)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_record_that_contradicts_itself_is_refused(changes):
    with pytest.raises(MatchingError, match="damaged"):
        PoolSnapshot.from_bytes(with_snapshot(**changes).snapshot)


@pytest.mark.parametrize("points", [-1, 10_001, 1.0, True, "5", None])
def test_a_recorded_card_has_whole_points_only(points):
    card = copy.deepcopy(RECORD.card)
    card["criteria"][0]["levels"][0]["points"] = points
    with pytest.raises(CardError, match="no whole number"):
        RecordedCard.from_document(card)


def test_equal_scores_stay_in_the_recorded_order():
    snapshot = PoolSnapshot.from_bytes(RECORD.snapshot)
    level = np.zeros_like(snapshot.levels)
    alike = replace(snapshot, levels=level, person_ids=snapshot.person_ids[::-1].copy())
    ranked = alike.ranked(RecordedCard.from_document(RECORD.card), top=300)
    eligible = [int(who) for who, verdict in zip(alike.person_ids, alike.verdicts, strict=True) if verdict]
    assert ranked.person_ids.tolist() == eligible
    assert Verdict.FAIL.value not in {place.verdict for place in RECORD.places}
