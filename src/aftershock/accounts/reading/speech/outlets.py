"""Newspapers, agencies and broadcasters by name, for who was told a thing and who passed it on."""

from __future__ import annotations

import re
from functools import cache

from aftershock.accounts.reading.lexicons import read_lexicon, words

__all__ = ["is_outlet", "outlet_in"]

_NAME = r"(?:(?:al|el|ad|as|at|ar|an)-)?[A-Z\u00c0-\u00de][\w'.&\u00c0-\u024f-]*"
_NAMES = rf"{_NAME}(?: (?:of|de|des|la|le|del|for|and|&|da|do) (?={_NAME})| (?:{_NAME}|\d+))*"
_TOLD = (
    r"(?:\b(?:told|tells?|telling|informed)|\b(?:spoke|speaking|spoken|speak|talking|talked) (?:to|with)|"
    r"\binterview(?:ed)? (?:\w+ ){0,5}?(?:with|by|to|on|in|for)|"
    r"\b(?:quoted|cited|reported|published|carried|broadcast|aired|obtained) (?:by|in|on)|"
    r"\bas (?:told to|quoted by|quoted in|reported by|cited by)|\b(?:wrote|writes|writing|written|said|says) (?:in|on|for)|"
    r"\bon\b(?= (?:Facebook|Twitter|Telegram|YouTube|WhatsApp|Instagram|CNN|Fox))|"
    r"\b(?:remarks|comments|statement|article|op-ed|column|essay) (?:to|for|in|carried by|on))"
)
_GENERIC = re.compile(
    r"\b(?:told|tells?|on|to|by) (?P<name>(?:the )?(?:\w+ )?(?:state|public|national|local|private|satellite)"
    r"(?:-run|-owned|-controlled)? "
    r"(?:television|TV|radio|media|news agency|broadcaster)|(?:the|a) radio|television)\b"
)


@cache
def _known() -> re.Pattern[str]:
    names = sorted(read_lexicon("outlets")["names"], key=len, reverse=True)
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?![\w-])(?!['’]s? (?:[Aa]rmy|[Ff]orces|[Ff]ighters))"
    )


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    last = "|".join(sorted(words("outlets", "last_words")))
    first = "|".join(sorted(words("outlets", "first_words")))
    common = "|".join(sorted(words("outlets", "common_words")))
    named = rf"(?:[Tt]he )?(?:[A-Z][\w'-]+'s )?(?P<name>(?:{_NAME} (?:of |de |and )?){{1,4}}(?:{last})\b(?! {_NAME}))"
    radio = rf"(?:[Tt]he )?(?P<name>(?:{first})(?: {_NAME}| \d+){{1,3}})"
    described = rf"\b(?:{common})s?,? \W?(?P<name>{_NAMES})"
    trailing = rf"(?P<name>{_NAMES}),? (?:{common}|news {common}|TV|television|radio|news)\b"
    return tuple(re.compile(rf"{_TOLD} (?:[\w'-]+ ){{0,5}}?\W?{p}") for p in (described, named, radio, trailing))


def is_outlet(name: str) -> bool:
    """Tell whether a name is a newspaper's, an agency's or a broadcaster's.

    Examples
    --------
    >>> is_outlet("the New York Times"), is_outlet("Reuters"), is_outlet("the Free Syrian Army")
    (True, True, False)
    """
    bare = re.sub(r"^[Tt]he ", "", name.strip())
    first, last = (bare.partition(" ")[0], bare.rpartition(" ")[2]) if bare.strip() else ("", "")
    known = _known().fullmatch(bare) or _known().fullmatch(name.strip())
    several = len(bare.split()) > 1 and bare[0].isupper()
    return bool(known) or (
        several and (last in words("outlets", "last_words") or first in ("Radio", "Kanal", "Channel"))
    )


def outlet_in(text: str) -> str | None:
    """Return the outlet to which something is told, or by which it is passed on, in a piece of a sentence.

    Parameters
    ----------
    text : str
        Without what is quoted in it.

    Examples
    --------
    >>> outlet_in("he told the Baghdad daily al-Rasid on Monday")
    'al-Rasid'
    >>> outlet_in("he said in an interview with Al Jazeera")
    'Al Jazeera'
    >>> outlet_in("he told the minister") is None
    True
    """
    for cue in re.finditer(_TOLD, text):
        near = text[cue.end() : cue.end() + 90].split(";", maxsplit=1)[0]
        found = _known().search(near)
        if found and not re.search(r"\b(?:that|who|said)\b|[.:]\s", near[: found.start()]):
            return re.sub(r"^[Tt]he ", "", found[0])
    for pattern in _patterns():
        named = pattern.search(text)
        if named:
            return _bare(named["name"])
    plain = _GENERIC.search(text)
    if plain:
        return plain["name"]
    direct = re.search(rf"\b(?:tells?|told) (?:[Tt]he )?(?P<name>{_NAMES})", text)
    if direct and (
        is_outlet(direct["name"])
        or direct["name"] in words("outlets", "last_words") - {"Nation", "Star", "Sun", "Record"}
    ):
        return _bare(direct["name"])
    return None


def _bare(name: str) -> str:
    return re.sub(r"^[Tt]he |['\u2019]s?$", "", name.strip(" ,.*_"))
