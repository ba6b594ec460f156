"""Which verbs and nouns of a sentence tell of violence or of a change of control that happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.events.places import event_words, is_place, may_be_place
from aftershock.accounts.reading.grammar import Grammar, phrases_after
from aftershock.accounts.reading.relations.relation_words import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["noun_tells", "verb_tells"]

_SUBJECTS = ("nsubj", "nsubjpass")
_INTO = ("into", "on")
_WHITHER = ("into", "from", "across", "in", "of", "to", "towards", "toward", "on", "through")
_DEAD = ("death", "dead", "casualty", "fatality", "toll", "murder", "killing", "homicide")
_DYING = ("die", "perish", "fall", "disappear", "starve", "bleed", "drown")


def verb_tells(grammar: Grammar, token: Token) -> bool:
    """Return whether a word is the verb of an event."""
    if not _finite(token) or _ahead(token):
        return False
    word, known = lemma(token), event_words()
    if word in known["noun_verbs"] and _with_noun(token):
        return True
    if word in known["violence"] and word not in known["weak"]:
        return _somebody(grammar, token) or _something(token)
    if word in _DYING:
        return _falls(grammar, token)
    if word in ("be", "go", "come"):
        return _is_state(token) if word == "be" else _to_war(token)
    return (word in known["violence"] or word in known["control"]) and _weakly(grammar, token)


def _finite(token: Token) -> bool:
    """Return whether a word is a verb that tells what was done, no plain infinitive, participle before a noun, "nearly did"."""
    if token.pos_ not in ("VERB", "AUX") or token.dep_ in ("amod", "compound", "aux", "auxpass", "nmod"):
        return False
    if any(c.lower_ in ("nearly", "almost") and c.dep_ == "advmod" for c in token.children):
        return False
    bare = token.tag_ == "VB" and not _helped(token)
    return not (bare or (token.tag_ == "VBG" and token.dep_ in (*_SUBJECTS, "pobj")))


def _to_war(token: Token) -> bool:
    return any(c.lower_ in ("war", "power", "blows") for c in phrases_after(token, ("to",)))


def _ahead(token: Token) -> bool:
    """Return whether a present tense tells of a time to come: "by next summer they are killing mayors again"."""
    if token.tag_ not in ("VBP", "VBZ", "VBG"):
        return False
    times = (t for c in token.children if c.i < token.i for t in c.subtree)
    return any(t.lower_ in ("next", "tomorrow") for _, t in zip(range(40), times, strict=False))


def _helped(token: Token) -> bool:
    """Return whether an infinitive stands for a deed done: "helped to seize", "did not stop until..." is none."""
    return token.dep_ == "xcomp" and lemma(token.head) in (
        "help",
        "manage",
        "begin",
        "start",
        "continue",
        "come",
        "go",
        "keep",
    )


def _weakly(grammar: Grammar, token: Token) -> bool:
    """Return whether a plain verb ("hold", "cross", "hit") tells of an event: people or actors, and a place or arms."""
    word, known = lemma(token), event_words()
    if word in known["control"]:
        lost = word in known["violence"] and _hurt(token, ("dobj",))
        return lost or _moves(grammar, token)
    if any(c.dep_ == "dobj" and c.lower_ in ("it", "this", "that") for c in token.children):
        return False
    fired = any(lemma(g) in known["nouns"] for c in token.children if c.dep_ == "agent" for g in c.children)
    actors = fired or _hurt(token) or bool(grammar.subjects(token) or grammar.objects(token))
    return actors and _something(token)


def _moves(grammar: Grammar, token: Token) -> bool:
    """Return whether a verb of taking, holding or going is one of a place, by those who fight: "hold a third of the city"."""
    known, word = event_words(), lemma(token)
    things = [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")]
    if any(t.lower_ in ("power", "arms") for t in things) and word in ("take", "seize", "grab"):
        return True
    things += [g for t in things for g in phrases_after(t, ("of", "in", "at"))]
    if word not in known["taking"]:
        wanted = _INTO if word in known["going"] else _WHITHER
        things += list(phrases_after(token, wanted))
        particles = [p for p in token.children if p.dep_ in ("prt", "advmod", "prep")]
        things += [c for p in particles for c in phrases_after(p, ("into", "on", "of", "from"))]
    placed = any(may_be_place(t) and not _armed(grammar, t) for t in things)
    strong = word not in known["weak"]
    doers = bool(grammar.subjects(token)) or _fighters(token)
    done_to = bool(grammar.objects(token)) or any(c.dep_ == "nsubjpass" for c in token.children)
    return (placed and (doers or (done_to and strong))) or (
        strong and (placed or doers or bool(grammar.objects(token)))
    )


def _fighters(token: Token) -> bool:
    """Return whether those who fight are a verb's subject or agent, or are done to."""
    armed = event_words()["armed"]
    near = [c for c in token.children if c.dep_ in (*_SUBJECTS, "dobj")]
    near += [g for c in token.children if c.dep_ == "agent" for g in c.children]
    near += _subjects_above(token)
    return any(lemma(c) in armed or any(lemma(g) in armed for g in phrases_after(c, ("of",))) for c in near)


