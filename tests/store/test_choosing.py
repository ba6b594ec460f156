"""The choice of vintages alone, without a store."""

from __future__ import annotations

import datetime as dt

from aftershock.months import month_end, parse_month
from aftershock.sources.releases import parse_release
from aftershock.vintages import Choice, Vintage, choose_vintages
from ged_rows import TODAY


def vintage(name: str, known_on: str, **months: str) -> Vintage:
    """Make a vintage from a release's file name, or ``file`` with its months."""
    release = parse_release(name)
    first, last = (
        (parse_month(months[k]) for k in ("first", "last")) if months else (release.first_month, release.last_month)
    )
    return Vintage(
        id=f"ucdp-{name}-{known_on}", source="ucdp", release=name, kind=release.kind if release else "file", first_month=first,
        last_month=last, known_on=dt.date.fromisoformat(known_on), added_on=TODAY, file_name=name, sha256=name, rows=1, read=1, rejected=0,
    )  # fmt: skip


def names(choice: Choice) -> list[str]:
    return [v.release for v in (*choice.final, *choice.provisional)]


def test_a_cumulative_file_leaves_months_before_it_alone():
    given = [vintage("GEDEvent_v26_0_1.csv", "2026-02-20"), vintage("GEDEvent_v26_02_26_06.csv", "2026-07-20")]
    choice = choose_vintages(given)
    assert names(choice) == ["GEDEvent_v26_0_1.csv", "GEDEvent_v26_02_26_06.csv"]
    assert choice.span == (parse_month("2026-01"), parse_month("2026-06"))


def test_of_two_cumulative_files_the_one_that_reaches_further_counts():
    given = [vintage("GEDEvent_v26_01_26_06.csv", "2026-07-20"), vintage("GEDEvent_v26_01_26_03.csv", "2026-08-20")]
    assert names(choose_vintages(given)) == ["GEDEvent_v26_01_26_06.csv"]


def test_an_annual_release_is_chosen_by_what_it_covers_not_by_when_it_came():
    given = [vintage("GEDEvent_v26_1.csv", "2026-06-08"), vintage("ged251-csv.zip", "2026-09-01")]
    assert names(choose_vintages(given)) == ["GEDEvent_v26_1.csv"]


def test_the_choice_does_not_hang_on_the_order_of_vintages(rng):
    given = [
        vintage("ged251-csv.zip", "2025-06-11"), vintage("GEDEvent_v26_1.csv", "2026-06-08"),
        *(vintage(f"GEDEvent_v26_0_{m}.csv", f"2026-{m + 1:02}-20") for m in range(1, 9)),
        vintage("GEDEvent_v26_01_26_03.csv", "2026-04-25"), vintage("file", "2026-02-01", first="2025-11", last="2026-01"),
    ]  # fmt: skip
    expected = choose_vintages(given)
    assert names(expected)[:2] == ["GEDEvent_v26_1.csv", "GEDEvent_v26_01_26_03.csv"]
    assert (expected.cutoff, month_end(expected.span[1])) == (parse_month("2025-12"), dt.date(2026, 8, 31))
    for _ in range(20):
        assert choose_vintages([given[k] for k in rng.permutation(len(given))]) == expected
