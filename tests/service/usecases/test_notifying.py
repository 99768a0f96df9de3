"""What waits is told by mail and webhook: written with the act, sent once by whoever claims it, given up in the end."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from builders import a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from sqlalchemy import select

from service.access import EVERYWHERE, Actor, Role, Territory, TerritoryKind
from service.delivery import MailServer, Webhook, signature_of
from service.errors import Conflict, InvalidInput
from service.models.accounts import Account
from service.models.outbox import NotificationAddress, OutboxMessage
from service.usecases import accounts
from service.usecases.pending.notification_addresses import set_address
from service.usecases.pending.notifying import MOST_ATTEMPTS, Doors, list_dead, retry_message, send_due
from service.usecases.rules.waivers import propose_waiver

OPERATOR = an_actor(Role.OPERATOR, username="operator")
OFFICER = an_actor(Role.OFFICER, username="officer")
SECRET = "sixteen signs or more"
HERE, ELSEWHERE = Territory(TerritoryKind.COUNTY, "239901"), Territory(TerritoryKind.COUNTY, "239902")


class _Inbox(Message):
    """Keeps the mails that it takes; refuses when told to."""

    def __init__(self):
        super().__init__()
        self.mails, self.is_full = [], False

    def handle_message(self, message):
        self.mails.append(message)

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802, ARG002 - aiosmtpd's
        if self.is_full:
            return "452 4.2.2 no room for anybody@example.cn"
        envelope.mail_from = address
        return "250 OK"


@pytest.fixture
def inbox():
    """A mail server on this host."""
    handler = _Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    handler.door = MailServer(host="127.0.0.1", port=controller.port, sender="pool@example.cn", security="none")
    yield handler
    controller.stop()


@contextmanager
def _receiver(status=204, location=None):
    """A receiver of webhooks; yields the door and what came in."""
    taken = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def log_message(self, *_):
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Webhook(url=f"http://127.0.0.1:{server.server_port}/hook", secret=SECRET), taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def town(any_database, actor, now):
    """A leader of the county and one of another, with addresses; P2 fails FS-02."""
    people = [a_person(), a_person(person_no="P2", name="样例乙", party_join_date=now.date())]
    save(any_database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy()])
    with any_database.unit_of_work() as session:
        for number, (username, territory) in enumerate((("leader", HERE), ("stranger", ELSEWHERE)), start=901):
            session.add(
                Account(
                    id=number, username=username, password_hash="-", roles=(Role.LEADER,), created_at=now,
                    territory_kind=territory.kind, territory_code=territory.code,
                )
            )  # fmt: skip
            session.flush()
            own = an_actor(Role.LEADER, username=username, account_id=number)
            set_address(session, actor=own, email=f"{username}@example.cn", now=now)
    return any_database


def _propose(town, now, **changes):
    asked = {"person_no": "P2", "vacancy_no": "V1", "rule_id": "FS-02", "reason": "差半年", "document": "示组5号"}
    with town.unit_of_work() as session:
        return propose_waiver(session, actor=OFFICER, now=now, **{**asked, **changes}).waiver_no


def _send(town, now, *, owner="one", **doors):
    return send_due(town, actor=OPERATOR, doors=Doors(**doors), owner=owner, now=lambda: now)


def _states(town):
    with town.reading() as session:
        return {
            one.channel.value: one.state.value
            for one in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        }


def test_who_may_sign_there_gets_a_mail_with_counts_and_nothing_about_anybody(town, now, inbox):
    number = _propose(town, now)
    sent = _send(town, now, mail=inbox.door, public_url="https://pool.example.cn")
    assert (sent.n_sent, sent.n_unwanted) == (1, 1)  # no webhook is set
    (mail,) = inbox.mails
    text = mail.get_payload(decode=True).decode()
    assert mail["To"] == "leader@example.cn"
    assert "1 项放宽待签署" in text
    assert "https://pool.example.cn" in text
    for told in ("样例", "P2", "V1", "FS-02", "差半年", number):
        assert told not in text + str(mail)


def test_whose_password_was_set_by_another_gets_a_mail_of_their_own_kind(town, now, inbox):
    _propose(town, now)
    with town.unit_of_work() as session:
        office = Actor("office", frozenset({Role.ADMIN}), EVERYWHERE)
        accounts.request_change(
            session, actor=office, kind=accounts.ChangeKind.PASSWORD, username="leader", reason="遗忘", now=now
        )
    _send(town, now, mail=inbox.door)
    texts = [mail.get_payload(decode=True).decode() for mail in inbox.mails]
    assert [("office" in text, "1 项放宽待签署" in text) for text in texts] == [(False, True), (True, False)]


def test_a_webhook_is_signed_and_names_the_matter(town, now):
    number = _propose(town, now)
    with _receiver() as (door, taken):
        _send(town, now, webhook=door)
    ((headers, body),) = taken
    stamp, _, signature = headers["Talentpool-Signature"].partition(",v1=")
    assert signature == signature_of(body, secret=SECRET, timestamp=int(stamp.removeprefix("t=")))
    assert signature != signature_of(body, secret="another secret", timestamp=int(stamp.removeprefix("t=")))
    assert number in body.decode()
    assert "P2" not in body.decode()


def test_a_webhook_that_is_sent_again_is_signed_anew(town, now):
    _propose(town, now)
    with _receiver(status=503) as (door, refused):
        _send(town, now, webhook=door)
    later = now + timedelta(hours=1)
    with _receiver() as (door, taken):
        _send(town, later, webhook=door)
    stamps = [int(headers["Talentpool-Signature"].partition(",")[0][2:]) for ((headers, _),) in (refused, taken)]
    assert stamps == [int(now.timestamp()), int(later.timestamp())]
    assert refused[0][0]["Talentpool-Message"] == taken[0][0]["Talentpool-Message"]


def test_an_act_that_is_rolled_back_tells_nobody(town, now, inbox):
    _propose(town, now)
    with pytest.raises(Conflict):
        _propose(town, now)  # the same matter
    with town.reading() as session:
        assert len(session.scalars(select(OutboxMessage)).all()) == 2
    _propose(town, now, person_no="P1")
    with town.reading() as session:  # one mail that waits is enough: it is written when it is sent
        assert [one.channel.value for one in session.scalars(select(OutboxMessage))].count("email") == 1
    _send(town, now, mail=inbox.door)
    assert "2 项放宽待签署" in inbox.mails[0].get_payload(decode=True).decode()


def test_two_senders_at_once_send_each_message_once(town, now):
    for rule_id in ("FS-02", "FS-03", "C-04", "C-05", "FS-07", "C-07"):
        _propose(town, now, rule_id=rule_id)
    with _receiver() as (door, taken):
        threads = [
            threading.Thread(target=_send, args=(town, now), kwargs={"owner": str(one), "webhook": door})
            for one in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    numbers = [headers["Talentpool-Message"] for headers, _ in taken]
    assert len(numbers) == len(set(numbers)) == 6


def test_a_full_mailbox_is_tried_again_later_and_given_up_in_the_end(town, now, inbox):
    _propose(town, now)
    inbox.is_full, moment = True, now
    assert _send(town, moment, mail=inbox.door).n_failed == 1
    assert _send(town, moment, mail=inbox.door).n_failed == 0  # not before its time
    for _ in range(MOST_ATTEMPTS - 1):
        moment += timedelta(days=1)
        last = _send(town, moment, mail=inbox.door)
    assert last.n_dead == 1
    with town.unit_of_work() as session:
        (dead,) = list_dead(session, actor=OPERATOR)
        assert (dead.n_attempts, dead.last_error) == (MOST_ATTEMPTS, "SMTP 452")  # no address in what is kept
        retry_message(session, actor=OPERATOR, message_no=dead.message_no, now=moment)
    inbox.is_full = False
    assert _send(town, moment, mail=inbox.door).n_sent == 1


def test_a_sender_that_died_leaves_its_messages_to_the_next(town, now, inbox):
    _propose(town, now)
    with town.unit_of_work() as session:
        for message in session.scalars(select(OutboxMessage)):
            message.claimed_by, message.claimed_until = "dead", now + timedelta(minutes=5)
    assert _send(town, now, mail=inbox.door).n_sent == 0
    assert _send(town, now + timedelta(minutes=6), mail=inbox.door).n_sent == 1


@pytest.mark.parametrize(("status", "location"), [(500, None), (302, "http://127.0.0.1:1/")])
def test_a_receiver_that_fails_or_sends_elsewhere_has_not_taken_it(town, now, status, location):
    _propose(town, now)
    with _receiver(status, location) as (door, _):
        assert _send(town, now, webhook=door).n_failed == 1
    with town.reading() as session:
        told = {one.last_error for one in session.scalars(select(OutboxMessage))}
    assert f"HTTP {status}" in told


def test_a_mail_whose_work_is_done_or_whose_account_is_disabled_is_not_sent(town, now, inbox):
    _propose(town, now)
    with town.unit_of_work() as session:
        session.scalars(select(Account).where(Account.username == "leader")).one().is_disabled = True
    assert _send(town, now, mail=inbox.door).n_unwanted == 2
    assert _states(town)["email"] == "unwanted"


def test_addresses_are_sealed_and_checked(town, now):
    own = an_actor(Role.LEADER, username="leader", account_id=901)
    with town.unit_of_work() as session:
        row = session.get(NotificationAddress, 901)
        assert row.email == "leader@example.cn"
        assert b"leader@" not in bytes(row.email_sealed)
        for bad in ("leader", "a@b\nBcc: c@d", "@", "a b@c"):
            with pytest.raises(InvalidInput):
                set_address(session, actor=own, email=bad, now=now)
        assert set_address(session, actor=own, email=None, now=now) is None


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
