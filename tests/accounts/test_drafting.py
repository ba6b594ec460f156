"""From an article to a draft account: every span exact, every proposal sound, nothing decided for the person."""

from pathlib import Path

import pytest

from aftershock.accounts.account import read_account
from aftershock.accounts.drafting import draft_account, identifier
from aftershock.accounts.reading.reader import read, read_text
from aftershock.accounts.record import record_at
from aftershock.accounts.texts import article_of
from aftershock.accounts.writing import account_text
from aftershock.store import Store

ARTICLES = sorted(p for p in (Path(__file__).parent / "articles" / "choosing").iterdir() if p.suffix != ".yaml")
TEXT = (
    "Truce frays in Iraq\n\nIS attacked Mosul on 3 May 2017, killing 30 people. Officials told Reuters that about 400 civilians have been "
    "killed in Iraq since January.\n\nThe Turkish army will attack the PKK in Iraq again this year. Oil was dear.\n"
)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return record_at(store=Store(tmp_path_factory.mktemp("none")))


@pytest.fixture(scope="module", params=ARTICLES, ids=lambda path: path.stem)
def drafted(request):
    draft = read(request.param)
    return draft, draft_account(draft)


def test_every_proposal_is_sound(drafted, record):
    draft, account = drafted
    faults = [fault for claim in account.claims for question in claim.questions for fault in question.faults(record)]
    assert faults == []
    assert all(question.status == "proposed" for claim in account.claims for question in claim.questions)
    assert all(len(claim.questions) <= 3 and bool(claim.questions) != bool(claim.why) for claim in account.claims)
    if draft.date:
        starts = [q.criteria.window.start for c in account.claims for q in c.questions if q.kind == "happened"]
        assert None not in starts


def test_every_text_stands_at_its_span(drafted):
    draft, account = drafted
    article = draft.article
    for one in (*account.items, *account.unread, *account.dropped):
        assert article.rendered(one.start, one.end) == one.text
    for claim in account.claims:
        assert article.rendered(*claim.span) == claim.text
        assert {item.id for item in account.items} >= set(claim.items)
    relations = [item.kind == "relation" for item in account.items]
    assert relations == sorted(relations)
    assert all(one.status == "draft" for one in (*account.items, *account.claims))


def test_what_is_written_is_what_was_drafted(drafted):
    _, account = drafted
    assert read_account(account_text(account)).account == account


def test_a_draft_in_full():
    draft = read_text(article_of(TEXT.encode(), name="frays.txt"), date=None)
    account = draft_account(draft)
    assert account.account.id == "truce-frays-in-iraq"
    assert account.account.source.name == "frays.txt"
    claim = next(claim for claim in account.claims if "400" in claim.text)
    assert (claim.speaker, claim.via) == ("officials", "Reuters")
    assert [question.kind for question in claim.questions] == []  # without a date nobody knows which January
    assert "Oil was dear." in [piece.text for piece in account.unread]
    iraq = next(item for item in account.items if item.fields.get("gwcode") == 645)
    assert len(iraq.mentions) == 3
    assert iraq.mentions[0] == (iraq.start, iraq.end)


def test_names_become_ids():
    assert identifier("A/b: “c” – ÄÖ?") == "a-b-c"
    assert identifier("—") == "account"
    assert len(identifier("x" * 500)) == 48
    account = draft_account(read_text(article_of(TEXT.encode(), name="https://example.org/x/y.html")), name="Mine")
    assert account.account.id == "mine"
    assert account.account.url == "https://example.org/x/y.html"
