"""The tour of the README does what it says, on the city that `make demo` draws."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
ROOT = Path(__file__).parents[3]
OWN = "Kranich-Deich-Weide-27"
N_PEOPLE = "10000"  # the numbers of the tour are those of `make demo`


def _tour(document: str) -> list[list[str]]:
    """Return the commands of the tour as words, without what makes the token."""
    blocks = re.findall(r"```sh\n(.+?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    lines = re.findall(r"^talentpool .+$", "\n".join(blocks), re.MULTILINE)
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.fixture
def officer(terminal: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The terminal on the demo city, with the token that the tour asks for."""
    drawn = terminal("init", "--demo", N_PEOPLE).output
    (given,) = re.findall(r"^  officer +(\S+)", drawn, re.MULTILINE)
    asked = ("-q", "--as", "officer", "--password-stdin", "user", "token", "--days", "1")
    made = terminal(*asked, told=f"{given}\n{OWN}\n")
    monkeypatch.setenv("TALENTPOOL_TOKEN", made.output.split()[-1])
    return terminal


def test_every_command_of_the_tour_does_what_it_says(officer: Run) -> None:
    tours = {document: _tour(document) for document in ("README.md", "README.zh-CN.md")}
    said = {tuple(words): officer(*words).stdout for tour in tours.values() for words in tour}
    for tour in tours.values():
        (listed,) = [said[tuple(words)] for words in tour if "--explain" in words]
        (excluded,) = [said[tuple(words)] for words in tour if "--excluded" in words]
        (explained,) = [said[tuple(words)] for words in tour if "explain" in words]
        assert listed.count("（已核验）") > len(re.findall(r"^\d\. P\d{7} ", listed, re.MULTILINE)) == 5
        assert re.search(r"\d+ (人不在管辖范围内|are outside it)", excluded), "an officer sees who is of the county"
        assert re.search(r"45 天 → 10 天  −\d", explained), "what is tried moves the points"
