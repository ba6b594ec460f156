"""A web page into the text it shows, piece by piece, each character with its place in the page's source."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from aftershock.accounts.texts.markup import Token, attributes, characters, tokens
from aftershock.accounts.texts.pen import Hint, Pen, Piece, Written

__all__ = ["read_page"]

_VOID_WORDS = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_WORDS.split())
_UNSHOWN_WORDS = (
    "head script style template noscript svg math iframe object canvas video audio textarea title noembed "
    "noframes datalist map picture"
)
_UNSHOWN = frozenset(_UNSHOWN_WORDS.split())
_BLOCKS_WORDS = (
    "address article aside blockquote body button dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol option p pre section select "
    "summary table tbody td tfoot th thead tr ul caption center label input"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_NO_ARTICLE = {
    "nav": "menu", "menu": "menu", "aside": "beside the article", "footer": "page footer", "form": "form",
    "button": "button", "select": "form", "label": "form", "dialog": "notice",
}  # fmt: skip
_HINTS: dict[str, Hint] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "li": "item", "figcaption": "caption", "figure": "caption", "blockquote": "quote",
}  # fmt: skip
# What pages call the parts that are no article, by class or id. The words are whole: "ad" is not in "header".
_CALLED = (
    ("share buttons", re.compile(r"\b(shar(e|ing)|social|addthis|sharedaddy|sharebar)\b")),
    ("comments", re.compile(r"\b(comments?|disqus|respond|commentlist)\b")),
    ("newsletter", re.compile(r"\b(newsletter|sign ?up|subscribe|subscription|paywall|optin)\b")),
    ("cookie notice", re.compile(r"\b(cookies?|consent|gdpr|onetrust)\b")),
    ("advertisement", re.compile(r"\b(ads?|adverts?|advertisement|sponsor(ed)?|promos?|outbrain|taboola)\b")),
    ("related links", re.compile(r"\b(related|recommend(ed)?|recirc|trending|popular|most ?read|more (from|on|stories))\b")),
    ("author box", re.compile(r"\b(author (bio|box|info|card)|bio|authorbox|about (the )?author)\b")),
    ("tags", re.compile(r"\b(tags|tag ?list|topics)\b")),
    ("menu", re.compile(r"\b(breadcrumbs?|menu|nav|navbar|navigation|sidebar|toolbar|masthead|skip ?link|pagination)\b")),
    ("hidden", re.compile(r"\b(visually hidden|sr only|screen reader text|noprint)\b")),
)  # fmt: skip
_WORDS = re.compile(r"[-_:.\s]+|(?<=[a-z])(?=[A-Z])")
_MUCH = 0.45
"""A part that holds more of the page's text than this is the article, whatever it is called."""
_MOST_OPEN = 2_000


@dataclass(slots=True)
class _Open:
    """An element that is open: what it says of its text."""

    name: str
    part: int = 0  # number of the innermost part that is no article, 0 for none
    hint: Hint = ""
    unshown: bool = False
    link: bool = False
    inside: bool = False  # within <article> or <main>


def read_page(source: str) -> tuple[Written, list[Piece]]:
    """Return a page's text and its pieces in order.

    Examples
    --------
    >>> written, pieces = read_page("<nav>Home</nav><h1>A &amp; B</h1><p>It <b>ended</b>.</p>")
    >>> [(written.text[p.start : p.end], p.hint, p.why) for p in pieces]
    [('Home', '', 'menu'), ('A & B', 'heading', ''), ('It ended.', '', '')]
    """
    walk = _Walk(source)
    for token in tokens(source):
        if walk.pen.full:
            walk.pen.cut = True
            break
        walk.take(token)
    walk.end_piece()
    return walk.pen.done(), _judged(walk)


