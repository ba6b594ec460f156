"""What a quantity counts: the head noun it stands before, or the thing named near it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftershock.accounts.reading.figures.around import listed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["Counted", "changed_thing", "counted_after", "counted_before", "pointed_at"]

_NOUNS = ("NOUN", "PROPN")
_INNER = frozenset(
    ("compound", "amod", "nmod", "poss", "nummod", "npadvmod", "advmod", "quantmod", "punct", "cc", "conj")
)
_LONGEST = 12
_BACK = 60  # words before a number in which may stand what it counts


@dataclass(frozen=True)
class Counted:
    """What is counted: its words as a unit, the place of its last character, and how it was found."""

    unit: str
    end: int
    why: str


def counted_after(doc: Doc, at: int, *, share: bool = False) -> Counted | None:  # noqa: PLR0911 - one way of saying a line
    """Return what is counted by a quantity after which token ``at`` comes; None where no noun follows.

    Parameters
    ----------
    doc : spacy.tokens.Doc
    at : int
        The first token after the quantity.
    share : bool
        Whether a share is counted: "half the city" may hold an article.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> counted_after(parse_text("Some 300 remaining fighters of the group fled."), 2).unit
    'remaining fighters'
    """
    if at >= len(doc) or doc[at].is_sent_start:
        return None
    token = doc[at]
    if token.text in "\"'" and at + 1 < len(doc) and doc[at + 1].pos_ in (*_NOUNS, "ADJ"):
        return _phrase(doc, at + 1, determiners=False)
    if token.lower_ == "-" and at + 1 < len(doc):
        return _of_compound(doc, at + 1)
    if token.lower_ == "of":
        return _those(doc, at + 1) or _phrase(doc, at + 1, determiners=True)
    if token.lower_ == "more" and not _modifies(doc, at):
        return Counted("people", token.idx + len(token), "persons") if _of_persons(doc, at) else None
    if token.lower_ in listed("persons") and not _modifies(doc, at):
        return Counted(token.text, token.idx + len(token), "persons")
    return _phrase(doc, at, determiners=share)


def _those(doc: Doc, at: int) -> Counted | None:
    """Return who is meant by "those who stayed": up to the verb and its object."""
    if at + 1 >= len(doc) or doc[at].lower_ not in ("those", "these") or doc[at + 1].lower_ not in ("who", "that"):
        return None
    verb = doc[at + 1].head
    if not at < verb.i < at + _LONGEST:
        return None
    thing = next((c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i), None)
    last = thing.i if thing is not None and thing.i < at + _LONGEST else verb.i
    return Counted(doc[at : last + 1].text, doc[last].idx + len(doc[last]), "those who")


def _of_persons(doc: Doc, at: int) -> bool:
    """Tell whether "two more" are persons: "two more who", "two more were killed"."""
    if at + 1 < len(doc) and doc[at + 1].lower_ == "who":
        return True
    return any(t.lemma_.lower() in listed("harm") for t in (doc[at].head, doc[at].head.head))


def _modifies(doc: Doc, at: int) -> bool:
    """Tell whether a word like "wounded" or "more" stands before a noun: "12 wounded soldiers"."""
    if at + 1 >= len(doc) or doc[at + 1].is_sent_start:
        return False
    after = doc[at + 1]
    return after.pos_ in _NOUNS or (after.pos_ == "ADJ" and doc[at].lower_ not in ("others", "dead"))


def _of_compound(doc: Doc, at: int) -> Counted | None:
    """Return what a number in a compound counts: the men of "a 300-strong force", the years of "a five-year siege"."""
    word = doc[at]
    if word.lower_ == "strong":
        return _phrase(doc, at + 1, determiners=False) or Counted("strong", word.idx + len(word), "compound")
    if word.lower_ in listed("compounds") | listed("measures"):
        return Counted(word.text, word.idx + len(word), "compound")
    return None


def _phrase(doc: Doc, at: int, *, determiners: bool) -> Counted | None:
    """Return the noun phrase that begins at a token, up to its head noun."""
    begin, head, k = at, -1, at
    lone = at + (determiners and at < len(doc) and doc[at].lower_ in ("the", "those", "all"))
    if lone < len(doc) and doc[lone].lower_ in listed("persons") and not _modifies(doc, lone):
        return Counted(doc[lone].text, doc[lone].idx + len(doc[lone]), "persons")
    while determiners and begin < len(doc) and doc[begin].pos_ in ("DET", "NUM", "PRON") and doc[begin].tag_ != "PRP":
        begin += 1
        k = begin
    while k < len(doc) and k - at < _LONGEST and not (doc[k].is_sent_start and k > at):
        token = doc[k]
        if token.pos_ in _NOUNS:
            head = k
            if _joins_modifier(doc, k):
                k += 2
                continue
            if not _goes_on(doc, k):
                break
        elif not _before_noun(token, determiners=determiners, first=k == begin):
            if head >= 0 and token.text in ("-", "‑") and k + 1 < len(doc) and not token.whitespace_:
                k += 1
                continue
            break
        elif token.pos_ in ("DET", "PRON") and k == begin:
            begin = k + 1
        k += 1
    if head < 0:
        return None
    end = _joined(doc, head)
    unit = doc[begin : end + 1].text
    for word in ("more ", "other ", "additional ", "further ", "all ", "the "):
        unit = unit.removeprefix(word)
    return Counted(unit, doc[end].idx + len(doc[end]), "noun")


def _joins_modifier(doc: Doc, k: int) -> bool:
    """Tell whether a word and the one after "and" both stand before a noun: "Ugandan and Burundian soldiers"."""
    if k + 3 >= len(doc) or doc[k + 1].lower_ not in ("and", "or", ",", "&") or doc[k].lower_.endswith("s"):
        return False
    word, noun = doc[k + 2], doc[k + 3]
    great = doc[k].text[:1].isupper() and word.text[:1].isupper()
    joined = great or (doc[k].pos_ in ("ADJ", "NOUN") and word.pos_ == "ADJ")
    plural = noun.tag_ in ("NNS", "NNPS") or noun.pos_ == "NOUN"
    return joined and word.pos_ in ("ADJ", "PROPN") and plural and not word.lower_.endswith("s")


def _before_noun(token: Token, *, determiners: bool, first: bool) -> bool:
    """Tell whether a word can stand between a number and its noun."""
    after = token.nbor() if token.i + 1 < len(token.doc) else token
    if token.pos_ == "ADJ" or token.tag_ in ("JJ", "JJR", "JJS", "POS", "HYPH", "AFX"):
        return token.lower_ != "such"
    if token.tag_ in ("VBN", "VBG"):
        loose = after.pos_ in _NOUNS and token.dep_ not in ("ROOT", "acl", "relcl", "advcl")
        return loose or token.dep_ in ("amod", "compound", "nmod")
    if token.pos_ == "NUM":
        inner = token.dep_ in ("nummod", "compound", "amod", "quantmod", "nmod")
        return inner and token.head.pos_ in _NOUNS and token.head.i > token.i
    if token.is_punct or token.lower_ == "and":
        quoted = token.text in ("-", "‑", '"', "'", "“", "”")
        return not first and (quoted or _between_adjectives(token))
    degree = token.dep_ == "advmod" and token.head.pos_ == "ADJ" and token.head.i > token.i
    return (
        degree
        or token.lower_ in listed("before_noun")
        or (determiners and (token.pos_ == "DET" or token.tag_ == "PRP$"))
    )


def _between_adjectives(token: Token) -> bool:
    doc, i = token.doc, token.i
    if i + 1 >= len(doc):
        return False
    before, after = doc[i - 1], doc[i + 1]
    return before.pos_ == "ADJ" and (after.pos_ == "ADJ" or after.tag_ in ("VBN", "VBG"))


def _goes_on(doc: Doc, k: int) -> bool:
    """Tell whether a noun only modifies a later one: "suicide car bombs", "the city's bridges"."""
    token = doc[k]
    if k + 1 >= len(doc) or doc[k + 1].is_sent_start:
        return False
    after = doc[k + 1]
    if after.tag_ == "POS" or (after.text in ("-", "‑") and not token.whitespace_):
        return True
    if after.lower_ in listed("persons") and after.pos_ not in _NOUNS:
        return False
    if token.dep_ in ("compound", "nmod", "amod", "poss", "npadvmod") and token.head.i > k and token.head.i - k < 6:
        return after.pos_ in (*_NOUNS, "ADJ") or after.tag_ in ("VBN", "VBG")
    return (
        token.pos_ == "PROPN"
        and after.pos_ in _NOUNS
        and after.tag_ in ("NNS", "NN")
        and after.lower_ not in listed("times")
    )


def _joined(doc: Doc, head: int) -> int:
    """Return the last noun joined to a head: "men and women", "soldiers, policemen and militiamen"."""
    end = head
    while end + 2 < len(doc):
        link, after = doc[end + 1], doc[end + 2]
        plain = after.pos_ in _NOUNS and after.tag_ in ("NNS", "NNPS") and not after.is_sent_start
        last = end + 3 >= len(doc) or doc[end + 3].pos_ not in _NOUNS
        joined = link.lower_ in ("and", "or") or (
            link.text == "," and end + 4 < len(doc) and doc[end + 3].lower_ in ("and", "or", ",")
        )
        if not (
            joined
            and plain
            and last
            and doc[head].tag_ in ("NNS", "NNPS")
            and (after.dep_ == "conj" or link.lower_ == "and")
        ):
            break
        if link.text == "," and doc[end + 3].text == ",":
            break
        end += 2
    return end


def counted_before(doc: Doc, first: int, last: int) -> Counted | None:
    """Return what a bare number counts by the words before it or its verb: "the number of fighters rose to 12,000", "killing 30".

    Parameters
    ----------
    doc : spacy.tokens.Doc
    first, last : int
        The quantity's tokens.
    """
    sentence = doc[first].sent
    if (
        first - 2 >= sentence.start
        and doc[first - 1].lower_ == "of"
        and doc[first - 2].lemma_.lower() in listed("peopled")
    ):
        return Counted("people", -1, f'"{doc[first - 2].lower_} of"')
    for k in range(first - 1, max(sentence.start, first - _BACK) - 1, -1):
        token = doc[k]
        if token.lower_ in listed("counts") and k + 1 < first and doc[k + 1].lower_ == "of":
            found = _phrase(doc, k + 2, determiners=True)
            if found:
                return Counted(found.unit, -1, f'"{token.lower_} of"')
        if token.lower_ in listed("tolls") and first - k < 14 and token.pos_ != "VERB":
            return Counted("people", -1, f'"{token.lower_}"')
    for token in doc[first:last]:
        head = token.head
        for _ in range(4):
            if head.pos_ in ("VERB", "AUX") or head.head == head:
                break
            head = head.head
        if head.lemma_.lower() in listed("harm"):
            return Counted(_suffering(token, head), -1, f'verb "{head.text}"')
    return None


def _suffering(number: Token, verb: Token) -> str:
    """Return who is counted by a verb: those to whom it is done by its participle, "people buried", else people."""
    done = number.dep_ in ("nsubjpass", "dobj") and verb.lower_.endswith(("ed", "t")) and verb.tag_ in ("VBN", "VBD")
    return f"people {verb.lower_}" if done else "people"


def odds_before(doc: Doc, first: int) -> Counted | None:
    """Return the odds or chance that a ratio measures: "put the odds of a war at one in four"."""
    for k in range(first - 1, max(doc[first].sent.start, first - _LONGEST) - 1, -1):
        if doc[k].lower_ in listed("odds"):
            return Counted(doc[k].text, -1, f'"{doc[k].lower_}"')
    return None


def changed_thing(doc: Doc, first: int) -> Counted | None:
    """Return what a change measures: "violence fell by roughly a third", "we raised our contingent to 10,000"."""
    for k in range(first, max(doc[first].sent.start, first - _BACK), -1):
        verb = doc[k - 1]
        if verb.lower_ in ("up", "down") and verb.head.lemma_ in ("be", "go"):
            verb = verb.head
        elif verb.lower_ not in listed("change"):
            continue
        if verb.pos_ in ("VERB", "AUX"):
            things = [c for c in verb.children if c.dep_ == "dobj" and verb.i < c.i < first - 1]
            for child in things or verb.children:
                if child.dep_ in ("nsubj", "nsubjpass", "dobj"):
                    found = _phrase(doc, child.left_edge.i, determiners=True)
                    return found and Counted(found.unit, -1, f'change "{verb.text}"')
    return None


def pointed_at(doc: Doc, first: int, after: int = 0) -> Counted | None:
    """Return what "them" means in "five thousand of them": the last plural noun of this sentence or the one before.

    Parameters
    ----------
    doc : spacy.tokens.Doc
    first : int
        The quantity's first token.
    after : int
        The token after "of them", up to which the figure goes; 0 where there is none.
    """
    end = doc[after - 1].idx + len(doc[after - 1]) if 0 < after <= len(doc) else -1
    start = doc[first].sent.start
    start = doc[start - 1].sent.start if start else start
    for token in reversed(doc[max(start, first - _BACK) : first]):
        if token.tag_ == "NNS" and token.lower_ not in listed("times"):
            return Counted(token.text, end, "plural before")
    return None
