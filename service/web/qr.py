"""A two-dimensional code as a picture inside the page: nothing is fetched, nothing is stored."""

import segno
from markupsafe import Markup

__all__ = ["qr_code"]

_SCALE = 4
_QUIET = 4  # modules of white around the code, as ISO/IEC 18004 asks


def qr_code(text: str, *, title: str) -> Markup:
    """Draw a text as a code that a phone reads.

    Parameters
    ----------
    text : str
    title : str
        What the picture is, for those who do not see it.
    """
    drawn = segno.make(text, error="m", micro=False)
    picture = drawn.svg_inline(
        scale=_SCALE, border=_QUIET, title=title, svgclass="qr", lineclass="qr-line", light="#fff", omitsize=True
    )
    return Markup(picture).replace("<svg ", Markup('<svg role="img" '), 1)  # noqa: S704 - segno escapes the title
