"""The system's commands from end to end: find the events, fit, look, run forward, score. What the command line calls."""

from __future__ import annotations

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from aftershock.contract import TARGETS, Events, Forecast, Streams
from aftershock.errors import DataError, UsageError
from aftershock.exports import ready_folder, views_table, write_csv, write_parquet
from aftershock.figures.days import embedded_events, find_gwcodes, gwcode_names
from aftershock.months import month_end
from aftershock.sources import event_files
from aftershock.store import Store
from aftershock.streams import StreamRule, build_streams
from aftershock.system.backgrounds import BackgroundComparison, choose_background, compare_backgrounds
from aftershock.system.files import COMPARED, read_comparison, read_system, write_comparison, write_system
from aftershock.system.fit import System, first_fitted, fit_system
from aftershock.system.forecasts import By, last_whole_month, summed_forecast
from aftershock.system.memory import Mask
from aftershock.system.opening import opening_of
from aftershock.system.residuals import Residuals, residuals_of
from aftershock.system.scoring import SystemScores, score_system
from aftershock.system.shapes import Background, Shock
from aftershock.system.simulate import MOST_EVENTS, Assumptions, Paths, simulate_system
from aftershock.system.spiral import YEAR, Spiral, spiral_of
from aftershock.system.structure import Structure, structure_of
from aftershock.system.tables import edges_table, futures_table, streams_table, units_of

if TYPE_CHECKING:
    import pandas as pd

    from aftershock.models.base import Progress
    from aftershock.vintages import Vintage

__all__ = [
    "Fitted", "Futures", "View", "fit_events", "load_events", "look_at", "open_fitted", "parse_backgrounds", "run_forward",
    "score_events", "write_fitted", "write_futures",
]  # fmt: skip

COMPARE_DAYS = 70
"""A record needs as many days for its backgrounds to be compared on days held out."""
COMPARE_DRAWS = 100
LEAST_EVENTS = 10
"""Fewer events on the days fitted say nothing of what feeds what."""
BUDGET, TIMES_AS_MANY = 50_000_000, 5
"""Futures together have so many events at most, unless the record itself has more than a fifth of that in as many days."""
AHEAD = 12  # months of the fans in a report


@dataclass(frozen=True)
class Fitted:
    """A system, and all that is said of it.

    Attributes
    ----------
    system : System
    structure : Structure
    comparison : BackgroundComparison, optional
        None with inhibition, or where the record is too short to hold days out.
    """

    system: System
    structure: Structure
    comparison: BackgroundComparison | None


@dataclass(frozen=True)
class View:
    """What a report shows of a fitted system besides its structure.

    Attributes
    ----------
    residuals : Residuals
    spiral : Spiral, optional
        None where the record has less than a year.
    forecast : Forecast
        The next months, by stream.
    """

    residuals: Residuals
    spiral: Spiral | None
    forecast: Forecast


@dataclass(frozen=True)
class Futures:
    """Simulated futures of a system.

    Attributes
    ----------
    paths : Paths
        By calendar month.
    by : {"country", "stream"}
    table : pandas.DataFrame
        As :func:`aftershock.system.tables.futures_table` gives.
    forecast : Forecast, optional
        The same as a forecast, where whole months were asked for.
    """

    paths: Paths
    by: By
    table: pd.DataFrame
    forecast: Forecast | None


