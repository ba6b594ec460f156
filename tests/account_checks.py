"""Accounts checked by hand: verdicts as a test wants them, without a record."""

import datetime as dt

from aftershock.accounts.account import AboutAccount, Account, Claim
from aftershock.accounts.checking import AccountCheck, Answered, CheckedClaim
from aftershock.accounts.questions import Happened, Outside
from aftershock.accounts.verdicts import Chart, Verdict

DAY = dt.date(2017, 7, 12)
HOSTILE = [
    "<script>alert(1)</script>",
    '</style><img src=x onerror="alert(2)">\'"',
    "{{ 7 * 7 }} <!-- =1+1 | *a* [b](c)",
]
MONTHS = tuple(f"2017-{month:02d}" for month in range(1, 13))
BARS = Chart("Deaths in Iraq", "deaths a month", MONTHS, tuple(map(float, range(12))), mark="2017-07", stated=(5.0,))
RANGES = Chart("Deaths", "deaths", ("then", "after"), (3.0, 5.0), (1.0, 4.0), (9.0, 9.0))


def verdict(word="supported", sentence="12 events.", **more):
    return Verdict(
        word, sentence, **{"filter": "UCDP events; IS; in Iraq", "sample": 12, "vintage": "UCDP GED 25.1"} | more
    )


def question(says="Was IS active in Iraq?", **more):
    return Happened(says=says, criteria={"scope": {"actors": ["IS"], "countries": ["Iraq"]}}, **more)


def answered(then="supported", now="supported", *, asked=None, chance=None, came=None, base=None, **more):
    figures = {} if base is None else {"base_rate": base}
    return Answered(
        asked or question(),
        verdict(then, chance=chance, figures=figures),
        verdict(now, outcome=came, decided_on=None if came is None else "2018-03-01", **more),
    )


def outside(reason="no numbers of troops"):
    said = Verdict("outside the record", f"{reason}.", filter="nothing asked")
    return Answered(Outside(reason=reason), said, said)


def checked(*claims, left_out=None, name="mine", title="After it", outlet="The Daily", date=DAY, **about):
    """Return a check of claims, each given as (id, answers) or (id, answers, keys of the claim)."""
    made = []
    for one, answers, *more in claims:
        keys = {"says": f"{one} is so.", "questions": tuple(answer.question for answer in answers)} | dict(*more)
        made.append(CheckedClaim(Claim(id=one, **keys), DAY, tuple(answers)))
    rest = tuple(Claim(id=one, says=f"{one} too.", span=span) for one, span in (left_out or {}).items())
    about = AboutAccount(id=name, title=title, outlet=outlet, date=date, **about)
    account = Account(account=about, claims=(*(one.claim for one in made), *rest))
    return AccountCheck(account, tuple(made), dict.fromkeys(left_out or {}, "it was rejected"), ("UCDP GED 25.1",))
