"""Streams of real records: nothing lost, ranges spread, and the yardstick's ten streams day by day."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from aftershock.contract import TYPES, Events, Provenance
from aftershock.figures import embedded_events
from aftershock.streams.building import build_streams
from aftershock.streams.rules import StreamRule, read_rule
from ged_rows import read_events

RULE = Path(__file__).parents[2] / "benchmarks" / "syria_camps.yaml"
NAMES = [
    "car", "el_salvador", "indonesia", "iraq", "libya_2014", "nigeria", "pakistan", "philippines", "sierra_leone",
    "south_sudan", "sri_lanka", "sudan", "syria", "turkey", "ukraine_2014_2023",
]  # fmt: skip


def as_events(path: Path) -> Events:
    table = read_events(path)[1]
    frame = table.select(["date_start", "date_end"]).to_pandas()
    first, last = frame.date_start.min(), frame.date_end.max()
    span = ((first.year - 1980) * 12 + first.month, (last.year - 1980) * 12 + last.month)
    return Events(table, span, span[1] + 1, worldwide=False, provenance=Provenance("test", "test", "test"))


@pytest.fixture(scope="module", params=[*NAMES, "raw"])
def events(request, data):
    found = [data / "raw/GEDEvent_v23_0_10.csv", data / f"events/GEDEvent_{request.param}.csv.gz"]
    return as_events(found[request.param != "raw"])


def test_every_country_has_one_file_here(data):
    assert sorted(path.name[len("GEDEvent_") : -len(".csv.gz")] for path in data.glob("events/*.gz")) == NAMES


@pytest.mark.parametrize(
    "rule",
    [
        StreamRule(),
        StreamRule(split="province", lineage="kin"),
        StreamRule(split="cell", lineage="none", by_type=False),
    ],
    ids=["default", "province", "cell"],
)
def test_no_event_and_no_death_is_lost(events, rule):
    streams = build_streams(events, rule=rule)
    table = events.to_frame()
    width = (np.asarray(table.date_end, "M8[D]") - np.asarray(table.date_start, "M8[D]")).astype(int) + 1
    kept = table[(width <= 31) & (table.date_prec <= 4)]
    assert len(kept) + sum(streams.left_out.values()) == len(table)
    assert (streams.counts.sum(axis=(1, 2)) == len(kept)).all()
    assert (streams.deaths.sum(axis=(1, 2)) == kept.best.sum()).all()
    assert (streams.civilians.sum(axis=(1, 2)) == kept.deaths_civilians.sum()).all()
    assert (streams.losses.sum(axis=(1, 2, 3)) == (kept.deaths_a + kept.deaths_b).sum()).all()
    by_type = kept.groupby("type_of_violence").size().to_dict()
    if rule.by_type:
        for number, name in ((1, "sb"), (2, "ns"), (3, "os")):
            of = [k for k, stream in enumerate(streams.streams) if stream.types == (name,)]
            assert streams.counts[0][:, of].sum() == by_type.get(number, 0)
    assert streams.ranged == (width[kept.index] > 1).sum()
    assert not streams.counts[:, ~streams.present].any()
    assert all(len(stream.actors) == 1 for stream in streams.streams if stream.types == ("os",) and stream.actors)


def test_deaths_stand_with_the_side_that_had_them(events):
    """Pair by pair and year by year, from the record's own columns; every pair whose names the record never spells otherwise."""
    streams = build_streams(events, rule=StreamRule(lineage="none", widest_range=1, rest="drop", least_events=1))
    table = events.to_frame().query("date_start == date_end and date_prec <= 4 and type_of_violence != 3")
    table["year"] = [day.year for day in table.date_start]
    by_side = table.groupby(["type_of_violence", "side_a", "side_b", "year"])[["deaths_a", "deaths_b", "best"]]
    sums = by_side.sum().assign(events=by_side.size()).reset_index()
    year = streams.days.astype("M8[Y]").astype(int) + 1970
    told = 0
    for k, stream in enumerate(streams.streams):
        if len(set(stream.actors)) < 2:
            continue
        one, two = stream.actors
        ours = sums[sums.type_of_violence == TYPES[stream.types[0]]]
        there, back = ((ours[(ours.side_a == a) & (ours.side_b == b)]) for a, b in ((one, two), (two, one)))
        if there.events.sum() + back.events.sum() != streams.counts[0, :, k].sum():
            continue
        told += 1
        for n in np.unique(year):
            first = there.deaths_a[there.year == n].sum() + back.deaths_b[back.year == n].sum()
            second = there.deaths_b[there.year == n].sum() + back.deaths_a[back.year == n].sum()
            assert streams.losses[0, year == n, k].sum(axis=0).tolist() == [first, second]
    assert told >= 0.5 * sum(len(set(stream.actors)) == 2 for stream in streams.streams)


