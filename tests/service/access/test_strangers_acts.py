"""The attacker's tour of what another county has done: files, uploads, saved searches, corrections, holds, waivers."""

from datetime import date
from typing import Any

import pytest
from builders_tour import GHOSTS, asked, difference, doors, text_of, without
from builders_two_counties import CANARIES, COUNTY_ROLES, THERE, Elsewhere
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.access import Actor
from service.db import Database, allocate_ids
from service.models.accounts import Account
from service.models.people import Person
from service.models.vacancies import Vacancy
from service.models.waivers import Waiver
from service.usecases.incoming.imports import import_file
from service.usecases.incoming.uploads import receive_upload
from service.usecases.privacy.legal_holds import place_hold
from service.usecases.records import saved_views
from service.usecases.records.corrections import propose_correction
from tests.service.access.test_strangers import NOW, app, clerk, document, elsewhere

__all__ = ["app", "clerk", "document", "elsewhere"]  # fixtures

#: Numbers of what nobody has done, of the same kinds.
NOTHING = {
    "import_id": 919,
    "upload_id": 929,
    "view_id": 939,
    "correction_id": 949,
    "hold_id": 959,
    "waiver_no": "W2026-999999",
}
_FILE, _SEARCH, _REASON, _PAPER = _WORDS = ("金丝雀花名册.csv", "金丝雀查询", "金丝雀事由", "金丝雀文件")


@pytest.fixture(scope="module")
def acts(app: Flask, elsewhere: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One act of each kind by an account of the second county."""
    database: Database = app.extensions["talentpool"].database
    with database.reading() as session:
        row = session.scalars(select(Account).where(Account.username == "there")).one()
    there = Actor("there", COUNTY_ROLES, THERE, row.id)
    file = tmp_path_factory.mktemp("there") / _FILE
    file.write_text(
        "人员编号,姓名,人才类别,县区,乡镇,所在村\nQ81,某人,大学生村官,他县,他乡镇,他东村\n", encoding="utf-8"
    )
    with database.unit_of_work(there) as session:
        for table in ("imports", "uploads", "saved_views", "corrections", "legal_holds"):
            allocate_ids(session, table, 747_000)  # numbers that stand out in an answer
        report = import_file(session, actor=there, kind="people", path=file, now=NOW)
        upload = receive_upload(
            session, actor=there, kind="people", file_name=_FILE, content=file.read_bytes(), now=NOW
        )
        view = saved_views.save_view(
            session, actor=there, subject="people", name=_SEARCH, state={}, is_shared=True, now=NOW
        )
        correction = propose_correction(
            session, actor=there, person_no="Q71", field="current_post", value="村干部",
            reason=_REASON, now=NOW,
        )  # fmt: skip
        hold = place_hold(
            session, actor=there, person_no="Q71", reason=_REASON, document=_PAPER, until_on=None, now=NOW
        )
        return {
            "import_id": report.import_id, "upload_id": upload.id, "view_id": view.id,
            "correction_id": correction.id, "hold_id": hold.id, "waiver_no": _waiver(session),
        }  # fmt: skip


def _waiver(session: Any) -> str:
    (waiver_id,) = allocate_ids(session, Waiver.__tablename__)
    waiver = Waiver(
        id=waiver_id, waiver_no="W2026-777777",
        person_id=session.scalars(select(Person.id).where(Person.person_no == "Q71")).one(),
        vacancy_id=session.scalars(select(Vacancy.id).where(Vacancy.vacancy_no == "W77")).one(),
        rule_id="FS-02", state="proposed", document=_PAPER, valid_until=date(2027, 1, 1), rulebook_version="x",
        proposed_by="there", proposed_at=NOW,
    )  # fmt: skip
    session.add(waiver)
    waiver.reason = _REASON
    session.flush()
    return waiver.waiver_no


@pytest.fixture(scope="module")
def tour(
    app: Flask, clerk: FlaskClient, elsewhere: Elsewhere, document: dict[str, Any], acts: dict[str, Any]
) -> dict[tuple[str, str], tuple[str, str]]:
    """What every address that takes such a number says of one of the other county, and of one that nobody has."""
    theirs, nobodys = {**elsewhere.numbers, **acts}, {**GHOSTS, **NOTHING}
    return {
        (rule.endpoint, method): (
            without(text_of(clerk.open(**asked(app, rule, method, theirs, document))), theirs),
            without(text_of(clerk.open(**asked(app, rule, method, nobodys, document))), nobodys),
        )
        for rule, method in doors(app)
        if set(rule.arguments) & set(acts)
    }


def test_no_address_tells_what_another_county_has_done_from_what_nobody_has(
    tour: dict[tuple[str, str], tuple[str, str]],
) -> None:
    told = {door: difference(one, other) for door, (one, other) in tour.items() if one != other}
    assert told == {}
    assert {one[:3] for one, _ in tour.values()} == {"404"}
    assert len(tour) >= 20


@pytest.mark.parametrize(
    "address",
    ["/", "/people", "/imports", "/waivers", "/retention", "/jobs", "/accounts", "/duplicates", "/api/v1/imports",
     "/api/v1/waivers", "/api/v1/account-changes", "/api/v1/exports", "/api/v1/runs"],
)  # fmt: skip
def test_no_list_shows_a_word_of_what_another_county_has_done(
    clerk: FlaskClient, acts: dict[str, Any], address: str
) -> None:
    told = text_of(clerk.get(address))
    assert told.startswith("200")
    assert [word for word in (*CANARIES, *_WORDS, "Q71", "Q81", "W77", acts["waiver_no"]) if word in told] == []
