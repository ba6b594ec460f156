"""Hostile words stay words: on every page, in every file, in pictures, in a browser."""

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from web_hostile import WORDS, harm_in
from web_server import make_client, serving

HIT = "window.hit = () => console.error('a script of a stranger ran');"


@pytest.fixture(scope="module")
def inside(hostile):
    """A client of the data directory full of hostile names, and the ids in it."""
    folder, ids = hostile
    with make_client(folder) as client:
        yield client, ids


def pages(ids):
    """Every page that shows names, titles or texts."""
    account = f"/accounts/{ids['account']}"
    return [
        "/world", "/countries", "/track-record", "/data", "/jobs", "/actors", "/whatif", "/accounts", "/accounts/ledger",
        f"/world?forecast={ids['forecast']}", f"/world/cells?forecast={ids['forecast']}", f"/track-record?forecast={ids['forecast']}",
        f"/countries/SYR?forecast={ids['forecast']}", f"/countries/IRQ?target=os&forecast={ids['forecast']}",
        *(f"/actors?result={ids['system']}&view={view}" for view in ("overview", "feedback", "sides")),
        f"/whatif?result={ids['whatif']}", f"/whatif?base={ids['system']}", *(f"/jobs/{name}" for key, name in ids.items() if key != "account"),
        account, f"{account}/findings", f"{account}/findings/i", f"{account}/lint", *(f"{account}/claims/{one}" for one in ("fights", "quiet", "draft")),
        f"/accounts/checks/{ids['check']}",
    ]  # fmt: skip


def files(client, ids):
    """Every file that pages give."""
    found = set()
    for path in pages(ids):
        found |= set(re.findall(r'href="([^"]+/files/[^"]+|[^"]+account\.yaml)"', client.get(path).text))
    assert len(found) >= 15
    return sorted(found)


def test_no_page_holds_more_than_its_words(inside):
    client, ids = inside
    shown = 0
    for path in pages(ids):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text[:300])
        assert harm_in(answer.text) == [], path
        assert "<svg/onload" not in answer.text, path
        shown += "&lt;svg/onload" in answer.text
    assert shown >= 15


@pytest.mark.parametrize("word", WORDS, ids=lambda word: ascii(word[:12]))
def test_what_comes_in_an_address_or_a_form_stays_words(inside, csrf, word):
    client, _ = inside
    plain = word.encode("utf-8", "surrogatepass")
    query = "".join(f"%{byte:02x}" for byte in plain[:3000])
    for path in ("/world?target=", "/world?forecast=", "/countries?find=", "/countries/", "/jobs/", "/jobs/new/", "/whatif?scenario=", "/whatif?result=",
                 "/whatif/change?do=add&kind=leaves&actor=", "/whatif/change?do=", "/data?as_of=", "/world/cells?measure=", "/sign-in?to=", "/static/x/"):  # fmt: skip
        answer = client.get(path + query)
        assert answer.status_code < 500, (path, answer.text[:300])
        assert harm_in(answer.text) == [], path
        assert "set-cookie" not in answer.headers or "a=b" not in answer.headers["set-cookie"]
    mark, word = csrf(client), plain.decode("utf-8", "replace")
    for path in ("/actors/fit", "/actors/look", "/jobs/new/forecast", "/whatif/start", "/accounts/paste"):
        fields = dict.fromkeys(
            ("countries", "actor", "first", "draws", "months", "scenario", "base", "date", "text", word[:50]), word
        )
        answer = client.post(path, data=fields | {"csrf": mark})
        assert answer.status_code < 500, (path, answer.text[:300])
        assert harm_in(answer.text) == [], path
    name = re.sub(r'["\r\n\x00]', "_", word[:200])
    for path in ("/accounts/file", "/data/import", "/whatif/file"):
        answer = client.post(path, data={"csrf": mark}, files={"file": (f"{name}.yaml", word)})
        assert answer.status_code < 500, (path, answer.text[:300])
        assert harm_in(answer.text) == [], path


def test_files_hold_no_formula_and_are_given_to_be_kept(inside):
    client, ids = inside
    for path in files(client, ids):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-disposition"].startswith("attachment"), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        if path.endswith(".csv"):
            for cell in (cell for row in csv.reader(io.StringIO(answer.text)) for cell in row):
                assert not re.match(r"\s*[=+@-]", cell) or re.fullmatch(r"-?[\d.e+-]+", cell), (path, cell[:60])
        if path.endswith(".html"):
            assert "<svg/onload" not in answer.text, path
            own = ("style", "script")  # a report is one file
            assert [one for one in harm_in(answer.text) if one not in own and " style=" not in one] == [], path


def test_no_script_of_a_stranger_runs_in_a_browser(hostile, visit, tmp_path):
    folder, ids = hostile
    with serving(folder) as address:
        for path in pages(ids):
            visit(address + path, before=HIT).close()
        page = visit(f"{address}/actors?result={ids['system']}", before=HIT, accept_downloads=True)
        page.wait_for_selector("body[data-drawn=all]")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Picture (SVG)").first.click()
        root = ElementTree.fromstring(Path(taken.value.path()).read_bytes())
        for node in root.iter():
            assert node.tag.rpartition("}")[2] not in ("script", "foreignObject", "image")
            assert not [name for name in node.attrib if name.lower().startswith("on")]
        with make_client(folder) as client:
            reports = [path for path in files(client, ids) if path.endswith(".html")]
            for n, path in enumerate(reports):
                (tmp_path / f"{n}.html").write_bytes(client.get(path).content)
        for n in range(len(reports)):
            visit(f"file://{tmp_path}/{n}.html", before=HIT).close()
    assert len(reports) >= 3
