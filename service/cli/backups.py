"""`talentpool backup` and `talentpool restore`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.cli.acting import HOST, opened
from service.cli.console import Console, house_time, pass_console

if TYPE_CHECKING:
    from service.operations.restoring import Restored

__all__ = ["backup", "restore"]


@click.command()
@click.option(
    "--to", required=True, type=click.Path(path_type=Path), help="Folder that gets one folder a backup. 目标目录。"
)
@pass_console
def backup(console: Console, *, to: Path) -> None:
    """Copy the database while it is in use, with the signed head of the audit log. 备份（可不停机）。

    The key file is not in it: keep it elsewhere, or the backup opens for nobody. 密钥文件不在备份内，须另行保管。
    """
    from service.operations.backups import back_up

    with opened(console) as (database, actor):
        made = back_up(database, actor=actor, settings=console.settings, to=to, now=datetime.now(UTC))
    console.print(str(made.path))
    size = f"{made.n_bytes / 1e6:,.1f} MB"
    console.done(
        Text(
            f"备份完成：{size}，审计日志至第 {made.sequence} 条。",
            f"Backup made: {size}, audit log up to line {made.sequence}.",
        )
    )
    console.say(
        Text(
            f"  密钥文件 {console.settings.key_file} 不在备份内，请另行保管。",
            f"  The key file {console.settings.key_file} is not in it: keep it in another place.",
        )
    )


@click.command()
@click.argument("folder", metavar="FROM", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--newest-head",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Newest head of the audit log from the other machine: what was erased, withdrawn or disabled after the backup "
    "is done again. 另一台机器上最新的链尾文件，备份之后的删除、撤回、停用随之重做。",
)
@pass_console
def restore(console: Console, *, folder: Path, newest_head: Path | None) -> None:
    """Bring a backup back into an empty place and check all of it; exit code 3 if something is wrong. 恢复备份。

    Everybody signs in anew, and programs get new tokens. 恢复后所有登录和接口令牌失效。
    """
    from service.operations.restoring import restore as bring_back

    restored = bring_back(folder, actor=HOST, settings=console.settings, now=datetime.now(UTC), newest_head=newest_head)
    for finding in restored.findings:
        console.warn(finding)
    told = (restored.n_audit_lines, restored.n_shortlists)
    if not restored.findings:
        console.done(
            Text(
                "已恢复 {made_at} 的备份：数据库完整，审计日志 {n_lines:,} 条无误，{n_lists} 份名单重演一致。",
                "Restored the backup of {made_at}: the database is whole, {n_lines:,} audit lines fit, "
                "{n_lists} lists came out the same.",
            ).filled(made_at=house_time(restored.manifest["made_at"]), n_lines=told[0], n_lists=told[1])
        )
    _tell_since(console, restored)
    console.end()


def _tell_since(console: Console, restored: "Restored") -> None:
    taken, made_at = restored.taken, house_time(restored.manifest["made_at"])
    if taken is None:
        console.say(
            Text(
                f"  {made_at} 之后删除的人员、撤回的同意、停用的账号和改过的口令均回到当时状态。"
                "如有另行保存的链尾文件，请用 --newest-head 重新恢复；否则请逐项重办。",
                f"  Whoever was erased, withdrew or was disabled after {made_at}, and every password changed since, is "
                "as it was then. Restore again with --newest-head if a head was kept elsewhere, or do each of it anew.",
            )
        )
        return
    for zh, en, numbers in (
        ("已重新删除", "erased again", taken.erased),
        ("已重新撤回参加匹配的同意", "consent to matching withdrawn again", taken.withdrawn),
        ("已重新停用的账号", "accounts disabled again", taken.disabled),
    ):
        if numbers:
            console.say(Text(f"  {zh}：{'、'.join(numbers)}", f"  {en}: {', '.join(numbers)}"))
    if restored.n_lost:
        n = restored.n_lost
        console.say(
            Text(f"  备份之后的 {n} 条审计日志已丢失。", f"  Lines of the audit log after it that are lost: {n}.")
        )
    if taken.changed:
        console.warn(
            Text(
                f"这些账号的口令、第二因子、角色、范围或持有人姓名回到了备份时的状态，请逐一核对：{'、'.join(taken.changed)}",
                "Password, second factor, roles, territory or holder's name of these accounts are again those of the "
                f"backup, look at each: {', '.join(taken.changed)}",
            )
        )
