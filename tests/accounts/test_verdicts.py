"""The rules that turn figures into verdicts: what each must say, and what it may never say."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.accounts.questions.base import Threshold as Stated
from aftershock.accounts.verdicts import SURE, VERDICTS, Threshold, by_chance, by_count, by_interval, of_claim

NUMBERS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("stated", "record", "word"),
    [
        ({"about": 300}, (250, 300, 400), "supported"),
        ({"about": 300}, (300, 380, 500), "within the uncertainty"),
        ({"about": 300}, (400, 500, 600), "contradicted"),
        ({"at_least": 100}, (100, 150, 200), "supported"),
        ({"at_least": 100}, (90, 150, 200), "within the uncertainty"),
        ({"more_than": 100}, (100, 100, 100), "contradicted"),
        ({"fewer_than": 100}, (0, 99, 99), "supported"),
        ({"fewer_than": 100}, (0, 99, 100), "within the uncertainty"),
        ({"at_most": 0}, (1, 1, 1), "contradicted"),
        ({"between": (10, 20)}, (9, 15, 30), "supported"),
        ({"exactly": 5}, (4, 4, 6), "within the uncertainty"),
        ({"at_least": 100}, (50, 200, 90), "within the uncertainty"),  # UCDP's best may lie outside low and high
    ],
)
def test_a_count_that_is_whole(stated, record, word):
    assert by_count(Stated(**stated).bounds, *record) == word


@pytest.mark.parametrize(
    ("stated", "record", "word"),
    [
        ({"at_least": 100}, (10, 20, 30), "not yet decided"),
        ({"at_least": 100}, (100, 120, 130), "supported"),  # it can only grow
        ({"at_most": 100}, (101, 120, 130), "contradicted"),
        ({"at_most": 100}, (10, 120, 130), "not yet decided"),
        ({"about": 100}, (90, 100, 110), "not yet decided"),
        ({"about": 100}, (126, 130, 140), "contradicted"),
    ],
)
def test_a_count_that_is_not_over(stated, record, word):
    assert by_count(Stated(**stated).bounds, *record, over=False) == word


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_more_room_never_turns_a_verdict_round(low, best, high, stated):
    word = by_count(Threshold(low=stated), low, best, high)
    wider = by_count(Threshold(low=stated), low // 2, best, high * 2)
    assert {word, wider} != {"supported", "contradicted"}
    opposite = by_count(Threshold(high=stated - 1), low, best, high)
    assert (word == "supported") == (opposite == "contradicted")


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_what_is_decided_before_the_end_stays_decided(low, best, high, later, stated):
    bounds = Threshold(low=stated)
    early = by_count(bounds, low, best, high, over=False)
    end = by_count(bounds, low + later, best + later, high + later)
    assert early in ("supported", "not yet decided")
    assert early != "supported" or end == "supported"


def test_a_chance_is_only_sure_at_its_ends():
    assert [by_chance(p) for p in (SURE, SURE - 1e-9, 0.1, 0.1 + 1e-6)] == [
        "supported",
        "cannot say",
        "contradicted",
        "cannot say",
    ]


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1)])
def test_a_rise_is_no_fall(low, high):
    up, down = (by_interval(low, high, rises=rises) for rises in (True, False))
    assert {up, down} in ({"supported", "contradicted"}, {"within the uncertainty"})


def test_a_claims_verdict_needs_agreement():
    for words in itertools.product(VERDICTS, repeat=3):
        whole = of_claim(words)
        said = set(words) - {"cannot say", "outside the record"}
        assert whole == of_claim(words[::-1])
        assert whole in words or whole == "cannot say"
        if {"supported", "contradicted"} <= said:
            assert whole == "cannot say"
        if len(said) == 1:
            assert whole in said


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({}, "must state a figure"),
        ({"about": 1, "at_least": 2}, "must state one figure"),
        ({"between": (3, 2)}, "lower figure first, not 3 and 2"),
        ({"at_least": 5, "at_most": 4}, "lower figure first"),
    ],
)
def test_a_threshold_must_be_one(stated, words):
    with pytest.raises(ValueError, match=words):
        Stated(**stated)


def test_a_bare_number_is_a_least():
    assert Stated.model_validate(25).bounds == Threshold(25, None)
    assert str(Threshold(25)) == "at least 25"
    assert str(Threshold(1, 2)) == "1 to 2"
