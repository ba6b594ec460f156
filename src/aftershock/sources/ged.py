"""UCDP Georeferenced Event Dataset: annual and candidate releases."""

from __future__ import annotations

import datetime as dt

from aftershock.contract import EVENT_COLUMNS
from aftershock.figures import countries
from aftershock.sources.reading import Format, Rule

__all__ = ["CELL", "GED_COLUMNS", "date_rules", "ged_format", "place_rules", "whole_rules"]

GED_COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office",
    "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description",
    "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians",
    "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
"""The 49 columns of a release, in order; candidate 24.0.1 was published without the row that names them."""

_COUNTS = ("best", "high", "low", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
_NUMBERS = (
    "id",
    "type_of_violence",
    "dyad_new_id",
    "side_a_new_id",
    "side_b_new_id",
    "country_id",
    "date_prec",
    *_COUNTS,
)
_OPTIONAL = ("year", "conflict_new_id", "number_of_sources", "where_prec", "event_clarity", "priogrid_gid")
_DATES = ("date_start", "date_end")
# States that UCDP numbers and VIEWS does not list: Yugoslavia, German Democratic Republic, Czechoslovakia, South Yemen,
# South Vietnam, and the smallest ones.
_OTHER_STATES = {345, 265, 315, 680, 817, 221, 223, 232, 327, 331}
# As aftershock.panel.priogrid_cell; a pole or the date line belongs to the last row or column
CELL = "least(floor((latitude + 90) * 2), 359) * 720 + least(floor((longitude + 180) * 2), 719) + 1"


def whole_rules(columns: tuple[str, ...], *, optional: bool = False) -> list[Rule]:
    """Return rules that ask for whole numbers."""
    broken = "NOT isfinite({0}) OR {0} <> floor({0}) OR abs({0}) > 2e9"
    if optional:
        return [Rule(c, broken.format(c), "must be a whole number or empty") for c in columns]
    return [Rule(c, f"{c} IS NULL OR " + broken.format(c), "must be a whole number") for c in columns]


def date_rules(columns: tuple[str, ...], today: dt.date) -> list[Rule]:
    """Return rules that ask for dates from 1946 to tomorrow."""
    after = today + dt.timedelta(days=2)
    broken = "{0} IS NULL OR {0} < TIMESTAMP '1946-01-01' OR {0} >= TIMESTAMP '" + str(after) + "'"
    must = f"must be a date, YYYY-MM-DD, between 1946-01-01 and {today}"
    return [Rule(c, broken.format(c), must) for c in columns]


def place_rules() -> list[Rule]:
    """Return rules that ask for a place on earth."""
    return [
        Rule(c, f"{c} IS NULL OR NOT isfinite({c}) OR abs({c}) > {most}", f"must lie between -{most} and {most}")
        for c, most in (("latitude", 90), ("longitude", 180))
    ]


def ged_format(today: dt.date) -> Format:
    """Return the format of a GED file.

    Parameters
    ----------
    today : datetime.date
        No event may lie after it.
    """
    known = ", ".join(str(code) for code in sorted({*countries().gwcode.tolist(), *_OTHER_STATES}))
    rules = [
        *whole_rules(_NUMBERS),
        *whole_rules(_OPTIONAL, optional=True),
        *(
            Rule(c, f"{c} NOT BETWEEN -1 AND 100", "must be a small number")
            for c in ("where_prec", "event_clarity", "date_prec")
        ),
        Rule("type_of_violence", "type_of_violence NOT IN (1, 2, 3)", "must be 1, 2 or 3"),
        *(Rule(c, f"{c} < 0", "must not be negative") for c in _COUNTS),
        *date_rules(_DATES, today),
        Rule("date_end", "date_end::DATE < date_start::DATE", "must not come before date_start"),
        *place_rules(),
        Rule(
            "priogrid_gid", "priogrid_gid NOT BETWEEN 1 AND 259200", "must be a PRIO-GRID cell, 1 to 259200, or empty"
        ),
        Rule("country_id", f"country_id NOT IN ({known})", "must be a Gleditsch–Ward number"),
    ]
    staged = {c: "VARCHAR" if kind == "VARCHAR" else "DOUBLE" for c, kind in EVENT_COLUMNS.items()}
    staged |= dict.fromkeys(_DATES, "TIMESTAMP")
    return Format(
        name="UCDP GED",
        required=(*_NUMBERS, "side_a", "side_b", "latitude", "longitude", *_DATES),
        default=GED_COLUMNS,
        staged=staged,
        key="id",
        rules=tuple(rules),
        flags={
            "best estimate outside low to high": "best < low OR best > high",
            "year is not that of the dates": "year IS NOT NULL AND year NOT IN (year(date_start), year(date_end))",
            "date precision outside 1 to 5": "date_prec NOT BETWEEN 1 AND 5",
            "yet to be checked by UCDP, as in candidate data": "coalesce(code_status, 'Clear') <> 'Clear'",
            "placeholder actor (XXX)": "starts_with(side_a, 'XXX') OR starts_with(side_b, 'XXX')",
            "deaths by side do not add up to the best estimate": f"{' + '.join(_COUNTS[3:])} <> best",
        },
        events=dict(zip(EVENT_COLUMNS, EVENT_COLUMNS, strict=True))
        | {"year": "coalesce(year, year(date_start))", "priogrid_gid": f"coalesce(priogrid_gid, {CELL})"},
    )
