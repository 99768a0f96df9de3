"""Which right each page of clerks and administrators needs; a part of the table in `service.access.routes`."""

from collections.abc import Mapping

__all__ = ["CLERK_ROUTES", "LONG_WORK"]

#: Each begins one kind of long work; the use case asks for the right of the very kind.
LONG_WORK = ("rescore", "decide_duplicates", "train_models", "verify_audit")
_ACCOUNTS = ("manage_accounts", "approve_accounts", "bootstrap_accounts")

CLERK_ROUTES: Mapping[str, str | tuple[str, ...]] = {
    "accounts.index": _ACCOUNTS,
    "accounts.ask": ("manage_accounts", "bootstrap_accounts"),
    "accounts.decide": _ACCOUNTS,
    "accounts.give_password": ("manage_accounts", "bootstrap_accounts"),
    "accounts.unlock": ("manage_accounts", "bootstrap_accounts"),
    "accounts.reset_second_factor": ("manage_accounts", "bootstrap_accounts"),
    "accounts.unlink_provider": ("manage_accounts", "bootstrap_accounts"),
    "duplicates.index": "read_duplicates",
    "duplicates.show": "read_duplicates",
    "duplicates.search": "decide_duplicates",
    "duplicates.decide": "decide_duplicates",
    "duplicates.merge": "merge_people",
    "duplicates.merges": "read_duplicates",
    "duplicates.undo": "merge_people",
    "waivers.index": "read_waivers",
    "waivers.propose": "propose_waivers",
    "waivers.sign": "sign_waivers",
    "waivers.refuse": "sign_waivers",
    "waivers.withdraw": ("propose_waivers", "sign_waivers"),
    "checks.index": "read_shortlists",
    "checks.record": "record_checks",
    "overrides.index": "read_overrides",
    "rulebook_changes.edit": "propose_rulebooks",
    "rulebook_changes.attempt": "propose_rulebooks",
    "rulebook_changes.index": "read_rulebooks",
    "rulebook_changes.show": "read_rulebooks",
    "rulebook_changes.decide": "sign_rulebooks",
    "imports.index": "import_files",
    "imports.new": "import_files",
    "imports.receive": "import_files",
    "imports.template": "read_templates",
    "imports.show": "import_files",
    "imports.undo": "import_files",
    "imports.marked": "import_files",
    "import_steps.columns": "import_files",
    "import_steps.confirm": "import_files",
    "import_steps.check": "import_files",
    "import_steps.check_again": "import_files",
    "import_steps.take_in": "import_files",
    "import_steps.wait": "import_files",
    "import_steps.marked": "import_files",
    "import_steps.drop": "import_files",
    "negative_list.index": "edit_negative_flags",
    "negative_list.add": "edit_negative_flags",
    "negative_list.end": "edit_negative_flags",
    "retention.index": "read_retention",
    "jobs.index": ("read_runs", *LONG_WORK),
    "jobs.begin": "rescore",
    "jobs.stop": LONG_WORK,
    "jobs.train": "train_models",
}
