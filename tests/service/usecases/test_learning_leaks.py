"""A criterion that tells a protected attribute is named when a card learns from it."""

from datetime import date

import numpy as np
import pandas as pd
from builders_history import register_history

from matching.leaks import find_leaks
from matching.vocabulary import PostType
from service.queries.protected_attributes import protected_attributes
from service.usecases.cards.training import train_challengers

POST = PostType.FIRST_SECRETARY


def trained(database, actor, now):
    (made,) = train_challengers(database, actor=actor, now=lambda: now, posts=[POST])
    return made


def born_by_rural_work(record):
    """Somebody who is the older the longer the rural work."""
    years = record["rural_work_years"]
    return {"birth_date": date(1990 - 3 * int(years), 5, 1)}


def test_training_names_a_criterion_that_tells_age_and_the_model_keeps_the_warning(any_database, actor, now):
    register_history(any_database, actor, now, changed=born_by_rural_work)
    made = trained(any_database, actor, now)
    (leak,) = made.leaks
    assert leak.en.startswith("'rural work experience' tells the protected attribute 'age'")
    assert leak.zh.startswith("“农村工作经历”可推知受保护属性“年龄”")
    assert leak in made.model.limits


def test_training_on_criteria_that_tell_nothing_warns_of_nothing(any_database, actor, now):
    register_history(any_database, actor, now)
    assert trained(any_database, actor, now).leaks == ()


def test_a_planted_graduation_year_is_found_out_as_age(any_database, actor, now):
    register_history(any_database, actor, now, changed=born_by_rural_work)
    with any_database.reading() as session:
        protected = protected_attributes(session, person_ids=list(range(1, 61)), as_of=date(2026, 11, 23))
    graduation = 2026 - protected["age"] + 22 + np.random.default_rng(0).normal(0, 1, len(protected))
    (leak,) = find_leaks(pd.DataFrame({"graduation_year": graduation}), protected)
    assert (leak.column, leak.attribute) == ("graduation_year", "age")
    assert leak.value > 0.9
