"""An erasure reaches what is told elsewhere: words about others, drafts, files on their way in, views (S12)."""

import io
import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from builders import a_person, a_vacancy, a_village
from builders_registry import save
from builders_workflow import OFFICER, asked, round_version
from sqlalchemy import select

from matching.vocabulary import ReviewDecision
from service.access import OPERATOR, Role
from service.db import Model
from service.models.accounts import Account
from service.models.candidacies import Candidacy
from service.models.sealing import sealed_places
from service.models.uploads import Upload
from service.models.workspaces import Draft, SavedView
from service.settings.retention import RetentionSettings
from service.usecases import accounts
from service.usecases.incoming import uploads
from service.usecases.lists import shortlists
from service.usecases.privacy.erasing import erase_person
from service.usecases.records import drafts
from service.usecases.workflow import reviewing, rounds
from service.usecases.workflow.move_histories import moves_of

NAME, ID_NUMBER, PHONE = "柯那瑞", "239901198703151730", "13987650418"
SECRETS = (NAME, ID_NUMBER, PHONE)
SETTINGS = RetentionSettings(withdrawn_months=3, archived_months=24, term_months=60)


def _workbook(*cells):
    made, kept = openpyxl.Workbook(), io.BytesIO()
    made.active.append(cells)
    made.save(kept)
    return kept.getvalue()


@pytest.fixture
def told(database, actor, now):
    """A person of whom others' rows, drafts, files and views tell; the number of the list that was given back."""
    canary = a_person(name=NAME, id_number=ID_NUMBER, phone=PHONE, birth_date=date(1987, 3, 15))
    save(
        database, actor, now, villages=[a_village()], people=[canary, a_person(person_no="P2", name="样例乙")],
        vacancies=[a_vacancy()],
    )  # fmt: skip
    with database.unit_of_work() as session:
        number = shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V1", k=2, now=now).shortlist_no
        move = asked("under_review", round_version(session, number))
        rounds.move_shortlist(session, actor=OFFICER, shortlist_no=number, asked=move, now=now)
        other = session.scalars(select(Candidacy).where(Candidacy.person_id == 2)).one()
        reviewing.give_opinion(
            session, actor=OFFICER, candidacy_no=other.candidacy_no, decision=ReviewDecision.NEED_INFO,
            reason_codes=(), reason=f"不如{NAME}熟悉村情，电话{PHONE}", version=other.version, now=now,
        )  # fmt: skip
        move = asked("returned", round_version(session, number), reason=f"{NAME}已外出务工")
        rounds.move_shortlist(session, actor=OFFICER, shortlist_no=number, asked=move, now=now)
        accounts.create_account(session, actor=OPERATOR, username="clerk", roles=[Role.REGISTRAR], now=now)
        account_id = session.scalars(select(Account.id).where(Account.username == "clerk")).one()
        clerk = replace(actor, account_id=account_id)
        typed = {"name": NAME, "id_number": ID_NUMBER}
        drafts.keep_draft(session, actor=clerk, kind="person", content=typed, now=now)
        drafts.keep_draft(session, actor=clerk, kind="edit", subject_no="P1", content={"note": "再核"}, now=now)
        drafts.keep_draft(session, actor=clerk, kind="edit", subject_no="P2", content={"note": "再核"}, now=now)
        for name, content in {
            "名册.csv": f"姓名,电话\n{NAME},1\n".encode("gb18030"),
            "名册.xlsx": _workbook("姓名", NAME),
            "其他.csv": "姓名,电话\n样例乙,1\n".encode(),
        }.items():
            uploads.receive_upload(session, actor=actor, kind="people", file_name=name, content=content, now=now)
        for view_id, (name, state) in enumerate({"单人": {"q": NAME}, "全部": {"pool": "t1"}}.items(), 1):
            view = SavedView(id=view_id, account_id=account_id, subject="people", saved_at=now)
            session.add(view)
            view.name, view.state = name, json.dumps(state)
    return number


def _sealed_texts(database):
    with database.reading() as session:
        for table, places in sealed_places(Model).items():
            for row in session.connection().execute(select(places[0].table)).mappings():
                for place in places:
                    yield table, database.vault.open(place.bound_to, row["id"], row[place.sealed_in]) or ""


def _erase(database, actor, now):
    with database.unit_of_work() as session:
        return erase_person(
            session,
            actor=actor,
            person_no="P1",
            document="示组〔2026〕30号",
            settings=SETTINGS,
            now=now,
            on_request=True,
        ).counts


def test_what_is_told_elsewhere_names_nobody_who_was_erased(database, told, actor, now):
    tables = {table for table, text in _sealed_texts(database) if any(secret in text for secret in SECRETS)}
    assert tables >= {"drafts", "moves", "opinions", "people"}
    counts = _erase(database, actor, now)
    left = [(table, text) for table, text in _sealed_texts(database) if any(secret in text for secret in SECRETS)]
    assert left == []
    assert {name: counts[name] for name in ("drafts", "uploads", "saved_views")} == {
        "drafts": 2, "uploads": 2, "saved_views": 1,
    }  # fmt: skip
    with database.reading() as session:
        list_id = shortlists.find_shortlist(session, actor=OFFICER, shortlist_no=told).id
        reasons = [one.reason for one in moves_of(session, "shortlist", list_id)]
        assert reasons[-1] == "（已删除）已外出务工"  # the rest of the reason stays
        assert [one.subject_no for one in session.scalars(select(Draft))] == ["P2"]
        assert [one.file_name for one in session.scalars(select(Upload))] == ["其他.csv"]
        assert [one.name for one in session.scalars(select(SavedView))] == ["全部"]


def test_words_about_somebody_else_of_the_same_name_stay(database, told, actor, now):
    namesake = a_person(person_no="P3", name=NAME, id_number="23990119900101001X", birth_date=date(1990, 1, 1))
    save(database, actor, now, people=[namesake])
    _erase(database, actor, now)
    with database.reading() as session:
        opinions = [
            one.reason for one in session.scalars(select(Candidacy).where(Candidacy.person_id == 2)).one().opinions
        ]
    assert opinions == [f"不如{NAME}熟悉村情，电话（已删除）"]
