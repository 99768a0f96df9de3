"""`talentpool doctor`: is everything in order, and if not, what to do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from matching.errors import MatchingError
from matching.vocabulary import Text
from service.access import OPERATOR, Role, kinds_for
from service.cli.console import Console, pass_console
from service.errors import ServiceError
from service.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.db import Database

__all__ = ["doctor"]


_SIGN_NOTHING = {str(role) for role in (Role.ADMIN, Role.OPERATOR, Role.AUDITOR)}


@dataclass(frozen=True)
class _Result:
    check: Text
    is_fine: bool
    finding: Text
    remedy: Text | None = None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def doctor(console: Console, *, as_json: bool) -> None:
    """Check rulebook, keys, database and data. 检查运行状况。"""
    results = [*_rulebook(), *_database(console.settings)]
    if as_json:
        console.print_json({"schema": "talentpool.doctor/1", "checks": [_document(result) for result in results]})
    for result in results:
        line = Text(f"{result.check.zh}：{result.finding.zh}", f"{result.check.en}: {result.finding.en}")
        if result.is_fine:
            console.done(line)
            continue
        console.warn(line)
        if result.remedy:
            console.say(Text(f"  → {result.remedy.zh}", f"  → {result.remedy.en}"))
    console.end()


def _document(result: _Result) -> dict[str, object]:
    return {
        "check": result.check._asdict(),
        "is_fine": result.is_fine,
        "finding": result.finding._asdict(),
        "remedy": result.remedy._asdict() if result.remedy else None,
    }


def _rulebook() -> Iterator[_Result]:
    from matching.lint import lint
    from service.rulebooks import shipped_cards, shipped_rulebook

    check = Text("规则手册与评分卡", "rulebook and scorecards")
    try:
        rulebook = shipped_rulebook()
        shipped_cards()
    except MatchingError as error:
        yield _Result(check, is_fine=False, finding=error.problem)
        return
    findings = lint(rulebook)
    for finding in findings:
        yield _Result(check, is_fine=False, finding=finding.problem)
    if not findings:
        yield _Result(check, is_fine=True, finding=Text(f"版本 {rulebook.version}", f"version {rulebook.version}"))


def _database(settings: Settings) -> Iterator[_Result]:
    from service.installation import open_database

    check = Text("数据库与密钥", "database and keys")
    try:
        database = open_database(settings)
    except ServiceError as error:
        place = f"{error.place} " if error.place else ""
        finding = Text(place + error.problem.zh, place + error.problem.en)
        yield _Result(check, is_fine=False, finding=finding, remedy=error.remedy)
        return
    try:
        yield _Result(check, is_fine=True, finding=Text("可用且相符", "reachable, and they belong together"))
        yield from _role(database)
        yield from _accounts(database)
        yield from _registry(database)
    finally:
        database.dispose()


def _registry(database: "Database") -> Iterator[_Result]:
    """Say what is registered, and what of it waits for something."""
    from service.usecases.overview import count_registry

    with database.reading() as session:
        counts = count_registry(session, actor=OPERATOR)
        learned = list(_learned_cards(session))
    yield from learned
    yield _Result(
        Text("登记", "registry"),
        is_fine=True,
        finding=Text(
            "在库 {people:,} 人（不含已归档），{open} 个在招岗位",
            "{people:,} people in the pools (archived ones are not counted), {open} open vacancies",
        ).filled(people=counts.n_people, open=counts.n_open_vacancies),
    )
    if counts.n_open_vacancies and not counts.n_ranked_vacancies:
        yield _Result(
            Text("评分", "rankings"),
            is_fine=False,
            finding=Text("尚未评分", "nothing has been scored yet"),
            remedy=Text("运行 talentpool rescore --all。", "Run talentpool rescore --all."),
        )
    if counts.n_unmapped_terms:
        yield _Result(
            Text("产业词", "industry words"),
            is_fine=True,
            finding=Text(
                f"{counts.n_unmapped_terms} 个词待归类（网页 /words）",
                f"{counts.n_unmapped_terms} words wait for a mapping (page /words)",
            ),
        )


def _role(database: "Database") -> Iterator[_Result]:
    """Say whether the role that the service runs as could do more than its work; SQLite knows no roles."""
    from service.operations.database_rights import needless_rights

    check, remedy = (
        Text("数据库角色", "database role"),
        Text("见 deploy/postgresql-roles.sql。", "See deploy/postgresql-roles.sql."),
    )
    if database.engine.dialect.name != "postgresql":
        return
    findings = needless_rights(database)
    for finding in findings:
        yield _Result(check, is_fine=False, finding=finding, remedy=remedy)
    if not findings:
        fine = Text(
            "只能读写记录，不能改动数据表和审计日志", "reads and writes rows; alters neither tables nor the audit log"
        )
        yield _Result(check, is_fine=True, finding=fine)


def _accounts(database: "Database") -> Iterator[_Result]:
    """Say which accounts have a territory that is no place of their roles, and which sign without a name."""
    from service.usecases.accounts import list_accounts, list_namesakes, territory_as_text

    with database.reading() as session:
        rows = [row for row in list_accounts(session, actor=OPERATOR, now=datetime.now(UTC)) if not row.is_disabled]
        namesakes = list_namesakes(session, actor=OPERATOR)
    unfit = [row for row in rows if row.territory.kind not in kinds_for(row.roles)]
    nameless = [row.username for row in rows if not row.has_holder and not set(row.roles) <= _SIGN_NOTHING]
    for row in unfit:
        where, roles = territory_as_text(row.territory), ", ".join(row.roles)
        yield _Result(
            Text("账号地域", "territories of accounts"),
            is_fine=False,
            finding=Text(f"{row.username}（{roles}）的地域是 {where}", f"{row.username} ({roles}) is for {where}"),
            remedy=Text(
                f"应为 {_kinds(row.roles) or '分设账号'}：talentpool user role {row.username} --role … --territory …",
                f"It should be {_kinds(row.roles) or 'one account for each role'}: talentpool user role "
                f"{row.username} --role ... --territory ...",
            ),
        )
    if nameless:
        named = ", ".join(nameless)
        yield _Result(
            Text("持有人姓名", "names of holders"),
            is_fine=False,
            finding=Text(f"{len(nameless)} 个账号没有，不能署名：{named}", f"{len(nameless)} cannot sign: {named}"),
            remedy=Text(
                "talentpool user name 账号 姓名 --reason 原因，由另一人确认。",
                "talentpool user name ACCOUNT NAME --reason WHY, which somebody else confirms.",
            ),
        )
    yield from _namesakes(namesakes)
    if not unfit and not nameless:
        fine = Text(f"{len(rows)} 个，地域与角色相符", f"{len(rows)}, each with a place of its roles")
        yield _Result(Text("账号", "accounts"), is_fine=True, finding=fine)


def _namesakes(found: Sequence[Sequence[str]]) -> Iterator[_Result]:
    """Name accounts whose holders have one name: no fault where they are two people."""
    for usernames in found:
        zh, en = "、".join(usernames), ", ".join(usernames)
        yield _Result(
            Text("持有人同名", "holders of one name"),
            is_fine=True,
            finding=Text(
                f"{zh}；如为同一人，须两人办理的事项不得由其两个账号办理",
                f"{en}; if they are one person, what takes two must not be done by both",
            ),
        )


def _kinds(roles: Iterable[str]) -> str:
    return " / ".join(sorted(kinds_for(roles)))


def _learned_cards(session: "Session") -> Iterator[_Result]:
    """Say which cards are in force, and look whether decisions have begun to go against the rank."""
    from service.queries.cards import champion_versions
    from service.usecases.cards.evaluating import watch_drift
    from service.usecases.cards.models import find_model

    check = Text("评分卡", "scorecards")
    for post, version in champion_versions(session).items():
        if version is None:
            continue
        champion = find_model(session, actor=OPERATOR, version=version)
        problem = champion.problem or Text("", "")
        yield _Result(
            check,
            is_fine=champion.problem is None,
            finding=Text(f"{post} 用 {version} {problem.zh}".rstrip(), f"{post} by {version} {problem.en}".rstrip()),
            remedy=Text(
                "重新学习并启用（talentpool train），或退回（talentpool models rollback --post）。",
                "Train and promote again (talentpool train), or go back (talentpool models rollback --post).",
            ),
        )
    try:
        told = watch_drift(session, actor=OPERATOR, now=datetime.now(UTC))
    except ServiceError as error:
        yield _Result(check, is_fine=False, finding=error.problem, remedy=error.remedy)
        return
    drifting = [str(post) for post, drift in told.items() if drift.is_alarming]
    n_lists = sum(period.n_lists for drift in told.values() for period in drift.periods)
    if drifting:
        posts = ", ".join(drifting)
        finding = Text(f"结论与位次相反超过警戒线：{posts}", f"decisions go against the rank beyond the line: {posts}")
    else:
        finding = Text(f"{n_lists} 份审阅名单，未超警戒线", f"{n_lists} reviewed lists, below the alarm line")
    yield _Result(
        Text("偏移", "drift"),
        is_fine=not drifting,
        finding=finding,
        remedy=Text("见 talentpool models drift。", "See talentpool models drift."),
    )
