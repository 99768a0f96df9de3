"""The demo city as it is pictured: lists under review, files on their way, many accounts, long and rare names."""
# ruff: noqa: INP001 - of the scripts beside it, not of a package

import json
import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from builders import a_person
from builders_workbooks import a_roster_row, write_records
from sqlalchemy import select

from matching.vocabulary import PostType, TalentSource, VacancyStatus
from service.access import EVERYWHERE, OPERATOR, Actor, Role, Territory, TerritoryKind
from service.cli.demo_accounts import DEMO_ACCOUNTS
from service.db import Database, allocate_ids
from service.installation import open_database
from service.models.accounts import Account, SignInWay
from service.models.villages import Village
from service.settings import Settings
from service.usecases import accounts
from service.usecases.accounts.vocabulary import ChangeKind
from service.usecases.auditing import audit
from service.usecases.cards.promoting import promote_model
from service.usecases.cards.training import train_challengers
from service.usecases.identity import duplicate_search, duplicates, merging, pair_decisions
from service.usecases.incoming import importing_uploads, registration, uploads
from service.usecases.incoming.upload_terms import UploadTerms
from service.usecases.lists import shortlists
from service.usecases.long_work.rescoring import rescore
from service.usecases.outgoing.exporting_lists import export_list
from service.usecases.records import batch_moves, vacancies
from service.usecases.rules import rulebook_changes, rulebook_effects
from service.usecases.rules.waivers import propose_waiver
from service.usecases.workflow.moving import Asked
from service.usecases.workflow.rounds import move_shortlist
from tests.service.usecases.builders_accounts import code_of
from tools.screen_rounds import lead_rounds

__all__ = ["N_ROWS", "PASSWORD", "prepare", "settings_in"]

PASSWORD = "Kranich-Deich-Weide-27"  # noqa: S105 - of a database that is thrown away
NOBODYS = "-"  # the hash of no password
N_ACCOUNTS = 1_000
N_LINES = 1_000
N_ROWS = 10_000
SHARE_BAD = 0.45  # of the rows of the largest roster
LONG_VILLAGE = "示范庚县拟水镇沿河民族团结进步示范易地扶贫搬迁安置区第二十七联合居民新村民委员会北片区"
RARE_NAMES = (
    "阿卜杜拉·吐尔逊买买提·艾则孜江·努尔麦麦提·依明尼亚孜",
    "𬭚䶮㛃",
    "欧阳𠮷羽·司马㛃",
)
_OFFICE = Actor("demo", frozenset({Role.CITY_ORG, Role.OFFICER, Role.OPERATOR}), EVERYWHERE)


def settings_in(folder: Path, name: str = "screens") -> Settings:
    """Return settings of a database of its own."""
    return Settings(database_url=f"sqlite:///{folder}/{name}.db", key_file=folder / f"{name}.key")


def prepare(folder: Path, *, n_people: int, n_rows: int) -> None:
    """Make the demo city and an empty one in a folder, and ``addresses.json`` with what the pages name."""
    for settings, more in ((settings_in(folder), ["--demo", str(n_people)]), (settings_in(folder, "empty"), [])):
        environment = {
            **os.environ,
            "TALENTPOOL_DATABASE_URL": settings.database_url,
            "TALENTPOOL_KEY_FILE": str(settings.key_file),
        }
        command = [sys.executable, "-m", "service", "init", *more]
        subprocess.run(command, check=True, env=environment, capture_output=True)  # noqa: S603 - our own command
    _open_empty(open_database(settings_in(folder, "empty")))
    database, now = open_database(settings_in(folder)), datetime.now(UTC)
    _learn_and_list(database, now=now)
    _name_rarely(database, now=now)
    _act_often(database, now=now)
    _ask_others(database, now=now)
    _let_in(database, now=now)
    addresses = _send_files(database, folder, n_rows=n_rows, now=now) | lead_rounds(database, now=now)
    database.dispose()
    (folder / "addresses.json").write_text(json.dumps(addresses), encoding="utf-8")


def _open_empty(database: Database) -> None:
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        roles = [Role.OFFICER, Role.CITY_ORG, Role.AUDITOR]
        accounts.create_account(session, actor=OPERATOR, username="city", roles=roles, territory=EVERYWHERE, now=now)
        accounts.set_password(session, actor=Actor(username="city"), username="city", password=PASSWORD, now=now)
    database.dispose()


