"""The traps of UCDP GED files, each met in a published release."""

from __future__ import annotations

import datetime as dt

import pytest

from aftershock.contract import EVENT_COLUMNS
from aftershock.errors import DataError
from aftershock.figures import countries
from aftershock.panel import priogrid_cell
from aftershock.sources.ged import GED_COLUMNS, ged_format
from ged_rows import TODAY, csv_text, day_row, ged_row, read_events, reasons, write_ged

OUTSIDE = "best estimate outside low to high"
SIDES = "deaths by side do not add up to the best estimate"


def test_the_layout_is_the_published_one():
    assert len(GED_COLUMNS) == len(set(GED_COLUMNS)) == 49
    assert (GED_COLUMNS[0], GED_COLUMNS[5], GED_COLUMNS[44], GED_COLUMNS[-1]) == (
        "id",
        "type_of_violence",
        "best",
        "gwnob",
    )


def test_quoted_newlines_and_times_take_the_fast_path(tmp_path):
    rows = [
        day_row(1, "2026-07-11", source_headline='"Three killed",\nsays police'),
        day_row(2, "2026-07-12/2026-08-01"),
    ]
    reading, events = read_events(write_ged(tmp_path / "a.csv", rows))
    assert (reading.rows, reading.careful, reading.flags) == (2, False, {})
    assert events["date_start"].to_pylist() == [dt.date(2026, 7, 11), dt.date(2026, 7, 12)]
    assert events["date_end"].to_pylist() == [dt.date(2026, 7, 11), dt.date(2026, 8, 1)]


def test_a_time_of_day_does_not_put_the_end_before_the_start(tmp_path):
    row = ged_row(date_start="2017-07-05 23:59:00", date_end="2017-07-05")
    assert read_events(write_ged(tmp_path / "a.csv", [row]))[0].read == 1


@pytest.mark.parametrize("broken", [False, True])
def test_a_candidate_file_without_a_header_row(tmp_path, broken):
    rows = [ged_row(id=1), ged_row(id=2)]
    path = tmp_path / "GEDEvent_v24_0_1.csv"
    path.write_text(csv_text(rows, header=False) + "1,2\n" * broken)
    reading, events = read_events(path)
    assert events.equals(read_events(write_ged(tmp_path / "a.csv", rows))[1])
    assert reading.rejects["line"].to_pylist() == [3] * broken


def test_a_broken_order_of_estimates_is_kept_flagged_and_counted(tmp_path):
    estimates = [(2, 3, 5), (4, 3, 5), (2, 3, 2), (9, 3, 1), (3, 3, 3)]
    rows = [ged_row(id=k, low=low, best=best, high=high) for k, (low, best, high) in enumerate(estimates)]
    for extra in ([], [ged_row(id=9, best="x")]):
        reading, events = read_events(write_ged(tmp_path / "a.csv", rows + extra))
        assert reading.flags == {OUTSIDE: 3}
        assert list(zip(*(events[c].to_pylist() for c in ("low", "best", "high")), strict=True)) == estimates
        assert reading.careful == bool(extra)


def test_sides_that_do_not_add_up_are_flagged(tmp_path):
    rows = [ged_row(id=1), ged_row(id=2, deaths_unknown=1), ged_row(id=3, best=0, low=0)]
    assert read_events(write_ged(tmp_path / "a.csv", rows))[0].flags == {SIDES: 2}


def test_placeholder_actors_are_kept_and_flagged(tmp_path):
    rows = [
        ged_row(id=1, side_a="XXX181"),
        ged_row(id=2, side_b="XXX9"),
        ged_row(id=3, side_a="AXXX"),
        ged_row(id=4, side_b=""),
    ]
    reading, events = read_events(write_ged(tmp_path / "a.csv", rows))
    assert reading.flags == {"placeholder actor (XXX)": 2}
    assert events["side_a"].to_pylist()[0] == "XXX181"


