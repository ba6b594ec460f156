"""Build the tables of past entries and of past successions from UCDP's records: ``entries``, ``succession_sizes``.

    python tools/build_actor_tables.py EVENTS REFERENCE

EVENTS holds GED records by country (``GEDEvent_*.csv.gz``, the 49-column layout), REFERENCE UCDP's non-state dataset 22.1
(``ref_ucdp_nonstate_v22_1.parquet``). Both tables are counts and sums of those records, CC BY 4.0; the same input gives
the same bytes. An event dated to a range counts on the middle of its days.
"""

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from aftershock.actors.succession.ends import AFTER, End, all_ends
from aftershock.actors.succession.lineages import LAST_LISTED, lineages, successors
from aftershock.streams.aliases import members

OUT = Path(__file__).resolve().parents[1] / "src/aftershock/figures"
# Where a file's record begins and ends, as UCDP says it: GED begins in 1989, and a file ends with its release's last year.
BEGIN = {626: "2011-07-09", 652: "2016-01-01", 369: "2014-01-01", 620: "2014-01-01"}
END = {652: "2019-11-30", 369: "2023-02-28"}
PERIODS, LENGTH = 24, 30  # thirty-day periods kept of every entry
LEAST, YEAR = 3, 365


def read_events(folder: Path) -> dict[int, pd.DataFrame]:
    """Return the events of each country file by its Gleditsch–Ward number, with their day and the files' bounds."""
    found = {}
    wanted = [
        "type_of_violence", "dyad_new_id", "dyad_name", "side_a", "side_a_new_id", "side_b", "side_b_new_id",
        "country", "country_id", "date_start", "date_end", "best", "deaths_civilians", "year",
    ]  # fmt: skip
    for path in sorted(folder.glob("GEDEvent_*.csv.gz")):
        table = pd.read_csv(path, usecols=wanted, low_memory=False)
        start, end = pd.to_datetime(table.date_start), pd.to_datetime(table.date_end)
        table["day"] = (start + (end - start) / 2).dt.floor("D")
        found[int(table.country_id.iloc[0])] = table
    return found


