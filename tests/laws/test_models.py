"""Laws that every model keeps; a new model's file is found by its name and runs through all of them unchanged."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aftershock import make_model, model_names
from aftershock.contract import TARGETS
from aftershock.errors import DataError, UsageError

MODELS = model_names()
ONES_OWN_PAST = ["conflictology", "last_historical_poisson", "negative_binomial", "pool"]
quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
pasts = arrays(np.int64, (3, 30, 3), elements=st.one_of(st.just(0), st.integers(0, 50), st.integers(0, 200_000)))


@pytest.mark.parametrize("name", MODELS)
@given(past=pasts, horizons=st.sets(st.integers(1, 36), min_size=1, max_size=5), draws=st.integers(1, 40))
@quick
def test_shape_and_support(name, past, horizons, draws, make_panel):
    made = make_model(name).forecast(make_panel(past), horizons=sorted(horizons), draws=draws)
    assert made.draws.shape == (4, 3, len(horizons), draws)
    assert made.draws.dtype == np.int32
    assert made.draws.min() >= 0
    assert made.months.tolist() == [429 + h for h in sorted(horizons)]


@pytest.mark.parametrize("name", MODELS)
@given(past=pasts)
@quick
def test_same_seed_same_draws_whatever_else_is_asked_for(name, past, make_panel):
    panel, model = make_panel(past), make_model(name)
    both = model.forecast(panel, horizons=[1, 2], targets=("sb", "ns"), draws=20, seed=7)
    alone = model.forecast(panel, horizons=[1, 2], targets=("ns",), draws=20, seed=7)
    assert np.array_equal(both.of("ns"), alone.of("ns"))


@pytest.mark.parametrize("name", MODELS)
def test_the_past_after_the_origin_is_not_seen(name, world):
    model, origin = make_model(name), 454
    seen = model.forecast(world.until(origin), horizons=[3], targets=("sb",), draws=50)
    changed = world.deaths.copy()
    changed[:, world.months > origin] += 1000
    altered = type(world)(**{**vars(world), "deaths": changed})
    assert np.array_equal(
        model.forecast(altered.until(origin), horizons=[3], targets=("sb",), draws=50).draws, seen.draws
    )


@pytest.mark.parametrize("name", MODELS)
def test_a_peaceful_world_stays_at_zero(name, make_panel):
    assert make_model(name).forecast(make_panel(np.zeros((3, 24))), draws=30).draws.max() == 0


@pytest.mark.parametrize("name", MODELS)
def test_one_month_of_past_is_enough(name, make_panel):
    made = make_model(name).forecast(make_panel([[4], [0], [9]]), horizons=[1], draws=30)
    assert np.isfinite(made.draws).all()


@pytest.mark.parametrize("name", ONES_OWN_PAST)
def test_units_do_not_look_at_each_other(name, make_panel, rng):
    past = rng.poisson(5, (3, 24))
    alone = make_model(name).forecast(make_panel(past), horizons=[1], draws=20_000).of("sb")[0]
    past[1:] = 999
    beside_war = make_model(name).forecast(make_panel(past), horizons=[1], draws=20_000).of("sb")[0]
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    assert np.abs(np.quantile(beside_war, levels) - np.quantile(alone, levels)).max() <= 1
    assert beside_war.mean() == pytest.approx(alone.mean(), rel=0.02)


@pytest.mark.parametrize("name", ["conflictology", "negative_binomial", "pool"])
def test_known_mean_and_variance_are_recovered(name, make_panel, rng):
    """From a long stationary past of known moments a model's draws have these moments."""
    mean, size, window = 20.0, 2.0, 240
    past = rng.negative_binomial(size, size / (size + mean), (1, window))
    model = make_model(name) if name == "pool" else make_model(f"{name}:window={window}")
    if name == "pool":
        members = tuple(make_model(f"{m}:window={window}") for m in ("conflictology", "negative_binomial"))
        model = type(model)(members=members)
    drawn = model.forecast(make_panel(past), horizons=[1], targets=("sb",), draws=20_000).of("sb").astype(float)
    assert drawn.mean() == pytest.approx(past.mean(), rel=0.05)
    assert drawn.var() == pytest.approx(past.var(), rel=0.15)


def test_poisson_has_the_last_month_as_mean_and_variance(make_panel):
    past = make_panel([[500, 36]])
    drawn = make_model("last_historical_poisson").forecast(past, horizons=[1], targets=("sb",), draws=40_000).of("sb")
    assert drawn.mean() == pytest.approx(36, rel=0.01)
    assert drawn.var() == pytest.approx(36, rel=0.03)


