"""Whom one blind review hides, the list of another vacancy does not tell either."""

import io
from datetime import date

import pypdf
import pytest
from builders import a_person, a_vacancy
from builders_blind import NAME, OFFICER, PHONE, SECRETS, Look, a_blind_round, as_text
from builders_registry import save
from builders_workflow import asked, round_version
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from schemas.workflow import CandidacySchema
from service.models.candidacies import Candidacy
from service.models.shortlists import HIDDEN, Shortlist
from service.usecases.lists import glances, shortlists
from service.usecases.lists.explanations import compare_people, explain_person
from service.usecases.lists.rankings import read_ranking
from service.usecases.lists.what_ifs import what_if
from service.usecases.long_work.rescoring import rescore
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.privacy.blind_reviews import lift_blind
from service.usecases.workflow import override_reports, reviewing, rounds
from service.usecases.workflow.candidacy_views import get_candidacy


@pytest.fixture
def blind(database, actor, now):
    """A round under review for a vacancy that is reviewed blindly; the number of its list."""
    return a_blind_round(database, actor, now)


THIRD = a_vacancy(vacancy_no="V3", age_max=60, requirement_basis="示组〔2026〕1号")


class Beside(Look):
    """The same rooms of a vacancy whose own review is not blind, on whose list the same people stand."""

    def excluded(self):
        found = shortlists.list_excluded(self.session, **self.actor, shortlist_no=self.number)
        return str([(one.person.name, one.sentence) for one in found.items])

    def ranking(self):
        ranked = read_ranking(self.session, **self.common, vacancy_no="V3")
        return str([(one.person.name, one.person.birth_date, one.person.employer) for one in ranked])

    def explanation(self):
        found = explain_person(self.session, **self.common, vacancy_no="V3", person_no="P1")
        return str((found.person.name, found.outcomes, found.contributions, found.improvements))

    def two_people(self):
        found = compare_people(self.session, **self.common, vacancy_no="V3", person_no="P2", versus="P1")
        return str((found.second.person.name, found.comparison))

    def what_if(self):
        found = what_if(self.session, **self.common, vacancy_no="V3", person_no="P1", facts={"training_hours": 99.0})
        return str((found.facts.person.name, found.facts.person.title))

    def sheet(self):
        wanted = Wanted(kind="sheet", file_format="pdf", subject_no=self.number)
        pages = pypdf.PdfReader(io.BytesIO(make_export(self.session, wanted, **self.common).content)).pages
        return "".join(page.extract_text() for page in pages)

    def candidacy(self):
        of_list = select(Candidacy.candidacy_no).join(Shortlist).where(Shortlist.shortlist_no == self.number)
        number = self.session.scalars(of_list.order_by(Candidacy.id)).first()
        return as_text(CandidacySchema().dump(get_candidacy(self.session, **self.actor, candidacy_no=number)))

    def desk(self):
        glance = glances.glance_at_list(self.session, **self.actor, shortlist_no=self.number, is_office=True)
        looked = glances.look_at(self.session, glance, **self.actor, person_id=1, beside={2})
        said = [one.reason for one in looked.candidacy.opinions]
        return str((looked.person.name, looked.entry.shown_contributions, looked.entry.shown_outcomes, said))

    def overrides(self):
        report = override_reports.report_overrides(self.session, **self.common)
        return str(report.overrides)


BESIDE = [name for name in dir(Beside) if not name.startswith("_")]


@pytest.fixture
def beside(database, blind, actor, now):
    """The list of another vacancy on which the same people stand; its review is not blind."""
    save(database, actor, now, vacancies=[THIRD])
    rescore(database, actor=actor, now=lambda: now)
    with database.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V3", k=3, now=now).shortlist_no
        move = asked("under_review", round_version(session, number), reason=f"{NAME}等三人")
        rounds.move_shortlist(session, actor=OFFICER, shortlist_no=number, asked=move, now=now)
        of_list = select(Candidacy).join(Shortlist).where(Shortlist.shortlist_no == number, Candidacy.person_id == 1)
        one = session.scalars(of_list).one()
        reviewing.give_opinion(
            session, actor=OFFICER, candidacy_no=one.candidacy_no, decision=ReviewDecision.NEED_INFO,
            reason_codes=(), reason=f"请 {NAME} 补充材料，电话 {PHONE}", version=one.version, now=now,
        )  # fmt: skip
    return number


def _beside(database, number, now):
    told = {}
    for room in BESIDE:
        with database.unit_of_work(OFFICER) as session:
            told[room] = getattr(Beside(session, OFFICER, number, now), room)()
    return told


def test_the_list_of_another_vacancy_does_not_tell_who_is_hidden(database, beside, now):
    told = _beside(database, beside, now)
    leaks = {room: [one for one in SECRETS if one in text] for room, text in told.items()}
    assert {room: found for room, found in leaks.items() if found} == {}
    assert "***P1" in told["shortlist"]
    with database.unit_of_work(OFFICER) as session:
        lift_blind(session, actor=OFFICER, vacancy_no="V2", reason="核对回避关系", now=now)
    told = _beside(database, beside, now)
    assert {room for room, text in told.items() if NAME not in text} <= {"two_lists", "excluded", "overrides"}


def test_others_on_the_list_of_another_vacancy_stay_known(database, blind, actor, now):
    fourth = a_person(person_no="P4", name="样例丁", id_number="23990119900101001X", birth_date=date(1990, 1, 1))
    save(database, actor, now, people=[fourth], vacancies=[THIRD])
    with database.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V3", k=4, now=now).shortlist_no
    with database.reading(OFFICER) as session:
        found = shortlists.get_shortlist(session, actor=OFFICER, shortlist_no=number)
        names = {one.person.person_no: one.person.name for one in found.entries}
        silent = {one.person.person_no for one in found.entries if HIDDEN.zh in str(one.shown_outcomes)}
    assert (names["P1"], names["P4"]) == ("***P1", "样例丁")
    assert ("P1" in silent, "P4" in silent) == (True, False)
