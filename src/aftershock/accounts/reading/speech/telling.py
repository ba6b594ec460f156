"""Whether a verb tells what somebody says: by a clause of its own, or from aside of one."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.deeds import is_deed, puts_at
from aftershock.accounts.reading.speech.marks import Piece, inside
from aftershock.accounts.reading.speech.turns import accused_by, is_turn, parenthetical, so_claims
from aftershock.accounts.reading.speech.verbs import agent_of, lemma_of, object_of, reports

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["has_clause", "is_hearsay", "tells"]

_FINITE = ("VBD", "VBZ", "VBP", "MD")
_MUST = ("must", "should", "can", "could", "cannot", "may", "might")
_OF_OTHERS = frozenset(("say", "tell", "add", "claim", "argue", "insist", "explain", "warn", "announce", "deny", "allege",
                        "accuse", "report", "estimate", "maintain", "acknowledge", "admit"))  # fmt: skip
"""What a body, an "it", can do, and an event, which is an "it" too, cannot."""
_LOST = ("dead", "killed", "missing")
_PHRASE = ("det", "amod", "compound", "poss", "case", "nummod")
_NO_VERB = ("ADP", "NOUN", "PROPN", "DET", "NUM", "ADJ", "ADV", "PRON", "PART", "PUNCT", "SPACE", "SYM")
_REACH = 80
"""Words on either side of a verb that are looked at."""


def has_clause(word: Token, pieces: list[Piece]) -> bool:
    """Tell whether a finite clause, not quoted, hangs on a word."""
    for child in word.children:
        if any(t.text == ";" for t in word.doc[child.i : word.i]):
            continue
        if child.dep_ == "ccomp" or (child.dep_ == "advcl" and any(m.lower_ == "that" for m in child.children)):
            if not inside(pieces, child.idx):
                return True
            outside = (t for t in child.subtree if not inside(pieces, t.idx))
            if any(t.pos_ in ("VERB", "AUX") or t.dep_ in ("nsubj", "nsubjpass") for t in outside):
                return True
    return False


def is_hearsay(verb: Token, pieces: list[Piece]) -> bool:
    """Tell whether a participle says that something is said: "is thought to", "it was reported that", "feared dead"."""
    lemma = lemma_of(verb)
    passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)
    subjects = {c.lower_ for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")}
    if any(c.dep_ == "aux" and c.lower_ in _MUST for c in verb.children):
        return False
    if accused_by(verb):
        return not subjects & {"i", "we", "you"}
    if passive and lemma in ("tell", "inform", "assure"):
        aside = verb.dep_ in ("parataxis", "ccomp") or bool(subjects & {"i", "we"})
        return "you" not in subjects and (has_clause(verb, pieces) or (aside and agent_of(verb) is not None))
    if subjects & {"i", "we", "you"}:
        return False
    if passive and "it" in subjects:
        return has_clause(verb, pieces) or verb.dep_ == "parataxis"
    return lemma in words("attribution", "hearsay") and _held(verb, lemma, passive=passive)


def _held(verb: Token, lemma: str, *, passive: bool) -> bool:
    """Tell whether something is held to be so: "believed to be", "feared dead", "estimated at"."""
    after = verb.doc[verb.i + 1 : verb.i + 2].text.lower()
    to_do = any(c.dep_ in ("xcomp", "ccomp") and any(a.lower_ == "to" for a in c.children) for c in verb.children)
    if to_do or after == "to":
        return after == "to" or (verb.dep_ != "amod" and lemma not in ("assume", "claim", "hold"))
    if lemma in ("fear", "report", "believe", "presume"):
        settled = any(c.dep_ in ("oprd", "xcomp", "acomp", "advcl") and c.i > verb.i for c in verb.children)
        if after in _LOST or (settled and passive):
            return True
    return passive and (lemma == "report" or (lemma == "estimate" and after in ("at", "by", "in", "from")))


def tells(verb: Token, subject: Token, pieces: list[Piece]) -> bool:  # noqa: PLR0911 - one kind of verb a line
    """Tell whether a verb lays what its sentence says at its subject's door."""
    low, about = subject.lower_, lemma_of(subject)
    vague = bool({low, about} & words("attribution", "abstract"))
    if low == "it" and lemma_of(verb) in (*_OF_OTHERS, "put"):
        vague = False
    clause = has_clause(verb, pieces)
    if reports(verb, "evidence") and _shows(verb, subject, pieces, clause=clause, vague=vague):
        return True
    if vague:
        return False
    if lemma_of(verb) == "put":
        return puts_at(verb, pieces)
    if is_turn(verb, pieces):
        return True
    if reports(verb, "speech"):
        if lemma_of(verb) == "tell" and _can_tell(verb):
            return False
        aside = _aside(verb, subject, pieces) or parenthetical(verb, subject) or so_claims(verb, subject)
        return clause or aside or is_deed(verb, pieces)
    if reports(verb, "thought"):
        doubtful = any(c.dep_ == "aux" and c.lower_ in ("should", "can", "would", "must") for c in verb.children)
        aside = _closes(verb, subject, pieces, min(verb.i + _REACH, verb.sent.end)) or parenthetical(verb, subject)
        told = clause or aside or _expects(verb) or (reports(verb, "deed") and is_deed(verb, pieces))
        return told and low not in ("that", "this") and not doubtful and (low != "it" or not clause)
    return reports(verb, "deed") and is_deed(verb, pieces)


def _can_tell(verb: Token) -> bool:
    """Tell whether "tell" is no telling: "could tell that it was over", "will tell you anything"."""
    able = any(c.dep_ == "aux" and c.lower_ in ("can", "could", "cannot", "ca") for c in verb.children)
    after = verb.doc[verb.i + 1 : verb.i + 3].text.lower()
    return (able and object_of(verb) is None) or after in ("you anything", "you everything", "you nothing")


