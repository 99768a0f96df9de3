"""People of an office in tests, and a round led to a given state."""

from datetime import date

from builders import SIGNED, a_person, a_vacancy, a_village, an_actor

from matching.vocabulary import RecordStatus, ReviewDecision, Verdict
from service.access import EVERYWHERE, Actor, Role
from service.db import allocate_ids
from service.models.accounts import Account
from service.models.candidacies import Candidacy
from service.usecases import accounts
from service.usecases.days import day_of
from service.usecases.incoming import registration
from service.usecases.lists import shortlists
from service.usecases.lists.explanations import explain_person
from service.usecases.rules import checks
from service.usecases.workflow import candidacies, reviewing, rounds
from service.usecases.workflow.moving import Asked
from service.usecases.workflow.round_guards import CONSIDERED, candidacies_of
from service.usecases.workflow.round_records import round_of

__all__ = [
    "DECISION",
    "acting",
    "all_of",
    "asked",
    "conclude_all",
    "decide",
    "lead_to",
    "proposed",
    "register_city",
    "round_version",
    "settle_rules",
    "sign",
    "start_review",
    "tokens_for",
]

DECISION = {
    "votes": {
        "meeting": "部务会",
        "held_on": date(2026, 11, 23),
        "n_entitled": 9,
        "n_present": 8,
        "n_for": 7,
        "n_against": 1,
        "n_abstained": 0,
    }
}


def acting(role, name=None, account_id=None):
    """Return somebody who acts in a role; the same name is the same person."""
    return Actor(name or role, frozenset({role}), EVERYWHERE, account_id, holder_name=SIGNED)


OFFICER, SECOND = acting(Role.OFFICER, "officer", 11), acting(Role.OFFICER, "second", 12)
LEADER, DISCIPLINE = acting(Role.LEADER, "leader", 13), acting(Role.DISCIPLINE, "discipline", 14)
TOWNSHIP = acting(Role.TOWNSHIP, "township", 15)


def asked(to, version, **more):
    """Return what is asked for, with everything that any step may want."""
    given = {"signed_name": SIGNED, "document": "示组〔2026〕7号", "reason": None, **more}
    return Asked(to=to, version=version, **given)


def register_city(session, *, actor, now, n_people=4, **vacancy):
    """Register a village, people of falling rank (P1 the best), and a vacancy; return the number of its list."""
    people = [
        a_person(person_no=f"P{place}", name=f"样例{'甲乙丙丁戊己庚辛'[place % 8]}", rural_work_years=20.0 - place / 4)
        for place in range(1, n_people + 1)
    ]
    registration.save_villages(session, actor=actor, records=[a_village()], now=now)
    registration.save_people(session, actor=actor, records=people, now=now)
    registration.save_vacancies(session, actor=actor, records=[a_vacancy(**vacancy)], now=now)
    return shortlists.request_shortlist(session, actor=OFFICER, vacancy_no="V1", k=n_people, now=now).shortlist_no


def round_version(session, shortlist_no):
    """Return the version of a round."""
    return round_of(session, shortlists.find_shortlist(session, actor=OFFICER, shortlist_no=shortlist_no)).version


def start_review(session, shortlist_no, *, now):
    """Put a list under review; return its candidacies."""
    version = round_version(session, shortlist_no)
    rounds.move_shortlist(
        session, actor=OFFICER, shortlist_no=shortlist_no, asked=asked("under_review", version), now=now
    )
    return all_of(session, shortlist_no)


def all_of(session, shortlist_no):
    """Return the candidacies of a list, the better places first."""
    return candidacies_of(session, shortlists.find_shortlist(session, actor=OFFICER, shortlist_no=shortlist_no).id)


def conclude_all(session, found, *, now, n_recommended=2):
    """Recommend the first, find the others not suitable."""
    for place, one in enumerate(found):
        is_in = place < n_recommended
        reviewing.conclude(
            session,
            actor=OFFICER,
            candidacy_no=one.candidacy_no,
            decision=ReviewDecision.RECOMMEND if is_in else ReviewDecision.NOT_SUITABLE,
            reason_codes=() if is_in else ("R02",),
            version=one.version,
            now=now,
        )


