"""Capitals that stand for their governments: "Damascus said", "ties with Ankara"; not "in Baghdad", "Kabul airport"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from aftershock.accounts.reading.actors.spotting import Place
from aftershock.accounts.reading.finding import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Capitals"]

_BACKED_AFTER = re.compile(
    r"-(?:backed|aligned|led|supported|sponsored|friendly|installed|appointed|imposed|brokered|mediated|funded|allied|loyal|run|controlled|"
    r"dominated|approved|sanctioned|trained|armed|inspired|engineered|ordered|directed|supplied|financed|linked|affiliated|oriented|leaning)\b"
)
_PRO_BEFORE = re.compile(r"\b(?:pro|anti|Pro|Anti)-\Z")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|near|outside|inside|around|into|across|through|at|above|over|central|downtown|eastern|western|northern|southern|east|west|"
    r"north|south|greater|occupied|besieged) \Z",
    re.I,
)
_MINDS_BEFORE = re.compile(
    r"\b(?:[Oo]fficials?|[Gg]enerals|[Aa]uthorities|[Mm]inisters|[Pp]olicymakers|[Pp]olicy-makers|[Pp]oliticians|[Ll]eaders|[Rr]ulers|"
    r"[Dd]ecision-makers|[Mm]ullahs|[Cc]lerics|[Hh]awks|[Ss]trategists|[Pp]atrons?|[Pp]aymasters?|[Ss]ponsors?|[Bb]ackers?|[Mm]asters?|"
    r"[Aa]llies|[Ff]ears?|[Aa]larm|[Uu]nease|[Aa]nger|[Ff]rustration|[Ss]uspicions?|[Dd]isquiet|[Cc]onsternation|(?:view|mood|"
    r"consensus|calculation|calculus|thinking|hope|belief|feeling|wisdom)|(?:hears?|heard) (?:\w+ )?) in \Z"
)
_AUXILIARY = re.compile(
    r" (?:has|had|have|will|would|could|can|cannot|may|might|must|should|did|does|do)(?:n't)? "
    r"(?:(?:not|never|long|repeatedly|already|also|since|always|now|itself|no|\w+ly) )*(?P<verb>[a-z]+)"
)
_SPEAKING = re.compile(
    r" (rejects|rejected|denies|denied|disputes|contests|wants|wanted|insists|insisted|says|said|claims|claimed|blames|blamed|accuses|"  # noqa: E501
    r"accused|regards|considers|treats|supports|backs|refuses|refused|fears|believes|opposes|dismisses|demands|prefers|hopes)\b"
)
_ASKED_BEFORE = re.compile(r"\b(?:Why|How|What|Whether|Whom|why|how|what|whether|whom) \Z")
_PLAIN_VERB = re.compile(r"(?: and [A-Z]\w+(?: [A-Z]\w+)?)? (?P<verb>[a-z]+)\b(?! of\b)")
_OWN_AFTER = re.compile(r" (?:its|their) [a-z]")
_LIST_BEFORE = re.compile(r"(?:, and|,| and) \Z")


@cache
def _lists() -> dict[str, Any]:
    told = yaml.safe_load(
        files("aftershock.accounts.reading").joinpath("lexicon", "metonyms.yaml").read_text(encoding="utf-8")
    )
    out: dict[str, Any] = {key: frozenset(words) for key, words in told.items() if key != "relation"}
    out["relation"] = {key: frozenset(words) for key, words in told["relation"].items()}
    return out


def _lemma(token: Token) -> str:
    return str(token.lemma_).lower()


class Capitals:
    """Tells of the capitals in a text which stand for governments."""

    def __init__(self, reading: Reading, folded: str) -> None:
        self._reading = reading
        self._folded = folded

    def that_act(self, places: Sequence[Place], state_ends: set[int]) -> list[tuple[Place, str]]:
        """Return the capitals that stand for governments, each with the reason.

        Parameters
        ----------
        places : sequence of Place
        state_ends : set of int
            Where mentions of states end; a capital joined to one by "and" is one too.
        """
        found: list[tuple[Place, str]] = []
        roots: dict[int, str] = {}
        later: list[tuple[Place, Token]] = []
        for place in places:
            if self._in_dateline(place):
                continue
            span = self._reading.doc.char_span(place.start, place.end, alignment_mode="expand")
            token = span.root if span is not None else None
            why = self._by_letters(place)
            if token is not None:
                why = why or self._by_grammar(place, token) or self._by_verb(place, token)
            if why:
                found.append((place, why))
                if token is not None:
                    roots[token.i] = why
            elif token is not None:
                later.append((place, token))
        for place, token in (*later, *reversed(later)):  # "Ankara and Moscow agreed", whichever of them the grammar saw
            joined = [c for c in token.children if c.dep_ == "conj"] + ([token.head] if token.dep_ == "conj" else [])
            beside = any(t.i in roots or (t.idx + len(t.text) in state_ends and not self._is_place(t)) for t in joined)
            if beside and token.i not in roots and not self._by_place(place):
                roots[token.i] = "capital joined to a government"
                found.append((place, roots[token.i]))
        return found

    def _is_place(self, token: Token) -> bool:
        return bool(token.dep_ == "pobj" and token.head.lower_ in ("in", "near", "from", "to", "at", "around", "into"))

    def _by_place(self, place: Place) -> bool:
        return bool(_PLACE_BEFORE.search(self._folded, max(0, place.start - 16), place.start))

    def _before_place(self, place: Place, token: Token) -> bool:
        if token.dep_ in ("nsubj", "nsubjpass"):
            return False
        found = re.match(r" ([a-z]+)", self._folded[place.end : place.end + 24])
        return found is not None and (
            found[1] in _lists()["places"] or found[1].removesuffix("s") in _lists()["places"]
        )

    def _by_side(self, place: Place) -> bool:
        found = _PLACE_BEFORE.search(self._folded, max(0, place.start - 16), place.start)
        return found is not None and found[0].strip().lower() != "in"

    def _by_letters(self, place: Place) -> str:
        """Return why the letters around say that a government is meant."""
        if _BACKED_AFTER.match(self._folded, place.end):
            return "capital that backs"
        if _PRO_BEFORE.search(self._folded, max(0, place.start - 6), place.start):
            return "for or against a capital"
        if _MINDS_BEFORE.search(self._folded, max(0, place.start - 40), place.start):
            return "capital of those who decide"
        if _LIST_BEFORE.search(self._folded, max(0, place.start - 6), place.start) and _OWN_AFTER.match(
            self._folded, place.end
        ):
            return "capital that owns"
        return ""

    def _in_dateline(self, place: Place) -> bool:
        """Return whether a place opens a wire's report: "CAIRO/NAIROBI, Sept 16 (…) -"."""
        if not self._folded[place.start : place.end].isupper():
            return False
        before, after = self._folded[max(0, place.start - 1) : place.start], self._folded[place.end : place.end + 2]
        return (not before or before in "\n/") and bool(re.match(r"[,/]| [(-]", after))

    def _by_verb(self, place: Place, token: Token) -> str:  # noqa: PLR0911 - one reason a line
        """Return whether a verb follows that only a mind does, where the grammar lost the subject: "a charge Kigali rejects"."""
        if (
            token.i
            and token.nbor(-1).pos_ in ("ADP", "PROPN", "DET")
            and token.nbor(-1).lower_ not in ("that", "as", "than")
        ):
            return ""
        if token.i and token.nbor(-1).is_punct:
            return ""
        spoken = _SPEAKING.match(self._folded, place.end)
        if spoken:
            return f'capital that acts: "{spoken[1]}"'
        aided = _AUXILIARY.match(self._folded, place.end)
        asked = _ASKED_BEFORE.search(self._folded, max(0, place.start - 9), place.start)
        plain = _PLAIN_VERB.match(self._folded, place.end) if asked else None
        found = aided or plain
        at = found.start("verb") if found else place.end + 1
        span = self._reading.doc.char_span(at, at + 1, alignment_mode="expand")
        if span is None or self._folded[place.end : place.end + 1] != " ":
            return ""
        verb = span[0]
        if verb.tag_ not in ("VBZ", "VBP", "VBD", "VB", "VBN") and not (plain and verb.tag_ == "NN"):
            return ""
        if not found and verb.tag_ not in ("VBZ", "VBP"):
            return ""  # "the road Kabul left open", "the men Baghdad trained" are too rare beside participles
        if _lemma(verb) in _lists()["place_verbs"] or _lemma(verb) in _lists()["places"]:
            return ""
        return f'capital that acts: "{verb.text}"'

    def _by_grammar(self, place: Place, token: Token) -> str:  # noqa: PLR0911 - one reason a line
        if self._folded[place.end : place.end + 2].startswith((", ", " (")) and token.dep_ in ("npadvmod", "dep"):
            return ""
        if self._folded[place.end : place.end + 2] in ("'s", "' ") or token.dep_ == "poss":
            noun = token.head
            place_like = (
                noun.pos_ == "PROPN" or _lemma(noun) in _lists()["places"] or noun.ent_type_ in ("FAC", "GPE", "LOC")
            )
            return "" if place_like or noun.i <= token.i or self._by_side(place) else f'capital whose "{noun.text}"'
        if (self._by_place(place) and token.dep_ != "pobj") or self._before_place(place, token):
            return ""
        if token.dep_ in ("nsubj", "csubj"):
            return self._as_subject(token)
        if token.dep_ == "nsubjpass" and _lemma(token.head) in _lists()["affected"]:
            return f'capital "{token.head.text}"'
        if (
            token.dep_ in ("dobj", "dative", "obj", "npadvmod")
            and _lemma(token.head) in _lists()["affected"]
            and token.head.i < token.i
        ):
            return f'capital after "{token.head.text}"'
        if token.dep_ == "compound" and _lemma(token.head) in _lists()["governments"]:
            return f'capital before "{token.head.text}"'
        return self._as_object(token)

    def _as_subject(self, token: Token) -> str:
        verb = token.head
        if verb.pos_ not in ("VERB", "AUX"):
            return ""
        lemma = _lemma(verb)
        if lemma not in _lists()["place_verbs"]:
            return f'capital that acts: "{verb.text}"'
        told = [c for c in verb.children if c.dep_ in ("acomp", "attr", "oprd") and c.i > verb.i]
        told += [g for c in told for g in c.conjuncts]
        if any(_lemma(c) in _lists()["minds"] or any(x.dep_ == "xcomp" for x in c.children) for c in told):
            return f'capital that is as minds are: "{told[0].text}"'
        return ""

    def _as_object(self, token: Token) -> str:  # noqa: PLR0911 - one reason a line
        first = token
        while first.dep_ == "conj":
            first = first.head
        if first.dep_ != "pobj":
            return ""
        preposition = first.head
        word, head = preposition.lower_, preposition.head
        if preposition.dep_ == "agent":
            return "capital that does it"
        if word in ("according",):
            return "capital that says so"
        if word not in _lists()["relation"]:
            return ""
        allowed = _lists()["relation"][word]
        if word == "between":
            return (
                ""
                if (
                    _lemma(head) in _lists()["places"]
                    and _lemma(head) not in ("talk", "meeting", "summit", "conference")
                )
                or _lemma(head) in ("fly", "travel", "drive", "run", "lie", "flight", "line", "distance")
                else "between governments"
            )
        if word == "to" and head.lower_ == "according":
            return "capital that says so"
        if word == "in" and not (
            any(c.lower_ in ("the", "its") for c in head.children) and head.left_edge.lower_ in ("the", "its")
        ):
            return ""
        if word == "in" and any(c.dep_ in ("amod", "compound", "poss") and c.text[0].isupper() for c in head.children):
            return ""
        nouns = [head, *([head.head] if head.dep_ in ("pobj", "prep", "amod", "advmod", "acomp") else [])]
        nouns += [c for c in head.children if c.dep_ in ("dobj", "acomp", "advmod", "attr", "prt") and c.i < token.i]
        nouns += [
            g for c in head.children if c.dep_ == "prep" and c.i < token.i for g in c.children if g.dep_ == "pobj"
        ]
        cue = next((n for n in nouns if _lemma(n) in allowed or n.lower_ in allowed), None)
        return f'capital in a relation: "{cue.text} {word}"' if cue is not None else ""
