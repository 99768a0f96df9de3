"""A file on its way in, kept sealed from step to step for its owner alone, and only for some hours."""

import json
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path, PureWindowsPath
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import Conflict, InvalidInput, NotFound, ServiceError
from service.files.limits import MOST_BYTES, too_large
from service.models.uploads import Upload
from service.usecases.auditing import audit
from service.usecases.incoming.import_kinds import IMPORT_KINDS, require_kind
from service.usecases.incoming.upload_terms import UploadTerms

__all__ = [
    "KEPT_FOR",
    "Upload",
    "begin_work",
    "change_terms",
    "content_of",
    "drop_upload",
    "find_upload",
    "forget_expired_uploads",
    "is_at_work",
    "keep_refusal",
    "list_uploads",
    "receive_upload",
    "report_of_upload",
    "stored_file",
    "terms_of",
]

KEPT_FOR = timedelta(hours=12)  # from the last step on
_LONGEST_WORK = timedelta(minutes=30)  # after which whoever began it is taken for dead
_MOST_KEPT = 5  # for one account
_LONGEST_NAME = 120


def receive_upload(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    file_name: str,
    content: bytes,
    now: datetime,
    terms: UploadTerms | None = None,
) -> Upload:
    """Keep a file that is to be imported; of more than five of one account the oldest is removed.

    Parameters
    ----------
    session : Session
    actor : Actor
    kind : {"people", "vacancies", "villages", "decisions", "training"}
    file_name : str
        As the browser tells it; folders are cut off.
    content : bytes
        At most 50 MB.
    now : datetime
    terms : UploadTerms, optional

    Raises
    ------
    Forbidden
        If the actor may not import.
    InvalidInput
        If the kind is not known, or the file has no name that a file can have.
    UnreadableFile
        If it is empty or too large.
    """
    require(actor, "import_files")
    name = _checked_name(file_name)
    if kind not in IMPORT_KINDS:
        raise InvalidInput(Text("请选择表的种类。", "Choose the kind of table."), place="kind", value=kind[:20])
    require_kind(actor, kind)
    if not content:
        raise InvalidInput(
            Text("文件是空的。", "The file is empty."), remedy=Text("请另选文件。", "Choose another one."), place="file"
        )
    if len(content) > MOST_BYTES:
        raise too_large(name, f"{len(content) / 1e6:,.0f} MB", f"{MOST_BYTES / 1e6:,.0f} MB")
    forget_expired_uploads(session, now=now)
    for old in list_uploads(session, actor=actor, now=now)[_MOST_KEPT - 1 :]:
        session.delete(old)
    (upload_id,) = allocate_ids(session, Upload.__tablename__)
    upload = Upload(id=upload_id, username=actor.username, kind=kind, state="received", n_bytes=len(content))
    upload.received_at, upload.expires_at = now, now + KEPT_FOR
    with session.no_autoflush:
        session.add(upload)
        upload.file_name, upload.content = name, b64encode(content).decode("ascii")
        upload.terms = (terms or UploadTerms()).as_json()
    _record(session, actor, "receive_upload", upload, now, {"kind": kind, "n_bytes": len(content)})
    return upload


def list_uploads(session: Session, *, actor: Actor, now: datetime) -> Sequence[Upload]:
    """Return the actor's own uploads that are still kept, the newest first.

    Raises
    ------
    Forbidden
        If the actor may not import.
    """
    require(actor, "import_files")
    wanted = Upload.username == actor.username, Upload.expires_at > now
    return session.scalars(select(Upload).where(*wanted).order_by(Upload.id.desc())).all()


def find_upload(session: Session, *, actor: Actor, upload_id: int, now: datetime) -> Upload:
    """Return one of the actor's own uploads.

    Raises
    ------
    Forbidden
        If the actor may not import.
    NotFound
        If there is none of this number, it is somebody else's, or it is no longer kept.
    """
    require(actor, "import_files")
    found = session.get(Upload, upload_id)
    if found is None or found.username != actor.username or found.expires_at <= now:
        raise NotFound(
            Text("这个文件已不再保留。", "This file is no longer kept."),
            remedy=Text("请重新上传；已导入的数据不受影响。", "Upload it again; what was imported is not touched."),
            place="upload",
        )
    return found


def terms_of(upload: Upload) -> UploadTerms:
    """Return what is given for a file."""
    return UploadTerms.of_json(upload.terms)


