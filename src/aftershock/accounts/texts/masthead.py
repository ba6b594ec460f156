"""For whom, by whom and when, where no word says so: a name above the title that the foot repeats, "Name, 19 July 2012"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from aftershock.accounts.texts.days import day_less_year, without_day

__all__ = ["beside_day", "dateline_day", "numbered_outlet", "owner_of", "repeated_outlet"]

_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|\b[Cc]opyright\b|\bCOPYRIGHT\b)(?:\s*(?:©|\([cC]\)))?,?\s*(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?)?,?\s*"
    r"(?:[Bb]y\s)?(?P<name>[A-ZÀ-Þ][\w&'’. -]{1,60}?)(?=,?\s(?:19|20)\d\d|[,|•·]|\.(?:\s|$)|\s{2}|$|,?\s(?:[Aa]ll|ALL)\b|,?\s(?:Ltd|LLC|Inc|GmbH|plc)\b)"  # noqa: E501
)
_BEFORE = re.compile(r"^\W{0,3}(?P<name>[A-ZÀ-Þ][\w&'’. -]{2,50}?),?\s(?:©|\([cC]\)|[Cc]opyright)\s?(?:19|20)\d\d")
_NUMBERED = re.compile(
    r"^\W{0,3}(?P<name>[A-ZÀ-Þ][\w&'’. -]{2,50}?)\W{0,3}[,|•·–—-]?\s+(?:no|No|NO|nr|Nr|issue|Issue|vol|Vol|VOL|volume|Volume|number|Number|edition|#)"  # noqa: E501
    r"\.?\s?(?:\d|[IVX]+\b)"
)
_PLACES_WORDS = (
    "New San Los Las Tel Abu Port Addis Kuala Phnom Buenos Hong Saint St Santa Cape Sri South North East West United Saudi El La Le "  # noqa: E501
    "Washington Mexico Kuwait Al Deir Ain Bani Beit Dar Fort Lake Mount Rio Sao Nay Khan Ras Tal Tell Wadi Guatemala Panama Sierra Burkina "  # noqa: E501
    "Central Republic Security Council National General House State Upper Lower Great Northern Southern Eastern Western Monday Tuesday "  # noqa: E501
    "Wednesday Thursday Friday Saturday Sunday Spring Summer Autumn Winter Published Updated Posted Last Date Issue Vol Volume Times "  # noqa: E501
    "Number Edition Briefing Report Special Opinion Analysis News World Politics"
)
_PLACES = frozenset(_PLACES_WORDS.split())
_PARTICLE = "van|von|de|del|della|di|da|el|al|bin|ibn|la|le|den|der|du|dos"
_PERSON = re.compile(
    r"(?:(?:Dr|Prof|Professor|Sir|Lt|Col|Gen|Maj|Amb)\.? )?[A-ZÀ-Þ][\w'’.-]+"
    rf"(?: (?:{_PARTICLE}|[A-ZÀ-Þ][\w'’.-]*)){{1,3}}"
)
_FOOT = 40
_SMALL = ("of", "the", "and", "for", "on", "in", "&", "de", "la")


def owner_of(lines: Sequence[str]) -> str | None:
    """Return who claims the copyright in the last lines.

    Examples
    --------
    >>> owner_of(["(C) Plain News 2010. All rights reserved."]), owner_of(["© 2013 The Mill Review"])
    ('Plain News', 'The Mill Review')
    """
    for line in reversed(lines[-_FOOT:]):
        if len(line.split()) <= 40 and (found := _COPYRIGHT.search(line)):
            name = found["name"].strip(" .-")
            if len(name) > 2 and not re.match(
                r"(?:all rights|by |rights|notice|policy|photo|image)", name, re.IGNORECASE
            ):
                return name
        before = _BEFORE.match(line) if len(line.split()) <= 12 else None
        if before and _capital(before["name"]):
            return before["name"].strip()
    return None


def numbered_outlet(lines: Sequence[str]) -> tuple[int, str] | None:
    """Return the number of the line that names an outlet with the number of its issue, and the outlet.

    Examples
    --------
    >>> numbered_outlet(["The road back", "*Plain Quarterly Notes*, no. 14"])
    (1, 'Plain Quarterly Notes')
    """
    for number, line in enumerate(lines):
        found = _NUMBERED.match(line) if len(line.split()) <= 14 else None
        if found and _capital(found["name"]) and len(found["name"].split()) > 1:
            return number, found["name"].strip(" *_")
    return None


def repeated_outlet(lines: Sequence[str], above: Sequence[int]) -> tuple[int, str] | None:
    """Return the line of those above the title whose name the article's foot says again, and the name.

    Examples
    --------
    >>> repeated_outlet(["HILL RELIEF", "The lake", "It rained.", "Hill Relief is a registered charity."], [0])
    (0, 'HILL RELIEF')
    """
    foot = " ".join(lines[-15:]).casefold()
    for number in above:
        line = lines[number].strip(" *_#|-")
        if 2 <= len(line.split()) <= 6 and _capital(line) and not re.search(r"[.?!:,;|>]", line):
            if re.search(rf"\b{re.escape(line.casefold())}\b", foot) and number < len(lines) - 15:
                return number, line
            if len(lines) < 30 and re.search(
                rf"\b{re.escape(line.casefold())}\b", " ".join(lines[max(above) + 1 :]).casefold()
            ):
                return number, line
    return None


def beside_day(line: str) -> str | None:
    """Return the persons whom a line names beside a day, if it holds nothing else.

    Examples
    --------
    >>> beside_day("**Mary van Hill**, 19 July 2012"), beside_day("Jane Roe and A. B. Cole | Friday, July 19, 2012")
    ('Mary van Hill', 'Jane Roe and A. B. Cole')
    >>> beside_day("New York, 19 July 2012"), beside_day("Updated 19 July 2012")
    (None, None)
    """
    rest = without_day(line)
    if rest is None:
        return None
    rest = re.sub(r"\s*\b\d{1,2}[:.]\d\d\b.*$", "", rest).strip(" ,|•·–—-*_/()[]")
    parts = re.split(r"\s*,\s(?:and\s)?|\s&\s|\sand\s", rest)
    ok = all(_PERSON.fullmatch(part) and part.split()[0] not in _PLACES and not part.isupper() for part in parts)
    return rest if ok and len(parts) <= 4 else None


def dateline_day(said: str, lines: Sequence[str]) -> dt.date | None:
    """Return the day that a dateline gives without a year, with the year of the copyright below.

    Examples
    --------
    >>> dateline_day("Sept 16", ["(C) Plain News 2010."])
    datetime.date(2010, 9, 16)
    """
    part = day_less_year(said)
    if part is None:
        return None
    for line in reversed(lines[-_FOOT:]):
        if re.search(r"©|\(c\)|copyright", line, re.IGNORECASE) and len(line.split()) <= 40:
            years = [int(y) for y in re.findall(r"\b(?:19[89]\d|20[0-4]\d)\b", line)]
            if years:
                try:
                    return dt.date(max(years), *part)
                except ValueError:
                    return None
    return None


def _capital(name: str) -> bool:
    return all(word[:1].isupper() or word in _SMALL for word in name.strip(" *_").split())
