"""Townships as tiles, as SVG text: a schema without any boundary."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from service.web.svg import picture

__all__ = ["Tile", "hatch", "tiles"]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One township on the tile map."""

    name: str
    url: str
    n: int
    of: int


def hatch() -> Markup:
    """Return the hatch of thin tiles, once for all of a page: one in a hidden picture would not be drawn."""
    return Markup(
        '<svg class="vh" width="0" height="0" aria-hidden="true"><defs>'
        '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hbg" width="6" height="6"/><line class="hln" x1="0" y1="0" x2="0" y2="6"/></pattern></defs></svg>'
    )


def tiles(found: Sequence[Tile], *, label: str, per_row: int) -> Markup:
    """Draw townships as tiles, each a link; a schema without any boundary."""
    wide, high, gap = 74, 42, 4
    rows = -(-len(found) // per_row)
    body = ""
    for place, tile in enumerate(found):
        x, y, kind = place % per_row * wide, place // per_row * high, _kind_of(tile)
        middle = x + (wide - gap) / 2
        body += f'<a href="{escape(tile.url)}">'
        body += f'<rect class="tile {kind}" x="{x}" y="{y}" width="{wide - gap}" height="{high - gap}" rx="5"/>'
        body += f'<text class="tn {kind}" x="{middle:g}" y="{y + 16}" text-anchor="middle">{escape(tile.name)}</text>'
        body += " "  # between name and figures, as they are read out
        body += (
            f'<text class="tv {kind}" x="{middle:g}" y="{y + 31}" text-anchor="middle">{tile.n}/{tile.of}</text></a>'
        )
    width, height = per_row * wide - gap, max(rows * high - gap, 1)
    return picture("tiles", width, height, label, body, role="group")


def _kind_of(tile: Tile) -> str:
    """Return the class of a tile; below a third it is hatched as well."""
    share = tile.n / tile.of if tile.of else 1.0
    bounds = ((0.34, "t0"), (0.6, "t1"), (0.85, "t2"))
    return next((kind for bound, kind in bounds if share < bound), "t3")
