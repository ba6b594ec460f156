"""What a forecast has learned is there for its explanation; equal figures are equal, and memory stays bounded."""

from dataclasses import replace

import numpy as np
import pytest

from aftershock.contract import Provenance
from aftershock.models import kept
from aftershock.models.forest import Forest

SMALL = Forest(trees=4, leaf=2)


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def panel(make_panel, rng):
    return make_panel(rng.negative_binomial(1, 0.1, (3, 60)))


def test_equal_figures_share_a_state_and_its_forests(panel):
    state = SMALL.fit(panel, "sb")
    grown = SMALL.grown(state, 12)
    again = replace(panel, deaths=panel.deaths.copy(), provenance=Provenance("another", "file", "told"))
    assert SMALL.fit(again, "sb") is state
    assert SMALL.grown(SMALL.fit(again, "sb"), 12) is grown


def test_other_figures_units_months_targets_and_options_do_not(panel):
    state = SMALL.fit(panel, "sb")
    other = panel.deaths.copy()
    other[0, 0, 0] += 1
    gone = panel.exists.copy()
    gone[0, 0] = False
    for changed in (
        replace(panel, deaths=other),
        replace(panel, exists=gone),
        replace(panel, months=panel.months + 1),
        replace(panel, units=panel.units + 1),
        panel.until(panel.last_month - 1),
        panel.select(panel.units[:2]),
    ):
        assert SMALL.fit(changed, "sb") is not state
        assert SMALL.fit(panel, "sb") is state
    assert SMALL.fit(panel, "ns") is not state
    assert Forest(trees=5, leaf=2).fit(panel, "sb") is not state


def test_a_kept_state_draws_what_a_new_one_draws(panel):
    made = SMALL.forecast(panel, targets=("sb",), draws=50)
    again = SMALL.forecast(panel, targets=("sb",), draws=50)
    kept.forget()
    assert np.array_equal(made.draws, again.draws)
    assert np.array_equal(made.draws, SMALL.forecast(panel, targets=("sb",), draws=50).draws)


def test_only_so_many_are_kept_the_least_used_go_first(panel):
    first, second = SMALL.fit(panel, "sb"), SMALL.fit(panel, "ns")
    for leaf in range(10, 10 + kept.MOST - 1):
        assert SMALL.fit(panel, "sb") is first
        Forest(trees=4, leaf=leaf).fit(panel, "sb")
    assert SMALL.fit(panel, "sb") is first
    assert SMALL.fit(panel, "ns") is not second


def test_a_large_panel_is_learned_anew(panel, monkeypatch):
    monkeypatch.setattr(kept, "LARGEST", 100)
    assert SMALL.fit(panel, "sb") is not SMALL.fit(panel, "sb")
