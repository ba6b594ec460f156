"""How large accounts that are kept may be, and how many there may be."""

from __future__ import annotations

import re

from aftershock.web.errors import TooLargeError

__all__ = [
    "ARTICLE_BYTES", "KEPT_VERSIONS", "LARGEST_FILE", "LONGEST_PASTE", "MOST_ACCOUNTS", "MOST_CLAIMS", "check_size",
    "claims_listed",
]  # fmt: skip

ARTICLE_BYTES = 10_000_000
LONGEST_PASTE = 1_000_000
"""Characters of an article that is pasted."""
LARGEST_FILE = 400_000
"""Bytes of an account's YAML that are read while somebody waits: some seconds."""
MOST_CLAIMS = 2_000
"""Claims of one account; pages show them in parts."""
MOST_ACCOUNTS = 200
KEPT_VERSIONS = 20


def check_size(claims: int) -> None:
    """Raise :class:`TooLargeError` where an account has more claims than are kept."""
    if claims > MOST_CLAIMS:
        raise TooLargeError(
            f"an account must have at most {MOST_CLAIMS:,} claims here", found=f"{claims:,}",
            fix="Cut it in parts, or check it with `aftershock check`.",
        )  # fmt: skip


def claims_listed(text: str) -> int:
    r"""Return how many claims an account's YAML lists, a line each or more, without reading it: that may take long.

    Examples
    --------
    >>> claims_listed("claims:\n  - {id: b}\n  - id: c\n    questions:\n      - {kind: outside}\nitems:\n  - {}")
    2
    """
    found = re.search(r"^claims:[^\n]*\n((?:[ #-][^\n]*\n|\n)*)", text.replace("\r\n", "\n") + "\n", re.MULTILINE)
    if not found:
        return 0
    first = re.search(r"^ *- ", found[1], re.MULTILINE)
    return len(re.findall(f"^{first[0]}", found[1], re.MULTILINE)) if first else 0
