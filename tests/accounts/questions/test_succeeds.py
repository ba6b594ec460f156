import pytest

from aftershock.accounts.questions.succeeds import Succeeds
from aftershock.errors import UsageError


def test_a_splinter_that_went_on(then, now, day):
    for record, last in ((then, 2016), (now, 2023)):
        told = Succeeds(predecessor="GIA", successor="AQIM").check(record, day)
        assert told.word == "supported"
        assert told.figures["last_year"] == 2004
        assert told.figures["years_after"][0] == 2005
        assert told.figures["years_after"][-1] == last
    assert told.outcome is True
    back = Succeeds(predecessor="AQIM", successor="GIA").check(now, day)
    assert back.word == "contradicted"
    assert "the other way" in back.sentence


def test_one_actor_under_two_names(now, day):
    told = Succeeds(predecessor="al-Qaeda in Iraq", successor="ISIS").check(now, day)
    assert told.word == "supported"
    assert "as one actor, IS" in told.sentence


def test_any_successor(then, now, day):
    told = Succeeds(predecessor="IS").check(then, day)
    assert told.word == "not yet decided"
    assert told.figures["low"] < told.chance < told.figures["high"]
    assert 0 < told.figures["base_rate"] < 1
    assert Succeeds(predecessor="LTTE").check(now, day).word == "contradicted"
    went_on = Succeeds(predecessor="GIA").check(now, day)
    assert (went_on.word, went_on.chance) == ("supported", None)
    assert "AQIM" in went_on.sentence


def test_no_tie_is_no_denial(now, day):
    assert Succeeds(predecessor="LTTE", successor="IS").check(now, day).word == "cannot say"
    state = Succeeds(predecessor="Government of Iraq", successor="IS").check(now, day)
    assert state.word == "cannot say"
    assert "no government" in state.sentence


def test_names_are_known(now, day):
    with pytest.raises(UsageError, match="an actor must be named"):
        Succeeds(predecessor="Nobody at all there", successor="IS").check(now, day)
    assert "an actor must be named" in Succeeds(predecessor="Nobody at all there").faults(now)[0]
