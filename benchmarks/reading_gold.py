"""Articles with gold annotations: which passages were marked by hand, and where they stand in the source."""

import bisect
import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ARTICLES = Path(__file__).parents[1] / "tests/accounts/articles"
LISTS = {
    "actors": "actor", "quotations": "quotation", "statements": "statement", "figures": "figure",
    "predictions": "prediction", "causal": "causal", "relations": "relation", "events": "event",
}  # fmt: skip
STRAIGHT = str.maketrans("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00a0\u202f\u2009", "''''\"\"\"\"   ")
HIDDEN = re.compile(r"<!--.*?-->|<(script|style|head|noscript)\b.*?</\1\s*>|<[^>]*>", re.S | re.I)
ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|\w+);", re.I)


@dataclass(frozen=True)
class Passage:
    """A passage marked by hand: where it stands in the source, and what is said of it."""

    start: int
    end: int
    optional: bool
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Gold:
    """An article's annotations with their places; ``lost`` names what could not be placed."""

    path: Path
    decoded: str
    passages: dict[str, list[Passage]]
    dropped: list[tuple[int, int]]
    checkable: list[tuple[int, int]]
    about: dict[str, Any]
    lost: list[str]


class Source:
    """A source's text without markup, blanks made one and quotes straight, with the place of each character."""

    def __init__(self, decoded: str, *, markup: bool) -> None:
        self.decoded = decoded
        hidden = [(m.start(), m.end(), " ") for m in HIDDEN.finditer(decoded)] if markup else []
        if markup:
            shut = [(a, b) for a, b, _ in hidden]
            hidden += [
                (m.start(), m.end(), html.unescape(m[0]))
                for m in ENTITY.finditer(decoded)
                if not any(a <= m.start() < b for a, b in shut)
            ]
        letters: list[str] = []
        self.places: list[int] = []
        at = 0
        for start, end, instead in [*sorted(hidden), (len(decoded), len(decoded), "")]:
            tag = decoded[start : start + 1] == "<"
            pieces = [(p, c) for p, c in zip(range(at, start), decoded[at:start], strict=True)]
            if not tag or re.match(r"</?(p|div|li|h\d|br|td|tr|ul|title|section|article)\b", decoded[start:end], re.I):
                pieces += [(start, c) for c in instead]
            for place, character in pieces:
                blank = character.isspace()
                if blank and letters and letters[-1] == " ":
                    continue
                letters.append(" " if blank else character.translate(STRAIGHT))
                self.places.append(place)
            at = end
        self.plain = "".join(letters)
        self.places.append(len(decoded))

    def every(self, text: str, *, words: bool = False) -> list[tuple[int, int]]:
        """Return all places of a text in the source, by its exact letters where they occur, else without markup."""
        if not words and text in self.decoded:
            return [(m.start(), m.end()) for m in re.finditer(re.escape(text), self.decoded)]
        bare = re.escape(" ".join(text.translate(STRAIGHT).split()))
        pattern = rf"(?<!\w){bare}(?!\w)" if words else bare
        return [(self.places[m.start()], self.places[m.end() - 1] + 1) for m in re.finditer(pattern, self.plain)]

    def place(self, text: str, nth: int = 1) -> tuple[int, int] | None:
        """Return the nth place of a text; inside of a longer word only where it stands nowhere by itself."""
        found = self.every(text)
        if nth <= len(found):
            start, end = found[nth - 1]
            before, after = self.decoded[max(start - 1, 0) : start], self.decoded[end : end + 1]
            inside = (before.isalnum() and text[:1].isalnum()) or (after.isalnum() and text[-1:].isalnum())
            if not inside:
                return start, end
        alone = self.every(text, words=True)
        return alone[nth - 1] if nth <= len(alone) else (found[nth - 1] if nth <= len(found) else None)


def _lines(source: Source, entries: list[Any], lost: list[str]) -> list[tuple[int, int]]:
    """Return the places of what is no article: whole lines where the words stand on a line of their own."""
    out: list[tuple[int, int]] = []
    for entry in entries:
        text, nth = (entry["text"], entry.get("nth", 1)) if isinstance(entry, dict) else (str(entry), 0)
        whole = [
            (m.start(1), m.end(1))
            for m in re.finditer(rf"^[^\S\n]*({re.escape(text.strip())})[^\S\n]*$", source.decoded, re.M)
        ]
        one = source.place(text.strip(), nth or 1)
        found = ([] if nth else whole) or ([one] if one else [])
        if not found:
            lost.append(f"dropped: {text}")
        out += found
    return sorted(set(out))


