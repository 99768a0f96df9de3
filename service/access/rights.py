"""The one table of rights: who may do what. Whatever is not in it is refused.

It is derived from shared permissions (docs/access.md draws both side by side); a test compares them cell by cell.
A right is named ``verb_nouns``. Where a right ends is said by the territory (service/access/territory.py), what is
shown of a person by the masks (service/access/masking.py).
"""

from collections.abc import Iterable

from matching.vocabulary import Text
from service.access.actors import ROLE_LABELS, Actor, Role
from service.access.territory import TerritoryKind
from service.audit_lines import AuditLine
from service.errors import Forbidden

__all__ = [
    "ALLOWED",
    "KINDS",
    "TWO_PERSON_RIGHTS",
    "holds",
    "kinds_for",
    "may",
    "require",
    "require_any",
    "rights_of",
    "takes_two",
    "whom_to_ask",
]

CITY, LEADER, OFFICER, REGISTRAR = Role.CITY_ORG, Role.LEADER, Role.OFFICER, Role.REGISTRAR
TOWNSHIP, VILLAGE, UNIT, DISCIPLINE = Role.TOWNSHIP, Role.VILLAGE, Role.UNIT, Role.DISCIPLINE
LINE_DEPT, OPERATOR, AUDITOR, CANDIDATE, ADMIN = (
    Role.LINE_DEPT,
    Role.OPERATOR,
    Role.AUDITOR,
    Role.CANDIDATE,
    Role.ADMIN,
)


def _table(**rows: tuple[Role, ...]) -> dict[str, frozenset[Role]]:
    return {right: frozenset(roles) for right, roles in rows.items()}


