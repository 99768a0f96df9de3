"""The rules of the house that no other tool checks: sizes, and that the documents tell of what is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("matching", "schemas", "service", "seed_data", "bench", "tools", "tests")
# A revision is generated from the models and never read like prose.
SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "versions" not in path.parts
]
LONGEST_FILE = 300
LONGEST_BODY = 40


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_read_in_one_breath(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST_FILE
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [function.name for function in functions if _body_lines(function) > LONGEST_BODY] == []


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_every_target_and_command_that_a_document_names_is_there(document: str) -> None:
    from service.cli import cli

    text = (ROOT / document).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)\b", text)) - {"python"} <= targets
    commands = set(re.findall(r"^(?:TOKEN=\$\()?talentpool (?:-q |--lang \w+ )?([a-z]+)\b", text, re.MULTILINE))
    commands -= {"registers"}  # a sentence that begins with the product's name
    assert commands <= set(cli.commands) | set(cli.list_commands(None))  # type: ignore[arg-type]  # the group needs no context


@pytest.mark.parametrize("document", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda p: p.name)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_no_lock_file_names_an_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "//" not in (ROOT / name).read_text(encoding="utf-8")


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("package", ["matching", "schemas", "service", "seed_data"])
def test_no_pickle_is_ever_loaded(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert not _imported(path) & {"pickle", "joblib", "dill", "shelve", "marshal"}, path
