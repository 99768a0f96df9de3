"""The facts that a rule may ask for: a closed set, each with its kind, label, unit and codes.

What is not here can never be a rule: names, sex, ethnicity and the other protected attributes have no entry, and the
home place is asked only through the yes/no fact of a local tie.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matching.frames import ADMISSION_COLUMNS, ELIGIBILITY_COLUMNS, Column
from matching.vocabulary import Text

__all__ = ["FACTS", "PARTY_FACTS", "PROTECTED", "VACANCY_LIMITS", "Fact", "Origin"]


class Origin(StrEnum):
    """Where a fact comes from."""

    PERSON = "person"  # a column of the eligibility frame
    ADMISSION = "admission"  # known at registration only
    PAIR = "pair"  # derived from a person and a vacancy
    CHECK = "check"  # known only through a recorded check of a person and a vacancy


@dataclass(frozen=True)
class Fact:
    """One fact that rules may name.

    Parameters
    ----------
    name : str
    kind : {"number", "flag", "code", "codes"}
    label : Text
    origin : Origin
    unit : Text or None
    code_table : str or None
        The code table whose labels render the value; for codes also their closed set.
    ranks : tuple of Text
        Labels of the ranks 0, 1, 2 ...
    """

    name: str
    kind: str
    label: Text
    origin: Origin
    unit: Text | None = None
    code_table: str | None = None
    ranks: tuple[Text, ...] = ()


# Attributes that never enter a rule, a condition or a requirement, with the words that people use for them.
PROTECTED: Mapping[str, Text] = {
    "name": Text("姓名", "name"),
    "id_number": Text("身份证号", "ID number"),
    "sex": Text("性别", "sex"),
    "gender": Text("性别", "sex"),
    "birth_date": Text("出生日期", "date of birth"),
    "ethnicity": Text("民族", "ethnicity"),
    "race": Text("种族", "race"),
    "religion": Text("宗教信仰", "religion"),
    "marital_status": Text("婚姻状况", "marital status"),
    "fertility": Text("生育状况", "fertility"),
    "health": Text("健康状况", "state of health"),
    "health_detail": Text("健康状况", "state of health"),
    "disability": Text("残疾", "disability"),
    "household_type": Text("户口性质", "household type"),
    "hukou_type": Text("户口性质", "household type"),
    "native_place": Text("籍贯", "native place"),
    "birth_place": Text("出生地", "place of birth"),
    "household_place": Text("户籍所在地", "place of registered residence"),
    "home_village_code": Text("所在村", "home village"),
    "home_township_code": Text("所在乡镇", "home township"),
    "home_county_code": Text("所在县区", "home county"),
    "tie_codes": Text("乡情联系", "recorded ties"),
    "family_members": Text("家庭成员", "family members"),
    "photo": Text("照片", "photo"),
    "biometrics": Text("生物识别信息", "biometrics"),
    "phone": Text("电话", "phone"),
    "address": Text("住址", "address"),
}

# Facts about the Party: asked only where the post, or the pool that leads to it, is a Party office.
PARTY_FACTS = frozenset({"political_status", "party_age_years"})

# A limit may be the name of one of these values of the vacancy.
VACANCY_LIMITS: Mapping[str, Text] = {"term_months": Text("个月", "months")}

# Columns that describe places and wishes; the list works with them, rules do not.
_NOT_FOR_RULES = {"person_no", "industries", "willing_posts", "willing_county_codes"}

# Tables whose labels render the values; for facts of codes they are also the closed sets of codes.
_CODE_TABLES: Mapping[str, str] = {
    "talent_source": "talent_source",
    "record_status": "record_status",
    "negative_flags": "negative_list",
    "political_status": "political_status",
    "employer_type": "employer_type",
    "return_intention": "return_intention",
    "education_rank": "education_rank",
    "fulltime_education_rank": "education_rank",
}

# Ranks that no code table names.
_RANKS: Mapping[str, tuple[Text, ...]] = {
    "title_rank": (
        Text("无职称", "no title"),
        Text("初级职称", "junior title"),
        Text("中级职称", "intermediate title"),
        Text("副高级职称", "associate senior title"),
        Text("正高级职称", "senior title"),
    ),
    "degree_rank": (
        Text("无学位", "no degree"),
        Text("学士", "bachelor"),
        Text("硕士", "master"),
        Text("博士", "doctor"),
    ),
}

_PAIR_FACTS = (
    Fact("is_home_village", "flag", Text("本人家庭所在村", "own family's village"), Origin.PAIR),
    Fact("local_tie", "flag", Text("与本地的联系", "local tie"), Origin.PAIR),
    Fact("industry_overlap", "flag", Text("产业相符", "industry overlap"), Origin.PAIR),
)

_CHECK_FACTS = (
    Fact("avoidance_conflict", "flag", Text("任职回避", "avoidance"), Origin.CHECK),
    Fact("village_conflict_of_interest", "flag", Text("与该村的利益冲突", "conflict of interest"), Origin.CHECK),
    Fact("sending_unit_consent", "flag", Text("派出单位意见", "sending unit's consent"), Origin.CHECK),
    Fact("onsite_share", "number", Text("在村工作时间占比", "share of time in the village"), Origin.CHECK),
    Fact("unit_approval_if_public_employee", "flag", Text("所在单位批准", "unit's approval"), Origin.CHECK),
    Fact("village_meeting_consent", "flag", Text("村级会议意见", "consent of the village meeting"), Origin.CHECK),
    Fact("supplier_interest_declared", "flag", Text("经营利益申报", "declaration of interests"), Origin.CHECK),
)


def _from_column(column: Column, origin: Origin) -> Fact:
    table, ranks = _CODE_TABLES.get(column.name), _RANKS.get(column.name, ())
    return Fact(column.name, column.kind, column.label, origin, column.unit, table, ranks)


FACTS: Mapping[str, Fact] = {
    **{
        column.name: _from_column(column, Origin.PERSON)
        for column in ELIGIBILITY_COLUMNS
        if column.name not in PROTECTED and column.name not in _NOT_FOR_RULES
    },
    **{column.name: _from_column(column, Origin.ADMISSION) for column in ADMISSION_COLUMNS},
    **{fact.name: fact for fact in (*_PAIR_FACTS, *_CHECK_FACTS)},
}
