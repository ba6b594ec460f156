"""Build the embedded tables of ``src/aftershock/figures`` from the CSV files they were handed over in.

    python -m pip install pycountry==24.6.1
    python tools/build_figures.py FOLDER

FOLDER holds ``country_month_1989_2021.csv``, ``countries.csv``, ``actors.csv``, ``dyad_country_year_1989_2024.csv``,
``iraq_syria_days_2003_2019.csv`` and ``iraq_syria_dyads.csv``. Two columns are added to the countries: the numeric ISO
3166 code (what ACLED files carry) and the first month of statehood after 1988, from the Gleditsch–Ward list of states
(doi:10.1080/03050629908434958). Tables go out as Parquet, the countries as CSV; the same input gives the same bytes.
"""

import csv
import sys
from pathlib import Path

import pandas as pd
import pycountry

OUT = Path(__file__).resolve().parents[1] / "src/aftershock/figures"
# Gleditsch-Ward number -> first month, for states that began after January 1989
STATEHOOD = {
    565: "1990-03", 366: "1991-09", 367: "1991-09", 368: "1991-09", 369: "1991-12", 370: "1991-08", 371: "1991-12",
    372: "1991-12", 373: "1991-12", 359: "1991-08", 701: "1991-10", 702: "1991-09", 703: "1991-08", 704: "1991-08",
    705: "1991-12", 344: "1992-04", 349: "1992-04", 346: "1992-04", 343: "1991-11", 316: "1993-01", 317: "1993-01",
    531: "1993-05", 986: "1994-10", 860: "2002-05", 341: "2006-06", 340: "2006-06", 347: "2008-02", 626: "2011-07",
}  # fmt: skip


def write_parquet(table: pd.DataFrame, name: str) -> None:
    """Write a table small and the same every time."""
    path = OUT / f"{name}.parquet"
    table.to_parquet(path, index=False, compression="zstd", compression_level=19)
    print(f"{path.name}: {len(table):,} rows, {path.stat().st_size / 1000:.0f} kB")


def main(folder: Path) -> None:
    """Build every table."""
    countries = pd.read_csv(folder / "countries.csv", keep_default_na=False)
    numeric = {c.alpha_3: int(c.numeric) for c in pycountry.countries}
    countries["isoab"] = countries.isoab.replace("", "XKX")  # Kosovo: the user-assigned code the field uses
    countries["iso_numeric"] = countries.isoab.map(numeric).astype("Int64")  # none for Kosovo; ACLED writes 0
    countries["exists_from"] = countries.gwcode.map(STATEHOOD).fillna("1989-01")
    countries.to_csv(OUT / "countries.csv", index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")

    panel = pd.read_csv(folder / "country_month_1989_2021.csv").astype("int32")
    write_parquet(panel.sort_values(["country_id", "month_id"]), "country_month_1989_2021")
    write_parquet(pd.read_csv(folder / "actors.csv"), "actors")
    write_parquet(pd.read_csv(folder / "dyad_country_year_1989_2024.csv"), "dyad_country_year_1989_2024")
    days = pd.read_csv(folder / "iraq_syria_days_2003_2019.csv", parse_dates=["date_start", "date_end"])
    for column in ("date_start", "date_end"):
        days[column] = days[column].dt.date
    for column in days.select_dtypes("int64"):
        days[column] = days[column].astype("int32")
    write_parquet(days, "iraq_syria_days_2003_2019")
    write_parquet(pd.read_csv(folder / "iraq_syria_dyads.csv"), "iraq_syria_dyads")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
