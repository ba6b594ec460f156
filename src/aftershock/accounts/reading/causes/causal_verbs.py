"""Causal claims made by a verb: "X fuels Y", "Y was prompted by X", ", leaving Y without work", "X led to Y"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.causes.causal_nouns import by_copula
from aftershock.accounts.reading.causes.causal_words import (
    Claim,
    acts,
    by_particle,
    direction_of_verb,
    is_thing,
    looks_abstract,
    plainly_does,
    preposition_object,
    quoted,
    side_of,
    stands_for,
)  # fmt: skip
from aftershock.accounts.reading.causes.clauses import Piece, clause, is_negated, object_piece, subject_of, trimmed
from aftershock.accounts.reading.lexicons import read_lexicon, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from aftershock.accounts.reading.finding import Reading

__all__ = ["by_verbs"]


def by_verbs(reading: Reading, sentence: Span) -> list[Claim]:
    """Return the claims that a sentence's verbs and nouns make."""
    out: list[Claim] = []
    for token in sentence:
        if token.dep_ == "amod" and (claim := _taken_for_adjective(reading, token)):
            out.append(claim)
        elif token.pos_ in ("VERB", "AUX"):
            for rule in (_active, _passive, _light, _turned, by_copula):
                claim = rule(reading, token)
                if claim is not None:
                    out.append(claim)
                    break
        elif token.tag_ in ("NNS", "NNP", "NNPS"):
            claim = _misread(reading.doc, sentence, token)
            out += [claim] if claim else []
    return out


def _misread(doc: Doc, sentence: Span, token: Token) -> Claim | None:
    """Read "Impunity breeds violence", of which the parser makes three nouns."""
    stem = token.lower_.removesuffix("s")
    direction = direction_of_verb(stem, things=False)
    if direction is None or not token.lower_.endswith("s") or any(t.pos_ in ("VERB", "AUX") for t in sentence):
        return None
    cause, effect = trimmed(doc, (sentence.start, token.i)), trimmed(doc, (token.i + 1, sentence.end))
    return Claim(cause, effect, direction, token.i, quoted(token)) if cause and effect else None


def _says(reading: Reading, verb: Token, who: Token) -> str | None:
    """Return what a verb says of its object, given who or what its subject is."""
    lemma, thing = verb.lemma_.lower(), is_thing(reading, who)
    if who.lower_ == "they" and (before := _meant(who)) is not None:
        who, thing = (
            before,
            is_thing(reading, before)
            or (
                before.lower_ in words("causal", "instruments")
                and lemma not in ("leave", "make", "bring", "open", "cut", "end")
            ),
        )
    if who.lower_ in words("causal", "instruments") and not thing:
        thing = _of_a_state(reading, verb) and lemma not in ("make", "have", "leave")
    if who.pos_ == "PRON" and who.lower_ not in ("this", "that", "which", "what", "these", "it"):
        return None
    if lemma == "mean":
        return None if acts(reading, who) else "raises"
    if lemma == "kill":  # hunger, not an attack
        return "raises" if thing and who.lemma_.lower() not in words("record", "violence") else None
    with_particle = by_particle(verb)
    if with_particle is not None:
        return with_particle if thing or lemma not in words("causal", "particles_of_things") else None
    told = direction_of_verb(lemma, things=thing)
    if told is None and thing and plainly_does(verb) and not _violent(verb, who):
        return "raises"
    return told or ("raises" if _makes_more(verb) else None) or _on_stakes(verb)


def _meant(pronoun: Token) -> Token | None:
    """Return the plural subject of the clause or sentence before, which "they" may stand for."""
    doc = pronoun.doc
    start = doc[pronoun.sent.start - 1].sent.start if pronoun.sent.start else 0
    return next(
        (t for t in reversed(doc[start : pronoun.i]) if t.dep_ in ("nsubj", "nsubjpass") and t.tag_ in ("NNS", "NNPS")),
        None,
    )


