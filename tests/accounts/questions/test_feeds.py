"""A link must be seen in the days, not in the prior alone; a placebo rule that can fail, tried on worlds whose links are known."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError

from aftershock.accounts.questions.answering.placebo import Placebo, placebo_of
from aftershock.accounts.questions.feeds import Feeds, by_link
from aftershock.errors import DataError, UsageError
from aftershock.scenarios.running import Prepared
from aftershock.system.fit import fit_system
from aftershock.system.structure import structure_of
from scenario_systems import made_streams
from system_streams import make_streams

THEN = dt.date(2017, 7, 6)


def world(seed, *, link=0.0, shock=0.0, days=1000, harm_only=False):
    """Three streams that feed themselves; the first may feed the second, by its events or its harm alone; shocks drive all."""
    rng = np.random.default_rng(seed)
    keep, fade = np.exp(-1 / 7), np.exp(-1 / 20)
    memory, harmed, common = np.zeros(3), 0.0, 0.0
    counts, harm = np.zeros((days, 3), int), np.zeros((days, 3))
    for t in range(days):
        common = fade * common + np.sqrt(1 - fade**2) * rng.normal()
        rate = np.array([0.4, 0.3, 0.3]) * np.exp(shock * common - shock**2 / 2) + 0.4 * memory
        rate[1] += link * (harmed if harm_only else memory[0])
        counts[t] = rng.poisson(rate * rng.gamma(2, 0.5, 3))
        harm[t] = [np.log1p(rng.choice([0, 0, 1, 3, 20], size=k)).sum() for k in counts[t]]
        memory = keep * memory + (1 - keep) * counts[t]
        harmed = keep * harmed + (1 - keep) * harm[t, 0] / 1.0
    return make_streams(counts, names=("a", "b", "c"), harm=harm, actors=[("a",), ("b",), ("c",)])


def judged(streams, *, harm=False):
    system = fit_system(streams, draws=60)
    structure = structure_of(system)
    links = (structure.harm if harm else structure.edges)[:, 1, 0]
    placebo = placebo_of(system, [0], [1], harm=harm)
    return by_link(float((links > 0.05).mean()), placebo), placebo


def test_a_strong_link_is_seen_and_not_the_other_way_round():
    told = [judged(world(seed, link=0.7, days=1400)) for seed in range(5)]
    assert [word for word, _ in told].count("supported") >= 4
    assert all(placebo.share <= 0.05 and placebo.forward for _, placebo in told)


def test_no_link_is_not_seen_not_even_where_shocks_drive_both():
    words = [judged(world(seed, shock=shock))[0] for seed, shock in zip(range(10, 16), [0.0, 0.5] * 3, strict=True)]
    assert words.count("supported") <= 1
    assert "contradicted" in words


def test_what_harm_adds_is_seen_apart_from_events():
    by_harm = [judged(world(seed, link=0.7, harm_only=True), harm=True)[1] for seed in range(30, 33)]
    by_events = [judged(world(seed, link=0.7), harm=True)[1] for seed in range(40, 43)]
    assert max(p.share for p in by_harm) <= 0.05
    assert np.mean([p.share for p in by_events]) > 0.2


def test_days_before_the_record_began_are_left_out():
    streams = world(50, link=0.5)
    system = fit_system(streams, draws=20)
    whole, late = placebo_of(system, [0], [1]), placebo_of(system, [0], [1], begin=400)
    assert whole.days - late.days == pytest.approx(370, abs=1)
    assert late.score != whole.score


def test_without_a_link_there_is_nothing_to_test():
    system = fit_system(world(51), draws=20, mask="own")
    assert placebo_of(system, [0], [1]) is None
    assert placebo_of(system, [0], [0]) is None


@pytest.mark.parametrize(
    ("chance", "share", "forward", "word"),
    [
        (0.5, 0.05, True, "supported"),
        (0.49, 0.05, True, "cannot say"),
        (0.99, 0.06, True, "cannot say"),
        (0.99, 0.01, False, "cannot say"),
        (0.09, 0.5, True, "contradicted"),
        (0.09, 0.49, True, "cannot say"),
        (0.11, 0.9, True, "cannot say"),
    ],
)
def test_the_rule(chance, share, forward, word):
    assert by_link(chance, Placebo(1.0, share, 0.0 if forward else 2.0, 99, 1000)) == word


class Made:
    """A record with one system made by hand."""

    day, vintage, notes = THEN, "made by hand", ()

    def __init__(self, system=None):
        self.made = system

    def system(self, recipe, *, folder=None, seed=1):
        if self.made is None:
            raise DataError("a system needs events of its countries", found="none", fix="Import some.")
        return Prepared(self.made)

    def span(self, countries):
        return None

    def provisional(self, day):
        return False


@pytest.fixture(scope="module")
def record():
    return Made(fit_system(made_streams(), draws=40, background="constant"))


def asked(cause, effect, **more):
    scope = {"countries": ["Iraq", "Syria"], **cause}
    return Feeds.model_validate({"criteria": {"scope": scope}, "raises": {"scope": effect}, **more})


def test_a_verdict_says_what_it_rests_on(record):
    told = asked({"actors": ["rebels"]}, {"actors": ["isis"]}).check(record, THEN)
    assert "from rebels – SDF to IS – government; IS – SDF; IS against civilians, above 0.05" in told.filter
    assert told.figures["low"] <= told.figures["median"] <= told.figures["high"]
    assert told.sample == 870
    assert told.word in ("cannot say", "contradicted", "supported")
    assert "not proof of cause" in told.notes[0]


def test_a_front_that_both_share_does_not_feed_itself(record):
    one = asked({"actors": ["IS"], "against": ["SDF"]}, {"actors": ["SDF"]}).check(record, THEN)
    assert "sides carry no direction" in " ".join(one.notes)
    own = asked({"actors": ["rebels"]}, {"actors": ["rebels"]}).check(record, THEN)
    assert own.word == "cannot say"
    assert own.sentence.startswith("Cause and effect are one and the same stream")


def test_what_the_record_does_not_hold_cannot_be_said(record):
    told = asked({"actors": ["rebels"]}, {"actors": ["IS"]}).check(Made(), THEN)
    assert (told.word, told.figures) == ("cannot say", {})
    assert "needs events of its countries" in told.sentence
    nothing = Feeds.model_validate({
        "criteria": {"scope": {"actors": ["rebels"], "countries": ["Syria"]}, "types": ["os"]}, "raises": {"scope": {"actors": ["IS"]}},
    })  # fmt: skip
    assert "too few events of the violence that is said to raise other violence" in nothing.check(record, THEN).sentence


def test_actors_nobody_knows_are_refused_with_the_nearest(record):
    with pytest.raises(UsageError, match="'rebel'.*rebels"):
        asked({"actors": ["rebel"]}, {"actors": ["IS"]}).check(record, THEN)
    with pytest.raises(UsageError, match="must not name regions"):
        asked({"actors": ["rebels"], "regions": ["Homs"]}, {"actors": ["IS"]}).check(record, THEN)


def test_the_form_says_what_is_missing():
    with pytest.raises(ValidationError, match="raises"):
        Feeds.model_validate({"criteria": {"scope": {"actors": ["IS"]}}})
    with pytest.raises(UsageError, match="which countries it is of"):
        Feeds.model_validate({"raises": {}}).check(SimpleNamespace(vintage=""), THEN)


def test_in_words():
    said = asked({"actors": ["IS"], "against": ["SDF"]}, {"actors": ["IS"]}, through="civilians").worded()
    assert said == "Is violence of IS with SDF in Iraq and Syria that kills civilians followed by more violence of IS?"
