"""The types everything else passes on: :class:`Events`, :class:`Panel`, :class:`Streams`, :class:`Forecast`, :class:`Scores`.

Each is frozen and checked once, when it is made; after that nobody checks again. Column names are the field's own:
UCDP GED in events, VIEWS in panels and forecasts. The draw axis is always the last one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from aftershock import checks
from aftershock.errors import DataError, UsageError, nearest
from aftershock.months import month_text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "DEFAULT_DRAWS", "EVENT_COLUMNS", "MAX_HORIZON", "OUTCOMES", "TARGETS", "THRESHOLDS", "TYPES",
    "Events", "Forecast", "Panel", "Provenance", "Scores", "Stream", "Streams", "UnitKind",
]  # fmt: skip

TYPES = {"sb": 1, "ns": 2, "os": 3}
"""UCDP ``type_of_violence``: state-based, non-state, one-sided."""
OUTCOMES = ("ged_sb", "ged_ns", "ged_os")
"""Deaths (best estimate) by type, the VIEWS names of panel columns."""
TARGETS = ("sb", "ns", "os", "total")
"""What can be forecast; ``total`` is the three types together."""
THRESHOLDS = (1, 25, 100, 1000)
"""Exceedance levels that every summary and score reports, in deaths per month."""
MAX_HORIZON = 36
DEFAULT_DRAWS = 1000

UnitKind = Literal["country_id", "priogrid_gid", "dyad_id", "stream_id"]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

EVENT_COLUMNS: dict[str, str] = {
    "id": "BIGINT", "year": "INTEGER", "code_status": "VARCHAR", "type_of_violence": "TINYINT",
    "conflict_new_id": "BIGINT", "conflict_name": "VARCHAR", "dyad_new_id": "BIGINT", "dyad_name": "VARCHAR",
    "side_a_new_id": "BIGINT", "side_a": "VARCHAR", "side_b_new_id": "BIGINT", "side_b": "VARCHAR",
    "number_of_sources": "INTEGER", "where_prec": "TINYINT", "adm_1": "VARCHAR", "adm_2": "VARCHAR",
    "latitude": "DOUBLE", "longitude": "DOUBLE", "priogrid_gid": "INTEGER", "country": "VARCHAR",
    "country_id": "INTEGER", "region": "VARCHAR", "event_clarity": "TINYINT", "date_prec": "TINYINT",
    "date_start": "DATE", "date_end": "DATE", "deaths_a": "INTEGER", "deaths_b": "INTEGER",
    "deaths_civilians": "INTEGER", "deaths_unknown": "INTEGER", "best": "INTEGER", "high": "INTEGER",
    "low": "INTEGER", "gwnoa": "VARCHAR", "gwnob": "VARCHAR",
}  # fmt: skip
"""The GED columns that are kept, with their SQL types. ``country_id`` is UCDP's, a Gleditsch–Ward number.

Source texts and place descriptions are left behind: they name persons, and no figure needs them.
"""


@dataclass(frozen=True)
class Provenance:
    """Where numbers come from: what a reader needs to cite or repeat them.

    Parameters
    ----------
    source : str
        "embedded figures", "store" or a file name.
    vintage : str
        The data release or releases.
    citation : str
        How to cite the data.
    notes : tuple of str
        Anything a reader must know, one sentence each.
    """

    source: str
    vintage: str
    citation: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Events:
    """Dated events of organised violence, one row each, in the GED columns of :data:`EVENT_COLUMNS`.

    Parameters
    ----------
    table : pyarrow.Table
        The columns of :data:`EVENT_COLUMNS`. Sides carry no direction:
        neither is the attacker.
    span : tuple of int
        First and last ``month_id`` the record covers; a covered month without an event is a zero, not a gap.
    provisional_from : int
        The first ``month_id`` that rests on candidate data; after ``span[1]`` where none does.
    worldwide : bool
        Whether a country without an event had none, or is merely not in the files.
    provenance : Provenance
    """

    table: pa.Table
    span: tuple[int, int]
    provisional_from: int
    worldwide: bool
    provenance: Provenance

    def __post_init__(self) -> None:
        missing = [c for c in EVENT_COLUMNS if c not in self.table.column_names]
        if missing:
            raise DataError(
                "events must hold the GED columns",
                found=f"no {', '.join(missing)}",
                fix="Read them with a source reader.",
            )

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def to_frame(self) -> pd.DataFrame:
        """Return a data frame with one row per event."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame


