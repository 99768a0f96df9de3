"""The card of a model as plain text for one A4 page: at most 60 lines of 100 columns, Chinese counted double."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.cells import cell_len

from matching.criteria import CRITERIA
from matching.training import Model
from matching.vocabulary import Text
from matching.vocabulary.codes import code_table

__all__ = ["WIDTH", "card_lines", "moved_rows"]

WIDTH = 100
_NAME = 44
_N_SHARES = 6


def card_lines(model: Model, *, is_champion: bool, language: str) -> list[str]:
    """Return the lines of the card.

    Parameters
    ----------
    model : Model
    is_champion : bool
        Whether its card is in force.
    language : {"zh", "en"}
    """
    return [
        *_head(model, is_champion=is_champion, language=language),
        "─" * WIDTH,
        *_table(model, language=language),
        "─" * WIDTH,
        *_foot(model, language=language),
    ]


def moved_rows(movement: Mapping[str, Any], *, language: str) -> tuple[list[Text], list[list[str]]]:
    """Return columns and rows of a movement: each level that changed and the lists that count most, then the whole."""
    rows = []
    for level in movement["levels"]:
        criterion = CRITERIA[level["criterion_id"]]
        held = criterion.missing if level["level"] == 0 else criterion.ladder[level["level"] - 1]
        lists = ", ".join(f"{one['vacancy_no']} {one['gain']:+.1f}" for one in level["lists"])
        name = f"{_said(criterion.label, language)}: {_said(held.label, language)}"
        points = [f"{level[when] / 100:.2f}" for when in ("before", "after")]
        rows.append([name, *points, f"{level['gain']:+.1f}", f"{level['n_for']}, {level['n_against']}", lists])
    rows.append([_said(Text("合计", "Together"), language), "", "", f"{movement['gain']:+.1f}", "", ""])
    return list(_MOVED), rows


_MOVED = (
    Text("评分项与等级", "Criterion and level"),
    Text("变动前", "Before"),
    Text("现在", "Now"),
    Text("支持程度", "Speaks for it"),
    Text("支持、反对的名单", "Lists for, against"),
    Text("影响最大的岗位", "Lists that count most"),
)


def _head(model: Model, *, is_champion: bool, language: str) -> Iterator[str]:
    record, metrics = model.training, model.metrics
    post = code_table("post_type").label(str(model.card.post))
    state = Text("在用", "in force") if is_champion else Text("未启用", "not in force")
    yield _said(
        Text(
            f"评分卡  {post.zh}  {model.version}  （{state.zh}）",
            f"Scorecard  {post.en}  {model.version}  ({state.en})",
        ),
        language,
    )
    about = Text(
        f"训练时间 {record.trained_at}，规则手册 {model.card.rulebook_version}，种子 {record.random_state}，"
        f"训练数据 SHA-256 {record.data_hash[:16]}…",
        f"Trained {record.trained_at}, rulebook {model.card.rulebook_version}, seed {record.random_state}, "
        f"training data SHA-256 {record.data_hash[:16]}…",
    )
    yield from _wrapped(_said(about, language))
    n_used = record.n_frozen + record.n_of_today
    history = Text(
        f"审阅名单 {record.n_lists} 份（有区分 {record.n_informative_lists}），{record.first_decided_on} 至 "
        f"{record.last_decided_on}；结论 {record.n_decisions:,} 条，采用 {n_used:,}，不涉适配 {record.n_not_of_fit:,}，"
        f"无理由 {record.n_unexplained:,}，名单之外 {record.n_by_hand:,}，无档案 {record.n_gone:,}；"
        f"等级取自冻结名单 {record.n_frozen:,}、训练之日档案 {record.n_of_today:,}",
        f"{record.n_lists} reviewed lists ({record.n_informative_lists} telling), {record.first_decided_on} to "
        f"{record.last_decided_on}; of {record.n_decisions:,} decisions {n_used:,} used, {record.n_not_of_fit:,} "
        f"not of fit, {record.n_unexplained:,} unexplained, {record.n_by_hand:,} not listed, {record.n_gone:,} without "
        f"record; levels: {record.n_frozen:,} from frozen lists, {record.n_of_today:,} of the day of training",
    )
    yield from _wrapped(_said(history, language))
    if "ndcg_at_10" in metrics:
        yield from _wrapped(_said(_quality(model), language))


def _quality(model: Model) -> Text:
    figure = {key: f"{value:.3f}" for key, value in model.metrics.items()}
    signed = {key: f"{model.metrics[key]:+.3f}" for key in ("difference", "difference_low", "difference_high")}
    yardstick = figure.get("ndcg_at_10_yardstick", "-")
    n_lists = int(model.metrics["n_held_out_lists"])
    return Text(
        f"未见过的 {n_lists} 份名单上 NDCG@10 {figure['ndcg_at_10']}，政策 {figure['ndcg_at_10_policy']}，差 "
        f"{signed['difference']}（95% {signed['difference_low']} 至 {signed['difference_high']}）；"
        f"不可解释的对照模型 {yardstick}；次序与审阅一致 {figure['pair_agreement']}，政策 "
        f"{figure['pair_agreement_policy']}",
        f"On {n_lists} lists it never saw: NDCG@10 {figure['ndcg_at_10']}, policy {figure['ndcg_at_10_policy']}, "
        f"difference {signed['difference']} (95 % {signed['difference_low']} to {signed['difference_high']}); opaque "
        f"yardstick {yardstick}; pairs in the reviewers' order {figure['pair_agreement']}, policy "
        f"{figure['pair_agreement_policy']}",
    )


def _table(model: Model, *, language: str) -> Iterator[str]:
    yield _said(
        Text(
            _row("评分项与等级（政策分 → 学得分）", "政策", "学得", "5%–95%", "涉及结论"),
            _row("Criterion and levels (policy → learned)", "Policy", "Learned", "5 %-95 %", "Decisions"),
        ),
        language,
    )
    for change in model.changes():
        yield _row(
            CRITERIA[change.criterion_id].label.in_(language),
            _points(change.policy_points),
            _points(change.learned_points),
            f"{_points(change.low)}–{_points(change.high)}",
            f"{change.n_decisions:,}",
        )
        yield from _wrapped(_levels(model, change.criterion_id, language), indent=2, joint=" · ")


def _levels(model: Model, criterion_id: str, language: str) -> list[str]:
    criterion = CRITERIA[criterion_id]
    pairs = zip(model.policy.points[criterion_id], model.card.points[criterion_id], strict=True)
    return [
        f"{criterion.level(level).label.in_(language)} {_points(before)}→{_points(after)}"
        for level, (before, after) in enumerate(pairs)
    ]


def _foot(model: Model, *, language: str) -> Iterator[str]:
    calibration = model.calibration
    if calibration.at:
        low, high = calibration.at[0], calibration.at[-1]
        scores = [round(low + (high - low) * step / (_N_SHARES - 1)) for step in range(_N_SHARES)]
        shares = "  ".join(f"{score / 100:.1f} → {calibration.share_of(score):.0%}" for score in scores)
        told = Text(
            f"以往各得分的人员被评为“拟推荐”及以上的比例（仅供展示，不用于排序）：{shares}",
            f"Share of judged people graded recommend or better, by score (for display, never for order): {shares}",
        )
        yield from _wrapped(_said(told, language))
    for limit in model.limits:
        yield from _wrapped("· " + limit.in_(language))


def _row(name: str, *figures: str) -> str:
    """Return one line of the table: the name, then figures in columns of their own, flush right."""
    width = (WIDTH - _NAME) // len(figures)
    return name + " " * (_NAME - cell_len(name)) + "".join(" " * (width - cell_len(one)) + one for one in figures)


def _points(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}"


def _said(text: Text, language: str) -> str:
    return text.in_(language)


def _wrapped(text: str | Iterable[str], *, indent: int = 0, joint: str = "") -> Iterator[str]:
    """Break a text into lines that fit; Chinese may break anywhere but before a mark, words stay whole."""
    line = " " * indent
    is_empty = True
    for piece in _pieces(text) if isinstance(text, str) else text:
        joined = piece if is_empty else joint + piece
        if not is_empty and cell_len((line + joined).rstrip()) > WIDTH:
            yield line.rstrip()
            line, joined = " " * indent, piece.lstrip()
        line += joined
        is_empty = False
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Cut a text where a line may end: after a space, and before a wide character that is no closing mark."""
    start = 0
    for place in range(1, len(text)):
        after_space = text[place - 1] == " "
        between_wide = (
            cell_len(text[place]) == 2 and text[place] not in "，。；：）、”％" and text[place - 1] not in "（“"
        )
        if after_space or between_wide:
            yield text[start:place]
            start = place
    yield text[start:]
