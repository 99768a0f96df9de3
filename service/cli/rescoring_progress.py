"""How far a rescoring has come: a bar with rate and time left on a terminal, lines otherwise."""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from matching.vocabulary import Text
from service.cli.console import Console

if TYPE_CHECKING:
    from service.usecases.rescoring import Progress

__all__ = ["Pace", "progress"]


class Pace:
    """Pairs per second and the seconds left, counted from the first message on; what was done before costs nothing."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: tuple[float, int] | None = None

    def tell(self, progress: "Progress") -> Text | None:
        """Return rate and time left; None as long as nothing can be said."""
        if self._began is None:
            self._began = self._clock(), progress.n_done
        began, n_before = self._began
        seconds, n_done = self._clock() - began, progress.n_done - n_before
        if n_done == 0 or seconds <= 0:
            return None
        rate = n_done * progress.n_people / seconds
        left = (progress.n_vacancies - progress.n_done) * seconds / n_done
        return Text("每秒 {rate:,.0f} 对，还需 {left:.0f} 秒", "{rate:,.0f} pairs/s, {left:.0f} s left").filled(
            rate=rate, left=left
        )


def progress(console: Console) -> AbstractContextManager[Callable[["Progress"], None]]:
    """Return what is called with each step; nothing is said when the console is quiet."""
    if console.is_quiet:
        return nullcontext(lambda _progress: None)
    return _Bar(console) if sys.stderr.isatty() else nullcontext(_lines(console))


def _lines(console: Console) -> Callable[["Progress"], None]:
    told, pace = 0, Pace()

    def tell(step: "Progress") -> None:
        nonlocal told
        rate = pace.tell(step)
        tenth = 10 * step.n_done // max(step.n_vacancies, 1)
        if rate is None or tenth == told:
            return
        told = tenth
        done = f"{tenth * 10} % ({step.n_done}/{step.n_vacancies})"
        console.say(Text(f"评分 {done}，{rate.zh}", f"Scored {done}, {rate.en}"))

    return tell


class _Bar(AbstractContextManager[Callable[["Progress"], None]]):
    """A bar on a terminal."""

    def __init__(self, console: Console) -> None:
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._language = console.language
        self._pace = Pace()
        self._bar = Progress(
            TextColumn(Text("评分", "Scoring").in_(console.language)),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            console=RichConsole(stderr=True, no_color=not console.has_colour),
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Callable[["Progress"], None]:
        self._bar.start()
        return self._show

    def __exit__(self, *_error: Any) -> None:
        self._bar.stop()

    def _show(self, step: "Progress") -> None:
        pace = self._pace.tell(step)
        told = pace.in_(self._language) if pace else ""
        self._bar.update(self._task, completed=step.n_done, total=step.n_vacancies, description=told)
