"""Replays of frozen lists over the database: what survives, what is named, and why today's list differs."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import a_vacancy, a_village
from builders_registry import write
from sqlalchemy import delete, select, text, update

from matching.rulebook import Rulebook
from matching.vocabulary import PostType, RecordStatus
from schemas.replay import BundleSchema
from service.access import Actor
from service.db import Database
from service.errors import Conflict, Forbidden, NotFound
from service.models.audit import AuditEntry
from service.models.people import Person
from service.models.rulebooks import KeptRulebook
from service.models.shortlists import Shortlist, ShortlistEntry, ShortlistSnapshot
from service.rulebooks import shipped_rulebook
from service.usecases.incoming import registration
from service.usecases.lists import shortlists
from service.usecases.lists.list_changes import changes_since
from service.usecases.lists.replay import ShortlistReplay, bundle_shortlist, replay_bundle, replay_shortlist

OTHER = "0123456789abcdef"


def replayed(listed: tuple[Database, str], actor: Actor) -> ShortlistReplay:
    database, number = listed
    with database.reading() as session:
        return replay_shortlist(session, actor=actor, shortlist_no=number)


def test_a_list_replays_with_all_its_hashes(listed: tuple[Database, str], actor: Actor) -> None:
    found = replayed(listed, actor)
    assert found.replay.agrees, found.replay.disagreements
    assert found.replay.notes == ()
    database, number = listed
    with database.reading() as session:
        made = shortlists.find_shortlist(session, actor=actor, shortlist_no=number)
        versions = found.replay.versions
        assert (versions.rulebook, versions.card, versions.data) == (
            made.rulebook_version, made.card_version, made.data_version,
        )  # fmt: skip
        assert [(place.person_id, place.score) for place in found.replay.places] == [
            (entry.person_id, entry.score) for entry in made.entries
        ]


def test_the_rulebook_of_a_list_is_kept_once_and_read_again(
    listed: tuple[Database, str], actor: Actor, now: datetime
) -> None:
    database, _ = listed
    with database.unit_of_work() as session:
        later = now + timedelta(days=1)
        shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=2, now=later)
    with database.reading() as session:
        (kept,) = session.scalars(select(KeptRulebook))
        assert kept.first_used_at == now
        again = Rulebook.from_document(json.loads(kept.content), name="kept")
        assert again.version == kept.version == shipped_rulebook().version
        then, ships = (book.rules_for(PostType.FIRST_SECRETARY)[0] for book in (again, shipped_rulebook()))
        assert (then.texts, then.basis, then.title) == (ships.texts, ships.basis, ships.title)


def test_archived_erased_and_renumbered_people_change_nothing(listed: tuple[Database, str], actor: Actor) -> None:
    database, _ = listed
    before = replayed(listed, actor).replay
    # P1 and P3 have equal scores: their order of then stays, whatever their numbers become.
    assert len({place.score for place in before.places[1:]}) == 1
    write(
        database,
        update(Person).where(Person.person_no == "P1").values(person_no="Z1"),
        update(Person).where(Person.person_no == "P2").values(record_status=RecordStatus.ARCHIVED),
        update(Person).where(Person.person_no == "P3").values(record_status=RecordStatus.ERASED, person_no="A3"),
    )
    after = replayed(listed, actor).replay
    assert after.agrees
    assert after == before


def test_a_list_of_before_rulebooks_were_kept_replays_while_its_rulebook_ships(
    listed: tuple[Database, str], actor: Actor
) -> None:
    write(listed[0], delete(KeptRulebook))
    assert replayed(listed, actor).replay.agrees
    write(listed[0], update(Shortlist).values(rulebook_version="0123456789abcdef"))
    assert replayed(listed, actor).replay.disagreements[0].place == "rulebook"


TAMPERINGS: dict[str, tuple[Callable[[], Any], str]] = {
    "a score": (lambda: update(ShortlistEntry).where(ShortlistEntry.rank == 2).values(score=1), "entries[2].score"),
    "a person": (
        lambda: update(ShortlistEntry).where(ShortlistEntry.rank == 2).values(person_id=4), "entries[2].person",
    ),
    "an entry gone": (lambda: delete(ShortlistEntry).where(ShortlistEntry.rank == 3), "entries[3]"),
    "a verdict": (lambda: update(ShortlistEntry).where(ShortlistEntry.rank == 1).values(verdict="waived"),
                  "entries[1].outcomes"),
    "points as shown": (
        lambda: update(ShortlistEntry).where(ShortlistEntry.rank == 1).values(contributions=[]),
        "entries[1].contributions.rural_work",
    ),
    "the card": (lambda: update(Shortlist).values(card={"schema": "talentpool.scorecard/2"}), "card.schema"),
    "a record cut off": (lambda: update(ShortlistSnapshot).values(content=b"talentpool.snapshot/2\n"), "snapshot"),
    "no record": (lambda: delete(ShortlistSnapshot), "snapshot"),
    "the hash of the data": (lambda: update(Shortlist).values(data_version=OTHER), "data_version"),
    "the hash of the card": (lambda: update(Shortlist).values(card_version=OTHER), "card_version"),
    "the hash of the rulebook": (lambda: update(Shortlist).values(rulebook_version=OTHER), "rulebook"),
    "the rulebook": (lambda: update(KeptRulebook).values(content="{}"), "rulebook_version"),
    "half a rulebook": (lambda: update(KeptRulebook).values(content="{"), "rulebook_version"),
    "what the vacancy asked": (
        lambda: update(Shortlist).values(
            vacancy_facts={"post": "first_secretary", "rule_profile": "city_plan", "requirements": []}
        ),
        "vacancy_facts",
    ),
    "the length": (lambda: update(Shortlist).values(k=2), "sieve.n_listed"),
    "the average": (lambda: update(Shortlist).values(average_score=9999), "average_score"),
    "an interval": (
        lambda: update(ShortlistEntry).where(ShortlistEntry.rank == 1).values(score_low=1, score_high=2),
        "entries[1].low",
    ),
    "a tie band": (lambda: update(ShortlistEntry).where(ShortlistEntry.rank == 2).values(band=7), "entries[2].band"),
}  # fmt: skip


@pytest.mark.parametrize(("tamper", "place"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_what_was_tampered_with_is_named_and_nothing_is_bundled(
    listed: tuple[Database, str], actor: Actor, now: datetime, tamper: Callable[[], Any], place: str
) -> None:
    database, number = listed
    write(database, tamper())
    found = replayed(listed, actor).replay
    assert found.disagreements[0].place == place, [one.place for one in found.disagreements]
    with database.unit_of_work() as session, pytest.raises(Conflict) as refusal:
        bundle_shortlist(session, actor=actor, shortlist_no=number, now=now)
    assert refusal.value.place == place


def test_a_column_that_is_no_json_any_more_is_a_sentence(database: Database, actor: Actor, now: datetime) -> None:
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        registration.save_vacancies(session, actor=actor, records=[a_vacancy()], now=now)
        number = shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=1, now=now).shortlist_no
    for damage in (
        "shortlists SET card = '{'", "shortlists SET sieve = 'null'", "shortlists SET sieve = '[5]'",
        "shortlists SET k = 'ten'", "shortlists SET exclusions = '5'", "shortlists SET as_of = 'today'",
    ):  # fmt: skip
        with database.unit_of_work() as session:
            session.execute(text(f"UPDATE {damage}"))  # rolled back below: each damage alone
            session.flush()
            with pytest.raises(Conflict, match="damaged"):
                replay_shortlist(session, actor=actor, shortlist_no=number)
            if "sieve" not in damage:  # which is compared with nothing
                with pytest.raises(Conflict, match="no comparison"):
                    changes_since(session, actor=actor, shortlist_no=number, now=now)
            session.rollback()


def test_a_disagreement_names_people_by_their_number_and_never_the_erased(
    listed: tuple[Database, str], actor: Actor
) -> None:
    database, _ = listed
    write(
        database,
        update(ShortlistEntry).where(ShortlistEntry.rank == 2).values(person_id=4),
        update(Person).where(Person.person_no == "P1").values(record_status=RecordStatus.ERASED),
    )
    said = replayed(listed, actor).replay.disagreements[0].problem.en
    assert said == "Place 2 ((an erased person)): recorded P4, replayed (an erased person)."


def test_a_bundle_holds_no_name_and_replays_without_a_database(
    listed: tuple[Database, str], actor: Actor, now: datetime
) -> None:
    database, number = listed
    with database.unit_of_work() as session:
        document = bundle_shortlist(session, actor=actor, shortlist_no=number, now=now)
    written = json.dumps(document, ensure_ascii=False)
    assert "样例" not in written
    assert "person_no" not in json.dumps({**document, "rulebook": {}})
    found = replay_bundle(BundleSchema().load(json.loads(written)))
    assert found.replay.agrees
    assert found.replay.places == replayed(listed, actor).replay.places
    document["entries"][1]["score"] += 1
    (one,) = replay_bundle(BundleSchema().load(document)).replay.disagreements
    assert one.place == "entries[2].score"
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "bundle_shortlist")).one()
        assert line.subject_no == number


def test_unknown_numbers_and_unknown_roles_get_nothing(
    listed: tuple[Database, str], actor: Actor, now: datetime
) -> None:
    database, number = listed
    nobody = Actor("x")
    with database.reading() as session:
        for ask in (
            lambda who, no: replay_shortlist(session, actor=who, shortlist_no=no),
            lambda who, no: changes_since(session, actor=who, shortlist_no=no, now=now),
            lambda who, no: bundle_shortlist(session, actor=who, shortlist_no=no, now=now),
        ):
            with pytest.raises(NotFound):
                ask(actor, "S404")
            with pytest.raises(Forbidden):
                ask(nobody, number)
