import datetime as dt

import duckdb
import numpy as np
import pytest
from pydantic import ValidationError

from aftershock.accounts.questions.count import Count
from aftershock.accounts.record import record_at
from aftershock.errors import UsageError
from aftershock.figures import countries, load_table
from ged_rows import make_events


def count(threshold, *, types=("sb", "ns", "os"), measure="deaths", window=None, **scope):
    return Count(
        criteria={
            "scope": scope, "types": types, "measure": measure, "threshold": threshold, "window": window or {},
        }
    )  # fmt: skip


def table():
    """The embedded days by themselves, for counts by hand."""
    return load_table("iraq_syria_days_2003_2019").merge(load_table("iraq_syria_dyads"), on="dyad_id")


def by_hand(where):
    rows = table()  # noqa: F841
    return duckdb.sql(
        f"SELECT sum(low), sum(best), sum(high), sum(deaths_civilians), sum(events) FROM rows WHERE {where}"
    ).fetchall()[0]


IS = "regexp_matches(side_a, '(^|, )IS(,|$)') OR regexp_matches(side_b, '(^|, )IS(,|$)')"
YEAR = "date_end BETWEEN DATE '2016-07-05' AND DATE '2017-07-04'"


def test_deaths_are_those_counted_by_hand(now, day):
    low, best, high, _, events = by_hand(f"country = 'Iraq' AND {YEAR} AND ({IS})")
    told = count({"at_least": 1}, actors=["ISIS"], countries=["Iraq"], window={"start": "2016-07-05"}).check(now, day)
    assert told.figures == {"low": low, "best": best, "high": high}
    assert told.sample == events
    assert told.word == "supported"
    assert (told.outcome, told.event_ids) == (True, ())
    assert told.chart.best[-1] == best
    assert told.chart.mark == "2017-07"
    assert f"{best:,.0f} deaths (low {low:,.0f}, high {high:,.0f}) from 2016-07-05 to 2017-07-04" in told.sentence


def test_a_region_types_and_a_dyad(now, day):
    _, best, _, _, _ = by_hand(
        f"country = 'Iraq' AND {YEAR} AND ({IS}) AND adm1 LIKE 'N_naw%' AND type_of_violence = 1"
    )
    asked = {
        "actors": ["IS"],
        "countries": ["Iraq"],
        "regions": ["ninawa"],
        "window": {"start": "2016-07-05"},
        "types": ["sb"],
    }
    assert count({"exactly": best}, **asked).check(now, day).figures["best"] == best > 0
    _, best, _, _, _ = by_hand(f"{YEAR} AND dyad_name = 'Government of Syria - IS'")
    told = count(
        {"at_least": 1},
        kind="dyad",
        name="Government of Syria - IS",
        countries=["Syria"],
        window={"start": "2016-07-05"},
    )
    assert told.check(now, day).figures["best"] == best
    number = int(table().query("dyad_name == 'Government of Syria - IS'").dyad_id.iloc[0])
    by_id = count({"at_least": 1}, kind="dyad", id=number, countries=["Syria"], window={"start": "2016-07-05"}).check(
        now, day
    )
    assert by_id.figures["best"] == best


def test_against_means_the_other_side(now, day):
    pair = by_hand(f"country = 'Syria' AND {YEAR} AND dyad_name IN ('SDF - IS', 'IS - SDF')")
    told = count(
        {"at_least": 1}, actors=["IS"], against=["SDF"], countries=["Syria"], window={"start": "2016-07-05"}
    ).check(now, day)
    assert told.figures["best"] >= pair[1] > 0
    turned = count({"at_least": 1}, actors=["SDF"], against=["IS"], countries=["Syria"], window={"start": "2016-07-05"})
    assert turned.check(now, day).figures == told.figures


def test_civilians_have_wider_bounds(now, day):
    _, _, _, civilians, events = by_hand(f"country = 'Syria' AND {YEAR}")
    asked = count({"at_least": 1}, measure="civilian deaths", countries=["Syria"], window={"start": "2016-07-05"})
    told = asked.check(now, day)
    assert told.figures["best"] == civilians
    assert told.figures["low"] <= civilians <= told.figures["high"]
    assert told.sample == events
    assert "best estimate alone" in told.notes[0]


@pytest.mark.parametrize(
    ("threshold", "word"),
    [
        ({"fewer_than": 10}, "contradicted"),
        ({"at_least": 10}, "supported"),
        ({"about": 100}, "supported"),
        ({"exactly": 101}, "within the uncertainty"),
        ({"between": [130, 200]}, "contradicted"),
        ({"more_than": 100, "fewer_than": 102}, "within the uncertainty"),
    ],
)
def test_the_rule_of_counts_decides(threshold, word, day):
    events = make_events(("2016-08-01", 60), ("2016-09-01", 40), best=[60, 40], low=[60, 35], high=[70, 50])
    asked = count(threshold, countries=["Iraq"], window={"start": "2016-01-01", "end": "2016-12-31"})
    told = asked.check(record_at(events=events), day)
    assert told.figures == {"low": 95, "best": 100, "high": 120}
    assert told.word == word
    assert told.outcome == {"supported": True, "contradicted": False}.get(word)


