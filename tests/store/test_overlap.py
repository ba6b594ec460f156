"""Vintages that overlap: whose event counts, and which months of which country are known at all."""

import datetime as dt

import pytest

import aftershock
from aftershock.months import parse_month
from aftershock.store import Store
from ged_rows import TODAY, day_row, write_ged


@pytest.fixture
def put(tmp_path):
    store = Store(tmp_path / "store")

    def add(name, known_on, *rows):
        store.add(write_ged(tmp_path / name, rows), today=TODAY, known_on=dt.date.fromisoformat(known_on))
        return store

    return add


def test_an_older_candidate_does_not_override_a_newer_annual_release(put):
    put("GEDEvent_v23_0_1.csv", "2023-02-20", day_row(1, "2023-01-01", best=50), day_row(2, "2023-01-05", best=7))
    store = put("GEDEvent_v23_1.csv", "2023-06-10", day_row(1, "2022-12-31", best=10))
    panel = store.panel()
    december, january = parse_month("2022-12"), parse_month("2023-01")
    deaths = dict(zip(panel.months.tolist(), panel.deaths.sum(axis=(0, 2)).tolist(), strict=True))
    assert (deaths[december], deaths[january]) == (10, 7)


def test_candidate_rows_up_to_the_cut_off_are_counted_as_left_out(put):
    put("GEDEvent_v23_1.csv", "2023-06-10", day_row(1, "2022-12-31"))
    store = put("GEDEvent_v23_0_1.csv", "2023-07-20", day_row(2, "2022-12-30"), day_row(3, "2023-01-05"))
    note = "Candidate events left out, since the final data covers their months (to 2022-12): 1."
    assert note in store.panel().provenance.notes


def test_a_country_whose_file_ends_early_is_not_taken_to_be_at_peace(put):
    put("iraq.csv", "2024-01-01", *(day_row(m, f"2018-{m:02}-10", best=100) for m in range(1, 13)))
    elsewhere = {"country_id": 475, "country": "Nigeria", "best": 5}
    store = put("nigeria.csv", "2024-01-01", *(day_row(100 + m, f"2019-{m:02}-10", **elsewhere) for m in range(1, 13)))
    panel = store.panel()
    assert panel.units.tolist() == [60, 79]
    known = {
        unit: panel.months[there][[0, -1]].tolist()
        for unit, there in zip(panel.units.tolist(), panel.exists, strict=True)
    }
    assert known == {60: [457, 468], 79: [469, 480]}
    made = aftershock.forecast(panel, draws=10)
    assert made.units.tolist() == [79]
    assert "Not forecast, for there are no figures of them in 2019-12: Iraq." in made.provenance.notes
    back = aftershock.forecast(panel, draws=200, origin="2018-12")
    assert back.units.tolist() == [60]
    assert back.of("sb").mean() == pytest.approx(100, rel=0.15)


def test_an_id_that_stands_twice_in_a_file_costs_one_row_not_the_import(put):
    store = put(
        "GEDEvent_v23_1.csv", "2023-06-10", day_row(1, "2022-01-01"), day_row(2, "2022-01-02"), day_row(1, "2022-01-03")
    )
    (vintage,) = store.vintages()
    assert (vintage.rows, vintage.read, vintage.rejected) == (3, 2, 1)
    assert len(store.events()) == 2
