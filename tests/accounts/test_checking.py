"""Then and now, what is left out, and the scores of chances, by hand."""

import datetime as dt
import math

import pytest

from account_checks import answered, checked, outside, question
from aftershock.accounts.account import read_account
from aftershock.accounts.checking import Score, check_account
from aftershock.errors import UsageError
from ged_rows import make_events

ACCOUNT = """\
account: {id: mine, title: Mine, date: 2016-01-01}
claims:
  - id: many
    says: At least five died in a place by 2016.
    questions: [{kind: count, criteria: {scope: {countries: [Iraq]}, threshold: {at_least: 5}, window: {start: 2015-01-01, end: 2016-12-31}}}]
  - id: waits
    says: It waits.
    questions: [{kind: happened, status: proposed, criteria: {scope: {countries: [Iraq]}}}]
  - {id: draft, status: draft}
  - {id: rejected, status: rejected}
  - {id: bare, says: Nothing is asked., why: it is about oil}
  - id: later
    date: 2017-06-01
    says: Nobody has numbers.
    questions: [{kind: outside, reason: no numbers}]
"""


@pytest.fixture
def events():
    return make_events(
        ("2015-03-01", 3), ("2016-03-01", 4), country_id=[645, 645], country=["Iraq", "Iraq"], low=[3, 4], high=[3, 4]
    )


def test_then_knows_only_what_came_before(events):
    made = check_account(read_account(ACCOUNT), events=events)
    many, later = made.claims
    assert (many.then, many.now) == ("not yet decided", "supported")
    assert many.answers[0].then.figures["best"] == 3
    assert many.answers[0].now.figures["best"] == 7
    assert (later.date, later.now) == (dt.date(2017, 6, 1), "outside the record")
    assert made.left_out == {
        "waits": "its questions wait to be accepted",
        "draft": "it is still a draft",
        "rejected": "it was rejected",
        "bare": "it is about oil",
    }
    assert made.counts() == {"outside the record": 1, "supported": 1}
    assert list(made.to_frame().claim) == ["many", "later"]


def test_now_may_be_an_earlier_day(events):
    account = read_account(ACCOUNT.replace("    date: 2017-06-01\n", ""))
    made = check_account(account, events=events, as_of=dt.date(2016, 2, 1))
    assert made.claims[0].answers[0].now.figures["best"] == 3
    with pytest.raises(UsageError, match="must not lie before the account's; found 2015-12-31 before 2016-01-01"):
        check_account(account, events=events, as_of=dt.date(2015, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("countries: [Iraq]}, threshold", "countries: [Iraqq]}, threshold", r"every question must be answerable; found line 5 of the text: .*'Iraqq'.*Did you mean Iraq"),
        ("countries: [Iraq]}, threshold", "actors: [Nobody here]}, threshold", r"line 5 of the text: .*'Nobody here'"),
        ("date: 2016-01-01", "date: 1988-01-01", "must lie after January 1989"),
        (", date: 2016-01-01", "", "an account must have a date"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_its_line(events, old, new, words):
    with pytest.raises(UsageError, match=words):
        check_account(read_account(ACCOUNT.replace(old, new)), events=events)


def test_nothing_to_check_is_no_fault(events):
    made = check_account(read_account("account: {id: mine, date: 2016-01-01}\nclaims: []\n"), events=events)
    assert made.claims == ()
    assert made.lines()[0] == "mine, 2016-01-01: 0 claims checked."
    assert made.to_frame().empty


def test_scores_by_hand():
    assert Score.of(0.7, came=True) == Score(0.7, pytest.approx(0.09), pytest.approx(-math.log(0.7)))
    assert Score.of(0.7, came=False) == Score(0.7, pytest.approx(0.49), pytest.approx(-math.log(0.3)))
    assert Score.of(0.0, came=True) == Score(0.0, 1.0, pytest.approx(-math.log(0.001)))
    assert Score.of(1.0, came=True).log == pytest.approx(-math.log(0.999))
    one = answered("not yet decided", "supported", chance=0.8, base=0.5, came=True)
    assert one.model_score.brier == pytest.approx(0.04)
    assert one.base_score().brier == pytest.approx(0.25)
    undecided = answered("not yet decided", "not yet decided", chance=0.8, base=0.5)
    assert undecided.model_score is None
    assert undecided.base_score() is None


def test_a_stated_chance_counts_once():
    decided = answered(came=True)
    own = answered(came=False, asked=question(probability=0.9))
    claim = checked(("a", [answered(), decided, answered(came=False), own], {"probability": 0.6})).claims[0]
    stated = claim.stated_scores()
    assert [score and round(score.brier, 3) for score in stated] == [None, 0.16, None, 0.81]
    assert checked(("a", [own])).claims[0].stated_scores()[0].chance == 0.9


def test_a_claim_has_the_verdict_of_its_questions():
    claim = checked(("a", [answered("cannot say", "supported", provisional=True), outside()])).claims[0]
    assert (claim.then, claim.now, claim.provisional) == ("cannot say", "supported", True)


def test_the_document_holds_each_question_as_it_was_written():
    made = checked(("a", [answered("not yet decided", chance=0.25, came=False)])).document()
    asked = made["claims"][0]["questions"][0]
    assert asked["question"]["kind"] == "happened"
    assert asked["model_score"]["brier"] == 0.0625
    assert made["counts"] == {"then": {"not yet decided": 1}, "now": {"supported": 1}}
