"""What an attacker sends: words, documents, packed files; a data directory full of it; and what pages must not hold."""

import dataclasses
import gzip
import io
import json
import re
import shutil
import zipfile
import zlib
from html.parser import HTMLParser
from importlib.resources import files

import pyarrow as pa

from aftershock.accounts.account import read_account
from aftershock.web.accounts.keeping import Keeper
from aftershock.web.jobs import Queue
from aftershock.web.settings import Settings
from aftershock.web.work import KINDS
from web_results import SMALL, done

WORD = "=1+1|\"'><svg/onload=hit()></script><img src=x onerror=hit()>{{7*7}}\u202e"
"""In one: a formula, attributes broken, tags, a template's syntax, a turn of the direction of writing."""
WORDS = (
    WORD, "<script>hit()</script>", '" onmouseover="hit()" x="', "javascript:hit()", "data:text/html,<script>hit()</script>",
    "{{7*7}}${7*7}#{7*7}<%= 7*7 %>", "\u202e\u2066txt.exe\u2069", "nul\x00nul", "half\ud800", "\x1b[2J\x9b2J", "]]><!--", "a" * 5000,
    "../../../../etc/passwd", "%00%0d%0aset-cookie:a=b", "\r\nset-cookie: a=b", "' OR 1=1 --", "\\\\server\\share", "é" * 300,
)  # fmt: skip
PATHS = (
    "..%2f..%2fjobs.sqlite", "..%5c..%5cjobs.sqlite", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "....//....//etc/passwd", "%00", "a%00.csv",
    "C:%5cWindows%5cwin.ini", "%252e%252e%252f", "~root", "CON", "%ff%fe", "%e2%80%ae", "a%0d%0aset-cookie:x=y", "x" * 3000,
)  # fmt: skip
HEAD = "account: {id: a, date: 2017-07-12}\n"
YAMLS = {
    "aliases": "a: &a [x,x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)),
    "deep": HEAD + "claims: " + "[" * 5000 + "]" * 5000 + "\n",
    "deep lines": "".join(" " * n + "a:\n" for n in range(400)),
    "digits": f"account: {{id: a, date: {'9' * 50_000}}}\n",
    "python": "account: !!python/object/apply:os.system [id]\n",
    "tag": "account: !<tag:yaml.org,2002:python/name:os.system> x\n",
    "twice": "account: {id: a}\naccount: {id: b}\n",
    "no number": HEAD + "claims: [{id: a, says: a, probability: 1e999}]\n",
    "not a number": HEAD + "claims: [{id: a, says: a, probability: .nan}]\n",
    "infinite span": HEAD + "claims: [{id: a, says: a, span: [.inf, -.inf]}]\n",
    "braces": HEAD + "claims: [" + "{}," * 120_000 + "]\n",
    "dashes": HEAD + "claims:\n" + "-\n" * 190_000,
    "keys": HEAD + "".join(f"k{n}:\n" for n in range(45_000)),
    "merge": "a: {<<: {b: 1}}\n",
    "nul": "account: {id: a, title: 'a\x00b'}\n",
    "sixty": HEAD + "x: 1" + ":59" * 100_000 + "\n",
    "years": "account: {id: a, date: 9999-99-99}\n",
    "quotes": HEAD + 'x: "' + "\\" * 100_000 + "\n",
    "two": HEAD + "---\n" + HEAD,
    "claims": HEAD + "claims:\n" + "".join(f"  - {{id: c{n}, says: Was it so?}}\n" for n in range(10_000)),
}
SCENARIO = "name: is-leaves\ntitle: IS leaves\nuntil: 2017-12-31\ninterventions:\n  - {kind: leaves, actor: IS, date: 2017-08-01}\n"
SCENARIOS = {
    "aliases": YAMLS["aliases"], "python": YAMLS["python"], "deep": "interventions: " + "[" * 3000,
    "digits": SCENARIO.replace("2017-12-31", "9" * 5000), "last day": SCENARIO.replace("2017-12-31", "9999-12-31"),
    "first day": SCENARIO.replace("2017-12-31", "0001-01-01"), "infinite": SCENARIO + "system: {draws: .inf}\n",
    "no number": SCENARIO.replace("leaves, actor: IS", "scale, factor: .nan, what: deaths"),
    "no end": SCENARIO.replace("leaves, actor: IS", "scale, factor: 1e999, what: deaths"),
    "many": SCENARIO + "  - {kind: leaves, actor: IS, date: 2017-08-01}\n" * 200, "dashes": "interventions:\n" + "-\n" * 5900,
    "file": SCENARIO + "system: {rule: ../../../../etc/passwd}\n", "shock": SCENARIO.replace("leaves, actor: IS", "shock, stream: x, events: " + "9" * 5000),
}  # fmt: skip
JSONS = {
    "deep": b"[" * 200_000, "deep object": b'{"a":' * 40_000, "digits": b'{"months":' + b"9" * 5000 + b"}", "nan": b'{"months":NaN}',
    "infinity": b'{"version":Infinity,"months":1e999}', "half": b'{"text":"\\ud800","account":"\\ud800","actor":"\\ud800"}',
    "nul": b'{"\\u0000":"\\u0000"}', "latin": b'{"a":"\xff"}', "empty": b"", "twice": b'{"months":1,"months":"x"}', "list": b"[]", "null": b"null",
    "text": b'"a"', "not json": b"<xml/>", "bom": b"\xef\xbb\xbf{}", "utf-16": '{"a":1}'.encode("utf-16"), "proto": b'{"__proto__":{"a":1},"__class__":1}',
}  # fmt: skip


