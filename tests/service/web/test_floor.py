"""The floor is Chromium 83: what it does not know stays out of style sheet and script; colours can be read."""

import hashlib
import re
from pathlib import Path

import pytest

from service.web.assets import DIRECTORY


def _bare(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


STYLES = {path.name: _bare(path) for path in sorted(DIRECTORY.glob("*.css"))}
SCRIPTS = {path.name: _bare(path) for path in sorted(DIRECTORY.glob("*.js"))}
CSS = STYLES["app.css"]

BANNED_CSS = {
    "flex gap": r"(?<![-\w])(?:row-|column-)?gap\s*:",
    "inset": r"(?<![-\w])inset(?:-inline|-block)?\s*:",
    "aspect-ratio": r"(?<![-\w])aspect-ratio\s*:",
    ":is, :where, :has": r":(?:is|where|has)\(",
    ":not with a list": r":not\([^)]*,",
    "@layer, @container": r"@(?:layer|container|property|scope)\b",
    "nesting": r"\{[^{}]*&[^{}]*\{",
    "color-mix and newer colours": r"(?:color-mix|oklch|oklab|lab|lch)\(",
    "accent-color": r"(?<![-\w])accent-color\s*:",
    "newer viewport units": r"\d(?:d|s|l)v[hw]\b",
    "logical shorthands": r"(?<![-\w])(?:margin|padding)-(?:inline|block)\s*:",
    "text-wrap": r"(?<![-\w])text-wrap\s*:",
    "subgrid": r"\bsubgrid\b",
    "translate, rotate, scale as properties": r"(?:^|[;{]\s*)(?:translate|rotate|scale)\s*:",
}
BANNED_JS = {
    "logical assignment": r"\?\?=|\|\|=|&&=",
    "replaceAll": r"\.replaceAll\(",
    "at": r"\.at\(",
    "structuredClone": r"structuredClone",
    "private methods": r"\s#\w+\(",
    "storage": r"localStorage|sessionStorage|indexedDB|document\.cookie",
    "code from text": r"\beval\(|new Function|innerHTML",
    "another host": r"https?://",
}


@pytest.mark.parametrize("name", BANNED_CSS)
def test_no_style_sheet_uses_anything_above_the_floor(name):
    assert {"app.css", "desk.css", "sheet.css"} <= STYLES.keys()
    assert {file: found for file, text in STYLES.items() if (found := re.findall(BANNED_CSS[name], text))} == {}


@pytest.mark.parametrize("name", BANNED_JS)
def test_no_script_uses_anything_above_the_floor_or_keeps_anything(name):
    assert {"app.js", "desk.js"} <= SCRIPTS.keys()
    assert {file: found for file, text in SCRIPTS.items() if (found := re.findall(BANNED_JS[name], text))} == {}


@pytest.mark.parametrize(
    ("name", "source"),
    [("flex gap", "a{gap:4px}"), ("nesting", "a{color:red;& b{color:red}}"), (":is, :where, :has", "a:has(b){}")],
)
def test_the_list_of_banned_features_finds_them(name, source):
    assert re.findall(BANNED_CSS[name], source)


TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", CSS))
TEXT_ON = [
    *((text, ground) for text in ("ink", "ink2", "ink3") for ground in ("card", "paper", "sunk")),
    *((text, ground) for text in ("pri", "brand", "ok", "warn", "bad") for ground in ("card", "sunk")),
    *((text, ground) for text in ("cv", "rm", "rl", "ot") for ground in ("card", "sunk")),
    ("ok", "ok-t"), ("warn", "warn-t"), ("bad", "bad-t"), ("pri", "pri-t"), ("pri-d", "pri-t"),
    ("cv", "cv-t"), ("rm", "rm-t"), ("rl", "rl-t"), ("ot", "ot-t"), ("card", "pri"), ("card", "brand"),
]  # fmt: skip


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_on_its_ground(text, ground):
    high, low = sorted((_luminance(TOKENS[text]), _luminance(TOKENS[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_black_on_white_has_the_contrast_that_wcag_states():
    assert (_luminance("#fff") + 0.05) / (_luminance("#000") + 0.05) == pytest.approx(21)


def test_the_vendored_script_is_the_one_that_was_reviewed():
    stated, name = (DIRECTORY / "vendor" / "htmx.sha256").read_text(encoding="ascii").split()
    source = (DIRECTORY / "vendor" / name).read_bytes()
    assert hashlib.sha256(source).hexdigest() == stated
    version = (DIRECTORY / "vendor" / "htmx.version").read_text(encoding="ascii").strip()
    assert f'version:"{version}"'.encode() in source
    assert (DIRECTORY / "vendor" / "htmx.LICENSE").stat().st_size


def test_everything_that_others_made_comes_with_its_licence():
    for name in ("icons.LICENSE", "fonts/Barlow.LICENSE", "vendor/htmx.LICENSE"):
        assert (DIRECTORY / name).stat().st_size > 100


def test_every_icon_that_a_template_names_is_in_the_sprite():
    known = set(re.findall(r'id="([\w-]+)"', (DIRECTORY / "icons.svg").read_text(encoding="utf-8")))
    for template in (DIRECTORY.parent / "templates").rglob("*.html"):
        source = template.read_text(encoding="utf-8")
        assert set(re.findall(r"icon\('([\w-]+)'", source)) <= known, template.name
