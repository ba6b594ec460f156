"""Only pages of the public internet are fetched, and only so much of them. Nothing here leaves 127.0.0.1."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from aftershock.accounts.texts import Network, read_article
from aftershock.accounts.texts.decoding import MOST_BYTES
from aftershock.accounts.texts.fetching import fetch_page, is_public
from aftershock.errors import DownloadError, UsageError

PAGE = b"<h1>After the war in the hills</h1><p>The army said that it had taken the town and that the men who held it were gone.</p>"
OPEN = Network(resolve=lambda host, port: ["127.0.0.1"], allowed=lambda address: True, connect_s=2, read_s=1, whole_s=5)


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []

    def do_GET(self):
        self.seen.append(f"{self.headers['Host']} {self.path}")
        host = self.headers["Host"]
        answers = {
            "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE),
            "/packed": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(PAGE)),
            "/bomb": (
                200,
                {"Content-Type": "text/html", "Content-Encoding": "gzip"},
                gzip.compress(b"a" * (MOST_BYTES + 9)),
            ),
            "/half": (200, {"Content-Type": "text/html", "Content-Length": "999"}, PAGE),
            "/image": (200, {"Content-Type": "image/png"}, b"x"),
            "/none": (404, {}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/moved": (301, {"Location": "/page"}, b""),
            "/inside": (302, {"Location": f"http://inside.example:{host.rpartition(':')[2]}/page"}, b""),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        }
        if self.path == "/slow":
            threading.Event().wait(3)
            return
        status, headers, body = answers[self.path]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.daemon_threads = True
        made.block_on_close = False
        Handler.seen = []
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://news.example:{made.server_port}"
        made.shutdown()
        thread.join()


def test_a_page_is_fetched_from_the_address_that_was_checked_under_its_host_s_name(server):
    article = read_article(f"{server}/moved", network=OPEN)
    assert article.title == "After the war in the hills"
    host = server.removeprefix("http://")
    assert Handler.seen == [f"{host} /moved", f"{host} /page"]
    assert fetch_page(f"{server}/packed", OPEN).data == PAGE


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/bomb", UsageError, "at most 20 MB"),
        ("/half", DownloadError, "a page must come whole|broke off"),
        ("/image", UsageError, "a page, a text or a PDF file; found 'image/png'"),
        ("/none", DownloadError, "HTTP status 404"),
        ("/round", DownloadError, "within 5 redirects"),
        ("/file", UsageError, "must be a web address"),
        ("/slow", DownloadError, "no answer in time|broke off"),
    ],
)
def test_what_does_not_come_as_it_should_gets_a_sentence(server, path, error, message):
    with pytest.raises(error, match=message):
        fetch_page(server + path, OPEN)


def test_a_redirect_to_a_private_address_is_refused(server):
    def resolve(host, port):
        return ["10.1.2.3"] if host == "inside.example" else ["127.0.0.1"]

    network = Network(resolve=resolve, allowed=lambda address: address == "127.0.0.1")
    with pytest.raises(UsageError, match=r"public internet; found inside.example, which is 10.1.2.3"):
        fetch_page(f"{server}/inside", network)
    assert len(Handler.seen) == 1


def test_one_private_address_among_many_is_enough():
    network = Network(resolve=lambda host, port: ["93.184.215.14", "192.168.0.1"])
    with pytest.raises(UsageError, match="public internet"):
        fetch_page("https://news.example/a", network)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://localhost:8080/", "http://[::1]/", "http://2130706433/", "http://169.254.169.254/latest", "http://0.0.0.0/",
     "http://[::ffff:10.0.0.1]/"],
)  # fmt: skip
def test_this_machine_and_its_network_are_refused(address):
    with pytest.raises(UsageError, match="public internet"):
        fetch_page(address)


@pytest.mark.parametrize(
    "address", ["http://", "ftp://a.example/", "http://a b/", "http://x:99999/", "https://a.example\\@b/"]
)
def test_what_is_no_web_address_is_refused(address):
    with pytest.raises(UsageError, match="web address"):
        fetch_page(address)


def test_an_address_with_a_password_is_refused_and_does_not_show_it():
    with pytest.raises(UsageError, match="no user name") as caught:
        fetch_page("https://me:secret@news.example/")
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_nowhere():
    with pytest.raises(DownloadError, match="no such server: news.invalid"):
        fetch_page("https://news.invalid/", Network(resolve=lambda host, port: []))


def test_an_answer_that_never_comes_ends():
    wait = threading.Event()
    with pytest.raises(DownloadError, match=r"within 0.2 s"):
        fetch_page("https://news.example/", Network(resolve=lambda host, port: wait.wait(2) or [], whole_s=0.2))


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
     "0.0.0.0", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "2002:a00:1::", "x"],
)  # fmt: skip
def test_which_addresses_are_not_public(address):
    assert not is_public(address)


def test_which_addresses_are():
    assert is_public("8.8.8.8")
    assert is_public("2606:4700::1111")
