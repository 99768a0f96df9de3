"""Lists of commands in the reader's language; the docstring of a command holds both, English first."""

import inspect
import os
import re

import click

from matching.vocabulary import LANGUAGES

__all__ = ["SpokenGroup", "asked_language"]

_HAN = re.compile("[\u3400-\u9fff“《]")


def asked_language(chosen: str | None) -> str:
    """Return the language that an option or TALENTPOOL_LANG asks for, else Chinese."""
    asked = chosen or os.environ.get("TALENTPOOL_LANG") or "zh"
    return asked if asked in LANGUAGES else "zh"


def _sentence(command: click.Command, language: str) -> str:
    """Return what a command does, from the first paragraph of its docstring."""
    paragraph = " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split())
    found = _HAN.search(paragraph)
    at = found.start() if found else len(paragraph)
    return (paragraph[at:] or paragraph) if language == "zh" else paragraph[:at].strip()


class SpokenGroup(click.Group):
    """A group that tells what its commands do in one language, whole: click would cut both off at the window's edge."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        language = asked_language(ctx.find_root().params.get("lang"))
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("命令" if language == "zh" else "Commands"):
            formatter.write_dl([(name, _sentence(one, language)) for name, one in commands if one is not None])
