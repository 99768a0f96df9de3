"""A person whom a blind review hides, and every place where a reviewer may look at them."""

import io
import json
import zipfile
from datetime import date

from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from builders_workflow import asked, round_version
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from schemas.people import PersonSchema
from schemas.shortlists import ShortlistSchema
from schemas.workflow import CandidacySchema, ReviewSchema
from service.access import Role
from service.models.candidacies import Candidacy
from service.usecases.lists import shortlists
from service.usecases.lists.appearances import list_appearances
from service.usecases.lists.explanations import compare_people, explain_person
from service.usecases.lists.list_changes import changes_since
from service.usecases.lists.what_ifs import what_if
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.privacy.blind_reviews import open_blind_review
from service.usecases.records import histories, people
from service.usecases.workflow import candidacies, reviewing, rounds
from service.usecases.workflow.candidacy_views import get_candidacy, list_candidacies

NAME, ID_NUMBER, PHONE, EMPLOYER = "柯那瑞", "239901198703151730", "13987650418", "柯那瑞合作社"
SECRETS = (NAME, ID_NUMBER, PHONE, EMPLOYER, "1987", "高级农艺师", "达斡尔")
OFFICER, REGISTRAR = an_actor(Role.OFFICER, username="officer"), an_actor(Role.REGISTRAR, username="registrar")


def a_blind_round(database, actor, now):
    """Begin a round under review for a vacancy that is reviewed blindly; return the number of its list."""
    canary = a_person(
        name=NAME, id_number=ID_NUMBER, phone=PHONE, employer=EMPLOYER, sex="1", ethnicity="31", title="T3",
        birth_date=date(1987, 3, 15), rural_work_years=20.0,
    )  # fmt: skip
    others = [a_person(person_no=f"P{place}", name=f"样例{place}") for place in (2, 3)]
    vacancy = a_vacancy(age_max=30, requirement_basis="示组〔2026〕1号")
    save(
        database,
        actor,
        now,
        villages=[a_village()],
        people=[canary, *others],
        vacancies=[vacancy, a_vacancy(vacancy_no="V2")],
    )
    with database.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V2", k=1, now=now).shortlist_no
        move = asked("under_review", round_version(session, number), reason=f"{NAME}等三人")
        rounds.move_shortlist(session, actor=OFFICER, shortlist_no=number, asked=move, now=now)
        (first, *_) = session.scalars(select(Candidacy).order_by(Candidacy.id))
        reviewing.give_opinion(
            session, actor=OFFICER, candidacy_no=first.candidacy_no, decision=ReviewDecision.NEED_INFO,
            reason_codes=(), reason=f"请 {NAME} 补充材料，电话 {PHONE}", version=first.version, now=now,
        )  # fmt: skip
        candidacies.record_signature(
            session, actor=OFFICER, candidacy_no=first.candidacy_no, signatory="person", signed_name=NAME,
            document="意愿表", signed_on=now.date(), version=first.version, now=now,
        )  # fmt: skip
        open_blind_review(session, actor=OFFICER, vacancy_no="V2", now=now)
    return number


def as_text(dumped):
    return json.dumps(dumped, ensure_ascii=False, default=str)


class Look:
    """Every place where a reviewer may look at somebody; each returns what is told there as text."""

    def __init__(self, session, actor, number, now):
        self.session, self.number, self.common = session, number, {"actor": actor, "now": now}
        self.actor = {"actor": actor}

    def record(self):
        return as_text(PersonSchema().dump(people.get_person(self.session, **self.actor, person_no="P1")))

    def history(self):
        return str(histories.history_of(self.session, **self.actor, kind="people", number="P1"))

    def list_of_people(self):
        return as_text(PersonSchema(many=True).dump(people.list_people(self.session, **self.common).items))

    def places_on_lists(self):
        found = list_appearances(self.session, **self.actor, person_no="P1")
        return str([(one.person.name, one.outcomes, one.contributions) for one in found])

    def shortlist(self):
        found = shortlists.get_shortlist(self.session, **self.actor, shortlist_no=self.number)
        return as_text(ShortlistSchema().dump(found))

    def round(self):
        return as_text(ReviewSchema().dump(list_candidacies(self.session, **self.actor, shortlist_no=self.number)))

    def candidacy(self):
        number = self.session.scalars(select(Candidacy.candidacy_no).order_by(Candidacy.id)).first()
        return as_text(CandidacySchema().dump(get_candidacy(self.session, **self.actor, candidacy_no=number)))

    def two_lists(self):
        lines = changes_since(self.session, **self.common, shortlist_no=self.number).people
        return str([(line.person.label, line.heading, line.reasons) for line in lines])

    def explanation(self):
        found = explain_person(self.session, **self.common, vacancy_no="V2", person_no="P1")
        return str((found.person.name, found.outcomes, found.contributions, found.improvements))

    def two_people(self):
        found = compare_people(self.session, **self.common, vacancy_no="V2", person_no="P1", versus="P2")
        return str((found.first.person.name, found.comparison))

    def what_if(self):
        found = what_if(self.session, **self.common, vacancy_no="V2", person_no="P1", facts={"training_hours": 99.0})
        return str((found.facts.person.name, found.facts.person.title))

    def exported_people(self):
        columns = ["person_no", "name", "id_number", "phone", "birth_date", "title"]
        return self._file(kind="people", file_format="csv", columns=columns)

    def roster(self):
        return self._file(kind="roster", file_format="csv", reason="与市级台账核对")

    def exported_shortlist(self):
        return self._file(kind="shortlist", file_format="json", subject_no=self.number)

    def dossier(self):
        return self._file(kind="dossier", file_format="docx", subject_no=self.number)

    def _file(self, **wanted):
        content = make_export(self.session, Wanted(**wanted), **self.common).content
        if not content.startswith(b"PK"):
            return content.decode()
        return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
