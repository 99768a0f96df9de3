"""Every sentence is shown after the label of its criterion, so it must not say the label again."""

import pytest
from builders_pool import a_pool, some_vacancies

from matching.criteria import CRITERIA
from matching.vocabulary import Language
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
            yield criterion.level(int(level)).sentence.filled(fact=fact, points="1")
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
