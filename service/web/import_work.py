"""Checking and importing large files beside the requests: begun by one, followed by others, on any worker of a host."""

import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.context import current_actor, database, now, occasion
from service.errors import ServiceError, Stopped
from service.usecases.incoming import uploads
from service.usecases.incoming.imports import Progress
from service.usecases.incoming.uploads import Upload

__all__ = ["AGAIN", "AT_ONCE_BYTES", "BROKEN", "Standing", "begin", "standing_of"]

#: What is smaller is worked on within the request: it takes a second or two.
AT_ONCE_BYTES = 150_000
_TOLD_EVERY_S = 0.4

Work = Callable[[Session, Upload, Progress], object]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the work on a file has come.

    Parameters
    ----------
    step : str
        ``reading``, ``checking`` or ``saving``; "" if another host does it, which tells nothing.
    n_done, n_rows : int
        0 rows: not known.
    rate : float
        Rows a second.
    left_s : int or None
        Seconds that the step will still take.
    """

    step: str = ""
    n_done: int = 0
    n_rows: int = 0
    rate: float = 0.0
    left_s: int | None = None


def begin(upload_id: int, *, state: str, work: Work) -> None:
    """Work on an upload: a small one at once, a large one beside the requests.

    Parameters
    ----------
    upload_id : int
    state : {"checking", "importing"}
    work : callable
        Given a session in the territory of who asks, the upload, and whom to tell how far it is.

    Raises
    ------
    NotFound, Conflict
        If there is no such upload, or it is worked on.
    """
    actor, at, store, around = current_actor(), now(), database(), occasion()
    with store.unit_of_work(actor, occasion=around) as session:
        upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=at)
        uploads.begin_work(session, actor=actor, upload=upload, state=state, now=at)
        is_small = upload.n_bytes <= AT_ONCE_BYTES

    told = _file_of(upload_id)

    def do() -> None:
        with store.unit_of_work(actor, occasion=around) as session:
            upload = uploads.find_upload(session, actor=actor, upload_id=upload_id, now=at)
            work(session, upload, _Told(told))

    def give_up(refused: ServiceError) -> None:
        with store.unit_of_work(actor, occasion=around) as session:
            uploads.keep_refusal(uploads.find_upload(session, actor=actor, upload_id=upload_id, now=at), refused)

    if is_small:
        _guarded(do, give_up, told)
        return
    logger = current_app.logger

    def beside() -> None:
        try:
            _guarded(do, give_up, told)
        except Exception:
            logger.exception("the work on an upload failed")

    threading.Thread(target=beside, name=f"upload-{upload_id}").start()


def standing_of(upload: Upload) -> Standing | None:
    """Return how far the work on an upload is; None if nobody does it any more, for its process is gone."""
    try:
        told = json.loads(_file_of(upload.id).read_text(encoding="ascii"))
    except (OSError, ValueError):  # another host does it, or it has only begun
        return Standing() if uploads.is_at_work(upload, now=now()) else None
    with suppress(ProcessLookupError, PermissionError):
        os.kill(told["process"], 0)
        passed = max(time.time() - told["since"], 0.001)
        rate = told["n_done"] / passed
        left = round((told["n_rows"] - told["n_done"]) / rate) if rate and told["n_rows"] else None
        return Standing(step=told["step"], n_done=told["n_done"], n_rows=told["n_rows"], rate=rate, left_s=left)
    return None


def _guarded(do: Callable[[], None], give_up: Callable[[ServiceError], None], told: Path) -> None:
    """Do the work; whatever goes wrong, the upload does not stay as if it were being worked on."""
    try:
        do()
    except ServiceError as refused:
        give_up(refused)
    except BaseException:
        give_up(Stopped(BROKEN, remedy=AGAIN, place="upload"))
        raise
    finally:
        told.unlink(missing_ok=True)


class _Told:
    """Writes how far the work is into a file of this host: the database may be locked by the work itself."""

    def __init__(self, path: Path) -> None:
        self.path, self.step, self.since, self.last = path, "", 0.0, 0.0

    def __call__(self, step: str, n_done: int, n_rows: int) -> None:
        moment = time.time()
        if step != self.step:
            self.step, self.since, self.last = step, moment, 0.0
        if moment - self.last < _TOLD_EVERY_S:
            return
        self.last = moment
        told = {"step": step, "n_done": n_done, "n_rows": n_rows, "since": self.since, "process": os.getpid()}
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(told), encoding="ascii")
        new.replace(self.path)


def _file_of(upload_id: int) -> Path:
    """Return where the work on an upload tells how far it is; in a folder that nobody else may write into."""
    folder = Path(tempfile.gettempdir()) / f"talentpool-{os.getuid()}-{database().vault.fingerprint}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise Stopped(_FOREIGN.filled(folder=str(folder)), remedy=AGAIN, place="upload")
    return folder / f"upload-{upload_id}.json"


BROKEN = Text("处理中断，未导入任何数据。", "The work on the file was cut short; nothing was imported.")
AGAIN = Text("请重新开始；如再次出现，请告知管理员。", "Begin again; if it happens again, tell the administrator.")
_FOREIGN = Text("临时目录 {folder} 属于他人。", "The temporary folder {folder} belongs to somebody else.")