def load_events(
    paths: Sequence[Path] = (),
    *,
    store: Store | None = None,
    source: Literal["ucdp", "acled"] | None = None,
    as_of: dt.date | None = None,
    countries: Sequence[str | int] | None = None,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> Events:
    """Return the events to learn from: of files at hand, else of the store if it has data, else the embedded figures.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        UCDP GED or ACLED files, or folders of them. An event in several counts once.
    store : Store, optional
        The default data directory if not given.
    source : {"ucdp", "acled"}, optional
        Whose events; UCDP's first if not given.
    as_of : datetime.date, optional
        Answer from what was known on that day; needs a store.
    countries : sequence of str or int, optional
        Of the embedded figures, only these, where there are such.
    today : datetime.date, optional
        No event may lie after it.
    progress : callable, optional

    Raises
    ------
    DataError
        A file that cannot be read.
    UsageError
        Options that cannot be.
    """
    if paths:
        if as_of:
            raise UsageError(
                "--as-of chooses among stored vintages", found=f"the file {paths[0]}", fix="Leave one of them out."
            )
        return _from_files(list(paths), source, today or dt.datetime.now(dt.UTC).date(), progress)
    store = store or Store()
    sources = store.sources()
    if sources or source:
        return store.events(source or sources[0], as_of=as_of)
    if as_of:
        raise UsageError(
            "--as-of needs stored vintages",
            found=f"none in {store.folder}; the embedded figures are one revised vintage",
            fix="Run `aftershock pull` or `aftershock import FILE` first.",
        )
    known = gwcode_names([645, 652])
    wanted = set(find_gwcodes(list(countries), gwcode_names())) if countries else set()
    return embedded_events(sorted(wanted) if wanted and wanted <= set(known.values()) else None)


def _from_files(paths: list[Path], source: str | None, today: dt.date, progress: Progress | None) -> Events:
    """Return the events of files at hand, put together as a store puts vintages together."""
    files = event_files(paths)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        store = Store(Path(place))
        notes, given = [], set()
        for done, path in enumerate(files):
            if progress:
                progress(f"reading {path.name}", done, len(files))
            vintage, new = store.add(path, today=today)
            given.add(vintage.source)
            if not new:
                notes.append(f"{path.name} holds the same as a file before it and counts once.")
            elif vintage.rejected:
                notes.append(_rejected(store, vintage, path.name))
        if source is not None and source not in given:
            raise UsageError(
                f"files must hold events of {source.upper()}",
                found=f"those of {', '.join(given).upper()}",
                fix="Leave --source out.",
            )
        if source is None and len(given) > 1:
            raise UsageError(
                "events must come from one provider, or some would count twice",
                found="files of UCDP and of ACLED",
                fix="Choose with --source ucdp or --source acled.",
            )
        events = store.events(source or given.pop())
    named = ", ".join(path.name for path in files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    origin = replace(events.provenance, source=named, notes=(*events.provenance.notes, *notes))
    return replace(events, provenance=origin)


def _rejected(store: Store, vintage: Vintage, name: str) -> str:
    """Say how many rows of a file were left out, and why the first was."""
    with (store.folder / "vintages" / vintage.id / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream))
    return (
        f"{vintage.rejected:,} of {vintage.rows:,} rows of {name} were left out, the first, row {first['row']}, because "
        f"{first['reason']}."
    )


def parse_backgrounds(text: str) -> tuple[Background | Literal["chosen"], ...]:
    """Read ``365,constant,90``: the first is the main one, the ratio is told under each.

    Examples
    --------
    >>> parse_backgrounds("chosen, constant, 365")
    ('chosen', 'constant', 365)
    """
    found: list[Background | Literal["chosen"]] = []
    for part in (each.strip() for each in text.split(",")):
        if part not in ("constant", "chosen") and not re.fullmatch(r"[0-9]{1,5}", part):
            raise UsageError(
                "a background must be constant or days between knots, 7 or more",
                found=repr(part),
                fix="Write for example 365,constant, or chosen to have each stream's chosen.",
            )
        one = cast(Background | Literal["chosen"], part if part in ("constant", "chosen") else int(part))
        if one not in found:
            found.append(one)
    return tuple(found)


def parse_shock(text: str) -> Shock:
    """Read ``2016-02-27``, ``2016-02-27:step`` or ``2016-02-27:pulse:30``.

    Examples
    --------
    >>> parse_shock("2016-02-27:pulse:14")
    Shock(day='2016-02-27', kind='pulse', days=14.0)
    """
    day, _, rest = text.partition(":")
    kind, _, days = rest.partition(":")
    if days and not re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", days):
        raise UsageError(
            "a shock's days must be a number", found=repr(days), fix="Write for example 2016-02-27:pulse:30."
        )
    return Shock(day, cast(Literal["step", "pulse"], kind or "step"), float(days) if days else 30.0)


def fit_events(  # noqa: PLR0913
    events: Events,
    *,
    countries: Sequence[str | int] | None = None,
    rule: StreamRule | None = None,
    first: Any = None,
    until: Any = None,
    backgrounds: Sequence[Background | Literal["chosen"]] = (365,),
    shocks: Sequence[Shock] = (),
    mask: Mask = "linked",
    draws: int = 1000,
    seed: int = 1,
    inhibition: bool = False,
    progress: Progress | None = None,
) -> Fitted:
    """Fit a system to events.

    Parameters
    ----------
    events : Events
    countries, rule, first, until
        As :func:`aftershock.streams.build_streams` takes them.
    backgrounds : sequence of "constant", "chosen" or int
        The first is the system's; the branching ratio is compared under all. ``chosen`` takes each stream's own, the one
        that foretells days held out. With inhibition there is no such ratio, and nothing is compared.
    shocks, mask, draws, seed, inhibition, progress
        As :func:`aftershock.system.fit.fit_system` takes them.
    """
    streams = build_streams(events, countries=countries, rule=rule, first=first, until=until, seed=seed)
    check_events(streams)
    own = (
        choose_background(streams, shocks=shocks, mask=mask, progress=progress).chosen
        if backgrounds[0] == "chosen"
        else backgrounds[0]
    )
    system = fit_system(
        streams, background=own, shocks=shocks, mask=mask, draws=draws, seed=seed, inhibition=inhibition,
        progress=progress,
    )  # fmt: skip
    compared = tuple(one for one in backgrounds if one != "chosen")
    comparison, structure = None, structure_of(system)
    if streams.counts.shape[1] >= COMPARE_DAYS and compared and not inhibition:
        comparison = compare_backgrounds(
            streams, compared, draws=min(draws, COMPARE_DRAWS), shocks=shocks, mask=mask, seed=seed, fitted=system,
            structure=structure, progress=progress,
        )  # fmt: skip
    return Fitted(system, structure, comparison)


def check_events(streams: Streams) -> None:
    """Raise :class:`DataError` where hardly anything happened on the days that would be fitted."""
    end = streams.counts.shape[1]
    starts = [first_fitted(streams, s, end) for s in range(len(streams.names))]
    events = sum(float(streams.counts[:, start:, s].sum(axis=1).mean()) for s, start in enumerate(starts))
    if events < LEAST_EVENTS:
        raise DataError(
            f"a system needs {LEAST_EVENTS} events on the days fitted",
            found=f"{events:,.0f} from {streams.days[min(starts)]} to {streams.last_day}",
            fix="Choose more countries or a longer span.",
        )


def most_events(streams: Streams, days: int, draws: int) -> int:
    """Return the most events of one draw: no future is cut short that the record makes likely, and none goes on for hours."""
    recent = int(streams.counts[:, -max(days, 1) :].sum(axis=(1, 2), dtype=np.int64).max())
    return min(MOST_EVENTS, max(BUDGET // max(draws, 1), TIMES_AS_MANY * recent))


def write_fitted(folder: Path, fitted: Fitted) -> dict[str, Path]:
    """Write ``system.npz``, ``system.json``, ``edges.csv``, ``streams.csv`` and, where compared, ``backgrounds.csv``.

    Raises
    ------
    StoreError
        The folder cannot be written to; each file is whole or as it was.
    """
    paths = write_system(folder, fitted.system)
    paths |= {name: folder / name for name in ("edges.csv", "streams.csv")}
    write_csv(paths["edges.csv"], edges_table(fitted.system, fitted.structure))
    write_csv(paths["streams.csv"], streams_table(fitted.system, fitted.structure))
    if fitted.comparison is None:
        for name in (COMPARED, "backgrounds.csv"):
            (folder / name).unlink(missing_ok=True)
        return paths
    paths |= write_comparison(folder, fitted.comparison)
    paths["backgrounds.csv"] = folder / "backgrounds.csv"
    write_csv(paths["backgrounds.csv"], fitted.comparison.to_frame())
    return paths


def open_fitted(folder: Path) -> Fitted:
    """Return what :func:`write_fitted` wrote."""
    system = read_system(folder)
    return Fitted(system, structure_of(system), read_comparison(folder))


def look_at(fitted: Fitted, *, seed: int = 1, progress: Progress | None = None) -> View:
    """Return residuals, spiral and the next months of a fitted system."""
    say = progress or (lambda *_: None)
    system = fitted.system
    say("residuals", 0, 3)
    residuals = residuals_of(system, seed=seed)
    say("simulating", 1, 3)
    opening, draws = opening_of(system), system.draws
    spiral = None
    if system.streams.counts.shape[1] >= YEAR:
        bound = Assumptions(total=most_events(system.streams, YEAR, draws))
        paths = simulate_system(system, days=YEAR, bins="all", opening=opening, assumptions=bound, seed=seed)
        spiral = spiral_of(system, paths, structure=fitted.structure)
    say("simulating", 2, 3)
    ahead = _days_to(system.streams, AHEAD)
    bound = Assumptions(total=most_events(system.streams, ahead, draws))
    paths = simulate_system(system, days=ahead, bins="month", opening=opening, assumptions=bound, seed=seed)
    return View(residuals, spiral, summed_forecast(system, paths, by="stream", seed=seed))


def _days_to(streams: Streams, months: int) -> int:
    """Return the days from the record's last to the end of a month, counted from the last month seen whole."""
    end = np.datetime64(month_end(last_whole_month(streams) + months))
    return int((end - streams.last_day).astype(int))


def run_forward(
    system: System,
    *,
    days: int | None = None,
    months: int | None = None,
    draws: int = 1000,
    by: By = "country",
    seed: int = 1,
    progress: Progress | None = None,
) -> Futures:
    """Simulate a system from the day after its record.

    Parameters
    ----------
    system : System
    days, months : int, optional
        How far, one of the two; months are calendar months after the last one seen whole.
    draws, seed : int
    by : {"country", "stream"}
        What is told apart.
    progress : callable, optional
    """
    if days is not None and months is not None:
        raise UsageError(
            "days or months must say how far", found=f"{days} days and {months} months", fix="Give one of them."
        )
    streams = system.streams
    units_of(streams, by)  # before any time is spent
    ahead = YEAR if days is None else days
    if months is not None:
        if not 1 <= months <= 36:
            raise UsageError("months must lie between 1 and 36", found=str(months), fix="Give for example 12.")
        ahead = _days_to(streams, months)
        if ahead < 1:
            raise UsageError(
                "a simulation must reach beyond the record", found=f"{months} months", fix="Ask for more months."
            )
    bound = Assumptions(total=most_events(streams, ahead, draws))
    paths = simulate_system(
        system, days=ahead, draws=draws, bins="month", assumptions=bound, seed=seed, progress=progress
    )
    made = None if months is None else summed_forecast(system, paths, by=by, seed=seed)
    return Futures(paths, by, futures_table(system, paths, by), made)


def write_futures(folder: Path, system: System, futures: Futures) -> dict[str, Path]:
    """Write ``futures.csv``, ``futures.parquet`` (draws) and, of whole months, ``forecast_TARGET.parquet``."""
    ready_folder(folder)
    paths = {name: folder / name for name in ("futures.csv", "futures.parquet")}
    write_csv(paths["futures.csv"], futures.table)
    write_parquet(paths["futures.parquet"], _draws_table(system, futures))
    made = futures.forecast
    for target in TARGETS:
        name = f"forecast_{target}.parquet"
        if made is None or target not in made.targets:  # of an earlier run, which would not fit these futures
            (folder / name).unlink(missing_ok=True)
            continue
        paths[name] = folder / name
        write_parquet(paths[name], views_table(made, target))
    return paths


def _draws_table(system: System, futures: Futures) -> Any:
    """Return draws as ``unit, first_day, draw, events, deaths, civilians``, ordered by unit, day and draw."""
    import pyarrow as pa

    paths = futures.paths
    names, unit = units_of(system.streams, futures.by)
    values = {}
    for name, cube in (("events", paths.counts), ("deaths", paths.deaths), ("civilians", paths.civilians)):
        summed = np.zeros((len(names), cube.shape[1], cube.shape[0]), np.int64)
        for s, u in enumerate(unit):
            summed[u] += cube[:, :, s].T
        values[name] = summed.ravel()
    which, at, draw = (a.ravel() for a in np.indices(summed.shape, dtype=np.int32))
    label = pa.array(names, pa.string()).take(pa.array(which))
    columns = {"unit": label, "first_day": pa.array(paths.starts.astype("datetime64[D]")[at]), "draw": draw}
    return pa.table({**columns, **values})


def score_events(  # noqa: PLR0913
    events: Events,
    *,
    train_until: Any,
    test_until: Any = None,
    first: Any = None,
    countries: Sequence[str | int] | None = None,
    rule: StreamRule | None = None,
    refit_every: int | None = None,
    mask: Mask = "linked",
    seed: int = 1,
    progress: Progress | None = None,
) -> tuple[SystemScores, Streams]:
    """Score a system one day ahead on days it has not seen; streams are chosen by events up to ``train_until`` alone.

    Returns
    -------
    SystemScores
    Streams
        What was scored.
    """
    if test_until is not None and str(train_until) >= str(test_until):
        raise UsageError(
            "train_until must come before test_until",
            found=f"{train_until} and {test_until}",
            fix="Give a later end of the test.",
        )
    try:
        streams = build_streams(
            events, countries=countries, rule=rule, first=first, until=test_until, chosen_until=train_until, seed=seed
        )
    except UsageError as error:
        raise _in_words_of_scoring(error) from None
    check_events(streams.until(str(train_until)))
    scores = score_system(streams, train_until=str(train_until), refit_every=refit_every, mask=mask, progress=progress)
    return scores, streams


def _in_words_of_scoring(error: UsageError) -> UsageError:
    """Return an error about days under the names that scoring gives them."""
    names = {"chosen_until": "train_until", "until": "test_until"}
    parts = [re.sub(r"\b(chosen_until|until)\b", lambda m: names[m[0]], text) for text in (error.must, error.fix)]
    if not error.must.startswith(("first must", "until must", "chosen_until must", "streams need")):
        return error
    return UsageError(parts[0], found=error.found, fix=parts[1], rows=error.rows, count=error.count)
