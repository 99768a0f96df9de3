"""What is checked of every move before it is made: version, step, role, separation of duties, signature and reasons."""

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.access import Actor
from service.errors import Conflict, Forbidden, InvalidInput, VersionConflict
from service.usecases.workflow.move_terms import SYSTEM, Asked, Subject
from service.workflow import Transition
from service.workflow.machines import SYSTEM_ROLE

__all__ = ["OTHER", "check_apart", "check_given", "check_version", "declared", "role_for"]


def check_version(subject: Subject, version: int) -> None:
    """Refuse what was asked of a version that is no longer current.

    Raises
    ------
    VersionConflict
        Says who changed what since.
    """
    if subject.row.version == version:
        return
    changes = subject.changes_since(version)
    by = "、".join(dict.fromkeys(one.username for one in changes)) or "—"
    raise VersionConflict(
        Text(
            f"{subject.number} 已被 {by} 改动，当前版本为 {subject.row.version}。",
            f"{subject.number} has been changed by {by}; its version is {subject.row.version}.",
        ),
        remedy=Text("请查看改动，重新读取后再提交。", "Look at the changes, read it again and repeat."),
        place="version",
        value=version,
        changes=changes,
    )


def declared(subject: Subject, asked: Asked) -> Transition:
    """Return the step that is declared from where the subject stands; `Conflict` if there is none."""
    machine = subject.machine
    found = machine.find(subject.state, asked.to)
    if found is not None:
        return found
    state, target = machine.label(subject.state), machine.label(asked.to)
    possible = [machine.label(one) for one in machine.targets(subject.state)]
    raise Conflict(
        Text(
            f"{subject.number} 处于“{state.zh}”，不能转为“{target.zh}”。",
            f"{subject.number} is in the state '{state.en}' and does not lead to '{target.en}'.",
        ),
        remedy=Text(
            f"可转为：{'、'.join(one.zh for one in possible) or '无'}。",
            f"It leads to: {', '.join(one.en for one in possible) or 'nothing'}.",
        ),
        place="to",
        value=asked.to,
    )


def role_for(actor: Actor, subject: Subject, transition: Transition) -> str:
    """Return the role of the actor that may make the step; `Forbidden` if none may."""
    if actor is SYSTEM and transition.is_by_system:
        return SYSTEM_ROLE
    for role in transition.roles:
        if role in {str(held) for held in actor.roles}:
            return role
    named = ", ".join(transition.roles)
    raise Forbidden(
        Text(
            f"此步骤须由以下角色办理：{named}。",
            f"This step is for the roles: {named}.",
        ),
        remedy=Text("请交由有权人员办理。", "Ask somebody who holds one of them."),
        place=f"{subject.state} → {transition.target}",
    )


def check_apart(actor: Actor, subject: Subject, transition: Transition) -> None:
    """Refuse a step that has to be somebody else's than an earlier one; `Forbidden`."""
    if transition.apart is None or subject.apart.get(transition.apart) != actor.username:
        return
    what = _APART[transition.apart]
    raise Forbidden(
        Text(f"{what.zh}不能办理此步骤。", f"{what.en} cannot take this step."),
        remedy=Text("请由另一人办理。", "Somebody else has to."),
        place=transition.apart,
        value=actor.username,
    )


def check_given(subject: Subject, transition: Transition, asked: Asked) -> None:
    """Refuse a step without its signature, reason, reason codes or document; `InvalidInput`."""
    codes = code_table("reason_code")
    unknown = [code for code in asked.reason_codes if code not in codes.codes]
    if unknown:
        raise _wanting("reason_codes", Text(f"没有理由代码 {unknown[0]}。", f"There is no reason code {unknown[0]}."))
    step = f"{subject.state} → {transition.target}"
    given = {
        "signed_name": (transition.is_signed, asked.signed_name, _SIGN),
        "reason": (transition.needs_reason, asked.reason, _REASON),
        "reason_codes": (transition.needs_codes, "".join(asked.reason_codes), _CODES),
        "document": (transition.needs_document, asked.document, _DOCUMENT),
    }
    missing = {name: [sentence] for name, (is_due, value, sentence) in given.items() if is_due and not _said(value)}
    if missing:
        name, (sentence,) = next(iter(missing.items()))
        raise InvalidInput(sentence, place=name, value=step, fields=missing)
    if OTHER in asked.reason_codes and not _said(asked.reason):
        raise _wanting("reason", Text("“其他”须写明理由。", "'Other' needs the reason in words."))


#: The reason code that says nothing by itself.
OTHER = "R09"
_APART = {
    "creator": Text("登记人", "Who registered it"),
    "requester": Text("申请人", "Who requested it"),
    "proposer": Text("提出建议的人", "Who proposed it"),
}


_SIGN = Text("此步骤须由本人署名。", "This step is signed with a full name.")


_REASON = Text("此步骤须写明理由。", "This step needs a reason.")


_CODES = Text("此步骤须选择理由代码。", "This step needs a reason code.")


_DOCUMENT = Text("此步骤须写明依据文件。", "This step needs its document.")


def _said(value: str | None) -> bool:
    return bool(value and value.strip())


def _wanting(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(problem, place=place, fields={place: [problem]})
