import pytest

from aftershock.accounts.questions.spreads import Spreads
from aftershock.accounts.record import DYADS
from aftershock.errors import UsageError
from aftershock.figures import load_table

LISTED = ["Yemen", "Libya", "Philippines", "Malaysia", "Indonesia", "Afghanistan", "Iran"]


def spreads(*, new=False, window=None, threshold=None, **scope):
    return Spreads(
        new=new, criteria={"scope": {"actors": ["ISIS"], **scope}, "window": window or {}, "threshold": threshold}
    )


def test_countries_that_are_named(now, day):
    told = spreads(countries=LISTED).check(now, day)
    assert told.word == "cannot say"  # of two the record does not know
    assert told.figures["not_known"] == ["Malaysia", "Indonesia"]
    assert (told.figures["low"], told.figures["high"]) == (5, 7)
    most = spreads(countries=LISTED, threshold={"at_least": 5}).check(now, day)
    assert (most.word, most.outcome) == ("supported", True)
    none = spreads(countries=["Yemen"], window={"end": "2010-12-31"}).check(now, day)
    assert none.word == "contradicted"


def test_all_countries_by_hand(then, day):
    told = spreads(threshold={"at_least": 15}).check(then, day)
    table = load_table(DYADS).dropna(subset=["dyad_name"])
    sides = [set(name.replace(" - ", ", ").split(", ")) for name in table.dyad_name]
    mine = table[["IS" in each for each in sides]]
    assert told.figures["low"] == mine[mine.year <= 2016].gwcode.nunique()
    assert told.word == "supported"


def test_new_countries(now, then, day):
    asked = spreads(new=True, threshold={"at_least": 5}, window={"start": "2018-01-01", "end": "2019-12-31"})
    told = asked.check(now, day)
    table = load_table(DYADS).dropna(subset=["dyad_name"])
    mine = table[["IS" in set(name.replace(" - ", ", ").split(", ")) for name in table.dyad_name]]
    first = mine.groupby("gwcode").year.min()
    assert told.figures["low"] == int(first.between(2018, 2019).sum())
    assert told.word == ("supported" if told.figures["low"] >= 5 else "contradicted")
    before = asked.check(then, day)
    assert before.word == "not yet decided"
    assert 0 < before.chance < 1
    assert before.figures["new_expected"] > 0


def test_the_chance_of_named_countries(then, now, day):
    window = {"start": "2017-07-05", "end": "2018-12-31"}
    one = spreads(countries=["Mali"], window=window).check(then, day)
    two = spreads(countries=["Mali", "Mozambique"], window=window).check(then, day)
    either = spreads(countries=["Mali", "Mozambique"], window=window, threshold={"at_least": 1}).check(then, day)
    assert 0 < two.chance < one.chance < either.chance < 1
    assert spreads(countries=["Mali"], window=window).check(now, day).chance is None


def test_where_it_has_been_a_return_has_no_chance(then, day):
    told = spreads(countries=["Algeria"], window={"start": "2017-07-05", "end": "2018-12-31"}).check(then, day)
    assert (told.word, told.chance) == ("not yet decided", None)


def test_one_actor(now, day):
    with pytest.raises(UsageError, match="must name one actor"):
        Spreads(criteria={"scope": {"actors": ["IS", "LTTE"]}}).check(now, day)
