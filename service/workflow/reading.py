"""Reading the declaration of the workflow, strictly."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from matching.vocabulary import Text
from service.errors import NotConfigured
from service.workflow.machines import Machine, Transition
from service.workflow.stages import PostPath, Signatory, Step

__all__ = ["MACHINES", "Workflow", "read_workflow", "workflow_in_force"]

MACHINES = ("talent_record", "vacancy", "shortlist", "candidacy", "appointment")
_FILE = "workflow.toml"
_TRANSITION = {"from", "to", "by", "sign", "apart", "reason", "reason_codes", "document", "guard", "days"}
_MACHINE = {"title", "states", "starts", "start_guard", "ends", "right", "transitions"}
_EXTRAS = {
    "shortlist": {"ratio", "quorum", "least_entitled", "majority"},
    "appointment": {"publicity_days", "remind_days"},
}
_POST = {"stages", "steps", "signatures", "sources", "confidence"}


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """Everything that is declared.

    Parameters
    ----------
    machines : mapping of str to Machine
    posts : mapping of str to PostPath
    ratio : int
        Proposed people for each post (差额), unless a reason is written.
    quorum, majority : Fraction
        Of those entitled to vote: how many have to be present, and more than how many have to agree.
    least_entitled : int
        People entitled to vote in any meeting, at least.
    publicity_days : int
        Working days of a public notice, at least.
    remind_days : tuple of int
        Days before the end of a term.
    recorders : mapping of str to tuple of str
        By signatory, the roles that may record the signature by hand; none where the workflow itself makes it.
    notice_fields, notice_never : tuple of str
        What a public notice shows, and what it never does.
    """

    machines: Mapping[str, Machine]
    posts: Mapping[str, PostPath]
    ratio: int
    quorum: Fraction
    majority: Fraction
    least_entitled: int
    publicity_days: int
    remind_days: tuple[int, ...]
    recorders: Mapping[str, tuple[str, ...]]
    notice_fields: tuple[str, ...]
    notice_never: tuple[str, ...]


@cache
def workflow_in_force() -> Workflow:
    """Return the workflow that the product ships with."""
    return read_workflow(resources.files("seed_data").joinpath(_FILE).read_text(encoding="utf-8"))


def read_workflow(source: str) -> Workflow:
    """Read a declaration.

    Raises
    ------
    NotConfigured
        If a part is missing or unknown; `service.workflow.lint` looks at what it means.
    """
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise _refusal(str(error)) from error
    _check_keys(document, {*MACHINES, "posts", "publicity_notice", "recorders"}, place="")
    try:
        return Workflow(
            machines={key: _machine(key, document[key]) for key in MACHINES},
            posts={post: _path(post, part) for post, part in document["posts"].items()},
            ratio=document["shortlist"]["ratio"],
            quorum=Fraction(document["shortlist"]["quorum"]),
            majority=Fraction(document["shortlist"]["majority"]),
            least_entitled=document["shortlist"]["least_entitled"],
            publicity_days=document["appointment"]["publicity_days"],
            remind_days=tuple(document["appointment"]["remind_days"]),
            recorders={signatory: tuple(roles) for signatory, roles in document["recorders"].items()},
            notice_fields=tuple(document["publicity_notice"]["show"]),
            notice_never=tuple(document["publicity_notice"]["never"]),
        )
    except KeyError as error:
        raise _refusal(f"{error.args[0]} is missing") from error


def _machine(key: str, part: Mapping[str, Any]) -> Machine:
    _check_keys(part, _MACHINE | _EXTRAS.get(key, set()), place=key)
    return Machine(
        key=key,
        title=Text(**part["title"]),
        states=part["states"],
        right=part["right"],
        starts=tuple(part["starts"]),
        ends=tuple(part["ends"]),
        transitions=tuple(one for row in part["transitions"] for one in _transitions(row, place=key)),
        start_guards={state: tuple(names) for state, names in part.get("start_guard", {}).items()},
    )


def _transitions(row: Mapping[str, Any], *, place: str) -> Iterator[Transition]:
    _check_keys(row, _TRANSITION, place=f"{place}.transitions")
    for source in row["from"]:
        yield Transition(
            source=source,
            target=row["to"],
            roles=tuple(row["by"]),
            is_signed=row.get("sign", False),
            apart=row.get("apart"),
            needs_reason=row.get("reason") == "required",
            needs_codes=row.get("reason_codes") == "required",
            needs_document=row.get("document", False),
            guards=tuple(row.get("guard", ())),
            n_days=row.get("days"),
        )


def _path(post: str, part: Mapping[str, Any]) -> PostPath:
    _check_keys(part, _POST, place=f"posts.{post}")
    return PostPath(
        post=post,
        stages=tuple(part["stages"]),
        steps=tuple(Step(label=Text(one["zh"], one["en"]), state=one.get("state")) for one in part["steps"]),
        signatories=tuple(
            Signatory(
                key=one["key"],
                label=Text(one["zh"], one["en"]),
                before=one["before"],
                party=one.get("party"),
                asked=one.get("asked"),
                of_officials=one.get("officials", False),
            )
            for one in part["signatures"]
        ),
        sources=tuple(part["sources"]),
        confidence=part["confidence"],
    )


def _check_keys(part: Mapping[str, Any], known: set[str], *, place: str) -> None:
    unknown = sorted(set(part) - known)
    if unknown:
        raise _refusal(f"{place}: {', '.join(unknown)} is not known")


def _refusal(problem: str) -> NotConfigured:
    return NotConfigured(
        Text(f"流程声明有误：{problem}", f"The declaration of the workflow is wrong: {problem}"),
        remedy=Text("请恢复随产品发布的文件。", "Restore the file that the product ships with."),
        place=_FILE,
    )
