import numpy as np
import pytest

from aftershock.contract import TARGETS
from aftershock.models.frozen import frozen
from aftershock.models.stack import CLASSES, GROUPS, MEMBERS, Stack, group_of, intensity, mixed, weights_of

CHOSEN = frozen()["stack"]


@pytest.mark.parametrize("target", TARGETS)
def test_frozen_weights_are_shares_for_every_class_and_group(target):
    table = np.array([CHOSEN["weights"][target][name] for name in CLASSES])
    assert table.shape == (len(CLASSES), len(GROUPS), len(MEMBERS))
    assert (table >= 0).all()
    assert table.sum(axis=2) == pytest.approx(1, abs=0.005)


def test_horizons_fall_into_their_groups():
    assert group_of(np.array([1, GROUPS[0], GROUPS[0] + 1, 36])).tolist() == [0, 0, 1, len(GROUPS) - 1]


def test_intensity_tells_quiet_past_low_and_high():
    past = np.zeros((5, 100), np.int64)
    past[1, 60], past[2, -3], past[3], past[4, 39] = 9, 3, 40, 9
    assert [list(CLASSES)[k] for k in intensity(past)] == ["quiet", "past", "low", "high", "quiet"]


def test_mixed_takes_each_members_share_evenly_through_its_draws(rng):
    first, second = np.arange(100).reshape(1, 1, -1), np.arange(1000, 1100).reshape(1, 1, -1)
    made = mixed([first, second], np.array([[[0.75, 0.25]]]), rng=rng)[0, 0]
    assert (made < 1000).sum() == 75
    assert np.median(made[made < 1000]) == pytest.approx(49.5, abs=2)
    assert np.median(made[made >= 1000]) == pytest.approx(1049.5, abs=4)
    assert np.array_equal(np.sort(mixed([first, second], np.array([[[1.0, 0.0]]]), rng=rng)[0, 0]), first[0, 0])


@pytest.mark.parametrize("draws", [1, 3, 50])
def test_law_a_mix_has_the_mean_of_its_members_however_heavy_their_tails(draws, rng):
    members = [np.floor(rng.lognormal(2, 1.7, (1, 1, draws))).astype(np.int64) * k for k in (1, 3, 0)]
    weights = np.array([0.6, 0.3, 0.1])
    copies = 20_000
    made = mixed([np.repeat(m, copies, axis=0) for m in members], np.broadcast_to(weights, (copies, 1, 3)), rng=rng)
    expected = sum(w * m.mean() for w, m in zip(weights, members, strict=True))
    assert made.mean() == pytest.approx(expected, rel=0.05)


def test_units_of_unlike_intensity_get_their_own_weights(world):
    classes, weights = weights_of(world.series("sb"), "sb")
    for name, k in zip(CLASSES, range(len(CLASSES)), strict=True):
        assert weights[classes == k][0].tolist() == CHOSEN["weights"]["sb"][name]


def test_draws_hold_the_members_draws_in_their_shares(world):
    """A month's draws are each member's own, evenly thinned: the pool is linear."""
    past, ahead = world.until(420), np.array([3])
    model, rng = Stack(), np.random.default_rng(3)
    state = model.fit(past, "sb")
    made = model.draw(state, horizons=ahead, draws=200, rng=np.random.default_rng(3))
    drawn = [m.draw(s, horizons=ahead, draws=200, rng=rng) for m, s in zip(MEMBERS, state.states, strict=True)]
    assert np.array_equal(np.sort(made), np.sort(mixed(drawn, state.weights[:, group_of(ahead)], rng=rng)))


def test_draws_are_courses_of_months_and_units_are_independent(world):
    """The year's chance of 25 deaths is at least any single month's, and one unit's ranks say nothing of another's."""
    made = Stack().forecast(world.until(420), horizons=range(1, 13), targets=("sb",), draws=400)
    months = made.of("sb")
    year = (made.sums("sb") >= 25).mean(axis=1)
    assert (year >= (months >= 25).mean(axis=2).max(axis=1)).all()
    assert set(made.joint) == {"unit", "month"}
    violent = made.sums("sb")[months.mean(axis=(1, 2)) > 20]
    ranks = np.argsort(np.argsort(violent, axis=1), axis=1)
    apart = np.corrcoef(ranks)[np.triu_indices(len(ranks), 1)]
    assert abs(apart.mean()) < 0.02
    along = [np.corrcoef(np.log1p(unit[0]), np.log1p(unit[-1]))[0, 1] for unit in months[months.mean(axis=(1, 2)) > 20]]
    assert np.median(along) > 0.15
