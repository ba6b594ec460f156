"""Which UCDP GED releases there are: their names, which of them to take, and the page that lists them.

UCDP publishes three kinds of file: an annual release (26.1, from 1989 to the end of 2025), a candidate file for one
month (26.0.8, August 2026) and a cumulative candidate file (26.01.26.06, January to June 2026). No version is written
down here: a release that appears next year is read by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urljoin, urlsplit

from aftershock.errors import UsageError
from aftershock.months import FIRST_MONTH, month_id

if TYPE_CHECKING:  # the store reads file names with this module, and urllib3 is slow to import
    import urllib3

    from aftershock.sources.polite import Caller, Patience

__all__ = ["Release", "choose", "find_releases", "list_releases", "missing_months", "parse_release"]

_LONGEST_PAGE = 4 << 20

# Browsers add " (1)" to the second download of a file; people then import that copy.
_END = r"(?: ?\(\d+\))?\.(?:csv\.gz|csv\.zip|csv|zip)"
_ARCHIVE = re.compile(rf"ged(\d\d)(\d)(?:-csv)?{_END}", re.IGNORECASE | re.ASCII)
_TABLE = re.compile(rf"gedevent_v(\d\d(?:[_.]\d\d?){{1,3}}){_END}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Release:
    """One published UCDP GED file.

    Parameters
    ----------
    name : str
        The version as UCDP writes it: ``26.1``, ``26.0.8`` or ``26.01.26.06``.
    kind : {'annual', 'candidate', 'cumulative'}
        A full release, one candidate month, or several candidate months in one file.
    first_month, last_month : int
        The months covered, as ``month_id``, both included.
    url : str, optional
        Where the file lies; empty when the release is known by its file name alone.
    """

    name: str
    kind: Literal["annual", "candidate", "cumulative"]
    first_month: int
    last_month: int
    url: str = ""


def parse_release(file_name: str, url: str = "") -> Release | None:
    """Return the release that a file name stands for, or None when the name carries no version.

    Parameters
    ----------
    file_name : str
        A name without folders. Two-digit years are years after 2000; letter case does not matter. Only tables count
        (CSV, plain, zipped or gzipped): the codebook ``ged261.pdf`` is no release.
    url : str, optional
        Kept in the answer.

    Examples
    --------
    >>> parse_release("ged261-csv.zip").name
    '26.1'
    >>> parse_release("GEDEvent_v26_0_8.csv")
    Release(name='26.0.8', kind='candidate', first_month=560, last_month=560, url='')
    >>> parse_release("events.csv") is None
    True
    """
    if match := _ARCHIVE.fullmatch(file_name):
        parts = [match[1], match[2]]
    elif match := _TABLE.fullmatch(file_name):
        parts = re.split(r"[_.]", match[1])
    else:
        return None
    numbers = [int(part) for part in parts]
    year = 2000 + numbers[0]
    match numbers:
        case [short, edition] if 1 <= edition <= 9:
            return Release(f"{short}.{edition}", "annual", FIRST_MONTH, month_id(year - 1, 12), url)
        case [short, 0, month] if 1 <= month <= 12:
            only = month_id(year, month)
            return Release(f"{short}.0.{month}", "candidate", only, only, url)
        case [_, start, end_year, end] if 1 <= start <= 12 and 1 <= end <= 12 and all(len(part) == 2 for part in parts):
            first, last = month_id(year, start), month_id(2000 + end_year, end)
            return Release(".".join(parts), "cumulative", first, last, url) if first <= last else None
    return None


def choose(releases: Iterable[Release]) -> list[Release]:
    """Return the newest annual release and the fewest candidate files that cover the months after it, in time order.

    From the first month that is not covered yet, the file that reaches furthest is taken, so a cumulative file comes
    before the single months it holds, and a later file before an earlier one. A month that no file covers is left out.

    Parameters
    ----------
    releases : iterable of Release
        In any order. Without an annual release there is nothing to build on, and the list returned is empty.

    Examples
    --------
    >>> names = ["ged251-csv.zip", "ged261-csv.zip", "GEDEvent_v26_0_6.csv", "GEDEvent_v26_0_7.csv"]
    >>> names += ["GEDEvent_v26_01_26_03.csv", "GEDEvent_v26_01_26_06.csv"]
    >>> [release.name for release in choose(map(parse_release, names))]
    ['26.1', '26.01.26.06', '26.0.7']
    """
    offered = list(releases)
    annual = max((r for r in offered if r.kind == "annual"), key=lambda r: (r.last_month, r.name), default=None)
    if annual is None:
        return []
    chosen, covered = [annual], annual.last_month
    candidates = [r for r in offered if r.kind != "annual"]
    while later := [r for r in candidates if r.last_month > covered]:
        month = max(covered + 1, min(r.first_month for r in later))
        # Of two files that end in the same month, the longer one replaces more of what came before.
        best = max((r for r in later if r.first_month <= month), key=lambda r: (r.last_month, -r.first_month))
        chosen.append(best)
        covered = best.last_month
    return chosen


def missing_months(chosen: Sequence[Release]) -> list[int]:
    """Return the months after the annual release, up to the last one chosen, that no chosen file covers.

    Parameters
    ----------
    chosen : sequence of Release
        What `choose` returned. Without an annual release there is nothing to build on, and the list is empty.

    Returns
    -------
    list of int
        As ``month_id``, in time order.

    Examples
    --------
    >>> names = ["ged261-csv.zip", "GEDEvent_v26_01_26_06.csv", "GEDEvent_v26_0_8.csv"]
    >>> missing_months(choose(map(parse_release, names)))
    [559]
    """
    base = max((release.last_month for release in chosen if release.kind == "annual"), default=None)
    if base is None:
        return []
    covered = {month for release in chosen for month in range(release.first_month, release.last_month + 1)}
    last = max(release.last_month for release in chosen)
    return [month for month in range(base + 1, last + 1) if month not in covered]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value.strip() for name, value in attrs if name == "href" and value]


def find_releases(html: str, page_url: str, *, hosts: Collection[str]) -> list[Release]:
    """Return the releases that a listing page links to, in the order of the months they end with.

    Parameters
    ----------
    html : str
        The page.
    page_url : str
        Its address: relative links start from there.
    hosts : collection of str
        The hosts (with their port, if any) that links may lead to; all other links are ignored.
    """
    links = _Links()
    links.feed(html)
    found: dict[str, Release] = {}
    for link in links.found:
        try:
            parts = urlsplit(urljoin(page_url, link))
        except ValueError:  # "http://[" and the like: no address, so no release
            continue
        if parts.scheme == "http" and page_url.startswith("https:"):
            parts = parts._replace(scheme="https")  # old absolute links must not take the download off TLS
        if parts.scheme not in ("http", "https") or parts.netloc.lower() not in hosts:
            continue
        name = unquote(parts.path).rpartition("/")[2]
        release = parse_release(name, parts._replace(fragment="").geturl())
        if release and name.lower().endswith((".csv", ".zip")):
            found.setdefault(release.name, release)
    return sorted(found.values(), key=lambda release: (release.last_month, release.first_month))


def _read_page(caller: Caller, url: str) -> tuple[str, str]:
    from aftershock.sources.polite import refusal

    page = bytearray()
    with caller.open(url, {}) as (final, response):
        for piece in caller.pieces(response):
            page += piece
            if len(page) > _LONGEST_PAGE:
                raise refusal("a listing page must be short", f"more than {_LONGEST_PAGE:,} bytes at {final}")
    return final, page.decode(errors="replace")


def list_releases(
    base_url: str, *, http: urllib3.PoolManager | None = None, patience: Patience | None = None
) -> list[Release]:
    """Return every UCDP GED release that the download area links to, in the order of the months they end with.

    Parameters
    ----------
    base_url : str
        The listing page, ``https://ucdp.uu.se/downloads/`` or a mirror of it. Where it links to no release, the page
        ``olddw.html`` beside it is read. Links that lead to another host are ignored.
    http : urllib3.PoolManager, optional
        The way to the network. Its retries are not used. Without it, the proxy that the environment names is used
        (``http_proxy`` or ``https_proxy``, less ``no_proxy``), or none.
    patience : Patience, optional
        Timeouts and tries; by default those of ``Patience()``.

    Raises
    ------
    UsageError
        `base_url` is not a web address.
    DownloadError
        The pages cannot be read, or link to no release.
    """
    from aftershock.sources.polite import PATIENCE, calling, refusal

    try:
        parts = urlsplit(base_url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError("the download area must be a web address", found=repr(base_url), fix="Begin it with https://.")
    if not parts.path.endswith(("/", ".html", ".htm")):
        parts = parts._replace(path=parts.path + "/")  # else the last folder is lost when links are resolved
    base = parts.geturl()
    with calling(http, patience or PATIENCE) as caller:
        for page in (base, urljoin(base, "olddw.html")):
            final, html = caller.patiently(partial(_read_page, caller, page), url=page)
            # A host that the base address itself redirects to is as good as the base.
            found = find_releases(html, final, hosts={parts.netloc.lower(), urlsplit(final).netloc.lower()})
            if found:
                return found
    raise refusal("the listing page must link to UCDP GED releases", f"no such link at {base} or its olddw.html")
