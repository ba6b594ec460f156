"""The worked case: every claim of July 2017 has a question or an honest reason, and the embedded figures answer all of them."""

import datetime as dt

import pytest

from aftershock.accounts.account import read_account
from aftershock.accounts.checking import check_account
from aftershock.accounts.examples import example_account
from aftershock.accounts.record import record_at
from aftershock.accounts.verdicts import VERDICTS
from aftershock.errors import UsageError
from aftershock.store import Store

CLAIMS = {
    "mosul-fighters", "raqqa-strikes", "killing-recruits", "al-qaeda-becomes-is", "vacuum", "servicemen", "canada", "cells",
    "no-land", "turkey-moves", "drift-to-iran", "iran-us", "last-stand", "powers-collide", "israel-strikes", "spiral",
    "affiliates", "attacks-abroad",
}  # fmt: skip


@pytest.fixture(scope="module")
def written():
    return example_account("after-isis")


@pytest.fixture(scope="module")
def checked(written, tmp_path_factory):
    return check_account(written, store=Store(tmp_path_factory.mktemp("none")))


@pytest.fixture(scope="module")
def answers(checked):
    return {
        f"{claim.claim.id}/{answer.question.kind}/{n}": answer
        for claim in checked.claims
        for n, answer in enumerate(claim.answers)
    }


def test_every_claim_is_there_with_a_question(written):
    account = written.account
    assert account.account.date == dt.date(2017, 7, 12)
    assert {claim.id for claim in account.claims} == CLAIMS
    assert all(claim.questions and claim.span is None and claim.says for claim in account.claims)


def test_speakers_are_no_persons(written):
    assert {claim.speaker for claim in written.account.claims} <= {
        "the account",
        "an account's source",
        "officials quoted",
    }


def test_no_question_has_a_fault(written, tmp_path):
    now = record_at(store=Store(tmp_path))
    assert not [fault for claim in written.account.claims for q in claim.questions for fault in q.faults(now)]


def test_it_is_written_as_it_is_read(written):
    import yaml

    again = read_account(yaml.safe_dump(written.account.dump(), allow_unicode=True))
    assert again.account == written.account


def test_all_are_answered_then_and_now(checked):
    assert not checked.left_out
    assert {claim.claim.id for claim in checked.claims} == CLAIMS
    for claim in checked.claims:
        assert claim.then in VERDICTS
        for answer in claim.answers:
            assert answer.then.sentence
            assert answer.now.sentence
            assert answer.now.filter


def test_then_knows_nothing_of_what_came(answers):
    assert not [name for name, answer in answers.items() if answer.then.outcome is not None]
    for kind in ("forecast", "spiral"):
        ahead = [
            a for name, a in answers.items() if f"/{kind}/" in name and getattr(a.question, "times", 1) is not None
        ]
        assert all(a.then.word == "not yet decided" and 0 <= a.then.chance <= 1 for a in ahead)
        assert all(a.now.outcome is not None and a.now.chance is None and a.model_score is not None for a in ahead)


def test_what_came(answers):
    """By the record, to the end of 2018 in Iraq and November 2019 in Syria."""
    assert answers["turkey-moves/forecast/0"].now.outcome is True
    assert answers["powers-collide/forecast/0"].now.outcome is False
    assert answers["spiral/spiral/1"].now.outcome is False
    assert answers["spiral/forecast/2"].now.outcome is False
    assert answers["raqqa-strikes/count/0"].now.word == "supported"
    assert answers["israel-strikes/happened/0"].now.word == "supported"


def test_what_no_record_holds_is_said_to_be_outside(checked):
    outside = {claim.claim.id for claim in checked.claims if claim.now == "outside the record"}
    assert outside == {"mosul-fighters", "vacuum", "servicemen", "canada"}


def test_feedback_is_not_read_into_the_record(answers):
    """The record is sure of no link between fronts (docs/after-the-fall.md); a rule that called blowback seen would be wrong."""
    assert answers["killing-recruits/feeds/0"].then.word == "cannot say"
    assert answers["killing-recruits/whatif/1"].then == answers["killing-recruits/whatif/1"].now
    assert answers["killing-recruits/whatif/1"].now.word == "cannot say"
    assert answers["spiral/spiral/0"].now.word == "contradicted"


def test_an_example_that_is_not_there():
    with pytest.raises(UsageError, match="after-isis"):
        example_account("after-is")
