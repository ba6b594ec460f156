"""One stream under several variants."""

import numpy as np
import pytest

from aftershock.system.kernel import FLOOR, log_probabilities
from aftershock.system.memory import ELSEWHERE, OWN, SAME_ACTOR, SAME_COUNTRY, Memory
from aftershock.system.phase import LEVELS, SPREADS
from aftershock.system.variants import FITS, features_of, foretell, level_weights, plain_variant, prior_rates, train
from system_streams import make_streams

NEAR = np.array([[OWN, SAME_ACTOR], [SAME_ACTOR, OWN]])


@pytest.fixture
def counts(rng):
    """Two streams of 330 days; the second follows the first."""
    first = rng.poisson(0.8, 330)
    return np.stack([first, rng.poisson(0.2 + np.r_[0, first[:-1]])], axis=1)


def course_of(counts, end=None, learnt=250):
    memory = Memory.of(make_streams(counts), learnt=learnt)
    return foretell(train(memory, 1, np.array([0, 1]), NEAR[1], start=30, end=learnt), memory, end=end)


def test_others_are_doubted_the_more_the_farther():
    rates = prior_rates(np.array([OWN, SAME_ACTOR, SAME_COUNTRY, ELSEWHERE]), 2, 3, 2)
    assert rates.shape == (2 + 4 * 2 * 3,)
    own, actor, country, far = rates[2:].reshape(4, 6)
    assert (own[:3] < own[3:]).all()
    assert actor[0] < country[0] < far[0]
    assert (1 / actor).sum() == pytest.approx(0.5 / 3)  # a third of what all others are expected to add


def test_without_coupling_only_its_own_past_is_seen(counts):
    memory = Memory.of(make_streams(counts))
    days = slice(30, 40)
    alone = features_of(memory, np.array([0, 1]), days, FITS[0], 1)
    both = features_of(memory, np.array([0, 1]), days, FITS[1], 1)
    assert alone.shape[1] < both.shape[1]
    assert np.array_equal(alone[:, 1:], memory.features(np.array([1]), days))
    assert (both[:, 0] == 1).all()


def test_a_course_has_a_line_for_every_variant_and_weights_sum_to_one(counts):
    course = course_of(counts)
    variants = len(FITS) * len(LEVELS) * len(SPREADS)
    assert course.logs.shape == (variants, 300)
    assert course.means.shape == (len(FITS), 300)
    assert course.weights.shape == (301, variants)
    assert np.allclose(course.weights.sum(axis=1), 1)
    assert level_weights(course.weights[-1]).sum() == pytest.approx(1)
    assert (course.logs.min(axis=0) <= course.system + 1e-9).all()
    assert (course.system <= course.logs.max(axis=0) + 1e-9).all()


def test_the_plain_variant_is_its_fit_alone(counts):
    memory = Memory.of(make_streams(counts), learnt=250)
    model = train(memory, 1, np.array([0, 1]), NEAR[1], start=30, end=250)
    fit = model.fits[0]
    mean = features_of(memory, model.sources, slice(30, 330), FITS[0], 1) @ fit.weights + 2 * FLOOR
    expected = log_probabilities(memory.counts[30:, 1], mean, fit.delta, fit.rho)
    assert foretell(model, memory).logs[plain_variant()] == pytest.approx(expected, abs=1e-4)


def test_a_stream_that_follows_another_is_foretold_better_with_it(counts):
    course = course_of(counts)
    assert course.system[220:].sum() > course.alone[220:].sum() + 5


def test_days_after_training_do_not_change_the_fit_and_a_day_only_changes_later_ones(counts):
    changed = counts.copy()
    changed[280:] += 2
    one, other = course_of(counts), course_of(changed)
    assert np.array_equal(one.means[:, :251], other.means[:, :251])
    assert np.array_equal(one.system[:250], other.system[:250])
    assert not np.array_equal(one.system[250:], other.system[250:])


def test_training_may_begin_from_an_earlier_one(counts):
    memory = Memory.of(make_streams(counts), learnt=250)
    first = train(memory, 1, np.array([0, 1]), NEAR[1], start=30, end=220)
    anew = train(memory, 1, np.array([0, 1]), NEAR[1], start=30, end=250)
    again = train(memory, 1, np.array([0, 1]), NEAR[1], start=30, end=250, before=first)
    for fit, other in zip(anew.fits, again.fits, strict=True):
        assert fit.log_posterior == pytest.approx(other.log_posterior, abs=0.05)
