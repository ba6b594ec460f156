"""Pieces that a job leaves for its page: parts of HTML made by the report's templates, and documents."""

from __future__ import annotations

import json
from typing import Any

from aftershock.documents import finite
from aftershock.exports import write_bytes
from aftershock.web.work.kinds import Place

__all__ = ["write_piece"]


def write_piece(place: Place, name: str, content: str | dict[str, Any]) -> None:
    """Write a text as it is, or a document as JSON: days as text, what is no number as null."""
    text = (
        content
        if isinstance(content, str)
        else json.dumps(finite(_plain(content)), ensure_ascii=False, allow_nan=False, default=str)
    )
    write_bytes(place.folder / name, text.encode())


def _plain(value: Any) -> Any:
    """Return Python's own numbers for NumPy's.

    Examples
    --------
    >>> import numpy as np
    >>> _plain({1: (np.float64(0.5), "a")})
    {'1': [0.5, 'a']}
    """
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.item() if hasattr(value, "item") else value
