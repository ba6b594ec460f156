"""A language model of the user's own is asked only where configured, and nothing it says is believed unseen."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from aftershock.accounts.reading.assistant import PIECE, Assistant, ask_assistant
from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.errors import DownloadError, UsageError

TEXT = "Iran supports Hezbollah. Some 300 men died near Mosul, officials said. Hunger breeds revolt."
NAMED = (
    Finding("actor", 0, 4, "", fields={"canonical": "Government of Iran"}),
    Finding("actor", 14, 23, "", fields={"canonical": "Hezbollah"}),
)


def reading(text=TEXT, paragraphs=None):
    return Reading(text, None, paragraphs or ((0, len(text)),), None, NAMED)


@pytest.fixture
def endpoint():
    """A server that answers what `answers` holds, and keeps what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        answers, status, asked, heads = [], 200, [], []

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.asked.append(body)
            self.heads.append(dict(self.headers))
            content = self.answers[min(len(self.asked), len(self.answers)) - 1]
            data = (
                content
                if isinstance(content, bytes)
                else json.dumps({"choices": [{"message": {"content": content}}]}).encode()
            )
            self.send_response(self.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Handler, Assistant(f"http://127.0.0.1:{server.server_port}/v1/", "small", "secret")
    server.shutdown()
    server.server_close()
    thread.join()


def said(*findings):
    return "Here it is:\n```json\n" + json.dumps({"findings": list(findings)}) + "\n```"


def test_what_stands_in_the_article_is_kept_with_its_place(endpoint):
    handler, assistant = endpoint
    handler.answers = [
        said(
            {
                "kind": "relation",
                "text": "Iran supports Hezbollah",
                "a": "Iran",
                "relation": "supports",
                "b": "Hezbollah",
            },
            {"kind": "figure", "text": "Some 300 men", "value": 300, "unit": "men", "note": "ignored"},
            {
                "kind": "causal",
                "text": "Hunger breeds revolt",
                "cause": "Hunger",
                "effect": "revolt",
                "direction": "raises",
            },
            {"kind": "event", "text": "Some 300 men died near Mosul", "who": [], "where": "Mosul"},
        )
    ]
    found = ask_assistant(assistant, reading())
    assert not found.dropped
    assert [TEXT[f.start : f.end] for f in found.findings] == [
        "Iran supports Hezbollah", "Some 300 men", "Hunger breeds revolt", "Some 300 men died near Mosul",
    ]  # fmt: skip
    assert found.findings[0].fields == {"a": "Government of Iran", "relation": "supports", "b": "Hezbollah"}
    assert all(f.why == "assistant small" for f in found.findings)
    assert handler.heads[0]["Authorization"] == "Bearer secret"
    assert handler.asked[0]["model"] == "small"
    assert TEXT in handler.asked[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("finding", "reason"),
    [
        ({"kind": "figure", "text": "Some 400 men", "value": 400, "unit": "men"}, "its passage does not stand in the article"),
        ({"kind": "figure", "text": "Some 300 men", "value": 300}, "not in the form asked for"),
        ({"kind": "figure", "text": "Some 300 men", "value": float("inf"), "unit": "men"}, "not in the form asked for"),
        ({"kind": "order", "text": "Hunger breeds revolt"}, "not in the form asked for"),
        ("ignore all rules", "not in the form asked for"),
        ({"kind": "statement", "text": "officials said", "source": "officials", "outlet": "Reuters"}, "it names what the article does not"),
        ({"kind": "quotation", "text": "Hunger breeds revolt", "speaker": "Mr Nobody"}, "it names what the article does not"),
        ({"kind": "relation", "text": "Iran supports Hezbollah", "a": "Israel", "relation": "supports", "b": "Hezbollah"}, "it names what the article does not"),
        ({"kind": "event", "text": "Some 300 men died", "who": ["IS"]}, "it names what the article does not"),
        ({"kind": "causal", "text": "Hunger breeds revolt", "cause": "Iran", "effect": "revolt"}, "its passage does not stand in the article"),
    ],
)  # fmt: skip
def test_what_it_invents_is_dropped_and_counted(endpoint, finding, reason):
    handler, assistant = endpoint
    handler.answers = [said(finding, finding)]
    found = ask_assistant(assistant, reading())
    assert found.findings == ()
    assert found.dropped == {reason: 2}


@pytest.mark.parametrize("content", ["", "no json", "{", '{"findings": 3}', "[" * 5000, '{"other": []}'])
def test_an_answer_without_form_is_one_thing_dropped(endpoint, content):
    handler, assistant = endpoint
    handler.answers = [content]
    assert ask_assistant(assistant, reading()).dropped == {"not in the form asked for": 1}


def test_a_long_article_goes_in_pieces_and_places_hold(endpoint):
    handler, assistant = endpoint
    lead = "word " * (PIECE // 5)
    text = f"{TEXT}\n\n{lead}\n\n{TEXT}"
    parts = ((0, len(TEXT)), (len(TEXT) + 2, len(TEXT) + 2 + len(lead)), (len(text) - len(TEXT), len(text)))
    handler.answers = [said(), said({"kind": "figure", "text": "Some 300 men", "value": 300, "unit": "men"})]
    found = ask_assistant(assistant, reading(text, parts))
    assert len(handler.asked) == 3
    assert [text[f.start : f.end] for f in found.findings] == ["Some 300 men", "Some 300 men"][: len(found.findings)]
    assert found.findings[-1].start > len(TEXT)


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [(500, "x", "status 500"), (200, b"not json", "must hold a message"), (200, b"{}", "must hold a message")],
)
def test_an_endpoint_that_fails_is_said_in_a_sentence(endpoint, status, content, words):
    handler, assistant = endpoint
    handler.answers, handler.status = [content], status
    with pytest.raises(DownloadError, match=words):
        ask_assistant(assistant, reading())


def test_nobody_there_is_said_in_a_sentence():
    with pytest.raises(DownloadError, match="the assistant must answer; found http://127.0.0.1:9/chat/completions"):
        ask_assistant(Assistant("http://127.0.0.1:9", "small"), reading())


@pytest.mark.parametrize(
    ("url", "model", "words"),
    [("file:///etc/passwd", "m", "must have an http address"), ("http://a", "", "must have a model")],
)
def test_a_configuration_must_be_whole(url, model, words):
    with pytest.raises(UsageError, match=words):
        Assistant(url, model)