def test_the_same_id_twice_in_one_file(tmp_path):
    rows = [ged_row(id=1, best=3), ged_row(id=2), ged_row(id=1, best=8)]
    reading, events = read_events(write_ged(tmp_path / "a.csv", rows))
    assert events["best"].to_pylist() == [3, 3]
    assert reasons(reading) == ['id stands twice; found "1"']


def test_every_state_of_views_and_the_vanished_ones_are_known(tmp_path):
    codes = [*countries().gwcode.tolist(), 345, 265, 315, 680, 817]
    rows = [ged_row(id=k, country_id=code) for k, code in enumerate(codes)] + [ged_row(id=999, country_id=344.5)]
    reading, events = read_events(write_ged(tmp_path / "a.csv", rows))
    assert events["country_id"].to_pylist() == codes
    assert reasons(reading) == ['country_id must be a whole number; found "344.5"']


def test_a_views_number_in_place_of_the_gleditsch_ward_one_is_rejected(tmp_path):
    reading, _ = read_events(write_ged(tmp_path / "a.csv", [ged_row(id=1), ged_row(id=2, country_id=246)]))
    assert reasons(reading) == ['country_id must be a Gleditsch–Ward number; found "246"']


PLACES = [(34.74075, 70.863598), (-90, -180), (90, 180), (89.999, 179.999), (0, 0), (-0.25, -0.25), (-33.5, 18.5)]


@pytest.mark.parametrize("column", ["missing", "empty"])
def test_a_missing_cell_is_worked_out_from_the_place(tmp_path, column):
    rows = [ged_row(id=k, latitude=lat, longitude=lon, priogrid_gid="") for k, (lat, lon) in enumerate(PLACES)]
    columns = [c for c in GED_COLUMNS if c != "priogrid_gid" or column == "empty"]
    reading, events = read_events(write_ged(tmp_path / "a.csv", rows, columns=columns))
    cells = events["priogrid_gid"].to_pylist()
    assert cells == [priogrid_cell(lat, lon) for lat, lon in PLACES]
    assert cells == [179782, 1, 259200, 259200, 129961, 129240, 81758]
    assert not reading.careful


def test_a_cell_that_is_given_is_kept(tmp_path):
    _, events = read_events(write_ged(tmp_path / "a.csv", [ged_row(priogrid_gid=7)]))
    assert events["priogrid_gid"].to_pylist() == [7]


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_absent(tmp_path):
    form = ged_format(TODAY)
    rows = [ged_row(id=1), ged_row(id=2, best=9)]
    needed = [*reversed(form.required), "a_column_nobody_knows"]
    path = write_ged(tmp_path / "a.csv", [row | {"a_column_nobody_knows": "x"} for row in rows], columns=needed)
    reading, events = read_events(path)
    _, whole = read_events(write_ged(tmp_path / "b.csv", rows))
    assert (reading.read, reading.careful) == (2, False)
    absent = {c for c in EVENT_COLUMNS if c not in needed} - {"year", "priogrid_gid"}
    for name in EVENT_COLUMNS:
        expected = [None, None] if name in absent else whole[name].to_pylist()
        assert events[name].to_pylist() == expected, name


@pytest.mark.parametrize("column", ged_format(TODAY).required)
def test_a_required_column_is_missed_by_name(tmp_path, column):
    path = write_ged(tmp_path / "a.csv", [ged_row()], columns=[c for c in GED_COLUMNS if c != column])
    with pytest.raises(DataError, match=rf"the file must have the columns .*; found no {column} \("):
        read_events(path)


def test_no_event_may_lie_after_tomorrow(tmp_path):
    rows = [day_row(1, "2026-09-25"), day_row(2, "2026-09-26"), day_row(3, "2026-09-27")]
    path = write_ged(tmp_path / "a.csv", rows)
    assert read_events(path)[1]["id"].to_pylist() == [1, 2]
    assert read_events(path, today=TODAY + dt.timedelta(days=1))[0].rejects.num_rows == 0
