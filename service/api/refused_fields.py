"""What a schema refused, as one refusal: each field by its path, unknown names with the known ones."""

from marshmallow import Schema, ValidationError

from matching.vocabulary import Text
from schemas.problems import UNKNOWN_FIELD, Problem, problems_by_path
from service.errors import InvalidInput

__all__ = ["invalid_input"]

_WHOLE = {"query": "query", "json": "body"}
_SEE_FIELDS = Text("请按 fields 逐项修改后重试。", "Mend what `fields` lists and send the request again.")
_SEE_DOCUMENT = Text("请对照 /api/docs 填写。", "Compare it with /api/docs.")
_UNKNOWN_ARGUMENT = Problem(Text("没有这个查询参数。", "There is no such query parameter."))


def invalid_input(error: ValidationError, schema: Schema) -> InvalidInput:
    """Return the refusal that stands for a failed load.

    Parameters
    ----------
    error : ValidationError
        As webargs raises it: messages by location, then by field.
    schema : Schema
        Its fields are the known names.
    """
    assert isinstance(error.messages, dict)  # noqa: S101 - webargs puts the location first
    ((location, messages),) = error.messages.items()
    refused = {
        path or _WHOLE[location]: [_named(problem, location, schema) for problem in problems]
        for path, problems in problems_by_path(messages).items()
    }
    place, problems = next(iter(refused.items()))
    n_problems = sum(map(len, refused.values()))
    return InvalidInput(
        problems[0].problem if n_problems == 1 else _count(n_problems),
        remedy=(problems[0].remedy or _SEE_DOCUMENT) if n_problems == 1 else _SEE_FIELDS,
        place=place,
        value=problems[0].value if n_problems == 1 else None,
        fields={path: [problem.sentence() for problem in several] for path, several in refused.items()},
    )


def _count(n_problems: int) -> Text:
    return Text(f"有 {n_problems} 处需要修改。", f"{n_problems} values cannot be accepted.")


def _named(problem: Problem, location: str, schema: Schema) -> Problem:
    """Let the refusal of an unknown name say which names are known."""
    if problem is not UNKNOWN_FIELD:
        return problem
    said = _UNKNOWN_ARGUMENT if location == "query" else problem
    return Problem(said.problem, _known_names(schema))


def _known_names(schema: Schema) -> Text:
    listed = ", ".join(_names(schema))
    return Text(f"可用名称：{listed}。", f"Known names: {listed}.")


def _names(schema: Schema) -> list[str]:
    return [str(field.data_key or name) for name, field in schema.load_fields.items()]
