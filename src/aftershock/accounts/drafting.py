"""What the reader found, as an account for a person to edit."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from aftershock.accounts.account import AboutAccount, Account, Claim, Item, Piece, SourceOfAccount
from aftershock.accounts.proposing import propose
from aftershock.accounts.reading.assistant import Assistant
from aftershock.accounts.reading.finding import Finding
from aftershock.accounts.reading.reader import Draft, read
from aftershock.accounts.texts import dropped_of

__all__ = ["draft_account", "identifier", "take_apart"]

_GRAVEST = ("prediction", "causal", "event", "relation", "figure", "statement", "quotation")
"""Whose kind a sentence's claim takes, where several things were found in it."""
_OUTER = ("start", "end", "text", "why", "checkable")


def identifier(text: str) -> str:
    """Return a short id made from a title or a name.

    Examples
    --------
    >>> identifier("What comes after “IS”? An essay"), identifier("")
    ('what-comes-after-is-an-essay', 'account')
    """
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return words[:48].strip("-") or "account"


def take_apart(
    source: Path | str,
    *,
    date: dt.date | None = None,
    aliases: Mapping[str, str] | None = None,
    assistant: Assistant | None = None,
) -> Account:
    """Return an article's account, a draft: what was found in it by rules, offline, and what of it might be asked.

    Parameters
    ----------
    source : pathlib.Path or str
        A file of English text, HTML, Markdown or PDF; an address; "-" for standard input.
    date : date, optional
        Of publication; what the source says if not given.
    aliases : mapping of str to str, optional
        More names of actors: as an article writes them → as UCDP does.
    assistant : Assistant, optional
        A language model of the user's own as a second reader; the article is sent there. Off if not given.

    Raises
    ------
    UsageError
        Nothing to read, no English, no text, too large; or the packages for reading are missing.
    DataError, DownloadError
        The file or the address cannot be read.
    """
    return draft_account(read(source, date=date, aliases=aliases, assistant=assistant))


def draft_account(draft: Draft, *, name: str | None = None) -> Account:
    """Return an account in which everything is a draft: a claim per sentence that records might decide.

    Parameters
    ----------
    draft : Draft
    name : str, optional
        The account's id; made from the title or the file's name if not given.
    """
    article = draft.article
    about = AboutAccount(
        id=identifier(name or article.title or article.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]),
        title=(article.title or "")[:500],
        outlet=article.outlet,
        author=article.author,
        date=draft.date,
        url=article.name if article.name.startswith("http") else None,
        source=SourceOfAccount(
            name=article.name[:500], kind=article.kind, encoding=article.encoding, sha256=article.sha256,
            characters=len(article.decoded),
        ),
    )  # fmt: skip
    items, made_of = _items(draft)
    return Account(
        account=about,
        claims=tuple(_claims(draft, made_of)),
        items=tuple(items),
        unread=tuple(Piece(**piece) for piece in draft.unread()),
        dropped=tuple(Piece(**{k: piece[k] for k in ("start", "end", "text", "why")}) for piece in dropped_of(article)),
    )


def _items(draft: Draft) -> tuple[list[Item], dict[int, str]]:
    """Return the items, and which of them each finding became; an actor's mentions are one item."""
    items: list[Item] = []
    made_of: dict[int, str] = {}
    counts: dict[str, int] = {}
    actors: dict[str, int] = {}
    for found in draft.findings:
        entry = draft.entry(found)
        span = (entry["start"], entry["end"])
        canonical = str(found.fields.get("canonical", ""))
        if found.kind == "actor" and canonical in actors:
            place = actors[canonical]
            items[place] = items[place].model_copy(update={"mentions": (*items[place].mentions, span)})
            made_of[id(found)] = items[place].id
            continue
        counts[found.kind] = counts.get(found.kind, 0) + 1
        fields = {key: value for key, value in entry.items() if key not in _OUTER}
        item = Item(
            id=f"{found.kind}-{counts[found.kind]}", kind=found.kind, start=span[0], end=span[1], text=entry["text"],
            why=found.why, checkable=found.checkable, fields=fields, mentions=(span,) if found.kind == "actor" else (),
        )  # fmt: skip
        if found.kind == "actor":
            actors[canonical] = len(items)
        made_of[id(found)] = item.id
        items.append(item)
    return items, made_of


def _claims(draft: Draft, made_of: dict[int, str]) -> Iterable[Claim]:
    """Give a claim for each sentence in which something checkable was found."""
    here: list[Finding] = sorted((f for f in draft.findings if f.kind != "actor"), key=lambda f: f.start)
    names = sorted(draft.of("actor"), key=lambda f: f.start)
    at = name_at = number = 0
    home = _home(draft.of("event"))
    for start, end in draft.sentences:
        inside: list[Finding] = []
        while at < len(here) and here[at].start < end:
            inside.append(here[at])
            at += 1
        named: list[Finding] = []
        while name_at < len(names) and names[name_at].start < end:
            named.append(names[name_at])
            name_at += 1
        if not any(found.checkable for found in inside):
            continue
        number += 1
        kind = next((k for k in _GRAVEST if any(f.kind == k and f.checkable for f in inside)), "claim")
        said = next((f for f in inside if f.kind in ("quotation", "statement")), None)
        proposal = propose(draft.article.text[start:end], inside, named, draft.date, home=home, start=start)
        yield Claim(
            id=f"claim-{number}",
            span=draft.article.span(start, end),
            kind=kind,  # type: ignore[arg-type]
            says=proposal.says,
            text=draft.article.text[start:end],
            speaker=_speaker(said),
            via=_short(said.fields.get("via") or said.fields.get("outlet")) if said else None,
            items=tuple(dict.fromkeys(made_of[id(f)] for f in inside)),
            status="draft",
            why=proposal.why,
            questions=proposal.questions,
        )


def _home(events: Iterable[Finding]) -> int | None:
    """Return the country in which most events of an article took place, by its Gleditsch–Ward number."""
    codes = Counter(int(found.fields["gwcode"]) for found in events if found.fields.get("gwcode"))
    return codes.most_common(1)[0][0] if codes else None


def _speaker(said: Finding | None) -> str | None:
    if said is None:
        return None
    return _short(said.fields.get("speaker") or said.fields.get("source"))


def _short(text: Any) -> str | None:
    return str(text)[:500] if text else None
