"""From a file, a web address, standard input or bytes to an article's text."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from aftershock.accounts.texts.article import ArticleText, Block, SourceKind
from aftershock.accounts.texts.days import find_day
from aftershock.accounts.texts.decoding import MOST_BYTES, decode, refuse_large
from aftershock.accounts.texts.english import refuse_foreign
from aftershock.accounts.texts.fetching import Network, fetch_page
from aftershock.accounts.texts.markdown import front_matter, read_markdown
from aftershock.accounts.texts.page import read_page
from aftershock.accounts.texts.page_facts import page_facts
from aftershock.accounts.texts.pdf import extract_text, read_extracted
from aftershock.accounts.texts.pen import MOST_CHARACTERS, Piece, Written
from aftershock.accounts.texts.plain import read_plain
from aftershock.accounts.texts.sifting import sift
from aftershock.errors import UsageError

__all__ = ["article_of", "dropped_of", "read_article"]

_KINDS: dict[str, SourceKind] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown",
    ".pdf": "pdf", ".txt": "text", ".text": "text",
}  # fmt: skip
_PAGE = re.compile(
    r"\A\s*(?:<!--.{0,2000}?-->\s*)*(?:<!doctype\s+html|<html\b|<head\b|<body\b)", re.IGNORECASE | re.DOTALL
)
_TAGS = re.compile(r"</(?:p|div|h1|h2|li|article|body|span|a)\s*>", re.IGNORECASE)
_NEXT_LINK = re.compile(r"</(?:a|button|span)>[^a-z]*(?:<(?!a\b|button\b|span\b)[^>]*>[^a-z]*)*<(?:a|button|span)\b")
_MARKS = re.compile(
    r"^#{1,6} \S|\]\((?:https?:/)?/|^---\n.{0,2000}^---$|\*\*\S[^*\n]{1,80}\S\*\*", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class _Source:
    """A source made text, before what is no article is told."""

    decoded: str
    encoding: str
    kind: SourceKind
    written: Written
    pieces: list[Piece]
    about: dict[str, Any]
    notes: tuple[str, ...] = ()


def read_article(source: Path | str, *, stdin: BinaryIO | None = None, network: Network | None = None) -> ArticleText:
    """Return the article that a file, a web address or standard input holds.

    Parameters
    ----------
    source : pathlib.Path or str
        "-" for standard input; what begins with ``http://`` or ``https://`` is fetched; else a path.
    stdin : binary file, optional
        Standard input; that of the process if not given.
    network : Network, optional
        How addresses are reached.

    Raises
    ------
    UsageError
        Nothing to read is there, or it is too large, no text, not English, or an address that is not public.
    DownloadError
        A page did not come whole.
    """
    if isinstance(source, str) and source == "-":
        if stdin is None:
            import sys

            stdin = sys.stdin.buffer
        return article_of(stdin.read(MOST_BYTES + 1), name="standard input")
    if isinstance(source, str) and re.match(r"https?://", source, re.IGNORECASE):
        page = fetch_page(source, network)
        kind = page.kind if page.kind in ("html", "markdown", "pdf") else None
        return _article(page.data, name=source, kind=kind, declared=page.charset)  # type: ignore[arg-type]
    path = Path(source)
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "a folder")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        fix = "Name a file that can be read, a web address, or - for standard input."
        raise UsageError("the article must be a file that can be read", found=f"{why}: {source}", fix=fix) from None
    return article_of(data, name=path.name)


def article_of(data: bytes, *, name: str, kind: SourceKind | None = None) -> ArticleText:
    """Return the article that bytes hold.

    Parameters
    ----------
    data : bytes
    name : str
        A file's name tells its kind by its ending; what it holds tells the rest.
    kind : {"text", "html", "markdown", "pdf"}, optional

    Raises
    ------
    UsageError
        As `read_article`.

    Examples
    --------
    >>> page = b"<nav>Home</nav><h1>After it</h1><p>The war &mdash; so they say &mdash; ended when the army came to the city.</p>"
    >>> article = article_of(page, name="page.html")
    >>> article.title, [(block.kind, block.why) for block in article.blocks]
    ('After it', [('dropped', 'menu'), ('title', ''), ('paragraph', '')])
    >>> start, end = article.span(article.text.index("— so"), article.text.index(" they"))
    >>> article.decoded[start:end], article.rendered(start, end)
    ('&mdash; so', '— so')
    """
    return _article(data, name=name, kind=kind)


def _article(data: bytes, *, name: str, kind: SourceKind | None = None, declared: str | None = None) -> ArticleText:
    refuse_large(len(data), name)
    source = _source(data, name, kind, declared)
    about = source.about
    told = {key: about.get(key) for key in ("title", "author", "outlet")}
    blocks, front = sift(source.written.text, source.pieces, **told)
    notes = source.notes
    if source.written.cut:
        notes = (*notes, f"Only the first {MOST_CHARACTERS:,} characters of the text were read.")
    article = ArticleText(
        source.decoded,
        source.written.text,
        source.written.starts,
        blocks,
        hashlib.sha256(data).hexdigest(),
        source.encoding,
        source.kind,
        name,
        about.get("title") or front.title,
        about.get("outlet") or front.outlet,
        about.get("author") or front.author,
        about.get("date") or front.date,
        notes,
        source.written.ends,
    )
    if not any(block.kind not in ("dropped", "byline") for block in blocks):
        article = replace(article, blocks=tuple(replace(block, kind="paragraph", why="") for block in blocks))
    refuse_foreign("\n".join(article.text[b.start : b.end] for b in article.blocks if b.kind != "dropped"), name)
    return article


def _source(data: bytes, name: str, kind: SourceKind | None, declared: str | None) -> _Source:
    """Make a source text by its kind."""
    suffix = Path(re.split(r"[?#]", name)[0]).suffix.lower() if "://" in name else Path(name).suffix.lower()
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") or kind == "pdf":
        text, said = extract_text(data, name)
        written, pieces, notes = read_extracted(text)
        return _Source(text, "utf-8", "pdf", written, pieces, _pdf_facts(said, text), notes)
    decoded = decode(data, name=name, declared=declared)
    text, notes = decoded.text, decoded.notes
    kind = _kind(text, kind or _KINDS.get(suffix))
    about: dict[str, Any] = {}
    if kind == "html":
        facts = page_facts(text)
        about = {"title": facts.title, "outlet": facts.outlet, "author": facts.author, "date": facts.date}
        written, pieces = read_page(text)
    elif kind == "markdown":
        about = _head_facts(front_matter(text)[0])
        written, pieces = read_markdown(text)
    else:
        written, pieces = read_plain(text)
    if not written.text.strip():
        fix = "Save the page as it is shown, with its text, or as plain text."
        raise UsageError("an article must hold text", found=f"none to be seen in {name}", fix=fix)
    return _Source(text, decoded.encoding, kind, written, pieces, about, notes)


def _kind(text: str, said: SourceKind | None) -> SourceKind:
    """Return what a text is: a page is one whatever it is called."""
    head = text[:5000]
    if _PAGE.match(head) or (said is None and len(_TAGS.findall(head)) >= 3):
        return "html"
    if said in ("html", "markdown", "text"):
        return said
    return "markdown" if len(_MARKS.findall(head)) >= 2 else "text"


def _head_facts(fields: dict[str, str]) -> dict[str, Any]:
    """Return what the head of a Markdown file says."""
    day: dt.date | None = next(
        (d for key in ("date", "published", "pubdate") if (d := find_day(fields.get(key, "")))), None
    )
    author = fields.get("author") or fields.get("authors") or fields.get("by")
    if author:
        author = ", ".join(part.strip(" \"'") for part in author.strip("[]").split(","))
    outlet = fields.get("outlet") or fields.get("publication") or fields.get("source") or fields.get("site")
    return {"title": fields.get("title"), "outlet": outlet, "author": author, "date": day}


def _pdf_facts(said: dict[str, str], text: str) -> dict[str, Any]:
    """Return a PDF file's title and author where its first page shows them: programs fill in much that is neither."""
    head = re.sub(r"\W+", " ", text[:4000]).casefold()
    shown = {key: value for key, value in said.items() if re.sub(r"\W+", " ", value).strip().casefold() in head}
    return dict(shown)


