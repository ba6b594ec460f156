"""What is to come, and by when."""

import datetime as dt

import pytest

from aftershock.accounts.reading.checkable import touches_record
from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text
from aftershock.accounts.reading.predictions.horizons import day_of, find_horizon
from aftershock.accounts.reading.predictions.predictions import find_predictions

pytest.importorskip("spacy")
DAY = dt.date(2017, 7, 20)


def found(text):
    reading = Reading(text, parse_text(text), ((0, len(text)),), DAY)
    return [(text[f.start : f.end], f.fields["horizon"], f.fields["by"]) for f in find_predictions(reading)]


@pytest.mark.parametrize(
    ("text", "horizon", "by"),
    [
        ("The city will fall within two years.", "within two years", "2019-07-20"),
        ("Raqqa is about to fall.", None, None),
        ("There is no sign that it is ending any time soon.", "any time soon", None),
        ("It is only a matter of time before they strike again.", "before they strike again", None),
        (
            "Canadian troops will stay until March 2019 at the earliest.",
            "until March 2019 at the earliest",
            "2019-03-31",
        ),
        ("The militia threatens to march on the capital.", None, None),
        ("If Turkey attacks, the Kurds will leave the front.", None, None),
        ("Another round of fighting looms.", None, None),
        ("The group could regain ground by next year.", "by next year", "2018-12-31"),
        ("A withdrawal would create a vacuum.", None, None),
        ("He said the army would retake the town within days.", "within days", None),
        ("The mission is to end in December.", "in December", "2017-12-31"),
        ("Analysts expect a long war.", None, None),
    ],
)
def test_what_is_to_come(text, horizon, by):
    assert found(text) == [(text, horizon, by)]


@pytest.mark.parametrize(
    "text",
    [
        "The city fell in 2014.",
        "He would later become president.",
        "Soldiers could see the smoke from the hill.",
        "Will the truce hold?",
        "He wrote his will before the battle.",
        "In May, the army withdrew.",
        "The army might have killed them.",
        "They would have won if the Americans had stayed.",
        "In 2003 the president promised to bring peace.",
        "The militia can field 5,000 men.",
        "It would be wrong to conclude that the war is over.",
        "",
        "!?",
    ],
)
def test_what_is_past_possible_or_asked(text):
    assert found(text) == []


def test_a_sentence_within_a_quotation_stands_alone():
    assert [piece for piece, *_ in found('"It is over. They will go," he said.')] == ['They will go," he said.']


def test_a_horizon_in_the_condition_is_not_the_forecasts():
    text = "If the troops go home in 2018, it will be back by 2021."
    assert text[slice(*find_horizon(text, text.index("will")))] == "by 2021"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("by the end of the year", "2017-12-31"),
        ("before 2025", "2024-12-31"),
        ("next summer", "2018-08-31"),
        ("within six weeks", "2017-08-31"),
        ("next month", "2017-08-31"),
        ("for a decade", "2027-07-20"),
        ("in the coming months", None),
        ("sooner or later", None),
        ("within 9999 decades", None),
    ],
)
def test_the_last_day_a_horizon_leaves_open(words, day):
    assert day_of(words, DAY) == day


def test_relative_words_need_a_date():
    assert day_of("within two years", None) is None


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("The raid killed 40 people.", True),
        ("Iraq will retake the town.", True),
        ("Some 300 fighters remain.", True),
        ("Oil prices will rise.", False),
        ("The weather was fine.", False),
        ("", False),
    ],
)
def test_what_records_could_decide(text, yes):
    assert touches_record(Reading(text, parse_text(text), ((0, len(text)),)), 0, len(text)) is yes


@pytest.mark.parametrize(
    ("text", "ahead"),
    [
        ("The most probable scenario is a long stalemate.", True),
        ("Few independent analysts believe it can last.", True),
        ("It is hard to see how the coalition survives.", True),
        ("A return of the militia cannot be ruled out.", True),
        ("The militia isn't going to hand over its guns.", True),
        ("Analysts warn of a bloodbath.", True),
        ("This can only end in partition.", True),
        ("Armenia, bound to Russia by treaty, was let down.", False),
        ("Without planes the outposts could not be supplied, and they fell.", False),
        ("It grew once it could pose as the country's defender.", False),
        ("I have seen no evidence that would settle it.", False),
        ("He may be dead already.", False),
        ("I don't know which I'll need.", False),
    ],
)
def test_turns_that_look_ahead_or_only_seem_to(text, ahead):
    reading = Reading(text, parse_text(text), ((0, len(text)),))
    assert bool(find_predictions(reading)) is ahead
