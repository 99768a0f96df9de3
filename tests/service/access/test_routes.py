"""Every address that the application has is declared, and closed to every role that lacks the right (S3)."""

import re
from collections.abc import Iterator

import pytest
from builders_offices import hired
from flask import Flask, g, request_finished
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from service import create_app
from service.access import OPERATOR, Actor, Role, Territory, TerritoryKind
from service.access.routes import PUBLIC, ROUTES, is_open_to
from service.context import SESSION_KEY
from service.installation import initialise
from service.settings import Settings
from service.usecases import accounts

_ANY = {"int": 1, "default": "x", "path": "x", "anything": "x", "vacancy": "x", "any": "zh"}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application over an empty database, composed here because each test only knocks at its doors."""
    directory = tmp_path_factory.mktemp("routes")
    settings = Settings(database_url=f"sqlite:///{directory / 'talentpool.db'}", key_file=directory / "talentpool.key")
    initialise(settings).dispose()
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["talentpool"].database.dispose()


@pytest.fixture(scope="module")
def tokens(application: Flask) -> dict[Role, str]:
    """A token of an account of each role."""
    database, made = application.extensions["talentpool"].database, {}
    now = application.extensions["talentpool"].clock()
    for role in Role:
        kind = TerritoryKind.SYSTEM if role in {Role.OPERATOR, Role.ADMIN} else TerritoryKind.CITY
        actor = hired(database, username=role, roles=frozenset({role}), territory=Territory(kind), now=now)
        with database.unit_of_work() as session:
            made[role] = accounts.create_token(session, actor=actor, username=role, label="t", now=now)
    return made


def knock(app: Flask, rule: Rule, method: str, token: str | None, browser: FlaskClient | None = None) -> int:
    """Ask for an address with some parameters and return the status."""
    client: FlaskClient = browser or app.test_client()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    values = {name: _ANY[_converter(rule, name)] for name in rule.arguments}
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    return client.open(path, method=method, headers=headers).status_code


def _converter(rule: Rule, name: str) -> str:
    found = re.search(rf"<(?:(\w+)(?:\([^)]*\))?:)?{name}>", rule.rule)
    assert found is not None
    return found[1] or "default"


def doors(app: Flask) -> list[tuple[Rule, str]]:
    """Return every address with each of its methods."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})
    ]


def test_every_address_is_declared_and_nothing_else_is(application: Flask) -> None:
    assert {rule.endpoint for rule in application.url_map.iter_rules()} == set(ROUTES)


def test_an_address_without_a_rule_is_refused_to_everybody(settings: Settings) -> None:
    initialise(settings).dispose()
    app = create_app(settings)
    app.add_url_rule("/planted", "planted", lambda: "secret")
    app.testing = True
    service = app.extensions["talentpool"]
    everywhere, now = Territory(TerritoryKind.ALL), service.clock()
    actor = hired(service.database, username="all", roles=frozenset(Role), territory=everywhere, now=now)
    with service.database.unit_of_work() as session:
        token = accounts.create_token(session, actor=actor, username="all", label="t", now=now)
    answer = app.test_client().get("/planted", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, "secret" in answer.text) == (403, False)
    service.database.dispose()


@pytest.mark.parametrize("role", Role)
def test_a_role_without_the_right_is_refused_at_every_address(
    application: Flask, tokens: dict[Role, str], role: Role
) -> None:
    actor = Actor("x", frozenset({role}))
    shut = [(rule, method) for rule, method in doors(application) if not is_open_to(actor, rule.endpoint)]
    assert shut
    answers = {(rule.endpoint, method): knock(application, rule, method, tokens[role]) for rule, method in shut}
    assert {door: status for door, status in answers.items() if status != 403} == {}


def test_without_an_account_only_the_door_is_open(application: Flask) -> None:
    for rule, method in doors(application):
        status = knock(application, rule, method, None)
        if ROUTES[rule.endpoint] != PUBLIC:
            assert status in {302, 303, 400, 401}, (rule.endpoint, method, status)


@pytest.mark.parametrize("way", ["session of the browser", "session of a program", "token"])
def test_who_was_given_a_password_reaches_nothing_but_the_change_of_it(application: Flask, way: str) -> None:
    service, own = application.extensions["talentpool"], "Kranich-Deich-Weide-27"
    now, name = service.clock(), way.replace(" ", ".")
    with service.database.unit_of_work() as session:
        roles = frozenset(Role) - {Role.PUBLIC}
        everywhere = Territory(TerritoryKind.ALL)
        given = accounts.create_account(
            session, actor=OPERATOR, username=name, roles=roles, territory=everywhere, now=now
        )
        token = accounts.create_token(session, actor=Actor(name), username=name, label="t", now=now)
    browser = application.test_client()
    opened = browser.post("/api/v1/sessions", json={"username": name, "password": given}).json
    assert opened["stage"] == "new_password"
    own_page = accounts.sign_in(service.database, username=name, password=given, now=now)
    assert isinstance(own_page, accounts.SignIn)
    with browser.session_transaction() as cookie:
        cookie[SESSION_KEY] = own_page.token
    bearer = {"session of a program": opened["token"], "token": token}.get(way)
    client, known = None if bearer else browser, []

    def remember(_app: Flask, **_: object) -> None:
        known.append(g.get("actor"))  # who asks is nobody, also where a form without its secret is refused first

    request_finished.connect(remember, application)
    reached = {
        (rule.endpoint, method): status
        for rule, method in doors(application)
        if ROUTES[rule.endpoint] != PUBLIC
        and (status := knock(application, rule, method, bearer, client)) not in {302, 303, 400, 401}
    }
    request_finished.disconnect(remember, application)
    assert (reached, set(known)) == ({}, {None})
    headers = {"Authorization": f"Bearer {opened['token']}"}
    changed = application.test_client().post("/api/v1/sessions/password", json={"password": own}, headers=headers).json
    assert changed["stage"] == "open"
    for known, status in ((changed["token"], 200), (token, 401)):  # what was made before the own password has ended
        headers = {"Authorization": f"Bearer {known}"}
        assert application.test_client().get("/api/v1/me", headers=headers).status_code == status


def test_every_right_of_the_table_of_addresses_exists() -> None:
    from service.access import ALLOWED

    rights = {right for rule in ROUTES.values() for right in ((rule,) if isinstance(rule, str) else rule)}
    assert rights - {"-", "*"} <= set(ALLOWED)
