"""Every form that changes something shows both versions at a conflict, or it is said here why it need not."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask

from service.access.routes import PUBLIC, ROUTES

#: Forms that show both versions, by the test in which somebody else is faster.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "test_versions_settled.test_an_account_that_another_asks_for_already_stands_beside_what_is_asked": (
        "accounts.ask",
    ),
    "test_versions_settled.test_a_change_of_an_account_that_was_decided_first_tells_by_whom_and_how": (
        "accounts.decide",
    ),
    "test_versions_settled.test_an_account_that_was_unlinked_first_keeps_the_reason_that_was_written": (
        "accounts.unlink_provider",
    ),
    "test_appointments_page.test_what_a_step_lacks_is_said_and_what_was_written_stays": ("appointments.move",),
    "test_versions_settled.test_a_blind_review_that_was_opened_or_closed_first_tells_by_whom": (
        *("blinds.open_review", "blinds.close_review", "blinds.lift"),
    ),
    "test_versions.test_a_check_that_somebody_recorded_first_is_not_overwritten_unseen": ("checks.record",),
    "test_versions.test_a_pair_that_somebody_decided_on_first_keeps_that_decision": ("duplicates.decide",),
    "test_versions.test_records_that_were_changed_since_are_not_merged_from_what_was_seen": ("duplicates.merge",),
    "test_versions_settled.test_an_entry_that_somebody_made_first_stands_beside_ones_own": ("negative_list.add",),
    "test_versions_settled.test_an_entry_that_was_ended_first_keeps_the_reason_that_was_written": (
        "negative_list.end",
    ),
    "test_versions_settled.test_a_consent_that_was_recorded_first_stands_beside_ones_own_paper": (
        "person_acts.consent",
    ),
    "test_versions.test_a_correction_that_somebody_decided_first_stands_beside_ones_own_reason": (
        "person_acts.decide",
    ),
    "test_person_page.test_a_change_in_between_shows_both_versions_and_saves_nothing_until_it_is_asked_again": (
        "person_fields.edit",
    ),
    "test_versions.test_who_asks_for_a_correction_of_what_was_corrected_meanwhile_sees_both": (
        "person_fields.propose",
    ),
    "test_versions.test_a_hold_that_was_lifted_meanwhile_tells_by_whom_and_why": ("person_keeping.lift",),
    "test_versions_settled.test_an_erasure_that_another_asks_for_already_stands_beside_ones_own": (
        "person_keeping.erase",
    ),
    "test_versions_settled.test_an_erasure_that_was_settled_first_keeps_the_reason_that_was_written": (
        *("person_keeping.confirm", "person_keeping.refuse"),
    ),
    "test_versions.test_a_reply_tells_what_a_colleague_replied_and_nothing_of_the_office": ("replies.give",),
    "test_reviews.test_two_reviewers_at_once_see_both_versions_and_nothing_is_lost": ("reviews.say",),
    "test_rounds.test_every_step_that_was_overtaken_shows_both_versions": (
        *("rounds.move", "rounds.move_candidacy", "rounds.publish"),
    ),
    "test_rounds.test_a_conflict_about_one_person_shows_what_others_did_and_what_was_written": ("rounds.sign",),
    "test_versions_settled.test_somebody_whom_another_added_first_stands_beside_ones_own_reason": ("rounds.add",),
    "test_versions.test_rules_that_others_put_in_force_meanwhile_are_not_changed_back": ("rulebook_changes.attempt",),
    "test_versions.test_a_proposal_that_was_decided_meanwhile_tells_by_whom": ("rulebook_changes.decide",),
    "test_versions.test_a_vacancy_that_was_rewritten_since_tells_the_values_beside_the_step": ("vacancies.move",),
    "test_vacancy_forms.test_a_change_in_between_shows_both_versions": ("vacancy_forms.change",),
    "test_versions.test_a_waiver_that_somebody_proposed_first_stands_beside_ones_own": ("waivers.propose",),
    "test_versions.test_a_waiver_that_was_signed_meanwhile_is_told_to_who_turns_it_down": ("waivers.refuse",),
    "test_versions.test_a_waiver_that_was_turned_down_meanwhile_is_told_to_who_goes_on_with_it": (
        *("waivers.sign", "waivers.withdraw"),
    ),
}

#: Forms that need not, by the reason.
EXEMPT: Mapping[str, tuple[str, ...]] = {
    "changes nothing that is on record: it looks, counts, makes a file or chooses what is shown": (
        *("audit.verify", "audit.export", "list_files.take_list", "list_files.take_sheet", "list_files.take_excluded"),
        *("list_files.take_dossier", "notices.take", "people.search", "people_batches.select", "people_batches.export"),
        *("person_keeping.unmask", "vacancy_forms.prospects"),
    ),
    "is the account's own: nobody else can change it": (
        *("account.change_password", "account.set_address", "account.confirm_device", "account.renew_codes"),
        *("account.end_session", "account.make_token", "account.revoke_token", "people_batches.save_view"),
        *("people_batches.delete_view", "registration.keep", "registration.discard", "vacancy_forms.discard"),
        *("unsent_pages.discard", "imports.receive", "import_steps.confirm", "import_steps.check_again"),
        *("import_steps.take_in", "import_steps.drop"),
    ),
    "makes something new, which has no other version; a number that is taken is named, what was typed stays": (
        *("registration.register", "vacancy_forms.register", "vacancies.request_shortlist", "person_keeping.place"),
    ),
    "is a button without a value, about what is one way or the other; a refusal says how it stands": (
        *("accounts.give_password", "accounts.unlock", "duplicates.search", "duplicates.undo", "imports.undo"),
        *("jobs.begin", "jobs.train", "jobs.stop", "reviews.begin", "reviews.undo"),
    ),
    "takes effect whatever was before: a second factor that is off already is taken off again": (
        "accounts.reset_second_factor",
    ),
    "is about many people at once: its own page tells of each what became of it, and the values can be taken back": (
        *("people_batches.edit", "people_batches.move"),
    ),
}


def test_every_form_shows_both_versions_at_a_conflict_or_says_why_it_need_not(app: Flask):
    told = [endpoint for forms in (*SHOWN.values(), *EXEMPT.values()) for endpoint in forms]
    assert sorted(told) == sorted(_forms(app)), set(told) ^ set(_forms(app))


def test_the_tests_that_are_named_are_there():
    assert [name for name in SHOWN if name.partition(".")[2] not in set(_tests(name.partition(".")[0]))] == []


def _forms(app: Flask) -> list[str]:
    """Return the endpoints of all forms of the pages that ask who is signed in."""
    return [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api") and ROUTES[rule.endpoint] != PUBLIC
    ]


def _tests(module: str) -> Iterator[str]:
    tree = ast.parse(Path(__file__).with_name(f"{module}.py").read_text("utf-8"))
    yield from (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