def _of_a_state(reading: Reading, verb: Token) -> bool:
    """Tell whether a verb's object is a state of things or an event, not a person or a place."""
    things = [c for c in verb.children if c.dep_ in ("dobj", "obj") and c.i > verb.i]
    return any(
        t.lemma_.lower() in words("causal", "stakes", "things") or (t.pos_ == "NOUN" and is_thing(reading, t))
        for t in things
    ) and verb.lemma_.lower() not in words("record", "violence") | words("causal", "no_cause")


def _taken_for_adjective(reading: Reading, token: Token) -> Claim | None:
    """Read "The massacre poisoned relations", of whose verb the parser makes an adjective."""
    doc, noun = token.doc, token.head
    if (
        not (token.lower_.endswith("ed") or token.tag_ == "VBD")
        or token.i == token.sent.start
        or noun.i <= token.i
        or token.nbor(-1).text in "-‑–"
    ):
        return None
    first = next((c for c in token.lefts if c.dep_ == "npadvmod" and c.pos_ == "NOUN"), None)
    if first is None or first.i != token.i - 1 or first.ent_type_ or not is_thing(reading, first):
        return None
    start = token.i - 1
    while start > token.sent.start and doc[start - 1].pos_ in ("NOUN", "PROPN", "ADJ", "DET", "PART", "ADP", "NUM"):
        start -= 1
    if doc[start].pos_ == "ADP":
        return None
    stem = token.lower_.removesuffix("d") if token.lower_.endswith("eed") else token.lower_.removesuffix("ed")
    direction = next(
        (d for form in (token.lemma_.lower(), stem, stem + "e") if (d := direction_of_verb(form, things=True))),
        "raises",
    )
    cause, effect = trimmed(doc, (start, token.i)), trimmed(doc, (token.i + 1, noun.right_edge.i + 1))
    return Claim(cause, effect, direction, token.i, quoted(token)) if cause and effect else None


def _violent(verb: Token, who: Token) -> bool:
    """Tell whether an act of violence is said to do violence: "the raid killed six"."""
    return verb.lemma_.lower() in words("record", "violence") or (
        who.lemma_.lower() in words("record", "violence")
        and verb.lemma_.lower() in ("destroy", "damage", "wound", "injure")
    )


def _makes_more(verb: Token) -> bool:
    """Tell whether something is made more so: "have made the war more brutal"."""
    told = [c for c in verb.children if c.i > verb.i and c.dep_ in ("ccomp", "oprd", "acomp")]
    return verb.lemma_ == "make" and any(t.tag_ in ("JJR", "RBR") for c in told for t in (c, *c.children))


def _on_stakes(verb: Token) -> str | None:
    """Return what a person's act does to violence, support, hunger and the like."""
    lemma = verb.lemma_.lower()
    thing = next((c for c in verb.children if c.dep_ in ("dobj", "obj")), None)
    if (
        thing is None
        or lemma not in words("causal", "stakes_verbs")
        or thing.lemma_.lower() not in words("causal", "stakes")
    ):
        return None
    return direction_of_verb(lemma, things=True) or "raises"


def _active(reading: Reading, verb: Token) -> Claim | None:
    """Read "X fuels Y", "X has left Y without work", and ", leaving Y without work"."""
    lemma, doc = verb.lemma_.lower(), reading.doc
    says = lemma == "mean" or direction_of_verb(lemma, things=True) or by_particle(verb) or plainly_does(verb)
    passive = verb.tag_ == "VBN" and not _active_form(verb)
    if not says or passive or (is_negated(verb) and lemma != "mean"):
        return None
    effect, subject = object_piece(doc, verb), subject_of(verb)
    if (
        effect is None
        or not _has_object(verb)
        or _leaves_a_place(verb)
        or (subject is not None and subject.dep_ == "nsubjpass" and subject.head == verb)
    ):
        return None
    return _trailing(reading, verb, effect) if subject is None else _with_subject(reading, verb, subject, effect)


