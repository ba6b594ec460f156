"""The page of a system in which some violence quiets other violence: signs are seen, and nothing is told that cannot be."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from aftershock.report import write_system_report
from aftershock.system import fit_system, spiral_of, structure_of
from aftershock.system.fit import StreamPosterior, System
from system_streams import make_streams

NAMES = ("Government – rebels (state-based)", "IS – rebels (non-state)", "IS (one-sided)")
SIZES = (-0.9, -0.6, -0.3, -0.1, 0.3, -0.02)  # of links between two different streams, one after the other


@pytest.fixture(scope="module")
def system():
    rng = np.random.default_rng(4)
    streams = make_streams(rng.poisson(1.0, (420, 3)), names=NAMES)
    targets, sizes = [], iter(SIZES)
    for i in range(3):
        feeds = np.full((40, 3, 2, 1), 1e-5)
        for j in range(3):
            feeds[:, j, 0, 0] = rng.normal(0.3 if i == j else next(sizes), 1e-3, 40)
        targets.append(
            StreamPosterior(
                np.arange(3), 30, np.ones((40, 1)), feeds, *np.full((2, 40), 0.1), np.zeros(40, np.int64), 0.5, 0.1
            )
        )
    return System(streams, tuple(targets), "constant", "all", (7.0,), np.ones(3), 1, "0.0", (), inhibition=True)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_links_that_quiet_have_colours_of_their_own(system, open_report, tmp_path, width, scheme):
    path = tmp_path / "report.html"
    write_system_report(path, system, spiral=spiral_of(system, draws=20))
    page = open_report(path, width=width, scheme=scheme)
    found = page.eval_on_selector_all(
        "table.matrix td[class^=q]", "all => all.map(cell => [cell.className, cell.innerText])"
    )
    assert sorted(kind for kind, _ in found) == ["q1", "q2", "q3", "q4", "q5"]
    assert dict(found)["q5"].startswith("−0.90")
    grounds = page.eval_on_selector_all(
        "table.matrix tbody td", "all => all.map(cell => getComputedStyle(cell).backgroundColor)"
    )
    assert len(set(grounds)) == 6  # five that quiet, and one step of those that feed
    assert page.locator("svg.net g.quiets").count() == 5
    text = page.inner_text("body")
    assert "nan" not in text.lower()
    assert "at most" in page.inner_text("#spiral")
    assert "Half of what follows" not in text
    assert Axe().run(page).violations_count == 0


def test_the_bound_is_said_to_be_one(system, tmp_path):
    path = tmp_path / "report.html"
    write_system_report(path, system, structure=structure_of(system))
    text = path.read_text(encoding="utf-8")
    assert "Without the links that quiet" in text
    assert "the branching ratio; 90" not in text


def test_a_page_without_inhibition_has_no_sign_of_it(tmp_path):
    path = tmp_path / "report.html"
    streams = make_streams(np.random.default_rng(1).poisson(1.0, (200, 2)))
    write_system_report(path, fit_system(streams, background="constant", draws=5))
    body = path.read_text(encoding="utf-8").partition("</style>")[2]
    assert "quiet" not in body
    assert 'class="q' not in body
