"""Files that are larger, or other, than they look: their jobs fail in a sentence, and the server goes on."""

import pytest

from web_hostile import SECRETS, gzip_bomb, pdfs, zip_bomb
from web_server import make_client, wait_for


@pytest.fixture(scope="module")
def working(tmp_path_factory):
    """A client of one data directory whose jobs are done."""
    with make_client(tmp_path_factory.mktemp("working"), work=True) as found:
        yield found


def ended(client, csrf, path, name, content):
    """Send a file and return its job when that has ended, all within its time."""
    answer = client.post(path, data={"csrf": csrf(client, "/accounts")}, files={"file": (name, content)})
    assert answer.url.path.startswith("/jobs/"), answer.text[:300]
    job = wait_for(lambda: (found := client.get(f"/api/v1{answer.url.path}").json())["ended"] and found, 120)
    assert job["state"] == "failed", job
    said = str(job["error"])
    assert "error of its own" not in said
    assert "code" not in job["error"]["found"]  # it ended of itself
    assert not [word for word in SECRETS if word in said], said
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("name", ["bomb", "cycle", "locked", "count", "script"])
def test_pdfs_that_are_traps(working, csrf, name):
    ended(working, csrf, "/accounts/file", "a.pdf", pdfs()[name])


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.pdf"])
def test_packed_files_that_call_themselves_articles(working, csrf, name):
    ended(working, csrf, "/accounts/file", name, zip_bomb("word/document.xml"))


@pytest.mark.parametrize(
    ("name", "make"), [("a.csv", zip_bomb), ("a.csv.gz", gzip_bomb), ("a.zip", zip_bomb), ("a.zip", gzip_bomb)]
)
def test_packed_files_that_call_themselves_events(working, csrf, name, make):
    ended(working, csrf, "/data/import", name, make())
