"""The rulebook in words: limits as fields with their units and labels, values that differ as people read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from matching.criteria import CRITERIA
from matching.facts import FACTS, VACANCY_LIMITS, Fact
from matching.outcomes import value_text
from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.usecases.rules.rulebook_edits import rules_by_id
from service.web.formatting import in_language, label

__all__ = ["choices_of", "is_listed", "limit_words", "place_words", "unit_of"]

_LANGUAGES = {"zh": "中文", "en": "English"}  # each in itself, as the switch of languages has them
_OF_VACANCY = Text("岗位任期", "the term of the vacancy")


def unit_of(rule: Mapping[str, Any]) -> str:
    """Return the unit of a limit that is a number; "" where it has none."""
    fact = _fact_of(rule)
    return in_language(fact.unit) if fact and fact.unit and not _ranks_of(fact) else ""


def choices_of(rule: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the choices of a limit, each code with its label; none where it is written."""
    fact = _fact_of(rule)
    if fact is None:
        return []
    if is_listed(rule) and fact.code_table:
        known = [*code_table(fact.code_table).codes]
        known += [code for code in rule["limit"] if code not in known]
        return [(code, str(label(code, fact.code_table))) for code in known]
    return _ranks_of(fact) if _is_number(rule.get("limit")) else []


def is_listed(rule: Mapping[str, Any]) -> bool:
    """Say whether the limit of a rule is a list of codes."""
    return isinstance(rule.get("limit"), list)


def limit_words(rule: Mapping[str, Any], limit: Any) -> str:
    """Return a limit of a rule as people read it; "" if only the written value says it."""
    fact = _fact_of(rule)
    if isinstance(limit, str) and limit in VACANCY_LIMITS:
        return in_language(_OF_VACANCY)
    if fact is None:
        return ""
    if isinstance(limit, list) and fact.code_table:
        return str(_(", ").join(str(label(code, fact.code_table)) for code in map(str, limit)))
    return in_language(value_text(fact, limit)) if _is_number(limit) and fact.kind == "number" else ""


def place_words(document: Mapping[str, Any], path: str) -> str:
    """Return where in a rulebook a value stands, as people read it: ``FS-02 · limit``; the path where no words fit."""
    head, _dot, part = path.partition(".")
    if head in rules_by_id(document):
        outer, _dot, language = part.rpartition(".")
        name = _part_names().get(outer if language in _LANGUAGES else part)
        if name is None:
            return path
        return f"{head} · {name}" + (f" ({_LANGUAGES[language]})" if language in _LANGUAGES else "")
    _posts, post, _criteria, key, last = (*path.split("."), "", "", "", "")[:5]
    table = document.get("posts", {}).get(post, {}).get("criteria", {})
    if head != "posts" or _criteria != "criteria" or key not in table or last != "weight":
        return path
    criterion = in_language(CRITERIA[table[key]["criterion"]].label)
    weight = _("weight")
    return f"{label(post, 'post_type')} · {criterion} · {weight}"


def _part_names() -> Mapping[str, str]:
    """Return what the parts of a rule are called."""
    return {
        "limit": _("limit"), "enabled": _("whether it applies"), "citation": _("cited document"),
        "title": _("title"), "note": _("note"), "missing": _("when nothing is on record"), "stage": _("when it is due"),
        "override": _("who may waive it"), "pass": _("sentence if met"), "fail": _("sentence if not met"),
        "to_verify": _("sentence if to be verified"), "confidence": _("how sure the source is"),
        "source": _("source"), "field": _("what is looked at"), "op": _("comparison"),
    }  # fmt: skip


def _ranks_of(fact: Fact) -> list[tuple[str, str]]:
    if fact.ranks:
        return _listed((str(rank), in_language(name)) for rank, name in enumerate(fact.ranks))
    if fact.kind == "number" and fact.code_table:
        return _listed((code, str(label(code, fact.code_table))) for code in code_table(fact.code_table).codes)
    return []


def _listed(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, name[:1].upper() + name[1:]) for code, name in choices]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fact_of(rule: Mapping[str, Any]) -> Fact | None:
    return FACTS.get(str(rule.get("field", "")))
