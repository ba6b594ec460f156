"""Figures in words."""

from __future__ import annotations

__all__ = ["percent"]


def percent(share: float) -> str:
    """Return a share in per cent; draws cannot tell "never" from "rarely".

    Examples
    --------
    >>> percent(0.0), percent(0.5), percent(0.999)
    ('under 1 %', '50 %', 'over 99 %')
    """
    if share < 0.01:
        return "under 1 %"
    return "over 99 %" if share > 0.99 else f"{share * 100:.0f} %"
