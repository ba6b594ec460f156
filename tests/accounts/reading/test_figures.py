"""Figures: exact spans, values, ranges and what is counted; and numbers that count nothing."""

import pytest

from aftershock.accounts.reading.figures.figures import find_figures
from aftershock.accounts.reading.figures.no_figures import why_no_figure
from aftershock.accounts.reading.figures.numbers import find_number, split_words
from aftershock.accounts.reading.figures.quantities import find_quantities
from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text


def figures(text):
    found = find_figures(Reading(text, parse_text(text), ((0, len(text)),)))
    assert all(text[f.start : f.end] == text[f.start : f.end].strip() != "" for f in found)
    return [
        (text[f.start : f.end], f.fields["value"], f.fields["low"], f.fields["high"], f.fields["unit"]) for f in found
    ]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,200 men", 1200), ("10 000 men", 10_000), ("1.5m people", 1.5e6), ("2bn", 2e9), ("5 hundred thousand", 5e5),
        ("twenty-five", 25), ("three hundred and twenty men", 320), ("one hundred twenty-five thousand", 125_000),
        ("two and a half million", 2.5e6), ("a million and a half", 1.5e6), ("half a dozen", 6), ("two dozen", 24),
        ("a quarter of a million", 250_000), ("half-million", 5e5), ("dozens", 24), ("scores of", 40), ("hundreds", 100),
        ("tens of thousands", 10_000), ("hundreds of thousands", 100_000), ("several hundred", 100), ("a few dozen", 24),
        ("a couple of thousand", 2000), ("a handful of", 5), ("two-thirds", 0.6667), ("half the city", 0.5),
        ("one in ten", 0.1), ("nine out of ten", 0.9),
    ],
)  # fmt: skip
def test_a_number_is_worth_what_it_says(words, value):
    assert find_number(split_words(words), 0).value == pytest.approx(value)


@pytest.mark.parametrize("words", ["a", "several", "tens", "million", "few", "", "-", "1,2,3,"])
def test_no_number(words):
    split = split_words(words)
    found = find_number(split, 0) if split else None
    assert found is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Some 300 remaining fighters were left.", ("Some 300 remaining fighters", 300, None, None, "remaining fighters")),
        ("The blast killed at least 51 soldiers.", ("at least 51 soldiers", 51, 51, None, "soldiers")),
        ("It cost more than $50 billion.", ("more than $50 billion", 5e10, 5e10, None, "dollars")),
        ("Rebels freed between 300 and 400 hostages.", ("between 300 and 400 hostages", None, 300, 400, "hostages")),
        ("Some 20-30 gunmen came.", ("Some 20-30 gunmen", None, 20, 30, "gunmen")),
        ("The war displaced 2 to 3 million people.", ("2 to 3 million people", None, 2e6, 3e6, "people")),
        ("Up to 40 suicide car bombs went off.", ("Up to 40 suicide car bombs", 40, None, 40, "suicide car bombs")),
        ("Two-thirds of the city is in ruins.", ("Two-thirds of the city", 0.6667, None, None, "city")),
        ("It holds perhaps 60 per cent of the country.", ("perhaps 60 per cent of the country", 60, None, None, "percent of country")),
        ("The village is 40km from the front.", ("40km", 40, None, None, "km")),
        ("Thousands of civilians fled.", ("Thousands of civilians", 1000, 1000, None, "civilians")),
        ("In all 50 were killed.", ("50", 50, None, None, "people")),
        ("It has 140,000 American and British soldiers.", ("140,000 American and British soldiers", 140_000, None, None, "American and British soldiers")),
        ("Nearly one in ten families went hungry.", ("Nearly one in ten families", 0.1, None, None, "families")),
    ],
)  # fmt: skip
def test_a_figure_is_found_with_what_it_counts(text, wanted):
    assert figures(text) == [wanted]


def test_two_figures_of_a_change_are_no_range():
    assert [f[1:2] + f[4:] for f in figures("The force grew from 200 to some 1,500 men.")] == [
        (200, "force"),
        (1500, "men"),
    ]


def test_a_bare_number_takes_up_what_was_counted_before():
    found = figures("Roughly 40,000 foreigners came. Perhaps a third are dead.")
    assert [(f[0], f[4]) for f in found] == [
        ("Roughly 40,000 foreigners", "foreigners"),
        ("Perhaps a third", "foreigners"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It began on 17 October 2016.", "On Oct. 17 they left.", "The 2003 invasion failed.", "Since 2011 it has been so.",
        "Umm Yasir, 41, was there.", "A 12-year-old boy cried.", "He is twenty-six.", "A mother of three wept.",
        "Resolution 2254 was adopted.", "They flew F-16 jets.", "The M23 came back.", "It was like 9/11.",
        "The Group of Seven met.", "The 101st Division marched.", "It fell at 5:30 a.m. that day.", "See page 7.",
        "One of them spoke.", "The two do not love each other.", "No one came.", "Call +1 202 555 0147.",
        "He won 3-1.", "A one-sided account.", "It will be rebuilt within five years.", "He left ten days ago.",
    ],
)  # fmt: skip
def test_what_counts_nothing_is_no_figure(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    "text", ["", " ", "...", "7", "$", "-", "%%%", "1,1,1,1,1", "between 3 and", "from to 5", "of of of", "\n\n12\n\n"]
)
def test_odd_text_breaks_nothing(text):
    assert isinstance(figures(text), list)


def test_every_reason_is_named():
    words = split_words("On 17 October 2016 the M23 took 5 villages, said Sara, 41.")
    assert [why_no_figure(words, found) for found in find_quantities(words)] == ["date", "year", "name", None, "age"]


def test_long_text_of_numbers_is_linear():
    words = split_words("1 " * 20_000 + "hundred and " * 5_000)
    assert len(find_quantities(words)) > 1000


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The mission has 7,200 Ugandan and Burundian soldiers.",
            ("7,200 Ugandan and Burundian soldiers", "Ugandan and Burundian soldiers"),
        ),
        ("Tanks were promised: fourteen of them arrived.", ("fourteen of them", "Tanks")),
        ("Food reaches about a third of those who stayed.", ("about a third of those who stayed", "those who stayed")),
        ("We put the odds of a war at one in four.", ("one in four", "odds")),
        ("We will raise our contingent to 10,000.", ("10,000", "contingent")),
        ("The camp, built for 5,000, is full.", ("5,000", "people")),
        ("Of the 320 shells fired that day, 40 landed on the market.", ("40", "shells")),
        ("The blast killed six and wounded 27.", ("six", "people killed")),
        ("• Two insurgencies, not one.", ("Two insurgencies", "insurgencies")),
    ],
)
def test_what_is_counted_by_grammar(text, wanted):
    assert wanted in [(found[0], found[4]) for found in figures(text)]
