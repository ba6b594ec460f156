import numpy as np
import pytest

from aftershock.accounts.questions.answering.interrupted import level_change, placebo_changes


def test_two_levels_and_their_ratio(rng):
    before, after = rng.poisson(40, 52).astype(float), rng.poisson(10, 52).astype(float)
    change = level_change(before, after)
    assert change.log_ratio == pytest.approx(np.log((after.sum() + 0.5) / (before.sum() + 0.5)))
    assert change.low < change.log_ratio < change.high < 0
    assert change.chance_rises < 0.001
    assert (change.before, change.after) == (before.mean(), after.mean())
    back = level_change(after, before)
    assert back.log_ratio == pytest.approx(-change.log_ratio)
    assert back.low == pytest.approx(-change.high)


def test_none_before_or_after_has_a_wide_ratio():
    change = level_change(np.zeros(20), np.r_[np.zeros(18), 1.0, 1.0])
    assert np.isfinite([change.low, change.high]).all()
    assert change.low < 0 < change.high
    nothing = level_change(np.zeros(20), np.zeros(20))
    assert (nothing.log_ratio, nothing.chance_rises) == (0.0, 0.5)


def drawn(rng, weeks, *, memory, spread, ratio, mean=20.0):
    """Counts driven by a log intensity that forgets within ``memory`` weeks; the second half at another level."""
    keep = np.exp(-1 / memory) if memory else 0.0
    state = np.empty(2 * weeks)
    state[0] = rng.normal()
    for week in range(1, 2 * weeks):
        state[week] = keep * state[week - 1] + np.sqrt(1 - keep**2) * rng.normal()
    rate = mean * np.exp(spread * state - spread**2 / 2)
    rate[weeks:] *= ratio
    counts = rng.poisson(rate).astype(float)
    return counts[:weeks], counts[weeks:]


@pytest.mark.parametrize(
    ("memory", "spread", "least"), [(0, 0.0, 0.87), (0, 1.0, 0.87), (2, 0.7, 0.78), (6, 0.7, 0.72)]
)
@pytest.mark.parametrize("ratio", [1.0, 0.3])
def test_intervals_hold_the_ratio_as_often_as_documented(rng, memory, spread, ratio, least):
    held = 0
    for _ in range(200):
        change = level_change(*drawn(rng, 52, memory=memory, spread=spread, ratio=ratio))
        held += change.low <= np.log(ratio) <= change.high
    assert held / 200 >= least


def test_serial_correlation_widens(rng):
    calm = level_change(*drawn(rng, 52, memory=0, spread=0.7, ratio=1.0))
    slow = [level_change(*drawn(rng, 52, memory=6, spread=0.7, ratio=1.0)).inflation for _ in range(20)]
    assert np.median(slow) > 1.5
    assert calm.inflation < 2


def test_over_dispersion_widens(rng):
    even = level_change(np.full(52, 20.0), np.full(52, 20.0))
    wild = level_change(
        rng.negative_binomial(1, 1 / 21, 52).astype(float), rng.negative_binomial(1, 1 / 21, 52).astype(float)
    )
    assert even.dispersion == 1.0
    assert wild.dispersion > 5
    assert wild.high - wild.low > 3 * (even.high - even.low)


def test_placebo_dates_leave_the_real_change_out():
    counts = np.r_[np.full(60, 10.0), np.full(60, 1.0)]
    ratios = placebo_changes(counts, counts, 10, 10, at=60, least=5)
    np.testing.assert_allclose(ratios, 0.0, atol=1e-12)
    assert len(ratios) == (60 - 10 - 10 + 1) * 2
    other = placebo_changes(counts, counts, 10, 10, at=30, least=5)
    assert other.min() == pytest.approx(np.log(10.5 / 100.5))


def test_placebo_dates_need_events():
    counts = np.r_[np.zeros(40), np.ones(40)]
    assert len(placebo_changes(counts, counts, 10, 10, at=70, least=5)) < 40
    assert len(placebo_changes(np.zeros(80), np.zeros(80), 10, 10, at=40, least=1)) == 0
    assert len(placebo_changes(np.ones(15), np.ones(15), 10, 10, at=10, least=1)) == 0