def test_the_exact_days_are_the_records_and_ranged_ones_lie_within(events):
    streams = build_streams(events, rule=StreamRule(pairs=False, by_type=False))
    table = events.to_frame()
    start, end = (np.asarray(table[name], "M8[D]") for name in ("date_start", "date_end"))
    kept = ((end - start).astype(int) < 31) & (table.date_prec <= 4).to_numpy()
    origin, days = streams.first_day, streams.counts.shape[1]
    upper, lower = np.zeros(days + 1, int), np.zeros(days, int)
    np.add.at(upper, (start[kept] - origin).astype(int), 1)
    np.add.at(upper, (end[kept] - origin).astype(int) + 1, -1)
    exact = kept & (start == end)
    np.add.at(lower, (start[exact] - origin).astype(int), 1)
    total = streams.counts.sum(axis=2)
    assert (total >= lower).all()
    assert (total <= np.cumsum(upper)[:-1]).all()


def test_exchanging_the_sides_of_battles_changes_nothing(events):
    table = events.table
    battles = table.column("type_of_violence").to_numpy() != 3
    swapped = table
    for one, two in (("side_a", "side_b"), ("side_a_new_id", "side_b_new_id")):
        left, right = table.column(one).to_pandas(), table.column(two).to_pandas()
        for name, mine, other in ((one, left, right), (two, right, left)):
            array = pa.array(np.where(battles, other, mine), table.schema.field(name).type)
            swapped = swapped.set_column(table.column_names.index(name), name, array)
    there = build_streams(Events(swapped, events.span, 999, worldwide=False, provenance=events.provenance))
    here = build_streams(events)
    assert there.streams == here.streams
    assert there.kin == here.kin
    assert (there.counts == here.counts).all()


def test_a_held_out_tenth_chooses_no_stream(events):
    ends = np.sort(np.asarray(events.table.column("date_end").to_numpy(), "M8[D]"))
    day = ends[int(0.9 * len(ends))]
    known = pa.array(np.asarray(events.table.column("date_end").to_numpy(), "M8[D]") <= day)
    early = Events(events.table.filter(known), events.span, 999, worldwide=False, provenance=events.provenance)
    whole = build_streams(events, chosen_until=day)
    alone = build_streams(early, until=day)
    assert whole.streams == alone.streams
    assert whole.kin == alone.kin


def _camp(side):
    """The camp of a side, written anew from the yardstick's words."""
    if side in ("IS", "Civilians"):
        return side if side == "IS" else "civilians"
    order = (("SDF", "SDF"), ("Government of Syria", "Syria"), ("Government of Turkey", "Turkey"), ("HTS", "HTS"))
    order += (("Fateh al-Sham", "HTS"), ("Nusra", "HTS"), ("SNA", "rebels"), ("Hawar Kilis", "rebels"))
    order += (("Syrian insurgents", "rebels"), ("Ahrar", "rebels"), ("Liberation", "rebels"))
    return next((camp for word, camp in order if word in side), "others")


@pytest.mark.parametrize("source", ["file", "package"])
def test_the_yardsticks_ten_streams_day_by_day(source, data):
    path = data / "events/GEDEvent_syria.csv.gz"
    events = as_events(path) if source == "file" else embedded_events("Syria")
    streams = build_streams(events, rule=read_rule(RULE), first="2016-01-01").until("2019-11-30")
    rows = pd.read_csv(path, usecols=["date_start", "date_prec", "side_a", "side_b"])
    rows = rows[rows.date_prec <= 2]
    pairs = [" – ".join(sorted((_camp(a), _camp(b)))) for a, b in zip(rows.side_a, rows.side_b, strict=True)]
    busiest = pd.Series(pairs).value_counts().index[:10].tolist()
    assert list(streams.names) == busiest
    day = (pd.to_datetime(rows.date_start) - pd.Timestamp("2016-01-01")).dt.days.to_numpy()
    expected = np.zeros((1430, 10), int)
    for at, pair in zip(day, pairs, strict=True):
        if pair in busiest and at < 1430:
            expected[at, busiest.index(pair)] += 1
    assert streams.counts.shape == (1, 1430, 10)
    assert (streams.counts[0] == expected).all()
