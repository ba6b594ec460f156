"""Days foretold from those before them, and scored."""

import numpy as np
import pytest
from scipy import stats

from aftershock.errors import UsageError
from aftershock.system.scoring import MODELS, SystemScores, score_system
from system_streams import make_streams

SPLIT, DAYS = "2001-08-31", 300  # 243 days are learnt from


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(8)
    first = rng.poisson(0.8, DAYS)
    return np.stack([first, rng.poisson(0.2 + np.r_[0, first[:-1]])], axis=1)


@pytest.fixture(scope="module")
def scores(counts):
    return score_system(make_streams(counts), train_until=SPLIT)


def test_every_model_scores_every_day_of_the_test(scores, counts):
    assert set(scores.values) == set(MODELS)
    assert all(value.shape == (DAYS - 243, 2) and (value < 0).all() for value in scores.values.values())
    assert scores.first_day == np.datetime64("2001-09-01")
    assert scores.events == pytest.approx(counts[243:].sum(axis=0))
    assert scores.days == DAYS - 243


def test_the_constant_is_a_negative_binomial_of_the_days_learnt(scores, counts):
    """Poisson counts leave almost no dispersion, so that the closed form is near."""
    learnt = counts[30:243, 0]
    expected = stats.poisson.logpmf(counts[243:, 0], learnt.mean()).sum()
    assert scores.values["constant"][:, 0].sum() == pytest.approx(expected, abs=1.5)


def test_a_stream_that_follows_another_gains_from_it(scores):
    gain, low, high = scores.gain("system", "own_phase", block=7)
    assert low <= gain <= high
    assert gain == pytest.approx(scores.per_day("system") - scores.per_day("own_phase"))
    assert gain > 0.05


def test_days_after_the_training_do_not_change_what_was_learnt(counts, scores):
    """The last ten days are changed: nothing before them may move."""
    changed = counts.copy()
    changed[-10:] = 7 - changed[-10:]
    other = score_system(make_streams(np.abs(changed)), train_until=SPLIT)
    for model in MODELS:
        assert np.array_equal(scores.values[model][:-10], other.values[model][:-10])
        assert not np.array_equal(scores.values[model][-10:], other.values[model][-10:])


def test_refitting_uses_no_day_to_come(counts):
    changed = counts.copy()
    changed[-5:] += 4
    one, other = (
        score_system(make_streams(c), train_until=SPLIT, refit_every=20, mask="own") for c in (counts, changed)
    )
    assert one.refit_every == 20
    for model in MODELS:
        assert np.array_equal(one.values[model][:-5], other.values[model][:-5])


def test_imputations_are_averaged_in_nats(counts):
    swapped = np.stack([counts, counts[:, ::-1]])
    both = score_system(make_streams(swapped), train_until=SPLIT, mask="own")
    alone = [score_system(make_streams(c), train_until=SPLIT, mask="own") for c in swapped]
    expected = (alone[0].values["constant"] + alone[1].values["constant"]) / 2
    assert both.values["constant"] == pytest.approx(expected)


def test_figures_are_per_day_and_per_event():
    values = {model: np.full((4, 2), -0.5) for model in MODELS}
    made = SystemScores(
        ("a", "b"), np.datetime64("2001-01-01"), np.datetime64("2001-01-04"), values, np.array([1.0, 3.0])
    )
    assert made.per_day("system") == -1.0
    assert made.per_event("system") == -1.0
    frame = made.to_frame()
    assert list(frame.columns) == ["stream", "events", *MODELS]
    assert frame["system"].tolist() == [-0.5, -0.5]
    assert made.gain("system", "constant") == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"train_until": "2001-10-27"}, "days scored must come after those learnt from"),
        ({"train_until": "2001-02-10"}, "a system needs 60 days to learn from"),
        ({"train_until": SPLIT, "refit_every": 0}, "days between trainings must be 1 or more"),
    ],
)
def test_what_cannot_be_is_refused(counts, options, message):
    with pytest.raises(UsageError, match=message):
        score_system(make_streams(counts), **options)
