"""The inner loops: against formulas written out, and the sampler against a posterior summed on a grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from aftershock.system.kernel import (
    DISPERSION_CENTRE,
    FLOOR,
    TAIL,
    _excess,
    decaying_sums,
    log_probabilities,
    nb_terms,
)
from aftershock.system.target import DISPERSION_SD, Problem, draw_posterior, fit_target

QUICK = settings(max_examples=40, deadline=None)


def test_memory_is_the_weighted_sum_of_all_earlier_days(rng):
    signal = rng.poisson(2.0, (30, 3)).astype(float)
    scales = np.array([0.7, 5.0])
    made = decaying_sums(signal, scales)
    keep = np.exp(-1 / scales)
    for t in (0, 1, 7, 30):
        lags = t - 1 - np.arange(t)
        expected = np.einsum("tr,tb->rb", signal[:t], (1 - keep) * keep ** lags[:, None])
        assert np.allclose(made[t], expected)


def test_the_memory_of_one_event_sums_to_one():
    signal = np.zeros((400, 1))
    signal[0] = 1
    assert decaying_sums(signal, np.array([9.0]))[:, 0, 0].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("delta", "rho"), [(0.4, 0.0), (0.0, 0.3), (1.5, 0.7)])
def test_probabilities_sum_to_one_and_have_the_variance_stated(delta, rho):
    counts, mean = np.arange(1500), 4.0
    chances = np.exp(log_probabilities(counts, np.full(len(counts), mean), delta, rho))
    assert chances.sum() == pytest.approx(1.0)
    assert chances @ counts == pytest.approx(mean)
    assert chances @ (counts - mean) ** 2 == pytest.approx(mean * (1 + delta) + mean**2 * rho)


@QUICK
@given(st.integers(0, 3000), st.floats(1e-3, 500), st.floats(1e-3, 5), st.floats(1e-4, 3))
def test_probabilities_are_those_of_the_negative_binomial(count, mean, delta, rho):
    size = mean / (delta + mean * rho)
    expected = stats.nbinom.logpmf(count, size, size / (size + mean))
    found = log_probabilities(np.array([count]), np.array([mean]), delta, rho)[0]
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 16, 40, 41])
def test_counts_summed_in_any_way_are_the_negative_binomials(count):
    """No event, factors under one logarithm, whole groups of them, and the gamma function take their own ways."""
    for mean, delta, rho in ((1e-6, 0.5, 0.1), (0.3, 1e-5, 1e-6), (0.3, 2.0, 0.5), (50.0, 0.1, 0.0), (1e5, 3.0, 2.0)):
        size = mean / (delta + mean * rho)
        expected = stats.nbinom.logpmf(count, size, size / (size + mean))
        found = log_probabilities(np.array([count]), np.array([mean]), delta, rho)[0]
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_slopes_of_a_day_without_events_are_those_of_the_closed_form():
    """The log likelihood is -m log(1 + v) / v there, with v = delta + m rho."""
    mean, delta, rho = 0.7, 0.4, 0.3
    over = delta + mean * rho
    by_over = mean * (np.log1p(over) / over**2 - 1 / (over * (1 + over)))
    value, by_mean, by_delta, by_rho = nb_terms(np.zeros(1, np.int64), np.array([mean]), delta, rho, np.ones(1))
    assert value == pytest.approx(-mean * np.log1p(over) / over, rel=1e-14)
    assert by_mean[0] == pytest.approx(-np.log1p(over) / over + by_over * rho, rel=1e-12)
    assert (by_delta, by_rho) == (pytest.approx(by_over, rel=1e-12), pytest.approx(mean * by_over, rel=1e-12))


def test_without_dispersion_counts_are_poisson():
    counts = np.array([0, 1, 60])
    found = log_probabilities(counts, np.array([0.2, 3.0, 50.0]), 0.0, 0.0)
    assert np.allclose(found, stats.poisson.logpmf(counts, [0.2, 3.0, 50.0]))


@QUICK
@given(st.integers(0, 200), st.floats(0.01, 100), st.floats(0.01, 3), st.floats(0.01, 3))
def test_slopes_are_those_of_finite_differences(count, mean, delta, rho):
    def value(m=mean, d=delta, r=rho):
        return nb_terms(np.array([count]), np.array([m]), d, r, np.array([2.0]))[0]

    _, by_mean, by_delta, by_rho = nb_terms(np.array([count]), np.array([mean]), delta, rho, np.array([2.0]))
    for slope, name, at in ((by_mean[0], "m", mean), (by_delta, "d", delta), (by_rho, "r", rho)):
        step = 1e-5 * at
        found = (value(**{name: at + step}) - value(**{name: at - step})) / (2 * step)
        assert slope == pytest.approx(found, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("low", [-2.0, 0.0, 0.4, 0.6, 3.0, 50.0, 1e8])
def test_a_truncated_normal_is_drawn_from_its_law(rng, low):
    drawn = np.array([_excess(low, rng) for _ in range(4000)])
    assert drawn.min() >= 0
    if low > 40:  # exponential there
        assert stats.kstest(drawn * low, "expon").pvalue > 1e-4
    else:
        assert stats.kstest(drawn + low, stats.truncnorm(low, np.inf).cdf).pvalue > 1e-4


@njit
def grid_of_likelihoods(counts, columns, bases, weights, deltas, rhos):
    out = np.empty((len(bases), len(weights), len(deltas), len(rhos)))
    ones = np.ones(len(counts))
    for a, base in enumerate(bases):
        for b, weight in enumerate(weights):
            mean = base * columns[0] + weight * columns[1] + FLOOR
            for i, delta in enumerate(deltas):
                for j, rho in enumerate(rhos):
                    out[a, b, i, j] = nb_terms(counts, mean, np.exp(delta), np.exp(rho), ones)[0]
    return out


def moments_on_a_grid(problem, doubt):
    """Mean and sd of (base, weight, log delta, log rho); the weight's prior rate is summed out if doubted."""
    base, weight = 4.0 * np.linspace(0, 1, 31) ** 2, (1.5 if doubt else 5.0) * np.linspace(0, 1, 41) ** 2
    logs = np.linspace(-10.0, 6.0, 27)
    value = grid_of_likelihoods(problem.counts, np.ascontiguousarray(problem.features.T), base, weight, logs, logs)
    dispersion = -0.5 * ((logs - DISPERSION_CENTRE) / DISPERSION_SD) ** 2
    value += dispersion[:, None] + dispersion
    value -= problem.rates[0] * base[:, None, None, None]
    value -= (2 * np.log(doubt + weight) + TAIL * weight if doubt else problem.rates[1] * weight)[:, None, None]
    chances = np.exp(value - value.max())
    chances *= np.gradient(base)[:, None, None, None] * np.gradient(weight)[:, None, None]
    chances[0] *= 0.5  # the trapezium rule, as weights end at zero
    chances[:, 0] *= 0.5
    chances /= chances.sum()
    out = []
    for axis, values in enumerate((base, weight, logs, logs)):
        margin = chances.sum(axis=tuple(k for k in range(4) if k != axis))
        centre = margin @ values
        out.append((centre, np.sqrt(margin @ (values - centre) ** 2)))
    return np.array(out).T


