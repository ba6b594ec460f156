"""Markdown into its text: the marks left out, the text of links kept, the head of the file read as metadata."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from aftershock.accounts.texts.pen import Hint, Pen, Piece, Written
from aftershock.accounts.texts.plain import Line, lines_of

__all__ = ["front_matter", "read_markdown"]

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.{0,20000}?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z_][\w-]{0,40})[ \t]*:[ \t]*(\S[^\r\n]{0,500})", re.MULTILINE)
_RULE = re.compile(r"(?:[-*_=][ \t]*){3,}|\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*")
_UNDERLINE = re.compile(r"=+\s*|-{2,}\s*")
_HEADING = re.compile(r"#{1,6}[ \t]+")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_DEFINITION = re.compile(r"\[[^\]\n]{1,200}\]:\s*\S+")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# What is left out within a line; "text" is kept. In the order in which they are tried at a place.
_INLINE = re.compile(
    r"""(?P<escape>\\)[!-/:-@\[-`{-~]
      | (?P<image>!\[[^\]\n]{0,500}\](?:\([^()\n]{0,1000}(?:\([^()\n]{0,200}\))?[^()\n]{0,200}\)|\[[^\]\n]{0,200}\]))
      | (?P<note>\[\^[^\]\n]{1,50}\])
      | \[(?P<link>[^\[\]\n]{0,1000})\](?:\([^()\n]{0,1000}(?:\([^()\n]{0,200}\))?[^()\n]{0,200}\)|\[[^\]\n]{0,200}\])
      | <(?P<auto>(?:https?://|mailto:)[^\s<>]{1,500})>
      | (?P<tag></?[A-Za-z][^<>\n]{0,500}>|<!--.{0,2000}?-->)
      | (?P<code>`+)
      | (?P<strike>~~)
      | (?P<stars>\*{1,3}(?=\S)|(?<=\S)\*{1,3})
      | (?P<under>(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w))""",
    re.VERBOSE,
)


def front_matter(source: str) -> tuple[dict[str, str], int]:
    r"""Return the fields at the head of a file, names in lower case, and where the head ends.

    Examples
    --------
    >>> front_matter("---\ntitle: 'A war'\ndate: 2020-01-02\n---\nText")
    ({'title': 'A war', 'date': '2020-01-02'}, 39)
    """
    found = _FRONT.match(source)
    if not found:
        return {}, 0
    fields: dict[str, str] = {}
    for name, given in _FIELD.findall(found[1]):
        value = given.strip()
        if value[0] in "\"'" and value[-1:] == value[0] and len(value) > 1:
            value = value[1:-1]
        fields.setdefault(name.lower(), value)
    return fields, found.end()


def read_markdown(source: str) -> tuple[Written, list[Piece]]:
    r"""Return a text's pieces without their marks.

    Examples
    --------
    >>> written, pieces = read_markdown("# The *end*\n\nIt [ended](/x)\nat last.\n")
    >>> [(written.text[p.start : p.end], p.hint) for p in pieces]
    [('The end', 'title'), ('It ended at last.', '')]
    """
    pen, pieces = Pen(), []
    for hint, group, gap in _groups(source, front_matter(source)[1]):
        if pen.full:
            pen.cut = True
            break
        if pen.chars:
            place = pen.ends[-1]  # the line's break, or a mark: something lies between any two groups
            pen.write("\n", place, place + 1)
            pen.write("\n", place + 1 if group[0].start > place + 1 else place, group[0].start)
        begin, linked = len(pen), 0
        for number, line in enumerate(group):
            if number:
                pen.write(" ", group[number - 1].end, line.start)
            linked += _write(pen, source, line.start, line.end)
        start, end = begin, len(pen)
        while end > start and pen.chars[end - 1] in " \n":
            end -= 1
        while start < end and pen.chars[start] in " \n":
            start += 1
        if start < end:
            pieces.append(Piece(start, end, hint, gap=gap, linked=min(1.0, linked / (end - start))))
    return pen.done(), _joined_headings(pieces)


def _groups(source: str, start: int) -> list[tuple[Hint, list[Line], bool]]:
    """Return paragraphs, headings, items and rows, each its lines without the marks before them."""
    groups: list[tuple[Hint, list[Line], bool]] = []
    opened, fenced = False, ""
    gap = True
    for line in lines_of(source):
        if line.start < start:
            continue
        text = source[line.start : line.end]
        fence = _FENCE.match(text)
        if fence and (not fenced or text.startswith(fenced)):
            fenced, opened = ("" if fenced else fence[1]), False
            continue
        if not text or fenced or _DEFINITION.fullmatch(text):
            opened, gap = False, gap or not text
            continue
        if opened and _UNDERLINE.fullmatch(text) and groups and len(groups[-1][1]) == 1:
            groups[-1] = ("heading", groups[-1][1], groups[-1][2])
            opened = False
            continue
        if _RULE.fullmatch(text):
            opened, gap = False, True
            continue
        hint, skip, alone = _mark(text)
        end = line.end - (len(text) - len(text.rstrip("# \t"))) if hint == "heading" else line.end
        body = Line(line.start + skip, max(line.start + skip, end), line.indent)
        if opened and not alone and (not hint or hint == groups[-1][0] == "quote"):
            groups[-1][1].append(body)
        else:
            groups.append((hint, [body], gap))
        # A break that is asked for ends a line, not a paragraph: a byline under a title stands alone all the same.
        hard = source[line.end : line.end + 2] == "  " or text.endswith("\\")
        opened, gap = not (alone or hint == "heading" or hard), False
    return groups


def _mark(text: str) -> tuple[Hint, int, bool]:
    """Return what the marks before a line say, how long they are, and whether the line stands alone."""
    if found := _HEADING.match(text):
        return "heading", found.end(), True
    if found := _ITEM.match(text):
        return "item", found.end(), False
    if found := _QUOTE.match(text):
        return "quote", found.end(), False
    return ("item", 1, True) if text.startswith("|") else ("", 0, False)


def _write(pen: Pen, source: str, start: int, end: int, depth: int = 0) -> int:
    """Write a line without its marks; return how many of its characters stand in links."""
    at, linked = start, 0
    row = source[max(0, start - 1)] == "|"
    for found in _INLINE.finditer(source, start, end):
        if found.start() < at:
            continue
        _plain(pen, source, at, found.start(), row=row)
        at = found.end() - (found.lastgroup == "escape")
        if found.lastgroup in ("link", "auto"):
            before = len(pen)
            inner = found.span(found.lastgroup)
            if found.lastgroup == "link" and depth < 3:
                _write(pen, source, *inner, depth + 1)
            else:
                _plain(pen, source, *inner, row=row)
            linked += len(pen) - before
    _plain(pen, source, at, end, row=row)
    return linked


def _plain(pen: Pen, source: str, start: int, end: int, *, row: bool) -> None:
    """Write text between marks; the bars of a table's row are blanks."""
    at = start
    for found in _ENTITY.finditer(source, start, end):
        read = html.unescape(found[0])
        if len(read) == 1:
            pen.copy(source, at, found.start())
            pen.write(" " if read == "\n" else read, found.start(), found.end())
            at = found.end()
    for place in range(at, end):
        pen.write(" " if row and source[place] == "|" else source[place], place, place + 1)


def _joined_headings(pieces: list[Piece]) -> list[Piece]:
    """Take a first heading for the title."""
    first = next((n for n, piece in enumerate(pieces) if piece.hint == "heading"), None)
    if first is None or first > 5:
        return pieces
    return [replace(piece, hint="title") if n == first else piece for n, piece in enumerate(pieces)]
