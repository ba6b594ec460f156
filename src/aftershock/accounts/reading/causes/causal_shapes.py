"""Causal claims made by the shape of a sentence: "did more to free them than", "fell out over", "too weak to"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.causes.causal_clauses import reacts
from aftershock.accounts.reading.causes.causal_words import (
    Claim,
    acts,
    direction_of_clause,
    direction_of_verb,
    side_of,
)
from aftershock.accounts.reading.causes.clauses import Piece, clause, edges, is_negated, subject_of, trimmed
from aftershock.accounts.reading.lexicons import read_lexicon, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = ["shaped"]

_VERBS = ("VERB", "AUX")
_MUCH = ("more", "much", "plenty", "most", "lot", "enough", "best")


def shaped(reading: Reading, sentence: Span) -> list[Claim]:
    """Return the claims that a sentence makes by its shape.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> from aftershock.accounts.reading.finding import Reading
    >>> text = "The two governments fell out over the border."
    >>> reading = Reading(text, parse_text(text), ((0, len(text)),))
    >>> [(reading.doc[slice(*c.cause)].text, c.why) for c in shaped(reading, next(reading.doc.sents))]
    [('the border', '"over"')]
    """
    out = []
    for token in sentence:
        for rule in (
            _does_more,
            _over,
            _out_of,
            _degree,
            _feeling,
            _what_it_did,
            _light_noun,
            _nothing_without,
            _cleft_link,
            _at_the_root,
        ):
            claim = rule(reading, token)
            if claim is not None:
                out.append(claim)
    return out


def _rest(doc: Doc, token: Token, *, stop: str = "than") -> Piece | None:
    """Return a verb with what follows it, up to a sign that ends its clause."""
    end = token.right_edge.i + 1
    for k in range(token.i + 1, end):
        if doc[k].text in (";", ":", "—", "–") or doc[k].lower_ == stop:
            end = k
            break
    return trimmed(doc, (token.i, end))


def _does_more(reading: Reading, token: Token) -> Claim | None:
    """Read "X did more to free them than Y", "X has done much to calm the town", "X did the rest", "X did damage"."""
    doc = reading.doc
    if token.lemma_ != "do" or token.pos_ not in _VERBS or is_negated(token):
        return None
    subject, thing = subject_of(token), next((c for c in token.children if c.dep_ == "dobj" and c.i > token.i), None)
    cause = side_of(doc, subject) if subject is not None else None
    if thing is None or cause is None:
        return None
    if thing.lower_ in ("rest", "damage", "harm"):
        effect = trimmed(doc, (thing.left_edge.i, thing.right_edge.i + 1))
        return Claim(cause, effect, "raises", token.i, f'"did {thing.text}"') if effect else None
    to = next(
        (
            t
            for t in doc[thing.i + 1 : min(thing.i + 5, token.sent.end)]
            if t.tag_ == "VB" and t.nbor(-1).lower_ == "to"
        ),
        None,
    )
    if to is None or not (thing.lower_ in _MUCH or any(c.lower_ in _MUCH for c in thing.children)):
        return None
    direction = direction_of_verb(to.lemma_.lower(), things=True) or "raises"
    effect = _rest(doc, to)
    return Claim(cause, effect, direction, token.i, '"did more to"') if effect else None


def _over(reading: Reading, token: Token) -> Claim | None:
    """Read "fell out with Israel over the activists killed", "resigned over the massacre"."""
    doc = reading.doc
    if (
        token.lower_ not in ("over", "for", "at")
        or token.dep_ != "prep"
        or token.head.pos_ not in (*_VERBS, "ADP", "NOUN")
    ):
        return None
    verb = token.head if token.head.pos_ in _VERBS else next((a for a in token.ancestors if a.pos_ in _VERBS), None)
    noun = next((c for c in token.children if c.dep_ in ("pobj", "pcomp")), None)
    if (
        verb is None
        or noun is None
        or noun.ent_type_ in ("DATE", "TIME", "GPE", "LOC", "CARDINAL", "ORG")
        or noun.pos_ == "PROPN"
        or not verb.i < token.i
    ):
        return None
    told = verb.lemma_.lower() in words("causal", "over") or (token.lower_ == "over" and reacts(verb))
    if token.lower_ != "over":
        told = noun.tag_ == "VBG" and verb.lemma_.lower() in words("causal", "over")
    whole, cause = clause(doc, verb), side_of(doc, noun)
    if (
        not told
        or whole is None
        or cause is None
        or is_negated(verb)
        or noun.lemma_ in read_lexicon("figures")["times"]
    ):
        return None
    effect = trimmed(doc, (whole[0], token.i)) if whole[0] < token.i else None
    return Claim(cause, effect, "raises", token.i, f'"{token.lower_}"') if effect else None


def _out_of(reading: Reading, token: Token) -> Claim | None:
    """Read "they joined out of fear", "killed for refusing to pay", "with the result that"."""
    doc = reading.doc
    at = token.i
    if token.lower_ not in ("out", "from", "through") or at + 2 >= token.sent.end:
        return None
    noun_at = at + 2 if doc[at + 1].lower_ == "of" else at + 1
    begin = noun_at
    while noun_at < token.sent.end and doc[noun_at].pos_ in ("ADJ", "ADV", "DET"):
        noun_at += 1
    if (token.lower_ == "out" and doc[at + 1].lower_ != "of") or noun_at >= token.sent.end:
        return None
    noun = doc[noun_at]
    verb = next((a for a in noun.ancestors if a.pos_ == "VERB"), None)
    if noun.lower_ not in words("causal", "feelings") or verb is None or verb.i > at:
        return None
    whole, cause = clause(doc, verb), trimmed(doc, (begin, noun.right_edge.i + 1))
    if whole is None or cause is None or is_negated(verb):
        return None
    effect = trimmed(doc, (whole[0], at))
    return Claim(cause, effect, "raises", at, f'"{token.lower_} … {noun.lower_}"') if effect else None


def _degree(reading: Reading, token: Token) -> Claim | None:
    """Read "the shelling was heavy enough to close the port", "the army is too weak to hold the town"."""
    doc = reading.doc
    if token.lower_ not in ("enough", "too"):
        return None
    told = token.head if token.head.pos_ in ("ADJ", "ADV") else None
    verb = told.head if told is not None else None
    if (
        told is None
        or verb is None
        or verb.pos_ not in _VERBS
        or verb.lemma_ not in ("be", "grow", "become", "prove", "remain", "feel")
    ):
        return None
    to = next(
        (t for t in doc[told.i + 1 : min(told.i + 4, token.sent.end)] if t.tag_ == "VB" and t.nbor(-1).lower_ == "to"),
        None,
    )
    subject = subject_of(verb)
    if to is None or subject is None or is_negated(verb):
        return None
    cause = trimmed(doc, (subject.left_edge.i, told.i + 1 + (token.i > told.i)))
    effect = _rest(doc, to)
    lowers = token.lower_ == "too"
    return (
        Claim(cause, effect, "lowers" if lowers else "raises", token.i, f'"{token.lower_} … to"')
        if cause and effect
        else None
    )


def _feeling(reading: Reading, token: Token) -> Claim | None:
    """Read "fearing reprisals, villagers fled", "angered by the raid, the clans rose": what one feels is the cause."""
    doc, main = reading.doc, token.head
    if token.i == token.sent.start and token.tag_ == "VBG" and token.dep_ == "compound":
        return _feared_first(doc, token)
    if token.lemma_.lower() not in words("causal", "felt") or token.tag_ not in ("VBG", "VBN") or token.dep_ != "advcl":
        return None
    own = token.lemma_.lower() in ("fear", "dread", "mistrust", "distrust", "resent", "sense", "anticipate")
    if own != (token.tag_ == "VBG"):
        return None
    if main.pos_ not in _VERBS or any(c.dep_ in ("aux", "auxpass", "mark", "nsubj", "advmod") for c in token.children):
        return None
    whole, (start, end) = clause(doc, main), edges(token)
    if whole is None or end - start < 2:
        return None
    cause = trimmed(doc, (start, end))
    effect = trimmed(doc, (max(whole[0], end), whole[1])) if token.i < main.i else trimmed(doc, (whole[0], start))
    return (
        Claim(cause, effect, direction_of_clause(doc, effect), token.i, f'"{token.text}"') if cause and effect else None
    )


def _feared_first(doc: Doc, token: Token) -> Claim | None:
    """Read "fearing reprisals, families fled" where the parser took the participle for a noun."""
    comma = next((k for k in range(token.i + 2, token.sent.end) if doc[k].text == ","), None)
    if comma is None or token.lemma_.lower() not in ("fear", "dread", "mistrust", "distrust", "resent", "anticipate"):
        return None
    cause, effect = trimmed(doc, (token.i, comma)), trimmed(doc, (comma + 1, token.sent.end))
    return (
        Claim(cause, effect, direction_of_clause(doc, effect), token.i, f'"{token.text}"') if cause and effect else None
    )


def _what_it_did(reading: Reading, token: Token) -> Claim | None:
    """Read "what the loss did do was crowd farmers onto the same ground"."""
    doc = reading.doc
    if token.lower_ != "what" or token.i + 2 >= token.sent.end:
        return None
    did = next((t for t in doc[token.i + 1 : min(token.i + 12, token.sent.end)] if t.lemma_ in ("do", "achieve")), None)
    be = (
        next((t for t in doc[did.i + 1 : min(did.i + 4, token.sent.end)] if t.lemma_ == "be"), None)
        if did is not None
        else None
    )
    if did is None or be is None or be.i + 1 >= token.sent.end:
        return None
    start = be.i + 1 + (doc[be.i + 1].lower_ == "to")
    if start >= token.sent.end or doc[start].pos_ != "VERB":
        return None
    subject = next((t for t in doc[token.i + 1 : did.i] if t.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or acts(reading, subject):
        return None
    cause, effect = side_of(doc, subject), _rest(doc, doc[start])
    direction = direction_of_verb(doc[start].lemma_.lower(), things=True) or "raises"
    return Claim(cause, effect, direction, token.i, '"what … did was"') if cause and effect else None


def _light_noun(reading: Reading, token: Token) -> Claim | None:
    """Read "X had an impact on Y", "X takes a toll on Y", "X has consequences for Y", "X throws Y into chaos"."""
    doc = reading.doc
    links = read_lexicon("causal")["light_nouns"].get(token.lemma_.lower(), {})
    thing = next((c for c in token.children if c.dep_ == "dobj" and c.lemma_.lower() in links), None)
    subject = subject_of(token) if thing is not None else None
    if (
        thing is None
        or subject is None
        or is_negated(token)
        or any(c.lower_ in ("no", "little") for c in thing.children)
    ):
        return None
    word = links[thing.lemma_.lower()]
    prep = next((c for head in (thing, token) for c in head.children if c.lower_ == word and c.i > thing.i), None)
    other = next((c for c in prep.children if c.dep_ in ("pobj", "pcomp")), None) if prep is not None else None
    cause, effect = side_of(doc, subject), side_of(doc, other) if other is not None else None
    if cause is None or effect is None:
        return None
    lowers = thing.lemma_.lower() in words("causal", "lowering_nouns")
    return Claim(cause, effect, "lowers" if lowers else "raises", token.i, f'"{token.text} {thing.text} {word}"')


def _nothing_without(reading: Reading, token: Token) -> Claim | None:
    """Read "there can be no peace without justice", "no justice, no peace"."""
    doc, start = reading.doc, token.sent.start
    if token.lower_ != "without" or token.dep_ != "prep":
        return None
    noun = next((c for c in token.children if c.dep_ in ("pobj", "pcomp")), None)
    no = next((t for t in doc[start : token.i] if t.lower_ in ("no",)), None)
    if noun is None or no is None or token.i - no.i > 12:
        return None
    if no.lower_ == "no" and no.head.pos_ in ("NOUN", "PROPN"):
        effect = trimmed(doc, (no.i + 1, token.i))
    else:
        return None
    cause = side_of(doc, noun)
    return Claim(cause, effect, "raises", token.i, '"no … without"') if cause and effect else None


def _at_the_root(reading: Reading, token: Token) -> Claim | None:
    """Read "at the root of the conflict is a quarrel over land", "behind the killings lies a feud"."""
    doc, sentence = reading.doc, token.sent
    opens = token.i == sentence.start or doc[token.i - 1].text in (",", ";", ":", '"', "—")
    if not opens or token.lower_ not in ("at", "behind", "underlying") or token.i + 4 >= sentence.end:
        return None
    start = token.i + 1
    if token.lower_ == "at":
        told = (
            doc[token.i + 2].lower_ in ("root", "heart", "bottom", "core", "origin") and doc[token.i + 3].lower_ == "of"
        )
        start = token.i + 4 if told else sentence.end
    be = next(
        (
            k
            for k in range(start + 1, sentence.end - 1)
            if doc[k].lemma_ in ("be", "lie", "stand") and doc[k].pos_ in _VERBS
        ),
        None,
    )
    if be is None or any(doc[k].text in (",", ";") for k in range(start, be)):
        return None
    cause, effect = trimmed(doc, (be + 1, sentence.end)), trimmed(doc, (start, be))
    return Claim(cause, effect, "raises", token.i, f'"{token.text} …"') if cause and effect else None


def _cleft_link(reading: Reading, token: Token) -> Claim | None:
    """Read "it is thanks to that pipe that diplomats came", "it was for the land that they fought"."""
    doc, sentence = reading.doc, token.sent
    if token.lower_ != "it" or token.i + 4 >= sentence.end or doc[token.i + 1].lemma_ not in ("be", "'s"):
        return None
    at = token.i + 2
    while at < sentence.end and doc[at].pos_ == "ADV" and doc[at].lower_ != "thanks":
        at += 1
    two = tuple(t.lower_ for t in doc[at : at + 2])
    size = 2 if two in (("thanks", "to"), ("because", "of"), ("due", "to"), ("owing", "to"), ("out", "of")) else 0
    if not size and not (two and two[0] in ("for", "through", "from")):
        return None
    start = at + (size or 1)
    that = next(
        (
            k
            for k in range(start + 1, min(start + 30, sentence.end))
            if doc[k].lower_ == "that" and doc[k].dep_ != "det" and doc[k].pos_ != "DET" and doc[k - 1].tag_ != "IN"
        ),
        None,
    )
    if that is None:
        return None
    comma = next((k for k in range(start, that) if doc[k].text == ","), that)
    cause, effect = trimmed(doc, (start, comma)), trimmed(doc, (that + 1, sentence.end))
    return (
        Claim(cause, effect, direction_of_clause(doc, effect), token.i, '"it is … that"') if cause and effect else None
    )
