"""The main job from end to end: find the data, forecast, write the files. What the command line and a notebook call."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aftershock.backtests import Backtest, backtest, last_windows
from aftershock.contract import DEFAULT_DRAWS, TARGETS, Forecast, Panel, Provenance
from aftershock.errors import UsageError, nearest
from aftershock.explanations import Explanation, Outlook, explain, outlook
from aftershock.exports import hub_table, ready_folder, views_table, write_csv, write_parquet
from aftershock.figures import countries as countries_table
from aftershock.figures import embedded_panel
from aftershock.models import BENCHMARKS, DEFAULT_MODEL, ModelChoice, label_of, make_model
from aftershock.models.base import Progress
from aftershock.months import month_text, parse_month
from aftershock.panel import Spread
from aftershock.sources import read_panel
from aftershock.store import Store
from aftershock.summary import summarise

__all__ = [
    "explain_country",
    "find_countries",
    "forecast",
    "load_panel",
    "parse_horizons",
    "split_countries",
    "track_record",
    "write_outputs",
]

SHORT_PAST = 12
# What people write beside the list's own names
ALIASES = {
    "dr congo": 167, "drc": 167, "ivory coast": 41, "burma": 149, "czechia": 98, "eswatini": 164, "north macedonia": 86,
    "turkiye": 96, "türkiye": 96, "cabo verde": 40, "uk": 39, "east timor": 176, "palestine": 218,
}  # fmt: skip


def parse_horizons(text: str) -> list[int]:
    """Read ``1-12`` or ``1,3,6`` as months ahead.

    Examples
    --------
    >>> parse_horizons("3-6"), parse_horizons("1,3,6")
    ([3, 4, 5, 6], [1, 3, 6])
    """
    horizons: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not (first.isdecimal() and (last.isdecimal() if dash else True)) or (dash and int(last) < int(first)):
            raise UsageError(
                "horizons must be months ahead, in order",
                found=repr(text),
                fix="Write for example 1-12, 3-14 or 1,3,6.",
            )
        start, stop = int(first), int(last or first)
        if stop > 10_000:
            raise UsageError("horizons must lie between 1 and 36", found=repr(text), fix="Write for example 1-12.")
        horizons += range(start, stop + 1)
    return horizons


def split_countries(text: str) -> list[str]:
    """Split names at commas, except the comma inside a country's own name.

    Examples
    --------
    >>> split_countries("Syria, Congo, DRC,IRQ")
    ['Syria', 'COD', 'IRQ']
    """
    for name, code in zip(countries_table().name, countries_table().isoab, strict=True):
        if "," in name:
            text = re.sub(re.escape(name), code, text, flags=re.IGNORECASE)
    return [name.strip() for name in text.split(",") if name.strip()]


def find_countries(names: Sequence[str | int]) -> NDArray[np.int64]:
    """Return VIEWS numbers of countries named by name, ISO3 code or VIEWS number.

    Raises
    ------
    UsageError
        A name nobody knows; the nearest is offered.

    Examples
    --------
    >>> find_countries(["Syria", "IRQ", "245"]).tolist()
    [60, 220, 245]
    """
    table = countries_table()
    known: dict[str, int] = dict(ALIASES)
    for number, iso, full in zip(table.country_id.tolist(), table.isoab, table.name, strict=True):
        known |= {str(full).lower(): number, str(iso).lower(): number, str(number): number}
    found = []
    if not names:
        raise UsageError("countries must be named", found="none", fix="Write for example Syria,IRQ.")
    for name in names:
        key = str(name).strip().lower()
        if key not in known:
            near = [code for code in table.isoab if code[0] == key[0].upper()] if len(key) == 3 else table.name
            raise UsageError(
                "a country must be given by name, ISO3 code or VIEWS number",
                found=repr(name),
                fix=nearest(key, map(str, near)),
            )
        found.append(known[key])
    return np.unique(np.array(found, np.int64))


def load_panel(
    path: Path | None = None,
    *,
    store: Store | None = None,
    source: str | None = None,
    as_of: dt.date | None = None,
    spread: Spread = "end",
) -> Panel:
    """Return the country-month panel to forecast from.

    Parameters
    ----------
    path : pathlib.Path, optional
        A panel file; else the store, if it has data; else the embedded figures.
    store : Store, optional
        The default data directory if not given.
    source : {"ucdp", "acled"}, optional
        Which provider's events in the store; UCDP's first if not given.
    as_of : datetime.date, optional
        Answer from what was known on that day; needs a store.
    spread : {"uniform", "start", "end"}
        How events over several months are counted; see :func:`aftershock.panel.count_deaths`.

    Raises
    ------
    UsageError
        ``as_of`` or ``source`` for data that has no vintages.
    """
    store = store or Store()
    if path is not None:
        if as_of or source:
            raise UsageError(
                "--as-of and --source choose among stored vintages",
                found=f"the panel file {path}",
                fix="Leave them out.",
            )
        return read_panel(path)
    sources = store.sources()
    if sources or source:
        return store.panel("country_id", source=source or sources[0], as_of=as_of, spread=spread)
    if as_of:
        raise UsageError(
            "--as-of needs stored vintages",
            found=f"none in {store.folder}; the embedded figures are one revised vintage",
            fix="Run `aftershock pull` or `aftershock import FILE` first.",
        )
    return embedded_panel()


def forecast(
    panel: Panel | None = None,
    *,
    origin: int | str | None = None,
    horizons: Sequence[int] = range(1, 13),
    model: ModelChoice = DEFAULT_MODEL,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    countries: Sequence[str | int] | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Forecast deaths from organised violence per country and month.

    Parameters
    ----------
    panel : Panel, optional
        The past; :func:`load_panel` if not given.
    origin : int or str, optional
        Last month the model may see, as ``month_id`` or ``YYYY-MM``; the panel's last if not given.
    horizons : sequence of int
        Months after the origin, 1 to 36.
    model : str or Model
        Name, with options after a colon, see :func:`aftershock.models.make_model`; or a model.
    draws : int
        Draws per country and month.
    seed : int
        The same seed gives the same draws.
    countries : sequence of str or int, optional
        Names, ISO3 codes or VIEWS numbers; all if not given. The model learns from all in any case.
    progress : callable, optional

    Returns
    -------
    Forecast
        All four targets.

    Examples
    --------
    >>> import aftershock
    >>> made = aftershock.forecast(aftershock.embedded_panel(), countries=["Syria"], draws=200)
    >>> made.draws.shape
    (4, 1, 12, 200)
    """
    chosen = None if countries is None else find_countries(countries)
    made_by = make_model(model)
    past = panel or load_panel()
    if origin is not None:
        past = past.until(parse_month(origin) if isinstance(origin, str) else origin)
    past = replace(past, provenance=_with_limits(past))
    there = past.units[past.exists[:, -1]]
    if chosen is not None and not np.isin(chosen, there).all():
        missing = [str(u) for u in chosen[~np.isin(chosen, there)]]
        raise UsageError(
            "countries asked for must have figures at the origin",
            found=f"none of country_id {', '.join(missing)} in {month_text(past.last_month)}",
            fix="Leave them out, or choose another origin.",
        )
    made = made_by.forecast(past, horizons=horizons, targets=TARGETS, draws=draws, seed=seed, progress=progress)
    return made if chosen is None else made.select(chosen)


