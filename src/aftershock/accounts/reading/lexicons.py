"""Word lists and tables that the reader's rules go by, each loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

__all__ = ["read_lexicon", "words"]

_FOLDER = Path(__file__).with_name("lexicon")


@cache
def read_lexicon(name: str) -> Mapping[str, Any]:
    """Return a lexicon's entries as they are written.

    Parameters
    ----------
    name : str
        Of the file, without ``.yaml``.
    """
    return MappingProxyType(yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


@cache
def words(name: str, *entries: str) -> frozenset[str]:
    """Return the words of some entries of a lexicon.

    Examples
    --------
    >>> "say" in words("attribution", "speech", "hearsay")
    True
    """
    told = read_lexicon(name)
    return frozenset(word for entry in entries for word in str(told[entry]).split())
