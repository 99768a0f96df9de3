"""Every form that is sent empty, or with nonsense, is answered by its own page, which says what to put right."""

import pytest
from builders_offices import hired
from sqlalchemy import select

from service.access import EVERYWHERE, Role
from service.access.routes import PUBLIC, ROUTES
from service.models.candidacies import Candidacy
from tests.service.web.builders_desk import list_under_review
from tests.service.web.builders_pages import page_of, token_of

WORDS = "样例乱写"
NAMES = (
    *("reason", "note", "name", "document", "email", "label", "value", "k", "username", "field", "to", "q", "act"),
    *("signed_by", "signed_on", "purpose", "rule_id", "result", "decision", "reason_codes", "kind", "roles", "entry"),
    *("until_on", "valid_until", "meeting", "held_on", "signatory", "current_post", "village_code", "scope", "days"),
)
#: Forms about records that are not here, whose page is told by the error page: nothing of that number is known.
ABSENT = (
    "person_keeping.lift",
    *("appointments.", "notices.", "duplicates.", "import_steps.", "imports.undo", "rulebook_changes.decide"),
    *(
        "replies.give",
        "waivers.",
        "account.end_session",
        "account.revoke_token",
        "people_batches.delete_view",
        "unsent_pages.",
    ),
)


@pytest.fixture
def forms(app, browser, database, now):
    """Return address and hidden fields of each form, about records that are there."""
    address = list_under_review(browser)
    hired(database, username="colleague", roles=frozenset({Role.REGISTRAR}), territory=EVERYWHERE, now=now)
    with database.reading() as session:
        candidacy = session.scalars(select(Candidacy.candidacy_no).order_by(Candidacy.id)).first()
    known = {
        "person_no": "P01",
        "vacancy_no": "V1",
        "shortlist_no": address.rpartition("/")[2],
        "candidacy_no": candidacy,
        "field": "current_post",
        "username": "colleague",
    }
    map_, found = app.url_map.bind("localhost"), {}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api") and ROUTES[rule.endpoint] != PUBLIC:
            values = {one: known.get(one, 999_999 if f"int:{one}" in rule.rule else "X1") for one in rule.arguments}
            found[rule.endpoint] = map_.build(rule.endpoint, values, method="POST")
    hidden = {name: known[name] for name in ("person_no", "vacancy_no", "shortlist_no", "candidacy_no")}
    return found, hidden | {"version": "1", "csrf_token": token_of(page_of(browser, "/help"))}


@pytest.mark.parametrize("words", ["", WORDS])
def test_a_form_sent_with_nonsense_is_answered_by_its_page_and_a_summary_of_what_to_put_right(browser, forms, words):
    addresses, hidden = forms
    bare, unsaid = [], []
    for endpoint, address in sorted(addresses.items()):
        answer = browser.post(address, data=dict.fromkeys(NAMES, words) | hidden)
        if answer.status_code < 400 or endpoint.startswith(ABSENT):
            continue
        if 'class="wrong' in answer.text:
            bare.append((endpoint, answer.status_code))
        elif 'role="alert"' not in answer.text:
            unsaid.append((endpoint, answer.status_code))
    assert (bare, unsaid) == ([], [])
