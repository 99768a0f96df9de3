"""How a verdict reads: value, limit, sentence and basis in both languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isnan

from matching.facts import Fact, Origin
from matching.rules import RULE_VERDICTS, Condition, Kind, Override, Rule
from matching.vocabulary import Confidence, Missing, Stage, Text, Verdict
from matching.vocabulary.codes import code_table

__all__ = ["PROPOSED", "RuleOutcome", "Value", "basis_shown", "heading", "limit_text", "outcome_of", "value_text"]

Value = float | str | None

PROPOSED = Text("拟用条款，请引用本地文件", "proposed - cite your own document")
NOT_RECORDED = Text("未登记", "not recorded")
_WAIVED = Text("已批准放宽：{title}", "Waived by a signed decision: {title}")
_LEFT_OUT = Text("本条不适用", "This rule does not apply")
_CHECK_RESULTS: Mapping[str | None, Text] = {
    None: NOT_RECORDED,
    "pass": Text("已核实", "checked"),
    "fail": Text("已核实，不符合", "checked, not met"),
    "waived": Text("已批准放宽", "waived"),
}
_CHECKED: Mapping[Verdict, Text] = {
    Verdict.PASS: Text("经核实，符合：{title}", "Checked and met: {title}"),
    Verdict.FAIL: Text("经核实，不符合：{title}", "Checked and not met: {title}"),
}
_YES, _NO, _NONE = Text("是", "yes"), Text("否", "no"), Text("无", "none")
_AS_IT_IS = Text("{limit}", "{limit}")
#: By kind, and whether several codes are named or the number is a rank.
_ASKED: Mapping[tuple[Kind, bool], Text] = {
    (Kind.GTE, False): Text("至少{limit}", "at least {limit}"),
    (Kind.GTE, True): Text("{limit}及以上", "{limit} or above"),
    (Kind.LTE, False): Text("最多{limit}", "at most {limit}"),
    (Kind.LTE, True): Text("{limit}及以下", "{limit} or below"),
    (Kind.IN, True): Text("{limit}之一", "one of {limit}"),
    (Kind.NOT_IN, False): Text("不得为{limit}", "not {limit}"),
    (Kind.NOT_IN, True): Text("不得为{limit}中任何一项", "none of {limit}"),
    (Kind.INTERSECTS, False): Text("含{limit}", "including {limit}"),
    (Kind.INTERSECTS, True): Text("含{limit}之一", "one of {limit}"),
    (Kind.NOT_INTERSECTS, False): Text("不得有{limit}", "not {limit}"),
    (Kind.NOT_INTERSECTS, True): Text("不得有{limit}中任何一项", "none of {limit}"),
}
_MONTHS_A_YEAR = 12
_JUST_BELOW = 1e-6  # 2.9999999 years are three years, a rounding error of the division by twelve


@dataclass(frozen=True, kw_only=True)
class RuleOutcome:
    """What one rule says of one person and one vacancy.

    Parameters
    ----------
    rule_id : str
    verdict : Verdict or None
        None: the rule does not apply to this person.
    stage : Stage
        When the rule is due. Rules of later stages are no part of the list's verdict.
    title : Text
        What the rule asks.
    value, limit : Text
        The person's value and what is asked of it, in words: at least, at most, one of, none of.
    sentence : Text
    basis : Text
        As shown: a rule that is not sourced says so, unless the department cites its own document.
    override : Override
    """

    rule_id: str
    verdict: Verdict | None
    stage: Stage
    title: Text
    value: Text
    limit: Text
    sentence: Text
    basis: Text
    override: Override

    @property
    def is_due_later(self) -> bool:
        """Whether the rule is due only at nomination or decision."""
        return self.stage is not Stage.LISTING


def outcome_of(
    rule: Rule, *, code: int, values: Iterable[Value], check: str | None, vacancy: object, as_of: date | None
) -> RuleOutcome:
    """Word the verdict of one rule.

    Parameters
    ----------
    rule : Rule
    code : int
        Index into `RULE_VERDICTS`.
    values : iterable of float, str or None
        The person's value for each condition of the rule.
    check : str or None
        Result of a recorded check, if one decided the rule.
    vacancy : VacancyFacts or None
    as_of : date or None
    """
    verdict = RULE_VERDICTS[code]
    answers = tuple(values)
    value, limit = _answer_text(rule, answers, check), limit_text(rule, vacancy)
    title = heading(rule, vacancy)
    day = as_of.isoformat() if as_of else Text("登记之日", "the day of registration")
    is_unknown = check is None and verdict is Verdict.FAIL and _fails_unknown(rule, answers, vacancy)
    template = _template(rule, Verdict.TO_VERIFY if is_unknown else verdict, check)
    return RuleOutcome(
        rule_id=rule.id,
        verdict=verdict,
        stage=rule.stage,
        title=title,
        value=value,
        limit=_asked_text(rule, vacancy),
        sentence=template.filled(value=value, limit=limit, label=rule.label, title=title, as_of=day),
        basis=basis_shown(rule),
        override=rule.override,
    )


def heading(rule: Rule, vacancy: object = None) -> Text:
    """Return what a rule asks, with its limit."""
    return rule.title.filled(limit=limit_text(rule, vacancy))


def basis_shown(rule: Rule) -> Text:
    """Return where a rule comes from, as people may read it: nothing unverified is shown as law."""
    if rule.citation:
        return rule.citation
    if rule.basis and rule.confidence is Confidence.SOURCED:
        return rule.basis
    return PROPOSED


def limit_text(rule: Rule, vacancy: object = None) -> Text:
    """Return the limit of a rule; the name of a vacancy's value is replaced by the value."""
    parts = [_limit_of(condition.resolved(vacancy)) for condition in rule.conditions]
    return _by_part(rule, parts)


