"""The page put together: template, style, scripts and data in one file that asks the network for nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from aftershock.backtests import Backtest
from aftershock.contract import Forecast, Panel, Provenance
from aftershock.explanations import described
from aftershock.exports import write_bytes
from aftershock.figures import sources
from aftershock.models.base import Progress
from aftershock.months import month_name
from aftershock.report.charts import page_specs
from aftershock.report.colours import DARK, LIGHT, style
from aftershock.report.data import WORDS, forecast_payload, safe_json, span_words
from aftershock.report.glance import glance
from aftershock.report.outline_paths import world_drawing
from aftershock.report.reasons import members_words, reasons_payload
from aftershock.report.templates import read_text, template_of
from aftershock.report.track import SCORES, shown_model, track_payload
from aftershock.report.world_words import first_fills, world_words

__all__ = ["VEGALITE", "render_report", "write_report"]

VEGALITE = "6.4"
"""The Vega-Lite version of the page's charts and of the pictures."""
SCRIPTS = ("core.js", "payload.js", "world.js", "why.js", "country.js", "track.js", "report.js")


def write_report(
    path: Path,
    forecast: Forecast,
    panel: Panel,
    *,
    track_record: Backtest | None = None,
    target: str = "sb",
    progress: Progress | None = None,
) -> None:
    """Write a forecast as one HTML file for readers who know no statistics; see :func:`render_report`.

    Parameters
    ----------
    path : pathlib.Path
        Written whole or not at all.
    """
    page = render_report(forecast, panel, track_record=track_record, target=target, progress=progress)
    write_bytes(path, page.encode("utf-8"))


def render_report(
    forecast: Forecast,
    panel: Panel,
    *,
    track_record: Backtest | None = None,
    target: str = "sb",
    progress: Progress | None = None,
) -> str:
    """Return a forecast as one HTML page that works offline: world map, ranked table, countries, track record, data.

    The same input gives the same text.

    Parameters
    ----------
    forecast : Forecast
        Of countries; any of the four targets, any horizons.
    panel : Panel
        What the forecast was made from, or more recent. Months after the origin are shown as what came, provisional
        months hatched.
    track_record : Backtest, optional
        Shown as a section of its own, the worst misses first.
    target : str
        The type of violence shown first.
    progress : callable, optional

    Raises
    ------
    UsageError
        The forecast is not of countries, lacks ``target``, or has countries that the panel has not.
    """
    say = progress or (lambda *_: None)
    say("report: figures", 0, 4)
    payload = forecast_payload(forecast, panel, target=target)
    names = {unit["id"]: unit["name"] for unit in payload["units"]}
    track = track_payload(track_record, model=forecast.model, names=names) if track_record else None
    say("report: reasons", 1, 4)
    reasons = reasons_payload(forecast, panel, names=names)
    say("report: charts", 2, 4)
    scripts = {"bundle": _bundle(), "script": _script()}
    say("report: page", 3, 4)
    blocks = {"payload": payload, "specs": page_specs(), "track": track, "reasons": reasons}
    text = _template().render(
        **_words(forecast, panel, track_record),
        glance=glance(payload),
        world_words=world_words(payload),
        map=world_drawing(first_fills(payload)),
        track=track,
        reasons=reasons,
        members=members_words(forecast, target=target),
        policy=_policy(*scripts.values()),
        blocks={name: safe_json(block) for name, block in blocks.items() if block},
        css=read_text("report.css"),
        light=style(LIGHT),
        dark=style(DARK),
        **scripts,
    )
    say("report", 4, 4)
    return str(text)


@cache
def _template() -> Any:
    return template_of("template.html.j2", {"percent": lambda share: f"{share * 100:.0f}\u00a0%"})


@cache
def _bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, which puts ``vegaEmbed`` on ``window``."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGALITE))


@cache
def _script() -> str:
    """Return the page's own script: its parts in one scope, no longer modules."""
    parts = [re.sub(r"^import [^;]*;\n|^export ", "", read_text(name), flags=re.MULTILINE) for name in SCRIPTS]
    return "(() => {\n'use strict';\n" + "\n".join(parts) + "})();\n"


def _policy(*scripts: str) -> str:
    """Return a content security policy that runs these scripts and nothing else, and lets nothing load."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(s.encode('utf-8')).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _words(forecast: Forecast, panel: Panel, track: Backtest | None) -> dict[str, Any]:
    """Return what the template says in words."""
    provisional = panel.months[panel.provisional]
    shown = dict.fromkeys((forecast.model, *(track.models if track else ())))
    return {
        "forecast": forecast,
        "draws": f"{forecast.draws.shape[-1]:,}",
        "origin": month_name(forecast.origin),
        "recorder": _recorder(forecast.provenance),
        "span": span_words(forecast.months),
        "first": month_name(int(panel.months[0])),
        "last": month_name(panel.last_month),
        "provisional_from": month_name(int(provisional[0])) if len(provisional) else None,
        "types": [(WORDS[t][0], WORDS[t][2]) for t in forecast.targets],
        "adjective": WORDS[track.target][1] if track else "",
        "joint": "month" in forecast.joint,
        "models": {name: described(name) for name in shown},
        "shown_model": shown_model(track, forecast.model) if track else forecast.model,
        "score_words": SCORES,
        "sources": sources(),
    }


def _recorder(provenance: Provenance) -> str:
    """Return who recorded the deaths; for a table of the user's own, which file."""
    if "ACLED" in provenance.citation:
        return "Armed Conflict Location & Event Data (ACLED)"
    if "UCDP" in provenance.citation:
        return "the Uppsala Conflict Data Program (UCDP)"
    return provenance.source