def test_conflictology_draws_are_the_past_months_in_order(make_panel):
    past = make_panel([np.arange(30)])
    made = make_model("conflictology").forecast(past, horizons=[1, 7], targets=("sb",), draws=14).of("sb")
    assert made[0, 0].tolist() == [*range(18, 30), 18, 19]
    assert np.array_equal(made[0, 0], made[0, 1])


def test_bootstrap_picks_only_months_in_which_a_country_existed(make_panel):
    exists = np.ones((2, 24), bool)
    exists[1, :12] = False
    deaths = np.full((2, 24), 5)
    deaths[1, :12] = 0
    drawn = make_model("bootstrap").forecast(
        make_panel(deaths, exists=exists), horizons=[1], targets=("sb",), draws=200
    )
    assert set(np.unique(drawn.draws)) == {5}


def test_pool_takes_equal_parts_and_courses_change_no_months_distribution(make_panel, rng):
    panel = make_panel(rng.negative_binomial(1, 0.05, (2, 24)))
    tied = make_model("pool").forecast(panel, targets=("sb",), draws=500).of("sb")
    loose = make_model("pool:correlation=0").forecast(panel, targets=("sb",), draws=500).of("sb")
    assert np.array_equal(np.sort(tied, axis=-1), np.sort(loose, axis=-1))
    assert tied.sum(axis=1).std() > loose.sum(axis=1).std()
    own_months = panel.deaths[0, -12:, 0]
    assert np.isin(own_months, tied[0, 0]).all()


def test_pool_sums_over_months_and_others_refuse(make_panel):
    panel = make_panel([[3, 4, 5]])
    pooled = make_model("pool").forecast(panel, draws=40)
    assert pooled.sums("total").shape == (1, 40)
    with pytest.raises(UsageError, match="joint over months"):
        make_model("bootstrap").forecast(panel, draws=40).sums("sb")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"horizons": [0]}, r"horizons must lie between 1 and 36; found 0 to 0"),
        ({"horizons": [1, 1000]}, r"found 1 to 1000"),
        ({"horizons": []}, r"found none"),
        ({"draws": 0}, r"draws must be a whole number between 1 and 100,000; found 0"),
        ({"draws": 1.5}, r"draws must be a whole number between 1 and 100,000; found 1.5"),
        ({"draws": 100_000, "horizons": range(1, 37), "targets": ("sb",) * 140}, r"at most 500,000,000 draws in all"),
        ({"seed": -1}, r"a seed must be a whole number of 0 or more; found -1"),
        ({"targets": ("sb", "war")}, r"a target must be one of sb, ns, os, total; found 'war'"),
    ],
)
def test_what_cannot_be_is_refused(call, message, make_panel):
    with pytest.raises(UsageError, match=message):
        make_model("conflictology").forecast(make_panel([[1, 2]]), **call)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conflictolgy", "Did you mean conflictology"),
        ("", "a model must be known by its name"),
        ("pool:weight=3", "an option of pool must be known; found 'weight'"),
        ("conflictology:window=x", "window of conflictology must be a number"),
        ("exactly_zero:a=1", "It takes no options"),
    ],
)
def test_unknown_models_and_options_are_refused(text, message):
    with pytest.raises(UsageError, match=message):
        make_model(text)


def test_options_that_cannot_be_are_refused_and_those_taken_are_kept(make_panel):
    for value in ("2", "-0.1", "nan"):
        with pytest.raises(UsageError, match="a correlation must lie between 0 and 1"):
            make_model(f"pool:correlation={value}")
    made = make_model("conflictology:window=6").forecast(make_panel([[1, 2]]), draws=5)
    assert made.model == "conflictology:window=6"
    assert make_model("conflictology:window=12").spec == "conflictology"


def test_units_without_figures_at_the_origin_are_left_out(make_panel):
    exists = np.array([[True, True], [True, False]])
    made = make_model("pool").forecast(make_panel([[1, 2], [3, 0]], exists=exists), draws=5)
    assert made.units.tolist() == [60]
    with pytest.raises(DataError, match="a forecast needs a unit with figures at the origin"):
        make_model("pool").forecast(make_panel([[1, 0]], exists=np.array([[True, False]])), draws=5)


def test_a_window_below_one_month_is_refused(make_panel):
    with pytest.raises(UsageError, match="a window must be one month or longer"):
        make_model("conflictology:window=0").forecast(make_panel([[1, 2]]))


def test_every_target_is_drawn_by_default(make_panel):
    assert make_model().forecast(make_panel([[1, 2]]), draws=10).targets == TARGETS
