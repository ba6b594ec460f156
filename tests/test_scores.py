"""Tables of scores and paired comparison."""

import numpy as np
import pandas as pd
import pytest

from aftershock import actuals_of, compare, make_model, score, summarise_scores
from aftershock.contract import Scores
from aftershock.errors import DataError


@pytest.fixture(scope="module")
def scored(world):
    made = make_model("conflictology").forecast(world.until(454), horizons=range(3, 15), targets=("sb", "ns"), draws=12)
    return made, score(made, actuals_of(world, "sb"), target="sb")


def test_every_forecast_with_an_outcome_is_scored(scored, world):
    _, scores = scored
    assert len(scores) == 191 * 12
    syria = scores.outcome[(scores.units == 220) & (scores.months == 457)]
    assert syria.tolist() == [int(world.series("sb")[world.units == 220, 457 - 109][0])]


def test_scores_are_those_published_for_the_benchmark(scored):
    """Conflictology 12 in 2018 as the challenge scored it: CRPS 14.48 (Hegre et al. 2025)."""
    _, scores = scored
    row = summarise_scores([scores]).iloc[0]
    assert row.crps == pytest.approx(14.48, abs=0.03)
    assert row.n == 2292


def test_months_without_an_outcome_are_left_out(scored, world):
    made, _ = scored
    some = actuals_of(world, "sb").loc[[457, 458]]
    assert set(score(made, some).months) == {457, 458}
    with pytest.raises(
        DataError, match="the actuals must hold months that were forecast, 2018-01 to 2018-12; found none"
    ):
        score(made, actuals_of(world, "sb").loc[[300]])


def test_summaries_by_window_and_model(scored):
    _, scores = scored
    table = summarise_scores([scores], by=("model", "window"))
    assert table[["model", "window", "n"]].to_numpy().tolist() == [["conflictology", 2018, 2292]]
    assert "pit" not in table


def made_scores(crps, units):
    n = len(crps)
    values = {name: np.asarray(crps, float) for name in ("crps", "log_crps", "ign", "mis")}
    return Scores("m", "sb", np.asarray(units), np.arange(n) + 500, np.zeros(n, int), values)


def test_a_forecast_does_not_differ_from_itself(scored):
    _, scores = scored
    for row in compare(scores, scores):
        assert (row.difference, row.lower, row.upper, row.verdict) == (0, 0, 0, "cannot say")


def test_comparison_is_antisymmetric(rng):
    units = np.repeat(np.arange(40), 5)
    a, b = made_scores(rng.gamma(1, 1, 200), units), made_scores(rng.gamma(1, 2, 200), units)
    one, other = compare(a, b)[0], compare(b, a)[0]
    assert one.difference == -other.difference
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower))
    assert one.verdict == "A is better"
    assert other.verdict == "B is better"


def test_few_countries_cannot_decide(rng):
    row = compare(
        made_scores(rng.gamma(1, 1, 8), np.repeat([1, 2], 4)), made_scores(np.full(8, 9.0), np.repeat([1, 2], 4))
    )[0]
    assert (row.lower, row.upper, row.verdict) == (None, None, "cannot say")
    assert row.difference < 0


def test_interval_knows_that_a_countrys_months_go_together(rng):
    """Same rows, once as 200 countries of one month, once as 10 countries of twenty alike months: the latter tells less."""
    shift = np.repeat(rng.normal(0, 1, 10), 20)
    zero = np.zeros(200)
    wide = compare(made_scores(shift, np.repeat(np.arange(10), 20)), made_scores(zero, np.repeat(np.arange(10), 20)))[0]
    narrow = compare(made_scores(shift, np.arange(200)), made_scores(zero, np.arange(200)))[0]
    assert wide.upper - wide.lower > 3 * (narrow.upper - narrow.lower)


def test_interval_covers_the_truth(rng):
    hits = 0
    for trial in range(100):
        units = np.repeat(np.arange(60), 4)
        effect = np.repeat(rng.normal(0.3, 1, 60), 4)
        row = compare(made_scores(effect, units), made_scores(np.zeros(240), units), resamples=400, seed=trial)[0]
        hits += row.lower <= 0.3 <= row.upper
    assert 88 <= hits <= 100


def test_nothing_in_common_is_refused():
    with pytest.raises(DataError, match="two forecasts compared must share units and months"):
        compare(made_scores([1.0], [1]), made_scores([1.0], [2]))


def test_actuals_are_indexed_by_month_and_unit(make_panel):
    actuals = actuals_of(make_panel([[1, 2], [3, 4]], first=400), "sb")
    assert isinstance(actuals, pd.Series)
    assert actuals.loc[(401, 220)] == 4
