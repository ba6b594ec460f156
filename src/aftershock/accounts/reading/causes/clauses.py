"""Clauses and noun phrases as places in a text, by their grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = [
    "Piece", "antecedent", "clause", "edges", "is_negated", "noun_phrase", "object_piece", "place", "subject_of",
    "trimmed", "verb_above", "without",
]  # fmt: skip

Piece = tuple[int, int]
"""Tokens of a document: from the first to before the last."""

_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")
_NEGATIVE = frozenset(
    ("not", "n't", "never", "hardly", "scarcely", "nor", "neither", "no", "nothing", "nobody", "none")
)
_DOUBT = frozenset(("evidence", "proof", "sign", "indication", "reason", "suggestion", "truth"))
_DENYING = frozenset(("deny", "dismiss", "reject", "doubt", "dispute", "refute", "disprove"))
_EDGE = frozenset(
    (
        "and",
        "but",
        "or",
        "so",
        "yet",
        "then",
        "also",
        "that",
        "largely",
        "partly",
        "mainly",
        "simply",
        "precisely",
        "only",
        "just",
        "not",
    )
)
_AFTER_VERB = frozenset(
    (
        "dobj",
        "obj",
        "xcomp",
        "ccomp",
        "prep",
        "oprd",
        "dative",
        "acomp",
        "attr",
        "prt",
        "nsubj",
        "advmod",
        "pobj",
        "agent",
        "npadvmod",
        "nummod",
    )
)
_MAX_DEPTH = 12
_VERBS = ("VERB", "AUX")


def _is_edge(token: Token) -> bool:
    """Tell whether a word at the edge of a piece is none of it: a sign, a blank, "and"; but not the "that" of "that war"."""
    if token.is_punct or token.is_space:
        return token.text not in ("$", "£", "%")
    return token.lower_ in _EDGE and token.dep_ not in ("det", "nsubj", "nsubjpass", "dobj", "pobj")


def trimmed(doc: Doc, piece: Piece) -> Piece | None:
    """Return a piece without signs, blanks and linking words at its edges; None if nothing is left."""
    start, end = piece
    while start < end and _is_edge(doc[start]):
        start += 1
    while end > start and _is_edge(doc[end - 1]):
        end -= 1
    return (start, end) if start < end else None


def without(doc: Doc, whole: Piece, cut: Piece, keep: Token) -> Piece | None:
    """Return of a piece what stands on one side of a cut: the side with a token."""
    start, end = (whole[0], min(whole[1], cut[0])) if keep.i < cut[0] else (max(whole[0], cut[1]), whole[1])
    return trimmed(doc, (start, end)) if start < end else None


def edges(token: Token) -> Piece:
    """Return all tokens that depend on one, itself included."""
    return token.left_edge.i, token.right_edge.i + 1


def clause(doc: Doc, verb: Token) -> Piece | None:
    """Return a verb's clause: with its objects, without clauses joined to it or what it is quoted by."""
    start, end = edges(verb)
    for child in verb.children:
        own = (
            child.dep_ in ("conj", "parataxis", "ccomp")
            and child.pos_ in ("VERB", "AUX")
            and any(c.dep_ in _SUBJECTS for c in child.children)
        )
        if own and child.i > verb.i and child.dep_ != "ccomp":
            end = min(end, child.left_edge.i)
        elif own and child.i < verb.i:
            start = max(start, child.right_edge.i + 1)
    for k in range(verb.i, start, -1):
        if doc[k - 1].text == ";":
            start = k
            break
    for k in range(verb.i, end):
        if doc[k].text == ";":
            end = k
            break
    return trimmed(doc, (start, end))


def noun_phrase(doc: Doc, noun: Token) -> Piece | None:
    """Return a noun with all that belongs to it, up to a relative clause set off by a comma."""
    start, end = edges(noun)
    for child in noun.children:
        apart = child.i > noun.i and doc[child.left_edge.i - 1].text in (",", "-", "–", "—", "(")
        set_off = child.dep_ in ("relcl", "appos", "parataxis") and apart
        if set_off or (child.dep_ == "conj" and any(c.dep_ in _SUBJECTS for c in child.children)):
            end = min(end, child.left_edge.i)
    return trimmed(doc, (start, max(end, noun.i + 1)))


