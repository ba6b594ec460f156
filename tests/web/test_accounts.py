"""Accounts: read, mended, asked about, checked, kept; whatever comes in is escaped, limited, and never lost unseen."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from aftershock.accounts.account import Account, read_account
from aftershock.web.errors import BusyError, ConflictError, MissingError, TooLargeError
from aftershock.web.keeping import KEPT_VERSIONS, MOST_CLAIMS, Keeper
from aftershock.web.settings import Settings
from web_server import HOSTILE, serving, wait_for

ARTICLE = """The road from Mosul

By Ann Example

July 12, 2017

MOSUL, Iraq - Islamic State fighters killed at least 300 civilians in Mosul in June, the United Nations said on Tuesday.

Fighting between the Islamic State and the government of Iraq in Iraq will go on until the end of 2018, one officer said.

The bread was good that morning, and nobody spoke of the river.
"""
YAML = """account: {id: mine, title: "TITLE", date: 2017-07-12}
claims:
  - {id: iran, says: IS fights the government of Iraq., questions: [{kind: fights, criteria: {scope: {actors: [IS],
     against: [Government of Iraq], countries: [Iraq]}, window: {end: 2017-07-01}}}]}
  - {id: oil, says: Oil is behind it., questions: [{kind: outside, reason: records hold no motives}]}
  - {id: bread, says: Bread was good., status: draft}