def _learn_and_list(database: Database, *, now: datetime) -> None:
    """Learn a card, and request a list for each kind of post."""
    challengers = train_challengers(database, actor=_OFFICE, now=lambda: now, n_jobs=os.cpu_count() or 1)
    with database.unit_of_work() as session:
        for version in [one.model.version for one in challengers if one.model is not None]:
            promote_model(session, actor=_OFFICE, version=version, now=now)
    rescore(database, actor=_OFFICE, now=lambda: now)
    with database.unit_of_work() as session:
        for post in PostType:
            wanted = {"post_type": post, "vacancy_status": VacancyStatus.APPROVED}
            (vacancy,) = vacancies.list_vacancies(session, actor=_OFFICE, filters=wanted, page=1, page_size=1).items
            made = shortlists.request_shortlist(session, actor=_OFFICE, vacancy_no=vacancy.vacancy_no, k=10, now=now)
            asked = Asked(to="under_review", version=2)
            move_shortlist(session, actor=_OFFICE, shortlist_no=made.shortlist_no, asked=asked, now=now)


def _name_rarely(database: Database, *, now: datetime) -> None:
    """Register people with long names and rare characters, from a village with a long name."""
    with database.unit_of_work() as session:
        village = session.scalars(select(Village).where(Village.village_code.startswith("239907")).limit(1)).one()
        village.name = LONG_VILLAGE
        people = [
            a_person(
                person_no=f"P99999{place:02}", name=name, talent_source=list(TalentSource)[place],
                home_village_code=village.village_code, industry_text="珍稀食用菌",
                phone=f"0000000{place:04}", employer="示范市" + "联合农业综合开发" * 4 + "有限责任公司",
            )
            for place, name in enumerate(RARE_NAMES)
        ]  # fmt: skip
        for person in people:
            del person["industries"]
        registration.save_people(session, actor=_OFFICE, records=people, now=now)


def _act_often(database: Database, *, now: datetime) -> None:
    """Leave traces: looks at people, files taken away, a merge, a proposed rulebook."""
    with database.unit_of_work() as session:
        for place in range(N_LINES):
            audit.record(
                session, actor=_OFFICE, action="view_person", subject_kind="person",
                subject_no=f"P{1 + place % 40:07}", now=now - timedelta(minutes=N_LINES - place),
            )  # fmt: skip
        for file_format in ("xlsx", "csv", "json"):
            export_list(
                session, actor=_OFFICE, subject="people", file_format=file_format,
                filters={"talent_source": TalentSource.RETURNING_ENTREPRENEUR} if file_format == "csv" else {}, now=now,
            )  # fmt: skip
    duplicate_search.find_duplicates(database, actor=_OFFICE, now=lambda: now)
    with database.unit_of_work() as session:
        first, second, *_more = duplicates.list_pairs(session, actor=_OFFICE).items
        merging.merge_people(
            session, actor=_OFFICE, survivor_no=first.first.person_no, absorbed_no=first.second.person_no, now=now
        )
        pair_decisions.decide_pair(session, actor=_OFFICE, pair_id=second.pair.id, decision="later", now=now)
    with database.unit_of_work() as session:
        document = rulebook_changes.wished_document(session, actor=_OFFICE, changes=["FS-02.limit=2"])
        proposed = rulebook_changes.read_proposed(session, actor=_OFFICE, document=document)
        effect = rulebook_effects.effect_of(session, actor=_OFFICE, rulebook=proposed, now=now)
        rulebook_changes.propose_rulebook(
            session, actor=_OFFICE, rulebook=proposed, effect=effect, reason="示例：提高党龄要求试算", now=now
        )


def _ask_others(database: Database, *, now: datetime) -> None:
    """Leave what waits for somebody else: a waiver and an account."""
    with database.unit_of_work() as session:
        *_later, first = shortlists.list_shortlists(session, actor=_OFFICE, page=1, page_size=10).items
        propose_waiver(
            session, actor=_OFFICE, person_no=first.entries[0].person.person_no, vacancy_no=first.vacancy.vacancy_no,
            rule_id="FS-02", reason="示例：急需，经镇党委研究", document="示组 5 号", now=now,
        )  # fmt: skip
        administrator = Actor("admin", frozenset({Role.ADMIN}), EVERYWHERE)
        accounts.request_change(
            session, actor=administrator, kind=ChangeKind.CREATE, username="xinren", roles=[Role.OPERATOR],
            territory=Territory(TerritoryKind.SYSTEM), holder_name="样例新任", reason="示例：新任", now=now,
        )  # fmt: skip


