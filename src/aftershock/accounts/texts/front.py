"""The head of an article: its title, who wrote it, for whom and when, as its first lines say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aftershock.accounts.texts.days import find_day
from aftershock.accounts.texts.masthead import beside_day, dateline_day, numbered_outlet, owner_of, repeated_outlet
from aftershock.accounts.texts.signatures import labelled, parts_of, person_of, reports_from, signed_below, spoken_by

__all__ = ["Front", "byline_of", "find_front", "outlet_of"]

_HEAD = 60  # lines above the first paragraph that are looked at, and lines of a text without one
_NAME = (
    r"(?:(?:van|von|de|del|della|di|da|el|al|bin|ibn|abu|la|le|den|der|ten|ter|du|dos|al-|el-)"
    r"\s?|[A-ZÀ-ÞŠŽĆČŁŚŻĐİŞ][\w'’.-]*\s?)"
)
_NAMES = re.compile(rf"(?:{_NAME}){{1,6}}(?:(?:,\s|\s?&\s|\sand\s|,\sand\s)(?:{_NAME}){{1,6}}){{0,4}}", re.UNICODE)
_BY = re.compile(r"^\W{0,3}(?:by|written by|story by|words by|text by|reported by|prepared by|compiled by|researched by|essay by|column by|commentary by|report by|dispatch by|interview by|text and photos by|words and pictures by|author|posted by|published by|analysis by|opinion by|from)\b\s?:?\s+(.{3,200})$", re.IGNORECASE)  # noqa: E501  # fmt: skip
_IN_PLACE = re.compile(r"\s+(?:in|at|from)\s+(?=[A-Z]).*$")
_ROLE = re.compile(
    r"\b(correspondent|editor|reporter|staff|writer|contributor|bureau|chief|columnist|analyst|agency|agencies|desk|special|"
    r"guest|senior|professor|fellow|director|researcher|journalist|diplomatic|foreign|defen[cs]e|security|associated|reuters|afp)\b",
    re.IGNORECASE,
)
_OUTLET_WORD = re.compile(
    r"\b(Review|Times|Post|Gazette|Herald|Ledger|Tribune|Journal|News|Press|Agency|Monitor|Observer|Courier|Chronicle|Standard|"
    r"Dispatch|Telegraph|Mail|Star|Globe|Daily|Weekly|Report|Reports|Magazine|Wire|Today|Broadcasting|Radio|TV|Television|"
    r"Quarterly|Brief|Briefing|Bulletin|Digest|Independent|Guardian|Mirror|Sun|Record|Register|Sentinel|Examiner|Argus|Echo|"
    r"Inquirer|Citizen|Mercury|Advertiser|Messenger|Reporter|Correspondent|Newswire|Service|Network|Media|Insider|Policy|"
    r"Affairs|Forum|Watch|Dispatches|Letter|Letters|Papers|Notebook|Blog|Voice|Outlook|Spectator|Economist|Intelligencer)\b"
)
_DATELINE = re.compile(
    r"^[A-ZÀ-Þ][A-ZÀ-Þ'’ ./-]{2,40}(?:,\s(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d)[A-Z][\w .'-]{2,30}?)?"  # noqa: E501
    r"(?:,?\s+(?P<day>[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,\s\d{4})?|\d{1,2}\s[A-Z][a-z]{2,8}\.?(?:\s\d{4})?))?,?\s*"
    r"(?:\((?P<outlet>[A-Z][\w .&'’/-]{1,50})\))?\s*[-–—:]{1,2}\s"
)
_STAMPED = re.compile(r"\b(published|posted|updated|last (updated|modified)|first published|date|created|issued|released|filed|aired|delivered|on)\b", re.IGNORECASE)  # noqa: E501  # fmt: skip
_MENU_WORDS_WORDS = (
    "live tv world news sport sports politics business local top latest breaking radio video podcast watch "
    "media opinion service"
)
_MENU_WORDS = frozenset(_MENU_WORDS_WORDS.split())
_SECTION = re.compile(r"^[A-Z][A-Za-z &-]{2,25}( ?[/|>»·] ?[A-Za-z &-]{2,25}){1,3}$")


_SPEECH = re.compile(
    r"(?:speech|remarks|address|statement|testimony|lecture|keynote|opening|closing|briefing|interview)\b.{0,30}?\b(?:by|of|from|with)\b(.{5,300})$",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:Mr|Ms|Mrs|Miss|Dr|Prof|Sir|Lord|Lady|Dame|Baroness|President|Prime Minister|Chancellor|Senator|Congress\w+|"
    r"General|Ambassador|"
    r"Secretary|Minister|King|Chairman|Governor)\.?\s((?:[A-ZÀ-Þ][\w'’.-]+ ?){2,4})"
)


@dataclass(frozen=True)
class Front:
    """What the first lines say.

    Parameters
    ----------
    title_row : int, optional
        Number of the line that is the title.
    lines : tuple of int
        Lines that say who, for whom and when.
    sure : tuple of int
        Those of them that can be nothing else.
    title, outlet, author : str, optional
    date : datetime.date, optional
    """

    title_row: int | None = None
    lines: tuple[int, ...] = ()
    sure: tuple[int, ...] = ()
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: dt.date | None = None


def find_front(
    lines: Sequence[str], may_be: Sequence[bool], first: int | None, title: str | None, hints: Sequence[str]
) -> Front:
    """Return what a text's first lines say of it.

    Parameters
    ----------
    lines : sequence of str
    may_be : sequence of bool
        Which lines tell nothing against their being title or byline.
    first : int, optional
        Number of the first paragraph.
    title : str, optional
        Where it is known from elsewhere.
    hints : sequence of str
        What the markup says of each line.
    """
    end = min(len(lines), _HEAD if first is None else first)
    told = labelled(lines[:end])
    if told:
        return _labelled_front(told, title)
    authors = {n: found for n in range(end) if may_be[n] and (found := byline_of(lines[n]))}
    days = {n: day for n in range(end) if (day := _stamp(lines[n])) and (may_be[n] or _short(lines[n]))}
    days = {n: day for n, day in days.items() if not _SPEECH.match(lines[n])}
    if not authors:
        beside = {
            n: (who, None) for n in days if may_be[n] and (who := beside_day(lines[n])) and not _OUTLET_WORD.search(who)
        }
        authors = dict(list(beside.items())[:1])
    if not authors:
        named = (n for n in range(1, end) if may_be[n] and {n - 1, n + 1} & days.keys() and _persons(lines[n]))
        authors = {
            n: (_persons(lines[n]), None)
            for n in named
            if any(may_be[m] and len(lines[m].split()) > 3 for m in range(n))
        }
    row = _title_row(lines, may_be, end, title, hints, authors, days)
    author_row = min(authors, key=lambda n: (row is not None and n < row, n), default=None)
    outlets = {
        n: outlet for n in range(end) if may_be[n] and n != row and n not in authors and (outlet := outlet_of(lines[n]))
    }
    if not outlets:  # "The Brief, 14 March 2023"
        parts = (
            part
            for n in sorted({*days, *authors})
            if n < end
            for part in re.split(r"\s*[,|•·]\s*|\s[-–—]\s|\.\s", lines[n])
        )
        outlets = dict.fromkeys(
            [end],
            next(
                (
                    outlet
                    for part in parts
                    if not find_day(part) and not _ROLE.search(part) and (outlet := outlet_of(part))
                ),
                "",
            ),
        )
    issue = numbered_outlet(lines[:end]) if not any(outlets.values()) else None
    above = [
        n for n in range(end if row is None else min(row, end)) if may_be[n] and n not in authors and n not in days
    ]
    repeated = repeated_outlet(lines, above) if not issue and not any(outlets.values()) and above else None
    if issue or repeated:
        outlets = dict([issue or repeated])  # type: ignore[list-item]
    found = authors[author_row] if author_row is not None else (None, None)
    start = _DATELINE.match(lines[first]) if first is not None else None
    wire, owner = start["outlet"] if start else None, owner_of(lines)
    if wire and owner and owner.startswith(wire):
        wire = owner  # "(Plain)" in the dateline, "Plain News" at the foot
    outlet = found[1] or wire or next(iter(outlets.values()), None) or owner
    if not outlet:
        outlet = _outlet_in_parts(lines[:end], may_be, row)
    said = _SPEECH.match(lines[row]) if row is not None else None
    day = (
        next(iter(days.values()), None)
        or (find_day(lines[row]) if row is not None else None)
        or ((find_day(start["day"]) or dateline_day(start["day"], lines)) if start and start["day"] else None)
    )
    sections = [n for n in range(end) if may_be[n] and n != row and _SECTION.match(lines[n])]
    sure = sorted({*authors, *days} - {row})
    return Front(
        row,
        tuple(sorted({*sure, *outlets, *sections} - {row, end})),
        tuple(sure),
        title or (_tidy(lines[row]) if row is not None else None),
        outlet,
        found[0] or _speaker(said) or _named_apart(lines, row, end, may_be, day_known=day is not None),
        day or next((d for n in range(end) if spoken_by(lines[n]) and (d := find_day(lines[n]))), None),
    )


def _outlet_in_parts(lines: Sequence[str], may_be: Sequence[bool], row: int | None) -> str | None:
    """Return an outlet that is part of a line: "Mary Hill | The Mill Gazette | 12 May 2014"."""
    parts = [part for n, line in enumerate(lines) if n != row and may_be[n] for part in parts_of(line)]
    return next((found for part in parts if not find_day(part) and (found := outlet_of(part))), None)


def _named_apart(
    lines: Sequence[str], row: int | None, end: int, may_be: Sequence[bool], *, day_known: bool
) -> str | None:
    """Return the author where no byline names one."""
    head = [n for n in range(end) if may_be[n] and n != row]
    for n in head:
        parts = parts_of(lines[n])
        told = spoken_by(lines[n]) or reports_from(lines[n])
        if not told and any(find_day(part) or outlet_of(part) for part in parts):
            told = next((who for p in parts if not outlet_of(p) and (who := person_of(p))), None)
        if told:
            return told
    signed = _signed(lines, row, end, may_be) if row is not None else None
    return signed or (signed_below(lines[end:]) if day_known or row is not None else None)


def _labelled_front(told: dict[str, tuple[int, str]], title: str | None) -> Front:
    """Return what labelled lines say: "Title: ...", "Source: ..."."""
    said = {key: text for key, (_, text) in told.items()}
    numbers = tuple(sorted(number for key, (number, _) in told.items()))
    author = said.get("author")
    byline = byline_of(f"By {author}") if author else None
    day = find_day(said.get("date", ""))
    return Front(
        None, numbers, numbers, title or said.get("title"), said.get("outlet"), byline[0] if byline else author, day
    )


def _persons(line: str) -> str:
    """Return a line's names of persons, less what they do; "" where it holds more than that.

    >>> _persons("Jane Smith, Defence Correspondent"), _persons("Dr. A. Smith & Jo Bell"), _persons("The war, the peace")
    ('Jane Smith', 'Dr. A. Smith & Jo Bell', '')
    """
    names, _, role = line.strip().partition(", ")
    if not (role and _ROLE.search(role) and len(role.split()) <= 8):
        names = line.strip()
    bare = re.sub(r"\b(?:Dr|Prof|Professor|Sir|Lt|Col|Gen|Maj|Amb)\.?\s", "", names)
    parts = re.split(r",\s(?:and\s)?|\s&\s|\sand\s", bare)
    ok = all(2 <= len(part.split()) <= 4 and _NAMES.fullmatch(part) for part in parts) and not _OUTLET_WORD.search(
        names
    )
    return names if ok else ""


def _speaker(said: re.Match[str] | None) -> str | None:
    found = _TITLED.search(said[1]) if said else None
    return found[1].strip() if found else None


def _tidy(line: str) -> str:
    return " ".join(line.split()).strip("#* ")


def _short(line: str) -> bool:
    return len(line.split()) <= 25


def _stamp(line: str) -> dt.date | None:
    """Return the day that a line of the head gives, if giving it is most of what the line does."""
    words = line.split()
    if not 1 <= len(words) <= 25 or (day := find_day(line)) is None:
        return None
    return day if len(words) <= 9 or _STAMPED.search(line) or _BY.match(line) or "|" in line else None


def _title_row(  # noqa: PLR0917
    lines: Sequence[str],
    may_be: Sequence[bool],
    end: int,
    title: str | None,
    hints: Sequence[str],
    authors: dict[int, tuple[str | None, str | None]],
    days: dict[int, dt.date],
) -> int | None:
    """Return which line is the title: by the markup, or by its length, case and place."""
    if title:
        wanted = _key(title)
        same = [n for n, line in enumerate(lines[: end + 5]) if _key(line) == wanted]
        if same:
            return next((n for n in same if hints[n] in ("heading", "title")), same[-1] if len(same) < 3 else same[0])
    marked = [n for n in range(end) if hints[n] == "title" and may_be[n]] or [
        n for n in range(end) if hints[n] == "heading" and may_be[n]
    ]
    if marked:
        return marked[0]
    below = min([*(n for n in authors), *(n for n in days)], default=end)
    best, row = 0.0, None
    early = 1.25  # for the first line that may be it
    for n in range(end):
        score = _title_score(lines[n], n, below, end) if may_be[n] and n not in authors and n not in days else 0.0
        if score > 1.0:
            score, early = score + early, 0.0
        elif not may_be[n] or score == 0.0:
            early = 1.25
        if score > best:
            best, row = score, n
    return row


def _title_score(line: str, number: int, below: int, end: int) -> float:
    words = len(line.split())
    if re.fullmatch(r"(?:[A-Za-z]+ ){1,3}(?:[Nn]o\.? ?|#)?\d+", line.strip()) and words <= 4:
        return 0.0  # "Briefing paper 31"
    if not 2 <= words <= 34 or outlet_of(line) == line.strip() or _SECTION.match(line):
        return 0.0
    score = 1.0 + min(words, 8) / 4 - max(0, words - 14) / 6
    if line.rstrip("\"')")[-1:] == ".":
        score -= 2.0  # a standfirst
    if number < below:  # the title, then who wrote it; a standfirst between them
        score += 1.5 - min(3, below - number - 1) * 0.25
    score -= 0.02 * (end - number)
    return max(score, 0.05)


def _key(line: str) -> str:
    return re.sub(r"\W+", " ", line).strip().casefold()


def byline_of(line: str) -> tuple[str | None, str | None] | None:
    """Return who wrote an article and for whom, from its byline; None where the line is none.

    Examples
    --------
    >>> byline_of("By Jane van Doe and A. B. Smith in Beirut | 20 July 2017")
    ('Jane van Doe and A. B. Smith', None)
    >>> byline_of("BY JANE DOE, THE NORTHERN LEDGER")
    ('Jane Doe', None)
    >>> byline_of("By the time the army came they had gone")
    """
    line = " ".join(line.split())
    said = (
        re.search(r"(?:^|[.|•·–—]\s|\d{4}\s)(?:by|with)\s+([A-Z].{2,80})$", line, re.IGNORECASE)
        if find_day(line)
        else None
    )
    found = _BY.match(line) or said
    if not found or len(line.split()) > 25 or re.match(r"(?:from|by|published by)\s+(?:the|a|an|then|now|all|my|our|his|its|\d)\b", line, re.IGNORECASE) or line.endswith("?"):  # noqa: E501  # fmt: skip
        return None
    rest = re.split(r"\s*[|•·]\s*|\s+[-–—]\s+|\s*;\s*|\s{2,}|\s\(|\.\s(?=[A-Z]|\d)(?<![A-Z]\.\s)", found[1])[0]
    if rest.isupper():
        rest = rest.title().replace(" And ", " and ").replace("'S", "'s")
    names = _IN_PLACE.sub("", rest)
    names, _, employer = names.partition(" for ")
    pieces = [piece for piece in re.split(r",\s*", names) if piece]
    kept: list[str] = []
    outlet = employer.strip() if employer and outlet_of(employer.strip()) else None
    for number, piece in enumerate(pieces):
        if number and _ROLE.search(piece) and not re.match(r"and\s", piece):
            outlet = outlet or (
                piece if _OUTLET_WORD.search(piece) and not _ROLE.search(_OUTLET_WORD.sub("", piece)) else None
            )
        elif number and find_day(piece):
            break
        elif number and (_OUTLET_WORD.search(piece) or re.match(r"\d", piece)):
            outlet = outlet or (piece if _OUTLET_WORD.search(piece) and not found[1].isupper() else None)
        else:
            kept.append(piece)
    kept = [" ".join(w.title() if w.isupper() and len(w) > 3 else w for w in piece.split()) for piece in kept]
    author = re.sub(
        r",?\s(?:and|&)\s(?:the\s)?(?:news\s)?(?:agencies|wires|staff|others)$",
        "",
        ", ".join(kept),
        flags=re.IGNORECASE,
    ).strip(" .")
    if not _NAMES.fullmatch(author) or len(author.split()) > 14 or (author.endswith((".", ",")) and " " not in author):
        return None
    return author, outlet


def outlet_of(line: str) -> str | None:
    """Return the outlet that a line names, if it names nothing else.

    Examples
    --------
    >>> outlet_of("The Halyard Review"), outlet_of("Troops Enter the Post at Night")
    ('The Halyard Review', None)
    """
    words = line.strip().split()
    if not 1 <= len(words) <= 6 or line.rstrip()[-1:] in ".?!:,;" or "," in line:
        return None
    if all(word.lower() in _MENU_WORDS for word in words):
        return None
    capital = all(word[:1].isupper() or word in ("of", "the", "and", "for", "&", "on", "in") for word in words)
    if not capital or not _OUTLET_WORD.search(line if not line.isupper() else line.title()) or re.match(r"(Read|See|More|Latest|Breaking|Related|Watch|World|Top|Our|My)\b", line):  # noqa: E501  # fmt: skip
        return None
    last_or_first = [
        words[-1].title() if line.isupper() else words[-1],
        words[1 if words[0] == "The" and len(words) > 1 else 0].title(),
    ]
    return (
        line.strip()
        if any(_OUTLET_WORD.fullmatch(word) for word in last_or_first) and words[0] not in ("News", "Reports", "Report")
        else None
    )


def _signed(lines: Sequence[str], row: int, end: int, may_be: Sequence[bool]) -> str | None:
    """Return a name that stands alone under the title, beside the day."""
    for n in range(row + 1, min(end, row + 5)):
        words = lines[n].split()
        if may_be[n] and 2 <= len(words) <= 4 and _NAMES.fullmatch(lines[n]) and not _OUTLET_WORD.search(lines[n]) and not lines[n].isupper():  # noqa: E501  # fmt: skip
            return lines[n]
    return None
