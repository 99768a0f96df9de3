"""/api/v1/vacancies/{vacancy_no}: explanations, comparisons and what-ifs about people for this vacancy."""

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import Schema

from matching.vocabulary import Text
from schemas.explanations import (
    ComparisonQuerySchema,
    ComparisonSchema,
    ExplanationSchema,
    WhatIfRequestSchema,
    WhatIfSchema,
)
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, now, reading
from service.usecases.lists import explanations, what_ifs

__all__ = ["resource"]

resource = Resource("explanations", title=Text("得分说明", "Explanations"), path="/vacancies")

_EXPLANATION, _COMPARISON, _WHAT_IF = ExplanationSchema(), ComparisonSchema(), WhatIfSchema()


@resource.operation(
    "GET",
    "/<path:vacancy_no>/explanations/<path:person_no>",
    Text(
        "说明一人对岗位的得分，以及提高哪些条件最有帮助",
        "Explain a person's score for a vacancy, and what would help most",
    ),
    answer=ExplanationSchema,
)
def explain_person(vacancy_no: str, person_no: str) -> Response:
    """Answer with every point and rule as things stand; nothing is stored."""
    return _answered(_EXPLANATION, explanations.explain_person, vacancy_no=vacancy_no, person_no=person_no)


@resource.operation(
    "GET",
    "/<path:vacancy_no>/comparisons",
    Text("并排比较两人对岗位的得分", "Compare two people for a vacancy"),
    query=ComparisonQuerySchema,
    answer=ComparisonSchema,
)
def compare_people(query: dict[str, Any], vacancy_no: str) -> Response:
    """Answer with the points of both, criterion by criterion; the differences add up exactly."""
    return _answered(_COMPARISON, explanations.compare_people, vacancy_no=vacancy_no, **query)


@resource.operation(
    "POST",
    "/<path:vacancy_no>/what-if",
    Text("推演：换一组权重，或改变一人的情况", "What if: other weights, or other facts of a person"),
    body=WhatIfRequestSchema,
    answer=WhatIfSchema,
)
def try_out(asked: dict[str, Any], vacancy_no: str) -> Response:
    """Answer with places and points before and after; nothing is stored, and nobody's eligibility changes."""
    return _answered(_WHAT_IF, what_ifs.what_if, vacancy_no=vacancy_no, **asked)


def _answered(schema: Schema, question: Callable[..., object], **asked: Any) -> Response:
    """Ask as things stand, and write the answer while the session is open: it reads people as it goes."""
    with reading() as session:
        found = question(session, actor=current_actor(), now=now(), **asked)
        return Answer.of(schema.dump(found)).response()
