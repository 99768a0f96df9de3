"""Sentences are shown after the label of their criterion and do not say it again; of a number they name the step."""

import pytest
from builders_pool import a_pool, some_vacancies

from matching.criteria import CRITERIA
from matching.vocabulary import Language, Text
from matching.vocabulary.industries import IndustryTerms

INDUSTRIES = IndustryTerms.shipped()
_, PEOPLE = a_pool(80, seed=11, unknown_share=0.3)
VACANCIES = some_vacancies(6, seed=12)


def said_by(criterion):
    known = criterion.encode(PEOPLE, industries=INDUSTRIES)
    levels = criterion.levels(known.values, VACANCIES)
    for place, row in enumerate(levels):
        for level, vacancy in zip(row, VACANCIES, strict=True):
            fact = criterion.fact(known.values, place, vacancy)
            yield criterion.sentence(int(level), fact=fact, points="1")
    for level in (criterion.missing, *criterion.ladder):
        yield level.sentence.filled(fact=level.label, points="1")


def core(label):
    return label.split("（")[0].split(" (")[0].lower()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=lambda criterion: criterion.id)
def test_a_sentence_does_not_repeat_the_label_before_it(criterion, language):
    label = core(criterion.label.in_(language))
    said = {sentence.in_(language).lower() for sentence in said_by(criterion)}
    assert len(said) > 1
    assert not [sentence for sentence in sorted(said) if label in sentence]


@pytest.mark.parametrize("km", [21, 41])
def test_distances_that_earn_the_same_name_the_step_that_they_share(km):
    distance = CRITERIA["distance_resident"]
    said = distance.sentence(4, fact=Text(f"{km} 公里", f"{km} km"), points="2")
    assert said.zh == f"距任职村：{km} 公里（20 至 50 公里一档）。"
    assert said.en == f"From home to the village: {km} km (step 20 to 50 km)."


def test_a_step_stands_in_the_brackets_of_a_fact_that_has_some():
    said = CRITERIA["five_understandings"].sentence(4, fact=Text("平均 2.7 级（满分 5 级）", "2.7 (of 5)"), points="2")
    assert said == Text("平均 2.7 级（满分 5 级；2.5 至 3.5 级一档）。", "2.7 (of 5; step 2.5 to 3.5).")


def test_a_step_of_one_number_and_a_grade_are_not_said_twice():
    one = CRITERIA["projects_won"].sentence(2, fact=Text("1 个", "1 project"), points="1")
    assert one == Text("争取并落实项目 1 个。", "1 project won and delivered.")
    grade = CRITERIA["title"].sentence(2, fact=Text("初级", "junior"), points="1")
    assert grade == Text("级别：初级。", "Rank: junior.")