def _with_subject(reading: Reading, verb: Token, subject: Token, effect: Piece) -> Claim | None:
    """Return the claim of a verb with its subject and what comes of it."""
    doc, who = reading.doc, stands_for(reading, subject)
    if who.lower_ == "what" and subject.dep_ == "nsubj":
        return _cleft(reading, verb, effect)
    if who != subject and who.lower_ in words("causal", "stand_ins") and who.dep_ == "attr":
        subject = who = next((c for c in who.head.children if c.dep_ in ("nsubj", "csubj")), who)
    if subject.lower_ == "that" and who == subject and subject.dep_ == "nsubj" and (said := _it_is(verb)) is not None:
        subject = who = said
    direction, cause = _says(reading, verb, who), side_of(doc, subject)
    if who.pos_ == "VERB" and subject.tag_ == "WDT" and (whole := clause(doc, who)):
        cause = trimmed(doc, (whole[0], min(whole[1], subject.i)))
    return Claim(cause, effect, direction, verb.i, quoted(verb)) if direction and cause else None


def _it_is(verb: Token) -> Token | None:
    """Return the noun of "it is the absence of the state that explains …", where the parser hangs the verb on "is"."""
    main = verb.head
    if main.lemma_ != "be" or main.i > verb.i or not any(c.lower_ == "it" for c in main.children):
        return None
    return next((c for c in main.children if c.dep_ == "attr" and main.i < c.i < verb.i), None)


def _cleft(reading: Reading, verb: Token, effect: Piece) -> Claim | None:
    """Read "what broke the truce was a clause on paper"."""
    main = verb.head
    said = next((c for c in main.children if c.dep_ in ("attr", "acomp", "ccomp", "xcomp") and c.i > main.i), None)
    if main.lemma_ != "be" or said is None or main.i < verb.i:
        return None
    cause = side_of(reading.doc, said)
    direction = direction_of_verb(verb.lemma_.lower(), things=True) or "raises"
    return Claim(cause, effect, direction, verb.i, quoted(verb)) if cause else None


def _active_form(verb: Token) -> bool:
    """Tell whether a participle is active: "has fuelled", or a past tense misread."""
    if any(c.dep_ == "auxpass" for c in verb.children):
        return False
    if any(c.dep_ == "nsubj" or (c.dep_ == "aux" and c.lemma_ in ("have", "'ve", "'s")) for c in verb.children):
        return True
    return verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(c.dep_ == "auxpass" for c in verb.head.children)


def _has_object(verb: Token) -> bool:
    if verb.dep_ in ("compound", "amod", "nmod") and verb.head.i > verb.i:
        return any(c.dep_ == "nsubj" for c in verb.children)
    return any(c.dep_ in ("dobj", "obj", "xcomp", "ccomp", "oprd", "acomp") and c.i > verb.i for c in verb.children)


def _leaves_a_place(verb: Token) -> bool:
    """Tell whether one goes away: "an ambulance leaves Kyiv", against "the war left the town in ruins"."""
    if verb.lemma_ != "leave":
        return False
    things = [c for c in verb.children if c.i > verb.i]
    return not any(
        c.dep_ in ("oprd", "acomp", "ccomp", "xcomp", "dative")
        or (c.dep_ == "dobj" and any(g.dep_ in ("nummod", "acl", "amod", "prep", "relcl") for g in c.children))
        or (c.dep_ == "prep" and c.lower_ in ("without", "with", "in", "to"))
        for c in things
    )


def _trailing(reading: Reading, verb: Token, effect: Piece) -> Claim | None:
    """Read ", leaving half a million people without water": the clause before it is the cause."""
    doc = reading.doc
    if verb.tag_ != "VBG" or verb.dep_ not in ("advcl", "acl", "conj", "ROOT", "xcomp") or verb.i == verb.sent.start:
        return None
    comma = next(
        (k for k in range(verb.i - 1, max(verb.i - 4, verb.sent.start), -1) if doc[k].text in (",", "–", "—")), None
    )
    head = verb.head
    if comma is None or head.pos_ not in ("VERB", "AUX", "NOUN") or head.i > verb.i:
        return None
    lemma = verb.lemma_.lower()
    direction = direction_of_verb(lemma, things=lemma in words("causal", "trailing"))
    if direction is None or is_negated(head):
        return None
    for _ in range(4):
        if head.pos_ not in ("VERB", "AUX") and head.head != head and head.head.i < verb.i:
            head = head.head
    whole = clause(doc, head)
    if whole is None or whole[0] >= comma:
        return None
    subject = subject_of(head)
    start = min(whole[0], subject.left_edge.i) if subject is not None and subject.sent == verb.sent else whole[0]
    cause = trimmed(doc, (start, min(whole[1], comma)))
    return Claim(cause, effect, direction, verb.i, quoted(verb)) if cause else None


