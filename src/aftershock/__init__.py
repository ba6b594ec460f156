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
    from aftershock.accounts.account import Account, Claim, WrittenAccount, read_account
    from aftershock.accounts.checking import AccountCheck, check_account
    from aftershock.accounts.drafting import take_apart
    from aftershock.accounts.editing import write_account
    from aftershock.accounts.examples import example_account
    from aftershock.accounts.ledger import Ledger, read_ledger
    from aftershock.accounts.lint import lint_account
    from aftershock.accounts.verdicts import Verdict
    from aftershock.actors.alliances.balance import Balance, balance
    from aftershock.actors.alliances.blows import Blows, blows
    from aftershock.actors.alliances.building import network
    from aftershock.actors.alliances.network import Network
    from aftershock.actors.alliances.relations import Relation, read_relations
    from aftershock.actors.dispersion import Dispersion, dispersion
    from aftershock.actors.spread.spread import Spread, spread
    from aftershock.actors.succession.succession import Succession, succession
    from aftershock.backtests import Backtest, backtest, forecast_window
    from aftershock.contract import Events, Forecast, Panel, Provenance, Scores, Stream, Streams
    from aftershock.errors import AftershockError
    from aftershock.explanations import Explanation, explain
    from aftershock.exports import hub_table, views_table
    from aftershock.figures import countries, embedded_events, embedded_panel, load_table
    from aftershock.grid import Placing, forecast_cells, write_grid
    from aftershock.jobs import Runner, open_runner, run_jobs
    from aftershock.models import Model, make_model, model_names
    from aftershock.panel import CellCounts, count_deaths, priogrid_cell
    from aftershock.report import (
        render_account_report,
        render_actors_report,
        render_report,
        render_system_report,
        render_whatif_report,
        write_account_report,
        write_actors_report,
        write_report,
        write_system_report,
        write_whatif_report,
    )  # fmt: skip
    from aftershock.scenarios import (
        Answer,
        Scenario,
        answer_table,
        comparison_table,
        example_scenarios,
        hub_scenarios,
        read_scenario,
        whatif,
        whatif_many,
        write_answer,
    )  # fmt: skip
    from aftershock.scores import Comparison, actuals_of, compare, score, summarise_scores
    from aftershock.sources import read_actuals, read_forecast, read_panel
    from aftershock.store import Store
    from aftershock.streams import NamedStream, StreamRule, build_streams, read_rule
    from aftershock.submission import SubmissionDetails, check_submission, write_submission
    from aftershock.summary import headline, summarise, summarise_totals
    from aftershock.system import (
        Assumptions,
        BackgroundComparison,
        Paths,
        Residuals,
        Shock,
        Spiral,
        Structure,
        System,
        SystemScores,
        choose_background,
        compare_backgrounds,
        edges_table,
        fit_system,
        follow_spiral,
        forecast_system,
        outcomes_of,
        read_system,
        residuals_of,
        score_system,
        simulate_system,
        spiral_of,
        streams_table,
        structure_of,
        write_system,
    )  # fmt: skip
    from aftershock.vintages import Vintage
    from aftershock.workflow import forecast, load_panel, track_record, write_outputs

