import datetime as dt

import pytest

from aftershock.accounts.record import record_at
from aftershock.errors import DataError, UsageError
from aftershock.months import month_id, parse_month
from aftershock.scenarios.scenario import Recipe
from aftershock.store import Store
from ged_rows import day_row, make_events, write_ged

DAY = dt.date(2017, 7, 5)


def test_the_embedded_record_ends_before_the_day():
    record = record_at(DAY)
    assert record.events.to_frame().date_end.max() == dt.date(2017, 7, 4)
    assert record.panel.last_month == parse_month("2017-06")
    assert record.activity.year.max() == record.last_active == 2016
    assert not record.published
    assert any("No release published before 2017-07-05" in note for note in record.notes)
    assert record.today == DAY


def test_a_month_counts_once_it_is_over():
    assert record_at(dt.date(2017, 7, 31)).panel.last_month == parse_month("2017-06")
    assert record_at(dt.date(2017, 8, 1)).panel.last_month == parse_month("2017-07")
    assert record_at(dt.date(2018, 1, 1)).last_active == 2017


def test_what_the_days_cover():
    record = record_at()
    assert record.day is None
    assert record.published
    assert record.span(["Iraq"]) == (dt.date(2003, 1, 1), dt.date(2018, 12, 31))
    assert record.span(["Iraq", "SYR"]) == (dt.date(2016, 1, 1), dt.date(2018, 12, 31))
    assert record.last_day(["Iraq", "Yemen"]) is None
    assert record.last_day() is None  # not the whole world
    assert record.covers([645], dt.date(2003, 1, 1), dt.date(2018, 12, 31))
    assert not record.covers(["Syria"], dt.date(2015, 12, 31), dt.date(2016, 2, 1))
    assert not record.has_ids


def test_a_day_before_the_days_begin_has_none():
    record = record_at(dt.date(1995, 7, 5))
    assert len(record.events) == 0
    assert record.span(["Iraq"]) is None
    assert record.panel.last_month == parse_month("1995-06")
    with pytest.raises(UsageError, match="must lie after January 1989"):
        record_at(dt.date(1989, 1, 20))


def test_events_given_and_countries():
    events = make_events(("2015-03-01", 3), ("2016-03-01", 4), country_id=[645, 652], country=["Iraq", "Syria"])
    record = record_at(dt.date(2016, 1, 1), events=events)
    assert record.whole == (dt.date(2012, 1, 1), dt.date(2015, 12, 31))
    assert record.covers(["Yemen"], dt.date(2014, 1, 1), dt.date(2015, 1, 1))
    one = record_at(events=events, countries=["Syria"])
    assert len(one.events) == 1
    assert one.spans == {652: (dt.date(2012, 1, 1), dt.date(2021, 12, 31))}
    assert one.last_day(["Iraq"]) is None


def test_files_cover_what_lies_between_their_first_and_last_event():
    events = make_events(
        ("2015-03-09", 3), ("2016-03-09", 4), ("2018-01-01", 1), worldwide=False, country_id=[645, 645, 652]
    )
    record = record_at(dt.date(2016, 1, 1), events=events)
    assert record.spans == {645: (dt.date(2015, 3, 1), dt.date(2015, 12, 31))}
    assert record.panel.last_month == parse_month("2015-12")  # the embedded series of the world


def test_a_store_answers_by_what_was_published(tmp_path):
    store = Store(tmp_path)
    old = write_ged(tmp_path / "GEDEvent_v17_1.csv", [day_row(1, "2016-05-01", best=7)])
    new = write_ged(
        tmp_path / "GEDEvent_v19_1.csv", [day_row(1, "2016-05-01", best=9), day_row(2, "2018-05-01", best=2)]
    )
    store.add(old, today=dt.date(2026, 1, 1), known_on=dt.date(2017, 6, 1))
    store.add(new, today=dt.date(2026, 1, 1), known_on=dt.date(2019, 6, 1))
    then, now = record_at(DAY, store=store), record_at(store=store)
    assert then.published
    assert "17.1" in then.vintage
    assert then.columns.best.tolist() == [7]
    assert then.whole == (dt.date(1989, 1, 1), dt.date(2016, 12, 31))
    assert "19.1" in now.vintage
    assert now.columns.best.tolist() == [9, 2]
    same_day = record_at(dt.date(2017, 6, 1), store=store)  # published on the account's own day: not before it
    assert not same_day.published
    assert same_day.columns.best.tolist() == [9]
    assert any("may have been revised since" in note for note in same_day.notes)


def test_a_store_that_begins_later_leaves_the_embedded_figures(tmp_path):
    store = Store(tmp_path)
    path = write_ged(tmp_path / "GEDEvent_v23_0_10.csv", [day_row(1, "2023-10-03", best=7)])
    store.add(path, today=dt.date(2026, 1, 1))
    record = record_at(DAY, store=store)
    assert record.span(["Iraq"]) == (dt.date(2003, 1, 1), dt.date(2017, 7, 4))
    assert "nothing of the time before" in record.notes[0]
    assert record_at(store=store).provisional(dt.date(2023, 10, 5))


def test_an_actor_goes_by_its_names_in_all_series():
    record = record_at()
    assert record.actor("Boko Haram").spellings == ("JAS",)
    assert record.actor("ISIS").name == "IS"
    assert record.actor("AQI").name == "IS"
    with pytest.raises(UsageError, match="Did you mean"):
        record.actor("Islamic Stat of Iraq and Syria")
    assert record_at(DAY).actor("nobody yet").events == 0  # a past day does not know who is to come


def test_a_system_is_fitted_once_and_on_the_past_alone():
    record = record_at(DAY)
    recipe = Recipe(countries=("Syria",), first=dt.date(2016, 6, 1), background="constant", draws=5)
    made = record.system(recipe)
    assert made is record.system(recipe)
    assert str(made.system.streams.last_day) == "2017-07-04"
    with pytest.raises(
        DataError, match="a system needs events of its countries; found none of Yemen before 2017-07-05"
    ):
        record.system(Recipe(countries=("Yemen",)))


def test_columns_hold_what_the_table_does():
    record = record_at()
    frame = record.events.to_frame()
    rows = record.columns
    assert rows.best.sum() == frame.best.sum()
    assert month_id(*(int(part) for part in str(rows.end[0]).split("-")[:2])) >= record.events.span[0]
    a, b = rows.on_side(frozenset({"IS"}))
    assert int((a | b).sum()) == record.actor("IS").events
    assert rows.take(a).best.sum() == frame[a].best.sum()


def test_another_provider_is_named_and_its_numbers_are_not_ucdps(tmp_path):
    from aftershock.accounts.questions.count import Count
    from ged_rows import acled_row, write_acled

    rows = [acled_row(), acled_row(event_id_cnty="SYR2", event_date="2024-05-01", fatalities=3)]
    store = Store(tmp_path)
    store.add(write_acled(tmp_path / "acled.csv", rows), today=dt.date(2026, 1, 1))
    record = record_at(store=store)
    assert record.spans == {652: (dt.date(2024, 3, 1), dt.date(2024, 5, 31))}
    asked = Count(criteria={"scope": {"countries": ["Syria"]}, "threshold": 7, "window": {"start": "2024-03-01"}})
    told = asked.check(record, dt.date(2024, 6, 1))
    assert (told.word, told.figures) == ("supported", {"low": 7, "best": 7, "high": 7})
    assert told.filter.startswith("ACLED events by day")
    assert told.event_ids == ()
    assert "ACLED" in told.vintage
