"""Names drawn as names are frequent in a Chinese city: everybody is invented, some names are met again and again."""

import numpy as np

__all__ = ["SURNAMES", "draw_common_names"]

# Surnames with rough shares in thousandths; those of the north-east are a little more frequent.
_SHARES = {
    "王": 72, "李": 70, "张": 66, "刘": 52, "陈": 44, "杨": 30, "赵": 26, "黄": 22, "周": 20, "吴": 20, "徐": 16,
    "孙": 18, "胡": 13, "朱": 13, "高": 14, "林": 11, "何": 10, "郭": 12, "马": 12, "罗": 9, "梁": 8, "宋": 10,
    "郑": 9, "谢": 7, "韩": 8, "唐": 6, "冯": 7, "于": 9, "董": 7, "萧": 3, "程": 5, "曹": 6, "袁": 5,
    "邓": 5, "许": 6, "傅": 3, "沈": 4, "曾": 4, "彭": 4, "吕": 5, "苏": 5, "卢": 4, "蒋": 4, "蔡": 4,
    "贾": 4, "丁": 4, "魏": 5, "薛": 3, "叶": 4, "阎": 2, "余": 3, "潘": 3, "杜": 4, "戴": 3, "夏": 3,
    "钟": 3, "汪": 3, "田": 4, "任": 4, "姜": 4, "范": 3, "方": 3, "石": 3, "姚": 3, "谭": 2, "廖": 2,
    "邹": 2, "熊": 2, "金": 4, "陆": 2, "郝": 2, "孔": 2, "白": 2, "崔": 3, "康": 2, "毛": 2, "邱": 2,
    "秦": 2, "江": 2, "史": 2, "顾": 1, "侯": 2, "邵": 2, "孟": 2, "龙": 1, "万": 1, "段": 1, "雷": 1,
    "钱": 1, "单": 1, "解": 1, "查": 1, "佟": 1, "关": 1, "那": 1, "齐": 1, "穆": 1, "欧阳": 1, "司马": 0.5,
    "上官": 0.5,
}  # fmt: skip
SURNAMES = tuple(_SHARES)
_MEN = (
    "伟强磊军勇涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国庆文志海峰成东松亮"
    "晖永新胜利学春生玉德福贵山才义洪立江柱忠良喜"
)
_WOMEN = "芳娜敏静丽艳娟霞秀英华慧玲红燕梅莉兰萍雪玉桂珍香凤云洁琳丹莹雅欣婷颖倩佳怡菲晶琴素淑春荣爱月巧秋彩翠花蕾璐瑶"
_SINGLE_SHARE = 0.22  # given names of one character
_MINORITY_SHARE = 0.004
_MINORITY = ("阿卜杜拉", "买买提", "古丽", "帕提曼", "其其格", "巴特尔", "乌兰", "图雅", "达瓦", "卓玛", "扎西", "央金")


def draw_common_names(rng: np.random.Generator, sexes: list[str | None]) -> list[str]:
    """Draw a name for each person of a list of sexes (1 male, 2 female)."""
    shares = np.array(list(_SHARES.values()))
    surnames = rng.choice(SURNAMES, size=len(sexes), p=shares / shares.sum())
    return [_name(rng, str(surname), sex or "1") for surname, sex in zip(surnames, sexes, strict=True)]


def _name(rng: np.random.Generator, surname: str, sex: str) -> str:
    if rng.random() < _MINORITY_SHARE:
        first, last = rng.choice(_MINORITY, size=2, replace=False)
        return f"{first}·{last}"
    signs = _MEN if sex == "1" else _WOMEN
    # The first characters of the lists are the favourites.
    places = np.minimum(rng.exponential(len(signs) / 2.6, size=2).astype(int), len(signs) - 1)
    given = signs[places[0]] if rng.random() < _SINGLE_SHARE else signs[places[0]] + signs[places[1]]
    return surname + given
