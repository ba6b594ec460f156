"""Causal claims: what an article says brings about, feeds, prevents or weakens what."""

from __future__ import annotations

from aftershock.accounts.reading.causes.causal_links import linked
from aftershock.accounts.reading.causes.causal_phrases import phrased
from aftershock.accounts.reading.causes.causal_shapes import shaped
from aftershock.accounts.reading.causes.causal_verbs import by_verbs
from aftershock.accounts.reading.causes.causal_words import Claim
from aftershock.accounts.reading.causes.clauses import Piece, place
from aftershock.accounts.reading.checkable import touches_record
from aftershock.accounts.reading.finding import Finding, Reading

__all__ = ["find_causal"]

_LONGEST = 400  # words; what is longer is no sentence, and its parse says nothing


def find_causal(reading: Reading) -> list[Finding]:
    """Return every claim that something causes, feeds, prevents or weakens something else, with both sides.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "The air strikes have fuelled recruitment. People fled because the army shelled the town."
    >>> reading = Reading(text, parse_text(text), ((0, len(text)),))
    >>> [(f.fields["cause"], f.fields["effect"]) for f in find_causal(reading)]
    [('The air strikes', 'recruitment'), ('the army shelled the town', 'People fled')]
    """
    out: list[Finding] = []
    for sentence in reading.sentences:
        if len(sentence) > _LONGEST or sentence.text.rstrip().endswith("?"):
            continue
        claims = [
            *shaped(reading, sentence),
            *linked(reading, sentence),
            *phrased(reading, sentence),
            *by_verbs(reading, sentence),
        ]
        out += [_finding(reading, claim) for claim in _distinct(claims)]
    return sorted(out, key=lambda found: (found.start, found.end))


def _distinct(claims: list[Claim]) -> list[Claim]:
    """Return claims without those that say the same as an earlier one: both sides mostly shared."""
    out: list[Claim] = []
    for claim in claims:
        if _shared(claim.cause, claim.effect) or not (claim.cause and claim.effect):
            continue
        if not any(_half(claim.cause, old.cause) and _half(claim.effect, old.effect) for old in out):
            out.append(claim)
    return out


def _shared(a: Piece, b: Piece) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _half(a: Piece, b: Piece) -> bool:
    return 2 * _shared(a, b) >= min(a[1] - a[0], b[1] - b[0])


def _finding(reading: Reading, claim: Claim) -> Finding:
    cause, effect = place(reading, claim.cause), place(reading, claim.effect)
    start, end = min(cause[0], effect[0], reading.doc[claim.cue].idx), max(cause[1], effect[1])
    text = reading.text
    fields = {
        "cause": text[slice(*cause)], "effect": text[slice(*effect)], "direction": claim.direction,
        "cause_span": cause, "effect_span": effect,
    }  # fmt: skip
    return Finding("causal", start, end, claim.why, touches_record(reading, start, end), fields)
