"""What the reader found beside what was marked by hand: one to one, by kind, as the rules in each function say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reading_gold import Passage

TITLES = frozenset(
    re.findall(
        r"\w+",
        """mr mrs ms dr prof professor president general gen colonel col lieutenant lt captain capt major maj sergeant sir lord
        lady the a an minister prime foreign defence defense senator sen rep representative ambassador sheikh imam king prince
        jr sr""",
    )
)
Names = Mapping[str, object]


@dataclass(frozen=True)
class Found:
    """A finding with its place in the source."""

    start: int
    end: int
    why: str
    fields: dict[str, Any]


@dataclass
class Matched:
    """Which findings are right, which marked passages were missed, and which findings are false."""

    pairs: list[tuple[Found, Passage]] = field(default_factory=list)
    missed: list[Passage] = field(default_factory=list)
    false: list[Found] = field(default_factory=list)


def shared(a: Any, b: Any) -> int:
    """Return by how many characters two spans overlap."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _span(x: Found | Passage) -> tuple[int, int]:
    return x.start, x.end


def union_share(found: Found, gold: Passage) -> float:
    """Return intersection over union."""
    common = shared(_span(found), _span(gold))
    return common / (found.end - found.start + gold.end - gold.start - common or 1)


def shorter_share(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Return the overlap as a share of the shorter span."""
    return shared(a, b) / (min(a[1] - a[0], b[1] - b[0]) or 1)


def plain_name(name: Any) -> str:
    """Return an actor's name without case, brackets and signs."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\(.*?\)", "", str(name).casefold())).strip()


def actor_key(name: Any, names: Names) -> object:
    """Return what two names of one actor share: a state's number, else the plain name."""
    return names.get(plain_name(name), plain_name(name))


def same_actor(found: Found, gold: Passage, names: Names) -> bool:
    """Tell whether a mention is resolved to the marked actor: same state number, or same name."""
    if gold.fields.get("gwcode") is not None:
        return found.fields.get("gwcode") == gold.fields["gwcode"]
    wanted = gold.fields.get("canonical")
    options = wanted if isinstance(wanted, list) else [wanted]
    return any(actor_key(found.fields.get("canonical"), names) == actor_key(name, names) for name in options)


def last_name(name: Any) -> str:
    """Return the last word of a name, without titles, case, article and possessive."""
    bare = re.sub(r"\(.*?\)|,.*", " ", str(name).casefold().replace("’", "'"))
    words = [re.sub(r"'s?$", "", w).strip(".,;:'\"") for w in bare.split()]
    words = [re.sub(r"^(al|el|ad|as|at)-", "", w) for w in words if w and w not in TITLES]
    return words[-1] if words else ""


def same_person(found: Any, gold: Any) -> bool:
    """Tell whether two names of a speaker mean one: same last word, or one is the other's initials."""
    if not gold or not found:
        return not gold and not found
    if last_name(found) == last_name(gold):
        return True
    letters = [re.sub(r"[^a-z]", "", str(n).casefold().removeprefix("the ")) for n in (found, gold)]
    initials = ["".join(w[0] for w in re.findall(r"\b[A-Z][\w-]+", str(n))).casefold() for n in (found, gold)]
    return (len(initials[1]) > 1 and letters[0] == initials[1]) or (len(initials[0]) > 1 and letters[1] == initials[0])


PERSONS = frozenset(("person", "dead", "killed", "wounded", "injured", "other", "life"))
WORDS = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "%": "percent",
    "lives": "life",
    "$": "dollar",
}


def _singular(word: str) -> str:
    if word in WORDS or not word.endswith("s"):
        return WORDS.get(word, word)
    return f"{word[:-3]}y" if word.endswith("ies") else re.sub(r"(?<=[^s])s$", "", word)


def head_nouns(unit: Any) -> set[str]:
    """Return the head nouns of a unit in the singular: "remaining fighters of IS" gives "fighter", "dead" a person."""
    out = set()
    for part in re.split(r"\band\b|\bor\b|,", str(unit or "").casefold().replace("per cent", "percent")):
        words = re.findall(r"[a-z%$-]+", re.split(r"\b(?:of|from|in|per|a|an)\b", part.strip())[0])
        out |= {_singular(words[-1])} if words else set()
    return {"person" if word in PERSONS else word for word in out}


def _close(a: Any, b: Any) -> bool:
    return a is not None and b is not None and abs(float(a) - float(b)) <= 0.01 * max(abs(float(b)), 1e-9)


def same_value(found: Found, gold: Passage) -> bool:
    """Tell whether a figure's value, or both ends of its range, are the marked ones (within 1 %)."""
    if _close(found.fields.get("value"), gold.fields.get("value")):
        return True
    return all(_close(found.fields.get(k), gold.fields.get(k)) for k in ("low", "high"))