def _let_in(database: Database, *, now: datetime) -> None:
    """Give every account of the city the password of the pictures, one of them a device, and make a thousand more."""
    with database.unit_of_work() as session:
        for username in [*(one.username for one in DEMO_ACCOUNTS), "candidate", "admin"]:
            own = Actor(username=username)
            accounts.set_password(session, actor=own, username=username, password=PASSWORD, now=now)
        county = Territory(TerritoryKind.COUNTY, "239907")
        for username, role in (("bound", Role.OFFICER), ("given", Role.LINE_DEPT)):
            accounts.create_account(session, actor=OPERATOR, username=username, roles=[role], territory=county, now=now)
        own = Actor(username="bound", roles=frozenset({Role.OFFICER}))
        accounts.set_password(session, actor=own, username="bound", password=PASSWORD, now=now)
        secret = accounts.start_enrolment(session, actor=own, now=now).secret
        accounts.confirm_enrolment(session, actor=own, code=code_of(secret, now=now), now=now)
        accounts.set_password(session, actor=OPERATOR, username="given", password=PASSWORD, now=now)
        ids = allocate_ids(session, Account.__tablename__, n=N_ACCOUNTS)
        roles = [str(account.role) for account in DEMO_ACCOUNTS]
        session.add_all(
            Account(
                id=account_id, username=f"cadre{place:04}", password_hash=NOBODYS, roles=(roles[place % len(roles)],),
                territory_kind="county", territory_code="239907", created_at=now, sign_in_way=SignInWay.OIDC,
            )
            for place, account_id in enumerate(ids)
        )  # fmt: skip


def _send_files(database: Database, folder: Path, *, n_rows: int, now: datetime) -> dict[str, str]:
    """Upload rosters: one whose columns are to be confirmed, one checked, one imported, one large, one at work."""
    (county,) = [one for one in DEMO_ACCOUNTS if one.username == "officer"]
    with database.unit_of_work() as session:
        account = session.scalars(select(Account).where(Account.username == "officer")).one()
        officer = Actor("officer", frozenset({Role.OFFICER}), county.territory, account.id)
        numbers = [f"P{nth:07}" for nth in (8, 15, 21, 22, 36)]
        batch_moves.move_records(
            session, actor=officer, numbers=numbers, to="suspended", reason="示例：待核查", now=now
        )
    told: dict[str, str] = {}
    rosters = {name: _bad_rows() for name in ("columns", "check", "result", "wait")} | {"many": _many(n_rows)}
    for name, rows in rosters.items():
        content = write_records(folder / "名册.xlsx", *rows).read_bytes()
        with database.unit_of_work(officer) as session:
            upload = uploads.receive_upload(
                session, actor=officer, kind="people", file_name="2026 年返乡入乡人才名册（拟水镇）.xlsx",
                content=content, now=now, terms=UploadTerms(county="示范庚县"),
            )  # fmt: skip
            step = name if name in {"columns", "wait"} else "check"
            told[name] = f"/imports/files/{upload.id}/{step}"
            if name == "wait":  # for a while it looks as if another host were at work on it
                uploads.begin_work(session, actor=officer, upload=upload, state="checking", now=now)
            elif name != "columns":
                importing_uploads.check_upload(session, actor=officer, upload=upload, now=now)
            if name == "result":
                importing_uploads.import_upload(session, actor=officer, upload=upload, now=now, language="zh")
                told[name] = f"/imports/{upload.import_id}"
    return told


def _bad_rows() -> list[dict[str, Any]]:
    place = {"县区": "示范庚县", "乡镇": "拟水镇"}
    mark, more = secrets.token_hex(2).upper(), {"带动农户数": "约200户", "工作单位全称": "样例社"}
    return [
        a_roster_row(f"S{mark}1", **{**place, "姓名": "样例甲", "出生年月": "1985.13", **more}),
        a_roster_row(f"S{mark}2", **{**place, "姓名": "样例乙", "出生年月": "85.10", "带动农户数": "12"}),
        a_roster_row(f"S{mark}3", **{**place, "姓名": "样例丙", "人才类别": "大学生村宫"}),
        a_roster_row(f"S{mark}4", **{**place, "姓名": RARE_NAMES[0], "人才类别": "返乡", "出生年月": "1990-04"}),
    ]  # fmt: skip


def _many(n_rows: int) -> list[dict[str, Any]]:
    place = {"县区": "示范庚县", "乡镇": "拟水镇"}
    wrong = {int(nth / SHARE_BAD) for nth in range(int(n_rows * SHARE_BAD))}
    return [
        a_roster_row(
            f"M{nth:05}",
            **{**place, "姓名": f"样例{chr(0x4E00 + nth)}", "出生年月": "1985.13" if nth in wrong else "1985.10"},
        )
        for nth in range(n_rows)
    ]
