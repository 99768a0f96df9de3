"""Posts that people hold beside the reviewed ones, and checks that are under way for open vacancies."""

from datetime import timedelta
from typing import Any

import numpy as np

from matching.rules import FAIL, TO_VERIFY
from matching.vocabulary import PostType, RecordStatus, TalentSource, VacancyStatus
from seed_data.demo_city.draws import AS_OF
from seed_data.demo_city.geography import Geography
from seed_data.demo_city.policy import Desk

__all__ = ["draw_checks", "draw_running_posts"]

Records = list[dict[str, Any]]

_T = TalentSource
# For each kind of post: whose people hold it, how many people, and at most how many such posts each.
_HELD = (
    (PostType.FIRST_SECRETARY, (_T.COLLEGE_VILLAGE_OFFICIAL, _T.ORGAN_CADRE), 30, 1),
    (PostType.HONORARY_VILLAGE_HEAD, (_T.RETURNING_ENTREPRENEUR, _T.CAPABLE_PERSON), 24, 4),
    (PostType.INDUSTRIAL_CONSULTANT, (_T.RICH_LEADER, _T.CAPABLE_PERSON), 40, 5),
)
_LIST_LENGTH = 12
_N_CHECKED = 4
_N_VACANCIES = 30
_WAIVABLE = {"FS-02", "FS-03", "IC-01"}  # failed by a little; the department may sign a waiver
_N_WAIVERS = 6


def draw_running_posts(rng: np.random.Generator, geography: Geography, *, people: Records, taken: Records) -> Records:
    """Draw posts without a vacancy on record; a few people hold so many that a rule stops at them.

    Those who hold or held a reviewed post (`taken`) are left alone.
    """
    busy = {post["person_no"] for post in taken}
    posts: Records = []
    for post, sources, n_holders, most in _HELD:
        able = [p for p in people if p["talent_source"] in sources and p["record_status"] is RecordStatus.VERIFIED]
        able = [person for person in able if person["person_no"] not in busy]
        if post is PostType.FIRST_SECRETARY:
            able = [person for person in able if person["political_status"] == "01"]
        for place in rng.permutation(len(able))[:n_holders]:
            villages = rng.choice(len(geography.villages), size=int(rng.integers(1, most + 1)), replace=False)
            posts += [
                {
                    "person_no": able[place]["person_no"],
                    "village_code": geography.villages[village]["village_code"],
                    "vacancy_no": None,
                    "post_type": post,
                    "started_on": AS_OF - timedelta(days=int(rng.integers(30, 700))),
                    "ended_on": None,
                }
                for village in villages
            ]
    return posts


def draw_checks(rng: np.random.Generator, desk: Desk) -> Records:
    """Draw checks of people on the lists of vacancies that are being shortlisted, and some waivers."""
    places = [p for p, v in enumerate(desk.vacancies) if v["vacancy_status"] is VacancyStatus.SHORTLISTING]
    checks: Records = []
    places = places[:_N_VACANCIES]
    for place, (ids, verdicts) in zip(places, desk.best(places, top=_LIST_LENGTH), strict=True):
        for i in rng.permutation(len(ids))[:_N_CHECKED]:
            kinship = "fail" if rng.random() < 0.04 else "pass"
            checks.append(_check(rng, desk, place, int(ids[i]), "C-06", kinship))
            checks.append(_check(rng, desk, place, int(ids[i]), "C-07", "pass"))
            if verdicts[i] == TO_VERIFY and desk.person(int(ids[i]))["duty_health_ok"] is None:
                checks.append(_check(rng, desk, place, int(ids[i]), "C-05", "pass"))
    return checks + _draw_waivers(rng, desk, places)


def _draw_waivers(rng: np.random.Generator, desk: Desk, places: list[int]) -> Records:
    waivers: Records = []
    for place in places:
        if len(waivers) == _N_WAIVERS:
            break
        snapshot = desk.matcher.snapshot(desk.facts[place])
        for rule, rule_id in enumerate(snapshot.rule_ids):
            if rule_id in _WAIVABLE:
                rows = np.flatnonzero((snapshot.verdicts == FAIL) & (snapshot.first_failing == rule))
                if len(rows):
                    person_id = int(snapshot.person_ids[rows[int(rng.integers(len(rows)))]])
                    waivers.append(_check(rng, desk, place, person_id, rule_id, "waived"))
    return waivers[:_N_WAIVERS]


def _check(
    rng: np.random.Generator, desk: Desk, place: int, person_id: int, rule_id: str, result: str
) -> dict[str, Any]:
    day = AS_OF - timedelta(days=int(rng.integers(0, 20)))
    return {
        "person_no": desk.person(person_id)["person_no"],
        "vacancy_no": desk.vacancies[place]["vacancy_no"],
        "rule_id": rule_id,
        "result": result,
        "document": f"示组核〔2026〕{int(rng.integers(1, 99))}号（虚构）",
        "checked_on": day,
    }