def report_of_upload(upload: Upload) -> dict[str, Any] | None:
    """Return what the last check or the import said, None before the first; a refusal has the key ``refusal``."""
    return json.loads(upload.report) if upload.report_sealed is not None else None


def change_terms(
    session: Session, *, actor: Actor, upload: Upload, terms: UploadTerms, now: datetime, kind: str | None = None
) -> None:
    """Give other terms for a file; what was checked under the former ones is forgotten unless only cells differ.

    Raises
    ------
    Conflict
        If it is being checked or imported, or is imported already.
    Forbidden
        If the actor may not bring this kind of table.
    """
    require_kind(actor, kind or upload.kind)
    _refuse_unless_open(upload, now)
    if kind not in {None, upload.kind} or terms_of(upload).reading != terms.reading:
        upload.report = None
    upload.terms, upload.expires_at = terms.as_json(), now + KEPT_FOR
    upload.kind, upload.state = kind or upload.kind, "received"
    _record(session, actor, "change_upload", upload, now, {"n_cells_mended": len(terms.cells)})


def drop_upload(session: Session, *, actor: Actor, upload: Upload, now: datetime) -> None:
    """Remove a file at once; what was imported from it stays."""
    require(actor, "import_files")
    _record(session, actor, "drop_upload", upload, now, {})
    session.delete(upload)
    session.flush()


def forget_expired_uploads(session: Session, *, now: datetime) -> int:
    """Remove what nobody came back for, of every account, and return how many files that were."""
    found = session.execute(delete(Upload).where(Upload.expires_at <= now).execution_options(synchronize_session=False))
    return int(getattr(found, "rowcount", 0))


def begin_work(session: Session, *, actor: Actor, upload: Upload, state: str, now: datetime) -> None:
    """Note that a check or import of a file begins, so that no second one does.

    Parameters
    ----------
    state : {"checking", "importing"}

    Raises
    ------
    Conflict
        If one runs, or the file is imported already.
    """
    require(actor, "import_files")
    _refuse_unless_open(upload, now)
    upload.state, upload.begun_at, upload.expires_at = state, now, now + KEPT_FOR
    session.flush()


def is_at_work(upload: Upload, *, now: datetime) -> bool:
    """Whether a check or import of the file runs; one that began long ago is taken for dead."""
    begun = upload.begun_at
    return upload.state in {"checking", "importing"} and begun is not None and now - begun < _LONGEST_WORK


def keep_refusal(upload: Upload, refused: ServiceError) -> None:
    """Keep why a file could not be checked or imported, for whoever asks for it next."""
    told = {"problem": refused.problem._asdict(), "remedy": refused.remedy._asdict() if refused.remedy else None}
    upload.report = json.dumps({"refusal": {**told, "place": refused.place}}, ensure_ascii=False)
    upload.state, upload.begun_at = "received", None


@contextmanager
def stored_file(upload: Upload) -> Iterator[Path]:
    """Put a file aside under its own name while something reads it."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / upload.file_name
        path.write_bytes(content_of(upload))
        yield path


def content_of(upload: Upload) -> bytes:
    """Return what is kept: the file as it came, after the import what goes back to the clerk."""
    return b64decode(upload.content)


def _refuse_unless_open(upload: Upload, now: datetime) -> None:
    if upload.state == "imported":
        raise Conflict(
            Text("这个文件已经导入。", "This file is imported already."),
            remedy=Text("如需再次导入，请重新上传。", "Upload it again to import it once more."),
            place="upload",
        )
    if is_at_work(upload, now=now):
        raise Conflict(
            Text("这个文件正在处理。", "This file is being worked on."),
            remedy=Text("请等它完成。", "Wait until that has ended."),
            place="upload",
        )


def _checked_name(file_name: str) -> str:
    name = PureWindowsPath(file_name).name.strip()
    if not name or name in {".", ".."} or not name.isprintable() or len(name.encode()) > 2 * _LONGEST_NAME:
        raise InvalidInput(
            Text("没有收到文件，或文件名不能使用。", "There is no file, or its name cannot be used."),
            remedy=Text("请选择文件；文件名不超过 80 字。", "Choose a file with a name of at most 80 characters."),
            place="file",
        )
    return name


def _record(
    session: Session, actor: Actor, action: str, upload: Upload, now: datetime, detail: dict[str, object]
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="upload",
        subject_no=str(upload.id),
        now=now,
        detail=detail,
    )
    session.flush()
