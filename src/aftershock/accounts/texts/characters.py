"""Characters that are written in more than one way, made one: always one for one, so that places hold."""

from __future__ import annotations

__all__ = ["UNSEEN", "plain_character", "plain_characters"]

UNSEEN = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Soft hyphens, zero-width characters and marks of direction: not part of what is read. A source keeps them."""

_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\uff07"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"
_BLANK = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\v\f\x1c\x1d\x1e\x1f"
_HYPHEN = "\u2010\u2011"
_LINE = "\r\x85\u2028\u2029"
_TABLE: dict[int, str] = (
    dict.fromkeys(map(ord, _SINGLE), "'")
    | dict.fromkeys(map(ord, _DOUBLE), '"')
    | dict.fromkeys(map(ord, _BLANK), " ")
    | dict.fromkeys(map(ord, _HYPHEN), "-")
    | dict.fromkeys(map(ord, _LINE), "\n")
    | dict.fromkeys([*range(9), *range(14, 28), 127], " ")
    # Windows-1252 read as Latin-1 leaves its quotes and dashes here.
    | {0x91: "'", 0x92: "'", 0x93: '"', 0x94: '"', 0x96: "\u2013", 0x97: "\u2014"}
)


def plain_characters(text: str) -> str:
    r"""Return the text with straight quotes, plain blanks and hyphens; equally long.

    Dashes stay: an en dash between figures is a range. A carriage return is a line's end.

    Examples
    --------
    >>> plain_characters("“It’s\u00a0a 2–3\u2009km walk…”")
    '"It\'s a 2–3 km walk…"'
    """
    return text.translate(_TABLE)


def plain_character(char: str) -> str:
    """Return one character made plain."""
    return _TABLE.get(ord(char), char)
