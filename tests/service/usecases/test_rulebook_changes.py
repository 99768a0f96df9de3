"""Another rulebook comes into force by two people who saw its effect, in every process, and old lists keep theirs."""

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import SIGNED, a_person, a_vacancy, a_village, an_actor
from builders_registry import save
from sqlalchemy import select, update

from matching.outcomes import basis_shown
from matching.vocabulary import PostType
from service.access import Role
from service.errors import Conflict, Forbidden, InvalidInput, NotConfigured
from service.models.audit import AuditEntry
from service.models.rulebooks import KeptRulebook, RulebookProposal
from service.queries import rulebooks
from service.queries.cards import cards_in_force
from service.queries.rulebooks import number_in_force, rulebook_in_force
from service.rulebooks import shipped_rulebook
from service.usecases.lists import rankings, shortlists
from service.usecases.lists.replay import replay_shortlist
from service.usecases.long_work import rescoring
from service.usecases.rules.rulebook_changes import (
    changes_of,
    list_proposals,
    propose_rulebook,
    read_proposed,
    reject_rulebook,
    sign_rulebook,
    wished_document,
)
from service.usecases.rules.rulebook_edits import differences, read_rulebook_file, with_changes
from service.usecases.rules.rulebook_effects import effect_of

OFFICER = an_actor(Role.OFFICER, username="officer")
LEADER = an_actor(Role.LEADER, username="leader")
CITY = an_actor(Role.CITY_ORG, username="city")
STRICTER = "FS-02.limit = 5"


@pytest.fixture
def town(any_database, actor, now):
    """Three members of the Party: since 14, 4 and 2 years."""
    people = [
        a_person(),
        a_person(person_no="P2", name="样例乙", party_join_date=date(2022, 6, 1), rural_work_years=6.0),
        a_person(
            person_no="P3", name="样例丙", party_join_date=date(2024, 6, 1), rural_work_years=1.0, training_hours=200.0
        ),
    ]
    posts = [a_vacancy(), a_vacancy(vacancy_no="V2", post_type=PostType.INDUSTRIAL_CONSULTANT)]
    save(any_database, actor, now, villages=[a_village()], people=people, vacancies=posts)
    return any_database


@pytest.fixture
def propose(town, now):
    """Propose changes of the rulebook in force."""

    def run(*changes, actor=OFFICER):
        with town.unit_of_work() as session:
            document = wished_document(session, actor=actor, changes=changes or (STRICTER,))
            book = read_proposed(session, actor=actor, document=document)
            effect = effect_of(session, actor=actor, rulebook=book, now=now)
            return propose_rulebook(
                session, actor=actor, rulebook=book, effect=effect, reason="样例理由", now=now
            ).proposal_no

    return run


@pytest.fixture
def sign(town, now):
    """Sign a proposal."""

    def run(number, actor=LEADER, name=SIGNED):
        with town.unit_of_work() as session:
            return sign_rulebook(session, actor=actor, proposal_no=number, signed_name=name, now=now).rulebook_version

    return run


@pytest.fixture
def listed(town, actor, now):
    """Make a list of the first secretaries and return its number and people."""

    def run():
        with town.unit_of_work() as session:
            made = shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=5, now=now)
            session.refresh(made, ["entries"])
            return made.shortlist_no, [entry.person.person_no for entry in made.entries]

    return run


def _effect(town, now, *changes):
    with town.reading() as session:
        document = wished_document(session, actor=OFFICER, changes=changes)
        book = read_proposed(session, actor=OFFICER, document=document)
        return effect_of(session, actor=OFFICER, rulebook=book, now=now)


def test_the_effect_says_who_enters_and_leaves_by_which_rule_and_who_moves(town, now):
    effect = _effect(town, now, STRICTER)
    assert (effect["n_vacancies"], effect["n_affected"], effect["n_people"]) == (2, 1, 3)
    assert (effect["n_left"], effect["n_people_left"], effect["n_entered"], effect["n_moved"]) == (2, 2, 0, 1)
    assert effect["by_rule"] == [{"rule_id": "FS-02", "n_entered": 0, "n_left": 2}]
    (vacancy,) = effect["vacancies"]
    assert (vacancy["vacancy_no"], vacancy["n_before"], vacancy["n_after"]) == ("V1", 3, 1)
    assert vacancy["left"] == [{"person_no": number, "rule_id": "FS-02"} for number in ("P2", "P3")]
    assert {"person_no": "P1", "before": 2, "after": 1} in vacancy["moved"]


