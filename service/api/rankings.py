"""/api/v1/vacancies/{vacancy_no}/ranking: the replaceable result of the last rescoring."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from matching.vocabulary import Text
from schemas.base import StrictSchema
from schemas.grounds import GroundSchema, ground_document
from schemas.numbers import Whole
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, now, reading
from service.usecases.lists import rankings

__all__ = ["resource"]

resource = Resource("rankings", title=Text("排序", "Rankings"), path="/vacancies")


class RankingQuerySchema(StrictSchema):
    """How much of a ranking."""

    top = Whole(least=1, most=rankings.TOP, load_default=rankings.TOP, allow_none=False)


class RankedPersonSchema(Schema):
    """One place of a ranking; the score is in points."""

    rank = fields.Integer(required=True)
    person_no = fields.String(required=True)
    score = fields.Float(required=True)
    verdict = fields.String(required=True)
    waivers = fields.List(fields.Nested(GroundSchema), required=True)


class RankingSchema(Schema):
    """The current ranking of a vacancy; empty before the first rescoring."""

    vacancy_no = fields.String(required=True)
    scored_at = fields.AwareDateTime(required=True, allow_none=True)
    is_current = fields.Boolean(required=True)
    items = fields.List(fields.Nested(RankedPersonSchema), required=True)


@resource.operation(
    "GET",
    "/<path:vacancy_no>/ranking",
    Text("查看岗位的最新排序", "Show the current ranking of a vacancy"),
    query=RankingQuerySchema,
    answer=RankingSchema,
)
def show_ranking(query: dict[str, Any], vacancy_no: str) -> Response:
    """Answer with the ranking of the last rescoring; it changes with the next one, a shortlist does not."""
    with reading() as session:
        places = rankings.read_ranking(
            session, actor=current_actor(), vacancy_no=vacancy_no, top=query["top"], now=now()
        )
        state = rankings.ranking_state(session, actor=current_actor())
        items = [
            {
                "rank": place.rank,
                "person_no": place.person.person_no,
                "score": place.score / 100,
                "verdict": place.verdict.value,
                "waivers": [ground_document(ground) for ground in place.waivers],
            }
            for place in places
        ]
    document = {
        "vacancy_no": vacancy_no,
        "scored_at": state.scored_at.isoformat() if state.scored_at else None,
        "is_current": state.is_current,
        "items": items,
    }
    return Answer.of(document).response()
