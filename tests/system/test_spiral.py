"""How near a system is to feeding itself: the ratio, the edges it rests on, deaths next year, and the same at rolling origins."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from aftershock.errors import UsageError
from aftershock.jobs import Runner
from aftershock.system.fit import fit_system
from aftershock.system.simulate import Assumptions, simulate_system
from aftershock.system.spiral import _pack, _unpack, follow_spiral, ratio_shares, spiral_of
from system.test_simulate import FEEDS, make_streams, make_system, still


def test_shares_are_what_the_ratio_moves_by(rng):
    edges = rng.gamma(0.5, 0.4, (20, 4, 4))
    shares = ratio_shares(edges)
    assert shares.sum(axis=(1, 2)) == pytest.approx(1.0)
    radius = np.abs(np.linalg.eigvals(edges)).max(axis=1)
    for s in range(4):
        for r in range(4):
            nudged = edges.copy()
            nudged[:, s, r] *= 1 + 1e-6
            moved = (np.abs(np.linalg.eigvals(nudged)).max(axis=1) / radius - 1) / 1e-6
            np.testing.assert_allclose(shares[:, s, r], moved, atol=1e-4)


def test_shares_of_no_feedback_are_nothing():
    chain = np.array([[[0.0, 0.5], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], [[0.3, 9.0], [0.0, 0.3]]])
    shares = ratio_shares(chain)
    assert np.isfinite(shares).all()
    assert not shares[:2].any()
    assert not shares[2].any()  # two equal loops in a row: either may carry the ratio


def spiral_with(system, **options):
    given = {
        "days": 365,
        "draws": 400,
        "bins": "all",
        "opening": still(system),
    }
    return spiral_of(system, simulate_system(system, **(given | options)))


def test_a_quiet_system_is_far_from_a_spiral():
    past = np.random.default_rng(2).poisson(1.0, (500, 2))
    system = make_system(FEEDS, [0.5, 0.6], past=past, draws=5)
    spiral = spiral_with(system)
    assert spiral.supercritical == 0.0
    assert 0 < spiral.ratio_low <= spiral.ratio <= spiral.ratio_high < 1
    assert spiral.last == 2 * past[-365:].sum()
    assert 0.2 < spiral.exceeds["2"] < 0.7  # events here are twice as deadly as those on record
    assert spiral.exceeds["5"] < 0.05
    assert spiral.next_low < spiral.next < spiral.next_high
    assert spiral.capped < 0.2  # held at three times the busiest month for a while
    assert [edge.source for edge in spiral.edges[:1]] == ["stream 0"]
    assert sum(edge.share for edge in spiral.edges) == pytest.approx(1.0)


def test_a_supercritical_system_says_so():
    past = np.random.default_rng(2).poisson(1.0, (500, 1))
    spiral = spiral_with(make_system([[2.0]], [0.5], past=past), assumptions=Assumptions(cap=100))
    assert spiral.supercritical == 1.0
    assert spiral.ratio > 1
    assert spiral.exceeds["5"] == 1.0
    assert spiral.capped == 1.0
    assert "reached that" in spiral.notes[0]
    assert (spiral.edges[0].source, spiral.edges[0].target, spiral.edges[0].share) == ("stream 0", "stream 0", 1.0)


def test_probabilities_are_shares_of_the_futures():
    past = np.random.default_rng(2).poisson(0.6, (500, 1))
    system = make_system([[0.6]], [0.3], past=past)
    paths = simulate_system(system, days=400, draws=300, opening=still(system))
    spiral = spiral_of(system, paths)
    ahead = paths.deaths[:, :365].sum(axis=(1, 2))
    assert spiral.exceeds["2"] == (ahead > 4 * past[-365:].sum()).mean()
    assert spiral.next == np.median(ahead)


def test_a_year_is_needed_on_both_sides():
    system = make_system(FEEDS, [0.3, 0.6], past=np.ones((300, 2), int))
    with pytest.raises(UsageError, match="a record of 365 days; found 300"):
        spiral_of(system)
    system = make_system(FEEDS, [0.3, 0.6])
    with pytest.raises(UsageError, match="365 days in whole bins; found 30 days"):
        spiral_with(system, days=30)


@pytest.fixture(scope="module")
def record():
    return make_streams(np.random.default_rng(7).poisson(0.7, (600, 2)))


def test_origins_are_followed_alike_everywhere(record, tmp_path):
    origins = ["2018-06-01", "2018-03-01"]
    here = follow_spiral(record, origins, draws=20)
    assert [spiral.origin for spiral in here.spirals] == sorted(origins)
    again = spiral_of(fit_system(record.until("2018-03-01"), draws=20), draws=20)
    assert again == here.spirals[0]
    assert _unpack(_pack(again)) == again
    with ProcessPoolExecutor(1) as pool:
        assert follow_spiral(record, origins, draws=20, executor=Runner(pool, parts=tmp_path)) == here
    said = []
    kept = follow_spiral(
        record, origins, draws=20, executor=Runner(parts=tmp_path), progress=lambda *a: said.append(a[0])
    )
    assert kept == here
    assert said == ["spiral: 2018-03-01 (kept)", "spiral: 2018-06-01 (kept)"]
    table = here.to_frame()
    assert table.columns[:3].tolist() == ["origin", "supercritical", "ratio"]
    assert {"exceeds_2", "exceeds_5"} <= set(table.columns)
    assert set(here.edges_frame().origin) == set(origins)


@pytest.mark.parametrize(
    ("origins", "said"),
    [
        ([], "no origin"),
        (["2031-01-01"], "an origin must lie within the data"),
        (["2017-06-01"], "365 days after the record's beginning, 2017-01-01"),
    ],
)
def test_origins_that_cannot_be(record, origins, said):
    with pytest.raises(UsageError, match=said):
        follow_spiral(record, origins)
