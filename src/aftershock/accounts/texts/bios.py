"""Sentences on the author at an article's end."""

from __future__ import annotations

import re

from aftershock.accounts.texts.rows import Row

__all__ = ["drop_bios", "last_names"]

_BIO_WORDS = 110
_BIO_VERB = (
    r"(?:is|was|has|are|were|covers|covered|writes|teaches|works|worked|reports|reported|served|serves|lives|leads|directs|"
    r"heads|runs|edits|studies|researches|specialis|specializ|holds|joined|spent|focuses|hosts|co-founded|founded|contributes)"
)
_BIO_TRADE = re.compile(
    r"\b(author|writer|journalist|editor|professor|fellow|correspondent|analyst|columnist|reporter|researcher|lecturer|"
    r"director|historian|contributor|reported|freelance\w*|scholar|adviser|advisor|bureau chief|novelist|candidate|co-?founder|"
    r"ambassador|diplomat|officer|colonel|general|expert|consultant|student|newsroom|"
    r"has worked|she is|he is|teaches|writes|covers|reports)\b",
    re.IGNORECASE,
)
_ANY_BIO = re.compile(
    r"^\W*(?:[A-Z][\w.'-]+ ){2,4}(?:is|are|was|has been|covers|writes|reports|teaches) "
    r"(?:a|an|the|on|about|for|based|at|currently|deputy|senior|chief|professor|director|co-)"
)


def drop_bios(rows: list[Row], first: int, last: int, author: str | None, outlet: str | None = None) -> int:
    """Drop sentences on the author or the outlet at the article's end; return where the last paragraph now is."""
    house = (
        re.compile(
            rf"^\W*(?:About )?(?:The |the )?{re.escape(re.sub(r'^the ', '', outlet, flags=re.I))}\W? "
            r"(?:is (?:a|an|the|one|published|funded|supported|owned)|was founded|publishes|provides|works|covers|offers|relies|exists|"  # noqa: E501
            r"does not|takes|receives|welcomes|accepts)\b",
            re.IGNORECASE,
        )
        if outlet and len(outlet) > 5
        else None
    )
    names = [re.escape(name) for name in last_names(author or "")]
    first_names = [name.split()[0] for name in re.split(r",| and | & ", author or "") if len(name.split()) > 1]
    names += [re.escape(name) for name in first_names if len(name) > 3 and name.isalpha()]
    whole_names = {name.strip() for name in re.split(r",| and | & ", author or "") if name.strip()}
    whole = [re.escape(name.strip()) for name in re.split(r",| and | & ", author or "") if " " in name.strip()]
    own = (
        re.compile(
            rf"^\W*(?:(?:Dr|Prof|Professor|Sir|Col|Gen)\.? )?(?:{'|'.join(whole + names)})\b.{{0,80}}?\b{_BIO_VERB}"
        )
        if whole or names
        else None
    )
    for number in range(len(rows) - 1, first, -1):
        row = rows[number]
        if row.why or row.kind in ("byline", "caption"):
            continue
        if row.words > _BIO_WORDS or number < last - 3:
            break
        told = bool(own and own.match(row.line)) or (
            row.words <= 60
            and bool(_ANY_BIO.match(row.line))
            and bool(_BIO_TRADE.search(row.line[:200]))
            and '"' not in row.line[:40]
        )
        if house and house.match(row.line):
            row.why, row.prose = "about the outlet", False
            continue
        by_name = row.line.strip(" .*") in whole_names
        if by_name or (told and _BIO_TRADE.search(row.line)):
            row.why, row.prose = "author box", False
        elif row.prose or (row.words > 5 and number <= last):
            break
    return max((n for n, row in enumerate(rows) if row.prose and not row.why), default=first)


def last_names(author: str) -> list[str]:
    """Return the last names of those who wrote an article."""
    parts = re.split(r",| and | & ", author)
    return [part.split()[-1] for part in parts if part.split() and part.split()[-1][:1].isupper()]
