"""Does the reader find what was marked by hand in articles, and is what it finds right?

    python benchmarks/proof_reading.py [--part choosing|held-out] [--kind KIND] [--errors] [--out FOLDER]

Articles with gold annotations lie in ``tests/accounts/articles``. Rules were chosen on those of ``choosing``; those of
``held_out`` were read by none who wrote a rule, so ``--errors``, which lists what was missed and what is false, is refused
there. How a finding and a marked passage count as the same is said in ``reading_match.py``.
"""

import argparse
import dataclasses
import importlib
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import common
from aftershock.accounts.reading.actors.actors import find_actors
from aftershock.accounts.reading.finding import KINDS, Finding
from aftershock.accounts.reading.language import parse_article
from aftershock.accounts.reading.reader import read_text
from aftershock.accounts.texts import read_article
from aftershock.accounts.texts.article import ArticleText
from reading_gold import LISTS, Gold, articles, read_gold
from reading_match import FIELDS, Found, Matched, likeness, match, plain_name, same_unit, same_value, shared

CLAIMS = ("statement", "figure", "prediction", "causal", "event", "relation")


def find_all(article: ArticleText, kinds: list[str]) -> list[Finding]:
    """Return all findings; for one kind, those of its part of the reader and the actors."""
    if len(kinds) > 1:
        return list(read_text(article).findings)
    reading = parse_article(article)
    actors = find_actors(reading)
    if kinds == ["actor"]:
        return actors
    part = next(name for name, kind in LISTS.items() if kind == kinds[0])
    folder = {"quotations": "speech", "statements": "speech", "causal": "causes"}.get(part, part)
    find = getattr(importlib.import_module(f"aftershock.accounts.reading.{folder}.{part}"), f"find_{part}")
    return [*actors, *find(dataclasses.replace(reading, actors=tuple(actors)))]


def _placed(article: ArticleText, finding: Finding) -> Found:
    fields = dict(finding.fields)
    for key in ("cause_span", "effect_span"):
        if fields.get(key):
            fields[key] = article.span(*fields[key])
    return Found(*article.span(finding.start, finding.end), finding.why, fields)


def _names(gold: Gold, findings: list[Finding]) -> dict[str, object]:
    """Return the state number of every name by which a state goes in the annotations or the findings."""
    told = [p.fields for p in gold.passages["actor"]] + [f.fields for f in findings if f.kind == "actor"]
    pairs = [(f.get("canonical"), f.get("gwcode")) for f in told]
    return {plain_name(name): int(code) for name, code in pairs if isinstance(name, str) and code is not None}


@dataclasses.dataclass
class Tally:
    """What was counted over the articles so far."""

    counts: Counter = dataclasses.field(default_factory=Counter)
    right: Counter = dataclasses.field(default_factory=Counter)
    extra: Counter = dataclasses.field(default_factory=Counter)
    words: int = 0
    seconds: list[float] = dataclasses.field(default_factory=list)


def _count(tally: Tally, kind: str, got: Matched, names: dict[str, object]) -> None:
    for what, how_many in (("pairs", len(got.pairs)), ("missed", len(got.missed)), ("false", len(got.false))):
        tally.counts[kind, what] += how_many
    for name, same in FIELDS[kind].items():
        for found, passage in got.pairs:
            tally.right[kind, name, same(found, passage, names)] += 1


def _loose(tally: Tally, kind: str, found: list[Found], gold: Gold) -> None:
    """Count what is only partly right: a figure of the right place with another unit, a causal claim with one side wrong."""
    for passage in gold.passages[kind]:
        near = [f for f in found if shared((f.start, f.end), (passage.start, passage.end))]
        if passage.optional:
            continue
        tally.extra[kind, "marked"] += 1
        tally.extra[kind, "touched"] += bool(near)
        if kind == "figure":
            tally.extra[kind, "value right"] += any(same_value(f, passage) for f in near)
            tally.extra[kind, "unit right"] += any(same_unit(f, passage) for f in near)


def _context(
    gold: Gold, tally: Tally, article: ArticleText, findings: list[Finding], placed: dict[str, list[Found]]
) -> None:
    """Count checkable sentences touched, what was dropped, spans that are not exact."""
    claims = [f for kind in CLAIMS for f in placed[kind]]
    claims += [_placed(article, f) for f in findings if f.kind == "quotation" and f.checkable]
    touched = [s for s in gold.checkable if any(shared(s, (c.start, c.end)) for c in claims)]
    tally.extra["checkable", "marked"] += len(gold.checkable)
    tally.extra["checkable", "touched"] += len(touched)
    dropped = [article.span(b.start, b.end) for b in article.blocks if b.kind in ("dropped", "byline")]
    for line in gold.dropped:
        tally.extra["dropped", "lines marked"] += 1
        tally.extra["dropped", "lines dropped"] += any(2 * shared(line, d) >= line[1] - line[0] for d in dropped)
    for block in article.blocks:
        span = article.span(block.start, block.end)
        if block.kind == "dropped":
            tally.extra["dropped", "blocks dropped"] += 1
            over = sum(shared(span, line) for line in gold.dropped)
            tally.extra["dropped", "blocks rightly"] += 2 * over >= span[1] - span[0]
    for finding in findings:
        piece = article.text[finding.start : finding.end]
        tally.extra["spans", "all"] += 1
        tally.extra["spans", "exact"] += bool(piece) and piece == piece.strip()


