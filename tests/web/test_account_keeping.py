"""Accounts as they are kept: versions, edits by hand, sizes, and what the server loads for them."""

import os
import subprocess
import sys

import pytest

from aftershock.accounts.account import Account, read_account
from aftershock.accounts.checking import check_account
from aftershock.report.account_page import render_account_sections
from aftershock.web.accounts.keeping import Keeper
from aftershock.web.accounts.limits import KEPT_VERSIONS, MOST_CLAIMS
from aftershock.web.errors import BusyError, ConflictError, MissingError, TooLargeError
from aftershock.web.pages.accounts.account import PER_PAGE
from aftershock.web.settings import Settings
from web_accounts import YAML, send, upload


@pytest.fixture
def mine(client, csrf):
    """The address of an account that was sent as YAML."""
    answer = upload(client, csrf, YAML.replace("TITLE", "Mine").encode())
    assert answer.status_code == 200, answer.text
    return answer.url.path


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
    monkeypatch.setattr("aftershock.web.accounts.keeping.MOST_ACCOUNTS", 2)
    keeper = Keeper(tmp_path)
    keeper.begin(), keeper.begin()
    with pytest.raises(BusyError):
        keeper.begin()


def edited(client, mine, change):
    """Change an account's file by hand, at a later time."""
    path = client.app.state.keeper.place(mine.rpartition("/")[2]) / "account.yaml"
    text = change(path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 10**9))
    return path


def test_what_is_changed_by_hand_is_read_back_as_a_version(client, csrf, mine):
    edited(client, mine, lambda text: text.replace("Oil is behind it.", "Gas is behind it."))
    page = client.get(mine).text
    assert "Gas is behind it." in page
    assert "changed by hand in account.yaml" in page
    late = send(client, csrf, f"{mine}/accept", version="1", do="reject", claim="iran")
    assert late.status_code == 409  # nothing that was written by hand is undone unseen
    edited(client, mine, lambda text: text)
    assert client.get(f"/api/v1{mine}").json()["version"] == 2  # touched, not changed
    send(client, csrf, f"{mine}/undo", version="2")
    assert "Oil is behind it." in client.get(f"{mine}/account.yaml").text


def test_a_change_in_the_page_sees_one_by_hand_first(client, csrf, mine):
    edited(client, mine, lambda text: text.replace("Oil is behind it.", "Gas is behind it."))
    whole = {"version": 1, "account": {"account": {"id": "other"}}}
    assert client.put(f"/api/v1{mine}", json=whole).status_code == 409
    assert "Gas is behind it." in client.get(mine).text


def test_a_file_that_was_broken_by_hand_is_named_with_its_line(client, csrf, mine):
    path = edited(client, mine, lambda text: text.replace("says: Oil", "syas: Oil"))
    for address in (mine, f"{mine}/claims/oil", f"/api/v1{mine}"):
        answer = client.get(address, headers={"accept": "text/html"})
        assert answer.status_code == 409
        assert "account.yaml, which was changed by hand," in answer.text
        assert "syas" in answer.text
    assert client.get("/accounts").status_code == 200
    path.unlink()
    assert "Oil is behind it." in client.get(mine).text
    assert "Oil is behind it." in client.get(f"{mine}/account.yaml").text


@pytest.mark.parametrize("flow", [False, True])
def test_an_account_of_ten_thousand_claims_is_refused_unread(client, csrf, monkeypatch, flow):
    claims = [f"{{id: c{n}, says: x}}" for n in range(10_000)]
    listed = f"claims: [{', '.join(claims)}]" if flow else "claims:\n" + "".join(f"- {each}\n" for each in claims)
    if not flow:  # a line each: counted, not read
        monkeypatch.setattr("aftershock.accounts.account.read_account", lambda text: pytest.fail("it was read"))
    answer = upload(client, csrf, f"account: {{id: a}}\n{listed}\n".encode())
    assert answer.status_code == 413, answer.text
    assert flow or f"at most {MOST_CLAIMS:,} claims" in answer.text
    monkeypatch.setattr(Account, "model_validate", lambda plain: pytest.fail("it was read"))
    whole = {"account": {"id": "a"}, "claims": [{"id": f"c{n}", "says": "x"} for n in range(10_000)]}
    assert client.post("/api/v1/accounts", json=whole).status_code == 413
    assert client.get("/api/v1/accounts").json() == []


def test_a_long_account_is_shown_in_parts(client):
    claims = [
        {"id": f"c{n}", "says": f"Thing {n}.", "questions": [{"kind": "outside", "reason": "none"}]} for n in range(130)
    ]
    whole = {"account": {"id": "long", "date": "2017-07-12"}, "claims": claims}
    path = f"/accounts/{client.post('/api/v1/accounts', json=whole).json()['id']}"
    assert client.get(path).text.count('class="entry ') == PER_PAGE
    assert client.get(f"{path}?page=3").text.count('class="entry ') == 130 - 2 * PER_PAGE
    pages = render_account_sections(check_account(Account.model_validate(whole)), each=50)
    assert [page.count('<article class="claim"') for page in pages] == [50, 50, 30]
    assert 'href="?page=3#claim.c129"' in pages[0]
    assert 'id="claim.c129"' in pages[2]
    assert "Data and method" not in pages[1]


def test_an_entry_of_the_ledger_that_another_version_wrote_is_named(client, tmp_path):
    folder = tmp_path / "accounts"
    folder.mkdir()
    (folder / "2017-07-12-old.json").write_text(
        '{"account": {"id": "old", "date": "2017-07-12"}, "claims": [{"claim": {"id": "a"}, "questions": [{"now": {}}]}]}',
        encoding="utf-8",
    )
    answer = client.get("/accounts/ledger")
    assert (answer.status_code, "2017-07-12-old.json" in answer.text) == (503, True)


VISITS = """
import re, sys, tempfile
from pathlib import Path
from web_accounts import send, upload
from web_server import make_client

def csrf(client, address="/jobs/new/forecast"):
    return re.search(r'name="csrf" value="(\\w+)"', client.get(address).text)[1]

with make_client(Path(tempfile.mkdtemp())) as client:
    mine = send(client, csrf, "/accounts/example").url.path
    asked = {"form": "feeds", "actors": "IS", "raised": "SDF", "countries": "Syria"}
    send(client, csrf, f"{mine}/claims/oil/questions", version="1", **asked)
    for path in ("/accounts", mine, f"{mine}?page=2", f"{mine}/claims/raqqa-strikes", f"{mine}/findings", f"{mine}/lint",
                 f"{mine}/account.yaml", "/accounts/ledger", "/api/v1/accounts", f"/api/v1{mine}", f"/api/v1{mine}/items",
                 "/api/v1/accounts/questions", f"/api/v1{mine}/text", "/api/v1/ledger"):
        assert client.get(path).status_code == 200, path
print(",".join(name for name in ("numba", "sklearn", "spacy", "scipy.optimize") if name in sys.modules))
"""


def test_no_page_of_accounts_loads_compiled_models_into_the_server():
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", VISITS],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.stdout.strip() == ""
