"""Aftershock: what happens next in an armed conflict, as distributions, scored in the open.

The public API, listed in full. Names are loaded when first used, so that importing the package is quick.

>>> import aftershock
>>> panel = aftershock.embedded_panel()
>>> made = aftershock.forecast(panel, countries=["Iraq"], horizons=[1, 2, 3])
>>> made.of("sb").shape
(1, 3, 1000)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aftershock._version import __version__

if TYPE_CHECKING:
    from aftershock.backtests import Backtest, backtest, forecast_window
    from aftershock.contract import Events, Forecast, Panel, Provenance, Scores
    from aftershock.errors import AftershockError
    from aftershock.explanations import Explanation, explain
    from aftershock.exports import hub_table, views_table
    from aftershock.figures import countries, embedded_panel, load_table
    from aftershock.grid import Placing, forecast_cells, write_grid
    from aftershock.jobs import Runner, open_runner, run_jobs
    from aftershock.models import Model, make_model, model_names
    from aftershock.panel import CellCounts, count_deaths, priogrid_cell
    from aftershock.report import render_report, write_report
    from aftershock.scores import Comparison, actuals_of, compare, score, summarise_scores
    from aftershock.sources import read_actuals, read_forecast, read_panel
    from aftershock.store import Store
    from aftershock.submission import SubmissionDetails, check_submission, write_submission
    from aftershock.summary import headline, summarise, summarise_totals
    from aftershock.vintages import Vintage
    from aftershock.workflow import forecast, load_panel, track_record, write_outputs

_HOMES = {
    "backtests": ("Backtest", "backtest", "forecast_window"),
    "contract": ("Events", "Forecast", "Panel", "Provenance", "Scores"),
    "errors": ("AftershockError",),
    "explanations": ("Explanation", "explain"),
    "exports": ("hub_table", "views_table"),
    "figures": ("countries", "embedded_panel", "load_table"),
    "grid": ("Placing", "forecast_cells", "write_grid"),
    "jobs": ("Runner", "open_runner", "run_jobs"),
    "models": ("Model", "make_model", "model_names"),
    "panel": ("CellCounts", "count_deaths", "priogrid_cell"),
    "report": ("render_report", "write_report"),
    "scores": ("Comparison", "actuals_of", "compare", "score", "summarise_scores"),
    "sources": ("read_actuals", "read_forecast", "read_panel"),
    "store": ("Store",),
    "submission": ("SubmissionDetails", "check_submission", "write_submission"),
    "summary": ("headline", "summarise", "summarise_totals"),
    "vintages": ("Vintage",),
    "workflow": ("forecast", "load_panel", "track_record", "write_outputs"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AftershockError", "Backtest", "CellCounts", "Comparison", "Events", "Explanation", "Forecast", "Model", "Panel", "Placing",
    "Provenance", "Runner", "Scores", "Store", "SubmissionDetails", "Vintage", "__version__", "actuals_of",
    "backtest", "check_submission", "compare", "count_deaths", "countries", "embedded_panel", "explain", "forecast",
    "forecast_cells", "forecast_window", "headline", "hub_table", "load_panel", "load_table", "make_model",
    "model_names", "open_runner", "priogrid_cell", "read_actuals", "read_forecast", "read_panel", "render_report",
    "run_jobs", "score", "summarise", "summarise_scores", "summarise_totals", "track_record", "views_table",
    "write_grid", "write_outputs", "write_report", "write_submission",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'aftershock' has no attribute {name!r}")
    return getattr(import_module(f"aftershock.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
