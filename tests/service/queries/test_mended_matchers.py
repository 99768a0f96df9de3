"""A matcher that is mended where people changed is the one that is made from nothing."""

from datetime import datetime

import pandas as pd
import pytest
from builders_city import EDITS, City, fill_city

from service.access import Actor
from service.db import Database
from service.queries import matchers
from service.queries.people_frames import load_people_frames
from service.usecases.days import day_of


@pytest.mark.parametrize("name", sorted(EDITS))
def test_frames_are_mended_to_what_is_read_anew(database: Database, actor: Actor, now: datetime, name: str) -> None:
    city, as_of = City(database, actor, now), day_of(now)
    fill_city(city, n_people=24, n_vacancies=6)
    with database.reading() as session:
        frames = load_people_frames(session, as_of=as_of)
        matchers.matcher_for(session, as_of=as_of)
    for step in range(6):
        EDITS[name](city, 5 * step % 24, step)
        with database.reading() as session:
            kept = matchers._kept_for(session)
            matcher = matchers.matcher_for(session, as_of=as_of)
            assert kept.made is not None
            mended, frames = kept.made.frames, load_people_frames(session, as_of=as_of)
        pd.testing.assert_frame_equal(mended.eligibility, frames.eligibility)
        pd.testing.assert_frame_equal(mended.criteria, frames.criteria)
        assert list(matcher.person_ids) == list(frames.eligibility.index)
