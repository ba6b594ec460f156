"""Cells below the country: sums that agree, files that are whole, nothing seen of the future, memory that stays small."""

import json
import pickle
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftershock.contract import Forecast, Provenance
from aftershock.errors import StoreError, UsageError
from aftershock.figures import countries
from aftershock.grid import LAYOUTS, Placing, forecast_cells, make_tasks, place_country, write_grid, write_outputs
from aftershock.grid import write as writing
from aftershock.grid.cells import around, corner, land_cells, land_of
from aftershock.grid.patterns import find_pattern
from aftershock.grid.place import place_deaths
from aftershock.panel import CellCounts, Record, count_cells, count_deaths, priogrid_cell
from ged_rows import csv_text, day_row, make_events

NUMBER = countries().set_index("isoab").country_id
SYRIA, IRAQ, LUXEMBOURG, SRI_LANKA = (int(NUMBER[iso]) for iso in ("SYR", "IRQ", "LUX", "LKA"))
ORIGIN = 480


def make_counts(*rows):
    """Counts from rows of (country, cell, month, violence, deaths)."""
    return CellCounts(*np.array(rows, np.int64).reshape(-1, 5).T)


@pytest.fixture
def counts():
    """Deaths in Syria and Iraq, one cell of them in both, and one of Iraq's far inside Syria."""
    rng = np.random.default_rng(1)
    rows = [(c, g, m, v, d) for c in (SYRIA, IRAQ) for g in land_of(c)[5:12] for m, v, d in _some_months(rng)]
    border = int(land_of(SYRIA)[20])
    return make_counts(*rows, (SYRIA, border, 479, 1, 30), (IRAQ, border, 478, 1, 12), (IRAQ, border, 470, 2, 5))


def _some_months(rng):
    months = rng.choice(np.arange(400, ORIGIN + 1), 6, replace=False)
    return [(int(m), int(rng.integers(1, 4)), int(rng.integers(1, 200))) for m in months]


def make_forecast(units, *, months=3, draws=40, joint=("month",), target="sb", high=300, seed=1):
    rng = np.random.default_rng(7)
    cube = rng.integers(0, high, (1, len(units), months, draws)) * (rng.random((1, len(units), months, draws)) < 0.7)
    return Forecast(
        model="pool",
        kind="country_id",
        units=np.array(units),
        origin=ORIGIN,
        months=np.arange(ORIGIN + 1, ORIGIN + 1 + months),
        targets=(target,),
        draws=cube.astype(np.int32),
        joint=joint,
        provenance=Provenance("test", "test", "test"),
        seed=seed,
        code_version="0",
    )


@pytest.fixture
def made():
    return make_forecast([IRAQ, LUXEMBOURG, SYRIA])


def read(folder, name="grid.parquet"):
    return pq.read_table(folder / name).to_pandas()


# --- land


def test_every_country_has_land():
    owner, cell = land_cells()
    assert set(owner) == {0, *countries().country_id}
    assert (np.diff(owner * 1_000_000 + cell) > 0).all()
    assert 64_000 < len(np.unique(cell)) < 68_000


@pytest.mark.parametrize(
    ("iso", "latitude", "longitude"),
    [("SYR", 34.8, 38.9), ("IRQ", 33.2, 43.7), ("LKA", 7.6, 80.7), ("NGA", 9.6, 8.1), ("UKR", 48.6, 31.2),
     ("USA", 39.6, -98.2), ("AUS", -24.6, 134.2), ("RUS", 64.6, 170.2), ("COD", -2.9, 23.6), ("LSO", -29.6, 28.2)],
)  # fmt: skip
def test_places_lie_in_their_countries(iso, latitude, longitude):
    assert priogrid_cell(latitude, longitude) in land_of(int(NUMBER[iso]))


def test_eight_cells_lie_around_a_cell():
    middle = 181_887
    block = np.array(sorted(middle + 720 * i + j for i in (-1, 0, 1) for j in (-1, 0, 1)))
    near = around(block)
    assert sorted(near[4]) == [0, 1, 2, 3, 5, 6, 7, 8]
    assert np.bincount(near[0], minlength=9)[[0, 1, 3, 4]].tolist() == [5, 1, 1, 1]
    assert around(np.array([721, 1440])).tolist()[0].count(1) == 1, "the grid goes around the world"
    assert [float(c[0]) for c in corner(np.array([priogrid_cell(34.6, 38.2)]))] == [38.0, 34.5]


