"""What stands around a quotation in its sentence, and whom it names as the speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.sentences import ends_of
from aftershock.accounts.reading.speech.marks import Piece, inside, quoted_pieces
from aftershock.accounts.reading.speech.outlets import is_outlet, outlet_in
from aftershock.accounts.reading.speech.speakers import Cast
from aftershock.accounts.reading.speech.verbs import (
    agent_of,
    is_passive,
    object_of,
    reports,
    speaking_verbs,
    subject_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Frame", "Said", "frame_of", "said_in"]

_BESIDE = 260
"""Characters after a quotation within which its verb must stand."""


@dataclass(frozen=True)
class Frame:
    """Where the words before and after a quotation stand, within its sentence.

    Parameters
    ----------
    lead, tail : (int, int)
    joined : bool
        The quotation ends with a comma or a question, so that what follows belongs to it.
    """

    lead: tuple[int, int]
    tail: tuple[int, int]
    joined: bool


@dataclass(frozen=True)
class Said:
    """Who says a quotation, and by what it was told.

    Parameters
    ----------
    speaker, via, outlet : str, optional
    why : str
        Empty where nothing tells that it was said at all.
    near : bool
        The cue stands right beside the quotation.
    """

    speaker: str | None
    why: str
    via: str | None = None
    outlet: str | None = None
    near: bool = False


def frame_of(reading: Reading, number: int) -> Frame:
    """Return what stands around the nth quoted piece."""
    pieces, text = quoted_pieces(reading), reading.text
    piece = pieces[number]
    first, last = reading.paragraphs[piece.paragraph]
    before = pieces[number - 1] if number and pieces[number - 1].paragraph == piece.paragraph else None
    after = pieces[number + 1] if number + 1 < len(pieces) and pieces[number + 1].paragraph == piece.paragraph else None
    start, end = max(first, piece.start - 600), min(last, piece.end + 600)
    lead = _last_sentence(text, before.end + 1 if before else start, max(first, piece.start - 1))
    tail = _first_sentence(text, min(piece.end + 1, last), after.start - 1 if after else end)
    quoted = text[piece.start : piece.end]
    follows = text[tail[0] : tail[1]].lstrip()
    joined = quoted[-1:] in ",?!-\u2014\u2026" or follows[:1] in (",", "\u2014", "-")
    if quoted[-1:] == "." and follows[:1].isupper() and text[lead[0] : lead[1]].strip():
        tail = (tail[0], tail[0])
    return Frame(lead, tail, joined)


def _last_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    at = start
    for stop in ends_of(text, start, end):
        at = stop.end()
    return at, end


def _first_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    for stop in ends_of(text, start, end):
        return start, stop.start() + 1
    return start, max(start, end)


def said_in(reading: Reading, number: int, frame: Frame) -> Said | None:
    """Return who the words around a quotation say that it is by; None where they do not say.

    Parameters
    ----------
    reading : Reading
    number : int
        Of the quoted piece.
    frame : Frame
    """
    piece = quoted_pieces(reading)[number]
    tries = [_after, _before] if frame.joined else [_before, _after]
    for look in tries:
        found = look(reading, piece, frame)
        if found:
            return found
    return None


def _span(reading: Reading, place: tuple[int, int]) -> Span | None:
    if place[1] <= place[0]:
        return None
    return reading.doc.char_span(*place, alignment_mode="contract")


def _after(reading: Reading, piece: Piece, frame: Frame) -> Said | None:
    span = _span(reading, (frame.tail[0], min(frame.tail[1], frame.tail[0] + _BESIDE)))
    if span is None:
        return None
    quoted = reading.text[piece.start : piece.end]
    whole = quoted[-1:] in ".?!" and not frame.joined
    told = _according(reading, span)
    if told:
        return told
    pieces = quoted_pieces(reading)
    verbs = [
        v
        for v in speaking_verbs(span, pieces)
        if (v.dep_ not in ("relcl", "acl", "amod", "xcomp") and (v.dep_ != "advcl" or v.tag_ in ("VBD", "VBZ", "VBP")))
        or v.i - span.start < 3
    ]
    for verb in verbs:
        between = reading.text[piece.end + 1 : verb.idx]
        if whole and (
            verb.i - span.start > 12 or re.match(r"\s*(?:But|And|Then|In|On|At|When|As|The next)\b", between)
        ):
            return None
        if (
            not frame.joined
            and re.match(r"\s*(?:and|but|because|which|that|while|when|after|as)\b", between)
            and verb.i - span.start > 6
        ):
            continue
        return _by_verb(reading, verb, near=verb.i - span.start < 14, first=_first_noun(span, verb))
    return None


def _first_noun(span: Span, verb: Token) -> Token | None:
    """Return the noun with which the words after a quotation begin, or the name in apposition to it."""
    runs: list[Token] = []
    open_run = True
    for token in span:
        if token.i >= verb.i or len(runs) > 1:
            break
        if token.text == "," and token.i > span.start:
            open_run = bool(runs) and (token.i == runs[-1].i + 1)
            continue
        nominal = token.pos_ in ("NOUN", "PROPN") or (token.tag_ == "PRP") or token.lower_ == "one"
        beside = (
            token.pos_ in ("DET", "ADJ", "NUM", "ADV")
            or token.tag_ in ("PRP$", "POS", "HYPH", "VBN")
            or token.text in ("-", ".", ",")
        )
        if nominal and runs and token.i == runs[-1].i + 1 + (span.doc[token.i - 1].text in ("-", ".") and not open_run):
            runs[-1] = token
        elif nominal and open_run:
            runs.append(token)
            open_run = False
        elif not beside:
            if not runs:
                return None
            break
    if len(runs) == 2 and runs[1].pos_ == "PROPN" and runs[0].pos_ != "PROPN":
        return runs[1]
    return runs[0] if runs else None


def _before(reading: Reading, piece: Piece, frame: Frame) -> Said | None:
    span = _span(reading, frame.lead)
    if span is None or not span.text.strip(" ,-\u2014("):
        return None
    told = _according(reading, span)
    if told and not frame.lead[1] - frame.lead[0] > 400:
        return told
    pieces = quoted_pieces(reading)
    colon = reading.text[frame.lead[0] : frame.lead[1]].rstrip().endswith((":", ","))
    verbs = list(speaking_verbs(span, pieces))
    at = reading.text[: piece.start - 1].rstrip().endswith(" at")
    verbs += [
        t
        for t in span
        if t.lemma_ == "put"
        and (at or re.search(r"\b(?:it|this|that|matters?|things)\b", t.sent.text[t.idx - t.sent.start_char :][:25]))
    ]
    good = [
        v
        for v in verbs
        if not (
            v.tag_ in ("VBN",)
            and v.dep_ in ("amod", "acl")
            and object_of(v, "as") is None
            and v.lemma_ in ("call", "label", "brand")
        )
    ]
    for verb in sorted(good, key=lambda t: -t.i):
        said = _by_verb(reading, verb, near=span.end - verb.i < 12)
        if said.speaker or said.via:
            return said
    if good:
        return Said(None, f'verb "{good[-1].text}"', outlet=outlet_in(span.text), near=True)
    if colon and span.text.rstrip().endswith(":"):
        return _colon(reading, span)
    return None


def _colon(reading: Reading, span: Span) -> Said:
    """Take the subject before a colon: "Abadi: ...", "A diplomat shrugged: ..."."""
    cast, pieces = Cast.of(reading), quoted_pieces(reading)
    root = next((t for t in span if t.dep_ == "nsubj" and not inside(pieces, t.idx)), None)
    if root is None:
        root = next(
            (
                t
                for t in span
                if t.pos_ in ("PROPN", "NOUN", "PRON") and t.dep_ not in ("compound", "poss", "pobj", "nmod")
            ),
            None,
        )
    return Said(cast.name(root) if root is not None else None, "colon", outlet=outlet_in(span.text), near=True)


def _according(reading: Reading, span: Span) -> Said | None:
    cast = Cast.of(reading)
    for token in span:
        if token.lower_ == "according" or (
            token.lower_ == "words" and token.i + 1 < len(token.doc) and token.nbor().lower_ == "of"
        ):
            link = token.nbor() if token.i + 1 < len(token.doc) else token
            noun = next((c for c in link.children if c.dep_ == "pobj"), None)
            if noun is not None:
                return _told(reading, span, cast.name(noun), f'"{token.lower_} {link.lower_}"', near=True)
        if token.lower_ in ("words", "phrase", "view", "telling") and any(c.dep_ == "poss" for c in token.children):
            owner = next(c for c in token.children if c.dep_ == "poss")
            if token.head.lower_ == "in":
                return _told(reading, span, cast.name(owner), f'"in ... {token.lower_}"', near=True)
    return None


def _told(reading: Reading, span: Span, speaker: str | None, why: str, *, near: bool) -> Said:
    outlet = outlet_in(span.text)
    if speaker and is_outlet(speaker) and not outlet:
        outlet = speaker
    return Said(speaker, why, _passed_on(reading, span, speaker, outlet), outlet, near)


def _passed_on(reading: Reading, span: Span, speaker: str | None, outlet: str | None) -> str | None:
    """Return who told it of the speaker: "as the general told the Times", "quoted by"."""
    cast, pieces = Cast.of(reading), quoted_pieces(reading)
    for token in span:
        if reports(token, "speech", "quote") and any(
            c.lower_ == "as" and c.dep_ in ("mark", "advmod") for c in token.children
        ):
            subject = subject_of(token, pieces)
            if is_passive(token):
                subject = agent_of(token)
            name = cast.name(subject) if subject is not None else None
            if name and name != speaker:
                return name
        if token.lemma_ in ("quote", "cite") and token.tag_ == "VBN":
            agent = agent_of(token)
            name = cast.name(agent) if agent is not None else None
            if name and name != speaker:
                return outlet if outlet and outlet in name else name
    return None


def _by_verb(reading: Reading, verb: Token, *, near: bool, first: Token | None = None) -> Said:
    """Return the speaker by a verb of speech: its subject; the agent of a passive; whom a quoting one quotes."""
    cast, pieces = Cast.of(reading), quoted_pieces(reading)
    subject = subject_of(verb, pieces)
    via = None
    if first is not None and not is_passive(verb) and (subject is None or _astray(subject, first)):
        subject = first
    if is_passive(verb) and verb.lemma_ not in ("quote", "cite", "hear", "record"):
        subject = agent_of(verb)
    governor = verb.head if verb.dep_ in ("pcomp",) else None
    quoting = governor.head if governor is not None and governor.lower_ == "as" else None
    if verb.lemma_ in ("quote", "cite") and not is_passive(verb):
        quoting = verb
    if quoting is not None and quoting.lemma_ in ("quote", "cite", "describe", "report") and not is_passive(quoting):
        teller, quoted = subject_of(quoting, pieces), object_of(quoting)
        if quoted is not None:
            subject, via = quoted, cast.name(teller) if teller is not None else None
    aside = any(c.lower_ == "as" and c.dep_ in ("mark", "advmod") for c in verb.children)
    if (
        aside
        and verb.dep_ == "advcl"
        and verb.head.pos_ in ("NOUN", "PROPN")
        and subject is not None
        and verb.head.i < subject.i
    ):
        via, subject = cast.name(subject), verb.head
    if subject is None or subject.lower_ in ("i", "we", "you"):
        subject, near = None, near and subject is not None
    speaker = cast.name(subject) if subject is not None else None
    around = reading.doc.char_span(*_sentence(reading, verb), alignment_mode="contract")
    said = _told(reading, around if around is not None else verb.sent, speaker, f'verb "{verb.text}"', near=near)
    if via and is_outlet(via):
        return Said(speaker, said.why, via, said.outlet or via, near)
    return Said(speaker, said.why, via or said.via, said.outlet, near)


def _astray(subject: Token, first: Token) -> bool:
    """Tell whether the grammar took a noun of a clause in between for the subject."""
    if subject.i < first.i - 6:
        return True
    return subject.i > first.i + 1 and "," in subject.doc[first.i : subject.i].text


def _sentence(reading: Reading, verb: Token) -> tuple[int, int]:
    """Return the words around a verb, up to the quotations on both sides."""
    pieces, sent = quoted_pieces(reading), verb.sent
    starts = [p.end + 1 for p in pieces if sent.start_char <= p.end <= verb.idx]
    ends = [p.start - 1 for p in pieces if verb.idx <= p.start <= sent.end_char]
    return max([sent.start_char, *starts]), max(verb.idx + len(verb), min([sent.end_char, *ends]))
