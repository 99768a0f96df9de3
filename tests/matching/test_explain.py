import numpy as np
import pytest
from builders_pool import PlainRulebook, a_pool, criteria_frame, some_vacancies, vacancy_facts
from hypothesis import given
from hypothesis import strategies as st

from matching.card import policy_card
from matching.explain import averages, contributions, points_text, signed_points, strongest_first
from matching.kernel import Kernel, Pool
from matching.vocabulary import PostType
from matching.vocabulary.industries import IndustryTerms

INDUSTRIES = IndustryTerms.shipped()


def explained(people, vacancy, rows=(0,), eligible=None, is_verified=True):
    card = policy_card(PlainRulebook(), vacancy.post)
    pool = Pool(people, industries=INDUSTRIES)
    known = pool.encoded(card)
    levels = {one.id: one.levels(known[one.id].values, [vacancy])[:, 0] for one in card.criteria}
    everybody = np.arange(len(people)) if eligible is None else np.array(eligible, dtype=np.intp)
    average = averages(card, pool=known, levels=levels, eligible=everybody)
    reasons = contributions(
        card,
        pool=known,
        levels=levels,
        rows=list(rows),
        vacancy=vacancy,
        average=average,
        is_verified=[is_verified] * len(rows),
    )
    return Kernel(card, pool).scores([vacancy])[0], reasons


@given(seed=st.integers(0, 10_000), post=st.sampled_from(PostType), gaps=st.sampled_from([0.0, 0.2, 0.9]))
def test_contributions_add_up_to_the_score_exactly(seed, post, gaps):
    _, people = a_pool(12, seed=seed, unknown_share=gaps)
    (vacancy,) = some_vacancies(1, seed=seed, post=post)
    scores, reasons = explained(people, vacancy, rows=range(12))
    assert [sum(part.points for part in parts) for parts in reasons] == scores.tolist()


@given(seed=st.integers(0, 10_000), post=st.sampled_from(PostType))
def test_every_reason_is_a_whole_sentence_in_both_languages(seed, post):
    _, people = a_pool(3, seed=seed, unknown_share=0.3)
    (vacancy,) = some_vacancies(1, seed=seed, post=post)
    _, reasons = explained(people, vacancy, rows=range(3))
    for part in (part for parts in reasons for part in parts):
        assert part.sentence.zh.endswith("。")
        assert part.sentence.en.endswith(".")
        assert not set("{}") & set(part.sentence.zh + part.sentence.en)
        assert part.is_missing == (part.level == 0)
        assert 0 <= part.points <= part.max_points


def test_missing_data_is_shown_as_missing_and_not_as_a_fault():
    _, [parts] = explained(criteria_frame({}), vacancy_facts())
    rural = next(part for part in parts if part.criterion_id == "rural_work")
    assert rural.is_missing
    assert rural.points == 0
    assert rural.sentence.zh == "未登记，此项按 0 分计。"
    assert rural.sentence.en == "Not recorded; this item counts 0 points."


def test_a_reason_carries_the_fact_the_level_and_the_points():
    _, [parts] = explained(criteria_frame({"rural_work_years": 4.5}), vacancy_facts())
    rural = next(part for part in parts if part.criterion_id == "rural_work")
    assert (rural.points, rural.max_points, rural.level) == (1245, 1500, 4)
    assert rural.fact.zh == "4.5 年"
    assert rural.level_label.en == "4 to 6 years"
    assert rural.sentence.en == "4.5 years of rural work (step 4 to 6 years)."


def test_one_year_is_not_years():
    _, [parts] = explained(criteria_frame({"rural_work_years": 1.0}), vacancy_facts())
    assert parts[0].fact.en == "1 year"


def test_reasons_stand_in_the_order_of_the_card_and_can_be_sorted_by_strength():
    _, people = a_pool(9, seed=4)
    _, [parts] = explained(people, vacancy_facts())
    assert [part.criterion_id for part in parts] == list(PlainRulebook().soft_weights(PostType.FIRST_SECRETARY))
    strongest = strongest_first(parts)
    assert [part.above_average for part in strongest] == sorted((part.above_average for part in parts), reverse=True)
    assert set(strongest) == set(parts)


def test_the_average_is_that_of_the_eligible_in_whole_hundredths_halves_upwards():
    people = criteria_frame(*({"rural_work_years": years} for years in (0.0, 1.0, 6.0, 6.0)))  # 0, 255, 1500 points
    _, [first, second] = explained(people, vacancy_facts(), rows=(1, 3), eligible=(0, 1))
    assert (first[0].average, first[0].points, first[0].above_average) == (128, 255, 127)  # 255 / 2 = 127.5
    assert (second[0].average, second[0].above_average) == (128, 1372)


def test_without_anybody_eligible_every_average_is_nothing():
    _, [parts] = explained(criteria_frame({"rural_work_years": 6.0}), vacancy_facts(), eligible=())
    assert {part.average for part in parts} == {0}


@given(seed=st.integers(0, 10_000), post=st.sampled_from(PostType), is_verified=st.booleans())
def test_points_are_the_average_and_what_is_above_it(seed, post, is_verified):
    _, people = a_pool(7, seed=seed, unknown_share=0.2)
    (vacancy,) = some_vacancies(1, seed=seed, post=post)
    scores, reasons = explained(people, vacancy, rows=range(7), is_verified=is_verified)
    for parts in reasons:
        assert all(part.average + part.above_average == part.points for part in parts)
        assert all(part.is_verified is is_verified for part in parts)
    for place in range(len(reasons[0])):
        exact = np.mean([parts[place].points for parts in reasons])
        assert abs(reasons[0][place].average - exact) <= 0.5
    assert abs(sum(part.average for part in reasons[0]) - scores.mean()) <= 0.5 * len(reasons[0])


@pytest.mark.parametrize(("hundredths", "text"), [(320, "+3.2"), (-75, "−0.75"), (0, "0")])
def test_the_distance_from_the_average_carries_its_sign(hundredths, text):
    assert signed_points(hundredths) == text


@pytest.mark.parametrize(("hundredths", "text"), [(0, "0"), (1250, "12.5"), (1245, "12.45"), (1000, "10"), (5, "0.05")])
def test_points_are_written_plainly(hundredths, text):
    assert points_text(hundredths) == text


def test_nobody_is_explained_when_nobody_is_asked_for():
    _, people = a_pool(3)
    assert explained(people, vacancy_facts(), rows=())[1] == []
    assert np.array_equal(explained(people, vacancy_facts())[0], explained(people, vacancy_facts(), rows=())[0])