def _subjects_above(token: Token) -> list[Token]:
    """Return the subjects of the verb that this one completes or joins: "are reported to have died"."""
    own = any(c.dep_ in _SUBJECTS for c in token.children)
    if own or token.dep_ not in ("xcomp", "conj", "advcl") or token.head.pos_ not in ("VERB", "AUX"):
        return []
    return [c for c in token.head.children if c.dep_ in _SUBJECTS]


def _with_noun(verb: Token) -> bool:
    """Return whether an act of violence is a plain verb's subject or object: "an attack killed", "carried out strikes"."""
    nouns = event_words()["nouns"]
    weak = lemma(verb) in (
        "come",
        "go",
        "follow",
        "see",
        "report",
        "end",
        "collapse",
        "start",
        "begin",
        "take",
        "count",
        "record",
    )
    for child in verb.children:
        if child.dep_ not in (*_SUBJECTS, "dobj"):
            continue
        if weak and child.dep_ == "dobj" and lemma(verb) not in ("see", "begin", "start", "report", "count", "record"):
            continue
        near = [child, *child.conjuncts[:8], *phrases_after(child, ("of",))]
        if any(lemma(g) in nouns for g in near):
            return not weak or _anchored(verb)
    return False


def _anchored(verb: Token) -> bool:
    """Return whether a place, a day or a number stands in a verb's clause."""
    return any(t.ent_type_ in ("GPE", "LOC", "FAC", "DATE", "TIME", "CARDINAL") for t in verb.subtree)


def _is_state(verb: Token) -> bool:
    """Return whether "is" says that a place is free, besieged, under siege, in somebody's hands, or people are dead."""
    told = [c for c in verb.children if c.dep_ in ("acomp", "attr", "prep", "advmod")]
    subjects = [c for c in verb.children if c.dep_ in _SUBJECTS]
    if not subjects:
        return False
    for word in told:
        small = word.lower_
        if small in ("free", "liberated", "besieged", "encircled", "surrounded") and any(is_place(s) for s in subjects):
            return True
        held = small in ("under", "in") and any(
            lemma(c) in ("siege", "attack", "fire", "hand", "bombardment", "control", "blockade", "throat")
            for c in word.children
            if c.dep_ == "pobj"
        )
        if held:
            return True
        if small == "at" and any(lemma(c) in ("throat", "war") for c in word.children):
            return True
    return False


