"""R4: reviewers who edit the same candidacies at the same time lose nothing, and every conflict says what changed."""

import random
import sys
import threading
from collections import Counter

import builders_workflow as b
import pytest
from sqlalchemy import func, select

from matching.vocabulary import ReviewDecision
from service.access import Role
from service.errors import VersionConflict
from service.models.candidacies import Candidacy, Opinion
from service.usecases.workflow import reviewing

DECISIONS = [one for one in ReviewDecision if one is not ReviewDecision.NOT_SUITABLE]


class Reviewer(threading.Thread):
    """Reads a candidacy, thinks, writes an opinion with the version that was read, and counts what came of it."""

    def __init__(self, database, numbers, *, place, n_edits, now):
        super().__init__()
        self.actor = b.acting(Role.OFFICER, f"reviewer{place}", 100 + place)
        self.database, self.numbers, self.n_edits, self.now = database, numbers, n_edits, now
        self.random = random.Random(place)
        self.n_done = self.n_conflicts = 0
        self.unexplained: list[VersionConflict] = []
        self.error: BaseException | None = None

    def run(self):
        try:
            while self.n_done < self.n_edits:
                number = self.random.choice(self.numbers)
                with self.database.reading() as session:
                    seen = session.scalar(select(Candidacy.version).where(Candidacy.candidacy_no == number))
                self.write(number, seen)
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.error = error

    def write(self, number, seen):
        try:
            with self.database.unit_of_work() as session:
                reviewing.give_opinion(
                    session, actor=self.actor, candidacy_no=number, decision=self.random.choice(DECISIONS),
                    version=seen, now=self.now,
                )  # fmt: skip
            self.n_done += 1
        except VersionConflict as conflict:
            self.n_conflicts += 1
            if not conflict.changes or any(not one.username or not one.fields for one in conflict.changes):
                self.unexplained.append(conflict)


def edit_together(database, actor, now, *, n_people, n_reviewers, n_edits):
    with database.unit_of_work() as session:
        shortlist_no = b.register_city(session, actor=actor, now=now, n_people=n_people)
        numbers = [one.candidacy_no for one in b.start_review(session, shortlist_no, now=now)]
        assert len(numbers) == n_people
    reviewers = [Reviewer(database, numbers, place=place, n_edits=n_edits, now=now) for place in range(n_reviewers)]
    for one in reviewers:
        one.start()
    for one in reviewers:
        one.join()
    assert [one.error for one in reviewers] == [None] * n_reviewers
    return reviewers


def check_nothing_lost(database, reviewers, *, n_edits):
    with database.reading() as session:
        kept = Counter(session.scalars(select(Opinion.username)))
        assert kept == {one.actor.username: n_edits for one in reviewers}, "every acknowledged edit is there"
        versions = dict(session.execute(select(Candidacy.id, Candidacy.version)).all())
        opinions = dict(
            session.execute(select(Opinion.candidacy_id, func.count()).group_by(Opinion.candidacy_id)).all()
        )
        assert versions == {key: 1 + opinions.get(key, 0) for key in versions}, "no version was given twice"
    assert [one.unexplained for one in reviewers] == [[]] * len(reviewers)


def test_two_reviewers_on_two_candidacies_lose_nothing(any_database, actor, now):
    reviewers = edit_together(any_database, actor, now, n_people=2, n_reviewers=3, n_edits=8)
    check_nothing_lost(any_database, reviewers, n_edits=8)


@pytest.mark.prove
def test_eight_reviewers_edit_the_same_fifty_candidacies_four_hundred_times(any_database, actor, now, capsys):
    reviewers = edit_together(any_database, actor, now, n_people=50, n_reviewers=8, n_edits=50)
    check_nothing_lost(any_database, reviewers, n_edits=50)
    n_conflicts = sum(one.n_conflicts for one in reviewers)
    with capsys.disabled():
        sys.stdout.write(f"\nR4: 400 edits of 50 candidacies by 8 reviewers, {n_conflicts} conflicts, 0 lost\n")
    assert n_conflicts, "nobody met anybody: the race was none"
