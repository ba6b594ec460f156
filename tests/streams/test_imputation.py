"""Days of events dated to ranges."""

import numpy as np
import pytest
from scipy import stats

from aftershock.streams.imputation import imputed_days


def test_days_are_uniform_over_the_range_and_independent_between_imputations():
    n, width = 20_000, 7
    days = imputed_days(np.arange(n), np.full(n, 17_000), np.full(n, width), imputations=3, seed=5) - 17_000
    for one in days:
        assert stats.chisquare(np.bincount(one, minlength=width)).pvalue > 1e-4
    for one, two in ((0, 1), (0, 2), (1, 2)):
        table = np.bincount(days[one] * width + days[two], minlength=width**2).reshape(width, width)
        assert stats.chi2_contingency(table).pvalue > 1e-4


@pytest.mark.parametrize("neighbour", ["id", "start", "seed"])
def test_neighbouring_events_and_seeds_are_independent(neighbour):
    n, width = 5_000, 10
    ids, start = np.arange(n), np.zeros(n, int)
    base = imputed_days(ids, start, np.full(n, width), imputations=1, seed=1)[0]
    other = imputed_days(
        ids + (neighbour == "id"),
        start + (neighbour == "start"),
        np.full(n, width),
        imputations=1,
        seed=1 + (neighbour == "seed"),
    )[0] - (neighbour == "start")
    table = np.bincount(base * width + other, minlength=width**2).reshape(width, width)
    assert stats.chi2_contingency(table).pvalue > 1e-4


def test_one_event_falls_on_every_day_over_many_imputations():
    days = imputed_days(np.array([9]), np.array([3]), np.array([4]), imputations=4000, seed=1)[:, 0]
    assert stats.chisquare(np.bincount(days - 3, minlength=4)).pvalue > 1e-4


def test_days_depend_on_the_event_alone(rng):
    ids, start, width = np.arange(500), rng.integers(0, 9, 500), rng.integers(1, 31, 500)
    days = imputed_days(ids, start, width, imputations=2, seed=-3)
    order = rng.permutation(500)
    shuffled = imputed_days(ids[order], start[order], width[order], imputations=2, seed=-3)
    assert (shuffled == days[:, order]).all()
    more = imputed_days(ids[:50], start[:50], width[:50], imputations=5, seed=-3)
    assert (more[:2] == days[:, :50]).all()
    assert (days >= start).all()
    assert (days < start + width).all()


def test_no_event_gives_no_day():
    none = np.zeros(0, np.int64)
    assert imputed_days(none, none, none, imputations=3, seed=1).shape == (3, 0)
