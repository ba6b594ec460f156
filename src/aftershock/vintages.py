"""What was imported, one :class:`Vintage` per file, and which of them count on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from aftershock.months import month_text

__all__ = ["Choice", "Kind", "Vintage", "choose_vintages"]

Kind = Literal["annual", "candidate", "cumulative", "file"]


@dataclass(frozen=True)
class Vintage:
    """One imported file.

    Attributes
    ----------
    id : str
        Its folder.
    source : {"ucdp", "acled"}
    release : str
        The provider's version, or the file's name where it has none.
    kind : {"annual", "candidate", "cumulative", "file"}
        A ``file`` carries no version.
    first_month, last_month : int
        ``month_id`` covered: by the version where there is one, else by the events.
    known_on : datetime.date
        The day it became known; ``--as-of`` goes by it.
    added_on : datetime.date
        The day it was imported.
    file_name, sha256 : str
    url, last_modified : str
        Where it was fetched from and the server's date; empty for a file at hand.
    rows, read, rejected : int
    flags : dict of str to int
        Oddities kept, counted.
    """

    id: str
    source: Literal["ucdp", "acled"]
    release: str
    kind: Kind
    first_month: int
    last_month: int
    known_on: dt.date
    added_on: dt.date
    file_name: str
    sha256: str
    rows: int
    read: int
    rejected: int
    flags: dict[str, int] = field(default_factory=dict)
    url: str = ""
    last_modified: str = ""

    @property
    def provisional(self) -> bool:
        """Whether it is candidate data."""
        return self.kind in ("candidate", "cumulative")

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, dates as text."""
        return {k: str(v) if isinstance(v, dt.date) else v for k, v in asdict(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Vintage:
        """Make it from :meth:`to_json`."""
        dates = {k: dt.date.fromisoformat(values[k]) for k in ("known_on", "added_on")}
        return cls(**{**values, **dates})


@dataclass(frozen=True)
class Choice:
    """Which vintages count on a day, and for which months.

    Attributes
    ----------
    final, provisional : tuple of Vintage
        In the order they override each other, oldest first.
    cutoff : int
        The last ``month_id`` of the final data; candidate events up to it are left out.
    span : tuple of int
        First and last ``month_id`` covered without a gap.
    notes : tuple of str
    """

    final: tuple[Vintage, ...]
    provisional: tuple[Vintage, ...]
    cutoff: int
    span: tuple[int, int]
    notes: tuple[str, ...]


def choose_vintages(vintages: list[Vintage]) -> Choice:
    """Choose among vintages of one source, all known on the day asked about.

    The newest annual release replaces every older one, and every file without a version, whole. Candidate files count
    after the annual release; a cumulative one replaces the months it covers. A month that no candidate file covers ends
    the record, since an absent file is not a month without violence.
    """
    annual = max(
        (v for v in vintages if v.kind == "annual"), key=lambda v: (v.last_month, v.known_on, v.id), default=None
    )
    files = sorted((v for v in vintages if v.kind == "file"), key=lambda v: (v.known_on, v.id))
    notes = []
    if annual and files:
        names = ", ".join(v.release for v in files)
        notes.append(f"Left out: {names}. A file without a version counts only where there is no annual release.")
    final = [annual] if annual else files
    candidates = sorted((v for v in vintages if v.provisional), key=lambda v: (v.known_on, v.last_month, v.id))
    cutoff = max((v.last_month for v in final), default=min((v.first_month for v in candidates), default=1) - 1)
    candidates = _without_replaced([v for v in candidates if v.last_month > cutoff])
    covered = {m for v in candidates for m in range(v.first_month, v.last_month + 1)}
    last = cutoff
    while last + 1 in covered:
        last += 1
    if covered and max(covered) > last:
        notes.append(
            f"No candidate file covers {month_text(last + 1)}: the record ends before it. "
            "Run `aftershock pull`, or import that month."
        )
        candidates = [v for v in candidates if v.first_month <= last]
    first = min((v.first_month for v in (*final, *candidates)), default=1)
    return Choice(tuple(final), tuple(candidates), cutoff, (first, last), tuple(notes))


def _without_replaced(candidates: list[Vintage]) -> list[Vintage]:
    """Leave out candidate files whose months the newest cumulative one covers."""
    cumulative = max(
        (v for v in candidates if v.kind == "cumulative"), key=lambda v: (v.last_month, v.known_on), default=None
    )
    if cumulative is None:
        return candidates
    first, last = cumulative.first_month, cumulative.last_month
    return [v for v in candidates if v is cumulative or v.first_month < first or v.last_month > last]
