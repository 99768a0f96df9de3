"""Error pages: what happened, and what to do next."""

from urllib.parse import urlsplit

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from matching.errors import MatchingError
from service.context import now
from service.database_refusals import DATABASE_ERRORS, refusal_of_database
from service.errors import ServiceError, Unauthenticated
from service.web.formatting import in_language
from service.web.reader import is_fragment
from service.web.shown_fields import ShownField, shown_fields
from service.web.unsent import keep_unsent, keep_untrusted, page_of_form

__all__ = ["register", "retry_after"]

_UNPROCESSABLE = 422
_SERVER_ERROR = 500
_TOO_LARGE = 413
_LONGEST_SHOWN = 80


def register(app: Flask) -> None:
    """Show refusals, and everything that goes wrong, as pages."""
    app.register_error_handler(Unauthenticated, _sign_in_first)
    app.register_error_handler(ServiceError, _refusal)
    app.register_error_handler(MatchingError, _matching_refusal)
    app.register_error_handler(CSRFError, _from_before)
    app.register_error_handler(HTTPException, _http_error)
    for kind in DATABASE_ERRORS:
        app.register_error_handler(kind, _database_refusal)


def _sign_in_first(error: Unauthenticated) -> Response | tuple[str, int]:
    if request.method not in {"GET", "HEAD"}:
        written_for = keep_unsent()
        if is_fragment():
            return _sign_in_beside(written_for)
        if written_for is None:
            return _nobody(error)
        flash(_("The session had ended. What was typed is kept and comes back after signing in."), "notice")
        return redirect(url_for("sessions.login", next=written_for), 303)
    wanted = request.full_path.removesuffix("?")
    address = url_for("sessions.login", next=wanted if wanted != "/" else None)  # sends on who is half-way
    if is_fragment():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _nobody(error: Unauthenticated) -> tuple[str, int]:
    """Say that nobody is signed in, in the words of pages; the API speaks of its header."""
    problem = _("You are not signed in, or your session has ended; nothing was changed.")
    return _page(error.status, problem, _("Sign in; the page that you were on opens again."))


def _from_before(error: CSRFError) -> Response | tuple[str, int]:
    """Show what was typed on a page of an earlier session of the same account; it was not carried out."""
    written_for = keep_untrusted()
    if written_for is None:
        g.is_untrusted = True  # whoever wrote it, it may not be who is signed in
        return _page(error.code, *_words(error, error.code))
    if is_fragment():
        return _sign_in_beside(written_for)
    flash(
        _("This page was opened before the last sign-in, so nothing was changed yet. What was typed is here."), "notice"
    )
    return redirect(url_for("sessions.login", next=written_for), 303)  # which sends on who is signed in


def _sign_in_beside(written_for: str | None) -> Response:
    """Answer a part of a page whose session has ended: the page stays as it is and offers the way to the door."""
    door = url_for("sessions.login", next=written_for or page_of_form() or None)
    return Response(status=401, headers={"Sign-In-At": door, "Draft-Kept": "no" if written_for is None else "yes"})


def retry_after(error: ServiceError) -> dict[str, str]:
    """Return the header that says when another attempt has a chance, if the refusal is about that."""
    return {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}


def _refusal(error: ServiceError) -> tuple[str, int, dict[str, str]]:
    value = "" if error.value is None else str(error.value)[:_LONGEST_SHOWN]
    page = _page(error.status, in_language(error.problem), in_language(error.remedy), place=error.place, value=value)
    return *page, retry_after(error)


def _database_refusal(error: Exception) -> tuple[str, int, dict[str, str]]:
    refusal = refusal_of_database(error)
    if refusal is None:
        raise error  # a fault of ours: logged, and answered with 500
    return _refusal(refusal)


def _matching_refusal(error: MatchingError) -> tuple[str, int]:
    remedy = _("Tell the administrator what is shown here.")
    return _page(_UNPROCESSABLE, in_language(error.problem), remedy, place=error.place)


def _http_error(error: HTTPException) -> tuple[str, int] | Response:
    status = error.code or _SERVER_ERROR
    if status < 400:  # a redirect is an HTTPException too
        return Response.force_type(error.get_response())
    problem, remedy = _words(error, status)
    return _page(status, problem, remedy)


def _words(error: HTTPException, status: int) -> tuple[str, str]:
    if isinstance(error, CSRFError):
        return (
            _("The form was too old to be trusted, so nothing was changed."),
            _("Go back, reload the page and send it again."),
        )
    if status >= _SERVER_ERROR:
        return (
            _("Something went wrong inside the service; nothing was saved."),
            _("Try again in a moment. If it happens again, tell the administrator the time shown below."),
        )
    return {
        403: (_("This account may not do this."), _("Ask the administrator if you need it.")),
        404: (
            _("There is no such page."),
            _("Check the address, or start from one of the lists. The record may have been archived."),
        ),
        405: (_("This address cannot be used in this way."), _("Start again from one of the lists.")),
        413: (_("What was sent is too large."), _("Send a smaller file, or use the command talentpool import.")),
    }.get(status, (_("The request could not be understood."), _("Go back, check what was filled in, and try again.")))


def _has_readable_form() -> bool:
    """Whether the form came whole; one that broke off must not break the page that says what was wrong."""
    try:
        return request.form is not None
    except HTTPException:
        return False


def _page(status: int, problem: str, remedy: str, *, place: str = "", value: str = "") -> tuple[str, int]:
    shown = {"status": status, "problem": problem, "remedy": remedy, "place": place, "value": value}
    page = render_template(
        "error.html",
        **shown,
        at=now(),
        back=_page_before(),
        door=page_of_form(),
        typed=_typed(status) if _has_readable_form() else [],
        action=request.full_path.removesuffix("?"),
        request_no=g.get("request_id", ""),
    )
    return page, status


def _typed(status: int) -> list[ShownField]:
    """Return what was typed into the form that was refused; nothing if nobody is signed in or it holds no words."""
    is_readable = request.method == "POST" and status != _TOO_LARGE and g.get("actor") is not None
    if not is_readable or g.get("is_untrusted"):
        return []
    found = shown_fields(request.form.items(multi=True))
    return found if any(one.way != "hidden" for one in found) else []


def _page_before() -> str | None:
    """Return the page of ours that the reader comes from; None if it is not known, or this one."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or came.path == request.path or not came.path.startswith("/"):
        return None
    return f"{came.path}?{came.query}" if came.query else came.path