# fmt: off
ALLOWED: dict[str, frozenset[Role]] = _table(
    # people: see_identity, edit_record
    read_people=(CITY, LEADER, OFFICER, REGISTRAR, TOWNSHIP, VILLAGE, UNIT, DISCIPLINE, LINE_DEPT, OPERATOR, AUDITOR,
                 CANDIDATE),
    edit_people=(REGISTRAR,),
    verify_people=(OFFICER,),  # to lead a record to verified; who registers, does not
    check_people=(TOWNSHIP,),  # the township's first check
    edit_negative_flags=(DISCIPLINE,),  # this field and no other
    unmask_fields=(OFFICER,),  # see_id_number: "unmask with reason"
    # what is owed to people: their own file, consent, correction, keeping and erasing
    read_own_files=(OFFICER, CANDIDATE),
    record_consents=(OFFICER, REGISTRAR),
    sign_own_consents=(CANDIDATE,),  # to take a consent back is as easy as to give it
    publish_consent_texts=(CITY, LEADER),
    propose_corrections=(OFFICER, REGISTRAR, TOWNSHIP, CANDIDATE),
    decide_corrections=(OFFICER,),
    hold_records=(OFFICER, DISCIPLINE),
    read_retention=(LEADER, OFFICER, DISCIPLINE, AUDITOR),
    erase_people=(OFFICER,),
    blind_reviews=(LEADER, OFFICER),
    lift_blind=(CITY, OFFICER),
    read_work_lists=(OFFICER, REGISTRAR, TOWNSHIP),
    # places and posts
    read_vacancies=(CITY, LEADER, OFFICER, REGISTRAR, TOWNSHIP, VILLAGE, DISCIPLINE, LINE_DEPT, OPERATOR, AUDITOR),
    edit_vacancies=(OFFICER, TOWNSHIP),  # request_shortlist: the township submits vacancies
    read_villages=(CITY, LEADER, OFFICER, REGISTRAR, TOWNSHIP, VILLAGE, DISCIPLINE, LINE_DEPT, OPERATOR, AUDITOR),
    edit_villages=(OFFICER, REGISTRAR, TOWNSHIP),
    # files: import, export
    import_files=(OFFICER, REGISTRAR, TOWNSHIP),
    read_templates=(OFFICER, REGISTRAR, TOWNSHIP, OPERATOR),  # blank forms
    attest_files=(OFFICER,),
    export_lists=(OFFICER,),  # as shown: masked
    export_rosters=(OFFICER,),
    export_forms=(OFFICER,),
    export_dossiers=(OFFICER,),
    export_rankings=(OFFICER,),
    export_approved_lists=(CITY, LEADER, OFFICER),  # those that were decided on
    read_exports=(CITY, LEADER, OFFICER, DISCIPLINE, AUDITOR),
    # lists: request_shortlist, see_scores, see_reasons
    request_shortlist=(CITY, LEADER, OFFICER),
    read_shortlists=(CITY, LEADER, OFFICER, TOWNSHIP, DISCIPLINE, LINE_DEPT, AUDITOR),
    read_rankings=(CITY, LEADER, OFFICER, AUDITOR),  # see_scores: "yes"; others on shortlists only
    explain_scores=(CITY, LEADER, OFFICER, AUDITOR),
    record_checks=(OFFICER, DISCIPLINE),
    # waive
    propose_waivers=(OFFICER,),
    sign_waivers=(CITY, LEADER),
    read_waivers=(CITY, LEADER, OFFICER, DISCIPLINE, AUDITOR),
    # edit_rulebook
    propose_rulebooks=(CITY, OFFICER),
    sign_rulebooks=(CITY, LEADER),
    read_rulebooks=(CITY, LEADER, OFFICER, TOWNSHIP, DISCIPLINE, LINE_DEPT, OPERATOR, AUDITOR),
    # the workflow: decide ("propose", "opinion", "yes"); which step is whose says seed_data/workflow.toml
    move_records=(REGISTRAR, CANDIDATE, TOWNSHIP, OFFICER, DISCIPLINE),
    move_vacancies=(TOWNSHIP, OFFICER, LEADER),
    move_shortlists=(OFFICER, LEADER),
    decide_shortlists=(LEADER,),
    read_candidacies=(CITY, LEADER, OFFICER, TOWNSHIP, DISCIPLINE, LINE_DEPT, AUDITOR),
    review_candidacies=(CITY, LEADER, OFFICER, TOWNSHIP, DISCIPLINE, LINE_DEPT),
    consent_to_candidacies=(VILLAGE, UNIT, CANDIDATE),  # decide: "consent vote", "consent", "accept/decline/object"
    conclude_reviews=(OFFICER,),
    add_candidacies=(OFFICER,),
    record_signatures=(OFFICER, TOWNSHIP),
    move_candidacies=(OFFICER, DISCIPLINE),
    read_appointments=(CITY, LEADER, OFFICER, TOWNSHIP, DISCIPLINE, AUDITOR),
    move_appointments=(OFFICER, LEADER, TOWNSHIP, DISCIPLINE),
    publish_notices=(OFFICER,),
    read_overrides=(CITY, LEADER, OFFICER, DISCIPLINE, AUDITOR),
    # the same person twice: merge
    read_duplicates=(OFFICER, REGISTRAR, TOWNSHIP),
    decide_duplicates=(OFFICER,),
    merge_people=(OFFICER,),
    # runs, cards and keys: run_rescoring, promote_model, change_settings
    rescore=(OPERATOR,),
    read_runs=(CITY, LEADER, OFFICER, OPERATOR, AUDITOR),
    send_notifications=(OPERATOR,),
    do_daily_work=(OPERATOR,),  # expiry, reminders and archiving that fall due with the day
    rotate_keys=(OPERATOR,),
    make_backups=(OPERATOR,),
    restore_backups=(OPERATOR,),
    train_models=(OPERATOR,),
    promote_models=(CITY, LEADER),
    read_models=(CITY, LEADER, OFFICER, OPERATOR, AUDITOR),
    # the log: see_audit
    read_audit=(LEADER, DISCIPLINE, AUDITOR),  # who saw a person of their part of the city
    read_whole_audit=(AUDITOR,),
    verify_audit=(LEADER, DISCIPLINE, OPERATOR, AUDITOR),
    export_audit_heads=(OPERATOR, AUDITOR),
    # accounts: manage_users (a second person approves)
    manage_accounts=(ADMIN,),
    approve_accounts=(LEADER,),
    bootstrap_accounts=(OPERATOR,),  # on the host: the first administrator, and a new password for one
)
# fmt: on

