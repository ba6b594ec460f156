"""Levels that follow what came lately, and averages over variants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftershock.system.phase import BUSY, LEVELS, SPREADS, average, follow_level, forgetting

QUICK = settings(max_examples=30, deadline=None)


def test_with_full_memory_and_one_forgetting_day_a_level_is_the_sum_of_discounted_days(rng):
    counts, mean = rng.poisson(2.0, 50), rng.exponential(2.0, 50)
    keep, prior = 0.9, 3.0
    shape, rate = follow_level(counts, mean, keep, prior)
    discount = keep ** np.arange(50)[::-1]
    assert shape[-1] == pytest.approx(prior + discount @ counts)  # the prior's share never fades
    assert rate[-1] == pytest.approx(prior + discount @ mean)
    assert (shape[0], rate[0]) == (prior, prior)


def test_a_level_that_keeps_all_stays_at_one(rng):
    shape, rate = follow_level(rng.poisson(9.0, 20), np.ones(20), 1.0, 1.0)
    assert np.array_equal(shape, rate)


def test_a_level_rises_to_what_came():
    shape, rate = follow_level(np.full(400, 6), np.full(400, 2.0), 0.98, 1.0)
    assert shape[-1] / rate[-1] == pytest.approx(3.0, rel=0.05)


@QUICK
@given(st.integers(1, 5), st.integers(1, 40), st.integers(0, 10_000))
def test_without_forgetting_the_average_is_bayes_rule(variants, days, seed):
    logs = np.random.default_rng(seed).normal(-1, 0.5, (variants, days))
    prior = np.random.default_rng(seed + 1).dirichlet(np.ones(variants))
    out, weights = average(logs, prior, 1.0)
    joint = np.log(np.exp(logs.sum(axis=1)) @ prior)
    assert out.sum() == pytest.approx(joint)
    posterior = prior * np.exp(logs.sum(axis=1))
    assert weights[-1] == pytest.approx(posterior / posterior.sum(), abs=1e-9)
    assert np.allclose(weights.sum(axis=1), 1)


def test_one_variant_is_itself(rng):
    logs = rng.normal(-2, 1, (1, 30))
    out, weights = average(logs, np.ones(1), 0.97)
    assert out == pytest.approx(logs[0])
    assert np.array_equal(weights, np.ones((31, 1)))


def test_forgetting_returns_weights_towards_equal():
    logs = np.zeros((2, 1500))
    logs[0, :20] = 1.0
    _, weights = average(logs, np.full(2, 0.5), 0.98)
    assert weights[20, 0] > 0.99
    assert weights[-1] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_a_variant_that_failed_once_can_return():
    logs = np.zeros((2, 400))
    logs[0, 0] = -1000.0
    logs[1, 1:] = -0.5
    assert average(logs, np.full(2, 0.5), 0.99)[1][-1, 0] > 0.99


def test_a_days_weight_rests_on_days_before_it(rng):
    logs = rng.normal(-1, 1, (3, 20))
    changed = logs.copy()
    changed[:, 12:] = 0.0
    prior = np.full(3, 1 / 3)
    one, other = average(logs, prior, 0.99), average(changed, prior, 0.99)
    assert np.array_equal(one[0][:12], other[0][:12])
    assert np.array_equal(one[1][:13], other[1][:13])


def test_quiet_streams_forget_slowly():
    assert forgetting(BUSY) == forgetting(5.0) == pytest.approx(0.99)
    assert forgetting(0.01) > forgetting(0.1) > 0.99
    assert forgetting(0.0) == 1.0


def test_the_plain_level_and_spread_are_among_those_averaged():
    assert LEVELS[0].keep == 1.0
    assert 1.0 in SPREADS
