"""Events as columns, so that a question is a mask: read once for each record, since an account asks many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import BoolArray, Events, IntArray
from aftershock.streams.aliases import members
from aftershock.streams.lineage import is_civilians

__all__ = ["Columns", "read_columns"]

_NUMBERS = (
    "best",
    "low",
    "high",
    "deaths_civilians",
    "deaths_unknown",
    "type_of_violence",
    "country_id",
    "id",
    "dyad_new_id",
)


@dataclass(frozen=True, eq=False)
class Columns:
    """Events, one place in every array each.

    Parameters
    ----------
    start, end : numpy.ndarray of datetime64[D], shape (n,)
        First and last day an event may have fallen on.
    kind, country, ids, dyad : numpy.ndarray of int64, shape (n,)
        Type of violence (1 to 3), Gleditsch–Ward number, UCDP's numbers of event and dyad; 0 where there is none.
    best, low, high, civilians, unknown : numpy.ndarray of int64, shape (n,)
        Deaths: UCDP's three estimates of all of them; civilians, and those of no known side, among the best one.
    a, b : numpy.ndarray of int64, shape (n,)
        Sides as places in ``sides``; neither is the attacker.
    sides : tuple of str
    region : numpy.ndarray of int64, shape (n,)
        First-level region as a place in ``regions``.
    regions : tuple of str
        Empty where the record names none.
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    kind: IntArray
    country: IntArray
    ids: IntArray
    dyad: IntArray
    best: IntArray
    low: IntArray
    high: IntArray
    civilians: IntArray
    unknown: IntArray
    a: IntArray
    b: IntArray
    sides: tuple[str, ...]
    region: IntArray
    regions: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.end)

    def take(self, keep: BoolArray) -> Columns:
        """Return some of the events."""
        cut = {name: value[keep] for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        return Columns(**{**vars(self), **cut})

    def on_side(self, names: frozenset[str]) -> tuple[BoolArray, BoolArray]:
        """Return in which events any of some actors, or civilians, stand on side a, and in which on side b."""
        wanted = np.array([_is_any(side, names) for side in self.sides], bool)
        return wanted[self.a], wanted[self.b]


def _is_any(side: str, names: frozenset[str]) -> bool:
    if is_civilians(side):
        return "Civilians" in names
    return side in names or any(name in names for name in members(side))


def read_columns(events: Events) -> Columns:
    """Return events as columns.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> columns = read_columns(embedded_events(["Syria"]))
    >>> len(columns), int(columns.civilians.sum()) < int(columns.best.sum())
    (16566, True)
    """
    column = events.table.column
    number = {name: column(name).fill_null(0).to_numpy().astype(np.int64) for name in _NUMBERS}
    for name in ("low", "high"):  # not every provider gives them
        number[name] = np.where(column(name).is_null().to_numpy(), number["best"], number[name])
    a, sides = _coded([column("side_a"), column("side_b")])
    region, regions = _coded([column("adm_1")])
    return Columns(
        start=column("date_start").to_numpy().astype("datetime64[D]"),
        end=column("date_end").to_numpy().astype("datetime64[D]"),
        kind=number["type_of_violence"],
        country=number["country_id"],
        ids=number["id"],
        dyad=number["dyad_new_id"],
        best=number["best"],
        low=number["low"],
        high=number["high"],
        civilians=number["deaths_civilians"],
        unknown=number["deaths_unknown"],
        a=a[0],
        b=a[1],
        sides=sides,
        region=region[0],
        regions=regions,
    )


def _coded(columns: list[object]) -> tuple[list[IntArray], tuple[str, ...]]:
    """Return columns of text as places in the list of all texts in them."""
    import pandas as pd

    series = [pd.Series(each.to_pandas()).fillna("").astype(str).str.strip() for each in columns]  # type: ignore[attr-defined]
    places, names = pd.factorize(pd.concat(series), sort=True)
    return [np.asarray(part, np.int64) for part in np.split(places, len(columns))], tuple(str(name) for name in names)
