import csv
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MatchingError
from matching.vocabulary import Text
from matching.vocabulary.industries import IndustryEntry, IndustryTerms

SHIPPED = IndustryTerms.shipped()
SOME_TERMS = st.lists(st.sampled_from(SHIPPED.terms), max_size=4)


def an_entry(term="水稻", code="0111", tags=()):
    return IndustryEntry(term, code, frozenset(tags), Text(term, term))


@pytest.mark.parametrize(
    ("text", "terms", "unmapped"),
    [
        ("水稻、肉牛，香菇", ("水稻", "肉牛", "香菇"), ()),
        ("水稻;肉牛；香菇|木耳/养蜂 民宿", ("水稻", "肉牛", "香菇", "木耳", "养蜂", "民宿"), ()),
        ("肉牛育肥基地", ("肉牛",), ()),
        ("设施蔬菜种植", ("设施蔬菜",), ()),  # the narrower term speaks for the word
        ("香菇木耳", ("香菇", "木耳"), ()),
        ("水产养殖", ("水产养殖",), ()),
        ("种植（水稻）", ("种植", "水稻"), ()),
        ("水稻，跳舞", ("水稻",), ("跳舞",)),
        ("牛肉面馆", (), ("牛肉面馆",)),  # one character inside a word is no evidence
        ("牛", ("牛",), ()),
        ("水稻、水稻", ("水稻",), ()),
        ("　", (), ()),
        ("", (), ()),
    ],
)
def test_words_are_mapped_to_the_longest_known_terms(text, terms, unmapped):
    assert SHIPPED.find_in(text) == (terms, unmapped)


@pytest.mark.parametrize(
    ("person", "vacancy", "level"),
    [
        ("水稻", ("水稻",), 4),  # same term
        ("稻谷", ("水稻",), 4),  # same class 0111
        ("水产", ("稻田综合种养",), 3),  # same group 041, no class is named
        ("小麦", ("水稻",), 3),  # 0112 and 0111
        ("苹果", ("水稻",), 2),  # division 01
        ("林下经济", ("牧草",), 2),  # 02 and 018 share the tag M6
        ("苹果", ("食品",), 1),
        ("火箭", ("水稻",), 0),
        (None, ("水稻",), 0),
        ("", ("水稻",), 0),
        ("水稻", (), 0),
        ("水稻", ("火箭",), 0),
        ("苹果|小麦", ("食品", "水稻"), 3),  # the best pair counts
    ],
)
def test_fit_levels_follow_the_ladder(person, vacancy, level):
    assert SHIPPED.fit_levels([person], vacancy).tolist() == [level]


@given(person=SOME_TERMS, vacancy=SOME_TERMS)
def test_a_fit_is_the_best_of_its_pairs_and_symmetric(person, vacancy):
    pairs = [int(SHIPPED.fit_levels([one], (other,))[0]) for one in person for other in vacancy]
    assert SHIPPED.fit_levels(["|".join(person)], tuple(vacancy))[0] == max(pairs, default=0)
    assert SHIPPED.fit_levels(["|".join(vacancy)], tuple(person))[0] == max(pairs, default=0)


@given(st.text())
def test_any_text_is_split_into_known_terms_and_a_work_list(text):
    terms, unmapped = SHIPPED.find_in(text)
    assert all(SHIPPED.entry(term) for term in terms)
    assert not any(word in SHIPPED.terms for word in unmapped)


def test_every_shipped_code_lies_under_a_shipped_division_or_is_outside_agriculture():
    table = resources.files("seed_data").joinpath("codes", "gbt4754_agri.csv").read_text(encoding="utf-8")
    codes = {row["code"] for row in csv.DictReader(table.splitlines())}
    entries = [SHIPPED.entry(term) for term in SHIPPED.terms]
    farming = [entry for entry in entries if entry and entry.code < "06"]
    assert len(farming) > 50
    assert all(entry.code[:3] in codes or entry.code[:2] in codes for entry in farming)


def test_everything_shipped_has_an_english_label():
    labels = [SHIPPED.entry(term).label for term in SHIPPED.terms]
    assert all(label.en.isascii() for label in labels)
    assert SHIPPED.labels(["水稻", "火箭"]) == Text("水稻、火箭", "rice, 火箭")


def test_a_doubled_term_is_refused():
    with pytest.raises(MatchingError, match="twice"):
        IndustryTerms([an_entry(), an_entry()])


def test_a_code_that_is_no_code_is_refused():
    with pytest.raises(MatchingError, match="2 to 4 digits"):
        IndustryTerms([an_entry(code="A1")])


def test_an_empty_list_of_people_has_no_levels():
    assert SHIPPED.fit_levels([], ("水稻",)).shape == (0,)
    assert SHIPPED.fit_levels([], ("水稻",)).dtype == np.int8
