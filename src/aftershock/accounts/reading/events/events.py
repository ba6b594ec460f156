"""Violence and changes of control that are said to have happened: who, what, where, when."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from aftershock.accounts.reading.asserting import asserted
from aftershock.accounts.reading.events.days import day_of, time_in
from aftershock.accounts.reading.events.event_clauses import clause_of, grouped, phrase_of
from aftershock.accounts.reading.events.event_verbs import noun_tells, verb_tells
from aftershock.accounts.reading.events.involved import Involved
from aftershock.accounts.reading.events.places import Whereabouts, place_in
from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.grammar import Grammar

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["find_events"]


def find_events(reading: Reading) -> list[Finding]:
    """Return the acts of violence and the changes of control that an article says happened.

    Parameters
    ----------
    reading : Reading
        With its actors (:func:`~aftershock.accounts.reading.actors.actors.find_actors`).

    Examples
    --------
    >>> import datetime as dt
    >>> from dataclasses import replace
    >>> from aftershock.accounts.reading.actors.actors import find_actors
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "The Taliban captured Kunduz on Monday. They may attack Kabul."
    >>> reading = Reading(text, parse_text(text), (), dt.date(2015, 9, 30))
    >>> (found,) = find_events(replace(reading, actors=tuple(find_actors(reading))))
    >>> [found.fields[key] for key in ("who", "action", "where", "when", "day")]
    [['Taleban'], 'captured', 'Kunduz', 'on Monday', '2015-09-28']
    """
    grammar = Grammar(reading)
    whereabouts, involved = Whereabouts(reading), Involved(grammar)
    starts = [actor.start for actor in reading.actors]
    out: list[Finding] = []
    for sentence in reading.sentences:
        for words in _told(grammar, sentence):
            clauses = [clause_of(w) if w.pos_ in ("VERB", "AUX") else phrase_of(w) for w in words]
            start = min(clause[0].idx for clause in clauses)
            last = max((clause[-1] for clause in clauses), key=lambda t: t.idx)
            end = last.idx + len(last.text)
            tokens = [t for clause in clauses for t in clause]
            actors = reading.actors[bisect_left(starts, start) : bisect_left(starts, end)]
            place = place_in(tokens, actors)
            fields: dict[str, Any] = {
                "who": involved.names(words, tokens),
                "action": words[0].text,
                "where": place.text if place is not None else None,
                "gwcode": whereabouts.state_of(place, sentence.start_char, sentence.end_char),
                **_time(reading, tokens),
            }
            out.append(Finding("event", start, end, f'"{words[0].text}"', checkable=True, fields=fields))
    return out


def _told(grammar: Grammar, sentence: Span) -> list[list[Token]]:
    """Return the words of a sentence that tell of events, those of one event together; nouns where no verb's clause tells."""
    verbs = [t for t in sentence if verb_tells(grammar, t) and asserted(t)]
    groups = grouped(verbs)
    covered = [(c[0].i, c[-1].i) for group in groups for c in (clause_of(v) for v in group)]
    for noun in sentence:
        if not noun_tells(grammar, noun) or any(a <= noun.i <= b for a, b in covered) or not _happened(noun):
            continue
        groups.append([noun])
        phrase = phrase_of(noun)
        covered.append((phrase[0].i, phrase[-1].i))
    return groups


def _happened(noun: Token) -> bool:
    """Return whether an act that a noun names took place; as a subject it did, whatever is denied of it."""
    if asserted(noun):
        return True
    denied = noun.dep_ == "nsubj" and any(c.dep_ == "neg" for c in noun.head.children)
    modal = any(c.tag_ == "MD" for c in noun.head.children)
    return denied and not modal and not any(c.lower_ in ("no", "any") for c in noun.children)


def _time(reading: Reading, clause: list[Token]) -> dict[str, str | None]:
    """Return the words for when, and the day."""
    time = time_in(clause)
    words = reading.text[time[0] : time[1]] if time else None
    return {"when": words, "day": day_of(words, reading.date) if words else None}
