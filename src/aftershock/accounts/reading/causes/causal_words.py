"""What causal claims are made of: who acts, what is a state of things, which verbs say so, and the words of a side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftershock.accounts.reading.causes.clauses import Piece, antecedent, clause, noun_phrase, trimmed
from aftershock.accounts.reading.lexicons import read_lexicon, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = [
    "Claim", "acts", "by_particle", "direction_of_clause", "direction_of_verb", "is_thing", "looks_abstract", "plainly_does",
    "preposition_object", "quoted", "said_before", "side_of", "stands_for",
]  # fmt: skip

_PERSONS = ("PERSON", "ORG", "GPE", "NORP")
_POINTING = ("this", "that", "which", "what", "these")


@dataclass(frozen=True)
class Claim:
    """A causal claim: the tokens of both sides, its direction, the cue's token and the cue in words."""

    cause: Piece
    effect: Piece
    direction: str
    cue: int
    why: str


def acts(reading: Reading, token: Token) -> bool:
    """Tell whether a noun is someone who acts, not an event or a state of things."""
    if token.pos_ == "PRON":
        return token.lower_ not in _POINTING
    if token.lower_ in words("causal", "agents") or token.lemma_.lower() in words("causal", "agents"):
        return True
    if token.pos_ == "VERB" or token.dep_ in ("csubj", "csubjpass"):
        return False
    if token.ent_type_ in _PERSONS or token.pos_ == "PROPN":
        return True
    end = token.idx + len(token)
    return any(actor.start <= token.idx and actor.end == end for actor in reading.actors_in(token.idx - 60, end))


def is_thing(reading: Reading, token: Token) -> bool:
    """Tell whether a noun is an event or a state of things, which can bring something about without acting."""
    if token.pos_ in ("VERB", "AUX") or token.dep_ in ("csubj", "csubjpass") or token.tag_ == "VBG":
        return True
    if token.pos_ == "PRON":
        return token.lower_ in _POINTING
    if token.lemma_.lower() in words("causal", "things") or token.lower_ in words("causal", "things"):
        return True
    if acts(reading, token):
        return False
    if token.pos_ == "NOUN" and looks_abstract(token):
        return True
    return any(
        child.lower_ == "of" and any(is_thing(reading, c) for c in child.children if c.dep_ in ("pobj", "pcomp"))
        for child in token.children
    )


def looks_abstract(token: Token) -> bool:
    """Tell whether a noun's ending says that it is an event or a state of things."""
    return token.lower_.endswith(
        ("tion", "sion", "ment", "ance", "ence", "ity", "ness", "ure", "ism", "ing", "age", "cy", "ship")
    )


def direction_of_verb(lemma: str, *, things: bool) -> str | None:
    """Return what a verb says of its object, None if it says nothing of the kind."""
    if lemma in words("causal", "lowers") or (things and lemma in words("causal", "lowers_of_things")):
        return "lowers"
    if lemma in words("causal", "raises") or (things and lemma in words("causal", "raises_of_things")):
        return "raises"
    return None


def plainly_does(verb: Token) -> bool:
    """Tell whether a verb with an object says that the object is acted on, so that a state of things for subject is its cause."""
    thing = next((c for c in verb.children if c.dep_ in ("dobj", "obj") and c.i > verb.i), None)
    if thing is None or verb.lemma_.lower() in words("causal", "no_cause") or verb.pos_ != "VERB":
        return False
    return thing.ent_type_ not in ("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY") and thing.tag_ not in (
        "CD",
        "WDT",
        "WP",
    )


def by_particle(verb: Token) -> str | None:
    """Return what a verb says with its particle: "set off", "bring down", "stave off"."""
    lexicon = read_lexicon("causal")
    for name in ("raises", "lowers"):
        wanted = lexicon[f"particles_{name}"].get(verb.lemma_.lower(), ())
        if any(c.lower_ in wanted and c.dep_ in ("prt", "advmod", "prep") for c in verb.children):
            return name
    return None


def stands_for(reading: Reading, subject: Token) -> Token:
    """Return what a relative pronoun stands for; a "which" that follows a person stands for the whole clause before."""
    if subject.tag_ not in ("WDT", "WP"):
        return subject
    noun = antecedent(subject)
    if noun is None:
        return subject
    if (
        subject.lower_ == "which"
        and noun.tag_ in ("NNS", "NN")
        and acts(reading, noun)
        and subject.i
        and subject.doc[subject.i - 1].text == ","
    ):
        above = noun
        for _ in range(4):
            above = above.head
            if above.pos_ == "VERB":
                return above
    return noun


def side_of(doc: Doc, token: Token) -> Piece | None:
    """Return the words of a cause or an effect: a noun phrase, a clause, or what a relative pronoun stands for."""
    if token.lower_ in ("which", "that", "who") and token.tag_ in ("WDT", "WP"):
        noun = antecedent(token)
        if noun is None:
            return None
        if noun.pos_ in ("VERB", "AUX"):  # "…, which only …": the whole clause before
            piece = clause(doc, noun)
            return trimmed(doc, (piece[0], min(piece[1], token.i))) if piece else None
        start = noun.left_edge.i
        return trimmed(doc, (start, max(min(noun.right_edge.i + 1, token.i), noun.i + 1)))
    if token.pos_ in ("VERB", "AUX"):
        return clause(doc, token)
    return noun_phrase(doc, token)


def preposition_object(verb: Token, word: str) -> Token | None:
    """Return the object of a verb's preposition, also through its own object: "gave rise to Y"."""
    for head in (verb, *(c for c in verb.children if c.dep_ in ("dobj", "obj", "acomp", "prt"))):
        for child in head.children:
            if child.lower_ == word and child.i > verb.i and child.dep_ in ("prep", "dative", "prt", "aux"):
                inner = next((c for c in child.children if c.dep_ in ("pobj", "pcomp")), None)
                if inner is not None:
                    return inner
    return None


def quoted(verb: Token) -> str:
    """Return the cue in words."""
    return f'verb "{verb.text}"'


_FALLING = frozenset(
    (
        "fall",
        "decline",
        "drop",
        "decrease",
        "shrink",
        "ebb",
        "subside",
        "plunge",
        "slump",
        "diminish",
        "halve",
        "go",
        "dwindle",
        "abate",
        "ease",
    )
)


def direction_of_clause(doc: Doc, effect: Piece) -> str:
    """Return whether the effect is said to come, or to be less: "violence fell", "homicides have gone down"."""
    for token in doc[effect[0] : effect[1]]:
        falls = token.pos_ in ("VERB", "AUX") and token.lemma_.lower() in _FALLING
        main = token.dep_ in ("ROOT", "conj", "ccomp", "relcl", "advcl", "acl")
        if falls and main and (token.lemma_ != "go" or any(c.lower_ == "down" for c in token.children)):
            return "lowers"
    return "raises"


def said_before(doc: Doc, start: int) -> Piece | None:
    """Return the last sentence before a place that is no question."""
    for _ in range(3):
        if start == 0:
            return None
        earlier = doc[start - 1].sent
        start = earlier.start
        if not earlier.text.rstrip().endswith("?") and len(earlier) > 3:
            return trimmed(doc, (earlier.start, earlier.end))
    return None