class _Walk:
    """Goes through a page's tokens and writes what is shown."""

    def __init__(self, source: str) -> None:
        self.source, self.pen = source, Pen()
        self.open = [_Open("")]
        self.count: Counter[str] = Counter()
        self.parts: list[tuple[str, int]] = [("", 0)]  # why it is no article, and the part around it
        self.pieces: list[Piece] = []
        self.of: list[tuple[int, bool]] = []  # for each piece its part, and whether it lies in the article element
        self.begin, self.linked = 0, 0
        self.state: _Open = self.open[0]  # of the piece begun
        self.break_at = -1
        self.breaks = 0
        self.fresh = True  # no blank is due

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self._write(token)
        elif token.kind == "open":
            self._opened(token)
        elif token.kind == "close":
            self._closed(token)

    def _opened(self, token: Token) -> None:
        name = token.name
        if name == "br":
            self.breaks += 1
            if self.breaks > 1:
                self._break(token)
            elif not self.fresh and self.break_at < 0:
                self.pen.write(" ", token.start, token.end)
                self.fresh = True
            return
        if name in _BLOCKS:
            self._break(token)
        if name in _VOID:
            return
        if name in ("p", "li", "option", "tr", "td", "th") and self.open[-1].name == name:  # closes the one before
            self._pop()
        if len(self.open) < _MOST_OPEN:
            self.count[name] += 1
            self.open.append(self._entered(token))

    def _entered(self, token: Token) -> _Open:
        around = self.open[-1]
        given = attributes(self.source, token) if token.end - token.start > len(token.name) + 2 else {}
        shown = "hidden" not in given and "display:none" not in given.get("style", "").replace(" ", "")
        part, why = around.part, _NO_ARTICLE.get(token.name, "")
        if token.name not in ("html", "body", "article", "main"):
            called = " ".join(_WORDS.sub(" ", given.get(key, "")[:500]).lower() for key in ("class", "id"))
            called = "hidden" if not shown else called
            why = next((w for w, pattern in _CALLED if pattern.search(called)), "hidden" if not shown else why)
        if why:
            self.parts.append((why, around.part))
            part = len(self.parts) - 1
        hint = _HINTS.get(token.name, around.hint)
        if hint == "caption" or around.hint == "caption":
            hint = "caption"
        return _Open(
            token.name,
            part,
            hint,
            around.unshown or token.name in _UNSHOWN,
            around.link or token.name == "a",
            around.inside or token.name in ("article", "main"),
        )

    def _closed(self, token: Token) -> None:
        if token.name in _BLOCKS:
            self._break(token)
        if self.count[token.name]:
            while self.open[-1].name != token.name:
                self._pop()
            self._pop()

    def _pop(self) -> None:
        self.count[self.open.pop().name] -= 1

    def _break(self, token: Token) -> None:
        if self.break_at < 0:
            self.break_at = token.start

    def _write(self, token: Token) -> None:
        state = self.open[-1]
        if state.unshown:
            return
        for char, start, end in characters(self.source, token.start, token.end):
            if char in " \t\r\n\f":
                if not self.fresh and self.break_at < 0:
                    self.pen.write(" ", start, end)
                    self.fresh = True
                    self.linked += state.link
                continue
            if self.break_at >= 0 or not self.pen.chars:
                self._begin(state)
            self.pen.write(char, start, end)
            self.linked += state.link
            self.fresh, self.breaks = False, 0

    def _begin(self, state: _Open) -> None:
        """Begin a piece: an empty line stands for the tags between, in their place."""
        self.end_piece()
        if self.pen.chars and self.break_at >= 0:
            self.pen.write("\n", self.break_at, self.break_at + 1)
            self.pen.write("\n", self.break_at + 1, self.break_at + 2)
        self.begin, self.linked, self.state, self.break_at = len(self.pen), 0, state, -1

    def end_piece(self) -> None:
        """Keep the piece begun, if it holds anything."""
        chars, start, end = self.pen.chars, self.begin, len(self.pen)
        while end > start and chars[end - 1].isspace():
            end -= 1
        while start < end and chars[start].isspace():
            start += 1
        if start < end:
            item = self.state.hint == "item" and self.pieces and self.pieces[-1].hint == "item"
            share = min(1.0, self.linked / (end - start))
            self.pieces.append(Piece(start, end, self.state.hint, gap=not item, linked=share))
            self.of.append((self.state.part, self.state.inside))
        self.begin = len(self.pen)


def _judged(walk: _Walk) -> list[Piece]:
    """Return the pieces, those told to be no article by the part they lie in; not where that part is most of the page."""
    total = sum(piece.end - piece.start for piece in walk.pieces) or 1
    inside: Counter[int] = Counter()
    for piece, (part, _) in zip(walk.pieces, walk.of, strict=True):
        inside[part] += piece.end - piece.start
    for part in range(len(walk.parts) - 1, 0, -1):
        inside[walk.parts[part][1]] += inside[part] if walk.parts[part][1] else 0
    reasons = [""]
    for part, (why, around) in enumerate(walk.parts[1:], 1):
        reasons.append(reasons[around] or (why if inside[part] <= _MUCH * total else ""))
    judged = [replace(p, why=reasons[part]) for p, (part, _) in zip(walk.pieces, walk.of, strict=True)]
    kept = [(p, within) for p, (_, within) in zip(judged, walk.of, strict=True) if not p.why]
    within = sum(p.end - p.start for p, w in kept if w)
    if within < 0.6 * sum(p.end - p.start for p, _ in kept):
        return judged
    return [
        p if p.why or w or p.hint == "heading" else replace(p, why="outside the article")
        for p, (_, w) in zip(judged, walk.of, strict=True)
    ]
