"""Make a file that looks like a full UCDP GED release: 418,000 rows, 49 columns, about 250 MB.

    python benchmarks/make_ged.py OUT.csv [--rows 418000] [--seed 1]

Field lengths follow a published candidate release (October 2023): the median row is about 570 bytes, one source text
in fifty holds a line break inside its quotes, one in twenty a doubled quote. Places, dates and counts are random; no
record in it is real.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

ROWS = 418_000
WORDS = np.array(
    [
        "army",
        "police",
        "village",
        "attack",
        "reported",
        "killed",
        "clash",
        "forces",
        "province",
        "district",
        "militants",
        "according",
        "local",
        "sources",
        "shelling",
        "civilians",
        "group",
        "armed",
        "near",
        "town",
        "north",
        "south",
        "east",
        "west",
        "border",
        "weekend",
        "fighting",
        "said",
    ]
)
# Gleditsch-Ward number, name, latitude, longitude of a point inside the country
COUNTRIES = [
    (700, "Afghanistan", 34.0, 66.0), (645, "Iraq", 33.2, 43.7), (652, "Syria", 35.0, 38.5), (770, "Pakistan", 30.0, 69.3),
    (475, "Nigeria", 9.6, 8.1), (490, "DR Congo (Zaire)", -2.9, 23.6), (520, "Somalia", 5.2, 46.2), (625, "Sudan", 16.1, 30.3),
    (750, "India", 22.9, 79.6), (840, "Philippines", 11.8, 122.9), (100, "Colombia", 3.9, -73.1), (369, "Ukraine", 49.0, 31.4),
    (775, "Myanmar (Burma)", 21.2, 96.5), (530, "Ethiopia", 8.6, 39.6), (70, "Mexico", 23.9, -102.5), (678, "Yemen (North Yemen)", 15.9, 47.6),
]  # fmt: skip


def phrases(rng: np.random.Generator, n: int, words: int) -> np.ndarray:
    """`n` phrases of `words` words."""
    picked = WORDS[rng.integers(0, len(WORDS), (n, words))]
    out = picked[:, 0]
    for k in range(1, words):
        out = np.char.add(np.char.add(out, " "), picked[:, k])
    return out


def texts(rng: np.random.Generator, n: int, words: int, *, empty: float = 0.0, dirty: bool = False) -> pa.Array:
    """A text column drawn from a pool of phrases; `dirty` puts line breaks and quotes into some."""
    pool = phrases(rng, 4000, words).astype(object)
    if dirty:
        for k in range(0, 4000, 50):
            pool[k] = pool[k].replace(" ", "\n", 1)
        for k in range(0, 4000, 20):
            pool[k] = '"' + pool[k] + '"'
    pool[rng.random(4000) < empty] = ""
    return pa.array(pool).take(pa.array(rng.integers(0, 4000, n)))


def make(rows: int, seed: int) -> pa.Table:
    """A table with the 49 GED columns, in order."""
    rng = np.random.default_rng(seed)
    where = rng.choice(
        len(COUNTRIES), rows, p=np.arange(len(COUNTRIES), 0, -1) / np.arange(1, len(COUNTRIES) + 1).sum()
    )
    gw, names, lat0, lon0 = (np.array(c) for c in zip(*COUNTRIES, strict=True))
    lat = np.round(lat0[where] + rng.uniform(-1.5, 1.5, rows), 6)
    lon = np.round(lon0[where] + rng.uniform(-1.5, 1.5, rows), 6)
    start = np.sort(rng.integers(0, 13514, rows)).astype("timedelta64[D]") + np.datetime64("1989-01-01")
    date_prec = rng.choice([1, 2, 3, 4, 5], rows, p=[0.78, 0.11, 0.05, 0.05, 0.01])
    end = start + np.array([0, 3, 6, 29, 150])[date_prec - 1].astype("timedelta64[D]")
    kind = rng.choice([1, 2, 3], rows, p=[0.7, 0.15, 0.15])
    actor = rng.integers(1, 900, rows)
    deaths = np.where(rng.random((4, rows)) < 0.6, 0, rng.geometric(0.2, (4, rows)))
    best = deaths.sum(0)
    ids = np.arange(1, rows + 1)
    dyad = actor + 10_000 * kind
    side_a = pa.array(np.char.add("Government of ", names)).take(pa.array(where))
    side_b = pa.array(np.char.add("Front ", np.arange(900).astype(str))).take(pa.array(actor))
    stamp = lambda days: pa.array(np.char.add(days.astype(str), " 00:00:00.000"))  # noqa: E731
    point = np.char.add(np.char.add(np.char.add("POINT (", lon.astype(str)), " "), np.char.add(lat.astype(str), ")"))
    cells = (np.floor((lat + 90) * 2)).astype(int) * 720 + np.floor((lon + 180) * 2).astype(int) + 1
    pair = pa.compute.binary_join_element_wise(side_a, side_b, " - ")
    columns = {
        "id": ids, "relid": np.char.add("XXX-1-", ids.astype(str)), "year": start.astype("datetime64[Y]").astype(int) + 1970,
        "active_year": np.full(rows, True), "code_status": np.full(rows, "Clear"), "type_of_violence": kind,
        "conflict_dset_id": dyad, "conflict_new_id": dyad, "conflict_name": pair, "dyad_dset_id": dyad, "dyad_new_id": dyad,
        "dyad_name": pair, "side_a_dset_id": gw[where], "side_a_new_id": gw[where], "side_a": side_a,
        "side_b_dset_id": actor, "side_b_new_id": actor, "side_b": side_b, "number_of_sources": rng.geometric(0.6, rows),
        "source_article": texts(rng, rows, 8, empty=0.1, dirty=True), "source_office": texts(rng, rows, 2),
        "source_date": stamp(start), "source_headline": texts(rng, rows, 7), "source_original": texts(rng, rows, 3),
        "where_prec": rng.integers(1, 6, rows), "where_coordinates": texts(rng, rows, 2), "where_description": texts(rng, rows, 4),
        "adm_1": texts(rng, rows, 2), "adm_2": texts(rng, rows, 2), "latitude": lat, "longitude": lon, "geom_wkt": point,
        "priogrid_gid": cells, "country": pa.array(names).take(pa.array(where)), "country_id": gw[where],
        "region": np.full(rows, "Asia"), "event_clarity": rng.integers(1, 3, rows), "date_prec": date_prec,
        "date_start": stamp(start), "date_end": stamp(end), "deaths_a": deaths[0], "deaths_b": deaths[1],
        "deaths_civilians": deaths[2], "deaths_unknown": deaths[3], "best": best, "high": best + rng.integers(0, 5, rows),
        "low": np.maximum(best - 1, 0), "gwnoa": gw[where], "gwnob": pa.nulls(rows, pa.int64()),
    }  # fmt: skip
    return pa.table(columns)


def main() -> None:
    """Write the file and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=1)
    arg = parser.parse_args()
    options = pa.csv.WriteOptions(quoting_style="needed")
    pa.csv.write_csv(make(arg.rows, arg.seed), arg.out, options)
    print(f"{arg.out}: {arg.rows:,} rows, {arg.out.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
