"""Accounts: started, read, checked; whatever comes in is escaped, limited, and never lost unseen."""

import pytest

from aftershock.accounts.account import read_account
from web_accounts import YAML, done, send, upload
from web_server import HOSTILE


@pytest.fixture
def mine(client, csrf):
    """The address of an account that was sent as YAML."""
    answer = upload(client, csrf, YAML.replace("TITLE", "Mine").encode())
    assert answer.status_code == 200, answer.text
    return answer.url.path


def test_the_start_says_what_to_do_and_the_example_is_ready(client, csrf):
    text = client.get("/accounts").text
    assert "No account yet" in text
    page = send(client, csrf, "/accounts/example")
    assert "What follows IS?" in page.text
    assert "18 of 18" in page.text
    (kept,) = client.get("/api/v1/accounts").json()
    assert (kept["id"], kept["claims"], kept["version"]) == (page.url.path.rpartition("/")[2], 18, 1)


def test_what_is_sent_is_escaped_everywhere(client, csrf):
    text = YAML.replace('"TITLE"', repr(HOSTILE.replace("'", "’"))).replace(
        "Bread was good.", '"<img src=x onerror=alert(1)>"'
    )
    path = upload(client, csrf, text.encode()).url.path
    for part in ("", "/claims/bread", "/findings", "/lint"):
        page = client.get(path + part).text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page
    assert "<img src=x" not in client.get("/accounts").text


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"account: {id: a}\nclaims:\n  - {id: b, syas: c}\n", 400, "line 3 of the text: nobody knows the key syas"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\n", 400, "an anchor or alias"),
        (b"a: !!python/object/apply:os.system [id]\n", 400, "must be"),
        (b"account: {id: a}\nclaims: [{id: b, says: c}, {id: b, says: d}]\n", 400, "b twice"),
        (b"/etc/passwd", 400, "must be a mapping"),
        (b"\xff\xfe\x00", 400, "UTF-8"),
        (b"#" * 400_001, 413, "at most 400 kB"),
    ],
)
def test_files_that_are_no_account_are_refused_in_a_sentence(client, csrf, content, status, said):
    answer = upload(client, csrf, content)
    assert answer.status_code == status
    assert said in answer.text
    assert client.get("/api/v1/accounts").json() == []


def test_texts_that_cannot_be_read_come_back_with_the_reason(working_client, csrf):
    for text in ("Привет, мир, это длинный русский текст о войне и мире. " * 20,):
        answer = send(working_client, csrf, "/accounts/paste", text=text)
        if answer.url.path.startswith("/jobs/"):  # a slow machine
            assert "English" in done(working_client, answer, "failed")["error"]["must"]
        else:
            assert answer.status_code == 422
            assert "English" in answer.text
            assert text[:40] in answer.text
    assert send(working_client, csrf, "/accounts/paste", text=" ").status_code == 400
    assert send(working_client, csrf, "/accounts/paste", text="x" * 1_000_001).status_code == 400
    assert send(working_client, csrf, "/accounts/paste", text="x", date="12/7/2017").status_code == 400
    assert upload(working_client, csrf, b"x" * 10_000_001, "a.txt").status_code == 413


def test_an_account_is_checked_and_entered_into_the_ledger(working_client, csrf):
    client = working_client
    mine = upload(client, csrf, YAML.replace("TITLE", "Mine").encode()).url.path
    job = done(client, send(client, csrf, f"{mine}/check", version="1", ledger="on"))
    page = client.get(job["result"])
    assert "IS fights the government of Iraq." in page.text
    assert 'style="' not in page.text
    found = client.get(f"/api/v1{job['result']}").json()
    assert {one["claim"]["id"]: one["now"] for one in found["claims"]} == {
        "iran": "supported",
        "oil": "outside the record",
    }
    assert found["left_out"] == {"bread": "it is still a draft"}
    for name in ("report.html", "account.yaml", "claims.csv", "claims.md", "claimreview.json", "questions.json"):
        answer = client.get(f"{job['result']}/files/{name}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
    assert client.get(f"{job['result']}/files/..%2f..%2fjobs.sqlite").status_code == 404
    ledger = client.get("/api/v1/ledger").json()
    assert [row["account"] for row in ledger["accounts"]] == ["mine"]
    assert "By kind of question" in client.get("/accounts/ledger").text
    looked = done(client, send(client, csrf, f"{mine}/lint"))
    assert "bread is still a draft" in client.get(looked["result"]).text
    assert client.get(mine).text.count(job["result"]) == 1


def test_a_check_never_reads_a_file_that_a_question_names(working_client, csrf, tmp_path):
    rule = "{kind: spiral, system: {countries: [Iraq], rule: pyproject.toml}}"
    text = f"account: {{id: a, date: 2017-07-12}}\nclaims:\n  - {{id: b, says: c., questions: [{rule}]}}\n"
    path = upload(working_client, csrf, text.encode()).url.path
    job = done(working_client, send(working_client, csrf, f"{path}/check", version="1"), "failed")
    assert "hatchling" not in str(job["error"])


def test_the_file_is_what_the_command_line_reads(client, csrf, mine):
    send(client, csrf, f"{mine}/about", version="1", title="A new title", outlet="Daily", date="2017-07-13")
    answer = client.get(f"{mine}/account.yaml")
    account = read_account(answer.text).account
    assert (account.account.title, account.account.outlet, str(account.account.date), len(account.claims)) == (
        "A new title",
        "Daily",
        "2017-07-13",
        3,
    )
    assert 'filename="mine.yaml"' in answer.headers["content-disposition"]
