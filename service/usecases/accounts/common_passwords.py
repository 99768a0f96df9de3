"""Passwords that many people have: words, names in pinyin, walks over the keyboard, counting, and mixtures.

The list is generated from patterns, so that it carries nobody's licence and nobody's leaked password, and covers the
lengths that a policy allows, which published lists of short passwords do not.
"""

import re
from functools import cache

__all__ = ["is_common", "words"]

_WORDS = """
    password passwd passw0rd pass mima admin administrator root user test guest login welcome letmein changeme master
    default secret system manager service server oracle mysql windows computer internet iloveyou love loveyou monkey
    dragon football baseball shadow superman batman sunshine princess flower hello freedom whatever trustno starwars
    killer hunter ranger soccer hockey tiger lion summer winter spring autumn monday friday january december money
    company office work school student teacher china zhongguo beijing shanghai guangzhou shenzhen haerbin heilongjiang
    suihua tianjin chongqing nongcun xiangcun rencai zuzhi zuzhibu dangyuan dangwei gongchandang zhengfu bangongshi
    cunwei shuji diyishuji weixin qq taobao baidu woaini woaiwojia aini wodemima nihao nihaoma xiexie laopo laogong
    baobao baobei mama baba jiating xingfu pingan jiankang facai fafafa zhang wang li liu chen yang huang zhao wu zhou
    xu sun ma zhu hu guo he gao lin zhangwei wangwei wangfang liwei lina zhangmin lijing wangjing liuwei wangxiuying
    zhangli lixiuying zhangjing xiaoming xiaohong aptx asdf zxc zxcv qwer qwe qaz wsx edc rfv abc abcd abcde abcdef
    abcdefg abcdefgh xyz aaa bbb talentpool talent pool village secretary rural
"""
_WALKS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "0987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "qweasdzxc",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "147258369",
    "741852963",
    "159753",
    "!@#$%^&*()",
)
_LUCKY = (
    "520",
    "521",
    "1314",
    "5201314",
    "1314520",
    "666",
    "888",
    "168",
    "88888888",
    "110",
    "119",
    "007",
    "163",
    "126",
)
_LOOK_ALIKES = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_SHORTEST_WALK = 3
_MOST_PARTS = 5
_YEAR = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?(?:0[1-9]|[12]\d|3[01])?")
_SIGNS = re.compile(r"[\W_]+")


def is_common(password: str) -> bool:
    """Whether a password consists of nothing but what many people use.

    That is up to five parts out of: common words (also with 0 for o and the like), names in pinyin, walks over the
    keyboard and the alphabet, years and days, digits, lucky numbers, one unit repeated, and signs between them.
    """
    lowered = password.lower()
    return _is_repetition(lowered) or _is_covered(lowered)


@cache
def words() -> frozenset[str]:
    """Return the common words and lucky numbers."""
    return frozenset(_WORDS.split()) | frozenset(_LUCKY)


def _is_repetition(text: str) -> bool:
    return bool(re.fullmatch(r"(.{1,4}?)\1+.{0,3}", text))


def _is_covered(text: str) -> bool:
    """Whether common parts cover the whole text; fewest parts first (a shortest path over positions)."""
    fewest = [0] + [_MOST_PARTS + 1] * len(text)
    for start in range(len(text)):
        if fewest[start] >= _MOST_PARTS:
            continue
        for end in _ends(text, start):
            # Signs between the parts cost nothing: Password-2024! is the same password.
            cost = 0 if _SIGNS.fullmatch(text[start:end]) else 1
            fewest[end] = min(fewest[end], fewest[start] + cost)
    return fewest[-1] <= _MOST_PARTS


def _ends(text: str, start: int) -> set[int]:
    ends = {end for end in range(start + 2, len(text) + 1) if _is_part(text[start:end])}
    if text[start].isdigit():
        ends.add(start + 1)
    signs, year = _SIGNS.match(text, start), _YEAR.match(text, start)
    if signs:
        ends.add(signs.end())
    if year:
        ends |= {start + n for n in (4, 6, 8) if start + n <= year.end()}
    same = re.compile(r"(.)\1{2,}").match(text, start)
    if same:
        ends.add(same.end())
    return ends


def _is_part(part: str) -> bool:
    return part in words() or part.translate(_LOOK_ALIKES) in words() or _is_walk(part)


def _is_walk(part: str) -> bool:
    return len(part) >= _SHORTEST_WALK and any(part in walk or part in walk[::-1] for walk in _walks())


@cache
def _walks() -> tuple[str, ...]:
    return tuple(walk + walk for walk in _WALKS)
