"""Whether what a word says is said to be so: not denied, asked, only possible, wished or planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.relations.relation_words import lemma, words

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["asserted", "intended"]

_OPEN = frozenset(["if", "unless", "whether", "lest"])
_WHAT = frozenset(["relcl", "acl", "ccomp", "appos"])
_SCANT = frozenset(["no", "little", "any", "scant", "neither"])
_TAKEN_BACK = frozenset(["det", "advmod", "preconj", "cc", "neg", "amod"])
_COMPLEMENTS = frozenset(["ccomp", "xcomp", "pcomp", "acl", "prep", "pobj", "dobj", "amod", "attr", "nsubj", "oprd"])
_DENIED_IN = frozenset(["ccomp", "acl", "pobj", "prep", "relcl", "pcomp"])
_ACCUSING = frozenset(["accuse", "charge", "blame", "condemn", "criticise", "criticize"])


def asserted(token: Token) -> bool:
    """Return whether what a word says is said to be so, going up the sentence to its main verb.

    Of an accusation ("accused Iran of arming them") what is told of is what somebody says, so it counts, as other reports do.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> asserted(parse_text("Iran armed them.")[1]), asserted(parse_text("Iran did not arm them.")[3])
    (True, False)
    """
    if token.sent.text.rstrip(" \"')”").endswith("?"):
        return False
    at, first = token, True
    for _ in range(12):
        if _denied(at, first) or _doubted(at):
            return False
        if at.head == at or at.dep_ in ("relcl", "ROOT") or _own_subject(at):
            return True
        if at.dep_ == "advcl":
            return not (_infinitive(at) or _has_mark(at))
        at, first = at.head, False
    return True


def intended(token: Token) -> bool:
    """Return whether what a verb says is what somebody means to do: "vowed to drive them out", "invaded to topple them".

    An intent is no deed, but it is hostile all the same.
    """
    if (
        not _infinitive(token)
        or token.sent.text.rstrip(" \"')”").endswith("?")
        or any(c.dep_ == "neg" for c in token.children)
    ):
        return False
    if token.dep_ == "xcomp" and lemma(token.head) in words()["meaning"]:
        return asserted(token.head)
    return token.dep_ == "advcl" and token.head.tag_ in ("VBD", "VBN", "VBZ", "VBP", "VBG") and asserted(token.head)


def _own_subject(token: Token) -> bool:
    return token.dep_ == "conj" and any(c.dep_ == "nsubj" for c in token.children)


def _has_mark(token: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ in _OPEN for c in token.children)


def _infinitive(token: Token) -> bool:
    return any(c.lower_ == "to" and c.tag_ == "TO" for c in token.children)


def _perfect(token: Token) -> bool:
    """Return whether an infinitive tells of what was done: "claims to have shot down"."""
    return token.dep_ == "xcomp" and token.tag_ == "VBN" and _infinitive(token)


def _doubted(at: Token) -> bool:
    """Return whether the word above takes back or leaves open what this one says."""
    head = at.head
    if at.dep_ in _WHAT and any(c.lower_ in _SCANT for c in head.children if c.dep_ in ("det", "amod")):
        return True
    if _perfect(at) and lemma(head) not in ("deny", "pretend"):
        return False
    open_end = at.dep_ == "xcomp" and head.pos_ in ("VERB", "AUX", "ADJ") and _infinitive(at)
    if open_end and lemma(head) not in words()["aspects"]:
        return True
    accused = lemma(head.head) if at.dep_ == "pcomp" and head.lower_ in ("of", "for") else lemma(head)
    if at.dep_ in ("pcomp", "prep") and accused in _ACCUSING:
        return False
    doubtful = at.dep_ in _COMPLEMENTS and lemma(head) in words()["doubting"] and head.pos_ != "NOUN"
    return doubtful or (at.dep_ in _DENIED_IN and lemma(head) in words()["denials"])


def _denied(token: Token, first: bool) -> bool:
    negators, modals = words()["negators"], words()["modals"]
    for child in token.children:
        if child.dep_ == "neg" or (child.lower_ in negators and child.dep_ in _TAKEN_BACK):
            return True
        if child.dep_ == "aux" and child.lower_ in modals:
            return True
    if not first and token.lower_ in ("without", "instead", "unlike"):
        return True
    if first and _infinitive(token) and token.dep_ in ("ROOT", "acl", "relcl"):
        return True
    return _has_mark(token)
