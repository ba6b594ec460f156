"""Which releases there are: names, the choice among them, the page that lists them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hostile_server import MONTH, QUICK, Answer, HostileServer, moved, page

from aftershock.errors import DownloadError, UsageError
from aftershock.months import month_id
from aftershock.sources.releases import Release, choose, find_releases, list_releases, missing_months, parse_release


@pytest.mark.parametrize(
    ("file_name", "name", "kind", "first", "last"),
    [
        ("ged261-csv.zip", "26.1", "annual", (1989, 1), (2025, 12)),
        ("ged171-csv.zip", "17.1", "annual", (1989, 1), (2016, 12)),
        ("GED261-CSV.ZIP", "26.1", "annual", (1989, 1), (2025, 12)),
        ("ged261-csv (1).zip", "26.1", "annual", (1989, 1), (2025, 12)),
        ("GEDEvent_v26_1.csv", "26.1", "annual", (1989, 1), (2025, 12)),
        ("GEDEvent_v26_1.csv.gz", "26.1", "annual", (1989, 1), (2025, 12)),
        ("GEDEvent_v26_1.csv.zip", "26.1", "annual", (1989, 1), (2025, 12)),
        ("GEDEvent_v23_0_10.csv", "23.0.10", "candidate", (2023, 10), (2023, 10)),
        ("GEDEvent_v25_0_1.csv", "25.0.1", "candidate", (2025, 1), (2025, 1)),
        ("gedevent_v26_0_08.csv", "26.0.8", "candidate", (2026, 8), (2026, 8)),
        ("GEDEvent_v26_01_26_06.csv", "26.01.26.06", "cumulative", (2026, 1), (2026, 6)),
        ("GEDEvent_v25_01_25_12.csv", "25.01.25.12", "cumulative", (2025, 1), (2025, 12)),
        ("GEDEvent_v31_1.csv", "31.1", "annual", (1989, 1), (2030, 12)),
    ],
)
def test_a_file_name_tells_version_and_months(
    file_name: str, name: str, kind: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    release = parse_release(file_name)
    assert release is not None
    assert release == Release(name, kind, month_id(*first), month_id(*last))  # type: ignore[arg-type]


NO_RELEASES = """events.csv ged261.pdf ged261-xlsx.zip ged50-csv.zip ged2611-csv.zip xged261-csv.zip GEDEvent_v26_0.csv
GEDEvent_v26_0_13.csv GEDEvent_v26_0_0.csv GEDEvent_v26_9_3.csv GEDEvent_v26_06_26_01.csv GEDEvent_v26_1_26_6.csv
GEDEvent_v26_01_26_13.csv GEDEvent_v26_01_26.csv GEDEvent_v26_1.xlsx GEDEvent_v２６_1.csv BattleDeaths_v26_1.csv"""


@pytest.mark.parametrize("file_name", ["", *NO_RELEASES.split()])
def test_a_name_without_a_version_is_no_release(file_name: str) -> None:
    assert parse_release(file_name) is None


def months(*numbers: int, year: int = 26) -> list[str]:
    return [f"GEDEvent_v{year}_0_{number}.csv" for number in numbers]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (months(1, 2), []),
        (["ged251-csv.zip", "ged261-csv.zip", "ged241-csv.zip"], ["26.1"]),
        (["ged171-csv.zip", "ged172-csv.zip"], ["17.2"]),
        (["ged261-csv.zip", *months(2, 1)], ["26.1", "26.0.1", "26.0.2"]),
        (["ged261-csv.zip", *months(12, year=25)], ["26.1"]),
        (["ged261-csv.zip", *months(1, 4)], ["26.1", "26.0.1", "26.0.4"]),
        (
            ["ged261-csv.zip", *months(*range(1, 9)), "GEDEvent_v26_01_26_03.csv", "GEDEvent_v26_01_26_06.csv"],
            ["26.1", "26.01.26.06", "26.0.7", "26.0.8"],
        ),
        (
            ["ged261-csv.zip", "GEDEvent_v26_01_26_03.csv", "GEDEvent_v26_04_26_06.csv", *months(5, 7)],
            ["26.1", "26.01.26.03", "26.04.26.06", "26.0.7"],
        ),
        (
            ["ged261-csv.zip", "GEDEvent_v26_01_26_12.csv", *months(1, 2, year=27), "GEDEvent_v25_01_25_12.csv"],
            ["26.1", "26.01.26.12", "27.0.1", "27.0.2"],
        ),
    ],
)
def test_the_fewest_files_cover_the_months_after_the_annual_release(names: list[str], expected: list[str]) -> None:
    releases = [release for name in names if (release := parse_release(name))]
    assert len(releases) == len(names)
    assert [release.name for release in choose(releases)] == expected
    assert choose(reversed(releases)) == choose(releases)


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ([], []),
        (months(1, 4), []),
        (["ged261-csv.zip"], []),
        (["ged261-csv.zip", *months(1, 2, 3)], []),
        (["ged261-csv.zip", *months(3)], [(2026, 1), (2026, 2)]),
        (["ged261-csv.zip", *months(1, 4, 6)], [(2026, 2), (2026, 3), (2026, 5)]),
        (["ged261-csv.zip", "GEDEvent_v25_11_26_03.csv", *months(2, 5)], [(2026, 4)]),
        (["ged261-csv.zip", "GEDEvent_v26_01_26_11.csv", *months(1, year=27)], [(2026, 12)]),
    ],
)
def test_a_month_that_no_chosen_file_covers_is_named(names: list[str], missing: list[tuple[int, int]]) -> None:
    chosen = choose(release for name in names if (release := parse_release(name)))
    assert missing_months(chosen) == missing_months(chosen[::-1]) == [month_id(*month) for month in missing]


def test_links_of_every_style_are_found_and_foreign_ones_are_not(server: HostileServer) -> None:
    foreign = (
        "https://else.example/ged991-csv.zip //else.example/ged981-csv.zip http://[/ged971-csv.zip file:///ged961.csv"
    )
    local = "/downloads/CANDIDATEGED/GEDEVENT_V26_0_7.CSV ./candidateged/GEDEvent_v26_01_26_06%2Ecsv"
    others = "ged/ged261.pdf ged/ged251.csv.gz"
    server.serve(
        "", page("ged/ged261-csv.zip?version=2#top", server.url + MONTH, *f"{foreign} {local} {others}".split())
    )
    found = list_releases(server.url.rstrip("/"), patience=QUICK)
    assert [release.name for release in found] == ["26.1", "26.01.26.06", "26.0.7", "26.0.8"]
    assert found[0].url == server.url + "ged/ged261-csv.zip?version=2"
    assert found[2].url == server.url + "CANDIDATEGED/GEDEVENT_V26_0_7.CSV"


def test_the_second_page_is_read_when_the_first_has_no_release(server: HostileServer) -> None:
    server.serve("", page("about.html"))
    server.serve("olddw.html", page("ged/ged251-csv.zip"))
    assert [release.name for release in list_releases(server.url, patience=QUICK)] == ["25.1"]


def test_a_listing_without_links_is_an_error(server: HostileServer) -> None:
    server.serve("", page())
    server.serve("olddw.html", page("news.html"))
    with pytest.raises(DownloadError, match=r"must link to UCDP GED releases.*olddw\.html.*aftershock import FILE"):
        list_releases(server.url, patience=QUICK)


def test_an_endless_listing_is_an_error(server: HostileServer) -> None:
    server.serve("", Answer(endless=True))
    with pytest.raises(DownloadError, match="listing page must be short"):
        list_releases(server.url, patience=QUICK)


@pytest.mark.parametrize("address", ["ftp://ucdp.example/", "ucdp.example", "", "http://["])
def test_an_address_that_is_none_is_a_usage_error(address: str) -> None:
    with pytest.raises(UsageError, match="must be a web address"):
        list_releases(address)


def test_names_are_read_without_the_slow_network_library() -> None:
    code = "import sys, aftershock.sources.releases; sys.exit('urllib3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_old_link_does_not_take_the_download_off_tls() -> None:
    html = "<a href='http://ucdp.example/ged/ged261-csv.zip'>"
    (release,) = find_releases(html, "https://ucdp.example/downloads/", hosts={"ucdp.example"})
    assert release.url == "https://ucdp.example/ged/ged261-csv.zip"


def test_a_redirected_listing_gives_links_of_its_new_place(server: HostileServer) -> None:
    server.serve("", moved("/downloads/index/"))
    server.serve("index/", page("ged261-csv.zip"))
    assert list_releases(server.url, patience=QUICK)[0].url == server.url + "index/ged261-csv.zip"
