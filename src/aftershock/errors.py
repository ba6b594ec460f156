"""Every exception Aftershock raises on purpose.

::

    AftershockError
    ├── UsageError          an option or argument that cannot be (exit code 2)
    ├── DataError           input that breaks a rule (exit code 3)
    │   └── RejectedError   a file in which no row could be read
    ├── StoreError          the data directory or an output cannot be used (exit code 4)
    ├── DownloadError       a file could not be fetched whole (exit code 5)
    └── ClusterError        a Dask cluster cannot be reached or trusted (exit code 6)

A message has three parts: what must hold, what was found and where, what to do next. The parts are attributes, so that
the command line, the web and a notebook show the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any

__all__ = [
    "AftershockError", "ClusterError", "DataError", "DownloadError", "RejectedError", "StoreError", "UsageError", "nearest",
]  # fmt: skip


class AftershockError(Exception):
    """What must hold, what was found and where, and what to do next.

    Parameters
    ----------
    must : str
        The rule, as a clause: "horizons must lie between 1 and 36".
    found : str
        What was there instead, and where.
    fix : str
        The next step for the person who reads this.
    rows : sequence of str, optional
        Offending rows; the message shows the first five.
    count : int, optional
        How many rows offend in all, where not all are given.
    """

    exit_code = 1

    def __init__(self, must: str, *, found: str, fix: str, rows: Sequence[str] = (), count: int = 0) -> None:
        self.must, self.found, self.fix, self.rows = must, found, fix, tuple(rows)
        self.count = max(count, len(self.rows))
        super().__init__(must, found, fix)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name and parts, so that an error of a worker process arrives as it was raised."""
        parts: dict[str, Any] = {"found": self.found, "fix": self.fix, "rows": self.rows, "count": self.count}
        return partial(type(self), self.must, **parts), ()

    def __str__(self) -> str:
        shown = "".join(f"\n  {row}" for row in self.rows[:5])
        left = self.count - min(5, len(self.rows))
        more = f"\n  … and {left:,} more" if self.rows and left else ""
        return f"{self.must}; found {self.found}. {self.fix}{shown}{more}"


class UsageError(AftershockError):
    """An option or argument that cannot be."""

    exit_code = 2


class DataError(AftershockError):
    """Input that breaks a rule of its format."""

    exit_code = 3


class RejectedError(DataError):
    """A file in which no row could be read."""


class StoreError(AftershockError):
    """The data directory or an output folder cannot be used."""

    exit_code = 4


class DownloadError(AftershockError):
    """A file could not be fetched whole."""

    exit_code = 5


class ClusterError(AftershockError):
    """A Dask cluster that cannot be reached, or whose workers cannot be relied on."""

    exit_code = 6


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is meant, or list them.

    Examples
    --------
    >>> nearest("conflictolgy", ["conflictology", "bootstrap"])
    'Did you mean conflictology?'
    """
    by_key = {option.lower(): option for option in sorted(known)}
    if not by_key:
        return "None is known."
    close = get_close_matches(name.lower(), by_key, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {by_key[close[0]]}?"
    shown = list(by_key.values())
    return f"Known: {', '.join(shown[:10])}{', …' if len(shown) > 10 else ''}."
