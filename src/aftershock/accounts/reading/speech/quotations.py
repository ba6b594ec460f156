"""Direct speech between quotation marks, and who says it; scare quotes and titles of works left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from aftershock.accounts.reading.checkable import touches_record
from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.speech.frames import Frame, Said, frame_of, said_in
from aftershock.accounts.reading.speech.marks import Piece, inside, quoted_pieces
from aftershock.accounts.reading.speech.speakers import Cast

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["find_quotations"]

_WORK = re.compile(
    r"\b(?:titled|entitled|headlined|book|film|movie|documentary|article|essay|song|novel|poem|memoir|play|album|paper|study|"
    r"column|series|episode|painting|programme|program|volume|anthem|hymn|author of|editor of|podcast|chapter|exhibition|report|"
    r"survey)s?,? ?$",
    re.I,
)
_NAMING = re.compile(
    r"\b(?:so-called|known as|known by|dubbed|nicknamed|code-?named|named|called|self-styled|self-proclaimed|self-declared|"
    r"styled|the (?:words?|terms?|phrases?|name|label|slogan|expression)|the nom de guerre|the likes of|operation|word for|"
    r"(?:is|are|was|were|been) called)[ ,:]*$",
    re.I,
)
_NAMED = re.compile(
    r"so-called|known|nicknam|dubbed|(?:words?|terms?|phrase|name|label)[ ,:]*$|\b(?:is|are|was|were|been) called\b"
)
_CALLED_BY = re.compile(
    r"\b(?:calls?|called|labell?ed|terms?|termed|describes?|described|refers? to|referred to|dismiss\w*|denounc\w*|condemn\w*|"
    r"brand\w*|hail\w*|decr\w+)\b[^.;]{0,80}$",
    re.I,
)
_ARTICLED = re.compile(
    r"\b(?:the|a|an|its|their|his|her|this|these|those|such|some|any|of|by|in|on|at|from|against|with|for|or|and|\w+'s)[ (]*$",
    re.I,
)
_SMALL = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "for",
        "and",
        "or",
        "to",
        "from",
        "with",
        "by",
        "as",
        "is",
        "de",
        "la",
        "le",
    }
)
_FINITE = ("VBD", "VBP", "VBZ", "MD")


def find_quotations(reading: Reading) -> list[Finding]:
    """Return every quoted piece of speech or of a document's words, with its speaker.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = '"We will not leave," said Haider al-Abadi. "Never." The "liberated" town is empty.'
    >>> reading = Reading(text, parse_text(text), ((0, len(text)),))
    >>> [(text[f.start : f.end], f.fields["speaker"]) for f in find_quotations(reading)]
    [('We will not leave,', 'Haider al-Abadi'), ('Never.', 'Haider al-Abadi')]
    """
    pieces = quoted_pieces(reading)
    told: dict[int, Said] = {}
    for number, piece in enumerate(pieces):
        frame = frame_of(reading, number)
        said = said_in(reading, number, frame)
        goes_on = number - 1 in told and pieces[number - 1].paragraph == piece.paragraph
        if not _is_speech(reading, piece, frame, said, goes_on=goes_on):
            continue
        told[number] = _completed(reading, number, frame, said, told)
    for number in sorted(told, reverse=True):  # a speech over paragraphs may name its speaker at the end
        if pieces[number].runs_on and not told[number].speaker and number + 1 in told:
            told[number] = replace(told[number + 1], why="carried on in the next paragraph")
    return [_finding(reading, pieces[number], said) for number, said in told.items()]


def _finding(reading: Reading, piece: Piece, said: Said) -> Finding:
    fields = {"speaker": said.speaker, "via": said.via, "outlet": said.outlet}
    return Finding(
        "quotation", piece.start, piece.end, said.why, touches_record(reading, piece.start, piece.end), fields
    )


def _is_speech(reading: Reading, piece: Piece, frame: Frame, said: Said | None, *, goes_on: bool) -> bool:  # noqa: PLR0911 - one reason a line
    """Tell whether a quoted piece is somebody's words, and not a title, a nickname or a word held at arm's length."""
    text = reading.text
    quoted, lead = text[piece.start : piece.end], text[frame.lead[0] : frame.lead[1]]
    tail = text[frame.tail[0] : frame.tail[1]]
    span = reading.doc.char_span(piece.start, piece.end, alignment_mode="contract")
    if span is None or not re.search(r"\w", quoted):
        return False
    length = sum(1 for t in span if not t.is_punct)
    sentence = _is_sentence(quoted, span)
    if _is_title(quoted, lead, sentence=sentence):
        return False
    if length <= 8 and _is_naming(lead, said):
        return False
    if said and said.why:
        if said.speaker is None and not sentence and not said.near:
            return False
        if frame.joined and said.near:
            return True
        return sentence or not _held_off(piece, reading, lead, tail, length)
    first, last = reading.paragraphs[piece.paragraph]
    alone = piece.end - piece.start >= 0.8 * len(reading.text[first:last].strip())
    if sentence and (length >= 3 or goes_on or alone):
        return True
    if piece.runs_on or not piece.closed:
        return length > 4
    return length >= 7 and any(t.tag_ in _FINITE for t in span)


def _is_naming(lead: str, said: Said | None) -> bool:
    """Tell whether what is quoted is only a name: the so-called "caliphate"; but not 'he called it "a massacre"'."""
    if not _NAMING.search(lead):
        return False
    by_somebody = said and said.speaker and _CALLED_BY.search(lead) and not _NAMED.search(lead[-40:])
    return not by_somebody


def _is_sentence(quoted: str, span: Span) -> bool:
    bare = quoted.strip("\u2026. ([")
    capital = bare[:1].isupper() or bare[:1].isdigit()
    verb = any(t.tag_ in _FINITE or (t.tag_ == "VB" and t.i == span.start) for t in span)
    stopped = quoted[-1:] in ".?!,\u2026-\u2014"
    return capital and stopped and (verb or quoted[-1:] in ".?!")


def _is_title(quoted: str, lead: str, *, sentence: bool) -> bool:
    parts = [p for p in re.findall(r"[^\W\d_][\w'-]*", quoted) if p.lower() not in _SMALL]
    capitals = len(parts) > 1 and all(p[0].isupper() for p in parts)
    if capitals and (_WORK.search(lead) or quoted[-1:] not in ".?!" or not sentence):
        return True
    return (
        bool(_WORK.search(lead))
        and not re.search(r"\b(?:said|says|reads?|stated|report)[,:]* ?$", lead)
        and not sentence
    )


def _held_off(piece: Piece, reading: Reading, lead: str, tail: str, length: int) -> bool:
    """Tell whether a fragment is only one word of a phrase: the "moderate" rebels."""
    if length > 4 or _CALLED_BY.search(lead):
        return False
    articled = _ARTICLED.search(lead)
    after = re.match(r"[ ]*([a-z]\w+)", tail)
    token = reading.doc.char_span(piece.start, piece.end, alignment_mode="contract")
    follows = reading.doc[token.end + 1 : token.end + 2] if token is not None else None
    noun = bool(after) and follows is not None and len(follows) > 0 and follows[0].pos_ in ("NOUN", "PROPN", "ADJ")
    return bool(articled and noun) or (length <= 2 and noun and piece.end + 2 < len(reading.text))


def _completed(  # noqa: PLR0911 - one way of knowing a line
    reading: Reading, number: int, frame: Frame, said: Said | None, told: dict[int, Said]
) -> Said:
    """Return who says it: as the words around say, else as before in the paragraph, else as carried over."""
    pieces = quoted_pieces(reading)
    if said and (said.speaker or said.via):
        return said
    piece = pieces[number]
    before = told.get(number - 1)
    same = before is not None and pieces[number - 1].paragraph == piece.paragraph
    if not same:
        later = _later(reading, number)
        if later:
            return later
    acting = _acting(reading, piece, frame, pieces[number - 1].end if same else None)
    if acting and (not same or not before or not before.speaker):
        return Said(acting, "subject of the sentence before", outlet=said.outlet if said else None)
    if before is not None and before.speaker and (same or _adjoins(pieces, number)):
        return Said(before.speaker, "the speaker before", before.via, said.outlet if said else None)
    beat = None if same else _acting(reading, piece, Frame(frame.tail, frame.tail, joined=False), frame.tail[0])
    if beat:
        return Said(beat, "subject of the sentence after")
    previous = _paragraph_speaker(reading, piece, told)
    if previous:
        return Said(previous, "the speaker before")
    return said or Said(None, "quotation marks")


def _adjoins(pieces: list[Piece], number: int) -> bool:
    """Tell whether the piece before runs on into this one, or ends the paragraph before it."""
    before, piece = pieces[number - 1], pieces[number]
    return before.runs_on or piece.paragraph - before.paragraph == 1


def _later(reading: Reading, number: int) -> Said | None:
    """Return who is named after the next piece of the same paragraph, where nothing but a stop lies between."""
    pieces = quoted_pieces(reading)
    if number + 1 >= len(pieces) or pieces[number + 1].paragraph != pieces[number].paragraph:
        return None
    between = reading.text[pieces[number].end + 1 : pieces[number + 1].start - 1]
    if re.search(r"\w{2,}", between):
        return None
    return said_in(reading, number + 1, frame_of(reading, number + 1))


def _acting(reading: Reading, piece: Piece, frame: Frame, after: int | None) -> str | None:
    """Return the person whom the sentence before a quotation is about: "The mayor shook his head."."""
    first, _ = reading.paragraphs[piece.paragraph]
    lead = frame.lead if reading.text[slice(*frame.lead)].strip() else (max(first, after or first), frame.lead[1])
    cast, pieces = Cast.of(reading), quoted_pieces(reading)
    found = None
    for token in _subjects(reading, lead):
        if not inside(pieces, token.idx):
            name = cast.name(token)
            person = name and (token.pos_ == "PRON" or token.ent_type_ == "PERSON" or cast.is_person(name))
            found = name if person else found
    return found


def _subjects(reading: Reading, place: tuple[int, int]) -> Iterator[Token]:
    span = reading.doc.char_span(*place, alignment_mode="contract") if place[1] > place[0] else None
    for token in span if span is not None else ():
        if token.dep_ == "nsubj" and token.head.dep_ in ("ROOT", "conj", "ccomp", "parataxis"):
            yield token


def _paragraph_speaker(reading: Reading, piece: Piece, told: dict[int, Said]) -> str | None:
    """Return who spoke last, or is told of, in the paragraph before."""
    if not piece.paragraph:
        return None
    first, last = reading.paragraphs[piece.paragraph - 1]
    pieces = quoted_pieces(reading)
    spoke = [told[n].speaker for n in told if pieces[n].paragraph == piece.paragraph - 1]
    acting = _acting(
        reading, Piece(last, last, piece.paragraph - 1), Frame((first, last), (last, last), joined=False), None
    )
    return spoke[-1] if spoke and spoke[-1] else acting
