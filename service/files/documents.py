"""A printed document as blocks, before it is a Word file or a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Block", "Document", "Grid", "Heading", "Lines"]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the largest under the title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Lines:
    """Paragraphs, one a line."""

    texts: Sequence[str]
    is_small: bool = False


@dataclass(frozen=True)
class Grid:
    """A table.

    Parameters
    ----------
    headers : sequence of str
        Repeated on every page; none: a form with blank lines to fill in.
    rows : sequence of sequence of str
    widths_mm : sequence of float
    row_height_mm : float or None
        At least so high, for signatures.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths_mm: Sequence[float]
    row_height_mm: float | None = None


Block = Heading | Lines | Grid


@dataclass(frozen=True, kw_only=True)
class Document:
    """Everything that a document says, in one language.

    Parameters
    ----------
    title : str
    blocks : sequence of Block
    language : {"zh", "en"}
    """

    title: str
    blocks: Sequence[Block]
    language: str