def _passive(reading: Reading, verb: Token) -> Claim | None:
    """Read "Y was fuelled by X" and "a war fed by X"."""
    doc = reading.doc
    if verb.tag_ not in ("VBN", "VBD") or is_negated(verb):
        return None
    if opening := _opening(doc, verb):
        return opening
    by = next((c for c in verb.children if c.lower_ == "by" and c.dep_ in ("agent", "prep") and c.i > verb.i), None)
    cause = next((c for c in by.children if c.dep_ in ("pobj", "pcomp")), None) if by is not None else None
    dated = cause is not None and cause.ent_type_ in ("DATE", "TIME", "PERCENT", "CARDINAL", "QUANTITY")
    if by is None or cause is None or (dated and not any(c.lower_ == "of" for c in cause.children)):
        return None
    direction = direction_of_verb(verb.lemma_.lower(), things=is_thing(reading, cause))
    return _turned_round(doc, verb, by, cause, direction) if direction else None


def _turned_round(doc: Doc, verb: Token, by: Token, cause: Token, direction: str) -> Claim | None:
    """Return the claim of a passive verb, its agent being the cause."""
    subject = subject_of(verb) if verb.dep_ != "acl" else verb.head
    if subject is None:
        return _leading(doc, verb, cause, direction) if verb.dep_ == "advcl" else None
    if subject.dep_ == "nsubj" and subject.head == verb:
        return None
    effect, piece = side_of(doc, subject), side_of(doc, cause)
    if effect is not None and verb.dep_ == "acl":
        effect = trimmed(doc, (effect[0], min(effect[1], verb.i)))
    elif effect is not None and verb.lemma_.lower() in words("causal", "raises_of_things"):
        more = trimmed(doc, (verb.i + 1, by.i))  # the "into exile" of "were driven into exile by the war"
        effect = (min(effect[0], more[0]), more[1]) if more else effect
    return Claim(piece, effect, direction, verb.i, quoted(verb)) if effect and piece else None


def _leading(doc: Doc, verb: Token, cause: Token, direction: str) -> Claim | None:
    """Read "fuelled by cheap weapons, the rebellion spread": the main clause is the effect."""
    main = verb.head
    piece = side_of(doc, cause)
    whole = clause(doc, main) if main.pos_ in ("VERB", "AUX") else None
    if piece is None or whole is None:
        return None
    effect = trimmed(doc, (max(whole[0], piece[1]), whole[1])) if verb.i < main.i else trimmed(doc, (whole[0], verb.i))
    return Claim(piece, effect, direction, verb.i, quoted(verb)) if effect else None


def _opening(doc: Doc, verb: Token) -> Claim | None:
    """Read "fuelled by cheap weapons, the rebellion spread" where the parser took the participle for the main verb."""
    sentence = verb.sent
    if verb.i != sentence.start or verb.i + 2 >= sentence.end or doc[verb.i + 1].lower_ != "by":
        return None
    comma = next((k for k in range(verb.i + 2, sentence.end) if doc[k].text == ","), None)
    direction = direction_of_verb(verb.lemma_.lower(), things=True)
    if comma is None or direction is None:
        return None
    cause, effect = trimmed(doc, (verb.i + 2, comma)), trimmed(doc, (comma + 1, sentence.end))
    return Claim(cause, effect, direction, verb.i, quoted(verb)) if cause and effect else None


