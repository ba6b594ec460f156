"""Causal claims made by a set phrase: "lies behind", "paved the way for", "is rooted in", "had they stayed, … would"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.causes.causal_words import Claim, is_thing, side_of
from aftershock.accounts.reading.causes.clauses import Piece, clause, is_negated, subject_of, trimmed
from aftershock.accounts.reading.lexicons import read_lexicon, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = ["phrased"]

_WOULD = frozenset(("would", "'d", "could", "might", "may", "will", "'ll"))
_LONGEST = 40  # tokens of one side


def phrased(reading: Reading, sentence: Span) -> list[Claim]:
    """Return the claims that a sentence makes by a set phrase, an inverted condition, or "so … that"."""
    out = []
    for token in sentence:
        for rule in (_set_phrase, _inverted, _so_that, _changed_since):
            claim = rule(reading, sentence, token)
            if claim is not None:
                out.append(claim)
    return out


def _set_phrase(reading: Reading, sentence: Span, token: Token) -> Claim | None:
    lemma = "be" if token.lemma_ in ("be", "'s") else token.lemma_.lower()
    lexicon = read_lexicon("causal")
    for table in ("forward", "backward"):
        for phrase in lexicon[table].get(lemma, ()):
            end = _phrase_end(reading.doc, sentence, token, phrase.split())
            subject = (subject_of(token) or subject_of(token.head)) if end is not None else None
            if end is None or subject is None or is_negated(token):
                continue
            rest = trimmed(reading.doc, (end, sentence.end)) if phrase == "why" else _after(reading.doc, sentence, end)
            first, second = side_of(reading.doc, subject), rest
            if phrase == "why" and subject.lower_ in ("this", "that", "which", "reason"):
                continue
            if first is None or second is None or (phrase == "to" and not is_thing(reading, subject)):
                continue
            cause, effect = (first, second) if table == "forward" else (second, first)
            direction = "lowers" if phrase in lexicon["forward_lowers"] else "raises"
            return Claim(cause, effect, direction, token.i, f'"{token.text} {phrase}"')
    return None


def _phrase_end(doc: Doc, sentence: Span, token: Token, phrase: list[str]) -> int | None:
    """Return where a phrase after a verb ends; adverbs and adjectives may stand within."""
    at, skipped = token.i + 1, 0
    for word in phrase:
        while at < sentence.end and doc[at].lower_ != word and doc[at].pos_ in ("ADV", "ADJ", "PART") and skipped < 2:
            at, skipped = at + 1, skipped + 1
        if at >= sentence.end or doc[at].lower_ != word:
            return None
        at += 1
    return at


def _after(doc: Doc, sentence: Span, start: int) -> Piece | None:
    """Return the noun phrase that begins at a place, with what belongs to it."""
    for token in doc[start : min(start + _LONGEST, sentence.end)]:
        if token.dep_ in ("pobj", "pcomp", "dobj") and token.head.i < start:
            return trimmed(doc, (start, token.right_edge.i + 1))
        if token.text in (",", ";"):
            return trimmed(doc, (start, token.i))
    return None


def _inverted(reading: Reading, sentence: Span, token: Token) -> Claim | None:
    """Read "had the Americans stayed, Mosul would not have fallen" and "but for the army, the town would have fallen"."""
    doc = reading.doc
    opening = token.i == sentence.start or doc[token.i - 1].text in (";", '"', ":", "—")
    but_for = token.lower_ == "but" and token.i + 1 < sentence.end and doc[token.i + 1].lower_ == "for"
    if not opening or not (but_for or token.lower_ in ("had", "were", "should")):
        return None
    comma = next((k for k in range(token.i + 2, min(token.i + _LONGEST, sentence.end)) if doc[k].text == ","), None)
    if comma is None or not any(t.lower_ in _WOULD for t in doc[comma : sentence.end]):
        return None
    cause, effect = trimmed(doc, (token.i + 2 * but_for, comma)), trimmed(doc, (comma + 1, sentence.end))
    return Claim(cause, effect, "raises", token.i, f'"{token.text} …"') if cause and effect else None


def _so_that(reading: Reading, sentence: Span, token: Token) -> Claim | None:
    """Read "the fighting was so fierce that they had to leave"."""
    doc = reading.doc
    if token.lower_ not in ("so", "such") or token.i + 2 >= sentence.end or token.i - sentence.start < 2:
        return None
    if token.lower_ == "so" and doc[token.i + 1].pos_ not in ("ADJ", "ADV"):
        return None
    that = next((k for k in range(token.i + 2, min(token.i + 10, sentence.end)) if doc[k].lower_ == "that"), None)
    if (
        that is None
        or (
            doc[that].dep_ not in ("mark", "nsubj")
            and doc[min(that + 1, sentence.end - 1)].tag_ not in ("NNS", "DT", "PRP")
        )
        or doc[token.i + 1].lower_ in ("far", "long", "much")
    ):
        return None
    verb = token.head
    while verb.head != verb and verb.pos_ not in ("VERB", "AUX"):
        verb = verb.head
    whole = clause(doc, verb) if verb.i < that else None
    cause = trimmed(doc, (whole[0] if whole else sentence.start, that))
    effect = trimmed(doc, (that + 1, doc[that].head.right_edge.i + 1)) if doc[that].head.i > that else None
    return Claim(cause, effect, "raises", token.i, f'"{token.text} … that"') if cause and effect else None


def _changed_since(reading: Reading, _sentence: Span, token: Token) -> Claim | None:
    """Read "since the truce, violence has dropped by half": the noun is the cause where the verb only rises or falls."""
    doc = reading.doc
    if token.lower_ not in ("since", "after", "following") or token.dep_ not in ("prep", "mark"):
        return None
    noun = next((c for c in token.children if c.dep_ == "pobj"), None)
    verb = token.head
    if (
        noun is None
        or verb.pos_ != "VERB"
        or verb.lemma_.lower() not in words("causal", "changes")
        or not is_thing(reading, noun)
    ):
        return None
    cause, whole = side_of(doc, noun), clause(doc, verb)
    if cause is None or whole is None or noun.ent_type_ in ("DATE", "TIME"):
        return None
    effect = (
        trimmed(doc, (max(whole[0], cause[1]), whole[1])) if token.i < verb.i else trimmed(doc, (whole[0], token.i))
    )
    falls = verb.lemma_.lower() in (
        "fall",
        "decrease",
        "drop",
        "decline",
        "plunge",
        "halve",
        "shrink",
        "subside",
        "cease",
        "ebb",
    )
    return Claim(cause, effect, "lowers" if falls else "raises", token.i, f'"{token.text}"') if effect else None
