import datetime as dt

import pytest
from pydantic import ValidationError

from aftershock.accounts.questions.happened import Happened
from aftershock.accounts.record import record_at
from aftershock.errors import UsageError
from ged_rows import make_events


def happened(*, active=True, window=None, types=("sb", "ns", "os"), **scope):
    return Happened(active=active, criteria={"scope": scope, "window": window or {}, "types": types})


def test_days_say_first_and_last_event(now, day):
    window = {"start": "2017-08-01", "end": "2018-07-31"}
    told = happened(actors=["IS"], countries=["Iraq"], regions=["Ninawa"], window=window).check(now, day)
    frame = now.events.to_frame()
    frame = frame[(frame.side_a == "IS") | (frame.side_b == "IS")]
    frame = frame[frame.adm_1.fillna("").str.contains("naw") & (frame.country == "Iraq")]
    frame = frame[(frame.date_end >= dt.date(2017, 8, 1)) & (frame.date_end <= dt.date(2018, 7, 31))]
    assert told.word == "supported"
    assert told.figures["events"] == len(frame)
    assert told.figures["first"] == str(frame.date_end.min())
    assert told.figures["last"] == str(frame.date_end.max())
    assert (told.outcome, told.decided_on) == (True, told.figures["first"])
    quiet = happened(active=False, actors=["IS"], countries=["Iraq"], window=window).check(now, day)
    assert quiet.word == "contradicted"


def test_whole_years_where_there_are_no_days(then, now, day):
    told = happened(actors=["ISIS"], countries=["Afghanistan"]).check(then, day)
    assert (told.word, told.figures["years"]) == ("supported", [2015, 2016])
    assert "2015–2016 (yearly table" in told.sentence
    assert told.vintage == "UCDP GED 25.1"
    never = happened(actors=["IS"], countries=["Afghanistan"], window={"end": "2013-12-31"}).check(now, day)
    assert (never.word, never.outcome) == ("contradicted", False)  # the table has it there from 2015 on


def test_a_year_that_overlaps_in_part_decides_nothing(now, day):
    told = happened(actors=["IS"], countries=["Iran"], window={"start": "2017-06-01", "end": "2017-07-01"}).check(
        now, day
    )
    assert told.word == "cannot say"
    assert "does not say on which days" in told.sentence
    assert happened(actors=["IS"], countries=["Iran"], window={"start": "2017-01-01", "end": "2017-12-31"}).check(
        now, day
    ).word == ("supported")


def test_what_the_yearly_table_leaves_out_is_no_no(now, day):
    told = happened(actors=["IS"], countries=["Malaysia"]).check(now, day)
    assert told.word == "cannot say"
    assert "never passed 25 deaths in a year" in told.sentence


def test_a_dyad(now, day):
    told = happened(
        kind="dyad", name="Government of Sri Lanka - LTTE", window={"start": "2009-01-01", "end": "2009-12-31"}
    )
    assert told.check(now, day).word == "supported"
    other = happened(
        actors=["LTTE"], against=["Government of India"], window={"start": "2000-01-01", "end": "2000-12-31"}
    )
    assert other.check(now, day).word != "supported"


def test_a_window_ahead(then, now, day):
    window = {"start": "2017-07-05", "end": "2018-12-31"}
    asked = happened(actors=["SNA"], against=["SDF"], countries=["Syria"], window=window)
    told = asked.check(then, day)
    assert (told.word, told.outcome, told.provisional) == ("not yet decided", None, True)
    assert asked.check(now, day).outcome is True


def test_quiet_takes_days_that_cover_the_window(day):
    events = make_events(("2016-08-01", 6))
    window = {"start": "2017-01-01", "end": "2017-06-30"}
    asked = happened(active=False, actors=["IS"], countries=["Iraq"], window=window)
    told = asked.check(record_at(events=events), day)
    assert (told.word, told.outcome) == ("supported", True)
    assert "no event from 2017-01-01 to 2017-06-30" in told.sentence
    running = happened(
        active=False, actors=["IS"], countries=["Iraq"], window={"start": "2017-01-01", "end": "2017-08-30"}
    )
    assert running.check(record_at(day, events=events), day).word == "not yet decided"


def test_it_needs_somebody_or_some_place(now, day):
    with pytest.raises(UsageError, match="must name an actor, a dyad or a country"):
        happened().check(now, day)
    with pytest.raises(ValidationError, match="a happened question states no figure"):
        Happened(criteria={"threshold": 3})
