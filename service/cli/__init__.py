"""The command line: one file a subject, loaded only when its command is asked for."""

import os
import sys
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from typing import Any

import click

from matching.errors import MatchingError
from matching.vocabulary import LANGUAGES
from service.cli.console import Console
from service.cli.credentials import is_named, way_to_act_as_another, way_to_name_an_account
from service.cli.help_words import SpokenGroup, asked_language
from service.cli.wrong_use import WrongUse, refusal_of, refusal_of_words
from service.errors import Forbidden, ServiceError
from service.settings import Settings

__all__ = ["cli"]

# command -> where it is; scikit-learn and pandas are imported inside commands only, so that help answers at once.
_COMMANDS = {
    "appoint": "moves:appoint",
    "audit": "audit:audit",
    "backup": "backups:backup",
    "checks": "checks:checks",
    "daily": "work:daily",
    "demo": "start:demo",
    "doctor": "doctor:doctor",
    "duplicates": "duplicates:duplicates",
    "evaluate": "training:evaluate",
    "explain": "explanations:explain",
    "export": "exports:export",
    "history": "history:history",
    "import": "imports:import_command",
    "imports": "imports_kept:imports",
    "init": "start:init",
    "keys": "keys:keys",
    "mapping": "column_mappings:mapping",
    "models": "models:models",
    "move": "moves:move",
    "notify": "work:notify",
    "person": "person:person",
    "replay": "replay:replay",
    "reply": "replies:reply",
    "report": "reports:report",
    "rescore": "rescoring:rescore",
    "restore": "backups:restore",
    "retention": "person:retention",
    "review": "reviews:review",
    "rulebook": "rulebook:rulebook",
    "serve": "start:serve",
    "shortlist": "shortlists:shortlist",
    "template": "templates:template",
    "train": "training:train",
    "undo-import": "imports_kept:undo_import",
    "unmask": "unmasking:unmask",
    "user": "accounts:user",
    "version": "start:version",
    "waivers": "waivers:waivers",
    "work": "work:work",
    "work-lists": "work_lists:work_lists",
}


class _SubjectGroup(SpokenGroup):
    """A group that loads a command's file when it is called, and turns our errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the signature is click's
        """Import and return one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"service.cli.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command when there is none of this name; click would look among loaded ones only."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=list(_COMMANDS), ctx=ctx) from error

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options before the command; what is wrong with them is told in the language asked for."""
        asked = dict(pairwise(args)).get("--lang")  # the words are taken apart as they are read
        if refusal := refusal_of_words(args):
            ctx = click.Context(self, parent=parent, info_name=info_name)
            raise WrongUse(refusal, console=_console(ctx, asked), ctx=ctx)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            ctx = error.ctx or click.Context(self, parent=parent, info_name=info_name)
            raise _told(error, _console(ctx, asked), ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is one sentence and its exit code, never a traceback."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _told(error, _console(ctx, ctx.params.get("lang")), ctx) from error
        except ServiceError as error:
            console = _console(ctx)
            if isinstance(error, Forbidden) and not is_named(console):
                error.remedy = way_to_name_an_account()
            elif isinstance(error, Forbidden) and console.acting is not None:
                error.remedy = way_to_act_as_another(console.acting, error.remedy)
            console.refuse(error)
            ctx.exit(error.exit_code)
        except MatchingError as error:
            _console(ctx).refuse(ServiceError(error.problem, place=error.place))
            ctx.exit(1)
        except (click.Abort, click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            refusal = _of_database(error)
            if refusal is None:
                raise
            _console(ctx).refuse(refusal)
            ctx.exit(refusal.exit_code)


def _of_database(error: Exception) -> ServiceError | None:
    """Return the refusal that stands for an error of the database, None for anything else."""
    if "sqlalchemy" not in sys.modules:  # nobody asked it, and importing it takes longer than most commands
        return None
    from service.database_refusals import refusal_of_database

    return refusal_of_database(error)


def _told(error: click.UsageError, console: Console, ctx: click.Context) -> click.UsageError:
    """Return an error that speaks the reader's language; help that was not asked for stays as it is."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    return WrongUse(refusal_of(error, ctx=ctx), console=console, ctx=error.ctx)


def _console(ctx: click.Context, asked: str | None = None) -> Console:
    found = ctx.find_object(Console)
    return found or Console(settings=Settings.from_environment({}), language=asked_language(asked))


@click.group("talentpool", cls=_SubjectGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", metavar="URL", help="Database address; TALENTPOOL_DATABASE_URL otherwise. 数据库地址。")
@click.option(
    "--lang",
    is_eager=True,
    type=click.Choice([language.value for language in LANGUAGES]),
    help="Language of messages; TALENTPOOL_LANG otherwise. 提示语言，写在命令之前。",
)
@click.option(
    "--as",
    "account",
    metavar="NAME",
    help="Account that acts, with its password or TALENTPOOL_TOKEN; TALENTPOOL_AS otherwise, else whose token it is, "
    "else the host's operator, who sees no names. 以哪个账号操作（需其口令或令牌）。",
)
@click.option("--password-stdin", "reads_password", is_flag=True, help="Read it from stdin. 从标准输入读口令。")
@click.option("-q", "--quiet", is_flag=True, help="Errors and data only. 只输出数据和错误。")
@click.option("--no-color", is_flag=True, help="No colours (NO_COLOR does the same). 不用颜色。")
@click.pass_context
def cli(
    ctx: click.Context,
    *,
    db: str | None,
    lang: str | None,
    account: str | None,
    reads_password: bool,
    quiet: bool,
    no_color: bool,
) -> None:
    """Match the rural reserve talent pools with village posts. 乡村后备人才库人岗匹配。

    Lists are suggestions: a named person decides, always. 名单仅供参考，由有权人员决定。
    """
    environment = {**os.environ, **({"TALENTPOOL_DATABASE_URL": db} if db else {})}
    language = asked_language(lang)
    ctx.obj = Console(settings=Settings.from_environment({}), language=language)  # to say what is wrong with them
    settings = replace(Settings.from_environment(environment), language=language)
    has_colour = not no_color and not os.environ.get("NO_COLOR")
    ctx.obj = Console(
        settings=settings,
        language=language,
        is_quiet=quiet,
        has_colour=has_colour,
        account=account or os.environ.get("TALENTPOOL_AS") or None,
        reads_password=reads_password,
    )
