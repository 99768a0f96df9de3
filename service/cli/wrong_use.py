"""What is wrong with a call of the command line, said like every refusal: place, value and remedy; exit code 2."""

import re
from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Any

import click

from matching.vocabulary import Text
from service.cli.console import Console
from service.errors import InvalidInput, ServiceError
from service.sent_texts import is_writable

__all__ = ["WrongUse", "refusal_of", "refusal_of_words", "wrong_usage"]

# click tells the offending value in its own sentence only; what is allowed is asked of the parameter itself.
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_FIRST = re.compile(r"^(\S+) is not in the range")
_EXTRA = re.compile(r"\((.*)\)$")


class WrongUse(click.UsageError):
    """A wrong call in the reader's language, instead of click's English.

    Parameters
    ----------
    refusal : ServiceError
    console : Console
    ctx : click.Context or None
    """

    def __init__(self, refusal: ServiceError, *, console: Console, ctx: click.Context | None) -> None:
        super().__init__(refusal.sentence(console.language), ctx=ctx)
        self._refusal = refusal
        self._console = console

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - the signature is click's
        """Write the sentence to stderr."""
        self._console.refuse(self._refusal)


def wrong_usage(text: Text, *, place: str) -> ServiceError:
    """Return an error with exit code 2."""
    error = ServiceError(text, place=place)
    error.exit_code = 2
    return error


def refusal_of(error: click.UsageError, *, ctx: click.Context) -> ServiceError:
    """Return what is wrong with a call, where, and how it is written.

    Parameters
    ----------
    error : click.UsageError
    ctx : click.Context
        Of the whole command line, whose options stand before the command.
    """
    asked = error.ctx or _below(ctx)
    if isinstance(error, click.NoSuchCommand):
        return _no_command(error, asked)
    if isinstance(error, click.NoSuchOption):
        return _no_option(error, asked, ctx)
    if isinstance(error, click.MissingParameter):
        return _missing(error, asked)
    if isinstance(error, click.BadParameter):
        return _bad_value(error, asked)
    if isinstance(error, click.BadOptionUsage):
        needs = "requires" in error.message
        name = error.option_name
        problem = (
            Text(f"选项 {name} 后面缺少值。", f"Option {name} needs a value after it.")
            if needs
            else Text(f"选项 {name} 不带值。", f"Option {name} takes no value.")
        )
        return _refusal(problem, _usage(asked), place=asked.command_path)
    extra = _EXTRA.search(error.message)
    problem = (
        Text(f"多出了参数“{extra[1]}”。", f"“{extra[1]}” is more than the command takes.")
        if extra
        else Text(f"用法不对：{error.message}", f"Wrong use: {error.message}")
    )
    return _refusal(problem, _usage(asked), place=asked.command_path, value=extra[1] if extra else None)


def refusal_of_words(words: Iterable[str]) -> ServiceError | None:
    """Return what is wrong with the words of a call, before any command reads them.

    A word that cannot be written down is no value of anything; a file may have such a name, if its folder is of a
    system with another encoding.
    """
    for nth, word in enumerate(words, start=1):
        if not is_writable(word) and not _names_a_file(word):
            return _refusal(
                Text(
                    f"第 {nth} 个参数含有控制字符或残缺字符。",
                    f"Word {nth} holds a control character or half a character.",
                ),
                Text("请删除这些字符，并使用 UTF-8 终端。", "Remove it, and use a terminal in UTF-8."),
                place="talentpool",
            )
    return None


def _names_a_file(word: str) -> bool:
    with suppress(ValueError):  # a zero byte
        return Path(word).exists()
    return False


def _below(ctx: click.Context) -> click.Context:
    """Return the context of the command that was being read; click does not name it in every error."""
    name = ctx.invoked_subcommand
    command = ctx.command.get_command(ctx, name) if isinstance(ctx.command, click.Group) and name else None
    return click.Context(command, parent=ctx, info_name=name) if command else ctx


def _refusal(problem: Text, remedy: Text, *, place: str, value: object = None) -> ServiceError:
    return InvalidInput(problem, remedy=remedy, place=place, value=value)


def _usage(ctx: click.Context) -> Text:
    pieces = " ".join([ctx.command_path, *ctx.command.collect_usage_pieces(ctx)])
    help_ = f"{ctx.command_path} --help"
    return Text(f"写法：{pieces}；说明见 {help_}", f"Write {pieces}; {help_} tells more.")


