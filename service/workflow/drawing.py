"""The workflow drawn: what docs/workflow.md shows between its markers, made from the declaration alone."""

from collections.abc import Iterator

from service.workflow.machines import Machine, Transition
from service.workflow.reading import Workflow
from service.workflow.stages import PostPath, Signatory

__all__ = ["BEGIN", "END", "drawn", "redrawn"]

BEGIN, END = "<!-- drawn from seed_data/workflow.toml -->", "<!-- end of the drawing -->"
_NEEDS = (
    ("is_signed", "signature"),
    ("needs_document", "document"),
    ("needs_reason", "reason"),
    ("needs_codes", "reason code"),
)


def drawn(workflow: Workflow) -> str:
    """Return every machine as a Mermaid drawing with the table of its steps, and the stages of every post."""
    parts = [BEGIN]
    for machine in workflow.machines.values():
        parts += ["", f"### {machine.title.zh} {machine.title.en}", "", *_diagram(machine), "", *_table(machine)]
    parts += ["", "### 岗位环节 Stages of each post"]
    for path in workflow.posts.values():
        parts += ["", *_post(path, workflow.machines["candidacy"])]
    parts += ["", "### 谁登记签署 Who records whose signature", "", "| signature | recorded by |", "|---|---|"]
    parts += [
        f"| {key} | {', '.join(roles) or 'nobody: made by the decision'} |" for key, roles in workflow.recorders.items()
    ]
    return "\n".join([*parts, "", END])


def redrawn(document: str, workflow: Workflow) -> str:
    """Return a document with the part between its markers drawn anew.

    Raises
    ------
    ValueError
        If the document has not both markers.
    """
    before, after = document.index(BEGIN), document.index(END) + len(END)
    return document[:before] + drawn(workflow) + document[after:]


def _diagram(machine: Machine) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    states = dict.fromkeys(state for one in machine.transitions for state in (one.source, one.target))
    yield from (f"    {state} : {machine.label(state).zh} {machine.label(state).en}" for state in states)
    yield from (f"    [*] --> {state}" for state in machine.starts)
    yield from (f"    {one.source} --> {one.target}{' : ✍' if one.is_signed else ''}" for one in machine.transitions)
    yield from (f"    {state} --> [*]" for state in machine.ends)
    yield "```"


def _table(machine: Machine) -> Iterator[str]:
    yield "| from | to | who | needs | somebody else than | conditions | working days |"
    yield "|---|---|---|---|---|---|---|"
    for state, names in machine.start_guards.items():
        yield f"| — | {state} |  |  |  | {', '.join(names)} |  |"
    merged: dict[tuple[object, ...], list[Transition]] = {}
    for one in machine.transitions:
        merged.setdefault((one.target, one.roles, _needs(one), one.apart, one.guards, one.n_days), []).append(one)
    for ways in merged.values():
        one = ways[0]
        cells = (
            ", ".join(way.source for way in ways),
            one.target,
            ", ".join(one.roles),
            _needs(one),
            one.apart or "",
            ", ".join(one.guards),
            "" if one.n_days is None else str(one.n_days),
        )
        yield f"| {' | '.join(cells)} |"


def _needs(one: Transition) -> str:
    return ", ".join(word for name, word in _NEEDS if getattr(one, name))


def _post(path: PostPath, candidacy: Machine) -> Iterator[str]:
    yield f"**{path.post}** ({path.confidence}: {'；'.join(path.sources)})"
    yield ""
    yield "* stages: " + " → ".join(f"{candidacy.label(stage).zh} {candidacy.label(stage).en}" for stage in path.stages)
    yield "* steps: " + "；".join(step.label.zh for step in path.steps)
    signed = "；".join(f"{one.label.zh} ({_told(one)})" for one in path.signatories)
    yield f"* signatures: {signed or '—'}"


def _told(signatory: Signatory) -> str:
    told = f"{signatory.key}, before {signatory.before}" + (", of officials only" if signatory.of_officials else "")
    if signatory.party is None:
        return told
    return f"{told}, by the account of {signatory.party} from {signatory.asked} on"
