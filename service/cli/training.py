"""`talentpool train` and `talentpool evaluate`: learn challengers, and compare them with the cards in force."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import PostType, Text
from service.cli.acting import opened, reading
from service.cli.console import Console, pass_console
from service.cli.run_progress import ask_to_stop, clock, watched

if TYPE_CHECKING:
    from matching.training import Comparison, Model
    from service.usecases.cards.evaluating import Evaluation
    from service.usecases.cards.training import Challenger

__all__ = ["POSTS", "evaluate", "post_label", "train"]

POSTS = click.Choice([str(post) for post in PostType])
_N_STRONGEST = 5
_POINT = 100  # hundredths


@click.command()
@click.option("--post", "posts", type=POSTS, multiple=True, help="Only these posts. 只学这些岗位。")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Draws the samples. 抽样种子。")
@click.option("--jobs", type=click.IntRange(1, 64), help="Threads; all cores otherwise. 线程数。")
@click.option("--stop", is_flag=True, help="Ask the training at work to stop. 请正在运行的学习停止。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def train(console: Console, *, posts: tuple[str, ...], seed: int, jobs: int | None, stop: bool, as_json: bool) -> None:
    """Learn a challenger for each post from the review decisions. 从审阅结论学习评分卡。

    None comes into force by itself: see `talentpool evaluate` and `talentpool models promote`. The exit code is 3
    where the policy stays for want of lists or of proof. Criteria that tell a protected attribute are named.
    """
    from service.usecases.cards.training import train_challengers
    from service.usecases.long_work.run_terms import Kind

    if stop:
        ask_to_stop(console, Kind.TRAINING, as_json=as_json)
        return
    chosen = [PostType(post) for post in posts] or list(PostType)
    with opened(console) as (database, actor), watched(console, Kind.TRAINING) as watch:
        made = train_challengers(
            database,
            actor=actor,
            now=clock,
            posts=list(dict.fromkeys(chosen)),
            random_state=seed,
            n_jobs=jobs or os.cpu_count() or 1,
            watch=watch,
        )
    if as_json:
        console.print_json({"schema": "talentpool.train/1", "posts": [_document(one) for one in made]})
    else:
        _show(console, made)
    for one in made:
        _tell(console, one)
    console.end()


@click.command()
@click.argument("version", default="latest")
@click.option("--post", type=POSTS, help="With latest: only this post. 只看此岗位。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def evaluate(console: Console, *, version: str, post: str | None, as_json: bool) -> None:
    """Compare a model, or the newest of each post, with the card in force. 与现行评分卡比较。

    On reviewed lists that neither has seen, by a paired bootstrap over vacancies. The exit code is 3 where a model is
    not at least as good as the card in force.
    """
    from service.usecases.cards.evaluating import evaluate_models

    with reading(console) as (session, actor):
        found = evaluate_models(
            session, actor=actor, version=version, post=PostType(post) if post else None, now=datetime.now(UTC)
        )
    if as_json:
        console.print_json({"schema": "talentpool.evaluate/1", "models": [_evaluation(one) for one in found]})
    else:
        console.table(_EVALUATED, [_evaluated_row(console, one) for one in found])
    for one in found:
        _judge(console, one)
    console.end()


def post_label(post: PostType) -> Text:
    """Return what a kind of post is called."""
    from matching.vocabulary.codes import code_table

    return code_table("post_type").label(post)


def _figure(value: float | None) -> str:
    return "-" if value is None or value != value else f"{value:.3f}"


def _beside(*values: float | None) -> str:
    return " / ".join(map(_figure, values))


def _difference(compared: "Comparison") -> str:
    if not compared.n_lists:
        return "-"
    return f"{compared.difference:+.3f} ({compared.low:+.3f} … {compared.high:+.3f})"


_TRAINED = [
    Text("岗位", "Post"),
    Text("版本", "Version"),
    Text("有区分的名单", "Telling lists"),
    Text("结论 采用/不涉适配/无理由", "Decisions used/not of fit/unexplained"),
    Text("NDCG@10/现行/政策", "NDCG@10/in force/policy"),
    Text("差（95% 区间）", "Difference (95 %)"),
    Text("对照模型", "Yardstick"),
]


def _show(console: Console, made: list["Challenger"]) -> None:
    console.table(_TRAINED, [_trained_row(console, one) for one in made])
    for one in made:
        if one.model is not None:
            _show_changes(console, one.post, one.model)


def _trained_row(console: Console, one: "Challenger") -> list[str]:
    from service.usecases.cards.training import FEWEST_LISTS

    labels = one.history.labels
    used = f"{len(labels.frame):,} / {labels.n_not_of_fit:,} / {labels.n_unexplained:,}"
    lists = f"{one.n_informative} / {FEWEST_LISTS}"
    if one.model is None or one.against_champion is None:
        stays = Text("沿用政策", "policy stays").in_(console.language)
        return [post_label(one.post).in_(console.language), stays, lists, used, *["-"] * 3]
    metrics, compared = one.model.metrics, one.against_champion
    return [
        post_label(one.post).in_(console.language),
        one.model.version,
        lists,
        used,
        _beside(compared.challenger, compared.champion, metrics.get("ndcg_at_10_policy")),
        _difference(compared),
        _figure(metrics.get("ndcg_at_10_yardstick")),
    ]


def _show_changes(console: Console, post: PostType, model: "Model") -> None:
    from matching.criteria import CRITERIA

    gap = model.metrics.get("ndcg_at_10_yardstick", float("nan")) - model.metrics.get("ndcg_at_10", float("nan"))
    label = post_label(post)
    heading = Text(f"\n{label.zh}：分值变动最大的评分项", f"\n{label.en}: criteria whose points changed most")
    console.print(heading.in_(console.language))
    strongest = sorted(model.changes(), key=lambda change: -abs(change.learned_points - change.policy_points))
    for change in strongest[:_N_STRONGEST]:
        name = CRITERIA[change.criterion_id].label.in_(console.language)
        console.print(
            f"   {change.policy_points / _POINT:6.2f} → {change.learned_points / _POINT:6.2f}"
            f"  ({change.low / _POINT:.2f} … {change.high / _POINT:.2f})  {name}"
        )
    if gap == gap:
        told = Text(
            f"   与不可解释的对照模型相差 {gap:+.3f}（正数为评分卡让出的部分）",
            f"   Beside the opaque yardstick {gap:+.3f} (above zero: what the card gives away)",
        )
        console.print(told.in_(console.language))


def _tell(console: Console, one: "Challenger") -> None:
    from matching.criteria import CRITERIA

    label = post_label(one.post)
    if one.why_policy is not None:
        console.warn(Text(f"{label.zh}：{one.why_policy.zh}", f"{label.en}: {one.why_policy.en}"))
    elif one.model is not None:
        state = Text("新版本", "new") if one.is_new else Text("与已有版本相同，未变", "unchanged, known already")
        console.done(
            Text(f"{label.zh}：{one.model.version}，{state.zh}", f"{label.en}: {one.model.version}, {state.en}")
        )
    if one.unrecorded and len(one.history.lists):
        zh = "、".join(CRITERIA[key].label.zh for key in one.unrecorded)
        en = ", ".join(CRITERIA[key].label.en for key in one.unrecorded)
        console.warn(
            Text(
                f"{label.zh}：名单上无人登记“{zh}”，无从学习，其分值只随政策；请补登记后再学习。",
                f"{label.en}: nobody on the lists has '{en}' on record; nothing can be learned of it and its points "
                "follow the policy. Record it, then train again.",
            )
        )
    for leak in one.leaks:
        console.say(Text(f"  ! {leak.zh}", f"  ! {leak.en}"))
    if one.history.n_gone:
        n = one.history.n_gone
        console.say(Text(f"  {n} 人已无档案可依，未采用", f"  {n} people have no record any more and were left out"))


def _document(one: "Challenger") -> dict[str, Any]:
    labels = one.history.labels
    return {
        "post_type": str(one.post),
        "version": one.model.version if one.model else None,
        "is_new": one.is_new,
        "why_policy": one.why_policy._asdict() if one.why_policy else None,
        "n_lists": len(one.history.lists),
        "n_informative_lists": one.n_informative,
        "n_decisions": labels.n_decisions,
        "n_used": len(labels.frame),
        "n_not_of_fit": labels.n_not_of_fit,
        "n_unexplained": labels.n_unexplained,
        "n_by_hand": labels.n_by_hand,
        "n_frozen": one.history.n_frozen,
        "n_gone": one.history.n_gone,
        "unrecorded": list(one.unrecorded),
        "leaks": [leak._asdict() for leak in one.leaks],
        "metrics": dict(one.model.metrics) if one.model else None,
        "against_champion": _comparison(one.against_champion) if one.against_champion else None,
    }


_EVALUATED = [
    Text("岗位", "Post"),
    Text("版本", "Version"),
    Text("现行版本", "In force"),
    Text("名单", "Lists"),
    Text("NDCG@10/现行", "NDCG@10/in force"),
    Text("差（95% 区间）", "Difference (95 %)"),
    Text("次序一致/现行", "Agreement/in force"),
    Text("与政策之差（95% 区间）", "Beside the policy (95 %)"),
]


def _evaluated_row(console: Console, one: "Evaluation") -> list[str]:
    compared = one.against_champion
    return [
        post_label(one.post).in_(console.language),
        one.version,
        one.champion_version,
        str(compared.n_lists),
        _beside(compared.challenger, compared.champion),
        _difference(compared),
        _beside(compared.challenger_agreement, compared.champion_agreement),
        _difference(one.against_policy),
    ]


def _judge(console: Console, one: "Evaluation") -> None:
    if one.is_champion:
        console.done(Text(f"{one.version} 即现行评分卡", f"{one.version} is the card in force"))
    elif one.against_champion.is_at_least_as_good:
        console.done(
            Text(
                f"{one.version} 不低于现行评分卡；启用：talentpool models promote {one.version}",
                f"{one.version} is at least as good as the card in force: talentpool models promote {one.version}",
            )
        )
    else:
        console.warn(
            Text(
                f"{one.version} 未能证明不低于现行评分卡，不宜启用。",
                f"{one.version} is not shown to be as good as the card in force: better not to promote it.",
            )
        )


def _evaluation(one: "Evaluation") -> dict[str, Any]:
    return {
        "post_type": str(one.post),
        "version": one.version,
        "champion_version": one.champion_version,
        "is_champion": one.is_champion,
        "is_at_least_as_good": one.against_champion.is_at_least_as_good,
        "against_champion": _comparison(one.against_champion),
        "against_policy": _comparison(one.against_policy),
    }


def _comparison(compared: "Comparison") -> dict[str, Any]:
    return {name: value if value == value else None for name, value in vars(compared).items()}
