"""Triads and camps of a network, in words."""

import json

import numpy as np
import pytest

from actors.signed import events_of
from aftershock.actors.alliances.balance import balance, unbalanced_triads
from aftershock.actors.alliances.building import network
from aftershock.actors.alliances.relations import read_relations
from aftershock.errors import UsageError
from aftershock.figures import embedded_events


@pytest.fixture(scope="module")
def torn():
    """A and B on one side, A fights C, which B supports; D and E fight elsewhere."""
    text = "relations: [{a: B, relation: supports, b: C, from: 2017-01-01, until: ongoing, source: a report}]\n"
    events = events_of(("A, B", "X", "2017-01-05"), ("A", "C", "2017-01-06"), ("D", "E", "2017-01-06"))
    return network(events, relations=read_relations(text))


def test_an_unbalanced_triad_in_plain_words(torn):
    (triad,) = unbalanced_triads(torn)
    assert triad.line() == "A and B fought on the same side; A fights C, which B supports."
    assert (triad.between, triad.one, triad.two) == ("B", "A", "C")


def test_declared_allies_are_called_allies():
    text = """
relations:
  - {a: A, relation: allied, b: B, from: 2017-01-01, until: ongoing, source: a treaty}
  - {a: B, relation: supports, b: A, from: 2017-01-01, until: ongoing, source: a report}
"""
    found = network(events_of(("A, X", "C", "2017-01-06"), ("C, B", "X", "2017-01-06")), relations=read_relations(text))
    (triad,) = [each for each in unbalanced_triads(found) if each.between == "B"]
    assert triad.line() == "B and C fought on the same side; C fights A, which B supports." or triad.line().startswith(
        "C and B"
    )
    allies = network(
        events_of(("A", "C", "2017-01-06"), ("C, B", "X", "2017-01-06")),
        relations=read_relations(text.split("  - {a: B", maxsplit=1)[0]),
    )
    (triad,) = unbalanced_triads(allies)
    assert (
        triad.line()
        == "A and B are allies (declared: allied, from 2017-01-01, ongoing; source: a treaty); A fights C, which B sides with."
    )


def test_triads_are_counted_by_sign():
    three = network(
        events_of(
            ("A", "B", "2017-01-05"),
            ("B", "C", "2017-01-05"),
            ("A", "C", "2017-01-05"),
            ("A, D", "E", "2017-01-05"),
            ("D, F", "E", "2017-01-05"),
        )
    )
    found = balance(three)
    assert found.triads == {"+++": 0, "++-": 0, "+--": 2, "---": 1}
    assert (found.index, found.unbalanced) == (1, ())
    assert "in 1 more all three fight each other, which breaks two camps, but not several." in found.lines()[-1]


def test_camps_and_ties_that_do_not_fit(torn):
    found = balance(torn)
    assert (found.index, found.exact, found.total, len(found.frustrated)) == (1, True, 6, 1)
    assert found.camps[1] in {(("D",), ("E",))}
    assert sorted(name for camp in found.camps[0] for name in camp) == ["A", "B", "C", "X"]
    lines = found.lines()
    assert lines[0] == "At least 1 of 6 ties must change before the network falls into two camps; fewer cannot do."
    assert "others may be as good" in lines[1]
    assert lines[2].startswith("A camp is what enemies have in common")


def test_a_balanced_network_says_so_and_its_camps():
    found = balance(network(events_of(("A, B", "C", "2017-01-05"))))
    assert (found.index, found.only) == (0, True)
    assert found.lines()[:2] == [
        "The network is balanced: no tie speaks against two camps (of 3 ties in all).",
        "Only this division reaches that:",
    ]
    assert "A, B against C." in found.lines()


def test_ties_that_say_both_are_left_out_and_counted():
    found = balance(network(events_of(("A, B", "C", "2017-01-05"), ("A", "B", "2017-02-01"))))
    assert (found.contradictory, found.total) == (1, 2)
    assert found.lines()[-1] == "Left out: 1 pair that, by dated evidence, both fought and stood on the same side."


def test_triads_are_those_of_the_matrices():
    """Closed walks of three steps count each triangle six times, those through one tie of another sign twice."""
    war = network(embedded_events(), until="2017-07-05")
    place = {actor.name: k for k, actor in enumerate(war.actors)}
    friend, enemy = np.zeros((2, len(place), len(place)), int)
    for tie in war.signed():
        a, b = (place[name] for name in tie.actors)
        matrix = friend if tie.sign > 0 else enemy
        matrix[a, b] = matrix[b, a] = 1
    walks = {
        "+++": np.trace(friend @ friend @ friend) // 6,
        "++-": np.trace(friend @ friend @ enemy) // 2,
        "+--": np.trace(friend @ enemy @ enemy) // 2,
        "---": np.trace(enemy @ enemy @ enemy) // 6,
    }
    assert balance(war, seconds=0).triads == walks


def test_weights_by_events(torn):
    found = balance(torn, weight="events")
    assert found.index == pytest.approx(0.693147, abs=1e-6)
    with pytest.raises(UsageError, match="weight must be ties or events; found 'deaths'"):
        balance(torn, weight="deaths")


def test_bounds_are_said_when_time_is_short():
    war = network(embedded_events(), until="2017-07-05")
    found = balance(war, seconds=0)
    assert not found.exact
    assert found.lines()[0].startswith(f"Between {found.lower:g} and {found.index:g} of 175 ties must change")
    assert found.lines()[0].endswith("the time was too short to say how many.")
    assert found.lines()[1] == "The best division found:"


def test_iraq_and_syria_in_july_2017():
    found = balance(network(embedded_events(), until="2017-07-05"), seconds=60)
    assert (found.index, found.exact) == (7, True)
    assert (found.triads["++-"], found.triads["---"]) == (13, 12)
    assert (
        "13th Division and Sham Legion fought on the same side; 13th Division fights Jabhat Fateh al-Sham, which Sham Legion sides with."
        in found.lines()
    )
    document = json.loads(json.dumps(found.document(), allow_nan=False))
    assert len(document["unbalanced"]) == len(found.to_frame()) == 13
