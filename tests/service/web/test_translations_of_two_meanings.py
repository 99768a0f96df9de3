"""English words that mean two things on the pages: each meaning has its own Chinese."""

import pytest

from service.web.catalog import chinese
from tests.service.web.test_translations import _used

# The word; where it stands and what it is there; then the other meaning that it is not to be taken for.
TWO_MEANINGS = (
    ("For", ("vote", "同意"), ("token", "用途")),
    ("Record", ("button", "登记"), ("", "档案状态")),
    ("Place", ("rank", "位次"), ("", "所在地")),
    ("Given", ("day", "同意日期"), ("", "已同意")),
    ("nobody", ("office", "不使用"), ("", "不得放宽")),
    ("Then", ("time", "当时"), ("", "新值")),
    ("Change", ("button", "更改"), ("", "变动")),
    ("in force", ("hold", "保全中"), ("", "在用")),
    ("By whom", ("step", "办理人"), ("", "按账号")),
    ("Last seen", ("session", "最近活动"), ("", "最近出现")),
)


@pytest.mark.parametrize(("word", "one", "other"), TWO_MEANINGS, ids=[word for word, _one, _other in TWO_MEANINGS])
def test_a_word_of_two_meanings_is_told_apart_in_chinese(word, one, other):
    said = {
        context: chinese().upgettext(context, word) if context else chinese().ugettext(word)
        for context, _zh in (one, other)
    }
    assert said == dict((one, other))
    assert {(context, word) for context, _zh in (one, other)} <= _used()


def test_nothing_is_called_for_without_saying_which_of_the_two_is_meant():
    assert ("", "For") not in _used()
