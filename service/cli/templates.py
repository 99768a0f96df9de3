"""`talentpool template`: a workbook to fill in."""

from pathlib import Path

import click

from matching.vocabulary import Text
from service.cli.acting import named_actor
from service.cli.console import Console, pass_console
from service.errors import ServiceError
from service.usecases.incoming.import_kinds import IMPORT_KINDS

__all__ = ["template"]


@click.command()
@click.argument("kind", type=click.Choice(IMPORT_KINDS))
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@pass_console
def template(console: Console, *, kind: str, out: Path) -> None:
    """Write the template of a table as OUT.xlsx. 生成填报模板。

    It has drop-downs from the code tables, a note on every column and a filled example.

    Decisions are brought in by accounts that conclude reviews. 审阅结论仅由有结论权的账号导入。
    """
    from service.files.replacing import replace_bytes
    from service.usecases.incoming.templates import make_template

    if out.suffix.lower() != ".xlsx":
        error = ServiceError(Text(f"{out.name} 应以 .xlsx 结尾。", f"{out.name} must end in .xlsx."), place="OUT")
        error.exit_code = 2
        raise error
    if out.exists():
        raise ServiceError(
            Text(
                "文件已存在，可能已填有内容，未覆盖。",
                "The file is there already and may have been filled in; it was left.",
            ),
            remedy=Text("请换一个文件名，或先移走该文件。", "Choose another name, or move the file away first."),
            place=str(out),
        )
    replace_bytes(out, make_template(actor=named_actor(console), kind=kind, language=console.language))
    console.done(Text(f"模板：{out}", f"Template: {out}"))
    console.say(
        Text(
            "表头为中文，各列批注说明如何填写。",
            "Its column headers are Chinese, as offices fill them in; the note on each says in English what goes in.",
        )
    )
