"""The packed record of a list: what is read, and what is refused before it fills the memory."""

import base64
import tracemalloc
import zlib

import pytest
from builders_replay import a_matcher, an_open_vacancy

from matching.errors import MatchingError
from matching.snapshot import PoolSnapshot

FIRST_FORMAT = (
    "dGFsZW50cG9vbC5zbmFwc2hvdC8xCngBTY3LCsIwFEQT0YXiV9x1C0367lbwB1yKlDRJMViSkj5AxG+viXbhbOYyc7jzAjbUpoUKaESzkJCQxhAA"
    "Z1bUs7SDMtp1rRS8YWWRZ2kSUxJ5wqpRWsWgusKoxk667G60mewAtwB03UvTu7SKA7BTJ2slBs+ewog49Hzx7kDfNcY8/tYiQuMkzfKiZA0XsnX4"
    "zDjT/OmeQJW/D0f00271/eobhJcFo+Urn/kDbxDa4g9MYENY"
)


def test_a_record_of_the_first_format_keeps_its_content_and_its_version():
    snapshot = PoolSnapshot.from_bytes(base64.b64decode(FIRST_FORMAT))
    assert snapshot.version == "3362ffe0d33d03fe"
    assert snapshot.vacancy_version == ""
    assert snapshot.person_ids.tolist() == [12, 5, 9]
    assert snapshot.levels.tolist() == [[1, 2], [0, 0], [4, 1]]


def test_a_record_of_many_people_survives_the_journey_through_bytes():
    snapshot = a_matcher(70_000, seed=1).snapshot(an_open_vacancy(seed=1))
    assert len(zlib.decompress(snapshot.to_bytes()[22:])) > 1 << 20
    assert PoolSnapshot.from_bytes(snapshot.to_bytes()).version == snapshot.version


HEAD = b"talentpool.snapshot/1\n"
LINE = (
    b'{"as_of":"2026-11-23","card_version":"a","criteria":[],"n_people":%d,"rule_ids":[],"rulebook_version":"b",'
    b'"vacancy_id":1}\n'
)
BOMBS = {
    "no head": b"0" * (64 << 20),
    "more than the head says": LINE % 200_000 + b"\0" * (64 << 20),
    "more people than there are": LINE % 10**15,
    "fewer than none": LINE % -1,
    "a deep head": b"[" * 200_000 + b"\n",
    "a number for the head": b"7\n",
    "endlessly many": LINE.replace(b"%d", b"1e999"),
}


@pytest.mark.parametrize("plain", BOMBS.values(), ids=BOMBS)
def test_a_hostile_record_is_refused_before_it_fills_the_memory(plain):
    packed = HEAD + zlib.compress(plain)
    tracemalloc.start()
    try:
        with pytest.raises(MatchingError, match="damaged"):
            PoolSnapshot.from_bytes(packed)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
