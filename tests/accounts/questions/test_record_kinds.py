"""What holds of every question to the record."""

import datetime as dt
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftershock.accounts.questions.count import Count
from aftershock.accounts.questions.fights import Fights
from aftershock.accounts.questions.happened import Happened
from aftershock.accounts.questions.scatters import Scatters
from aftershock.accounts.questions.sides import Sides
from aftershock.accounts.questions.spreads import Spreads
from aftershock.accounts.questions.succeeds import Succeeds
from aftershock.accounts.questions.trend import Trend
from aftershock.accounts.record import record_at
from aftershock.accounts.verdicts import VERDICTS
from aftershock.errors import UsageError

ACTORS = st.sampled_from(
    ["IS", "SDF", "HTS", "Government of Syria", "Government of Turkey", "PKK", "LTTE", "Boko Haram", "1051"]
)
COUNTRIES = st.sampled_from(["Iraq", "SYR", 652, "Yemen", "Turkey", "South Sudan", 700])
DAYS = st.dates(dt.date(1989, 3, 1), dt.date(2026, 1, 1))
TYPES = st.lists(st.sampled_from(["sb", "ns", "os"]), min_size=1, max_size=3, unique=True)


@st.composite
def criteria(draw, *, figure):
    one, two = sorted([draw(DAYS), draw(DAYS)])
    keys = {
        "scope": {
            "actors": draw(st.lists(ACTORS, max_size=2)),
            "against": draw(st.lists(st.one_of(ACTORS, st.just("Civilians")), max_size=1)),
            "countries": draw(st.lists(COUNTRIES, max_size=3)),
            "regions": draw(st.sampled_from([(), (), ("Aleppo",)])),
        },
        "types": draw(TYPES),
        "measure": draw(st.sampled_from(["deaths", "civilian deaths", "events"])),
        "window": {"start": draw(st.sampled_from([None, one])), "end": draw(st.sampled_from([None, two]))},
    }
    return keys | (
        {"threshold": draw(st.sampled_from([{"about": 100}, {"at_most": 3}, {"more_than": 2}]))} if figure else {}
    )


@st.composite
def questions(draw):
    kind = draw(st.sampled_from([Count, Happened, Trend, Fights, Sides, Spreads, Scatters, Succeeds]))
    keys = {"criteria": draw(criteria(figure=kind is Count))}
    if kind is Trend:
        keys |= {"direction": draw(st.sampled_from(["rises", "falls"])), "at": draw(st.one_of(st.none(), DAYS))}
    if kind is Scatters:
        keys |= {"at": draw(st.one_of(st.none(), DAYS)), "days": draw(st.integers(30, 800))}
    if kind is Succeeds:
        keys |= {"predecessor": draw(ACTORS), "successor": draw(st.one_of(st.none(), ACTORS))}
    return kind(**keys)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    questions(), st.sampled_from([dt.date(1996, 5, 5), dt.date(2009, 12, 31), dt.date(2017, 7, 5), dt.date(2020, 1, 1)])
)
def test_a_verdict_or_one_plain_fault(asked, day):
    assert asked.sentence().endswith("?")
    records = [_at(day), _at(None)]
    for record in records:
        try:
            told = asked.check(record, day)
        except UsageError:
            continue  # the fault is in words, as other tests see
        assert told.word in VERDICTS
        assert told.sentence.endswith(".")
        assert told.filter
        assert told.sample >= 0
        assert told.event_ids == ()  # the embedded days have no numbers
        assert all(math.isfinite(value) for value in told.figures.values() if isinstance(value, float))
        assert told.chance is None or 0 <= told.chance <= 1
        assert (told.outcome is None) == (told.decided_on is None)
        if told.outcome is not None:
            assert record.day is None
            assert told.word == ("supported" if told.outcome else "contradicted")
        if told.chart:
            assert len(told.chart.along) == len(told.chart.best)
            assert told.chart.mark is None or told.chart.mark in told.chart.along


_KEPT = {}


def _at(day):
    if day not in _KEPT:
        _KEPT[day] = record_at(day)
    return _KEPT[day]


def test_the_past_never_sees_what_came(now, then, day):
    """A record of the past answers the same whether or not later events are in what it was cut from."""
    from aftershock.figures import embedded_events

    whole = embedded_events()
    from dataclasses import replace

    import pyarrow.compute as pc

    short = replace(whole, table=whole.table.filter(pc.less(whole.table.column("date_end"), day)))
    cut = record_at(day, events=short)
    for asked in (
        Count(criteria={"scope": {"actors": ["IS"], "countries": ["Iraq"]}, "threshold": {"about": 5000}}),
        Trend(direction="falls", at=dt.date(2016, 6, 26), criteria={"scope": {"countries": ["Iraq"]}}),
        Fights(
            criteria={
                "scope": {"actors": ["HTS"], "against": ["SNA"]},
                "window": {"start": "2017-07-05", "end": "2018-07-04"},
            }
        ),
        Scatters(at=dt.date(2016, 6, 26), criteria={"scope": {"actors": ["IS"], "countries": ["Iraq"]}}),
    ):
        one, two = asked.check(then, day), asked.check(cut, day)
        assert (one.word, one.figures, one.chance) == (two.word, two.figures, two.chance)


def test_faults_name_what_nobody_knows(now):
    asked = Count(
        criteria={
            "scope": {"actors": ["ISS", "IS"], "against": ["Government of Irak"], "countries": ["Irak"]},
            "threshold": 3, "window": {"end": "1980-01-01"},
        }
    )  # fmt: skip
    faults = asked.faults(now)
    assert len(faults) == 4
    assert "'ISS'. Did you mean" in faults[0]
    assert "Government of Iraq" in faults[1]
    assert "Did you mean Iraq?" in faults[2]
    assert "the record begins on 1989-01-01; found a window that is over by 1980-01-01" in faults[3]
    region = Count(criteria={"scope": {"countries": ["Iraq"], "regions": ["Ninava"]}, "threshold": 3})
    assert "Did you mean ninawa?" in region.faults(now)[0]
    assert Count(criteria={"scope": {"countries": ["Iraq"], "regions": ["Anbar"]}, "threshold": 3}).faults(now) == []
    early = Trend(direction="falls", at=dt.date(1980, 1, 1))
    assert "the record begins" in early.faults(now)[0]
    nameless = Happened(criteria={"scope": {"kind": "dyad"}})
    assert "must name it" in nameless.faults(now)[0]


@pytest.mark.parametrize("name", ["Government of Iraq", "is", "Daesh", "Tamil Tigers"])
def test_known_names_have_no_fault(now, name):
    assert Happened(criteria={"scope": {"actors": [name]}}).faults(now) == []
