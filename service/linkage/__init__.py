"""Which records speak of one person: comparison of names, numbers, days and places, and a probability for each pair.

Nothing here is stored and nothing reads a database: clear values come in, pairs of surrogate ids come out.
"""

from service.linkage.finding import Match, Pair, find_pairs, matches_of
from service.linkage.identity import Identity
from service.linkage.roll import Roll

__all__ = ["Identity", "Match", "Pair", "Roll", "find_pairs", "matches_of"]
