"""A vacancy may not ask in its text what it may not ask in a column."""

import pytest

from matching.vocabulary import PostType
from schemas.conditions import unlawful_condition


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("限男性", "《劳动法》第十二条"),
        ("2年以上基层工作经历，女", "《就业促进法》第三条"),
        ("女干部优先", "性别"),
        ("汉族优先", "民族"),
        ("无宗教信仰", "宗教信仰"),
        ("35岁以下", "年龄"),
        ("已婚优先", "婚育"),
        ("农村户口", "户籍"),
        ("本县人优先", "籍贯"),
        ("无残疾", "残疾"),
    ],
)
def test_a_condition_in_the_text_is_refused_with_its_law_or_rule(text, named):
    problem = unlawful_condition(text, post=PostType.FIRST_SECRETARY)
    assert problem is not None
    assert named in problem.problem.zh
    assert ("《" in problem.problem.zh) != ("本系统规定" in problem.problem.zh)


@pytest.mark.parametrize(
    "text",
    [
        *("不限", "性别不限", "不限男女", "熟悉妇女工作", "民族团结工作经验", "身体健康", "信仰坚定", "退役军人优先"),
        *("有民族宗教工作经验", "计划生育工作经历", "本地人才优先", "熟悉本村情况", "培养年轻干部经历"),
    ],
)
def test_what_speaks_of_the_work_is_no_condition_about_the_person(text):
    assert unlawful_condition(text, post=PostType.FIRST_SECRETARY) is None


def test_the_rest_of_the_text_is_suggested():
    problem = unlawful_condition("有驻村经历，已婚优先；会开车", post=None)
    assert (problem.value, problem.suggestion) == ("已婚优先", "有驻村经历；会开车")


def test_a_tie_to_the_place_may_be_asked_of_an_honorary_village_head_only():
    assert unlawful_condition("本村人", post=PostType.HONORARY_VILLAGE_HEAD) is None
    assert unlawful_condition("本村人", post=PostType.INDUSTRIAL_CONSULTANT) is not None


def test_a_note_may_speak_of_the_village():
    assert unlawful_condition("户籍人口800，平均年龄60岁", post=None, is_note=True) is None
    assert unlawful_condition("限男性", post=None, is_note=True) is not None
