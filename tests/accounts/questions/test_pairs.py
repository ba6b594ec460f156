import datetime as dt

import numpy as np
import pytest

from aftershock.accounts.questions.fights import Fights
from aftershock.accounts.questions.sides import Sides
from aftershock.errors import UsageError

AHEAD = {"start": "2017-07-05", "end": "2018-12-31"}


def ask(kind, one, two, *, holds=True, window=None, **scope):
    return kind(holds=holds, criteria={"scope": {"actors": [one], "against": [two], **scope}, "window": window or {}})


def test_who_fought(now, then, day):
    told = ask(Fights, "IS", "SDF", window=AHEAD).check(now, day)
    frame = now.events.to_frame()
    sides = (
        [{s.strip() for s in text.split(", ")} for text in frame.side_a],
        [{s.strip() for s in text.split(", ")} for text in frame.side_b],
    )
    met = [("IS" in a and "SDF" in b) or ("SDF" in a and "IS" in b) for a, b in zip(*sides, strict=True)]
    when = (
        (frame.date_end >= dt.date(2017, 7, 5))
        & (frame.date_end <= dt.date(2018, 12, 31))
        & (frame.type_of_violence < 3)
    )
    assert told.figures["events"] == int((when & np.array(met)).sum())
    assert (told.word, told.outcome, told.decided_on) == ("supported", True, "2017-07-05")
    assert ask(Fights, "IS", "SDF", holds=False, window=AHEAD).check(now, day).word == "contradicted"
    assert ask(Fights, "SDF", "IS", window=AHEAD).check(now, day).figures == told.figures
    assert ask(Fights, "IS", "SDF").check(then, day).word == "supported"


def test_who_stood_on_one_side(now, day):
    told = ask(Sides, "HTS", "Ahrar al-Sham", window={"start": "2016-01-01", "end": "2016-12-31"}).check(now, day)
    assert (told.word, told.outcome) == ("supported", True)
    assert told.figures["joint_events"] > 0
    both = ask(Sides, "HTS", "Ahrar al-Sham").check(now, day)
    assert both.word == "within the uncertainty"  # they fought each other, too
    assert "fought each other" in both.sentence
    foes = ask(Sides, "IS", "SDF", window=AHEAD).check(now, day)
    assert (foes.word, foes.outcome) == ("contradicted", False)
    assert ask(Sides, "IS", "SDF", holds=False, window=AHEAD).check(now, day).word == "supported"


def test_what_was_not_seen_is_not_denied(now, day):
    told = ask(Sides, "Government of Syria", "Government of Iran").check(now, day)
    assert told.word == "cannot say"
    assert "support without that is not in it" in told.notes[0]
    assert ask(Fights, "Government of Syria", "Government of Iran").check(now, day).word == "cannot say"


def test_a_fight_ahead_has_a_chance(then, now, day):
    asked = ask(Fights, "Government of Turkey", "SDF", countries=["Syria"], window=AHEAD)
    told = asked.check(then, day)
    assert told.word == "not yet decided"
    assert 0 < told.figures["low"] < told.chance < told.figures["high"] < 0.2
    assert 0 < told.figures["base_rate"] < 0.05
    assert told.figures["over_years"] == pytest.approx(1.49, abs=0.01)
    assert any("says nothing on who would begin" in note for note in told.notes)
    not_so = ask(Fights, "Government of Turkey", "SDF", holds=False, countries=["Syria"], window=AHEAD).check(then, day)
    assert not_so.chance == pytest.approx(1 - told.chance)
    after = asked.check(now, day)
    assert (after.word, after.chance, after.outcome) == ("contradicted", None, False)
    assert any("in the stead of" in note for note in after.notes)


def test_those_who_fight_already_have_no_chance_of_beginning(then, day):
    assert ask(Fights, "IS", "SDF", window=AHEAD).check(then, day).chance is None


def test_then_and_later_and_triads(now, day):
    told = ask(Fights, "HTS", "Ahrar al-Sham").check(now, day)
    assert "they also stood on one side" in told.sentence
    assert "later, to 2019-1" in told.sentence
    assert "not balanced in the two years to 2019-1" in told.sentence


def test_two_actors_are_needed(now, day):
    for kind in (Fights, Sides):
        with pytest.raises(UsageError, match="question must name two actors"):
            kind(criteria={"scope": {"actors": ["IS"]}}).check(now, day)
        with pytest.raises(UsageError, match="question must name two actors"):
            ask(kind, "IS", "Civilians").check(now, day)


def test_the_end_of_a_war_on_real_records(real):
    from aftershock.accounts.record import record_at

    events, _ = real("sri_lanka")
    asked = ask(Fights, "LTTE", "Government of Sri Lanka", window={"start": "2009-01-10", "end": "2009-12-31"})
    told = asked.check(record_at(events=events), dt.date(2009, 1, 10))
    assert told.word == "supported"
    assert told.figures["last"] < "2009-08-01"
    assert len(told.event_ids) == 20
