"""What verbs say of how actors stand to each other: "bombed", "sided with", "sent weapons to", "broke away from"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.events.places import may_be_place
from aftershock.accounts.reading.finding import Finding
from aftershock.accounts.reading.grammar import Grammar, phrases_after
from aftershock.accounts.reading.relations.relation_belonging import of_belonging, of_succession
from aftershock.accounts.reading.relations.relation_giving import of_giving
from aftershock.accounts.reading.relations.relation_nouns import among, as_noun, as_place, pairs
from aftershock.accounts.reading.relations.relation_words import lemma, words

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["of_misread_verb", "of_verb"]

Told = Iterator[tuple[Finding, str, Finding]]
_PLURAL = frozenset(["they", "two", "both", "sides", "neighbours", "neighbors"])
_SPOILS = frozenset(
    [
        "tank",
        "weapon",
        "land",
        "territory",
        "ground",
        "control",
        "oilfield",
        "part",
        "half",
        "third",
        "much",
        "most",
        "rest",
    ]
)
_EACH = frozenset(["other", "another"])


def of_verb(grammar: Grammar, verb: Token) -> Told:
    """Yield what a verb says of its subjects, its objects and those after its prepositions."""
    subjects, objects = grammar.subjects(verb), grammar.objects(verb)
    yield from _of_hostile(grammar, verb, subjects, objects)
    yield from _of_friendly(grammar, verb, subjects, objects)
    yield from of_giving(grammar, verb, subjects, objects)
    yield from of_belonging(grammar, verb, subjects)
    yield from of_succession(grammar, verb, subjects, objects)
    if lemma(verb) == "be":
        yield from _being(grammar, verb)


def _several(grammar: Grammar, verb: Token, subjects: list[Finding]) -> list[Finding]:
    """Return the subjects of what is done to each other; "they" and "the two" are those just spoken of."""
    if len(subjects) > 1:
        return subjects
    plural = [
        c
        for c in verb.children
        if c.dep_ == "nsubj" and (c.lower_ in _PLURAL or any(g.lower_ == "two" for g in c.lefts))
    ]
    if not plural and verb.dep_ == "conj":
        plural = [c for c in verb.head.children if c.dep_ == "nsubj" and c.lower_ in _PLURAL]
    return [a for c in plural for a in grammar.referring.pair(c)]


def _each_other(verb: Token) -> bool:
    inner = [g for p in verb.children if p.dep_ == "prep" for g in p.children]
    return any(c.lower_ in _EACH for c in (*verb.children, *inner))


def _of_hostile(grammar: Grammar, verb: Token, subjects: list[Finding], objects: list[Finding]) -> Told:
    word, known = lemma(verb), words()
    if word in known["hostile_verbs"]:
        foes = [o for o in objects if not as_place(grammar, o, verb)]
        yield from pairs(subjects, "hostile", [o for o in foes if word == "fight" or not o.why.startswith('people "')])
    if word in known["hostile_with"]:
        others = grammar.after(verb, known["hostile_with"][word])
        yield from pairs(subjects, "hostile", others)
        if not others and word in known["each_other"] and not objects:
            yield from among(_several(grammar, verb, subjects), "hostile")
    if _each_other(verb) and (word in known["hostile_verbs"] or word in known["hostile_with"]):
        yield from among(_several(grammar, verb, subjects), "hostile")
    land = any(
        may_be_place(c) or grammar.mentioned(c) or lemma(c) in _SPOILS
        for c in verb.children
        if c.dep_ in ("dobj", "nsubjpass")
    )
    if word in known["taken_from"]:
        yield from pairs(subjects, "hostile", grammar.after(verb, ["from"]) if land else [])
    elif word in ("drive", "push", "force", "chase", "clear", "flush", "throw"):
        yield from pairs(subjects, "hostile", [o for o in objects if not as_place(grammar, o, verb)])
    if word in known["lost_to"] and land:
        yield from pairs(subjects, "hostile", grammar.after(verb, ["to"]))
    if subjects and word in known["waging"]:
        yield from _waging(grammar, verb, subjects)
    if word == "fall" and any(c.lower_ == "out" for c in verb.children):
        others = grammar.after(verb, ["with", "out"])
        others += [
            a for n in phrases_after(verb, ["with"]) for p in n.children for a in grammar.after(n, ["with"]) if p
        ]
        yield from pairs(subjects, "hostile", others) if others else among(_several(grammar, verb, subjects), "hostile")


def _waging(grammar: Grammar, verb: Token, subjects: list[Finding]) -> Told:
    """Yield what "waged war on", "launched an offensive against", "went to war with" say."""
    known = words()
    against = ["against", "on", "with"]
    for noun in (c for c in verb.children if c.dep_ == "dobj" and {lemma(c), c.lower_} & known["hostile_nouns"]):
        yield from pairs(subjects, "hostile", [*grammar.after(noun, against), *grammar.after(verb, ["against", "on"])])
    if lemma(verb) == "claim":
        nouns = [n for c in verb.children if c.lower_ == "responsibility" for n in phrases_after(c, ["for"])]
        yield from pairs(subjects, "hostile", [a for n in nouns for a in grammar.after(n, against)])
    for war in (g for g in phrases_after(verb, ["to"]) if g.lower_ in ("war", "blows")):
        others = [*grammar.after(war, ["with", "against"]), *grammar.after(verb, ["with", "against"])]
        yield from pairs(subjects, "hostile", others)
        if not others:
            yield from among(_several(grammar, verb, subjects), "hostile")


def _of_friendly(grammar: Grammar, verb: Token, subjects: list[Finding], objects: list[Finding]) -> Told:
    word, known = lemma(verb), words()
    friends: list[Finding] = []
    if word in known["support_verbs"]:
        friends = objects
        yield from pairs(subjects, "supports", objects)
    if word in known["side_verbs"]:
        friends = grammar.after(verb, known["side_verbs"][word])
        yield from pairs(subjects, "supports", friends)
    if word in known["allied_verbs"]:
        friends = [*friends, *grammar.after(verb, known["allied_verbs"][word])]
        yield from _beside(word, subjects, grammar.after(verb, known["allied_verbs"][word]))
    if friends:  # "fought beside X against Y": both are Y's foes
        foes = grammar.after(verb, ["against"])
        foes += [a for n in phrases_after(verb, ["alongside", "beside", "with"]) for a in grammar.after(n, ["against"])]
        yield from pairs([*subjects, *friends], "hostile", foes)
    things = [c for c in verb.children if c.dep_ == "dobj"]
    if any(g.lower_ == "joint" for c in things for g in c.children) and len(subjects) > 1:
        yield from among(subjects, "allied")
    if word in ("join", "sign", "form", "forge", "strike", "make", "reach", "seal", "have", "build", "maintain"):
        treaties = [
            c for c in things if lemma(c) in known["alliance_nouns"] or (word == "join" and lemma(c) == "force")
        ]
        others = [*grammar.after(verb, ["with"]), *(a for c in treaties for a in grammar.after(c, ["with"]))]
        if treaties:
            yield from (
                pairs(subjects, "allied", others) if others else among(_several(grammar, verb, subjects), "allied")
            )
    if word == "join" and not things[1:]:
        yield from pairs(subjects, "allied", objects)


def _beside(word: str, subjects: list[Finding], friends: list[Finding]) -> Told:
    """Yield what fighting beside somebody says: a state that fights beside an armed group supports it, else they are allies."""
    for a, kind, b in pairs(subjects, "allied", friends):
        helps = word == "fight" and a.fields["gwcode"] is not None and b.fields["gwcode"] is None
        yield a, "supports" if helps else kind, b


def _being(grammar: Grammar, verb: Token) -> Told:
    """Yield what "X is an ally of Y", "X and Y are enemies", "X is at war with Y" say."""
    known = words()
    nouns = [c for c in verb.children if c.dep_ == "nsubj"]
    subjects = [a for c in nouns for a in grammar.of(c)]
    for noun in (c for c in verb.children if c.dep_ == "attr"):
        yield from as_noun(grammar, noun, subjects)
        alone = noun.tag_ == "NNS" and not grammar.after(noun, ["of", "to"]) and not grammar.owner(noun)
        kind = (
            "hostile" if lemma(noun) in known["enemy_nouns"] else "allied" if lemma(noun) in known["ally_nouns"] else ""
        )
        if alone and kind:
            yield from among(_several(grammar, verb, subjects), kind)
    for phrase in (c for c in verb.children if c.dep_ == "prep"):
        for noun in (c for c in phrase.children if c.dep_ == "pobj"):
            kind = known["being_in"].get(lemma(noun)) or known["being_in"].get(noun.lower_)
            if kind:
                others = [*grammar.after(noun, ["with"]), *grammar.after(verb, ["with"])]
                every = (
                    pairs(subjects, min(kind), others)
                    if others
                    else among(_several(grammar, verb, subjects), min(kind))
                )
                yield from every
    for word in (c for c in verb.children if c.dep_ == "acomp"):
        for kind in known["being"].get(word.lower_, ()):
            yield from pairs(
                subjects, kind, [*grammar.after(word, ["with", "to"]), *grammar.after(verb, ["with", "to"])]
            )


def of_misread_verb(grammar: Grammar, token: Token) -> Told:
    """Yield what "Russia and Iran back Assad" says, which the parser takes for an adverb."""
    doc = token.doc
    if token.lower_ != "back" or not token.i or token.i + 1 >= len(doc):
        return
    after = grammar.mentioned(doc[token.i + 1])
    if not after and token.i + 2 < len(doc) and doc[token.i + 1].lower_ == "the":
        after = grammar.mentioned(doc[token.i + 2])
    before: list[Finding] = []
    at = token.i - 1
    joining = (",", "and", "the", "both")
    while (
        after
        and at >= max(token.sent.start, token.i - 12)
        and (grammar.mentioned(doc[at]) or doc[at].lower_ in joining)
    ):
        before += grammar.mentioned(doc[at])
        at -= 1
    if grammar.mentioned(doc[token.i - 1]):
        yield from pairs(_reversed(before), "supports", after[:1])


def _reversed(actors: Iterable[Finding]) -> list[Finding]:
    return list(actors)[::-1]