def test_the_effect_is_what_lists_say_before_and_after(town, now, propose, sign, listed):
    effect = _effect(town, now, STRICTER)
    _, before = listed()
    sign(propose())
    _, after = listed()
    (vacancy,) = effect["vacancies"]
    assert {one["person_no"] for one in vacancy["left"]} == set(before) - set(after) == {"P2", "P3"}
    back = _effect(town, now, "FS-02.limit = 1")
    assert [one["person_no"] for one in back["vacancies"][0]["entered"]] == ["P2", "P3"]


def test_other_weights_move_people_and_a_citation_judges_nobody(town, now):
    weights = ("first_secretary.rural_work = 1", "first_secretary.training = 18")
    moved = _effect(town, now, *weights)
    assert (moved["n_affected"], moved["n_left"], moved["n_moved"]) == (1, 0, 3)
    cited = _effect(town, now, 'FS-01.citation = {zh = "本市办法第三条", en = "City measure, art. 3"}')
    assert (cited["n_affected"], cited["vacancies"]) == (0, [])


def test_nothing_changes_until_somebody_else_signs(town, propose, sign, listed):
    number = propose()
    assert len(listed()[1]) == 3
    both = replace(OFFICER, roles=frozenset({Role.OFFICER, Role.LEADER}))
    with pytest.raises(Forbidden):
        sign(number, actor=both)
    sign(number)
    assert listed()[1] == ["P1"]


@pytest.mark.parametrize(("who", "may_sign"), [(OFFICER, False), (an_actor(Role.OPERATOR), False), (CITY, True)])
def test_officer_and_city_propose_and_leader_and_city_sign(town, propose, sign, who, may_sign):
    number = propose(actor=an_actor(Role.CITY_ORG, username="other"))
    if may_sign:
        sign(number, actor=who)
        return
    with pytest.raises(Forbidden):
        sign(number, actor=who)
    with pytest.raises(Forbidden):
        propose(actor=LEADER)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (["XX-99.limit = 1"], "changes[0]"),  # no such rule
        (["first_secretary.beauty = 1"], "changes[0]"),  # no such criterion
        (["FS-02.limit = many"], "changes[0]"),  # no value of TOML
        (["FS-02.op = 'above'"], "rule FS-02"),  # no such kind
        (["FS-03.field = 'sex'"], "rule FS-03"),  # never
        (["HV-01.field = 'political_status'", "HV-01.op = 'in'", "HV-01.limit = ['01']"], "HV-01"),  # no Party office
        (["first_secretary.rural_work = 90"], "first_secretary"),  # weights add up to 100
        (["FS-02.limit = 1"], "document"),  # nothing differs
    ],
)
def test_what_the_linter_or_the_reader_refuses_is_not_proposed(town, propose, changes, place):
    with pytest.raises(InvalidInput) as refused:
        propose(*changes)
    assert place in refused.value.place
    with town.reading() as session:
        assert session.scalars(select(RulebookProposal)).all() == []


def test_of_two_proposals_on_one_base_only_one_is_signed(propose, sign):
    first, second = propose("FS-02.limit = 2"), propose("FS-02.limit = 3")
    sign(first)
    with pytest.raises(Conflict):
        sign(second)
    with pytest.raises(Conflict):
        sign(first)


def test_going_back_is_a_new_proposal_and_numbers_only_rise(town, propose, sign):
    sign(propose("FS-02.limit = 5"))
    assert sign(propose("FS-02.limit = 1")) == shipped_rulebook().version
    with town.reading() as session:
        assert number_in_force(session) == 2
        assert rulebook_in_force(session).version == shipped_rulebook().version
        page = list_proposals(session, actor=LEADER)
        assert [one.in_force_no for one in page.items] == [2, 1]


def test_old_lists_replay_under_the_rulebook_that_they_were_made_with(town, actor, propose, sign, listed):
    number, people = listed()
    sign(propose())
    newer, fewer = listed()
    with town.reading() as session:
        for one in (number, newer):
            assert replay_shortlist(session, actor=actor, shortlist_no=one).replay.agrees
        versions = {kept.version for kept in session.scalars(select(KeptRulebook))}
    assert len(versions) == 2
    assert (len(people), len(fewer)) == (3, 1)


