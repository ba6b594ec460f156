"""The chance of blows: what it is learned from, that it looks at no later year, and what is said where nothing can be."""

import json
from itertools import combinations

import numpy as np
import pytest

from actors.signed import events_of
from aftershock.actors.alliances.blows import blows, percent
from aftershock.actors.alliances.building import network
from aftershock.actors.alliances.history import (
    LAST_YEAR,
    Ties,
    fights_of,
    first_years,
    listed_pairs,
    pair_of,
    ties_of_years,
)
from aftershock.actors.alliances.learning import _fit, learn, past_pairs, score_learning
from aftershock.actors.alliances.pairs import CLASSES, FEATURES, find_pairs
from aftershock.actors.alliances.relations import read_relations
from aftershock.errors import UsageError
from aftershock.figures import embedded_events


@pytest.fixture(scope="module")
def wars():
    return blows(network(embedded_events(), until="2017-07-05"))


def test_years_hold_the_fights_of_the_table():
    assert pair_of(116, 234) in fights_of(2016)  # the government of Iraq and IS
    ties = ties_of_years(2015, 2016)
    assert pair_of(116, 234) in ties.hostile
    assert 645 in ties.places[234]
    assert {116, 118} <= ties.states
    assert pair_of(116, 234) in ties.fought  # 2004 to 2014
    assert not ties.hostile & ties.sided
    assert max(first_years().values()) == LAST_YEAR


def test_members_of_an_alliance_are_tied_only_once_it_is_in_the_record():
    islam, rahman, sna = 6377, 6391, 7514
    assert pair_of(islam, rahman) in listed_pairs([islam, rahman])
    assert not listed_pairs([islam, rahman], seen=[islam, rahman])
    assert listed_pairs([islam, rahman], seen=[sna])[pair_of(islam, rahman)] == ("members", sna)
    by_list = {mode: ties_of_years(2013, 2014, listed=mode).sided for mode in ("none", "dated", "all")}
    assert by_list["none"] < by_list["dated"] < by_list["all"]


def test_pairs_and_their_triads():
    places = {k: frozenset({1}) for k in "abcd"} | {"e": frozenset({2})}
    hostile = frozenset({("a", "c"), ("b", "d"), ("a", "d")})
    sided = frozenset({("a", "b"), ("b", "c"), ("d", "e")})
    found = find_pairs(Ties(hostile, sided, hostile, frozenset({("c", "d")}), places, frozenset({"a"})))
    rows = {
        pair: (CLASSES[kind], set(third))
        for pair, kind, third in zip(found.pairs, found.kind, found.between, strict=True)
    }
    assert rows == {
        ("a", "b"): ("torn allies", {"c"}),  # b sides with c, which fights a
        ("b", "c"): ("torn allies", {"a"}),
        ("c", "d"): ("ally of an enemy", {"b"}),  # c sides with b, which fights d
        ("a", "e"): ("ally of an enemy", {"d"}),
        ("b", "e"): ("ally of an enemy", {"d"}),
        ("d", "e"): ("allies", set()),
    }
    table = dict(zip(found.pairs, found.features, strict=True))
    at = {name: k for k, name in enumerate(FEATURES)}
    assert table["a", "b"][at["torn"]] == table["c", "d"][at["ally of an enemy"]] == 1
    assert table["a", "b"][at["common enemies"]] == 1  # d
    assert [table["c", "d"][at[name]] for name in ("fought before", "same country", "one state")] == [1, 1, 0]
    assert table["a", "e"][at["same country"]] == 0
    assert found.cluster.tolist() == [1 if "e" not in pair else -1 for pair in found.pairs]


def test_past_pairs_did_not_fight_in_their_window_and_the_outcome_is_the_next_years():
    past = past_pairs()
    assert (past.year.min(), past.year.max()) == (1990, LAST_YEAR - 1)
    for year in (1999, 2014):
        ties = ties_of_years(year - 1, year)
        found = find_pairs(ties)
        assert not set(found.pairs) & ties.busy
        mine = past.where(past.year == year)
        assert len(mine.year) == len(found.pairs)
        assert mine.fought.sum() == len(set(found.pairs) & fights_of(year + 1)) > 0


def test_nothing_later_is_learned_from():
    """What is learned up to a year is the same whatever came after it."""
    past = past_pairs("none")
    early = past.where(past.year <= 2009)
    learned = learn(last=2009, listed="none")
    assert learned.last == 2009
    assert sum(pairs for pairs, _ in learned.counts.values()) == len(early.year)
    assert sum(fights for _, fights in learned.counts.values()) == early.fought.sum()
    design = np.column_stack([np.ones(len(early.year)), early.features])
    again, _ = _fit(design, early.fought, early.cluster, np.ones(len(FEATURES) + 1, bool))
    np.testing.assert_allclose(learned.coefficients, again)


def test_known_coefficients_are_recovered(rng):
    n = 20_000
    design = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    truth = np.array([-3.0, 0.8, -0.5])
    fought = rng.random(n) < 1 / (1 + np.exp(-design @ truth))
    found, covariance = _fit(design, fought, rng.integers(0, 100, n), np.ones(3, bool))
    assert (np.abs(found - truth) < 4 * np.sqrt(np.diag(covariance))).all()
    assert (np.sqrt(np.diag(covariance)) < 0.06).all()


