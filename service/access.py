"""Who acts, and what each role may do."""

from dataclasses import dataclass

from matching.vocabulary import Text
from service.audit_lines import AuditLine
from service.errors import Forbidden

__all__ = ["ALLOWED", "OPERATOR", "Actor", "require"]


@dataclass(frozen=True)
class Actor:
    """The named account that acts.

    Parameters
    ----------
    username : str
    role : str
    account_id : int or None
        None for the host's operator on the command line.
    """

    username: str
    role: str
    account_id: int | None = None


OPERATOR = Actor(username="operator", role="operator")

# The one table of rights: default deny. Roles with territory come with the issue on access.
ALLOWED: dict[str, frozenset[str]] = {
    right: frozenset({"administrator", "operator"})
    for right in (
        "read_people",
        "edit_people",
        "read_vacancies",
        "edit_vacancies",
        "read_villages",
        "edit_villages",
        "import_files",
        "record_checks",
        "request_shortlist",
        "read_shortlists",
        "rescore",
        "export_rankings",
        "manage_accounts",
        "read_work_lists",
        "read_models",
        "train_models",
        "promote_models",
        "read_duplicates",
        "decide_duplicates",
        "merge_people",
        "export_lists",  # as shown: id numbers and phones masked
        "export_rosters",  # in full
        "export_forms",
        "export_dossiers",
        "read_exports",
        "rotate_keys",
        "read_audit",
        "verify_audit",
        "export_audit_heads",
    )
}


def require(actor: Actor, right: str) -> None:
    """Refuse an actor whose role lacks a right.

    Raises
    ------
    Forbidden
        If the role is not in the row of the right, or the right is unknown.
    """
    if actor.role not in ALLOWED.get(right, frozenset()):
        refusal = Forbidden(
            Text("当前账号无权进行此操作。", "This account has no right to do this."),
            remedy=Text("如有需要，请联系系统管理员。", "Ask the administrator if you need it."),
            place=right,
        )
        refusal.audit_line = AuditLine(
            actor=actor.username, role=actor.role, action="refused", subject_kind="right", subject_no=right
        )
        raise refusal
