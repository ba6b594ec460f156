"""The words that say how actors stand to each other, and a word's dictionary form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["lemma", "words"]

_OWN = {
    "airstrike": "strike",
    "forces": "force",
    "troops": "troop",
    "born": "bear",
    "fled": "flee",
    "overran": "overrun",
}


@cache
def words() -> Mapping[str, Any]:
    """Return the words that say how actors stand to each other.

    Examples
    --------
    >>> "ally" in words()["ally_nouns"], sorted(words()["side_verbs"]["rally"])
    (True, ['around', 'behind'])
    """
    told = yaml.safe_load(
        files("aftershock.accounts.reading").joinpath("lexicon", "relations.yaml").read_text(encoding="utf-8")
    )
    return {
        k: {w: frozenset(p) for w, p in v.items()} if isinstance(v, dict) else frozenset(v) for k, v in told.items()
    }


def lemma(token: Token) -> str:
    """Return a word's dictionary form, small."""
    found = str(token.lemma_).lower()
    if token.is_sent_start and token.pos_ == "PROPN" and found[-1:] == "s" and not token.is_upper:
        found = found[:-1]  # "Rebels of the movement": taken for a name, as it begins the sentence
    return _OWN.get(token.lower_, _OWN.get(found, found))