def test_chances_expect_what_was_seen():
    """A regression with a free constant expects as many fights as it learned from."""
    past, learned = past_pairs(), learn()
    chance, low, high = learned.chances(past.features)
    assert chance.sum() == pytest.approx(past.fought.sum(), rel=1e-6)
    assert ((low < chance) & (chance < high)).all()
    base = learn(use="base rate")
    assert np.unique(base.chances(past.features)[0].round(12)).size == 1


def test_rates_have_intervals():
    learned = learn()
    for kind in CLASSES:
        share, low, high = learned.rate(kind)
        assert 0 < low < share < high < 1
    assert (
        learned.rate("torn allies")[2] - learned.rate("torn allies")[1]
        > learned.rate("neither")[2] - learned.rate("neither")[1]
    )


def test_scores_on_later_years():
    scores = {use: score_learning(2014, use=use) for use in ("base rate", "no triads", "all")}
    assert len({score.pairs for score in scores.values()}) == 1
    assert scores["all"].log < scores["base rate"].log
    rows = scores["all"].reliability()
    assert sum(row["pairs"] for row in rows) == scores["all"].pairs
    assert sum(row["fights"] for row in rows) == scores["all"].fights
    none = scores["all"].within(np.zeros(scores["all"].pairs, bool) | (np.arange(scores["all"].pairs) < 10))
    assert none.pairs == 10


def test_what_the_notes_say_of_the_years_not_learned_from():
    """Unbalanced triads added nothing; chances above 3 % came true about half as often as said."""
    full, without = score_learning(2014), score_learning(2014, use="no triads")
    assert full.log >= without.log
    high = full.chances > 0.03
    assert 0.4 < full.tested.fought[high].sum() / full.chances[high].sum() < 0.6
    assert (full.tested.year.min() + 1, full.tested.year.max() + 1) == (2015, 2024)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: learn(last=1989), "learning needs pairs that came to blows; found none up to 1989"),
    (lambda: learn(use="triads"), "use must be all, no triads or base rate"),
    (lambda: past_pairs("some"), "listed must be dated, all or none"),
])  # fmt: skip
def test_what_cannot_be_is_refused(call, said):
    with pytest.raises(UsageError, match=said):
        call()


def test_the_pairs_of_iraq_and_syria(wars):
    assert wars.learned.last == 2015  # whether these fought in 2016 was known in July 2017
    chances = [pair.chance for pair in wars.pairs]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < pair.low < pair.chance < pair.high < 1 for pair in wars.pairs)
    found = {(pair.a, pair.b): pair for pair in wars.pairs}
    torn = found["Ahrar al-Sham", "Jaysh al-Islam"]
    assert (torn.kind, torn.between) == ("torn allies", ("Levant Front",))
    assert torn.words == ("Jaysh al-Islam sides with Levant Front, which fights Ahrar al-Sham",)
    assert "Jabhat Fateh al-Sham not seen since 2017-02-14" in found["HTS", "Jabhat Fateh al-Sham"].line()
    assert ("IS", "SDF") not in found  # they fight already
    assert ("Ahrar al-Sham", "HTS") not in found
    assert all(pair.between for pair in wars.pairs)
    lines = wars.lines(3)
    assert (
        lines[0]
        == f"{len(wars.pairs)} pairs that do not fight stand in an unbalanced triad, or across an ally's fight."
    )
    assert lines[4] == f"… and {len(wars.pairs) - 3} more, less likely."
    assert sum("fought in the next year" in line for line in lines) == 4


def test_frames_and_documents(wars):
    frame = wars.to_frame()
    document = json.loads(json.dumps(wars.document(), allow_nan=False))
    assert len(frame) == len(document["pairs"]) == len(wars.pairs)
    assert document["pairs"][0]["line"] == wars.pairs[0].line()


def test_of_those_only_declared_nothing_can_be_said():
    text = (
        "relations: [{a: Government of Iran, relation: supports, b: B, from: 2017-01-01, until: ongoing, source: s}]\n"
    )
    found = blows(
        network(events_of(("A", "B", "2017-01-05"), ("A", "C", "2017-01-05")), relations=read_relations(text))
    )
    (pair,) = found.pairs
    assert (pair.a, pair.b, pair.chance, pair.low, pair.high) == ("A", "Government of Iran", None, None, None)
    assert pair.line() == (
        "A and Government of Iran (without a tie): cannot say, since one of them has no event in the window. "
        "Government of Iran sides with B, which fights A."
    )
    json.dumps(found.document(), allow_nan=False)
    assert found.to_frame().chance.isna().all()


def test_a_network_without_such_pairs_says_so():
    found = blows(network(events_of(("A", "B", "2017-01-05"))))
    assert found.pairs == ()
    assert found.lines()[0].startswith("0 pairs")
    assert found.to_frame().empty


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "below 0.1 %"), (0.00099, "below 0.1 %"), (0.001, "0.1 %"), (0.0096, "1 %"), (0.5, "50 %")],
)
def test_shares_in_words(share, said):
    assert percent(share) == said


def test_pairs_have_one_order():
    keys = [234, 6288, "JAS", "A"]
    assert all(pair_of(a, b) == pair_of(b, a) for a, b in combinations(keys, 2))
