"""Whose words stand around a noun: its phrase, the name in it, the titles before the name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aftershock.accounts.reading.lexicons import words

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["core_phrase", "described", "is_name", "last_of_name", "name_after_titles", "role_before_name"]

_LEFT = (
    "det",
    "amod",
    "compound",
    "nummod",
    "poss",
    "nmod",
    "quantmod",
    "predet",
    "advmod",
    "npadvmod",
    "nounmod",
    "neg",
)
_NAMEWORD = re.compile(
    r"(?:(?:[Aa]l|[Ee]l|[Aa]d|[Aa]s|[Aa]t|[Aa]r|[Aa]n|[Uu]l|[Dd])['’-])?[A-Z\u00c0-\u00de\u0130\u015e][\w.'’\u00c0-\u024f-]*$"
)
_PARTICLES = words("names", "particles")
_MEANS = words("names", "means")
_ARTICLE = re.compile(r"^(?:the|an?|this|that|these|those|its|his|her|their|our|my)\b ?", re.I)


def core_phrase(token: Token) -> tuple[int, int]:
    """Return where a noun's phrase without what follows the noun stands, as token numbers."""
    first = token.i
    for child in sorted(token.lefts, key=lambda t: -t.i):
        gap = token.doc[child.right_edge.i + 1 : first]
        if child.dep_ not in _LEFT and not (child.dep_ in ("punct",) and child.text in ("-", "\u2013")):
            if child.dep_ in ("cc", "conj", "punct", "intj", "prep"):
                if child.dep_ == "prep" and child.i + 2 < token.i:  # "Secretary of State Rex Tillerson"
                    continue
                break
            continue
        if any(t.text in (",", '"', ";", ":") for t in gap):
            break
        first = min(first, child.left_edge.i)
    while is_name(token) and token.i - 12 < first and first > 0 and _joins(token.doc[first - 1], token.doc[first]):
        first -= 1
    while token.doc[first].text in ('"', ",", "'", "``") and first < token.i:
        first += 1
    last = token.i + 1
    while last < len(token.doc) and token.ent_type_ == "PERSON" and token.doc[last].ent_iob_ == "I":
        last += 1
    return first, last


def _joins(left: Token, right: Token) -> bool:
    """Tell whether two neighbours are of one name, whatever the grammar was seen to be."""
    if left.ent_type_ in ("DATE", "TIME", "GPE") or (left.is_sent_start and left.pos_ != "PROPN"):
        return False
    hyphen = (
        left.text in ("-", "\u2010", "\u2011") and not left.whitespace_ and left.i > 0 and left.nbor(-1).pos_ == "PROPN"
    )
    return hyphen or (left.pos_ == "PROPN" and right.sent == left.sent)


def last_of_name(token: Token) -> Token:
    """Return the last word of the name that a word stands in: of "General Saad al-Jumaili", the last."""
    doc, at = token.doc, token.i
    while is_name(token) and at + 1 < min(len(doc), token.i + 12):
        after, title = doc[at + 1], doc[at].text.strip(".") in words("names", "titles")
        if title and after.text == "." and at + 2 < len(doc):
            at += 2
            continue
        if (
            after.pos_ != "PROPN"
            or after.ent_type_ in ("DATE", "TIME")
            or after.dep_ == "dobj"
            or (after.is_sent_start and not (title or doc[at].text == "."))
        ):
            break
        at += 1
    return doc[at]


def described(token: Token, depth: int = 0) -> str:
    """Return a noun's phrase with what belongs to it: "a spokesman for the coalition", without clauses.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> doc = parse_text("A senior officer in the Nineveh command, who hid, said it.")
    >>> described(next(t for t in doc if t.text == "officer"))
    'a senior officer in the Nineveh command'
    """
    first, last = core_phrase(token)
    doc = token.doc
    end = last
    for child in token.rights:
        if child.dep_ != "prep" or child.i != end or child.lower_ == "according" or depth > 2:
            continue
        noun = next((c for c in child.children if c.dep_ == "pobj"), None)
        if noun is None or noun.ent_type_ in ("DATE", "TIME") or noun.lower_ in _MEANS:
            break
        if child.lower_ not in (
            "of",
            "for",
            "with",
            "in",
            "from",
            "at",
            "on",
            "to",
            "inside",
            "within",
            "by",
            "near",
            "across",
            "close",
        ):
            break
        inner = described(noun, depth + 1)
        place = doc.text.find(inner[1:], child.idx)
        end_char = place + len(inner) - 1
        span = doc.char_span(first_idx := doc[first].idx, end_char, alignment_mode="contract")
        if place < 0 or span is None or end_char <= first_idx:
            break
        end = span.end
    clause = next((c for c in token.rights if c.dep_ == "relcl" and c.left_edge.i == end), None)
    if token.lower_ in ("those", "some", "others") and clause is not None:
        end = next((t.i for t in doc[end : clause.right_edge.i + 1] if t.is_punct), clause.right_edge.i + 1)
    text = " ".join(doc[first:end].text.split()).strip(" ,;:\"'")
    return (
        text[0].lower() + text[1:]
        if _ARTICLE.match(text) or (text and not doc[first].is_upper and _common(doc[first]))
        else text
    )


def _common(token: Token) -> bool:
    return token.pos_ not in ("PROPN",) and bool(token.is_sent_start) and not token.ent_type_


def is_name(token: Token) -> bool:
    """Tell whether a noun is, or ends, a proper name."""
    return token.pos_ == "PROPN" or (
        bool(token.ent_type_) and token.text[:1].isupper() and token.ent_type_ in ("PERSON", "ORG", "GPE")
    )


def _bare(word: str) -> str:
    return word.strip(".,")


def name_after_titles(phrase: str) -> tuple[str, str]:
    """Return what of a phrase is title, and what is name.

    Examples
    --------
    >>> name_after_titles("Turkish Deputy Prime Minister Kenan Aslanoglu")
    ('Turkish Deputy Prime Minister', 'Kenan Aslanoglu')
    >>> name_after_titles("the Defence Ministry"), name_after_titles("a Western diplomat")
    (('', 'Defence Ministry'), ('a Western diplomat', ''))
    """
    text = re.sub(r"\b(Secretary|Minister|Chief) of (State|Defen[cs]e|Staff|War|Foreign Affairs)\b", r"\1", phrase)
    parts = text.split()
    names = [bool(_NAMEWORD.match(p)) or p.lower() in _PARTICLES for p in parts]
    if not parts or not _NAMEWORD.match(parts[-1]):
        return phrase, ""
    start = len(parts)
    while start and names[start - 1]:
        start -= 1
    titles, modifiers, bodies = words("names", "titles"), words("names", "modifiers"), words("names", "bodies")
    last = max((i for i in range(start, len(parts)) if _bare(parts[i]) in titles - modifiers), default=None)
    if last is not None and last + 1 < len(parts) and _bare(parts[last + 1]) not in bodies:
        start = last + 1
    elif last is not None and last + 1 == len(parts):
        return phrase, ""
    while start < len(parts) - 1 and parts[start].lower() in ("the", "a", "an"):
        start += 1
    before = " ".join(parts[:start])
    return ("" if _ARTICLE.fullmatch(before) else before), re.sub(
        r"['’]s$", "", " ".join(parts[start:]).strip(" ,;:\"'")
    )


def role_before_name(title: str) -> str:
    """Return the last word of a title, by which its bearer is called later: "minister".

    Examples
    --------
    >>> role_before_name("Turkish Deputy Prime Minister")
    'minister'
    """
    parts = [_bare(p).lower() for p in title.split()]
    return parts[-1] if parts else ""
