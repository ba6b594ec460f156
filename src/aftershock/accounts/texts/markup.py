"""HTML into tags and text, each with its place, in time that grows with its length alone.

The standard library's parser takes quadratic time on pages made to be slow ("<!--" repeated) and fails on others
("<![<!["); a page is untrusted, so the little that is needed is done here, as browsers do it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Literal

__all__ = ["Token", "attributes", "characters", "tokens"]

_OPENS_TAG = re.compile(r"</?([A-Za-z][^\s/>]{0,60})")
_ENDS = re.compile(r"[>\"']")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]{1,80})\s{0,20}(?:=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8};?|#[xX][0-9A-Fa-f]{1,8};?|[A-Za-z][A-Za-z0-9]{1,32};?)")
_RAW = ("script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp")
"""Elements that hold no tags."""
_LONGEST_NAME = 6  # of entities that may lack their semicolon


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, or text between tags.

    Parameters
    ----------
    kind : {"open", "close", "text", "raw"}
        "raw" is what an element such as ``script`` holds.
    start, end : int
    name : str
        The element's, in lower case; "" for text.
    """

    kind: Literal["open", "close", "text", "raw"]
    start: int
    end: int
    name: str = ""


class _TagEnds:
    """Finds where tags end; what was looked for to the end of the page in vain is not looked for again."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.missing: set[str] = set()

    def find(self, what: str, start: int) -> int:
        if what in self.missing:
            return -1
        found = self.source.find(what, start)
        if found < 0:
            self.missing.add(what)
        return found

    def of(self, start: int) -> int:
        """Return the place after the ">" of a tag, one in a quoted value passed over; the page's end if there is none."""
        at = start
        while (found := _ENDS.search(self.source, at)) is not None:
            if found[0] == ">":
                return found.end()
            at = found.end()
            if self.source[max(start, at - 20) : found.start()].rstrip()[-1:] == "=":  # else it is not a value's
                closing = self.find(found[0], at)
                at = closing + 1 if closing >= 0 else at
        return len(self.source)


def tokens(source: str) -> Iterator[Token]:
    """Yield the tags and texts of a page in order; comments and declarations are passed over.

    Examples
    --------
    >>> [(t.kind, t.name, t.start) for t in tokens("<p class='a>b'>1 < 2<!-- <b> --></p>")]
    [('open', 'p', 0), ('text', '', 15), ('text', '', 17), ('text', '', 18), ('close', 'p', 32)]
    """
    at, size, ends = 0, len(source), _TagEnds(source)
    while at < size:
        less = source.find("<", at)
        if less < 0:
            less = size
        if less > at:
            yield Token("text", at, less)
        if less == size:
            return
        tag = _OPENS_TAG.match(source, less)
        if tag:
            name = tag[1].lower()
            at = ends.of(tag.end())
            yield Token("close" if source[less + 1] == "/" else "open", less, at, name)
            if name in _RAW and source[less + 1] != "/":
                inner = _raw_end(source, name, at)
                yield Token("raw", at, inner, name)
                at = inner
        elif source.startswith("<!--", less):
            closing = ends.find("-->", less + 4)
            at = closing + 3 if closing >= 0 else size
        elif source.startswith(("<!", "<?", "</"), less):
            closing = ends.find(">", less)
            at = closing + 1 if closing >= 0 else size
        else:
            yield Token("text", less, less + 1)
            at = less + 1


def _raw_end(source: str, name: str, start: int) -> int:
    found = re.compile(f"</{name}", re.IGNORECASE).search(source, start)
    return found.start() if found else len(source)


def attributes(source: str, token: Token) -> dict[str, str]:
    """Return a tag's attributes, names in lower case, character references read; the first of a name counts.

    Examples
    --------
    >>> page = '<meta name=author content="A &amp;amp; B">'
    >>> attributes(page, next(tokens(page)))
    {'name': 'author', 'content': 'A &amp; B'}
    """
    found: dict[str, str] = {}
    first = token.start + 1 + len(token.name)
    for match in _ATTRIBUTE.finditer(source, first, min(token.end, first + 20_000)):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match[1].lower(), html.unescape(value))
    return found


def characters(source: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield the characters of text between tags, with where each begins and ends; a reference is one character, rarely two.

    Examples
    --------
    >>> list(characters("a&lt;b & &copy2", 0, 15))
    [('a', 0, 1), ('<', 1, 5), ('b', 5, 6), (' ', 6, 7), ('&', 7, 8), (' ', 8, 9), ('©', 9, 14), ('2', 14, 15)]
    """
    at = start
    while at < end:
        if source[at] == "&" and (found := _REFERENCE.match(source, at, end)):
            read, stop = _reference(found[0], at)
            for index, char in enumerate(read):  # the second of two begins one place on, so that places ascend
                yield char, at + index, stop
            at = stop
        else:
            yield source[at], at, at + 1
            at += 1


def _reference(written: str, at: int) -> tuple[str, int]:
    """Return what a character reference stands for and where it ends; itself, its "&" alone, if it is none."""
    if written[1] == "#" or written.endswith(";"):
        read = html.unescape(written)
        if read != written and len(read) <= 2:
            return read, at + len(written)
    for size in range(min(len(written), _LONGEST_NAME + 1), 2, -1):  # "&copy2017": old names may lack the semicolon
        if (name := written[1:size]) in html5:
            return html5[name], at + size
    return "&", at + 1