_HOMES = {
    "accounts.account": ("Account", "Claim", "WrittenAccount", "read_account"),
    "accounts.checking": ("AccountCheck", "check_account"),
    "accounts.drafting": ("take_apart",),
    "accounts.editing": ("write_account",),
    "accounts.examples": ("example_account",),
    "accounts.ledger": ("Ledger", "read_ledger"),
    "accounts.lint": ("lint_account",),
    "accounts.verdicts": ("Verdict",),
    "actors.alliances.balance": ("Balance", "balance"),
    "actors.alliances.blows": ("Blows", "blows"),
    "actors.alliances.building": ("network",),
    "actors.dispersion": ("Dispersion", "dispersion"),
    "actors.alliances.network": ("Network",),
    "actors.alliances.relations": ("Relation", "read_relations"),
    "actors.spread.spread": ("Spread", "spread"),
    "actors.succession.succession": ("Succession", "succession"),
    "backtests": ("Backtest", "backtest", "forecast_window"),
    "contract": ("Events", "Forecast", "Panel", "Provenance", "Scores", "Stream", "Streams"),
    "errors": ("AftershockError",),
    "explanations": ("Explanation", "explain"),
    "exports": ("hub_table", "views_table"),
    "figures": ("countries", "embedded_events", "embedded_panel", "load_table"),
    "grid": ("Placing", "forecast_cells", "write_grid"),
    "jobs": ("Runner", "open_runner", "run_jobs"),
    "models": ("Model", "make_model", "model_names"),
    "panel": ("CellCounts", "count_deaths", "priogrid_cell"),
    "report": (
        "render_account_report",
        "render_actors_report",
        "render_report",
        "render_system_report",
        "render_whatif_report",
        "write_account_report",
        "write_actors_report",
        "write_report",
        "write_system_report",
        "write_whatif_report",
    ),
    "scenarios": (
        "Answer",
        "Scenario",
        "answer_table",
        "comparison_table",
        "example_scenarios",
        "hub_scenarios",
        "read_scenario",
        "whatif",
        "whatif_many",
        "write_answer",
    ),
    "scores": ("Comparison", "actuals_of", "compare", "score", "summarise_scores"),
    "sources": ("read_actuals", "read_forecast", "read_panel"),
    "store": ("Store",),
    "streams": ("NamedStream", "StreamRule", "build_streams", "read_rule"),
    "submission": ("SubmissionDetails", "check_submission", "write_submission"),
    "summary": ("headline", "summarise", "summarise_totals"),
    "system": (
        "Assumptions",
        "BackgroundComparison",
        "Paths",
        "Residuals",
        "Shock",
        "Spiral",
        "Structure",
        "System",
        "SystemScores",
        "choose_background",
        "compare_backgrounds",
        "edges_table",
        "fit_system",
        "follow_spiral",
        "forecast_system",
        "outcomes_of",
        "read_system",
        "residuals_of",
        "score_system",
        "simulate_system",
        "spiral_of",
        "streams_table",
        "structure_of",
        "write_system",
    ),
    "vintages": ("Vintage",),
    "workflow": ("forecast", "load_panel", "track_record", "write_outputs"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Account", "AccountCheck", "AftershockError", "Answer", "Assumptions", "BackgroundComparison", "Backtest",
    "Balance", "Blows", "CellCounts", "Claim", "Comparison", "Dispersion", "Events", "Explanation", "Forecast",
    "Ledger", "Model", "NamedStream", "Network", "Panel", "Paths", "Placing", "Provenance", "Relation",
    "Residuals", "Runner", "Scenario", "Scores", "Shock", "Spiral", "Spread", "Store", "Stream", "StreamRule",
    "Streams", "Structure", "SubmissionDetails", "Succession", "System", "SystemScores", "Verdict", "Vintage",
    "WrittenAccount", "__version__", "actuals_of", "answer_table", "backtest", "balance", "blows",
    "build_streams", "check_account", "check_submission", "choose_background", "compare", "compare_backgrounds",
    "comparison_table", "count_deaths", "countries", "dispersion", "edges_table", "embedded_events",
    "embedded_panel", "example_account", "example_scenarios", "explain", "fit_system", "follow_spiral",
    "forecast", "forecast_cells", "forecast_system", "forecast_window", "headline", "hub_scenarios",
    "hub_table", "lint_account", "load_panel", "load_table", "make_model", "model_names", "network",
    "open_runner", "outcomes_of", "priogrid_cell", "read_account", "read_actuals", "read_forecast",
    "read_ledger", "read_panel", "read_relations", "read_rule", "read_scenario", "read_system",
    "render_account_report", "render_actors_report", "render_report", "render_system_report",
    "render_whatif_report", "residuals_of", "run_jobs", "score", "score_system", "simulate_system", "spiral_of",
    "spread", "streams_table", "structure_of", "succession", "summarise", "summarise_scores",
    "summarise_totals", "take_apart", "track_record", "views_table", "whatif", "whatif_many", "write_account",
    "write_account_report", "write_actors_report", "write_answer", "write_grid", "write_outputs",
    "write_report", "write_submission", "write_system", "write_system_report", "write_whatif_report",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'aftershock' has no attribute {name!r}")
    return getattr(import_module(f"aftershock.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