def object_piece(doc: Doc, verb: Token) -> Piece | None:
    """Return what stands after a verb as its object and complement: "thousands into the arms of the rebels"."""
    taken = [
        c
        for c in verb.children
        if c.i > verb.i
        and c.dep_ in _AFTER_VERB
        and not (c.dep_ == "prep" and c.lower_ in ("after", "since", "despite", "because", "according", "during"))
    ]
    if (
        not taken and verb.dep_ in ("compound", "amod", "nmod") and verb.head.i > verb.i
    ):  # "impunity breeds violence", misread
        return trimmed(doc, (verb.i + 1, verb.head.right_edge.i + 1))
    kept: list[Token] = []
    for child in taken:
        if kept and any(
            doc[k].text in (";", ":", "—", "–")
            or (doc[k].text == "," and child.dep_ in ("prep", "npadvmod", "advmod", "ccomp"))
            for k in range(kept[-1].right_edge.i + 1, child.left_edge.i)
        ):
            break
        kept.append(child)
    while kept and kept[-1].dep_ in ("advmod", "npadvmod"):
        kept.pop()
    if not any(c.dep_ not in ("advmod", "npadvmod", "prt") for c in kept):
        return None
    last = _to_do(doc, verb, kept[-1])
    if last is not None:
        kept.append(last)
    start = verb.i + 1
    while start < kept[-1].i and doc[start].dep_ == "prt" and doc[start].head == verb:
        start += 1
    end = kept[-1].right_edge.i + 1
    for k in range(start, end):
        if doc[k].text == ";":
            end = k
            break
    return trimmed(doc, (start, end))


def _to_do(doc: Doc, verb: Token, last: Token) -> Token | None:
    """Return the "to seize the town" that belongs to "led its men, and those of its ally, to seize the town"."""
    if verb.lemma_ not in (
        "lead",
        "push",
        "drive",
        "force",
        "prompt",
        "spur",
        "allow",
        "enable",
        "encourage",
        "tempt",
        "persuade",
        "convince",
        "compel",
        "oblige",
    ):
        return None
    for token in doc[last.i + 1 : verb.sent.end]:
        if token.text in (";", ":", "—"):
            return None
        if token.tag_ == "VB" and token.nbor(-1).lower_ == "to" and token.right_edge.i > last.right_edge.i:
            return token
    return None


def subject_of(verb: Token) -> Token | None:
    """Return a verb's subject, through joined and dependent verbs; of a relative clause, its pronoun."""
    bare = not any(child.dep_ in _SUBJECTS for child in verb.children)
    if (
        bare and verb.dep_ == "acl" and verb.tag_ in ("VBD", "VBZ", "VBP") and verb.head.i < verb.i
    ):  # a main verb, misread
        return verb.head
    for _ in range(_MAX_DEPTH):
        for child in verb.children:
            if child.dep_ in _SUBJECTS:
                return child
            if child.dep_ == "aux":
                for own in child.children:
                    if own.dep_ in _SUBJECTS:
                        return own
        if (
            verb.dep_ in ("xcomp", "conj", "aux", "acomp")
            and verb.head != verb
            and verb.head.pos_ in ("VERB", "AUX", "ADJ")
        ):
            verb = verb.head
        else:
            return None
    return None


def antecedent(pronoun: Token) -> Token | None:
    """Return the noun that a relative pronoun stands for."""
    verb = pronoun.head
    for _ in range(_MAX_DEPTH):
        if verb.dep_ == "relcl":
            return verb.head
        if verb.head == verb:
            return None
        verb = verb.head
    return None


def is_negated(verb: Token) -> bool:
    """Tell whether what a verb says is denied: by "not", by its subject, or by "no evidence that"."""
    subject = subject_of(verb)
    if subject is not None and any(
        t.lower_ in _NEGATIVE for t in (subject, *subject.lefts) if t.dep_ in ("det", "neg", "nsubj", "nsubjpass")
    ):
        return True
    here = verb
    for _ in range(_MAX_DEPTH):
        if any(
            c.lower_ in _NEGATIVE and c.dep_ in ("neg", "advmod", "preconj") and c.i < here.i for c in here.children
        ):
            return True
        if here.dep_ in ("xcomp", "conj", "aux") and here.head != here:
            if here.dep_ == "conj" and any(c.dep_ in _SUBJECTS for c in here.children):
                break
            here = here.head
        else:
            break
    head = here.head
    if verb.dep_ == "xcomp" and verb.head.lemma_ in ("fail", "refuse", "decline", "neglect", "struggle", "cease"):
        return True
    if here.dep_ in ("acl", "ccomp", "relcl", "xcomp") and head != here:
        if head.lower_ in _DOUBT and any(
            c.lower_ in _NEGATIVE or c.lower_ in ("little", "scant") for c in head.children
        ):
            return True
        above = head.i < here.i
        return above and (head.lemma_.lower() in _DENYING or any(c.dep_ == "neg" for c in head.children))
    return False


def place(reading: Reading, piece: Piece) -> tuple[int, int]:
    """Return a piece's place in the text."""
    first, last = reading.doc[piece[0]], reading.doc[piece[1] - 1]
    return first.idx, last.idx + len(last)


def verb_above(token: Token) -> Token | None:
    """Return the verb that a word hangs on."""
    here = token
    for _ in range(_MAX_DEPTH):
        if here.head == here:
            return here if here.pos_ in _VERBS else None
        here = here.head
        if here.pos_ in _VERBS:
            return here
    return None
