"""A system's futures as a :class:`~aftershock.contract.Forecast`, by country or by stream, and what came in the same form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aftershock import figures
from aftershock._version import __version__
from aftershock.contract import MAX_HORIZON, TARGETS, Forecast, Streams, UnitKind
from aftershock.errors import DataError, UsageError, nearest
from aftershock.months import month_text
from aftershock.system.fit import System
from aftershock.system.opening import Opening
from aftershock.system.simulate import Assumptions, Paths, simulate_system

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["By", "forecast_system", "outcomes_of", "summed_forecast"]

IntArray = NDArray[np.int64]
By = Literal["country", "stream"]
KINDS: dict[str, UnitKind] = {"country": "country_id", "stream": "stream_id"}
_MOST_DEATHS = 10_000_000  # per unit and month, as of every model
_FIRST_MONTH = 119  # January 1980 is 120 months after January 1970, and month_id 1


def forecast_system(
    system: System,
    *,
    months: int = 12,
    by: By = "country",
    draws: int = 1000,
    opening: Opening | None = None,
    assumptions: Assumptions | None = None,
    seed: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
) -> Forecast:
    """Forecast deaths per month from a fitted system.

    The origin is the last month seen whole. Where the record ends within a month, that month is the first one forecast: what
    was seen of it and what is simulated.

    Parameters
    ----------
    system : System
    months : int
        After the origin, 1 to 36.
    by : {"country", "stream"}
        Units: VIEWS countries, with the types of violence and their total, or streams, numbered from 1, in total.
    draws : int
    opening : Opening, optional
    assumptions : Assumptions, optional
        As :func:`aftershock.system.simulate.simulate_system` takes them.
    seed : int
    progress : callable, optional

    Returns
    -------
    Forecast
        Every draw is one joint course over targets, units and months.

    Raises
    ------
    UsageError
        Months out of range, or streams that cannot be told apart by country.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.streams import StreamRule, build_streams
    >>> from aftershock.system.fit import fit_system
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=2000), until="2017-07-05")
    >>> made = forecast_system(fit_system(streams, draws=20), months=3, draws=40)
    >>> made.months, made.units, made.targets
    (array([451, 452, 453]), array([220]), ('sb', 'ns', 'os', 'total'))
    """
    if isinstance(months, bool) or not isinstance(months, int | np.integer) or not 1 <= months <= MAX_HORIZON:
        raise UsageError(
            f"a system's forecast must reach 1 to {MAX_HORIZON} months ahead",
            found=repr(months),
            fix="Give for example 12.",
        )
    _units_of(system.streams, by)  # before any time is spent
    origin = last_whole_month(system.streams)
    days = int((_first_of(origin + int(months) + 1) - system.streams.last_day).astype(int)) - 1
    paths = simulate_system(
        system,
        days=days,
        draws=draws,
        bins="month",
        opening=opening,
        assumptions=assumptions,
        seed=seed,
        progress=progress,
    )
    return summed_forecast(system, paths, by=by, seed=seed)


def summed_forecast(system: System, paths: Paths, *, by: By = "country", seed: int = 1) -> Forecast:
    """Return futures that were simulated by month as a forecast.

    Parameters
    ----------
    system : System
        That was simulated.
    paths : Paths
        With ``bins="month"``, to the end of a month.
    by : {"country", "stream"}
    seed : int
        Of the simulation.
    """
    streams = system.streams
    units, unit, targets, kinds = _units_of(streams, by)
    origin = last_whole_month(streams)
    months = _month_ids(paths.starts)
    whole = _month_ids(np.array([paths.first_day + paths.edges[-1]]))[0] > months[-1]
    if not whole or len(np.unique(months)) < len(months):
        raise UsageError(
            "futures must be added up by month, to the end of a month",
            found=f"{len(months)} bins to {paths.first_day + paths.edges[-1] - 1}",
            fix="Simulate with bins='month', or call forecast_system.",
        )
    deaths = paths.deaths.copy()
    notes = list(paths.notes)
    if months[0] == origin + 1 and (paths.first_day - _first_of(origin + 1)).astype(int) > 0:
        deaths[:, 0] += _seen(system, paths, _first_of(origin + 1))
        notes.append(
            f"{month_text(origin + 1)} is what was seen of it until {streams.last_day} and what was simulated from there."
        )
    cube = np.zeros((len(targets), len(units), len(months), paths.draws), np.int64)
    for s in range(len(streams.names)):
        for k in {targets.index("total"), *((targets.index(kinds[s]),) if kinds[s] in targets else ())}:
            cube[k, unit[s]] += deaths[:, :, s].T
    return Forecast(
        model="system",
        kind=KINDS[by],
        units=units,
        origin=origin,
        months=months,
        targets=targets,
        draws=np.minimum(cube, _MOST_DEATHS).astype(np.int32),
        joint=("target", "unit", "month"),
        provenance=replace(
            streams.provenance, notes=(*streams.provenance.notes, *notes, *_unit_notes(streams, by, targets))
        ),
        seed=seed,
        code_version=__version__,
    )


def outcomes_of(
    streams: Streams, months: Sequence[int] | IntArray | None = None, *, by: By = "country", target: str = "total"
) -> pd.Series[int]:
    """Return what came, as :func:`aftershock.scores.score` takes it: deaths by ``month_id`` and unit.

    Parameters
    ----------
    streams : Streams
        The same streams as of the forecast where these are the units.
    months : sequence of int, optional
        Of those seen whole; all of them if not given. Others are left out.
    by : {"country", "stream"}
    target : str
        ``total`` or, by country, a type of violence.

    Returns
    -------
    pandas.Series
        Of events dated to a range, the mean over the imputations, to the nearest whole death.
    """
    import pandas as pd

    units, unit, targets, kinds = _units_of(streams, by)
    if target not in targets:
        raise UsageError(f"these streams hold {', '.join(targets)}", found=repr(target), fix=nearest(target, targets))
    of = _month_ids(streams.days)
    starts = of[0] if streams.first_day == _first_of(int(of[0])) else of[0] + 1
    known = np.arange(starts, last_whole_month(streams) + 1)
    wanted = known if months is None else np.intersect1d(known, np.asarray(months, np.int64))
    if not len(wanted):
        raise DataError("streams must hold a month that is asked for, whole", found="none", fix="Read a longer record.")
    counted = np.array([target in ("total", kind) for kind in kinds])
    deaths = streams.deaths.mean(axis=0) * counted
    cube = np.zeros((len(units), len(wanted)))
    for n, month in enumerate(wanted):
        np.add.at(cube[:, n], unit, deaths[of == month].sum(axis=0))
    index = pd.MultiIndex.from_product([wanted.tolist(), units.tolist()], names=["month_id", KINDS[by]])
    return pd.Series(np.rint(cube.T).astype(np.int64).ravel(), index=index, name="outcome")


def last_whole_month(streams: Streams) -> int:
    """Return the last ``month_id`` of which the record holds every day to the end."""
    return int(_month_ids(np.array([streams.last_day + 1]))[0]) - 1


def _month_ids(days: NDArray[Any]) -> IntArray:
    return np.asarray(days.astype("datetime64[M]").astype(np.int64) - _FIRST_MONTH)


def _first_of(month: int) -> np.datetime64:
    return np.datetime64(f"{month_text(month)}-01", "D")


def _seen(system: System, paths: Paths, first: np.datetime64) -> IntArray:
    """Return deaths from a day to the record's last, by draw and stream, each draw from its own imputation, shape (m, s)."""
    start = max(0, int((first - system.streams.first_day).astype(int)))
    imputation = system.targets[0].imputation[paths.which]
    return np.asarray(system.streams.deaths[:, start:].sum(axis=1, dtype=np.int64)[imputation])


