"""Lines that tell themselves to be no article: "Share on Facebook", "We use cookies …", "Photo: …"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

__all__ = ["Cue", "cue_of", "plainly"]

_LONGEST = 400  # characters of a line that are looked at
_MOST_WORDS = {"whole": 40, "opens": 14, "begins": 40, "holds": 60}
_EDGES = re.compile(
    r"^[\s\[\](){}<>≡♥♡↻💬👍•·*|»›>→←↑↓▶►▼▲■●★✓✕×+✉☰#_~=^–—-]+|[\s\[\]{}<>•·*|»›>→←↑↓▶►▼▲■●✕×+_~=^–—-]+$"
)
_QUOTES = {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'}
# An article's title, or a line of it, may begin so: they count as cues within the article's body alone.
_TITLE_LIKE = re.compile(
    r"(opinion|analysis|explainer|live|timeline|video|watch|earlier|"
    r"previous(ly)?|next|more|graphic|map|podcast|in pictures|in photos|"
    r"interactive|gallery|photos|source|above|credits?) ?[:|»›>→/©]"
)
# In a quotation people speak of cookies and cameras too.
_SPOKEN = re.compile(r'"[^"]{12,}"')


@dataclass(frozen=True, slots=True)
class Cue:
    """What a line tells.

    Parameters
    ----------
    why : str
        What it is, being no article; "" where it tells nothing.
    opens : bool
        Whether lines after it belong to it.
    weak : bool
        Whether an article's title may look so.
    """

    why: str = ""
    opens: bool = False
    weak: bool = False


@cache
def _cues() -> Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    given = yaml.safe_load((files(__package__) / "cues.yaml").read_text("utf-8"))
    forms = ("opens", "whole", "begins", "holds")
    return {
        form: tuple(
            (why, re.compile("|".join(f"(?:{pattern})" for pattern in by_form[form])))
            for why, by_form in given.items()
            if form in by_form
        )
        for form in forms
    }


def plainly(line: str) -> str:
    """Return a line as cues are compared: in lower case, without bullets, brackets and arrows around it.

    Examples
    --------
    >>> plainly("» [Read  More →]")
    'read more'
    """
    return _EDGES.sub("", " ".join(line[:_LONGEST].translate(_QUOTES).split()).lower())


def cue_of(line: str) -> Cue:
    """Return what a line tells by its own words.

    Examples
    --------
    >>> cue_of("Share on Facebook").why, cue_of("3 COMMENTS").opens, cue_of("He will not share it.").why
    ('share buttons', True, '')
    """
    words = len(line.split())
    if words > max(_MOST_WORDS.values()):
        return Cue()
    plain = plainly(line)
    if not plain:
        return Cue("menu")
    bare = plain.rstrip(":")
    spoken = words > 12 and _SPOKEN.search(plain)
    for form, tests in _cues().items():
        if words > _MOST_WORDS[form] or (spoken and form == "holds"):
            continue
        for why, pattern in tests:
            if form == "opens":
                if pattern.fullmatch(plain) or pattern.fullmatch(bare):
                    return Cue(why, opens=True)
            elif form == "whole":
                if pattern.fullmatch(plain) or pattern.fullmatch(bare):
                    return Cue(why)
            elif pattern.search(plain) if form == "holds" else pattern.match(plain):
                return Cue(why, weak=form == "begins" and bool(_TITLE_LIKE.match(plain)))
    return Cue()
