"""`talentpool keys`: the versions of the keys, changing them while the service runs, dropping old ones."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.cli.acting import opened, reading
from service.cli.console import Console, pass_console
from service.cli.help_words import SpokenGroup

if TYPE_CHECKING:
    from service.usecases.privacy.key_rotation import RotationProgress

__all__ = ["keys"]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")


@click.group(cls=SpokenGroup)
def keys() -> None:
    """Show, change and retire the encryption keys. 密钥版本、轮换、停用。"""


@keys.command()
@_JSON
@pass_console
def show(console: Console, *, as_json: bool) -> None:
    """Versions of the keys and how many rows need each. 密钥版本及使用情况。"""
    from service.usecases.privacy.key_rotation import list_keys

    with reading(console) as (session, actor):
        found = list_keys(session, actor=actor)
    if as_json:
        rows = [{**vars(one), "made_at": one.made_at.isoformat() if one.made_at else None} for one in found]
        console.print_json({"schema": "talentpool.keys/1", "items": rows})
        return
    columns = [
        Text("版本", "Version"),
        Text("套件", "Suite"),
        Text("生成", "Made"),
        Text("数据", "Values"),
        Text("", ""),
    ]
    in_use = Text("当前", "seals").in_(console.language)
    console.table(
        columns,
        [
            [
                str(one.version),
                one.suite,
                f"{one.made_at:%Y-%m-%d}" if one.made_at else "",
                f"{one.n_rows:,}",
                in_use if one.is_current else "",
            ]
            for one in found
        ],
    )


@keys.command()
@pass_console
def rotate(console: Console) -> None:
    """Make a new version and seal everything with it; the service may run. 轮换密钥，可不停机，可续做。"""
    from service.usecases.privacy.key_rotation import rotate_keys

    with opened(console) as (database, actor):
        done = rotate_keys(
            database,
            actor=actor,
            key_file=console.settings.key_file,
            suite=console.settings.cipher,
            now=lambda: datetime.now(UTC),
            on_progress=_lines(console),
        )
    if done.is_resumed:
        console.say(
            Text(
                "上次轮换尚未完成，本次只续做，未生成新版本。",
                "The last rotation had not ended; it was finished, and no new version was made.",
            )
        )
    console.done(
        Text(
            f"{done.n_rows:,} 行已用密钥版本 {done.version}（{done.suite}）重新加密。",
            f"{done.n_rows:,} rows are sealed with version {done.version} ({done.suite}).",
        )
    )
    console.say(
        Text(
            "请备份密钥文件；确认备份后可运行 talentpool keys retire 停用旧版本。",
            "Back the key file up; then talentpool keys retire drops the older versions.",
        )
    )


@keys.command()
@click.option(
    "--keep", "kept_copy", type=click.Path(path_type=Path), help="New file for the old keys. 旧密钥另存到新文件。"
)
@pass_console
def retire(console: Console, *, kept_copy: Path | None) -> None:
    """Drop versions that nothing needs; backups made with them need --keep. 停用不再使用的旧版本。"""
    from service.usecases.privacy.key_rotation import retire_keys

    with opened(console) as (database, actor):
        done = retire_keys(
            database,
            actor=actor,
            key_file=console.settings.key_file,
            now=datetime.now(UTC),
            kept_copy=kept_copy,
        )
    if not done.versions:
        console.say(Text("没有可停用的旧版本。", "There is no older version."))
        return
    told = ", ".join(map(str, done.versions))
    console.done(Text(f"已停用密钥版本 {told}。", f"Dropped key versions: {told}."))


def _lines(console: Console) -> Callable[["RotationProgress"], None]:
    told = -1

    def tell(progress: "RotationProgress") -> None:
        nonlocal told
        tenth = 10 * progress.n_done // max(progress.n_rows, 1)
        if tenth != told:
            told = tenth
            count = f"{progress.n_done:,}/{progress.n_rows:,}"
            console.say(Text(f"重新加密 {count}", f"Sealed {count}"))

    return tell
