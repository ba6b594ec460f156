"""Tables and sentences of a fitted system, from structures that are known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from aftershock.contract import Provenance, Stream, Streams
from aftershock.errors import UsageError
from aftershock.system.fit import StreamPosterior, System
from aftershock.system.scoring import SystemScores
from aftershock.system.simulate import Paths
from aftershock.system.spiral import Edge, Spiral
from aftershock.system.structure import Structure
from aftershock.system.tables import (
    busiest,
    edges_table,
    futures_table,
    gain_line,
    interval,
    overall_share,
    residual_lines,
    spiral_lines,
    streams_table,
    summary_lines,
    units_of,
)

DRAWS, DAYS = 101, 100


@pytest.fixture
def system():
    """Three streams with 50, 200 and 100 events; the third may not be fed by the first."""
    counts = np.zeros((2, DAYS, 3), np.int32)
    counts[:, ::2, 0], counts[:, :, 1], counts[:, :, 2] = 1, 2, 1
    marks = np.zeros(counts.shape, np.float32)
    streams = Streams(
        streams=(
            Stream("one", ("A", "B"), ("sb",), (645,)),
            Stream("two", ("B", "C"), ("sb",), (652,)),
            Stream("three", (), ("ns", "os"), (645, 652)),
        ),
        first_day=np.datetime64("2017-01-01"), counts=counts, deaths=2 * counts, civilians=counts,
        losses=np.stack([counts * [0, 1, 1], counts * [1, 0, 0]], axis=-1).astype(np.int32), size=marks, harm=marks,
        present=np.ones((DAYS, 3), bool), kin=(), left_out={}, ranged=0, provenance=Provenance("test", "test", "test"),
    )  # fmt: skip

    def target(sources):
        return StreamPosterior(
            np.array(sources), 30, np.ones((DRAWS, 1)), np.ones((DRAWS, len(sources), 2, 2)), np.ones(DRAWS), np.ones(DRAWS),
            np.zeros(DRAWS, np.int64), 0.9,
        )  # fmt: skip

    targets = (target([0, 1, 2]), target([0, 1, 2]), target([1, 2]))
    return System(streams, targets, "constant", "linked", (1.0, 7.0), np.ones(3), 1, "0")


@pytest.fixture
def structure():
    """Links in equal steps over the draws: from two on one 0.1 to 0.3 after a week, from three on two 0 to 0.2, the rest nothing."""
    course = np.linspace(0, 1, DRAWS)
    children = np.zeros((DRAWS, 3, 3, 2))
    children[:, 0, 1, 1] = 0.1 + 0.2 * course
    children[:, 1, 2, 0] = 0.2 * course**2
    children[:, [0, 1], [0, 1], 0] = 0.5
    harm = np.zeros((DRAWS, 3, 3))
    harm[:, 0, 1] = 0.25 * children[:, 0, 1, 1]
    return Structure(
        children=children, harm=harm, ratio=0.8 + 0.1 * course, background=np.tile([0.1, 0.5, 1.0], (DRAWS, 1)),
        share=np.tile([0.8, 0.75, 0.0], (DRAWS, 1)), half_life=1 + 10 * course,
    )  # fmt: skip


def test_one_row_per_link_that_the_mask_lets_be(system, structure):
    table = edges_table(system, structure)
    assert list(zip(table.target, table.source, strict=True)) == [
        ("one", "one"), ("one", "two"), ("one", "three"), ("two", "one"), ("two", "two"), ("two", "three"),
        ("three", "two"), ("three", "three"),
    ]  # fmt: skip
    assert list(table.closeness[:3]) == ["itself", "common actor", "same country"]
    row = table.iloc[1]
    assert (row["mean"], row["median"]) == (pytest.approx(0.2), pytest.approx(0.2))
    assert (row["lower_90"], row["upper_90"]) == (pytest.approx(0.11), pytest.approx(0.29))
    assert (row["p_above"], row["harm"], row["main_scale"]) == (1.0, pytest.approx(0.05), 7.0)
    assert table.p_above[5] == pytest.approx(78 / 101)
    assert np.isnan(table.main_scale[2])


def test_streams_with_background_share_and_own_excitation(system, structure):
    table = streams_table(system, structure).set_index("stream")
    assert list(table.events) == [50, 200, 100]
    assert list(table.deaths) == [100, 400, 200]
    assert list(table.deaths_1) == [0, 200, 100]
    np.testing.assert_array_equal(table.deaths_2, [50, 0, np.nan])
    assert list(table.civilians) == [50, 200, 100]
    assert list(zip(table.actor_1, table.actor_2, strict=True)) == [("A", "B"), ("B", "C"), ("", "")]
    assert table.countries["three"] == "645 652"
    assert table.types["three"] == "ns os"
    assert table.first_fitted["one"] == "2017-01-31"
    assert (table.background["two"], table.share["two"], table.own["two"]) == (0.5, 0.75, 0.5)
    assert {"share_lower_90", "own_upper_90"} <= set(table)
    assert busiest(system) == [1, 2, 0]
    # 35, 140 and 70 events on the days fitted
    np.testing.assert_allclose(overall_share(system, structure), (35 * 0.8 + 140 * 0.75) / 245)


def test_sentences_say_what_is_sure_and_what_is_open(system, structure):
    text = "\n".join(summary_lines(system, structure))
    assert "3 streams with 350 events from 2017-01-01 to 2017-04-10; 101 draws" in text
    assert "The branching ratio is 0.85 (90 % interval 0.81 to 0.90), one or more in under 1 % of draws" in text
    assert "Half of what follows an event has come after 6 days (90 % interval 2 days to 10 days)" in text
    assert "An average event of two is followed directly by 0.20 events of one (90 % interval 0.11 to 0.29)" in text
    assert "mostly at a time scale of 7 days; 25 % of them go with harm to civilians." in text
    assert "Of 1 links" not in text
    assert "Of one link between streams the record cannot say whether it is nothing or 0.05 and more" in text
    assert "more direct children per event; widest is that of two after three, 0.00 to 0.18." in text
    assert "3 links between streams are little, if anything" in text
    assert "inf" not in text
    assert "nan" not in text


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        ((0.5, 0.9), "an event leads to fewer than one more"),
        ((0.9, 1.1), "the record cannot say"),
        ((1.1, 1.3), "violence would grow until the background changes"),
    ],
)
def test_the_branching_ratio_in_words(system, structure, ratio, words):
    assert words in summary_lines(system, replace(structure, ratio=np.linspace(*ratio, DRAWS)))[1]


@pytest.mark.parametrize(
    ("endless", "words"),
    [
        (0, "has come after 6 days (90 % interval 2 days to 10 days)."),
        (20, "has come after 6 days (90 % interval 2 days to no end)."),
        (60, "does not end in 59 % of draws; in the others half has come after 3 days."),
        (101, "does not end in any draw, so it has no half-life."),
    ],
)
def test_half_lives_without_end(system, structure, endless, words):
    half_life = structure.half_life.copy()
    half_life[DRAWS - endless :] = np.inf
    assert summary_lines(system, replace(structure, half_life=half_life))[2].endswith(words)


def test_intervals_hold_infinity():
    np.testing.assert_array_equal(interval(np.r_[np.ones(90), np.full(10, np.inf)]), [1, 1, np.inf])


def test_what_was_not_asked_is_not_answered(system, structure):
    text = "\n".join(summary_lines(replace(system, mask="own"), structure))
    assert "Whether streams feed each other was not asked (mask own)." in text


def test_no_sure_link_is_said_so(system, structure):
    nothing = replace(structure, children=structure.children * np.eye(3)[None, :, :, None])
    text = "\n".join(summary_lines(system, nothing))
    assert "No link between two streams is sure to have 0.01 direct children per event or more." in text
    assert "5 links between streams are little, if anything" in text


def test_units(system):
    assert units_of(system.streams, "stream") == (["one", "two", "three"], [0, 1, 2])
    assert units_of(system.streams, "country") == (["Iraq", "Iraq, Syria", "Syria"], [0, 2, 1])
    with pytest.raises(UsageError, match="futures must be by country or stream; found 'contry'. Did you mean country?"):
        units_of(system.streams, "contry")


def test_futures_add_up_and_lose_nothing(system, rng):
    counts = rng.poisson(3, (40, 2, 3))
    paths = Paths(system.names, np.datetime64("2017-04-11"), np.array([0, 20, 51]), counts, 2 * counts, counts,
                  np.zeros(40, bool), np.arange(40), ())  # fmt: skip
    table = futures_table(system, paths, "country")
    assert list(table.unit[:3]) == ["Iraq"] * 3
    assert list(zip(table.first_day[:3], table.last_day[:3], strict=True)) == [
        ("2017-04-11", "2017-04-30"), ("2017-05-01", "2017-05-31"), ("2017-04-11", "2017-05-31"),
    ]  # fmt: skip
    whole = table[(table.first_day == "2017-04-11") & (table.last_day == "2017-05-31")]
    assert whole.deaths.sum() == pytest.approx(2 * counts.sum() / 40)
    assert whole.events.sum() == pytest.approx(counts.sum() / 40)
    assert (whole.deaths_lower_90 <= whole.deaths_median).all()
    assert list(whole.before) == [50, 102, 204]  # the last 51 days: 25, 51 and 102 events, two deaths each
    assert ((table.p_1 >= table.p_25) & (table.p_25 >= table.p_1000)).all()


def scores(gain, days=56):
    values = {model: np.full((days, 1), -1.0) for model in ("constant", "own_past", "own_phase", "system")}
    values["system"] = values["system"] + np.asarray(gain).reshape(-1, 1)
    first = np.datetime64("2017-01-01")
    return SystemScores(("one",), first, first + days - 1, values, np.array([28.0]))


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (np.full(56, 0.1), "The other streams' pasts add to what each stream's own past foretells: +0.100 nats a day"),
        (np.full(56, -0.1), "The other streams' pasts make the forecast worse: -0.100 nats a day"),
        (np.full(56, -0.0001), "The other streams' pasts add next to nothing: +0.000 nats a day (90 % interval +0.000 to +0.000)"),
        (np.repeat([0.5, -0.4], 28), "Whether the other streams' pasts add anything, these days cannot say: +0.050 nats a day"),
    ],
)  # fmt: skip
def test_what_other_streams_add(gain, words):
    assert gain_line(scores(gain)).startswith(words)


def test_what_is_missed_is_said_and_the_rest_counted():
    several = SimpleNamespace(missed=lambda: ["A.", "B.", "C."], untold=("x", "y"))
    assert residual_lines(several, most=2) == [
        "A.", "B.", "The report has 1 more.", "2 streams have too few events for this to show anything.",
    ]  # fmt: skip
    nothing = SimpleNamespace(missed=list, untold=())
    assert residual_lines(nothing) == ["Nothing of a size that matters was found that the model misses."]


def test_spiral_in_sentences():
    edges = (
        Edge("two", "one", 0.3, 0.6, 0.4, 0.8),
        Edge("one", "one", 0.2, 0.4, 0.1, 0.5),
        Edge("one", "two", 0, 0.01, 0, 0.1),
    )
    spiral = Spiral(
        "2017-07-05", 365, 0.1, 0.9, 0.8, 1.0, {"2": 0.25, "5": 0.05}, 1000.0, 1500.0, 900.0, 6000.0, 0.02, edges, ()
    )
    lines = spiral_lines(spiral)
    assert lines[0].startswith(
        "From 2017-07-05, the next 365 days bring 1,500 deaths (90 % interval 900 to 6,000), after 1,000"
    )
    assert "more than twice as many in 25 % of futures" in lines[0]
    assert lines[1:] == [
        "2 % of futures reached the simulation's cap and were held there.",
        "60 % of the branching ratio (40 % to 80 %) rests on one following two.",
        "40 % of the branching ratio (10 % to 50 %) rests on one feeding itself.",
    ]
