"""What waits: `talentpool work` for an account, `talentpool daily` with the day, `talentpool notify` in the outbox."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.cli.acting import acting, opened
from service.cli.console import Console, house_time, pass_console

if TYPE_CHECKING:
    from service.usecases.pending.notifying import Doors

__all__ = ["daily", "notify", "work"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def work(console: Console, *, as_json: bool) -> None:
    """Show what waits for you. 查看我的待办。"""
    from service.usecases.pending.pending_work import list_work

    with acting(console) as (session, actor, now):
        lines = list_work(session, actor=actor, now=now, retention=console.settings.retention)
        username = actor.username
    if as_json:
        items = [{**vars(line), "text": line.text._asdict()} for line in lines]
        console.print_json({"schema": "talentpool.work/1", "username": username, "items": items})
        return
    for line in lines:
        overdue = Text(f"（超期 {line.n_overdue}）", f" ({line.n_overdue} overdue)") if line.n_overdue else Text("", "")
        console.print(f"{line.text.in_(console.language)}{overdue.in_(console.language)}  {line.link}")
    if not lines:
        console.say(Text(f"{username} 没有待办。", f"Nothing waits for {username}."))


@click.command()
@click.option("--dead", is_flag=True, help="List messages that were given up. 列出已放弃的消息。")
@click.option("--retry", "message_no", metavar="NUMBER", help="Try one of them again. 重试一条。")
@pass_console
def notify(console: Console, *, dead: bool, message_no: str | None) -> None:
    """Send mails and webhooks that are due; for a timer, any number may run at once. 发送到期的提醒。"""
    from service import jobs
    from service.usecases.pending.notifying import list_dead, retry_message, send_due

    with opened(console) as (database, actor):
        if message_no is not None:
            with database.unit_of_work() as session:
                retry_message(session, actor=actor, message_no=message_no, now=datetime.now(UTC))
        if dead:
            with database.reading() as session:
                rows = [
                    [one.message_no, one.channel.value, one.topic, house_time(one.created_at), one.last_error or ""]
                    for one in list_dead(session, actor=actor)
                ]
            console.table([Text("编号", "Number"), Text("渠道", "Way"), Text("事项", "Topic"), Text("时间", "When"),
                           Text("原因", "Why")], rows)  # fmt: skip
            return
        sent = send_due(
            database, actor=actor, doors=_doors(console), owner=jobs.this_process(), now=lambda: datetime.now(UTC)
        )
    console.done(
        Text(
            f"已发送 {sent.n_sent}，稍后重试 {sent.n_failed}，放弃 {sent.n_dead}，无需发送 {sent.n_unwanted}。",
            f"{sent.n_sent} sent, {sent.n_failed} to be tried again, {sent.n_dead} given up, "
            f"{sent.n_unwanted} unwanted.",
        )
    )
    if sent.n_dead:
        console.warn(Text("查看：talentpool notify --dead", "To see them: talentpool notify --dead"))
        console.end()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def daily(console: Console, *, as_json: bool) -> None:
    """Do what falls due with the day; for a timer, a second run does nothing. 处理当天到期的事项。"""
    from service import jobs
    from service.usecases.pending.daily import do_daily_work

    with opened(console) as (database, actor):
        done = do_daily_work(
            database, actor=actor, settings=console.settings.retention, owner=jobs.this_process(), now=datetime.now(UTC)
        )
        database.settle()
    if as_json:
        console.print_json({"schema": "talentpool.daily/1", **vars(done)})
        return
    console.done(
        Text(
            f"岗位到期 {len(done.expired)}，任期提醒 {len(done.reminded)}，档案归档 {len(done.archived)}，"
            f"清理上传文件 {done.n_forgotten}。",
            f"{len(done.expired)} vacancies expired, {len(done.reminded)} terms reminded of, "
            f"{len(done.archived)} records archived, {done.n_forgotten} uploads forgotten.",
        )
    )
    if done.n_under_review:
        console.say(
            Text(
                f"  {done.n_under_review} 个岗位已过期限，人选比选尚未结束，未作处理。",
                f"  {done.n_under_review} vacancies are past their deadline and stay open while people are compared.",
            )
        )
    if done.n_to_erase:
        console.say(
            Text(
                f"  {done.n_to_erase} 份档案保存期限已满，待专人删除：talentpool retention",
                f"  {done.n_to_erase} records are due and wait for somebody to erase them: talentpool retention",
            )
        )


def _doors(console: Console) -> "Doors":
    from service.delivery import MailServer, Webhook
    from service.usecases.pending.notifying import Doors

    asked = console.settings.notifications
    mail = MailServer(
        host=asked.smtp_host, port=asked.smtp_port, sender=asked.smtp_from, security=asked.smtp_security,
        user=asked.smtp_user, password=asked.smtp_password,
    ) if asked.smtp_host else None  # fmt: skip
    webhook = Webhook(url=asked.webhook_url, secret=asked.webhook_secret) if asked.webhook_url else None
    return Doors(mail=mail, webhook=webhook, public_url=asked.public_url, language=console.language,
        retention=console.settings.retention,
    )  # fmt: skip
