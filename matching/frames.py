"""The column contracts: what the matching core sees of people and of a vacancy.

Two frames describe the same people row by row (same index, same order): the *eligibility frame* feeds the rules, the
*criteria frame* feeds the criteria of the scorecards. Protected attributes (age, political status ...) are columns of
the first only, so they cannot reach a score.

Conventions of every frame: the index is the surrogate ``person_id`` (int64, unique); rows are sorted by ``person_no``
(plain code-point order, the last tie-breaker of every ranking); numbers and yes/no facts are float64 with NaN for
*unknown* (yes = 1.0, no = 0.0); codes are ``object`` strings with None for unknown; several codes are one string
joined with ``|`` ("" = known to be none, None = unknown).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from matching.errors import FrameError
from matching.vocabulary import PostType, RuleProfile, Text

__all__ = [
    "ADMISSION_COLUMNS",
    "CHECK_COLUMNS",
    "CRITERIA_COLUMNS",
    "ELIGIBILITY_COLUMNS",
    "Column",
    "VacancyFacts",
    "check_frame",
]


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Parameters
    ----------
    name : str
    kind : {"number", "flag", "code", "codes", "text"}
        ``flag`` is yes/no as 1.0/0.0; ``codes`` is several codes joined with ``|``.
    label : Text
        How the column is called in front of people.
    unit : Text or None
    """

    name: str
    kind: str
    label: Text
    unit: Text | None = None


_YEARS = Text("年", "years")
_MONTHS = Text("个月", "months")

PLACE_COLUMNS = (
    Column("home_village_code", "code", Text("所在村", "home village")),
    Column("home_township_code", "code", Text("所在乡镇", "home township")),
    Column("home_county_code", "code", Text("所在县区", "home county")),
    # Recorded ties by work, investment or aid; village, township or county codes.
    Column("tie_codes", "codes", Text("乡情联系", "recorded ties")),
    # Terms of industry_terms.csv; a last "?" marks further words that map to no term (never alone: no term is None).
    Column("industries", "codes", Text("从事产业", "industries")),
)

ELIGIBILITY_COLUMNS = (
    Column("person_no", "code", Text("人员编号", "person number")),
    Column("talent_source", "code", Text("人才类别", "talent source")),
    Column("consent_matching", "flag", Text("同意参与匹配", "consent to matching")),
    Column("record_status", "code", Text("核验状态", "record status")),
    Column("negative_flags", "codes", Text("负面清单", "negative list")),
    Column("duty_health_ok", "flag", Text("履职身体条件", "fitness for duty")),
    Column("age_years", "number", Text("年龄", "age"), Text("岁", "years")),
    Column("political_status", "code", Text("政治面貌", "political status")),
    Column("party_age_years", "number", Text("党龄", "party age"), _YEARS),
    Column("work_years", "number", Text("工作年限", "years of work"), _YEARS),
    Column("employer_type", "code", Text("单位性质", "kind of employer")),
    Column("months_to_retirement", "number", Text("距到龄退休", "months to retirement"), _MONTHS),
    Column("education_rank", "number", Text("学历", "education")),
    Column("degree_rank", "number", Text("学位", "degree")),
    Column("title_rank", "number", Text("职称等级", "rank of professional title")),
    Column("years_in_industry", "number", Text("从业年限", "years in the industry"), _YEARS),
    Column("skill_certificate", "flag", Text("技能证书", "skill certificate")),
    Column("active_resident_posts", "number", Text("在任驻村职务数", "resident posts held")),
    Column("concurrent_honorary_posts", "number", Text("在任荣誉职务数", "honorary posts held")),
    Column("active_consulting_posts", "number", Text("在任顾问职务数", "consulting posts held")),
    Column("willing_posts", "codes", Text("意向岗位", "wished posts")),  # "" or None = any
    Column("willing_county_codes", "codes", Text("意向县区", "wished counties")),  # "" or None = any
    *PLACE_COLUMNS,
)

