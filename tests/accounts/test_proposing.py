"""What a sentence might be asked: only what the sentence says, only of whom the record knows, and never a fault."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.accounts.proposing import MOST, propose
from aftershock.accounts.reading.finding import KINDS, Finding

DAY = dt.date(2017, 7, 12)
IRAQ = {"canonical": "Government of Iraq", "gwcode": 645, "state": "Iraq"}


def place(text, name="Iraq", fields=IRAQ, why='state "Iraq"'):
    at = text.index(name)
    return Finding("actor", at, at + len(name), why, fields=fields)


def group(text, name="IS"):
    at = text.index(name)
    return Finding("actor", at, at + len(name), "name", fields={"canonical": name})


def found(kind, text, words, **fields):
    at = text.index(words)
    return Finding(kind, at, at + len(words), "cue", checkable=True, fields=fields)


def asked(text, *findings, actors=(), date=DAY, **more):
    return [
        question.model_dump(mode="json", exclude_unset=True)
        for question in propose(text, findings, actors, date, **more).questions
    ]


def test_deaths_since_a_month_are_counted_from_then_on():
    text = "About 400 civilians have been killed in Iraq since January."
    made = asked(
        text,
        found("figure", text, "About 400 civilians", value=400, unit="civilians", about=True),
        actors=[place(text)],
    )
    assert made == [
        {
            "kind": "count",
            "status": "proposed",
            "criteria": {
                "scope": {"countries": ["Iraq"]},
                "measure": "civilian deaths",
                "threshold": {"about": 400},
                "window": {"start": "2017-01-01", "end": "2017-07-11"},
            },
        }
    ]


@pytest.mark.parametrize(
    ("since", "start"),
    [
        ("since 3 May", "2017-05-03"),
        ("since September", "2016-09-01"),
        ("since 2014", "2014-01-01"),
        ("since Aug. 2015", "2015-08-01"),
    ],
)
def test_the_day_after_since(since, start):
    text = f"At least 30 people died in Iraq {since}."
    made = asked(
        text,
        found("figure", text, "At least 30 people", value=30, bound="at least", unit="people"),
        actors=[place(text)],
    )
    assert made[0]["criteria"]["window"] == {"start": start, "end": "2017-07-11"}
    assert made[0]["criteria"]["threshold"] == {"at_least": 30}
    assert made[0]["criteria"].get("measure", "deaths") == "deaths"


def test_deaths_on_a_day_are_asked_about_that_day():
    text = "IS killed 30 people in Iraq on Monday."
    figure = found("figure", text, "30 people", value=30, unit="people")
    event = found("event", text, "IS killed 30 people", who=["IS"], gwcode=645, day="2017-07-10", where="Iraq")
    made = asked(text, figure, event, actors=[group(text), place(text)])
    assert [question["kind"] for question in made] == ["count", "happened"]
    assert all(q["criteria"]["window"] == {"start": "2017-07-09", "end": "2017-07-11"} for q in made)
    assert made[0]["criteria"]["scope"] == {"countries": ["Iraq"], "actors": ["IS"]}


def test_deaths_in_an_event_of_no_known_day_are_not_counted_over_a_year():
    text = "The blast in Iraq killed 30 people."
    assert (
        propose(text, [found("figure", text, "30 people", value=30, unit="people")], [place(text)], DAY).questions == ()
    )


@pytest.mark.parametrize(
    ("text", "figure", "unit", "reason"),
    [
        ("Some 300 fighters are left in Iraq.", "Some 300 fighters", "fighters", "numbers of fighters and troops"),
        ("The blast in Iraq killed 30 soldiers.", "30 soldiers", "soldiers", "not for the fighters of one side"),
        ("They fled 40 kilometres, and ten died.", "40 kilometres", "kilometres", "numbers of kilometres"),
    ],
)
def test_what_no_record_counts_is_outside_with_the_reason(text, figure, unit, reason):
    made = asked(text, found("figure", text, figure, value=30, unit=unit))
    assert [question["kind"] for question in made] == ["outside"]
    assert reason in made[0]["reason"]


def test_shares_and_nothing_are_no_figures_of_deaths():
    text = "A third are dead in Iraq so far."
    assert not asked(text, found("figure", text, "A third", value=1 / 3, unit=None), actors=[place(text)])


def test_relations_become_pairs_the_record_knows():
    text = "Iran supports Hezbollah against IS."
    sides = found("relation", text, text, a="Government of Iran", relation="supports", b="Hezbollah")
    hostile = found("relation", text, text, a="Hezbollah", relation="hostile", b="IS")
    unknown = found("relation", text, text, a="The Nobodies", relation="hostile", b="IS")
    made = asked(text, sides, hostile, unknown)
    assert [(q["kind"], q["criteria"]["scope"]["actors"], q["criteria"]["scope"]["against"]) for q in made] == [
        ("sides", ["Government of Iran"], ["Hezbollah"]),
        ("fights", ["Hezbollah"], ["IS"]),
    ]
    assert propose(text, [sides], [], DAY).says == "Government of Iran supports Hezbollah."
    later = found("relation", text, text, a="BIFM", relation="succeeds", b="MILF")
    assert asked(text, later)[0] == {
        "kind": "succeeds",
        "status": "proposed",
        "predecessor": "MILF",
        "successor": "BIFM",
    }


def test_a_prediction_looks_ahead_and_one_that_denies_is_left_to_a_person():
    text = "IS will attack in Iraq again by December."
    prediction = found("prediction", text, text, horizon="by December", by="2017-12-31")
    actors = [group(text), place(text)]
    made = asked(text, prediction, actors=actors)
    assert [q["kind"] for q in made] == ["fights"]
    assert made[0]["criteria"]["window"] == {"start": "2017-07-12", "end": "2017-12-31"}
    denied = "IS will not attack in Iraq again by December."
    assert not asked(denied, found("prediction", denied, denied), actors=[group(denied), place(denied)])
    calm = "IS will have brothers in Iraq."
    assert not asked(calm, found("prediction", calm, calm), actors=[group(calm)])
    spiral = "Violence in Iraq may spiral out of control."
    made = asked(spiral, found("prediction", spiral, spiral), actors=[place(spiral)])
    assert [(q["kind"], q["times"]) for q in made] == [("spiral", 2)]


def test_a_demonym_says_who_not_where():
    text = "American guns stand behind the SDF, whose attacks go on."
    usa = {"canonical": "Government of United States of America", "gwcode": 2}
    event = found("event", text, "attacks", who=["SDF"])
    assert not asked(text, event, actors=[place(text, "American", usa, 'demonym "American"'), group(text, "SDF")])


def test_trends_and_causes():
    text = "Violence in Iraq fell last year."
    made = asked(text, actors=[place(text)])
    assert [(q["kind"], q["direction"], q["at"]) for q in made] == [("trend", "falls", "2016-07-12")]
    text = "Attacks by the army of Iraq breed attacks by IS."
    causal = found(
        "causal", text, text, cause="Attacks by the army of Iraq", effect="attacks by IS", direction="raises"
    )
    made = asked(text, causal, actors=[place(text), group(text)])
    assert (made[0]["kind"], made[0]["raises"]) == ("feeds", {"scope": {"countries": ["Iraq"], "actors": ["IS"]}})
    text = "Poverty breeds anger."
    assert asked(text, found("causal", text, text, cause="Poverty", effect="anger"))[0]["kind"] == "outside"


def test_nothing_to_ask_has_a_reason():
    proposal = propose("The sun rose.", [], [], DAY)
    assert proposal.questions == ()
    assert "write one by hand" in proposal.why


WORDS = st.sampled_from(
    [
        "IS",
        "Iraq",
        "killed",
        "since 31 February",
        "300",
        "civilians",
        "spiral",
        "not",
        "spread",
        "cells",
        "since May",
        "fell",
        "{}",
        "%",
    ]
)
NAMES = st.one_of(st.sampled_from(["IS", "Government of Iraq", "PKK"]), st.text(max_size=600))
NUMBERS = st.one_of(st.none(), st.integers(), st.floats())
TEXTS = st.one_of(st.none(), st.text(max_size=600), st.sampled_from(["civilians", "deaths", "fighters", "violence"]))
DAYS = st.one_of(st.none(), st.dates().map(str))
FIELDS = st.fixed_dictionaries(
    {"a": NAMES, "relation": st.sampled_from(["hostile", "allied", "supports", "part of", "succeeds"]), "b": NAMES},
    optional={
        "canonical": NAMES, "gwcode": st.one_of(st.none(), st.integers(0, 1000)), "value": NUMBERS, "low": NUMBERS, "high": NUMBERS,
        "bound": st.sampled_from(["at least", "at most", None]), "unit": TEXTS, "by": DAYS, "cause": TEXTS, "effect": TEXTS,
        "who": st.lists(NAMES, max_size=3), "day": DAYS, "where": TEXTS,
    },
)  # fmt: skip


@given(
    st.lists(WORDS, max_size=12).map(" ".join),
    st.lists(st.tuples(st.sampled_from(KINDS), FIELDS), max_size=4),
    st.one_of(st.none(), st.dates()),
)
def test_it_never_raises_and_what_it_proposes_waits(text, parts, date):
    made = [Finding(kind, 0, len(text), 'state "x"', fields=fields) for kind, fields in parts]
    proposal = propose(
        text, [f for f in made if f.kind != "actor"], [f for f in made if f.kind == "actor"], date, home=645
    )
    assert len(proposal.questions) <= MOST
    assert len(proposal.says) <= 500
    assert all(question.status == "proposed" and question.sentence() for question in proposal.questions)
    assert bool(proposal.why) == (not proposal.questions)
