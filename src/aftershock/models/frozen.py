"""The choices of the default model, read from ``frozen.toml``: made once, on outcomes to December 2017."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["frozen"]


@cache
def frozen() -> dict[str, Any]:
    """Return every frozen choice; ``benchmarks/tune_stack.py`` wrote the file, and says how each was made.

    Examples
    --------
    >>> sorted(frozen())
    ['forest', 'stack', 'weighted_history']
    """
    return tomllib.loads(files(__package__).joinpath("frozen.toml").read_text(encoding="utf-8"))
