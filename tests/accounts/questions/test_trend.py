import datetime as dt

import duckdb
import numpy as np
import pytest

from aftershock.accounts.questions.trend import Trend
from aftershock.accounts.record import record_at
from aftershock.figures import load_table
from ged_rows import make_events


def trend(direction, *, at=None, measure="deaths", before=365, after=365, types=("sb", "ns", "os"), **scope):
    keys = {"scope": scope, "measure": measure, "types": types}
    return Trend(direction=direction, at=at, before_days=before, after_days=after, criteria=keys)


def weekly(levels, *, first="2012-01-02", rng):
    """Events of one record of the world, so many a week."""
    start = dt.date.fromisoformat(first)
    return [
        ((start + dt.timedelta(days=7 * week + int(day))).isoformat(), 1)
        for week, level in enumerate(levels)
        for day in rng.integers(0, 7, rng.poisson(level))
    ]


def test_levels_are_those_counted_by_hand(now, day):
    rows = load_table("iraq_syria_days_2003_2019").merge(load_table("iraq_syria_dyads"), on="dyad_id")  # noqa: F841
    ((before, after),) = duckdb.sql(
        "SELECT sum(best) FILTER (date_end BETWEEN DATE '2016-07-06' AND DATE '2017-07-04'), "
        "sum(best) FILTER (date_end BETWEEN DATE '2017-07-05' AND DATE '2018-07-03') FROM rows "
        "WHERE country = 'Iraq' AND (side_a = 'IS' OR side_b = 'IS' OR side_b LIKE '%, IS' OR side_a LIKE '%, IS')"
    ).fetchall()
    told = trend("falls", actors=["IS"], countries=["Iraq"]).check(now, day)
    assert told.figures["before"] == pytest.approx(before / 52, rel=0.01)
    assert told.figures["after"] == pytest.approx(after / 52, rel=0.01)
    assert told.figures["ratio"] == pytest.approx(told.figures["after"] / told.figures["before"], rel=0.01)
    assert len(told.chart.along) == 104
    assert told.chart.mark == "2017-07-05"
    assert told.figures["placebo_dates"] > 104


def test_a_clear_fall_in_a_steady_record(rng, day):
    levels = np.r_[np.full(287, 12.0), np.full(200, 3.0)]  # 2017-07-03 is the Monday of the 288th week
    events = make_events(*weekly(levels, rng=rng))
    asked = trend("falls", at=dt.date(2017, 7, 3))
    told = asked.check(record_at(events=events), day)
    assert (told.word, told.outcome) == ("supported", True)
    assert told.figures["ratio"] == pytest.approx(0.25, abs=0.08)
    assert told.figures["placebo_share"] == 0.0
    assert told.decided_on == "2018-07-01"
    assert told.chance > 0.99
    assert len(told.event_ids) == 20
    rises = trend("rises", at=dt.date(2017, 7, 3)).check(record_at(events=events), day)
    assert (rises.word, rises.outcome) == ("contradicted", False)


def test_a_record_that_swings_makes_no_date_special(rng, day):
    levels = np.tile(np.r_[np.full(52, 12.0), np.full(52, 3.0)], 5)[:500]
    events = make_events(*weekly(levels, rng=rng))
    at = dt.date(2012, 1, 2) + dt.timedelta(weeks=52 * 3 - 6)  # six weeks before the swing
    told = trend("falls", at=at, before=182, after=182).check(record_at(events=events), day)
    assert told.figures["high"] < 1  # the interval alone would say that it fell
    assert told.figures["placebo_share"] > 0.1
    assert (told.word, told.outcome) == ("within the uncertainty", None)


def test_no_change_is_within_the_uncertainty(rng, day):
    told = trend("rises", at=dt.date(2017, 7, 3)).check(
        record_at(events=make_events(*weekly(np.full(480, 6.0), rng=rng))), day
    )
    assert told.word == "within the uncertainty"
    assert told.outcome is None


def test_before_the_days_come_it_is_not_decided(then, now, day):
    asked = trend("falls", actors=["IS"], countries=["Iraq"])
    told = asked.check(then, day)
    assert (told.word, told.provisional, told.outcome) == ("not yet decided", True, None)
    assert 0 < told.chance < 1
    assert told.figures["base_rate"] == told.chance
    assert told.figures["placebo_dates"] <= asked.check(now, day).figures["placebo_dates"]
    assert (
        sum(
            told.chance
            for told in (asked.check(then, day), trend("rises", actors=["IS"], countries=["Iraq"]).check(then, day))
        )
        <= 1
    )


def test_a_short_record_has_no_placebo_dates(now, day):
    told = trend("falls", actors=["IS"], countries=["Iraq", "Syria"]).check(now, day)
    assert told.figures["placebo_share"] is None
    assert "too short for placebo dates" in told.notes[0]


def test_days_that_no_record_covers(now, then, day):
    told = trend("falls", actors=["IS"], countries=["Yemen"], at=dt.date(2016, 1, 1)).check(now, day)
    assert told.word == "cannot say"
    assert "Yemen" in told.sentence
    late = trend("falls", actors=["IS"], countries=["Iraq"], at=dt.date(2018, 10, 1)).check(now, dt.date(2018, 10, 1))
    assert late.word == "cannot say"  # long over, but the days on record end
    assert trend("falls", actors=["IS"], countries=["Yemen"]).check(then, day).word == "not yet decided"


def test_countries_by_month_where_there_are_no_days(now, day):
    rows = load_table("country_month_1989_2021")
    told = trend("falls", countries=["Sri Lanka"], at=dt.date(2009, 6, 1)).check(now, day)
    assert told.filter.startswith("UCDP deaths by country and month; in Sri Lanka")
    from aftershock.figures import countries

    number = countries().set_index("name").country_id["Sri Lanka"]
    year = rows[(rows.country_id == number) & rows.month_id.between(342, 353)]
    assert told.figures["before"] == pytest.approx(year[["ged_sb", "ged_ns", "ged_os"]].to_numpy().sum() / 12)
    assert (told.word, told.sample) == ("supported", 24)
    assert told.decided_on == "2010-05-31"


def test_too_little_to_compare(day):
    events = make_events(("2017-01-03", 2), ("2017-08-03", 1))
    told = trend("falls").check(record_at(events=events), day)
    assert told.word == "cannot say"
    assert "Too little to compare: 2 events" in told.sentence


def test_the_sentence_says_what_is_asked():
    said = trend("falls", actors=["IS"], countries=["Iraq"], at=dt.date(2017, 7, 1)).sentence()
    assert said == (
        "Did deaths in violence of IS in Iraq fall in the 365 days from 2017-07-01 on, against the 365 days before?"
    )


def test_the_ceasefire_of_2002_on_real_records(real):
    events, _ = real("sri_lanka")
    asked = trend("falls", countries=["Sri Lanka"], at=dt.date(2002, 2, 22))
    told = asked.check(record_at(events=events), dt.date(2002, 2, 22))
    assert told.word == "supported"
    assert told.figures["high"] < 0.1
    assert told.figures["placebo_share"] < 0.1
