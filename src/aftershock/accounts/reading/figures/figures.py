"""The figures of an article: how many of what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftershock.accounts.reading.checkable import touches_record
from aftershock.accounts.reading.figures.around import listed
from aftershock.accounts.reading.figures.counted import (
    Counted,
    changed_thing,
    counted_after,
    counted_before,
    odds_before,
    pointed_at,
)
from aftershock.accounts.reading.figures.no_figures import why_no_figure
from aftershock.accounts.reading.figures.numbers import Word, split_words
from aftershock.accounts.reading.figures.quantities import Quantity, find_quantities
from aftershock.accounts.reading.finding import Finding, Reading

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["find_figures"]

_TELEPHONE = re.compile(r"\+\d[\d ().-]{6,}\d|\b\d{3}[-.]\d{3,4}(?:[-.]\d{4})?\b")
_SINGLE = re.compile(
    r"\b(more than|less than|about|nearly|almost|over|well over|at least|under|around|roughly|barely) (an?|one) "
    r"(minute|hour|day|week|month|year|decade|century|generation|mile|kilometre|kilometer)\b",
    re.IGNORECASE,
)
_LONGEST = 1500  # words; what is longer is no sentence
_FAR = 2  # sentences over which a bare number may take up what was counted before


@dataclass
class _Last:
    """What was counted last, and first in that sentence, and how many sentences ago; times and measures do not count."""

    unit: str = ""
    first: str = ""
    ago: int = _FAR + 1

    def note(self, unit: str) -> None:
        """Take note of what is counted."""
        if unit.rsplit(maxsplit=1)[-1].lower() in listed("times") | listed("measures"):
            return
        self.first = unit if self.ago else self.first
        self.unit, self.ago = unit, 0

    @property
    def near(self) -> bool:
        """Whether it is near enough for a bare number to take it up."""
        return bool(self.unit) and self.ago <= _FAR

    @property
    def counted(self) -> Counted:
        """What a bare number counts then."""
        return Counted(self.first if self.ago else self.unit, -1, "counted before")


def find_figures(reading: Reading) -> list[Finding]:
    """Return every quantity of things, people, money, distance, share or time that an article states.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "Some 300 fighters were left. In 2016 they killed between 40 and 50 civilians."
    >>> reading = Reading(text, parse_text(text), ((0, len(text)),))
    >>> [(text[f.start : f.end], f.fields["value"], f.fields["unit"]) for f in find_figures(reading)]
    [('Some 300 fighters', 300.0, 'fighters'), ('between 40 and 50 civilians', None, 'civilians')]
    """
    out: list[Finding] = []
    last = _Last()
    telephones = [m.span() for m in _TELEPHONE.finditer(reading.text)]
    changes = listed("change")
    for sentence in reading.sentences:
        last.ago += 1
        if len(sentence) > _LONGEST:
            continue
        out += _single_spans(reading, sentence)
        words = split_words(reading.text, sentence.start_char, sentence.end_char)
        shouted = _headline(words)
        waiting: Quantity | None = None  # "from 200" until "to 1,500 men" says of what
        for found in find_quantities(words, changes):
            start, end = words[found.first].start, words[found.last - 1].end
            if any(a < end and start < b for a, b in telephones) or why_no_figure(words, found, headline=shouted):
                continue
            made = _figure(reading, sentence, words, found, last)
            if made is None:
                waiting = found if _awaits(words, found) else None
                continue
            if waiting is not None:
                out.append(_like(words, waiting, made))
                waiting = None
            out.append(made)
    return out


def _awaits(words: list[Word], found: Quantity) -> bool:
    """Tell whether what a bare number counts may come with the next one: "from 200 to some 1,500 men"."""
    return (
        found.last < len(words) and words[found.last].low in ("to", "or", "and") and found.sort in ("digits", "vague")
    )


def _like(words: list[Word], found: Quantity, made: Finding) -> Finding:
    """Return a bare number as a figure of what the next one counts."""
    fields = {
        **made.fields,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "about": found.about,
        "bound": found.bound,
    }
    return Finding(
        "figure", words[found.first].start, words[found.last - 1].end, "counted after", made.checkable, fields
    )


def _single_spans(reading: Reading, sentence: Span) -> list[Finding]:
    """Return the times of one unit that are said to be a bound or about: "for more than a year"."""
    out = []
    for found in _SINGLE.finditer(reading.text, sentence.start_char, sentence.end_char):
        bound = "at least" if found[1].lower() in ("more than", "over", "at least", "well over") else None
        bound = "at most" if found[1].lower() in ("less than", "under", "barely") else bound
        fields = {
            "value": 1.0, "low": 1.0 if bound == "at least" else None, "high": 1.0 if bound == "at most" else None,
            "about": True, "bound": bound, "unit": found[3],
        }  # fmt: skip
        after = [word.strip(",.;") for word in reading.text[found.end() : found.end() + 8].split()]
        before = reading.text[max(found.start() - 8, 0) : found.start()].split()
        if (after and after[0] in listed("when_after")) or (before and before[-1].lower() in listed("when_before")):
            continue
        out.append(Finding("figure", found.start(), found.end(), f'"{found[1]}"', False, fields))
    return out


def _headline(words: list[Word]) -> bool:
    """Tell whether most words begin with a capital."""
    letters = [word for word in words if word.text.isalpha() and len(word.text) > 3]
    return bool(letters) and sum(word.text[0].isupper() for word in letters) > 0.6 * len(letters)


def _figure(reading: Reading, sentence: Span, words: list[Word], found: Quantity, last: _Last) -> Finding | None:
    """Return a quantity as a finding, with what it counts; None where that stays open."""
    start, end = words[found.first].start, words[found.last - 1].end
    span = reading.doc.char_span(words[found.core].start, end, alignment_mode="expand")
    if span is None:
        return None
    counted = after = _counted(reading, span, words, found)
    if found.unit is None:
        counted = after or _from_near(reading, span, words, found, last)
        if counted is None or _when(words, found, counted, sentence) or _nothing(found, counted, span):
            return None
    if after is not None and found.unit in (None, "percent"):
        last.note(after.unit)
    elif counted is not None and counted.why.startswith("verb"):
        last.note(counted.unit)
    fields = {
        "value": found.value, "low": found.low, "high": found.high, "about": found.about or found.bound is not None,
        "bound": found.bound, "unit": _unit(found, counted),
    }  # fmt: skip
    why = f"{found.why}, {counted.why}" if counted else found.why
    end = max(end, counted.end if counted else end)
    return Finding("figure", start, end, why, touches_record(reading, sentence.start_char, sentence.end_char), fields)


def _unit(found: Quantity, counted: Counted | None) -> str:
    if found.unit is None:
        return counted.unit if counted else ""
    return f"{found.unit} of {counted.unit}" if counted and found.unit == "percent" else found.unit


def _counted(reading: Reading, span: Span, words: list[Word], found: Quantity) -> Counted | None:
    """Return what the words after a quantity say is counted."""
    after = words[found.last].low if found.last < len(words) else ""
    if after == "of":
        pronoun = words[found.last + 1].low if found.last + 1 < len(words) else ""
        if pronoun in listed("pronouns"):
            return counted_after(reading.doc, span.end, share=True) if pronoun in ("those", "these") else None
    if found.unit is not None:
        return counted_after(reading.doc, span.end) if found.unit == "percent" and after == "of" else None
    if found.sort == "ratio" and span.end < len(reading.doc) and _is_verb(reading.doc[span.end]):
        return None
    if found.sort in ("share", "ratio") and after != "of" and not (found.sort == "share" and _half_of(words, found)):
        counted = counted_after(reading.doc, span.end) if found.sort == "ratio" else None
        return None if counted and counted.why == "noun" and _is_one(reading, counted) else counted
    return counted_after(reading.doc, span.end, share=found.sort == "share")


def _is_one(reading: Reading, counted: Counted) -> bool:
    """Tell whether a noun is of one thing, which no ratio counts: "one in nine named religion"."""
    last = reading.doc.char_span(counted.end - 1, counted.end, alignment_mode="expand")
    return last is not None and last[0].tag_ == "NN"


def _is_verb(token: Token) -> bool:
    """Tell whether a word is a verb, as the one after "one in nine" in "one in nine mentioned it"."""
    return token.tag_ in ("VBD", "VBP", "VBZ", "MD") or (token.tag_ == "VBN" and token.head.i <= token.i)


def _half_of(words: list[Word], found: Quantity) -> bool:
    """Tell whether a share stands before a noun phrase: "half the city", "half its men"."""
    after = words[found.last].low if found.last < len(words) else ""
    owners = ("the", "its", "their", "his", "her", "our", "a", "an", "all", "of")
    return words[found.last - 1].low == "half" and after in owners


def _from_near(reading: Reading, span: Span, words: list[Word], found: Quantity, last: _Last) -> Counted | None:  # noqa: PLR0911 - one way of saying a line
    """Return what a number without a noun counts: by its verb, the words before it, or what was counted last."""
    share, hedged = found.sort in ("share", "ratio"), found.first != found.core
    small = found.sort == "words" and (found.value or 0) < 20 and not hedged
    if found.sort == "share" and not _stands_alone(words, found):
        return None
    named = None if share else counted_before(reading.doc, span.start, span.end)
    by_verb = named is not None and named.why.startswith("verb")
    after = [word.low for word in words[found.last : found.last + 2]]
    if after[:1] == ["of"] and after[1:] in (["them"], ["us"], ["these"], ["those"], ["whom"]) and found.value != 1:
        people = Counted("people", reading.doc[span.end + 1].idx + len(after[1]), f'"of {after[1]}"')
        return people if after[1] == "us" else pointed_at(reading.doc, span.start, span.end + 2) or people
    if share and (odds := odds_before(reading.doc, span.start)):
        return odds
    changed = None if small or (named is not None and not by_verb) else changed_thing(reading.doc, span.start)
    if small:
        rate = after[:1] in (["a"], ["per"], ["every"], ["each"]) and after[-1] in listed("times")
        if last.near and found.value != 1 and (rate or _repeated(words, found)):
            return last.counted
        followed = last.near and last.ago == 0 and found.value != 1 and span[-1].dep_ in ("nsubj", "nsubjpass")
        return named if by_verb else last.counted if followed else None
    if changed is not None or named is not None:
        return changed or named
    if found.sort == "vague" and (found.value or 0) > 10:
        return Counted("people", -1, "people, by default")
    great = (found.value or found.low or 0) >= 100
    telling = hedged or share or found.sort != "digits" or great
    leads = last.ago == 0 and (span[-1].dep_ in ("nsubj", "nsubjpass") or _from_to(words, found))
    if last.near and (telling or leads):
        return last.counted
    return (
        Counted("people", -1, "people, by default")
        if not share and _of_people(span, hedged=hedged, great=great)
        else None
    )


def _from_to(words: list[Word], found: Quantity) -> bool:
    """Tell whether a number is an end of a change: "up from 48", "fell to 30"."""
    before = [word.low for word in words[max(found.first - 2, 0) : found.first]]
    return before[-1:] in (["from"], ["to"]) and before[0] in listed("change")


def _of_people(span: Span, *, hedged: bool, great: bool) -> bool:
    """Tell whether a bare number of which nothing is said stands where only people are counted so: "home to 4,000"."""
    number = span[-1]
    above = number.head
    placed = number.dep_ in ("nsubj", "nsubjpass", "dobj", "attr") or (
        number.dep_ == "pobj" and above.lower_ in ("of", "for", "to", "by", "among", "with")
    )
    return placed and (great or (hedged and number.dep_ != "pobj"))


def _repeated(words: list[Word], found: Quantity) -> bool:
    """Tell whether a number takes the place of an earlier one: "yesterday nine, today it's eleven"."""
    before = [word.low for word in words[max(found.first - 3, 0) : found.first]]
    return before[-3:] in (["it", "'", "s"], ["it", "’", "s"]) or before[-2:] in (
        ["it", "is"],
        ["it", "was"],
        ["s", "it"],
    )


def _stands_alone(words: list[Word], found: Quantity) -> bool:
    """Tell a share from an ordinal or a compound: "a third have gone" from "a third party", "half-built"."""
    if found.last >= len(words):
        return True
    after, core = words[found.last], words[found.core].low
    if after.start == words[found.last - 1].end and after.text in "-‑":
        return False
    before = words[found.core - 1].low if found.core else ""
    if core == "half" and before in listed("before_half"):
        return False
    return not after.text.isalpha() or after.low in listed("after_share")


def _when(words: list[Word], found: Quantity, counted: Counted, sentence: Span) -> bool:
    """Tell whether a time says when something is: "within five years", "ten days ago", not how long it lasts."""
    if counted.unit.split()[-1].lower() not in listed("times") or counted.why == "compound":
        return False
    at = found.last
    while at < len(words) and words[at].end <= counted.end:
        at += 1
    after = words[at].low if at < len(words) else ""
    if after == "of":
        return False
    before = words[found.first - 1].low if found.first else ""
    earlier = words[found.first - 2].low if found.first > 1 else ""
    if before in ("in", "over") and not any(token.tag_ == "MD" for token in sentence):
        return False
    dated = before == "the" and earlier in ("in", "over", "within", "for", "during")
    return after in listed("when_after") or before in listed("when_before") or dated


def _nothing(found: Quantity, counted: Counted, span: Span) -> bool:
    """Tell whether "one" or a small number only points: "one man said", "on one side", "members of one family"."""
    head = counted.unit.split()[-1].lower()
    if found.value == 1 and found.sort == "words" and not found.about:
        return head in listed("not_units") | listed("times") or not _harmed(span)
    return head in ("sides", "thirds", "hands", "things") and (found.value or 9) < 4


def _harmed(span: Span) -> bool:
    """Tell whether a number's noun is done harm, or stands in a row with other numbers: "two soldiers and one civilian"."""
    noun = span[-1].head
    if any(
        child.dep_ == "nummod" for other in (noun.head, *noun.conjuncts) for child in other.children if other != noun
    ):
        return True
    verb = noun.head
    return noun.dep_ in ("nsubj", "nsubjpass", "dobj", "conj") and verb.lemma_.lower() in listed("harm")