def test_another_process_changes_with_the_next_question(town, propose, sign, monkeypatch, settings):
    with town.reading() as session:
        before = rulebook_in_force(session).version
    version = sign(propose())
    monkeypatch.setattr(rulebooks, "_read", {})  # the memory of another process
    with town.reading() as session:
        assert (before, rulebook_in_force(session).version) == (shipped_rulebook().version, version)
        assert {card.rulebook_version for card in cards_in_force(session).values()} == {version}


def test_rankings_are_out_of_date_by_a_signature_and_right_after_the_next_run(town, actor, now, propose, sign):
    rescoring.rescore(town, actor=actor, now=lambda: now)
    sign(propose())
    with town.reading() as session:
        assert not rankings.ranking_state(session, actor=actor).is_current
    rescoring.rescore(town, actor=actor, now=lambda: now + timedelta(minutes=1), mode=rescoring.Mode.CHANGED)
    with town.reading() as session:
        assert rankings.ranking_state(session, actor=actor).is_current
        places = rankings.read_ranking(session, actor=actor, vacancy_no="V1", now=now)
        assert [place.person.person_no for place in places] == ["P1"]


def test_a_damaged_rulebook_stops_matching_by_name(town, propose, sign, listed, monkeypatch):
    sign(propose())
    monkeypatch.setattr(rulebooks, "_read", {})
    with town.unit_of_work() as session:
        session.execute(update(RulebookProposal).values(content="{}"))
    with pytest.raises(NotConfigured) as refused:
        listed()
    assert refused.value.place == "rulebook_proposals"


def test_an_unverified_rule_is_never_shown_as_law_until_a_document_is_cited(town, propose, sign):
    with town.reading() as session:
        (rule,) = [one for one in rulebook_in_force(session).common if one.id == "C-06"]
    assert "拟用条款" in basis_shown(rule).zh
    sign(propose('C-06.citation = {zh = "本市任职回避办法第二条", en = "City measure on avoidance, art. 2"}'))
    with town.reading() as session:
        (rule,) = [one for one in rulebook_in_force(session).common if one.id == "C-06"]
    assert basis_shown(rule).zh == "本市任职回避办法第二条"


def test_a_rejected_proposal_keeps_its_reason_and_acts_leave_audit_lines(town, now, propose, sign):
    number = propose()
    with town.unit_of_work() as session:
        reject_rulebook(session, actor=LEADER, proposal_no=number, reason="依据不足", now=now)
    with pytest.raises(Conflict):
        sign(number)
    with town.reading() as session:
        proposal = session.scalars(select(RulebookProposal)).one()
        assert (proposal.state.value, proposal.decided_by, proposal.decision_reason) == (
            "rejected",
            "leader",
            "依据不足",
        )
        lines = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "rulebook"))
        assert [line.action for line in lines] == ["propose_rulebook", "reject_rulebook"]
        (told,) = changes_of(session, actor=LEADER, proposal_no=number)
        assert told == ("FS-02.limit", 1, 5)


def test_a_change_touches_one_value_and_leaves_the_original_alone():
    document = shipped_rulebook().document
    before = copy.deepcopy(document)
    changed = with_changes(document, ["FS-02.limit = 2", "first_secretary.rural_work = 14"])
    assert document == before
    assert [one.path for one in differences(document, changed)] == [
        "FS-02.limit",
        "posts.first_secretary.criteria.fs_rural_years.weight",
    ]


@pytest.mark.parametrize("text", ["= 1", "{", "[[[[", "{" * 100_000])
def test_a_file_that_is_neither_toml_nor_json_is_refused(text):
    with pytest.raises(InvalidInput):
        read_rulebook_file(text)


def test_a_rulebook_is_signed_with_the_name_of_who_holds_the_account_and_no_other(town, propose, sign):
    number = propose()
    with pytest.raises(InvalidInput) as refused:
        sign(number, name="县委书记 王某某")
    assert refused.value.place == "signed_name"
    with pytest.raises(Forbidden, match="no name of its holder"):
        sign(number, replace(LEADER, holder_name=None))
    sign(number)
    with town.reading() as session:
        assert session.scalars(select(RulebookProposal)).one().signed_name == SIGNED
