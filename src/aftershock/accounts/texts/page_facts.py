"""What a web page's head says of an article: title, outlet, author, day."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aftershock.accounts.texts.characters import plain_characters
from aftershock.accounts.texts.days import find_day
from aftershock.accounts.texts.markup import attributes, tokens

__all__ = ["PageFacts", "page_facts"]

_LARGEST = 400_000  # characters of a page that are looked at
_DEEPEST, _MOST_NODES = 12, 2_000
_META: dict[str, tuple[str, ...]] = {
    "title": ("og:title", "twitter:title", "dc.title", "headline", "citation_title", "parsely-title", "sailthru.title"),
    "outlet": ("og:site_name", "application-name", "dc.publisher", "citation_journal_title", "publisher", "cre"),
    "author": ("author", "article:author", "dc.creator", "byl", "citation_author", "parsely-author", "sailthru.author"),
    "date": (
        "article:published_time", "og:published_time", "date", "pubdate", "publishdate", "publish-date", "dc.date",
        "dc.date.issued",
        "dcterms.created", "dcterms.date", "citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date",
        "datepublished", "article:published", "displaydate", "ptime", "pdate",
    ),
}  # fmt: skip
_ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|Report|Review|WebPage)$")
_NOBODY = re.compile(
    r"\b(staff|admin|administrator|editor(s|ial)?|news ?desk|newsroom|agenc(y|ies)|web ?desk|team|online)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"\b(byline|author(?:s|[-_]?name)?|writer)\b", re.IGNORECASE)


@dataclass(frozen=True)
class PageFacts:
    """What the page says; None where it does not."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: dt.date | None = None


def page_facts(source: str) -> PageFacts:
    """Return what a page says of its article, in data for machines first, then in its tags.

    Examples
    --------
    >>> page_facts('<title>A war &amp; after | The Brief</title><meta name="author" content="By A. Doe">')
    PageFacts(title='A war & after', outlet='The Brief', author='A. Doe', date=None)
    """
    found: dict[str, list[str]] = {
        "title": [],
        "outlet": [],
        "author": [],
        "date": [],
        "shown": [],
        "time": [],
        "h1": [],
    }
    meta: dict[str, list[str]] = {}
    inside = ""
    text: list[str] = []
    kind = ""
    for token in tokens(source[:_LARGEST]):
        if token.kind == "open" and token.name == "meta":
            given = attributes(source, token)
            key = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
            meta.setdefault(key, []).append(given.get("content", ""))
        elif token.kind == "open" and token.name == "script":
            kind = attributes(source, token).get("type", "").lower()
        elif token.kind == "raw" and token.name == "script" and "ld+json" in kind:
            _linked_data(source[token.start : token.end], found)
        elif token.kind == "raw" and token.name == "title":
            found["shown"].append(source[token.start : token.end])
        elif token.kind == "open" and token.name in ("time", "h1", "a", "span", "p", "div", "address", "abbr"):
            given = attributes(source, token) if token.end - token.start > len(token.name) + 2 else {}
            if token.name == "time" and given.get("datetime"):
                found["time"].append(given["datetime"])
            elif given.get("itemprop") == "datePublished" and given.get("content"):
                found["date"].append(given["content"])
            named = given.get("rel") == "author" or "author" in given.get("itemprop", "")
            named = named or bool(_BYLINE.search(given.get("class", "")) and "bio" not in given.get("class", ""))
            if not inside and (token.name == "h1" or named):
                inside, text = token.name, []
                key_of = "h1" if token.name == "h1" else "byline"
        elif inside and token.kind == "text":
            text.append(source[token.start : token.end])
            if len(text) > 40:
                inside = ""
        elif inside and token.kind == "close" and token.name == inside:
            found.setdefault(key_of, []).append("".join(text))
            inside = ""
    return _settled(found, meta)


