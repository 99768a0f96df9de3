"""`talentpool models`: list, show, promote, roll back, export, import, and watch for drift."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matching.vocabulary import PostType, Text
from service.cli.acting import reading, writing
from service.cli.console import Console, house_time, pass_console
from service.cli.help_words import SpokenGroup
from service.cli.training import POSTS, post_label

if TYPE_CHECKING:
    from service.usecases.cards.models import ListedModel
    from service.usecases.cards.promoting import Promotion

__all__ = ["models"]

_POLICY = Text("政策", "policy")


@click.group(cls=SpokenGroup)
def models() -> None:
    """Learned scorecards: which there are, and which are in force. 学到的评分卡。"""


@models.command("list")
@click.option("--post", type=POSTS, help="Only this post. 只看此岗位。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def list_command(console: Console, *, post: str | None, as_json: bool) -> None:
    """List all models, the newest first. 列出全部模型。"""
    from service.usecases.cards.models import list_models

    with reading(console) as (session, actor):
        found = list_models(session, actor=actor, post=_post(post))
    if as_json:
        console.print_json({"schema": "talentpool.models/1", "models": [_document(one) for one in found]})
    else:
        console.table(_COLUMNS, [_row(console, one) for one in found])
    if not found:
        console.say(Text("还没有学到的评分卡：talentpool train", "Nothing has been learned yet: talentpool train"))
    for one in found:
        if one.is_champion and one.problem is not None:
            console.warn(
                Text(f"现行评分卡 {one.version}：{one.problem.zh}", f"{one.version}, in force: {one.problem.en}")
            )
    console.end()


@models.command()
@click.argument("version")
@pass_console
def show(console: Console, *, version: str) -> None:
    """Print the card of a model on one A4 page. 打印评分卡（一页 A4）。"""
    from service.cli.model_card import card_lines
    from service.usecases.cards.models import LATEST, find_model, get_model, latest_versions

    with reading(console) as (session, actor):
        versions = list(latest_versions(session, actor=actor).values()) if version == LATEST else [version]
        shown = [
            (get_model(session, actor=actor, version=one), find_model(session, actor=actor, version=one))
            for one in versions
        ]
    for model, listed in shown:
        for line in card_lines(model, is_champion=listed.is_champion, language=console.language):
            console.print(line)
    console.say(Text(f"打印：网页 /models/{model.version}", f"To print: the page /models/{model.version}"))


@models.command()
@click.argument("version")
@click.option("--post", type=POSTS, help="With latest: only this post. 只启用此岗位。")
@click.option("--reason", help="Why, if it is not proven as good. 理由。")
@click.option("--signed-by", help="The person who answers for it. 署名。")
@pass_console
def promote(console: Console, *, version: str, post: str | None, reason: str | None, signed_by: str | None) -> None:
    """Put a model, or with `latest` the newest of each post, in force. 启用评分卡。"""
    from service.errors import Conflict
    from service.usecases.cards.models import LATEST, latest_versions
    from service.usecases.cards.promoting import promote_model

    with writing(console) as (session, actor):
        versions = (
            list(latest_versions(session, actor=actor, post=_post(post)).values()) if version == LATEST else [version]
        )
        made = []
        for one in versions:
            try:
                made.append(
                    promote_model(
                        session, actor=actor, version=one, reason=reason, signed_by=signed_by, now=datetime.now(UTC)
                    )
                )
            except Conflict:
                if version != LATEST:
                    raise
                console.say(Text(f"{one} 已经在用", f"{one} is in force already"))
    for promotion in made:
        _tell(console, promotion)


@models.command()
@click.option("--post", type=POSTS, required=True, help="Which post. 岗位。")
@click.option("--reason", help="Why. 理由。")
@pass_console
def rollback(console: Console, *, post: str, reason: str | None) -> None:
    """Go back to the card that was in force before. 退回上一张评分卡。"""
    from service.usecases.cards.promoting import roll_back

    with writing(console) as (session, actor):
        made = roll_back(session, actor=actor, post=PostType(post), reason=reason, now=datetime.now(UTC))
    _tell(console, made)


@models.command()
@click.argument("version")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@pass_console
def export(console: Console, *, version: str, output: Path) -> None:
    """Write the JSON file of a model, - for stdout. 导出模型文件。"""
    from service.files.replacing import replaced_file
    from service.usecases.cards.model_files import export_model

    with reading(console) as (session, actor):
        content = export_model(session, actor=actor, version=version)
    if str(output) == "-":
        console.print(content.rstrip("\n"))
        return
    with replaced_file(output) as file:
        file.write(content)
    console.done(Text(f"已写入 {output}", f"{output} is written"))


@models.command("import")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@pass_console
def import_command(console: Console, *, path: Path) -> None:
    """Take a model file in as a challenger; it does not come into force. 导入模型文件。"""
    from service.usecases.cards.model_files import LARGEST_FILE, import_model

    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    with writing(console) as (session, actor):
        model = import_model(session, actor=actor, content=content, place=path.name, now=datetime.now(UTC))
    console.done(
        Text(
            f"已导入 {model.version}；启用：talentpool models promote {model.version}",
            f"{model.version} is taken in; to use it: talentpool models promote {model.version}",
        )
    )


@models.command()
@click.argument("version")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def moved(console: Console, *, version: str, as_json: bool) -> None:
    """Show which decisions moved the points of a card. 哪些审阅结论推动了分值变动。"""
    from service.cli.model_card import moved_rows
    from service.usecases.cards.model_figures import movement_of

    with reading(console) as (session, actor):
        told = movement_of(session, actor=actor, version=version)
    if as_json:
        console.print_json({"schema": "talentpool.movement/1", **told})
    else:
        columns, rows = moved_rows(told, language=console.language)
        console.table(columns, rows, title=f"{told['before']} → {told['after']}")


@models.command("drift")
@click.option("--post", type=POSTS, help="Only this post. 只看此岗位。")
@click.option("--json", "as_json", is_flag=True, help="One JSON document. 输出 JSON。")
@pass_console
def drift_command(console: Console, *, post: str | None, as_json: bool) -> None:
    """Show how often decisions go against the rank, by quarter. 结论与位次相反的比例。

    The alarm line begins anew with every change of the card in force: a quarter is cut where the card was changed.
    The exit code is 3 where the newest quarter lies above its alarm line.
    """
    from service.usecases.cards.evaluating import drift_document, watch_drift

    with reading(console) as (session, actor):
        found = watch_drift(session, actor=actor, post=_post(post), now=datetime.now(UTC))
    if as_json:
        console.print_json({"schema": "talentpool.drift/1", "posts": drift_document(found)})
    else:
        for one, drifted in found.items():
            rows = [_period_row(console, period) for period in drifted.periods]
            console.table(_PERIODS, rows, title=post_label(one).in_(console.language))
    for one, drifted in found.items():
        if drifted.is_alarming:
            label = post_label(one)
            console.warn(
                Text(
                    f"{label.zh}：最近一季与位次相反的结论超过警戒线，请重新学习或查明原因。",
                    f"{label.en}: the newest quarter goes against the rank beyond its line; train again, or find "
                    "out why.",
                )
            )
    console.end()


_COLUMNS = [
    Text("版本", "Version"),
    Text("岗位", "Post"),
    Text("状态", "State"),
    Text("学习时间", "Trained at"),
    Text("账号", "By"),
    Text("名单", "Lists"),
    Text("NDCG@10", "NDCG@10"),
    Text("政策", "Policy"),
    Text("提示", "Notes"),
]
_PERIODS = [
    Text("季度", "Quarter"),
    Text("评分卡启用", "Card since"),
    Text("名单", "Lists"),
    Text("与位次相反", "Against the rank"),
    Text("警戒线", "Alarm line"),
    Text("偏离最多的评分项", "Criteria that go astray most"),
]


def _post(post: str | None) -> PostType | None:
    return PostType(post) if post else None


def _row(console: Console, one: "ListedModel") -> list[str]:
    state = Text("在用", "in force") if one.is_champion else Text("未启用", "challenger")
    metrics = one.model.metrics if one.model else {}
    return [
        one.version,
        post_label(one.post).in_(console.language),
        state.in_(console.language),
        house_time(one.trained_at),
        one.trained_by,
        str(one.model.training.n_informative_lists) if one.model else "-",
        *(f"{metrics[key]:.3f}" if key in metrics else "-" for key in ("ndcg_at_10", "ndcg_at_10_policy")),
        one.problem.in_(console.language) if one.problem else "",
    ]


def _document(one: "ListedModel") -> dict[str, Any]:
    return {
        "version": one.version,
        "post_type": str(one.post),
        "origin": one.origin,
        "trained_by": one.trained_by,
        "trained_at": one.trained_at.isoformat(),
        "is_champion": one.is_champion,
        "metrics": dict(one.model.metrics) if one.model else None,
        "problem": one.problem._asdict() if one.problem else None,
    }


def _tell(console: Console, made: "Promotion") -> None:
    label, version = post_label(made.post), made.version or ""
    former = made.former_version or ""
    console.done(
        Text(
            f"{label.zh}：{former or _POLICY.zh} → {version or _POLICY.zh}；现有排序已过时，请运行 "
            "talentpool rescore --all",
            f"{label.en}: {former or _POLICY.en} → {version or _POLICY.en}; rankings are out of date now: "
            "talentpool rescore --all",
        )
    )
    if made.comparison is not None and made.comparison["difference"] is not None:
        told = made.comparison
        line = "{difference:+.3f} ({low:+.3f} … {high:+.3f}), n = {n_lists}".format(**told)
        console.say(Text(f"  NDCG@10 之差 {line}", f"  Difference in NDCG@10 {line}"))


def _period_row(console: Console, period: Any) -> list[str]:
    from matching.criteria import CRITERIA

    worst = sorted((-share, key) for key, share in period.by_criterion.items() if share == share)[:2]
    names = [f"{CRITERIA[key].label.in_(console.language)} {-share:.0%}" for share, key in worst]
    mark = " !" if period.is_alarming else ""
    return [
        period.name,
        period.since or "-",
        str(period.n_lists),
        f"{period.against:.1%}{mark}",
        "-" if period.limit is None else f"{period.limit:.1%}",
        Text("、", ", ").in_(console.language).join(names),
    ]
