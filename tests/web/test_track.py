"""The track record: misses first, every benchmark by window, horizon, region and intensity, figures as in the twin."""

import pytest
from playwright.sync_api import expect

BENCHMARKS = {"conflictology", "bootstrap", "last_historical_poisson", "exactly_zero"}


@pytest.mark.parametrize("target", ["sb", "total"])
def test_every_benchmark_is_scored_in_every_group(client, target):
    twin = client.get(f"/api/v1/track-record?target={target}").json()
    assert {row["model"] for row in twin["overall"]} == {twin["model"], *BENCHMARKS}
    assert {row["window"] for row in twin["scores"]} == {"2018", "2019", "2020", "2021", "all years"}
    for kind, rows in twin["groups"].items():
        for group in {row["group"] for row in rows}:
            models = {row["model"] for row in rows if row["group"] == group}
            assert models == {twin["model"], *BENCHMARKS}, (kind, group)
    assert set(twin["groups"]) == {"horizon", "region", "intensity"}
    shares = [row["share"] for row in twin["misses"]["rows"]]
    assert shares == sorted(shares, reverse=True)
    assert abs(sum(row["share"] for row in twin["pit"]) - 1) < 0.01


def test_misses_come_first_and_group_tables_name_the_best(visit, server):
    page = visit(server + "/track-record", scripts=False)
    heads = page.locator("main h3").all_inner_texts()
    assert heads[0] == "Where it was most wrong"
    for row in page.locator("table.scores").first.locator("tbody tr").all():
        values = [float(cell.replace(",", "")) for cell in row.locator("td").all_inner_texts()[1:]]
        assert float(row.locator("strong").first.inner_text().replace(",", "")) == min(values)


def test_charts_have_tables_and_pictures(visit, server):
    page = visit(server + "/track-record?target=ns")
    page.wait_for_selector("body[data-drawn]")
    for name in ("scores", "reliability", "coverage", "pit"):
        page.locator(f"#{name}-table summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#{name}-table tbody tr").first).to_be_visible()
        assert len(page.locator(f"#{name}").get_attribute("aria-label")) > 30
    for name in ("misses", "scores", "reliability", "coverage", "pit"):
        expect(page.locator(f"[data-picture={name}] button").first).to_be_visible()
