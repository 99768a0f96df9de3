"""Acts and records of the log in words."""

import ast
import re
from pathlib import Path

import pytest

from service.usecases.auditing.audit_words import action_text, subject_text

USECASES = Path(__file__).parents[3] / "service" / "usecases"
HAN = re.compile(r"[\u4e00-\u9fff]")


def _named(keyword: str) -> set[str]:
    """Return every constant that the use cases give under a keyword."""
    found = set()
    for path in USECASES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == keyword and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return found


def test_every_act_that_a_use_case_names_has_words_in_both_languages():
    actions = _named("action")
    assert len(actions) > 50, "too little was found to mean anything"
    without = [one for one in sorted(actions) if not HAN.search(action_text(one).zh)]
    assert without == []


@pytest.mark.parametrize("action", ["move_candidacy", "edit_person", "save_people", "view_person", "sign_rulebook"])
def test_acts_that_are_put_together_have_words_too(action):
    assert HAN.search(action_text(action).zh)
    assert action_text(action).en == action.replace("_", " ")


def test_what_has_no_words_keeps_its_name():
    assert action_text("juggle_balls").zh == "juggle_balls"
    assert subject_text("ball").zh == "ball"
