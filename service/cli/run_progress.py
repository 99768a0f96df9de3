"""Long work on the command line: how far it has come, Ctrl-C that leaves nothing half-written, and asking to stop."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any

from matching.vocabulary import Text
from service.cli.acting import opened
from service.cli.console import Console

if TYPE_CHECKING:
    from service.usecases.long_work.run_terms import Kind, Progress
    from service.usecases.long_work.run_work import Watch

__all__ = ["Pace", "ask_to_stop", "clock", "watched"]

_LINE_EVERY_S = 1.0  # where there is no terminal to draw a bar on


def clock() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


@contextmanager
def watched(console: Console, kind: "Kind") -> Iterator["Watch"]:
    """Show how far work of a kind has come, and turn the first Ctrl-C into a request to stop after its step."""
    from service.usecases.long_work.run_work import Watch

    with _stop_requested() as should_stop, _shown(console, kind) as on_progress:
        yield Watch(on_progress=on_progress, should_stop=should_stop)


def ask_to_stop(console: Console, kind: "Kind", *, as_json: bool = False) -> None:
    """Ask the run of a kind that is at work, wherever it was begun, to stop."""
    from service.usecases.long_work.run_stops import stop_newest_run
    from service.usecases.long_work.run_terms import Kind, Unit

    with opened(console) as (database, actor), database.unit_of_work() as session:
        run = stop_newest_run(session, actor=actor, kind=kind, now=clock()).run
        run_id, n_done, n_all = run.id, run.n_vacancies_done, run.n_vacancies
    if as_json and kind is Kind.RESCORE:
        counts = {"n_vacancies_done": n_done, "n_vacancies": n_all}
        console.print_json({"schema": "talentpool.rescore-stop/1", "run_id": run_id, **counts})
    elif as_json:
        counts = {"n_done": n_done, "n_all": n_all}
        console.print_json({"schema": "talentpool.run-stop/1", "kind": kind, "run_id": run_id, **counts})
    unit = {
        Unit.VACANCIES: Text("{done:,} / {all:,} 个岗位", "{done:,} of {all:,} vacancies"),
        Unit.LINES: Text("{done:,} / {all:,} 条", "{done:,} of {all:,} lines"),
        Unit.PERCENT: Text("{done}%", "{done} %"),
    }[kind.unit].filled(done=n_done, all=n_all)
    console.done(
        Text(
            f"已请第 {run_id} 次任务（{kind.text.zh}）停止：做完当前一步后即停（现已完成 {unit.zh}）。",
            f"Run {run_id} is asked to stop; it ends after the step it is at ({unit.en} are done).",
        )
    )


@contextmanager
def _stop_requested() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or SIGTERM into a request that is heard between two steps; a second Ctrl-C breaks off."""
    is_asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_asked
        is_asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: is_asked
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class Pace:
    """Rate and seconds left, counted from the first message on; what was done before costs nothing.

    Parameters
    ----------
    clock : callable
        Gives seconds.
    each : Text
        What the rate counts.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, each: Text | None = None) -> None:
        self._clock = clock
        self._each = each or Text("对", "pairs")
        self._began: tuple[float, int] | None = None

    def tell(self, progress: "Progress") -> Text | None:
        """Return rate and time left; None as long as nothing can be said."""
        if self._began is None:
            self._began = self._clock(), progress.n_done
        began, n_before = self._began
        seconds, n_done = self._clock() - began, progress.n_done - n_before
        if n_done <= 0 or seconds <= 0:
            return None
        left = (progress.n_all - progress.n_done) * seconds / n_done
        told = Text(f"还需 {left:.0f} 秒", f"{left:.0f} s left")
        if not progress.n_each:
            return told
        rate = f"{n_done * progress.n_each / seconds:,.0f}"
        return Text(f"每秒 {rate} {self._each.zh}，{told.zh}", f"{rate} {self._each.en}/s, {told.en}")


def _shown(console: Console, kind: "Kind") -> AbstractContextManager[Callable[["Progress"], None]]:
    """Return what is called with each step; nothing is said when the console is quiet."""
    if console.is_quiet:
        return nullcontext(lambda _progress: None)
    return _Bar(console, kind) if sys.stderr.isatty() else nullcontext(_lines(console, kind))


def _pace(kind: "Kind") -> Pace:
    from service.usecases.long_work.run_terms import Unit

    return Pace(each=Text("条", "lines") if kind.unit is Unit.LINES else None)


def _lines(console: Console, kind: "Kind") -> Callable[["Progress"], None]:
    told, pace, said_at = 0, _pace(kind), time.monotonic()

    def tell(step: "Progress") -> None:
        nonlocal told, said_at
        rate = pace.tell(step)
        tenth = 10 * step.n_done // max(step.n_all, 1)
        if rate is None or tenth == told or time.monotonic() - said_at < _LINE_EVERY_S:
            return
        told, said_at = tenth, time.monotonic()
        done = f"{tenth * 10} % ({step.n_done}/{step.n_all})"
        console.say(Text(f"{kind.text.zh} {done}，{rate.zh}", f"{kind.text.en} {done}, {rate.en}"))

    return tell


class _Bar(AbstractContextManager[Callable[["Progress"], None]]):
    """A bar on a terminal."""

    def __init__(self, console: Console, kind: "Kind") -> None:
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._language = console.language
        self._pace = _pace(kind)
        self._bar = Progress(
            TextColumn(kind.text.in_(console.language)),
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
        self._bar.update(self._task, completed=step.n_done, total=step.n_all or None, description=told)
