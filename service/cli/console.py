"""What the command line says: data to stdout, messages to stderr, in the reader's language."""

import sys
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from matching.vocabulary import Text
from service.errors import ServiceError
from service.settings import Settings

__all__ = ["Console", "house_time", "in_brackets", "pass_console"]

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Console:
    """The settings of one call and its two output streams.

    Parameters
    ----------
    settings : Settings
    language : str
    is_quiet : bool
        Messages are left out, errors and data stay.
    has_colour : bool
    account : str or None
        Who acts (--as); None: whose token is in the environment, else the host's operator.
    reads_password : bool
        Whether a password is read from stdin instead of asked for on the terminal.
    acting : str or None
        Who acts, once it has been proved; a refusal says so.
    """

    settings: Settings
    language: str
    is_quiet: bool = False
    has_colour: bool = True
    account: str | None = None
    reads_password: bool = False
    acting: str | None = None
    findings: int = field(default=0)

    def say(self, text: Text) -> None:
        """Write a message to stderr."""
        if not self.is_quiet:
            click.echo(text.in_(self.language), err=True)

    def done(self, text: Text) -> None:
        """Write what was reached to stderr, with a tick."""
        if not self.is_quiet:
            click.echo(f"{self._styled('✓', 'green')} {text.in_(self.language)}", err=True)

    def warn(self, text: Text) -> None:
        """Write a finding to stderr; the exit code becomes 3 (done, with findings)."""
        self.findings += 1
        click.echo(f"{self._styled('!', 'yellow')} {text.in_(self.language)}", err=True)

    def refuse(self, error: ServiceError) -> None:
        """Write an error with its place, value and remedy to stderr."""
        colon = ": " if self.language == "en" else "："
        place = f"{error.place}{colon}" if error.place else ""
        click.echo(f"{self._styled('✗', 'red')} {place}{error.problem.in_(self.language)}", err=True)
        if error.remedy:
            click.echo(f"  → {error.remedy.in_(self.language)}", err=True)

    def print(self, line: str) -> None:
        """Write a line of data to stdout."""
        click.echo(line)

    def print_json(self, document: Any) -> None:
        """Write one JSON document to stdout."""
        import json

        click.echo(json.dumps(document, ensure_ascii=False, indent=2))

    def table(self, columns: list[Text], rows: list[list[str]], *, title: str | None = None) -> None:
        """Write an aligned table to stdout; Chinese text keeps its columns."""
        from rich.console import Console as RichConsole
        from rich.table import Table

        table = Table(title=title, box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column.in_(self.language), overflow="fold")
        for row in rows:
            table.add_row(*row)
        width = None if sys.stdout.isatty() else 160
        RichConsole(no_color=not self.has_colour, highlight=False, markup=False, width=width).print(table)

    def end(self) -> None:
        """Leave with exit code 3 if there were findings."""
        if self.findings:
            raise click.exceptions.Exit(3)

    def _styled(self, mark: str, colour: str) -> str:
        return click.style(mark, fg=colour) if self.has_colour and sys.stderr.isatty() else mark


def house_time(moment: datetime | str) -> str:
    """Return an aware moment, or the ISO text of one, to the minute in the time of the house."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{moment.astimezone(_ZONE):%Y-%m-%d %H:%M}"


def in_brackets(text: str, *, language: str) -> str:
    """Return a text in the brackets of a language, with the space that it puts before them."""
    return Text(f"（{text}）", f" ({text})").in_(language)


pass_console = click.make_pass_decorator(Console)