# --- the record by cell


@pytest.mark.parametrize("spread", ["end", "start", "uniform"])
def test_cells_of_the_record_add_up_to_the_countries(spread):
    events = make_events(
        ("2016-01-20/2016-03-05", 31), ("2016-02-02", 7), ("2016-02-03", 5), ("2016-02-04", 3), ("2016-02-05", 0),
        country_id=[645, 645, 652, 345, 645], priogrid_gid=[7, 8, 8, 9, 7], type_of_violence=[1, 2, 3, 1, 1],
    )  # fmt: skip
    record = Record(events.span, events.span[1] + 1, events.provenance)
    with duckdb.connect() as connection:
        connection.register("events", events.table)
        counts = count_cells(connection, record, spread=spread)
    panel = count_deaths(events, spread=spread)
    cube = np.zeros_like(panel.deaths)
    place = np.searchsorted(panel.units, counts.country), counts.month - panel.months[0], counts.violence - 1
    np.add.at(cube, place, counts.deaths)
    assert np.array_equal(cube, panel.deaths)
    assert counts.deaths.sum() == 46
    assert (counts.deaths > 0).all()
    assert set(zip(counts.country.tolist(), counts.cell.tolist(), strict=True)) >= {(IRAQ, 7), (IRAQ, 8), (SYRIA, 8)}


# --- placing


options = st.builds(
    Placing,
    half_life=st.sampled_from([0.5, 12.0, 1e6]),
    memory=st.sampled_from([1.0, 60.0]),
    doubt=st.sampled_from([1e-9, 1.0, 1e9]),
    near=st.floats(0, 1),
    anywhere=st.floats(0, 1),
    growth=st.floats(0, 1),
    persistence=st.floats(0, 1),
)


@settings(max_examples=60, deadline=None)
@given(
    placing=options,
    seed=st.integers(0, 1000),
    months=st.integers(0, 30),
    deaths=st.lists(st.sampled_from([0, 1, 2, 40, 5000, 10_000_000]), min_size=6, max_size=6),
)
def test_cells_add_up_whatever_the_past_and_the_options(placing, seed, months, deaths):
    rng = np.random.default_rng(seed)
    cells = rng.choice(land_of(SRI_LANKA), months)
    rows = [(SRI_LANKA, c, rng.integers(300, ORIGIN), 1, rng.integers(1, 500)) for c in cells]
    pattern = find_pattern(make_counts(*rows), SRI_LANKA, "sb", origin=ORIGIN, placing=placing)
    drawn = np.array(deaths, np.int32).reshape(2, 3)
    placed = place_deaths(drawn, pattern, placing, rng=rng)
    cube = placed.dense(2, 3)
    assert np.array_equal(cube.sum(axis=0), drawn)
    assert (placed.deaths > 0).all()
    assert cube.shape[0] == len(pattern.cells) == len(land_of(SRI_LANKA))


def test_a_steady_cell_keeps_its_deaths_and_a_forgotten_one_loses_them(rng):
    cells = land_of(SRI_LANKA)
    steady = [(SRI_LANKA, cells[3], m, 1, 50) for m in range(ORIGIN - 59, ORIGIN + 1)]
    counts = make_counts(*steady, (SRI_LANKA, cells[30], 320, 1, 50))
    placing = Placing(half_life=12, memory=36, doubt=2, near=0.5, anywhere=0.1)
    pattern = find_pattern(counts, SRI_LANKA, "sb", origin=ORIGIN, placing=placing)
    cube = place_deaths(np.full((1, 2000), 50, np.int32), pattern, placing, rng=rng).dense(1, 2000)[:, 0]
    chance = (cube > 0).mean(axis=1)
    assert chance[3] > 0.9
    assert chance[30] < 0.05
    assert chance[pattern.near[3]].min() > chance[30]


def test_a_month_follows_one_past_month(rng):
    """Two cells that never had deaths in the same month do not have them in the same drawn month."""
    cells = land_of(SRI_LANKA)
    rows = [(SRI_LANKA, cells[3 if m % 2 else 30], m, 1, 20) for m in range(ORIGIN - 99, ORIGIN + 1)]
    placing = Placing(half_life=60, doubt=1e-9, growth=1)
    pattern = find_pattern(make_counts(*rows), SRI_LANKA, "sb", origin=ORIGIN, placing=placing)
    cube = place_deaths(np.full((1, 500), 20, np.int32), pattern, placing, rng=rng).dense(1, 500)[:, 0]
    assert set(cube[[3, 30]].sum(axis=0)) == {20}
    assert not (cube[3] * cube[30]).any()
    assert 0.4 < (cube[3] > 0).mean() < 0.6


