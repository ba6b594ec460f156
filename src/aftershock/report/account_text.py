"""An article's own text with its claims marked in place, and a note of each claim's verdict beside it."""

from __future__ import annotations

from itertools import pairwise
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from aftershock.accounts.account import Account
    from aftershock.accounts.checking import AccountCheck, CheckedClaim
    from aftershock.accounts.texts import ArticleText

__all__ = ["marked_account", "marked_text"]


def marked_text(check: AccountCheck, article: ArticleText) -> list[dict[str, Any]]:
    """Return the article's blocks, each as pieces of text that a claim marks or not, with the claims that begin in it.

    Claims have the number they have in the list of all that were checked; one that was not has none. What was dropped as no
    article is left out.
    """
    verdicts = {checked.claim.id: checked for checked in check.claims}
    numbers = {name: n for n, name in enumerate(verdicts, 1)}
    blocks = marked_account(check.account, article)
    for block in blocks:
        for piece in block["pieces"]:
            piece["number"] = numbers.get(piece["claim"])
        block["notes"] = [_note(verdicts[name], numbers[name]) for name in block.pop("begun") if name in verdicts]
    return blocks


def _note(checked: CheckedClaim, number: int) -> dict[str, Any]:
    says = checked.claim.says or shorten(checked.claim.text, 80, placeholder=" …")
    return {"id": checked.claim.id, "number": number, "now": checked.now, "says": says}


def marked_account(account: Account, article: ArticleText) -> list[dict[str, Any]]:
    """Return the article's blocks: kind, pieces that a claim marks or not, and which claims stand in it.

    Rejected claims mark nothing; what was dropped as no article is left out.
    """
    marks = [
        (*_in_text(article, claim.span), claim.id)
        for claim in account.claims
        if claim.span and claim.status != "rejected"
    ]
    blocks = []
    for block in article.blocks:
        if block.kind in ("dropped", "byline"):
            continue
        standing = [mark for mark in marks if mark[0] < block.end and mark[1] > block.start]
        begun = [name for a, _, name in standing if a >= block.start]
        here = [(max(a, block.start), min(b, block.end), name) for a, b, name in standing]
        pieces = _pieces(article.text, block.start, block.end, here)
        blocks.append({"kind": block.kind, "pieces": pieces, "begun": begun})
    return blocks


def _in_text(article: ArticleText, span: tuple[int, int]) -> tuple[int, int]:
    """Return where a span of the decoded source stands in the text."""
    if article.offsets is None:
        return span
    first, last = np.searchsorted(article.offsets[:-1], span)
    return int(first), int(last)


def _pieces(text: str, start: int, end: int, marks: list[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Cut a block wherever a mark begins or ends; a piece belongs to the shortest claim that holds it."""
    marks = sorted(marks, key=lambda mark: mark[1] - mark[0])
    cuts = sorted({start, end, *(place for a, b, _ in marks for place in (a, b))})
    pieces: list[dict[str, Any]] = []
    seen: set[str] = set()
    for a, b in pairwise(cuts):
        name, ends = next(((name, b == y) for x, y, name in marks if x <= a and b <= y), (None, False))
        pieces.append({"text": text[a:b], "claim": name, "first": name is not None and name not in seen, "ends": ends})
        if name:
            seen.add(name)
    return pieces
