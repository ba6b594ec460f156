"""Violence and changes of control said to have happened: who, where, when."""

import datetime as dt
from dataclasses import replace

import pytest

from aftershock.accounts.reading.actors.actors import find_actors
from aftershock.accounts.reading.events.days import day_of
from aftershock.accounts.reading.events.events import find_events
from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text


def events(text, date=dt.date(2016, 11, 23)):
    reading = Reading(text, parse_text(text), ((0, len(text)),), date)
    found = find_events(replace(reading, actors=tuple(find_actors(reading))))
    assert all(text[f.start : f.end] == text[f.start : f.end].strip() != "" and f.checkable for f in found)
    return [(text[f.start : f.end], f.fields) for f in found]


def test_a_capture_has_who_where_and_when():
    ((text, fields),) = events("The Taliban captured Kunduz on Monday, officials said.")
    assert text == "The Taliban captured Kunduz on Monday"
    assert fields["who"] == ["Taleban"]
    assert (fields["action"], fields["where"], fields["when"], fields["day"]) == (
        "captured",
        "Kunduz",
        "on Monday",
        "2016-11-21",
    )


def test_both_sides_and_the_state_of_the_place():
    ((_, fields),) = events("Nigerian troops attacked Boko Haram near Maiduguri in Nigeria on 3 May 2015.")
    assert fields["who"] == ["Government of Nigeria", "Jama'atu Ahlis Sunna Lidda'awati wal-Jihad"]
    assert (fields["gwcode"], fields["day"]) == (475, "2015-05-03")


def test_a_passive_names_the_doer():
    ((_, fields),) = events("Nine soldiers were killed by M23 in Goma.")
    assert fields["who"] == ["M23"]
    assert fields["where"] == "Goma"


def test_what_a_deed_led_to_is_the_same_event():
    ((text, fields),) = events("Islamic State bombed a market in Baghdad, killing nine people and wounding twenty.")
    assert text == "Islamic State bombed a market in Baghdad, killing nine people and wounding twenty"
    assert (fields["who"], fields["where"]) == (["IS"], "Baghdad")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("M23 is growing. It captured Goma in 2012.", ["M23"]),
        ("A rebel group, M23, killed 20 people in Goma.", ["M23"]),
        ("Ethiopia claims to have shot down a jet over Tigray.", ["Government of Ethiopia"]),
        ("The loss of Sirte by Islamic State last December mattered.", ["IS"]),
        ("Five weeks ago the Taliban walked into Kabul.", ["Taleban"]),
        ("At least 13 people were killed in Mugunga.", []),
    ],
)
def test_who_is_involved(text, who):
    assert [fields["who"] for _, fields in events(text)] == [who]


@pytest.mark.parametrize(
    "text",
    [
        "Iran nearly went to war with the Taliban.",
        "You hit it with a hammer.",
        "More than 2,700 people were taken to Jeddah.",
        "Every war has its sentences.",
        "The Taliban may attack Kabul.",
        "Turkey will capture Afrin.",
        "Will Russia invade Ukraine?",
        "Prices hit a record.",
        "No one was killed.",
        "",
        "...",
    ],
)
def test_what_has_not_happened_is_none(text):
    assert events(text) == []


@pytest.mark.parametrize(
    ("words", "day"),
    [("on Tuesday", "2016-11-22"), ("since Oct. 17", "2016-10-17"), ("yesterday", "2016-11-22"), ("three days ago", "2016-11-20"),
     ("on 17 February 2014", "2014-02-17"), ("in June 2014", None), ("for months", None), ("", None)],
)  # fmt: skip
def test_days_are_reckoned_from_the_articles(words, day):
    assert day_of(words, dt.date(2016, 11, 23)) == day


def test_without_a_date_only_a_full_one_is_a_day():
    assert day_of("on Tuesday", None) is None
    assert day_of("on May 3, 2015", None) == "2015-05-03"
