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

#: What is kept out: a pattern, and a line that it must find.
BANNED_CSS = {
    "flex gap": (r"(?<![-\w])(?:row-|column-)?gap\s*:", "a{gap:4px}"),
    "inset": (r"(?<![-\w])inset(?:-inline|-block)?\s*:", "a{inset:0}"),
    "aspect-ratio": (r"(?<![-\w])aspect-ratio\s*:", "a{aspect-ratio:1}"),
    ":is, :where, :has": (r":(?:is|where|has)\(", "a:has(b){}"),
    ":not with a list": (r":not\([^)]*,", "a:not(b, c){}"),
    "@layer, @container": (r"@(?:layer|container|property|scope|starting-style|counter-style)\b", "@layer base{}"),
    "nesting": (r"\{[^{}]*&[^{}]*\{", "a{color:red;& b{color:red}}"),
    "color-mix and newer colours": (r"(?:color-mix|oklch|oklab|lab|lch|light-dark)\(", "a{color:oklch(1 0 0)}"),
    "accent-color": (r"(?<![-\w])accent-color\s*:", "a{accent-color:red}"),
    "newer viewport units": (r"\d(?:d|s|l)v[hw]\b", "a{height:100dvh}"),
    "logical shorthands": (r"(?<![-\w])(?:margin|padding)-(?:inline|block)\s*:", "a{margin-inline:0}"),
    "text-wrap": (r"(?<![-\w])text-wrap\s*:", "a{text-wrap:balance}"),
    "subgrid": (r"\bsubgrid\b", "a{grid-template-rows:subgrid}"),
    "translate, rotate, scale as properties": (r"(?:^|[;{]\s*)(?:translate|rotate|scale)\s*:", "a{rotate:4deg}"),
    "appearance without its prefix before it": (
        r"(?:\{|[;{](?!\s*-webkit-appearance)[^;{}]*;)\s*appearance\s*:", "a{color:red; appearance:none}",
    ),
    "overflow: clip": (r"overflow(?:-[xy])?\s*:\s*clip\b", "a{overflow-x:clip}"),
    "content-visibility": (r"content-visibility\s*:", "a{content-visibility:auto}"),
    "underlines placed by hand": (
        r"text-(?:underline-offset|decoration-thickness)\s*:", "a{text-underline-offset:2px}",
    ),
    "forced colours": (r"forced-color", "@media (forced-colors: active){}"),
    "media ranges": (r"@media[^{]*[<>]", "@media (width <= 600px){}"),
    "scrollbar-gutter": (r"scrollbar-gutter\s*:", "a{scrollbar-gutter:stable}"),
}  # fmt: skip
BANNED_JS = {
    "logical assignment": (r"\?\?=|\|\|=|&&=", "a ??= b"),
    "replaceAll": (r"\.replaceAll\(", "a.replaceAll(b, c)"),
    "at": (r"\.at\(", "a.at(-1)"),
    "replaceChildren": (r"\.replaceChildren\(", "a.replaceChildren()"),
    "hasOwn": (r"Object\.hasOwn\b", "Object.hasOwn(a, b)"),
    "arrays from the end, and copies": (
        r"\.(?:findLast(?:Index)?|toSorted|toReversed|toSpliced|with)\(", "a.toSorted()",
    ),
    "groupBy, Promise.any": (r"\.groupBy\(|Promise\.(?:any|withResolvers|try)\b", "Promise.any(a)"),
    "randomUUID": (r"randomUUID", "crypto.randomUUID()"),
    "newer signals": (r"AbortSignal\.(?:timeout|any)\b", "AbortSignal.timeout(1)"),
    "structuredClone": (r"structuredClone", "structuredClone(a)"),
    "private methods": (r"\s#\w+\(", "class A { #b() {} }"),
    "static blocks": (r"static\s*\{", "class A { static { b(); } }"),
    "top-level await": (r"(?m)^await\b", "await a();"),
    "weak references": (r"\bWeakRef\b|FinalizationRegistry", "new WeakRef(a)"),
    "storage": (r"localStorage|sessionStorage|indexedDB|document\.cookie", "localStorage.a = 1"),
    "code from text": (
        r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write\b", "a.outerHTML = b",
    ),
    "another host": (r"https?://", "fetch('https://a')"),
}  # fmt: skip
BANNED_HTML = {
    "popover": (r"\spopover(?:target)?\b", "<p popover>"),
    "inert": (r"\sinert[\s>=]", "<p inert>"),
    "style in the page": (r"\sstyle\s*=|<style\b", '<p style="color:red">'),
    "script in the page": (r"<script\b(?![^>]*\ssrc=)", "<script>a()</script>"),
    "code in an attribute": (r"""\son[a-z]+\s*=\s*["']|\shx-on""", '<a onclick="b()">'),
    "lazy words of newer browsers": (r"\s(?:enterkeyhint|fetchpriority|blocking)\s*=", '<img fetchpriority="high">'),
    "details that shut each other": (r"<details\b[^>]*\sname=", '<details name="a">'),
}  # fmt: skip
TEMPLATES = {
    path.name: re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for path in sorted((DIRECTORY.parent / "templates").rglob("*.html"))
}


def _uses(sources: dict[str, str], pattern: str) -> dict[str, list[str]]:
    return {file: found for file, text in sources.items() if (found := re.findall(pattern, text))}


@pytest.mark.parametrize("name", BANNED_CSS)
def test_no_style_sheet_uses_anything_above_the_floor(name):
    assert {"app.css", "desk.css", "sheet.css"} <= STYLES.keys()
    assert _uses(STYLES, BANNED_CSS[name][0]) == {}


@pytest.mark.parametrize("name", BANNED_JS)
def test_no_script_uses_anything_above_the_floor_or_keeps_anything(name):
    assert {"app.js", "desk.js", "records.js"} <= SCRIPTS.keys()
    assert _uses(SCRIPTS, BANNED_JS[name][0]) == {}


@pytest.mark.parametrize("name", BANNED_HTML)
def test_no_template_uses_anything_above_the_floor_or_holds_style_or_script(name):
    assert len(TEMPLATES) > 40
    assert _uses(TEMPLATES, BANNED_HTML[name][0]) == {}


@pytest.mark.parametrize(
    ("pattern", "source"),
    [pytest.param(*one, id=name) for name, one in (BANNED_CSS | BANNED_JS | BANNED_HTML).items()],
)
def test_each_pattern_of_what_is_banned_finds_it(pattern, source):
    assert re.findall(pattern, source)


def test_the_focus_ring_of_newer_browsers_is_only_an_addition():
    for file, text in STYLES.items():
        for selector in re.findall(r"([^{};]*:focus-visible[^{}]*)\{", text):
            assert "," not in selector, f"{file}: Chromium 83 drops the whole rule {selector}"


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
