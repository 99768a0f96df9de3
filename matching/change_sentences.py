"""How the difference of two lists reads: one line for each person, and one for each thing that made it."""

from collections.abc import Iterator

from matching.list_changes import ChangeKind, CriterionChange, ListChanges, PersonChange, RankShift, RuleChange
from matching.vocabulary import Text, Verdict

__all__ = ["heading_of", "reasons_of", "summary_of"]

_KINDS = {
    ChangeKind.ENTERED: Text("进入", "entered"),
    ChangeKind.LEFT: Text("退出", "left"),
    ChangeKind.MOVED: Text("移动", "moved"),
    ChangeKind.STAYED: Text("位次未变", "same place"),
}
_VERDICTS = {
    Verdict.PASS.value: Text("符合", "passes"),
    Verdict.FAIL.value: Text("不符合", "not met"),
    Verdict.TO_VERIFY.value: Text("待核验", "to be verified"),
    Verdict.WAIVED.value: Text("已放宽", "waived"),
    None: Text("不构成障碍", "no obstacle"),
}
_MINUS = "\N{MINUS SIGN}"
_NOT_IN_POOL = Text("不在库", "not in the pool")
_NOT_RANKED = Text("未排位", "not ranked")


def summary_of(changes: ListChanges) -> Text:
    """Return how many people entered, left and moved."""
    if not changes.people:
        return Text("与当时相比没有变化。", "Nothing has changed.")
    if changes.is_same_list:
        n = len(changes.people)
        return Text(
            f"人员和位次没有变化；{n} 人的得分、资格或事实有变。",
            f"Nobody entered, left or moved; {n} with another score, verdict or fact.",
        )
    n_entered, n_left, n_moved, n_stayed = (changes.number(kind) for kind in ChangeKind)
    return Text(
        f"进入 {n_entered} 人，退出 {n_left} 人，移动 {n_moved} 人；位次未变但有其他变化 {n_stayed} 人，"
        f"完全未变 {changes.n_unchanged} 人。",
        f"{n_entered} entered, {n_left} left, {n_moved} moved; {n_stayed} at the same place with other changes, "
        f"{changes.n_unchanged} as before.",
    )


def heading_of(change: PersonChange, *, person: Text) -> Text:
    """Return who it is, the places and the scores; the difference of the scores is split exactly."""
    places = _arrow(
        _place(change.rank_then, change.verdict_then, Text("当时", "then ")),
        _place(change.rank_now, change.verdict_now, Text("现在", "now ")),
    )
    kind = _KINDS[change.kind]
    head = Text(f"{person.zh}　{kind.zh}：{places.zh}", f"{person.en}  {kind.en}: {places.en}")
    if change.score_then is None or change.score_now is None:
        return head
    difference = change.score_now - change.score_then
    if not change.criteria:
        return Text(
            f"{head.zh}；得分仍为 {change.score_now / 100:.2f}",
            f"{head.en}; score {change.score_now / 100:.2f} as before",
        )
    parts = _signed(change.through_facts), _signed(change.through_points)
    scores = f"{change.score_then / 100:.2f} → {change.score_now / 100:.2f}"
    return Text(
        f"{head.zh}；得分 {scores}（{_signed(difference)} = 事实 {parts[0]}，分值 {parts[1]}）",
        f"{head.en}; score {scores} ({_signed(difference)} = facts {parts[0]}, points {parts[1]})",
    )


def reasons_of(change: PersonChange, *, absent: Text | None = None) -> Iterator[Text]:
    """Yield through which rules, facts, points and other people somebody's place changed.

    Parameters
    ----------
    change : PersonChange
    absent : Text, optional
        Why somebody is not in the pool any more, if that is known.
    """
    if change.verdict_then is None:
        yield Text("当时不在库，此后入库。", "New in the pool since.")
    if change.verdict_now is None:
        why = Text(f"：{absent.zh}", f": {absent.en}") if absent else Text("", "")
        yield Text(f"已不在库{why.zh}。", f"No longer in the pool{why.en}.")
    yield from map(_of_rule, change.rules)
    if not change.rules and change.verdict_then is not change.verdict_now and change.shift is not None:
        verdicts = _arrow(_VERDICTS[change.verdict_then], _VERDICTS[change.verdict_now])
        yield Text(f"资格：{verdicts.zh}", f"Eligibility: {verdicts.en}")
    yield from map(_of_criterion, change.criteria)
    if change.shift is not None and any(vars(change.shift).values()):
        yield _of_shift(change.shift)