"""


def send(client, csrf, path, **data):
    return client.post(path, data={"csrf": csrf(client, "/accounts"), **data})


def upload(client, csrf, content, name="mine.yaml", **data):
    return client.post(
        "/accounts/file", data={"csrf": csrf(client, "/accounts"), **data}, files={"file": (name, content)}
    )


def version(client, path):
    return client.get(f"/api/v1{path}").json()["version"]


def done(client, answer, state="done"):
    path = f"/api/v1{answer.url.path}"
    job = wait_for(lambda: (found := client.get(path).json())["ended"] and found, 200)
    assert job["state"] == state, job
    return job


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


def test_claims_are_accepted_rejected_and_taken_back(client, csrf, mine):
    send(client, csrf, f"{mine}/accept", version="1", do="accept", claim="bread")
    send(client, csrf, f"{mine}/accept", version="2", do="reject", claim="oil")
    found = client.get(f"/api/v1{mine}").json()
    states = {claim["id"]: claim.get("status") for claim in found["account"]["claims"]}
    assert (states["bread"], states["oil"], found["version"]) == ("accepted", "rejected", 3)
    assert {left["claim"] for left in found["left"]} == {"bread"}  # no question
    send(client, csrf, f"{mine}/undo", version="3")
    found = client.get(f"/api/v1{mine}").json()
    assert [claim.get("status") for claim in found["account"]["claims"]][1] != "rejected"
    assert found["version"] == 4


def test_a_change_to_an_older_version_is_refused(client, csrf, mine):
    send(client, csrf, f"{mine}/accept", version="1", do="reject", claim="oil")
    answer = send(client, csrf, f"{mine}/claims/oil", version="1", says="Another sentence.", kind="claim")
    assert answer.status_code == 409
    twin = client.post(f"/api/v1{mine}/accept", json={"version": 1, "kinds": ["claim"]})
    assert (twin.status_code, twin.json()["found"]) == (409, "one to version 1, after which came 2")
    assert client.put(f"/api/v1{mine}", json={"version": 1, "account": {"account": {"id": "a"}}}).status_code == 409
    assert "Another sentence" not in client.get(mine).text


def test_a_claim_is_edited_and_asked_about(client, csrf, mine):
    answer = send(
        client,
        csrf,
        f"{mine}/claims/bread",
        version="1",
        says="Deaths rose.",
        kind="figure",
        probability="0.3",
        checkable="on",
    )
    assert "Deaths rose." in answer.text
    form = {"form": "count", "actors": "IS, SDF", "countries": "Syria", "measure": "deaths", "bound": "about", "figure": "300", "start": "2017-01-01",
            "end": "2017-06-30", "types": "sb"}  # fmt: skip
    answer = send(client, csrf, f"{mine}/claims/bread/questions", version="2", **form)
    assert "Were there 225 to 375 deaths in violence of IS, SDF in Syria, from 2017-01-01 to 2017-06-30?" in answer.text
    text = "kind: trend\ndirection: falls\nat: 2017-07-01\ncriteria:\n  scope: {actors: [Boko Harm]}\n"
    answer = send(client, csrf, f"{mine}/claims/bread/questions", version="3", text=text)
    assert "Boko Haram" in answer.text or "an actor must be named as in the record" in answer.text
    send(client, csrf, f"{mine}/claims/bread/questions/1", version="4", do="remove")
    send(client, csrf, f"{mine}/claims/bread/questions/0", version="5", do="reject")
    claim = client.get(f"/api/v1{mine}").json()["account"]["claims"][2]
    assert (claim["says"], claim.get("status", "edited"), claim["probability"]) == (
        "Deaths rose.",
        "edited",
        0.3,
    )
    assert [question["status"] for question in claim["questions"]] == ["rejected"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "kind: happened\ncriteria:\n  scope: {actrs: [IS]}\n",
            "line 3 of the text: nobody knows the key actrs. Did you mean actors?",
        ),
        ("knd: happened", "must say its kind"),
        ("kind: count\n", "must state a figure"),
        ("kind: happened\ncriteria: &a {scope: *a}\n", "an anchor or alias"),
        ("/etc/passwd", "must say its kind"),
    ],
)
def test_a_question_that_does_not_fit_comes_back_with_its_line(client, csrf, mine, text, said):
    answer = send(client, csrf, f"{mine}/claims/oil/questions", version="1", text=text)
    assert answer.status_code == 400
    page = re.sub(r"&#39;", "'", answer.text)
    assert said in re.sub(r"<[^>]+>", "", page)
    assert text.splitlines()[0] in page  # what was typed is still there
    assert version(client, mine) == 1


def test_fields_that_do_not_fit_are_named(client, csrf, mine):
    answer = send(client, csrf, f"{mine}/claims/oil/questions", version="1", form="count", figure="many", actors="IS")
    assert answer.status_code == 400
    assert "at least:" in answer.text
    for n in range(4):
        assert (
            send(
                client, csrf, f"{mine}/claims/oil/questions", version=str(n + 1), form="outside", reason="why"
            ).status_code
            == 200
        )
    full = send(client, csrf, f"{mine}/claims/oil/questions", version="5", form="outside", reason="why")
    assert (full.status_code, "at most 5 questions" in full.text) == (400, True)
    assert send(client, csrf, f"{mine}/claims/nothing", version="5").status_code == 404


def test_programs_change_claims_under_the_names_of_python(client, mine):
    claim = {
        "says": "IS is in Syria.",
        "questions": [{"kind": "happened", "criteria": {"scope": {"actors": ["IS"], "countries": ["Syria"]}}}],
    }
    found = client.put(f"/api/v1{mine}/claims/oil", json={"version": 1, "claim": claim}).json()
    assert found["account"]["claims"][1]["questions"][0]["kind"] == "happened"
    assert Account.model_validate(found["account"]).claims[1].says == "IS is in Syria."
    bad = client.put(f"/api/v1{mine}/claims/oil", json={"version": 2, "claim": {"says": 3}})
    assert (bad.status_code, bad.json()["rows"]) == (400, ["says: Input should be a valid string"])
    many = {"account": {"id": "many"}, "claims": [{"id": f"c{n}", "says": "x"} for n in range(MOST_CLAIMS + 1)]}
    assert client.post("/api/v1/accounts", json=many).status_code == 413
    assert client.post("/api/v1/accounts", json={"account": {"id": "ok"}}).status_code == 201
    half = client.post(
        "/api/v1/accounts",
        content=b'{"account": {"id": "a", "title": "\\ud800"}}',
        headers={"content-type": "application/json"},
    )
    assert half.status_code in (400, 422)
    assert client.delete(f"/api/v1{mine}").status_code == 204
    assert client.get(f"/api/v1{mine}").status_code == 404


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


def test_versions_are_made_once(tmp_path):
    keeper = Keeper(Settings(data=tmp_path).folder)
    account = read_account(YAML).account
    name = keeper.begin()
    with pytest.raises(MissingError):
        keeper.load(name)
    for n in range(KEPT_VERSIONS + 3):
        assert keeper.save(name, account, version=n, what="again").version == n + 1
    with pytest.raises(ConflictError):
        keeper.save(name, account, version=5, what="late")
    other = Keeper(Settings(data=tmp_path).folder)
    assert other.load(name).version == KEPT_VERSIONS + 3
    with pytest.raises(MissingError):
        other.load(name, 1)
    many = account.model_copy(update={"claims": account.claims[:1] * (MOST_CLAIMS + 1)})
    with pytest.raises(TooLargeError):
        keeper.save(name, many, version=KEPT_VERSIONS + 3, what="many")
    for wrong in ("../../etc", "0" * 16, "", "nothing"):
        with pytest.raises(MissingError):
            keeper.place(wrong)


def test_only_so_many_accounts_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("aftershock.web.keeping.MOST_ACCOUNTS", 2)
    keeper = Keeper(tmp_path)
    keeper.begin(), keeper.begin()
    with pytest.raises(BusyError):
        keeper.begin()


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


def focus(page, words, most=150):
    """Press the tab key until what has the focus says so."""
    look = "() => { const e = document.activeElement; return e && !['BODY', 'MAIN'].includes(e.tagName) ? (e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '') : ''; }"
    for _ in range(most):
        if words in page.evaluate(look):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {words!r}")


@pytest.fixture(scope="module")
def working_server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("accounts"), work=True) as address:
        yield address


def test_from_a_pasted_article_to_a_finished_check_by_keyboard_alone(working_server, visit):
    page = visit(f"{working_server}/accounts")
    page.set_default_timeout(200_000)
    focus(page, "Its text, in English")
    page.keyboard.insert_text(ARTICLE)
    focus(page, "Read it")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(accounts|jobs)/[0-9a-f]{16}$"))
    if "/jobs/" in page.url:  # a slow machine
        page.wait_for_selector("a.button.main")
        focus(page, "Open the result")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/accounts/[0-9a-f]{16}$"))
    assert page.locator(".article mark").count() >= 2
    assert page.locator(".article").inner_text().count("The bread was good") == 1
    address = page.url
    focus(page, "Accept all drafts with their questions")
    page.keyboard.press("Enter")
    page.wait_for_selector(".entry.accepted")
    focus(page, "Edit claim-1 and ask")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/claims/claim-1$"))
    focus(page, "One neutral sentence of your own")
    page.keyboard.press("Control+A")
    page.keyboard.type("IS killed 300 or more civilians in Mosul in June 2017.")
    page.keyboard.press("Tab")
    focus(page, "Keep")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#said$"))
    page.goto(address)
    focus(page, "Run the check")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{16}$"))
    page.wait_for_selector("a.button.main")
    focus(page, "Open the result")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/accounts/checks/"))
    assert "IS killed 300 or more civilians" in page.locator("#table").inner_text()
    assert page.locator("#text mark").count() >= 2
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_and_axe_finds_nothing(working_server, visit, width, scheme):
    page = visit(f"{working_server}/accounts", width=width, scheme=scheme)
    page.get_by_role("button", name="Take the example").click()
    page.wait_for_url(re.compile(r"/accounts/[0-9a-f]{16}$"))
    address = page.url
    for part in (
        f"{working_server}/accounts",
        address,
        f"{address}/claims/raqqa-strikes",
        f"{address}/findings",
        f"{address}/lint",
        f"{working_server}/accounts/ledger",
    ):
        page.goto(part)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), part
        for summary in page.locator("summary").all():
            summary.click()
        found = Axe().run(page)
        assert found.violations_count == 0, (part, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), part
