"""Names that stand apart: in labelled lines ("Source: ..."), in parts of a line, under the article, in a sentence on its author."""  # noqa: E501

from __future__ import annotations

import re
from collections.abc import Sequence

from aftershock.accounts.texts.masthead import beside_day

__all__ = ["labelled", "parts_of", "person_of", "reports_from", "signed_below", "spoken_by"]

_LABEL = re.compile(
    r"^\W{0,3}(?P<label>title|headline|subject|author|authors|byline|by|writer|source|outlet|publication|publisher|newspaper|published in|from|"  # noqa: E501
    r"date|published|publication date|dateline)\s?:\s+(?P<said>\S.{1,200})$",
    re.IGNORECASE,
)
_KEYS = {
    "title": "title", "headline": "title", "subject": "title", "author": "author", "authors": "author", "byline": "author", "by": "author",  # noqa: E501
    "writer": "author", "source": "outlet", "outlet": "outlet", "publication": "outlet", "publisher": "outlet", "newspaper": "outlet",  # noqa: E501
    "published in": "outlet", "from": "outlet", "date": "date", "published": "date", "publication date": "date", "dateline": "place",  # noqa: E501
}  # fmt: skip
_NAME = r"[A-ZÀ-Þ][\w'’.-]+(?: (?:van|von|de|del|di|da|el|al|bin|[A-ZÀ-Þ][\w'’.-]*)){1,3}"
_BELOW = re.compile(rf"^(?:--?|[—–])\s?(?P<name>{_NAME})\.?$")
_BIO = re.compile(
    rf"^\W?(?:(?:Dr|Prof|Professor|Sir)\.? )?(?P<name>{_NAME}),? (?:is|was) (?:an?|the|our|currently|senior|deputy|chief)\b.{{0,120}}?\b(?:author|writer|"  # noqa: E501
    r"journalist|editor|professor|fellow|correspondent|analyst|columnist|reporter|researcher|lecturer|historian|novelist|scholar)\b"
)
_REPORTS = re.compile(rf"^(?P<name>{_NAME}) (?:reports?|writes|reporting)\b(?: (?:from|in|on)\b.{{1,60}})?[.:]?$")
_SPOKEN = re.compile(
    r"^(?:speech|remarks|address|statement|testimony|lecture|keynote)\b.{0,40}?\b(?:by|of)\s(?:(?:the |former |Mr|Ms|Mrs|Dr|Sir|Lord|Lady|President|"  # noqa: E501
    rf"Prime Minister|Senator|General|Ambassador|Secretary|Minister|Professor)\.?\s)*(?P<name>{_NAME})(?=,| to | at | before | in | on |$)",  # noqa: E501
    re.IGNORECASE,
)


def labelled(lines: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return what labelled lines of the head say, with their numbers; nothing where there are fewer than two.

    Examples
    --------
    >>> labelled(["Title: The road", "Source: The Mill", "It rained."])
    {'title': (0, 'The road'), 'outlet': (1, 'The Mill')}
    """
    out: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines[:12]):
        found = _LABEL.match(line)
        if found:
            out.setdefault(_KEYS[found["label"].lower()], (number, found["said"].strip()))
    return out if len(out) >= 2 else {}


def parts_of(line: str) -> list[str]:
    """Return the parts of a line that bars, dots or dashes part.

    Examples
    --------
    >>> parts_of("Mary Hill | The Mill | 12 May 2014"), parts_of("The road")
    (['Mary Hill', 'The Mill', '12 May 2014'], [])
    """
    parts = [part.strip(" *_") for part in re.split(r"\s*[|•·»]\s*|\s[–—]\s|\s-\s|\s/\s|\s{3,}|\t", line.strip())]
    return [part for part in parts if part] if 2 <= len(parts) <= 6 else []


def reports_from(line: str) -> str | None:
    """Return who reports: "Mary Hill reports from Bentara"."""
    found = _REPORTS.match(line)
    return found["name"] if found else None


def spoken_by(line: str) -> str | None:
    """Return who spoke: "Remarks by Senator Mary Hill to the club".

    Examples
    --------
    >>> spoken_by("Remarks by Senator Mary Hill to the Policy Club, 12 May 2014")
    'Mary Hill'
    """
    found = _SPOKEN.match(line)
    return found["name"] if found and found["name"][0].isupper() and len(line.split()) <= 25 else None


def signed_below(lines: Sequence[str]) -> str | None:
    """Return who signs the article under it, or is told of there as its author.

    Examples
    --------
    >>> signed_below(["It rained.", "-- Mary Hill"]), signed_below(["Mary Hill is a writer based in the hills."])
    ('Mary Hill', 'Mary Hill')
    """
    for line in reversed(lines[-4:]):
        found = _BELOW.match(line) or (_BIO.match(line) if len(line.split()) <= 60 else None)
        if found:
            return found["name"]
    return None


def person_of(part: str) -> str | None:
    """Return a part of a line if it is a person's name, or several persons'."""
    return beside_day(f"{part}, 1 January 2000")