# Where a role may look, by the kinds of place: the column "scope" of the department's table.
# fmt: off
KINDS: dict[Role, frozenset[TerritoryKind]] = {
    CITY:       frozenset({TerritoryKind.CITY}),
    LEADER:     frozenset({TerritoryKind.COUNTY}),
    OFFICER:    frozenset({TerritoryKind.COUNTY}),
    REGISTRAR:  frozenset({TerritoryKind.TOWNSHIP, TerritoryKind.UNIT}),
    TOWNSHIP:   frozenset({TerritoryKind.TOWNSHIP}),
    VILLAGE:    frozenset({TerritoryKind.VILLAGE}),
    UNIT:       frozenset({TerritoryKind.UNIT}),
    DISCIPLINE: frozenset({TerritoryKind.COUNTY}),
    LINE_DEPT:  frozenset({TerritoryKind.COUNTY}),
    OPERATOR:   frozenset({TerritoryKind.SYSTEM}),
    AUDITOR:    frozenset({TerritoryKind.ALL}),
    CANDIDATE:  frozenset({TerritoryKind.OWN}),
    ADMIN:      frozenset({TerritoryKind.SYSTEM}),
}
# fmt: on

# Both sides of what two people do: who could come in as another of them could do the whole act alone.
TWO_PERSON_RIGHTS = frozenset(
    {
        "propose_corrections", "decide_corrections", "edit_people", "check_people", "verify_people", "erase_people",
        "propose_waivers", "sign_waivers", "propose_rulebooks", "sign_rulebooks",
        "move_vacancies", "move_shortlists", "decide_shortlists", "move_appointments", "record_signatures",
        "consent_to_candidacies", "promote_models", "manage_accounts", "approve_accounts",
    }
)  # fmt: skip


def kinds_for(roles: Iterable[str]) -> frozenset[TerritoryKind]:
    """Return the kinds of territory that fit all of some roles; none fits roles that belong to different places."""
    kinds = [KINDS.get(Role(role), frozenset()) for role in roles]
    return frozenset.intersection(*kinds) if kinds else frozenset()


def takes_two(roles: Iterable[str]) -> bool:
    """Whether somebody of these roles has a part in an act of two people: proposes, approves or signs."""
    return any(ALLOWED[right] & set(roles) for right in TWO_PERSON_RIGHTS)


def may(actor: Actor, right: str) -> bool:
    """Whether a role of the actor has a right that its token does not narrow away; nobody has an unknown right."""
    return holds(actor, right) and _is_within_scopes(actor, right)


def holds(actor: Actor, right: str) -> bool:
    """Whether a role of the actor has a right, however narrow the token: of what a right binds to, not of what it lets.

    Who reviews is bound by a blind review with every token; a narrow token shows less, never more.
    """
    return bool(actor.roles & ALLOWED.get(right, frozenset()))


def _is_within_scopes(actor: Actor, right: str) -> bool:
    return actor.scopes is None or bool({right, right.partition("_")[0]} & actor.scopes)


def rights_of(actor: Actor) -> list[str]:
    """Return the rights of an actor in the order of the alphabet."""
    return sorted(right for right in ALLOWED if may(actor, right))


def whom_to_ask(actor: Actor, *rights: str) -> Text:
    """Return what somebody can do who lacks some rights: ask a role that has one, or take a wider token."""
    if any(holds(actor, right) for right in rights):
        return Text("此令牌的范围不含这一权限：请用范围更宽的令牌。", "The token is too narrow: use a wider one.")
    able = frozenset[Role]().union(*(ALLOWED.get(right, frozenset()) for right in rights))
    names = [ROLE_LABELS[role] for role in Role if role in able]
    if not names:
        return Text("如有需要，请联系系统管理员。", "Ask the administrator if you need it.")
    return Text(
        f"有此权限的是：{'、'.join(name.zh for name in names)}。请找他们办理。",
        f"Ask who may: {', '.join(name.en for name in names)}.",
    )


def require(actor: Actor, right: str) -> None:
    """Refuse an actor who lacks a right.

    Raises
    ------
    Forbidden
        If no role of the actor is in the row of the right, the token is too narrow, or the right is unknown.
    """
    require_any(actor, right)


def require_any(actor: Actor, *rights: str) -> None:
    """Refuse an actor who has none of some rights.

    Raises
    ------
    Forbidden
        As `require`; its place is the first right.
    """
    if not any(may(actor, right) for right in rights):
        refusal = Forbidden(
            Text("当前账号无权进行此操作。", "This account has no right to do this."),
            remedy=whom_to_ask(actor, *rights),
            place=rights[0],
        )
        refusal.audit_line = AuditLine(
            actor=actor.username, role=actor.role_names, action="refused", subject_kind="right", subject_no=rights[0]
        )
        raise refusal
