import datetime as dt

import pytest

from aftershock.accounts.questions.scatters import Scatters
from aftershock.accounts.record import record_at
from aftershock.actors.dispersion import dispersion
from aftershock.errors import UsageError
from aftershock.figures import embedded_events


def scatters(direction="more", at=None, days=365, **scope):
    return Scatters(direction=direction, at=at, days=days, criteria={"scope": scope})


def test_it_is_the_dispersion_of_the_two_years(now, day):
    told = scatters(actors=["IS"], countries=["Iraq"]).check(now, day)
    made = dispersion("IS", embedded_events(["Iraq"]), at="2017-07-04")
    assert told.figures["ratio"] == pytest.approx(made.cells_ratio.value)
    assert told.figures["low"] == pytest.approx(made.cells_ratio.low)
    assert told.sample == made.before.events + made.after.events
    assert (told.word, told.outcome, told.decided_on) == ("supported", True, "2018-07-04")
    assert scatters("less", actors=["IS"], countries=["Iraq"]).check(now, day).word == "contradicted"
    assert told.chart.mark == "2017-07-05"
    assert len(told.chart.best) == len(told.chart.low) == 8


def test_days_that_are_not_there(then, now, day):
    assert scatters(actors=["IS"], countries=["Iraq"]).check(then, day).word == "not yet decided"
    assert scatters(actors=["IS"], countries=["Yemen"], at=dt.date(2016, 1, 1)).check(now, day).word == "cannot say"
    late = scatters(actors=["IS"], countries=["Iraq"], at=dt.date(2018, 9, 1)).check(now, dt.date(2018, 9, 2))
    assert late.word == "cannot say"


def test_too_few_events(now, day):
    told = scatters(actors=["DHKP-C"], countries=["Iraq"]).check(now, day)
    assert told.word == "cannot say"
    assert "0 events before and 0 after are too few" in told.sentence


def test_actors_alone(now, day):
    with pytest.raises(UsageError, match="must name actors alone"):
        scatters(countries=["Iraq"]).check(now, day)


def test_real_records_say_how_exactly_events_are_placed(real):
    events, _ = real("nigeria")
    asked = scatters(actors=["Boko Haram"], countries=["Nigeria"], at=dt.date(2013, 5, 14))
    told = asked.check(record_at(events=events), dt.date(2013, 5, 15))
    assert any("placed more coarsely than a cell" in note for note in told.notes)
    assert told.figures["low"] <= told.figures["ratio"] <= told.figures["high"]