def _with_limits(past: Panel) -> Provenance:
    """Return a panel's provenance with what a forecast from its last month cannot rest on."""
    notes = list(past.provenance.notes)
    when = month_text(past.last_month)
    table = countries_table().set_index("country_id").name
    gone = [str(table.get(u, u)) for u in past.units[~past.exists[:, -1]]]
    if gone:
        shown = ", ".join(gone[:8]) + (f" and {len(gone) - 8} more" if len(gone) > 8 else "")
        notes.append(f"Not forecast, for there are no figures of them in {when}: {shown}.")
    if len(past.months) < SHORT_PAST:
        notes.append(f"Only {len(past.months)} months of past are known; the default model is meant for {SHORT_PAST}.")
    return replace(past.provenance, notes=tuple(notes))


def explain_country(
    country: str | int,
    panel: Panel | None = None,
    *,
    target: str = "sb",
    origin: int | str | None = None,
    horizon: int = 12,
    most: int = 8,
    progress: Progress | None = None,
) -> tuple[Explanation, Outlook]:
    """Say what the default model's forecast of a country rests on, and what it forecasts.

    Parameters
    ----------
    country : str or int
        Name, ISO3 code or VIEWS number.
    panel : Panel, optional
        The past; :func:`load_panel` if not given.
    target : str
    origin : int or str, optional
        Last month the model may see; the panel's last if not given.
    horizon : int
        Months ahead, 1 to 36.
    most : int
        Situations and features listed at most.
    progress : callable, optional

    Returns
    -------
    Explanation
    Outlook
        The forecast of all months together, the same as :func:`forecast` gives with 1,000 draws and the seed 1.
    """
    unit = int(find_countries([country])[0])
    past = panel or load_panel()
    if origin is not None:
        past = past.until(parse_month(origin) if isinstance(origin, str) else origin)
    why = explain(past, unit, target=target, horizon=horizon, most=most)
    if progress:
        progress("forecast", 1, 2)
    made = make_model().forecast(past, horizons=range(1, horizon + 1), targets=(target,))
    return why, outlook(made, past, unit, target)


def track_record(
    panel: Panel,
    *,
    model: ModelChoice = DEFAULT_MODEL,
    target: str = "sb",
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    progress: Progress | None = None,
) -> Backtest | None:
    """Return how a model and the benchmarks did on the last four complete years, or None where the past is too short."""
    windows = last_windows(panel)
    if not windows:
        return None
    models = [model, *(name for name in BENCHMARKS if name != label_of(model))]
    return backtest(panel, windows=windows, models=models, target=target, draws=draws, seed=seed, progress=progress)


def write_outputs(
    folder: Path,
    made: Forecast,
    panel: Panel,
    *,
    target: str = "sb",
    record: Backtest | None = None,
    progress: Progress | None = None,
) -> dict[str, Path]:
    """Write ``forecast.parquet``, ``forecast.hub.parquet``, ``summary.csv`` and ``report.html``.

    Parameters
    ----------
    folder : pathlib.Path
        Made if it is not there.
    made : Forecast
    panel : Panel
        What it was made from.
    target : str
        The one target of ``forecast.parquet`` and of the hub file's samples; the rest holds all four.
    record : Backtest, optional
        The report's track record.
    progress : callable, optional

    Returns
    -------
    dict of str to pathlib.Path
        File name to path.

    Raises
    ------
    StoreError
        The folder cannot be written to; each file is whole or as it was.
    """
    from aftershock.report import write_report

    ready_folder(folder)
    paths = {name: folder / name for name in ("forecast.parquet", "forecast.hub.parquet", "summary.csv", "report.html")}
    say = progress or (lambda *_: None)
    say("writing draws", 0, 4)
    write_parquet(paths["forecast.parquet"], views_table(made, target))
    write_parquet(paths["forecast.hub.parquet"], hub_table(made, target))
    say("writing summary", 2, 4)
    write_csv(paths["summary.csv"], summarise(made, panel))
    say("writing report", 3, 4)
    write_report(paths["report.html"], made, panel, track_record=record, target=target)
    say("done", 4, 4)
    return paths