@pytest.mark.parametrize("doubt", [0.0, 0.1])
def test_the_sampler_draws_from_the_posterior_summed_on_a_grid(doubt):
    """Sixteen days say little, so that the posterior is far from Gaussian, and weights lie against zero."""
    counts = np.array([0, 0, 1, 0, 3, 1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1])
    features = np.stack([np.ones(16), decaying_sums(counts[:, None].astype(float), np.array([2.0]))[:-1, 0, 0]], axis=1)
    problem = Problem(
        counts,
        features,
        np.array([2.0, 3.0]),
        groups=np.array([-1, 0]),
        doubt=np.array([doubt]),
    )
    centre, spread = moments_on_a_grid(problem, doubt)
    drawn, taken = draw_posterior(problem, fit_target(problem), draws=30_000, rng=np.random.default_rng(1), moves=4)
    assert taken > 0.2
    drawn = np.c_[drawn[:, :2], np.log(drawn[:, 2:])]
    assert np.all(np.abs(drawn.mean(axis=0) - centre) < 0.06 * spread)
    assert drawn.std(axis=0) == pytest.approx(spread, rel=0.08)


def test_a_weight_of_an_empty_feature_has_its_prior(rng):
    counts = rng.poisson(2.0, 200)
    features = np.stack([np.ones(200), np.zeros(200)], axis=1)
    fixed = Problem(counts, features, np.array([0.1, 4.0]))
    drawn, _ = draw_posterior(fixed, fit_target(fixed), draws=2000, rng=rng)
    assert drawn.min() >= 0
    assert stats.kstest(drawn[::4, 1], stats.expon(scale=1 / 4).cdf).pvalue > 1e-3
    doubted = Problem(counts, features, np.array([0.1, 4.0]), groups=np.array([-1, 0]), doubt=np.array([0.05]))
    drawn, _ = draw_posterior(doubted, fit_target(doubted), draws=4000, rng=rng)
    assert drawn.min() >= 0
    expected = rng.standard_exponential(20_000) * 0.05 / rng.standard_gamma(1.0, 20_000)
    expected = expected[rng.random(20_000) < np.exp(-TAIL * expected)]
    assert stats.ks_2samp(drawn[::8, 1], expected).pvalue > 1e-3
