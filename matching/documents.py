"""Strict reading of parsed documents: every key is asked for once, a wrong or unknown one is refused with its place."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from string import Formatter
from typing import Any, NoReturn, TypeVar

from matching.errors import RulebookError
from matching.vocabulary import Text

__all__ = ["Section"]

_Choice = TypeVar("_Choice", bound=StrEnum)


class Section:
    """One table of a document.

    Parameters
    ----------
    content : object
        The table; anything but a mapping is refused.
    place : str
        Where the table stands, for messages: ``rulebook.toml, rule FS-02``.
    """

    def __init__(self, content: object, *, place: str) -> None:
        self.place = place
        self._asked: set[str] = set()
        if not isinstance(content, Mapping):
            raise RulebookError(Text("此处应为一个表。", "A table is expected here."), place=place)
        self._content: Mapping[str, Any] = content

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def refuse(self, key: str, problem: Text) -> NoReturn:
        """Refuse the value of `key`."""
        word = f"{self.place}, key '{key}'" if key else self.place
        raise RulebookError(problem, place=word)

    def _value(self, key: str, expected: type | tuple[type, ...], problem: Text) -> Any:
        self._asked.add(key)
        if key not in self._content:
            self.refuse(key, Text(f"缺少“{key}”。", f"'{key}' is missing."))
        value = self._content[key]
        # A yes/no value is an int for Python, never for the reader of the rulebook.
        is_misplaced_flag = isinstance(value, bool) and expected is not bool
        if is_misplaced_flag or not isinstance(value, expected):
            self.refuse(key, problem)
        return value

    def string(self, key: str) -> str:
        """Return a text that is not empty."""
        value: str = self._value(key, str, Text("此处应为文字。", "A text is expected here."))
        if not value.strip():
            self.refuse(key, Text("此处不能为空。", "This must not be empty."))
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value: bool = self._value(key, bool, Text("此处应为 true 或 false。", "true or false is expected here."))
        return value

    def number(self, key: str) -> float:
        """Return a number."""
        value: float = self._value(key, (int, float), Text("此处应为数字。", "A number is expected here."))
        if not isfinite(value):
            self.refuse(key, Text("此处应为有限的数字。", "A finite number is expected here."))
        return float(value)

    def items(self, key: str) -> list[Any]:
        """Return a list."""
        value: list[Any] = self._value(key, list, Text("此处应为列表。", "A list is expected here."))
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.items(key)
        if not all(isinstance(value, str) for value in values):
            self.refuse(key, Text("列表中的每一项应为文字。", "Each item of the list must be a text."))
        return tuple(values)

    def is_text(self, key: str) -> bool:
        """Whether the value of `key` is a text."""
        return isinstance(self._content.get(key), str)

    def choice(self, key: str, choices: type[_Choice]) -> _Choice:
        """Return one of the words of an enumeration."""
        word = self.string(key)
        self.require(key, word, choices)
        return choices(word)

    def require(self, key: str, word: str, known: Iterable[str]) -> None:
        """Refuse a word that is not among the known ones, naming the nearest."""
        words = sorted(known)
        if word in words:
            return
        near = get_close_matches(word, words, n=1)
        hint = Text(f"是否“{near[0]}”？", f"Did you mean '{near[0]}'?") if near else _listed(words)
        self.refuse(key, Text(f"不认识“{word}”。{hint.zh}", f"'{word}' is not known. {hint.en}"))

    def text(self, key: str, *, places: Iterable[str] = ()) -> Text:
        """Return a text in both languages, in which only the named places may be filled."""
        inner = self.section(key)
        text = Text(inner.string("zh"), inner.string("en"))
        inner.finish()
        for language, wording in text._asdict().items():
            self._check_places(f"{key}.{language}", wording, set(places))
        return text

    def _check_places(self, key: str, wording: str, places: set[str]) -> None:
        try:
            named = {name for _, name, _, _ in Formatter().parse(wording) if name is not None}
        except ValueError:
            self.refuse(key, Text("花括号不成对。", "The braces do not match."))
        for name in sorted(named - places):
            self.refuse(key, Text(f"不能填入“{{{name}}}”。", f"'{{{name}}}' cannot be filled here."))

    def section(self, key: str, *, place: str = "") -> "Section":
        """Return a table inside this one."""
        self._asked.add(key)
        if key not in self._content:
            self.refuse(key, Text(f"缺少“{key}”。", f"'{key}' is missing."))
        return Section(self._content[key], place=place or f"{self.place}, key '{key}'")

    def sections(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """Yield the tables of a table, each with its name."""
        outer = self.section(key)
        for name in outer.keys():  # noqa: SIM118 - a Section is no mapping
            yield name, outer.section(name, place=f"{self.place}, {key}.{name}")

    def keys(self) -> tuple[str, ...]:
        """Return the keys as written."""
        return tuple(self._content)

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        for key in self._content:
            if key not in self._asked:
                near = get_close_matches(key, self._asked, n=1)
                zh, en = (f"是否“{near[0]}”？", f" Did you mean '{near[0]}'?") if near else ("", "")
                self.refuse(key, Text(f"未知的键“{key}”。{zh}", f"The key '{key}' is not known.{en}"))


def _listed(words: list[str]) -> Text:
    return Text(f"可用：{'、'.join(words)}。", f"Known: {', '.join(words)}.")
