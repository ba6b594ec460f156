"""Days as the heads of articles write them."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["day_less_year", "find_day", "without_day"]

_MONTHS = {name: n for n, names in enumerate((
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec"), 1) for name in names.split()}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_FORMS = (
    re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?=\D|T|$)"),
    re.compile(r"\b(?P<y>(?:19|20)\d\d)/(?P<m>\d{1,2})/(?P<d>\d{1,2})\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s(?:the\s)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<d>\d{{1,2}})-{_MONTH}-(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"\b(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>(?:19|20)\d\d)\b"),
)


def find_day(text: str) -> dt.date | None:
    """Return the first day that a line gives in full; None where it gives none, or one of two.

    Examples
    --------
    >>> find_day("Published: Thursday, 20 October 2016 10:15 GMT"), find_day("Oct. 20th, 2016")
    (datetime.date(2016, 10, 20), datetime.date(2016, 10, 20))
    >>> find_day("20.10.2016"), find_day("2016-10-20T08:00:00Z"), find_day("3/4/2016"), find_day("October 2016")
    (datetime.date(2016, 10, 20), datetime.date(2016, 10, 20), None, None)
    """
    text = text[:500]
    found = [match for form in _FORMS if (match := form.search(text))]
    for match in sorted(found, key=lambda each: each.start()):
        parts = match.groupdict()
        try:
            if "a" in parts:
                first, second = int(parts["a"]), int(parts["b"])
                if first <= 12 and second <= 12 and first != second:
                    continue  # the day first, or the month
                month, day = (first, second) if second > 12 else (second, first)
            else:
                month = _MONTHS[parts["month"].lower()] if "month" in parts else int(parts["m"])
                day = int(parts["d"])
            return dt.date(int(parts["y"]), month, day)
        except ValueError:
            continue
    return None


_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?", re.IGNORECASE)
_NO_YEAR = (
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b", re.IGNORECASE),
)


def without_day(line: str) -> str | None:
    """Return what a line says beside a day; None where it gives no day.

    Examples
    --------
    >>> without_day("Jane Roe, Friday 19 July 2012"), without_day("Jane Roe")
    ('Jane Roe,  ', None)
    """
    if len(line) > 200 or find_day(line) is None:
        return None
    for form in _FORMS:
        line = form.sub("", line, count=1)
    return _WEEKDAY.sub("", line)


def day_less_year(text: str) -> tuple[int, int] | None:
    """Return the month and the day of a date without a year.

    Examples
    --------
    >>> day_less_year("Sept 16"), day_less_year("16 September")
    ((9, 16), (9, 16))
    """
    for form in _NO_YEAR:
        if found := form.search(text[:100]):
            return _MONTHS[found["month"].lower()], int(found["d"])
    return None
