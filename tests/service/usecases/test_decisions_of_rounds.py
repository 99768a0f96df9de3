"""A file of decisions brings history in; what was said on a list of this service it does not touch."""

import builders_workflow as b
import pytest
from builders import an_actor
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from service.access import Role
from service.errors import Forbidden
from service.models.reviews import Decision
from service.usecases.incoming.registration import save_decisions
from service.usecases.incoming.reports import SavedState

POISON = {"vacancy_no": "V1", "person_no": "P1", "decision": ReviewDecision.NOT_SUITABLE, "reviewer_no": "office"}


def test_a_file_rewrites_nothing_that_a_list_concluded(any_database, now):
    with any_database.unit_of_work() as session:
        number = b.register_city(session, actor=an_actor(), now=now)
        found = b.start_review(session, number, now=now)
        b.conclude_all(session, found[:2], now=now)
        office = session.scalars(select(Decision.reviewer_no).where(Decision.person_id == found[0].person_id)).first()
        told = [POISON | {"reviewer_no": name} for name in (office, "7001")]
        history = {**POISON, "person_no": found[3].person.person_no, "reviewer_no": "7001"}
        report = save_decisions(session, actor=an_actor(), records=[*told, history], now=now)
        assert [one.state for one in report.records] == [SavedState.REFUSED, SavedState.REFUSED, SavedState.NEW]
        assert "由名单办理" in report.records[0].findings[0].text.zh
        kept = session.scalars(select(Decision.decision).where(Decision.person_id == found[0].person_id)).all()
        assert set(kept) == {ReviewDecision.RECOMMEND}


def test_whoever_concludes_no_review_brings_no_labels_in(database, now):
    with database.unit_of_work() as session, pytest.raises(Forbidden):
        save_decisions(session, actor=b.acting(Role.REGISTRAR), records=[POISON], now=now)
