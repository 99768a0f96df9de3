"""A printed document as blocks, before it is a Word file or a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Block", "Document", "Facts", "Grid", "Heading", "Lines", "Signatures"]


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
        Repeated on every page.
    rows : sequence of sequence of str
        A cell may have several lines.
    widths_mm : sequence of float
    parted_before : set of int
        Rows that begin a part of their own: a thick line stands above them.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths_mm: Sequence[float]
    parted_before: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Facts:
    """What is said of one thing, a label and its value on each line.

    Parameters
    ----------
    rows : sequence of (str, str)
        A value may have several lines.
    label_mm : float
    """

    rows: Sequence[tuple[str, str]]
    label_mm: float = 34


@dataclass(frozen=True)
class Signatures:
    """Boxes for an opinion, each with a line to sign and date at its foot.

    Parameters
    ----------
    labels : sequence of str
    line : str
    height_mm : float
        Of each box, at least.
    """

    labels: Sequence[str]
    line: str
    height_mm: float = 30


Block = Heading | Lines | Grid | Facts | Signatures


@dataclass(frozen=True, kw_only=True)
class Document:
    """Everything that a document says, in one language.

    Parameters
    ----------
    title : str
    blocks : sequence of Block
    language : {"zh", "en"}
    is_sheet : bool
        Whether it is one wide table: A4 across, in small type.
    """

    title: str
    blocks: Sequence[Block]
    language: str
    is_sheet: bool = False
