"""Bytes into text, or a sentence that says why not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftershock.accounts.texts import article_of
from aftershock.accounts.texts.characters import plain_characters
from aftershock.accounts.texts.decoding import MOST_BYTES, decode
from aftershock.errors import UsageError

TEXT = "“It’s over,” she said – after the siege of Düzce in May."


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("mac-roman"), "mac-roman"),
    ],
)
def test_how_a_text_is_written_is_seen(data, encoding):
    found = decode(data, name="a.txt")
    assert (found.text, found.encoding, found.notes) == (TEXT, encoding, ())
    assert data.decode(encoding) == TEXT


def test_a_declaration_counts_where_the_bytes_leave_it_open():
    data = "Łódź fell".encode("iso-8859-2")
    assert decode(data, name="a", declared="ISO-8859-2").text == "Łódź fell"
    assert decode(b'<meta charset="iso-8859-2">' + data, name="a").text.endswith("Łódź fell")
    assert decode("Łódź".encode(), name="a", declared="iso-8859-2").text == "Łódź"  # a wrong one does not
    assert decode(b"caf\xe9 \x93so\x94", name="a", declared="iso-8859-1").text == "café “so”"
    assert decode(b"caf\xe9", name="a", declared="unicode_escape").encoding == "cp1252"
    assert decode(b"caf\xe9", name="a", declared="no-such-thing").encoding == "cp1252"


def test_a_few_broken_bytes_are_shown_as_such():
    data = ("“So” – said — they… " * 5).encode() + b"\xff and"
    found = decode(data, name="a")
    assert found.encoding == "utf-8"
    assert found.notes == ("In one place the bytes are no utf-8; they are shown as �.",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "an article must hold text; found nothing in x"),
        (b" \r\n\x00\x00 ", "an article must hold text"),
        (b"\xef\xbb\xbf \n", "an article must hold text"),
        (bytes(range(256)) * 50, "an article must be text; found a binary file, x"),
        (b"\x89PNG\r\n\x1a\n" + b"a" * 99, "found an image, x"),
        (b"PK\x03\x04" + b"a" * 99, "a document of a word processor"),
        (b"{\\rtf1 hello}", "rich text format"),
        (b"a" * (MOST_BYTES + 1), "at most 20 MB"),
        (b"\xff\xfe" + b"\x00\xd8" * 500, "bytes that are none"),
    ],
)
def test_what_is_no_text_gets_a_sentence(data, message):
    with pytest.raises(UsageError, match=message):
        article_of(data, name="x")


@given(st.text())
def test_characters_made_plain_are_as_many(text):
    assert len(plain_characters(text)) == len(text)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    with suppress(UsageError):
        article = article_of(data, name="x")
        assert len(article.decoded) >= len(article.text)
