"""Counting deaths per unit and month: none is lost, none is counted twice."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import duckdb
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aftershock.contract import Panel
from aftershock.errors import DataError, UsageError
from aftershock.figures import countries
from aftershock.months import month_end, month_id, month_text, parse_month
from aftershock.panel import count_deaths, priogrid_cell
from aftershock.sources.ged import CELL
from ged_rows import make_events

UNITS = dict(zip(countries().gwcode, countries().country_id, strict=True))
IRAQ = UNITS[645]


def deaths_of(panel: Panel, unit: int, month: str, target: str = "sb") -> int:
    row, column = panel.units.tolist().index(unit), panel.months.tolist().index(parse_month(month))
    return int(panel.series(target)[row, column])


days = st.dates(dt.date(2012, 1, 1), dt.date(2021, 12, 31))
spans = st.tuples(days, days, st.one_of(st.integers(0, 40), st.integers(0, 2_000_000_000)), st.sampled_from([1, 2, 3]))
laws = settings(max_examples=40, deadline=None, derandomize=True)


def drawn_events(drawn: list[tuple[dt.date, dt.date, int, int]], **options: object):
    pairs = [(f"{min(a, b)}/{max(a, b)}", best) for a, b, best, _ in drawn]
    return make_events(*pairs, type_of_violence=[kind for *_, kind in drawn], **options)


@laws
@given(st.lists(spans, min_size=1, max_size=12), st.sampled_from(["uniform", "start", "end"]))
def test_every_death_is_counted_once_whatever_the_rule(drawn, spread):
    panel = count_deaths(drawn_events(drawn), spread=spread)
    for kind, target in enumerate(("sb", "ns", "os"), start=1):
        assert panel.series(target).sum() == sum(best for *_, best, k in drawn if k == kind)
    assert panel.deaths[panel.units != IRAQ].sum() == 0
    assert panel.provenance.notes == ()


@laws
@given(spans)
@example((dt.date(2012, 1, 31), dt.date(2021, 12, 1), 1, 1))
@example((dt.date(2020, 2, 28), dt.date(2020, 3, 1), 3, 1))
def test_uniform_deals_deaths_out_in_proportion_to_days(span):
    start, end, best = min(span[:2]), max(span[:2]), span[2]
    panel = count_deaths(drawn_events([(start, end, best, 1)], worldwide=False), spread="uniform")
    total = (end - start).days + 1
    for month, found in zip(panel.months.tolist(), panel.series("sb")[0].tolist(), strict=True):
        first = max(start, month_end(month - 1) + dt.timedelta(days=1))
        last = min(end, month_end(month))
        share = Fraction(best * max(0, (last - first).days + 1), total)
        assert abs(found - share) < 1, month_text(month)


@laws
@given(st.lists(spans, min_size=1, max_size=8))
def test_start_and_end_count_an_event_in_one_month(drawn):
    for spread, pick in (("start", min), ("end", max)):
        panel = count_deaths(drawn_events(drawn), spread=spread)
        expected = np.zeros_like(panel.deaths[0])
        for a, b, best, kind in drawn:
            day = pick(a, b)
            expected[month_id(day.year, day.month) - 385, kind - 1] += best
        assert np.array_equal(panel.deaths[panel.units == IRAQ][0], expected)


def test_spread_of_one_event_by_hand():
    events = make_events(("2020-01-31/2020-03-02", 32), ("2020-02-10", 5))
    found = {
        s: count_deaths(events, spread=s).series("sb").sum(axis=0)[96:100].tolist() for s in ("uniform", "start", "end")
    }
    assert found == {"uniform": [1, 34, 2, 0], "start": [32, 5, 0, 0], "end": [0, 5, 32, 0]}


def test_the_last_month_is_the_default():
    assert deaths_of(count_deaths(make_events(("2019-12-31/2020-01-01", 7))), IRAQ, "2020-01") == 7


def test_months_outside_the_record_are_left_out_and_said():
    events = make_events(("2011-12-30/2012-01-02", 4), ("2021-12-31/2022-01-01", 6), ("2015-05-05", 1))
    panel = count_deaths(events, spread="uniform")
    assert panel.deaths.sum() == 2 + 3 + 1
    assert panel.provenance.notes == ("5 deaths lie in months outside the record and are not in the panel.",)
    assert (panel.months[0], panel.months[-1], panel.deaths.shape[1]) == (385, 504, 120)


@pytest.mark.parametrize(
    ("place", "cell"),
    [
        ((-90, -180), 1), ((-90, -179.5), 2), ((-89.5, -180), 721), ((0, 0), 129961), ((-0.0001, -0.0001), 129240),
        ((34.74075, 70.863598), 179782), ((89.9, 179.9), 259200), ((90, 180), 259200), ((0, 180), 130320),
    ],
)  # fmt: skip
def test_priogrid_cells(place, cell):
    assert priogrid_cell(*place) == cell


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_cell_holds_its_place(latitude, longitude):
    row, column = divmod(priogrid_cell(latitude, longitude) - 1, 720)
    assert 0 <= row < 360
    assert -1e-9 <= latitude + 90 - row / 2 <= 0.5
    assert -1e-9 <= longitude + 180 - column / 2 <= 0.5


def test_a_panel_of_cells_and_one_of_dyads():
    events = make_events(
        ("2020-01-01", 1), ("2020-02-01", 2), ("2020-02-02", 4), priogrid_gid=[9, 7, 9], dyad_new_id=[524, 13, 524],
        country_id=[645, 345, 652],
    )  # fmt: skip
    cells, dyads = count_deaths(events, "priogrid_gid"), count_deaths(events, "dyad_id")
    assert (cells.kind, cells.units.tolist()) == ("priogrid_gid", [7, 9])
    assert (dyads.kind, dyads.units.tolist()) == ("dyad_id", [13, 524])
    assert cells.series("sb").sum(axis=1).tolist() == dyads.series("sb").sum(axis=1).tolist() == [2, 5]
    assert cells.exists.all()
    assert deaths_of(dyads, 524, "2020-02") == 4


def test_yugoslavia_is_serbia_from_june_2006_and_outside_before():
    span = (month_id(1998, 1), month_id(2008, 12))
    events = make_events(
        ("1999-04-01", 10), ("2006-06-04", 1), ("2006-06-05", 2), ("2008-02-01", 4), ("2008-02-02", 8),
        country_id=[345, 345, 345, 345, 340], span=span,
    )  # fmt: skip
    panel = count_deaths(events)
    assert panel.deaths.sum() == 14
    assert deaths_of(panel, UNITS[340], "2006-06") == 2
    assert deaths_of(panel, UNITS[340], "2008-02") == 12
    note = "11 deaths lie in states that VIEWS does not list (UCDP country 345) and are not in the panel."
    assert panel.provenance.notes == (note,)


def test_a_span_over_june_2006_follows_its_end():
    events = make_events(("2006-05-01/2006-06-30", 61), country_id=[345], span=(month_id(2006, 1), month_id(2006, 12)))
    panel = count_deaths(events, spread="uniform")
    assert panel.series("sb")[panel.units == UNITS[340], 4:6].tolist() == [[31, 30]]


def test_countries_outside_the_list_are_counted_in_a_note():
    events = make_events(("2020-01-01", 1), ("2020-01-02", 1200), ("2020-01-03", 3), country_id=[645, 680, 265])
    panel = count_deaths(events)
    assert panel.deaths.sum() == 1
    note = "1,203 deaths lie in states that VIEWS does not list (UCDP country 265, 680) and are not in the panel."
    assert panel.provenance.notes == (note,)


def test_worldwide_or_only_what_is_in_the_files():
    pairs = [("2020-01-01", 1), ("2020-02-01", 2)]
    world = count_deaths(make_events(*pairs, country_id=[645, 652]))
    some = count_deaths(make_events(*pairs, country_id=[645, 652], worldwide=False))
    assert world.units.tolist() == sorted(UNITS.values())
    assert some.units.tolist() == sorted([UNITS[645], UNITS[652]])
    assert world.deaths.sum() == some.deaths.sum() == 3


def test_a_young_state_exists_from_its_first_month_or_its_first_death():
    panel = count_deaths(make_events(("2012-01-01", 1), span=(month_id(2010, 1), month_id(2013, 12))))
    south_sudan = panel.exists[panel.units == UNITS[626]][0]
    assert month_text(int(panel.months[south_sudan.argmax()])) == "2011-07"
    early = make_events(("2010-03-01", 1), country_id=[626], span=(month_id(2010, 1), month_id(2013, 12)))
    seen = count_deaths(early)
    assert seen.exists[seen.units == UNITS[626]][0][:4].tolist() == [False, False, True, False]


def test_no_event_at_all():
    nothing = make_events(("2020-01-01", 1))
    nothing = type(nothing)(nothing.table.slice(0, 0), nothing.span, 505, True, nothing.provenance)
    panel = count_deaths(nothing)
    assert panel.deaths.shape == (191, 120, 3)
    assert panel.deaths.sum() == 0
    for kind in ("priogrid_gid", "dyad_id"):
        with pytest.raises(DataError, match="a panel needs at least one unit; found no event"):
            count_deaths(nothing, kind)


def test_an_unknown_unit_or_rule_is_refused():
    events = make_events(("2020-01-01", 1))
    with pytest.raises(UsageError, match=r"a unit kind must be known; found 'country'\. Did you mean country_id\?"):
        count_deaths(events, "country")
    with pytest.raises(UsageError, match=r"spread must be uniform, start or end; found 'evenly'"):
        count_deaths(events, spread="evenly")


def test_very_many_deaths_do_not_overflow():
    events = make_events(*[("2012-01-01/2021-12-31", 2_000_000_000)] * 40)
    panel = count_deaths(events, spread="uniform")
    assert panel.deaths.sum() == 80_000_000_000
    assert panel.deaths.max() < 2_000_000_000


def test_the_sql_of_the_cell_and_the_function_agree(rng):
    places = np.column_stack([rng.uniform(-90, 90, 500), rng.uniform(-180, 180, 500)])
    with duckdb.connect() as connection:
        values = ", ".join(f"({k}, {lat!r}::DOUBLE, {lon!r}::DOUBLE)" for k, (lat, lon) in enumerate(places.tolist()))
        rows = connection.sql(f"SELECT {CELL} FROM (VALUES {values}) t(k, latitude, longitude) ORDER BY k").fetchall()
    assert [int(cell) for (cell,) in rows] == [priogrid_cell(*place) for place in places]
