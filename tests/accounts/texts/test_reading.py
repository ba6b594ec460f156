"""Files, standard input, pages and PDF files into articles."""

import datetime as dt
import io

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from aftershock.accounts.texts import article_of, dropped_of, read_article
from aftershock.accounts.texts.pen import MOST_CHARACTERS
from aftershock.errors import UsageError

PROSE = "The army said on Monday that it had taken the town of Bentara and that the men who had held it were gone."


def pdf_of(pages, password=None):
    """A PDF file that shows these lines."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"), NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream.set_data(f"BT /F1 11 Tf 14 TL 50 800 Td {shown} ET".encode() if lines else b"")
        page[NameObject("/Contents")] = stream
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_file_a_stream_and_bytes_give_the_same(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(f"Title of it\n\n{PROSE}\n")
    article = read_article(path)
    assert read_article(str(path)).text == article.text
    piped = read_article("-", stdin=io.BytesIO(path.read_bytes()))
    assert (piped.name, piped.sha256, piped.title) == ("standard input", article.sha256, "Title of it")


@pytest.mark.parametrize("name", ["none.txt", ".", "a\x00b"])
def test_a_path_that_cannot_be_read(name, tmp_path):
    with pytest.raises(UsageError, match="the article must be a file that can be read"):
        read_article(tmp_path / name)


def test_a_page_says_who_and_when():
    page = f"""<!doctype html><html><head><title>The hills &amp; after | The Brief</title>
    <script type="application/ld+json">{{"@graph": [{{"@type": ["NewsArticle"], "datePublished": "2016-05-02T08:00:00Z",
    "author": [{{"@type": "Person", "name": "A. Doe"}}, {{"name": "B. Roe"}}], "publisher": {{"name": "The Brief"}}}}]}}</script>
    <style>p {{ color: red }}</style></head><body class="has-sidebar comments-open">
    <nav><a href="/">Home</a> <a href="/w">World</a></nav><aside class="related">More: <a href="/x">Another war</a></aside>
    <form><article><h1>The hills &amp; after</h1><p class="byline">By A. Doe</p><p>{PROSE}</p><div class="share-bar">Share</div>
    <figure><img src="x"><figcaption>Men leave the town on foot with what they could carry. Photo: A. Roe</figcaption></figure>
    <p>{PROSE}</p></article></form><footer>&copy; The Brief</footer><script>alert("<p>x</p>")</script></body></html>"""
    article = article_of(page.encode(), name="x.html")
    assert (article.title, article.outlet, article.author, article.date) == (
        "The hills & after", "The Brief", "A. Doe and B. Roe", dt.date(2016, 5, 2)
    )  # fmt: skip
    assert [block.kind for block in article.blocks if block.kind != "dropped"] == [
        "title",
        "byline",
        "paragraph",
        "caption",
        "paragraph",
    ]
    assert [(entry["text"], entry["why"]) for entry in dropped_of(article)] == [
        ("Home", "menu"), ("World", "menu"), ("More: Another war", "related links"), ("Share", "share buttons"), ("© The Brief", "page footer"),
    ]  # fmt: skip
    for entry in dropped_of(article):
        assert article.rendered(entry["start"], entry["end"]) == entry["text"]
    assert page[dropped_of(article)[-1]["start"] :].startswith("&copy; The Brief<")
    assert "alert" not in article.text


def test_a_page_without_text_is_refused():
    with pytest.raises(UsageError, match="none to be seen in x"):
        article_of(b"<html><script>load()</script></html>", name="x")


def test_a_pdf_file_s_lines_are_joined_and_its_edges_left_out():
    pages = [
        ["The Weekly Brief", "The army said on Monday that it had taken the town of Bentara and that the", "men who had held it were gone. Nobody could say how many volun-", "1"],
        ["The Weekly Brief", "teers had died on the road to the town, which the army had shelled for", "three weeks.", "2"],
    ]  # fmt: skip
    data = pdf_of(pages)
    article = article_of(data, name="a.pdf")
    assert article.kind == "pdf"
    assert "that the men who had held it were gone. Nobody could say how many volunteers had died" in " ".join(
        article.text.split()
    )
    assert article.notes == ('Left out at the edges of pages: "The Weekly Brief", page numbers.',)
    start = article.text.index("Nobody")
    first, last = article.span(start, start + 6)
    assert article.decoded[first:last] == "Nobody"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf_of([["a b c d e f g"]], "secret"), "without a password"),
        (pdf_of([[], []]), "pictures of pages"),
        (b"%PDF-1.4 and no more", "a damaged one"),
        (pdf_of([["x"]])[:200], "a damaged one|pictures of pages"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_pdf_file_without_text_gets_a_sentence(data, message):
    with pytest.raises(UsageError, match=message):
        article_of(data, name="a.pdf")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("قال الجيش إنه سيطر على المدينة بعد ثلاثة أسابيع من القتال", "Arabic script"),
        ("Армия сообщила, что взяла город после трёх недель боёв", "Cyrillic script"),
        ("军队周一表示，经过三周的战斗，他们已经占领了这座城市", "Chinese or Japanese script"),
        ("L'armée a dit lundi que la ville était prise et que les hommes qui la tenaient avaient fui dans les collines.", "French"),
        ("Die Armee teilte am Montag mit, dass die Stadt nach drei Wochen eingenommen wurde und die Männer geflohen sind.", "German"),
        ("El ejército dijo el lunes que la ciudad fue tomada después de tres semanas y que los hombres se fueron a las colinas.", "Spanish"),
        ("Ordu pazartesi günü üç hafta süren çatışmalar sonra kentin alındığını ve bu savaşta çok sayıda kişi için yas olduğunu bildirdi.", "Turkish"),
        ("Hadsereg hétfőn közölte hogy három hétig tartó harcok után elfoglalta várost amely hegyekben fekszik miközben lakók elmenekültek onnan messzire tegnap este későn", "another language"),
    ],
)  # fmt: skip
def test_only_english_is_read(text, what):
    with pytest.raises(UsageError, match=f"only English is read; found .*{what}"):
        article_of(text.encode(), name="a.txt")


@pytest.mark.parametrize(
    "text",
    ["Fighting in Deir ez-Zor.", "Al-Shabaab and the Mai Mai", "Le Monde de la Paix, Bosco Ntaganda, Ituri", PROSE],
)
def test_short_english_and_names_are_read(text):
    assert article_of(text.encode(), name="a.txt").text == text


def test_a_very_long_text_is_read_in_part():
    text = f"A long war\n\n{(PROSE + chr(10) * 2) * 4000}"
    article = article_of(text.encode(), name="a.txt")
    assert len(article.text) == MOST_CHARACTERS
    assert article.notes == ("Only the first 300,000 characters of the text were read.",)
    assert article.decoded == text
    assert article.span(500, 510) == (500, 510)


def test_a_body_is_as_long_as_its_text_without_what_is_no_article():
    article = article_of(f"Menu\nTitle of it\nBy Jo Doe\n{PROSE}\nShare".encode(), name="a")
    assert len(article.body) == len(article.text)
    assert article.body.split() == f"Title of it {PROSE}".split()
