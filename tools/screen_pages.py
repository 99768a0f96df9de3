"""Every page of the service: who looks at it, where it is found, and which address of the service it shows."""
# ruff: noqa: INP001 - of the scripts beside it, not of a package

from typing import NamedTuple

__all__ = ["EMPTY", "EXCUSED", "PAGES", "Screen"]


class Screen(NamedTuple):
    """One picture.

    Parameters
    ----------
    name : str
        Of the picture.
    endpoint : str
        That the picture shows.
    address : str
        Where to begin; ``{name}`` stands for an address that the city was given.
    link : str, optional
        Links to follow from there, parted by " >> "; "=/x" goes on below the page that was reached, "!x" opens a menu.
    account : str
        Of the demo city; "" for nobody.
    status : int
        Of the answer.
    """

    name: str
    endpoint: str
    address: str
    link: str | None = None
    account: str = "city"
    status: int = 200


_LIST = "tbody tr:last-child th a"
_COLUMNS = "name,phone,education,current_post,employer,training_hours"

PAGES: tuple[Screen, ...] = (
    Screen("login", "sessions.login", "/login", account=""),
    Screen("login-code", "sign_in_steps.code", "/login", account="bound"),
    Screen("login-password", "sign_in_steps.new_password", "/login", account="given"),
    Screen("overview", "overview.show", "/"),
    Screen("moved", "models.moved", "/rulebook", "a.num[href*='/models/'] >> =/moved"),
    Screen("words", "overview.words", "/words", account="officer"),
    Screen("people", "people.index", "/people"),
    Screen("people-columns", "people.index", f"/people?sort=name&cols={_COLUMNS}"),
    Screen("people-menu", "people.index", f"/people?cols={_COLUMNS}", "!details.menu:nth-of-type(2) summary"),
    Screen("people-rare", "people.index", "/people?sort=-person_no"),
    Screen("people-none", "people.index", "/people?industry=xyz&talent_source=T7&record_status=erased"),
    Screen("person", "people.show", "/people?record_status=verified&talent_source=T2", "tbody th a"),
    Screen("people-moved", "people_batches.outcome", "/people/batch/moves", account="officer"),
    Screen("person-rare", "people.show", "/people?sort=-person_no", "tbody th a"),
    Screen("person-field", "person_fields.show", "/people", "tbody th a >> =/fields/current_post", "officer"),
    Screen("person-views", "person_acts.views", "/people/P0000007/views", account="auditor"),
    Screen("person-new", "registration.form", "/people/new", account="registrar"),
    Screen("vacancies", "vacancies.index", "/vacancies?is_open=yes"),
    Screen("vacancy", "vacancies.show", "/vacancies?is_open=yes", "tbody th a"),
    Screen("vacancy-new", "vacancy_forms.new", "/vacancies/new", account="officer"),
    Screen("vacancy-edit", "vacancy_forms.edit", "/vacancies?is_open=yes", "tbody th a >> =/edit", account="officer"),
    Screen("shortlists", "shortlists.index", "/shortlists"),
    Screen("shortlist", "shortlists.show", "/shortlists", _LIST),
    Screen("excluded", "shortlists.excluded", "/shortlists", f"{_LIST} >> .sieve-line a"),
    Screen("compare", "comparisons.show", "/shortlists", f"{_LIST} >> =/compare"),
    Screen("what-if", "trials.show", "/shortlists", f"{_LIST} >> =/what-if?w.industry_fit=300"),
    Screen("blind", "shortlists.show", "/shortlists", f"{_LIST} >> [data-key=b]"),
    Screen("changes", "replays.changes", "/shortlists", f"{_LIST} >> =/changes"),
    Screen("replay", "replays.show", "/shortlists", f"{_LIST} >> =/replay"),
    Screen("excluded-sheet", "sheets.excluded", "/shortlists", f"{_LIST} >> .sieve-line a >> =/sheet"),
    Screen("sheet", "sheets.show", "/shortlists", f"{_LIST} >> =/sheet"),
    Screen("shortlist-half", "shortlists.show", "{half}", account="officer"),
    Screen("round", "rounds.show", "/shortlists", f"{_LIST} >> =/round"),
    Screen("round-reviewed", "rounds.show", "{reviewed}", account="officer2"),
    Screen("round-proposed", "rounds.show", "{proposed}", account="leader"),
    Screen("round-decided", "rounds.show", "{decided}", account="officer"),
    Screen("notice", "notices.show", "{notice}"),
    Screen("replies", "replies.show", "/replies", account="unit"),
    Screen("appointments", "appointments.index", "/appointments", account="officer"),
    Screen("terms-ending", "appointments.ending", "/appointments/terms-ending", account="officer"),
    Screen("appraisals-due", "appointments.appraisals", "/appointments/appraisals-due", account="officer"),
    Screen("appointment", "appointments.show", "/appointments", "tbody th a", account="officer"),
    Screen("rulebook", "rulebook.show", "/rulebook"),
    Screen("card-policy", "models.policy", "/models/policy/first_secretary"),
    Screen("card", "models.show", "/rulebook", "a.num[href*='/models/']"),
    Screen("help", "help.show", "/help"),
    Screen("not-found", "vacancies.show", "/vacancies/V9999999", status=404),
    Screen("negative-list", "negative_list.index", "/negative-list", account="discipline"),
    Screen("retention", "retention.index", "/retention?state=soon", account="officer"),
    Screen("imports", "imports.index", "/imports", account="officer"),
    Screen("import-file", "imports.new", "/imports/new", account="officer"),
    Screen("import-columns", "import_steps.columns", "{columns}", account="officer"),
    Screen("import-check", "import_steps.check", "{check}", account="officer"),
    Screen("import-many", "import_steps.check", "{many}", account="officer"),
    Screen("import-wait", "import_steps.wait", "{wait}", account="officer"),
    Screen("import-result", "imports.show", "{result}", account="officer"),
    Screen("duplicates", "duplicates.index", "/duplicates", account="officer"),
    Screen("duplicate", "duplicates.show", "/duplicates?state=later", "ol li:last-child a", "officer"),
    Screen("merges", "duplicates.merges", "/duplicates/merges", account="officer"),
    Screen("waivers", "waivers.index", "/waivers", account="officer"),
    Screen("checks", "checks.index", "{checks}", account="officer"),
    Screen("checks-rule", "checks.index", "{checks}&by=rule", account="officer"),
    Screen("rulebook-edit", "rulebook_changes.edit", "/rulebook/edit", account="officer"),
    Screen("proposals", "rulebook_changes.index", "/rulebook/proposals", account="officer"),
    Screen("proposal", "rulebook_changes.show", "/rulebook/proposals", "tbody th a", account="officer"),
    Screen("jobs", "jobs.index", "/jobs", account="officer"),
    Screen("exports", "audit.exports", "/exports", account="auditor"),
    Screen("account", "account.show", "/account", account="officer"),
    Screen("device", "account.device", "/account/second-factor", account="officer"),
    Screen("audit", "audit.index", "/audit", account="auditor"),
    Screen("override-report", "overrides.index", "/reports/overrides", account="auditor"),
    Screen("accounts", "accounts.index", "/accounts", account="admin"),
    *(
        Screen(f"desk-{account}", "overview.show", "/", account=account)
        for account in (
            "unit",
            "village",
            "discipline",
            "science",
            "township",
            "registrar",
            "leader",
            "auditor",
            "candidate",
        )
    ),
)

