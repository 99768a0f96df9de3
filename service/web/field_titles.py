"""What fields of forms are called, wherever what was typed is shown again."""

from flask_babel import gettext as _
from flask_babel import pgettext

from service.files.columns import column_table
from service.web.formatting import in_language

__all__ = ["known_title", "title_of"]


def title_of(name: str) -> str:
    """Return what a field is called; its own name where no form calls it anything else."""
    own = _titles().get(name)
    if own is not None:
        return own
    for kind in ("people", "vacancies"):
        title = column_table(kind).labels.get(name)
        if title is not None:
            wording = in_language(title)
            return wording[:1].upper() + wording[1:]
    return name


def known_title(name: str) -> str:
    """Return what a field is called, and nothing for a name that is only ours."""
    title = title_of(name)
    return "" if title == name else title


def _titles() -> dict[str, str]:
    return {**_words(), **_days_and_votes(), **_of_steps()}


def _words() -> dict[str, str]:
    return {
        "reason": _("Reason in words"),
        "signed_name": _("Signature: full name"),
        "document": _("Document"),
        "note": _("Note"),
        "meeting": _("Meeting"),
        "office": _("Office that takes objections"),
        "office_phone": _("Its phone"),
        "signed_by": _("Signed by"),
        "reply": _("Reply"),
        "purpose": _("Purpose"),
        "value": _("Value"),
        "name": _("Name"),
        "reason_codes": _("Reason codes"),
        "person_no": _("Person number"),
        "vacancy_no": _("Vacancy number"),
    }


def _days_and_votes() -> dict[str, str]:
    return {
        "held_on": _("Held on"),
        "signed_on": _("Signed on"),
        "checked_on": _("Checked on"),
        "valid_until": _("Counts until"),
        "replied_on": _("Its day"),
        "started_on": _("First day in the post"),
        "term_ends_on": _("Last day of the term"),
        "n_entitled": _("Entitled"),
        "n_present": _("Present"),
        "n_for": pgettext("vote", "For"),
        "n_against": _("Against"),
        "n_abstained": _("Abstained"),
    }


def _of_steps() -> dict[str, str]:
    return {
        "state": _("State"),
        "decision": _("What is decided"),
        "conclusion": _("Office conclusion"),
        "opinion": _("Own opinion"),
        "signatures": _("Whose signature"),
        "chosen": _("Decided on"),
        "appraisal": _("Appraisal"),
        "result": _("Found"),
        "rule_id": _("Rule"),
        "entry": _("Entry"),
        "keep": _("Stays"),
    }