def test_persistence_ties_months_and_leaves_each_alone():
    cells = land_of(SRI_LANKA)
    rows = [(SRI_LANKA, cells[3 if m % 2 else 30], m, 1, 20) for m in range(ORIGIN - 99, ORIGIN + 1)]
    same = {}
    for persistence in (0.0, 1.0):
        placing = Placing(half_life=60, doubt=1e-9, growth=1, persistence=persistence)
        pattern = find_pattern(make_counts(*rows), SRI_LANKA, "sb", origin=ORIGIN, placing=placing)
        rng = np.random.default_rng(3)
        there = place_deaths(np.full((2, 1000), 20, np.int32), pattern, placing, rng=rng).dense(2, 1000)[3] > 0
        same[persistence] = (there[0] == there[1]).mean()
        assert there.mean(axis=1) == pytest.approx(0.5, abs=0.06)
    assert same[1.0] == 1
    assert same[0.0] == pytest.approx(0.5, abs=0.06)


def test_a_country_without_a_past_has_each_month_in_one_cell(counts, made):
    task = next(t for t in make_tasks(made, counts, "sb") if t.country == LUXEMBOURG)
    cube = place_country(task).dense(3, 40)
    assert np.array_equal(cube.sum(axis=0), made.draws[0, 1])
    assert ((cube > 0).sum(axis=0) <= 1).all()


def test_nothing_is_drawn_where_a_country_has_no_deaths(counts):
    made = replace(make_forecast([SYRIA]), draws=np.zeros((1, 1, 3, 40), np.int32))
    assert not forecast_cells(made, counts).draws.any()


def test_the_future_is_not_looked_at(counts, made):
    later = make_counts((SYRIA, int(land_of(SYRIA)[1]), ORIGIN + 1, 1, 9999), (IRAQ, 1, ORIGIN + 2, 1, 9999))
    both = CellCounts(
        *(np.concatenate(pair) for pair in zip(asdict(counts).values(), asdict(later).values(), strict=True))
    )
    assert np.array_equal(forecast_cells(made, counts).draws, forecast_cells(made, both).draws)


def test_each_type_of_violence_follows_its_own_past():
    cells = land_of(SRI_LANKA)
    counts = make_counts(
        (SRI_LANKA, cells[2], 479, 1, 5), (SRI_LANKA, cells[9], 479, 2, 5), (SRI_LANKA, cells[9], 479, 3, 2)
    )
    places = {}
    for target in ("sb", "ns", "os", "total"):
        found = find_pattern(counts, SRI_LANKA, target, origin=ORIGIN, placing=Placing())
        places[target] = list(zip(found.place.tolist(), found.size.tolist(), strict=True))
    assert places == {"sb": [(2, 5)], "ns": [(9, 5)], "os": [(9, 2)], "total": [(2, 5), (9, 7)]}


def test_cells_beyond_the_border_are_forgotten_after_five_years():
    beyond = int(land_of(IRAQ)[0])
    for month, kept in ((ORIGIN - 59, True), (ORIGIN - 60, False)):
        counts = make_counts((SRI_LANKA, beyond, month, 1, 5))
        assert (beyond in find_pattern(counts, SRI_LANKA, "sb", origin=ORIGIN, placing=Placing()).cells) == kept


def test_the_options_are_those_that_were_chosen():
    path = Path(__file__).parents[1] / "benchmarks" / "tune_grid.json"
    assert asdict(Placing()) == json.loads(path.read_text())


@pytest.mark.parametrize("wrong", [{"near": 1.2}, {"half_life": 0}, {"doubt": -1}, {"persistence": -0.1}])
def test_options_outside_their_range_are_refused(wrong):
    with pytest.raises(UsageError, match="half-lives and doubt must be above 0"):
        Placing(**wrong)


# --- forecasts of cells


def test_country_totals_and_cell_totals_agree_draw_by_draw(counts, made):
    cells = forecast_cells(made, counts)
    assert (cells.kind, cells.joint, cells.origin) == ("priogrid_gid", ("month",), ORIGIN)
    assert np.array_equal(cells.draws.sum(axis=1), made.draws.sum(axis=1))
    alone = forecast_cells(made.select(np.array([SYRIA])), counts)
    assert alone.joint == ("unit", "month")
    assert np.array_equal(alone.draws.sum(axis=1)[0], made.draws[0, 2])


