"""Checking the whole audit log as work that is watched and can be stopped."""

from collections.abc import Callable, Sequence
from datetime import datetime

from service.access import Actor, require
from service.audit_lines import Occasion
from service.db import Database
from service.usecases.auditing.audit_heads import AuditHead
from service.usecases.auditing.audit_verification import Verification, verify_log
from service.usecases.long_work.run_terms import Kind
from service.usecases.long_work.run_work import Watch, begin_run, carried_out

__all__ = ["check_log"]

_MOST_KEPT = 20
_UNWATCHED = Watch()


def check_log(
    database: Database,
    *,
    actor: Actor,
    now: Callable[[], datetime],
    heads: Sequence[AuditHead] = (),
    occasion: Occasion | None = None,
    watch: Watch = _UNWATCHED,
) -> Verification:
    """Check every line of the log, told block by block; it only reads, so that nobody waits for it.

    Parameters
    ----------
    database : Database
    actor : Actor
    now : callable
        Gives the moment; the lease needs the clock to go on.
    heads : sequence of AuditHead, optional
        Kept elsewhere.
    occasion : Occasion, optional
        What the audit log keeps besides who did what.
    watch : Watch

    Raises
    ------
    WorkLocked
        If another process is checking.
    Stopped
        If somebody said so before every line was read: nothing is said of the log.
    """
    require(actor, "verify_audit")
    work = begin_run(database, kind=Kind.AUDIT, actor=actor, now=now, watch=watch, n_all=0)
    with carried_out(work):
        with database.reading(actor, occasion=occasion) as session:
            found = verify_log(session, actor=actor, heads=heads, now=now(), on_progress=work.step)
        work.result = {
            "n_lines": found.n_lines,
            "n_heads": len(heads),
            "n_breaks": found.n_breaks,
            "breaks": [(one.kind, one.first, one.last) for one in found.breaks[:_MOST_KEPT]],
        }
    return found