def _expects(verb: Token) -> bool:
    known = lemma_of(verb) == "expect" and verb.tag_ in ("VBZ", "VBP", "VBD")
    return known and any(c.dep_ in ("ccomp", "dobj") for c in verb.children)


def _shows(verb: Token, subject: Token, pieces: list[Piece], *, clause: bool, vague: bool) -> bool:
    """Tell whether a report, a count or a court is the source: "the survey found", "data show"."""
    lemma, about, thing = lemma_of(verb), lemma_of(subject), object_of(verb)
    papers = words("attribution", "evidence_nouns")
    outside = thing is not None and not inside(pieces, thing.idx)
    paper = about in papers or about.rstrip("s") in papers
    closes = paper and _closes(verb, subject, pieces, min(verb.i + _REACH, verb.sent.end))
    if paper and (clause or closes or (outside and lemma not in ("put", "point", "state", "say"))):
        return True
    if vague:
        return False
    if lemma in words("attribution", "counting") and thing is not None and outside:
        counts = subject.ent_type_ in ("ORG", "PERSON") or subject.pos_ == "PROPN" or subject.lower_ in ("it", "they")
        counts = counts or about in words("attribution", "bodies", "evidence_nouns")
        return counts and any(t.like_num for t in thing.subtree)
    if lemma == "hear":
        return clause and about in words("attribution", "courts")
    that = any(m.lower_ == "that" for c in verb.children for m in c.children)
    loose = any(c.lower_ == "as" and c.dep_ in ("mark", "advmod") for c in verb.children)
    body = subject.ent_type_ in ("ORG", "PERSON") or subject.pos_ == "PROPN" or about in words("attribution", "courts")
    return lemma == "find" and clause and that and not loose and body


def _aside(verb: Token, subject: Token, pieces: list[Piece]) -> bool:
    """Tell whether a verb of speech stands aside from the clause that it attributes: "..., officials say"."""
    outside = not inside(pieces, verb.head.idx)
    if any(c.lower_ == "as" and c.dep_ in ("mark", "advmod") for c in verb.children):
        speech = lemma_of(verb) in words("attribution", "speech") - {"agree", "plead"}
        return speech and outside and verb.head.pos_ in ("VERB", "AUX")
    if (
        verb.dep_ == "parataxis"
        and outside
        and not _after_speech(verb, pieces)
        and lemma_of(verb) not in ("agree", "signal")
        and (object_of(verb) is None or lemma_of(verb) == "tell")
    ):
        return True
    end = min(verb.i + _REACH, verb.sent.end)
    that = next((t for t in verb.doc[verb.i + 1 : min(verb.i + 12, end)] if t.lower_ == "that" and _opens(t)), None)
    between = verb.doc[verb.i + 1 : that.i if that is not None else verb.i + 1]
    if any(t.tag_ in _FINITE or (t.tag_ == "VBN" and any(c.dep_ == "nsubj" for c in t.children)) for t in between):
        that = None
    if that is not None and that.i + 1 < end and not inside(pieces, that.nbor().idx):
        return True
    return _runs_into(verb, subject, pieces, end) or _closes(verb, subject, pieces, end)


def _opens(that: Token) -> bool:
    """Tell whether "that" opens a clause: "said for the first time that civilians had been hit"."""
    return that.tag_ == "IN" or (that.tag_ == "WDT" and that.dep_ in ("mark", "advmod"))


def _after_speech(verb: Token, pieces: list[Piece]) -> bool:
    """Tell whether direct speech stands before a verb in its sentence: what the verb tells is that."""
    at = bisect_left(pieces, verb.idx, key=lambda piece: piece.start)
    near = (p for p in pieces[max(0, at - 4) : at] if p.start >= verb.sent.start_char)
    return any(verb.doc.text[p.end - 1] in ",?!" for p in near)


def _runs_into(verb: Token, subject: Token, pieces: list[Piece], end: int) -> bool:
    """Tell whether a clause follows that the grammar did not see as the verb's: "told Reuters his men had won"."""
    loose = ("relcl", "advcl")
    later = (
        t for t in verb.doc[verb.i + 1 : end] if t.tag_ in _FINITE and t.dep_ not in loose and t.head.dep_ not in loose
    )
    first = next(later, None)
    if first is None or subject.i > verb.i or lemma_of(verb) not in ("say", "tell", "warn", "claim", "insist"):
        return False
    joined = any(t.dep_ == "cc" or t.text == ";" for t in verb.doc[verb.i + 1 : first.i])
    return first.dep_ != "conj" and not joined and not inside(pieces, first.idx)


def _closes(verb: Token, subject: Token, pieces: list[Piece], end: int) -> bool:
    """Tell whether a verb with its subject closes a sentence after a comma: "..., officials said on Monday"."""
    doc, start = verb.doc, max(verb.sent.start, verb.i - _REACH)
    if lemma_of(verb) not in words("attribution", "full_verbs") or verb.tag_ not in ("VBD", "VBZ", "VBP", "VBN"):
        return False
    if _after_speech(verb, pieces):
        return False
    first, last = sorted((verb.i, subject.i))
    told = any(
        t.tag_ in _FINITE and not inside(pieces, t.idx) and t.dep_ != "relcl" and t.head != verb
        for t in doc[start:end] if not first <= t.i <= last
    )  # fmt: skip
    edge = first - 1
    while edge > start and doc[edge].dep_ in _PHRASE:
        edge -= 1
    comma = (
        edge >= start
        and doc[edge].text == ","
        and not any(inside(pieces, t.idx) for t in doc[max(start, edge - 1) : first])
    )
    return told and comma and all(t.pos_ in _NO_VERB for t in doc[verb.i + 1 : end])
