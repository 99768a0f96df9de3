"""Two acts of which either alone is right are not both done because they are done at the same moment."""

import threading
import time
from dataclasses import replace

import pytest
from builders import a_person, a_village
from builders_accounts import PASSWORD, an_account
from builders_offices import hired
from builders_registry import save
from sqlalchemy import select, text

from matching.vocabulary import RecordStatus, Text
from service.access import EVERYWHERE, Actor, Role
from service.errors import Conflict, ServiceError, Unauthenticated
from service.models.accounts import Account, AccountSession, ApiToken
from service.models.people import Person
from service.models.privacy import Consent
from service.settings.accounts import AccountSettings
from service.settings.retention import RetentionSettings
from service.usecases import accounts
from service.usecases.accounts.sessions import end_sessions, living_session, rotate_session
from service.usecases.privacy.consents import give_consent, publish_consent_text
from service.usecases.privacy.erasing import erase_person
from tests.service.web.builders_desk import fields_of
from tests.service.web.builders_pages import page_of, post_form

NEW = "Ganz-anderes-Wort-55"


class Meanwhile:
    """A database in which somebody else acts between two transactions of the same use case."""

    def __init__(self, database, act, *, before=2):
        self._database, self._act, self._before, self._n_begun = database, act, before, 0

    def __getattr__(self, name):
        return getattr(self._database, name)

    def unit_of_work(self, *args, **options):
        self._n_begun += 1
        if self._n_begun == self._before:
            self._act()
        return self._database.unit_of_work(*args, **options)


def both(database, first, second):
    """Begin the second act when the first is done and not yet committed; return what went wrong with the second."""
    wrong = []

    def act():
        try:
            with database.unit_of_work() as session:
                second(session)
        except ServiceError as error:
            wrong.append(error)

    other = threading.Thread(target=act)
    with database.unit_of_work() as session:
        first(session)
        other.start()
        while _is_under_way(database, other):
            time.sleep(0.01)
    other.join()
    return wrong


def _is_under_way(database, thread):
    """Whether the other act neither has ended nor waits for this one; on SQLite it cannot even begin."""
    if not thread.is_alive() or database.engine.dialect.name == "sqlite":
        return False
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with database.engine.connect() as connection:
        return connection.execute(text(waiting)).scalar() == 0


def test_a_sign_in_that_began_with_the_old_password_does_not_end_after_the_new_one_is_set(any_database, now):
    an_account(any_database, now=now, username="li.si")
    own = Actor(username="li.si", roles=frozenset({Role.ADMIN}))

    def change():
        with any_database.unit_of_work() as session:
            accounts.set_password(session, actor=own, username="li.si", password=NEW, now=now)

    outcome = accounts.sign_in(Meanwhile(any_database, change), username="li.si", password=PASSWORD, now=now)
    assert isinstance(outcome, Unauthenticated)
    with any_database.reading() as session:
        assert session.scalars(select(AccountSession)).all() == []
    assert isinstance(accounts.sign_in(any_database, username="li.si", password=NEW, now=now), accounts.SignIn)


@pytest.mark.parametrize("address", ["/api/v1/tokens", "/account/tokens"])
def test_no_token_is_made_by_a_proof_that_a_new_password_has_overtaken(app, database, now, address):
    """A new password ends all tokens: one that is made after it by who knew the old one would stay for months."""
    an_account(database, now=now, username="li.si")
    own, is_page = Actor(username="li.si", roles=frozenset({Role.ADMIN})), address.startswith("/account")

    def change():
        with database.unit_of_work() as session:
            accounts.set_password(session, actor=own, username="li.si", password=NEW, now=now)

    client = app.test_client()
    if is_page:
        post_form(client, "/login", {"username": "li.si", "password": PASSWORD, "next": ""})
        sent = {
            "data": fields_of(page_of(client, "/account"), "tokens")
            | {"current": PASSWORD, "label": "x", "scope": "read", "days": "7"}
        }
    else:
        answer = client.post("/api/v1/sessions", json={"username": "li.si", "password": PASSWORD})
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['token']}"
        sent = {"json": {"label": "x", "current": PASSWORD}}
    composed = app.extensions["talentpool"]
    app.extensions["talentpool"] = replace(composed, database=Meanwhile(database, change, before=4))
    assert client.post(address, **sent).status_code in {401, 303}
    with database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_a_session_that_was_ended_meanwhile_does_not_go_on_under_a_new_token(any_database, now):
    an_account(any_database, now=now, username="li.si")
    opened = accounts.sign_in(any_database, username="li.si", password=PASSWORD, now=now)
    settings = AccountSettings()
    with any_database.unit_of_work() as session:
        mine = living_session(session, token=opened.token, settings=settings, now=now)
        end_sessions(session, account_id=mine.account_id)  # as a reset does that this step has waited for
        with pytest.raises(Unauthenticated):
            rotate_session(
                session, opened=mine, token=opened.token, stage=accounts.Stage.OPEN, settings=settings, now=now
            )


def test_of_two_administrators_who_are_disabled_at_once_one_stays(any_database, now):
    chief = hired(any_database, username="chief", roles=frozenset({Role.LEADER}), territory=EVERYWHERE, now=now)
    for name in ("a1", "a2"):
        an_account(any_database, now=now, username=name)
    numbers = []
    for name, by in (("a1", "a2"), ("a2", "a1")):
        asking = Actor(username=by, roles=frozenset({Role.ADMIN}))
        with any_database.unit_of_work() as session:
            asked = accounts.request_change(
                session, actor=asking, kind=accounts.ChangeKind.DISABLE, username=name, reason="离任", now=now
            )
            numbers.append(asked.change_no)

    def confirming(number):
        confirmed = accounts.Decision.CONFIRMED
        return lambda session: accounts.decide_change(
            session, actor=chief, change_no=number, decision=confirmed, now=now
        )

    (refused,) = both(any_database, *map(confirming, numbers))
    assert isinstance(refused, Conflict)
    with any_database.reading() as session:
        standing = select(Account.username).where(Account.is_disabled.is_(False), Account.username.in_(["a1", "a2"]))
        assert session.scalars(standing).all() == ["a2"]


def test_nothing_is_written_about_somebody_who_is_being_erased(any_database, actor, now):
    save(any_database, actor, now, villages=[a_village()], people=[a_person()])
    with any_database.unit_of_work() as session:
        publish_consent_text(session, actor=actor, purpose="matching", text=Text("同意", "I agree"), now=now)

    def erasing(session):
        erase_person(
            session, actor=actor, person_no="P1", document="示组〔2026〕30号", settings=RetentionSettings(), now=now,
            on_request=True,
        )  # fmt: skip

    def consenting(session):
        signed = {"purpose": "matching", "signed_by": "样例甲", "document": "同意书2026-1", "given_on": now.date()}
        give_consent(session, actor=actor, person_no="P1", now=now, **signed)

    (refused,) = both(any_database, erasing, consenting)
    assert "P1" in str(refused.value or refused.problem.en)
    with any_database.reading() as session:
        assert session.scalars(select(Person)).one().record_status is RecordStatus.ERASED
        assert [one.signed_by for one in session.scalars(select(Consent))] == []
