"""Who was left out of a list on paper: A4 across, the rules with their counts, then everybody with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.files.documents import Document, Grid, Heading, Lines

__all__ = ["ExcludedHead", "excluded_sheet"]

_RULES = ((Text("未满足的条件", "Rule not met"), 180), (Text("编号", "Number"), 40), (Text("人数", "People"), 40))
_PEOPLE = (
    (Text("姓名", "Name"), 30),
    (Text("人员编号", "Person number"), 26),
    (Text("人才类别", "Pool"), 30),
    (Text("原因", "Reason"), 110),
    (Text("依据", "Basis"), 70),
)


@dataclass(frozen=True, kw_only=True)
class ExcludedHead:
    """What stands above the tables; all of it of the list, nothing of a person.

    Parameters
    ----------
    shortlist_no, village, post_type : str
    as_of : date
    n_out : int
        People who do not meet a rule.
    rule : mapping or None
        The rule under which alone people are shown.
    """

    shortlist_no: str
    village: str
    post_type: str
    as_of: date
    n_out: int
    rule: Mapping[str, Any] | None


def excluded_sheet(
    head: ExcludedHead, rules: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[str]], *, language: str
) -> Document:
    """Put the sheet of who was left out together.

    Parameters
    ----------
    head : ExcludedHead
    rules : sequence of mapping
        With title, rule_id and n_people, as the list keeps them.
    rows : sequence of sequence of str
        Name, number, pool, reason and basis of each person.
    language : {"zh", "en"}
    """
    post = code_table("post_type").label(head.post_type)
    title = Text(f"{head.village}{post.zh}未列入人员", f"{head.village}: {post.en}, who was left out")
    shown = [[one["title"][language], one["rule_id"], f"{one['n_people']:,}"] for one in rules]
    return Document(
        title=title.in_(language),
        blocks=[
            Lines([_facts(head).in_(language)], is_small=True),
            Grid([column.in_(language) for column, _ in _RULES], shown, [wide for _, wide in _RULES]),
            Heading(_heading(head, len(rows)).in_(language)),
            Grid([column.in_(language) for column, _ in _PEOPLE], rows, [wide for _, wide in _PEOPLE]),
        ],
        language=language,
        is_sheet=True,
    )


def _facts(head: ExcludedHead) -> Text:
    return Text(
        f"名单 {head.shortlist_no}　计算日期 {head.as_of}　不符合条件 {head.n_out:,} 人　每人按首个未满足的条件计一次",
        f"List {head.shortlist_no}   as of {head.as_of}   not eligible: {head.n_out:,}   each counted once, under the "
        "first rule not met",
    )


def _heading(head: ExcludedHead, n_rows: int) -> Text:
    if head.rule is None:
        return Text(f"人员（{n_rows:,} 人）", f"People ({n_rows:,})")
    title = head.rule["title"]
    return Text(f"未满足“{title['zh']}”的人员（{n_rows:,} 人）", f"People under '{title['en']}' ({n_rows:,})")
