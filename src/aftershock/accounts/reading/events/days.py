"""When something is said to have happened: the words, and the day where they name one."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["day_of", "time_in"]

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_NAMED = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d))(?:,? (?:19|20)\d\d)?"
    rf"|\b(?:last )?{_WEEKDAY}\b|\byesterday\b|\btoday\b"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten) days ago\b|\b\d{4}-\d\d-\d\d\b",
    re.I,
)
_LEADS = frozenset(
    [
        "in",
        "on",
        "since",
        "during",
        "by",
        "until",
        "for",
        "after",
        "before",
        "at",
        "over",
        "within",
        "from",
        "between",
        "around",
        "through",
    ]
)


def time_in(clause: Sequence[Token]) -> tuple[int, int] | None:
    """Return where the first words for a time stand in a clause, with the preposition before them."""
    doc = clause[0].doc if clause else None
    inside = {token.i for token in clause}
    if doc is None:
        return None
    for token in clause:
        if token.ent_type_ not in ("DATE", "TIME") or token.ent_iob_ == "I":
            continue
        last = token.i
        while (
            last + 1 < len(doc)
            and doc[last + 1].ent_iob_ == "I"
            and doc[last + 1].ent_type_ == token.ent_type_
            and last + 1 in inside
        ):
            last += 1
        if re.search(r"year-old|years old|daily|annual|\bage\b", doc[token.i : last + 1].text):
            continue
        first = token.i
        while first - 1 in inside and doc[first - 1].lower_ in ("the", "early", "late", "about", "mid"):
            first -= 1
        if first - 1 in inside and doc[first - 1].lower_ in _LEADS:
            first -= 1
        span = doc[first : last + 1]
        return span.start_char, span.end_char
    return None


def day_of(words: str, date: dt.date | None) -> str | None:
    """Return the ISO day that words name, the latest not after the article; None where they name none or it has no date.

    Examples
    --------
    >>> import datetime as dt
    >>> day_of("on Tuesday", dt.date(2016, 11, 23)), day_of("since Oct. 17", dt.date(2016, 11, 23))
    ('2016-11-22', '2016-10-17')
    >>> day_of("for months", dt.date(2016, 11, 23)) is None
    True
    """
    found = _NAMED.search(words)
    if not found:
        return None
    told = re.sub(r"^last ", "", found[0], flags=re.I).replace(" of ", " ")
    if date is None and not re.search(r"\b(?:19|20)\d\d\b", told):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about time zones
        import dateparser  # type: ignore[import-untyped]

        base = dt.datetime.combine(date or dt.date(2000, 1, 1), dt.time(12))
        settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past", "RETURN_AS_TIMEZONE_AWARE": False}
        day = dateparser.parse(told, languages=["en"], settings=settings)
    return day.date().isoformat() if day else None
