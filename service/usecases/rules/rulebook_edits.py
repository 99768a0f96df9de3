"""Changing single values of a rulebook by a path, and telling two rulebooks apart value by value."""

import copy
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from matching.vocabulary import Text
from service.errors import InvalidInput
from service.sent_texts import check_text, without_unwritable

__all__ = ["Difference", "check_texts", "differences", "read_rulebook_file", "rules_by_id", "with_changes"]


class Difference(NamedTuple):
    """One value that differs: ``FS-02.limit``, ``posts.first_secretary.criteria.fs_five.weight``; None: not there."""

    path: str
    before: Any
    after: Any


def read_rulebook_file(text: str) -> dict[str, Any]:
    """Return the document of an uploaded file: TOML, or JSON as ``talentpool rulebook show --json`` gives it.

    Raises
    ------
    InvalidInput
        With line and column, if it is neither.
    """
    try:
        if not text.lstrip("\ufeff \n\r\t").startswith("{"):
            return tomllib.loads(text.removeprefix("\ufeff"))
        found = json.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise InvalidInput(
            Text(f"规则手册不是有效的 TOML 或 JSON：{error}。", f"The rulebook is neither TOML nor JSON: {error}."),
            remedy=Text(
                "请从 talentpool rulebook show --json 的输出修改。", "Start from `talentpool rulebook show --json`."
            ),
            place="document",
        ) from error
    document = found.get("document", found)
    if not isinstance(document, dict):
        problem = Text("document 应为一个对象。", "The document is no object.")
        raise _refused(problem, Text("请提交整册规则手册。", "Send a whole rulebook."), place="document")
    return document


def with_changes(document: Mapping[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """Return a copy of a rulebook with some values set.

    Parameters
    ----------
    document : mapping
    changes : sequence of str
        ``FS-02.limit = 2``, ``FS-02.enabled = false``, ``FS-02.citation = {zh = "…", en = "…"}``,
        ``first_secretary.rural_work = 20`` (the weight of a criterion). The value is written as in TOML.

    Raises
    ------
    InvalidInput
        If there is no such rule or criterion, or the value is not TOML.
    """
    changed: dict[str, Any] = copy.deepcopy(dict(document))
    for number, change in enumerate(changes):
        path, _, written = change.partition("=")
        _set(changed, path.strip(), _value(written.strip(), place=f"changes[{number}]"), place=f"changes[{number}]")
    return changed


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return every value that differs, in the order of the paths; rules are told by their ids."""
    first, second = dict(_flat(before, "")), dict(_flat(after, ""))
    return [
        Difference(path, first.get(path), second.get(path))
        for path in sorted({*first, *second})
        if first.get(path) != second.get(path)
    ]


def check_texts(document: Mapping[str, Any]) -> None:
    """Refuse a rulebook with a text or a name that cannot be stored or printed; TOML and JSON can write such signs.

    Raises
    ------
    InvalidInput
        With the path of the value.
    """
    for path, value in _flat(document, ""):
        for text in (path, *_texts(value)):
            check_text(text, place=without_unwritable(path) or "document", longest=None)


def rules_by_id(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return every rule of a rulebook by its id, also those that are switched off."""
    return {str(rule["id"]): rule for rule in _rules(document)}


def _value(written: str, *, place: str) -> Any:
    try:
        return tomllib.loads(f"value = {written}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise _refused(
            Text(f"“{written}”不是 TOML 的值。", f"'{written}' is no value of TOML."),
            Text('文字请加引号：FS-02.note = "…"。', 'Put texts into quotes: FS-02.note = "...".'),
            place=place,
        ) from error


def _set(document: dict[str, Any], path: str, value: Any, *, place: str) -> None:
    head, *rest = path.split(".")
    rules = {rule.get("id"): rule for rule in _rules(document)}
    posts = document.get("posts", {})
    if head in rules and rest:
        _put(rules[head], rest, value, place=place)
    elif head in posts and len(rest) == 1:
        weights = {one.get("criterion"): one for one in posts[head].get("criteria", {}).values()}
        if rest[0] not in weights:
            raise _unknown(rest[0], list(weights), place=place)
        weights[rest[0]]["weight"] = value
    else:
        raise _unknown(path, [*map(str, rules), *posts], place=place)


def _put(table: dict[str, Any], keys: Sequence[str], value: Any, *, place: str) -> None:
    *outer, last = keys
    for key in outer:
        inner = table.setdefault(key, {})
        if not isinstance(inner, dict):
            raise _unknown(".".join(keys), list(table), place=place)
        table = inner
    table[last] = value


def _rules(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document.get("common", ())
    for part in ("posts", "pools"):
        for section in document.get(part, {}).values():
            yield from section.get("rules", ())


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) and "id" in one for one in value):
        for one in value:
            yield from _flat({key: inner for key, inner in one.items() if key != "id"}, str(one["id"]))
    else:
        yield path, value


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a value that is no table of the document itself."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _unknown(path: str, known: Sequence[str], *, place: str) -> InvalidInput:
    return _refused(
        Text(f"规则手册中没有“{path}”。", f"The rulebook has no '{path}'."),
        Text(f"可用：{'、'.join(known)}。", f"There are: {', '.join(known)}."),
        place=place,
    )


def _refused(problem: Text, remedy: Text, *, place: str) -> InvalidInput:
    return InvalidInput(problem, remedy=remedy, place=place, fields={place: [problem]})
