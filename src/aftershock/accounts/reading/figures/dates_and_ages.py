"""Numbers that are dates, years, times of day or ages of persons."""

from __future__ import annotations

import re

from aftershock.accounts.reading.figures.around import Around, listed

__all__ = ["age", "date", "time", "year"]

_LINKS = ("and", "or", "to", "-", "–")
_LIMITS = ("under", "over", "below", "above")


def date(a: Around) -> str | None:
    """Name days of the month: "17 October", "Oct. 17", "October 17-19"."""
    months = listed("months")
    if not 0 < a.value <= 31 or a.found.sort != "digits":
        return None
    follows = (
        (a.low(0) in months and a.capital(0))
        or (a.low(0) in (*_LINKS, "of", ",") and a.low(1) in months)
        or (a.low(0) in _LINKS and a.low(1)[:1].isdigit() and a.low(2) in months)
    )
    back = -2 if a.low(-1) == "." else -1
    leads = (a.low(back) in months and a.capital(back)) or (
        a.low(-1) in (*_LINKS, ",") and a.low(-3) in months and a.low(-2)[:1].isdigit()
    )
    return "date" if follows or leads else None


def year(a: Around) -> str | None:
    """Name years: four digits without a comma that count nothing near."""
    years = [w for w in a.own if re.fullmatch(r"1[5-9]\d\d|20\d\d|21\d\d", w.text)]
    if not years or a.found.sort != "digits":
        return None
    if len(years) > 1 or (len(a.own) == 3 and a.own[1].text in "-–"):
        return "year"
    exact = a.hedged and a.words[a.found.first].low not in listed("hedges_of_years")
    if exact or (len(a.own) > 1 and a.own[0].low not in ("between", "from")):
        return None
    after = a.low(0)
    plural = after.isalpha() and not a.capital(0) and after.endswith(("s", "people", "men", "women", "children"))
    named = after in listed("named_by_year") | listed("after_year")
    return None if plural and not named and a.low(-1) not in listed("before_year") else "year"


def time(a: Around) -> str | None:
    """Name times of day: "5 p.m.", "five o'clock", "0600 hours", "1400 GMT"."""
    if a.low(0) in ("am", "pm", "gmt", "utc", "est", "bst") or (a.low(0) in ("a", "p") and a.low(1) in (".", "m")):
        return "time"
    if a.low(0) == "o" and a.low(1) in ("'", "’") and a.low(2) == "clock":
        return "time"
    return "time" if re.fullmatch(r"0\d{3}", a.own[0].text) else None


def age(a: Around) -> str | None:
    """Name ages of persons: "Yasir, 41, who", "aged 12", "12 years old", "a girl of nine", "children under five"."""
    if _called_age(a):
        return "age"
    if a.value > 110 or a.found.sort == "share":
        return None
    ended = a.low(0) in (",", ".", ")", "")
    if a.low(-1) in (",", "(") and ended and a.capital(-2) and not a.hedged and a.digits:
        return "age"
    if a.low(-1) == "of" and a.low(-2) in listed("parents"):
        return "family"
    of_someone = a.low(-1) == "of" and a.low(-2) in listed("of_an_age")
    is_someone = a.low(-2) in ("he", "she", "i") and a.low(-1) in ("is", "was", "am", "turned")
    turned = a.low(-1) in ("turned", "turn", "turning")
    return "age" if (ended and (of_someone or is_someone or turned)) or _limit(a) else None


def _called_age(a: Around) -> bool:
    """Tell whether a number is called an age: "aged between 12 and 15", "at the age of 9", "12 years old"."""
    ages = listed("ages")
    aged = a.low(-1) in ages or a.leading() in ages or (a.leading() == "of" and a.leading(2) == "age")
    between = a.low(-1) in ("between", "from", "about", *_LIMITS) and a.low(-2) in ages
    old = a.low(1) == "old" or (a.low(1), a.low(2)) == ("of", "age")
    return aged or between or (old and a.low(0) in ("year", "years", "month", "months", "day", "days"))


def _limit(a: Around) -> bool:
    """Tell whether a number bounds the age of persons: "children under five"."""
    hedged = a.words[a.found.first].low in _LIMITS
    if not (hedged or a.low(-1) in _LIMITS) or a.low(0) not in ("s", ",", ".", ")", "", "and", "were", "are", "who"):
        return False
    who = a.leading() if hedged else a.low(-2)
    return who in listed("young")
