"""An article as it was read: its text, what of it is not article, and where every character stands in the source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["ArticleText", "Block", "BlockKind", "SourceKind"]

BlockKind = Literal["title", "heading", "byline", "paragraph", "caption", "dropped"]
SourceKind = Literal["text", "html", "markdown", "pdf"]


@dataclass(frozen=True)
class Block:
    """A piece of the text that stands by itself: a paragraph, a heading, a line of a menu.

    Parameters
    ----------
    start, end : int
        Where, in :attr:`ArticleText.text`.
    kind : str
        "dropped" is what is no article.
    why : str
        What told it, for what was dropped: "menu", "share buttons".
    """

    start: int
    end: int
    kind: BlockKind
    why: str = ""


@dataclass(frozen=True)
class ArticleText:
    """An article's text.

    Parameters
    ----------
    decoded : str
        The source as decoded, markup and all. Spans that leave the reader count in it.
    text : str
        What is read: no markup; curly quotes straight and no-break spaces plain, each for one; line breaks within a paragraph
        are spaces.
    offsets : numpy.ndarray of int64, shape (len(text) + 1,), optional
        Where each character of ``text`` begins in ``decoded``, ascending; None where the two are equally long, character for
        character.
    blocks : tuple of Block
        Ascending, without overlap.
    sha256 : str
        Of the source's bytes.
    encoding : str
    kind : {"text", "html", "markdown", "pdf"}
    name : str
        File name or address; "standard input".
    title, outlet, author : str, optional
    date : datetime.date, optional
        Of publication, as the source says it.
    notes : tuple of str
        What a reader must know, one sentence each: "read the first 300,000 characters".
    ends : numpy.ndarray of int64, shape (len(text),), optional
        Where each character of ``text`` ends in ``decoded``: "&amp;" is one character in five places. None where each takes one.
    """

    decoded: str
    text: str
    offsets: NDArray[np.int64] | None
    blocks: tuple[Block, ...]
    sha256: str
    encoding: str
    kind: SourceKind
    name: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: dt.date | None = None
    notes: tuple[str, ...] = field(default=())
    ends: NDArray[np.int64] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of ``text`` stands in ``decoded``."""
        if self.offsets is None:
            return start, end
        first = int(self.offsets[start])
        if end <= start:
            return first, first
        return first, int(self.offsets[end - 1]) + 1 if self.ends is None else int(self.ends[end - 1])

    def rendered(self, start: int, end: int) -> str:
        """Return what of ``text`` stands between two places of ``decoded``."""
        if self.offsets is None:
            return self.text[start:end]
        first, last = np.searchsorted(self.offsets[:-1], [start, end])
        return self.text[int(first) : int(last)]

    @property
    def body(self) -> str:
        """The text with what is no article blanked, equally long: offsets hold."""
        parts, at = [], 0
        for block in self.blocks:
            parts.append("".join("\n" if c == "\n" else " " for c in self.text[at : block.start]))
            piece = self.text[block.start : block.end]
            blank = block.kind in ("dropped", "byline")
            parts.append("".join("\n" if c == "\n" else " " for c in piece) if blank else piece)
            at = block.end
        parts.append("".join("\n" if c == "\n" else " " for c in self.text[at:]))
        return "".join(parts)
