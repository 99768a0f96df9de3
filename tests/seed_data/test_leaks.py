"""What the linter says of the criteria that the product ships, on the demo city: the honest list, with figures."""

import numpy as np
import pandas as pd
import pytest

from matching.criteria import CRITERIA
from matching.leaks import LeakFinding, find_leaks
from matching.vocabulary.industries import IndustryTerms
from seed_data.demo_city import DemoCity
from seed_data.demo_city.draws import AS_OF
from seed_data.demo_city.frames import people_frames


@pytest.fixture(scope="module")
def frames(city: DemoCity) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The criteria frame, and the protected attributes of the same people."""
    eligibility, criteria = people_frames(
        city.people,
        villages=city.villages,
        counties=city.counties,
        townships=city.townships,
        appointments=city.appointments,
        as_of=AS_OF,
    )
    records = [city.people[person_id - 1] for person_id in criteria.index]
    named = {name: [record[name] for record in records] for name in ("sex", "ethnicity", "political_status")}
    return criteria, pd.DataFrame({"age": eligibility["age_years"], **named}, index=criteria.index)


def pairs(found: list[LeakFinding]) -> list[tuple[str, str, str | None]]:
    return [(one.column, one.attribute, one.group) for one in found]


def test_the_levels_of_the_shipped_criteria_tell_age_where_time_itself_is_asked_for(
    frames: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    criteria, protected = frames
    of_person = {key: one for key, one in CRITERIA.items() if hasattr(one, "own_levels")}
    levels = pd.DataFrame(index=criteria.index)
    for key, criterion in of_person.items():
        known = criterion.encode(criteria, industries=IndustryTerms.shipped())
        levels[key] = criterion.own_levels(known.values)[known.codes].astype(np.float64)
    found = find_leaks(levels, protected)
    # Years in a trade cannot but grow with age, and who is a probationary member is young.
    assert pairs(found) == [("years_in_industry", "age", None), ("years_in_industry", "political_status", "02")]
    assert [(one.measure, round(one.value, 2)) for one in found] == [("r2", 0.35), ("auc", 0.81)]
