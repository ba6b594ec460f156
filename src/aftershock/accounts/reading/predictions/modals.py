"""Modal verbs that may or may not look ahead: "may", "might", "could" and "would"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.lexicons import read_lexicon, words
from aftershock.accounts.reading.predictions.horizons import is_ahead
from aftershock.accounts.reading.speech.verbs import reports

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["matches", "past_year", "patterns", "soft_modal"]

_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_WITHOUT = re.compile(r"\bwithout\b")
_NONE = frozenset({"none", "nobody", "nothing", "no", "neither", "nor"})


@cache
def patterns(entry: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of an entry of the lexicon of futures."""
    return tuple(re.compile(pattern) for pattern in read_lexicon("futures")[entry])


def matches(entry: str, low: str) -> bool:
    """Tell whether one of an entry's patterns is in a text in lower case.

    Examples
    --------
    >>> matches("back", "three years ago"), matches("condition", "if it falls")
    (True, True)
    """
    return any(pattern.search(low) for pattern in patterns(entry))


def past_year(reading: Reading, text: str) -> bool:
    """Tell whether a text names a year before the article's."""
    return reading.date is not None and any(int(m[1]) < reading.date.year for m in _YEAR.finditer(text))


def soft_modal(reading: Reading, span: Span, text: str) -> tuple[int, str] | None:
    """Find "may", "might", "could" and "would" that do not speak of the past."""
    low = text.lower()
    if matches("advice", low) or matches("counter", low) or matches("present", low) or matches("unknown", low):
        return None
    conditional = matches("condition", low)
    ahead = is_ahead(text, reading.date)
    for token in span:
        if token.tag_ != "MD" or token.lower_ not in ("may", "might", "could", "would", "'d", "can"):
            continue
        if _looks_ahead(reading, span, token, conditional=conditional, ahead=ahead):
            return token.idx, token.text
    return None


def _looks_ahead(reading: Reading, span: Span, modal: Token, *, conditional: bool, ahead: bool) -> bool:  # noqa: PLR0911 - one modal a line
    """Tell whether a modal speaks of what is to come, and not of ability, of the past or of what did not happen."""
    verb, low = modal.head, modal.lower_
    bare = modal.doc[modal.i + 1 : modal.i + 2].text.lower() in ("", ".", ",", ";", "not")
    if (
        _perfect(modal)
        or _in_past(modal, conditional=conditional)
        or (verb.i <= modal.i and not (bare and low == "may"))
    ):
        return False
    back = matches("back", span.text.lower()) or (past_year(reading, span.text) and not ahead)
    told = _reporting(modal)
    if low == "may":
        return not _of_purpose(verb)
    if low == "might":
        return not back and not _of_purpose(verb) and (conditional or not _narrative(span, modal, told))
    able, negated = verb.lemma_.lower() in words("futures", "ability"), _negated(verb)
    if low == "can":
        return conditional and ahead and not negated and not able
    given = conditional or bool(_WITHOUT.search(span.text.lower()))
    if back or (low == "could" and (able or (negated and not (ahead or given)))):
        return False
    if told is not None:
        return _said_of_others(told)
    return conditional or ahead or not (able or _denied_in(verb) or _narrative(span, modal, told))


def _in_past(modal: Token, *, conditional: bool) -> bool:
    """Tell whether a modal's clause hangs on a verb of the past: "it grew once it could pose as", "those who could fled"."""
    if modal.lower_ == "could" and modal.doc[modal.i + 1 : modal.i + 2].text and modal.nbor().tag_ == "VBD":
        return True
    verb = modal.head
    if conditional or modal.lower_ not in ("could", "would", "might") or verb.dep_ not in ("advcl", "relcl"):
        return False
    at = verb.head
    while at.pos_ not in ("VERB", "AUX") and at.head != at:
        at = at.head
    return at.tag_ == "VBD" and not reports(at, "speech", "thought")


def _denied_in(verb: Token) -> bool:
    """Tell whether a clause belongs to what there is not: "no evidence that would settle it"."""
    return verb.dep_ == "relcl" and any(c.lower_ in _NONE for c in verb.head.children)


def _perfect(modal: Token) -> bool:
    """Tell whether "have" follows a modal: "could have won"."""
    after = modal.doc[modal.i + 1 : modal.i + 2].text.lower()
    return after in ("have", "'ve") or any(
        c.lower_ in ("have", "'ve", "of") and c.dep_ == "aux" for c in modal.head.children if c.i > modal.i
    )


def _of_purpose(verb: Token) -> bool:
    """Tell whether a clause says what for: "so that you may"."""
    return any(t.dep_ == "mark" and t.lower_ == "that" and t.i and t.nbor(-1).lower_ == "so" for t in verb.children)


def _negated(verb: Token) -> bool:
    if any(c.dep_ == "neg" for c in verb.children):
        return True
    subjects = (c for c in verb.children if c.dep_.startswith("nsubj"))
    return any(c.lower_ in _NONE or any(g.lower_ in _NONE for g in c.lefts) for c in subjects)


def _said_of_others(told: Token) -> bool:
    """Tell whether "said that it would" is news, and not what the author once said or somebody had said before."""
    own = told.tag_ == "VBD" and any(c.lower_ in ("i", "we") and c.dep_ == "nsubj" for c in told.children)
    return not own and told.tag_ in ("VBZ", "VBP", "VBD", "VBG") and not any(c.lower_ == "had" for c in told.children)


def _reporting(modal: Token) -> Token | None:
    """Return the verb of speech or thought on which a modal's clause hangs."""
    at = modal.head
    for _ in range(8):
        if at.head == at:
            return None
        if at.dep_ in ("relcl",) and at != modal.head:
            return None
        at = at.head
        if reports(at, "speech", "thought", "evidence"):
            return at
    return None


def _narrative(span: Span, modal: Token, told: Token | None) -> bool:
    """Tell whether other verbs of the sentence are of the past, so that "would" and "could" are too."""
    return any(t.tag_ == "VBD" and t != told and t.i != modal.i and not reports(t, "speech", "thought") for t in span)