@dataclass(frozen=True)
class Panel:
    """Deaths per unit, month and type of violence.

    Parameters
    ----------
    kind : {"country_id", "priogrid_gid", "dyad_id"}
        What a unit is; ``country_id`` is the VIEWS number.
    units : numpy.ndarray of int64, shape (n,)
        Unit numbers, ascending.
    months : numpy.ndarray of int64, shape (t,)
        ``month_id``, consecutive.
    deaths : numpy.ndarray of int64, shape (n, t, 3)
        Best estimates for :data:`OUTCOMES`; 0 where nothing was recorded.
    exists : numpy.ndarray of bool, shape (n, t)
        Whether the unit existed in that month; deaths are 0 where it did not.
    provisional : numpy.ndarray of bool, shape (t,)
        Whether the month rests on candidate data.
    provenance : Provenance
    """

    kind: UnitKind
    units: IntArray
    months: IntArray
    deaths: IntArray
    exists: BoolArray
    provisional: BoolArray
    provenance: Provenance

    def __post_init__(self) -> None:
        checks.require(
            checks.shape("deaths", self.deaths, (len(self.units), len(self.months), 3)),
            checks.shape("exists", self.exists, (len(self.units), len(self.months))),
            checks.shape("provisional", self.provisional, (len(self.months),)),
            checks.ascending("units", self.units),
            checks.consecutive("months", self.months),
            checks.not_negative("deaths", self.deaths),
        )

    @property
    def last_month(self) -> int:
        """The newest ``month_id``."""
        return int(self.months[-1])

    def series(self, target: str) -> IntArray:
        """Return deaths of one target, shape (n, t)."""
        if target == "total":
            return np.asarray(self.deaths.sum(axis=2))
        if target not in TYPES:
            raise UsageError(
                "a target must be one of sb, ns, os, total", found=repr(target), fix=nearest(target, TARGETS)
            )
        return np.asarray(self.deaths[:, :, TYPES[target] - 1])

    def until(self, month: int) -> Panel:
        """Return the panel with nothing after ``month``."""
        if not self.months[0] <= month <= self.months[-1]:
            raise UsageError(
                f"an origin must lie within the data, {month_text(int(self.months[0]))} to {month_text(self.last_month)}",
                found=month_text(month) if month > 0 else str(month),
                fix="Choose an origin inside that span, or import newer data.",
            )
        keep = self.months <= month
        return replace(
            self,
            months=self.months[keep],
            deaths=self.deaths[:, keep],
            exists=self.exists[:, keep],
            provisional=self.provisional[keep],
        )

    def select(self, units: IntArray) -> Panel:
        """Return the panel of some units."""
        keep = np.isin(self.units, units)
        return replace(self, units=self.units[keep], deaths=self.deaths[keep], exists=self.exists[keep])

    def to_frame(self) -> pd.DataFrame:
        """Return ``month_id``, the unit column, ``ged_sb``, ``ged_ns``, ``ged_os``; one row per existing unit-month."""
        import pandas as pd

        unit, month = np.nonzero(self.exists)
        columns: dict[str, Any] = {"month_id": self.months[month], self.kind: self.units[unit]}
        columns |= {name: self.deaths[unit, month, k] for k, name in enumerate(OUTCOMES)}
        return pd.DataFrame(columns).sort_values(["month_id", self.kind], ignore_index=True)


@dataclass(frozen=True)
class Stream:
    """What the events of one stream have in common.

    Parameters
    ----------
    name : str
        Unique among the streams.
    actors : tuple of str
        The sides, after aliases, in alphabetical order: neither is the attacker. Of one-sided violence the perpetrator
        alone. Empty for the rest, many pairs pooled.
    types : tuple of str
        Types of violence, of ``sb, ns, os``.
    countries : tuple of int
        Gleditsch–Ward numbers, ascending.
    place : str
        First-level region or PRIO-GRID block; empty where streams are not split.
    """

    name: str
    actors: tuple[str, ...]
    types: tuple[str, ...]
    countries: tuple[int, ...]
    place: str = ""