def _of_rule(rule: RuleChange) -> Text:
    verdicts = _arrow(_VERDICTS[rule.verdict_then], _VERDICTS[rule.verdict_now])
    why = Text(f"（{rule.sentence.zh}）", f" ({rule.sentence.en})") if rule.sentence else Text("", "")
    note = Text("", "")
    if rule.is_new:
        note = Text("，此后新增的条件", ", a rule that is new since")
    elif rule.is_gone:
        note = Text("，此后取消的条件", ", a rule that is gone since")
    return Text(
        f"条件 {rule.rule_id} {rule.title.zh}：{verdicts.zh}{why.zh}{note.zh}",
        f"Rule {rule.rule_id} {rule.title.en}: {verdicts.en}{why.en}{note.en}",
    )


def _of_criterion(change: CriterionChange) -> Text:
    then, now = _level(change.level_then, change.fact_then), _level(change.level_now, change.fact_now)
    if change.level_then == change.level_now and None in {change.fact_then, change.fact_now}:
        then = now = now if change.fact_then is None else then  # the fact of one time only was shown: no other is known
    levels = then if then == now else _arrow(then, now)
    parts = []
    if change.through_facts or change.level_then != change.level_now:
        parts.append(Text(f"事实 {_signed(change.through_facts)}", f"fact {_signed(change.through_facts)}"))
    if change.through_points:
        earned = f"{(change.points_now - change.through_points) / 100:.2f} → {change.points_now / 100:.2f}"
        signed = _signed(change.through_points)
        parts.append(Text(f"分值 {signed}（{earned}）", f"points {signed} ({earned})"))
    said = Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))
    return Text(f"{change.label.zh}：{levels.zh}，{said.zh}", f"{change.label.en}: {levels.en}, {said.en}")


def _of_shift(shift: RankShift) -> Text:
    said = [
        text.filled(n=n)
        for n, text in (
            (shift.n_overtaken_by, Text("被 {n} 人超过", "overtaken by {n}")),
            (shift.n_new_in_front, Text("新有 {n} 人排在前面", "{n} new in front")),
            (shift.n_fell_behind, Text("原在前面的 {n} 人退到后面", "{n} formerly in front fell behind")),
            (shift.n_gone, Text("原在前面的 {n} 人不再排位", "{n} formerly in front no longer ranked")),
        )
        if n
    ]
    places = f"{shift.places:+d}".replace("-", _MINUS) if shift.places else "0"
    return Text(
        f"位次 {places}：{'，'.join(text.zh for text in said)}",
        f"Place {places}: {', '.join(text.en for text in said)}",
    )


def _place(rank: int | None, verdict: Verdict | None, when: Text) -> Text:
    if rank is not None:
        return Text(f"第 {rank} 位", f"place {rank}")
    why = _NOT_IN_POOL if verdict is None else _NOT_RANKED
    return Text(f"{when.zh}{why.zh}", f"{when.en}{why.en}")


def _level(level: Text | None, fact: Text | None) -> Text:
    if level is None:
        return Text("无此评分项", "no such criterion")
    if fact is None or fact == level:
        return level
    return Text(f"{level.zh}（{fact.zh}）", f"{level.en} ({fact.en})")


def _arrow(then: Text, now: Text) -> Text:
    return Text(f"{then.zh} → {now.zh}", f"{then.en} → {now.en}")


def _signed(hundredths: int) -> str:
    return f"{hundredths / 100:+.2f}".replace("-", _MINUS) if hundredths else "0.00"
