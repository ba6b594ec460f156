"""Who is spoken of: armed actors and states, with UCDP's name for each and where they are mentioned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from aftershock.accounts.reading.actors import surroundings
from aftershock.accounts.reading.actors.actor_article import Article, count_states
from aftershock.accounts.reading.actors.actor_weights import choose
from aftershock.accounts.reading.actors.defined import defined_names
from aftershock.accounts.reading.actors.definite import find_described
from aftershock.accounts.reading.actors.metonyms import Capitals
from aftershock.accounts.reading.actors.names import Name, actor_number, government_number, known_names, states
from aftershock.accounts.reading.actors.spotting import Index, Place, fold, words_of
from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.documents import read_document

if TYPE_CHECKING:
    pass

__all__ = ["find_actors", "read_aliases", "shipped_aliases"]

_OFFICE = re.compile(
    r" (?:(?:deputy|vice|interim|acting|transitional|foreign|defen[cs]e|interior|prime) ?-?){0,2}"
    r"(?:president|prime minister|premier|minister|chancellor|king|emir|leader|dictator|autocrat|strongman|monarch)\b(?! [A-Z])"
)


def read_aliases(path: Path | str) -> dict[str, str]:
    r"""Return the names of a file ``name: UCDP name``, as :func:`find_actors` takes them.

    Examples
    --------
    >>> read_aliases("the Boys: IRA\nTigers: LTTE\n")
    {'the Boys': 'IRA', 'Tigers': 'LTTE'}
    """
    from pydantic import RootModel

    return dict(read_document(path, RootModel[dict[str, str]], "a file of aliases").root)


@cache
def shipped_aliases() -> Mapping[str, str]:
    """Return the names that come with the package."""
    with as_file(files("aftershock.accounts.reading").joinpath("lexicon", "aliases.yaml")) as path:
        return read_aliases(path)


def _aliases(names: Mapping[str, str]) -> Iterable[Name]:
    return (Name(text, "actor", canonical, government_number(canonical)) for text, canonical in names.items())


@cache
def _index() -> Index:
    return Index((*_aliases(shipped_aliases()), *known_names()))


def find_actors(reading: Reading, extra: Mapping[str, str] | None = None) -> list[Finding]:
    """Return every mention of an armed actor or a state.

    Parameters
    ----------
    reading : Reading
    extra : mapping of str to str, optional
        More names and UCDP's for each; they come before the shipped ones (:func:`read_aliases`).

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "Damascus said Turkish jets had struck the YPG in Iraq."
    >>> [(text[f.start : f.end], f.fields["canonical"]) for f in find_actors(Reading(text, parse_text(text), ()))]
    [('Damascus', 'Government of Syria'), ('Turkish', 'Government of Turkey'), ('YPG', 'PYD'), ('Iraq', 'Government of Iraq')]
    """
    folded = fold(reading.text)
    words = words_of(folded)
    places = _index().places(folded, words)
    article = Article(reading, folded, words, places)
    count_states(article)
    own = [*_aliases(extra or {}), *defined_names(folded, words, places, article.counts)]
    if own:
        more = Index(own).places(folded, words)
        article.places = sorted([*more, *places], key=lambda p: (p.start, p.start - p.end))
        article.own = frozenset(name.text for name in own)
    chosen = _choose_all(article)
    chosen += find_described(reading, folded, chosen)
    return [_finding(article, *each) for each in sorted(chosen, key=lambda c: c[0])]


def _choose_all(article: Article) -> list[tuple[int, int, Name, str]]:
    chosen: list[tuple[int, int, Name, str]] = []
    capitals = Capitals(article.reading, article.folded)
    waiting: dict[Place, Name] = {}
    last = 0
    for place in article.places:
        if place.start < last:
            continue
        name, why = choose(article, place)
        if name is None:
            continue
        if name.role == "capital":
            waiting[place] = name
        elif name.role != "trap":
            start, end = _widened(article, place, name)
            if start < last:
                start = place.start
            chosen.append((start, end, name, why))
            last = end
            continue
        last = place.end
    state_places = {end for _, end, name, _ in chosen if name.gwcode is not None}
    for place, why in capitals.that_act(list(waiting), state_places):
        chosen.append((place.start, place.end, waiting[place], why))
    return chosen


def _widened(article: Article, place: Place, name: Name) -> tuple[int, int]:
    """Return a mention's span with a leader's title before it, or the office after a demonym."""
    if name.role in ("leader", "surname"):
        start = surroundings.title_before(article.folded, place.start)
        return start, place.end
    if name.role == "adjective":
        office = _OFFICE.match(article.folded, place.end)
        return place.start, office.end() if office else place.end
    return place.start, place.end


def _finding(article: Article, start: int, end: int, name: Name, why: str) -> Finding:
    number = name.gwcode
    if number == 490 and name.text in ("Congo", "Congolese") and article.counts[484] > article.counts[490]:
        number = 484
    if number is None:
        fields = {
            "canonical": name.canonical, "actor_id": actor_number(name.canonical, article.counts),
            "state": None, "gwcode": None, "iso3": None,
        }  # fmt: skip
    else:
        state = states()[number]
        fields = {
            "canonical": state.canonical, "actor_id": actor_number(state.canonical, article.counts),
            "state": state.name, "gwcode": number, "iso3": state.iso3,
        }  # fmt: skip
    return Finding("actor", start, end, why, fields=fields)