def test_a_country_is_the_same_with_and_without_others(counts, made):
    own = land_of(LUXEMBOURG)
    together = forecast_cells(made, counts).select(own)
    alone = forecast_cells(made.select(np.array([LUXEMBOURG])), counts)
    assert np.array_equal(together.draws, alone.select(own).draws)


def test_the_same_seed_gives_the_same_cells(counts, made):
    one, two = forecast_cells(made, counts), forecast_cells(replace(made, seed=2), counts)
    assert np.array_equal(one.draws, forecast_cells(made, counts).draws)
    assert not np.array_equal(one.draws, two.draws)
    assert np.array_equal(one.draws.sum(axis=1), two.draws.sum(axis=1))


def test_some_cells_are_those_of_all(counts, made):
    some = land_of(SYRIA)[4:30]
    assert np.array_equal(
        forecast_cells(made, counts, cells=some).draws, forecast_cells(made, counts).select(some).draws
    )


def test_too_many_cells_and_cells_of_cells_are_refused(counts, made, monkeypatch):
    with pytest.raises(UsageError, match="a forecast of countries"):
        forecast_cells(forecast_cells(made, counts), counts)
    monkeypatch.setattr("aftershock.grid.forecasts.MOST_NUMBERS", 1000)
    with pytest.raises(UsageError, match="between 1 and 1,000 draws"):
        forecast_cells(made, counts)


# --- files


@pytest.mark.parametrize("rows", [2_000_000, 500])
def test_the_file_holds_the_forecast(counts, made, tmp_path, monkeypatch, rows):
    monkeypatch.setattr(writing, "ROWS", rows)
    written = write_grid(tmp_path, made, counts, target="sb")
    table, cells = read(tmp_path), forecast_cells(made, counts)
    assert list(table) == ["month_id", "priogrid_gid", "draw", "outcome"]
    assert set(table.dtypes) == {np.dtype("int32")}
    assert written.rows == len(table) == cells.draws.size
    assert np.array_equal(written.cells, cells.units)
    table = table.sort_values(["priogrid_gid", "month_id", "draw"])
    assert np.array_equal(table.outcome, cells.draws.ravel())
    assert np.array_equal(table.draw.unique(), np.arange(40))
    assert written.chance == pytest.approx((cells.sums("sb") > 0).mean(axis=1))
    assert written.mean == pytest.approx(cells.sums("sb").mean(axis=1))


def test_the_sparse_layout_is_the_full_one_without_zeros(counts, made, tmp_path):
    tables = {}
    for layout in LAYOUTS:
        (tmp_path / layout).mkdir()
        write_grid(tmp_path / layout, made, counts, target="sb", layout=layout)
        tables[layout] = read(tmp_path / layout)
    keys = ["priogrid_gid", "month_id", "draw"]
    full = tables["full"].query("outcome > 0").sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(tables["sparse"].sort_values(keys, ignore_index=True), full)
    assert (tmp_path / "full/cells.parquet").read_bytes() == (tmp_path / "sparse/cells.parquet").read_bytes()
    metadata = pq.read_metadata(tmp_path / "sparse/grid.parquet").metadata
    assert (metadata[b"layout"], metadata[b"draws"]) == (b"sparse", b"40")


def test_the_summary_says_what_the_draws_do(counts, made, tmp_path):
    write_grid(tmp_path, made, counts, target="sb")
    table = read(tmp_path, "cells.parquet").sort_values(["priogrid_gid", "month_id"])
    draws = forecast_cells(made, counts).of("sb").reshape(len(table), -1)
    assert table["mean"].to_numpy() == pytest.approx(draws.mean(axis=1))
    for name, share in (("median", 0.5), ("upper_80", 0.9), ("upper_95", 0.975)):
        assert table[name].to_numpy() == pytest.approx(np.quantile(draws, share, axis=1)), name
    for threshold in (1, 25, 100, 1000):
        assert table[f"p_{threshold}"].to_numpy() == pytest.approx((draws >= threshold).mean(axis=1))


