"""Names that an article defines itself: "the Coordination of Azawad Movements (CMA)", "Mali's President Moussa Keita"."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from aftershock.accounts.reading.actors.names import Name
from aftershock.accounts.reading.actors.spotting import Place, Word

__all__ = ["defined_names"]

_SHORT_AFTER = re.compile(r"(?:'s)? \(\"?(?:the |known as |or )?([A-Z][A-Za-z0-9/&-]{1,9})\"?(?:[,;) ])")
_LEADER_AFTER = re.compile(
    r"(?:'s?)? (?:interim |acting |transitional |then-|Interim |Acting |Transitional )?"
    r"(?:President|Prime Minister|Premier|Chancellor|King|military ruler|junta leader|military leader|dictator) "
    r"((?:(?:Gen\.|General|Col\.|Colonel|Capt\.|Captain|Marshal) )?"
    r"[A-Z][\w'-]+(?: (?:al-|el-|bin |ben |de |dos |van )?[A-Z][\w'-]+){1,3})"
)
_SMALL = frozenset(["of", "the", "for", "and", "in", "de", "la", "du", "et", "to", "on"])


def defined_names(
    folded: str, words: Sequence[Word], places: Sequence[Place], spoken_of: Container[int] = ()
) -> list[Name]:
    """Return short names in brackets after known names, full names before known short ones, and leaders introduced.

    Parameters
    ----------
    folded : str
    words : sequence of Word
    places : sequence of Place
        Where known names may stand.
    spoken_of : container of int
        States that the article names; a name that needs one of them counts only then.

    Examples
    --------
    >>> from aftershock.accounts.reading.actors.spotting import Index, words_of
    >>> text = "The Justice Front (JF) and JF men"
    >>> index = Index([Name("Justice Front", "actor", "JFX")])
    >>> [(n.text, n.canonical) for n in defined_names(text, words_of(text), index.places(text, words_of(text)))]
    [('JF', 'JFX')]
    """
    known = {name.text for place in places for name in place.names if not name.near}
    out: dict[str, Name] = {}
    for place in places:
        fits = [name for name in place.names if not name.near or any(number in spoken_of for number in name.near)]
        if not fits:
            continue
        name = fits[0]
        if name.role == "actor":
            found = _SHORT_AFTER.match(folded, place.end)
            if found and found[1] not in known:
                out.setdefault(found[1], Name(found[1], "actor", name.canonical, name.gwcode))
            elif folded[place.start - 1 : place.start] == "(" and folded[place.end : place.end + 1] == ")":
                full = _spelt_out(folded, words, place)
                if full and full not in known:
                    out.setdefault(full, Name(full, "actor", name.canonical, name.gwcode))
        elif name.role in ("adjective", "state"):
            led = _LEADER_AFTER.match(folded, place.end)
            if led:
                for text in _leader(led[1]):
                    if text not in known:
                        out.setdefault(text, Name(text, "actor", name.canonical, name.gwcode))
    return list(out.values())


def _spelt_out(folded: str, words: Sequence[Word], place: Place) -> str | None:
    """Return the words before a bracket whose first letters are the short name in it."""
    letters = [c for c in folded[place.start : place.end].upper() if c.isalpha()]
    at = place.first - 1
    last = at
    while letters and at >= 0 and last - at < 12:
        word = words[at]
        if re.search(
            r"[.;:()\n]",
            folded[word.end : words[at + 1].start].replace("(", "", 1)
            if at == last
            else folded[word.end : words[at + 1].start],
        ):
            return None
        if word.text[0].upper() == letters[-1] and word.text[0].isupper():
            letters.pop()
        elif word.text not in _SMALL and word.key != "s":
            return None
        at -= 1
    return folded[words[at + 1].start : words[last].end] if not letters and last > at + 1 else None


def _leader(told: str) -> list[str]:
    """Return a leader's full name and surname."""
    full = re.sub(r"^(?:Gen\.|General|Col\.|Colonel|Capt\.|Captain|Marshal) ", "", told)
    surname = full.split()[-1]
    return [full, surname] if len(surname) > 3 else [full]
