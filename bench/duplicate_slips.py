"""Single slips of a clerk, a typist or a scanner."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from pypinyin import Style, pinyin

from bench.duplicate_people import Record

__all__ = ["by_month", "in_traditional", "misread", "mistaken_for", "one_less", "replace_character", "sounding_like"]

Draw = np.random.Generator

# Characters that are mistaken for one another; listed by hand, not made from the table that the service reads.
_MISTAKEN = (
    "伟纬 炜玮 辉晖 晴睛 侯候 杨扬 莹萤 土士 末未 己已 已巳 戊戌 戌戍 王玉 大太 人入 洁浩 琳淋 波坡 俊峻 娟捐 霞露 "
    "英荚 桂挂 明朋 鹏鹅 平乎 辛幸 午牛 壬王 申由 丁于 子孑 仟什 玖玫 柒染 叁参 佰伯 兰三 静净 敏敝 超起 涛祷 勇男 "
    "红江 梅海 峰蜂 凯铠 健键 帆帜 亮高 华毕 坎坟 兑况 丑五 卯卵 酉西 亥该 乙己 丙内 甲申 庚唐 寅演 捌别 拾给 肆律 "
    "陆陈 贰武 斌赋 磊垒 飞气 军车 刚钢 林材 春舂 学字 秀季 云去 "
)


def misread(rng: Draw, text: str, *, n: int) -> str:
    """Misread `n` signs as a scanner does."""
    signs = list(text)
    for place in rng.choice(len(signs), size=n, replace=False):
        signs[place] = {"0": "8", "1": "7", "3": "8", "5": "6", "6": "5", "7": "1", "8": "3", "X": "8"}.get(
            signs[place], "O"
        )
    return "".join(signs)


def by_month(rng: Draw, second: Record) -> bool:
    """Keep the month of birth only, mostly."""
    birth = second["birth_date"]
    if birth is None:
        return False
    if rng.random() < 0.8:
        second["birth_date"], second["birth_date_is_month"] = birth.replace(day=1), True
    return True


def one_less(rng: Draw, second: Record) -> bool:
    """Leave out the id number, the phone or the day, so that the name has to tell; never all that is left."""
    toss = rng.random()
    if toss < 0.45:
        second["id_number"] = None
    elif toss < 0.6:
        second["phone"] = None
    elif toss < 0.75:
        second["id_number"] = second["phone"] = None
        return second["birth_date"] is not None and second["home_village_code"] is not None
    return second["birth_date"] is not None or second["phone"] is not None


def replace_character(rng: Draw, second: Record, others_of: Callable[[str], str]) -> bool:
    """Write another character in one place of the name."""
    name = second["name"]
    places = [place for place, sign in enumerate(name) if others_of(sign) and (place > 0 or rng.random() < 0.3)]
    if not places:
        return False
    place = int(rng.choice(places))
    second["name"] = name[:place] + str(rng.choice(list(others_of(name[place])))) + name[place + 1 :]
    return True


@cache
def mistaken_for(sign: str) -> str:
    """Return the characters that one is mistaken for."""
    pairs = _MISTAKEN.split()
    return "".join(pair.replace(sign, "") for pair in pairs if sign in pair)


@cache
def sounding_like(sign: str) -> str:
    """Return common characters that are read alike."""
    (found,) = pinyin(sign, style=Style.NORMAL)
    return "".join(other for other in _by_reading().get(found[0], "") if other != sign)


@cache
def _by_reading() -> Mapping[str, str]:
    """Return the commonest characters (GB 2312, level 1) by their reading."""
    common = [bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    read: dict[str, str] = {}
    for sign in filter(None, common):
        (found,) = pinyin(sign, style=Style.NORMAL)
        read[found[0]] = read.get(found[0], "") + sign
    return read


_TRADITIONAL = str.maketrans(
    "伟强军涛刚辉鹏华飞凯帅宁龙阳国庆东学贵义丽艳红兰凤云洁莹颖荣爱张刘陈杨赵黄吴孙马罗郑谢韩冯样虚构拟举试贰叁陆来杰卢",
    "偉強軍濤剛輝鵬華飛凱帥寧龍陽國慶東學貴義麗艷紅蘭鳳雲潔瑩穎榮愛張劉陳楊趙黃吳孫馬羅鄭謝韓馮樣虛構擬舉試貳參陸來傑盧",
)


def in_traditional(name: str) -> str:
    """Write a name in traditional characters."""
    return name.translate(_TRADITIONAL)
