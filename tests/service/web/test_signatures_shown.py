"""Who works with numbers and names of accounts is not told, beside what was signed, who holds the account."""

import builders_workflow as b
import pytest
from builders import SIGNED
from builders_offices import reader_of
from builders_workflow import OFFICER

from service.access import Role
from service.usecases.rules.rulebook_changes import propose_rulebook, read_proposed, sign_rulebook, wished_document
from service.usecases.rules.rulebook_effects import effect_of

LIST = "S2026-000001"
RECORDS = (
    "/vacancies/V1", "/api/v1/vacancies/V1", "/api/v1/vacancies/V1/history", "/people/P1", "/api/v1/people/P1/history",
)  # fmt: skip
STEPS = (f"/shortlists/{LIST}/round", f"/shortlists/{LIST}/sheet", f"/api/v1/shortlists/{LIST}/candidacies")


@pytest.fixture
def decided(database, now):
    b.decide(database, now=now)
    return database


@pytest.mark.parametrize("address", RECORDS)
def test_a_reader_of_numbers_is_not_told_who_vouched_for_a_record(app, decided, now, address):
    for role in (Role.OPERATOR, Role.AUDITOR):
        answer = reader_of(app, decided, role, now=now).get(address)
        assert answer.status_code == 200
        assert SIGNED not in answer.text
    assert SIGNED in reader_of(app, decided, Role.OFFICER, now=now).get(address).text


@pytest.mark.parametrize("address", STEPS)
def test_an_auditor_is_told_the_account_that_signed_a_step_and_not_its_holder(app, decided, now, address):
    shown = reader_of(app, decided, Role.AUDITOR, now=now).get(address)
    assert shown.status_code == 200
    assert SIGNED not in shown.text
    assert SIGNED in reader_of(app, decided, Role.OFFICER, now=now).get(address).text


def test_a_proposed_rulebook_tells_who_works_with_numbers_the_account_that_signed_it_alone(app, database, now):
    with database.unit_of_work() as session:
        told = {"actor": OFFICER, "reason": "示例", "now": now}
        document = wished_document(session, actor=OFFICER, changes=["FS-02.limit = 5"])
        wished = read_proposed(session, actor=OFFICER, document=document)
        effect = effect_of(session, actor=OFFICER, rulebook=wished, now=now)
        number = propose_rulebook(session, rulebook=wished, effect=effect, **told).proposal_no
        sign_rulebook(session, actor=b.LEADER, proposal_no=number, signed_name=SIGNED, now=now)
    address = f"/api/v1/rulebook-proposals/{number}"
    assert SIGNED in reader_of(app, database, Role.OFFICER, now=now).get(address).text
    for role in (Role.OPERATOR, Role.AUDITOR):
        answer = reader_of(app, database, role, now=now).get(address)
        assert (answer.status_code, SIGNED in answer.text) == (200, False)
