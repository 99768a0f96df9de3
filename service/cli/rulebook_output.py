"""The effect of a rulebook in the terminal: numbers first, then person numbers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from matching.vocabulary import Text
from service.cli.console import Console

__all__ = ["show_differences", "show_effect"]

_SHOWN = 10
_HEAD = Text(
    "{n_people} 人 × {n_vacancies} 个在招岗位（{as_of}）：影响 {n_affected} 个岗位\n"
    "   新符合 {n_entered} 人次（{n_people_entered} 人），不再符合 {n_left} 人次（{n_people_left} 人），"
    "结论改变 {n_verdicts} 人次\n"
    "   前 {top} 名：进入 {n_top_entered}，退出 {n_top_left}，位次变动 {n_moved}",
    "{n_people} people × {n_vacancies} open vacancies ({as_of}): {n_affected} affected\n"
    "   may be ranked now: {n_entered} places ({n_people_entered} people); "
    "no longer: {n_left} ({n_people_left} people); another verdict: {n_verdicts}\n"
    "   first {top}: {n_top_entered} enter, {n_top_left} leave, {n_moved} move",
)
_RULES = [Text("规则", "Rule"), Text("因此新符合", "Enter"), Text("因此不再符合", "Leave")]
_VACANCIES = [
    Text("岗位", "Vacancy"),
    Text("原符合", "Before"),
    Text("现符合", "After"),
    Text("进入", "Enter"),
    Text("退出", "Leave"),
    Text("位次变动", "Moves"),
]
_LEARNED = Text(
    "   {posts} 用学到的评分卡，权重改动对其无效，需重新训练。",
    "   {posts}: a learned card is in force, other weights have no effect there; train again.",
)


def show_effect(console: Console, effect: Mapping[str, Any]) -> None:
    """Print an effect."""
    console.print(_HEAD.filled(**effect).in_(console.language))
    if effect["learned_posts"]:
        console.print(_LEARNED.filled(posts=", ".join(effect["learned_posts"])).in_(console.language))
    rules = [[row["rule_id"], str(row["n_entered"]), str(row["n_left"])] for row in effect["by_rule"]]
    if rules:
        console.table(_RULES, rules)
    shown = effect["vacancies"][:_SHOWN]
    if shown:
        keys = ("vacancy_no", "n_before", "n_after", "n_entered", "n_left", "n_moved")
        console.table(_VACANCIES, [[str(row[key]) for key in keys] for row in shown])
    for row in shown:
        _show_people(console, row)


def show_differences(console: Console, differences: Sequence[Any]) -> None:
    """Print every value that differs."""
    columns = [Text("位置", "Place"), Text("原值", "Before"), Text("新值", "After")]
    console.table(columns, [[one.path, _shown(one.before), _shown(one.after)] for one in differences])


def _show_people(console: Console, row: Mapping[str, Any]) -> None:
    parts = [
        (Text("进入", "enter"), [f"{one['person_no']} ({one['rule_id']})" for one in row["entered"]]),
        (Text("退出", "leave"), [f"{one['person_no']} ({one['rule_id']})" for one in row["left"]]),
        (
            Text("变动", "move"),
            [_moved(one) for one in row["moved"]],
        ),
    ]
    said = [f"{label.in_(console.language)}: {', '.join(people)}" for label, people in parts if people]
    if said:
        console.print(f"   {row['vacancy_no']}  {'; '.join(said)}")


def _moved(one: Mapping[str, Any]) -> str:
    return f"{one['person_no']} {_place(one['before'])}→{_place(one['after'])}"


def _place(rank: int | None) -> str:
    return "—" if rank is None else str(rank)


def _shown(value: Any) -> str:
    return "—" if value is None else json.dumps(value, ensure_ascii=False)