def settle_rules(session, found, *, now, actor=OFFICER):
    """Record that whatever was to be verified of people of a list has passed."""
    for one in found:
        vacancy_no, person_no = one.shortlist.vacancy.vacancy_no, one.person.person_no
        if one.person.record_status is not RecordStatus.VERIFIED or not one.person.consent_matching:
            continue  # nobody is asked for the rules of who has left the pool
        told = explain_person(session, actor=OFFICER, vacancy_no=vacancy_no, person_no=person_no, now=now)
        for outcome in told.outcomes:
            if outcome.verdict is Verdict.TO_VERIFY:
                checks.record_check(
                    session, actor=actor, person_no=person_no, vacancy_no=vacancy_no, rule_id=outcome.rule_id,
                    result="pass", document="示镇核〔2026〕3号", checked_on=day_of(now), now=now,
                )  # fmt: skip


def proposed(session, shortlist_no, *, now):
    """Propose a concluded list whose rules are settled: by the second officer, since the first requested it."""
    settle_rules(session, [one for one in all_of(session, shortlist_no) if one.conclusion in CONSIDERED], now=now)
    version = round_version(session, shortlist_no)
    return rounds.move_shortlist(
        session, actor=SECOND, shortlist_no=shortlist_no, asked=asked("proposed", version), now=now
    )


def lead_to(session, candidacy: Candidacy, stage, *, now):
    """Lead a candidacy of a first secretary to a stage before the decision, signing what is needed."""
    stages = ["willingness_asked", "unit_asked", "joint_checked", "discipline_opinion"]
    signatures = {"unit_asked": "person", "joint_checked": "sending_unit", "discipline_opinion": "township_committee"}
    for step in stages[: stages.index(stage) + 1]:
        if step in signatures:
            sign(session, candidacy, signatures[step], now=now)
        actor = DISCIPLINE if step == "discipline_opinion" else OFFICER
        candidacies.move_candidacy(
            session, actor=actor, candidacy_no=candidacy.candidacy_no, asked=asked(step, candidacy.version), now=now
        )


def decide(database, *, now):
    """Lead a list to the decision, with one person chosen; return the number of the candidacy."""
    with database.unit_of_work() as session:
        shortlist_no = register_city(session, actor=an_actor(), now=now)
        found = start_review(session, shortlist_no, now=now)
        conclude_all(session, found, now=now)
        proposed(session, shortlist_no, now=now)
        lead_to(session, found[0], "discipline_opinion", now=now)
        more = {**DECISION, "chosen": [found[0].candidacy_no]}
        step = asked("decided", round_version(session, shortlist_no), more=more)
        rounds.move_shortlist(session, actor=LEADER, shortlist_no=shortlist_no, asked=step, now=now)
        return found[0].candidacy_no


def sign(session, candidacy, signatory, *, now):
    """Record a signature."""
    candidacies.record_signature(
        session,
        actor=TOWNSHIP if signatory == "township_committee" else OFFICER,
        candidacy_no=candidacy.candidacy_no,
        signatory=signatory,
        signed_name="样例署名",
        document="示村〔2026〕3号",
        signed_on=day_of(now),
        version=candidacy.version,
        now=now,
    )


def tokens_for(session, people, *, now):
    """Register accounts without passwords, everywhere, and return a token of each; `people` maps names to roles."""
    tokens = {}
    for name, role in people.items():
        (account_id,) = allocate_ids(session, Account.__tablename__)
        told = {"roles": (str(role),), "territory_kind": EVERYWHERE.kind, "password_hash": "-", "created_at": now}
        account = Account(id=account_id, username=name, **told)
        session.add(account)
        account.holder_name = SIGNED
        session.flush()
        tokens[name] = accounts.create_token(
            session, actor=an_actor(username=name), username=name, label="tests", now=now
        )
    return tokens
