"""What data is here: what was imported, what of it counts, what is missing; and how the newest is fetched."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from aftershock.figures import sources
from aftershock.months import month_text, runs_of
from aftershock.sources import ACLED_CITATION
from aftershock.sources.polite import Progress
from aftershock.store import Store
from aftershock.vintages import Vintage

__all__ = ["UCDP_DOWNLOADS", "describe", "pull_newest"]

UCDP_DOWNLOADS = "https://ucdp.uu.se/downloads/"


def describe(store: Store, as_of: dt.date | None = None) -> dict[str, Any]:
    """Return what a store holds, as plain values.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        What was known on that day; all if not given.

    Returns
    -------
    dict
        ``vintages``: a list, in the order they became known, of the fields of :class:`~aftershock.vintages.Vintage` with
        ``span`` and ``counts`` (whether it counts, or another has taken its place). ``records``: by provider, ``span``,
        ``provisional_from`` (a month or None), ``gaps``, ``notes`` and ``license``.
    """
    vintages = [one for one in store.vintages() if as_of is None or one.known_on <= as_of]
    counting: set[str] = set()
    records: dict[str, dict[str, Any]] = {}
    for name in sorted({str(one.source) for one in vintages}, reverse=True):  # UCDP first
        choice = store.choose(name, as_of=as_of)
        counting |= {one.id for one in (*choice.final, *choice.provisional)}
        records[name] = {
            "span": _span(*choice.span),
            "provisional_from": month_text(choice.cutoff + 1) if choice.span[1] > choice.cutoff else None,
            "gaps": find_gaps([one for one in vintages if one.source == name]),
            "notes": list(choice.notes),
            "license": _license(name),
        }
    listed = [
        one.to_json() | {"span": _span(one.first_month, one.last_month), "counts": one.id in counting}
        for one in vintages
    ]
    return {"vintages": listed, "records": records}


def find_gaps(vintages: list[Vintage]) -> list[str]:
    """Return the months between the first and the last that no vintage covers, those in a row as a span."""
    covered = {month for one in vintages for month in range(one.first_month, one.last_month + 1)}
    if not covered:
        return []
    missing = sorted(set(range(min(covered), max(covered))) - covered)
    return [month_text(first) if first == last else _span(first, last) for first, last in runs_of(missing)]


def _span(first: int, last: int) -> str:
    return f"{month_text(first)} to {month_text(last)}"


def _license(source: str) -> str:
    if source == "acled":
        return f"ACLED’s terms: not to be passed on; these figures stay on this machine. {ACLED_CITATION}"
    return f"{sources()['license']}, {sources()['provider']}"


def pull_newest(
    store: Store, *, today: dt.date, progress: Progress, base_url: str | None = None
) -> list[tuple[Vintage, bool]]:
    """Fetch UCDP's newest annual release and the candidate months after it, as far as they are not here.

    Each file is imported before the next is fetched, so that what came stays when the next does not come; a download that
    breaks off goes on from there the next time.

    Parameters
    ----------
    store : Store
    today : datetime.date
    progress : callable
        Called as ``progress(text, done, total)``, with bytes while a file comes.
    base_url : str, optional
        The download area, or a mirror of it; ``AFTERSHOCK_UCDP_URL`` or UCDP's own if not given.

    Returns
    -------
    list of (Vintage, bool)
        What was imported, and whether it is new; the same content is kept once.

    Raises
    ------
    DownloadError
        The listing or a file could not be fetched whole.
    """
    from aftershock.sources.download import fetch, find_newest

    have = {one.release for one in store.vintages() if one.source == "ucdp"}
    progress("asking UCDP which releases there are", 0, None)
    added = []
    for release in find_newest(base_url or os.environ.get("AFTERSHOCK_UCDP_URL") or UCDP_DOWNLOADS, have=have):
        got = fetch(release, store.folder / "downloads", progress=progress)
        progress(f"importing {got.path.name}", 0, None)
        modified = str(got.last_modified or "")
        added.append(store.add(got.path, today=today, known_on=got.known_on, url=release.url, last_modified=modified))
        got.path.unlink(missing_ok=True)
    return added
