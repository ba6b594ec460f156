"""What nouns say of how actors stand to each other: "war on", "support for", "an ally of", "a branch of"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Finding
from aftershock.accounts.reading.grammar import Grammar, phrases_after
from aftershock.accounts.reading.relations.relation_words import lemma, words

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["among", "as_noun", "as_place", "of_noun", "pairs"]

Told = Iterator[tuple[Finding, str, Finding]]
_MOST = 12
_KINDS = (("allied", "ally_nouns"), ("hostile", "enemy_nouns"), ("supports", "backer_nouns"), ("part of", "part_nouns"))
_CALLED = ("ally_nouns", "enemy_nouns", "backer_nouns", "part_nouns", "client_nouns", "successor_nouns")
_SPLINTER = frozenset(["splinter", "breakaway", "dissident"])
_FROM_ABOVE = frozenset(["strike", "bombing", "raid", "bombardment", "airstrike", "shelling"])
_BOMBING = frozenset(["bomb", "strike", "shell", "hit", "pound", "raid", "bombard", "target", "storm", "clear"])


def pairs(these: Iterable[Finding], relation: str, those: Iterable[Finding]) -> Told:
    """Yield each of these with each of those; long lists are cut, as no sentence speaks of so many."""
    second = list(islice(those, _MOST))
    for a in islice(these, _MOST):
        for b in second:
            if a is not b:
                yield a, relation, b


def among(actors: list[Finding], relation: str) -> Told:
    """Yield each with each of those after it."""
    for k, a in enumerate(actors[:_MOST]):
        for b in actors[k + 1 : _MOST]:
            yield a, relation, b


def as_place(grammar: Grammar, actor: Finding, verb: Token) -> bool:
    """Return whether a state under attack is rather where it happened: bombs on Syria, with an armed group in the sentence."""
    if actor.fields["gwcode"] is None or not actor.why.startswith("state"):
        return False
    if lemma(verb) not in _BOMBING | _FROM_ABOVE:
        return False
    near = verb.doc[max(verb.sent.start, verb.i - 40) : min(verb.sent.end, verb.i + 40)]
    return any(a.fields["gwcode"] is None for t in near for a in grammar.mentioned(t))


def as_noun(grammar: Grammar, noun: Token, actors: list[Finding], more: Iterable[Finding] = ()) -> Told:
    """Yield what is said of actors that are called an ally, an enemy, a wing of another."""
    word, known = lemma(noun), words()
    named = any(word in known[listed] for listed in _CALLED)
    splinter = word in ("group", "faction") and any(c.lower_ in _SPLINTER for c in noun.children)
    if not (named or splinter):
        return
    others = [*grammar.after(noun, ["of", "to", "for", "from", "in", "within"]), *grammar.owner(noun), *more]
    if word not in known["part_nouns"]:
        others = [o for o in others if o not in grammar.after(noun, ["in", "within"])]
    for kind, listed in _KINDS:
        if word in known[listed]:
            yield from pairs(actors, kind, others)
    if word in known["client_nouns"]:
        yield from pairs(others, "supports", actors)
    if word in known["successor_nouns"] or splinter:
        before = word in known["before_nouns"]
        yield from pairs(others, "succeeds", actors) if before else pairs(actors, "succeeds", others)


def of_noun(grammar: Grammar, noun: Token) -> Told:
    """Yield what a noun says of those whose it is and those after its prepositions."""
    if noun.dep_ == "appos":
        yield from as_noun(grammar, noun, grammar.of(noun.head))
    elif noun.dep_ in ("compound", "nmod") and noun.head.i > noun.i:  # "its Shia ally Amal"
        yield from as_noun(grammar, noun, grammar.named(noun.head), grammar.owner(noun.head))
    for child in noun.children:
        if child.dep_ == "appos":  # "its ally, Hezbollah"
            named = grammar.named(child)
            yield from as_noun(grammar, noun, named) if lemma(noun) not in words()["arms"] or named else ()
    yield from _of_deed(grammar, noun)
    yield from _of_tie(grammar, noun)


def _of_deed(grammar: Grammar, noun: Token) -> Told:
    word, known = lemma(noun), words()
    if word in known["hostile_nouns"]:
        yield from among(grammar.after(noun, ["between"]), "hostile")
        others = grammar.after(
            noun, ["against"] if word in ("intervention", "operation") else ["against", "on", "with"]
        )
        if word in _FROM_ABOVE:
            others = [o for o in others if not as_place(grammar, o, noun)]
        yield from pairs([*grammar.owner(noun), *grammar.after(noun, ["by", "from"])], "hostile", others)
        if noun.dep_ == "pobj" and noun.head.lower_ in (
            "under",
            "in",
        ):  # "the town is under attack by", "in its war with"
            yield from pairs(grammar.subjects(noun.head.head), "hostile", grammar.after(noun, ["against", "with"]))
    if word in known["support_nouns"]:
        doers = [*grammar.owner(noun), *grammar.after(noun, ["from", "by"])]
        led = noun.dep_ == "pobj" and noun.head.lower_ in ("with", "under", "to", "through")
        yield from pairs(doers, "supports", grammar.after(noun, ["for", "to"] if led else ["for", "to", "of"]))
        if led and noun.head.head.pos_ in ("VERB", "AUX"):  # "took the town with Russian help", "with the support of"
            doers += grammar.after(noun, ["of"])
            yield from pairs(doers, "supports", grammar.subjects(noun.head.head))


def _of_tie(grammar: Grammar, noun: Token) -> Told:
    word, known = lemma(noun), words()
    if word in known["tie_nouns"] and noun.dep_ == "pobj" and noun.head.lower_ == "with":
        yield from pairs(grammar.of(noun.head.head), "allied", grammar.after(noun, ["to", "with"]))
    if word in known["alliance_nouns"]:
        yield from among(grammar.after(noun, ["between"]), "allied")
        yield from pairs(grammar.owner(noun), "allied", grammar.after(noun, ["with"]))
    if word in known["loyalty"] and noun.dep_ == "pobj":  # "an oath of loyalty to"
        above = next((a for a in islice(noun.ancestors, 4) if a.pos_ == "VERB"), None)
        if above is not None and any(noun in (*phrases_after(c, ["of"]),) for c in above.children):
            kind = "part of" if word in known["allegiance"] else "allied"
            yield from pairs(grammar.subjects(above), kind, grammar.after(noun, ["to"]))
