"""`talentpool explain`: why a person has this score for a vacancy, beside somebody else, and what if."""

from datetime import UTC, datetime
from typing import Any

import click

from matching.vocabulary import Text
from service.cli.acting import reading
from service.cli.console import Console, in_brackets, pass_console
from service.cli.shortlists import MARKS, interval_text, show_reason_lines
from service.errors import InvalidInput

__all__ = ["explain"]

_NEXT = 3  # levels of a criterion that are told in the terminal


@click.command()
@click.argument("vacancy_no")
@click.argument("person_no")
@click.option("--versus", metavar="PERSON", help="Beside somebody else. 与另一人并排比较。")
@click.option("--with", "facts", multiple=True, metavar="COLUMN=VALUE", help="With another fact. 假设某项情况。")
@click.option("--weight", "weights", multiple=True, metavar="CRITERION=WEIGHT", help="Another weight. 假设某项权重。")
@click.option("-k", default=10, show_default=True, type=int, help="List under other weights. 推演名单人数。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def explain(
    console: Console,
    *,
    vacancy_no: str,
    person_no: str,
    versus: str | None,
    facts: tuple[str, ...],
    weights: tuple[str, ...],
    k: int,
    as_json: bool,
) -> None:
    """Explain a person's score for a vacancy as things stand; nothing is kept. 说明一人对岗位的得分。"""
    from schemas.explanations import ComparisonSchema, ExplanationSchema, WhatIfSchema
    from service.usecases.lists import explanations, what_ifs

    tried: dict[str, Any] = {"facts": _facts(facts), "weights": _weights(weights)}
    about: dict[str, Any] = {
        "vacancy_no": vacancy_no,
        "person_no": person_no,
        "now": datetime.now(UTC),
    }
    with reading(console) as (session, actor):
        about["actor"] = actor
        document = {
            "schema": "talentpool.explanation/1",
            **ExplanationSchema().dump(explanations.explain_person(session, **about)),
            "comparison": None,
            "what_if": None,
        }
        if versus is not None:
            found = explanations.compare_people(session, versus=versus, **about)
            document["comparison"] = ComparisonSchema().dump(found)
        if any(tried.values()):
            document["what_if"] = WhatIfSchema().dump(what_ifs.what_if(session, **tried, k=k, **about))
    if as_json:
        console.print_json(document)
    else:
        _show(console, document)


def _split(options: tuple[str, ...], *, option: str) -> dict[str, str]:
    found = {}
    for text in options:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise InvalidInput(
                Text(f"“{text}”缺少等号。", f"'{text}' has no equals sign."),
                remedy=Text("请写成 名称=值。", "Write NAME=VALUE."),
                place=option,
                value=text,
            )
        found[name.strip()] = value.strip()
    return found


def _facts(options: tuple[str, ...]) -> dict[str, Any]:
    """Read facts as a record reads them; an empty value is not recorded."""
    from marshmallow import ValidationError

    from schemas.explanations import FactsSchema
    from schemas.problems import problems_by_path

    written = {name: value or None for name, value in _split(options, option="--with").items()}
    try:
        return dict(FactsSchema().load(written))
    except ValidationError as refused:
        place, (problem, *_) = next(iter(problems_by_path(refused.messages).items()))
        raise InvalidInput(
            problem.problem, remedy=problem.remedy, place=f"--with {place}", value=problem.value
        ) from refused