def test_what_is_not_over_is_not_decided(then, now, day):
    window = {"start": "2017-07-05", "end": "2017-12-31"}
    asked = count({"fewer_than": 300}, actors=["IS"], countries=["Iraq"], regions=["Ninawa"], window=window)
    before = asked.check(then, day)
    assert (before.word, before.outcome) == ("not yet decided", None)
    after = asked.check(now, day)
    assert (after.word, after.outcome, after.decided_on) == ("contradicted", False, "2017-12-31")


def test_enough_is_enough_before_the_end(day):
    events = make_events(
        ("2017-03-01", 50), ("2017-06-01", 60), ("2017-09-01", 60), low=[50, 60, 60], high=[50, 60, 60]
    )
    asked = count({"at_least": 100}, countries=["Iraq"], window={"start": "2017-01-01", "end": "2017-12-31"})
    told = asked.check(record_at(day, events=events), day)
    assert (told.word, told.provisional, told.outcome) == ("supported", True, None)
    told = asked.check(record_at(events=events), day)
    assert (told.outcome, told.decided_on) == (True, "2017-06-01")  # the day on which the hundredth died
    most = count({"at_most": 200}, countries=["Iraq"], window={"start": "2017-01-01", "end": "2017-12-31"})
    assert most.check(record_at(day, events=events), day).word == "not yet decided"


def test_no_zero_where_there_is_no_record(now, then, day):
    asked = count({"at_most": 5}, actors=["IS"], countries=["Yemen"], window={"start": "2016-01-01"})
    for record in (now, then):
        told = asked.check(record, day)
        assert told.word == "cannot say"
        assert told.figures == {}
        assert "no record of days of Yemen" in told.sentence
    everywhere = count({"at_most": 5}, actors=["IS"], window={"start": "2016-01-01"}).check(now, day)
    assert everywhere.word == "cannot say"
    assert "of which there is no record of days" in everywhere.sentence
    before = count(
        {"at_most": 5}, actors=["IS"], countries=["Syria"], window={"start": "2014-01-01", "end": "2014-12-31"}
    )
    assert before.check(now, day).word == "cannot say"


def test_a_part_of_the_window_supports_only_what_more_cannot_change(now, day):
    window = {"start": "2015-01-01", "end": "2016-12-31"}
    least = count({"at_least": 1000}, actors=["IS"], countries=["Syria"], window=window).check(now, day)
    assert least.word == "supported"
    assert "The rest of the window is not covered." in least.sentence
    assert (
        count({"at_most": 10**6}, actors=["IS"], countries=["Syria"], window=window).check(now, day).word
        == "cannot say"
    )
    late = count(
        {"at_most": 10**6}, actors=["IS"], countries=["Iraq"], window={"start": "2018-01-01", "end": "2019-12-31"}
    )
    assert late.check(now, dt.date(2020, 1, 1)).word == "cannot say"


def test_countries_by_month_where_nobody_is_asked_for(now, day):
    asked = count(
        {"at_least": 1}, countries=["Yemen"], window={"start": "2016-01-01", "end": "2016-12-31"}, types=["sb", "os"]
    )
    told = asked.check(now, day)
    rows = load_table("country_month_1989_2021")
    number = countries().set_index("name").country_id["Yemen"]
    year = rows[(rows.country_id == number) & rows.month_id.between(433, 444)]
    assert told.figures["best"] == year.ged_sb.sum() + year.ged_os.sum() > 0
    assert told.figures["low"] == told.figures["high"]
    assert "by country and month" in told.filter


def test_half_months_count_in_none_and_in_full(now, day):
    rows = load_table("country_month_1989_2021")
    world = rows[rows.month_id.isin([450, 451])].groupby("month_id")[["ged_sb", "ged_ns", "ged_os"]].sum().sum(axis=1)
    told = count({"at_least": 1}, window={"start": "2017-06-01", "end": "2017-07-15"}).check(now, day)
    assert told.figures["low"] == world[450]
    assert told.figures["high"] == world.sum()
    assert told.figures["best"] == world[450] + round(world[451] * 15 / 31)


