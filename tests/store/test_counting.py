"""Which vintage of the data directory counts when."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from aftershock.contract import EVENT_COLUMNS
from aftershock.errors import DataError
from aftershock.months import parse_month
from ged_rows import TODAY, acled_row, write_acled
from stored import ANNUAL, NEXT, best_by_id


def test_an_annual_release_replaces_an_older_one_whole(store, put):
    put(ANNUAL, "2025-06-11", e1=("2020-01-01", 1), e2=("2020-01-02", 2))
    put(NEXT, "2026-06-08", e1=("2020-01-01", 10), e3=("2025-05-01", 30))
    assert best_by_id(store) == {1: 10, 3: 30}
    assert store.events().span == (109, parse_month("2025-12"))
    assert store.events().provenance.vintage == "UCDP GED 26.1"


def test_candidate_rows_up_to_the_annual_cutoff_are_dropped(store, put):
    put(NEXT, "2026-06-08", e1="2025-12-31")
    put(
        "GEDEvent_v26_0_1.csv",
        "2026-02-20",
        e1=("2025-12-31", 99),
        e2=("2025-12-30", 99),
        e3="2025-12-31/2026-01-01",
        e4="2026-01-05",
    )
    assert best_by_id(store) == {1: 3, 3: 3, 4: 3}


def test_of_one_id_the_newest_vintage_counts(store, put):
    put(NEXT, "2026-06-08", e1="2025-01-01")
    put("GEDEvent_v26_0_1.csv", "2026-02-20", e2=("2026-01-05", 5), e3=("2026-01-06", 5))
    put("GEDEvent_v26_0_2.csv", "2026-03-20", e2=("2026-01-05", 50), e4="2026-02-05")
    assert best_by_id(store) == {1: 3, 2: 50, 3: 5, 4: 3}
    assert store.sql("SELECT vintage FROM events WHERE id = 2").vintage[0].startswith("ucdp-26.0.2-")


def test_a_cumulative_file_replaces_the_months_it_covers(store, put):
    put(NEXT, "2026-06-08", e1="2025-01-01")
    put("GEDEvent_v26_0_1.csv", "2026-02-20", e2=("2026-01-05", 5), e3="2026-01-06")
    put("GEDEvent_v26_0_4.csv", "2026-05-20", e7="2026-04-06")
    put("GEDEvent_v26_01_26_03.csv", "2026-04-20", e2=("2026-01-05", 50), e5="2026-03-31")
    assert best_by_id(store) == {1: 3, 2: 50, 5: 3, 7: 3}
    assert store.events().span[1] == parse_month("2026-04")


def test_a_missing_candidate_month_ends_the_record_with_a_note(store, put):
    put(NEXT, "2026-06-08", e1="2025-01-01")
    put("GEDEvent_v26_0_1.csv", "2026-02-20", e2="2026-01-05")
    put("GEDEvent_v26_0_3.csv", "2026-04-20", e3="2026-03-05")
    events = store.events()
    assert events.span == (109, parse_month("2026-01"))
    assert set(events.table["id"].to_pylist()) == {1, 2}
    assert events.provenance.notes == (
        "No candidate file covers 2026-02: the record ends before it. Run `aftershock pull`, or import that month.",
    )
    put("GEDEvent_v26_0_2.csv", "2026-03-20", e4="2026-02-05")
    assert store.events().span[1] == parse_month("2026-03")
    assert store.events().provenance.notes == ()


def test_candidate_files_alone_make_a_record_of_their_months(store, put):
    put("GEDEvent_v26_0_7.csv", "2026-08-20", e1="2026-06-30", e2="2026-07-01")
    put("GEDEvent_v26_0_8.csv", "2026-09-20", e3="2026-08-01")
    events = store.events()
    assert (events.span, events.provisional_from, events.worldwide) == ((559, 560), 559, True)
    assert set(events.table["id"].to_pylist()) == {2, 3}


def test_a_file_without_a_version_counts_only_where_there_is_no_annual_release(store, put):
    put(ANNUAL, "2025-06-11", e1="2020-01-01")
    put("mine.csv", "2025-07-01", e1=("2020-01-01", 99), e3="2025-01-01")
    events = store.events()
    assert best_by_id(store) == {1: 3}
    assert events.span == (109, parse_month("2024-12"))
    assert events.provenance.notes == (
        "Left out: mine.csv. A file without a version counts only where there is no annual release.",
    )
    assert events.worldwide


def test_files_without_a_version_alone(store, put):
    put("a.csv", "2025-07-01", e1=("2019-01-01", 1), e2=("2019-02-01", 2))
    put("b.csv", "2025-07-02", e2=("2019-02-01", 20), e3="2019-05-01")
    events = store.events()
    assert best_by_id(store) == {1: 1, 2: 20, 3: 3}
    assert events.span == (parse_month("2019-01"), parse_month("2019-05"))
    assert not events.worldwide
    assert "Only countries with an event in the imported files are counted" in events.provenance.notes[0]
    assert len(store.panel().units) == 1


def test_any_past_day_can_be_answered_for(store, put):
    put("GEDEvent_v25_0_1.csv", "2025-02-20", e5="2025-01-05")
    put(ANNUAL, "2025-06-11", e1=("2020-01-01", 1))
    put("GEDEvent_v25_0_2.csv", "2025-03-20", e6="2025-02-05")
    put(NEXT, "2026-06-08", e1=("2020-01-01", 10), e5=("2025-01-05", 7))
    pictures = {
        "2025-02-20": {5: 3},
        "2025-03-20": {5: 3, 6: 3},
        "2025-06-10": {5: 3, 6: 3},
        "2025-06-11": {1: 1, 5: 3, 6: 3},
        "2026-06-07": {1: 1, 5: 3, 6: 3},
        "2026-06-08": {1: 10, 5: 7},
    }
    assert {day: best_by_id(store, as_of=dt.date.fromisoformat(day)) for day in pictures} == pictures
    assert best_by_id(store) == pictures["2026-06-08"]
    with pytest.raises(
        DataError, match=r"must hold UCDP data known by 2025-02-19; found the first known on 2025-02-20"
    ):
        store.events(as_of=dt.date(2025, 2, 19))


def test_an_empty_store_says_so(store):
    assert store.vintages() == []
    assert store.sources() == []
    with pytest.raises(DataError, match=r"the store must hold UCDP data; found nothing in .*Run `aftershock pull`"):
        store.events()
    assert not store.folder.exists()


def test_provisional_months_are_marked_in_the_panel(store, put):
    put(NEXT, "2026-06-08", e1="2025-12-01")
    put("GEDEvent_v26_01_26_06.csv", "2026-07-20", e2="2026-01-01/2026-06-30")
    panel = store.panel(spread="uniform")
    assert panel.months[panel.provisional].tolist() == list(range(parse_month("2026-01"), parse_month("2026-06") + 1))
    assert panel.deaths.sum() == 6
    assert store.sql("SELECT id, provisional FROM events ORDER BY id").values.tolist() == [[1, False], [2, True]]


@pytest.mark.parametrize("kind", ["country_id", "priogrid_gid", "dyad_id"])
def test_a_panel_counted_in_the_store_is_that_of_its_events(store, put, kind):
    from aftershock.panel import count_deaths

    put(NEXT, "2026-06-08", e1="2024-12-01/2025-02-03", e2=("2024-12-09", 40))
    for spread in ("uniform", "start", "end"):
        one, other = store.panel(kind, spread=spread), count_deaths(store.events(), kind, spread=spread)
        assert np.array_equal(one.deaths, other.deaths)
        assert np.array_equal(one.units, other.units)
        assert one.provenance == other.provenance


def test_acled_is_kept_apart(store, put, tmp_path):
    put(NEXT, "2026-06-08", e1="2025-12-01")
    path = write_acled(
        tmp_path / "GEDEvent_v26_0_1.csv", [acled_row(), acled_row(event_id_cnty="SYR2", event_date="2024-05-01")]
    )
    found, _ = store.add(path, today=TODAY)
    assert (found.source, found.kind, found.release) == ("acled", "file", "GEDEvent_v26_0_1.csv")
    assert store.sources() == ["ucdp", "acled"]
    assert best_by_id(store) == {1: 3}
    acled = store.events("acled")
    assert len(acled) == 2
    assert (acled.span, acled.worldwide) == ((parse_month("2024-03"), parse_month("2024-05")), False)
    assert acled.provenance.citation.startswith("ACLED")
    assert store.panel(source="acled").deaths.sum() == 8


def test_the_view_has_the_columns_of_events(store, put):
    put(NEXT, "2026-06-08", e1="2025-12-01")
    assert store.sql("SELECT * FROM events").columns.tolist() == [*EVENT_COLUMNS, "provisional", "vintage"]
    assert store.events().table.column_names == list(EVENT_COLUMNS)


def test_events_come_in_the_order_of_their_days(store, put):
    put(NEXT, "2026-06-08", e3="2025-01-01", e1="2025-12-01", e2="2025-01-01")
    assert store.events().table["id"].to_pylist() == [2, 3, 1]
