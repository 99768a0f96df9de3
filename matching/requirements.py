"""A vacancy's own requirements: rules where a document is cited, wishes otherwise."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from matching.outcomes import heading
from matching.rules import Condition, Kind, Override, Rule
from matching.vocabulary import Confidence, Text, Verdict

__all__ = ["REQUIREMENT_FIELDS", "Requirements", "requirement_rules"]


class Requirements(NamedTuple):
    """What a vacancy asks for.

    Parameters
    ----------
    rules : tuple of Rule
        They exclude; only with a cited basis.
    wishes : tuple of Text
        They are shown and exclude nobody.
    """

    rules: tuple[Rule, ...]
    wishes: tuple[Text, ...]


@dataclass(frozen=True)
class _Kind:
    """One requirement that a vacancy may have."""

    rule_id: str
    field: str
    kind: Kind
    title: Text
    passed: Text
    failed: Text
    unknown: Text


_EDUCATION = _Kind(
    "V-EDU",
    "education_rank",
    Kind.GTE,
    Text("学历不低于{limit}", "Education: {limit} or above"),
    Text("学历为{value}，不低于{limit}", "Education: {value}; {limit} or above is required"),
    Text("学历为{value}，低于{limit}", "Education: {value}, below {limit}"),
    Text("尚未登记学历，待本人提供学历证明", "Education is not recorded yet; the person can supply the certificate"),
)
_DEGREE = _Kind(
    "V-DEG",
    "degree_rank",
    Kind.GTE,
    Text("学位不低于{limit}", "Degree: {limit} or above"),
    Text("学位为{value}，不低于{limit}", "Degree: {value}; {limit} or above is required"),
    Text("学位为{value}，低于{limit}", "Degree: {value}, below {limit}"),
    Text("尚未登记学位，待本人提供学位证明", "The degree is not recorded yet; the person can supply the certificate"),
)
_AGE = _Kind(
    "V-AGE",
    "age_years",
    Kind.LTE,
    Text("年龄不超过{limit}", "Age at most {limit}"),
    Text("年龄{value}，不超过{limit}", "Age {value}, at most {limit}"),
    Text("年龄{value}，超过{limit}", "Age {value}, above {limit}"),
    Text(
        "尚未登记出生年月，待本人或乡镇补充后确认",
        "The date of birth is not recorded yet; the person or the township can supply it",
    ),
)
_EXPERIENCE = _Kind(
    "V-EXP",
    "work_years",
    Kind.GTE,
    Text("工作经历满{limit}", "At least {limit} of work"),
    Text("工作经历{value}，满{limit}", "{value} of work, at least {limit}"),
    Text("工作经历{value}，不足{limit}", "{value} of work, below {limit}"),
    Text(
        "尚未登记参加工作时间，待本人或所在单位核实后确认是否满{limit}",
        "The start of working life is not recorded yet; the person or the employer can confirm at least {limit}",
    ),
)


#: The fact that each rule made of a requirement is about.
REQUIREMENT_FIELDS = {kind.rule_id: kind.field for kind in (_EDUCATION, _DEGREE, _AGE, _EXPERIENCE)}

_MARKS = " \t.。,、;:/\\()-–—_*?"
# What rosters write where there is no document.
_NO_DOCUMENT = frozenset(
    {"", "无", "暂无", "没有", "无依据", "无文件", "无要求", "不限", "不详", "未知", "空", "否", "n/a", "na", "nil"}
    | {"no", "none", "null", "nan", "unknown"}
)


def requirement_rules(
    *,
    education_rank_min: float | None = None,
    degree_rank_min: float | None = None,
    age_years_max: float | None = None,
    work_years_min: float | None = None,
    basis: str | None = None,
) -> Requirements:
    """Turn a vacancy's requirements into rules, or into wishes where no document is cited.

    Parameters
    ----------
    education_rank_min : float or None
        Lowest rank of the table ``education_rank``.
    degree_rank_min : float or None
        1 bachelor, 2 master, 3 doctor.
    age_years_max, work_years_min : float or None
        Years.
    basis : str or None
        The document cited for them; blank and words such as 无 or "none" count as no document.
    """
    asked = (
        (_EDUCATION, education_rank_min),
        (_DEGREE, degree_rank_min),
        (_AGE, age_years_max),
        (_EXPERIENCE, work_years_min),
    )
    cited = _cited(basis)
    rules = tuple(_rules(asked, cited))
    return Requirements(rules, ()) if cited else Requirements((), tuple(heading(rule) for rule in rules))


def _cited(basis: str | None) -> str:
    cited = (basis or "").strip()
    word = unicodedata.normalize("NFKC", cited).casefold().strip(_MARKS)
    return "" if word in _NO_DOCUMENT else cited


def _rules(asked: tuple[tuple[_Kind, float | None], ...], cited: str) -> Iterator[Rule]:
    for kind, limit in asked:
        if limit is not None:
            yield Rule(
                id=kind.rule_id,
                scope="vacancy",
                title=kind.title,
                conditions=(Condition(kind.field, kind.kind, float(limit)),),
                override=Override.ORG_DEPT,
                basis=Text(cited, cited),
                citation=Text(cited, cited) if cited else None,
                confidence=Confidence.SOURCED,
                texts={Verdict.PASS: kind.passed, Verdict.FAIL: kind.failed, Verdict.TO_VERIFY: kind.unknown},
            )
