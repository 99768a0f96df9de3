"""What those who are asked about a candidacy say: the person, the sending unit, the village committees."""

from collections.abc import Mapping
from enum import StrEnum

from matching.vocabulary import Text

__all__ = ["REPLY_LABELS", "ReplyKind"]


class ReplyKind(StrEnum):
    """What a party says when it is asked (答复)."""

    AGREES = "agrees"  # 同意: unit, village
    DISAGREES = "disagrees"  # 不同意
    ACCEPTS = "accepts"  # 愿意: the person
    DECLINES = "declines"  # 不愿意
    OBJECTS = "objects"  # 提出异议

    @property
    def is_consent(self) -> bool:
        """Whether the way may go on with it."""
        return self in {ReplyKind.AGREES, ReplyKind.ACCEPTS}


REPLY_LABELS: Mapping[ReplyKind, Text] = {
    ReplyKind.AGREES: Text("同意", "agrees"),
    ReplyKind.DISAGREES: Text("不同意", "disagrees"),
    ReplyKind.ACCEPTS: Text("愿意", "accepts"),
    ReplyKind.DECLINES: Text("不愿意", "declines"),
    ReplyKind.OBJECTS: Text("提出异议", "objects"),
}
