"""Backgrounds chosen on days held out: a steady level asks for none that moves, a moving one does; shocks have shapes."""

from dataclasses import replace

import numpy as np
import pytest

from aftershock.errors import UsageError
from aftershock.system import backgrounds
from aftershock.system.backgrounds import choose_background, compare_backgrounds, held_out
from aftershock.system.fit import fit_system, stream_problem
from aftershock.system.kernel import log_probabilities
from aftershock.system.memory import Memory, closeness
from aftershock.system.shapes import Shock, shock_shapes
from aftershock.system.structure import structure_of
from aftershock.system.target import fit_target
from system_streams import make_streams

DAYS = 900


def streams_of(counts):
    return make_streams(counts, names="abc")


@pytest.fixture(scope="module")
def streams():
    """Two streams without feedback: "a" steady, "b" rising and falling within a year."""
    rng = np.random.default_rng(3)
    moving = 1.5 * (1 + 0.9 * np.sin(2 * np.pi * np.arange(DAYS) / 365))
    return streams_of(np.stack([rng.poisson(1.5, DAYS), rng.poisson(moving)], axis=1))


@pytest.fixture(scope="module")
def choice(streams):
    return choose_background(streams, candidates=(90, "constant", 365), mask="own")


def test_a_steady_level_asks_for_a_constant_and_a_moving_one_does_not(choice):
    assert choice.candidates == ("constant", 365, 90)
    assert choice.chosen == ("constant", 90)
    assert choice.together == 90
    assert (choice.behind.min(axis=0) == 0).all()
    frame = choice.to_frame()
    assert len(frame) == 6
    assert frame.chosen.sum() == 2


def test_one_stream_alone_is_scored_as_among_all(streams, choice):
    alone = choose_background(streams, "b", candidates=("constant", 365, 90), mask="own")
    assert alone.names == ("b",)
    assert (alone.scores[:, 0] == choice.scores[:, 1]).all()
    assert alone.chosen == (alone.together,)


@pytest.fixture(scope="module")
def problem(streams):
    memory = Memory.of(streams)
    return stream_problem(memory, 1, np.array([1]), closeness(streams)[1], days=slice(30, DAYS), background=90)


def test_a_day_held_out_is_scored_by_a_fit_that_has_not_seen_it(problem):
    fold = np.arange(30, DAYS) // 14 % 5
    logs = held_out(problem, fold)
    out = fold == 3
    fit = fit_target(replace(problem, day_weights=(~out).astype(float)))
    expected = log_probabilities(problem.counts[out], problem.mean(fit.weights)[out], fit.delta, fit.rho)
    assert logs[out].sum() == pytest.approx(expected.sum(), abs=0.1)
    assert np.isfinite(logs).all()
    averaged = held_out(problem, fold, draws=20)
    assert averaged.sum() == pytest.approx(logs.sum(), abs=8)
    assert (averaged == held_out(problem, fold, draws=20)).all()
    counts = problem.counts.copy()
    counts[np.flatnonzero(fold == 0)[0]] = 500
    changed = np.abs(held_out(replace(problem, counts=counts), fold) - logs) > 0.02
    assert changed[fold == 0].sum() == 1


def test_the_smoothest_within_a_standard_error_is_chosen():
    better = np.array([1.0, 1.0, 1.0, -0.5] * 5)
    hardly = np.array([3.0, -3.0, 2.9, -2.8] * 5)
    zero = np.zeros(20)
    values = np.array([[zero, zero], [better, hardly], [better - 0.01, hardly - 1]])
    behind, error, chosen = backgrounds._smoothest(values)
    assert chosen.tolist() == [1, 0]
    assert behind[0] == pytest.approx([12.5, 0.5])
    assert error[0] == pytest.approx([better.std(ddof=1) * 20**0.5, hardly.std(ddof=1) * 20**0.5])
    assert (error[1] == 0).all()


def test_slight_gains_do_not_count_however_sure():
    values = np.zeros((2, 2, 20))
    values[1] = [[0.05], [0.2]]
    assert backgrounds._smoothest(values)[2].tolist() == [0, 1]


def test_backgrounds_that_move_leave_less_to_feedback(streams):
    seen = []
    compared = compare_backgrounds(
        streams, ("constant", 90), draws=30, mask="own", progress=lambda *step: seen.append(step)
    )
    frame = compared.to_frame()
    assert frame.background.tolist() == ["constant", "90"]
    assert frame.ratio[0] > frame.ratio[1] + 0.2
    assert frame.share[0] > frame.share[1] + 0.1
    assert frame.score[1] > frame.score[0]
    assert frame.chosen.tolist() == [False, True]
    assert ((frame.ratio_lower <= frame.ratio) & (frame.ratio <= frame.ratio_upper)).all()
    assert [len(each) for each in (*compared.ratio, *compared.share, *compared.half_life)] == [30] * 6
    assert {name for name, _, _ in seen} == {"scoring backgrounds", "fitting"}
    said = compared.said()
    assert said.startswith(f"The branching ratio is {frame.ratio[0]:.2f} ({frame.ratio_lower[0]:.2f}–")
    assert (
        f") with a constant background, and {100 * np.median(compared.share[0]):.0f} % of events follow from others; "
        in said
    )
    assert said.endswith(" % of events follow from others. Days held out favour a 90-day background.")


