"""The progress of an import on a terminal; silent in pipes, logs and with --quiet."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from matching.vocabulary import Text
from service.cli.console import Console

__all__ = ["shown_progress"]

_STEPS = {
    "reading": Text("读取", "Reading"),
    "checking": Text("检查", "Checking"),
    "saving": Text("保存", "Saving"),
}


@contextmanager
def shown_progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each step as it is told: step, rows done, rows in all (0: not known)."""
    if console.is_quiet or not sys.stderr.isatty():
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    terminal = RichConsole(stderr=True, no_color=not console.has_colour)
    with Progress(*columns, console=terminal, transient=True) as bars:
        tasks = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(_STEPS[step].in_(console.language), total=total or None)
            bars.update(tasks[step], completed=done, total=total or None)

        yield show
