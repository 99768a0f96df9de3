"""`talentpool rescore`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from matching.vocabulary import Text
from service.access import Actor
from service.cli.acting import opened
from service.cli.console import Console, pass_console
from service.cli.run_progress import ask_to_stop, clock, watched
from service.cli.wrong_use import wrong_usage

if TYPE_CHECKING:
    from service.db import Database
    from service.usecases.long_work.rescoring import Mode, Plan, Rescoring

__all__ = ["rescore"]


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every open vacancy anew. 全部在招岗位重新评分。")
@click.option("--changed", is_flag=True, help="Only what changed since. 只更新有变动的部分。")
@click.option("--resume", is_flag=True, help="Finish an interrupted run. 继续中断的评分。")
@click.option("--stop", is_flag=True, help="Ask the run at work to stop. 请正在运行的评分停止。")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing. 只预览，不写入。")
@click.option(
    "--top",
    type=click.IntRange(1, 1000),
    help="Places shown; as many as the last time, 50 with --all. 位次数；默认与上次相同，--all 默认 50。",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def rescore(
    console: Console,
    *,
    everything: bool,
    changed: bool,
    resume: bool,
    stop: bool,
    dry_run: bool,
    top: int | None,
    as_json: bool,
) -> None:
    """Bring the rankings of all open vacancies up to date. 为全部在招岗位更新评分。

    Exactly one of --all, --changed, --resume, --stop. 四者必选其一。
    """
    from service.usecases.long_work.run_terms import Kind

    _refuse_unless_one(everything, changed, resume, stop)
    if stop:
        ask_to_stop(console, Kind.RESCORE, as_json=as_json)
        return
    from service.usecases.long_work import rescoring

    mode = rescoring.Mode.ALL if everything else rescoring.Mode.CHANGED if changed else rescoring.Mode.RESUME
    with opened(console) as (database, actor):
        if dry_run:
            plan = rescoring.plan_rescoring(database, actor=actor, now=clock, mode=mode, top=top)
            _print_plan(console, plan, asked=mode, as_json=as_json)
            return
        done = _carry_out(console, database, actor, mode=mode, top=top)
    if as_json:
        console.print_json({"schema": "talentpool.rescore/2", **vars(done)})
    if mode is rescoring.Mode.RESUME:
        console.say(_resumed(done.resumes, done.mode, mode))
    _tell(console, done)


def _carry_out(console: Console, database: "Database", actor: Actor, *, mode: "Mode", top: int | None) -> "Rescoring":
    from service.usecases.long_work import rescoring
    from service.usecases.long_work.run_terms import Kind

    with watched(console, Kind.RESCORE) as watch:
        return rescoring.rescore(database, actor=actor, now=clock, mode=mode, top=top, watch=watch)


def _refuse_unless_one(*choices: bool) -> None:
    if sum(choices) != 1:
        raise wrong_usage(
            Text(
                "请从 --all（全部）、--changed（变动）、--resume（继续中断的运行）、--stop（停止评分）中选一项。",
                "Choose exactly one: --all (everything), --changed (what changed), --resume (an interrupted run), "
                "--stop (the run at work).",
            ),
            place="rescore",
        )


def _print_plan(console: Console, plan: "Plan", *, asked: "Mode", as_json: bool) -> None:
    standing = len(plan.vacancies) - len(plan.anew)
    counts = {
        "n_people": plan.n_people,
        "n_people_changed": len(plan.changed_people),
        "n_vacancies": len(plan.vacancies),
        "n_ranked_anew": len(plan.anew),
        "n_closed": len(plan.closed),
    }
    if as_json:
        console.print_json(
            {"schema": "talentpool.rescore-plan/1", "mode": plan.mode, "resumes": plan.resumes, **counts}
            | {"reasons": plan.reasons}
        )
        return
    if asked == "resume":
        console.say(_resumed(plan.resumes, plan.mode, asked))
    told = Text(
        "预览，未写入：{n_people:,} 人，{n_vacancies:,} 个在招岗位；将对 {n_ranked_anew:,} 个岗位重新评分，"
        "将 {n_people_changed:,} 名有变动的人员并入其余 {standing:,} 个排序，删除 {n_closed:,} 个已关闭岗位的排序。",
        "Preview, nothing written: {n_people:,} people, {n_vacancies:,} open vacancies; {n_ranked_anew:,} would be "
        "ranked anew, {n_people_changed:,} changed people merged into the other {standing:,}, and the rankings of "
        "{n_closed:,} closed vacancies deleted.",
    )
    console.print(told.filled(**counts, standing=standing).in_(console.language))
    for line in _reason_lines(plan.reasons):
        console.print(line.in_(console.language))


def _tell(console: Console, done: "Rescoring") -> None:
    if done.n_ranked_anew == done.n_vacancies:
        rate = done.n_people * done.n_vacancies / max(done.duration_s, 1e-9)
        told = Text(
            "{people:,} 人 × {vacancies} 个岗位已重新评分，用时 {seconds:.1f} 秒（每秒 {rate:,.0f} 对）。",
            "{people:,} people × {vacancies} vacancies rescored in {seconds:.1f} s ({rate:,.0f} pairs/s).",
        ).filled(people=done.n_people, vacancies=done.n_vacancies, seconds=done.duration_s, rate=rate)
    else:
        told = Text(
            "{vacancies} 个岗位的排序均为最新：并入 {people:,} 名有变动的人员，"
            "重新评分 {anew} 个岗位，用时 {seconds:.2f} 秒。",
            "All {vacancies} rankings are up to date: {people:,} changed people merged, {anew} vacancies ranked anew, "
            "{seconds:.2f} s.",
        ).filled(
            people=done.n_people_changed, vacancies=done.n_vacancies, anew=done.n_ranked_anew, seconds=done.duration_s
        )
    console.done(told)
    if done.mode != "all":
        for line in _reason_lines(done.reasons):
            console.say(line)


def _reason_lines(reasons: Mapping[str, int]) -> list[Text]:
    from service.usecases.long_work.rescoring import Reason

    lines = []
    for name, n in reasons.items():
        why = Reason(name).text
        lines.append(Text(f"  {n} 个岗位：{why.zh}", f"  {n} vacancies: {why.en}"))
    return lines


def _resumed(interrupted: int | None, mode: "Mode", asked: "Mode") -> Text:
    if interrupted is None:
        return Text("没有中断的运行；检查有无变动。", "No run was interrupted; what has changed since is looked for.")
    if mode != asked:
        return Text(
            f"第 {interrupted} 次运行中断后，登记、规则、评分卡或日期有变动，从头开始。",
            f"Registry, rulebook, cards or day have moved since run {interrupted} was interrupted: begun anew.",
        )
    return Text(f"继续第 {interrupted} 次运行。", f"Going on with run {interrupted}.")