def _inside(place: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    at = bisect.bisect_right(spans, (place[0], 10**12)) - 1
    return at >= 0 and spans[at][0] <= place[0] and place[1] <= spans[at][1]


def _places(source: Source, entry: dict[str, Any], dropped: list[tuple[int, int]]) -> list[tuple[int, int]]:
    text = str(entry["text"]).strip()
    if entry.get("all"):
        return [place for place in source.every(text, words=True) if not _inside(place, dropped)]
    place = source.place(text, int(entry.get("nth", 1)))
    return [place] if place else []


def _passages(source: Source, kind: str, entries: list[Any], dropped: list, lost: list[str]) -> list[Passage]:
    out: dict[tuple[int, int, str], Passage] = {}
    for entry in entries:
        places = _places(source, entry, dropped)
        if not places:
            lost.append(f"{kind}: {entry['text']}")
        rest = {k: v for k, v in entry.items() if k not in ("text", "nth", "all", "optional")}
        for start, end in places:
            fields = dict(rest)
            for side in ("cause", "effect"):
                if kind == "causal":
                    inner = Source(source.decoded[start:end], markup="<" in source.decoded[:200]).place(
                        str(rest[side]).strip()
                    )
                    if inner is None:
                        lost.append(f"{kind}: {rest[side]}")
                    fields[f"{side}_span"] = (start + inner[0], start + inner[1]) if inner else (start, start)
            optional = bool(entry.get("optional"))
            made = Passage(start, end, optional, {**fields, "every": bool(entry.get("all"))})
            key = (start, end, repr(sorted((k, str(v)) for k, v in fields.items())) if kind != "actor" else "")
            if key not in out or out[key].fields["every"]:  # a single mention says more than "every one"
                out[key] = made
    return sorted(out.values(), key=lambda p: (p.start, p.end))


def _inner_optional(actors: list[Passage]) -> list[Passage]:
    """Make optional what "every one" marked inside of a longer mention: "Turkish" in "Turkish-backed rebels"."""
    return [
        Passage(p.start, p.end, True, p.fields)
        if any(q is not p and q.start <= p.start and p.end <= q.end and (q.end - q.start) > (p.end - p.start) for q in actors)
        and p.fields["every"]
        else p
        for p in actors
    ]  # fmt: skip


def decode(path: Path) -> str:
    """Return an article's source as text, line ends as they are."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_gold(path: Path, decoded: str | None = None) -> Gold:
    """Return the annotations of one article, placed in its source as it was decoded."""
    told = yaml.safe_load(path.with_name(path.name.split(".")[0] + ".gold.yaml").read_text(encoding="utf-8"))
    decoded = decode(path) if decoded is None else decoded
    source = Source(decoded, markup=path.suffix in (".html", ".htm"))
    lost: list[str] = []
    dropped = _lines(source, told.get("dropped") or [], lost)
    passages = {
        kind: _passages(source, kind, told.get(name) or [], dropped, lost) for name, kind in LISTS.items()
    }  # fmt: skip
    passages["actor"] = _inner_optional(passages["actor"])
    checkable = []
    for told_text in told.get("checkable") or []:
        entry = told_text if isinstance(told_text, dict) else {"text": told_text}
        if entry.get("optional"):
            continue
        text = str(entry["text"]).strip()
        place = source.place(text, int(entry.get("nth", 1)))
        checkable += [place] if place else []
        lost += [] if place else [f"checkable: {text}"]
    about = {key: told.get(key) for key in ("title", "outlet", "author", "date")}
    return Gold(path, decoded, passages, dropped, checkable, about, lost)


def articles(part: str) -> list[Path]:
    """Return the articles of a part that have annotations."""
    folder = ARTICLES / part.replace("-", "_")
    found = (p for p in folder.rglob("*") if p.suffix in (".txt", ".html", ".htm", ".md"))
    return sorted(p for p in found if p.with_name(p.name.split(".")[0] + ".gold.yaml").exists())
