"""The plan: how many people the pools shall have on a day, and what its settings refuse."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import NotConfigured
from service.settings.plan import PlanSettings

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, DAYS)
def test_a_plan_never_falls_and_stays_between_nothing_and_its_target(one, other):
    plan, (first, second) = PlanSettings(), sorted((one, other))
    assert 0 <= plan.planned_on(first) <= plan.planned_on(second) <= plan.target


def test_a_plan_begins_with_nobody_and_ends_at_its_target():
    plan = PlanSettings.from_environment({"TALENTPOOL_PLAN_TARGET": "600"})
    assert (plan.planned_on(plan.starts_on), plan.planned_on(plan.ends_on)) == (0, 600)


def test_pools_may_have_targets_of_their_own():
    plan = PlanSettings.from_environment({"TALENTPOOL_PLAN_POOLS": "T1=2000, T2=4500,T3=3500"})
    assert plan.pool_targets == {"T1": 2000, "T2": 4500, "T3": 3500}
    assert PlanSettings.from_environment({}).pool_targets == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TALENTPOOL_PLAN_TARGET", "many"),
        ("TALENTPOOL_PLAN_TARGET", "0"),
        ("TALENTPOOL_PLAN_STARTS_ON", "2027-13-01"),
        ("TALENTPOOL_PLAN_ENDS_ON", "2024-12-31"),
        ("TALENTPOOL_PLAN_POOLS", "T1"),
        ("TALENTPOOL_PLAN_POOLS", "T9=5"),
        ("TALENTPOOL_PLAN_POOLS", "T1=5,T1=6"),
        ("TALENTPOOL_PLAN_POOLS", "T1=6000,T2=4001"),
    ],
)
def test_a_setting_that_is_no_plan_is_named(name, value):
    with pytest.raises(NotConfigured) as refusal:
        PlanSettings.from_environment({name: value})
    assert refusal.value.place == name
