"""Every character of the text that is read stands where it is said to stand."""

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftershock.accounts.texts.characters import UNSEEN, plain_characters
from aftershock.accounts.texts.markdown import read_markdown
from aftershock.accounts.texts.markup import attributes, characters, tokens
from aftershock.accounts.texts.page import read_page
from aftershock.accounts.texts.plain import lines_of, read_plain

LETTERS = st.text(st.sampled_from("abcXYZ .,“’é—;#"), max_size=8)
ENTITIES = st.sampled_from(
    ["&amp;", "&lt;", "&rsquo;", "&#8220;", "&#x2014;", "&nbsp;", "&copy", "&copy2", "&bogus;", "&", "&NotEqualTilde;"]
)
TAGS = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<br>", "<br/>", "<div class='x>y'>", "</div>", "<a href=\"a'b\">", "</a>", "<li>", "<!-- <p>no</p> -->",
     "<script>no < b</script>", "<style>no</style>", "<h2>", "</h2>", "\n", "<td>", "</nav>", "<nav>", "< ", "<3", "</ x>", "<span title=a>"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.one_of(LETTERS, ENTITIES, TAGS), max_size=25).map("".join))
def test_a_page_s_characters_stand_where_they_came_from(source):
    written, pieces = read_page(source)
    places = written.starts
    assert len(places) == len(written.text) + 1
    assert (places[1:] >= places[:-1]).all()
    ends = written.ends if written.ends is not None else places[:-1] + 1
    for piece in pieces:
        for n in range(piece.start, piece.end):
            raw, char = source[places[n] : ends[n]], written.text[n]
            read = plain_characters(html.unescape(raw))
            in_two = char in html.unescape("&NotEqualTilde;")
            between = char == " " and (raw.isspace() or re.fullmatch(r"<br/?>", raw))
            assert read == char or between or in_two, (raw, char)


@settings(max_examples=300)
@given(st.lists(st.one_of(LETTERS, ENTITIES, TAGS), max_size=25).map("".join))
def test_nothing_that_a_page_shows_is_lost(source):
    written, _ = read_page(source)
    shown = "".join(
        char
        for token in tokens(source)
        if token.kind == "text"
        for char, _, _ in characters(source, token.start, token.end)
        if not char.isspace() and char not in UNSEEN
    )
    assert "".join(written.text.split()) == "".join(plain_characters(shown).split())


@settings(max_examples=300)
@given(st.text(st.sampled_from("abA .,\n\r\t-’“\u00a0\u2028"), max_size=120))
def test_plain_text_is_as_long_as_its_source(source):
    written, pieces = read_plain(source)
    if written.starts is None:
        assert len(written.text) == len(source)
        rest = enumerate(source)
    else:
        rest = ((n, source[place]) for n, place in enumerate(written.starts[:-1]))
    for n, char in rest:
        assert written.text[n] == plain_characters(char) or (char.isspace() and written.text[n].isspace())
    at = 0
    for piece in pieces:
        assert at <= piece.start < piece.end <= len(written.text)
        at = piece.end
    kept = "".join(written.text[p.start : p.end] for p in pieces)
    assert len(re.sub(r"[^A-Za-z]", "", kept)) == len(re.sub(r"[^A-Za-z]", "", source))


@settings(max_examples=300)
@given(st.text(st.sampled_from("abA .\n*_[]()!`#>-|&;~<"), max_size=80))
def test_markdown_s_characters_stand_where_they_came_from(source):
    written, pieces = read_markdown(source)
    for piece in pieces:
        for n in range(piece.start, piece.end):
            place = written.starts[n]
            assert written.text[n] in (source[place], " ")
    assert (written.starts[1:] >= written.starts[:-1]).all()


def test_markdown_s_marks_are_left_out():
    source = (
        "---\ntitle: A war\n---\n# The *end* of [it](http://x.y/(a))\n\n> He said **no** &amp; _left_.\n\n- one\n- two\n\n"
        "snake_case stays, `code` too\\* and ![a picture](p.png) goes.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n```\nUnder\n-----\n"
    )
    written, pieces = read_markdown(source)
    found = [(" ".join(written.text[p.start : p.end].split()), p.hint) for p in pieces]
    assert found == [
        ("The end of it", "title"), ("He said no & left.", "quote"), ("one", "item"), ("two", "item"),
        ("snake_case stays, code too* and goes.", ""), ("A B", "item"), ("1 2", "item"), ("Under", "heading"),
    ]  # fmt: skip


def test_lines_broken_at_a_width_are_joined_and_a_broken_word_is_one():
    source = (
        "The army said on Monday that it had taken the hill after a week of\nfighting in which more than forty of the men, among them many Iran-\n"
        "backed ones, were killed on the road to the town together with volun-\nteers from the valley.\n\nNobody else could say so."
    )
    written, pieces = read_plain(source)
    first, second = (written.text[p.start : p.end] for p in pieces)
    assert "a week of fighting" in first
    assert "many Iran-backed ones" in first
    assert "with volunteers from" in first
    assert second == "Nobody else could say so."
    assert [line.start for line in lines_of("a\r\n\r\nb")] == [0, 3, 5]


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<a",
        "<![",
        "<a b='",
        '<a "',
        "&",
        "<div>",
        "</p><div>",
        "<script></",
        "<p class='nav ad'>x",
        "<a x=\"'>",
    ],
)
def test_a_page_made_to_be_slow_is_not(piece):
    begin = time.process_time()
    read_page(piece * (400_000 // len(piece)))
    assert time.process_time() - begin < 8  # a parser of quadratic time takes minutes


def test_attributes_are_read():
    page = "<a HREF='x' hidden data-x=1 title=\"a>b\">"
    assert attributes(page, next(tokens(page))) == {"href": "x", "hidden": "", "data-x": "1", "title": "a>b"}