#: A city in which nothing has happened yet, of an account of its own.
EMPTY: tuple[Screen, ...] = tuple(
    Screen(f"empty-{name}", endpoint, address)
    for name, endpoint, address in (
        ("overview", "overview.show", "/"),
        ("people", "people.index", "/people"),
        ("vacancies", "vacancies.index", "/vacancies"),
        ("shortlists", "shortlists.index", "/shortlists"),
        ("imports", "imports.index", "/imports"),
        ("duplicates", "duplicates.index", "/duplicates"),
        ("merges", "duplicates.merges", "/duplicates/merges"),
        ("checks", "checks.index", "/checks"),
        ("waivers", "waivers.index", "/waivers"),
        ("overrides", "overrides.index", "/reports/overrides"),
        ("jobs", "jobs.index", "/jobs"),
        ("exports", "audit.exports", "/exports"),
        ("words", "overview.words", "/words"),
        ("proposals", "rulebook_changes.index", "/rulebook/proposals"),
        ("audit", "audit.index", "/audit"),
    )
)

#: Addresses that are read and are no page to take a picture of.
EXCUSED: dict[str, str] = {
    "web.static": "a file",
    "imports.marked": "a workbook",
    "imports.template": "a workbook",
    "import_steps.marked": "a workbook",
    "language.choose": "leads back to the page",
    "language.switch_keys": "leads back to the page",
    "operations.live": "for machines",
    "operations.ready": "for machines",
    "operations.figures": "for machines",
    "person_acts.own_file": "a file to take away",
    "reviews.resume": "the desk, with what was typed before the session ended",
    "unsent_pages.show": "what was typed in a form whose session had ended",
    "single_sign_on.begin": "leads to another host",
    "single_sign_on.finish": "comes from another host",
    "sign_in_steps.enrolment": "as account.device; only where settings ask for a device",
}
