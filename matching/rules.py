"""Rules: what they ask (a closed set of kinds) and how unknown values count.

A condition is true, false or unknown about every person; a rule turns that into a verdict. Both are small integers in
arrays of one entry a person, chosen so that "false < unknown < true" and "fail < to verify < pass" are the same
numbers: `any_of` is then a maximum.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from operator import ge, le
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.facts import FACTS, Fact, Origin
from matching.vocabulary import Confidence, Missing, Stage, Text, Verdict

__all__ = [
    "FAIL",
    "FALSE",
    "KINDS_OF_FACT",
    "NOT_APPLICABLE",
    "PASS",
    "RULE_VERDICTS",
    "TO_VERIFY",
    "TRUE",
    "UNKNOWN",
    "WAIVED",
    "Condition",
    "Kind",
    "Override",
    "Rule",
    "coded_truth",
    "number_truth",
    "verdicts_of",
]

FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)
FAIL, TO_VERIFY, PASS, WAIVED, NOT_APPLICABLE = FALSE, UNKNOWN, TRUE, np.int8(3), np.int8(4)

# The verdict of a code; None: the rule does not apply to the person.
RULE_VERDICTS: tuple[Verdict | None, ...] = (Verdict.FAIL, Verdict.TO_VERIFY, Verdict.PASS, Verdict.WAIVED, None)

Verdicts = npt.NDArray[np.int8]


class Kind(StrEnum):
    """What a condition asks of a value; the set is closed."""

    IS_TRUE = "is_true"
    IS_FALSE = "is_false"
    GTE = "gte"  # at least
    LTE = "lte"  # at most
    IN = "in"
    NOT_IN = "not_in"
    INTERSECTS = "intersects"
    NOT_INTERSECTS = "not_intersects"


# Which kinds a fact allows.
KINDS_OF_FACT: Mapping[str, frozenset[Kind]] = {
    "flag": frozenset({Kind.IS_TRUE, Kind.IS_FALSE}),
    "number": frozenset({Kind.GTE, Kind.LTE}),
    "code": frozenset({Kind.IN, Kind.NOT_IN}),
    "codes": frozenset({Kind.INTERSECTS, Kind.NOT_INTERSECTS}),
}


class Override(StrEnum):
    """Who may waive a rule for a named person."""

    NONE = "none"
    ORG_DEPT = "org_dept"  # 组织部门


@dataclass(frozen=True)
class Condition:
    """One question about one fact.

    Parameters
    ----------
    field : str
        A name of `FACTS`.
    kind : Kind
    limit : float, str, tuple of str or None
        A number; the name of a value of the vacancy; the codes; None for the yes/no kinds, and for a number that is
        not known (then every answer is unknown).
    """

    field: str
    kind: Kind
    limit: float | str | tuple[str, ...] | None = None

    @property
    def fact(self) -> Fact:
        """The declaration of the fact."""
        return FACTS[self.field]

    @property
    def is_pair(self) -> bool:
        """Whether the fact is about a person and a vacancy together."""
        return self.fact.origin is Origin.PAIR

    def resolved(self, vacancy: object) -> "Condition":
        """Put the vacancy's value in the place of its name."""
        if not isinstance(self.limit, str):
            return self
        value = getattr(vacancy, self.limit, None)
        return replace(self, limit=None if value is None else float(value))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of the rulebook, or one requirement of a vacancy.

    Parameters
    ----------
    id : str
    scope : str
        "common", a post, a pool, or "vacancy".
    title : Text
        What is asked, as a template.
    conditions : tuple of Condition
        One, or the parts of `any_of`.
    is_any_of : bool
    missing : Missing
    override : Override
    basis, sources, confidence, citation
        Where the rule comes from; `citation` is the department's own document.
    texts : mapping of Verdict to Text
        The sentence for pass, fail and to verify, as templates of ``{value} {limit} {as_of} {label}``.
    applies_if : Condition or None
    """

    id: str
    scope: str
    title: Text
    conditions: tuple[Condition, ...]
    texts: Mapping[Verdict, Text]
    basis: Text | None
    is_any_of: bool = False
    missing: Missing = Missing.REVIEW
    stage: Stage = Stage.LISTING
    override: Override = Override.NONE
    applies_if: Condition | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence = Confidence.UNVERIFIED
    citation: Text | None = None
    enabled: bool = True
    note: str = ""
    fields: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        asked = {condition.field for condition in self.conditions}
        also = {self.applies_if.field} if self.applies_if else set()
        object.__setattr__(self, "fields", frozenset(asked | also))

    @property
    def label(self) -> Text:
        """How the facts are called that the rule asks for."""
        labels = [condition.fact.label for condition in self.conditions]
        return Text("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))

    @property
    def is_waivable(self) -> bool:
        """Whether somebody may waive the rule."""
        return self.override is not Override.NONE


_COMPARISONS: Mapping[Kind, Callable[[Any, Any], Any]] = {
    Kind.GTE: ge,
    Kind.LTE: le,
    Kind.IS_TRUE: lambda values, _: values > 0,
    Kind.IS_FALSE: lambda values, _: values == 0,
}


def number_truth(values: npt.NDArray[np.float64], condition: Condition) -> Verdicts:
    """Answer a condition on numbers or yes/no facts.

    Parameters
    ----------
    values : ndarray of shape (n,), float64
        NaN is unknown.
    condition : Condition
        Resolved: its limit is a number or None.

    Returns
    -------
    ndarray of shape (n,), int8
        FALSE, UNKNOWN or TRUE.
    """
    needs_limit = condition.kind in {Kind.GTE, Kind.LTE}
    if needs_limit and condition.limit is None:
        return np.full(len(values), UNKNOWN)
    answers = np.where(_COMPARISONS[condition.kind](values, condition.limit), TRUE, FALSE)
    answers[np.isnan(values)] = UNKNOWN
    return answers


def coded_truth(value: str | None, condition: Condition) -> np.int8:
    """Answer a condition on one code, or on codes joined with ``|``; None is unknown."""
    if value is None:
        return UNKNOWN
    limit = condition.limit if isinstance(condition.limit, tuple) else ()
    found = not set(limit).isdisjoint(value.split("|"))
    return TRUE if found == (condition.kind in {Kind.IN, Kind.INTERSECTS}) else FALSE


_UNKNOWN_COUNTS_AS = {Missing.REVIEW: TO_VERIFY, Missing.FAIL: FAIL, Missing.PASS: PASS}


def verdicts_of(rule: Rule, answers: Verdicts | Sequence[Verdicts], applies: Verdicts | None = None) -> Verdicts:
    """Turn the answers to a rule's conditions into verdicts.

    Parameters
    ----------
    rule : Rule
    answers : sequence of n_conditions ndarrays of shape (n,), int8
    applies : ndarray of shape (n,), int8, or None
        Answers to `applies_if`.

    Returns
    -------
    ndarray of shape (n,), int8
        FAIL, TO_VERIFY, PASS or NOT_APPLICABLE. An unknown `applies_if` means that the rule applies.
    """
    verdicts = reduce(np.maximum, answers)
    if rule.missing is not Missing.REVIEW:  # else the verdicts are the same numbers as the answers
        verdicts = np.where(verdicts == UNKNOWN, _UNKNOWN_COUNTS_AS[rule.missing], verdicts)
    if applies is not None:
        verdicts = np.where(applies == FALSE, NOT_APPLICABLE, verdicts)
    return verdicts