def _units_of(streams: Streams, by: str) -> tuple[IntArray, IntArray, tuple[str, ...], list[str]]:
    """Return units ascending, each stream's place among them, targets, and each stream's type or "total" if it has several."""
    if by not in get_args(By):
        raise UsageError(
            "a system's forecast must be by country or stream", found=repr(by), fix=nearest(by, get_args(By))
        )
    kinds = [stream.types[0] if len(stream.types) == 1 else "total" for stream in streams.streams]
    if by == "stream":
        number = np.arange(len(kinds))
        return number + 1, number, ("total",), kinds
    if wide := [f"{s.name}: {', '.join(map(str, s.countries))}" for s in streams.streams if len(s.countries) != 1]:
        raise UsageError(
            "a forecast by country needs streams of one country each",
            found=f"{len(wide)} of several",
            fix="Forecast by stream, or build the streams of one country, or with split='province'.",
            rows=wide,
        )
    table = figures.countries()
    views = dict(zip(table.gwcode.tolist(), table.country_id.tolist(), strict=True))
    numbers = [stream.countries[0] for stream in streams.streams]
    if unknown := sorted({number for number in numbers if number not in views}):
        raise UsageError(
            "a forecast by country needs countries that VIEWS knows",
            found=f"Gleditsch–Ward {', '.join(map(str, unknown))}",
            fix="Forecast by stream.",
        )
    units, unit = np.unique([views[number] for number in numbers], return_inverse=True)
    return units.astype(np.int64), unit, ("total",) if "total" in kinds else TARGETS, kinds


def _unit_notes(streams: Streams, by: By, targets: tuple[str, ...]) -> list[str]:
    if by == "stream":
        return [f"Streams by number: {'; '.join(f'{k + 1} {name}' for k, name in enumerate(streams.names))}."]
    mixed = sum(len(stream.types) > 1 for stream in streams.streams)
    return [] if "sb" in targets else [f"{mixed} streams mix types of violence, so only their total is forecast."]
