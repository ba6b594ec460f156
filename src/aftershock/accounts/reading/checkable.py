"""Whether records of organised violence could decide what a passage says."""

from __future__ import annotations

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.lexicons import words

__all__ = ["touches_record"]

_PLACES = ("GPE", "LOC", "FAC", "NORP")


def touches_record(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a passage touches violence, ground, troops or their count, as records hold them.

    Parameters
    ----------
    reading : Reading
    start, end : int
        Of the passage.

    Returns
    -------
    bool
        True where it speaks of violence; or of ground won and lost, or of troops, beside an actor, a place or a number.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "The raid killed 40 people. The weather was fine."
    >>> reading = Reading(text, parse_text(text), ((0, len(text)),))
    >>> touches_record(reading, 0, 26), touches_record(reading, 27, len(text))
    (True, False)
    """
    span = reading.doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return False
    lemmas = {token.lemma_.lower() for token in span} | {token.lower_ for token in span}
    violence = bool(lemmas & words("record", "violence"))
    if violence:
        return True
    ground = bool(lemmas & words("record", "territory"))
    troops = bool(lemmas & words("record", "troops"))
    people = bool(lemmas & words("record", "people"))
    number = any(token.like_num for token in span)
    named = bool(reading.actors_in(start, end)) or any(entity.label_ in _PLACES for entity in span.ents)
    return (ground and (named or troops)) or (troops and (named or number)) or (people and number and named)
