"""Reading articles beside a plain spaCy pipeline on the same text; checking the worked account; a thousand articles in a row.

    python benchmarks/bench_accounts.py [--batch 1000]

Each reading starts in a process of its own, model loading included; sizes are multiples of a 1,500-word article made of the
sentences of the articles for choosing rules. A check is timed twice: whole, and once its systems are fitted.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import read_arguments, write_result

ARTICLES = Path(__file__).parents[1] / "tests" / "accounts" / "articles" / "choosing"
WORDS = (500, 1_500, 6_000)
RUNS = 3
OURS = """
import sys, time
start = time.perf_counter()
from aftershock.accounts.reading.reader import read
found = len(read(sys.argv[1]).findings)
"""
SPACY = """
import sys, time
start = time.perf_counter()
import spacy
from aftershock.accounts.reading.language import MODELS
from pathlib import Path
pipeline = spacy.load(MODELS[0])
found = len(pipeline(Path(sys.argv[1]).read_text(encoding="utf-8")).ents)
"""
REPORT = """
import json, resource
print(json.dumps({"s": time.perf_counter() - start, "found": found,
                  "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))
"""
CHECK = """
import time
start = time.perf_counter()
from aftershock.accounts.checking import check_account
from aftershock.accounts.examples import example_account
first = check_account(example_account("after-isis"))
middle = time.perf_counter()
check_account(example_account("after-isis"))
found = sum(len(claim.answers) for claim in first.claims)
again = time.perf_counter() - middle
start += again
"""
CHECKED = """
import json, resource
print(json.dumps({"whole_s": time.perf_counter() - start, "again_s": again, "questions": found,
                  "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))
"""
ROW = """
import json, resource, sys, time
from pathlib import Path
from aftershock.accounts.reading.reader import read
texts = sorted(Path(sys.argv[1]).iterdir())
start, gib = time.perf_counter(), []
batch = int(sys.argv[2])
for n in range(batch):
    read(texts[n % len(texts)])
    if n + 1 in (10, 100, batch):
        gib.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
print(json.dumps({"articles": batch, "s": round(time.perf_counter() - start, 1),
                  "peak_gib_after_10_100_all": [round(g, 3) for g in gib]}))
"""


def run(code: str, *args: str) -> dict[str, float]:
    """Run one way in a process of its own."""
    out = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True).stdout
    result: dict[str, float] = json.loads(out)
    return result


def article(words: int) -> str:
    """Return an article of so many words, of whole paragraphs as they come."""
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(ARTICLES.glob("*.txt")))
    paragraphs = [part for part in text.split("\n\n") if len(part.split()) > 20]
    made, count, at = [], 0, 0
    while count < words:
        made.append(paragraphs[at % len(paragraphs)])
        count, at = count + len(made[-1].split()), at + 1
    return "\n\n".join(made)


def main(batch: str) -> None:
    """Measure everything."""
    result = {"reading": {}, "checking": {}, "batch": {}}
    with tempfile.TemporaryDirectory() as folder:
        for words in WORDS:
            path = Path(folder) / f"{words}.txt"
            path.write_text(article(words), encoding="utf-8")
            pairs = [(run(OURS + REPORT, str(path)), run(SPACY + REPORT, str(path))) for _ in range(RUNS + 1)][1:]
            ours, peer = zip(*pairs, strict=True)
            result["reading"][words] = {
                "ours_s": round(statistics.median(r["s"] for r in ours), 2),
                "spacy_s": round(statistics.median(r["s"] for r in peer), 2),
                "ratio": round(statistics.median(o["s"] / p["s"] for o, p in pairs), 2),
                "findings": ours[0]["found"],
                "ours_peak_gib": round(max(r["gib"] for r in ours), 3),
                "spacy_peak_gib": round(max(r["gib"] for r in peer), 3),
            }
            print(words, result["reading"][words])
    checked = run(CHECK + CHECKED)
    result["checking"] = {key: round(value, 3) for key, value in checked.items()}
    print(result["checking"])
    with tempfile.TemporaryDirectory() as folder:
        for n in range(20):  # of different lengths, so that no size fits all
            (Path(folder) / f"{n:02}.txt").write_text(article(300 + 60 * n), encoding="utf-8")
        result["batch"] = run(ROW, folder, batch)
    print(result["batch"])
    write_result("bench_accounts", result)


if __name__ == "__main__":
    main(read_arguments(__doc__, batch="1000").batch)
