"""What will, may or is expected to come: sentences that look ahead of the article's day, with their horizon."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aftershock.accounts.reading.checkable import touches_record
from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.predictions.horizons import day_of, find_horizon, is_ahead
from aftershock.accounts.reading.predictions.modals import matches, past_year, patterns, soft_modal
from aftershock.accounts.reading.sentences import sentence_parts
from aftershock.accounts.reading.speech.marks import quoted_pieces
from aftershock.accounts.reading.speech.verbs import reports

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["find_predictions"]

_TO_LEAVE = re.compile(r"\b(?:is|are) (?:not |also |now |then )?to (?:be )?[a-z]+")


def find_predictions(reading: Reading) -> list[Finding]:
    """Return every sentence that says what is to come, forward of the article's day.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "Raqqa will fall within two years. It fell to IS in 2014."
    >>> [(f.start, f.end, f.fields["horizon"]) for f in find_predictions(Reading(text, parse_text(text), ((0, len(text)),)))]
    [(0, 33, 'within two years')]
    """
    out = []
    for sentence in reading.sentences:
        for start, end in sentence_parts(reading, sentence):
            span = reading.doc.char_span(start, end, alignment_mode="contract")
            cue = _cue(reading, span) if span is not None else None
            if cue:
                out.append(_prediction(reading, start, end, cue))
    return out


def _prediction(reading: Reading, start: int, end: int, cue: tuple[int, str]) -> Finding:
    text = reading.text[start:end]
    place = find_horizon(text, cue[0] - start, reading.date)
    horizon = text[slice(*place)] if place else None
    fields = {"horizon": horizon, "by": day_of(horizon, reading.date) if horizon else None}
    return Finding("prediction", start, end, f'"{cue[1]}"', touches_record(reading, start, end), fields)


def _cue(reading: Reading, span: Span) -> tuple[int, str] | None:
    """Return where the cue of a sentence that looks ahead stands, and its words."""
    text = reading.text[span.start_char : span.end_char]
    if text.rstrip("\"')").endswith("?"):
        return None
    for cue in (_will(span), _firm(reading, span, text), soft_modal(reading, span, text), _dated(reading, span, text)):
        if cue:
            return cue
    return None


def _will(span: Span) -> tuple[int, str] | None:
    if matches("unknown", span.text.lower()):
        return None
    for token in span:
        low = token.lower_
        if (low in ("will", "'ll", "wo", "shall", "sha") and token.tag_ == "MD") or (low in ("'ll",)):
            after = [t.lower_ for t in span.doc[token.i + 1 : token.i + 4]]
            if after[:2] in (["tell", "you"], ["remember", "that"]) or "admit" in after[:1]:
                continue
            if _announces(token):
                continue
            perfect = "have" in after[:2] and token.head.tag_ == "VBN"
            if perfect and not is_ahead(span.text, None) and not re.search(r"\bby\b", span.text.lower()):
                continue
            return token.idx, token.text
    return None


def _announces(modal: Token) -> bool:
    """Tell whether an author speaks of the text itself: "I will end with a forecast"."""
    subject = next((c.lower_ for c in modal.head.children if c.dep_ == "nsubj"), "")
    if modal.head.lemma_.lower() in ("return", "come", "leave", "give"):
        after = modal.doc[modal.head.i + 1 : modal.head.i + 4].text.lower()
        return subject in ("i", "we") and bool(
            re.match(r"(?:back )?to (?:this|that|it|these|what)\b|it (?:at|there)\b", after)
        )
    return subject in ("i", "we", "me") and modal.head.lemma_.lower() in words("futures", "speaking")


def _firm(reading: Reading, span: Span, text: str) -> tuple[int, str] | None:
    """Find turns that look ahead whatever stands around them, and verbs of intent and of forecasting."""
    low = text.lower()
    for pattern in patterns("firm"):
        found = pattern.search(low)
        if found and _leads_on(span, found) and not _only_named(low, found):
            return span.start_char + found.start(), found[0].strip()
    for pattern in patterns("verbs"):
        for found in pattern.finditer(low):
            token = next((t for t in span if t.idx >= span.start_char + found.start()), None)
            back = matches("back", low) or past_year(reading, text) or _had(span, found.start())
            past = token is not None and token.tag_ in ("VBD", "VBN")
            if token is not None and token.pos_ == "VERB" and not (past and back):
                return token.idx, found[0].strip()
    return _forecasting(span) or _ordered(span) or _to_leave(span, text)


def _leads_on(span: Span, found: re.Match[str]) -> bool:
    """Tell whether a turn that ends with "to" goes on with a verb: "bound to fail", not "bound to Moscow by treaty"."""
    if not found[0].rstrip().endswith(" to"):
        return True
    after = [t for t in span if t.idx >= span.start_char + found.end() and not t.is_space][:3]
    return any(t.tag_ == "VB" for t in after) or bool(after and after[0].lower_ in ("be", "do"))


def _only_named(low: str, found: re.Match[str]) -> bool:
    """Tell whether what is to come is only spoken of: "let me say what I think is coming", "is not doomed to this"."""
    asked = "coming" in found[0] and re.search(r"\bwhat (?:\w+ ){0,3}$", low[: found.start()]) is not None
    return asked or bool(re.search(r"\bnot (?:doomed|fated|inevitable|destined)\b", found[0]))


def _ordered(span: Span) -> tuple[int, str] | None:
    """Find an order that stands for a condition: "kill the leader and another takes his place"."""
    first = next((t for t in span if t.is_alpha), None)
    if first is None or first.tag_ not in ("VB", "VBP") or first.head != first:
        return None
    for mate in first.conjuncts:
        subject = next((c for c in mate.children if c.dep_ == "nsubj"), None)
        if subject is not None and mate.tag_ in ("VBZ", "VBP"):
            return first.idx, first.text
    return None


def _forecasting(span: Span) -> tuple[int, str] | None:
    for token in span:
        if token.lemma_.lower() not in words("futures", "forecasting") or token.pos_ != "VERB":
            continue
        subject = next((c.lower_ for c in token.children if c.dep_ in ("nsubj", "nsubjpass")), "")
        aux = {c.lower_ for c in token.children if c.dep_ in ("aux", "auxpass")}
        clause = any(c.dep_ in ("ccomp", "dobj", "xcomp") for c in token.children)
        told = token.dep_ == "ccomp" and reports(token.head, "speech")
        if (
            token.tag_ in ("VBZ", "VBP")
            and subject != "you"
            and clause
            and not (token.dep_ == "advcl" and subject == "")
        ):
            return token.idx, token.text
        if token.tag_ == "VBD" and told and clause:
            return token.idx, token.text
        ordered = token.tag_ == "VB" and not subject and "to" not in aux and token.dep_ == "ROOT" and clause
        if ordered or (
            token.tag_ == "VB" and aux & {"do", "does", "should", "may", "can"} and subject != "you" and clause
        ):
            return token.idx, token.text
    return None


def _to_leave(span: Span, text: str) -> tuple[int, str] | None:
    """Find "the mission is to leave by December": what is settled, with its day."""
    found = _TO_LEAVE.search(text)
    if found is None or find_horizon(text, found.start()) is None:
        return None
    verb = next((t for t in span if t.idx >= span.start_char + found.start()), None)
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None) if verb is not None else None
    if subject is None or subject.lemma_.lower() in words("futures", "aims") or subject.pos_ in ("VERB",):
        return None
    return span.start_char + found.start(), found[0]


def _had(span: Span, at: int) -> bool:
    token = next((t for t in span if t.idx >= span.start_char + at), None)
    return token is not None and any(c.lower_ in ("had", "'d") for c in token.lefts)


def _dated(reading: Reading, span: Span, text: str) -> tuple[int, str] | None:
    """Find the present tense with a time still to come: "by next summer they are killing mayors again"."""
    if not is_ahead(text, reading.date):
        return None
    for piece in quoted_pieces(reading):  # what is quoted has a tense of its own
        if piece.start < span.end_char and span.start_char < piece.end:
            inner = reading.doc.char_span(
                max(piece.start, span.start_char), min(piece.end, span.end_char), alignment_mode="contract"
            )
            if inner is not None and is_ahead(inner.text, reading.date):
                span = inner
    if any(t.tag_ == "VBD" and not reports(t, "speech") for t in span):
        return None
    verb = next((t for t in span if t.tag_ in ("VBZ", "VBP")), None)
    return (verb.idx, "a time to come") if verb is not None else None
