"""The embedded days of Iraq and Syria as events."""

import numpy as np
import pyarrow as pa
import pytest

from aftershock.contract import EVENT_COLUMNS
from aftershock.errors import UsageError
from aftershock.figures import embedded_events, load_table
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.months import parse_month

SUMS = ["deaths_a", "deaths_b", "deaths_civilians", "low", "best", "high"]


@pytest.fixture(scope="module")
def frame():
    return embedded_events().to_frame()


def test_events_and_deaths_add_up_to_the_table_exactly(frame):
    table = load_table("iraq_syria_days_2003_2019")
    keys = ["country", "dyad", "type_of_violence", "date_start", "date_end"]
    there = table.rename(columns={"dyad_id": "dyad"}).groupby(keys)[["events", *SUMS]].sum()
    here = frame.rename(columns={"dyad_new_id": "dyad"}).assign(events=1).groupby(keys)[["events", *SUMS]].sum()
    assert (here == there.loc[here.index]).all(axis=None)
    assert len(here) == len(there)


def test_every_event_is_sound(frame):
    assert frame.id.is_unique
    assert (frame.best == frame[["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"]].sum(axis=1)).all()
    assert (frame[["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "low"]] >= 0).all(axis=None)
    assert set(frame.country_id) == {645, 652}
    assert frame[["side_a", "side_b", "side_a_new_id", "side_b_new_id", "dyad_name"]].notna().all(axis=None)


def test_a_row_is_dealt_out_evenly(frame):
    table = load_table("iraq_syria_days_2003_2019")
    row = table[table.events > 5].iloc[0]
    at = int(table.events.iloc[: row.name].sum())
    mine = frame.iloc[at : at + row.events]
    assert (mine.dyad_new_id == row.dyad_id).all()
    for name in ("low", "best", "high"):
        assert np.ptp(mine[name]) <= 1
        assert mine[name].sum() == row[name]


def test_columns_and_types_are_those_of_a_release():
    table = embedded_events(["Iraq"]).table
    assert table.column_names == list(EVENT_COLUMNS)
    assert table.schema.field("date_start").type == pa.date32()
    assert table.schema.field("type_of_violence").type == pa.int8()
    assert table.column("number_of_sources").null_count == len(table)


@pytest.mark.parametrize(
    ("countries", "first", "last", "words"),
    [
        (["IRQ"], "2003-01", "2018-12", "Iraq end in December 2018"),
        ([652], "2016-01", "2019-11", "Syria run from January 2016"),
        (None, "2003-01", "2019-11", "dealt out evenly"),
    ],
)
def test_the_record_says_what_it_covers(countries, first, last, words):
    events = embedded_events(countries)
    assert events.span == (parse_month(first), parse_month(last))
    assert not events.worldwide
    assert words in " ".join(events.provenance.notes)
    assert events.provisional_from > events.span[1]


def test_an_event_is_the_same_whichever_countries_are_read(frame):
    syria = embedded_events("Syria").to_frame()
    assert syria.equals(frame[frame.country_id == 652].reset_index(drop=True))


def test_a_country_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match=r"Gleditsch–Ward number; found 'Irak'. Did you mean Iraq\?"):
        embedded_events(["Irak"])
    with pytest.raises(UsageError, match="countries must be named; found none"):
        embedded_events([])


def test_countries_are_found_by_every_name():
    assert find_gwcodes(["syria", "Irq", "640", 645], gwcode_names()) == [640, 645, 652]
    with pytest.raises(UsageError, match=r"found 'SYX'. Did you mean SYC\?|Did you mean SYR\?"):
        find_gwcodes("SYX", gwcode_names())
