"""Cues of attribution that are no verbs: "reportedly", "according to", "by most accounts", "the claim that"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.marks import Piece, inside
from aftershock.accounts.reading.speech.nouns import described
from aftershock.accounts.reading.speech.speakers import Cast
from aftershock.accounts.reading.speech.turns import has_line, in_the_air, maker_of
from aftershock.accounts.reading.speech.verbs import agent_of, is_passive, lemma_of, object_of

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Cue", "noun_cue", "word_cue"]


@dataclass(frozen=True)
class Cue:
    """What lays a part of a sentence at somebody's door.

    Parameters
    ----------
    token : Token
        The verb, or the cue's chief word.
    why : str
    source : str, optional
        None where nobody is named.
    aside : bool
        It stands in an "as ... told ..." clause: it passes on what somebody else says.
    """

    token: Token
    why: str
    source: str | None
    aside: bool = False


def word_cue(token: Token, cast: Cast) -> Cue | None:  # noqa: PLR0911 - one kind of cue a line
    """Find adverbs and prepositions: "reportedly", "according to", "citing", "in the words of"."""
    low = token.lower_
    if low in words("attribution", "adverbs").union(("adverbs",)) and low != "adverbs":
        return Cue(token, f'"{low}"', None)
    after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    if low == "according" and after is not None and after.lower_ == "to":
        noun = next((c for c in after.children if c.dep_ == "pobj"), None) or _next_noun(after)
        return Cue(token, '"according to"', _owner(noun, cast) if noun is not None else None)
    if low == "per" and token.tag_ == "IN" and (token.is_sent_start or token.nbor(-1).text == ","):
        noun = next((c for c in token.children if c.dep_ == "pobj"), None)
        if noun is not None and (noun.ent_type_ == "ORG" or lemma_of(noun) in words("attribution", "evidence_nouns")):
            return Cue(token, '"per"', _owner(noun, cast))
    if (low in ("right", "correct", "believed") and token.head.lemma_ == "be") or low == "believed":
        told = _if_right(token, cast)
        if told:
            return told
    if low == "citing" or (
        token.lemma_ in ("cite", "quote")
        and token.pos_ == "VERB"
        and not is_passive(token)
        and object_of(token) is not None
    ):
        noun = object_of(token) or _next_noun(token)
        if (
            noun is None
            or noun.pos_ not in ("NOUN", "PROPN")
            or (low != "citing" and token.tag_ == "VBG" and low != "quoting")
        ):
            return None
        return Cue(token, f'"{low}"', cast.name(noun) if noun is not None else None)
    return None


def _if_right(token: Token, cast: Cast) -> Cue | None:
    """Find "if the United Nations is right", "if witnesses are to be believed"."""
    verb = token if token.lower_ == "believed" else token.head
    if verb.dep_ == "xcomp" and verb.head.lemma_ == "be":
        verb = verb.head
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if (
        subject is None
        or not any(c.lower_ == "if" for c in verb.children)
        or subject.lower_ in words("attribution", "first") | {"it", "this", "that", "he", "she"}
    ):
        return None
    return Cue(token, f'"if ... {token.lower_}"', cast.name(subject))


def _owner(noun: Token, cast: Cast) -> str | None:
    """Return whose a count or paper is, where it is told: "figures compiled by the Observatory", "the army's own tally"."""
    lemma = lemma_of(noun)
    if lemma in words("attribution", "account_nouns", "evidence_nouns") - words("attribution", "bodies"):
        made = next(
            (
                c
                for c in noun.children
                if c.dep_ == "acl"
                and c.tag_ == "VBN"
                and c.lemma_ not in ("see", "obtain", "review", "read", "hear", "carry")
            ),
            None,
        )
        maker = agent_of(made) if made is not None else None
        owner = maker or next((c for c in noun.children if c.dep_ == "poss"), None)
        if owner is not None and owner.pos_ in ("NOUN", "PROPN"):
            return cast.name(owner)
    return cast.name(noun)


def _next_noun(token: Token) -> Token | None:
    for other in token.doc[token.i + 1 : min(token.i + 12, token.sent.end)]:
        if other.pos_ in ("NOUN", "PROPN") and other.dep_ not in ("compound", "poss", "nmod", "amod"):
            return other
        if other.is_punct and other.text in (",", ";", "."):
            break
    return None


def noun_cue(token: Token, cast: Cast, pieces: list[Piece]) -> Cue | None:  # noqa: PLR0911 - one kind of cue a line
    """Find nouns of telling: "by most accounts", "reports that", "the group's claim that", "in their view"."""
    if token.pos_ not in ("NOUN", "PROPN"):
        return None
    owner = next((c for c in token.children if c.dep_ == "poss"), None)
    if owner is not None and owner.lower_ in ("my", "our", "your"):
        return None
    lead = token.head.lower_ if token.dep_ == "pobj" else ""
    after = token.doc[token.right_edge.i + 1 : token.right_edge.i + 2].text
    if lead and not (lemma_of(token) == "word" and after == ":") and _accounts(token, owner, lead):
        source = owner or object_of(token, "by", "from", "of")
        named = cast.name(source) if source is not None else _kind_of(token)
        if owner is not None and owner.pos_ == "PRON" and lemma_of(token) in words("attribution", "own_papers"):
            named = described(token)
        return Cue(token, f'"{lead} ... {token.lower_}"', named)
    if has_line(token, owner):
        source = owner or maker_of(token)
        return Cue(token, f'"{token.lower_} is that"', cast.name(source) if source is not None else None)
    if in_the_air(token):
        return Cue(token, f'noun "{token.lower_}"', None)
    if lemma_of(token) in words("attribution", "told_nouns") and _claims(token, pieces):
        source = owner or object_of(token, "by", "from")
        return Cue(token, f'noun "{token.lower_}"', cast.name(source) if source is not None else None)
    return None


def _accounts(noun: Token, owner: Token | None, lead: str) -> bool:
    """Tell whether a noun after "by", "in" or "on" says by whose account: "by the army's count"."""
    lemma = lemma_of(noun)
    if lead == "by" and owner is not None and lemma in words("attribution", "own_papers"):
        return True
    if lemma not in words("attribution", "account_nouns"):
        return False
    told = lead == "by" and lemma not in ("words", "word", "figure", "view")
    told = told or (lead == "in" and (owner is not None or lemma in words("attribution", "in_nouns")))
    told = told or (lead == "on" and lemma in ("reading", "account", "estimate"))
    kinds = (c for c in noun.children if c.dep_ in ("det", "amod", "poss"))
    plain = ("the", "a", "an", "this", "that", "one")
    return told and (any(c.lower_ not in plain for c in kinds) or object_of(noun, "of") is not None)


def _claims(noun: Token, pieces: list[Piece]) -> bool:
    """Tell whether a noun carries what is claimed: "the claim that", "there are reports of", "their fear is that"."""
    clauses = (c for c in noun.children if c.dep_ in ("acl", "ccomp", "relcl") and not inside(pieces, c.idx))
    if any(m.lower_ == "that" and m.dep_ == "mark" for c in clauses for m in c.children):
        return True
    if noun.dep_ == "nsubj" and lemma_of(noun.head) == "be" and any(c.dep_ == "ccomp" for c in noun.head.children):
        return True
    before = {t.lower_ for t in noun.doc[max(noun.sent.start, noun.i - 4) : noun.i]}
    loose = noun.tag_ == "NNS" and lemma_of(noun) in ("report", "rumour", "rumor", "claim", "allegation")
    return loose and bool(before & words("attribution", "amid")) and object_of(noun, "of") is not None


def _kind_of(noun: Token) -> str | None:
    """Return a count by its kind, "the official count"; None of "some accounts"."""
    if any(c.lower_ in ("some", "most", "all", "many", "several", "any") for c in noun.children):
        return None
    return described(noun) if any(c.dep_ in ("amod", "compound") for c in noun.children) else None
