"""Conditions that a vacancy may not make, wherever in its text they are written."""

import re
from typing import NamedTuple

from matching.vocabulary import PostType, Text
from schemas.problems import Problem

__all__ = ["unlawful_condition"]

_CLAUSES = re.compile(r"[，,；;。、\n|/]+")
_PREFER = r"(?:优先|为宜)"
_NO_CONDITION = re.compile(r"^不限|^无$|(?:不限|均可|皆可)$")


class _Condition(NamedTuple):
    pattern: re.Pattern[str]
    problem: Text


_LABOUR_LAW = "《劳动法》第十二条、《就业促进法》第三条"
_LABOUR_LAW_EN = "Labour Law, article 12, and Employment Promotion Law, article 3"


def _by_law(pattern: str, zh: str, en: str) -> _Condition:
    return _Condition(
        re.compile(pattern),
        Text(
            f"文字中含{zh}条件，此格未导入（{_LABOUR_LAW}：不得以{zh}作为岗位条件）。",
            f"The text makes {en} a condition; the cell was refused ({_LABOUR_LAW_EN}).",
        ),
    )


def _by_rule(pattern: str, zh: str, en: str, why: Text) -> _Condition:
    return _Condition(
        re.compile(pattern),
        Text(
            f"文字中含{zh}条件，此格未导入（本系统规定：{why.zh}）。",
            f"The text makes {en} a condition; the cell was refused (rule of this service: {why.en}).",
        ),
    )


_BY_LAW = (
    _by_law(
        rf"(?:仅|只|限|要求|须为|应为|需|招)(?:招|收|为)?(?:男|女)|(?:男|女)(?:性|士|同志|干部|生)?{_PREFER}|性别"
        r"|^(?:男|女)(?:性|士|同志)?$|不(?:招|要|收)(?:男|女)",
        "性别",
        "sex",
    ),
    _by_law(
        r"(?:汉|少数民|[\u4e00-\u9fff]{1,4})族(?:人|干部|同志)?(?:优先|为宜)|(?:仅|只|限|须为|应为)[\u4e00-\u9fff]{0,4}族|民族要求",
        "民族",
        "ethnicity",
    ),
    _by_law(r"宗教信仰|信教|教徒|无神论", "宗教信仰", "religion"),
)
_BY_RULE = (
    _by_rule(
        r"已婚|未婚|婚姻|婚育|已育|未育|(?<!计划)生育|无子女|离异|单身",
        "婚育",
        "marriage or children",
        Text("婚姻生育状况不作为岗位条件", "marriage and children are no condition of a post"),
    ),
    _by_rule(
        r"户口|户籍|农业户|非农",
        "户籍",
        "the household registration",
        Text("城乡一视同仁，不以户籍作为岗位条件", "the household registration is no condition of a post"),
    ),
    _by_rule(
        r"残疾|乙肝|传染病|病史|慢性病|色盲|身高|体重|五官",
        "疾病、残疾或体貌",
        "illness, disability or looks",
        Text("除履职身体条件外不作为岗位条件", "apart from fitness for duty they are no condition of a post"),
    ),
    _by_rule(
        r"\d{2}\s*(?:周)?岁|年龄|[6789]0后|年轻(?:者|同志)?优先",
        "年龄",
        "age",
        Text("年龄须填入“年龄要求”并注明文件依据", "an age belongs under 年龄要求, with the document that it rests on"),
    ),
)
_BIRTHPLACE = _by_rule(
    r"籍贯|出生地|生源地|(?:本|当)(?:地|村|乡|镇|县|市|省)(?:人(?!才|民|口|社|力|大|员|均)|籍)|外地人",
    "籍贯或出生地",
    "the place of birth",
    Text(
        "不以籍贯、出生地作为岗位条件；乡情联系由系统按村判定",
        "the place of birth is no condition of a post; ties to the village are judged by the service",
    ),
)
#: The post that is defined by its tie to the place.
_OF_THE_PLACE = PostType.HONORARY_VILLAGE_HEAD


def unlawful_condition(text: str, *, post: PostType | None, is_note: bool = False) -> Problem | None:
    """Return what is wrong with a text of requirements, None if it makes no condition that must not be made.

    Parameters
    ----------
    text : str
    post : PostType or None
    is_note : bool
        Whether the text may speak of the village too: what only a rule of this service forbids is not looked for.

    Returns
    -------
    Problem or None
        The suggestion is the text without the clauses that hold such a condition, if anything is left.
    """
    conditions = (*_BY_LAW, *(() if is_note else (*_BY_RULE, *(() if post is _OF_THE_PLACE else (_BIRTHPLACE,)))))
    clauses = [clause for clause in _CLAUSES.split(text) if clause.strip()]
    hits = {
        clause: condition
        for clause in clauses
        for condition in conditions
        if not _NO_CONDITION.search(clause.strip()) and condition.pattern.search("".join(clause.split()))
    }
    if not hits:
        return None
    kept = "；".join(clause.strip() for clause in clauses if clause not in hits)
    first = next(iter(hits))
    return Problem(hits[first].problem, _LEAVE_OUT, first.strip()[:60], kept or None)


_LEAVE_OUT = Text("请删去这项条件，其余要求可以保留。", "Take this condition out; the rest may stay.")
