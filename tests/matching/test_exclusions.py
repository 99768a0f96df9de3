"""Who is left out is told why: the own value, the limit and the basis."""

from builders_pool import a_pool
from builders_pool import vacancy_facts as a_vacancy_of_the_pool
from builders_rules import a_rulebook, an_eligible_person, industries, judged

from matching.card import policy_card
from matching.matcher import Matcher, PoolSnapshot
from matching.vocabulary import PostType, RuleProfile


def test_the_excluded_are_told_their_own_value_each_distinct_sentence_once() -> None:
    found = judged(
        an_eligible_person(work_years=1.0),
        an_eligible_person(work_years=0.5),
        an_eligible_person(),
        an_eligible_person(work_years=1.0),
    )
    (part,) = found.excluded()
    told = [part.reasons[place].zh for place in part.reason_of]
    assert told == ["工作经历1年，不足2年", "工作经历6个月，不足2年", "工作经历1年，不足2年"]
    assert len(part.reasons) == 2
    assert part.basis.zh.startswith("2015年通知")


def test_everybody_excluded_is_told_what_the_outcome_of_the_rule_says() -> None:
    people = [
        an_eligible_person(**{fact: value})
        for fact, values in {
            "consent_matching": (0.0, None),
            "record_status": ("submitted", None, "suspended"),
            "negative_flags": ("NG01|NG03", "NG03"),
            "political_status": ("13", "02"),
            "months_to_retirement": (3.0, 4.0),
            "employer_type": ("cooperative",),
        }.items()
        for value in values
    ]
    found = judged(*people, rule_profile=RuleProfile.NATIONAL_DISPATCH)
    rows = [row for part in found.excluded() for row in part.rows.tolist()]
    assert len(rows) == len(people)
    for part in found.excluded():
        for row, place in zip(part.rows.tolist(), part.reason_of.tolist(), strict=True):
            (outcome,) = (one for one in found.outcomes(row) if one.rule_id == part.rule_id)
            assert (part.reasons[place], part.basis, part.title) == (outcome.sentence, outcome.basis, outcome.title)


def test_what_was_never_recorded_is_not_told_as_a_refusal() -> None:
    found = judged(
        an_eligible_person(consent_matching=0.0),
        an_eligible_person(consent_matching=None),
        an_eligible_person(record_status=None),
    )
    consent, record = found.excluded()
    assert [text.zh for text in consent.reasons][consent.reason_of[0]] == "本人未同意参与人岗匹配"
    assert consent.reasons[consent.reason_of[1]].zh.startswith("尚未登记本人是否同意")
    assert record.reasons[0].zh.startswith("档案核验状态尚未登记")


def test_the_record_knows_the_reason_of_everybody_excluded() -> None:
    eligibility, criteria = a_pool(300, seed=2)
    cards = {post: policy_card(a_rulebook(), post) for post in PostType}
    matcher = Matcher(
        eligibility=eligibility, criteria=criteria, rulebook=a_rulebook(), cards=cards, industries=industries()
    )
    result = matcher.shortlist(a_vacancy_of_the_pool(), k=4)
    kept = PoolSnapshot.from_bytes(matcher.snapshot(a_vacancy_of_the_pool()).to_bytes())
    assert ((kept.reasons >= 0) == (kept.first_failing >= 0)).all()
    for exclusion in result.exclusions:
        own = kept.reasons[kept.first_failing == kept.rule_ids.index(exclusion.rule_id)]
        assert len(own) == exclusion.n_people
        assert set(own.tolist()) == set(range(len(exclusion.reasons)))
