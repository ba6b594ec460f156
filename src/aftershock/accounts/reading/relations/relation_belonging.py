"""What verbs say of who is part of whom, and who came out of whom: "swore allegiance to", "split from", "renamed itself"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Finding
from aftershock.accounts.reading.grammar import Grammar
from aftershock.accounts.reading.relations.relation_nouns import pairs
from aftershock.accounts.reading.relations.relation_words import lemma, words

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["of_belonging", "of_succession"]

Told = Iterator[tuple[Finding, str, Finding]]


def of_belonging(grammar: Grammar, verb: Token, subjects: list[Finding]) -> Told:
    """Yield what "swore allegiance to", "merged into", "belongs to" say."""
    word, known = lemma(verb), words()
    if word not in known["part_verbs"]:
        return
    things = [c for c in verb.children if c.dep_ == "dobj"]
    masters = grammar.after(verb, known["part_verbs"][word])
    masters += [a for t in things for a in grammar.after(t, known["part_verbs"][word])]
    if word in known["swearing"]:
        sworn = {lemma(t) for t in things} | {t.lower_ for t in things}
        if not sworn & known["loyalty"]:
            return
        full = bool(sworn & known["allegiance"])
        yield from pairs(subjects, "part of" if full else "allied", masters)
    else:
        yield from pairs(subjects, "part of", masters)


def of_succession(grammar: Grammar, verb: Token, subjects: list[Finding], objects: list[Finding]) -> Told:
    """Yield what "split from", "grew out of", "renamed itself", "formerly known as" say."""
    word, known = lemma(verb), words()
    if word in known["succeed_verbs"]:
        wanted = known["succeed_verbs"][word]
        before = grammar.after(verb, [*wanted, "out", "away", "off"]) if wanted else objects
        born = word == "bear" and any(c.dep_ == "nsubjpass" for c in verb.children)
        yield from pairs(objects if born else subjects, "succeeds", before)
    if word in known["become_verbs"]:
        after = [a for c in verb.children if c.dep_ in ("attr", "oprd", "acomp", "dobj") for a in grammar.of(c)]
        yield from pairs([*after, *grammar.after(verb, ["into"])], "succeeds", subjects)
    if word in known["renamed_verbs"]:
        after = [a for c in verb.children if c.dep_ in ("oprd", "attr") for a in grammar.of(c)]
        yield from pairs([*after, *grammar.after(verb, ["as"])], "succeeds", [*subjects, *objects])
    if word == "change" and any(c.lower_ in ("name", "names") for c in verb.children):
        yield from pairs(grammar.after(verb, ["to"]), "succeeds", subjects)
    if word in ("know", "call") and verb.tag_ == "VBN":
        once = {c.lower_ for c in verb.children} & {
            "formerly",
            "previously",
            "once",
            "originally",
            "then",
            "earlier",
            "now",
            "today",
        }
        names = [a for c in verb.children if c.dep_ == "oprd" for a in grammar.of(c)] + grammar.after(verb, ["as"])
        bearers = grammar.objects(verb)
        yield from (
            pairs(names, "succeeds", bearers)
            if once & {"now", "today"}
            else pairs(bearers if once else [], "succeeds", names)
        )
