"""Weights that may be negative, behind a soft-plus: the link, the mode, the sampler, and a system that inhibits."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numba import njit
from scipy import stats
from scipy.optimize import minimize

from aftershock.errors import DataError
from aftershock.system import (
    Assumptions,
    edges_table,
    fit_system,
    read_system,
    residuals_of,
    simulate_system,
    spiral_of,
    streams_table,
    structure_of,
    write_system,
)
from aftershock.system.fit import softness, stream_problem
from aftershock.system.kernel import (
    DEPTH,
    DISPERSION_CENTRE,
    FLOOR,
    TAIL,
    _either_side,
    decaying_sums,
    nb_terms,
    softplus,
)
from aftershock.system.memory import Memory, closeness
from aftershock.system.opening import fitted_mean
from aftershock.system.tables import spiral_lines, summary_lines
from aftershock.system.target import DISPERSION_SD, LOG_DISPERSIONS, Problem, draw_posterior, fit_target
from system_streams import make_streams

SOFT = 0.1


def quieted(rng, days=400, weight=-0.6):
    """Return a problem of a stream that another, which goes on and off, quiets; the last column is never seen."""
    busy = rng.poisson(1.0, days) * (np.arange(days) // 20 % 2)
    past = decaying_sums(busy[:, None].astype(float), np.array([2.0]))[:-1, 0, 0]
    features = np.stack([np.ones(days), past, np.zeros(days)], axis=1)
    counts = rng.poisson(softplus(features @ np.array([0.8, weight, 0.0]), SOFT) + FLOOR)
    return Problem(
        counts.astype(np.int64), features, np.full(3, 1.5), soft=SOFT, signed=np.array([False, True, True]),
        groups=np.array([-1, 0, 1]), doubt=np.array([0.05, 0.05]),
    )  # fmt: skip


def test_the_link_is_the_identity_far_above_zero_and_nothing_far_below():
    at = np.array([-1e6, -1.0, 0.0, 1.0, 1e6])
    assert softplus(at, SOFT) == pytest.approx(
        [0.0, SOFT * np.log1p(np.exp(-10)), SOFT * np.log(2), 1.0, 1e6], rel=1e-4
    )
    values = np.linspace(-2, 2, 2001)
    found = softplus(values, SOFT)
    assert (np.diff(found) > 0).all()
    assert (found > np.maximum(values, 0)).all()


@pytest.mark.parametrize(
    ("pull", "rate", "sd"), [(0.0, 1.0, 1.0), (3.0, 0.5, 0.4), (-40.0, 2.0, 0.3), (5.0, 900.0, 0.2), (1e4, 1.0, 0.5)]
)
def test_a_number_of_either_sign_is_drawn_from_its_law(rng, pull, rate, sd):
    drawn = np.array([_either_side(pull, rate, sd, rng) for _ in range(4000)])
    at = (
        np.linspace(drawn.min() - 5 * sd, drawn.max() + 5 * sd, 400_001)
        if rate < 100
        else np.linspace(-0.2, 0.2, 400_001)
    )
    logs = -0.5 * (at / sd) ** 2 + pull * at - rate * np.abs(at)
    law = np.cumsum(np.exp(logs - logs.max()))
    assert stats.kstest(drawn, lambda x: np.interp(x, at, law / law[-1])).pvalue > 1e-4


def test_slopes_and_curvature_are_those_of_finite_differences(rng):
    problem = quieted(rng)
    for point in (np.array([0.5, -0.4, -0.2, -1.0, -0.5]), np.array([0.3, 0.2, 0.1, 0.0, -2.0])):
        _, gradient = problem.log_posterior(point)
        curvature = problem.curvature(point)
        for j in range(len(point)):
            nudge = np.zeros(len(point))
            nudge[j] = 1e-5
            (up, slopes_up), (down, slopes_down) = (
                problem.log_posterior(point + nudge),
                problem.log_posterior(point - nudge),
            )
            assert gradient[j] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-4)
            assert curvature[:, j] == pytest.approx((slopes_down - slopes_up) / 2e-5, rel=1e-3, abs=2e-2)


@pytest.mark.parametrize("weight", [-0.6, 0.5])
def test_the_mode_is_that_of_a_slow_optimiser(rng, weight):
    """Its weights are split in two parts, above zero and below, so that the prior has no kink."""
    problem = quieted(rng, weight=weight)
    fit = fit_target(problem)
    split = replace(
        problem, features=np.hstack([problem.features, -problem.features[:, 1:]]), signed=None, rates=np.full(5, 1.5)
    )

    def loss(x):
        value, gradient = split.log_posterior(x)
        return -value, -gradient

    best = min(
        minimize(loss, np.r_[np.full(5, start), -1, -1], jac=True, method="L-BFGS-B", bounds=[(0, None)] * 5 + [LOG_DISPERSIONS] * 2,
                 options={"maxiter": 5000, "ftol": 1e-13}).fun
        for start in (0.05, 0.4)
    )  # fmt: skip
    assert fit.log_posterior == pytest.approx(problem.log_posterior(fit.point)[0])
    assert fit.log_posterior > -best - 0.01
    assert np.sign(fit.weights[1]) == np.sign(weight)
    assert fit.weights[0] >= 0


@njit
def grid_of_likelihoods(counts, columns, bases, weights, deltas, rhos, soft):
    out = np.empty((len(bases), len(weights), len(deltas), len(rhos)))
    ones = np.ones(len(counts))
    for a, base in enumerate(bases):
        for b, weight in enumerate(weights):
            mean = softplus(base * columns[0] + weight * columns[1] - DEPTH * soft, soft) + FLOOR
            for i, delta in enumerate(deltas):
                for j, rho in enumerate(rhos):
                    out[a, b, i, j] = nb_terms(counts, mean, np.exp(delta), np.exp(rho), ones)[0]
    return out


@pytest.mark.parametrize("doubt", [0.0, 0.1])
def test_the_sampler_draws_from_the_posterior_summed_on_a_grid(doubt):
    """Sixteen days say little: the weight may well be of either sign."""
    counts = np.array([1, 2, 1, 0, 0, 1, 3, 1, 0, 0, 1, 2, 0, 1, 1, 1])
    other = np.array([0, 0, 0, 3, 1, 0, 0, 0, 2, 2, 0, 0, 1, 0, 0, 0])
    features = np.stack([np.ones(16), decaying_sums(other[:, None].astype(float), np.array([2.0]))[:-1, 0, 0]], axis=1)
    problem = Problem(
        counts, features, np.array([2.0, 1.0]), groups=np.array([-1, 0]), doubt=np.array([doubt]), soft=0.2,
        signed=np.array([False, True]),
    )  # fmt: skip
    base, half = 4.0 * np.linspace(0, 1, 31) ** 2, (1.5 if doubt else 5.0) * np.linspace(0, 1, 41) ** 2
    weight, logs = np.r_[-half[:0:-1], half], np.linspace(-10.0, 6.0, 27)
    value = grid_of_likelihoods(counts, np.ascontiguousarray(features.T), base, weight, logs, logs, 0.2)
    dispersion = -0.5 * ((logs - DISPERSION_CENTRE) / DISPERSION_SD) ** 2
    value += dispersion[:, None] + dispersion - (2.0 * base)[:, None, None, None]
    size = np.abs(weight)
    value -= (2 * np.log(doubt + size) + TAIL * size if doubt else size)[:, None, None]
    chances = np.exp(value - value.max())
    chances *= np.gradient(base)[:, None, None, None] * np.gradient(weight)[:, None, None]
    chances[0] *= 0.5
    chances /= chances.sum()
    drawn, taken = draw_posterior(problem, fit_target(problem), draws=30_000, rng=np.random.default_rng(1), moves=4)
    assert taken > 0.2
    drawn = np.c_[drawn[:, :2], np.log(drawn[:, 2:])]
    for axis, values in enumerate((base, weight, logs, logs)):
        margin = chances.sum(axis=tuple(k for k in range(4) if k != axis))
        centre = margin @ values
        spread = np.sqrt(margin @ (values - centre) ** 2)
        assert drawn[:, axis].mean() == pytest.approx(centre, abs=0.06 * spread)
        assert drawn[:, axis].std() == pytest.approx(spread, rel=0.08)
    below = chances.sum(axis=(0, 2, 3)) @ (np.sign(weight) < 0) + 0.5 * chances[:, len(half) - 1].sum()
    assert 0.02 < below < 0.98
    assert (drawn[:, 1] < 0).mean() == pytest.approx(below, abs=0.02)


def test_a_weight_of_an_empty_feature_has_its_prior(rng):
    problem = quieted(rng, days=200)
    drawn, _ = draw_posterior(problem, fit_target(problem), draws=4000, rng=rng)
    assert drawn[:, 0].min() >= 0
    expected = rng.standard_exponential(20_000) * 0.05 / rng.standard_gamma(1.0, 20_000)
    expected = expected[rng.random(20_000) < np.exp(-TAIL * expected)]
    signs = rng.choice([-1.0, 1.0], len(expected))
    assert stats.ks_2samp(drawn[::8, 2], expected * signs).pvalue > 1e-3


def test_ranks_of_truths_drawn_from_the_prior_are_even():
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788) of a stream and of one that feeds or quiets it."""
    rng, days, draws, prior = np.random.default_rng(11), 60, 50, np.array([2.0, 1.5, 1.5])
    past = decaying_sums(rng.poisson(0.7, (days, 2)).astype(float), np.array([3.0]))[:-1, :, 0]
    features, signed = np.column_stack([np.ones(days), past]), np.array([False, True, True])
    ranks = []
    for _ in range(100):
        truth = rng.standard_exponential(3) / prior * np.where(signed & (rng.random(3) < 0.5), -1, 1)
        delta, rho = np.exp(DISPERSION_CENTRE + DISPERSION_SD * rng.standard_normal(2))
        mean = softplus(features @ truth - DEPTH * 0.2, 0.2) + FLOOR
        over = delta + mean * rho
        counts = rng.poisson(over * rng.standard_gamma(mean / over))
        problem = Problem(counts.astype(np.int64), features, prior, soft=0.2, signed=signed)
        drawn, _ = draw_posterior(problem, fit_target(problem), draws=draws * 4, rng=rng, moves=6)
        ranks.append((drawn[::4] < np.r_[truth, delta, rho]).mean(axis=0))
    for column in np.array(ranks).T:
        assert stats.kstest(column + rng.uniform(-0.5, 0.5, len(column)) / draws, "uniform").pvalue > 1e-3
    assert 0.8 < np.mean((np.array(ranks)[:, 1:3] > 0.05) & (np.array(ranks)[:, 1:3] < 0.95)) < 0.97


