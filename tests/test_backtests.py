from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from aftershock import backtest
from aftershock.backtests import last_windows, parse_windows
from aftershock.errors import UsageError


@pytest.fixture(scope="module")
def made(world):
    return backtest(world, windows=(2018, 2019), models=("pool", "conflictology"), draws=200)


def test_table_has_a_row_per_window_and_one_for_all(made):
    table = made.table()
    assert table[["model", "window"]].to_numpy().tolist() == [
        ["pool", "2018"], ["pool", "2019"], ["pool", "all"],
        ["conflictology", "2018"], ["conflictology", "2019"], ["conflictology", "all"],
    ]  # fmt: skip
    by_window = table[table.model == "pool"].set_index("window").crps
    assert by_window["all"] == pytest.approx((by_window["2018"] + by_window["2019"]) / 2)


def test_the_pool_beats_conflictology_on_ignorance(made):
    table = made.table().set_index(["model", "window"])
    assert table.loc[("pool", "all"), "ign"] < table.loc[("conflictology", "all"), "ign"] - 0.05


def test_an_executor_gives_the_same_scores(world, made):
    with ProcessPoolExecutor(2) as pool:
        spread = backtest(world, windows=(2018, 2019), models=("pool", "conflictology"), draws=200, executor=pool)
    for key, scores in made.scores.items():
        assert all(np.array_equal(scores.values[name], spread.scores[key].values[name]) for name in scores.values)


def test_reliability_adds_up(made):
    table = made.reliability("pool", 25)
    assert table.n.sum() == len(made.pooled("pool"))
    assert ((table.lower <= table.observed) & (table.observed <= table.upper)).all()
    came = (made.pooled("pool").outcome >= 25).sum()
    assert (table.observed * table.n).sum() == pytest.approx(came)
    with pytest.raises(UsageError, match="a threshold must be one of"):
        made.reliability("pool", 26)


def test_windows_outside_the_data_are_refused(world):
    for window in (1989, 2022):
        with pytest.raises(UsageError, match=f"a window must lie within the data.*found {window}"):
            backtest(world, windows=(window,), models=("exactly_zero",))
    with pytest.raises(UsageError, match="Did you mean pool"):
        backtest(world, windows=(2018,), models=("pol",))


@pytest.mark.parametrize("text", ["2021-2018", "", "18-21", "2018;2019", "2018-"])
def test_windows_must_be_years(text):
    with pytest.raises(UsageError, match="windows must be years"):
        parse_windows(text)
    assert parse_windows("2020,2018") == (2018, 2020)


def test_last_windows_are_complete_years_with_a_past(world, make_panel):
    assert last_windows(world) == (2018, 2019, 2020, 2021)
    assert last_windows(world.until(503)) == (2017, 2018, 2019, 2020)
    assert last_windows(make_panel(np.zeros((1, 40)), first=457)) == ()
