"""What stands around a name, and whether it makes the name something else: an outlet, a person, a language, a river."""

from __future__ import annotations

import re
from functools import cache

from aftershock.accounts.reading.actors.names import Name, traps

__all__ = ["is_person", "is_something_else", "title_before"]

_RUN_RIGHT = re.compile(r"(?:[ -](?:(?:of|for|on|and|the|in|&) )*[A-Z][\w'.]*){1,7}")
_RUN_LEFT = re.compile(r"([A-Z][\w.]*(?: (?:and |& |of |for |the )*[A-Z][\w.]*){0,5}) (?:of|for|on) (?:the )?\Z")
_LANGUAGE_AFTER = re.compile(
    r"(?:-| )(?:language|languages|speaking|speaker|speakers|dialect|phrasebook|translation)\b"
)
_LANGUAGE_BEFORE = re.compile(
    r"\b(?:in|into|from|speak|speaks|spoke|speaking|spoken|fluent|broken|perfect|accented|learn|learned|learnt|know|knew)"
    r" (?:\w+ed |good |poor )?\Z"
)
_NOUN_AFTER = re.compile(
    r" (?!and\b|or\b|but\b|to\b|that\b|on\b|at\b|in\b|as\b|by\b|with\b|for\b|when\b|he\b|she\b|they\b)[A-Za-z]"
)
_ETHNIC_BEFORE = re.compile(r"\bethnic(?:ally)?[- ]\Z", re.I)
_REGION_AFTER = re.compile(
    r" (?:region|states|countries|nations|leaders|bloc|community|neighbou?rs|rainforest|forest)\b"
)
_STATE_AFTER = re.compile(
    r" (?:side of the |side's )?(?:border|government|president|authorities|officials|army|troops|soldiers|frontier|capital)\b"
)
_TITLES = (
    r"(?:Vice[- ]|Deputy |Interim |Acting |Transitional |Former |former )?(?:President|Prime Minister|Premier|Chancellor|King|"
    r"Emir|Sultan|Crown Prince|Prince|Supreme Leader|Foreign Minister|Foreign Secretary|Defen[cs]e Minister|Defen[cs]e Secretary|"
    r"Secretary of (?:State|Defense)|Secretary|Prime Minister|General|Gen\.|Maj\. Gen\.|Lt\. Gen\.|Field Marshal|Marshal|"
    r"Brigadier|Colonel|Col\.|Captain|Capt\.|Ayatollah|Sheikh|Senator|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|President-elect|Comrade)"
)
_TITLE = re.compile(rf"\b{_TITLES} (?:{_TITLES} )?\Z")
_OTHER_AFTER = re.compile(
    r"(?: (?:[A-Z]\w+ )?|-)(?:Foundation|Library|Tower|Towers|Organization|Organisation|Airport|International|University|"
    r"Center|Centre|School|Avenue|Street|Hotel|Institute|family|Family|Jr|Plaza|Square|Road|Day|Prize|Initiative|Bridge)\b"
)
_RANK = re.compile(r"\b(?:[Ff]ormer|[Ee]x)[- ](?:\w+ ){0,3}\Z")


@cache
def _organisation() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(traps()["organisations"], key=len, reverse=True))
    return re.compile(rf"\b(?:{words})s?\b")


def title_before(text: str, start: int) -> int:
    """Return where a title that stands right before a name begins, or the name's own beginning.

    Examples
    --------
    >>> title_before("Then President Assad left.", 15)
    5
    """
    found = _TITLE.search(text, max(0, start - 60), start)
    return found.start() if found else start


def is_something_else(text: str, start: int, end: int, name: Name, counts: dict[int, int]) -> bool:
    """Return whether what surrounds a state's or a leader's name says that it is part of another name, or no state."""
    after, before = text[end : end + 90], text[max(0, start - 90) : start]
    if name.role in ("leader", "surname"):
        return bool(_OTHER_AFTER.match(after))
    right = _RUN_RIGHT.match(after)
    if right and _organisation().search(right[0].split(". ")[0]):
        return True
    left = _RUN_LEFT.search(before)
    if left and _organisation().search(left[1]):
        return True
    if name.role in ("adjective", "people"):
        return _no_state(after, before, name, counts)
    if name.text == "Georgia":
        return _american_georgia(text)
    return name.text in ("CAR", "PRC", "ROK", "PNG", "DRC", "KSA") and counts.get(name.gwcode or 0, 0) < 2


def _no_state(after: str, before: str, name: Name, counts: dict[int, int]) -> bool:
    """Return whether a demonym is a language, a people beyond its state, or a region."""
    if _LANGUAGE_AFTER.match(after) or _ETHNIC_BEFORE.search(before):
        return True
    if (
        name.role == "adjective"
        and _LANGUAGE_BEFORE.search(before)
        and not _NOUN_AFTER.match(after)
        and after[:1] not in "-/"
    ):
        return True
    if name.text.startswith("Central African"):
        return bool(_REGION_AFTER.match(after)) or counts.get(482, 0) < 2
    return (
        name.gwcode in (702, 704) and counts.get(700, 0) > counts.get(name.gwcode, 0) and not _STATE_AFTER.match(after)
    )


@cache
def _words(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(traps()[kind])})\b")


def _american_georgia(text: str) -> bool:
    return len(_words("georgia").findall(text)) > 2 * len(_words("caucasus").findall(text))


def is_person(text: str, start: int, end: int, name: Name, entity: str) -> bool:
    """Return whether a state's name is here somebody's: the parser sees a person with a given name or a surname around it.

    Parameters
    ----------
    entity : str
        The person that the parser sees here, or nothing.
    """
    if name.role not in ("state", "adjective") or name.text not in traps()["persons"]:
        return False
    return " " in entity.strip() and entity.strip() != text[start:end]


def is_introduced(text: str, start: int, known: bool, proper: bool) -> bool:
    """Return whether a bare surname stands for the one meant: alone or with a title, and no other given name before it.

    Parameters
    ----------
    known : bool
        The surname is known alone, or the article gives the full name.
    proper : bool
        The word before is a name by its grammar.
    """
    titled = title_before(text, start) < start
    if titled:
        return True
    if text[start - 1 : start] == "-" and not text[max(0, start - 3) : start].lower().endswith(
        ("al-", "el-", "ti-", "ro-")
    ):
        return False
    return known and not proper


def is_former(text: str, start: int) -> bool:
    """Return whether "former" stands before a title."""
    return bool(_RANK.search(text, max(0, start - 50), start))