def same_unit(found: Found, gold: Passage) -> bool:
    """Tell whether a figure counts the marked things, by a head noun; the dead, killed, wounded and others are persons."""
    return bool(head_nouns(found.fields.get("unit")) & head_nouns(gold.fields.get("unit")))


def _side(found: Found, gold: Passage, side: str) -> bool:
    ours = found.fields.get(f"{side}_span")
    return bool(ours) and shorter_share(tuple(ours), gold.fields[f"{side}_span"]) >= 0.5


def _relation(found: Found, gold: Passage, names: Names) -> bool:
    kind = gold.fields["relation"]
    ours = [actor_key(found.fields.get(k), names) for k in "ab"]
    theirs = [actor_key(gold.fields.get(k), names) for k in "ab"]
    turned = kind in ("hostile", "allied") and ours == theirs[::-1]
    return found.fields.get("relation") == kind and (ours == theirs or turned)


def _who(found: Found, gold: Passage, names: Names) -> bool:
    theirs = {actor_key(name, names) for name in gold.fields.get("who") or []}
    return not theirs or bool(theirs & {actor_key(name, names) for name in found.fields.get("who") or []})


def likeness(kind: str, found: Found, gold: Passage, names: Names) -> float:
    """Return how well a finding fits a marked passage, 0 where it does not count as the same.

    Quotations: intersection over union of at least a half. Statements, predictions: overlap of half of the shorter. Actors:
    overlap and same actor. Figures: overlap, same value or range, same unit. Causal: overlap, and both sides overlap the marked
    ones by half of the shorter. Relations: overlap and same two actors and relation. Events: overlap, and one of the actors
    named in common where any is named.
    """
    common = shared(_span(found), _span(gold))
    if not common:
        return 0.0
    union, half = union_share(found, gold), shorter_share(_span(found), _span(gold))
    fits = {
        "quotation": lambda: union >= 0.5,
        "statement": lambda: half >= 0.5,
        "prediction": lambda: half >= 0.5,
        "actor": lambda: same_actor(found, gold, names),
        "figure": lambda: same_value(found, gold) and same_unit(found, gold),
        "causal": lambda: _side(found, gold, "cause") and _side(found, gold, "effect"),
        "relation": lambda: _relation(found, gold, names),
        "event": lambda: _who(found, gold, names),
    }[kind]
    return union if fits() else 0.0


def match(found: list[Found], gold: list[Passage], like: Callable[[Found, Passage], float]) -> Matched:
    """Pair findings with passages, the best fit first; optional passages count neither way."""
    fits = [(not g.optional, like(f, g), i, j) for i, f in enumerate(found) for j, g in enumerate(gold)]
    out, ours, theirs = Matched(), set(), set()
    for required, fit, i, j in sorted(fits, key=lambda x: (-x[0], -x[1], x[2], x[3])):
        if fit and i not in ours and j not in theirs:
            ours.add(i), theirs.add(j)
            if required:
                out.pairs.append((found[i], gold[j]))
    out.missed = [g for j, g in enumerate(gold) if j not in theirs and not g.optional]
    spare = [_span(g) for g in gold if g.optional]
    out.false = [f for i, f in enumerate(found) if i not in ours and not any(shared(_span(f), s) for s in spare)]
    return out


def _equal(key: str) -> Callable[[Found, Passage, Names], bool]:
    return lambda f, g, _: str(f.fields.get(key) or "").casefold() == str(g.fields.get(key) or "").casefold()


def _person(key: str) -> Callable[[Found, Passage, Names], bool]:
    return lambda f, g, _: same_person(f.fields.get(key), g.fields.get(key))


def _words(key: str) -> Callable[[Found, Passage, Names], bool]:
    def same(found: Found, gold: Passage, _: Names) -> bool:
        ours, theirs = (str(x.fields.get(key) or "").casefold().strip() for x in (found, gold))
        return ours == theirs or bool(ours and theirs and (ours in theirs or theirs in ours))

    return same


def _whole_who(found: Found, gold: Passage, names: Names) -> bool:
    return {actor_key(n, names) for n in found.fields.get("who") or []} == {
        actor_key(n, names) for n in gold.fields.get("who") or []
    }


FIELDS: dict[str, dict[str, Callable[[Found, Passage, Names], bool]]] = {
    "quotation": {"speaker": _person("speaker"), "via": _person("via"), "outlet": _words("outlet")},
    "statement": {"source": _person("source"), "via": _person("via"), "outlet": _words("outlet")},
    "figure": {"about": lambda f, g, _: bool(f.fields.get("about")) == bool(g.fields.get("about"))},
    "prediction": {"horizon": _words("horizon")},
    "causal": {"direction": _equal("direction")},
    "event": {"who": _whole_who, "where": _words("where"), "when": _words("when")},
    "actor": {"exact": lambda f, g, _: _span(f) == _span(g)},
    "relation": {},
}