_NO_EFFECT = ("DATE", "TIME", "CARDINAL", "PERCENT", "MONEY", "GPE", "QUANTITY")
_LOOSE = frozenset(
    (
        "drive",
        "depend",
        "lead",
        "account",
        "feed",
        "put",
        "escalate",
        "spill",
        "arise",
        "translate",
        "thrive",
        "grow",
        "rest",
    )
)


def _deep(verb: Token, word: str) -> Token | None:
    """Return the object of a preposition anywhere below a verb: the parser may hang it on a later noun."""
    for token in verb.subtree:
        if token.i > verb.i and token.lower_ == word and token.dep_ == "prep":
            return next((c for c in token.children if c.dep_ in ("pobj", "pcomp")), None)
    return None


def _light(reading: Reading, verb: Token) -> Claim | None:
    """Read "X led to Y", "X gave rise to Y", "X stems from Y"."""
    lemma = verb.lemma_.lower()
    for table in ("raises_to", "because_of_verb"):
        word = read_lexicon("causal")[table].get(lemma)
        other = preposition_object(verb, word) if word else None
        if word is None or other is None or is_negated(verb) or other.ent_type_ in _NO_EFFECT:
            continue
        subject = subject_of(verb)
        piece = side_of(reading.doc, other)
        if subject is None and table == "raises_to" and verb.tag_ == "VBG" and piece:
            return _trailing_to(reading, verb, piece)
        if subject is None or piece is None or _idle(reading, verb, stands_for(reading, subject), other, table):
            continue
        first = side_of(reading.doc, subject)
        cause, effect = (first, piece) if table == "raises_to" else (piece, first)
        if cause and effect:
            return Claim(cause, effect, "raises", verb.i, f'"{verb.text} {word}"')
    return None


def _idle(reading: Reading, verb: Token, who: Token, other: Token, table: str) -> bool:
    """Tell whether a light verb says nothing of a cause: who acts, comes or gives does so bodily."""
    lemma = verb.lemma_.lower()
    if lemma in ("give", "pave"):
        return not _has_noun(verb, "rise", "birth", "way", "impetus")
    if lemma in ("come", "add", "call", "make", "help", "emerge", "follow"):
        return lemma != "come" or acts(reading, who) or not looks_abstract(other)
    if lemma in ("grow", "rest") and acts(reading, who):
        return True
    return lemma in _LOOSE and acts(reading, other if table == "because_of_verb" else who)


def _has_noun(verb: Token, *nouns: str) -> bool:
    return any(c.lower_ in nouns for c in verb.children)


def _trailing_to(reading: Reading, verb: Token, effect: Piece) -> Claim | None:
    doc, head = reading.doc, verb.head
    whole = clause(doc, head) if head != verb and head.i < verb.i else None
    cause = trimmed(doc, (whole[0], min(whole[1], verb.i))) if whole and whole[0] < verb.i else None
    return (
        Claim(cause, effect, "raises", verb.i, quoted(verb))
        if cause and doc[verb.i - 1].text in (",", "thus", "thereby")
        else None
    )


def _turned(reading: Reading, verb: Token) -> Claim | None:
    """Read "attributes Y to X", "blames Y on X", "blames X for Y", "credits X with Y"."""
    doc, lemma, lexicon = reading.doc, verb.lemma_.lower(), read_lexicon("causal")
    if is_negated(verb):
        return None
    for table, turned in ((lexicon["cause_second"], True), (lexicon["cause_first"], False)):
        word = table.get(lemma)
        other = (preposition_object(verb, word) or _deep(verb, word)) if isinstance(word, str) else None
        thing = next((c for c in verb.children if c.dep_ in ("dobj", "obj", "nsubjpass")), None)
        if other is None or thing is None or (lemma == "owe" and acts(reading, thing)):
            continue
        a, b = side_of(doc, other), side_of(doc, thing)
        if a is None or b is None:
            continue
        b = trimmed(doc, (b[0], min(b[1], other.head.i))) if b[0] < a[0] else b
        if b is None:
            continue
        cause, effect = (a, b) if turned else (b, a)
        return Claim(cause, effect, "raises", verb.i, f'"{verb.text} … {word}"')
    return None
