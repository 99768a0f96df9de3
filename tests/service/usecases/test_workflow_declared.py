"""The declaration of the workflow: sound, strict, and the same as what is written about it."""

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from service.access import ALLOWED, Role
from service.errors import NotConfigured
from service.usecases.records.record_moves import RECORD_GUARDS
from service.usecases.records.vacancy_moves import VACANCY_GUARDS
from service.usecases.workflow.appointment_guards import APPOINTMENT_GUARDS
from service.usecases.workflow.candidacy_moves import CANDIDACY_GUARDS
from service.usecases.workflow.round_guards import ROUND_GUARDS
from service.workflow import read_workflow, workflow_in_force, working_days_after
from service.workflow.drawing import redrawn
from service.workflow.lint import lint

SOURCE = resources.files("seed_data").joinpath("workflow.toml").read_text(encoding="utf-8")
DECIDED = 'to = "decided", by = ["org_dept_leader"], sign = true, apart = "proposer", document = true'
PATH = 'stages = ["reviewed", "willingness_asked", "unit_asked", "joint_checked", "discipline_opinion", "decided"'
GUARDS = {**RECORD_GUARDS, **VACANCY_GUARDS, **ROUND_GUARDS, **CANDIDACY_GUARDS, **APPOINTMENT_GUARDS}


def findings(source: str) -> list[str]:
    return lint(read_workflow(source), roles=[str(role) for role in Role], rights=ALLOWED, guards=GUARDS)


def test_the_shipped_workflow_has_no_findings() -> None:
    assert findings(SOURCE) == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ('to = "expired", by = ["system"]', 'to = "cancelled", by = ["system"]', "expired cannot be reached"),
        (DECIDED, DECIDED.replace("org_dept_leader", "system"), "the service itself must not judge"),
        (DECIDED, DECIDED.replace("sign = true, ", ""), "proposed to decided: nobody signs"),
        ('apart = "requester", ', "", "who requested the list could propose it"),
        ('apart = "proposer", ', "", "who proposed the list could decide on it"),
        ("org_dept_leader = []", 'org_dept_leader = ["org_dept_officer"]', "org_dept_leader signs by deciding"),
        ('employer = ["org_dept_officer"]\n', "", "employer is not told"),
        ('by = ["hr_registrar", "candidate"]', 'by = ["hr_registrar", "mayor"]', "there is no role mayor"),
        ('guard = ["term_over"]', 'guard = ["moon_full"]', "there is no condition moon_full"),
        ('right = "move_records"', 'right = "do_anything"', "there is no right do_anything"),
        (PATH, PATH.replace('"joint_checked", "discipline', '"discipline'), "unit_asked to discipline_opinion is not"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(before: str, after: str, finding: str) -> None:
    assert before in SOURCE
    assert any(finding in text for text in findings(SOURCE.replace(before, after)))


@pytest.mark.parametrize("spoiled", ["[talent_record", SOURCE.replace("ratio = 2", "rate = 2"), "posts = {}"])
def test_what_cannot_be_read_is_refused(spoiled: str) -> None:
    with pytest.raises(NotConfigured):
        read_workflow(spoiled)


def test_every_state_of_the_code_tables_has_a_label_in_both_languages() -> None:
    for machine in workflow_in_force().machines.values():
        for one in machine.transitions:
            assert machine.label(one.target).zh != machine.label(one.target).en


def test_a_public_notice_of_five_working_days_knows_the_national_day() -> None:
    # 1 to 7 October are holidays, Saturday 10 October is worked: 8, 9, 10, 12, 13
    deadline = working_days_after(date(2026, 9, 30), 5)
    assert (deadline.on, deadline.needs_manual_check, deadline.note) == (date(2026, 10, 13), False, None)


def test_outside_the_calendar_monday_to_friday_count_and_somebody_has_to_look() -> None:
    deadline = working_days_after(date(2026, 12, 30), 5)
    assert (deadline.on, deadline.needs_manual_check) == (date(2027, 1, 6), True)
    assert deadline.note is not None
    assert "人工复核" in deadline.note.zh


def test_a_period_has_a_day() -> None:
    with pytest.raises(ValueError, match="one working day"):
        working_days_after(date(2026, 1, 5), 0)


def test_the_drawing_in_the_documents_is_that_of_the_declaration() -> None:
    written = (Path(__file__).parents[3] / "docs" / "workflow.md").read_text(encoding="utf-8")
    assert redrawn(written, workflow_in_force()) == written
