"""Names, id numbers and phones that nobody has."""

from itertools import product

import numpy as np

from seed_data.demo_city.draws import Column, Places, chance, objects
from seed_data.demo_city.geography import CITY_CODE

__all__ = ["RARE_CHARACTERS", "checksum", "draw_id_numbers", "draw_names", "draw_phones"]

_SURNAMES = ("样例", "示例", "演示", "虚构", "样本", "试样", "拟名", "举例")
# Counters of the calendar, of bookkeeping and of divination: nobody's given names, but easily read aloud.
_COUNTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥壹贰叁肆伍陆柒捌玖拾佰仟震巽坎艮兑"
# Outside the first plane or missing from many fonts, as happens in real rosters.
RARE_CHARACTERS = "䶮㛃㙦㭎㸌䒕䴖䲟鿍鿎鿏𠅤𠮷𡈼𣘼𤧛𦈡𦭜𨱇𩽾𫄨𫍯𫖮𫘧𫚉𬀩𬇙𬍛𬘡𬜯𬬻𬭎𬱖𬳵𬶍𬸣𪻐𪾢"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS = "10X98765432"


def draw_names(rng: np.random.Generator, n: int) -> Column:
    """Draw `n` names; one in a hundred is shared with somebody, a few dozen have rare characters, some are long."""
    given = ["".join(pair) for pair in product(_COUNTERS, repeat=2)]
    everyone = objects([f"{surname}{name}" for surname in _SURNAMES for name in given])
    drawn = everyone[rng.permutation(len(everyone))[np.arange(n) % len(everyone)]]
    namesakes = np.flatnonzero(chance(rng, 0.01, n))
    drawn[namesakes] = drawn[rng.integers(0, n, len(namesakes))]
    special = rng.permutation(n)
    for place, sign in zip(special, RARE_CHARACTERS, strict=False):
        drawn[place] = f"{_SURNAMES[place % 3]}{sign}"
    for place in special[len(RARE_CHARACTERS) : len(RARE_CHARACTERS) + 12]:
        drawn[place] = f"{drawn[place]}·示例{_COUNTERS[place % 10]}{_COUNTERS[place % 7]}"
    return drawn


def draw_id_numbers(rng: np.random.Generator, *, counties: Places, births: Column, sexes: Column) -> Column:
    """Make numbers with a valid check digit and a region code (2399xx) that no authority issues, all distinct."""
    order = rng.permutation(len(counties))
    serials: dict[str, int] = {}
    numbers = np.empty(len(counties), dtype=object)
    for i in order:
        is_man = sexes[i] == "1"
        head = f"{CITY_CODE}{counties[i] + 1:02}{births[i]:%Y%m%d}"
        serial = serials.setdefault(f"{head}{is_man}", int(is_man))
        serials[f"{head}{is_man}"] += 2
        numbers[i] = f"{head}{serial:03}{checksum(f'{head}{serial:03}')}"
    return numbers


def checksum(digits: str) -> str:
    """Return the check sign of an id number's first 17 digits.

    References
    ----------
    GB 11643-1999, ISO 7064:1983 MOD 11-2.
    """
    return _CHECK_SIGNS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def draw_phones(rng: np.random.Generator, n: int) -> Column:
    """Make distinct eleven-digit numbers that begin with 000, which no network serves."""
    step = 7_919  # spreads the numbers; prime to the size of the range
    start = int(rng.integers(0, 10**8))
    spread = objects([f"000{(start + step * i) % 10**8:08}" for i in range(n)])
    return spread[rng.permutation(n)]
