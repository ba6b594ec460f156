"""Causal claims made by a clause: "because", "since", "if … will", "when", "as long as"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.causes.causal_words import Claim, direction_of_clause, said_before
from aftershock.accounts.reading.causes.clauses import Piece, clause, edges, subject_of, trimmed, verb_above, without
from aftershock.accounts.reading.lexicons import read_lexicon, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc, Span, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = ["by_clauses", "effect_of", "is_not_because", "looks_ahead", "reacts"]

_VERBS = ("VERB", "AUX")
_AHEAD = frozenset(("will", "'ll", "would", "'d", "can", "could", "may", "might", "shall", "must", "wo", "should"))


def by_clauses(reading: Reading, sentence: Span, token: Token) -> list[Claim]:
    """Return the claim of a clause that is a cause or a condition and begins at a word: because, since, as, if, when, unless."""
    word, verb, doc = token.lower_, token.head, reading.doc
    if word == "because":
        return _because(doc, sentence, token)
    if word == "if" and token.i and doc[token.i - 1].lower_ in ("as", "even", "only", "what"):
        return []
    main = _main_of(sentence, token) if word in _TELLS else None
    if main is None:
        return []
    long = word == "as" and doc[token.i - 1].lower_ == "long"
    why = not _past(main) if long else _TELLS[word](token, verb, main)
    if not why or (word not in ("since", "after", "unless") and not _matters(reading, sentence)):
        return []
    below = _up_to_that(doc, main, token, edges(verb))
    cause = trimmed(doc, (token.i + 1, below[1]))
    whole = effect_of(doc, main, (min(below[0], token.i - 2 * long), below[1]))
    return [Claim(cause, whole, direction_of_clause(doc, whole), token.i, f'"{token.text}"')] if cause and whole else []


def _main_of(sentence: Span, token: Token) -> Token | None:
    """Return the main verb of a clause that a word begins, None where it begins none."""
    verb = token.head
    if verb.pos_ not in _VERBS or token.i > verb.i or verb.head == verb or verb.head.sent != sentence:
        return None
    joined = verb.dep_ in ("advcl", "ccomp", "relcl", "acl", "pcomp", "conj") and token.dep_ in (
        "mark",
        "advmod",
        "prep",
        "cc",
    )
    main = verb_above(verb) if joined else None
    return None if main == verb else main


def _because(doc: Doc, sentence: Span, token: Token) -> list[Claim]:
    """Read "A because B", "because B, A", "A because B, because C and because D", "it is because B that A"."""
    if token.i + 1 >= sentence.end or doc[token.i + 1].lower_ == "of" or is_not_because(doc, token):
        return []
    others = [
        t.i for t in sentence if t.lower_ == "because" and not (t.i + 1 < sentence.end and doc[t.i + 1].lower_ == "of")
    ]
    first, verb = others[0], token.head
    end = _end_of_cause(doc, sentence, token, others)
    main = verb_above(doc[first].head) if doc[first].head != doc[first] else None
    lead = first - sentence.start < 3 or _opens_clause(doc, first)
    if lead and (verb.head == verb or main is None) and first - sentence.start < 3 and end >= sentence.end - 1:
        return _answer(doc, sentence, token)
    below = _up_to_that(doc, main, token, (first, end)) if main is not None else (first, end)
    cause = trimmed(doc, (token.i + 1, below[1]))
    if lead and main is not None and main.i > below[1]:
        effect = trimmed(doc, (below[1], max(below[1], edges(main)[1])))
    elif main is not None and main.i < first:
        if any(c.dep_ == "neg" for c in main.children) and doc[first - 1].text != ",":
            return []
        effect = effect_of(doc, main, (first, below[1]))
    elif lead:
        effect = trimmed(doc, (below[1], sentence.end))
    else:
        effect = trimmed(doc, (sentence.start, first))
    return [Claim(cause, effect, direction_of_clause(doc, effect), token.i, '"because"')] if cause and effect else []


def _opens_clause(doc: Doc, at: int) -> bool:
    """Tell whether a word stands at the head of a clause: after "and", a dash, a semicolon."""
    return doc[at - 1].text in (";", ":", "—", "–", '"', "'") or (
        doc[at - 1].lower_ in ("and", "but", "that") and doc[at - 2].text != ","
    )


def _end_of_cause(doc: Doc, sentence: Span, token: Token, others: list[int]) -> int:
    """Return where the clause after "because" ends: before the next "because", at a strong sign, or with its grammar."""
    verb = token.head
    end = edges(verb)[1] if verb.i > token.i else sentence.end
    limit = next((k for k in others if k > token.i), sentence.end)
    end = min(max(end, token.i + 2), limit)
    for k in range(token.i + 1, end):
        if doc[k].text in (";", ":", '"') or (
            doc[k].text == "," and k + 1 < end and doc[k + 1].lower_ in ("but", "which")
        ):
            return k
    return end


def _answer(doc: Doc, sentence: Span, token: Token) -> list[Claim]:
    """Read a sentence that is a reason alone: "Partly because Niamey talks": what was said before is the effect."""
    end = next((k for k in range(token.i, sentence.end) if doc[k].text in (":", ";")), sentence.end)
    cause, effect = trimmed(doc, (token.i + 1, end)), said_before(doc, sentence.start)
    return [Claim(cause, effect, direction_of_clause(doc, effect), token.i, '"because"')] if cause and effect else []


def _up_to_that(doc: Doc, main: Token, token: Token, below: Piece) -> Piece:
    """Return the clause of a cause without the effect of "it is because A that B"."""
    if main.lemma_ != "be" or not any(c.lower_ == "it" for c in main.children):
        return below
    that = next(
        (
            k
            for k in range(token.i + 3, below[1])
            if doc[k].lower_ == "that" and doc[k].dep_ in ("mark", "nsubj", "advmod", "dobj")
        ),
        None,
    )
    return (below[0], that) if that else below


def _matters(reading: Reading, sentence: Span) -> bool:
    """Tell whether a sentence is about politics, war or livelihood, so that its conditions are claims."""
    if reading.actors_in(sentence.start_char, sentence.end_char):
        return True
    return any(
        t.lemma_.lower() in words("causal", "matters", "stakes", "things")
        for t in sentence
        if t.pos_ in ("NOUN", "PROPN")
    )


def is_not_because(doc: Doc, token: Token) -> bool:
    """Tell whether a reason is named to be denied: "not because"."""
    before = doc[token.i - 1].lower_ if token.i else ""
    return (
        before in ("not", "n't", "just", "simply")
        and token.i > 1
        and (before != "just" or doc[token.i - 2].lower_ == "not")
    )


def effect_of(doc: Doc, main: Token, cut: Piece) -> Piece | None:
    """Return the main clause without the clause of the cause; of "it is because … that", the clause after "that"."""
    cleft = main.lemma_ == "be" and any(c.lower_ == "it" and c.dep_ in ("nsubj", "expl") for c in main.children)
    if cleft and cut[1] < main.sent.end and doc[cut[1]].lower_ == "that":
        return trimmed(doc, (cut[1] + 1, main.sent.end))
    start, end = clause(doc, main) or edges(main)
    if start >= cut[0] and end <= cut[1]:
        return None
    if main.i >= cut[1]:  # the cause comes first: all that follows
        return trimmed(doc, (max(start, cut[1]), max(end, edges(main)[1])))
    if doc[start].tag_ in ("WDT", "WP") and main.dep_ == "relcl" and main.head.i < start:
        start = main.head.left_edge.i
    return without(doc, (start, end), cut, main)


def looks_ahead(verb: Token) -> bool:
    """Tell whether a verb speaks of what will or would be."""
    return any(c.dep_ == "aux" and c.lower_ in _AHEAD for c in verb.children)


def _past(verb: Token) -> bool:
    if verb.tag_ == "VBD":
        return True
    return any(c.dep_ in ("aux", "auxpass") and c.tag_ == "VBD" and c.lower_ not in _AHEAD for c in verb.children)


def _perfect(verb: Token) -> bool:
    heads = (verb, verb.head) if verb.dep_ == "conj" else (verb,)
    return any(c.dep_ == "aux" and c.lemma_ in ("have", "'ve", "'s") for head in heads for c in head.children)


def _since(token: Token, verb: Token, main: Token) -> bool:
    """Tell the "since" of a reason from that of a time: after a comma or in front, or where something rose or fell since."""
    doc = token.doc
    if any(doc[k].text == "," for k in range(token.i, (subject_of(verb) or verb).i)) or main.pos_ not in _VERBS:
        return False
    if _perfect(main) or any(c.lower_ == "ever" for c in token.lefts):
        return _after(token, verb, main)
    return token.i == token.sent.start or doc[token.i - 1].text in (",", "—", "–", "-", ";", "(")


def _after(token: Token, verb: Token, main: Token) -> bool:
    """Tell whether something rose or fell after what a clause says."""
    doc = token.doc
    if any(doc[k].text == "," and doc[k + 1].pos_ != "PROPN" for k in range(token.i, (subject_of(verb) or verb).i)):
        return False
    rose = main.lemma_ == "go" and any(c.lower_ in ("up", "down") for c in main.children)
    return token.dep_ == "mark" and (rose or main.lemma_.lower() in words("causal", "changes") or reacts(main))


def reacts(verb: Token) -> bool:
    """Tell whether a verb names an answer to something: "quit", "took up arms", "fell out", "broke off the talks"."""
    lemma = verb.lemma_.lower()
    if lemma in words("causal", "reactions"):
        return True
    beside = {c.lower_ for c in verb.children if c.i > verb.i and c.dep_ in ("prt", "dobj", "advmod", "prep")}
    return bool(beside & set(read_lexicon("causal")["reactions_with"].get(lemma, ())))


def _as(token: Token, verb: Token, main: Token) -> bool:
    """Tell the "as" of what comes of something: "as the rains fail, herders will move south"."""
    beyond = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    told = verb.lemma_ in ("say", "do", "report", "put", "tell") or beyond in ("if", "though", "well")
    return not told and verb.i < main.i and looks_ahead(main) and token.dep_ == "mark"


def _if(token: Token, verb: Token, main: Token) -> bool:
    """Tell whether a condition has a consequence: no "ask if", no "if he is right", nothing past."""
    asked = (
        main.lemma_ in ("ask", "know", "wonder", "see", "doubt", "decide", "question", "tell", "say")
        and verb.dep_ == "ccomp"
    )
    held = verb.dep_ in ("advcl", "ccomp", "acl", "relcl") and (looks_ahead(main) or not _past(main))
    return held and not asked and not _qualifies(verb, main) and _own_subject(main) and token.i < verb.i


def _once(token: Token, verb: Token, main: Token) -> bool:
    """Tell whether something holds once, whenever or wherever something else does."""
    if token.lower_ == "once" and _past(main) and _past(verb):
        gone = any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)
        return (
            not gone
            and token.dep_ in ("mark", "advmod")
            and token.i < verb.i
            and _own_subject(main)
            and verb.dep_ == "advcl"
        )
    led = token.lower_ != "once" or verb.i < main.i
    return (
        led
        and verb.dep_ == "advcl"
        and (looks_ahead(main) or not _past(main))
        and not _past(verb)
        and _own_subject(main)
    )


def _when(token: Token, verb: Token, main: Token) -> bool:
    """Tell what always follows from what happened once, or has its time last: "will leave when the rains end"."""
    past = _past(main) or _past(verb) or _perfect(main)
    if (
        _past(main)
        and _past(verb)
        and main.i < token.i < verb.i
        and main.lemma_.lower() in words("causal", "reactions")
    ):
        return verb.dep_ == "advcl" and _own_subject(main)
    return (
        verb.dep_ == "advcl"
        and not past
        and not (verb.i > main.i and looks_ahead(main))
        and _own_subject(main)
        and token.i < verb.i
    )


def _where(token: Token, verb: Token, main: Token) -> bool:
    """Tell "where a town has its own police, the bombs have become fewer" from a place."""
    return verb.dep_ == "advcl" and token.i == token.sent.start and _own_subject(main)


def _qualifies(verb: Token, main: Token) -> bool:
    """Tell whether "if" only qualifies: "if he is right", "I would be surprised if"."""
    told = {verb.lemma_.lower(), *(c.lower_ for c in verb.children if c.dep_ in ("acomp", "attr", "xcomp"))}
    felt = {main.lemma_.lower(), main.lower_, *(c.lower_ for c in main.children if c.dep_ in ("acomp", "attr"))}
    return bool(told & words("causal", "qualifying") or felt & words("causal", "surprises"))


def _own_subject(main: Token) -> bool:
    return subject_of(main) is not None or any(c.dep_ == "expl" for c in main.children) or main.pos_ not in _VERBS


_TELLS: dict[str, Callable[[Token, Token, Token], bool]] = {
    "since": _since, "after": _after, "as": _as, "if": _if, "unless": _if, "once": _once, "whenever": _once, "wherever": _once,
    "when": _when, "where": _where,
}  # fmt: skip