def _weights(options: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for name, value in _split(options, option="--weight").items():
        try:
            found[name] = float(value)
        except ValueError as error:
            raise InvalidInput(
                Text(f"权重“{value}”不是数。", f"The weight '{value}' is not a number."),
                place=f"--weight {name}",
                value=value,
            ) from error
    return found


def _show(console: Console, document: dict[str, Any]) -> None:
    language = console.language
    console.print(_headline(document, language))
    show_reason_lines(console, document["contributions"])
    for outcome in document["outcomes"]:
        if outcome["verdict"] != "pass" and outcome["verdict"] is not None:
            basis = in_brackets(outcome["basis"][language], language=language)
            console.print(f"   {outcome['rule_id']}  {outcome['sentence'][language]}{basis}")
    _show_improvements(console, document)
    if document["comparison"]:
        _show_comparison(console, document["comparison"])
    if document["what_if"]:
        _show_what_if(console, document["what_if"])
    if document["notes"]["interval"]:
        console.say(Text(*document["notes"]["interval"].values()))


def _headline(document: dict[str, Any], language: str) -> str:
    place = Text("不符合条件，没有位次", "not eligible, so without a place")
    if document["place"] is not None:
        place = Text(
            f"{document['n_eligible']} 名符合条件者中第 {document['place']} 位，第 {document['band']} 档",
            f"place {document['place']} of {document['n_eligible']} eligible, band {document['band']}",
        )
    interval = interval_text(document["interval"])
    spread = Text(f"，区间 {interval}", f", interval {interval}") if interval else Text("", "")
    return Text(
        f"{document['person_no']} {document['name']}　岗位 {document['vacancy_no']}　得分 {document['score']:.2f}"
        f"{spread.zh}（符合条件者平均 {document['average_score']:.2f}）；{place.zh}",
        f"{document['person_no']} {document['name']}  vacancy {document['vacancy_no']}  score {document['score']:.2f}"
        f"{spread.en} (average of the eligible {document['average_score']:.2f}); {place.en}",
    ).in_(language)


def _show_improvements(console: Console, document: dict[str, Any]) -> None:
    if not document["improvements"]:
        return
    language = console.language
    console.print(Text("\n提升空间：", "\nWhat would help most:").in_(language))
    colon, comma = Text("：", ": ").in_(language), Text("；", "; ").in_(language)
    for one in document["improvements"]:
        steps = [
            f"{step['level_label'][language]} {_signed(step['gain'])}"
            f"{_to_place(document['place'], step['place'], language)}"
            for step in one["steps"][:_NEXT]
        ]
        level = in_brackets(one["level_label"][language], language=language)
        console.print(f"   {one['label'][language]}{level}{colon}{comma.join(steps)}")


def _show_comparison(console: Console, found: dict[str, Any]) -> None:
    language = console.language
    first, second = found["first"], found["second"]
    console.print("")
    people = [f"{one['person_no']} {one['name'] or ''}" for one in (first, second)]
    columns = [Text("评分项", "Criterion"), *(Text(name, name) for name in people), Text("差", "Difference")]
    rows = [
        [
            part["label"][language],
            *(f"{one['points']:.2f}  {one['fact'][language]}" for one in (part["first"], part["second"])),
            _signed(part["difference"]),
        ]
        for part in found["criteria"]
    ]
    total = Text("合计", "Together").in_(language)
    rows.append([total, *(f"{one['score']:.2f}" for one in (first, second)), _signed(found["difference"])])
    verdict = Text("资格", "Eligibility").in_(language)
    rows.append([verdict, *(MARKS[one["verdict"]].in_(language) for one in (first, second)), ""])
    console.table(columns, rows)
    console.print(_order_text(found).in_(language))


def _order_text(found: dict[str, Any]) -> Text:
    if found["is_same_band"] is None:
        said = Text("其中有人不符合条件，不排先后。", "One of them is not eligible: there is no order between them.")
    elif found["is_same_band"]:
        note = found["notes"]["bands"]
        said = Text(f"两人同档：{note['zh']}", f"Both are in one band. {note['en']}")
    else:
        said = Text("两人不同档。", "They are in different bands.")
    if not found["n_bags"]:
        return said
    bags = Text(
        f"{found['n_bags']} 次抽样中，{found['n_for_first']} 次前者在先，{found['n_for_second']} 次后者在先。",
        f" Of {found['n_bags']} bags {found['n_for_first']} put the first before, {found['n_for_second']} the second.",
    )
    return Text(said.zh + bags.zh, said.en + bags.en)


def _show_what_if(console: Console, found: dict[str, Any]) -> None:
    language = console.language
    console.print("\n" + found["notes"]["what_if"][language])
    if found["facts"]:
        one = found["facts"]
        for part in one["criteria"]:
            console.print(
                f"   {part['label'][language]}  {part['before']['fact'][language]} → {part['after']['fact'][language]}"
                f"  {_signed(part['gain'])}"
            )
        gain, points = _signed(one["gain"]), Text("分", " points").in_(language)
        console.print(f"   {gain}{points}{_to_place(one['place_before'], one['place_after'], language)}")
    if found["weights"]:
        _show_weights(console, found["weights"])


def _show_weights(console: Console, tried: dict[str, Any]) -> None:
    language = console.language
    for one in tried["weights"]:
        if one["before"] != one["after"]:
            console.print(f"   {one['label'][language]}  {one['before']:.2f} → {one['after']:.2f}")
    columns = [Text("原位次", "Before"), Text("新位次", "After"), Text("人员编号", "Person"), Text("姓名", "Name"),
               Text("得分", "Score")]  # fmt: skip
    moves = [*tried["moves"], *([tried["person"]] if tried["person"] else [])]
    shown = {one["person_no"]: one for one in moves}.values()
    console.table(
        columns,
        [
            [
                str(one["place_before"] or "—"),
                str(one["place_after"] or "—"),
                one["person_no"],
                one["name"] or "",
                f"{one['score_before']:.2f} → {one['score_after']:.2f}",
            ]
            for one in shown
        ],
    )
    came, went = (Text("、", ", ").in_(language).join(tried[key]) or "—" for key in ("entered", "left"))
    for place in tried["unseen_places"]:
        elsewhere = Text(
            f"第 {place} 位：名单外 1 人，属其他地区，本账号不能查看",
            f"Place {place}: somebody of another territory, whom this account may not see",
        )
        console.print(elsewhere.in_(language))
    k = tried["k"]
    told = Text(f"进入前 {k} 名：{came}；退出：{went}", f"Into the first {k}: {came}; out: {went}")
    console.print(told.in_(language))


def _signed(points: float) -> str:
    return f"{points:+.2f}".replace("-", "\N{MINUS SIGN}") if points else "0.00"


def _to_place(before: int | None, after: int | None, language: str) -> str:
    if before is None or after is None:
        return ""
    return Text(f"，位次 {before} → {after}", f", place {before} → {after}").in_(language)
