"""One's own account: password, second factor, sessions, tokens."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from service.access import TerritoryKind, rights_of
from service.access.actors import ROLE_LABELS
from service.access.territory import TERRITORY_LABELS
from service.context import current_actor, database, now, reading, session_token, settings, unit_of_work
from service.errors import InvalidInput, ServiceError
from service.usecases import accounts
from service.usecases.pending import notification_addresses
from service.web.forms import asked_text
from service.web.options import county_options
from service.web.qr import qr_code
from service.web.sign_in_steps import changed_password, keep

__all__ = ["blueprint"]

blueprint = Blueprint("account", __name__, url_prefix="/account")
_LONGEST_CODE = 40
_LONGEST_ADDRESS = 254
_LIFETIMES_DAYS = (7, 30, 90)


@blueprint.get("")
def show() -> str:
    """Show the account to its owner."""
    return _page()


@blueprint.post("/password")
def change_password() -> Response | tuple[str, int]:
    """Change the password; all other sessions end."""
    outcome = changed_password(current=request.form.get("current", ""))
    if isinstance(outcome, ServiceError):
        return _page(password_error=outcome), outcome.status
    keep(outcome)
    flash(_("The password is changed; all other sessions and all tokens have ended."), "done")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/notifications")
def set_address() -> Response | tuple[str, int]:
    """Keep the address to which mails about waiting work go."""
    email = asked_text(request.form, "email", longest=_LONGEST_ADDRESS)
    try:
        with unit_of_work() as db:
            notification_addresses.set_address(db, actor=current_actor(), email=email or None, now=now())
    except ServiceError as error:
        return _page(address_error=error, address=email), error.status
    flash(_("The address is kept.") if email else _("No mails are sent any more."), "done")
    return redirect(url_for("account.show") + "#notifications", 303)


@blueprint.get("/second-factor")
def device() -> str:
    """Show the secret for a new device."""
    return _device_page()


@blueprint.post("/second-factor")
def confirm_device() -> str | tuple[str, int]:
    """Put the new device into force and show the recovery codes, this once."""
    actor, refusal = current_actor(), _proved()
    if refusal is not None:
        return _device_page(refusal), refusal.status
    code = asked_text(request.form, "code", longest=_LONGEST_CODE)
    try:
        with unit_of_work() as db:
            codes = accounts.confirm_enrolment(db, actor=actor, code=code, now=now(), kept=session_token())
            outcome = accounts.go_on(
                db, token=session_token(), settings=settings().accounts, now=now(), has_second_factor=True
            )
    except InvalidInput as error:
        return _device_page(error), error.status
    keep(outcome)
    return _codes_page(codes)


@blueprint.post("/recovery-codes")
def renew_codes() -> str | tuple[str, int]:
    """Replace the recovery codes and show the new ones, this once."""
    actor, refusal = current_actor(), _proved()
    if refusal is not None:
        return _page(codes_error=refusal), refusal.status
    with unit_of_work() as db:
        return _codes_page(accounts.renew_recovery_codes(db, actor=actor, now=now()))


@blueprint.post("/sessions/<session_no>/end")
def end_session(session_no: str) -> Response:
    """End one of the sessions."""
    with unit_of_work() as db:
        accounts.end_session(db, actor=current_actor(), session_no=session_no, now=now())
    flash(_("The session has ended."), "done")
    return redirect(url_for("account.show") + "#sessions", 303)


@blueprint.post("/tokens")
def make_token() -> str | tuple[str, int]:
    """Make a token and show it, this once."""
    actor = current_actor()
    accounts.check_is_in_person(actor)
    refusal = accounts.prove_owner(
        database(),
        token=session_token(),
        password=request.form.get("current", ""),
        code=request.form.get("code", "")[:_LONGEST_CODE],
        settings=settings().accounts,
        now=now(),
    )
    if refusal is not None:
        return _page(token_error=refusal), refusal.status
    try:
        with unit_of_work() as db:
            made = accounts.create_token(
                db,
                actor=actor,
                username=actor.username,
                label=request.form.get("label", "").strip(),
                scopes=request.form.getlist("scope"),
                expires_at=_end_of_token(request.form.get("days", "")),
                settings=settings().accounts,
                kept=session_token(),
                now=now(),
            )
    except InvalidInput as error:
        return _page(token_error=error), error.status
    return _page(made_token=made)


@blueprint.post("/tokens/<token_no>/revoke")
def revoke_token(token_no: str) -> Response:
    """End a token at once."""
    with unit_of_work() as db:
        accounts.revoke_token(db, actor=current_actor(), token_no=token_no, now=now())
    flash(_("The token is revoked."), "done")
    return redirect(url_for("account.show") + "#tokens", 303)


def _page(**shown: Any) -> str:
    actor = current_actor()
    with reading() as db:
        own = accounts.own_account(db, actor=actor, now=now())
        # a program with a token may read the page, but not where its owner is signed in
        sessions = (
            []
            if actor.token_no is not None
            else accounts.list_sessions(db, actor=actor, settings=settings().accounts, now=now(), token=session_token())
        )
        address = notification_addresses.own_address(db, actor=actor)
        tokens = [
            row for row in accounts.list_tokens(db, actor=actor, settings=settings().accounts) if row.revoked_at is None
        ]
        counties = dict(county_options(db, actor=actor)) if actor.territory.kind is TerritoryKind.COUNTY else {}
    parts: dict[str, Any] = {
        "password_error": None,
        "codes_error": None,
        "token_error": None,
        "written": request.form if shown.get("token_error") else MultiDict(),
        "made_token": None,
        "address_error": None,
        "address": address or "",
        "own": own,
        "role_labels": [ROLE_LABELS[role] for role in sorted(actor.roles)],
        "territory_label": TERRITORY_LABELS[actor.territory.kind],
        "territory_code": actor.territory.code,
        "territory_name": counties.get(actor.territory.code or ""),
        "sessions": sessions,
        "tokens": tokens,
        "scopes": sorted({right.partition("_")[0] for right in rights_of(actor)}),
        "lifetimes": _lifetimes_days(),
        "policy": accounts.POLICIES[settings().accounts.password_policy],
        "has_password": own.sign_in_way == accounts.SignInWay.PASSWORD,
    }
    return render_template("account/show.html", **{**parts, **shown})


def _device_page(error: ServiceError | None = None) -> str:
    actor = current_actor()
    with unit_of_work() as db:
        waiting = accounts.start_enrolment(db, actor=actor, now=now(), kept=session_token())
        own = accounts.own_account(db, actor=actor, now=now())
    return render_template(
        "account/device.html",
        error=error,
        secret=waiting.secret,
        picture=qr_code(waiting.address, title=_("Picture for the authenticator app")),
        has_password=own.sign_in_way == accounts.SignInWay.PASSWORD,
    )


def _codes_page(codes: list[str]) -> str:
    return render_template("sign_in/recovery_codes.html", codes=codes, onward=url_for("account.show"))


def _proved() -> ServiceError | None:
    """Ask for the password again: a browser left open must not hand the account over."""
    return accounts.prove_password(
        database(),
        token=session_token(),
        password=request.form.get("current", ""),
        settings=settings().accounts,
        now=now(),
    )


def _lifetimes_days() -> list[int]:
    longest = settings().accounts.longest_token.days
    return [*(days for days in _LIFETIMES_DAYS if days < longest), longest]


def _end_of_token(days: str) -> datetime:
    wanted = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else _lifetimes_days()[0]
    return now() + timedelta(days=max(1, wanted))
