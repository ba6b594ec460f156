"""Who does what to whom in a parsed sentence: the actors behind its nouns, its verbs' subjects and objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.referring import Referring
from aftershock.accounts.reading.relations.relation_words import lemma, words

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Grammar", "phrases_after"]

_RELATIVE = frozenset(["which", "who", "that", "whom", "whose"])
_PARTS = frozenset(
    ["some", "many", "most", "all", "both", "none", "few", "several", "dozens", "scores", "hundreds", "thousands", "tens",
     "one", "two", "three", "elements", "parts", "part", "members", "half", "majority", "remnants", "units", "rest"]
)  # fmt: skip
_NOUN_EDGES = frozenset(["amod", "compound", "nmod", "poss", "nummod"])
_ACCUSING = frozenset(["accuse", "charge", "blame", "condemn", "criticise", "criticize", "suspect"])
_MANY = 40


class Grammar:
    """The actors of an article by the words that stand for them.

    Parameters
    ----------
    reading : Reading
        With its actors.
    """

    def __init__(self, reading: Reading) -> None:
        self._at: dict[int, list[Finding]] = {}
        self._heads: dict[int, list[Finding]] = {}
        doc = reading.doc
        for actor in reading.actors:
            span = doc.char_span(actor.start, actor.end, alignment_mode="expand")
            if span is None or not span.text.strip():
                continue
            for token in span:
                self._at.setdefault(token.i, []).append(actor)
            self._heads.setdefault(self._phrase(span.root, span).i, []).append(actor)
        self.referring = Referring(reading, self._heads)

    def _phrase(self, root: Token, span: Span) -> Token:
        """Return the noun that stands for the actor: "jets" of "Turkish jets", the name itself where it is no such noun's."""
        if (
            "-" in root.text
            and span.end_char < root.idx + len(root.text)
            and not root.text.lower().startswith(("al-", "el-"))
        ):
            return root  # "U.S.-backed": one word, no noun of the actor's
        token = root
        for _ in range(3):
            head = token.head
            if token.dep_ not in _NOUN_EDGES or head.i < token.i or head == token:
                break
            if lemma(head) not in words()["arms"] and head.lower_ not in words()["arms"]:
                return token if token.dep_ != "amod" else root
            token = head
        return token

    def meant(self, token: Token) -> list[Finding]:
        """Return whom a pronoun or a description ("the group", "the army") means."""
        if token.i in self._heads or any(c.i in self._at for c in token.children):
            return []
        return self.referring.meant(token)

    def mentioned(self, token: Token) -> list[Finding]:
        """Return the actors whose name holds this word."""
        return self._at.get(token.i, [])

    def named(self, token: Token) -> list[Finding]:
        """Return the actors that a noun names by itself."""
        return self._heads.get(token.i, [])

    def of(self, token: Token | None) -> list[Finding]:
        """Return the actors a noun phrase stands for, those joined to it by "and" too."""
        if token is None:
            return []
        joined = () if token.dep_ == "conj" else token.conjuncts[:_MANY]
        out = [a for each in (token, *joined) if each.i >= token.i for a in self._one(each)]
        unique = {actor.fields["canonical"]: actor for actor in reversed(out)}
        return sorted(unique.values(), key=lambda a: a.start)

    def _one(self, token: Token) -> list[Finding]:
        for way in (self.named, self._led, self._relative, self._apposed, self._contained, self._owned, self.meant):
            found = way(token)
            if found:
                return list(found)
        return []

    def _led(self, token: Token) -> list[Finding]:
        """Return who leads "the Saudi-led coalition"."""
        for child in token.children:
            if child.dep_ == "amod" and child.lower_.endswith("led"):
                return [a for c in (child, *child.children) for a in self._at.get(c.i, [])]
        return []

    def _relative(self, token: Token) -> list[Finding]:
        """Return whom "which" or "who" stands for: the noun before its clause."""
        if token.lower_ not in _RELATIVE or token.dep_ not in ("nsubj", "nsubjpass", "dobj", "pobj", "poss"):
            return []
        clause = next((a for a in (token, *token.ancestors) if a.dep_ == "relcl"), None)
        return self._antecedent(clause.head) if clause is not None and clause.head is not token else []

    def _antecedent(self, noun: Token) -> list[Finding]:
        if noun.lower_ in _RELATIVE:
            return []
        return self._one(noun)

    def _apposed(self, token: Token) -> list[Finding]:
        """Return whom a noun means that stands in apposition: "JNIM, the coalition", "a rebel group, RED-Tabara"."""
        if token.dep_ == "appos" and token.head != token and token.pos_ != "PROPN":
            found = self._heads.get(token.head.i, [])
            if found:
                return found
        if token.pos_ == "PROPN":
            return []
        return next((f for c in token.children if c.dep_ == "appos" for f in [self._heads.get(c.i)] if f), [])

    def _contained(self, token: Token) -> list[Finding]:
        """Return whom "fighters of Islamic State", "some of their commanders", "men from the RSF" mean."""
        known = words()["arms"] | words()["people"]
        part = token.lower_ in _PARTS or token.pos_ == "NUM"
        some = token.tag_ == "NNS" and lemma(token) not in words()["hostile_nouns"]
        for child in token.children:
            wanted = child.lower_ == "of" or (child.lower_ in ("from", "for") and lemma(token) in words()["people"])
            if child.dep_ != "prep" or not wanted:
                continue
            inner = [g for c in child.children if c.dep_ == "pobj" for g in (c, *c.conjuncts[:_MANY])]
            found = [a for c in inner for a in (self._one(c) if part else self._heads.get(c.i, []))]
            if part or lemma(token) in known:
                return found or [a for c in inner for a in self._owned(c)]
            if some:  # "the vigilantes of Yan Gora"
                return [a for a in found if a.fields["gwcode"] is None]
        return []

    def _owned(self, token: Token) -> list[Finding]:
        """Return whose "its aircraft", "their commanders", "his troops" are."""
        if lemma(token) not in words()["arms"] | words()["people"] and token.lower_ not in words()["arms"]:
            return []
        owners = (c for c in token.children if c.dep_ == "poss" and c.tag_ == "PRP$")
        return [a for c in owners for a in self.referring.meant(c)]

    def subjects(self, verb: Token) -> list[Finding]:
        """Return who does what a verb says; of a passive, who is said to by "by"."""
        for _ in range(6):
            children = list(verb.children)
            if any(c.dep_ == "nsubjpass" for c in children) or _participle(verb):
                return self._agents(verb)
            mine = [c for c in children if c.dep_ == "nsubj"] or _inverted(verb)
            if mine or verb.head == verb:
                return [a for c in mine for a in self.of(c)]
            above = self._subjects_above(verb)
            if isinstance(above, list):
                return above
            verb = above
        return []

    def _subjects_above(self, verb: Token) -> list[Finding] | Token:
        """Return the subjects of a verb that has none of its own, or the verb whose subjects they are."""
        if verb.dep_ == "pcomp" and verb.head.lower_ in ("of", "for") and lemma(verb.head.head) in _ACCUSING:
            accused = [c for c in verb.head.head.children if c.dep_ in ("dobj", "nsubjpass")]
            return [a for c in accused for a in self.of(c)]
        if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp", "prep"):
            passive = [c for c in verb.head.children if c.dep_ == "nsubjpass"]
            if not passive:
                return verb.head
            return self._agents(verb) if verb.tag_ == "VBN" else [a for c in passive for a in self.of(c)]
        if verb.dep_ == "acl":
            return self._subjects_of_noun(verb)
        return self._antecedent(verb.head) if verb.dep_ == "relcl" else []

    def _subjects_of_noun(self, verb: Token) -> list[Finding] | Token:
        """Return whom a verb behind a noun is said of: the noun, or, of "lost men fighting them", who lost them."""
        found, noun = self.of(verb.head), verb.head
        plain = verb.tag_ != "VBG"  # a main verb, misread: "a rebel group, RED-Tabara, killed 20 people"
        if plain or found or noun.dep_ not in ("dobj", "conj") or "force" in lemma(noun):
            return found
        return next((a for a in noun.ancestors if a.pos_ == "VERB"), noun)

    def _agents(self, verb: Token) -> list[Finding]:
        agents = (c for c in verb.children if c.dep_ == "agent" or (c.dep_ == "prep" and c.lower_ == "by"))
        return [a for c in agents for g in c.children if g.dep_ == "pobj" for a in self.of(g)]

    def objects(self, verb: Token) -> list[Finding]:
        """Return to whom a verb's deed is done."""
        children = list(verb.children)
        passive = [c for c in children if c.dep_ == "nsubjpass"]
        if passive:
            return [a for c in passive for a in self.of(c)]
        if _participle(verb):
            return self.of(verb.head)
        found = [a for c in children if c.dep_ in ("dobj", "dative") for a in self.of(c)]
        if not found and verb.tag_ == "VBN" and verb.dep_ == "conj":
            found = [a for c in verb.head.children if c.dep_ == "nsubjpass" for a in self.of(c)]
        return found

    def after(self, token: Token, prepositions: Iterable[str]) -> list[Finding]:
        """Return the actors that stand after one of these prepositions of a verb or a noun."""
        return [a for noun in phrases_after(token, prepositions) for a in self.of(noun)]

    def owner(self, noun: Token) -> list[Finding]:
        """Return whose a noun is: "Turkey's offensive", "the Turkish offensive", "its offensive"."""
        out: list[Finding] = []
        for child in noun.children:
            if child.i < noun.i and child.dep_ in ("poss", "amod", "compound", "nmod"):
                if child.tag_ == "PRP$":
                    out += self.referring.meant(child)
                else:
                    out += self.of(child) or ([] if "-" in child.text else self._at.get(child.i, []))
        return out


