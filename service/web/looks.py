"""How somebody looks at a list under review: in whose name, and whether blind. It stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.access import Actor, may

__all__ = ["OFFICE", "OWN", "Look", "asked_look"]

OFFICE, OWN = "office", "own"


@dataclass(frozen=True, kw_only=True)
class Look:
    """How somebody looks at a list; it stands in the address.

    Parameters
    ----------
    voice : str
        Whose words the keys write: ``office`` for the office's conclusion, ``own`` for one's own opinion.
    is_blind : bool
        Whether who the people are is left out.
    is_bound : bool
        Whether it is blind because the review of the vacancy is, whatever the reader would like.
    wording : str
        Whether a conclusion is being put into words, and with which reason code; "" for neither.
    """

    voice: str = OWN
    is_blind: bool = False
    is_bound: bool = False
    wording: str = ""


def asked_look(asked: Mapping[str, str], *, actor: Actor) -> Look:
    """Read from an address how somebody wants to look; who may conclude does, unless they ask otherwise."""
    standing = OFFICE if may(actor, "conclude_reviews") else OWN
    voice = asked.get("as", standing)
    return Look(
        voice=voice if voice in {OFFICE, OWN} else standing,
        is_blind=asked.get("blind") == "1",
        wording=asked.get("words", "")[:20],
    )
