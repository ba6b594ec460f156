"""Set turns by which something is laid at somebody's door: "says so", "made clear that", "the official line is that"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.marks import Piece, inside
from aftershock.accounts.reading.speech.verbs import agent_of, is_passive, lemma_of, object_of

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["accused_by", "has_line", "in_the_air", "is_turn", "parenthetical", "so_claims"]

_SO = re.compile(
    r"(?: (?:(?:this|our|the|a|his|her|their) \w+|us|me|them|him|her|\w+ly|Reuters|AFP))? ?"
    r"(?:so|otherwise|not|as much|the same|the opposite|nothing of the (?:kind|sort)|a different (?:story|tale))"
    r"(?: too| himself| herself| themselves| openly| publicly| privately)?[ ]?[.,;:!?)\u2014]"
)
_AT = re.compile(
    r" (?:a |the |an accusing |their |its |his )?(?:fingers? )?(?:of blame )?(?:squarely |straight )?(?:at|to|towards?) "
)
_ACCUSED = {"accuse": ("of",), "blame": ("on", "for"), "suspect": ("of",), "attribute": ("to",)}


def is_turn(verb: Token, pieces: list[Piece]) -> bool:
    """Tell whether a verb and what follows it are a set turn of telling.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> is_turn(parse_text("Two officials told us otherwise.")[2], [])
    True
    >>> is_turn(parse_text("The soldiers told them a lie.")[2], [])
    False
    """
    lemma = lemma_of(verb)
    after = verb.doc.text[verb.idx + len(verb) : min(verb.idx + len(verb) + 60, verb.sent.end_char)]
    if lemma in ("say", "tell", "think", "claim", "argue", "insist", "believe"):
        return bool(_SO.match(after)) and not any(c.dep_ == "neg" for c in verb.children)
    if lemma == "point":
        aim = next((c for c in verb.children if c.dep_ in ("prep", "dobj")), None)
        named = any(t.ent_type_ in ("GPE", "NORP", "ORG", "PERSON") for t in verb.doc[verb.i + 1 : verb.i + 8])
        return (
            bool(_AT.match(after)) and (named or "finger" in after) and aim is not None and not inside(pieces, aim.idx)
        )
    if lemma in ("make", "let", "leave"):
        known = re.match(
            r" (?:it )?(?:\w+ )?(?:clear|plain|known|be known|no secret of|no doubt|little doubt|no bones about)\b",
            after,
        )
        return bool(known) and (" that " in after[known.end() :] or "of" in known[0].split()) if known else False
    return False


def parenthetical(verb: Token, subject: Token) -> bool:
    """Tell whether a verb and its subject stand between two commas: "talks which, the ministry insists, failed"."""
    first, last = sorted((verb.i, subject.i))
    edge = first
    while edge > verb.sent.start and verb.doc[edge - 1].dep_ in ("det", "amod", "compound", "poss", "case", "nummod"):
        edge -= 1
    doc = verb.doc
    return (
        edge > verb.sent.start and doc[edge - 1].text == "," and last + 1 < verb.sent.end and doc[last + 1].text == ","
        and last - first < 4 and verb.tag_ in ("VBD", "VBZ", "VBP")
        and lemma_of(verb) in words("attribution", "full_verbs")
    )  # fmt: skip


def so_claims(verb: Token, subject: Token) -> bool:
    """Tell whether "so" goes before: "or so Ethiopia claims"."""
    before = verb.doc[max(subject.left_edge.i - 1, 0)]
    return before.lower_ == "so" and before.i >= verb.sent.start and verb.i - before.i < 8


def accused_by(verb: Token) -> bool:
    """Tell whether a passive says of what somebody is accused: "is blamed for", "has been accused by the UN of"."""
    preps = _ACCUSED.get(lemma_of(verb))
    if preps is None or not is_passive(verb):
        return False
    if lemma_of(verb) == "attribute" and agent_of(verb) is None:
        return False
    return any(c.dep_ == "prep" and c.lower_ in preps for c in verb.children)


def has_line(noun: Token, owner: Token | None) -> bool:
    """Tell whether a noun names what somebody gives out: "the official line is that", "their version is that"."""
    if noun.dep_ != "nsubj" or lemma_of(noun.head) != "be" or lemma_of(noun) not in words("attribution", "line_nouns"):
        return False
    that = any(c.dep_ in ("ccomp", "advcl") and any(m.lower_ == "that" for m in c.children) for c in noun.head.children)
    common = any(c.lower_ in words("attribution", "usual") for c in noun.children)
    return that and (owner is not None or common or maker_of(noun) is not None)


def maker_of(noun: Token) -> Token | None:
    """Return who gives out what a noun names: "the explanation offered by the governor", "the message from Moscow"."""
    given = next((c for c in noun.children if c.dep_ == "acl" and c.tag_ == "VBN"), None)
    made = agent_of(given) if given is not None else None
    return made or object_of(noun, "from", "of", "by", "among", "in")


def in_the_air(noun: Token) -> bool:
    """Tell whether something is told by nobody in particular: "word came that", "there was talk of a second front"."""
    if lemma_of(noun) not in words("attribution", "in_the_air"):
        return False
    head = noun.head
    if noun.dep_ in ("nsubj", "nsubjpass") and not any(
        c.lower_ in ("the", "his", "her", "this") for c in noun.children
    ):
        end = min(head.i + 9, head.sent.end)
        return any(t.lower_ == "that" and t.tag_ in ("IN", "WDT") for t in head.doc[head.i + 1 : end])
    there = noun.dep_ in ("attr", "nsubj") and any(c.dep_ == "expl" for c in head.children)
    end = min(noun.i + 8, noun.sent.end)
    return there and any(t.lower_ in ("of", "that") for t in noun.doc[noun.i + 1 : end])
