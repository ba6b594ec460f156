"""By when: the words of a forecast that name its horizon, and the day they stand for."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

__all__ = ["day_of", "find_horizon", "is_ahead"]

_UNIT = r"(?:hour|day|night|week|fortnight|month|year|decade|generation|century|season)s?"
_COUNT = (
    r"(?:\d+(?:[.,]\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|"
    r"forty|fifty|several|many|some|(?:a|the) (?:few|couple of|good many|dozen)|a single|half an?|at least \w+|at most \w+)"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
)
_YEAR = r"(?:19|20)\d\d"
_SEASON = r"(?:spring|summer|autumn|fall|winter|monsoon|dry season|rainy season|Ramadan|Christmas|Easter)"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PART = (
    r"(?:the )?(?:very )?(?:end|start|beginning|close|turn|middle|first half|second half|first quarter|last quarter|rest|"
    r"remainder|course) of "
)
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: {_YEAR})?|{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? {_YEAR})?|"
    rf"(?:early |late |mid-?)?{_YEAR}s?)"
)
_COMING = (
    r"(?:(?:the )?(?:next|coming|following|foreseeable|near|not[ -]too[ -]distant)"
    rf"(?: (?:{_COUNT}|few|couple of|dozen))?(?: (?:to|or) \w+)? "
    rf"(?:{_UNIT}|future|{_SEASON}|{_MONTH}|{_WEEKDAY}|elections?|time))"
)
_THIS = rf"(?:(?:later |early |earlier )?(?:this|that) (?:coming )?(?:{_UNIT}|{_SEASON}|weekend))"
_PERIOD = rf"(?:(?:{_COUNT}|{_COUNT} (?:to|or|or even) {_COUNT})(?: more| or more| further| short| long| full)? {_UNIT}|{_UNIT})"
_TAIL = r"(?: at the (?:very )?(?:earliest|latest|soonest)| or (?:so|later|longer|sooner|more)| to come| from now| ahead| hence)?"
_PREP = (
    r"(?:(?:until|till|through|by|before|within|in|during|over|for|after|beyond|throughout|from|on|at|"
    r"as (?:early|soon|late) as|no later than|not before)\b(?: at least| about| around| roughly| perhaps| some| just| only)?)"
)
_HEDGES = (
    r"(?:(?:the|at least|about|around|roughly|perhaps|some|just|no more than|less than|a matter of|under|another) )*"
)
_GIVE = r"\b(?:[Gg]ives?|[Gg]ave) (?:it|him|her|them|me|us|(?:the |this )?\w+) "
_LOOSE = (
    r"any ?time soon|very soon|soon enough|soon|shortly|before long|sooner or later|one day|some ?day|imminently|eventually|"
    r"at the (?:very )?earliest|in due course|in the (?:long|short|medium|near|longer|end)(?:er)? ?"
    r"(?:run|term|future)?|overnight|"
    r"for ?ever|indefinitely|for good|for a (?:long|very long) (?:time|while)|for (?:some|a) (?:time|while)(?: to come)?|"
    r"ever again|at any moment|any (?:day|moment|minute|time) now|any day|for the time being|for now|from now on|never again|"
    r"before it is over|not at once|next time|(?:this|tomorrow|the (?:next|following)) (?:morning|evening|afternoon|night)|"
    r"in the (?:morning|evening|transition|interim|meantime)|in the run-up(?: to [^,.;:]{3,30})?|the day after tomorrow"
)
_TIMES = [
    re.compile(
        rf"\b{_PREP} (?:the )?(?:{_PART})?(?:the |an? )?(?:{_COMING}|{_THIS}|{_DATE}|{_SEASON}|{_WEEKDAY}|year's end|year-end|"
        rf"year|month|week|decade|century)\b(?! old){_TAIL}"
    ),
    re.compile(
        rf"\b(?:within|in|over|for|during|inside|after|before) {_HEDGES}{_PERIOD}(?! ago\b| old\b| of\b| earlier\b){_TAIL}"
    ),
    re.compile(rf"\b(?:in the )?{_UNIT} (?:ahead|to come|from now|hence)\b"),
    re.compile(rf"\b(?:{_COMING}|later {_THIS}|{_THIS}|tomorrow(?: \w+)?|tonight)\b"),
    re.compile(rf"\b(?:{_LOOSE})\b"),
    re.compile(rf"\b(?:tak(?:e|es|ing)|last(?:s|ing)?|says?) ((?:{_HEDGES}){_PERIOD})\b(?! ago| of| old)"),
    re.compile(rf"{_GIVE}((?:{_COUNT}|another|no more than {_COUNT})(?: more)? {_UNIT})\b(?! ago)"),
]
_LOOSE_RANK = 4
_CLAUSE = re.compile(
    r"\b(?:once|as soon as|as long as|so long as|until|till|when|after|before|by the time|the moment|the day)"
    r"\s[^,;:.!?\"()\u2014]{3,90}",
    re.I,
)
_AHEAD = re.compile(
    rf"\b(?:next (?:few |couple of |two |three )?(?:{_UNIT}|{_SEASON})|coming {_UNIT}|{_UNIT} (?:ahead|to come|from now)|"
    r"tomorrow|any ?time soon|at the earliest|foreseeable future)\b"
)
_PAST = re.compile(r"\b(?:ago|last (?:week|month|year|summer|winter|spring|autumn|night)|yesterday|earlier this)\b")


def is_ahead(text: str, date: dt.date | None) -> bool:
    """Tell whether a piece of text names a time still to come.

    Examples
    --------
    >>> is_ahead("by next summer they are killing mayors", None), is_ahead("in 2014 it fell", dt.date(2016, 1, 1))
    (True, False)
    """
    if _AHEAD.search(text[:1].lower() + text[1:]):
        return True
    return date is not None and any(
        int(y[1]) > date.year
        for y in re.finditer(rf"\b(?:until|till|by|before|in|through|to|of) (?:\w+ )?({_YEAR})\b", text)
    )


def find_horizon(text: str, at: int, date: dt.date | None = None) -> tuple[int, int] | None:
    """Return where the words stand that say until when, in a sentence; None where none do.

    Parameters
    ----------
    text : str
        The sentence.
    at : int
        Where the cue of the forecast stands in it.
    date : date, optional
        Of the article: years before it are no horizon.

    Examples
    --------
    >>> text = "If the troops go home in 2018, it will be back by 2021."
    >>> text[slice(*find_horizon(text, text.index("will")))]
    'by 2021'
    """
    condition = re.search(r"\b(?:[Ii]f|[Uu]nless)\b[^,;]*", text)
    found: list[tuple[int, int, int]] = []
    for rank, pattern in enumerate(_TIMES):
        for time in pattern.finditer(_capitals(text)):
            place = time.span(time.lastindex or 0)
            if _PAST.search(text[place[0] : place[1] + 5]) or _no_time(text, place) or _gone(text, place, date):
                continue
            conditional = condition is not None and condition.start() <= place[0] < condition.end()
            far = (
                abs(place[0] - at)
                + (0 if place[0] > at else 40)
                + (400 if conditional else 0)
                + (60 if rank == _LOOSE_RANK else 0)
            )
            found.append((far, place[0] - place[1], place[0]))
    if found:
        _, less, start = min(found)
        return start, start - less
    for clause in _CLAUSE.finditer(text):
        piece = clause[0].rstrip()
        if not re.search(r"\b(?:was|were|had|did|then|said|told|came|went|fell|took|began|left|\w+ed)\b", piece):
            return clause.start(), clause.start() + len(piece)
    return None


def _capitals(text: str) -> str:
    """Return a text whose first letter is small, so that a sentence may begin with its horizon."""
    return (
        text[:1].lower() + text[1:]
        if re.match(
            r"(?:By|Until|Before|Within|In|During|Over|For|After|Next|Tomorrow|Soon|Later|Eventually|One|From|On|Through)\b",
            text,
        )
        else text
    )


def _gone(text: str, place: tuple[int, int], date: dt.date | None) -> bool:
    year = re.search(_YEAR, text[slice(*place)])
    return date is not None and year is not None and int(year[0]) < date.year


def _no_time(text: str, place: tuple[int, int]) -> bool:
    """Tell whether words of time say nothing of what is to come: "in the night", "she said this spring"."""
    found = text[place[0] : place[1]].lower()
    told = found.startswith("this ") and re.search(
        r"\b(?:said|told|wrote|say|says|announced)\b[^,;]{0,40}$", text[: place[0]]
    )
    bred = found.startswith("the next generation") and not text[: place[0]].endswith("for ")
    return bool(_BARE.fullmatch(found) or told) or bred or found.startswith("from ")


_BARE = re.compile(
    r"(?:in|on|at|for|by|from|over|after|during) (?:the )?(?:year|month|week|day|night|hour|fall|decade|season)|"
    r"(?:after|over) (?:years|decades|centuries)"
)
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: n for n, word in enumerate(_SMALL)} | {
    "a": 1,
    "an": 1,
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
}
_SEASON_ENDS = {"spring": (5, 31), "summer": (8, 31), "autumn": (11, 30), "winter": (2, 28)}


def day_of(horizon: str, date: dt.date | None) -> str | None:
    """Return the last day that a horizon's words leave open, as ISO; None where they are vague.

    Parameters
    ----------
    horizon : str
    date : datetime.date, optional
        Of the article; relative words need it.

    Examples
    --------
    >>> day_of("until March 2019 at the earliest", dt.date(2017, 7, 20))
    '2019-03-31'
    >>> day_of("within two years", dt.date(2017, 7, 20)), day_of("before 2025", None), day_of("soon", None)
    ('2019-07-20', '2024-12-31', None)
    """
    low = horizon.lower()
    year = re.search(rf"\b({_YEAR})\b", low)
    named = re.search(rf"{_MONTH}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}", horizon)
    before = low.startswith(("before", "not before"))
    if year and not named:
        return dt.date(int(year[1]) - before, 12, 31).isoformat()
    if date is None and not year:
        return None
    told = _relative(low, date) if date is not None and not named else None
    if told is None and (named or re.search(r"tomorrow|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day", low)):
        told = _parsed(horizon, date)
    if told is not None and before and "end" not in low:
        told = told.replace(day=1) - dt.timedelta(1) if named and not re.search(r"\b\d{1,2}\b(?!\d)", low) else told
    return told.isoformat() if told else None


def _relative(low: str, date: dt.date) -> dt.date | None:
    """Return the day of "within two years", "the end of the year", "next summer"."""
    season = next((s for s in _SEASON_ENDS if s in low), None)
    if season:
        month, day = _SEASON_ENDS[season]
        end = dt.date(date.year, month, day)
        started = end - dt.timedelta(92) <= date
        return end.replace(year=date.year + (started if "next" in low else end < date))
    counted = re.search(
        rf"\b(\d{{1,4}}|{'|'.join(_NUMBERS)})(?: more| further)? (day|week|fortnight|month|year|decade)s?\b", low
    )
    if counted and not re.search(r"\b(?:few|couple|or so|end of)\b", low):
        many = int(counted[1]) if counted[1].isdigit() else _NUMBERS[counted[1]]
        return _later(date, many, counted[2])
    following = "next" in low
    if re.search(r"\b(?:the|this|next) (?:coming )?year\b|year's end|year-end", low):
        return dt.date(date.year + following, 12, 31)
    if re.search(r"\b(?:the|this|next) month\b", low):
        first = _later(date.replace(day=1), 1 + following, "month")
        return first - dt.timedelta(1) if first else None
    if re.search(r"\b(?:this|the|next) week\b", low):
        return date + dt.timedelta(6 - date.weekday() + 7 * following)
    return None


def _later(date: dt.date, many: int, unit: str) -> dt.date | None:
    days = {"day": 1, "week": 7, "fortnight": 14}
    if unit in days:
        return date + dt.timedelta(min(many, 36_500) * days[unit])
    months = many * {"month": 1, "year": 12, "decade": 120}[unit] + date.month - 1
    year, month = date.year + months // 12, months % 12 + 1
    if year > 2200:
        return None
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(1)).day
    return dt.date(year, month, min(date.day, last))


def _parsed(horizon: str, date: dt.date | None) -> dt.date | None:
    """Return the day of a date or a day's name, the last of its month where no day is told."""
    try:
        import dateparser  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return None
    found = re.search(rf"{_DATE}|{_WEEKDAY}|tomorrow|tonight", horizon)
    settings: dict[str, Any] = {
        "PREFER_DATES_FROM": "future",
        "PREFER_DAY_OF_MONTH": "last",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    if date is not None:
        settings["RELATIVE_BASE"] = dt.datetime(date.year, date.month, date.day)
    parsed = dateparser.parse(found[0].rstrip("."), languages=["en"], settings=settings) if found else None
    return parsed.date() if parsed else None