def bounds(country: int, table: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last day a country's record covers."""
    first = pd.Timestamp(BEGIN.get(country, "1989-01-01"))
    return first, pd.Timestamp(END.get(country, f"{int(table.year.max())}-12-31"))


def build_entries(records: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per pair and type that entered a country with a year of record on either side."""
    rows = []
    for country, table in sorted(records.items()):
        first, last = bounds(country, table)
        for (dyad, kind), events in table.groupby(["dyad_new_id", "type_of_violence"]):
            begun = events.day.min()
            after = (events.day - begun).dt.days.to_numpy()
            known = (last - begun).days + 1
            if min((begun - first).days, known) < YEAR or (after < YEAR).sum() < LEAST:
                continue
            rows.append(entry(country, int(dyad), int(kind), events, begun, after, min(known // LENGTH, PERIODS)))
    return pd.DataFrame(rows).sort_values(["gwcode", "first_month", "dyad_id", "type_of_violence"], ignore_index=True)


def entry(country, dyad, kind, events, begun, after, periods):  # noqa: PLR0917
    """Return the row of one entry; periods that the record does not cover to their end are -1."""
    counts = np.bincount(after // LENGTH, minlength=PERIODS)[:PERIODS].astype(int)
    counts[periods:] = -1
    year = events[after < YEAR]
    own = f"Government of {events.country.iloc[0].strip()}"
    sides = {name for side in ("side_a", "side_b") for text in year[side] for name in members(text)}
    states = {name for name in sides if name.startswith("Government of ")}
    deaths = int(year.best.sum())
    row = {
        "gwcode": country,
        "dyad_id": dyad,
        "dyad_name": events.dyad_name.iloc[0].strip(),
        "type_of_violence": kind,
        "first_month": begun.strftime("%Y-%m"),
        "state": bool(states),
        "foreign": bool(states - {own}),
        "events": len(year),
        "deaths": deaths,
        "civilians": int(year.deaths_civilians.sum()),
    }
    return row | {f"period_{k + 1}": int(count) for k, count in enumerate(counts)}


class Deaths:
    """Deaths in events an actor took part in, by year, where a source covers all of an actor's year.

    The non-state dataset holds dyads of 25 deaths a year or more, so a year counts as covered by it only if it has one.
    """

    def __init__(self, records: dict[int, pd.DataFrame], nonstate: pd.DataFrame) -> None:
        self.covered = {country: (int(t.year.min()), int(t.year.max())) for country, t in records.items()}
        self.covered |= {country: (int(first[:4]) + 1, self.covered[country][1]) for country, first in BEGIN.items()}
        names = pd.Series({each.name: number for number, each in lineages().items()})
        rows = []
        for country, table in records.items():
            for event, line in enumerate(table.itertuples()):
                for number in numbers_of(line, names):
                    rows.append((country, event, number, line.day.year, line.best))
        self.events = pd.DataFrame(rows, columns=["country", "event", "number", "year", "best"])
        rows = [
            (number, row.year, row.dyad_id, row.best_fatality_estimate)
            for row in nonstate.itertuples()
            for number in parts(row)
        ]
        self.nonstate = pd.DataFrame(rows, columns=["number", "year", "dyad_id", "best"])
        self.listed = set(zip(self.nonstate.number, self.nonstate.year, strict=True))

    def source(self, number: int, year: int) -> str | None:
        """Return which source holds all of an actor's year, None if none does."""
        dyads = lineages()[number].dyads.get(year, frozenset())
        bounds = [self.covered.get(country, (9999, 0)) for _, _, country in dyads]
        if all(first <= year <= last for first, last in bounds):
            return "events"
        alone = {kind for _, kind, _ in dyads} == {2} and (number, year) in self.listed
        return "non-state" if alone else None

    def of(self, numbers: set[int], years: range) -> dict[int, tuple[int, str]] | None:
        """Return deaths and source by year, every event once; None where a year is not covered."""
        found = {}
        for year in years:
            sources = {number: self.source(number, year) for number in numbers if year in lineages()[number].dyads}
            if None in sources.values():
                return None
            of_events = {number for number, source in sources.items() if source == "events"}
            seen = self.events[self.events.number.isin(of_events) & (self.events.year == year)]
            total = int(seen.drop_duplicates(["country", "event"]).best.sum())
            yearly = self.nonstate[self.nonstate.number.isin(set(sources) - of_events) & (self.nonstate.year == year)]
            total += int(yearly.drop_duplicates("dyad_id").best.sum())
            found[year] = (total, "non-state" if "non-state" in sources.values() else "events")
        return found


def parts(row) -> set[int]:
    """Return the actors of a non-state dyad: its sides, and what they are made up of."""
    texts = [str(row.side_a_id), str(row.side_b_id), str(row.side_a_components), str(row.side_b_components)]
    return {int(number) for text in texts for number in re.findall(r"\d+", text) if int(number) in lineages()}


def numbers_of(line, names: pd.Series) -> set[int]:
    """Return the actors of an event: by number, or by name where a side is several actors."""
    found = set()
    for number, side in ((line.side_a_new_id, line.side_a), (line.side_b_new_id, line.side_b)):
        if number in lineages():
            found.add(int(number))
        else:
            found |= {int(names[name]) for name in members(side) if name in names and np.ndim(names[name]) == 0}
    return found


def build_sizes(deaths: Deaths) -> pd.DataFrame:
    """Return deaths of ended actors in their last five years and of their successors in the five after, year by year."""
    rows = []
    for end in all_ends():
        rows += size_rows(end, deaths)
    return pd.DataFrame(rows)


def size_rows(end: End, deaths: Deaths) -> list[dict]:
    """Return the ten years of one end with a successor active after it; none where deaths are not known throughout."""
    last, number = end.last_year, end.actor.number
    heirs = {tie.successor.number for tie in successors(number)}
    after = range(last + 1, last + AFTER + 1)
    if last + AFTER > LAST_LISTED or not any(year in lineages()[heir].dyads for heir in heirs for year in after):
        return []
    own, theirs = deaths.of({number}, range(last + 1 - AFTER, last + 1)), deaths.of(heirs, after)
    if own is None or theirs is None or not sum(total for total, _ in own.values()):
        return []
    kinds = {"own": own, "successors": theirs}
    return [
        {"actor_id": number, "last_year": last, "year": year, "of": of, "deaths": total, "source": source}
        for of, years in kinds.items()
        for year, (total, source) in years.items()
    ]


def write(table: pd.DataFrame, name: str) -> None:
    """Write a table small and the same every time."""
    path = OUT / f"{name}.parquet"
    table.to_parquet(path, index=False, compression="zstd", compression_level=19)
    print(f"{path.name}: {len(table):,} rows, {path.stat().st_size / 1000:.0f} kB")


def main(events: Path, reference: Path) -> None:
    """Build both tables."""
    records = read_events(events)
    entries = build_entries(records)
    narrow = {c: "int16" for c in entries if c.startswith("period_")} | {"gwcode": "int16", "type_of_violence": "int8"}
    write(entries.astype(narrow), "entries")
    nonstate = pd.read_parquet(reference / "ref_ucdp_nonstate_v22_1.parquet")
    write(build_sizes(Deaths(records, nonstate)), "succession_sizes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
