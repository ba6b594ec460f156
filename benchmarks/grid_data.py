"""What the benchmarks of cells share: real events of some countries, their forecasts, and scores of their cells.

Events are GED records by country (``GEDEvent_*.csv.gz``) from different releases. A country's own series is the embedded
one; where its events add up to another (a later revision), the events are counted, from the first year they cover.
"""

import datetime as dt
import tempfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from aftershock import embedded_panel
from aftershock.contract import Panel, Provenance
from aftershock.grid.cells import land_of
from aftershock.grid.patterns import BORDER_MONTHS, Placing, find_pattern
from aftershock.grid.place import place_deaths
from aftershock.models import make_model
from aftershock.panel import CellCounts, count_cells
from aftershock.scores import kernels
from aftershock.store import Store

HORIZONS = np.arange(3, 15)
TARGETS = ("sb", "ns", "os", "total")
SCORES = ("crps", "ign", "mis")


@dataclass(frozen=True)
class Place:
    """A country whose events are at hand, and the first and last month they cover in full."""

    country: int
    name: str
    first: int
    last: int


def read_places(folder: Path) -> tuple[list[Place], CellCounts, Panel]:
    """Return the countries, their deaths by cell, and the panel of all countries with theirs."""
    places, counts, panel = [], [], embedded_panel()
    deaths, exists = panel.deaths.copy(), panel.exists.copy()
    for path in sorted(folder.glob("GEDEvent_*.csv.gz")):
        with tempfile.TemporaryDirectory() as work:
            store = Store(Path(work))
            store.add(path, today=dt.date.today())
            with store.connect() as (connection, record):
                found = count_cells(connection, record)
                year = connection.execute("SELECT min(year), max(year) FROM events").fetchall()[0]
        country = int(found.country[0])
        last = min((int(year[1]) - 1979) * 12, panel.last_month)
        place = Place(country, path.name[9:].removesuffix(".csv.gz"), (int(year[0]) - 1980) * 12 + 1, last)
        if place.name == "syria":  # its release ends in November 2019
            place = replace(place, last=(2019 - 1980) * 12 + 11)
        if last - place.first < 36:
            continue
        unit, covered = list(panel.units).index(country), (panel.months >= place.first) & (panel.months <= place.last)
        own = np.zeros_like(deaths[unit])
        rows = found.select((found.month >= place.first) & (found.month <= place.last))
        np.add.at(own, (rows.month - panel.months[0], rows.violence - 1), rows.deaths)
        if (own != deaths[unit])[covered].any():
            deaths[unit] = own
            if place.name == "syria":  # its events begin in 2016; the embedded series is another release's
                exists[unit] &= panel.months >= place.first
        places.append(place)
        counts.append(found)
    columns = (
        np.concatenate([getattr(c, n) for c in counts]) for n in ("country", "cell", "month", "violence", "deaths")
    )
    return places, CellCounts(*columns), replace(panel, deaths=deaths, exists=exists)


def cell_panel(counts: CellCounts, place: Place, origin: int, until: int) -> Panel:
    """Return deaths by cell and month: the country's land, and cells beyond with deaths in five years before or in the window."""
    rows = counts.select((counts.country == place.country) & (counts.month <= until) & (counts.month >= place.first))
    cells = np.union1d(land_of(place.country), rows.cell[rows.month > origin - BORDER_MONTHS])
    rows = rows.select(np.isin(rows.cell, cells))
    months = np.arange(place.first, until + 1)
    deaths = np.zeros((len(cells), len(months), 3), np.int64)
    np.add.at(deaths, (np.searchsorted(cells, rows.cell), rows.month - place.first, rows.violence - 1), rows.deaths)
    shape = deaths.shape[:2]
    provenance = Provenance("benchmark", "", "")
    return Panel("priogrid_gid", cells, months, deaths, np.ones(shape, bool), np.zeros(len(months), bool), provenance)


def score_cells(outcome: np.ndarray, draws: np.ndarray) -> dict[str, np.ndarray]:
    """Return scores of draws of shape (cells, months, m), each of shape (cells · months,); cells of zeros cost nothing."""
    flat, y = draws.reshape(-1, draws.shape[-1]), outcome.ravel()
    quiet = (y == 0) & ~flat.any(axis=1)
    nothing = {"crps": 0.0, "ign": -np.log2(1001 / 1011), "mis": 0.0}
    out = {name: np.full(len(y), nothing[name]) for name in SCORES}
    ordered = kernels.sort_draws(flat[~quiet])
    out["crps"][~quiet] = kernels.crps(y[~quiet], ordered)
    out["ign"][~quiet] = kernels.ignorance(y[~quiet], flat[~quiet])
    out["mis"][~quiet] = kernels.interval_score(y[~quiet], ordered)
    return out


@dataclass(frozen=True)
class Case:
    """One country, origin and target: its cells, what came (cells, months), the country's draws, benchmarks' mean scores."""

    place: Place
    origin: int
    target: str
    cells: np.ndarray
    outcome: np.ndarray
    drawn: np.ndarray
    benchmarks: dict[str, dict[str, np.ndarray]]


def conflictology(past: np.ndarray, months: int) -> np.ndarray:
    """Return each cell's last twelve months as draws of every month, shape (cells, months, 12)."""
    return np.repeat(past[:, None, -12:], months, axis=1)


def make_cases(data: tuple[list[Place], CellCounts, Panel], origins: list[int], targets: tuple[str, ...], *, model: str,
               draws: int) -> list[Case]:  # fmt: skip
    """Return every country whose events reach from ten months before an origin to the window's first month or beyond."""
    places, counts, panel = data
    cases = []
    for origin in origins:
        for target in targets:
            made = make_model(model).forecast(panel.until(origin), horizons=HORIZONS, targets=[target], draws=draws)
            for place in places:
                ahead = int(min(HORIZONS[-1], place.last - origin) - HORIZONS[0]) + 1
                if origin - place.first < 9 or ahead < 1 or place.country not in made.units:
                    continue
                truth = cell_panel(counts, place, origin, origin + int(HORIZONS[0]) + ahead - 1)
                series = truth.series(target)
                past, outcome = series[:, : origin - place.first + 1], series[:, -ahead:]
                scores = score_cells(outcome, conflictology(past, ahead))
                drawn = made.of(target)[list(made.units).index(place.country), :ahead]
                cases.append(Case(place, origin, target, truth.units, outcome, drawn, {"conflictology": scores}))
    return cases


def place_case(counts: CellCounts, case: Case, placing: Placing) -> np.ndarray:
    """Return the draws of a case's cells, shape (cells, months, draws)."""
    pattern = find_pattern(counts, case.place.country, case.target, origin=case.origin, placing=placing)
    rng = np.random.default_rng([1, case.place.country, zlib.crc32(case.target.encode())])
    placed = place_deaths(case.drawn, pattern, placing, rng=rng)
    cube = np.zeros((len(case.cells), *case.drawn.shape), np.int32)
    cube[np.searchsorted(case.cells, pattern.cells)] = placed.dense(*case.drawn.shape)
    return cube