def _show(gold: Gold, kind: str, got: Matched) -> None:
    def line(sign: str, x: Any, more: str) -> str:
        return f"  {sign} {gold.decoded[x.start : x.end]!r} {more}"

    shy = ("every",)
    lines = [line("MISSED", p, str({k: v for k, v in p.fields.items() if k not in shy})) for p in got.missed]
    lines += [line("FALSE ", f, f"[{f.why}] {f.fields}") for f in got.false]
    for found, passage in got.pairs:
        wrong = [n for n, same in FIELDS[kind].items() if n != "exact" and not same(found, passage, {})]
        lines += [line("FIELD ", found, f"{n}: {found.fields.get(n)!r}, not {passage.fields.get(n)!r}") for n in wrong]
    if lines:
        print(f"{gold.path.name}: {kind}", *lines, sep="\n")


def score(paths: list[Path], kinds: list[str], *, errors: bool) -> Tally:
    """Read every article and count."""
    tally = Tally()
    for path in paths:
        began = time.perf_counter()
        article = read_article(path)
        gold = read_gold(path, article.decoded)
        tally.extra["gold", "not placed"] += len(gold.lost)
        if errors and gold.lost:
            print(*(f"  NOT PLACED {path.name}: {what}" for what in gold.lost), sep="\n")
        findings = find_all(article, kinds)
        tally.seconds.append(time.perf_counter() - began)
        tally.words += len(article.body.split())
        names = _names(gold, findings)
        placed: dict[str, list[Found]] = defaultdict(list)
        for finding in findings:
            placed[finding.kind].append(_placed(article, finding))
        for kind in kinds:
            got = match(placed[kind], gold.passages[kind], lambda f, g, k=kind: likeness(k, f, g, names))
            _count(tally, kind, got, names)
            _loose(tally, kind, placed[kind], gold)
            if errors:
                _show(gold, kind, got)
        _context(gold, tally, article, findings, placed)
        for key, value in gold.about.items():
            tally.right["about", key, str(getattr(article, key) or "") == str(value or "")] += 1
    return tally


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def report(tally: Tally, kinds: list[str]) -> dict[str, Any]:
    """Return precision, recall and the shares of fields that are right, by kind."""
    out: dict[str, Any] = {}
    for kind in kinds:
        pairs, missed, false = (tally.counts[kind, what] for what in ("pairs", "missed", "false"))
        row: dict[str, Any] = {
            "marked": pairs + missed, "found": pairs + false,
            "precision": _share(pairs, pairs + false), "recall": _share(pairs, pairs + missed),
        }  # fmt: skip
        for name in FIELDS[kind]:
            yes, no = tally.right[kind, name, True], tally.right[kind, name, False]
            row[f"{name} right"] = _share(yes, yes + no)
        for (where, name), value in tally.extra.items():
            if where == kind and name != "marked":
                row[name] = _share(value, tally.extra[kind, "marked"])
        out[kind] = row
    extra = tally.extra
    out["checkable sentences touched"] = _share(extra["checkable", "touched"], extra["checkable", "marked"])
    out["dropped"] = {
        "lines": _share(extra["dropped", "lines dropped"], extra["dropped", "lines marked"]),
        "rightly": _share(extra["dropped", "blocks rightly"], extra["dropped", "blocks dropped"]),
    }
    keys = ("title", "outlet", "author", "date")
    out["about right"] = {k: tally.right["about", k, True] for k in keys}
    out["spans exact"] = _share(extra["spans", "exact"], extra["spans", "all"])
    out["annotations not placed"] = extra["gold", "not placed"]
    return out


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=common.RESULTS)
    parser.add_argument("--part", choices=("choosing", "held-out"), default="choosing")
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--errors", action="store_true")
    given = parser.parse_args()
    if given.errors and given.part == "held-out":
        parser.error("--errors lists what rules could be tuned on: not for the articles kept for measuring")
    common.RESULTS = given.out
    return given


def main() -> None:
    """Read, score, print."""
    given = _options()
    kinds = [given.kind] if given.kind else list(KINDS)
    paths = articles(given.part)
    tally = score(paths, kinds, errors=given.errors)
    result = report(tally, kinds)
    for name, row in result.items():
        print(f"{name:28}", row)
    size = {"articles": len(paths), "words": tally.words, "seconds": round(sum(tally.seconds), 2)}
    print(size)
    if not given.kind:
        common.write_result(f"proof_reading_{given.part.replace('-', '_')}", {**size, **result})


if __name__ == "__main__":
    main()
