"""An article in, what it claims out: every part of the reader in turn, each finding with its place in the source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from aftershock.accounts.reading.actors.actors import find_actors
from aftershock.accounts.reading.assistant import Assistant, ask_assistant
from aftershock.accounts.reading.causes.causal import find_causal
from aftershock.accounts.reading.events.events import find_events
from aftershock.accounts.reading.figures.figures import find_figures
from aftershock.accounts.reading.finding import KINDS, Finding, Reading
from aftershock.accounts.reading.language import parse_article
from aftershock.accounts.reading.predictions.predictions import find_predictions
from aftershock.accounts.reading.relations.relations import find_relations
from aftershock.accounts.reading.speech.quotations import find_quotations
from aftershock.accounts.reading.speech.statements import find_statements
from aftershock.accounts.texts import ArticleText, dropped_of, read_article

__all__ = ["LISTS", "Draft", "read", "read_text"]

LISTS = {
    "actor": "actors", "quotation": "quotations", "statement": "statements", "figure": "figures",
    "prediction": "predictions", "causal": "causal", "event": "events", "relation": "relations",
}  # fmt: skip
"""The name of each kind's list in documents."""
_SPANS = ("cause_span", "effect_span")


@dataclass(frozen=True)
class Draft:
    """What was found in an article, for a person to edit.

    Parameters
    ----------
    article : ArticleText
    date : date, optional
        Of publication: as given, else as the source says it.
    findings : tuple of Finding
        Places count in the article's text.
    sentences : tuple of (int, int)
        Every sentence of the article, in its text.
    notes : tuple of str
    """

    article: ArticleText
    date: dt.date | None
    findings: tuple[Finding, ...]
    sentences: tuple[tuple[int, int], ...]
    notes: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[Finding, ...]:
        """Return the findings of one kind, in order."""
        return tuple(found for found in self.findings if found.kind == kind)

    def entry(self, found: Finding) -> dict[str, Any]:
        """Return a finding as plain values, its places in the decoded source."""
        start, end = self.article.span(found.start, found.end)
        fields = dict(found.fields)
        for name in _SPANS:
            if fields.get(name):
                fields[name] = list(self.article.span(*fields[name]))
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
        text = self.article.text[found.start : found.end]
        return {"start": start, "end": end, "text": text, **plain, "why": found.why, "checkable": found.checkable}

    def unread(self) -> list[dict[str, Any]]:
        """Return the sentences in which nothing was found but, at most, actors."""
        taken = sorted((f.start, f.end) for f in self.findings if f.kind != "actor")
        pieces, at, reach = [], 0, 0
        for start, end in self.sentences:
            while at < len(taken) and taken[at][0] < end:
                reach, at = max(reach, taken[at][1]), at + 1
            if reach <= start:
                first, last = self.article.span(start, end)
                pieces.append({"start": first, "end": last, "text": self.article.text[start:end]})
        return pieces

    def document(self) -> dict[str, Any]:
        """Return everything as plain values: a list per kind, what was dropped, and what was not understood."""
        article = self.article
        return {
            "title": article.title,
            "outlet": article.outlet,
            "author": article.author,
            "date": self.date.isoformat() if self.date else None,
            "source": {
                "name": article.name, "kind": article.kind, "encoding": article.encoding, "sha256": article.sha256,
                "characters": len(article.decoded),
            },
            **{LISTS[kind]: [self.entry(found) for found in self.of(kind)] for kind in KINDS},
            "unread": self.unread(),
            "dropped": dropped_of(article),
            "notes": list(self.notes),
        }  # fmt: skip


def read(
    source: Path | str,
    *,
    date: dt.date | None = None,
    aliases: Mapping[str, str] | None = None,
    assistant: Assistant | None = None,
    stdin: BinaryIO | None = None,
) -> Draft:
    """Return what an article says, found offline by rules.

    Parameters
    ----------
    source : pathlib.Path or str
        A file of text, HTML, Markdown or PDF; an address; "-" for standard input.
    date : date, optional
        Of publication; what the source says if not given.
    aliases : mapping of str to str, optional
        More names of actors: as an article writes them → as UCDP does.
    assistant : Assistant, optional
        A language model of the user's own; the article is sent there. Off if not given.
    stdin : file, optional
        In place of the process's own.

    Raises
    ------
    UsageError
        Nothing to read, no English, no text, too large; or the packages for reading are missing.
    DataError, DownloadError
        The file or the address cannot be read.
    """
    article = read_article(source, stdin=stdin)
    return read_text(article, date=date, aliases=aliases, assistant=assistant)


def read_text(
    article: ArticleText,
    *,
    date: dt.date | None = None,
    aliases: Mapping[str, str] | None = None,
    assistant: Assistant | None = None,
) -> Draft:
    """Return the same of an article at hand."""
    reading = parse_article(article, date)
    reading = replace(reading, actors=tuple(find_actors(reading, aliases)))
    parts = (
        find_quotations, find_statements, find_figures, find_predictions, find_causal, find_events, find_relations,
    )  # fmt: skip
    found = [*reading.actors, *(one for part in parts for one in part(reading))]
    notes = list(article.notes)
    if assistant is not None:
        found, told = _with_assistant(found, assistant, reading)
        notes.append(told)
    order = {kind: n for n, kind in enumerate(KINDS)}
    found.sort(key=lambda one: (order[one.kind], one.start, one.end))
    sentences = tuple(_trimmed(article.text, s.start_char, s.end_char) for s in reading.sentences)
    if reading.date is None:
        notes.append("The article's date was not found: give it with --date, or write it into the account.")
    if not reading.actors:
        notes.append("No actor of the record and no state is named: there may be nothing here that records can answer.")
    return Draft(article, reading.date, tuple(found), sentences, tuple(notes))


def _with_assistant(found: list[Finding], assistant: Assistant, reading: Reading) -> tuple[list[Finding], str]:
    """Return the findings with those of an assistant that overlap none of their kind, and what became of its answers."""
    assisted = ask_assistant(assistant, reading)
    more = [
        one for one in assisted.findings
        if not any(one.kind == other.kind and one.start < other.end and other.start < one.end for other in found)
    ]  # fmt: skip
    dropped = ", ".join(f"{count} {reason}" for reason, count in assisted.dropped.items())
    told = f"The assistant {assistant.model} added {len(more)} of {len(assisted.findings)} findings that hold"
    return [*found, *more], f"{told}{f'; dropped were {dropped}' if dropped else ''}."


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a piece's place without white space around it."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