def _inverted(verb: Token) -> list[Token]:
    """Return the subject behind its verb: "Next to the army stand militias", "against both stand the armies of"."""
    first = next(iter(verb.children), verb)
    if (
        lemma(verb) not in ("stand", "fight", "lie", "serve", "march")
        or first.i > verb.i
        or first.dep_ not in ("prep", "advmod")
    ):
        return []
    return [c for c in verb.children if c.i > verb.i and c.dep_ in ("dobj", "attr")]


def _participle(verb: Token) -> bool:
    """Return whether a verb stands as a passive participle behind its noun: "fighters killed by Iran"."""
    if verb.dep_ != "acl" or verb.tag_ != "VBN" or any(c.dep_ == "dobj" for c in verb.children):
        return False
    return verb.head.dep_ != "ROOT" or any(c.dep_ == "agent" for c in verb.children)  # else the main verb, misread


def phrases_after(token: Token, prepositions: Iterable[str]) -> Iterator[Token]:
    """Yield the nouns after one of these prepositions of a word, through "out of" and "together with" too."""
    wanted = set(prepositions)
    for child in token.children:
        if child.lower_ in wanted and child.dep_ in ("prep", "dative", "agent", "prt", "advmod"):
            yield from (c for c in child.children if c.dep_ == "pobj")
            for inner in child.children:
                if inner.dep_ in ("prep", "pcomp"):
                    yield from (c for c in inner.children if c.dep_ == "pobj")
