"""The trades of the invented city: what each county lives on, and who does what."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from seed_data.demo_city.draws import Column, Places, chance, objects, pick

__all__ = ["COUNTY_TRADES", "OFFICE_TRADES", "OUTSIDE_TRADES", "UNMAPPED_WORDS", "VILLAGE_TRADES", "trades_of"]

# What the ten counties live on, strongest first; all terms stand in industry_terms.csv.
COUNTY_TRADES: tuple[tuple[str, ...], ...] = (
    ("蔬菜", "棚室蔬菜", "花卉", "农产品批发", "乡村旅游"),
    ("水稻", "大米加工", "育秧", "农机服务", "稻渔综合种养"),
    ("玉米", "大豆", "农机合作社", "生猪", "饲料"),
    ("肉牛", "奶牛", "牧草", "屠宰", "玉米"),
    ("食用菌", "黑木耳", "林下经济", "中药材", "民宿"),
    ("苹果", "葡萄", "果蔬加工", "冷链", "采摘园"),
    ("水产养殖", "小龙虾", "水稻", "水产品加工", "农家乐"),
    ("中药材", "人参", "中药加工", "养蜂", "乡村旅游"),
    ("马铃薯", "辣椒", "淀粉", "电商", "肉羊"),
    ("蛋鸡", "肉鸡", "饲料", "杂粮", "粮食加工"),
)

# Found in every county.
VILLAGE_TRADES: Mapping[str, float] = {
    "玉米": 16,
    "水稻": 8,
    "大豆": 8,
    "蔬菜": 9,
    "生猪": 7,
    "肉牛": 7,
    "肉羊": 5,
    "蛋鸡": 4,
    "食用菌": 5,
    "中药材": 5,
    "草莓": 4,
    "棚室蔬菜": 6,
    "农机服务": 4,
    "乡村旅游": 4,
    "林下经济": 3,
    "水产养殖": 3,
    "养蜂": 2,
}

# What people bring home from outside.
OUTSIDE_TRADES: Mapping[str, float] = {
    "电商": 12,
    "建筑": 12,
    "装修": 8,
    "餐饮": 9,
    "物流": 8,
    "服装": 7,
    "零售": 6,
    "农产品销售": 7,
    "机械制造": 4,
    "家具": 4,
    "家政": 4,
    "民宿": 4,
    "直播带货": 5,
    "劳务": 4,
    "冷链": 3,
    "食品加工": 5,
}

# What offices, colleges and banks know.
OFFICE_TRADES: Mapping[str, float] = {
    "农业技术推广": 16,
    "教育": 8,
    "金融": 6,
    "法律服务": 5,
    "医疗": 5,
    "兽医": 6,
    "林业": 5,
    "水利": 5,
    "农业科技": 8,
    "软件": 3,
    "文旅": 5,
}

# Words that the vocabulary does not know, for the work list of unmapped terms.
UNMAPPED_WORDS = ("样例特色项目", "示范类项目", "样例新业态")


def trades_of(
    rng: np.random.Generator,
    *,
    counties: Places,
    county_share: ArrayLike,
    others: Mapping[str, float],
    second: ArrayLike,
) -> Column:
    """Draw one or two trades a row.

    Parameters
    ----------
    rng : Generator
    counties : ndarray of intp, shape (n,)
        Places of the rows' counties.
    county_share : float or array_like of shape (n,)
        Chance that a trade is one of the county's own.
    others : mapping of str to float
        Where a trade comes from otherwise, with weights.
    second : float or array_like of shape (n,)
        Chance of a second trade.
    """
    n = len(counties)
    strengths = dict(enumerate((38, 24, 16, 12, 10)))
    drawn = []
    for _ in range(2):
        own = [COUNTY_TRADES[c][p] for c, p in zip(counties, pick(rng, strengths, n), strict=True)]
        drawn.append(np.where(chance(rng, county_share, n), objects(own), pick(rng, others, n)))
    has_second = chance(rng, second, n)
    return objects(
        [(a, b) if two and a != b else (a,) for a, b, two in zip(drawn[0], drawn[1], has_second, strict=True)]
    )
