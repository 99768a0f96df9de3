"""/api/v1/shortlists/{shortlist_no}/replay and /changes: is a list what it was, and why is today's another."""

from flask import Response

from matching.vocabulary import Text
from schemas.replay import ListChangesSchema, ReplaySchema
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, now, reading
from service.usecases.lists.list_changes import changes_since
from service.usecases.lists.replay import replay_shortlist

__all__ = ["resource"]

resource = Resource("replay", title=Text("重演建议名单", "Replaying shortlists"), path="/shortlists")

_REPLAY = ReplaySchema()
_CHANGES = ListChangesSchema()


@resource.operation(
    "GET",
    "/<shortlist_no>/replay",
    Text("重演建议名单并逐位核对", "Replay a shortlist and compare every place"),
    answer=_REPLAY,
)
def show_replay(shortlist_no: str) -> Response:
    """Answer with what a replay finds; a list that does not agree is an answer, not an error."""
    with reading() as session:
        found = replay_shortlist(session, actor=current_actor(), shortlist_no=shortlist_no)
        return Answer.of(_REPLAY.dump(found)).response()


@resource.operation(
    "GET",
    "/<shortlist_no>/changes",
    Text("与今天的名单比较并说明原因", "Say why today's list differs"),
    answer=_CHANGES,
)
def show_changes(shortlist_no: str) -> Response:
    """Answer with who entered, left or moved since, and through which fact, rule or point."""
    with reading() as session:
        changes = changes_since(session, actor=current_actor(), shortlist_no=shortlist_no, now=now())
        return Answer.of(_CHANGES.dump(changes)).response()