CRITERIA_COLUMNS = (
    *PLACE_COLUMNS,
    Column("latitude", "number", Text("纬度", "latitude"), Text("度", "degrees")),
    Column("longitude", "number", Text("经度", "longitude"), Text("度", "degrees")),
    Column("rural_work_years", "number", Text("农村工作年限", "years of rural work"), _YEARS),
    Column("party_building_experience", "number", Text("党务工作经历", "Party-building experience")),  # 0, 1, 2
    Column("mass_work_experience", "number", Text("群众工作经历", "mass-work experience")),  # 0, 1, 2
    Column("n_projects_won", "number", Text("争取项目数", "projects won")),
    Column("u1_agriculture", "number", Text("懂现代农业", "understands modern agriculture")),  # 0 to 5
    Column("u2_industry", "number", Text("懂工业", "understands industry")),
    Column("u3_city", "number", Text("懂城市", "understands cities")),
    Column("u4_enterprise", "number", Text("懂企业", "understands enterprises")),
    Column("u5_economy", "number", Text("懂现代经济", "understands the modern economy")),
    Column("work_themes", "codes", Text("擅长工作", "themes of work")),  # W1 to W4
    Column(
        "appraisal_score", "number", Text("近三年考核", "appraisals of three years")
    ),  # mean: excellent 1, competent .6, else 0
    Column("training_hours", "number", Text("近三年培训学时", "training hours of three years"), Text("学时", "hours")),
    Column("donations_wan", "number", Text("公益捐助", "donations"), Text("万元", "10,000 yuan")),
    Column("n_jobs_created", "number", Text("带动就业人数", "jobs created")),
    Column(
        "resources_offered", "codes", Text("可提供资源", "resources offered")
    ),  # funds market technology legal medical
    Column("honours_level", "number", Text("最高荣誉级别", "highest honour")),  # 0 none .. 4 national
    Column("visit_days_per_year", "number", Text("每年到村天数", "days in the village a year"), Text("天", "days")),
    Column("households_led", "number", Text("带动农户数", "households led"), Text("户", "households")),
    Column("title_rank", "number", Text("职称等级", "rank of professional title")),  # 0 to 4
    Column("years_in_industry", "number", Text("从业年限", "years in the industry"), _YEARS),
    Column("market_channels", "number", Text("市场渠道", "market channels")),  # 0, 1, 2
)

# Facts that only the pool admission rules read; they join the eligibility frame at registration.
ADMISSION_COLUMNS = (
    Column("age_at_recruitment_years", "number", Text("选聘时年龄", "age when recruited"), Text("岁", "years")),
    Column("fulltime_education_rank", "number", Text("全日制学历", "full-time education")),
    Column("student_leader", "flag", Text("优秀团学干部", "outstanding student leader")),
    Column("serves_home_village", "flag", Text("在本人家庭所在村任职", "serves in the own family's village")),
    Column("months_outside", "number", Text("外出务工经商时间", "time outside"), _MONTHS),
    Column("tie_to_city", "flag", Text("与本市的联系", "tie to the city")),
    Column("return_intention", "code", Text("返乡意愿", "intention to return")),
    Column("households_led", "number", Text("带动农户数", "households led"), Text("户", "households")),
    Column("residence_in_city", "flag", Text("本市常住", "lives in the city")),
)

# Results of checks and signed waivers about a person and a vacancy.
CHECK_COLUMNS = ("person_id", "vacancy_id", "rule_id", "result")  # result: pass, fail, waived


@dataclass(frozen=True, kw_only=True)
class VacancyFacts:
    """What the matching core sees of one vacancy, pinned to the day of the request.

    Codes that are joined with ``|`` in frames are tuples here. `five` names the understandings that the vacancy asks
    for ("U1" .. "U5"; empty: all five count alike). `requirements` are the vacancy's own rules, only those with a
    cited basis. `industries` may end with "?" as the frames' column does.
    """

    vacancy_id: int
    vacancy_no: str
    post: PostType
    as_of: date
    rule_profile: RuleProfile = RuleProfile.CITY_PLAN
    term_months: int | None = None
    village_code: str | None = None
    township_code: str | None = None
    county_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    industries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    five: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    requirements: tuple[object, ...] = ()


def check_frame(frame: pd.DataFrame, columns: Sequence[Column], *, name: str) -> None:
    """Refuse a frame that breaks its contract.

    Parameters
    ----------
    frame : DataFrame of shape (n_people, n_columns)
    columns : sequence of Column
    name : str
        How to call the frame in the message.

    Raises
    ------
    FrameError
        If a column is missing or not declared, a number is not float64, or the index is not a unique int64.
    """
    declared = {column.name for column in columns}
    present = set(frame.columns)
    for missing in sorted(declared - present):
        raise FrameError(Text(f"{name}缺少列“{missing}”。", f"The {name} lacks the column '{missing}'."), place=missing)
    for unknown in sorted(present - declared):
        problem = Text(f"{name}含有未声明的列“{unknown}”。", f"The {name} has the undeclared column '{unknown}'.")
        raise FrameError(problem, place=unknown)
    for column in columns:
        if column.kind in {"number", "flag"} and frame[column.name].dtype != "float64":
            problem = Text(f"列“{column.name}”应为 float64。", f"The column '{column.name}' must be float64.")
            raise FrameError(problem, place=column.name)
    if frame.index.dtype != "int64" or not frame.index.is_unique:
        raise FrameError(
            Text(f"{name}的索引应为唯一的 int64 编号。", f"The index of the {name} must be unique int64 ids.")
        )
