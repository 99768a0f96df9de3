"""What comes after the password: the second factor, a password of one's own, binding a device."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.context import (
    SESSION_KEY,
    current_visit,
    database,
    now,
    session_token,
    settings,
    unit_of_work,
)
from service.errors import InvalidInput, ServiceError, Unauthenticated
from service.usecases import accounts
from service.usecases.accounts import Stage
from service.web.forms import asked_text
from service.web.language import own_address
from service.web.qr import qr_code

__all__ = ["blueprint", "go_on_with", "step_address"]

blueprint = Blueprint("sign_in_steps", __name__, url_prefix="/login")
_ENDPOINTS = {
    Stage.SECOND_FACTOR: "sign_in_steps.code",
    Stage.NEW_PASSWORD: "sign_in_steps.new_password",
    Stage.ENROLMENT: "sign_in_steps.enrolment",
}
_LONGEST_CODE = 40


def step_address(stage: Stage, wanted: str) -> str:
    """Return where a session at a stage goes on."""
    endpoint = _ENDPOINTS.get(stage)
    return url_for(endpoint, next=wanted or None) if endpoint else own_address(wanted)


def go_on_with(outcome: accounts.SignIn, *, wanted: str) -> Response:
    """Keep the new token in the cookie and go to the next step, or to the page that was wanted."""
    keep(outcome)
    return redirect(step_address(outcome.stage, wanted), 303)


def keep(outcome: accounts.SignIn) -> None:
    """Keep the token of a session in the cookie, and nothing of what was there before."""
    session.clear()
    session[SESSION_KEY] = outcome.token


@blueprint.get("/code")
def code() -> str | Response:
    """Ask for the code of the second factor."""
    return _form("sign_in/code.html") if _is_at(Stage.SECOND_FACTOR) else _elsewhere()


@blueprint.post("/code")
def give_code() -> tuple[str, int] | str | Response:
    """Check the code."""
    outcome = accounts.give_second_factor(
        database(),
        token=session_token(),
        code=request.form.get("code", "")[:_LONGEST_CODE],
        settings=settings().accounts,
        now=now(),
    )
    if isinstance(outcome, ServiceError):
        return _again("sign_in/code.html", outcome)
    return go_on_with(outcome, wanted=_wanted())


@blueprint.get("/password")
def new_password() -> str | Response:
    """Ask for a password of one's own."""
    return _form("sign_in/new_password.html") if _is_at(Stage.NEW_PASSWORD) else _elsewhere()


@blueprint.post("/password")
def give_password() -> tuple[str, int] | str | Response:
    """Change the password that was given out."""
    if not _is_at(Stage.NEW_PASSWORD):
        return _elsewhere()
    outcome = changed_password(current=None)
    if isinstance(outcome, ServiceError):
        return _again("sign_in/new_password.html", outcome)
    return go_on_with(outcome, wanted=_wanted())


@blueprint.get("/second-factor")
def enrolment() -> str | Response:
    """Show the secret for a device to somebody who may not work without one."""
    return _enrolment_form() if _is_at(Stage.ENROLMENT) else _elsewhere()


@blueprint.post("/second-factor")
def confirm() -> tuple[str, int] | str | Response:
    """Put the second factor into force and show the recovery codes, this once."""
    visit = current_visit()
    if visit is None or visit.stage != Stage.ENROLMENT:
        return _elsewhere()
    code_given = asked_text(request.form, "code", longest=_LONGEST_CODE)
    try:
        with unit_of_work() as db:
            codes = accounts.confirm_enrolment(db, actor=visit.actor, code=code_given, now=now(), kept=session_token())
            outcome = accounts.go_on(
                db, token=session_token(), settings=settings().accounts, now=now(), has_second_factor=True
            )
    except InvalidInput as error:
        return _enrolment_form(error), error.status
    keep(outcome)
    return render_template("sign_in/recovery_codes.html", codes=codes, onward=step_address(outcome.stage, _wanted()))


def changed_password(*, current: str | None) -> accounts.SignIn | ServiceError:
    """Change the password to what the form says, if both fields say the same."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return InvalidInput(accounts.TWO_PASSWORDS, place="again", fields={"again": [accounts.TWO_PASSWORDS]})
    return accounts.change_password(
        database(),
        token=session_token(),
        current=current,
        password=password,
        settings=settings().accounts,
        now=now(),
    )


def _is_at(stage: Stage) -> bool:
    visit = current_visit()
    return visit is not None and visit.stage == stage


def _elsewhere() -> Response:
    visit = current_visit()
    if visit is None:
        return redirect(url_for("sessions.login", next=_wanted() or None), 303)
    return redirect(step_address(visit.stage, _wanted()), 303)


def _again(template: str, error: ServiceError) -> tuple[str, int] | Response:
    if isinstance(error, Unauthenticated) and current_visit() is None:
        return _elsewhere()
    return _form(template, error), error.status


def _form(template: str, error: ServiceError | None = None) -> str:
    return render_template(
        template, wanted=_wanted(), error=error, policy=accounts.POLICIES[settings().accounts.password_policy]
    )


def _enrolment_form(error: ServiceError | None = None) -> str:
    visit = current_visit()
    assert visit is not None  # noqa: S101 - asked before
    with unit_of_work() as db:
        device = accounts.start_enrolment(db, actor=visit.actor, now=now(), kept=session_token())
    picture = qr_code(device.address, title=_("Picture for the authenticator app"))
    return render_template(
        "sign_in/enrolment.html", wanted=_wanted(), error=error, secret=device.secret, picture=picture
    )


def _wanted() -> str:
    return request.values.get("next", "")