def _settled(found: dict[str, list[str]], meta: dict[str, list[str]]) -> PageFacts:
    for key, names in _META.items():
        found[key] += [value for name in names for value in meta.get(name, [])]
    clean = {key: [text for value in values if (text := _clean(value))] for key, values in found.items()}
    shown, outlet = _parted((clean["shown"] or [""])[0], clean["outlet"])
    heads = {head for head in clean["h1"] if len(head.split()) >= 3 and head not in clean["outlet"]}
    title = heads.pop() if len(heads) == 1 else next(iter([*clean["title"], *clean["h1"], shown]), None) or None
    authors = [_name(author) for author in [*clean["author"], *clean.get("byline", [])]]
    days = [day for value in [*clean["date"], *clean["time"]] if (day := find_day(value))]
    return PageFacts(
        title,
        next(iter(clean["outlet"]), outlet),
        next(
            (author for author in authors if author and not _NOBODY.search(author) and author not in clean["outlet"]),
            None,
        ),
        days[0] if days else None,
    )


def _clean(value: str) -> str:
    return " ".join(plain_characters(html.unescape(value)).split())[:300]


def _parted(shown: str, outlets: list[str]) -> tuple[str, str | None]:
    """Return the title and the outlet of "Title | Outlet"."""
    parts = re.split(r"\s+[|·•»–—-]\s+", shown)
    if len(parts) < 2:
        return shown, None
    known = [part for part in parts[1:] if part in outlets]
    if known or (len(parts[-1].split()) <= 5 and len(parts[-1]) < len(parts[0])):
        return shown[: shown.rfind(parts[-1])].rstrip(" |·•»–—-"), parts[-1]
    return shown, None


def _name(value: str) -> str | None:
    """Return a name as a person's, not an address nor "By …"."""
    value = re.sub(r"^\W*(?:by|written by|author:?)\s+", "", value, flags=re.IGNORECASE)
    value = re.split(r"\s*[|•·]\s*|\s\d{1,2}\s", value)[0].strip(" ,.")
    value = re.sub(r"\s+in\s+[A-Z][\w' -]*(?:,\s[A-Z][\w' -]*)?$", "", value)
    value = re.sub(
        r",\s(?:[A-Z]?[a-z]+ ){0,3}(?:editor|correspondent|reporter|writer|columnist|analyst|bureau chief)\b.*$",
        "",
        value,
        flags=re.IGNORECASE,
    )
    ok = 2 < len(value) <= 120 and "://" not in value and "@" not in value and len(value.split()) <= 14
    return value if ok and any(word[:1].isupper() for word in value.split()) else None


def _linked_data(written: str, found: dict[str, list[str]]) -> None:
    try:
        data = json.loads(written.strip().removeprefix("<!--").removesuffix("-->").rstrip(";\n "))
    except (ValueError, RecursionError):
        return
    nodes = [node for _, node in zip(range(_MOST_NODES), _nodes(data, 0), strict=False)]
    for node in nodes:
        kinds = node.get("@type", "")
        if not any(
            isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
        ):
            continue
        for key, name in (("title", "headline"), ("date", "datePublished")):
            if isinstance(node.get(name), str):
                found[key].append(node[name])
        people = _names(node.get("author"), nodes)
        if people:
            found["author"].append(" and ".join([", ".join(people[:-1]), people[-1]] if len(people) > 1 else people))
        found["outlet"] += _names(node.get("publisher"), nodes)[:1]


def _nodes(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        yield data
        for key, value in data.items():
            if key in ("@graph", "mainEntity", "itemListElement") or depth == 0:
                yield from _nodes(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            yield from _nodes(value, depth + 1)


def _names(value: Any, nodes: list[dict[str, Any]]) -> list[str]:
    if isinstance(value, str):
        return [value] if value and "://" not in value else []
    if isinstance(value, list):
        return [name for each in value[:10] for name in _names(each, nodes)]
    if isinstance(value, dict):
        if isinstance(value.get("name"), str):
            return [value["name"]]
        known = next((node for node in nodes if node.get("@id") == value.get("@id") and "name" in node), None)
        return _names(known["name"], nodes) if known and value.get("@id") else []
    return []
