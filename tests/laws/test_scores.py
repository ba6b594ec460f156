"""Laws that every score keeps: closed forms, identities, range, best value, and a library's answer where there is one."""

import numpy as np
import pytest
import scoringrules
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aftershock.errors import DataError
from aftershock.scores import kernels

counts = st.integers(0, 5000)
samples = st.integers(2, 40).flatmap(
    lambda m: st.tuples(arrays(np.int64, (5,), elements=counts), arrays(np.int64, (5, m), elements=counts))
)
proper = {
    "crps": kernels.crps,
    "crps_fair": kernels.crps_fair,
    "log_crps": kernels.log_crps,
    "ignorance": kernels.ignorance,
    "interval_score": kernels.interval_score,
    "brier": lambda y, x: kernels.brier(y, x, 25),
}
quick = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("name", [n for n in proper if n != "ignorance"])
@given(case=samples)
@quick
def test_order_of_draws_does_not_matter(name, case):
    y, x = case
    assert np.allclose(proper[name](y, kernels.sort_draws(x)), proper[name](y, kernels.sort_draws(x[:, ::-1])))


@pytest.mark.parametrize("name", [n for n in proper if n not in ("crps_fair", "ignorance")])
@given(case=samples)
@quick
def test_zero_is_best_and_reached_by_certainty(name, case):
    y, x = case
    assert (proper[name](y, kernels.sort_draws(x)) >= -1e-9).all()
    assert np.allclose(proper[name](y, np.repeat(y[:, None], 10, axis=1)), 0)


@given(case=samples)
@quick
def test_crps_equals_scoringrules(case):
    y, x = case
    ordered = kernels.sort_draws(x)
    assert np.allclose(
        kernels.crps(y, ordered),
        scoringrules.crps_ensemble(y.astype(float), x.astype(float), estimator="qd"),
        atol=1e-9,
    )
    fair = scoringrules.crps_ensemble(y.astype(float), x.astype(float), estimator="fair")
    assert np.allclose(kernels.crps_fair(y, ordered), fair, atol=1e-8)


@given(case=samples)
@quick
def test_crps_equals_its_definition(case):
    y, x = case
    x = x.astype(float)
    spread = np.abs(x[:, :, None] - x[:, None, :])
    expected = np.abs(x - y[:, None]).mean(1) - spread.mean((1, 2)) / 2
    assert np.allclose(kernels.crps(y, kernels.sort_draws(x)), expected)


@given(case=samples)
@quick
def test_interval_score_equals_scoringrules(case):
    y, x = case
    low, high = np.quantile(x, [0.05, 0.95], axis=1)
    assert np.allclose(
        kernels.interval_score(y, kernels.sort_draws(x)), scoringrules.interval_score(y.astype(float), low, high, 0.1)
    )


@given(case=samples, level=st.sampled_from([0.5, 0.8, 0.9, 0.95]))
@quick
def test_intervals_are_numpys_quantiles(case, level):
    _, x = case
    low, high = kernels.central_interval(kernels.sort_draws(x), level)
    assert np.allclose([low, high], np.quantile(x, [(1 - level) / 2, (1 + level) / 2], axis=1))


def test_crps_of_a_normal_has_its_closed_form(rng):
    """CRPS of N(0, 1) at 0 is (√2 − 1)/√π (Gneiting & Raftery 2007)."""
    x = kernels.sort_draws(rng.standard_normal((1, 200_000)))
    assert kernels.crps([0.0], x)[0] == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), abs=2e-3)


def test_fair_crps_has_no_bias_in_small_samples(rng):
    """Mean over many samples of three draws: the fair estimator meets the closed form, the other lies above it."""
    x, y = kernels.sort_draws(rng.standard_normal((60_000, 3))), np.zeros(60_000)
    truth = (np.sqrt(2) - 1) / np.sqrt(np.pi)
    assert kernels.crps_fair(y, x).mean() == pytest.approx(truth, abs=0.01)
    assert kernels.crps(y, x).mean() > truth + 0.1


@pytest.mark.parametrize(
    ("outcome", "draws", "bits"),
    [
        (0, [0] * 1000, -np.log2(1001 / 1011)),
        (0, [1] * 1000, -np.log2(1 / 1011)),
        (2, [1] * 500 + [700] * 500, -np.log2(501 / 1011)),
        (5000, [1001] * 1000, -np.log2(1001 / 1011)),
        (11, [25] * 1000, -np.log2(1001 / 1011)),
        (26, [25] * 1000, -np.log2(1 / 1011)),
        (3, [3, 100], -np.log2(501 / 1011)),
        (3, [3, 100, 100], -np.log2(335 / 1011)),
        (3, [100, 100, 3], -np.log2(334 / 1011)),
    ],
)
def test_ignorance_counts_draws_in_the_challenges_bins(outcome, draws, bits):
    assert kernels.ignorance([outcome], np.array([draws]))[0] == pytest.approx(bits)


def test_pit_is_uniform_where_forecasts_are_calibrated(rng):
    mean = rng.gamma(1, 3, 4000)
    x = kernels.sort_draws(rng.poisson(mean[:, None], (4000, 50)))
    u = np.sort(kernels.pit(rng.poisson(mean), x, rng))
    assert np.abs(u - (np.arange(4000) + 0.5) / 4000).max() < 0.03


def test_pit_leans_where_forecasts_are_too_low(rng):
    x = kernels.sort_draws(rng.poisson(2, (2000, 50)))
    assert kernels.pit(rng.poisson(8, 2000), x, rng).mean() > 0.8


def test_covered_counts_both_ends():
    x = kernels.sort_draws([np.arange(101)])
    assert [kernels.covered([y], x, 0.9)[0] for y in (4, 5, 95, 96)] == [0, 1, 1, 0]


def test_draws_of_the_wrong_shape_are_refused():
    with pytest.raises(DataError, match=r"shape \(forecasts, draws\); found shape \(3,\)"):
        kernels.sort_draws([1, 2, 3])
    with pytest.raises(DataError, match="needs two draws"):
        kernels.crps_fair([1], kernels.sort_draws([[1]]))
