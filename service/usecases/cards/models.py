"""Learned models: which there are, which are in force, and reading one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.errors import MatchingError
from matching.training import Model
from matching.vocabulary import PostType, Text
from service.access import Actor, require
from service.errors import InvalidInput, NotFound
from service.models.training import ScorecardModel
from service.queries.cards import champion_versions
from service.queries.rulebooks import rulebook_in_force

__all__ = [
    "LATEST",
    "ListedModel",
    "find_model",
    "get_model",
    "latest_versions",
    "list_models",
    "of_another_rulebook",
    "parsed_model",
    "readable_model",
    "unusable",
]

LATEST = "latest"


@dataclass(frozen=True, kw_only=True)
class ListedModel:
    """One line of the list of models.

    Parameters
    ----------
    version : str
    post : PostType
    origin : {"trained", "imported"}
    trained_by : str
        The account that trained it or handed it in.
    trained_at : datetime
    is_champion : bool
        Whether its card is in force.
    model : Model or None
        None where the stored file cannot be read.
    problem : Text or None
        Why it must not come into force, or should not stay there: damaged, or learned under another rulebook.
    """

    version: str
    post: PostType
    origin: str
    trained_by: str
    trained_at: datetime
    is_champion: bool
    model: Model | None
    problem: Text | None


def list_models(session: Session, *, actor: Actor, post: PostType | None = None) -> list[ListedModel]:
    """Return all models, the newest first; a damaged one is listed with what is wrong with it."""
    require(actor, "read_models")
    champions = champion_versions(session)
    query = select(ScorecardModel).order_by(ScorecardModel.id.desc())
    if post is not None:
        query = query.where(ScorecardModel.post_type == post)
    return [_listed(session, row, champions) for row in session.scalars(query)]


def find_model(session: Session, *, actor: Actor, version: str) -> ListedModel:
    """Return one model, readable or not.

    Raises
    ------
    NotFound
        If there is no model of this version.
    """
    require(actor, "read_models")
    return _listed(session, _row(session, version), champion_versions(session))


def get_model(session: Session, *, actor: Actor, version: str) -> Model:
    """Return one model.

    Raises
    ------
    NotFound
        If there is no model of this version.
    InvalidInput
        If its stored file is damaged.
    """
    require(actor, "read_models")
    return readable_model(session, version)


def readable_model(session: Session, version: str) -> Model:
    """Return one model; errors as in `get_model`."""
    listed = _listed(session, _row(session, version), champion_versions(session))
    if listed.model is None:
        assert listed.problem is not None  # noqa: S101 - a model that cannot be read says why
        raise unusable(version, listed.problem)
    return listed.model


def latest_versions(session: Session, *, actor: Actor, post: PostType | None = None) -> dict[PostType, str]:
    """Return the newest model of each kind of post, or of one.

    Raises
    ------
    NotFound
        If there is none.
    """
    newest: dict[PostType, str] = {}
    for listed in list_models(session, actor=actor, post=post):
        newest.setdefault(listed.post, listed.version)
    if not newest:
        raise NotFound(
            Text("还没有学到的评分卡。", "Nothing has been learned yet."),
            remedy=Text("请先运行 talentpool train。", "Run talentpool train first."),
            place="version",
            value=LATEST,
        )
    return {kind: newest[kind] for kind in PostType if kind in newest}


def parsed_model(content: str | bytes) -> Model:
    """Read a model file.

    Raises
    ------
    MatchingError
        If it is no JSON, or no model that can be used; see `Model.from_document`.
    """
    try:
        return Model.from_document(json.loads(content))
    except MatchingError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        problem = Text("文件残缺，或不是模型文件。", "The file is incomplete, or no model file.")
        raise MatchingError(problem, place="model") from error


def unusable(version: str, problem: Text) -> InvalidInput:
    """Return the refusal of a model that must not be used."""
    return InvalidInput(
        problem,
        remedy=Text(
            "现行评分卡不变。请用 talentpool train 重新训练，或导入完好的模型文件。",
            "The card in force stays. Train again (talentpool train), or import an intact model file.",
        ),
        place=f"model {version}",
        value=version,
    )


def of_another_rulebook(session: Session, model: Model) -> Text | None:
    """Say so if a model was learned under another rulebook than the one in force."""
    theirs, ours = model.card.rulebook_version, rulebook_in_force(session).version
    if theirs == ours:
        return None
    return Text(
        f"评分卡学自规则手册 {theirs}，现行规则手册为 {ours}。",
        f"The card was learned under rulebook {theirs}; {ours} is in force.",
    )


def _listed(session: Session, row: ScorecardModel, champions: Mapping[PostType, str | None]) -> ListedModel:
    model: Model | None
    try:
        model = parsed_model(row.content)
        problem = of_another_rulebook(session, model)
        if model.version != row.version or model.hash != row.content_hash:
            model, problem = None, Text("留存的内容是另一个模型。", "What is stored is another model.")
    except MatchingError as error:
        place = f"{error.place} " if error.place else ""
        model, problem = None, Text(f"{place}{error.problem.zh}", f"{place}{error.problem.en}")
    return ListedModel(
        version=row.version,
        post=row.post_type,
        origin=row.origin,
        trained_by=row.trained_by,
        trained_at=row.trained_at,
        is_champion=champions[row.post_type] == row.version,
        model=model,
        problem=problem,
    )


def _row(session: Session, version: str) -> ScorecardModel:
    row = session.scalar(select(ScorecardModel).where(ScorecardModel.version == version))
    if row is None:
        raise NotFound(
            Text(f"没有版本为 {version} 的模型。", f"There is no model {version}."),
            remedy=Text("talentpool models list 列出全部版本。", "talentpool models list shows all versions."),
            place="version",
            value=version,
        )
    return row
