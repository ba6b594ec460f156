"""Fetch UCDP GED releases from UCDP's public download area, without an account and without trusting the answer.

A server may stall, break off, answer with another file or with a web page, or never end. A transfer that breaks off is
resumed, but two versions of a file are never joined; a file gets its final name only once it is known to be whole.
What a cut-off can hide in: a plain CSV file sent without its length that ends exactly between two rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import urllib3

from aftershock.errors import StoreError, UsageError
from aftershock.months import month_end
from aftershock.sources.polite import PATIENCE, Caller, PassingError, Patience, Progress, calling, refusal
from aftershock.sources.releases import Release, choose, list_releases, parse_release
from aftershock.sources.whole import find_fault

__all__ = [
    "Download", "Patience", "Release", "choose", "fetch", "fetch_newest", "find_newest", "list_releases", "parse_release",
]  # fmt: skip

_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_.() -]*\.(?:csv|zip)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Download:
    """A file that arrived whole.

    Parameters
    ----------
    release : Release
        What was fetched.
    path : Path
        Where it lies.
    sha256 : str
        Of the whole file, in hexadecimal.
    size : int
        In bytes.
    last_modified : datetime.date or None
        The server's date for the file (UTC), if it gave one.
    known_on : datetime.date
        The day from which a forecast may claim to have known the file: `last_modified` where that can be true, that is
        after the last month covered and not in the future; otherwise the day of the download, which is never too early.
        UCDP has re-uploaded old files: their date is later than their release, which errs on the honest side.
    """

    release: Release
    path: Path
    sha256: str
    size: int
    last_modified: dt.date | None
    known_on: dt.date


@dataclass(frozen=True)
class _State:
    """What is known of a half-fetched file; kept beside it, so that a later run can resume."""

    url: str
    etag: str | None
    last_modified: str | None
    total: int | None

    @property
    def validator(self) -> str:
        """The header value that names this very version, or '' when the server gave none that is exact."""
        for value in (self.etag, self.last_modified):
            if isinstance(value, str) and value.isascii() and value.isprintable() and not value.startswith("W/"):
                return value
        return ""

    @classmethod
    def of(cls, url: str, response: urllib3.BaseHTTPResponse) -> _State:
        headers = response.headers
        return cls(url, headers.get("ETag"), headers.get("Last-Modified"), response.length_remaining)


class _Part:
    """A half-fetched file and its state: ``NAME.part`` and ``NAME.part.json``."""

    def __init__(self, path: Path, url: str) -> None:
        self.path, self.url = path.with_name(path.name + ".part"), url
        self.side = path.with_name(path.name + ".part.json")

    def read(self) -> tuple[int, _State | None]:
        """Return how much is there to build on, and of which version."""
        try:
            state = _State(**json.loads(self.side.read_text("utf-8")))
            size = self.path.stat().st_size
        except (FileNotFoundError, ValueError, TypeError):  # no part, or a side file cut off in writing: start anew
            return 0, None
        fits = state.url == self.url and state.validator and isinstance(state.total, int | None)
        return (size, state) if size and fits else (0, None)

    def drop(self) -> None:
        for path in (self.path, self.side):
            path.unlink(missing_ok=True)


def _resumed(state: _State | None, size: int, response: urllib3.BaseHTTPResponse) -> _State | None:
    """Return the state to go on with, or None where the rest on offer is not the rest of this version."""
    header = response.headers.get("Content-Range", "").strip()
    span = re.fullmatch(r"bytes ([0-9]{1,18})-[0-9]+/([0-9]{1,18}|\*)", header)
    if state is None or span is None or int(span[1]) != size:
        return None
    # Servers exist that ignore If-Range, so the version is compared here as well.
    if state.validator not in (response.headers.get("ETag"), response.headers.get("Last-Modified")):
        return None
    total = state.total if span[2] == "*" else int(span[2])
    if state.total not in (None, total):
        return None
    return _State(state.url, state.etag, state.last_modified, total)


def _transfer(caller: Caller, part: _Part, label: str, max_bytes: int) -> _State:
    """Try once to fetch what is missing; PassingError keeps what came."""
    size, state = part.read()
    asked = {"Range": f"bytes={size}-", "If-Range": state.validator} if state else {}
    with caller.open(part.url, asked) as (_, response):
        if response.status == 200:
            size, state = 0, _State.of(part.url, response)
        else:
            state = _resumed(state, size, response)
        if state is None:
            part.drop()
            raise PassingError("a file that changed after its first part came")
        too_much = refusal("a file must stay within the size limit", f"more than {max_bytes:,} bytes at {part.url}")
        if (state.total or 0) > max_bytes:
            raise too_much
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise refusal("a file must come as it is", f"one packed by the server at {part.url}")
        caller.done, caller.total = size, state.total
        with part.path.open("ab" if size else "wb") as out:
            part.side.write_text(json.dumps(asdict(state)), "utf-8")
            caller.say(label)
            for piece in caller.pieces(response):
                caller.done += len(piece)
                if caller.done > max_bytes:
                    break
                out.write(piece)
                caller.say(label)
            out.flush()
            os.fsync(out.fileno())
    if caller.done > max_bytes:
        part.drop()
        raise too_much
    # The size on disk counts, not the bytes seen here: it shows a second download that wrote to the same file.
    size = part.path.stat().st_size
    if state.total is not None and size != state.total:
        if size > state.total:
            part.drop()
        raise PassingError(f"a transfer that ended after {size:,} of {state.total:,} bytes")
    return state


def _known_on(release: Release, last_modified: dt.date | None) -> dt.date:
    today = dt.datetime.now(dt.UTC).date()
    return last_modified if last_modified and month_end(release.last_month) < last_modified <= today else today


def _date(header: str | None) -> dt.date | None:
    try:
        return parsedate_to_datetime(header).astimezone(dt.UTC).date() if header else None
    except (ValueError, OverflowError):
        return None


def _finish(release: Release, path: Path, part: _Part, state: _State, max_unzipped: int) -> Download:
    if wrong := find_fault(part.path, path.suffix, max_unzipped=max_unzipped):
        part.drop()
        raise refusal("a download must be a whole UCDP table", f"{wrong} at {part.url}")
    with part.path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    size = part.path.stat().st_size
    os.replace(part.path, path)
    part.drop()
    modified = _date(state.last_modified)
    return Download(release, path, digest, size, modified, _known_on(release, modified))


def fetch(
    release: Release,
    folder: Path,
    *,
    http: urllib3.PoolManager | None = None,
    progress: Progress | None = None,
    patience: Patience = PATIENCE,
    max_bytes: int = 1 << 30,
    max_unzipped: int = 4 << 30,
) -> Download:
    """Return one release as a whole, checked file in `folder`.

    What arrives is kept as ``NAME.part`` beside ``NAME.part.json``; a later call goes on from there.

    Parameters
    ----------
    release : Release
        With the web address of a ``.zip`` or ``.csv`` file.
    folder : Path
        Made if it is missing. One download of a file at a time.
    http : urllib3.PoolManager, optional
        The way to the network. Its retries are not used. Without it, the proxy that the environment names is used
        (``http_proxy`` or ``https_proxy``, less ``no_proxy``), or none.
    progress : callable, optional
        Called as ``progress(text, done, total)`` with bytes; `total` is None while it is unknown.
    patience : Patience, optional
        Timeouts and tries.
    max_bytes, max_unzipped : int, optional
        The most bytes to fetch, and the most that a zip may unpack to.

    Raises
    ------
    UsageError
        The release has no such address.
    DownloadError
        The file did not come whole, or is not what it should be.
    StoreError
        `folder` cannot be written to.
    """
    try:
        parts = urlsplit(release.url)
    except ValueError:
        parts = urlsplit("")
    name = unquote(parts.path).rpartition("/")[2]
    if parts.scheme not in ("http", "https") or not _FILE_NAME.fullmatch(name):
        fix = "Take the release from list_releases()."
        raise UsageError(
            "a release to fetch must have the URL of a .zip or .csv file", found=repr(release.url), fix=fix
        )
    path = folder / name
    part = _Part(path, release.url)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with calling(http, patience, progress) as caller:
            once = partial(_transfer, caller, part, f"UCDP GED {release.name}", max_bytes)
            state = caller.patiently(once, url=release.url)
        return _finish(release, path, part, state, max_unzipped)
    except OSError as error:
        found = f"{error.strerror or error} ({error.filename or path})"
        fix = "Free space there or choose another data directory, then run `aftershock pull` again: it resumes."
        raise StoreError("the download folder must take the file", found=found, fix=fix) from error


def find_newest(
    base_url: str,
    *,
    have: Collection[str] = (),
    http: urllib3.PoolManager | None = None,
    patience: Patience = PATIENCE,
) -> list[Release]:
    """Return the newest annual release and the candidate files after it, less those in `have`, oldest first.

    Parameters are those of `fetch_newest`.

    Raises
    ------
    DownloadError
        The listing cannot be read, or links to no annual release.
    """
    chosen = choose(list_releases(base_url, http=http, patience=patience))
    if not chosen:
        raise refusal("the listing page must link to an annual release", f"candidate releases alone at {base_url}")
    return [release for release in chosen if release.name not in have]


def fetch_newest(
    base_url: str,
    folder: Path,
    *,
    have: Collection[str] = (),
    http: urllib3.PoolManager | None = None,
    progress: Progress | None = None,
    patience: Patience = PATIENCE,
) -> list[Download]:
    """Return the newest annual release and the candidate files after it, less those in `have`, oldest first.

    Parameters
    ----------
    base_url : str
        The listing page; see `list_releases`.
    folder : Path
        Where the files go.
    have : collection of str, optional
        Names of releases, such as ``26.1``, which need not be fetched. They are not looked at again.
    http, progress, patience
        As in `fetch`.

    Raises
    ------
    DownloadError
        The listing or a file could not be fetched whole. Files fetched before stay in `folder`.
    """
    wanted = find_newest(base_url, have=have, http=http, patience=patience)
    return [fetch(release, folder, http=http, progress=progress, patience=patience) for release in wanted]
