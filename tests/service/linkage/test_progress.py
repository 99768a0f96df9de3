"""A search tells how far it is."""

from service.linkage import Identity, Roll, find_pairs
from service.linkage.blocking import candidate_pairs


def _roll() -> Roll:
    numbers = {place: {"phone": f"0001234{place:04}", "id_number": f"23990119900501{place:04}"} for place in range(30)}
    return Roll.of([Identity(person_id=place, name="样例甲子", **known) for place, known in numbers.items()])


def test_every_kind_of_key_is_a_step_and_the_last_is_the_whole():
    told: list[float] = []
    candidate_pairs(_roll(), on_progress=told.append)
    assert told == sorted(set(told)), "two steps alike: there are more kinds of keys than are counted"
    assert told[-1] == 1


def test_a_search_ends_with_the_whole():
    told: list[float] = []
    find_pairs(_roll(), on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
