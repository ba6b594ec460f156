"""Asking a server that refuses, redirects in circles, stalls or never ends, directly or through a proxy."""

from __future__ import annotations

import socket
import time
import traceback
from base64 import b64encode
from pathlib import Path

import pytest
import urllib3
from hostile_server import MONTH, QUICK, TABLE, Answer, HostileServer, get, leftovers, moved, page

from aftershock.errors import DownloadError
from aftershock.sources.download import fetch
from aftershock.sources.releases import Release, list_releases


def test_a_server_that_is_not_there_is_a_download_error() -> None:
    with socket.socket() as held:  # bound but not listening, so that nobody else answers on this port
        held.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{held.getsockname()[1]}/"
        with pytest.raises(DownloadError, match=r"no connection to the server \(try 3 of 3\)"):
            list_releases(gone, patience=QUICK)


@pytest.mark.parametrize("status", [400, 429, 500, 502, 503, 504])
def test_a_refusal_that_passes_is_waited_out(status: int, server: HostileServer, tmp_path: Path) -> None:
    server.serve(MONTH, Answer(b"too quick", status=status), Answer(TABLE))
    told: list[str] = []
    get(server, tmp_path, progress=lambda text, done, total: told.append(text))
    assert told[0].startswith(f"HTTP status {status}; next try in")


def test_the_wait_that_the_server_asks_for_is_kept(server: HostileServer, tmp_path: Path) -> None:
    server.serve(MONTH, Answer(status=503, headers={"Retry-After": "1"}), Answer(TABLE))
    get(server, tmp_path)
    first, second = (when for *_, when in server.requests)
    assert second - first >= 1.0


@pytest.mark.parametrize("asked", ["whenever", "-1", "Thu, 01 Jan 0000 00:00:00 GMT"])
def test_a_wait_that_makes_no_sense_is_ignored(asked: str, server: HostileServer, tmp_path: Path) -> None:
    server.serve(MONTH, Answer(status=503, headers={"Retry-After": asked}), Answer(TABLE))
    assert get(server, tmp_path).size == len(TABLE)


@pytest.mark.parametrize(
    ("answer", "requests", "message"),
    [
        (Answer(status=404), 1, r"must have the file; found HTTP status 404 at http.*aftershock import FILE"),
        (Answer(status=302), 1, "must have the file; found HTTP status 302"),
        (moved("GEDEvent_v26_0_8.csv"), 6, "must be reached within 5 redirects"),
        (moved("file:///etc/hostname"), 1, "redirect must lead to a web address"),
        (moved("ftp://127.0.0.1/x.csv"), 1, "redirect must lead to a web address"),
        (moved("gopher:x"), 1, "redirect must lead to a web address"),
        (moved("http://["), 1, "redirect must lead to a web address"),
        (Answer(status=429, headers={"Retry-After": "7200"}), 1, r"asks to wait 7,200 s.*Run `aftershock pull` again"),
        (Answer(status=503, endless=True), 3, r"HTTP status 503 \(try 3 of 3\)"),
        (Answer(TABLE, stall=0), 3, r"no answer in time \(try 3 of 3\)"),
        (Answer(TABLE, drip_s=0.02), 3, r"only \d+ bytes within 0.3 s \(try 3 of 3\)"),
        (Answer(TABLE, length=len(TABLE) + 10), 3, "must send the file whole"),
        (Answer(TABLE, length=(1 << 20) + 1), 1, "must stay within the size limit; found more than 1,048,576 bytes"),
        (Answer(endless=True), 1, "must stay within the size limit"),
        (Answer(endless=True, headers={"Content-Length": "ten"}), 1, "must stay within the size limit"),
        (Answer(TABLE, headers={"Content-Encoding": "gzip"}), 1, "must come as it is"),
    ],
)
def test_a_server_that_never_sends_the_file_is_an_error(
    answer: Answer, requests: int, message: str, server: HostileServer, tmp_path: Path
) -> None:
    server.serve(MONTH, answer)
    begun = time.monotonic()
    with pytest.raises(DownloadError, match=message):
        get(server, tmp_path, max_bytes=1 << 20)
    assert len(server.requests) == requests
    assert time.monotonic() - begun < 5
    assert "GEDEvent_v26_0_8.csv" not in leftovers(tmp_path)