def test_a_background_fitted_already_is_not_fitted_again(streams, monkeypatch):
    made = fit_system(streams, background=365, mask="own", draws=45)
    calls = []

    def fit(*given, **options):
        calls.append(options["background"])
        return fit_system(*given, **options)

    monkeypatch.setattr(backgrounds, "fit_system", fit)
    compared = compare_backgrounds(streams, ("constant", 365), draws=20, mask="own", fitted=made)
    assert calls == ["constant"]
    assert [len(each) for each in compared.ratio] == [20, 45]
    assert compared.ratio[1].tolist() == structure_of(made).ratio.tolist()
    frame = compared.to_frame()
    assert frame.ratio[1] == np.quantile(structure_of(made).ratio, 0.5, method="inverted_cdf")
    assert frame.explosive.tolist() == [(ratio >= 1).mean() for ratio in compared.ratio]
    assert f"; {frame.ratio[1]:.2f} (" in compared.said()


def test_a_fitted_system_of_something_else_is_refused(streams):
    made = fit_system(streams, background="constant", mask="own", draws=4)
    other, shocks = streams.until("2003-01-01"), (Shock("2002-01-01"),)
    for given, options, found in (
        (streams, {"mask": "all"}, "the mask own"),
        (streams, {"mask": "own", "shocks": shocks}, "other shocks"),
        (other, {"mask": "own"}, "other streams"),
        (streams, {"mask": "own", "fitted": replace(made, inhibition=True)}, "inhibition"),
    ):
        with pytest.raises(UsageError, match=f"streams, shocks and mask compared, without inhibition; found {found}"):
            compare_backgrounds(given, ("constant",), **({"fitted": made} | options))


def test_backgrounds_compared_follow_shocks():
    """A level that doubles on a day is foretold better by a constant that may follow it there."""
    counts = np.random.default_rng(4).poisson(np.where(np.arange(DAYS) < 450, 0.4, 4.0))[:, None]
    stepped = streams_of(counts)
    shock = Shock(stepped.days[450])
    plain, following = (
        compare_backgrounds(stepped, ("constant",), draws=20, mask="own", shocks=shocks) for shocks in ((), (shock,))
    )
    assert following.choice.scores.sum() > plain.choice.scores.sum() + 5
    assert np.median(following.ratio[0]) < np.median(plain.ratio[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"candidates": ()}, "backgrounds must be one or more, each once; found none"),
        ({"candidates": (90, 90)}, "backgrounds must be one or more, each once; found 90, 90"),
        ({"candidates": ("linear",)}, "a background must be constant or a number of days between knots"),
        ({"stream": "z"}, "a stream must be one of the system's; found 'z'"),
        ({"block": 0}, "days of a block must be 1 or more; found 0"),
        ({"folds": 1}, "folds must be 2 or more, and 900 days hold a block of 14 days for each; found 1"),
        ({"folds": 70}, "folds must be 2 or more, and 900 days hold a block of 14 days for each; found 70"),
    ],
)
def test_what_cannot_be_asked_is_refused(streams, options, message):
    with pytest.raises(UsageError, match=message):
        choose_background(streams, **options)


def test_shapes_of_shocks_are_zero_to_one_and_belong_to_their_shock():
    days = np.datetime64("2016-01-01") + np.arange(400)
    shocks = [Shock("2016-12-13", "pulse", 20), Shock(np.datetime64("2016-02-27")), Shock("2016-01-02", "pulse")]
    shapes, of = shock_shapes(days, shocks)
    assert shapes.shape == (400, 4)
    assert of.tolist() == [0, 1, 1, 2]
    assert shapes.min() == 0
    assert shapes.max() == 1
    at = int((np.datetime64("2016-12-13") - days[0]).astype(int))
    assert shapes[at - 1 : at + 1, 0].tolist() == [0, 1]
    assert shapes[at + 20, 0] == pytest.approx(np.exp(-1))
    assert (shapes[:, 1] + shapes[:, 2] == 1).all()
    assert shapes[:57, 1].all()
    assert not shapes[57:, 1].any()


def test_without_a_shock_there_is_no_shape():
    shapes, of = shock_shapes(np.datetime64("2016-01-01") + np.arange(10), [])
    assert shapes.shape == (10, 0)
    assert of.shape == (0,)


def test_a_step_lets_a_level_fall(streams):
    """Half the rate from a day on: both levels are found where the shock's shapes join the constant."""
    counts = np.where(np.arange(DAYS) < 400, 3, 1) + np.arange(DAYS) % 2
    near = np.array([0])
    memory = Memory.of(streams_of(counts[:, None]))
    plain = stream_problem(memory, 0, np.array([0]), near, days=slice(0, DAYS), background="constant")
    shapes, _ = shock_shapes(streams.days, [Shock(streams.days[400])])
    wide = replace(
        plain,
        features=np.hstack([np.ones((DAYS, 1)), shapes]),
        rates=np.full(3, 0.1),
        rough=None,
        groups=None,
        doubt=None,
    )
    weights = fit_target(wide).weights
    assert weights[0] + weights[1] == pytest.approx(3.5, rel=0.05)
    assert weights[0] + weights[2] == pytest.approx(1.5, rel=0.05)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Shock("2016-02-27", "dip"), "a shock must be a step or a pulse; found 'dip'"),
        (lambda: Shock("2016-02-27", "pulse", 0), "a shock's days must be above zero; found 0"),
        (lambda: Shock("2016-02-27", "pulse", float("nan")), "a shock's days must be above zero; found nan"),
        (lambda: Shock("soon"), "a shock's day must be a date; found 'soon'"),
        (lambda: Shock("NaT"), "a shock's day must be a date; found 'NaT'"),
    ],
)
def test_a_shock_that_cannot_be_is_refused(make, message):
    with pytest.raises(UsageError, match=message):
        make()


@pytest.mark.parametrize("day", ["2015-12-31", "2016-01-01", "2016-01-11"])
def test_a_shock_outside_the_record_is_refused(day):
    days = np.datetime64("2016-01-01") + np.arange(10)
    with pytest.raises(UsageError, match=f"2016-01-01 to 2016-01-10; found {day}. Choose a day inside that span"):
        shock_shapes(days, [Shock(day)])
