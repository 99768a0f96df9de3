"""The blueprint of every resource: signed-in by default, strict about what comes in, problems as JSON."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, NoReturn, TypeVar, cast

from flask import Request, Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import MethodNotAllowed, default_exceptions
from werkzeug.routing import PathConverter

from matching.vocabulary import Text
from service import errors
from service.api.bodies import MAX_BODY_BYTES, read_json
from service.api.problems import REFUSABLE, problem_response, refusal_of
from service.api.refused_fields import invalid_input
from service.context import current_actor, signed_in_with
from service.sent_texts import check_text

__all__ = ["PREFIX", "Resource", "VacancyNumber", "guard", "protect"]

PREFIX = "/api/v1"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_ARGUMENT = 200
_HEADERS = {
    "ETag": "Version and digest of this representation; for If-None-Match and If-Match.",
    "Location": "Address of the new record.",
    "Idempotency-Replayed": "`true` when this is the first answer again.",
}

View = TypeVar("View", bound=Callable[..., Response])


class _StrictParser(FlaskParser):
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}  # noqa: RUF012 - as in webargs

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002 - the signature is webargs'
        return read_json(req)

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_: Any) -> NoReturn:  # noqa: ARG002 - the signature is webargs'
        raise invalid_input(error, schema) from error


class Resource(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A resource under /api/v1.

    Every request needs a known account, whatever its path and method; what the account may do is checked by the use
    case that it asks for.

    Parameters
    ----------
    name : str
        Plural subject name.
    title : Text
        What the resource is, for the API document.
    path : str, optional
        Path below ``/api/v1``; the name with a dash for each underscore unless given.
    is_door : bool
        Whether it lets in who is not known yet: signing in, and nothing else.
    """

    ARGUMENTS_PARSER = _StrictParser()

    def __init__(self, name: str, *, title: Text, path: str | None = None, is_door: bool = False) -> None:
        self.title = title
        prefix = PREFIX + (f"/{name.replace('_', '-')}" if path is None else path)
        super().__init__(f"api_{name}", __name__, url_prefix=prefix, description=title.en)
        guard(self, is_door=is_door)

    def operation(
        self,
        method: str,
        path: str,
        title: Text,
        *,
        answer: type[Schema] | Schema | dict[str, str],
        status: int = 200,
        content_type: str | None = None,
        query: type[Schema] | None = None,
        body: type[Schema] | Schema | None = None,
        headers: Sequence[str] = (),
        form: Mapping[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Register a view and say in the API document what it does.

        Parameters
        ----------
        method, path : str
        title : Text
            One line in both languages.
        answer : Schema
            Shape of the answer; for the document only, the view encodes by itself. A file is told as JSON Schema.
        status : int
            Of the answer when all is well.
        content_type : str, optional
            Of an answer that is no JSON.
        query, body : Schema, optional
            Loaded strictly and passed to the view, the query first.
        headers : sequence of str
            Names of headers that the answer carries.
        form : mapping, optional
            Shape of a multipart form, for the document only; the view reads it by itself.
        """
        documented = {name: {"schema": {"type": "string"}, "description": _HEADERS[name]} for name in headers}

        def decorate(view: View) -> View:
            function = self.response(status, answer, headers=documented or None, content_type=content_type)(view)
            if body is not None:
                function = self.arguments(body)(function)
            if query is None:
                function = _without_arguments(function)
            else:
                function = self.arguments(query, location="query")(function)
            if form is not None:
                content = {"multipart/form-data": {"schema": dict(form)}}
                function = self.doc(requestBody={"required": True, "content": content})(function)
            function = self.doc(summary=title.en, **{"x-summary-zh": title.zh})(function)
            self.route(path, methods=[method])(function)
            return view

        return decorate


class VacancyNumber(PathConverter):
    """The number of a vacancy as the last part of an address; it may hold slashes, but is no part of the vacancy."""

    regex = r"(?!.*/(?:checks|comparisons|explanations/.+|history|moves|ranking|shortlists|waivers|what-if)\Z)[^/].*?"


def _without_arguments(function: View) -> View:
    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Response:
        if request.args:
            raise errors.InvalidInput(
                Text("该地址不接受查询参数。", "This address takes no query parameters."),
                remedy=Text("请去掉“?”之后的内容。", "Leave out everything after the question mark."),
                place=next(iter(request.args)),
            )
        return function(*args, **kwargs)

    return cast("View", checked)


def guard(blueprint: Any, *, is_door: bool = False) -> None:
    """Let only known accounts in, and answer every refusal as a problem document.

    The handlers are registered for each status too: Flask prefers an application's handler for a status to a
    blueprint's handler for a class, and the pages have handlers of their own.
    """
    blueprint.before_request(_admit_at_door if is_door else _admit)
    blueprint.after_request(protect)
    for kind in REFUSABLE:
        blueprint.register_error_handler(kind, _refuse)
    for status in default_exceptions:
        blueprint.register_error_handler(status, _refuse)


def _admit() -> None:
    current_actor()
    if request.method not in _READS and signed_in_with() != "token":
        raise errors.Unauthenticated(
            Text("写操作须使用令牌。", "A write needs a token."),
            remedy=Text("请在请求头 Authorization 中提供 Bearer 令牌。", "Send a token as Authorization: Bearer."),
            place="Authorization",
        )
    _check_request()


def _admit_at_door() -> None:
    if request.method != "POST":
        _admit()
    _check_request()


def _check_request() -> None:
    request.max_content_length = MAX_BODY_BYTES
    for name, value in request.args.items(multi=True):
        check_text(name, place="query", longest=_LONGEST_ARGUMENT)
        check_text(value, place=name, longest=_LONGEST_ARGUMENT)
    for value in (request.view_args or {}).values():
        _check_number(str(value))


def _check_number(number: str) -> None:
    try:
        check_text(number, place="path", longest=_LONGEST_ARGUMENT)
    except errors.InvalidInput as error:
        raise errors.NotFound(
            Text("没有这个编号。", "There is no such number."),
            remedy=Text("请核对编号。", "Check the number."),
            place="path",
        ) from error


def _refuse(error: Exception) -> Response:
    response = problem_response(refusal_of(error))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def protect(response: Response) -> Response:
    """Keep answers out of caches and frames: they hold personal data."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response
