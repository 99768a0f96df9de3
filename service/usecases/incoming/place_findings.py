"""What is said of places that cannot be told for certain."""

from collections.abc import Sequence

from matching.vocabulary import Text

__all__ = ["ambiguous", "placeless", "unknown_code"]

_SHOWN = 5
_LABELS = {
    "county": Text("县区", "county"),
    "township": Text("乡镇", "township"),
    "village": Text("村", "village"),
}


def unknown_code(code: str) -> Text:
    """Say that nobody knows a code."""
    return Text(
        f"代码“{code}”尚未登记，请先导入村表。", f"The code '{code}' is not registered; import the villages first."
    )


def ambiguous(kind: str, name: str, paths: Sequence[str]) -> Text:
    """Say that several places have a name."""
    shown = paths[:_SHOWN]
    return Text(
        f"有{len(paths)}个{_LABELS[kind].zh}叫“{name}”（{'；'.join(shown)}），请补充上级地名。",
        f"{len(paths)} places are called '{name}' ({'; '.join(shown)}); add the place above.",
    )


def placeless(kind: str, name: str) -> Text:
    """Say that a place is unknown and cannot be registered without the one above."""
    label = _LABELS[kind]
    return Text(
        f"{label.zh}“{name}”尚未登记，且无法判断属于哪里，请补充上级地名。",
        f"The {label.en} '{name}' is not registered and it is not clear where it lies; add the place above.",
    )
