import numpy as np
import pytest

from aftershock.errors import UsageError
from aftershock.models import make_model
from aftershock.models.weighted_history import dithered


def test_months_are_drawn_in_proportion_to_their_weights(make_panel):
    model = make_model("weighted_history:half_life=1,spread=0,window=3")
    drawn = model.forecast(make_panel([[90, 10, 20, 40]]), horizons=[5], targets=("sb",), draws=7_000).of("sb")
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [10, 20, 40]
    assert counts == pytest.approx([1000, 2000, 4000], abs=2)


def test_months_of_the_same_calendar_month_count_more(make_panel):
    model = make_model("weighted_history:half_life=1e9,spread=0,window=12,season=3")
    drawn = model.forecast(make_panel([range(1, 13)]), horizons=[2], targets=("sb",), draws=1_400).of("sb")
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [*range(1, 13)]
    assert counts == pytest.approx(np.where(values == 2, 300, 100), abs=2)


def test_the_spread_grows_with_the_root_of_the_horizon_and_keeps_the_mean(make_panel):
    model = make_model("weighted_history:spread=0.2,window=1")
    drawn = model.forecast(make_panel([[10_000]]), horizons=[4, 16], targets=("sb",), draws=40_000).of("sb")[0]
    logs = np.log(drawn)
    assert logs.std(axis=1) == pytest.approx([0.4, 0.8], rel=0.02)
    assert drawn.mean(axis=1) == pytest.approx(10_000, rel=0.03)


def test_dithering_keeps_the_mean_and_exact_zeros(rng):
    assert dithered(np.full(50_000, 2.3), rng).mean() == pytest.approx(2.3, abs=0.02)
    assert not dithered(np.zeros(1000), rng).any()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("half_life=0", "a half-life must be more than 0"),
        ("spread=3", "a spread must lie"),
        ("season=0", "a season's weight must be"),
    ],
)
def test_options_that_cannot_be_are_refused(text, message):
    with pytest.raises(UsageError, match=message):
        make_model(f"weighted_history:{text}")
