"""The dossier of a shortlist: what is laid before those who decide."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import compress
from typing import Any
from zoneinfo import ZoneInfo

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from schemas.grounds import ground_text
from service.files.documents import Block, Document, Facts, Grid, Heading, Lines, Signatures

__all__ = ["dossier"]

_ZONE = ZoneInfo("Asia/Shanghai")
_SAID = frozenset({"to_verify", "waived", "fail"})
_ERASED = Text("（已删除人员）", "(an erased person)")
_BY_RECORD = {True: Text("已核验", "verified"), False: Text("自报", "self-reported"), None: Text("", "")}
_ADVICE = Text(
    "得分仅供比选参考，以考察和集体研究为准；本材料不作任何决定。",
    "Scores only help to compare; people are decided on after inspection and discussion. This paper decides nothing.",
)
_HEAD = (
    (Text("名单编号", "List"), Text("{no}", "{no}")),
    (Text("岗位", "Vacancy"), Text("{vacancy}　{village}{post}", "{vacancy}: {post} in {village}")),
    (Text("需求人数", "Wanted"), Text("{n} 人", "{n}")),
    (
        Text("计算日期", "As of"),
        Text("{as_of}（年龄、党龄、工作年限均计算到此日）", "{as_of}; ages and years are counted to this day"),
    ),
    (Text("在库人数", "In the pool"), Text("{n_pool} 人", "{n_pool}")),
    (
        Text("符合或待核验", "Eligible"),
        Text("{n_eligible} 人（其中待核验 {n_to_verify} 人）", "{n_eligible}, of them {n_to_verify} to be verified"),
    ),
    (Text("列出人数", "Listed"), Text("{n_listed} 人", "{n_listed}")),
    (Text("申请人", "Asked for by"), Text("{by}", "{by}")),
    (Text("申请时间", "Asked for at"), Text("{at}", "{at}")),
)
_WISHES = Text("岗位意愿\n（不作为条件）", "Wishes, which exclude nobody")
_TABLE = (
    (Text("位次", "Place"), 14),
    (Text("人员编号", "Person"), 28),
    (Text("姓名", "Name"), 21),
    (Text("人才类别", "Source"), 35),
    (Text("得分", "Score"), 16),
    (Text("区间", "Interval"), 25),
    (Text("并列档", "Band"), 16),
    (Text("资格", "Eligibility"), 19),
)
_INTERVAL = 5
_REASONS = (
    (Text("项目", "Criterion"), 30),
    (Text("说明", "Reason"), 82),
    (Text("得分/满分", "Points / most"), 24),
    (Text("高于平均", "Above average"), 21),
    (Text("来源", "Record"), 17),
)
_EXCLUSIONS = (
    (Text("规则", "Rule"), 16),
    (Text("条件", "What it asks"), 74),
    (Text("人数", "People"), 16),
    (Text("依据", "Basis"), 68),
)
_SIGNATURES = (
    Text("审阅人意见", "Reviewer"),
    Text("组织部门负责人意见", "Head of the department"),
    Text("集体研究意见", "Decision of the meeting"),
)
_SIGN = Text("签字：　　　　　　　　　　年　　月　　日", "Signature:                              Date:              ")
_VERSIONS = {
    "release": Text("程序版本", "Release"),
    "rulebook": Text("规则手册", "Rulebook"),
    "card": Text("评分卡", "Scorecard"),
    "data": Text("数据", "Data"),
    "vacancy": Text("岗位", "Vacancy"),
    "order": Text("顺序", "Order"),
}


def dossier(
    shortlist: Mapping[str, Any],
    *,
    versions: Mapping[str, str],
    village: str,
    headcount: int,
    verdicts: Mapping[str, Text],
    language: str,
) -> Document:
    """Put a dossier together.

    Parameters
    ----------
    shortlist : mapping
        As `schemas.shortlists.ShortlistSchema` gives it out, with the names of today and `is_erased`.
    versions : mapping of str to str
        Of rulebook, card, data, vacancy, order and release.
    village : str
        County, township and village.
    headcount : int
    verdicts : mapping of str to Text
    language : {"zh", "en"}
    """
    return Document(
        title=Text("驻村岗位建议名单材料", "Dossier of a shortlist").in_(language),
        blocks=list(_Dossier(shortlist, village, headcount, verdicts, language).blocks(versions)),
        language=language,
    )


class _Dossier:
    def __init__(
        self, shortlist: Mapping[str, Any], village: str, headcount: int, verdicts: Mapping[str, Text], language: str
    ) -> None:
        self._list = shortlist
        self._village = village
        self._headcount = headcount
        self._verdicts = verdicts
        self._language = language

    def blocks(self, versions: Mapping[str, str]) -> Iterator[Block]:
        yield self._head()
        yield Lines([self._t(_ADVICE)])
        yield self._heading("一、建议名单", "1  The list")
        yield self._table()
        yield self._notes()
        yield self._heading("二、逐人理由", "2  Reasons for each person")
        for entry in self._list["entries"]:
            yield from self._person(entry)
        yield self._heading("三、未列入人数（按首个未满足的条件）", "3  Not listed, by the first rule not met")
        yield from self._exclusions()
        yield self._heading("四、意见与签字", "4  Opinions and signatures")
        yield Signatures([self._t(label) for label in _SIGNATURES], self._t(_SIGN))
        yield self._heading("五、版本与重演", "5  Versions and replay")
        yield self._versions(versions)

    def _t(self, text: Text) -> str:
        return text.in_(self._language)

    def _heading(self, zh: str, en: str) -> Heading:
        return Heading(self._t(Text(zh, en)))

    def _head(self) -> Facts:
        one = self._list
        asked = datetime.fromisoformat(one["requested_at"]).astimezone(_ZONE)
        values = {
            **one["sieve"], "no": one["shortlist_no"], "by": one["requested_by"], "at": f"{asked:%Y-%m-%d %H:%M}",
            "vacancy": one["vacancy_no"], "village": self._village, "n": self._headcount, "as_of": one["as_of"],
            "post": code_table("post_type").label(one["vacancy_facts"]["post"]),
        }  # fmt: skip
        rows = [(self._t(label), self._t(value.filled(**values))) for label, value in _HEAD]
        wishes = [self._t(Text(wish["zh"], wish["en"])) for wish in one["vacancy_facts"].get("wishes", ())]
        return Facts([*rows, *([(self._t(_WISHES), "\n".join(wishes))] if wishes else [])])

    def _table(self) -> Grid:
        entries = self._list["entries"]
        is_told = [True] * len(_TABLE)
        is_told[_INTERVAL] = any(entry["interval"] for entry in entries)  # the card of the policy has none
        rows = [list(compress(self._place(entry), is_told)) for entry in entries]
        return self._grid(tuple(compress(_TABLE, is_told)), rows)

    def _place(self, entry: Mapping[str, Any]) -> list[str]:
        return [
            str(entry["rank"]),
            entry["person_no"] or self._t(_ERASED),
            entry["name"] or "",
            entry["talent_source_label"][self._language],
            f"{entry['score']:.2f}",
            _interval(entry["interval"]),
            "" if entry["band"] is None else str(entry["band"]),
            self._t(self._verdicts[entry["verdict"]]),
        ]

    def _notes(self) -> Lines:
        notes = [note[self._language] for note in self._list["notes"].values() if note]
        return Lines(notes, is_small=True)

    def _person(self, entry: Mapping[str, Any]) -> Iterator[Block]:
        who = f"{entry['person_no'] or self._t(_ERASED)}　{entry['name'] or ''}"
        yield Heading(f"{entry['rank']}. {who}　{entry['score']:.2f}", 2)
        rows = []
        for part in entry["contributions"]:
            above = part["above_average"]
            rows.append(
                [
                    part["label"][self._language],
                    part["sentence"][self._language],
                    f"{part['points']:.2f} / {part['max_points']:.2f}",
                    "" if above is None else f"{above:+.2f}".replace("-", "\N{MINUS SIGN}"),
                    "" if part["is_missing"] else self._t(_BY_RECORD[part["is_verified"]]),
                ]
            )
        yield self._grid(_REASONS, rows)
        said = [one for one in entry["outcomes"] if one["verdict"] in _SAID or one["stage"] != "listing"]
        lines = [self._rule(outcome) for outcome in said]
        lines += [self._t(ground_text(ground)) for ground in entry["grounds"]]
        if lines:
            yield Lines(lines)

    def _rule(self, outcome: Mapping[str, Any]) -> str:
        later = (
            "" if outcome["stage"] == "listing" else self._t(Text("，提名或决定前核实", ", due before the decision"))
        )
        verdict = self._verdicts.get(outcome["verdict"] or "")
        word = self._t(verdict) if verdict else ""
        basis = outcome["basis"][self._language]
        return f"【{word}{later}】{outcome['rule_id']}　{outcome['sentence'][self._language]}（{basis}）"

    def _exclusions(self) -> Iterator[Block]:
        rows = [
            [row["rule_id"], row["title"][self._language], str(row["n_people"]), row["basis"][self._language]]
            for row in self._list["exclusions"]
        ]
        if rows:
            yield self._grid(_EXCLUSIONS, rows)
        else:
            yield Lines([self._t(Text("没有因条件未列入的人员。", "Nobody was left out by a rule."))])

    def _versions(self, versions: Mapping[str, str]) -> Facts:
        number = self._list["shortlist_no"]
        known = [(self._t(label), versions.get(key) or "-") for key, label in _VERSIONS.items()]
        replay = [
            (self._t(Text("重演编号", "Replay number")), f"{number}-{versions['order']}"),
            (self._t(Text("核对命令", "Check it with")), f"talentpool replay {number}"),
        ]
        return Facts([*known, *replay])

    def _grid(self, columns: tuple[tuple[Text, int], ...], rows: list[list[str]]) -> Grid:
        return Grid([self._t(label) for label, _ in columns], rows, [width for _, width in columns])


def _interval(interval: Mapping[str, float] | None) -> str:
    return f"{interval['low']:.2f}–{interval['high']:.2f}" if interval else "—"
