"""Causal claims: both sides with exact spans, the direction, and what only describes."""

import pytest

from aftershock.accounts.reading.causes.causal import find_causal
from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.language import parse_text


def claims(text):
    found = find_causal(Reading(text, parse_text(text), ((0, len(text)),)))
    for f in found:
        for side in ("cause", "effect"):
            start, end = f.fields[f"{side}_span"]
            assert text[start:end] == f.fields[side] == f.fields[side].strip() != ""
            assert f.start <= start < end <= f.end
    return [(f.fields["cause"], f.fields["effect"], f.fields["direction"]) for f in found]


@pytest.mark.parametrize(
    ("text", "cause", "effect", "direction"),
    [
        ("The army's retreat emboldened the rebels.", "The army's retreat", "the rebels", "raises"),
        ("The sanctions have crippled the economy.", "The sanctions", "the economy", "lowers"),
        ("The conflict was triggered by the arrest of a cleric.", "the arrest of a cleric", "The conflict", "raises"),
        ("The invasion led to the rise of the group.", "The invasion", "the rise of the group", "raises"),
        ("Much of the violence stems from disputes over land.", "disputes over land", "Much of the violence", "raises"),
        ("Poverty is the main driver of recruitment.", "Poverty", "recruitment", "raises"),
        ("The coup was the result of years of rivalry.", "years of rivalry", "The coup", "raises"),
        ("Disarmament failed because nobody trusted the state.", "nobody trusted the state", "Disarmament failed", "raises"),
        ("If the talks fail, the war will spread to Chad.", "the talks fail", "the war will spread to Chad", "raises"),
        ("Attacks have fallen as a result of the truce.", "the truce", "Attacks have fallen", "lowers"),
        ("The more they bomb, the more recruits come.", "The more they bomb", "the more recruits come", "raises"),
        ("By sacking 400,000 soldiers, the occupiers created the insurgency.", "sacking 400,000 soldiers", "the occupiers created the insurgency", "raises"),
        ("The offensive displaced many, fuelling fears of a famine.", "The offensive displaced many", "fears of a famine", "raises"),
        ("It was the bombing of the hospital that turned public opinion.", "the bombing of the hospital", "public opinion", "raises"),
        ("Land disputes lie at the root of the conflict.", "Land disputes", "the conflict", "raises"),
        ("Had the Americans stayed, Mosul would not have fallen.", "Had the Americans stayed", "Mosul would not have fallen", "raises"),
        ("The embargo prevented the army from rearming.", "The embargo", "the army from rearming", "lowers"),
        ("The raid killed 12 civilians, which turned the villagers against the state.", "The raid killed 12 civilians", "the villagers against the state", "raises"),
    ],
)  # fmt: skip
def test_both_sides_and_the_direction(text, cause, effect, direction):
    assert (cause, effect, direction) in claims(text)


def test_each_of_several_reasons_is_a_claim():
    found = claims("They won because they had time, because they had Pakistan, and because we had left.")
    assert [(c, e) for c, e, _ in found] == [
        ("they had time", "They won"), ("they had Pakistan", "They won"), ("we had left", "They won"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "The general led the attack on the city.", "The organisation was created in 2004.", "They drove to the city on Monday.",
        "Troops forced their way into the town.", "The police stopped a car at the checkpoint.", "She makes bread.",
        "There is no evidence that Iran caused the explosion.", "The withdrawal did not create the group.",
        "He has lived there since the war ended.", "Did the raid cause the riot?", "I asked if the road was open.",
        "I would be surprised if they stayed.", "A suicide bomber drove a lorry into the gate.",
    ],
)  # fmt: skip
def test_what_only_describes_or_denies_is_no_claim(text):
    assert claims(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "...",
        "Because.",
        "because of",
        "if",
        "As a result",
        "the more the more",
        "By.",
        ", leaving",
        "It is because",
        '"',
        "So\n\nso",
    ],
)
def test_odd_text_breaks_nothing(text):
    assert isinstance(claims(text), list)


def test_a_claim_says_whether_records_can_decide_it():
    text = "The killing of civilians creates recruits. Rising prices caused the anger."
    found = find_causal(Reading(text, parse_text(text), ((0, len(text)),)))
    assert [f.checkable for f in found] == [True, False]


@pytest.mark.parametrize(
    ("text", "cause", "effect", "direction"),
    [
        ("The two factions fell out over the spoils of the port.", "the spoils of the port", "The two factions fell out", "raises"),
        ("Repression does more to recruit rebels than any sermon.", "Repression", "recruit rebels", "raises"),
        ("Years of war have taken a heavy toll on the health service.", "Years of war", "the health service", "raises"),
        ("The army is too weak to hold the province.", "The army is too weak", "hold the province", "lowers"),
        ("Fearing reprisals, families fled.", "Fearing reprisals", "families fled", "raises"),
        ("Many joined out of fear.", "fear", "Many joined", "raises"),
        ("There can be no peace without justice.", "justice", "peace", "raises"),
        ("At the root of the conflict is a quarrel over land.", "a quarrel over land", "the conflict", "raises"),
        ("It is thanks to that pipe that diplomats came.", "that pipe", "diplomats came", "raises"),
        ("The bombs have stiffened resistance.", "The bombs", "resistance", "raises"),
        ("The massacre poisoned relations between the two communities.", "The massacre", "relations between the two communities", "raises"),
    ],
)  # fmt: skip
def test_claims_by_shape(text, cause, effect, direction):
    assert (cause, effect, direction) in claims(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sanctions failed to stop the programme.", "The ambulance leaves Aleppo at dawn.", "They went on as if nothing had happened.",
        "The helicopter was shot down over the valley.", "The offensive follows weeks of shelling.", "The deal includes a prisoner exchange.",
    ],
)  # fmt: skip
def test_no_claim_by_shape(text):
    assert claims(text) == []
