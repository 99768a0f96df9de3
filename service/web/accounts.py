"""Users and roles: the accounts, and changes of them that a second person confirms."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from service.access import may, takes_two
from service.access.actors import ROLE_LABELS, Role
from service.access.masking import NOT_SHOWN
from service.access.territory import TERRITORY_LABELS, TerritoryKind
from service.context import current_actor, now, reading, settings, unit_of_work
from service.errors import InvalidInput, NotFound, ServiceError
from service.usecases import accounts
from service.usecases.paging import Page
from service.web.formatting import in_language
from service.web.forms import asked_text
from service.web.listing import PAGE_SIZE, Listing, asked_listing
from service.web.versions import FieldVersions, change_versions

__all__ = ["blueprint"]

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")

_CODED = (TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE, TerritoryKind.UNIT, TerritoryKind.OWN)
_KINDS = frozenset(TerritoryKind) - {TerritoryKind.NONE}
_WAY_LABELS = {
    accounts.SignInWay.PASSWORD: Text("本系统口令", "password of this house"),
    accounts.SignInWay.LDAP: Text("单位目录（LDAP）", "directory (LDAP)"),
    accounts.SignInWay.OIDC: Text("单点登录（OIDC）", "single sign-on (OIDC)"),
}


class Given(NamedTuple):
    """What is shown once of a new password: the whole, or the half of one of two people."""

    username: str
    shown: str
    part: Literal["whole", "first", "second"]


@blueprint.get("")
def index() -> str:
    """Show the accounts and the changes that wait."""
    return _page()


@blueprint.post("/changes")
def ask() -> Response | tuple[str, int]:
    """Ask for a change; nothing happens until somebody else confirms it."""
    asked = request.form
    try:
        with unit_of_work() as session:
            kind = asked.get("kind", "")
            made = accounts.request_change(
                session,
                actor=current_actor(),
                kind=_known(accounts.ChangeKind, kind, "kind"),
                username=asked_text(request.form, "username", longest=60),
                reason=asked_text(request.form, "reason", longest=200),
                roles=accounts.roles_of_words(asked.getlist("role")) if kind in {"create", "roles"} else (),
                territory=accounts.territory_of_text(session, _territory() if kind in {"create", "roles"} else None),
                way=_known(accounts.SignInWay, asked.get("way", "") or "password", "way"),
                holder_name=asked_text(request.form, "holder_name", longest=40) or None,
                settings=settings().accounts,
                now=now(),
            )
    except ServiceError as error:
        return _page(error=error), error.status
    said = _("Asked for: it takes effect when a second person confirms change %(number)s.", number=made.change_no)
    if made.first_half is not None:
        return _page(given=Given(made.username, made.first_half, "first"), asked=said), 200
    flash(said, "done")
    return redirect(url_for(".index") + "#changes", 303)


@blueprint.post("/changes/<change_no>")
def decide(change_no: str) -> Response | str | tuple[str, int]:
    """Confirm or refuse what somebody else asked for."""
    decision = accounts.Decision.CONFIRMED if request.form.get("decision") == "confirmed" else accounts.Decision.REFUSED
    try:
        with unit_of_work() as session:
            made = accounts.decide_change(
                session, actor=current_actor(), change_no=change_no, decision=decision, now=now()
            )
    except ServiceError as error:
        return _page(error=error), error.status
    if made.second_half is not None:
        return _page(given=Given(made.change.username, made.second_half, "second"))
    flash(_("Confirmed.") if decision == accounts.Decision.CONFIRMED else _("Refused."), "done")
    return redirect(url_for(".index") + "#changes", 303)


@blueprint.post("/<username>/password")
def give_password(username: str) -> str | tuple[str, int]:
    """Give an account a new password and show it, this once."""
    try:
        with unit_of_work() as session:
            password = accounts.set_password(
                session, actor=current_actor(), username=username, settings=settings().accounts, now=now()
            )
    except ServiceError as error:
        return _page(error=error), error.status
    return _page(given=Given(username, password, "whole"))


@blueprint.post("/<username>/unlock")
def unlock(username: str) -> Response | tuple[str, int]:
    """Let an account try again at once."""

    def act(session: Session) -> None:
        accounts.unlock_account(session, actor=current_actor(), username=username, now=now())

    return _acted(act, _("%(user)s may try again.", user=username))


@blueprint.post("/<username>/second-factor")
def reset_second_factor(username: str) -> Response | tuple[str, int]:
    """Take the second factor off an account whose device is lost."""

    def act(session: Session) -> None:
        reason = asked_text(request.form, "reason", longest=200)
        accounts.reset_second_factor(session, actor=current_actor(), username=username, reason=reason, now=now())

    said = _("The second factor of %(user)s is off; a new device is bound at the next sign-in.", user=username)
    return _acted(act, said, resetting=username)


@blueprint.post("/<username>/unlinking")
def unlink_provider(username: str) -> Response | tuple[str, int]:
    """Forget who an account is at the provider of single sign-on."""

    def act(session: Session) -> None:
        reason = asked_text(request.form, "reason", longest=200)
        accounts.unlink_provider(session, actor=current_actor(), username=username, reason=reason, now=now())

    said = _("The next sign-in by the provider links %(user)s anew.", user=username)
    return _acted(act, said, resetting=username)


def _acted(act: Callable[[Session], None], said: str, *, resetting: str = "") -> Response | tuple[str, int]:
    try:
        with unit_of_work() as session:
            act(session)
    except NotFound:
        raise
    except ServiceError as error:
        return _page(error=error, resetting=resetting), error.status
    flash(said, "done")
    return redirect(url_for(".index"), 303)


def _page(
    *, error: ServiceError | None = None, given: Given | None = None, asked: str = "", resetting: str = ""
) -> str:
    actor = current_actor()
    shows_all = request.args.get("changes") == "all"
    with reading() as session:
        rows = accounts.list_accounts(session, actor=actor, now=now())
        changes = accounts.list_changes(session, actor=actor, now=now(), is_open=not shows_all)
    wanted = request.values.get("for", "")
    chosen = next((one for one in rows if one.username == wanted), None)
    listing = asked_listing(filters=("q", "role"), sorts=(), default_sort="", path=url_for(".index"))
    page = _found(rows, listing, shows=resetting)
    return render_template(
        "accounts.html",
        listing=listing,
        page=page,
        n_accounts=len(rows),
        changes=changes,
        shows_all=shows_all,
        chosen=chosen,
        is_asked_for_password=request.args.get("kind") == "password",
        asked=asked,
        may_manage=may(actor, "manage_accounts"),
        may_give=may(actor, "manage_accounts") or may(actor, "bootstrap_accounts"),
        may_approve=may(actor, "approve_accounts"),
        kinds=accounts.CHANGE_LABELS,
        roles={str(role): label for role, label in ROLE_LABELS.items() if role is not Role.PUBLIC},
        role_options=[
            (str(role), in_language(label)) for role, label in ROLE_LABELS.items() if role is not Role.PUBLIC
        ],
        territories={str(kind): TERRITORY_LABELS[kind] for kind in TerritoryKind if kind in _KINDS},
        coded=[str(kind) for kind in _CODED],
        ways={str(way): label for way, label in _WAY_LABELS.items()},
        written=MultiDict[str, str]() if resetting else request.form,
        resetting=resetting,
        reset_reason=request.form.get("reason", ""),
        given=given,
        error=error,
        versions=_versions(error),
        now=now(),
        takes_two=takes_two,
        not_shown=NOT_SHOWN,
    )


def _called(labels: Mapping[Any, Text], code: str) -> str:
    """Return what a code is called; what somebody made up is shown as it was written."""
    return in_language(labels.get(code, Text(code, code)))


def _versions(error: ServiceError | None) -> list[FieldVersions]:
    """Return what somebody else asked for, decided or did meanwhile beside what was written."""
    words = {
        "kind": lambda kind: _called(accounts.CHANGE_LABELS, kind),
        "roles": lambda role: _called(ROLE_LABELS, role),
        "territory_kind": lambda kind: _called(TERRITORY_LABELS, kind),
        "sign_in_way": lambda way: _called(_WAY_LABELS, way),
        "decision": lambda said: _("confirmed") if said == "confirmed" else _("turned down"),
    }
    titles = {
        "kind": _("Change"),
        "username": _("Account name"),
        "holder_name": _("Real name of who holds it"),
        "roles": _("Roles"),
        "territory_kind": _("Where it may look"),
        "territory_code": _("Code of the place, name of the unit, or number of the person"),
        "sign_in_way": _("Signs in by"),
        "reason": _("Reason"),
    }
    names = {"role": "roles", "territory": "territory_kind", "way": "sign_in_way"}
    return change_versions(error, request.form, words=words, titles=titles, names=names)


def _found(rows: Sequence[Any], listing: Listing, *, shows: str = "") -> Page[Any]:
    """Return one page of the accounts whose name has what is asked for, of the role that is asked for."""
    part, role = listing.asked("q").casefold(), listing.asked("role")
    found = [
        one
        for one in rows
        if part in one.username.casefold() and (not role or role in {str(held) for held in one.roles})
    ]
    place = next((at for at, one in enumerate(found) if one.username == shows), None)
    number = listing.page if place is None else place // PAGE_SIZE + 1
    start = (number - 1) * PAGE_SIZE
    return Page(found[start : start + PAGE_SIZE], len(found), number, PAGE_SIZE)


def _territory() -> str:
    kind, code = request.form.get("territory", ""), asked_text(request.form, "territory_code", longest=100)
    return f"{kind}:{code}" if kind in set(map(str, _CODED)) else kind


def _known(words: Any, value: str, place: str) -> Any:
    if value not in set(words):
        raise InvalidInput(Text("请选择。", "Choose one."), place=place, value=value[:20])
    return words(value)