def _or_usage(near: list[str] | None, ctx: click.Context) -> Text:
    """Return the nearest name, or how, if none is near, the command is written."""
    if not near:
        return _usage(ctx)
    return Text(f"是不是要写：{near[0]}？", f"Did you mean {near[0]}?")


def _no_command(error: click.NoSuchCommand, ctx: click.Context) -> ServiceError:
    name = error.command_name
    problem = Text(f"没有“{name}”这个命令。", f"There is no command “{name}”.")
    return _refusal(problem, _or_usage(error.possibilities, ctx), place=ctx.command_path, value=name)


def _no_option(error: click.NoSuchOption, ctx: click.Context, whole: click.Context) -> ServiceError:
    name = error.option_name
    problem = Text(f"没有选项 {name}。", f"There is no option {name}.")
    shared = {one for parameter in whole.command.get_params(whole) for one in parameter.opts} - {"-h", "--help"}
    remedy = _or_usage(error.possibilities, ctx)
    if name in shared and ctx is not whole:
        before = f"{whole.info_name} {name} …"
        problem = Text(f"选项 {name} 应写在命令之前。", f"Option {name} stands before the command.")
        remedy = Text(f"写法：{before} {ctx.info_name} …", f"Write {before} {ctx.info_name} …")
    return _refusal(problem, remedy, place=ctx.command_path, value=name)


def _named(parameter: click.Parameter | None, hint: Any, ctx: click.Context) -> str:
    """Return how the reader writes a parameter: ``--reason``, ``KIND``."""
    if isinstance(hint, str):
        return hint
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    if parameter is None:
        return ctx.info_name or ""
    return (parameter.metavar or parameter.human_readable_name).upper()


def _choices(kind: click.ParamType[Any] | None) -> list[str]:
    return [str(one) for one in kind.choices] if isinstance(kind, click.Choice) else []


def _missing(error: click.MissingParameter, ctx: click.Context) -> ServiceError:
    name = _named(error.param, error.param_hint, ctx)
    choices = _choices(error.param.type if error.param else None)
    problem = Text(f"缺少 {name}。", f"{name} is missing.")
    if choices:
        problem = Text(f"缺少 {name}：{'、'.join(choices)} 之一。", f"{name} is missing: one of {', '.join(choices)}.")
    return _refusal(problem, _usage(ctx), place=ctx.command_path)


def _bad_value(error: click.BadParameter, ctx: click.Context) -> ServiceError:
    """Say which value cannot be used, and what could stand in its place."""
    found = _FIRST.search(error.message) or _QUOTED.search(error.message)
    value = next((one for one in found.groups() if one is not None), "") if found else ""
    name = _named(error.param, error.param_hint, ctx)
    kind = error.param.type if error.param else None
    near = get_close_matches(value, _choices(kind), n=1)
    why = _why(kind, value) or Text(f"不能用：{error.message}", f"cannot be used: {error.message}")
    problem = Text(f"“{value}”{why.zh}", f"“{value}” {why.en}") if value else why
    return _refusal(problem, _or_usage(near, ctx), place=f"{ctx.command_path} {name}", value=value)


def _why(kind: click.ParamType[Any] | None, value: str) -> Text | None:
    """Return what a parameter wants instead of a value."""
    if choices := _choices(kind):
        return Text(f"不在可选之列：{'、'.join(choices)}。", f"is none of {', '.join(choices)}.")
    if isinstance(kind, click.Path):
        return _why_no_path(kind, Path(value))
    if isinstance(kind, click.DateTime):
        return Text("不是日期，应形如 2026-11-23。", "is no date such as 2026-11-23.")
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is not None or high is not None:
        if high is None:
            return Text(f"不是不小于 {low} 的整数。", f"is no whole number from {low} on.")
        return Text(f"不是 {low} 至 {high} 的整数。", f"is no whole number from {low} to {high}.")
    if kind is click.INT:
        return Text("不是整数。", "is no whole number.")
    return None


def _why_no_path(kind: click.Path, path: Path) -> Text:
    if kind.exists and not path.exists():
        return Text("不存在。", "does not exist.")
    if path.is_dir() and not kind.dir_okay:
        return Text("是目录，应为文件。", "is a directory; a file is wanted.")
    if path.is_file() and not kind.file_okay:
        return Text("是文件，应为目录。", "is a file; a directory is wanted.")
    return Text("不可读写。", "cannot be read or written.")
