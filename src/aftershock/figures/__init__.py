"""The figures that come with the package: what a forecast rests on when no other data is given.

Records of the Uppsala Conflict Data Program, CC BY 4.0; ``sources.json`` beside this file says what each table is,
its vintage and how to cite it. The outlines are Natural Earth's, public domain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.contract import OUTCOMES, Panel, Provenance
from aftershock.errors import UsageError, nearest
from aftershock.figures.days import embedded_events
from aftershock.months import FIRST_MONTH, parse_month

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CITATION",
    "countries",
    "country_names",
    "embedded_events",
    "embedded_panel",
    "existence",
    "load_table",
    "neighbours",
    "outlines",
    "sources",
]

LAST_MONTH = 504  # December 2021


@cache
def sources() -> dict[str, Any]:
    """Return what each embedded table is: content, vintage, license and citation."""
    text = files(__name__).joinpath("sources.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


CITATION = "UCDP (CC BY 4.0): Sundberg & Melander 2013; Davies, Pettersson & Öberg 2022; Hegre et al. 2020"


def load_table(name: str) -> pd.DataFrame:
    """Return one of the embedded tables by its name in :func:`sources`.

    Examples
    --------
    >>> load_table("iraq_syria_dyads").columns.tolist()
    ['dyad_id', 'dyad_name', 'side_a_id', 'side_a', 'side_b_id', 'side_b']
    """
    import pandas as pd

    known = [table for table in sources()["tables"] if table not in ("countries", "outlines")]
    if name not in known:
        raise UsageError("an embedded table must be known by its name", found=repr(name), fix=nearest(name, known))
    if name == "territory_losses":  # short, and read by people too
        with as_file(files(__name__).joinpath(f"{name}.csv")) as path:
            return pd.read_csv(path)
    with as_file(files(__name__).joinpath(f"{name}.parquet")) as path:
        return pd.read_parquet(path)


@cache
def countries() -> pd.DataFrame:
    """Return the 191 VIEWS countries, one row each, ordered by ``country_id``.

    Returns
    -------
    pandas.DataFrame
        ``country_id`` (VIEWS), ``gwcode`` (Gleditsch–Ward), ``isoab`` (ISO3; XKX for Kosovo), ``name``,
        ``iso_numeric`` (missing for Kosovo), ``exists_from`` (first ``month_id``).

    Examples
    --------
    >>> print(*countries().set_index("name").loc["Sudan", ["country_id", "gwcode", "isoab"]])
    245 625 SDN
    """
    import pandas as pd

    with as_file(files(__name__).joinpath("countries.csv")) as path:
        table = pd.read_csv(path, keep_default_na=False, dtype={"iso_numeric": str})
    table["iso_numeric"] = pd.to_numeric(table.iso_numeric).astype("Int64")
    table["exists_from"] = [parse_month(text) for text in table.exists_from]
    return table.sort_values("country_id", ignore_index=True)


@cache
def country_names() -> dict[int, str]:
    """Return the name of each VIEWS country by its ``country_id``.

    Examples
    --------
    >>> country_names()[220]
    'Syria'
    """
    table = countries()
    return dict(zip(table.country_id.tolist(), table.name.tolist(), strict=True))


def existence(units: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Return whether each VIEWS country existed in each month, bool of shape (n, t).

    Unknown units are taken to exist throughout.
    """
    table = countries()
    start = dict(zip(table.country_id, table.exists_from, strict=True))
    first = np.array([start.get(int(unit), 0) for unit in units])
    return months[None, :] >= first[:, None]


def embedded_panel() -> Panel:
    """Return deaths per country and month, January 1989 to December 2021, from the embedded figures.

    Examples
    --------
    >>> panel = embedded_panel()
    >>> panel.deaths.shape, int(panel.deaths.sum())
    ((191, 396, 3), 2955110)
    """
    rows = load_table("country_month_1989_2021")
    units = countries().country_id.to_numpy(np.int64)
    months = np.arange(FIRST_MONTH, LAST_MONTH + 1)
    deaths = np.zeros((len(units), len(months), 3), np.int64)
    deaths[np.searchsorted(units, rows.country_id), rows.month_id - FIRST_MONTH] = rows[list(OUTCOMES)]
    vintage = sources()["tables"]["country_month_1989_2021"]["vintage"]
    return Panel(
        kind="country_id",
        units=units,
        months=months,
        deaths=deaths,
        exists=existence(units, months) | (deaths.sum(axis=2) > 0),
        provisional=np.zeros(len(months), bool),
        provenance=Provenance(source="embedded figures", vintage=vintage, citation=CITATION),
    )


@cache
def outlines() -> dict[str, Any]:
    """Return country outlines as TopoJSON; geometry ids are VIEWS ``country_id``."""
    document: dict[str, Any] = json.loads(files(__name__).joinpath("outlines.json").read_text(encoding="utf-8"))
    return document


@cache
def neighbours() -> dict[int, tuple[int, ...]]:
    """Return which countries share a land border, read from the outlines: those that share a line of them.

    Examples
    --------
    >>> table = countries().set_index("country_id").name
    >>> sorted(table[list(neighbours()[220])])
    ['Iraq', 'Israel', 'Jordan', 'Lebanon', 'Turkey']
    """
    along: dict[int, set[int]] = {}
    for country in outlines()["objects"]["countries"]["geometries"]:
        for line in _lines(country["arcs"]):
            along.setdefault(line, set()).add(int(country["id"]))
    found: dict[int, set[int]] = {}
    for beside in along.values():
        for country_id in beside:
            found.setdefault(country_id, set()).update(beside - {country_id})
    return {country_id: tuple(sorted(others)) for country_id, others in sorted(found.items()) if others}


def _lines(arcs: list[Any]) -> Iterator[int]:
    """Give the numbers of a geometry's lines, whichever way they run."""
    for arc in arcs:
        if isinstance(arc, list):
            yield from _lines(arc)
        else:
            yield arc if arc >= 0 else ~arc
