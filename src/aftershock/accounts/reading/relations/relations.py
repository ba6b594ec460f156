"""How two actors stand to each other, as a sentence asserts it: hostile, allied, supports, part of, succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.asserting import asserted, intended
from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.grammar import Grammar
from aftershock.accounts.reading.relations.relation_compounds import of_compounds, of_participle
from aftershock.accounts.reading.relations.relation_nouns import of_noun
from aftershock.accounts.reading.relations.relation_verbs import of_misread_verb, of_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["find_relations"]

_VERBS = ("VERB", "AUX")
_BOTH_WAYS = ("hostile", "allied")


def find_relations(reading: Reading) -> list[Finding]:
    """Return how the actors of each sentence stand to each other.

    Parameters
    ----------
    reading : Reading
        With its actors (:func:`~aftershock.accounts.reading.actors.actors.find_actors`).

    Examples
    --------
    >>> from dataclasses import replace
    >>> from aftershock.accounts.reading.actors.actors import find_actors
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "Turkey has bombed the PKK. There is no evidence that Iran supports the Taliban."
    >>> reading = Reading(text, parse_text(text), ())
    >>> found = find_relations(replace(reading, actors=tuple(find_actors(reading))))
    >>> [(f.fields["a"], f.fields["relation"], f.fields["b"], text[f.start : f.end]) for f in found]
    [('Government of Turkey', 'hostile', 'PKK', 'Turkey has bombed the PKK')]
    """
    if len({actor.fields["canonical"] for actor in reading.actors}) < 2:
        return []
    grammar = Grammar(reading)
    told = [
        (*each, token) for sentence in reading.sentences for token in sentence for each in _of_token(grammar, token)
    ]
    out: dict[tuple[str, str, str, int], Finding] = {}
    for a, relation, b, cue in [*told, *of_compounds(reading)]:
        names = (a.fields["canonical"], b.fields["canonical"])
        turned = relation in _BOTH_WAYS and (names[1], relation, names[0], cue.sent.start) in out
        if names[0] != names[1] and not turned:
            out.setdefault((names[0], relation, names[1], cue.sent.start), _finding(a, relation, b, cue))
    return sorted(out.values(), key=lambda f: (f.start, f.end))


def _finding(a: Finding, relation: str, b: Finding, cue: Token) -> Finding:
    inside = [x for x in (a, b) if cue.sent.start_char <= x.start and x.end <= cue.sent.end_char]
    start = min([cue.idx, *(x.start for x in inside)])
    end = max([cue.idx + len(cue.text), *(x.end for x in inside)])
    fields = {"a": a.fields["canonical"], "relation": relation, "b": b.fields["canonical"]}
    return Finding("relation", start, end, f'"{cue.text}"', checkable=True, fields=fields)


def _of_token(grammar: Grammar, token: Token) -> Iterator[tuple[Finding, str, Finding]]:
    """Yield what a word says, if it is said to be so; of hostility, also what is meant to be done."""
    if token.pos_ in _VERBS:
        found = [*of_verb(grammar, token), *of_participle(grammar, token)]
    elif token.pos_ in ("NOUN", "PROPN", "ADJ", "ADV", "ADP", "SCONJ"):
        found = [*of_noun(grammar, token), *of_participle(grammar, token), *of_misread_verb(grammar, token)]
    else:
        return
    if not found:
        return
    if asserted(token):
        yield from found
    elif intended(token):
        yield from (each for each in found if each[1] == "hostile")
