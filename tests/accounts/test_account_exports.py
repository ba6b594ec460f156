"""Files that others read: ClaimReview as schema.org and search engines want it, tables and Markdown that hide nothing."""

import csv
import json
import re

import pytest
from markdown_it import MarkdownIt

from account_checks import HOSTILE, answered, checked, outside, question
from aftershock.accounts.exports import claim_reviews, markdown_of, question_records, write_check
from aftershock.errors import StoreError

DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
ORGANIZATION = {
    "type": "object",
    "required": ["@type", "name"],
    "properties": {"@type": {"enum": ["Organization"]}, "name": {"type": "string", "pattern": "."}},
}
SCHEMA = {  # what schema.org's ClaimReview has, and what Google requires of it
    "type": "object",
    "required": ["@context", "@type", "claimReviewed", "reviewRating", "url", "author", "datePublished", "itemReviewed"],
    "properties": {
        "@context": {"enum": ["https://schema.org"]},
        "@type": {"enum": ["ClaimReview"]},
        "claimReviewed": {"type": "string", "pattern": "."},
        "url": {"type": "string", "pattern": "."},
        "datePublished": DAY,
        "author": ORGANIZATION,
        "itemReviewed": {
            "type": "object",
            "required": ["@type", "datePublished"],
            "properties": {
                "@type": {"enum": ["Claim"]},
                "datePublished": DAY,
                "author": ORGANIZATION,
                "appearance": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["@type"],
                        "properties": {"@type": {"enum": ["CreativeWork"]}, "url": {"type": "string"}, "headline": {"type": "string"}, "datePublished": DAY},
                    },
                },
            },
        },
        "reviewRating": {
            "type": "object",
            "required": ["@type", "alternateName", "ratingExplanation"],
            "properties": {
                "@type": {"enum": ["Rating"]},
                "alternateName": {"type": "string", "pattern": "."},
                "ratingExplanation": {"type": "string"},
                "ratingValue": {"type": "integer"},
                "bestRating": {"enum": [5]},
                "worstRating": {"enum": [1]},
            },
        },
    },
}  # fmt: skip
TYPES = {"object": dict, "array": list, "string": str, "integer": int}


def faults(value, schema, at="$"):
    """Say where a value is not as a JSON Schema has it; keys the schema does not name are faults too."""
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{at}: {value!r}"]
    if not isinstance(value, TYPES[schema["type"]]):
        return [f"{at}: {type(value).__name__}"]
    found = [f"{at} lacks {name}" for name in schema.get("required", ()) if name not in value]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: {value!r}")
    if isinstance(value, dict):
        found += [f"{at}.{name} is not known" for name in value if name not in schema["properties"]]
        found += [
            fault
            for name, inner in schema["properties"].items()
            if name in value
            for fault in faults(value[name], inner, f"{at}.{name}")
        ]
    if isinstance(value, list):
        found += [fault for n, each in enumerate(value) for fault in faults(each, schema["items"], f"{at}[{n}]")]
    return found


@pytest.fixture
def check():
    return checked(
        ("yes", [answered()]),
        ("no", [answered("not yet decided", "contradicted", chance=0.7, came=False)]),
        ("half", [answered(now="within the uncertainty")]),
        ("troops", [outside()]),
        left_out={"gone": None},
        url="https://example.org/a",
    )


def test_every_review_is_as_schema_org_has_it(check):
    reviews = claim_reviews(check, on="2026-03-01", address="https://example.org/check")
    assert [fault for review in reviews for fault in faults(review, SCHEMA)] == []
    assert [(r["reviewRating"]["alternateName"], r["reviewRating"].get("ratingValue")) for r in reviews] == [
        ("supported", 5), ("contradicted", 1), ("within the uncertainty", 3), ("outside the record", None),
    ]  # fmt: skip
    assert reviews[0]["url"] == "https://example.org/check#yes"
    assert reviews[0]["itemReviewed"]["author"] == {"@type": "Organization", "name": "The Daily"}
    assert reviews[0]["itemReviewed"]["appearance"][0]["url"] == "https://example.org/a"
    bare = claim_reviews(checked(("a", [answered()]), title="", outlet=None), on="2026-03-01")
    assert faults(bare[0], SCHEMA) == []
    assert "author" not in bare[0]["itemReviewed"]


def test_the_schema_would_notice(check):
    review = claim_reviews(check, on="2026-03-01")[0]
    assert faults({**review, "claimReviewed": ""}, SCHEMA) == ["$.claimReviewed: ''"]
    assert faults({**review, "x": 1}, SCHEMA) == ["$.x is not known"]
    assert faults({k: v for k, v in review.items() if k != "url"}, SCHEMA) == ["$ lacks url"]


def test_questions_as_other_question_files_write_them(check):
    records = question_records(check)
    assert [record["id"] for record in records] == ["mine-yes-1", "mine-no-1", "mine-half-1", "mine-troops-1"]
    no = records[1]
    assert no["status"] == "resolved"
    assert no["forecasts"] == [{"t": "2017-07-12", "p": 0.7}]
    assert no["resolution"] == {"outcome": "no", "decided_on": "2018-03-01", "provisional": False, "basis": {"release": "UCDP GED 25.1", "events": 12}}  # fmt: skip
    assert no["criteria"]["types"] == ["sb", "ns", "os"]
    assert records[0]["resolution"]["outcome"] is None
    assert records[0]["status"] == "open"


def test_files_are_whole_and_json_is_json(check, tmp_path):
    paths = write_check(tmp_path / "out", check, on="2026-03-01")
    assert sorted(paths) == ["check.json", "claimreview.json", "claims.csv", "claims.md", "questions.json"]
    documents = {name: json.loads(path.read_text()) for name, path in paths.items() if name.endswith("json")}
    assert documents["check.json"]["checked_on"] == "2026-03-01"
    assert len(documents["questions.json"]) == 4
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="must be writable"):
        write_check(tmp_path / "file", check, on="2026-03-01")


@pytest.mark.parametrize("says", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", *HOSTILE])
def test_no_cell_is_a_formula(tmp_path, says):
    check = checked(("a", [answered(asked=question(says))], {"says": says, "speaker": says}))
    path = write_check(tmp_path, check, on="2026-03-01")["claims.csv"]
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 2
    assert not [cell for cell in rows[1] if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert rows[1][2].removeprefix("'") == says


@pytest.mark.parametrize(
    "says", [*HOSTILE, "a | b", "# one\n# two", "&lt;b&gt; ~x~ [a](javascript:alert(1)) ![x](y)", "`a` \\`b"]
)
def test_markdown_shows_text_as_it_is(says):
    check = checked(
        ("a", [answered(asked=question(says), sentence=says)], {"says": says}), title=says, left_out={"b": None}
    )
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown_of(check))
    assert not re.search(r"<(?!/?(?:h1|h2|p|em|strong|ul|li|table|thead|tbody|tr|th|td)\b)", html)
    assert html.count("<h2>") == 2
    assert html.count("<tr>") == 2
    shown = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)[1]
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert plain == " ".join(says.split())
