"""Whatever an account may open can be reached: from its menu, or within two clicks of a page of its menu."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from builders_offices import hired
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from service.access import EVERYWHERE, Role, Territory, TerritoryKind
from service.access.routes import is_open_to
from service.models.people import Person
from service.usecases import accounts
from tests.service.web.builders_desk import list_under_review
from tests.service.web.builders_pages import learned_card_in_force, page_of

_CLICKS = 3  # one in the menu, two from there
_SEEN_OF_EACH = 3  # pages of one kind that are opened: a person, a vacancy, a list
_NO_PAGES = (
    *("api_", "operations.", "web.", "single_sign_on.", "sign_in_steps.", "sessions.", "language."),
    "account.device",  # of who signed in with a password; here accounts are known by tokens
)
#: Pages that are there only once something has happened, or that a form leads to.
_ONLY_AFTER = {
    "appointments.show": "somebody has to be appointed",
    "notices.show": "somebody has to be appointed",
    "duplicates.show": "a pair has to be found",
    "imports.show": "a file has to be imported",
    "imports.marked": "a file has to be imported",
    "import_steps.columns": "a file has to be sent",
    "import_steps.check": "a file has to be sent",
    "import_steps.wait": "a file has to be sent",
    "import_steps.marked": "a file has to be sent",
    "people_batches.outcome": "a batch has to be moved",
    "rulebook_changes.show": "a change has to be proposed",
    "unsent_pages.show": "a form has to outlive its session",
    "reviews.resume": "a form has to outlive its session",
    "comparisons.show": "people have to be ticked",
    "registration.hints": "the page asks for it while one types",
    "vacancy_forms.prospects": "the page asks for it while one types",
    "replays.changes": "of a list whose vacancy is open to the reader",
}
#: Who sees people, and their lists, only once a list or a nomination brings them before the role; nothing does here.
_NOT_YET = {
    Role.UNIT: {"people.show", "person_fields.show"},
    Role.VILLAGE: {"people.show", "person_fields.show"},
    Role.LINE_DEPT: {
        *("people.show", "person_fields.show", "rounds.show", "replays.show"),
        *("shortlists.show", "shortlists.excluded", "sheets.show", "sheets.excluded"),
    },
}


@pytest.fixture
def walker(app, browser, database, now):
    """Return a browser of a new account of a role over a registry with a list under review and a learned card."""
    learned_card_in_force(database, now=now)
    list_under_review(browser)
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.person_no == "P01")).one()
    places = {
        Role.OPERATOR: Territory(TerritoryKind.SYSTEM),
        Role.ADMIN: Territory(TerritoryKind.SYSTEM),
        Role.TOWNSHIP: Territory(TerritoryKind.TOWNSHIP, "239901100"),
        Role.VILLAGE: Territory(TerritoryKind.VILLAGE, "239901100201"),
        Role.UNIT: Territory(TerritoryKind.UNIT, "样例单位"),
        Role.CANDIDATE: Territory(TerritoryKind.OWN, person_id=person.id),
    }

    def walker(role: Role):
        actor = hired(
            database, username=f"w{role}", roles=frozenset({role}), territory=places.get(role, EVERYWHERE), now=now
        )
        with database.unit_of_work() as session:
            token = accounts.create_token(session, actor=actor, username=actor.username, label="t", now=now)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return actor, client

    return walker


def _links(html: str) -> list[str]:
    asked = re.findall(r'<form [^>]*method="get" action="(/[^"#]*)"', html)
    return [unescape(one) for one in (*re.findall(r'(?:href|hx-get)="(/[^"#]*)"', html), *asked)]


def _reached(app, client) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """Return after how many clicks each kind of page was seen, and which links led nowhere."""
    addresses = app.url_map.bind("localhost")
    reached, dead, opened, here = {}, [], set(), ["/"]
    n_seen: dict[str, int] = {}
    for clicks in range(_CLICKS + 1):
        ahead = []
        for address in here:
            try:
                endpoint, _values = addresses.match(urlsplit(address).path, method="GET")
            except HTTPException:
                continue
            reached.setdefault(endpoint, clicks)
            if address in opened or n_seen.get(endpoint, 0) >= _SEEN_OF_EACH or endpoint.startswith(_NO_PAGES):
                continue
            opened.add(address)
            n_seen[endpoint] = n_seen.get(endpoint, 0) + 1
            answer = client.get(address, follow_redirects=True)
            if answer.status_code != 200:
                dead.append((address, answer.status_code))
            elif answer.mimetype == "text/html":
                ahead += _links(answer.text)
        here = ahead
    return reached, dead


@pytest.mark.parametrize("role", list(Role))
def test_whatever_a_role_may_open_is_reached_from_its_menu_and_no_link_is_refused(app, walker, role):
    actor, client = walker(role)
    reached, dead = _reached(app, client)
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(_NO_PAGES)
    }
    missing = (
        {page for page in pages if is_open_to(actor, page)}
        - set(reached)
        - set(_ONLY_AFTER)
        - _NOT_YET.get(role, set())
    )
    assert (missing, dead) == (set(), [])


def test_whoever_manages_accounts_begins_there_and_a_discipline_officer_has_the_jobs_in_the_menu(walker):
    _actor, admin = walker(Role.ADMIN)
    assert admin.get("/").headers["Location"] == "/accounts"
    _actor, discipline = walker(Role.DISCIPLINE)
    assert 'href="/jobs"' in page_of(discipline, "/").split("</header>")[0]


def test_the_help_tells_a_candidate_of_the_own_record_and_not_of_lists(walker):
    _actor, candidate = walker(Role.CANDIDATE)
    html = page_of(candidate, "/help", "en")
    assert "Your own record" in html
    assert "From a vacancy to a list" not in html
    assert "What takes two people" not in html
    _actor, officer = walker(Role.OFFICER)
    html = page_of(officer, "/help", "en")
    assert "Your own record" not in html
    assert "From a vacancy to a list" in html
