import numpy as np
import pyarrow as pa
import pytest

from aftershock.contract import Events, Forecast, Panel, Provenance, Scores, Streams
from aftershock.errors import DataError, UsageError
from system_streams import make_streams

NOWHERE = Provenance("test", "test", "test")


def forecast(**changes):
    fields = {
        "model": "m", "kind": "country_id", "units": np.array([1, 2]), "origin": 500, "months": np.array([501, 503]),
        "targets": ("sb", "ns"), "draws": np.ones((2, 2, 2, 5), np.int32), "joint": ("month",), "provenance": NOWHERE,
        "seed": 1, "code_version": "0",
    }  # fmt: skip
    return Forecast(**(fields | changes))


def test_a_sound_forecast_answers():
    made = forecast()
    assert made.horizons.tolist() == [1, 3]
    assert made.sums("ns").tolist() == [[2] * 5] * 2
    assert made.select(np.array([2])).units.tolist() == [2]
    with pytest.raises(UsageError, match="this forecast holds sb, ns; found 'os'"):
        made.of("os")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"units": np.array([2, 1])}, "units not ascending at 2, 1"),
        ({"units": np.array([1, 1])}, "units not ascending at 1, 1"),
        ({"months": np.array([500, 501])}, "months at or before the origin 500"),
        ({"draws": np.full((2, 2, 2, 5), -1, np.int32)}, "draws below zero, down to -1"),
        ({"draws": np.ones((2, 2, 2, 5))}, "draws of type float64 instead of integers"),
        ({"draws": np.ones((1, 2, 2, 5), np.int32)}, r"draws of shape \(1, 2, 2, 5\) instead of \(2, 2, 2, 5\)"),
        ({"targets": ("sb", "war")}, r"targets war \(known: sb, ns, os, total\)"),
    ],
)
def test_a_broken_forecast_says_what_is_wrong(changes, message):
    with pytest.raises(DataError, match=message):
        forecast(**changes)


def test_everything_wrong_is_said_together():
    with pytest.raises(DataError, match="units not ascending.*months at or before"):
        forecast(units=np.array([2, 1]), months=np.array([499, 501]))


def test_panel_cuts_and_selects(make_panel):
    panel = make_panel([[1, 2, 3], [4, 5, 6]], first=400)
    cut = panel.until(401)
    assert cut.last_month == 401
    assert cut.series("total").tolist() == [[1, 2], [4, 5]]
    assert panel.select(np.array([220])).series("sb").tolist() == [[4, 5, 6]]
    assert panel.to_frame().columns.tolist() == ["month_id", "country_id", "ged_sb", "ged_ns", "ged_os"]


def test_panel_refuses_origins_outside_it(make_panel):
    panel = make_panel([[1, 2, 3]], first=505)
    for month in (504, 508, 0, -5):
        with pytest.raises(UsageError, match="an origin must lie within the data, 2022-01 to 2022-03"):
            panel.until(month)


def test_panel_refuses_gaps(make_panel):
    panel = make_panel([[1, 2, 3]])
    with pytest.raises(DataError, match="months with a gap after 401"):
        Panel(**(vars(panel) | {"months": np.array([400, 401, 403])}))


def test_panel_leaves_months_before_statehood_out_of_its_table(world):
    table = world.to_frame()
    assert table[table.country_id == 246].month_id.min() == 379  # South Sudan, July 2011


def test_events_need_their_columns():
    with pytest.raises(DataError, match="events must hold the GED columns; found no id"):
        Events(pa.table({"x": [1]}), (1, 2), 3, True, NOWHERE)


def test_scores_need_one_length():
    with pytest.raises(DataError, match=r"crps of shape \(2,\) instead of \(1,\)"):
        Scores("m", "sb", np.array([1]), np.array([500]), np.array([0]), {"crps": np.zeros(2)})


def test_streams_hold_a_loss_for_each_of_two_sides_and_are_cut_whole():
    streams = make_streams(np.arange(8).reshape(4, 2))
    losses = np.arange(16, dtype=np.int32).reshape(1, 4, 2, 2)
    sound = Streams(**vars(streams) | {"losses": losses})
    cut = sound.until("2001-01-02")
    assert cut.losses[0].tolist() == losses[0, :2].tolist()
    assert {getattr(cut, name).shape[1] for name in ("counts", "deaths", "civilians", "losses", "size", "harm")} == {2}
    with pytest.raises(DataError, match=r"losses of shape \(1, 4, 2\) instead of \(1, 4, 2, 2\)"):
        Streams(**vars(streams) | {"losses": losses[..., 0]})
    with pytest.raises(DataError, match="losses below zero, down to -15"):
        Streams(**vars(streams) | {"losses": -losses})
