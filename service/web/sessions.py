"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from service.context import (
    SESSION_KEY,
    current_visit,
    database,
    directory,
    now,
    origin,
    provider,
    settings,
    unit_of_work,
)
from service.errors import InvalidInput, ServiceError
from service.usecases import accounts
from service.web.errors import retry_after
from service.web.sign_in_steps import go_on_with, step_address

__all__ = ["blueprint"]

blueprint = Blueprint("sessions", __name__)
_LONGEST = 200


@blueprint.get("/login")
def login() -> str | Response:
    """Show the form; who is signed in already, or half-way, goes on."""
    visit = current_visit()
    if visit is not None:
        return redirect(step_address(visit.stage, request.args.get("next", "")), 303)
    return _form(wanted=request.args.get("next", ""))


@blueprint.post("/login")
def sign_in() -> tuple[str, int, dict[str, str]] | Response:
    """Check name and password, open a session and go to the page that was wanted."""
    username, password = request.form.get("username", "").strip(), request.form.get("password", "")
    wanted = request.form.get("next", "")
    outcome = _attempt(username, password)
    if isinstance(outcome, ServiceError):
        page, headers = _form(wanted=wanted, username=username, error=outcome), retry_after(outcome)
        return page, outcome.status, headers
    return go_on_with(outcome, wanted=wanted)  # a token that was planted before is worth nothing after it


@blueprint.post("/logout")
def sign_out() -> Response:
    """End the session at once."""
    token = session.get(SESSION_KEY)
    if isinstance(token, str):
        with unit_of_work() as db:
            accounts.sign_out(db, token=token, now=now())
    session.clear()
    flash(_("Signed out."), "done")
    return redirect(url_for("sessions.login"), 303)


def _attempt(username: str, password: str) -> accounts.SignIn | ServiceError:
    if not username or not password or len(username) > _LONGEST or len(password) > _LONGEST:
        return InvalidInput(Text("请填写账号和口令。", "Give both the account name and the password."))
    return accounts.sign_in(
        database(),
        username=username,
        password=password,
        settings=settings().accounts,
        origin=origin(),
        directory=directory(),
        now=now(),
    )


def _form(*, wanted: str, username: str = "", error: ServiceError | None = None) -> str:
    has_provider = provider() is not None
    return render_template("login.html", wanted=wanted, username=username, error=error, has_provider=has_provider)
