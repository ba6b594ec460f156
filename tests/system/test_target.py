"""One stream's regression: slopes, the mode, and recovery."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from aftershock.system.kernel import FLOOR, decaying_sums
from aftershock.system.shapes import background_shapes
from aftershock.system.target import LOG_DISPERSIONS, Problem, draw_posterior, fit_target


@pytest.fixture
def problem(rng):
    """Four hundred days of three streams; the first is fitted, with a moving background and weights that count less once."""
    signal = rng.negative_binomial(1.0, 0.4, (400, 3)).astype(float)
    past = decaying_sums(signal, np.array([2.0, 20.0]))[:-1].reshape(400, -1)
    shapes, rough = background_shapes(400, 150)
    features = np.hstack([shapes, past])
    counts = rng.poisson(0.3 + 0.5 * past[:, 0] + 0.2 * past[:, 3]).astype(np.int64)
    full = np.zeros((features.shape[1],) * 2)
    full[: len(rough), : len(rough)] = 3 * rough
    return Problem(counts, features, np.full(features.shape[1], 1.5), full, 0.5 ** (np.arange(400)[::-1] / 300))


def points(problem, rng, n=3):
    for _ in range(n):
        yield np.r_[rng.exponential(0.2, problem.features.shape[1]) + 0.02, rng.normal(-1, 1, 2)]


def test_slopes_are_those_of_finite_differences(problem, rng):
    for point in points(problem, rng):
        _, gradient = problem.log_posterior(point)
        for j in range(len(point)):
            nudge = np.zeros(len(point))
            nudge[j] = 1e-5
            found = (problem.log_posterior(point + nudge)[0] - problem.log_posterior(point - nudge)[0]) / 2e-5
            assert gradient[j] == pytest.approx(found, rel=1e-4, abs=1e-4)


def test_curvature_is_that_of_finite_differences(problem, rng):
    for point in points(problem, rng):
        curvature = problem.curvature(point)
        assert np.allclose(curvature, curvature.T)
        for j in range(len(point)):
            nudge = np.zeros(len(point))
            nudge[j] = 1e-4
            found = (problem.log_posterior(point - nudge)[1] - problem.log_posterior(point + nudge)[1]) / 2e-4
            assert curvature[j] == pytest.approx(found, rel=1e-3, abs=1e-2)


def test_the_mean_of_few_weights_is_that_of_all_columns(problem, rng):
    few = np.where(np.arange(problem.features.shape[1]) % 4 == 1, 0.3, 0.0)
    for weights in (few, few + 0.1, np.zeros(len(few))):
        for features in (problem.features, np.asfortranarray(problem.features)):
            found = replace(problem, features=features).mean(weights)
            np.testing.assert_allclose(found, problem.features @ weights + FLOOR, rtol=1e-13)


def test_the_value_found_along_the_way_is_the_log_posterior_there(problem):
    fit = fit_target(problem)
    assert (fit.weights == 0).any()
    assert fit.log_posterior == pytest.approx(problem.log_posterior(fit.point)[0], abs=1e-9)
    again = fit_target(replace(problem, features=np.asfortranarray(problem.features)))
    np.testing.assert_allclose(again.point, fit.point, atol=1e-8)


@pytest.mark.parametrize("plain", [True, False])
def test_the_mode_is_that_of_a_slow_optimiser(problem, plain):
    if plain:
        problem = replace(problem, rough=None, day_weights=None)
    fit = fit_target(problem)
    n = problem.features.shape[1]

    def loss(x):
        value, gradient = problem.log_posterior(x)
        return -value, -gradient

    best = -np.inf
    for start in (0.01, 0.3):
        found = minimize(
            loss, np.r_[np.full(n, start), -1, -1], jac=True, method="L-BFGS-B",
            bounds=[(0, None)] * n + [LOG_DISPERSIONS] * 2, options={"maxiter": 5000, "maxfun": 50_000, "ftol": 1e-13},
        )  # fmt: skip
        best = max(best, -found.fun)
    assert fit.weights.min() >= 0
    assert fit.log_posterior == pytest.approx(problem.log_posterior(fit.point)[0])
    assert fit.log_posterior > best - 0.01


def test_an_earlier_fit_as_the_start_ends_in_the_same_place(problem):
    fit = fit_target(problem)
    again = fit_target(problem, fit_target(replace(problem, counts=problem.counts[::-1].copy())))
    assert again.log_posterior == pytest.approx(fit.log_posterior, abs=0.01)


def test_a_constant_rate_is_the_mean_of_the_counts(rng):
    counts = rng.poisson(3.0, 500)
    fit = fit_target(Problem(counts, np.ones((500, 1)), np.zeros(1)))
    assert fit.weights[0] + FLOOR == pytest.approx(counts.mean(), rel=1e-3)


def test_known_weights_and_dispersions_are_recovered(rng):
    past = rng.exponential(1.0, (20_000, 3))
    truth, delta, rho = np.array([0.5, 0.8, 0.0]), 0.5, 0.3
    mean = past @ truth
    size = mean / (delta + mean * rho)
    counts = rng.negative_binomial(size, size / (size + mean))
    fit = fit_target(Problem(counts, past, np.zeros(3)))
    assert fit.weights == pytest.approx(truth, abs=0.05)
    assert (fit.delta, fit.rho) == pytest.approx((delta, rho), abs=0.1)


def test_days_that_weigh_nothing_change_nothing(problem):
    weights = np.r_[np.zeros(200), np.ones(200)]
    whole = fit_target(replace(problem, day_weights=weights))
    half = fit_target(replace(problem, counts=problem.counts[200:], features=problem.features[200:], day_weights=None))
    assert whole.log_posterior == pytest.approx(half.log_posterior, abs=0.01)


def test_a_seed_repeats_the_posterior_and_no_weight_is_below_zero(problem):
    fit = fit_target(problem)
    one, taken = draw_posterior(problem, fit, draws=30, rng=np.random.default_rng(4))
    other, _ = draw_posterior(problem, fit, draws=30, rng=np.random.default_rng(4))
    assert np.array_equal(one, other)
    assert one.shape == (30, problem.features.shape[1] + 2)
    assert one.min() >= 0
    assert 0.1 < taken <= 1


def test_a_stream_without_events_has_a_posterior(rng):
    """Curvatures vanish there, and moves are wide: nothing may overflow."""
    features = np.stack([np.ones(100), np.zeros(100)], axis=1)
    problem = Problem(np.zeros(100, np.int64), features, np.ones(2), groups=np.array([-1, 0]), doubt=np.array([0.05]))
    drawn, _ = draw_posterior(problem, fit_target(problem), draws=500, rng=rng)
    assert np.isfinite(drawn[:, :2]).all()
    assert np.median(drawn[:, 0]) < 0.1
