"""What a declaration of the workflow must never hold and never lack, beyond what can be read at all."""

from collections.abc import Collection, Iterator

from matching.vocabulary import PostType
from matching.vocabulary.codes import CODE_TABLES, code_table
from service.workflow.machines import SYSTEM_ROLE, Machine
from service.workflow.reading import Workflow
from service.workflow.stages import PostPath

__all__ = ["lint"]

_APART = frozenset({"creator", "requester", "proposer"})
_BY_DECISION = "org_dept_leader"
#: Steps by which a person is judged: the service itself must never be able to take one.
_JUDGEMENTS = {
    "talent_record": {"township_checked", "verified", "suspended"},
    "vacancy": {"approved", "cancelled"},
    "shortlist": {"returned", "proposed", "decided"},
    "candidacy": {"reviewed", "recommended", "decided", "rejected", "withdrawn"},
    "appointment": {"objection", "confirmed", "appraised", "renewed", "recalled", "resigned"},
}
_SIGNED = {("shortlist", "proposed"), ("shortlist", "decided"), ("talent_record", "verified"), ("vacancy", "approved")}


def lint(workflow: Workflow, *, roles: Collection[str], rights: Collection[str], guards: Collection[str]) -> list[str]:
    """Return what is wrong, one sentence each.

    Parameters
    ----------
    workflow : Workflow
    roles, rights : collection of str
        Those that there are.
    guards : collection of str
        Names of the conditions that are written.
    """
    found = []
    for machine in workflow.machines.values():
        found += [f"{machine.key}: {text}" for text in _machine(machine, {*roles, SYSTEM_ROLE}, rights, guards)]
        found += [f"{machine.key}: {text}" for text in _judgements(machine)]
    for path in workflow.posts.values():
        found += [f"posts.{path.post}: {text}" for text in _path(path, workflow.machines["candidacy"], roles)]
    found += [f"posts.{post}: missing" for post in PostType if post not in workflow.posts]
    found += [f"recorders: {text}" for text in _recorders(workflow, roles)]
    shared = set(workflow.notice_fields) & set(workflow.notice_never)
    found += [f"publicity_notice: {name} is both shown and never shown" for name in sorted(shared)]
    return found


def _machine(
    machine: Machine, roles: Collection[str], rights: Collection[str], guards: Collection[str]
) -> Iterator[str]:
    if machine.states not in CODE_TABLES:
        yield f"there is no code table {machine.states}"
        return
    states = code_table(machine.states).codes
    named = {state for one in machine.transitions for state in (one.source, one.target)}
    yield from (f"{state} is no state" for state in sorted({*named, *machine.starts, *machine.ends} - set(states)))
    yield from (f"{state} cannot be reached" for state in states if state not in _reachable(machine))
    yield from (f"{state} is an end, and something leaves it" for state in machine.ends if machine.targets(state))
    yield from (f"{state} is no end, and nothing leaves it" for state in states if not _leads_on(machine, state))
    if machine.right not in rights:
        yield f"there is no right {machine.right}"
    pairs = [(one.source, one.target) for one in machine.transitions]
    yield from (f"{a} to {b} is declared twice" for a, b in sorted({p for p in pairs if pairs.count(p) > 1}))
    for state, names in machine.start_guards.items():
        yield from (f"{state} is no start" for _ in [state] if state not in machine.starts)
        yield from (f"{state}: there is no condition {name}" for name in names if name not in guards)
    for one in machine.transitions:
        where = f"{one.source} to {one.target}"
        yield from (f"{where}: there is no role {role}" for role in one.roles if role not in roles)
        yield from (f"{where}: there is no condition {name}" for name in one.guards if name not in guards)
        if not one.roles:
            yield f"{where}: nobody may"
        if one.apart not in {None, *_APART}:
            yield f"{where}: nobody is called {one.apart}"


def _judgements(machine: Machine) -> Iterator[str]:
    for one in machine.transitions:
        if one.is_by_system and one.target in _JUDGEMENTS[machine.key]:
            yield f"{one.source} to {one.target}: the service itself must not judge"
        if (machine.key, one.target) in _SIGNED and not one.is_signed:
            yield f"{one.source} to {one.target}: nobody signs"
        if machine.key == "shortlist" and one.target == "proposed" and one.apart != "requester":
            yield f"{one.source} to {one.target}: who requested the list could propose it"
        if machine.key == "shortlist" and one.target == "decided" and one.apart != "proposer":
            yield f"{one.source} to {one.target}: who proposed the list could decide on it"


def _recorders(workflow: Workflow, roles: Collection[str]) -> Iterator[str]:
    for signatory, named in workflow.recorders.items():
        yield from (f"{signatory}: there is no role {role}" for role in named if role not in roles)
    if workflow.recorders.get(_BY_DECISION):
        yield f"{_BY_DECISION} signs by deciding, and nobody records it"
    wanted = {one.key for path in workflow.posts.values() for one in path.signatories}
    yield from (f"{signatory} is not told" for signatory in sorted(wanted - set(workflow.recorders)))


def _path(path: PostPath, candidacy: Machine, roles: Collection[str]) -> Iterator[str]:
    for source, target in zip(path.stages, path.stages[1:], strict=False):
        if candidacy.find(source, target) is None:
            yield f"{source} to {target} is not declared"
    if path.stages[:1] != ("reviewed",) or path.stages[-1:] != ("appointed",) or "decided" not in path.stages:
        yield "it goes from reviewed over decided to appointed"
    yield from (f"{one.key} signs before {one.before}, which is no stage" for one in path.signatories
                if one.before not in path.stages)  # fmt: skip
    for one in path.signatories:
        if one.party is not None and one.party not in roles:
            yield f"{one.key}: there is no role {one.party}"
        if (one.party is None) is not (one.asked is None):
            yield f"{one.key}: party and asked are said together"
        if one.asked is not None and one.asked not in _stages_before(path, one.before):
            yield f"{one.key} is asked from {one.asked}, which is no stage before {one.before}"
    states = code_table(candidacy.states).codes
    yield from (f"{step.state} is no state" for step in path.steps if step.state and step.state not in states)


def _stages_before(path: PostPath, stage: str) -> tuple[str, ...]:
    return path.stages[: path.stages.index(stage)] if stage in path.stages else ()


def _reachable(machine: Machine) -> set[str]:
    found, waiting = set(machine.starts), list(machine.starts)
    while waiting:
        new = set(machine.targets(waiting.pop())) - found
        found |= new
        waiting += sorted(new)
    return found


def _leads_on(machine: Machine, state: str) -> bool:
    return state in machine.ends or bool(machine.targets(state))
