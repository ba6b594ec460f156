"""Support told as a gift: who sends, pays, sells or receives what from whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Finding
from aftershock.accounts.reading.grammar import Grammar, phrases_after
from aftershock.accounts.reading.relations.relation_nouns import pairs
from aftershock.accounts.reading.relations.relation_words import lemma, words

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["of_giving"]

Told = Iterator[tuple[Finding, str, Finding]]
_SENT = frozenset(
    [
        "troop",
        "soldier",
        "fighter",
        "volunteer",
        "mercenary",
        "adviser",
        "advisor",
        "instructor",
        "jet",
        "tank",
        "reinforcement",
    ]
)
_RECEIVING = frozenset(["receive", "get", "obtain", "take", "enjoy", "accept", "draw", "buy", "win", "secure"])
_PAYING = frozenset(["pay", "foot", "cover", "meet", "buy", "settle"])
_BILLS = frozenset(
    ["bill", "salary", "wage", "rifle", "arm", "weapon", "cost", "debt", "pay", "ammunition", "fighter", "soldier"]
)


def of_giving(grammar: Grammar, verb: Token, subjects: list[Finding], objects: list[Finding]) -> Told:
    """Yield whom a verb of giving, paying or receiving says to support whom."""
    word, known = lemma(verb), words()
    passive = any(c.dep_ == "nsubjpass" for c in verb.children)
    things = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    things += [g for t in things for g in t.conjuncts[:8]]
    gift = any(_gift(t) for t in things)
    if word in known["give_verbs"] and (gift or word == "sell"):
        to = [*grammar.after(verb, ["to", "for"]), *(a for t in things if _gift(t) for a in _receivers(grammar, t))]
        sent = any(lemma(t) in _SENT for t in things)
        to = [a for a in to if not (sent and a.why.startswith("state"))] if gift else []
        datives = [o for c in verb.children if c.dep_ == "dative" for o in grammar.of(c)]
        yield from pairs(subjects, "supports", [*to, *datives])
        if not datives:  # "given the government and the peacekeepers $185 million", the first taken for the object
            yield from pairs(subjects, "supports", [] if to or passive else objects)
    if word in known["supplied_with"] and any(c.lower_ == "with" for c in verb.children):
        yield from pairs(subjects, "supports", objects)
    if word == "spend" and gift:
        yield from pairs(subjects, "supports", grammar.after(verb, ["on"]))
    if word in _RECEIVING and gift and not passive:
        givers = [*grammar.after(verb, ["from"])]
        givers += [o for t in things for o in [*grammar.after(t, ["from"]), *grammar.owner(t)]]
        givers += [o for t in things for n in phrases_after(t, ["of"]) for o in grammar.after(n, ["from"])]
        yield from pairs(givers, "supports", subjects)
    if word in _PAYING:
        bills = [t for t in things if lemma(t) in _BILLS]
        bills += [n for t in things for n in phrases_after(t, ["of"]) if lemma(n) in _BILLS]
        owners = [o for t in bills for o in [*grammar.owner(t), *grammar.after(t, ["of"])]]
        ours = {a.fields["canonical"] for a in subjects}  # "buy their rifles": not their own
        yield from pairs(subjects, "supports", [o for o in owners if o.fields["canonical"] not in ours])


def _receivers(grammar: Grammar, thing: Token) -> list[Finding]:
    inner = [thing, *phrases_after(thing, ["of"])]
    return [a for t in inner for a in grammar.after(t, ["to", "for"])]


def _gift(thing: Token) -> bool:
    """Return whether a thing is arms, money or men, by itself or as what it is made of: "a plane of supplies"."""
    known = words()["given"]
    near = [thing, *phrases_after(thing, ["of"]), *(c for c in thing.children if c.dep_ == "compound")]
    return any(lemma(t) in known or t.lower_ in known or _money(t) for t in near)


def _money(thing: Token) -> bool:
    return thing.ent_type_ == "MONEY" or any(c.text in ("$", "£", "€") for c in thing.children)
