"""`talentpool backup` and `talentpool restore`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from matching.vocabulary import Text
from service.cli.acting import HOST, opened
from service.cli.console import Console, pass_console

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
@pass_console
def restore(console: Console, *, folder: Path) -> None:
    """Bring a backup back into an empty place and check all of it; exit code 3 if something is wrong. 恢复备份。"""
    from service.operations.restoring import restore as bring_back

    restored = bring_back(folder, actor=HOST, settings=console.settings, now=datetime.now(UTC))
    for finding in restored.findings:
        console.warn(finding)
    told = (restored.n_audit_lines, restored.n_shortlists)
    if not restored.findings:
        console.done(
            Text(
                "已恢复 {made_at} 的备份：数据库完整，审计日志 {n_lines:,} 条无误，{n_lists} 份名单重演一致。",
                "Restored the backup of {made_at}: the database is whole, {n_lines:,} audit lines fit, "
                "{n_lists} lists came out the same.",
            ).filled(made_at=restored.manifest["made_at"], n_lines=told[0], n_lists=told[1])
        )
    console.end()
