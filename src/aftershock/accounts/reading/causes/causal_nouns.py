"""Causal claims made by a noun after "be": "X is the root of Y", "Y was the result of X", "it was X that …"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.causes.causal_words import Claim, acts, direction_of_verb, quoted, side_of
from aftershock.accounts.reading.causes.clauses import Piece, is_negated, noun_phrase, object_piece, subject_of, trimmed
from aftershock.accounts.reading.lexicons import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = ["by_copula"]


def by_copula(reading: Reading, verb: Token) -> Claim | None:
    """Read "X is the cause of Y", "X is a threat to Y", "Y was the result of X", "X is Y's best recruiter"."""
    doc = reading.doc
    if verb.lemma_ not in ("be", "become", "remain", "prove") or is_negated(verb):
        return None
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "csubj") and c.i < verb.i), None)
    if subject is not None and (told := _cleft_copula(reading, verb, subject)):
        return told
    noun = next((c for c in verb.children if c.dep_ in ("attr", "oprd") and c.i > verb.i), None)
    if subject is None or noun is None or any(c.lower_ in ("no", "not") for c in (*noun.children, *verb.children)):
        return None
    first = side_of(doc, subject)
    if first is None or noun.pos_ not in ("NOUN", "PROPN"):
        return None
    return _noun_first(reading, subject, noun, first) or _noun_second(doc, subject, noun)


def _cleft_copula(reading: Reading, verb: Token, subject: Token) -> Claim | None:
    """Read "X is what keeps Y going", and "it was X that turned Y"."""
    doc = reading.doc
    said = next((c for c in verb.children if c.dep_ == "attr" and c.i > verb.i), None)
    below = [
        c for c in verb.subtree if c.i > verb.i and c.pos_ == "VERB" and c.dep_ in ("relcl", "ccomp", "attr", "advcl")
    ]
    for told in below:
        own = subject_of(told)
        word = own.lower_ if own is not None else ""
        source = said if subject.lower_ == "it" and word in ("that", "which") else subject if word == "what" else None
        if source is None or direction_of_verb(told.lemma_.lower(), things=True) is None:
            continue
        end = told.left_edge.i if source == said else verb.i
        cause, effect = trimmed(doc, (source.left_edge.i, end)), object_piece(doc, told)
        if cause and effect:
            return Claim(
                cause, effect, direction_of_verb(told.lemma_.lower(), things=True) or "raises", told.i, quoted(told)
            )
    return None


def _noun_first(reading: Reading, subject: Token, noun: Token, first: Piece) -> Claim | None:
    """Read a causal noun that is said of the subject."""
    doc = reading.doc
    other = _of(noun, "of", "for", "behind", "to")
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    why = f'noun "{noun.text}"'
    stem = noun.lemma_.lower()
    if (
        stem in words("causal", "effect_nouns")
        and other is not None
        and (not acts(reading, subject) or stem in ("product", "child", "result", "legacy", "consequence", "outgrowth"))
    ):
        piece = side_of(doc, other)
        return Claim(piece, first, "raises", noun.i, why) if piece else None
    named = other if other is not None else owner
    if stem in words("causal", "cause_nouns") and named is not None:
        piece = side_of(doc, named)
        return Claim(first, piece, "raises", noun.i, why) if piece else None
    if stem == "cause" and other is None and owner is None:
        before = _clause_before(doc, subject)
        return Claim(first, before, "raises", noun.i, why) if before else None
    if stem in words("causal", "to_nouns") and not acts(reading, subject):
        target = _of(noun, "to", "for")
        piece = side_of(doc, target) if target is not None else None
        lowering = stem in words("causal", "lowering_nouns")
        return Claim(first, piece, "lowers" if lowering else "raises", noun.i, why) if piece else None
    if stem in words("causal", "makers") and not acts(reading, subject) and (owner is not None or stem == "ground"):
        piece = noun_phrase(doc, noun)
        return Claim(first, piece, "raises", noun.i, why) if piece else None
    return None


def _noun_second(doc: Doc, subject: Token, noun: Token) -> Claim | None:
    """Read a causal noun that is the subject: "the cause of Y is X", "the result was Y"."""
    stem = subject.lemma_.lower()
    said = noun_phrase(doc, noun)
    if said is None:
        return None
    other = _of(subject, "of", "for", "behind")
    piece = side_of(doc, other) if other is not None else None
    if piece and stem in words("causal", "cause_nouns") and stem not in ("key", "origin", "explanation"):
        return Claim(said, piece, "raises", subject.i, f'noun "{subject.text}"')
    if piece and stem in ("result", "consequence", "effect", "outcome", "legacy", "product", "price", "cost", "reward"):
        return Claim(piece, said, "raises", subject.i, f'noun "{subject.text}"')
    if other is None and stem in ("cause", "reason", "explanation"):
        before = _clause_before(doc, subject)
        return Claim(said, before, "raises", subject.i, f'noun "{subject.text}"') if before else None
    if other is None and stem in ("result", "consequence", "effect", "outcome", "upshot"):
        before = _clause_before(doc, subject)
        return Claim(before, said, "raises", subject.i, f'noun "{subject.text}"') if before else None
    return None


def _clause_before(doc: Doc, token: Token) -> Piece | None:
    """Return what stands before a word in its sentence, else the sentence before."""
    start = token.left_edge.i
    whole = trimmed(doc, (token.sent.start, start)) if start > token.sent.start else None
    if whole and whole[1] - whole[0] > 2:
        return whole
    if token.sent.start == 0:
        return None
    earlier = doc[token.sent.start - 1].sent
    return trimmed(doc, (earlier.start, earlier.end))


def _of(noun: Token, *prepositions: str) -> Token | None:
    for child in noun.children:
        if child.lower_ in prepositions and child.dep_ in ("prep", "dative") and child.i > noun.i:
            inner = next((c for c in child.children if c.dep_ in ("pobj", "pcomp")), None)
            if inner is not None:
                return inner
    return None