def _asked_text(rule: Rule, vacancy: object) -> Text:
    """Return what a rule asks of the value, in words: a bare number may be a floor or a cap."""
    return _by_part(rule, [_asked_of(condition.resolved(vacancy)) for condition in rule.conditions])


def value_text(fact: Fact, value: Value) -> Text:
    """Return a person's value of a fact in both languages.

    Parameters
    ----------
    fact : Fact
    value : float, str or None
        None is unknown; several codes are joined with ``|``.
    """
    if value is None or _is_unknown(value):
        return NOT_RECORDED
    if isinstance(value, str):
        return _joined([_label(fact, code) for code in value.split("|")]) if value else _NONE
    if fact.kind == "flag":
        return _YES if value else _NO
    if fact.ranks or fact.code_table:
        return _rank_text(fact, value)
    if fact.unit and fact.unit.en == "years":
        return _years_text(value, fact.unit)
    if fact.name.endswith("_share"):
        return Text(f"{value:.1%}", f"{value:.1%}")
    return _counted(f"{value:g}", fact.unit, value)


def _template(rule: Rule, verdict: Verdict | None, check: str | None) -> Text:
    if verdict is None:
        return _LEFT_OUT
    if verdict is Verdict.WAIVED:
        return _WAIVED
    if check and verdict in _CHECKED and not _is_known_by_check(rule):
        return _CHECKED[verdict]
    return rule.texts[verdict]


def _fails_unknown(rule: Rule, values: tuple[Value, ...], vacancy: object) -> bool:
    """Say whether a rule fails because something is not recorded: nobody is told to have refused what was not asked."""
    if rule.missing is not Missing.FAIL:
        return False
    asked = [condition.resolved(vacancy) for condition in rule.conditions]
    return any(_is_unknown(value) or _lacks_limit(one) for value, one in zip(values, asked, strict=True))


def _lacks_limit(condition: Condition) -> bool:
    return condition.kind in {Kind.GTE, Kind.LTE} and condition.limit is None


def _is_unknown(value: Value) -> bool:
    return value is None or (isinstance(value, float) and isnan(value))


def _is_known_by_check(rule: Rule) -> bool:
    return all(condition.fact.origin is Origin.CHECK for condition in rule.conditions)


def _answer_text(rule: Rule, values: tuple[Value, ...], check: str | None) -> Text:
    if _is_known_by_check(rule):
        return _CHECK_RESULTS[check]
    pairs = zip(rule.conditions, values, strict=True)
    return _by_part(rule, [value_text(condition.fact, _telling(condition, value)) for condition, value in pairs])


def _telling(condition: Condition, value: Value) -> Value:
    """Keep, of several codes, those that the condition is about, if there are any."""
    if condition.fact.kind != "codes" or not isinstance(value, str) or not isinstance(condition.limit, tuple):
        return value
    return "|".join(code for code in value.split("|") if code in condition.limit) or value


def _limit_of(condition: Condition) -> Text:
    if condition.kind is Kind.IS_TRUE:
        return _YES
    if condition.kind is Kind.IS_FALSE:
        return _NO
    if isinstance(condition.limit, tuple):
        return _joined([_label(condition.fact, code) for code in condition.limit])
    return value_text(condition.fact, condition.limit)


def _asked_of(condition: Condition) -> Text:
    limit = _limit_of(condition)
    if _lacks_limit(condition):
        return limit
    if isinstance(condition.limit, tuple):
        in_other_words = len(condition.limit) > 1
    else:
        in_other_words = bool(condition.fact.ranks or condition.fact.code_table)
    return _ASKED.get((condition.kind, in_other_words), _AS_IT_IS).filled(limit=limit)


def _by_part(rule: Rule, parts: list[Text]) -> Text:
    if not rule.is_any_of:
        return parts[0]
    named = [(condition.fact.label, part) for condition, part in zip(rule.conditions, parts, strict=True)]
    return Text(
        "；".join(f"{label.zh}：{part.zh}" for label, part in named),
        "; ".join(f"{label.en}: {part.en}" for label, part in named),
    )


def _joined(texts: list[Text]) -> Text:
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def _label(fact: Fact, code: str) -> Text:
    return code_table(fact.code_table).label(code) if fact.code_table else Text(code, code)


def _rank_text(fact: Fact, value: float) -> Text:
    rank = int(value)
    if fact.code_table:
        return code_table(fact.code_table).label(str(rank))
    return fact.ranks[rank] if 0 <= rank < len(fact.ranks) else Text(str(rank), str(rank))


def _years_text(value: float, unit: Text) -> Text:
    """Full years and months (足年足月); months are never rounded up."""
    years, months = divmod(int(value * _MONTHS_A_YEAR + _JUST_BELOW), _MONTHS_A_YEAR)
    parts = [_counted(str(years), unit, years)] if years or not months else []
    if months:
        parts.append(_counted(str(months), Text("个月", "months"), months))
    return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))


def _counted(number: str, unit: Text | None, value: float) -> Text:
    if unit is None:
        return Text(number, number)
    word = unit.en.removesuffix("s") if value == 1 else unit.en
    return Text(f"{number}{unit.zh}", f"{number} {word}")
