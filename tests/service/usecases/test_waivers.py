"""A rule is waived by two people or not at all, for a time, and every list says so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import SIGNED, a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from sqlalchemy import select, update

from matching.vocabulary import Verdict
from schemas.shortlists import ShortlistSchema
from service.access import Role, Territory, TerritoryKind
from service.errors import Conflict, Forbidden, InvalidInput
from service.models.audit import AuditEntry
from service.models.vacancies import Check
from service.models.waivers import Waiver
from service.usecases.identity.merging import merge_people
from service.usecases.lists import rankings, shortlists
from service.usecases.long_work import rescoring
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.rules.checks import record_check
from service.usecases.rules.waiver_reports import report_waivers
from service.usecases.rules.waivers import list_waivers, propose_waiver, refuse_waiver, sign_waiver, withdraw_waiver

OFFICER = an_actor(Role.OFFICER, username="officer")
LEADER = an_actor(Role.LEADER, username="leader")
SHORT = date(2026, 12, 31)


@pytest.fixture
def town(any_database, actor, now):
    """P1 meets every rule, P2 has been in the Party for half a year: FS-02 asks for one."""
    people = [a_person(), a_person(person_no="P2", name="样例乙", party_join_date=date(2026, 5, 1))]
    save(any_database, actor, now, villages=[a_village()], people=people, vacancies=[a_vacancy()])
    return any_database


@pytest.fixture
def act(town, now):
    """Do one thing in a transaction of its own."""

    def run(function, *, actor, at=now, **asked):
        with town.unit_of_work() as session:
            return function(session, actor=actor, now=at, **asked)

    return run


@pytest.fixture
def propose(act):
    """Propose that FS-02 be waived for P2."""

    def run(actor=OFFICER, **changes):
        asked = {"person_no": "P2", "vacancy_no": "V1", "rule_id": "FS-02", "reason": "差半年，村里急需"}
        return act(propose_waiver, actor=actor, **asked, **{"document": "示组〔2026〕5号", **changes}).waiver_no

    return run


@pytest.fixture
def ranked(town, actor, now):
    """Read the stored ranking: verdicts by person."""

    def run(at=now):
        with town.reading() as session:
            places = rankings.read_ranking(session, actor=actor, vacancy_no="V1", now=at)
            rows = list(rankings.walk_rankings(session, actor=actor, top=9, now=at))
        read = {place.person.person_no: (place.verdict, [one.waiver_no for one in place.waivers]) for place in places}
        assert read == {row.person_no: (row.verdict, [one.waiver_no for one in row.waivers]) for row in rows}
        return {number: verdict.value for number, (verdict, _) in read.items()}

    return run


@pytest.fixture
def listed(act, actor, now):
    """Make a list: verdicts by person."""

    def run(at=now):
        made = act(shortlists.request_shortlist, actor=actor, at=at, vacancy_no="V1", k=5)
        return {entry["person_no"]: entry for entry in _document(act, actor, made.shortlist_no, at)["entries"]}

    return run


def test_nothing_changes_until_somebody_else_signs(propose, act, listed):
    number = propose()
    assert set(listed()) == {"P1"}
    both = replace(OFFICER, roles=frozenset({Role.OFFICER, Role.LEADER}))
    for function, extra in ((sign_waiver, {"signed_name": SIGNED}), (refuse_waiver, {"reason": "不同意"})):
        with pytest.raises(Forbidden):
            act(function, actor=both, waiver_no=number, **extra)
    assert set(listed()) == {"P1"}
    act(sign_waiver, actor=LEADER, waiver_no=number, signed_name=SIGNED)
    assert listed()["P2"]["verdict"] == "waived"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rule_id": "FS-01"}, "rule_id"),  # nobody may waive it
        ({"rule_id": "HV-03"}, "rule_id"),  # a rule of another post
        ({"document": " "}, "document"),
        ({"reason": ""}, "reason"),
        ({"valid_until": date(2026, 11, 22)}, "valid_until"),
        ({"valid_until": date(2028, 11, 23)}, "valid_until"),  # after the term of 24 months
    ],
)
def test_what_may_not_be_waived_is_refused_with_its_place(act, changes, place):
    asked = {"person_no": "P2", "vacancy_no": "V1", "rule_id": "FS-02", "reason": "样例", "document": "示组5号"}
    with pytest.raises(InvalidInput) as refused:
        act(propose_waiver, actor=OFFICER, **{**asked, **changes})
    assert refused.value.place == place


@pytest.mark.parametrize("role", [Role.LEADER, Role.TOWNSHIP, Role.DISCIPLINE, Role.CITY_ORG])
def test_only_an_officer_proposes(propose, role):
    with pytest.raises(Forbidden):
        propose(an_actor(role, username="other"))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DISCIPLINE, Role.AUDITOR])
def test_only_a_leader_signs(propose, act, role):
    number = propose()
    with pytest.raises(Forbidden):
        act(sign_waiver, actor=an_actor(role, username="other"), waiver_no=number, signed_name=SIGNED)


def test_a_waiver_cannot_be_recorded_by_one_person(act, actor, now):
    with pytest.raises(InvalidInput) as refused:
        act(
            record_check, actor=actor, person_no="P2", vacancy_no="V1", rule_id="FS-02", result="waived",
            document="示组5号", checked_on=now.date(),
        )  # fmt: skip
    assert refused.value.place == "result"


def test_a_waiver_row_without_two_people_does_not_count(propose, act, town, listed):
    act(sign_waiver, actor=LEADER, waiver_no=propose(), signed_name=SIGNED)
    assert set(listed()) == {"P1", "P2"}
    with town.unit_of_work() as session:
        session.execute(update(Check).values(waiver_id=None))
    assert set(listed()) == {"P1"}


def test_one_matter_has_one_waiver_at_a_time(propose, act):
    number = propose()
    with pytest.raises(Conflict):
        propose()
    act(refuse_waiver, actor=LEADER, waiver_no=number, reason="材料不全")
    act(sign_waiver, actor=LEADER, waiver_no=propose(), signed_name=SIGNED)
    with pytest.raises(Conflict):
        propose()


def test_a_waiver_expires_in_lists_and_rankings_at_once(propose, act, town, actor, now, listed, ranked):
    act(sign_waiver, actor=LEADER, waiver_no=propose(valid_until=SHORT), signed_name=SIGNED)
    last, after = (now + timedelta(days=(day - now.date()).days) for day in (SHORT, SHORT + timedelta(days=1)))
    rescoring.rescore(town, actor=actor, now=lambda: last)
    assert set(ranked(last)) == set(listed(last)) == {"P1", "P2"}
    assert set(ranked(after)) == set(listed(after)) == {"P1"}


def test_a_withdrawn_waiver_is_gone_at_once_and_what_was_found_before_counts(propose, act, town, actor, now, ranked):
    act(
        record_check, actor=actor, person_no="P1", vacancy_no="V1", rule_id="C-05", result="fail", document="示核1号",
        checked_on=now.date(),
    )  # fmt: skip
    waiver = act(
        propose_waiver,
        actor=OFFICER,
        person_no="P1",
        vacancy_no="V1",
        rule_id="C-05",
        reason="样例",
        document="示核2号",
    )
    act(sign_waiver, actor=LEADER, waiver_no=waiver.waiver_no, signed_name=SIGNED)
    rescoring.rescore(town, actor=actor, now=lambda: now)
    assert ranked() == {"P1": "waived"}
    later = now + timedelta(minutes=1)
    act(withdraw_waiver, actor=LEADER, at=later, waiver_no=waiver.waiver_no, reason="情况有变")
    assert ranked(later) == {}


def test_before_the_signature_only_the_proposer_takes_it_back_and_afterwards_only_a_signer(propose, act):
    number = propose()
    with pytest.raises(Forbidden):
        act(withdraw_waiver, actor=LEADER, waiver_no=number, reason="样例")
    act(withdraw_waiver, actor=OFFICER, waiver_no=number, reason="样例")
    number = propose()
    act(sign_waiver, actor=LEADER, waiver_no=number, signed_name=SIGNED)
    with pytest.raises(Forbidden):
        act(withdraw_waiver, actor=OFFICER, waiver_no=number, reason="样例")


def test_a_closed_waiver_is_never_signed(propose, act, now):
    number = propose(valid_until=SHORT)
    act(refuse_waiver, actor=LEADER, waiver_no=number, reason="样例")
    with pytest.raises(Conflict):
        act(sign_waiver, actor=LEADER, waiver_no=number, signed_name=SIGNED)
    number = propose(valid_until=SHORT)
    with pytest.raises(Conflict):
        act(sign_waiver, actor=LEADER, at=now + timedelta(days=60), waiver_no=number, signed_name=SIGNED)


def test_a_passed_check_counts_until_its_last_day_and_expiry_uncovers_nothing_earlier(act, town, actor, now, ranked):
    save(town, actor, now, people=[a_person(duty_health_ok=None)])
    asked = {"person_no": "P1", "vacancy_no": "V1", "rule_id": "C-05", "checked_on": now.date(), "actor": actor}
    act(record_check, **asked, result="fail", document="示核1号")
    act(record_check, **asked, result="pass", document="示核2号", valid_until=SHORT)
    last = now + timedelta(days=(SHORT - now.date()).days)
    rescoring.rescore(town, actor=actor, now=lambda: last)
    assert ranked(last) == {"P1": "pass"}
    assert ranked(last + timedelta(days=1)) == {"P1": "to_verify"}
    with town.reading() as session:
        assert [check.result for check in session.scalars(select(Check).order_by(Check.id))] == ["fail", "pass"]


def test_every_list_shows_rule_document_signer_and_last_day(propose, act, town, actor, now, listed, ranked):
    number = propose(valid_until=SHORT)
    act(sign_waiver, actor=LEADER, waiver_no=number, signed_name=SIGNED)
    (ground,) = listed()["P2"]["grounds"]
    assert ground == {
        "rule_id": "FS-02", "result": "waived", "document": "示组〔2026〕5号", "signed_by": "leader",
        "valid_until": "2026-12-31", "waiver_no": number, "proposed_by": "officer",
    }  # fmt: skip
    rescoring.rescore(town, actor=actor, now=lambda: now)
    assert ranked()["P2"] == "waived"
    list_no = act(shortlists.request_shortlist, actor=actor, vacancy_no="V1", k=5).shortlist_no
    for wanted in (
        Wanted(kind="shortlist", file_format="csv", subject_no=list_no),
        Wanted(kind="shortlist", file_format="json", subject_no=list_no),
        Wanted(kind="ranking", file_format="json"),
    ):
        with town.unit_of_work() as session:
            content = make_export(session, wanted, actor=actor, now=now).content.decode()
        for told in ("FS-02", "示组〔2026〕5号", "leader", "2026-12-31"):
            assert told in content, (wanted, told)


def test_the_report_counts_every_signed_waiver_whatever_became_of_it(propose, act, town, now):
    first = propose(valid_until=SHORT)
    act(sign_waiver, actor=LEADER, waiver_no=first, signed_name=SIGNED)
    act(withdraw_waiver, actor=LEADER, waiver_no=first, reason="样例")
    second = propose(valid_until=SHORT)
    act(sign_waiver, actor=LEADER, waiver_no=second, signed_name=SIGNED)
    of_p1 = {"person_no": "P1", "vacancy_no": "V1", "rule_id": "FS-03"}
    third = act(propose_waiver, actor=OFFICER, **of_p1, reason="样例", document="示组7号")
    act(refuse_waiver, actor=LEADER, waiver_no=third.waiver_no, reason="样例")
    with town.reading() as session:
        at = [now, now + timedelta(days=60)]
        found = [report_waivers(session, actor=LEADER, since=now.date(), until=now.date(), now=one) for one in at]
        assert report_waivers(session, actor=LEADER, since=SHORT, now=now).n_signed == 0
    assert [(one.n_signed, one.n_in_force, one.n_expired, one.n_withdrawn) for one in found] == [
        (2, 1, 0, 1),
        (2, 0, 1, 1),
    ]
    assert (found[0].n_refused, found[0].by_rule, found[0].by_signer) == (1, {"FS-02": 2}, {"leader": 2})
    assert found[0].by_county == {"示范县": 2}


def test_another_county_sees_neither_the_waiver_nor_its_count(propose, act, town, now):
    number = propose()
    for code, n in (("239901", 1), ("239902", 0)):
        there = an_actor(Role.LEADER, username="other", territory=Territory(TerritoryKind.COUNTY, code))
        with town.reading() as session:
            assert list_waivers(session, actor=there).total == n
            assert report_waivers(session, actor=there, now=now).n_waiting == n
    assert number


def test_reasons_are_sealed_and_stay_out_of_the_audit(propose, act, town):
    act(refuse_waiver, actor=LEADER, waiver_no=propose(), reason="暂不同意")
    with town.reading() as session:
        waiver = session.scalars(select(Waiver)).one()
        assert (waiver.reason, waiver.closing_reason) == ("差半年，村里急需", "暂不同意")
        assert "村里急需".encode() not in bytes(waiver.reason_sealed)
        lines = list(session.scalars(select(AuditEntry).where(AuditEntry.action.contains("waiver"))))
    assert [line.action for line in lines] == ["propose_waiver", "view_waiver", "refuse_waiver"]
    assert not any("急需" in str(line.detail) or "同意" in str(line.detail) for line in lines)


def test_a_waiver_follows_into_the_record_that_survives_a_merge(propose, act, town, actor, now):
    act(sign_waiver, actor=LEADER, waiver_no=propose(), signed_name=SIGNED)
    save(town, actor, now, people=[a_person(person_no="P3", name="样例乙", party_join_date=date(2026, 5, 1))])
    with town.unit_of_work() as session:
        merge_people(session, actor=actor, survivor_no="P3", absorbed_no="P2", now=now)
    with town.unit_of_work() as session:
        made = shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=5, now=now)
        session.refresh(made, ["entries"])
        assert {entry.person.person_no: entry.verdict for entry in made.entries}["P3"] is Verdict.WAIVED


def _document(act, actor, shortlist_no, at):
    def dump(session, *, actor, now):
        return ShortlistSchema().dump(shortlists.get_shortlist(session, actor=actor, shortlist_no=shortlist_no))

    return act(dump, actor=actor, at=at)
