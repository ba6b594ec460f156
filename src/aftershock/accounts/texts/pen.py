"""Text written character by character, each with its place in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aftershock.accounts.texts.characters import UNSEEN, plain_character

__all__ = ["MOST_CHARACTERS", "Hint", "Pen", "Piece", "Written"]

MOST_CHARACTERS = 300_000
"""Of an article's text; a long novel has three times as many."""
Hint = Literal["", "title", "heading", "item", "caption", "quote"]


@dataclass(frozen=True)
class Piece:
    """A paragraph, heading or line of the text, before it is known whether it is article.

    Parameters
    ----------
    start, end : int
        Where, in the text written; without blanks at either end.
    hint : str
        What the markup says it is, "" where it says nothing.
    why : str
        Why the markup says it is no article, "" where it does not.
    gap : bool
        Whether an empty line, or what stands for one, comes before.
    linked : float
        Share of its characters that stand in links.
    """

    start: int
    end: int
    hint: Hint = ""
    why: str = ""
    gap: bool = True
    linked: float = 0.0


@dataclass(frozen=True)
class Written:
    """Text and where each of its characters stands.

    Parameters
    ----------
    text : str
    starts, ends : numpy.ndarray of int64, optional
        As :attr:`ArticleText.offsets`, :attr:`ArticleText.ends`.
    cut : bool
        Whether text was left out at the end.
    """

    text: str
    starts: NDArray[np.int64] | None
    ends: NDArray[np.int64] | None
    cut: bool


class Pen:
    """Writes text, keeping each character's place; stops when there is enough.

    Examples
    --------
    >>> pen = Pen()
    >>> pen.copy("It&rsquo;s", 0, 2)
    >>> pen.write("’", 2, 9)
    >>> pen.copy("It&rsquo;s", 9, 10)
    >>> written = pen.done()
    >>> written.text, written.starts.tolist(), written.ends.tolist()
    ("It's", [0, 1, 2, 9, 10], [1, 2, 9, 10])
    """

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self.most = most
        self.chars: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.cut = False

    def __len__(self) -> int:
        return len(self.chars)

    @property
    def full(self) -> bool:
        """Whether the next character would be one too many."""
        return len(self.chars) >= self.most

    def write(self, char: str, start: int, end: int) -> None:
        """Write one character that stands for what lies between two places of the source."""
        if self.full:
            self.cut = True
        elif char not in UNSEEN:
            self.chars.append(plain_character(char))
            self.starts.append(start)
            self.ends.append(end)

    def copy(self, source: str, start: int, end: int) -> None:
        """Write a piece of the source as it stands, one character for one."""
        for place in range(start, end):
            if self.full:
                self.cut = True
                return
            self.write(source[place], place, place + 1)

    def done(self) -> Written:
        """Return what was written."""
        text, count = "".join(self.chars), len(self.chars)
        starts = np.array([*self.starts, self.ends[-1] if count else 0], dtype=np.int64)
        ends = np.array(self.ends, dtype=np.int64)
        return Written(text, starts, None if (ends == starts[:-1] + 1).all() else ends, self.cut)
