"""Dispersion: an entropy with known values, windows that add up, changes that were put in."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from aftershock.actors.dispersion import dispersion, effective_number
from aftershock.contract import EVENT_COLUMNS, Events, Provenance
from aftershock.errors import UsageError
from aftershock.figures import embedded_events
from aftershock.months import month_id

TYPES = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "TINYINT": pa.int8(),
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
}


def make(rows, *, precise=True):
    """Events from (day, type, cell, deaths, where_prec) of the actor ACT in Iraq."""
    columns = {name: [None] * len(rows) for name in EVENT_COLUMNS}
    for k, (day, kind, cell, deaths, prec) in enumerate(rows):
        values = {"id": k, "type_of_violence": kind, "side_a": "ACT" if kind == 3 else "Government of Iraq", "side_b": "Civilians" if kind == 3 else "ACT",
                  "side_a_new_id": 1 if kind == 3 else 2, "side_b_new_id": 3 if kind == 3 else 1, "country_id": 645, "country": "Iraq", "priogrid_gid": cell,
                  "date_start": day, "date_end": day, "best": deaths, "where_prec": prec if precise else None}  # fmt: skip
        for name, value in values.items():
            columns[name][k] = value
    table = pa.table({name: pa.array(columns[name], TYPES[kind]) for name, kind in EVENT_COLUMNS.items()})
    return Events(
        table, (month_id(2010, 1), month_id(2011, 12)), month_id(2012, 1), False, Provenance("test", "test", "test")
    )


def days(first, count):
    return [dt.date.fromisoformat(first) + dt.timedelta(days=k) for k in range(count)]


@pytest.mark.parametrize(("counts", "value"), [([1000] * 8, 8.0), ([10_000], 1.0), ([5000, 5000, 0], 2.0)])
def test_even_cells_count_as_many_as_they_are(counts, value):
    assert effective_number(np.array(counts)) == pytest.approx(value, rel=1e-3)


def test_the_estimate_is_nearer_the_truth_than_the_sample(rng):
    share = rng.dirichlet(np.full(60, 0.5))
    truth = np.exp(-(share * np.log(share)).sum())
    counts = rng.multinomial(60, share, 500)
    p = counts / 60
    plain = np.exp(-(p * np.log(np.where(p > 0, p, 1))).sum(axis=1))
    assert abs(effective_number(counts).mean() - truth) < 0.35 * abs(plain.mean() - truth)


def test_cells_not_seen_make_no_difference(rng):
    counts = rng.poisson(3.0, 20)
    assert effective_number(np.append(counts, [0] * 50)) == pytest.approx(effective_number(counts))
    assert np.isnan(effective_number(np.zeros(3, int)))


def test_what_was_put_in_comes_out(rng):
    before = [(day, 1, 100, 10, 1) for day in days("2010-03-01", 200)]
    after = [
        (day, 3 if k % 2 else 1, 200 + int(rng.integers(20)), 2, 1) for k, day in enumerate(days("2010-10-01", 200))
    ]
    found = dispersion("ACT", make(before + after), at="2010-09-30", days=250)
    assert found.before.cells.value == 1.0
    assert (found.before.events, found.after.events) == (200, 200)
    assert found.cells_ratio.low > 10
    assert found.cells_ratio.low < 19 < found.cells_ratio.high * 1.1
    assert found.share_change.value == pytest.approx(0.5)
    assert found.deaths_ratio.value == pytest.approx(0.2)
    said = " ".join(found.words())
    assert "effective number of cells rose" in said
    assert "share of one-sided events rose: +50 points" in said
    assert "deaths per event fell" in said


def test_the_same_before_and_after_is_no_change(rng):
    rows = [
        (day, int(rng.choice([1, 1, 3])), int(rng.integers(15)), int(rng.poisson(4)), 1)
        for day in days("2010-03-01", 400)
    ]
    found = dispersion("ACT", make(rows), at="2010-09-16", days=200)
    assert found.cells_ratio.low < 1 < found.cells_ratio.high
    assert "may have risen or fallen" in " ".join(found.words())


def test_intervals_hold_the_truth_about_as_often_as_they_say(rng):
    share = rng.dirichlet(np.full(25, 1.0))
    truth = np.exp(-(share * np.log(share)).sum())
    held = 0
    for turn in range(60):
        cells = rng.choice(25, 150, p=share)
        rows = [(day, 1, int(cell), 1, 1) for day, cell in zip(days("2010-02-01", 150), cells, strict=True)]
        window = dispersion("ACT", make(rows), at="2010-07-01", days=151, seed=turn).before
        held += window.cells.low <= truth <= window.cells.high
    assert 44 <= held <= 60  # 90 % of 60 is 54


def test_coarse_places_count_everywhere_but_in_cells():
    rows = [(day, 1, k, 1, 1 + 4 * (k % 2)) for k, day in enumerate(days("2010-03-01", 60))]
    found = dispersion("ACT", make(rows))
    assert sum(each.unplaced for each in found.course) == 30
    assert sum(each.events for each in found.course) == 60
    assert "30 events are placed more coarsely" in found.words()[-1]
    assert "does not say how exactly" in dispersion("ACT", make(rows, precise=False)).words()[-1]


def test_few_events_say_nothing():
    found = dispersion("ACT", make([(day, 1, 1, 1, 1) for day in days("2010-03-01", 6)]), at="2010-09-01")
    assert found.before.cells is None
    assert found.cells_ratio is None
    assert "Too few events to say whether the effective number of cells changed." in found.words()


def test_a_share_of_none_has_an_upper_bound_all_the_same():
    found = dispersion("ACT", make([(day, 1, 1, 1, 1) for day in days("2010-03-01", 60)]), at="2010-09-01", days=200)
    assert found.before.one_sided_share.value == 0
    assert 0.03 < found.before.one_sided_share.high < 0.08  # rule of three: about 3 in 60


def test_no_cell_is_ever_told():
    found = dispersion("ACT", make([(day, 1, 99_999, 1, 1) for day in days("2010-03-01", 60)]), at="2010-09-01")
    assert "99999" not in repr(found).replace(",", "").replace("_", "")


def test_half_years_hold_every_event_once():
    events = embedded_events(["Syria"])
    found = dispersion("IS", events, at="2017-10-17")
    frame = events.to_frame()
    mine = (
        frame.type_of_violence.isin([1, 2])
        & (
            frame.side_a.str.split(", ").map(lambda s: "IS" in s)
            | frame.side_b.str.split(", ").map(lambda s: "IS" in s)
        )
    ) | ((frame.type_of_violence == 3) & (frame.side_a == "IS"))
    assert sum(each.events for each in found.course) == mine.sum()
    assert all(one.end < two.start for one, two in zip(found.course, found.course[1:], strict=False))


def test_questions_that_cannot_be_are_refused():
    events = embedded_events(["Iraq"])
    with pytest.raises(UsageError, match=r"day must lie within the record, 2003-01 to 2018-12"):
        dispersion("IS", events, at="2020-01-01")
    with pytest.raises(UsageError, match="a day must be written YYYY-MM-DD; found 'Mosul'"):
        dispersion("IS", events, at="Mosul")
    with pytest.raises(UsageError, match="must have events in those countries; found none of IS"):
        dispersion("IS", events, countries=["Sweden"])
