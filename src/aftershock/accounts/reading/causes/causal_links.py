"""Causal claims made by a link: "thanks to", "as a result", "so", "by arming them", "the more … the more", "without"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aftershock.accounts.reading.causes.causal_clauses import by_clauses, effect_of, is_not_because, looks_ahead
from aftershock.accounts.reading.causes.causal_words import Claim, direction_of_clause, said_before, side_of
from aftershock.accounts.reading.causes.clauses import Piece, clause, edges, is_negated, subject_of, trimmed, verb_above
from aftershock.accounts.reading.lexicons import read_lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = ["linked"]

_VERBS = ("VERB", "AUX")


@cache
def _phrases(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(phrase.split()) for phrase in read_lexicon("causal")[name]), key=len, reverse=True))


def linked(reading: Reading, sentence: Span) -> list[Claim]:
    """Return the claims that a sentence makes by its links."""
    out: list[Claim] = []
    for token in sentence:
        for rule in (by_clauses, _phrase_link, _therefore, _so, _by_doing, _the_more, _without):
            out += rule(reading, sentence, token)
    return [*out, *_generic(reading, sentence)]


def _phrase_link(reading: Reading, sentence: Span, token: Token) -> list[Claim]:
    """Read a cause after "because of", "thanks to", "due to", "as a result of"."""
    doc = reading.doc
    for phrase in _phrases("because_of"):
        if token.lower_ != phrase[0] or tuple(t.lower_ for t in doc[token.i : token.i + len(phrase)]) != phrase:
            continue
        after = token.i + len(phrase)
        verbal = phrase[0] == "given" and (
            token.dep_ == "ROOT"
            or token.tag_ == "VBD"
            or any(c.dep_ in ("aux", "auxpass", "nsubj") for c in token.children)
        )
        if (
            phrase == ("as", "a", "result")
            or after >= sentence.end
            or verbal
            or (phrase[0] == "given" and token.dep_ == "conj")
        ):
            return []
        noun = _noun_after(doc, token, after, sentence)
        cause = _cause_after(doc, after, noun, sentence)
        if cause is None:
            return []
        if phrase[-1] in ("to", "of") and token.i > sentence.start and _after_it_is(doc, token.i):
            return []
        main = verb_above(token)
        if main is None or is_not_because(doc, token) or (is_negated(main) and token.lower_ == "in"):
            return []
        whole = effect_of(doc, main, (token.i, cause[1]))
        if whole is None or not (set(range(*whole)) - set(range(*cause))):
            whole = _before(doc, token)
        return [Claim(cause, whole, direction_of_clause(doc, whole), token.i, f'"{" ".join(phrase)}"')] if whole else []
    return []


def _after_it_is(doc: Doc, at: int) -> bool:
    """Tell whether a phrase stands in "it is thanks to X that …"."""
    return (
        at > 1
        and doc[at - 1].lemma_ in ("be", "'s")
        and doc[at - 2].lower_ == "it"
        and any(t.lower_ == "that" for t in doc[at + 3 : doc[at].sent.end])
    )


def _noun_after(doc: Doc, token: Token, after: int, sentence: Span) -> Token | None:
    for k in range(after, min(after + 12, sentence.end)):
        if doc[k].dep_ in ("pobj", "pcomp") and doc[k].head.i < after and doc[k].head.i >= token.i:
            return doc[k]
    return None


def _cause_after(doc: Doc, after: int, noun: Token | None, sentence: Span) -> Piece | None:
    """Return a cause after its preposition: its noun phrase, else up to the next comma."""
    if noun is not None:
        piece = side_of(doc, noun)
        if piece is not None and piece[0] >= after:
            return piece
    end = after
    while end < sentence.end and doc[end].text not in (",", ";", ".", ":", "—", "–") and doc[end].pos_ not in _VERBS:
        end += 1
    return trimmed(doc, (after, end))


def _before(doc: Doc, token: Token) -> Piece | None:
    """Return what stands before a word in its sentence, else the sentence before."""
    start = token.sent.start
    piece = trimmed(doc, (start, token.i)) if token.i - start > 2 else None
    if piece is not None and piece[1] - piece[0] > 2:
        return piece
    if start == 0:
        return None
    earlier = doc[start - 1].sent
    return trimmed(doc, (earlier.start, earlier.end))


def _therefore(reading: Reading, sentence: Span, token: Token) -> list[Claim]:
    """Read "therefore", "as a result", "that is why": what stands before is the cause of what follows."""
    doc = reading.doc
    for phrase in _phrases("therefore"):
        if token.lower_ != phrase[0] or tuple(t.lower_ for t in doc[token.i : token.i + len(phrase)]) != phrase:
            continue
        after = token.i + len(phrase)
        if after < len(doc) and doc[after].lower_ == "of":
            return []
        if after >= sentence.end or doc[after].text in (",", ".", ";"):
            return _at_the_end(doc, token, phrase) if len(phrase) > 2 and token.i - sentence.start > 2 else []
        main = _verb_near(doc, token, after, sentence)
        if main is not None and main.lemma_ in (
            "think",
            "foresee",
            "expect",
            "believe",
            "hope",
            "conclude",
            "recommend",
            "suggest",
        ):
            return []
        whole = clause(doc, main) if main is not None else None
        effect = (
            trimmed(doc, (after, sentence.end))
            if whole is None or whole[1] <= after or whole[0] < token.i - 6
            else whole
        )
        cause = _before_clause(doc, token, effect)
        return (
            [Claim(cause, effect, direction_of_clause(doc, effect), token.i, f'"{" ".join(phrase)}"')]
            if cause and effect
            else []
        )
    return []


def _so(reading: Reading, sentence: Span, token: Token) -> list[Claim]:
    """Read "prices doubled, so people took to the streets"."""
    doc = reading.doc
    if token.lower_ != "so" or token.i < sentence.start + 3 or token.i + 2 >= sentence.end:
        return []
    if doc[token.i - 1].text not in (",", ";", "—", "–") and doc[token.i - 1].lower_ != "and":
        return []
    after = doc[token.i + 1]
    if after.pos_ in ("ADJ", "ADV", "SCONJ", "AUX", "PUNCT") or after.lower_ in (
        "that",
        "far",
        "do",
        "did",
        "too",
        "many",
        "much",
        "long",
    ):
        return []
    verb = next(
        (
            t
            for t in doc[token.i + 1 : sentence.end]
            if t.pos_ in _VERBS and t.dep_ not in ("aux", "auxpass", "relcl", "acl")
        ),
        None,
    )
    subject = subject_of(verb) if verb is not None else None
    if verb is None or subject is None or subject.i < token.i:
        return []
    start = next(
        (k + 1 for k in range(token.i - 2, sentence.start, -1) if doc[k].text in (";", ":", "—")), sentence.start
    )
    cause, whole = trimmed(doc, (start, token.i)), clause(doc, verb)
    effect = trimmed(doc, (max(whole[0], token.i + 1), whole[1])) if whole and whole[1] > token.i + 1 else None
    if cause is None or effect is None or effect[1] - effect[0] < 3:
        return []
    return [Claim(cause, effect, direction_of_clause(doc, effect), token.i, '"so"')]


def _at_the_end(doc: Doc, token: Token, phrase: tuple[str, ...]) -> list[Claim]:
    """Read "patients are dying as a result": what was said before is the cause."""
    start = token.sent.start
    for k in range(token.i - 1, start, -1):
        if doc[k].text in (";", ":") or (doc[k].text == "," and doc[k + 1].lower_ in ("and", "but")):
            start = k + 1
            break
    effect = trimmed(doc, (start, token.i))
    cause = trimmed(doc, (token.sent.start, start)) if start > token.sent.start else said_before(doc, start)
    return (
        [Claim(cause, effect, direction_of_clause(doc, effect), token.i, f'"{" ".join(phrase)}"')]
        if cause and effect
        else []
    )


def _verb_near(doc: Doc, token: Token, after: int, sentence: Span) -> Token | None:
    above = verb_above(token)
    if above is not None and above.i >= after:
        return above
    return next((doc[k] for k in range(after, sentence.end) if doc[k].pos_ in _VERBS and doc[k].dep_ != "aux"), above)


def _before_clause(doc: Doc, token: Token, effect: Piece | None) -> Piece | None:
    start = min(token.i, effect[0]) if effect else token.i
    return _before(doc, doc[start])


def _by_doing(reading: Reading, sentence: Span, token: Token) -> list[Claim]:
    """Read "by arming the farmers, the state has brought the war home"."""
    doc = reading.doc
    if token.lower_ not in ("by", "in") or token.i + 1 >= sentence.end or doc[token.i + 1].tag_ != "VBG":
        return []
    doing, main = doc[token.i + 1], token.head
    if doing.head != token or main.pos_ not in _VERBS or main.i < token.i:
        return []
    end = doing.right_edge.i + 1
    if end >= sentence.end or doc[end].text != ",":
        return []
    cause, whole = trimmed(doc, (doing.i, end)), clause(doc, main)
    effect = trimmed(doc, (end, whole[1])) if whole and whole[1] > end else None
    return (
        [Claim(cause, effect, direction_of_clause(doc, effect), token.i, f'"{token.text} {doing.text}"')]
        if cause and effect
        else []
    )


def _the_more(reading: Reading, sentence: Span, token: Token) -> list[Claim]:
    """Read "the more they bomb, the more recruits come"."""
    doc = reading.doc
    if token.lower_ != "the" or token.i + 1 >= sentence.end or not _compares(doc[token.i + 1]):
        return []
    if (
        token.i > sentence.start
        and doc[token.i - 1].text not in (",", '"', "'", "—", ":")
        and doc[token.i - 1].lower_ not in ("that", "and", "but")
    ):
        return []
    for k in range(token.i + 3, sentence.end - 1):
        if doc[k].lower_ == "the" and _compares(doc[k + 1]) and doc[k - 1].text in (",", "and"):
            cause = trimmed(doc, (token.i, k))
            effect = trimmed(doc, (k, sentence.end))
            if cause and effect:
                lower = doc[k + 1].lower_ in ("less", "fewer", "weaker", "smaller")
                return [Claim(cause, effect, "lowers" if lower else "raises", token.i, '"the more … the more"')]
    return []


def _compares(token: Token) -> bool:
    return token.tag_ in ("JJR", "RBR") or token.lower_ in ("more", "less", "fewer")


def _without(reading: Reading, _sentence: Span, token: Token) -> list[Claim]:
    """Read "without an air force the outposts could not be fed"."""
    doc = reading.doc
    if token.lower_ != "without" or token.dep_ != "prep":
        return []
    noun = next((c for c in token.children if c.dep_ in ("pobj", "pcomp")), None)
    piece = side_of(doc, noun) if noun is not None else None
    leads = token.i == token.sent.start or doc[token.i - 1].lower_ in ("that", "and", "but", ";", "—", '"')
    if piece is None or not leads or piece[1] >= token.sent.end:
        return []
    ahead = [t for t in doc[piece[1] : token.sent.end] if t.pos_ in _VERBS and looks_ahead(t)]
    effect = effect_of(doc, ahead[0], (token.i, piece[1])) if ahead else None
    if effect is None or effect[0] < piece[1]:
        return []
    return [Claim((token.i, piece[1]), effect, direction_of_clause(doc, effect), token.i, '"without"')]


def _generic(reading: Reading, sentence: Span) -> list[Claim]:
    """Read what is said of any such thing: "a city that is not rebuilt will be a recruiting ground"."""
    doc, root = reading.doc, sentence.root
    verbs = [root, *(c for c in root.children if c.dep_ in ("ccomp", "conj") and c.pos_ in _VERBS)]
    out = []
    for verb in verbs:
        subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass") and c.i < verb.i), None)
        if subject is None or not looks_ahead(verb) or is_negated(verb) or subject.pos_ != "NOUN":
            continue
        told = next((c for c in subject.children if c.dep_ == "relcl"), None)
        loose = subject.tag_ == "NNS" or any(c.lower_ in ("a", "an", "any", "every", "no") for c in subject.children)
        whole = clause(doc, verb)
        if told is None or not loose or whole is None or any(c.lower_ == "the" for c in subject.children):
            continue
        cause, effect = trimmed(doc, edges(subject)), trimmed(doc, (verb.i, whole[1]))
        if cause and effect:
            out.append(Claim(cause, effect, "raises", verb.i, "what holds of any such"))
    return out
