"""Browsers in words: what somebody signed in with, told from what it says of itself."""

import re

__all__ = ["browser_words"]

# In this order: most browsers also name the ones that they descend from.
_NAMES = (
    ("360", r"360SE|360EE|QIHU"), ("QQ", r"QQBrowser/(\d+)"), ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"), ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Headless)?(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari/"), ("talentpool", r"^talentpool"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS|OpenHarmony"), ("Android", "Android"), ("iOS", "iPhone|iPad"), ("Windows", "Windows"),
    ("macOS", "Macintosh"), ("Linux", "Linux|X11"),
)  # fmt: skip


def browser_words(told: str | None) -> str:
    """Return name, version and system of a browser, such as "Chrome 120 · Windows"; what is unknown, as it came."""
    if not told:
        return "—"
    found = next(((name, hit) for name, pattern in _NAMES if (hit := re.search(pattern, told))), None)
    if found is None:
        return told
    name, hit = found
    version = f" {hit[1]}" if hit.re.groups and hit[1] else ""
    system = next((f" · {one}" for one, pattern in _SYSTEMS if re.search(pattern, told)), "")
    return f"{name}{version}{system}"
