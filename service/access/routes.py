"""Which right each address needs: whatever is not declared here is refused.

The check at the door comes before the use case's own; it makes sure that nobody forgets an address. A test compares
this table with the addresses that the application has.
"""

from collections.abc import Mapping

from service.access.actors import Actor
from service.access.clerk_routes import CLERK_ROUTES, LONG_WORK
from service.access.privacy_routes import PRIVACY_ROUTES
from service.access.rights import may

__all__ = ["PUBLIC", "ROUTES", "SIGNED_IN", "is_open_to", "rights_for"]

PUBLIC = "-"  # before anybody has signed in
SIGNED_IN = "*"  # every account, about itself or about what is the same for all

Rule = str | tuple[str, ...]  # one right, or any of several

_EXPORTS = (
    *("export_lists", "export_rosters", "export_forms", "export_dossiers", "export_rankings"),
    *("export_approved_lists", "publish_notices", "read_audit", "read_whole_audit"),
)
_ACCOUNTS = ("manage_accounts", "approve_accounts", "bootstrap_accounts")

ROUTES: Mapping[str, Rule] = {
    **CLERK_ROUTES,
    # the door
    "sessions.login": PUBLIC,
    "sessions.sign_in": PUBLIC,
    "sessions.sign_out": PUBLIC,
    "sign_in_steps.code": PUBLIC,
    "sign_in_steps.give_code": PUBLIC,
    "sign_in_steps.new_password": PUBLIC,
    "sign_in_steps.give_password": PUBLIC,
    "sign_in_steps.enrolment": PUBLIC,
    "sign_in_steps.confirm": PUBLIC,
    "single_sign_on.begin": PUBLIC,
    "single_sign_on.finish": PUBLIC,
    "api_sign_ins.open_session": PUBLIC,
    "api_sign_ins.change_password": PUBLIC,
    "api_sign_ins.give_second_factor": PUBLIC,
    # the same for everybody
    "web.static": PUBLIC,
    "language.switch_keys": PUBLIC,
    "language.choose": PUBLIC,
    "api_docs.page": PUBLIC,
    "api_docs.stylesheet": PUBLIC,
    "api_docs.openapi": PUBLIC,
    "api_unknown.refuse": PUBLIC,
    "operations.live": PUBLIC,
    "operations.ready": PUBLIC,
    "operations.report_policy": PUBLIC,  # browsers send reports without a session
    "operations.figures": PUBLIC,  # to the machines that the settings name, see service/operations
    "help.show": SIGNED_IN,
    "rulebook.show": SIGNED_IN,
    "unsent_pages.show": SIGNED_IN,  # what the account itself had written
    "unsent_pages.discard": SIGNED_IN,
    "api_codes.show_code_table": SIGNED_IN,
    # the own account
    "overview.show": SIGNED_IN,  # leads who sees no people elsewhere
    "account.show": SIGNED_IN,
    "account.change_password": SIGNED_IN,
    "account.set_address": SIGNED_IN,
    "account.renew_codes": SIGNED_IN,
    "account.device": SIGNED_IN,
    "account.confirm_device": SIGNED_IN,
    "account.end_session": SIGNED_IN,
    "account.make_token": SIGNED_IN,
    "account.revoke_token": SIGNED_IN,
    "api_me.show_account": SIGNED_IN,
    "api_me_work.show_work": SIGNED_IN,
    "api_me_work.set_address": SIGNED_IN,
    "api_sessions.list_sessions": SIGNED_IN,
    "api_sessions.end_session": SIGNED_IN,
    "api_tokens.list_tokens": SIGNED_IN,
    "api_tokens.make_token": SIGNED_IN,
    "api_tokens.revoke_token": SIGNED_IN,
    # accounts
    "api_accounts.list_accounts": _ACCOUNTS,
    "api_accounts.give_password": ("manage_accounts", "bootstrap_accounts"),
    "api_accounts.reset_second_factor": ("manage_accounts", "bootstrap_accounts"),
    "api_accounts.unlink_provider": ("manage_accounts", "bootstrap_accounts"),
    "api_accounts.unlock": ("manage_accounts", "bootstrap_accounts"),
    "api_account_changes.list_changes": _ACCOUNTS,
    "api_account_changes.request_change": ("manage_accounts", "bootstrap_accounts"),
    "api_account_changes.confirm": _ACCOUNTS,
    "api_account_changes.refuse": _ACCOUNTS,
    # people
    "people.index": "read_people",
    "people.search": "read_people",
    "people.show": "read_people",
    "registration.form": "edit_people",
    "registration.register": "edit_people",
    "registration.keep": "edit_people",
    "registration.discard": "edit_people",
    "person_fields.show": "read_people",
    "person_fields.edit": "edit_people",
    "person_fields.propose": "propose_corrections",
    "person_acts.consent": ("record_consents", "sign_own_consents"),
    "person_acts.decide": "decide_corrections",
    "person_acts.views": "read_audit",
    "person_acts.own_file": "read_own_files",
    "people_batches.select": "read_people",
    "people_batches.export": "export_lists",
    "people_batches.edit": "edit_people",
    "people_batches.move": "move_records",
    "people_batches.outcome": "move_records",
    "people_batches.save_view": "read_people",
    "people_batches.delete_view": "read_people",
    "api_people.list_people": "read_people",
    "api_people.search_people": "read_people",
    "api_people.show_person": "read_people",
    "api_people.register_person": "edit_people",
    "api_people.edit_person": ("edit_people", "edit_negative_flags"),
    "api_people.unmask_field": "unmask_fields",
    "api_people_moves.move_person": "move_records",
    "api_histories.show_person_history": "read_people",
    "api_people_merges.merge_people": "merge_people",
    "api_duplicates.list_pairs": "read_duplicates",
    "api_duplicates.show_pair": "read_duplicates",
    "api_duplicates.check_record": "read_duplicates",
    "api_duplicates.decide_pair": "decide_duplicates",
    "api_merges.list_merges": "read_duplicates",
    "api_merges.undo_merge": "merge_people",
    "api_work_lists.list_repairs": "read_work_lists",
    "api_work_lists.list_stale": "read_work_lists",
    "api_work_lists.list_expiring": "read_work_lists",
    "api_work_lists.list_unmapped_terms": "read_work_lists",
    "overview.words": "read_work_lists",
    # places and posts
    "api_villages.list_villages": "read_villages",
    "api_villages.show_village": "read_villages",
    "api_villages.register_village": "edit_villages",
    "api_villages.edit_village": "edit_villages",
    "api_histories.show_village_history": "read_villages",
    "vacancies.index": "read_vacancies",
    "vacancies.show": "read_vacancies",
    "vacancy_forms.new": "edit_vacancies",
    "vacancy_forms.edit": "edit_vacancies",
    "vacancy_forms.register": "edit_vacancies",
    "vacancy_forms.change": "edit_vacancies",
    "vacancy_forms.prospects": "edit_vacancies",
    "vacancy_forms.discard": "edit_vacancies",
    "api_vacancies.list_vacancies": "read_vacancies",
    "api_vacancies.show_vacancy": "read_vacancies",
    "api_vacancies.register_vacancy": "edit_vacancies",
    "api_vacancies.edit_vacancy": "edit_vacancies",
    "api_vacancy_moves.move_vacancy": "move_vacancies",
    "api_histories.show_vacancy_history": "read_vacancies",
    "api_checks.record_check": "record_checks",
    # lists
    "vacancies.request_shortlist": "request_shortlist",
    "api_shortlist_requests.request_shortlist": "request_shortlist",
    "shortlists.index": "read_shortlists",
    "shortlists.show": "read_shortlists",
    "shortlists.excluded": "read_shortlists",
    "comparisons.show": "read_shortlists",
    "trials.show": "explain_scores",
    "sheets.show": "read_shortlists",
    "sheets.excluded": "read_shortlists",
    "api_shortlists.list_shortlists": "read_shortlists",
    "api_shortlists.show_shortlist": "read_shortlists",
    "api_shortlists.list_excluded": "read_shortlists",
    "api_replay.show_replay": "read_shortlists",
    "api_replay.show_changes": "read_shortlists",
    "api_runs.list_runs": ("read_runs", *LONG_WORK),
    "api_runs.stop_run": LONG_WORK,
    "api_rankings.show_ranking": "read_rankings",
    "api_explanations.explain_person": "explain_scores",
    "api_explanations.compare_people": "explain_scores",
    "api_explanations.try_out": "explain_scores",
    "api_rulebook.show_rulebook": "read_shortlists",
    "api_cards.show_card": "read_shortlists",
    "api_checks.list_checks": "read_shortlists",
    "api_waiver_proposals.propose_waiver": "propose_waivers",
    "api_waivers.list_waivers": "read_waivers",
    "api_waivers.show_waiver": "read_waivers",
    "api_waivers.report_waivers": "read_waivers",
    "api_waivers.sign_waiver": "sign_waivers",
    "api_waivers.refuse_waiver": "sign_waivers",
    "api_waivers.withdraw_waiver": ("propose_waivers", "sign_waivers"),
    "api_rulebook_proposals.list_proposals": "read_rulebooks",
    "api_rulebook_proposals.show_proposal": "read_rulebooks",
    "api_rulebook_proposals.show_effect": "propose_rulebooks",
    "api_rulebook_proposals.propose_rulebook": "propose_rulebooks",
    "api_rulebook_proposals.sign_rulebook": "sign_rulebooks",
    "api_rulebook_proposals.reject_rulebook": "sign_rulebooks",
    "blinds.open_review": "blind_reviews",
    "blinds.close_review": "blind_reviews",
    "blinds.lift": "lift_blind",
    "list_files.take_list": "export_lists",
    "list_files.take_sheet": ("export_lists", "export_approved_lists"),
    "list_files.take_excluded": ("export_lists", "export_approved_lists"),
    "list_files.take_dossier": "export_dossiers",
    "replays.show": "read_shortlists",
    "replays.changes": "read_shortlists",
    "appointments.index": "read_appointments",
    "appointments.ending": "read_appointments",
    "appointments.appraisals": "read_appointments",
    "appointments.show": "read_appointments",
    "appointments.move": "move_appointments",
    "vacancies.move": "move_vacancies",
    "notices.show": "read_appointments",
    "notices.take": "publish_notices",
    # the workflow
    "reviews.begin": "move_shortlists",
    "reviews.say": ("review_candidacies", "conclude_reviews"),
    "reviews.resume": ("review_candidacies", "conclude_reviews"),
    "reviews.undo": ("review_candidacies", "conclude_reviews"),
    "rounds.show": "read_candidacies",
    "rounds.move": "move_shortlists",
    "rounds.add": "add_candidacies",
    "rounds.publish": "publish_notices",
    "rounds.move_candidacy": "move_candidacies",
    "rounds.sign": "record_signatures",
    "api_shortlist_moves.move_shortlist": "move_shortlists",
    "api_candidacies_of_shortlists.list_candidacies": "read_candidacies",
    "api_candidacies_of_shortlists.add_candidacy": "add_candidacies",
    "api_candidacies.show_candidacy": "read_candidacies",
    "api_candidacies.give_opinion": "review_candidacies",
    "api_candidacies.undo_review": "review_candidacies",
    "api_candidacies.conclude": "conclude_reviews",
    "api_candidacies.record_signature": "record_signatures",
    "api_candidacies.move_candidacy": "move_candidacies",
    "replies.show": "consent_to_candidacies",
    "replies.give": "consent_to_candidacies",
    "api_replies.list_questions": "consent_to_candidacies",
    "api_replies.give_reply": "consent_to_candidacies",
    "api_appointments.list_appointments": "read_appointments",
    "api_appointments.list_ending_terms": "read_appointments",
    "api_appointments.list_appraisals_due": "read_appointments",
    "api_appointments.show_appointment": "read_appointments",
    "api_appointments.begin_appointment": "publish_notices",
    "api_appointments.move_appointment": "move_appointments",
    "api_reports.show_overrides": "read_overrides",
    **PRIVACY_ROUTES,
    # files
    "api_templates.download_template": "read_templates",
    "api_imports.list_imports": "import_files",
    "api_imports.show_import": "import_files",
    "api_imports.import_file": "import_files",
    "api_imports.check_file": "import_files",
    "api_imports.undo_import": "import_files",
    "audit.index": SIGNED_IN,  # everybody the own deeds
    "audit.verify": "verify_audit",
    "audit.export": SIGNED_IN,
    "audit.exports": "read_exports",
    "api_audit.read_lines": SIGNED_IN,  # everybody the own deeds
    "api_exports.make_export": _EXPORTS,
    "api_exports.download": _EXPORTS,
    "api_exports.list_exports": "read_exports",
    "api_exports.show_export": "read_exports",
    # cards
    "models.show": "read_models",
    "models.policy": SIGNED_IN,  # the rulebook shows the same points
    "models.moved": "read_models",
    "api_models.list_models": "read_models",
    "api_models.show_model": "read_models",
    "api_models.show_movement": "read_models",
    "api_models.show_drift": "read_models",
    "api_models.promote_model": "promote_models",
}


def is_open_to(actor: Actor | None, endpoint: str) -> bool:
    """Whether an address is open to who asks; nobody passes where none is declared.

    Parameters
    ----------
    actor : Actor or None
        None: nobody is signed in.
    endpoint : str
        As the application names the address.
    """
    rule = ROUTES.get(endpoint)
    if rule is None or rule == PUBLIC:
        return rule == PUBLIC
    if actor is None:
        return False
    if rule == SIGNED_IN:
        return True
    return any(may(actor, right) for right in rights_for(endpoint))


def rights_for(endpoint: str) -> tuple[str, ...]:
    """Return the rights of which an address asks for one; none where it is open, or not declared."""
    rule = ROUTES.get(endpoint, ())
    rights = (rule,) if isinstance(rule, str) else rule
    return tuple(right for right in rights if right not in {PUBLIC, SIGNED_IN})
