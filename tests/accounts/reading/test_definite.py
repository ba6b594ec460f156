"""Descriptions that stand for actors: "the army", "the rebels", "Shekau's men"."""

import pytest

from aftershock.accounts.reading.actors.actors import find_actors
from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text

MALI = "Mali's war has spread since 2012. JNIM attacked a camp in Mali. "


def told(text):
    return [(text[f.start : f.end], f.fields["canonical"]) for f in find_actors(Reading(text, parse_text(text), ()))]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("The army denied it.", [("The army", "Government of Mali")]),
        ("He wrote to the government in Bamako.", [("Bamako", "Government of Mali")]),
        ("They shelled the defence ministry.", [("defence ministry", "Government of Mali")]),
        ("The rebels withdrew.", [("The rebels", "JNIM")]),
        ("The army officers of a museum wrote a book.", []),
        ("The government of national unity is a dream.", []),
        ("The government-owned bus left.", []),
    ],
)
def test_descriptions(more, wanted):
    assert told(MALI + more)[3:] == wanted


def test_nobody_where_two_wars_are_told():
    text = "Chad and Niger both face revolts. The army is tired."
    assert ("The army", "Government of Chad") not in told(text)
    assert ("The army", "Government of Niger") not in told(text)


def test_a_leaders_men_are_the_group_where_it_fought():
    assert ("Savimbi's men", "UNITA") in told("In Angola, Savimbi's men took the town.")
    assert told("Savimbi's men won the cup.") == []


@pytest.mark.parametrize("text", ["", "...", "the army", "The rebels", "the government in"])
def test_no_words_no_actors(text):
    assert told(text) == []
