import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aftershock.models.courses import courses, follow

cubes = arrays(
    np.int64, st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 12)), elements=st.integers(0, 9)
)


@given(draws=cubes, seed=st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_reordering_changes_no_months_distribution(draws, seed):
    rng = np.random.default_rng(seed)
    tied = courses(draws, np.arange(1, draws.shape[1] + 1), rng=rng)
    led = follow(draws, rng.integers(0, 5, draws.shape), rng=rng)
    for made in (tied, led):
        assert np.array_equal(np.sort(made, axis=2), np.sort(draws, axis=2))


def test_draws_take_the_ranks_of_the_course_they_follow(rng):
    draws, template = rng.integers(0, 10**6, (2, 5, 200)), rng.integers(0, 10**6, (2, 5, 200))
    led = follow(draws, template, rng=rng)
    assert np.array_equal(np.argsort(led, axis=2), np.argsort(template, axis=2))


def test_courses_equal_in_a_month_are_ranked_by_their_mean(rng):
    template = np.array([[[0, 0, 0], [1, 3, 2]]])
    led = follow(np.array([[[5, 6, 7], [10, 20, 30]]]), template, rng=rng)
    assert led.tolist() == [[[5, 7, 6], [10, 30, 20]]]