def zip_bomb(name="a.csv", size=300_000_000):
    """Return a small ZIP that is large when opened."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed,
        packed.open(name, "w", force_zip64=True) as file,
    ):
        for _ in range(size // 1_000_000):
            file.write(b"0" * 1_000_000)
    return sink.getvalue()


def gzip_bomb(size=300_000_000):
    """Return a small gzip that is large when opened."""
    sink = io.BytesIO()
    with gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=9, mtime=0) as file:
        for _ in range(size // 1_000_000):
            file.write(b"0" * 1_000_000)
    return sink.getvalue()


def pdf(objects):
    """Return a PDF of objects, its first the root."""
    parts, places = [b"%PDF-1.7\n"], []
    for n, content in enumerate(objects, start=1):
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (n, content))
    start = sum(map(len, parts))
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    return b"".join(parts) + b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def pdfs():
    """Return PDFs by what is wrong with them."""
    packed = zlib.compress(b"BT /F1 12 Tf (" + b"a" * 200_000_000 + b") Tj ET", 9)
    twice = zlib.compress(packed, 9)
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>/MediaBox[0 0 9 9]>>"
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    stream = b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream"
    return {
        "bomb": pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, page, stream % (len(packed), packed)]),
        "bomb twice": pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, page, b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%s\nendstream" % (len(twice), twice)]),
        "script": pdf([b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>", tree, page, stream % (len(zlib.compress(b" ")), zlib.compress(b" "))]),
        "cycle": pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"]),
        "own length": pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, page, b"<</Length 4 0 R>>\nstream\nx\nendstream"]),
        "count": pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 999999999>>"]),
        "locked": pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, page, b"<<>>"]).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O(x)/U(y)/P 0>>"),
        "torn": b"%PDF-1.7\n" + b"\x00" * 5000,
    }  # fmt: skip


SCHEMES = ("javascript:", "data:", "vbscript:")
TABLE = re.compile(r"data:(text/csv;charset=utf-8;base64)?,[a-z0-9+/=]*")
TAGS = {"img", "iframe", "object", "embed", "base", "style", "math", "video", "audio", "frame", "applet"}


class Harm(HTMLParser):
    """Finds in a page what no page of ours has: handlers, foreign addresses, scripts of its own."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in TAGS or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(tag)
        for name, value in attributes:
            text = (value or "").strip().lower()
            address = (
                name in ("href", "src", "action", "xlink:href")
                and text.startswith(SCHEMES)
                and not TABLE.fullmatch(text)
            )
            if address or name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                self.found.append(f"{tag} {name}={text[:60]}")


def harm_in(page):
    """Return what a page holds that it must not."""
    look = Harm()
    look.feed(page)
    return look.found


def _renamed(events):
    """Return events whose sides all have a hostile name."""
    table = events.table
    for name in ("side_a", "side_b"):
        texts = [WORD + text if text else text for text in table.column(name).to_pylist()]
        table = table.set_column(table.column_names.index(name), name, pa.array(texts, table.schema.field(name).type))
    return dataclasses.replace(events, table=table)


