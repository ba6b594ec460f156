"""The page of a checked account in a real browser: claims marked in place, verdicts beside them, whatever the text holds."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from account_checks import BARS, HOSTILE, RANGES, answered, checked, outside, question
from aftershock.accounts.texts import article_of
from aftershock.report import render_account_report, write_account_report
from aftershock.report.account_charts import chart_of, said
from aftershock.report.account_text import marked_text

TEXT = "After it\n\nThe army attacked the town of Hama on Monday. Some 300 men were killed there, and it rained.\n\nIt will attack again.\n"
PAGE = (
    "<html><head><title>After it</title></head><body><article><h1>After it</h1><p>The <b>army</b> attacked&nbsp;the town &amp; the hills "
    "on Monday. Some 300 men were <i>killed</i> there, &lt;script&gt;alert(3)&lt;/script&gt; said the army.</p></article></body></html>"
)


def span(text, words):
    start = text.index(words)
    return start, start + len(words)


@pytest.fixture
def check():
    return checked(
        ("attack", [answered(chart=BARS)], {"span": span(TEXT, "The army attacked the town of Hama on Monday.")}),
        (
            "men",
            [outside(), answered("cannot say", "contradicted", chart=RANGES, provisional=True)],
            {"speaker": "a general", "via": "The Wire"},
        ),
        (
            "again",
            [answered("not yet decided", "supported", chance=0.8, base=0.5, came=True)],
            {"kind": "prediction", "span": span(TEXT, "It will attack again.")},
        ),
        left_out={"rained": span(TEXT, "it rained")},
    )


@pytest.fixture
def article():
    return article_of(TEXT.encode(), name="a.txt")


@pytest.fixture
def written(tmp_path):
    def write(check, article=None):
        path = tmp_path / "report.html"
        write_account_report(check, path, article=article)
        return path

    return write


@pytest.mark.parametrize("size", [(1280, "light"), (360, "dark")])
def test_page_fits_and_axe_finds_nothing(check, article, written, open_report, size):
    page = open_report(written(check, article), width=size[0], scheme=size[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_claims_are_marked_in_place(check, article, written, open_report):
    page = open_report(written(check, article))
    marks = page.locator("#text mark")
    assert marks.all_text_contents() == [
        "The army attacked the town of Hama on Monday.1",
        "it rained",
        "It will attack again.3",
    ]
    assert page.locator("#text mark.left").all_text_contents() == ["it rained"]
    asides = page.locator("#text aside")
    expect(asides.nth(0)).to_contain_text("supported")
    expect(asides.nth(0)).to_contain_text("attack is so.")
    marks.nth(0).click()
    expect(page.locator("article[id='claim.attack']")).to_be_in_viewport()


def test_claims_are_marked_in_a_page_with_markup(written, open_report):
    first = "<b>army</b> attacked&nbsp;the town &amp; the hills"
    second = "<i>killed</i> there, &lt;script&gt;alert(3)&lt;/script&gt; said the army."
    spans = [
        (PAGE.index("army</b>"), PAGE.index(first) + len(first)),
        (PAGE.index("killed</i>"), PAGE.index(second) + len(second)),
    ]
    made = checked(("one", [answered()], {"span": spans[0]}), ("two", [answered()], {"span": spans[1]}))
    page = open_report(written(made, article_of(PAGE.encode(), name="a.html")))
    assert page.locator("#text mark").all_text_contents() == [
        "army attacked the town & the hills1",
        "killed there, <script>alert(3)</script> said the army.2",
    ]
    assert page.locator("script").count() == 0


def test_marks_that_overlap_or_cross_paragraphs(article):
    whole = (TEXT.index("The army"), TEXT.index(" again"))
    inner = span(TEXT, "Some 300 men")
    blocks = marked_text(checked(("a", [answered()], {"span": whole}), ("b", [answered()], {"span": inner})), article)
    assert "".join(piece["text"] for block in blocks for piece in block["pieces"]) == TEXT.replace("\n\n", "").strip()
    assert [[note["id"] for note in block["notes"]] for block in blocks] == [[], ["a", "b"], []]
    assert [piece["claim"] for piece in blocks[1]["pieces"]] == ["a", "b", "a"]
    assert [piece["claim"] for piece in blocks[2]["pieces"]] == ["a", None]


def test_a_span_beyond_the_text_marks_nothing(article):
    blocks = marked_text(checked(("a", [answered()], {"span": (9_000, 9_010)})), article)
    assert not [piece for block in blocks for piece in block["pieces"] if piece["claim"]]


def test_verdicts_evidence_and_what_was_not_asked(check, written, open_report):
    page = open_report(written(check))
    assert page.locator("#text").count() == 0
    rows = page.locator("#table tbody tr")
    assert rows.count() == 3
    expect(rows.nth(1)).to_contain_text("a general, as The Wire has it")
    expect(rows.nth(1)).to_contain_text("contradicted")
    expect(rows.nth(1)).to_contain_text("provisional")
    charts = page.locator("figure.evidence")
    assert charts.count() == 2
    assert (
        charts.nth(0).locator("svg[role=img]").get_attribute("aria-label")
        == "Deaths in Iraq, 2017-01 to 2017-12; the table below holds the figures"
    )
    assert charts.nth(0).locator("tbody tr").count() == 12
    unasked = page.locator("#unasked tbody tr")
    assert [row.inner_text().split("\t") for row in unasked.all()] == [
        ["men is so.", "no numbers of troops."],
        ["rained too.", "Left out: it was rejected."],
    ]
    prediction = page.locator("#predictions tbody tr")
    assert prediction.count() == 1
    assert [cell.inner_text().split("\n")[0] for cell in prediction.locator("td").all()] == [
        "80 %",
        "50 %",
        "came",
        "0.04",
        "0.25",
        "0.223",
    ]
    expect(page.locator(".glance")).to_contain_text("3 claims put to the record and the models")
    expect(page.locator(".glance")).to_contain_text("2 of 3 have another verdict now")


def test_names_are_text_whatever_they_hold(written, open_report):
    a, b, c = HOSTILE
    text = f"{a}\n\nThe army attacked the town {b} on Monday and it rained {c} in all of the hills.\n"
    article = article_of(text.encode(), name="a.txt")
    made = checked(
        (
            "one",
            [answered(asked=question(a), sentence=b, filter=c, vintage=a, notes=(b,))],
            {"says": b, "speaker": c, "via": a, "span": (0, len(text) - 1)},
        ),
        ("two", [outside(a)], {"says": c}),
        title=a,
        outlet=b,
        note=c,
        url="javascript:alert(1)",
    )
    page = open_report(written(made, article))
    expect(page.locator("h1 bdi")).to_have_text(a)
    assert page.locator("script, img, iframe").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    expect(page.locator("article[id='claim.one'] h3")).to_have_text(b)
    expect(page.locator("article[id='claim.one']")).to_contain_text(c)
    expect(page.locator("#text")).to_contain_text(c)


def test_the_page_runs_no_script_and_loads_nothing(check, article):
    text = render_account_report(check, article=article)
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert text == render_account_report(check, article=article)
    assert len(text) < 200_000


def test_an_account_of_nothing(written, open_report):
    page = open_report(written(checked()))
    expect(page.locator(".glance")).to_contain_text("0 claims put to the record")
    linked = checked(("a", [answered()]), url="https://example.org/x")
    assert open_report(written(linked)).locator("a[rel=noreferrer]").get_attribute("href") == "https://example.org/x"


def test_charts():
    assert chart_of(None) is None
    made = chart_of(BARS)
    assert made["kind"] == "along"
    assert made["mark"] == pytest.approx(50.0)
    assert [bar["height"] for bar in made["bars"]][-1] == 100
    assert made["lines"] == [pytest.approx(100 - 100 * 5 / 11, abs=0.01)]
    few = chart_of(RANGES)
    assert few["kind"] == "beneath"
    assert (few["bars"][0]["said"], few["bars"][0]["range"]) == ("3", "1–9")
    assert few["bars"][0]["low"] < few["bars"][0]["best"] < few["bars"][0]["high"] == 100
    assert said([1, None, 2.5]) == "1, –, 2.5"
