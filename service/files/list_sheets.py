"""The sheet of a list on paper: A4 across, everybody in one row, room to sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.files.documents import Document, Grid, Lines

__all__ = ["SheetHead", "SheetRow", "list_sheet"]

_N_REASONS = 3
_SIGNS = "①②③"
_SCORE, _SCORE_AND_INTERVAL = Text("得分", "Score"), Text("得分\n（区间）", "Score\n(interval)")
_COLUMNS = (
    (Text("位次", "Rank"), 9, 10),
    (Text("姓名", "Name"), 17, 21),
    (Text("性别", "Sex"), 9, 12),
    (Text("年龄", "Age"), 9, 9),
    (Text("学历", "Education"), 17, 21),
    (Text("类别", "Pool"), 20, 20),
    (Text("现任职务", "Current post"), 28, 20),
    (_SCORE_AND_INTERVAL, 21, 18),
    (Text("主要理由（√ 已核实）", "Main reasons (√ verified)"), 86, 90),
    (Text("待核验或已放宽", "To be verified or waived"), 34, 27),
    (Text("结论", "Conclusion"), 19, 21),
)
_ADVICE = Text(
    "得分仅供比选参考，以考察和集体研究为准。",
    "Scores only help to compare; people are decided on after inspection and discussion.",
)
_BANDS = Text(
    "粗线分隔并列档，档内先后未确定。", "A thick line parts tie bands: the order within one is not established."
)
_SIGN = Text(
    "制表：　　　　　　　　　　　审核：　　　　　　　　　　　组织部负责人：　　　　　　　　　　　（盖章）",
    "Prepared by:                              Checked by:                              "
    "Head of the organization department:                              (seal)",
)


@dataclass(frozen=True, kw_only=True)
class SheetHead:
    """What stands above and below the table; all of it of the list, nothing of a person."""

    shortlist_no: str
    village: str
    post_type: str
    headcount: int
    sieve: Mapping[str, int]
    card_version: str
    average_score: int | None
    has_bands: bool
    as_of: date


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One person of the list.

    Parameters
    ----------
    rank : int or None
        None for somebody who was added by hand.
    name : str
    sex, education, talent_source : str or None
        Codes.
    age_years : int or None
    current_post : str or None
    score, score_low, score_high : int or None
        Hundredths.
    reasons, asks : sequence of mapping
        Contributions that stand out, the strongest first; outcomes to be verified or waived.
    added_reason : str or None
    decision : str or None
        Code of the office's conclusion.
    begins_band : bool
    """

    rank: int | None
    name: str
    sex: str | None
    age_years: int | None
    education: str | None
    talent_source: str | None
    current_post: str | None
    score: int | None = None
    score_low: int | None = None
    score_high: int | None = None
    reasons: Sequence[Mapping[str, Any]] = ()
    asks: Sequence[Mapping[str, Any]] = ()
    added_reason: str | None = None
    decision: str | None = None
    begins_band: bool = False


def list_sheet(head: SheetHead, rows: Sequence[SheetRow], *, language: str) -> Document:
    """Put the sheet of a list together.

    Parameters
    ----------
    head : SheetHead
    rows : sequence of SheetRow
        In their order.
    language : {"zh", "en"}
    """
    post = code_table("post_type").label(head.post_type)
    grid = Grid(
        _headers(rows, language),
        [_cells(row, language) for row in rows],
        [english if language == "en" else chinese for _label, chinese, english in _COLUMNS],
        parted_before=frozenset(at for at, row in enumerate(rows) if row.begins_band),
    )
    title = Text(f"{head.village}{post.zh}人选比选表", f"{head.village}: {post.en}, comparison of candidates")
    return Document(
        title=title.in_(language),
        blocks=[
            Lines([_facts(head).in_(language)], is_small=True),
            grid,
            Lines([_foot(head).in_(language)], is_small=True),
            Lines([_SIGN.in_(language)]),
        ],
        language=language,
        is_sheet=True,
    )


def _headers(rows: Sequence[SheetRow], language: str) -> list[str]:
    """Return the headers; that of the score names an interval only where somebody has one."""
    has_intervals = any(row.score_low is not None for row in rows)
    texts = [_SCORE if label is _SCORE_AND_INTERVAL and not has_intervals else label for label, *_widths in _COLUMNS]
    return [text.in_(language) for text in texts]


def _facts(head: SheetHead) -> Text:
    steps = " → ".join(f"{head.sieve[key]:,}" for key in ("n_pool", "n_eligible", "n_listed"))
    return Text(
        f"名单 {head.shortlist_no}　计算日期 {head.as_of}　需求人数 {head.headcount}　在库、符合、列出 {steps}",
        f"List {head.shortlist_no}   as of {head.as_of}   openings {head.headcount}   in the pools, eligible, listed "
        f"{steps}",
    )


def _foot(head: SheetHead) -> Text:
    average = "—" if head.average_score is None else _points(head.average_score)
    scores = Text(
        f"得分由档案事实按评分卡 {head.card_version} 计算，满分 100；符合条件人员平均 {average}。",
        f"Scores come from the facts on record by the scorecard {head.card_version}, at most 100; the average of the "
        f"eligible is {average}.",
    )
    bands = _BANDS if head.has_bands else Text("", "")
    return Text(f"{scores.zh}{bands.zh}{_ADVICE.zh}", " ".join(filter(None, (scores.en, bands.en, _ADVICE.en))))


def _cells(row: SheetRow, language: str) -> list[str]:
    score = "" if row.score is None else _points(row.score)
    if row.score is not None and row.score_low is not None and row.score_high is not None:
        score += f"\n{_points(row.score_low)}–{_points(row.score_high)}"
    return [
        "+" if row.rank is None else str(row.rank),
        row.name,
        _label("sex", row.sex, language),
        "" if row.age_years is None else str(row.age_years),
        _label("education", row.education, language),
        _label("talent_source", row.talent_source, language),
        row.current_post or "",
        score,
        _reasons(row, language),
        _asks(row, language),
        _label("review_decision", row.decision, language),
    ]


def _reasons(row: SheetRow, language: str) -> str:
    if row.added_reason is not None:
        return Text(f"人工增补：{row.added_reason}", f"Added by hand: {row.added_reason}").in_(language)
    told = zip(_SIGNS, row.reasons[:_N_REASONS], strict=False)
    said = [(sign, part["sentence"][language].rstrip("。."), part.get("is_verified")) for sign, part in told]
    return (
        Text("　", "; ").in_(language).join(f"{sign}{words}{'√' if is_true else ''}" for sign, words, is_true in said)
    )


def _asks(row: SheetRow, language: str) -> str:
    waived = Text("已放宽：", "Waived: ").in_(language)
    told = [f"{waived if one['verdict'] == 'waived' else ''}{one['title'][language]}" for one in row.asks]
    return Text("；", "; ").in_(language).join(told)


def _label(table: str, code: str | None, language: str) -> str:
    return "" if code is None else code_table(table).label(code).in_(language)


def _points(hundredths: int) -> str:
    return f"{hundredths / 100:.1f}"
