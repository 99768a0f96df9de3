"""Model files: kept as they were trained, handed out, and taken in; a file never comes into force by itself."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.errors import MatchingError
from matching.training import Model
from matching.vocabulary import Text
from service.access import Actor, require
from service.db import allocate_ids
from service.errors import InvalidInput
from service.models.training import ScorecardModel
from service.usecases.auditing import audit
from service.usecases.cards.models import get_model, of_another_rulebook, parsed_model, unusable

__all__ = ["LARGEST_FILE", "export_model", "import_model", "model_text", "store_model"]

LARGEST_FILE = 4 * 1024 * 1024  # bytes; a model of three dozen bags has some 100 kB


def model_text(model: Model) -> str:
    """Return the model file: JSON with one line for each part, the same on every machine."""
    return json.dumps(model.as_document(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def store_model(session: Session, *, model: Model, actor: Actor, origin: str, now: datetime) -> bool:
    """Keep a model as a challenger; a known version stays as it is unless its stored file is damaged.

    Returns
    -------
    bool
        Whether something was written.
    """
    row = session.scalar(select(ScorecardModel).where(ScorecardModel.version == model.version))
    if row is not None and _is_intact(row):
        return False
    if row is None:
        (model_id,) = allocate_ids(session, ScorecardModel.__tablename__)
        row = ScorecardModel(id=model_id, version=model.version, post_type=model.card.post)
        session.add(row)
    row.content, row.content_hash = model_text(model), model.hash
    row.origin, row.trained_by, row.trained_at = origin, actor.username, now
    session.flush()
    return True


def export_model(session: Session, *, actor: Actor, version: str) -> str:
    """Return the model file of a version.

    Raises
    ------
    NotFound
        If there is no model of this version.
    InvalidInput
        If the stored file is damaged.
    """
    return model_text(get_model(session, actor=actor, version=version))


def import_model(session: Session, *, actor: Actor, content: bytes, now: datetime, place: str = "file") -> Model:
    """Take a model file in as a challenger.

    Parameters
    ----------
    session : Session
    actor : Actor
    content : bytes
    now : datetime
    place : str
        Name of the file, for messages.

    Raises
    ------
    InvalidInput
        If the file is too large, is no intact model file of this release, or was learned under another rulebook.
    """
    require(actor, "train_models")
    if len(content) > LARGEST_FILE:
        raise InvalidInput(
            Text(f"文件超过 {LARGEST_FILE:,} 字节。", f"The file has more than {LARGEST_FILE:,} bytes."),
            remedy=Text(
                "请使用 talentpool models export 导出的文件。", "Use a file written by talentpool models export."
            ),
            place=place,
        )
    try:
        model = parsed_model(content)
    except MatchingError as error:
        where = f"{place}, {error.place}" if error.place else place
        raise InvalidInput(error.problem, remedy=_INTACT, place=where) from error
    if (other := of_another_rulebook(session, model)) is not None:
        raise unusable(model.version, other)
    is_new = store_model(session, model=model, actor=actor, origin="imported", now=now)
    audit.record(
        session,
        actor=actor,
        action="import_model",
        subject_kind="model",
        subject_no=model.version,
        now=now,
        detail={"post": str(model.card.post), "is_new": is_new},
    )
    return model


_INTACT = Text(
    "未导入任何内容，现行评分卡不变。请使用 talentpool models export 导出的原文件。",
    "Nothing was taken in, the card in force stays. Use the file as talentpool models export wrote it.",
)


def _is_intact(row: ScorecardModel) -> bool:
    try:
        return parsed_model(row.content).hash == row.content_hash
    except MatchingError:
        return False
