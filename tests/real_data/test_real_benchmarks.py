"""The VIEWS prediction challenge's own benchmark forecasts and scores are reproduced."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from aftershock import make_model, read_actuals, read_forecast, read_panel, score
from aftershock.contract import Forecast, Panel
from aftershock.months import month_id

YEARS = (2018, 2019, 2020, 2021)


@pytest.fixture(scope="module")
def challenge(scorer: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_views", scorer)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def panel(data: Path) -> Panel:
    return read_panel(data / "views" / "country_month_1989_2021.parquet")


@pytest.fixture(scope="module")
def actuals(data: Path) -> pd.Series:
    return read_actuals(data / "views" / "actuals_2018_2021.parquet")


def forecast(panel: Panel, model: str, year: int, draws: int) -> Forecast:
    past = panel.until(month_id(year - 1, 10))
    return make_model(model).forecast(past, horizons=range(3, 15), targets=("sb",), draws=draws)


def test_the_panel_is_the_embedded_one(panel, world):
    assert np.array_equal(panel.deaths, world.deaths)
    assert np.array_equal(panel.units, world.units)


@pytest.mark.parametrize("year", YEARS)
def test_conflictology_is_reproduced_draw_for_draw(data, panel, year):
    published = read_forecast(data / "views" / f"bm_conflictology12_{year}.parquet")
    ours = forecast(panel, "conflictology", year, 12)
    assert np.array_equal(ours.units, published.units)
    assert np.array_equal(ours.months, published.months)
    assert np.array_equal(ours.of("sb"), published.of("sb"))


@pytest.mark.parametrize(("model", "stem"), [("bootstrap", "boot240"), ("last_historical_poisson", "last_poisson")])
@pytest.mark.parametrize("year", YEARS)
def test_random_benchmarks_score_as_published_within_one_percent(data, panel, actuals, model, stem, year):
    published = score(read_forecast(data / "views" / f"bm_{stem}_{year}.parquet"), actuals)
    ours = score(forecast(panel, model, year, 1000), actuals)
    assert len(ours) == len(published) == 191 * 12
    assert ours.values["crps"].mean() == pytest.approx(published.values["crps"].mean(), rel=0.01)


@pytest.mark.parametrize("stem", ["conflictology12", "boot240", "last_poisson"])
@pytest.mark.parametrize("year", YEARS)
def test_every_score_is_the_challenges(data, actuals, challenge, stem, year):
    path = data / "views" / f"bm_{stem}_{year}.parquet"
    ours = score(read_forecast(path), actuals)
    table = challenge.wide(pd.read_parquet(path))
    x = table.loc[list(zip(ours.months, ours.units, strict=True))].to_numpy()
    y = ours.outcome.astype(float)
    low, high = np.quantile(x, [0.05, 0.95], axis=1)
    theirs = {
        "crps": challenge.crps(y, x),
        "ign": challenge.ign(y, x),
        "mis": challenge.mis(y, x),
        "log_crps": challenge.crps(np.log1p(y), np.log1p(x)),
        "covered_90": ((y >= low) & (y <= high)).astype(float),
    }
    for name, values in theirs.items():
        assert ours.values[name].mean() == pytest.approx(values.mean(), abs=1e-9, rel=1e-12), name
        np.testing.assert_allclose(ours.values[name], values, rtol=1e-9, atol=1e-9, err_msg=name)