@dataclass(frozen=True)
class Streams:
    """Events per stream and day, with their marks; several times over where dates are ranges.

    An event dated to a range falls on one of its days, at random; each imputation is one such choice for all events.

    Parameters
    ----------
    streams : tuple of Stream
    first_day : numpy.datetime64
        Day 0; days are consecutive, and a day without an event is a zero.
    counts : numpy.ndarray of int32, shape (m, d, s)
        Events per imputation, day and stream.
    deaths : numpy.ndarray of int32, shape (m, d, s)
        Deaths, best estimate.
    civilians : numpy.ndarray of int32, shape (m, d, s)
        Civilian deaths among them.
    losses : numpy.ndarray of int32, shape (m, d, s, 2)
        Deaths of a stream's own sides among them, civilians apart: of ``actors[0]``, then of ``actors[1]``. Where a stream
        has no two different actors, the second is 0, and the first holds the perpetrator's own deaths in one-sided
        violence, of which UCDP records none, and those of all sides together else. Deaths that the record gives to no side
        are in neither; ACLED gives none to any.
    size : numpy.ndarray of float32, shape (m, d, s)
        Sum over the day's events of the mark of their deaths, ``log(1 + deaths)`` unless the rule says otherwise.
    harm : numpy.ndarray of float32, shape (m, d, s)
        Sum over the day's events of the mark of their civilian deaths.
    present : numpy.ndarray of bool, shape (d, s)
        Whether the stream had begun: false before the first day an event may have fallen on.
    kin : tuple of (str, str)
        Pairs of actors that the actor list ties together (alliances, splinters, joined groups), each in
        alphabetical order.
    left_out : dict of str to int
        Events not in any stream, counted by reason.
    ranged : int
        Events dated to a range of days among those kept.
    provenance : Provenance
    """

    streams: tuple[Stream, ...]
    first_day: np.datetime64
    counts: NDArray[np.int32]
    deaths: NDArray[np.int32]
    civilians: NDArray[np.int32]
    losses: NDArray[np.int32]
    size: NDArray[np.float32]
    harm: NDArray[np.float32]
    present: BoolArray
    kin: tuple[tuple[str, str], ...]
    left_out: dict[str, int]
    ranged: int
    provenance: Provenance

    def __post_init__(self) -> None:
        shape = (self.counts.shape[0], self.counts.shape[1], len(self.streams))
        names = [stream.name for stream in self.streams]
        checks.require(
            "no streams" if not names else None,
            "two streams of one name" if len(set(names)) < len(names) else None,
            *(
                checks.shape(name, getattr(self, name), shape)
                for name in ("counts", "deaths", "civilians", "size", "harm")
            ),
            checks.shape("losses", self.losses, (*shape, 2)),
            checks.shape("present", self.present, shape[1:]),
            *(
                checks.not_negative(name, getattr(self, name))
                for name in ("counts", "deaths", "civilians", "losses", "size", "harm")
            ),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The streams' names, in order."""
        return tuple(stream.name for stream in self.streams)

    @property
    def days(self) -> NDArray[np.datetime64]:
        """Every day, shape (d,)."""
        return np.asarray(self.first_day + np.arange(self.counts.shape[1]))

    @property
    def last_day(self) -> np.datetime64:
        """The newest day."""
        return np.datetime64(self.days[-1])

    def until(self, day: np.datetime64 | str) -> Streams:
        """Return the streams with nothing after ``day``."""
        last = np.datetime64(str(day), "D")
        if not self.first_day <= last <= self.last_day:
            raise UsageError(
                f"an origin must lie within the data, {self.first_day} to {self.last_day}",
                found=str(last),
                fix="Choose a day inside that span, or read more data.",
            )
        keep = slice(0, int((last - self.first_day).astype(int)) + 1)
        marks = ("counts", "deaths", "civilians", "losses", "size", "harm")
        cut = {name: getattr(self, name)[:, keep] for name in marks}
        return replace(self, **cut, present=self.present[keep])


@dataclass(frozen=True)
class Forecast:
    """Draws from the predictive distribution of deaths, whatever model made them.

    Parameters
    ----------
    model : str
        Name of the model.
    kind : {"country_id", "priogrid_gid", "dyad_id", "stream_id"}
        What a unit is; ``stream_id`` is a stream's place among those of the system, from 1.
    units : numpy.ndarray of int64, shape (n,)
    origin : int
        The last ``month_id`` the model saw.
    months : numpy.ndarray of int64, shape (h,)
        The ``month_id`` forecast, ascending, all after ``origin``.
    targets : tuple of str
        Which of ``sb, ns, os, total``.
    draws : numpy.ndarray of int32, shape (len(targets), n, h, m)
        Deaths per month; never negative.
    joint : tuple of str
        The keys over which draw ``k`` is one joint course of events, of ``"target", "unit", "month"``. Sums over
        other keys have no meaning draw by draw.
    provenance : Provenance
        Of the data the model saw.
    seed : int
    code_version : str
    """

    model: str
    kind: UnitKind
    units: IntArray
    origin: int
    months: IntArray
    targets: tuple[str, ...]
    draws: NDArray[np.int32]
    joint: tuple[str, ...]
    provenance: Provenance
    seed: int
    code_version: str

    def __post_init__(self) -> None:
        expected = (len(self.targets), len(self.units), len(self.months), self.draws.shape[-1])
        checks.require(
            checks.shape("draws", self.draws, expected),
            checks.ascending("units", self.units),
            checks.ascending("months", self.months),
            checks.later("months", self.months, self.origin),
            checks.not_negative("draws", self.draws),
            checks.whole("draws", self.draws),
            checks.known("targets", self.targets, TARGETS),
        )

    @property
    def horizons(self) -> IntArray:
        """Months after the origin, shape (h,)."""
        return self.months - self.origin

    def of(self, target: str) -> NDArray[np.int32]:
        """Return the draws of one target, shape (n, h, m)."""
        if target not in self.targets:
            raise UsageError(
                f"this forecast holds {', '.join(self.targets)}", found=repr(target), fix=nearest(target, self.targets)
            )
        return np.asarray(self.draws[self.targets.index(target)])

    def sums(self, target: str) -> IntArray:
        """Return deaths over all months of the forecast, draw by draw, shape (n, m).

        Raises
        ------
        UsageError
            The draws are not joint over months, so sums have no meaning.
        """
        if "month" not in self.joint:
            raise UsageError(
                "sums over months need draws that are joint over months",
                found=f"{self.model} draws joint over {', '.join(self.joint) or 'nothing'}",
                fix="Use the default model, or look at single months.",
            )
        return np.asarray(self.of(target).sum(axis=1, dtype=np.int64))

    def select(self, units: IntArray) -> Forecast:
        """Return the forecast of some units."""
        keep = np.isin(self.units, units)
        return replace(self, units=self.units[keep], draws=self.draws[:, keep])


@dataclass(frozen=True)
class Scores:
    """One row per forecast of one unit and month, one column per score.

    Parameters
    ----------
    model : str
    target : str
    units, months : numpy.ndarray of int64, shape (k,)
        Keys of each row.
    outcome : numpy.ndarray of int64, shape (k,)
        What came, in deaths.
    values : dict of str to numpy.ndarray of float64, shape (k,)
        Score name to values; see :mod:`aftershock.scores`.
    unscored : int
        Forecasts whose outcome is not known.
    """

    model: str
    target: str
    units: IntArray
    months: IntArray
    outcome: IntArray
    values: dict[str, NDArray[np.float64]] = field(repr=False)
    unscored: int = 0

    def __post_init__(self) -> None:
        checks.require(
            *(checks.shape(name, value, self.units.shape) for name, value in self.values.items()),
            checks.shape("months", self.months, self.units.shape),
            checks.shape("outcome", self.outcome, self.units.shape),
        )

    def __len__(self) -> int:
        return len(self.units)

    def to_frame(self) -> pd.DataFrame:
        """Return ``month_id``, ``country_id``, ``outcome`` and a column per score."""
        import pandas as pd

        return pd.DataFrame({"month_id": self.months, "country_id": self.units, "outcome": self.outcome, **self.values})