def fill(folder, monkeypatch):
    """Fill a data directory with results, every name of a side, country, claim or title in them hostile; return their ids."""
    from aftershock.system import workflow

    load = workflow.load_events
    monkeypatch.setattr(workflow, "load_events", lambda *given, **named: _renamed(load(*given, **named)))
    system = done(folder, "system", SMALL)
    monkeypatch.undo()
    base = json.loads((folder / "web" / "results" / system / "base.json").read_text(encoding="utf-8"))
    actor = base["streams"][0]["actors"][0]
    change = {"kind": "leaves", "actor": actor, "date": "2017-08-01"}
    scenario = (
        json.dumps(
            {
                "name": "x",
                "title": WORD,
                "description": WORD,
                "source": WORD,
                "until": "2017-09-30",
                "interventions": [change],
            }
        )
        + "\n"
    )
    found = {"system": system, "whatif": done(folder, "whatif", {"base": system, "scenario": scenario, "draws": 20})}
    keeper = Keeper(folder / "web")
    name = found["account"] = keeper.begin()
    keeper.save(name, read_account(hostile_account()).account, version=0, what=WORD)
    found["check"], found["lint"] = done(folder, "check", {"account": name}), done(folder, "lint", {"account": name})
    found["forecast"] = _edition(folder)
    return found


def hostile_account():
    """Return an account in YAML, every text of it hostile."""
    asks = {
        "kind": "fights",
        "says": WORD,
        "criteria": {
            "scope": {"actors": ["IS"], "against": ["Government of Iraq"], "countries": ["Iraq"]},
            "window": {"end": "2017-07-01"},
        },
    }
    own = {"text": WORD, "speaker": WORD, "via": WORD, "why": WORD}
    about = {
        "id": "mine",
        "date": "2017-07-12",
        "title": WORD,
        "outlet": WORD,
        "author": WORD,
        "note": WORD,
        "url": "javascript:hit()",
    }
    claims = [
        {"id": "fights", "says": WORD, **own, "questions": [asks]},
        {"id": "quiet", "says": WORD, **own, "kind": "quotation", "questions": [{"kind": "outside", "reason": WORD}]},
        {"id": "draft", "says": WORD, **own, "status": "draft"},
    ]
    items = [
        {
            "id": "i",
            "kind": "actor",
            "start": 0,
            "end": 9,
            "text": WORD,
            "why": WORD,
            "fields": {"name": WORD, "others": [WORD]},
        }
    ]
    pieces = [{"start": 0, "end": 9, "text": WORD, "why": WORD}]
    return json.dumps({"account": about, "claims": claims, "items": items, "unread": pieces, "dropped": pieces}) + "\n"


def _edition(folder):
    """Store the forecast that comes with the package, countries and notes renamed, as a job's."""
    queue = Queue(Settings(data=folder))
    job = queue.add(KINDS["forecast"], KINDS["forecast"].parameters())
    queue.claim()
    place = queue.results(job.id)
    place.mkdir(parents=True)
    for path in files("aftershock.web").joinpath("shipped").iterdir():
        if path.name == "payload.json.gz":
            payload = json.loads(gzip.decompress(path.read_bytes()))
            for unit in payload["units"]:
                unit["name"] = WORD + unit["name"]
            for column in payload["totals"].values():
                column["headline"] = [WORD] * len(column["headline"])
            (place / "payload.json").write_text(json.dumps(payload), encoding="utf-8")
        elif path.name.endswith(".gz"):
            (place / path.name.removesuffix(".gz")).write_bytes(gzip.decompress(path.read_bytes()))
        else:
            shutil.copyfile(str(path), place / path.name)
    actors = json.loads((place / "actors.json").read_text(encoding="utf-8"))
    for pairs in actors["countries"]:
        for pair in pairs:
            pair["name"] = WORD
    (place / "actors.json").write_text(json.dumps(actors), encoding="utf-8")
    queue.finish(job.id, {"months": WORD})
    return job.id


def routes_of(routers):
    """Return path and methods of every route of routers, and of those that they hold."""
    waiting, found = [route for router in routers for route in router.routes], []
    while waiting:
        route = waiting.pop()
        if hasattr(route, "methods"):
            found.append((route.path, route.methods))
        else:
            waiting += route.original_router.routes
    return found


SECRETS = ("Traceback", "site-packages", "aftershock/web", "/tmp/", "sqlite3")


def check(client, answer, *statuses):
    """An answer that says no more than it should; and the server goes on."""
    assert answer.status_code in statuses or (not statuses and answer.status_code < 500), (
        answer.status_code,
        answer.text[:400],
    )
    assert not [word for word in SECRETS if word in answer.text], answer.text[:400]
    assert len(answer.content) < 500_000
    assert client.get("/health").status_code == 200
