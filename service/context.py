"""What a request of Flask knows: the database, who acts, the language, the moment."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask, current_app, g, has_request_context, request, session
from sqlalchemy.orm import Session

from matching.vocabulary import LANGUAGES, Text
from service.access import NOBODY, Actor, whom_to_ask
from service.access.routes import ROUTES, is_open_to, rights_for
from service.audit_lines import AuditLine, Occasion
from service.db import Database, on_the_host
from service.errors import Forbidden, Unauthenticated
from service.request_rates import RequestRates
from service.sent_texts import without_unwritable
from service.settings import Settings
from service.usecases import accounts

__all__ = [
    "SESSION_KEY",
    "WATCHED",
    "Service",
    "current_actor",
    "current_language",
    "current_visit",
    "database",
    "directory",
    "now",
    "occasion",
    "origin",
    "provider",
    "reading",
    "register",
    "session_token",
    "settings",
    "signed_in_with",
    "unit_of_work",
]

SESSION_KEY = "account_session"
LANGUAGE_COOKIE = "language"
_LONGEST_PLACE = 200
WATCHED = "operations"  # asked by programs that have no account


@dataclass(frozen=True)
class Service:
    """What the application was composed of."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    directory: accounts.Directory | None = None
    provider: accounts.OidcProvider | None = None
    rates: RequestRates = field(default_factory=RequestRates)

    def __post_init__(self) -> None:
        self.database.around = _around  # also for use cases that open sessions of their own, such as signing in


def register(app: Flask, service: Service) -> None:
    """Attach the service to the application and find out before each request who acts."""
    app.extensions["talentpool"] = service
    app.before_request(_identify)
    app.before_request(_count_request)
    app.before_request(_admit)


def service() -> Service:
    """Return the composed service of the current application."""
    composed: Service = current_app.extensions["talentpool"]
    return composed


def database() -> Database:
    """Return the database of the current application."""
    return service().database


def settings() -> Settings:
    """Return the settings of the current application."""
    return service().settings


def unit_of_work() -> AbstractContextManager[Session]:
    """Open a session that commits at the end and sees the territory of who acts."""
    return database().unit_of_work(_reader())


def reading() -> AbstractContextManager[Session]:
    """Open a session that only reads, in the territory of who acts."""
    return database().reading(_reader())


def _reader() -> Actor:
    """Return for whom sessions are opened: whoever is not known sees nothing of any territory."""
    actor: Actor | None = g.get("actor")
    return actor or NOBODY


def occasion() -> Occasion:
    """Return what the audit log keeps of this request besides who did what."""
    arguments = ",".join(f"{name}={value}" for name, value in (request.view_args or {}).items())
    return Occasion(
        request_id=g.get("request_id", ""),
        address=request.remote_addr or "",
        at=now(),
        place=f"{request.method} {request.endpoint or '-'} {arguments}".strip()[:_LONGEST_PLACE],
    )


def _around() -> Occasion:
    return occasion() if has_request_context() else on_the_host()


def now() -> datetime:
    """Return the moment of this request; it stands still during the request."""
    if "now" not in g:
        g.now = service().clock()
    moment: datetime = g.now
    return moment


def utc_clock() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def current_actor() -> Actor:
    """Return who acts.

    Raises
    ------
    Unauthenticated
        If nobody is signed in.
    """
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise Unauthenticated(
            Text("尚未登录。", "Nobody is signed in."),
            remedy=Text(
                "请登录，或在请求头 Authorization 中提供有效令牌。",
                "Sign in, or send a valid token as Authorization: Bearer.",
            ),
        )
    return actor


def current_visit() -> accounts.Visit | None:
    """Return the session of the request, also one that still waits for something; None without one."""
    visit: accounts.Visit | None = g.get("visit")
    return visit


def session_token() -> str:
    """Return the token of the session of the request, "" without one."""
    token: str = g.get("session_token", "")
    return token


def origin() -> accounts.Origin:
    """Return where the request comes from."""
    client = without_unwritable(request.headers.get("User-Agent", ""))
    return accounts.Origin(address=request.remote_addr or "", client=client)


def directory() -> accounts.Directory | None:
    """Return the directory that knows the passwords of some accounts, None without one."""
    return service().directory


def provider() -> accounts.OidcProvider | None:
    """Return the provider that signs some accounts in, None without one."""
    return service().provider


def signed_in_with() -> str | None:
    """Return how the request was authenticated: "token", "session" or None."""
    way: str | None = g.get("signed_in_with")
    return way


def current_language() -> str:
    """Return the language of the reader: chosen by cookie, else asked for by the browser, else the setting."""
    language: str | None = g.get("language")  # a page asks a thousand times
    if language is None:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        accepted = request.accept_languages.best_match([str(code) for code in LANGUAGES])
        language = g.language = chosen if chosen in LANGUAGES else accepted or service().settings.language
    return language


def _identify() -> None:
    g.actor, g.signed_in_with, g.visit, g.session_token = None, None, None, ""
    if request.endpoint == "static" or (request.endpoint or "").endswith(".static") or request.blueprint == WATCHED:
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        _identify_by_header(token.strip())
        g.signed_in_with = "token" if g.actor else None
        return
    opened = session.get(SESSION_KEY)
    if isinstance(opened, str) and opened.startswith(accounts.OF_BROWSERS):
        _identify_by_session(opened)
        g.signed_in_with = "session" if g.actor else None


def _admit() -> None:
    """Let nobody through an address that is not open to them; who is not known is sent to the door by the faces."""
    actor: Actor | None = g.get("actor")
    if request.endpoint is None or (actor is None and request.endpoint in ROUTES):
        return
    if not is_open_to(actor, request.endpoint):
        refusal = Forbidden(
            Text("当前账号无权进行此操作。", "This account has no right to do this."),
            remedy=whom_to_ask(actor or NOBODY, *rights_for(request.endpoint)),
            place=request.endpoint,
        )
        if actor is None:
            raise refusal
        refusal.audit_line = AuditLine(
            actor=actor.username,
            role=actor.role_names,
            action="refused",
            subject_kind="address",
            subject_no=request.endpoint,
        )
        with reading():  # which logs it
            raise refusal


def _count_request() -> None:
    if (request.endpoint or "").endswith("static"):
        return
    actor: Actor | None = g.actor
    caller = f"account {actor.username}" if actor else f"address {request.remote_addr}"
    service().rates.count(caller, most=settings().accounts.requests_per_minute)


def _identify_by_header(token: str) -> None:
    """Know the account of an API token, or of a session that a program opened; a browser sends neither by itself.

    What is in a browser's cookie is good there alone: sent as a header it would write without the page's form.
    """
    if token.startswith(accounts.OF_PROGRAMS):
        _identify_by_session(token)
    if not token.startswith("tp_"):
        return
    with reading() as db:
        g.actor = accounts.actor_of_token(db, token=token, now=now(), settings=settings().accounts)
        is_due = g.actor is not None and accounts.token_is_due(db, token=token, now=now())
    if is_due:
        with unit_of_work() as db:
            accounts.touch_token(db, token=token, now=now())


def _identify_by_session(token: str) -> None:
    with reading() as db:
        g.visit = accounts.visit_of(db, token=token, settings=settings().accounts, now=now())
    if g.visit is None:
        return
    g.session_token = token
    if g.visit.stage == accounts.Stage.OPEN:
        g.actor = g.visit.actor
    if g.visit.needs_refresh:
        with unit_of_work() as db:
            accounts.refresh(db, token=token, now=now())
