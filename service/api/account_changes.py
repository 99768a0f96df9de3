"""/api/v1/accounts and /account-changes: who there is, and changes that a second person confirms."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from schemas.accounts import (
    AccountChangeRequestSchema,
    AccountChangeSchema,
    AccountRowSchema,
    GivenPasswordSchema,
    ReasonRequestSchema,
)
from schemas.base import StrictSchema
from schemas.choices import Choice
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.api.idempotency import once
from service.context import current_actor, now, reading, settings
from service.usecases import accounts

__all__ = ["changes", "resource"]

resource = Resource("accounts", title=Text("账号", "Accounts"))
changes = Resource("account_changes", title=Text("账号变更", "Changes of accounts"))

_ROW, _CHANGE, _GIVEN = AccountRowSchema(), AccountChangeSchema(), GivenPasswordSchema()


class ChangesQuerySchema(StrictSchema):
    """Which changes."""

    state = Choice("open", "all", load_default="open", metadata={"enum": ["open", "all"]})


@resource.operation("GET", "", Text("列出账号", "List the accounts"), answer=AccountRowSchema(many=True))
def list_accounts() -> Response:
    """Answer with all accounts by name."""
    with reading() as session:
        rows = accounts.list_accounts(session, actor=current_actor(), now=now())
    return Answer.of([_ROW.dump(_shown(row)) for row in rows]).response()


@resource.operation(
    "POST",
    "/<username>/password",
    Text("重设口令（仅显示一次）", "Give a new password, shown this once"),
    answer=GivenPasswordSchema,
    status=201,
    headers=("Idempotency-Replayed",),
)
def give_password(username: str) -> Response:
    """End the sessions of the account; the new password must be changed at the next sign-in."""

    def work(session: Session) -> Answer:
        password = accounts.set_password(
            session, actor=current_actor(), username=username, settings=settings().accounts, now=now()
        )
        return Answer.of(_GIVEN.dump({"username": username, "password": password}), status=201)

    return once(work)


@resource.operation(
    "POST",
    "/<username>/unlock",
    Text("解除锁定", "Unlock an account"),
    answer=GivenPasswordSchema,
    headers=("Idempotency-Replayed",),
)
def unlock(username: str) -> Response:
    """Let the account try again at once."""

    def work(session: Session) -> Answer:
        accounts.unlock_account(session, actor=current_actor(), username=username, now=now())
        return Answer.of(_GIVEN.dump({"username": username, "password": None}))

    return once(work)


@resource.operation(
    "POST",
    "/<username>/second-factor-reset",
    Text("解除第二重验证", "Take the second factor off"),
    body=ReasonRequestSchema,
    answer=GivenPasswordSchema,
    headers=("Idempotency-Replayed",),
)
def reset_second_factor(wanted: dict[str, Any], username: str) -> Response:
    """For who lost the device: sessions end, the reason is kept."""

    def work(session: Session) -> Answer:
        accounts.reset_second_factor(
            session, actor=current_actor(), username=username, reason=wanted["reason"], now=now()
        )
        return Answer.of(_GIVEN.dump({"username": username, "password": None}))

    return once(work)


@resource.operation(
    "POST",
    "/<username>/unlinking",
    Text("解除统一身份绑定", "Unlink from the provider of single sign-on"),
    body=ReasonRequestSchema,
    answer=GivenPasswordSchema,
    headers=("Idempotency-Replayed",),
)
def unlink_provider(wanted: dict[str, Any], username: str) -> Response:
    """For whom the provider has under another identity: sessions end, the next sign-in links the account anew."""

    def work(session: Session) -> Answer:
        accounts.unlink_provider(session, actor=current_actor(), username=username, reason=wanted["reason"], now=now())
        return Answer.of(_GIVEN.dump({"username": username, "password": None}))

    return once(work)


@changes.operation(
    "GET",
    "",
    Text("列出账号变更申请", "List the changes of accounts"),
    query=ChangesQuerySchema,
    answer=AccountChangeSchema(many=True),
)
def list_changes(query: dict[str, Any]) -> Response:
    """Answer with the changes that wait, or all."""
    with reading() as session:
        rows = accounts.list_changes(session, actor=current_actor(), now=now(), is_open=query["state"] == "open")
    return Answer.of([_CHANGE.dump(_shown(row)) for row in rows]).response()


@changes.operation(
    "POST",
    "",
    Text("申请账号变更，待另一人确认", "Ask for a change of an account"),
    body=AccountChangeRequestSchema,
    answer=AccountChangeSchema,
    status=201,
    headers=("Idempotency-Replayed",),
)
def request_change(wanted: dict[str, Any]) -> Response:
    """Nothing changes until somebody else confirms; who asks for a password shuts the account out at once."""

    def work(session: Session) -> Answer:
        row = accounts.request_change(
            session,
            actor=current_actor(),
            kind=accounts.ChangeKind(wanted["kind"]),
            username=wanted["username"],
            reason=wanted["reason"],
            roles=accounts.roles_of_words(wanted.get("roles") or ()),
            territory=accounts.territory_of_text(session, wanted.get("territory")),
            way=accounts.SignInWay(wanted.get("sign_in_way") or accounts.SignInWay.PASSWORD),
            holder_name=wanted.get("holder_name"),
            settings=settings().accounts,
            now=now(),
        )
        return Answer.of(_CHANGE.dump(_shown(row)), status=201)

    return once(work)


@changes.operation(
    "POST",
    "/<change_no>/confirm",
    Text("确认账号变更", "Confirm a change"),
    answer=AccountChangeSchema,
    headers=("Idempotency-Replayed",),
)
def confirm(change_no: str) -> Response:
    """Put it into effect; the second half of the password that comes of it is shown this once."""
    return _decided(change_no, accounts.Decision.CONFIRMED)


@changes.operation(
    "POST",
    "/<change_no>/refuse",
    Text("拒绝账号变更", "Refuse a change"),
    answer=AccountChangeSchema,
    headers=("Idempotency-Replayed",),
)
def refuse(change_no: str) -> Response:
    """Let it come to nothing."""
    return _decided(change_no, accounts.Decision.REFUSED)


def _decided(change_no: str, decision: accounts.Decision) -> Response:
    def work(session: Session) -> Answer:
        made = accounts.decide_change(session, actor=current_actor(), change_no=change_no, decision=decision, now=now())
        return Answer.of(_CHANGE.dump({**_shown(made.change), "second_half": made.second_half}))

    return once(work)


def _shown(row: accounts.AccountRow | accounts.ChangeRow) -> dict[str, Any]:
    return {**vars(row), "territory": accounts.territory_as_text(row.territory)}
