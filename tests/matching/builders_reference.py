"""The semantics of the rulebook once more, row by row in plain Python, read from the document and not from `Rule`s.

Written independently of the arrays, to be compared with them.
"""

import math
from typing import Any

from matching.frames import VacancyFacts
from matching.vocabulary.industries import IndustryTerms

UNKNOWN = "unknown"
CHECK_ONLY = {
    "avoidance_conflict",
    "village_conflict_of_interest",
    "sending_unit_consent",
    "onsite_share",
    "unit_approval_if_public_employee",
    "village_meeting_consent",
    "supplier_interest_declared",
}


def is_unknown(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def local_tie(person: dict[str, Any], vacancy: VacancyFacts) -> bool | None:
    there = [vacancy.village_code, vacancy.township_code, vacancy.county_code]
    if all(code is None for code in there):
        return None
    homes = [person["home_village_code"], person["home_township_code"], person["home_county_code"]]
    ties = [tie for tie in (person["tie_codes"] or "").split("|") if tie]
    for home, code in zip(homes, there, strict=True):
        if code is not None and (home == code or code in ties):
            return True
    nothing_recorded = not ties and all(home is None for home in homes)
    return None if nothing_recorded or person["tie_codes"] is None else False


def derived(field: str, person: dict[str, Any], vacancy: VacancyFacts, terms: IndustryTerms) -> Any:
    if field in CHECK_ONLY:
        return None
    if field == "local_tie":
        return local_tie(person, vacancy)
    if field == "is_home_village":
        home = person["home_village_code"]
        return None if home is None or vacancy.village_code is None else home == vacancy.village_code
    if field == "industry_overlap":
        level = int(terms.fit_levels([person["industries"]], vacancy.industries)[0])
        has_unmapped = "?" in vacancy.industries or "?" in (person["industries"] or "").split("|")
        return None if level == 0 or (level == 1 and has_unmapped) else level > 1
    return person[field]


def holds(condition: dict[str, Any], person: dict[str, Any], vacancy: VacancyFacts, terms: IndustryTerms) -> Any:
    value = derived(condition["field"], person, vacancy, terms)
    limit = condition.get("limit")
    if limit == "term_months":
        limit = vacancy.term_months
        if limit is None:
            return UNKNOWN
    if is_unknown(value):
        return UNKNOWN
    op = condition["op"]
    if op in ("is_true", "is_false"):
        return bool(value) if op == "is_true" else not bool(value)
    if op in ("gte", "lte"):
        return value >= limit if op == "gte" else value <= limit
    codes = [code for code in value.split("|") if code]
    hit = any(code in limit for code in codes)
    return hit if op in ("in", "intersects") else not hit


def rule_verdict(
    rule: dict[str, Any], person: dict[str, Any], vacancy: VacancyFacts, terms: IndustryTerms, check: str | None
) -> str:
    if "applies_if" in rule and holds(rule["applies_if"], person, vacancy, terms) is False:
        return "not_applicable"
    answers = [holds(part, person, vacancy, terms) for part in rule.get("any_of", [rule])]
    if True in answers:
        verdict = "pass"
    elif UNKNOWN in answers:
        verdict = {"review": "to_verify", "fail": "fail", "pass": "pass"}[rule["missing"]]
    else:
        verdict = "fail"
    if check == "fail":
        return "fail"
    if check == "waived":
        return "waived"
    if check == "pass" and verdict == "to_verify":
        return "pass"
    return verdict


def rules_of_list(document: dict[str, Any], vacancy: VacancyFacts) -> list[dict[str, Any]]:
    post = document["posts"][vacancy.post]
    disabled = post.get("profiles", {}).get(vacancy.rule_profile, {}).get("disable", [])
    return [
        rule
        for rule in [*document["common"], *post["rules"]]
        if rule["enabled"] and rule.get("stage", "listing") == "listing" and rule["id"] not in disabled
    ]


def overall(
    document: dict[str, Any],
    person: dict[str, Any],
    vacancy: VacancyFacts,
    terms: IndustryTerms,
    checks: list[tuple[str, str]],
) -> tuple[str, list[str], int]:
    """Return the verdict, the verdict of each rule, and the position of the first failing one (-1)."""
    rules = rules_of_list(document, vacancy)
    verdicts = []
    for rule in rules:
        counting = [
            result
            for rule_id, result in checks
            if rule_id == rule["id"] and (result != "waived" or rule["override"] != "none")
        ]
        verdicts.append(rule_verdict(rule, person, vacancy, terms, counting[-1] if counting else None))
    for worst in ("fail", "to_verify", "waived"):
        if worst in verdicts:
            return worst, verdicts, verdicts.index("fail") if worst == "fail" else -1
    return "pass", verdicts, -1
