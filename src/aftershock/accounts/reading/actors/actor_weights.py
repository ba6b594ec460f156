"""Which of the names that fit a place is meant there: how much speaks for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aftershock.accounts.reading.actors import surroundings
from aftershock.accounts.reading.actors.actor_article import STATE_ROLES, Article
from aftershock.accounts.reading.actors.names import Name, traps
from aftershock.accounts.reading.actors.spotting import Place

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["choose"]


def choose(article: Article, place: Place) -> tuple[Name | None, str]:
    """Return which of the names that fit a place is meant here, and why; none if it is something else."""
    best: tuple[int, Name | None, str] = (0, None, "")
    for name in place.names:
        if not name.dated(article.reading.date):
            continue
        if name.role == "trap":
            return name, ""
        score, why = _weight(article, place, name)
        if score > best[0]:
            best = (score, name, why)
    return best[1], best[2]


def _weight(article: Article, place: Place, name: Name) -> tuple[int, str]:  # noqa: PLR0911 - one kind of name a line
    """Return how much speaks for a name at a place, 0 if it cannot be meant."""
    text = article.folded
    written = text[place.start : place.end]
    if name.text in article.own:
        return 9, f'name given or defined: "{name.text}"'
    if _shouted(article, place, name):
        return 0, ""
    if name.near:
        return _weight_near(article, place, name)
    if name.role in ("actor", "capital"):
        return 5, f'name "{written}"'
    if surroundings.is_something_else(text, place.start, place.end, name, article.counts):
        return 0, ""
    span = article.tokens(place.start, place.end)
    if name.role in STATE_ROLES:
        person = _person(span[0]) if span is not None else ""
        if surroundings.is_person(text, place.start, place.end, name, person):
            return 0, ""
        return 4, f'{ {"state": "state", "adjective": "demonym", "people": "people"}[name.role] } "{written}"'
    if name.role == "leader":
        return 4, f'leader "{name.whose}"'
    return _weight_surname(article, place, name, span)


def _person(token: Token) -> str:
    """Return the person's name that the parser sees around a word, or nothing."""
    if token.ent_type_ != "PERSON":
        return ""
    doc, first, last = token.doc, token.i, token.i
    while first and doc[first].ent_iob_ == "I" and token.i - first < 6:
        first -= 1
    while last + 1 < len(doc) and doc[last + 1].ent_iob_ == "I" and last - token.i < 6:
        last += 1
    return str(doc[first : last + 1].text)


def _weight_near(article: Article, place: Place, name: Name) -> tuple[int, str]:
    near = article.near(place.start, name.near)
    after = article.folded[place.end : place.end + 40]
    if not near or (near < 2 and (name.text.islower() or name.text in traps()["doubtful"])):
        return 0, ""
    if name.role == "listed":
        word = re.match(r"[ -]([a-z-]+)", after)
        if not word or word[1] not in traps()["fighters"]:
            return 0, ""
        return 1 + near, f'people with a word for fighters: "{name.text} {word[1]}"'
    rivals = any(n.text == name.text and not n.near and n.role == "actor" for n in place.names)
    return (near + 3 if not rivals or near >= 2 else 1), f'name "{name.text}", the article speaks of where it fought'


def _weight_surname(article: Article, place: Place, name: Name, span: Span | None) -> tuple[int, str]:
    at = place.first - 1
    at -= at >= 0 and article.words[at].key in ("al", "el")
    before = article.words[at] if at >= 0 else None
    proper = False
    if (
        before is not None
        and before.text[0].isupper()
        and article.folded[before.end : place.start] in (" ", " al-", " el-")
    ):
        token = article.tokens(before.start, before.end)
        proper = token is not None and token[0].pos_ == "PROPN" and token[0].ent_type_ in ("", "PERSON", "ORG", "GPE")
        proper = proper and token is not None and token[0].ent_type_ not in ("GPE", "NORP")
    after = article.folded[place.end : place.end + 16]
    reign = re.match(r" (?:administration|regime|government|presidency|White House)", after)
    other = re.match(r" (?:[A-Z][a-z]+)", after) and span is not None and span[-1].dep_ == "compound" and not reign
    known = name.alone or name.whose in article.named or bool(reign) or _in_office(article, name)
    if other or not surroundings.is_introduced(article.folded, place.start, known, proper):
        return 0, ""
    if (
        surroundings.title_before(article.folded, place.start) < place.start
        and not known
        and not _spoken_of(article, name)
    ):
        return 0, ""
    return 3 + (name.whose in article.named), f'leader "{name.whose}"'


def _in_office(article: Article, name: Name) -> bool:
    """Return whether a leader whose surname is rare held office on the day, of a state that the article speaks of."""
    date = article.reading.date
    if date is None or name.since is None or name.text in traps()["surnames"]:
        return False
    return article.counts[name.gwcode or 0] > 0 and name.since <= date and (name.left is None or date <= name.left)


def _spoken_of(article: Article, name: Name) -> bool:
    return article.counts[name.gwcode or 0] > 0


def _shouted(article: Article, place: Place, name: Name) -> bool:
    """Return whether a short name in capitals may be a plain word, as all words around it are in capitals: "THIS IS IT"."""
    if name.text not in ("IS", "US", "AND", "PRO", "CAR", "AA", "MEND", "FAN"):
        return False
    around = [article.words[i] for i in (place.first - 1, place.after) if 0 <= i < len(article.words)]
    beside = [w for w in around if min(abs(w.start - place.end), abs(place.start - w.end)) == 1]
    loud = [w for w in beside if w.text.isupper() and len(w.text) > 1]
    return bool(loud) and not (len(loud) == 1 and loud[0].text in ("THE", "UK", "UN", "EU", "SDF", "PKK", "YPG"))
