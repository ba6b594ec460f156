import numpy as np
import pytest

from aftershock.models.features import level, make_features, months_since


def column(features, name):
    return features.values[..., features.names.index(name)]


def test_months_since_counts_from_the_last_and_stops_at_300():
    happened = np.zeros((1, 400), bool)
    happened[0, 2] = True
    since = months_since(happened)[0]
    assert since[:5].tolist() == [300, 300, 0, 1, 2]
    assert since[-1] == 300


def test_level_is_a_geometric_mean_that_one_lump_hardly_moves():
    steady, lump = np.full((1, 60), 20.0), np.full((1, 60), 20.0)
    lump[0, -1] = 20_000
    assert level(steady, 1.5)[0, -1] == pytest.approx(20)
    assert level(lump, 1.5)[0, -1] < 400
    assert level(np.array([[0.0, 99.0]]), 1.0)[0].tolist() == pytest.approx([0, 100 ** (2 / 3) - 1])


def test_means_maxima_and_shares_are_those_of_their_windows(make_panel, rng):
    past = rng.poisson(3, (2, 80))
    features = make_features(make_panel(past), "sb")
    for at in (0, 7, 30, 79):
        for window in (3, 12, 60):
            seen = past[:, max(at - window + 1, 0) : at + 1]
            mean = column(features, f"mean deaths of {window} months")[:, at]
            assert np.expm1(mean) == pytest.approx(seen.mean(axis=1), rel=1e-5)
        seen = past[:, max(at - 11, 0) : at + 1]
        assert np.expm1(column(features, "worst of 12 months")[:, at]) == pytest.approx(seen.max(axis=1), rel=1e-5)
        assert column(features, "share of 12 months with deaths")[:, at] == pytest.approx((seen > 0).mean(axis=1))


def test_features_rest_on_their_month_and_earlier_ones_alone(world):
    whole = make_features(world, "ns").values
    cut = make_features(world.until(400), "ns").values
    assert np.array_equal(whole[:, : cut.shape[1]], cut)


def test_neighbours_are_seen_across_a_border_and_only_there(make_panel):
    past = np.zeros((3, 24), np.int64)
    past[2] = 50
    panel = make_panel(past, units=[1, 60, 220])  # Guyana, Iraq, Syria
    worst = column(make_features(panel, "sb"), "worst neighbour, mean deaths of 6 months")[:, -1]
    assert np.expm1(worst[1]) == pytest.approx(50, rel=1e-5)
    assert worst[0] == worst[2] == 0


def test_every_feature_is_finite_and_named_once(world):
    features = make_features(world, "total")
    assert len(set(features.names)) == len(features.names) == features.values.shape[-1]
    assert np.isfinite(features.values).all()