def test_one_redirect_is_followed(server: HostileServer, tmp_path: Path) -> None:
    server.serve(MONTH, moved("../new/there.csv"))
    server.serve("new/there.csv", Answer(TABLE))
    assert get(server, tmp_path).path.name == "GEDEvent_v26_0_8.csv"


def test_a_redirect_off_tls_is_an_error(tmp_path: Path) -> None:
    class Pool(urllib3.PoolManager):
        def urlopen(self, *args: object, **options: object) -> urllib3.HTTPResponse:  # type: ignore[override]
            return urllib3.HTTPResponse(status=301, headers={"Location": "http://ucdp.example/a.csv"})

    release = Release("26.0.8", "candidate", 560, 560, "https://ucdp.example/a.csv")
    with Pool() as http, pytest.raises(DownloadError, match="redirect must lead to a web address, and not off TLS"):
        fetch(release, tmp_path, http=http)


@pytest.mark.parametrize("url", ["http://:80/a.csv", "http://127.0.0.1:x/a.csv", "http://a..b/a.csv"])
def test_a_release_without_a_host_is_a_download_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="must"):
        fetch(Release("26.0.8", "candidate", 560, 560, url), tmp_path, patience=QUICK)


MIRROR = "http://mirror.invalid/downloads/"
SAFE_MIRROR = Release("26.0.8", "candidate", 560, 560, f"https://mirror.invalid/downloads/{MONTH}")


def named(server: HostileServer) -> str:
    return server.url.removesuffix("/downloads/").removeprefix("http://")


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_the_proxy_of_the_environment_is_used(
    scheme: str, variable: str, server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, scheme + named(server))
    server.serve(MIRROR, page(MONTH))
    server.serve(MIRROR + MONTH, Answer(TABLE, cut=1000, ranges=True, etag='"one"'), Answer(TABLE, etag='"one"'))
    (release,) = list_releases(MIRROR, patience=QUICK)
    assert fetch(release, tmp_path, patience=QUICK).size == len(TABLE)
    assert {place for place, *_ in server.requests} == {MIRROR, MIRROR + MONTH}
    assert {asked["Host"] for _, asked, _ in server.requests} == {"mirror.invalid"}
    assert "proxy-authorization" not in server.asked(MIRROR)[0]


def test_a_proxy_gets_its_password_and_the_server_does_not(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:p%40%C3%BC@{named(server)}/")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    server.serve(MIRROR, moved(server.url))
    server.serve("", page(MONTH))
    assert list_releases(MIRROR, patience=QUICK)[0].url == server.url + MONTH
    (proxied,), (direct,) = server.asked(MIRROR), server.asked("")
    assert proxied["proxy-authorization"] == "Basic " + b64encode("me:p@ü".encode()).decode()
    assert "proxy-authorization" not in direct


@pytest.mark.parametrize(("variable", "value"), [("http_proxy", ""), ("https_proxy", "http://127.0.0.1:9/")])
def test_a_server_without_a_proxy_is_asked_directly(
    variable: str, value: str, server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    server.serve(MONTH, Answer(TABLE))
    assert get(server, tmp_path).size == len(TABLE)


def test_connections_that_are_handed_in_ignore_the_environment(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    server.serve(MONTH, Answer(TABLE))
    with urllib3.PoolManager() as http:
        assert get(server, tmp_path, http=http).size == len(TABLE)


def test_a_proxy_that_lets_nobody_through_is_an_error(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://me:secret@{named(server)}/")
    with pytest.raises(DownloadError, match=r"no connection through the proxy \(.*501.*\) \(try 3 of 3\)") as caught:
        fetch(SAFE_MIRROR, tmp_path, patience=QUICK)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "proxy", ["socks5h://me:secret@127.0.0.1:9", "http://", "me:sec/secret@:9", "http://me:secret@h:x"]
)
def test_a_proxy_that_is_no_web_address_is_an_error(
    proxy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(DownloadError, match=r"proxy in the environment must be .*name the server in no_p") as caught:
        fetch(SAFE_MIRROR, tmp_path, patience=QUICK)
    assert "secret" not in "".join(traceback.format_exception(caught.value))
