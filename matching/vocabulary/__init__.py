"""The words of the domain: enumerations and bilingual texts, shared by every layer."""

from enum import StrEnum
from typing import NamedTuple, Self

__all__ = [
    "LANGUAGES",
    "Confidence",
    "Language",
    "Missing",
    "PostType",
    "RecordStatus",
    "ReviewDecision",
    "RuleProfile",
    "Stage",
    "TalentSource",
    "Text",
    "VacancyStatus",
    "Verdict",
    "counted",
]


class Language(StrEnum):
    """A language of the service; Chinese comes first."""

    ZH = "zh"
    EN = "en"


LANGUAGES = tuple(Language)


class Text(NamedTuple):
    """One sentence or label in both languages, possibly a template with ``{named}`` places."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the wording in `language` ("en", anything else is Chinese)."""
        return self.en if language == Language.EN else self.zh

    def filled(self, **values: object) -> Self:
        """Fill the named places of both wordings; a value that is itself a `Text` is taken in the same language."""
        return type(self)(
            zh=self.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
            en=self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )


def counted(number: int, one: str, many: str) -> str:
    """Return a whole number with its English noun: ``1 row``, ``1,200 rows``."""
    return f"{number:,} {one if number == 1 else many}"


class PostType(StrEnum):
    """A kind of village post that the pools are matched with."""

    FIRST_SECRETARY = "first_secretary"  # 第一书记
    HONORARY_VILLAGE_HEAD = "honorary_village_head"  # 名誉村长
    INDUSTRIAL_CONSULTANT = "industrial_consultant"  # 产业顾问


class TalentSource(StrEnum):
    """Where a person comes from; T1 to T3 are the three reserve pools (三支后备人才库)."""

    COLLEGE_VILLAGE_OFFICIAL = "T1"  # 大学生村官
    RETURNING_ENTREPRENEUR = "T2"  # 外出务工经商返乡人员
    RICH_LEADER = "T3"  # 本土致富带头人
    RETIRED_CADRE = "T4"  # 退居二线/离退休干部
    ORGAN_CADRE = "T5"  # 机关优秀干部
    CAPABLE_PERSON = "T6"  # 域内外能人
    DEMOBILISED_SOLDIER = "T7"  # 退役军人


class RecordStatus(StrEnum):
    """State of a person's record (人才档案)."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 已提交
    TOWNSHIP_CHECKED = "township_checked"  # 乡镇初审
    VERIFIED = "verified"  # 已核验
    SUSPENDED = "suspended"  # 暂停使用
    ARCHIVED = "archived"  # 出库归档
    ERASED = "erased"  # 已删除


class VacancyStatus(StrEnum):
    """State of a vacancy (岗位需求)."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 已上报
    APPROVED = "approved"  # 已核定
    SHORTLISTING = "shortlisting"  # 人选比选中
    FILLED = "filled"  # 已到岗
    CANCELLED = "cancelled"  # 已撤销
    EXPIRED = "expired"  # 逾期

    @property
    def is_open(self) -> bool:
        """Whether people may still be matched with a vacancy in this state."""
        return self in {VacancyStatus.SUBMITTED, VacancyStatus.APPROVED, VacancyStatus.SHORTLISTING}


class RuleProfile(StrEnum):
    """Which rules of a post apply (规则口径); only first secretaries know more than one."""

    CITY_PLAN = "city_plan"  # 本市方案
    NATIONAL_DISPATCH = "national_dispatch"  # 国家选派口径


class Verdict(StrEnum):
    """Answer of a rule, and of all rules together, about a person and a vacancy."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password. 符合
    FAIL = "fail"  # 不符合
    TO_VERIFY = "to_verify"  # 待核验
    WAIVED = "waived"  # 已批准放宽


class Missing(StrEnum):
    """What an unknown value gives."""

    REVIEW = "review"  # to be verified
    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a verdict, not a password


class Stage(StrEnum):
    """When a rule is due."""

    LISTING = "listing"  # 建议名单
    NOMINATION = "nomination"  # 提名
    DECISION = "decision"  # 决定


class Confidence(StrEnum):
    """How sure a fact of the rulebook is; only sourced facts are shown as given."""

    SOURCED = "sourced"
    SOURCED_LOCAL = "sourced-local"
    UNVERIFIED = "unverified"


class ReviewDecision(StrEnum):
    """What a reviewer says of one person on one shortlist (审阅结论)."""

    RECOMMEND = "recommend"  # 拟推荐
    RESERVE = "reserve"  # 备选
    NOT_SUITABLE = "not_suitable"  # 暂不考虑
    NEED_INFO = "need_info"  # 需补充材料
    DECLINED_BY_PERSON = "declined_by_person"  # 本人不愿意
    UNIT_DISAGREES = "unit_disagrees"  # 单位不同意
    AVOIDANCE = "avoidance"  # 应当回避
    DISQUALIFIED = "disqualified"  # 资格不符