TRUTH = np.array([[0.3, -0.5], [0.0, 0.3]])


@pytest.fixture(scope="module")
def streams():
    """Two streams of 1,500 days, a memory of 14 days; the second quiets the first, each feeds itself."""
    rng, keep = np.random.default_rng(3), np.exp(-1 / 14)
    counts, memory = np.zeros((1500, 2), int), np.zeros(2)
    for day in range(1500):
        line = np.array([0.7, 0.3 + 0.9 * (day // 150 % 2)]) + TRUTH @ memory
        counts[day] = rng.poisson(softplus(line, 0.05))
        memory = keep * memory + (1 - keep) * counts[day]
    return make_streams(counts)


@pytest.fixture(scope="module")
def system(streams):
    return fit_system(streams, background="constant", scales=(14.0,), draws=200, inhibition=True)


def test_a_stream_that_quiets_another_is_found(system):
    structure = structure_of(system)
    low, middle, high = np.quantile(structure.edges, [0.025, 0.5, 0.975], axis=0)
    assert high[0, 1] < -0.1
    assert np.all((low <= TRUTH) & (high >= TRUTH), axis=1)[0]
    assert abs(middle[1, 0]) < 0.05
    assert middle[0, 1] == pytest.approx(-0.5, abs=0.2)
    assert structure.edges[:, [0, 1], [0, 1]].min() >= 0
    assert system.inhibition
    assert system.targets[0].soft == softness(system.streams, 0, system.targets[0].start)


def test_what_needs_children_is_not_told(system):
    structure = structure_of(system)
    assert structure.inhibition
    feeding = np.maximum(system.feeds(), 0).sum(axis=3)
    assert structure.ratio == pytest.approx(np.abs(np.linalg.eigvals(feeding)).max(axis=1))
    assert np.isnan(structure.share).all()
    assert np.isnan(structure.half_life).all()
    assert np.isnan(structure.background).all()
    table = edges_table(system, structure)
    quiet = table[(table.target == "s0") & (table.source == "s1")].iloc[0]
    assert quiet.p_below > 0.95
    assert quiet.p_above < 0.05
    assert quiet.main_scale == 14
    assert streams_table(system, structure)["share"].isna().all()
    said = " ".join(summary_lines(system, structure))
    assert "fewer events of s0" in said
    assert "upper bound" in said
    assert "branching ratio" not in said
    assert "nan" not in said


def test_a_spiral_is_a_bound_and_rests_on_no_edges(system):
    spiral = spiral_of(system, draws=20)
    assert spiral.bound
    assert spiral.edges == ()
    assert "branching" not in " ".join(spiral_lines(spiral))


def test_a_system_with_inhibition_is_read_as_written(system, tmp_path):
    write_system(tmp_path, system)
    again = read_system(tmp_path)
    assert again.inhibition
    assert [target.soft for target in again.targets] == [target.soft for target in system.targets]
    assert np.array_equal(again.feeds(), system.feeds())


def test_old_files_are_of_systems_without(system, streams, tmp_path):
    plain = fit_system(streams, background="constant", scales=(14.0,), draws=5)
    path = write_system(tmp_path, plain)["system.json"]
    described = json.loads(path.read_text(encoding="utf-8"))
    del described["inhibition"]
    for target in described["targets"]:
        del target["soft"]
    path.write_text(json.dumps(described), encoding="utf-8")
    assert not read_system(tmp_path).inhibition
    described["inhibition"] = True
    path.write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(DataError, match="a soft-plus goes with inhibition"):
        read_system(tmp_path)


def test_expected_events_are_those_of_the_link(system):
    memory = Memory.of(system.streams, 0, scales=system.scales)
    mean = fitted_mean(system, memory, 0, 0)
    assert mean.min() > 0
    target = system.targets[0]
    counts = memory.counts[target.start :, 0]
    assert mean.mean() == pytest.approx(counts.mean(), rel=0.05)
    assert residuals_of(system).mean[target.start :, 0] == pytest.approx(mean, rel=0.05, abs=0.02)
    line = (
        target.base.mean(axis=0)
        + memory.features(target.sources, slice(target.start, 1500)) @ target.feeds.mean(axis=0).ravel()
    )
    assert (line < 0).any(), "the link matters on some days"
    assert mean == pytest.approx(softplus(line, target.soft) + FLOOR)


def test_only_other_streams_weights_may_be_negative(streams):
    problem = stream_problem(
        Memory.of(streams), 0, np.arange(2), closeness(streams)[0], days=slice(30, 1500), background=365, soft=0.1
    )
    shapes = problem.features.shape[1] - 16
    assert problem.signed.tolist() == [False] * (shapes + 8) + [True] * 8
    plain = stream_problem(
        Memory.of(streams), 0, np.arange(2), closeness(streams)[0], days=slice(30, 1500), background=365
    )
    assert plain.soft is None
    assert plain.signed is None
    assert np.array_equal(plain.rates, problem.rates)


def test_a_simulated_day_has_the_mean_of_the_link(system):
    """Levels scale the sum before the soft-plus; here they are one, and the sum is far below zero."""
    quiet = system.targets[0]
    feeds = quiet.feeds.copy()
    feeds[:, 1, 0] = -3.0
    quiet = replace(quiet, feeds=feeds, soft=0.5)
    changed = replace(system, targets=(quiet, system.targets[1]))
    memory = Memory.of(system.streams, 0, scales=system.scales).sums[-1][quiet.sources].ravel()
    line = quiet.base[:, 0] + feeds.reshape(len(feeds), -1) @ memory
    assert line.max() < 0
    steady = Assumptions(phase="steady")
    made = simulate_system(changed, days=1, draws=20_000, assumptions=steady, seed=2).counts[:, 0, 0]
    assert made.mean() == pytest.approx(softplus(line, 0.5).mean(), abs=4 * made.std() / np.sqrt(len(made)))
    assert made.mean() > 0
    plain = replace(changed, targets=tuple(replace(target, soft=0.0) for target in changed.targets), inhibition=False)
    assert simulate_system(plain, days=1, draws=2000, assumptions=steady, seed=2).counts[:, 0, 0].sum() == 0


def test_a_silence_needs_no_negative_weight():
    """A stream is silent for years while another is not: the background may say so, and the link does not hold it up."""
    rng = np.random.default_rng(8)
    counts = rng.poisson(1.0, (1500, 2))
    counts[:900, 0] = 0
    system = fit_system(make_streams(counts), background=90, scales=(14.0,), draws=100, inhibition=True)
    mean = fitted_mean(system, Memory.of(system.streams, 0, scales=system.scales), 0, 0)
    assert mean[:700].mean() < 0.02 * counts[:, 0].mean()
    assert np.quantile(structure_of(system).edges[:, 0, 1], 0.95) > -0.01
