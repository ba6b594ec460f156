"""Cells of one country on its real record: they add up, and forecast better than the cells' last year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from aftershock import Store, forecast_cells, make_model, score
from aftershock.contract import Panel
from aftershock.grid.cells import around, land_of
from aftershock.months import month_id
from aftershock.panel import CellCounts
from aftershock.scores import actuals_of

PAKISTAN = 136
ORIGIN = month_id(2014, 10)  # a year that the options were chosen on


@pytest.fixture(scope="module")
def store(data: Path, tmp_path_factory) -> Store:
    store = Store(tmp_path_factory.mktemp("store"))
    store.add(data / "events" / "GEDEvent_pakistan.csv.gz", today=dt.date(2026, 9, 25))
    return store


@pytest.fixture(scope="module")
def counts(store) -> CellCounts:
    return store.cells()


@pytest.fixture(scope="module")
def panel(store) -> Panel:
    return store.panel()


def test_cells_of_the_record_add_up_to_the_country(counts, panel):
    assert set(counts.country) == {PAKISTAN}
    total = np.zeros_like(panel.deaths[0])
    np.add.at(total, (counts.month - panel.months[0], counts.violence - 1), counts.deaths)
    assert np.array_equal(total, panel.deaths[0])


def test_events_lie_in_the_country_or_beside_it(counts):
    land = land_of(PAKISTAN)
    cells = np.union1d(land, counts.cell)
    near = around(cells)
    beside = np.isin(cells[near], land).any(axis=1)
    assert np.isin(counts.cell, land).mean() > 0.9
    assert np.isin(counts.cell, cells[beside | np.isin(cells, land)]).mean() > 0.99


def test_cells_add_up_and_beat_the_last_year(store, counts, panel):
    made = make_model("pool").forecast(panel.until(ORIGIN), horizons=range(3, 15), targets=("sb",), draws=400)
    cells = forecast_cells(made, counts)
    assert np.array_equal(cells.draws.sum(axis=1), made.draws[:, 0])
    grid = store.panel("priogrid_gid")
    grid = grid.select(cells.units)
    benchmark = make_model("conflictology").forecast(
        grid.until(ORIGIN), horizons=range(3, 15), targets=("sb",), draws=12
    )
    ours, theirs = (score(f, actuals_of(grid, "sb")).values for f in (cells.select(grid.units), benchmark))
    for name in ("crps", "ign", "mis"):
        assert ours[name].mean() < theirs[name].mean(), name
