"""Names are found by characters, pinyin and initials, and by nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.linkage.name_search import name_texts, search_alternatives


def _finds(query: str, name: str) -> bool:
    texts = name_texts(name)
    return any(all(one_of & texts for one_of in conditions) for conditions in search_alternatives(query))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        *(
            (query, "张伟")
            for query in ("张", "伟", "张伟", "张 伟", "張偉", "张w", "zw", "ZW", "ｚｗ", "z", "zh", "zha")
        ),
        *((query, "张伟") for query in ("zhang", "zhang wei", "zhangw", "zhang w", "zhangwei", "zwei", "zhwei", "wei")),
        *((query, "吕绿") for query in ("ll", "lv", "lü", "lyu", "lvlv")),
        *((query, "西安生") for query in ("xian", "xas", "xi an", "ansheng")),
        *(
            (query, "买买提·吐尔逊")
            for query in ("买买提", "吐尔逊", "提·吐", "买买提・吐尔逊", "mmt", "mmttex", "tuer")
        ),
        *((query, "单田曾") for query in ("shan", "dan", "stz", "shantian")),
        *((query, "𠮷田") for query in ("𠮷", "𠮷田", "田")),
        *((query, "欧阳娜娜") for query in ("欧阳", "娜", "oynn", "ouyang", "nana", "oyn")),
        *((query, "John Smith") for query in ("john", "johnsm", "j")),
    ],
)
def test_a_name_is_found(query: str, name: str) -> None:
    assert _finds(query, name)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        *((query, "张伟") for query in ("李", "伟张", "wz", "zz", "zhao", "wzhang", "weizhang", "zhangs", "zww")),
        *((query, "西安生") for query in ("xiang sheng", "sx")),
        *((query, "张伟") for query in ("", " ", "·", "%", "_", "1", "。")),
    ],
)
def test_a_name_is_not_found(query: str, name: str) -> None:
    assert not _finds(query, name)


@given(st.text(max_size=60))
def test_no_search_takes_long_or_fails(query: str) -> None:
    assert len(search_alternatives(query)) <= 64


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=60))
def test_a_run_of_letters_has_few_alternatives(query: str) -> None:
    found = search_alternatives(query)
    assert sum(len(texts) for conditions in found for texts in conditions) < 5_000


@given(st.text(alphabet="张王李赵伟芳娜敏静丽强磊洋艳勇军杰娟涛明超", min_size=1, max_size=4))
def test_every_name_is_found_by_itself_and_by_each_of_its_parts(name: str) -> None:
    assert all(_finds(name[start:end], name) for start in range(len(name)) for end in range(start + 1, len(name) + 1))


@pytest.mark.parametrize("name", ["", "张", "张伟", "·", "甲" * 500, "\u3400" * 40])
def test_what_is_stored_of_a_name_is_bounded(name: str) -> None:
    assert len(name_texts(name)) < 120
