"""What the reader finds, and what each of its parts is given to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

__all__ = ["KINDS", "Finding", "Kind", "Reading"]

Kind = Literal["actor", "quotation", "statement", "figure", "prediction", "causal", "event", "relation"]
KINDS: tuple[Kind, ...] = ("actor", "quotation", "statement", "figure", "prediction", "causal", "event", "relation")
"""In the order in which a person is shown them: relations, the least sure, come last."""


@dataclass(frozen=True)
class Finding:
    """One thing found in an article.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    start, end : int
        Where, in the text that was read.
    why : str
        The cue that fired, in words: 'verb "said"'.
    checkable : bool
        Whether records of organised violence could decide it.
    fields : mapping
        What else is known of it, by kind:

        ========== ===================================================================================================
        actor      ``canonical``, ``actor_id`` (UCDP's, or None), ``state`` (its name, or None), ``gwcode``, ``iso3``
        quotation  ``speaker``, ``via`` (who passed it on), ``outlet``
        statement  ``source``, ``via``, ``outlet``, ``cue``
        figure     ``value``, ``low``, ``high``, ``about`` (bool), ``bound`` ("at least", "at most", None), ``unit``
        prediction ``horizon`` (words, or None), ``by`` (ISO day, or None)
        causal     ``cause``, ``effect``, ``direction`` ("raises" or "lowers"), ``cause_span``, ``effect_span``
        event      ``who`` (canonical names), ``action``, ``where``, ``gwcode``, ``when`` (words), ``day`` (ISO, or None)
        relation   ``a``, ``relation``, ``b`` (canonical names); relation is one of hostile, allied, supports, part of, succeeds
        ========== ===================================================================================================

        Spans in fields are ``(start, end)`` in the text that was read. Values are plain: str, int, float, bool, None, lists.
    """

    kind: Kind
    start: int
    end: int
    why: str
    checkable: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """An article under reading: what each part of the reader is given.

    Parameters
    ----------
    text : str
        The article's text, what is no article blanked; offsets count in it.
    doc : spacy.tokens.Doc
        The same, parsed: ``token.idx`` counts in ``text``. Sentences never cross a paragraph.
    paragraphs : tuple of (int, int)
        Where each paragraph or heading begins and ends.
    date : datetime.date, optional
        Of publication.
    actors : tuple of Finding
        Once they are found; empty before.
    """

    text: str
    doc: Doc
    paragraphs: tuple[tuple[int, int], ...]
    date: dt.date | None = None
    actors: tuple[Finding, ...] = ()

    @property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences that hold more than white space, in order."""
        return tuple(sentence for sentence in self.doc.sents if sentence.text.strip())

    def actors_in(self, start: int, end: int) -> list[Finding]:
        """Return the actors mentioned between two places, in order."""
        return [actor for actor in self.actors if start <= actor.start and actor.end <= end]
