import numpy as np
import pytest

from aftershock.errors import UsageError
from aftershock.models import make_model
from aftershock.models.forest import FIRST, Forest, _pick, similar

SMALL = Forest(trees=20)
AHEAD = np.arange(1, 37)


def test_situations_are_old_enough_for_their_outcomes_to_be_known(world):
    past = world.until(420)
    state = SMALL.fit(past, "sb")
    for horizon, reach in ((1, 14), (14, 14), (15, 36), (36, 36)):
        grown = SMALL.grown(state, horizon)
        assert grown.reach == reach
        assert grown.month.min() >= FIRST
        assert grown.month.max() + reach == state.series.shape[1] - 1
        assert world.exists[grown.unit, grown.month].all()


def test_a_draw_is_what_followed_one_situation_at_the_units_own_level(world):
    """With one draw per tree every course can be looked up in the record."""
    past = world.until(420)
    state = SMALL.fit(past, "sb")
    drawn = SMALL.draw(state, horizons=AHEAD[:14], draws=40, rng=np.random.default_rng(1))
    unit = int(np.argmax(past.deaths[:, -12:, 0].sum(axis=1)))
    grown, (weight,) = similar(SMALL, state, np.array([unit]), horizon=14)
    assert weight.sum() == pytest.approx(1)
    used = np.flatnonzero(weight)
    followed = state.series[grown.unit[used][:, None], grown.month[used][:, None] + AHEAD[:14]]
    ratio = (state.level[unit, -1] + 1) / (state.level[grown.unit[used], grown.month[used]] + 1)
    courses = np.minimum(followed * ratio[:, None], state.series.max())
    for k in range(40):
        apart = np.abs(courses - drawn[unit, :, k]).max(axis=1)
        assert apart.min() <= 1


def test_the_origins_calendar_month_and_the_units_own_past_count_more(world):
    past, unit = world.until(420), 100
    plain, chosen = Forest(trees=10, season=1, own=1), Forest(trees=10, season=5, own=4)
    shares = []
    for model in (plain, chosen):
        state = model.fit(past, "sb")
        grown, (weight,) = similar(model, state, np.array([unit]), horizon=3)
        same = (state.series.shape[1] - 1 - grown.month) % 12 == 0
        shares.append([weight[same].sum(), weight[grown.unit == unit].sum()])
        picked = _pick(state, grown, model.own, 20_000, np.random.default_rng(1))[unit]
        often = np.bincount(picked, minlength=len(weight)) / 20_000
        assert often[same].sum() == pytest.approx(weight[same].sum(), abs=0.01)
        assert often[grown.unit == unit].sum() == pytest.approx(weight[grown.unit == unit].sum(), abs=0.01)
    assert shares[1][0] > 2 * shares[0][0]
    assert shares[1][1] > 1.5 * shares[0][1] > 0


def test_no_month_is_drawn_beyond_the_worst_on_record(world):
    past = world.until(420)
    drawn = SMALL.forecast(past, horizons=AHEAD, targets=("os",), draws=60).of("os")
    assert drawn.max() <= past.deaths[:, :, 2].max()


def test_trees_learn_what_follows_what(make_panel, rng):
    """Units whose violence always ends within a year, and others whose never does: each gets its own kind's future."""
    months = 240
    lasting = np.tile(rng.poisson(30, (6, 1)), months)
    bursts = np.zeros((6, months), np.int64)
    for row, start in zip(bursts, rng.integers(0, 24, 6), strict=True):
        for first in range(start, months, 48):
            row[first : first + 6] = 30
    bursts[0, -60:] = 0
    bursts[0, -6:] = 30
    past = make_panel(np.concatenate([lasting, bursts]), units=range(1001, 1013))
    drawn = Forest(trees=40, leaf=5).forecast(past, horizons=[10, 11, 12], targets=("sb",), draws=200).of("sb")
    assert (drawn[:6] > 0).mean() > 0.9
    assert (drawn[6] > 0).mean() < 0.3


def test_longer_courses_go_on_where_the_shorter_forest_ends(world):
    drawn = SMALL.forecast(world.until(420), horizons=[14, 15], targets=("sb",), draws=200).of("sb").astype(float)
    violent = drawn.mean(axis=(1, 2)) > 20
    logs = np.log1p(drawn[violent])
    correlations = [np.corrcoef(a, b)[0, 1] for a, b in logs]
    assert np.median(correlations) > 0.25


def test_a_past_too_short_for_a_forest_gives_the_units_own_months(make_panel):
    panel = make_panel(np.tile([[5], [0]], 30))
    assert SMALL.fit(panel, "sb").reaches == ()
    made = SMALL.forecast(panel, horizons=[1, 20], targets=("sb",), draws=100)
    assert np.median(made.of("sb")[0]) == pytest.approx(5, abs=1)
    assert made.of("sb")[1].max() == 0


def test_beyond_the_reach_of_every_forest_the_units_own_months_go_on(make_panel, rng):
    panel = make_panel(rng.poisson(4, (8, 60)), units=range(1001, 1009))
    assert SMALL.fit(panel, "sb").reaches == (14,)
    drawn = SMALL.forecast(panel, horizons=range(1, 37), targets=("sb",), draws=200).of("sb").astype(float)
    assert drawn.shape == (8, 36, 200)
    late = [np.corrcoef(unit[20], unit[30])[0, 1] for unit in drawn]
    assert np.mean(late) < 0.9  # months of their own, not one month repeated


@pytest.mark.parametrize("known", [3, 20, 40])
def test_units_known_for_a_short_time_only_are_no_reason_to_fail(make_panel, rng, known):
    exists = np.zeros((3, 200), bool)
    exists[:, -known:] = True
    made = SMALL.forecast(make_panel(rng.poisson(3, (3, 200)) * exists, exists=exists), horizons=[1, 30], draws=20)
    assert made.draws.shape == (4, 3, 2, 20)


def test_writing_into_a_panel_changes_no_later_forecast_of_equal_figures(make_panel, rng):
    past = rng.poisson(4, (3, 120))
    panel = make_panel(past)
    before = SMALL.forecast(panel, horizons=[1], targets=("sb",), draws=50)
    panel.deaths[:] = 0
    assert np.array_equal(SMALL.forecast(make_panel(past), horizons=[1], targets=("sb",), draws=50).draws, before.draws)


@pytest.mark.parametrize(
    "option", ["trees=0", "leaf=0", "candidates=2", "sample=0", "thinning=0", "own=0", "half_life=0"]
)
def test_options_that_cannot_be_are_refused(option):
    with pytest.raises(UsageError, match=rf"{option.split('=')[0]} must be"):
        make_model(f"forest:{option}")
