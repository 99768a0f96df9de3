"""/api/v1/sessions: signing in by steps; the token of the last step is sent as any other."""

from dataclasses import replace
from typing import Any

from flask import Response

from matching.vocabulary import Text
from schemas.accounts import (
    AccountSessionSchema,
    CodeRequestSchema,
    NewPasswordRequestSchema,
    SignedInSchema,
    SignInRequestSchema,
)
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import (
    current_actor,
    database,
    directory,
    now,
    origin,
    reading,
    session_token,
    settings,
    unit_of_work,
)
from service.errors import ServiceError
from service.usecases import accounts

__all__ = ["doors", "resource"]

doors = Resource("sign_ins", title=Text("登录", "Signing in"), path="/sessions", is_door=True)
resource = Resource("sessions", title=Text("会话", "Sessions"))

_SESSION, _SIGNED_IN = AccountSessionSchema(), SignedInSchema()


@doors.operation(
    "POST",
    "",
    Text("登录：账号与口令", "Sign in with name and password"),
    body=SignInRequestSchema,
    answer=SignedInSchema,
    status=201,
)
def open_session(wanted: dict[str, Any]) -> Response:
    """Answer with a token and what it still waits for; `open` waits for nothing."""
    return _answered(
        accounts.sign_in(
            database(), settings=settings().accounts, origin=_program(), directory=directory(), now=now(), **wanted
        )
    )


@doors.operation(
    "POST",
    "/second-factor",
    Text("登录第二步：验证码", "Second step: the code"),
    body=CodeRequestSchema,
    answer=SignedInSchema,
    status=201,
)
def give_second_factor(wanted: dict[str, Any]) -> Response:
    """Answer with the token that goes on."""
    return _answered(
        accounts.give_second_factor(
            database(), token=session_token(), code=wanted["code"], settings=settings().accounts, now=now()
        )
    )


@doors.operation(
    "POST",
    "/password",
    Text("修改自己的口令", "Change one's password"),
    body=NewPasswordRequestSchema,
    answer=SignedInSchema,
    status=201,
)
def change_password(wanted: dict[str, Any]) -> Response:
    """Answer with the token that goes on; all other sessions of the account have ended."""
    return _answered(
        accounts.change_password(
            database(),
            token=session_token(),
            current=wanted.get("current"),
            password=wanted["password"],
            settings=settings().accounts,
            now=now(),
        )
    )


@resource.operation("GET", "", Text("列出自己的会话", "List one's sessions"), answer=AccountSessionSchema(many=True))
def list_sessions() -> Response:
    """Answer with the living sessions of the account, the newest first."""
    with reading() as session:
        rows = accounts.list_sessions(
            session, actor=current_actor(), settings=settings().accounts, now=now(), token=session_token()
        )
    return Answer.of(_SESSION.dump(rows, many=True)).response()


@resource.operation(
    "DELETE",
    "/<session_no>",
    Text("结束自己的一个会话", "End one of one's sessions"),
    answer=AccountSessionSchema(many=True),
)
def end_session(session_no: str) -> Response:
    """Answer with the sessions that are left."""
    with unit_of_work() as session:
        accounts.end_session(session, actor=current_actor(), session_no=session_no, now=now())
    return list_sessions()


def _program() -> accounts.Origin:
    return replace(origin(), is_program=True)


def _answered(outcome: accounts.SignIn | ServiceError) -> Response:
    if isinstance(outcome, ServiceError):
        raise outcome
    return Answer.of(_SIGNED_IN.dump(outcome), status=201).response()
