"""Indirect speech and attributed facts."""

import pytest

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text
from aftershock.accounts.reading.speech.outlets import is_outlet, outlet_in
from aftershock.accounts.reading.speech.statements import find_statements

pytest.importorskip("spacy")


def found(text):
    reading = Reading(text, parse_text(text), ((0, len(text)),))
    return [(text[f.start : f.end], f.fields["source"], f.fields["outlet"]) for f in find_statements(reading)]


@pytest.mark.parametrize(
    ("text", "source", "outlet"),
    [
        ("Witnesses said the shelling began at dawn.", "witnesses", None),
        ("At least 40 people were killed, hospital officials told AFP.", "hospital officials", "AFP"),
        ("The toll, officials say, is likely to rise.", "officials", None),
        ("The rebels claimed to have shot down a jet.", "the rebels", None),
        ("The convoy reportedly came under fire near Gao.", None, None),
        ("Some 2,000 fighters are believed to be hiding in the tunnels.", None, None),
        ("It is thought that the group still has 500 men.", None, None),
        ("Hundreds are feared dead.", None, None),
        ("Estimates put the death toll at 20,000.", "estimates", None),
        ("By some accounts, the city is already half empty.", None, None),
        ("The strike killed 12 civilians, according to local monitors.", "local monitors", None),
        ("According to figures compiled by the Meadow Centre, deaths rose.", "Meadow Centre", None),
        ("Kyiv has accused Moscow of shelling the plant.", "Kyiv", None),
        ("The minister warned of a bloodbath.", "the minister", None),
        ("The army's claim that no civilians died is false.", "the army", None),
        ("The junta did not say how many soldiers had died.", "the junta", None),
        ("Did the government admit that it had lost the town?", "the government", None),
        ("In an interview with the BBC, the president said elections would be held.", "the president", "BBC"),
        ("Le Monde reported that French soldiers had been present.", "Le Monde", "Le Monde"),
    ],
)
def test_who_says_it(text, source, outlet):
    assert found(text) == [(text, source, outlet)]


@pytest.mark.parametrize(
    "text",
    [
        "The army took the town on Monday.",
        "This shows that force alone does not work.",
        "I believe that the war is lost.",
        "History suggests that such groups return.",
        "The group is expected to attack again.",
        '"We will win," said the general.',
        'Amnesty International called it "a massacre."',
        "He told his men to leave.",
        "The war has claimed 40,000 lives.",
        "The offensive put the rebels at a disadvantage.",
        "",
        "...",
        "said",
    ],
)
def test_what_nobody_else_is_said_to_say(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Two officials told this newspaper otherwise.",
        "Delhi views the port as a naval base in waiting.",
        "Both sides are accused of having shelled hospitals.",
        "The attack was blamed on the separatists.",
        "Word reached the capital that the pass had fallen.",
        "There was talk in the bazaars of a second front.",
        "The official line is that the army left of its own free will.",
        "The Pentagon made clear that no troops would be sent.",
        "The rangers have by their own records lost 210 men.",
        "Per the UN, 1.2 million people have fled.",
        "Islamabad pointed the finger at Kabul.",
        "If locals are to be believed, the helicopters came from abroad.",
        "Eritrea has agents in every camp, or so Ethiopia claims.",
        "The mutiny, which Bamako attributes to unpaid wages, spread.",
    ],
)
def test_set_turns_attribute(text):
    assert [piece for piece, _, _ in found(text)] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "It must be said that both sides shelled civilians.",
        "The soldiers could tell that something was wrong.",
        "The commander put two battalions at the bridge.",
        "She pointed at the hill and ran.",
        "Berlin gave way; Washington added 31 tanks.",
        "The valley saw heavy fighting in the spring.",
    ],
)
def test_what_only_looks_like_a_turn(text):
    assert found(text) == []


def test_parts_between_semicolons_have_their_own_sources():
    text = "The army says the town is quiet; residents say that shells still fall."
    assert [(piece, source) for piece, source, _ in found(text)] == [
        ("The army says the town is quiet", "the army"),
        ("residents say that shells still fall.", "residents"),
    ]


def test_outlets_by_name_and_by_pattern():
    assert outlet_in("she told the Dubrava Courier on Monday") == "Dubrava Courier"
    assert outlet_in("speaking to the broadcaster Kanal Dokuz") == "Kanal Dokuz"
    assert outlet_in("he told the Security Council") is None
    assert is_outlet("Reuters")
    assert not is_outlet("Al-Shabaab")
    assert not is_outlet("")