def dropped_of(article: ArticleText) -> list[dict[str, Any]]:
    r"""Return what was not article, line by line, in the order of the source.

    Returns
    -------
    list of dict
        ``start`` and ``end`` in the decoded source, ``text`` as it is read, ``why``.

    Examples
    --------
    >>> text = "Menu\n\nIt ended\n\nThe war ended when the army came to the city that it had left.\n\nShare\nTweet\n"
    >>> [entry["text"] for entry in dropped_of(article_of(text.encode(), name="a.txt"))]
    ['Menu', 'Share', 'Tweet']
    """
    return [entry for block in article.blocks if block.kind == "dropped" for entry in _lines(article, block)]


def _between_links(article: ArticleText, place: int) -> bool:
    first, last = article.span(place - 1, place)[1], article.span(place + 1, place + 2)[0]
    return last - first > 6 and bool(_NEXT_LINK.search(article.decoded[first : min(last, first + 2000)].lower()))


def _lines(article: ArticleText, block: Block) -> list[dict[str, Any]]:
    """Return a dropped block by the lines of the source; markup's lines mean nothing, so there it stays whole."""
    cuts = [block.start, block.end]
    if article.kind in ("text", "pdf"):
        places = (article.span(place, place + 1)[0] for place in range(block.start, block.end))
        cuts[1:1] = [block.start + n for n, place in enumerate(places) if article.decoded[place] in "\r\n"]
    elif article.kind == "html":  # links beside each other
        cuts[1:1] = [
            place
            for place in range(block.start + 1, block.end - 1)
            if article.text[place] == " " and _between_links(article, place)
        ]
    found = []
    for start, end in itertools.pairwise(cuts):
        text = article.text[start:end]
        left = len(text) - len(text.lstrip())
        if text.strip():
            first, last = article.span(start + left, start + left + len(text.strip()))
            found.append({"start": first, "end": last, "text": text.strip(), "why": block.why})
    return found
