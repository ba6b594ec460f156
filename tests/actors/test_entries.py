"""Courses of new fronts: what they are drawn from, and that nothing later or from the country itself gets in."""

from datetime import date

import numpy as np
import pytest

from aftershock.actors import entries
from aftershock.actors.entries import ENOUGH, PERIOD, entry_course
from aftershock.errors import UsageError
from aftershock.figures import load_table

LATE = date(2025, 1, 1)


@pytest.fixture
def pool(monkeypatch):
    """Let the table be a few entries of our own."""

    def make(counts, *, kind=None, state=None, foreign=None, country=None, begun="2000-01", deaths=None):
        counts = np.asarray(counts, np.int64)
        n = len(counts)
        first_year = counts[:, :12].clip(0).sum(axis=1)
        made = entries._Pool(
            kind=np.asarray(kind if kind is not None else [1] * n),
            state=np.asarray(state if state is not None else [True] * n),
            foreign=np.asarray(foreign if foreign is not None else [False] * n),
            country=np.asarray(country if country is not None else [645] * n),
            after=np.array([np.datetime64(begun, "M") + 1] * n).astype("datetime64[D]"),
            counts=counts,
            deaths=np.asarray(deaths if deaths is not None else first_year * 3),
            civilians=np.zeros(n, np.int64),
            events=first_year,
        )
        monkeypatch.setattr(entries, "_pool", lambda: made)

    return make


def test_the_table_holds_what_it_says():
    table = load_table("entries")
    counts = table[[f"period_{k}" for k in range(1, 25)]].to_numpy()
    assert (table.events >= 3).all()
    assert (counts[:, :12] >= 0).all()
    assert (counts[:, 0] >= 1).all()  # the first event opens the first period
    assert (np.diff((counts >= 0).astype(int), axis=1) <= 0).all()
    assert (counts[:, :12].sum(axis=1) <= table.events).all()
    assert (table.civilians <= table.deaths + table.events).all()
    assert table.state[table.type_of_violence == 1].all()
    assert not table.state[table.type_of_violence == 2].any()
    assert (table.state | ~table.foreign).all()


def test_a_known_entry_is_there():
    table = load_table("entries")
    mahdi = table[table.dyad_name == "Government of Iraq - al-Mahdi Army"].iloc[0]
    assert (mahdi.gwcode, mahdi.first_month, mahdi.type_of_violence) == (645, "2004-04", 1)
    raided = table[table.dyad_name.str.startswith("Government of Australia") & (table.gwcode == 645)].iloc[0]
    assert raided.foreign
    assert raided.first_month == "2003-03"


def test_smoothing_keeps_an_entrys_own_level(pool, rng):
    quiet, loud = [2, 1, *[0] * 10, *[0] * 12], [40] * 24
    pool([quiet, loud] * 5)
    course = entry_course(rng, 40_000, kind="sb", periods=24, known_by=LATE)
    year = (course.rates[:, :12] * PERIOD).sum(axis=1)
    assert year[year < 100].mean() == pytest.approx(3.5, rel=0.02)  # half an event a year is added
    assert year[year > 100].mean() == pytest.approx(480.5, rel=0.01)
    second = (course.rates[:, 12:] * PERIOD).sum(axis=1)
    assert second[year < 100].mean() == pytest.approx(0.5, rel=0.05)


def test_after_the_known_periods_the_mean_of_the_last_six_is_held(pool, rng):
    pool([[5] * 18 + [-1] * 6] * 6)
    course = entry_course(rng, 5000, kind="sb", periods=40, known_by=LATE)
    assert course.rates.shape == (5000, 40)
    last = course.rates[:, 12:18].mean(axis=1)
    assert np.allclose(course.rates[:, 18:], last[:, None])
    assert course.rates[:, 30].mean() * PERIOD == pytest.approx(5, rel=0.05)


def test_only_what_lay_before_the_day_is_used(pool, rng):
    pool([[5] * 24] * 6, begun="2000-01")
    with pytest.raises(UsageError, match="none before 2001-01-25"):
        entry_course(rng, 10, kind="sb", periods=12, known_by=date(2001, 1, 25))  # 359 days after January's end
    later = [[5] * 12 + [1000] * 12] * 6
    pool(later, begun="2000-01")
    course = entry_course(rng, 500, kind="sb", periods=24, known_by=date(2001, 1, 31))
    assert course.rates.max() * PERIOD < 30  # the second year is not known yet: the first is held


def test_a_country_can_be_left_out(rng):
    course = entry_course(rng, 10, kind="sb", periods=12, known_by=LATE, leave_out_country=645)
    whole = entry_course(rng, 10, kind="sb", periods=12, known_by=LATE)
    assert "Iraq" in whole.countries
    assert "Iraq" not in course.countries
    assert course.cases == whole.cases - 7


def test_the_comparison_widens_step_by_step_and_says_so(pool, rng):
    counts = [[3] * 24] * 12
    pool(counts, kind=[1] * 8 + [3] * 4, state=[True] * 8 + [True] * 4, foreign=[True] * 2 + [False] * 10)
    exact = entry_course(rng, 10, kind="sb", state=True, foreign=False, periods=12, known_by=LATE)
    assert (exact.cases, exact.widened) == (6, ())
    wider = entry_course(rng, 10, kind="sb", state=True, foreign=True, periods=12, known_by=LATE)
    assert (wider.cases, wider.widened) == (8, ("entries with and without a foreign state",))
    assert "widened to entries with and without a foreign state" in wider.lines()[1]
    widest = entry_course(rng, 10, kind="os", state=False, periods=12, known_by=LATE)
    assert (widest.cases, widest.widened) == (12, ("entries of all sides", "all types of violence"))


def test_so_few_that_nothing_helps_is_said(pool, rng):
    pool([[3] * 24] * 2)
    course = entry_course(rng, 10, kind="sb", periods=12, known_by=LATE)
    assert course.cases == 2 < ENOUGH
    assert any("So few cannot say much" in line for line in course.lines())


def test_deaths_come_from_the_same_entry(pool, rng):
    pool([[1] * 24, [50] * 24] * 5, deaths=[12, 60_000] * 5)
    course = entry_course(rng, 2000, kind="sb", periods=12, known_by=LATE)
    loud = course.rates.mean(axis=1) * PERIOD > 20
    assert course.deaths_per_event[loud].min() == pytest.approx(100, rel=0.01)
    assert course.deaths_per_event[~loud].max() < 10  # (12 + the mean of all) / 13
    assert ((course.civilian_share >= 0) & (course.civilian_share <= 1)).all()


def test_the_real_table_gives_positive_rates_for_every_kind(rng):
    for kind in ("sb", "ns", "os"):
        course = entry_course(rng, 200, kind=kind, periods=30, known_by=date(2015, 1, 1))
        assert (course.rates > 0).all()
        assert np.isfinite(course.rates).all()
        assert course.cases >= ENOUGH
        assert ((course.civilian_share >= 0) & (course.civilian_share <= 1)).all()


def test_wrong_questions_are_refused(rng):
    with pytest.raises(UsageError, match="one of sb, ns, os"):
        entry_course(rng, 10, kind="state", periods=12, known_by=LATE)
    with pytest.raises(UsageError, match="at least 1"):
        entry_course(rng, 10, kind="sb", periods=0, known_by=LATE)


def test_the_same_seed_gives_the_same_course():
    one, two = (
        entry_course(np.random.default_rng(3), 50, kind="ns", periods=24, known_by=date(2016, 5, 1)).rates for _ in "ab"
    )
    assert np.array_equal(one, two)
