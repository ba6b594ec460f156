"""Title, outlet, author and day, as pages of many layouts give them."""

import datetime as dt

import pytest

from aftershock.accounts.texts import article_of

B = (
    "Government troops retook the town of Bentara on Monday after three weeks of fighting that killed at least 120 people, officials said.\n\n"
    "The rebels, who have held the hills since 2011, denied that they had lost the town and said that 40 soldiers had been captured.\n\n"
    "Analysts expect the fighting to move south, where the roads are better and the army has fewer friends than it once had.\n"
)
T = "Army retakes Bentara after three weeks"
OUTLET = "The Coastal Sentinel"
A = "Mary Hollins"
D = dt.date(2014, 5, 12)
H = "".join(f"<p>{p}</p>" for p in B.strip().split("\n\n"))
PAGES = {
    1: (f"{OUTLET}\n\n{T}\n\nBy {A}\n12 May 2014\n\n{B}", (T, OUTLET, A, D)),
    2: (f"{T}\n{A}\nThe Coastal Sentinel\nMay 12, 2014\n\n{B}", (T, OUTLET, A, D)),
    3: (f"{T}\n\n{A} | {OUTLET} | Monday 12 May 2014 10:15 BST\n\n{B}", (T, OUTLET, A, D)),
    4: (f"May 12, 2014\n{T}\nBY MARY HOLLINS\n\n{B}\n© 2014 {OUTLET}. All rights reserved.", (T, OUTLET, A, D)),
    5: (f"{T}\n\nBentara, 12 May 2014\n\n{B}\n-- {A}\n\n(c) 2014 {OUTLET}", (T, OUTLET, A, D)),
    6: (
        f"HILL COUNTRY WATCH\nUpdate no. 12\n\n{T}\n\n12 May 2014\n\n{B}\nHill Country Watch is an independent research group.\n",
        (T, "HILL COUNTRY WATCH", None, D),
    ),
    7: (f"# {T}\n\n*{OUTLET}*, vol. 3 no. 4\n\n**{A}**, 12 May 2014\n\n{B}", (T, OUTLET, A, D)),
    8: (f"---\ntitle: {T}\nauthor: {A}\ndate: 2014-05-12\noutlet: {OUTLET}\n---\n\n{B}", (T, OUTLET, A, D)),
    9: (
        f"<html><head><title>{T} - {OUTLET}</title></head><body><h1>{T}</h1><div class='byline'>By {A} in Bentara</div><time datetime='2014-05-12T08:00Z'>12 May</time>{H}</body></html>",
        (T, OUTLET, A, D),
    ),
    10: (
        f"<html><head><title>{OUTLET}: {T}</title><meta property='og:site_name' content='{OUTLET}'><meta property='og:title' content='{T}'><meta name='author' content='{A}, Foreign Editor'><meta property='article:published_time' content='2014-05-12'></head><body><h2>{T}</h2>{H}</body></html>",
        (T, OUTLET, A, D),
    ),
    11: (
        f"<html><head><title>{T} | {OUTLET}</title></head><body><nav><a>Home</a></nav><header><a href='/'>{OUTLET}</a></header><h1>{T}</h1><p>12 May 2014 &middot; {A}</p>{H}<footer>&copy; 2014 {OUTLET}</footer></body></html>",
        (T, OUTLET, A, D),
    ),
    12: (f"BENTARA, May 12 (Coastwire) - {B}\n(C) Coastwire News 2014\n", (None, "Coastwire News", None, D)),
    13: (
        f"{T}\n\nBy {A}, Defence Correspondent, {OUTLET}\nPublished: 12/05/2014... 12 May 2014 | Updated: 13 May 2014\n\n{B}",
        (T, OUTLET, A, D),
    ),
    14: (f"{T}\nPosted on May 12, 2014 by {A}\n\n{B}\n{OUTLET} © 2014", (T, OUTLET, A, D)),
    15: (f"{OUTLET.upper()}\nMonday, May 12, 2014\n\n{T}\n\nby {A}\n\n{B}", (T, OUTLET.upper(), A, D)),
    16: (
        f"Opinion\n\n{T}\n\nMary Hollins and Tom Petrie\n\n12th May, 2014\n\n{B}",
        (T, None, "Mary Hollins and Tom Petrie", D),
    ),
    17: (f"{T}\n\nRemarks by Senator {A} to the Foreign Policy Club, 12 May 2014\n\n{B}", (T, None, A, D)),
    18: (f"From: {OUTLET}\nDate: 12 May 2014\nSubject: {T}\nBy: {A}\n\n{B}", (T, OUTLET, A, D)),
    19: (f"Title: {T}\nAuthor: {A}\nSource: {OUTLET}\nDate: 2014-05-12\n\n{B}", (T, OUTLET, A, D)),
    20: (
        f"{T}\n\nWords by {A}. Photographs by Tom Petrie\n2014-05-12\n\n{B}\nCopyright {OUTLET} 2014",
        (T, OUTLET, A, D),
    ),
    21: (f"{T}\n{OUTLET}, 12 May 2014\n\n{B}\n{A} is a writer based in the capital.", (T, OUTLET, A, D)),
    22: (
        f"{OUTLET} | Analysis\n{T}\nWhat the fall of a hill town tells of the war\n{A}\n12.05.2014... 12 May 2014\n\n{B}",
        (T, OUTLET, A, D),
    ),
    23: (
        f"{T}\n\nA report by the Hill Institute\n\nMary Hollins, Tom Petrie and Ann Roe\n\nMay 12, 2014\n\n{B}",
        (T, None, "Mary Hollins, Tom Petrie and Ann Roe", D),
    ),
    24: (
        f"Q&A: {T}\n\n{A} answers readers' questions\n\n{OUTLET} — 12 May 2014\n\n{B}",
        ("Q&A: " + T, OUTLET, None, D),
    ),
    25: (
        f"<html><head><title>{T}</title></head><body><h1 class='t'>{T}</h1><a rel='author' href='#'>{A}</a> <span class='date'>12 May 2014</span>{H}<p>Copyright © 2010-2014 {OUTLET}</p></body></html>",
        (T, OUTLET, A, D),
    ),
    26: (f"**{OUTLET}**\n\n## {T}\n\n_by {A}_ · _12 May 2014_\n\n{B}", (T, OUTLET, A, D)),
    27: (
        f"{T}\n\n{A}\nMon 12 May 2014 09.30 BST\n\n{B}\n© 2014 {OUTLET} Ltd or its affiliated companies.",
        (T, OUTLET, A, D),
    ),
    28: (f"{T}\n\nBy {A} for {OUTLET}\nMay 12 2014\n\n{B}", (T, OUTLET, A, D)),
    29: (f"{T}\n\nTom Petrie reports from Bentara\n12 May 2014\n\n{B}", (T, None, "Tom Petrie", D)),
    30: (
        f"International\n{T}\nBy {A} and agencies\n12 May 2014 — 4.33pm\nFont size + -\n\n{B}\nFrom {OUTLET}, 12 May 2014, page 4",
        (T, OUTLET, A, D),
    ),
}
UNKNOWN = {30}  # an outlet named by a line under the article alone: "From The Coastal Sentinel, 12 May 2014, page 4"


@pytest.mark.parametrize("number", PAGES)
def test_pages_of_many_layouts(number):
    text, (title, outlet, author, day) = PAGES[number]
    name = "a.html" if text.startswith("<html") else "a.md" if text.startswith(("#", "-", "*")) else "a.txt"
    article = article_of(text.encode(), name=name)
    assert title is None or article.title == title
    assert number in UNKNOWN or article.outlet == outlet
    assert (article.author, article.date) == (author, day)


@pytest.mark.parametrize(
    "last",
    ["Ann Roe, who runs a clinic there, has no plans to leave.", '"We stay," said Ann Roe.', "New York, 12 May 2014"],
)
def test_nobody_is_made_an_author(last):
    article = article_of(f"{T}\n\n{B}\n{last}".encode(), name="a.txt")
    assert article.author is None
