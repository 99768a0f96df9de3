"""Criteria of a person's own record: years, counts and grades, alike for every vacancy."""

from matching.criteria.scales import ScaleCriterion, Step, Unit
from matching.vocabulary import Text

__all__ = ["EXPERIENCE"]

_YEARS = Unit("年", "year", "years")
_DAYS = Unit("天", "day", "days")
_HOURS = Unit("学时", "hour", "hours")
_PROJECTS = Unit("个", "project", "projects")
_HOUSEHOLDS = Unit("户", "household", "households")
_NONE = Text("无", "none")


def _steps(none: Text, some: Text, *rows: tuple[float, float, str, str]) -> tuple[Step, ...]:
    first = Step(0.0, 0.0, _NONE, none)
    return (first, *(Step(start, share, Text(zh, en), some) for start, share, zh, en in rows))


# Shares stand for a typical value of the step, by the formula of the rulebook that is quoted beside each.
EXPERIENCE = (
    ScaleCriterion(  # min(x, 6) / 6
        "rural_work",
        column="rural_work_years",
        label=Text("农村工作经历", "rural work experience"),
        unit=_YEARS,
        steps=_steps(
            Text("没有从事过农村工作。", "None."),
            Text("从事农村工作 {fact}。", "{fact} of rural work."),
            (0.001, 0.17, "不足 2 年", "under 2 years"),
            (2, 0.5, "2 至 4 年", "2 to 4 years"),
            (4, 0.83, "4 至 6 年", "4 to 6 years"),
            (6, 1.0, "6 年以上", "6 years or more"),
        ),
    ),
    ScaleCriterion(
        "party_building",
        column="party_building_experience",
        label=Text("党建工作经历", "Party-building experience"),
        steps=_steps(
            Text("没有从事过党务工作。", "None."),
            Text("最高任职：{fact}。", "Highest role: {fact}."),
            (1, 0.5, "支部班子成员", "member of a branch committee"),
            (2, 1.0, "支部书记或组织工作", "branch secretary or organisation work"),
        ),
    ),
    ScaleCriterion(
        "mass_work",
        column="mass_work_experience",
        label=Text("群众工作经历", "mass-work experience"),
        steps=_steps(
            Text("没有从事过群众工作。", "None."),
            Text("{fact}。", "On record: {fact}."),
            (1, 0.5, "参与过调解、信访或社区工作", "took part in mediation, petition or community work"),
            (2, 1.0, "长期从事或负责群众工作", "long or leading mass work"),
        ),
    ),
    ScaleCriterion(  # log(1 + x) / log(11)
        "projects_won",
        column="n_projects_won",
        label=Text("项目与资金争取", "projects and funds won"),
        unit=_PROJECTS,
        steps=_steps(
            Text("没有争取到项目的记录。", "No project won on record."),
            Text("争取并落实项目 {fact}。", "{fact} won and delivered."),
            (1, 0.29, "1 个", "one"),
            (2, 0.52, "2 至 3 个", "2 or 3"),
            (4, 0.8, "4 至 9 个", "4 to 9"),
            (10, 1.0, "10 个以上", "10 or more"),
        ),
    ),
    ScaleCriterion(  # mean of three years: excellent 1, competent .6; starts lie between the means that occur
        "appraisals",
        column="appraisal_score",
        label=Text("年度考核", "annual appraisals"),
        steps=tuple(
            Step(start, share, Text(zh, en), Text("近三年考核{fact}。", "Last three years: {fact}."))
            for start, share, zh, en in (
                (0, 0.1, "多为基本称职以下", "mostly basically competent or lower"),
                (0.3, 0.45, "部分年度低于称职", "partly below competent"),
                (0.595, 0.6, "称职", "competent"),
                (0.7, 0.8, "部分年度优秀", "excellent in some years"),
                (0.95, 1.0, "均为优秀", "excellent every year"),
            )
        ),
    ),
    ScaleCriterion(  # min(x, 120) / 120 in three years
        "training",
        column="training_hours",
        label=Text("相关培训", "related training"),
        unit=_HOURS,
        steps=_steps(
            Text("近三年没有参加。", "None in three years."),
            Text("近三年培训 {fact}。", "{fact} in three years."),
            (0.001, 0.1, "不足 24 学时", "under 24 hours"),
            (24, 0.35, "24 至 60 学时", "24 to 60 hours"),
            (60, 0.75, "60 至 120 学时", "60 to 120 hours"),
            (120, 1.0, "120 学时以上", "120 hours or more"),
        ),
    ),
    ScaleCriterion(
        "honours",
        column="honours_level",
        label=Text("荣誉与口碑", "honours"),
        steps=_steps(
            Text("没有荣誉记录。", "None on record."),
            Text("最高荣誉：{fact}。", "Highest honour: {fact}."),
            (1, 0.25, "县级", "county level"),
            (2, 0.5, "市级", "city level"),
            (3, 0.75, "省级", "province level"),
            (4, 1.0, "国家级", "national level"),
        ),
    ),
    ScaleCriterion(  # min(x, 30) / 30
        "visit_days",
        column="visit_days_per_year",
        label=Text("到村时间", "days in the village"),
        unit=_DAYS,
        steps=_steps(
            Text("每年到村 0 天。", "None."),
            Text("每年到村 {fact}。", "{fact} a year."),
            (0.001, 0.17, "不足 10 天", "under 10 days"),
            (10, 0.5, "10 至 20 天", "10 to 20 days"),
            (20, 0.83, "20 至 30 天", "20 to 30 days"),
            (30, 1.0, "30 天以上", "30 days or more"),
        ),
    ),
    ScaleCriterion(  # min(x, 40) / 40
        "service_days",
        column="visit_days_per_year",
        label=Text("服务时间", "service days"),
        unit=_DAYS,
        steps=_steps(
            Text("每年可到村服务 0 天。", "None."),
            Text("每年可到村服务 {fact}。", "{fact} a year."),
            (0.001, 0.12, "不足 10 天", "under 10 days"),
            (10, 0.38, "10 至 20 天", "10 to 20 days"),
            (20, 0.75, "20 至 40 天", "20 to 40 days"),
            (40, 1.0, "40 天以上", "40 days or more"),
        ),
    ),
    ScaleCriterion(  # log(1 + x) / log(101)
        "industry_results",
        column="households_led",
        label=Text("带动成效", "households led"),
        unit=_HOUSEHOLDS,
        steps=_steps(
            Text("没有带动农户的记录。", "None on record."),
            Text("带动农户 {fact}。", "{fact} helped to prosper."),
            (1, 0.3, "1 至 4 户", "1 to 4"),
            (5, 0.52, "5 至 19 户", "5 to 19"),
            (20, 0.83, "20 至 99 户", "20 to 99"),
            (100, 1.0, "100 户以上", "100 or more"),
        ),
    ),
    ScaleCriterion(  # x / 4
        "title",
        column="title_rank",
        label=Text("专业技术职务", "professional title"),
        steps=_steps(
            Text("没有取得。", "None."),
            Text("级别：{fact}。", "Rank: {fact}."),
            (1, 0.25, "初级", "junior"),
            (2, 0.5, "中级", "intermediate"),
            (3, 0.75, "副高级", "deputy senior"),
            (4, 1.0, "正高级", "senior"),
        ),
    ),
    ScaleCriterion(  # min(x, 15) / 15
        "years_in_industry",
        column="years_in_industry",
        label=Text("从业年限", "years in the industry"),
        unit=_YEARS,
        steps=_steps(
            Text("没有从业经历。", "None."),
            Text("从业 {fact}。", "{fact} in the trade."),
            (0.001, 0.1, "不足 3 年", "under 3 years"),
            (3, 0.3, "3 至 6 年", "3 to 6 years"),
            (6, 0.53, "6 至 10 年", "6 to 10 years"),
            (10, 0.83, "10 至 15 年", "10 to 15 years"),
            (15, 1.0, "15 年以上", "15 years or more"),
        ),
    ),
    ScaleCriterion(
        "market_channels",
        column="market_channels",
        label=Text("市场渠道", "market channels"),
        steps=_steps(
            Text("没有。", "None."),
            Text("{fact}。", "Access to buyers: {fact}."),
            (1, 0.5, "有一定渠道", "some"),
            (2, 1.0, "有稳定渠道", "steady"),
        ),
    ),
)
