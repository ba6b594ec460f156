"""What is article and what is not, in texts stripped of their markup."""

import re
from pathlib import Path

import pytest
import yaml

from aftershock.accounts.texts import article_of, dropped_of, read_article
from aftershock.accounts.texts.cues import cue_of

CHOOSING = Path(__file__).parents[1] / "articles/choosing"
P1 = "Government troops retook the town of Bentara on Monday after three weeks of fighting that killed at least 120 people, officials said."
P2 = '"We will not go back," said Amina Yusuf, 34, who fled with her four children when the shelling began.'
P3 = "The rebels, who have held the hills since 2011, denied that they had lost the town and said that 40 soldiers had been captured."
P4 = "It is too early to say who won."
P5 = "Analysts expect the fighting to move south, where the roads are better and the army has fewer friends than it once had."
HEAD = ["-Home", "-News", "-Sport", "-Live TV", "-Sign in", "Daily Courier", "Army retakes Bentara after three weeks", "By John Pell", "12 May 2014", "-Facebook", "-Copy link"]  # fmt: skip
TAIL = [
    "-John Pell is a freelance reporter based in the capital.", "-Most Read", "-Ten dead in market blast", "-Minister quits over rice",
    "-Tags: Bentara, army", "-Comments", "-Log in to comment", "-jim_b", "-2 hours ago",
    "-Serves them right. They should have left long before that and now look at the mess we are all in.", "-Reply",
    "-© 2014 Daily Courier", "-Privacy Policy",
]  # fmt: skip
MIDDLE = [
    P1,
    "-Advertisement",
    P2,
    P4,
    "-Read more: The hills that never fell",
    "-Photo: Reuters",
    P3,
    "-Sign up for our daily briefing",
    P5,
]
RELATED = [P1, P2, "-Related", "-A brief history of the hills", "-Who are the rebels?", P3, P5]


def sifted(lines, between):
    text = between.join(line.removeprefix("-") for line in lines)
    return [entry["text"] for entry in dropped_of(article_of(text.encode(), name="a.txt"))]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n", "\n \n"])
@pytest.mark.parametrize("lines", [HEAD + MIDDLE + TAIL, MIDDLE + TAIL, HEAD + MIDDLE, HEAD + RELATED + TAIL, RELATED])
def test_what_surrounds_an_article_is_dropped_and_nothing_of_it(lines, between):
    assert sifted(lines, between) == [line[1:] for line in lines if line.startswith("-")]


CLEAN = ["Army retakes Bentara", P1, P2, "What we know", "- 120 dead\n- 40 captured\n- 3,000 displaced", P4, "Share of the spoils", P3, "Reactions",
         "Nobody came.", "More in sorrow", "He left.", "Latest", P5, "THE LONG WAR", '"No."', "* * *", P1, "And then?"]  # fmt: skip


def test_an_article_alone_is_kept_whole():
    assert sifted(CLEAN, "\n\n") == []


@pytest.mark.parametrize(
    "line",
    ["He will not share it.", "The two armies share a border of 900 km and little else.", "Print and radio were silent.", "More than 40 died.",
     "Photographs of the dead were shown on state television.", '"Follow us and you will live," the men told them.', "Comment was refused.",
     "The government closed the newsletter and jailed its editor.", "Related tribes took them in.", "Watch towers were built along the road.",
     "He is the author of the attack, the court found.", "The cookies were poisoned, the guards said.", "Subscribe they did not."],
)  # fmt: skip
def test_sentences_that_speak_of_such_things_tell_nothing(line):
    assert not cue_of(line).why
    assert sifted(["The title of it all", P1, line, P3], "\n\n") == []


@pytest.mark.parametrize("path", sorted(CHOOSING.glob("*.gold.yaml")), ids=lambda path: path.name)
def test_articles_for_choosing(path):
    """By line: what is dropped and what should be, but for scripts, which are never text."""
    source = next(p for p in CHOOSING.glob(path.name.removesuffix(".gold.yaml") + ".*") if p != path)
    gold = yaml.safe_load(path.read_text("utf-8"))
    found = [plain(entry["text"]) for entry in dropped_of(read_article(source))]
    wanted = [plain(line) for line in gold.get("dropped") or [] if not re.search(r"\w\(.*[;{]", line)]
    right = sum(any(line in other for other in wanted) for line in found)
    got = sum(any(line in other for other in [*found, " ".join(found)]) for line in wanted)
    assert right >= 0.95 * len(found)
    assert got >= 0.95 * len(wanted)


def plain(line):
    line = re.sub(r"\[([^\]]*)\]\([^)]*\)|<[^>]*>", r"\1", line).translate(
        dict(zip(map(ord, "‘’“”»"), '\'\'"""', strict=True))
    )
    return re.sub(r"[\s*_|·]+", " ", re.sub(r"^(?:#+|-) ", "", line)).strip()
