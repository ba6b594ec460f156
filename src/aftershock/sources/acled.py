"""ACLED exports → events, on the user's machine only.

ACLED codes other things than UCDP: its battles, explosions and violence against civilians become events, its riots, protests
and strategic developments are rejected with that reason. Actor 1 and actor 2 carry no direction. ACLED's own figures never
ship with Aftershock, and its attribution is printed wherever they are used.
"""

from __future__ import annotations

import datetime as dt

from aftershock.contract import EVENT_COLUMNS
from aftershock.figures import countries
from aftershock.sources.ged import CELL, date_rules, place_rules, whole_rules
from aftershock.sources.reading import Format, Rule

__all__ = ["ACLED_CITATION", "ACLED_COLUMNS", "acled_format"]

ACLED_COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type",
    "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting",
    "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision",
    "source", "source_scale", "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip
"""The 31 columns of an export since March 2023."""
ACLED_CITATION = (
    "ACLED, Armed Conflict Location & Event Data (acleddata.com); your own export, under ACLED's terms of use"
)

_KEPT = ("Battles", "Explosions/Remote violence", "Violence against civilians")
_REQUIRED = (
    "event_id_cnty", "event_date", "event_type", "actor1", "actor2", "inter1", "inter2", "iso", "country",
    "latitude", "longitude", "fatalities",
)  # fmt: skip
_STAGED = {
    "event_id_cnty": "VARCHAR", "event_date": "VARCHAR", "time_precision": "DOUBLE", "event_type": "VARCHAR",
    "sub_event_type": "VARCHAR", "actor1": "VARCHAR", "inter1": "VARCHAR", "actor2": "VARCHAR", "inter2": "VARCHAR",
    "civilian_targeting": "VARCHAR", "iso": "DOUBLE", "region": "VARCHAR", "country": "VARCHAR", "admin1": "VARCHAR",
    "admin2": "VARCHAR", "latitude": "DOUBLE", "longitude": "DOUBLE", "geo_precision": "DOUBLE", "fatalities": "DOUBLE",
}  # fmt: skip
# "0025-03-01" stands for 2025-03-01 in some exports
_DATE = "TRY_CAST(CASE WHEN starts_with(event_date, '00') THEN '20' || substr(event_date, 3) ELSE event_date END AS TIMESTAMP)"
_CIVILIANS = "('civilians', '7', '7.0')"
_STATES = "('state forces', '1', '1.0', 'external/other forces', '8', '8.0')"
_TYPE = f"""CASE
    WHEN coalesce(civilian_targeting, '') <> '' OR event_type = 'Violence against civilians'
        OR lower(coalesce(inter1, '')) IN {_CIVILIANS} OR lower(coalesce(inter2, '')) IN {_CIVILIANS} THEN 3
    WHEN lower(coalesce(inter1, '')) IN {_STATES} OR lower(coalesce(inter2, '')) IN {_STATES} THEN 1
    ELSE 2 END"""
_SIDE_A, _SIDE_B = (
    "coalesce(actor1, 'unknown')",
    f"coalesce(actor2, CASE {_TYPE} WHEN 3 THEN 'Civilians' ELSE 'unknown' END)",
)
_DYAD = f"least({_SIDE_A}, {_SIDE_B}) || ' - ' || greatest({_SIDE_A}, {_SIDE_B})"


def _number(text: str) -> str:
    """Return SQL for a number that stands for a name, the same in every file (48 bits of its MD5)."""
    return f"('0x' || left(md5({text}), 12))::BIGINT"


def _country() -> str:
    """Return SQL for the Gleditsch–Ward number of a row's country; Palestine is under Israel, as in UCDP's records."""
    table = countries()
    table = table[table.iso_numeric.notna()]
    pairs = zip(table.iso_numeric.tolist(), table.gwcode.tolist(), strict=True)
    cases = " ".join(f"WHEN {iso} THEN {gw}" for iso, gw in [*pairs, (275, 666)])
    return f"CASE WHEN country = 'Kosovo' THEN 347 ELSE CASE iso {cases} END END"


def acled_format(today: dt.date) -> Format:
    """Return the format of an ACLED export.

    Parameters
    ----------
    today : datetime.date
        No event may lie after it.
    """
    date_rule = date_rules(("event_date",), today)[0]
    country = _country()
    rules = (
        Rule(
            "event_id_cnty",
            "NOT coalesce(regexp_full_match(event_id_cnty, '[A-Z]{3}[1-9][0-9]{0,8}'), false)",
            "must be three letters and a number",
        ),
        Rule("event_date", date_rule.broken.replace("event_date", _DATE), date_rule.must),
        *whole_rules(("fatalities", "iso")),
        Rule("fatalities", "fatalities < 0", "must not be negative"),
        *whole_rules(("time_precision", "geo_precision"), optional=True),
        *place_rules(),
        Rule(
            "event_type",
            f"event_type IS NULL OR event_type NOT IN {_KEPT}",
            "must be organised violence (battles, explosions, violence against civilians)",
        ),
        Rule("country", f"({country}) IS NULL", "must be in the VIEWS list of countries"),
    )
    return Format(
        name="ACLED",
        required=_REQUIRED,
        default=ACLED_COLUMNS,
        staged=_STAGED,
        key="event_id_cnty",
        rules=rules,
        flags={"year written 00YY, read as 20YY": "starts_with(event_date, '00')"},
        events=_events(country),
    )


def _events(country: str) -> dict[str, str]:
    """Return SQL for every event column."""
    letters = [f"(ascii(substr(event_id_cnty, {k}, 1)) - 65)" for k in (1, 2, 3)]
    prefix = f"({letters[0]} * 676 + {letters[1]} * 26 + {letters[2]})::BIGINT"
    dead_civilians = f"CASE {_TYPE} WHEN 3 THEN fatalities ELSE 0 END"
    precision = "CASE {} WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE 4 END"
    return dict.fromkeys(EVENT_COLUMNS, "NULL") | {
        "id": f"{prefix} * 1000000000 + substr(event_id_cnty, 4)::BIGINT", "year": f"year({_DATE})",
        "type_of_violence": _TYPE, "dyad_new_id": _number(_DYAD), "dyad_name": _DYAD,
        "side_a_new_id": _number(_SIDE_A), "side_a": _SIDE_A, "side_b_new_id": _number(_SIDE_B), "side_b": _SIDE_B,
        "where_prec": precision.format("geo_precision"), "adm_1": "admin1", "adm_2": "admin2",
        "latitude": "latitude", "longitude": "longitude", "priogrid_gid": CELL,
        "country": "country", "country_id": country, "region": "region",
        "date_prec": precision.format("time_precision"), "date_start": _DATE, "date_end": _DATE,
        "deaths_a": "0", "deaths_b": "0",
        "deaths_civilians": dead_civilians, "deaths_unknown": f"fatalities - {dead_civilians}",
        "best": "fatalities", "high": "fatalities", "low": "fatalities",
    }  # fmt: skip
