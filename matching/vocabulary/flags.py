"""Flags of an entry on a list: what stands beside a person without moving the score."""

from collections.abc import Mapping
from types import MappingProxyType

from matching.vocabulary import Text

__all__ = ["BEYOND_WISH", "FLAGS"]

BEYOND_WISH = "beyond_wish"
FLAGS: Mapping[str, Text] = MappingProxyType({BEYOND_WISH: Text("超出意向", "outside the person's wishes")})
