"""Showing one hidden number in full on the command line."""

from datetime import UTC, datetime

import click

from matching.vocabulary import Text
from service.cli.acting import writing
from service.cli.console import Console, pass_console

__all__ = ["unmask"]


@click.command()
@click.argument("person_no")
@click.argument("field", type=click.Choice(["id_number", "phone"]))
@click.option("--reason", required=True, help="Why; it stays in the log. 事由，记入日志。")
@pass_console
def unmask(console: Console, *, person_no: str, field: str, reason: str) -> None:
    """Show an id number or a phone in full, for a reason. 说明理由后查看完整号码。"""
    from service.usecases.privacy.unmasking import unmask_field

    with writing(console) as (session, actor):
        value = unmask_field(
            session, actor=actor, person_no=person_no, field=field, reason=reason, now=datetime.now(UTC)
        )
    if value is None:
        console.say(Text("未登记。", "None is registered."))
        return
    console.print(value)