def test_a_forecast_of_the_world_covers_all_land(tmp_path):
    units = countries().country_id.tolist()
    made = make_forecast(units, months=1, draws=2, high=2, joint=())
    written = write_grid(tmp_path, made, make_counts(), target="sb")
    assert np.array_equal(written.cells, np.unique(land_cells()[1]))
    assert written.span == (ORIGIN + 1, ORIGIN + 1)
    assert read(tmp_path).groupby("draw").outcome.sum().tolist() == made.draws[0, :, 0].sum(axis=0).tolist()


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_changes_nothing(counts, made, tmp_path, pool):
    more = {"mp_context": get_context("spawn")} if pool is ProcessPoolExecutor else {}
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    write_grid(tmp_path / "here", made, counts, target="sb")
    with pool(2, **more) as executor:
        write_grid(tmp_path / "there", made, counts, target="sb", executor=executor)
    assert read(tmp_path / "here").equals(read(tmp_path / "there"))


def test_a_task_can_be_sent(counts, made):
    task = make_tasks(made, counts, "sb")[0]
    there, here = place_country(pickle.loads(pickle.dumps(task))), place_country(task)
    assert all(np.array_equal(a, b) for a, b in zip(asdict(there).values(), asdict(here).values(), strict=True))


def test_the_whole_is_never_in_memory(counts, tmp_path, monkeypatch):
    made = make_forecast([IRAQ, SYRIA], months=36, draws=500, high=3)
    whole = 4 * (len(land_of(IRAQ)) + len(land_of(SYRIA))) * 36 * 500  # bytes of the outcomes alone
    monkeypatch.setattr(writing, "ROWS", 50_000)
    tracemalloc.start()
    write_grid(tmp_path, made, counts, target="sb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < whole / 1.5


def test_a_file_that_cannot_be_finished_leaves_the_old_one(counts, made, tmp_path, monkeypatch):
    (tmp_path / "grid.parquet").write_bytes(b"old")

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing._Sink, "_add_draws", full_disk)
    with pytest.raises(StoreError, match="No space left on device"):
        write_grid(tmp_path, made, counts, target="sb")
    assert [p.name for p in tmp_path.iterdir()] == ["grid.parquet"]
    assert (tmp_path / "grid.parquet").read_bytes() == b"old"


def test_an_unknown_layout_is_refused(counts, made, tmp_path):
    with pytest.raises(UsageError, match="full or sparse"):
        write_grid(tmp_path, made, counts, target="sb", layout="dense")


def test_all_files_are_written(counts, made, tmp_path):
    steps = []
    paths, _ = write_outputs(tmp_path / "out", made, counts, progress=lambda *step: steps.append(step))
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(paths)
    assert paths["map.png"].read_bytes().startswith(b"\x89PNG")
    totals = read(tmp_path / "out").groupby(["month_id", "draw"]).outcome.sum()
    assert totals.equals(read(tmp_path / "out", "forecast.parquet").groupby(["month_id", "draw"]).outcome.sum())
    assert ("placing deaths in cells", 3, 3) in steps


# --- the command


def test_the_command_writes_cells_that_add_up(run, tmp_path):
    rows = [day_row(k, f"{2015 + k // 12}-{k % 12 + 1:02d}-10", best=k + 1, high=200, low=0) for k in range(60)]
    (tmp_path / "GEDEvent_v20_1.csv").write_text(csv_text(rows))
    assert run("import", tmp_path / "GEDEvent_v20_1.csv")[0] == 0
    common = ("--horizons", "1-3", "--draws", "50", "--model", "pool", "--countries", "Iraq,Syria", "--json")
    code, text, err = run("grid", "--out", tmp_path / "out", *common)
    assert code == 0, err
    document = json.loads(text)
    assert (document["origin"], document["countries"], document["layout"]) == ("2019-12", 2, "full")
    table = read(tmp_path / "out")
    assert document["rows"] == len(table) == document["cells"] * 3 * 50
    run("forecast", "--out", tmp_path / "f", "--no-track-record", *common)
    totals = [t.groupby(["month_id", "draw"]).outcome.sum() for t in (table, read(tmp_path / "f", "forecast.parquet"))]
    assert totals[0].equals(totals[1])
    code, text, _ = run("grid", "--out", tmp_path / "sparse", "--layout", "sparse", *common[:-1])
    assert (code, "more likely than not in" in text) == (0, True)


def test_the_command_says_that_it_needs_events(run, tmp_path):
    code, _, err = run("grid", "--out", tmp_path / "out")
    assert code != 0
    assert "the embedded figures have none" in err
    assert "aftershock import FILE" in err
    assert run("grid", "--layout", "dense", "--out", tmp_path / "out")[0] != 0