def test_an_open_end_is_the_day_before_the_account(then, now, day):
    asked = count({"at_least": 1}, actors=["IS"], countries=["Syria"])
    assert asked.check(then, day).figures == asked.check(now, day).figures
    later = count({"at_least": 10**6}, actors=["IS"], countries=["Syria"], window={"start": "2017-07-05"})
    assert later.check(then, day).word == "not yet decided"
    assert later.check(now, day).word == "not yet decided"  # open: more may come


def test_a_record_of_the_world_knows_quiet_countries(day):
    events = make_events(("2016-08-01", 60))
    told = count(
        {"at_most": 5}, actors=["IS"], countries=["Yemen"], window={"start": "2016-01-01", "end": "2016-12-31"}
    )
    verdict = told.check(record_at(events=events), day)
    assert (verdict.word, verdict.figures["best"]) == ("supported", 0)
    assert verdict.event_ids == ()


def test_the_deadliest_twenty_are_named(day):
    days = [(f"2016-08-{k:02d}", k) for k in range(1, 26)]
    asked = count({"at_least": 1}, window={"start": "2016-01-01", "end": "2016-12-31"})
    verdict = asked.check(record_at(events=make_events(*days)), day)
    assert verdict.event_ids == tuple(range(24, 4, -1))
    assert verdict.sample == 25


def test_events_whose_range_ends_in_the_window_count(day):
    events = make_events(("2015-12-20/2016-01-03", 5), ("2016-12-20/2017-01-03", 7))
    asked = count(
        {"exactly": 5}, measure="deaths", countries=["Iraq"], window={"start": "2016-01-01", "end": "2016-12-31"}
    )
    assert asked.check(record_at(events=events), day).figures["best"] == 5


def test_a_published_best_outside_low_and_high_widens():
    events = make_events(("2016-08-01", 60), low=[80], high=[90])
    asked = count({"at_least": 75}, countries=["Iraq"], window={"start": "2016-01-01", "end": "2016-12-31"})
    assert asked.check(record_at(events=events), dt.date(2017, 1, 1)).word == "within the uncertainty"


def test_candidate_data_makes_a_verdict_provisional(day):
    from dataclasses import replace

    events = replace(make_events(("2021-08-01", 60)), provisional_from=500)
    asked = count({"at_least": 5}, countries=["Iraq"], window={"start": "2021-01-01", "end": "2021-12-31"})
    assert asked.check(record_at(events=events), day).provisional
    early = count({"at_least": 5}, countries=["Iraq"], window={"start": "2020-01-01", "end": "2020-12-31"})
    assert not early.check(record_at(events=events), day).provisional


def test_it_takes_a_figure_and_known_names(now, day):
    with pytest.raises(ValidationError, match="a count question must state a figure"):
        Count()
    with pytest.raises(UsageError, match="Did you mean IS"):
        count({"about": 3}, actors=["ISS"]).check(now, day)
    with pytest.raises(UsageError, match="Did you mean Iraq"):
        count({"about": 3}, countries=["Irak"]).check(now, day)
    with pytest.raises(UsageError, match="Did you mean ninawa"):
        count({"about": 3}, countries=["Iraq"], regions=["Ninava"]).check(now, day)


def test_real_records_of_nigeria_and_sri_lanka(real):
    events, path = real("sri_lanka")
    low, best, high, number = duckdb.sql(
        f"SELECT sum(low), sum(best), sum(high), count(*) FROM read_csv('{path}', ignore_errors=true, all_varchar=false) "
        "WHERE (side_a = 'LTTE' OR side_b = 'LTTE') AND CAST(date_end AS DATE) BETWEEN DATE '2008-01-01' AND DATE '2008-12-31'"
    ).fetchall()[0]
    asked = count({"more_than": 5000}, actors=["Tamil Tigers"], window={"start": "2008-01-01", "end": "2008-12-31"})
    told = asked.check(record_at(events=events), dt.date(2009, 1, 10))
    assert told.figures == {"low": low, "best": best, "high": high}
    assert (told.sample, len(told.event_ids), told.word) == (number, 20, "supported")
    events, path = real("nigeria")
    (civilians,) = duckdb.sql(
        f"SELECT sum(deaths_civilians) FROM read_csv('{path}', ignore_errors=true) WHERE type_of_violence = 3 "
        "AND side_a LIKE 'Jama%' AND adm_1 = 'Borno state' AND year = 2014 AND year(CAST(date_end AS DATE)) = 2014"
    ).fetchall()[0]
    asked = count(
        {"about": 5000}, actors=["Boko Haram"], countries=["Nigeria"], regions=["Borno"], types=["os"], measure="civilian deaths",
        window={"start": "2014-01-01", "end": "2014-12-31"},
    )  # fmt: skip
    told = asked.check(record_at(events=events), dt.date(2015, 3, 1))
    assert told.figures["best"] == civilians
    assert np.isfinite(list(told.figures.values())).all()