def _hurt(verb: Token, places: tuple[str, ...] = (*_SUBJECTS, "dobj")) -> bool:
    people = event_words()["people"]
    near = [c for c in verb.children if c.dep_ in places]
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        near.append(verb.head)  # "the nine activists killed aboard"
    if verb.tag_ == "VBN" or "nsubj" in places:
        near += _subjects_above(verb)
    return any(lemma(c) in people or c.ent_type_ == "CARDINAL" or c.pos_ == "NUM" for c in near)


def _somebody(grammar: Grammar, verb: Token) -> bool:
    return _hurt(verb) or bool(grammar.subjects(verb) or grammar.objects(verb))


def _something(verb: Token) -> bool:
    """Return whether what is done to is a place, people, an actor's, or there is a place or an act of violence beside it."""
    known = event_words()
    for k, token in enumerate(verb.subtree):
        if k > 200:
            return False
        if token.ent_type_ in ("GPE", "LOC", "FAC") or lemma(token) in known["place_nouns"]:
            return True
        if token.i != verb.i and (lemma(token) in known["nouns"] or lemma(token) in known["people"]):
            return True
    return False


def _falls(grammar: Grammar, verb: Token) -> bool:
    if lemma(verb) == "fall":
        subject = [c for c in verb.children if c.dep_ == "nsubj"]
        placed = any(is_place(c) for c in subject)
        return placed and not any(c.dep_ == "npadvmod" or c.ent_type_ == "PERCENT" for c in verb.children)
    return _hurt(verb) or bool(grammar.subjects(verb)) or any(t.ent_type_ == "CARDINAL" for t in verb.lefts)


def noun_tells(grammar: Grammar, noun: Token) -> bool:
    """Return whether a noun tells of an event by itself: "the loss of Sirte last December", "58 attacks by its men".

    It is an act of violence or a change of control, of a place, an actor, a day or a number.
    """
    word, known = lemma(noun), event_words()
    if (
        noun.pos_ not in ("NOUN", "PROPN")
        or noun.nbor(-1 if noun.i else 0).text == "|"
        or noun.dep_ in ("compound", "amod", "nmod", "poss", "conj")
    ):
        return False
    if noun.head.lower_ == "under" and word in ("siege", "blockade", "bombardment"):
        return True
    if word in known["control_nouns"] and any(is_place(t) == 2 for t in phrases_after(noun, ("of",))):
        return _dated(noun) or bool(grammar.owner(noun) or grammar.after(noun, ("by",)))
    if word not in known["acts"]:
        return False
    numbered = any(c.dep_ in ("nummod", "quantmod") for c in noun.children)
    wheres = phrases_after(noun, ("in", "on", "at", "near", "of", "for"))
    placed = any(is_place(t) == 2 and not _armed(grammar, t) for t in wheres)
    placed = placed or any(c.dep_ == "compound" and c.ent_type_ in ("GPE", "LOC", "FAC") for c in noun.children)
    doer = bool(grammar.owner(noun) or grammar.after(noun, ("by", "against", "between")))
    counted = word in _DEAD and _counted(noun)
    return numbered + counted + placed + _dated(noun) + doer >= 2 or numbered


def _dated(noun: Token) -> bool:
    """Return whether a day or a time stands with a noun, or with the verb whose subject or object it is."""
    whole = noun.head if noun.dep_ in (*_SUBJECTS, "dobj") and noun.head.pos_ == "VERB" else noun
    return any(t.ent_type_ in ("DATE", "TIME") for k, t in enumerate(whole.subtree) if k < 100)


def _counted(noun: Token) -> bool:
    """Return whether a verb near says how many, or that they rose or fell."""
    verbs = [a for a, _ in zip(noun.ancestors, range(4), strict=False) if a.pos_ == "VERB"]
    rising = ("rise", "fall", "go", "drop", "double", "triple", "increase", "climb", "put", "stand", "reach", "soar")
    return any(lemma(v) in rising for v in verbs[:1])


def _armed(grammar: Grammar, token: Token) -> bool:
    return any(a.fields["gwcode"] is None for a in grammar.mentioned(token))
