"""A fitted system as one HTML file without scripts, for readers who ask which violence feeds which, and how sure that is."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftershock.contract import Forecast, Streams
from aftershock.exports import write_bytes
from aftershock.figures import sources
from aftershock.report.colours import DARK, LIGHT, style
from aftershock.report.system_ahead import RATIO, fan_rows, spiral_words
from aftershock.report.system_data import (
    EDGES,
    LEAST,
    LITTLE,
    STATES,
    Links,
    background_rows,
    country_names_of,
    links_csv,
    links_of,
    matrix,
    record_rows,
    residual_rows,
    score_rows,
    sure_links,
    words_of,
)
from aftershock.report.system_network import network
from aftershock.report.system_pictures import on_scale
from aftershock.report.system_words import half_life_words, percent, share_words, system_headlines
from aftershock.report.templates import read_text, template_of

if TYPE_CHECKING:  # the system's code is compiled, and slow to load
    from aftershock.system import Structure, System, SystemScores
    from aftershock.system.backgrounds import BackgroundComparison
    from aftershock.system.residuals import Residuals
    from aftershock.system.spiral import Spiral, SpiralCourse

__all__ = ["matrix_colours", "render_system_report", "render_system_sections", "write_system_report"]

MIGHT = 8
"""Links of which the record cannot say that are listed."""
MOST_DRAWN = 40
LISTED = 15


def write_system_report(  # noqa: PLR0913
    path: Path,
    system: System,
    *,
    structure: Structure | None = None,
    residuals: Residuals | None = None,
    backgrounds: BackgroundComparison | None = None,
    spiral: Spiral | SpiralCourse | None = None,
    forecast: Forecast | None = None,
    came: Streams | None = None,
    scores: SystemScores | None = None,
) -> None:
    """Write a fitted system as one HTML file; see :func:`render_system_report`.

    Parameters
    ----------
    path : pathlib.Path
        Written whole or not at all.
    """
    page = render_system_report(
        system,
        structure=structure,
        residuals=residuals,
        backgrounds=backgrounds,
        spiral=spiral,
        forecast=forecast,
        came=came,
        scores=scores,
    )
    write_bytes(path, page.encode("utf-8"))


def render_system_report(
    system: System,
    *,
    structure: Structure | None = None,
    residuals: Residuals | None = None,
    backgrounds: BackgroundComparison | None = None,
    spiral: Spiral | SpiralCourse | None = None,
    forecast: Forecast | None = None,
    came: Streams | None = None,
    scores: SystemScores | None = None,
) -> str:
    """Return a fitted system as one HTML page that works offline and runs no script.

    What is not given has no section. The same input gives the same text.

    Parameters
    ----------
    system : System
    structure : Structure, optional
        ``structure_of(system)``, where it is at hand.
    residuals : Residuals, optional
        What the system misses.
    backgrounds : BackgroundComparison, optional
        Feedback under several backgrounds; without it, under the system's own.
    spiral : Spiral or SpiralCourse, optional
        Whether it can spiral, at one origin or followed over several.
    forecast : Forecast, optional
        Of the system, by country or by stream.
    came : Streams, optional
        The same streams with days after the system's last, shown beside the forecast.
    scores : SystemScores, optional
        How well days held out are foretold.

    Raises
    ------
    UsageError
        The forecast is of other units than the system.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.streams import StreamRule, build_streams
    >>> from aftershock.system import fit_system
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=2000), until="2017-07-05")
    >>> "Which violence feeds which" in render_system_report(fit_system(streams, draws=20))
    True
    """
    shown = _values(system, structure, residuals, backgrounds, spiral, forecast, came, scores)
    text = _template("system.html.j2").render(
        **shown,
        css=read_text("report.css") + read_text("system.css"),
        light=style(LIGHT | matrix_colours(dark=False)),
        dark=style(DARK | matrix_colours(dark=True)),
    )
    return str(text)


def render_system_sections(
    system: System,
    *,
    structure: Structure | None = None,
    residuals: Residuals | None = None,
    backgrounds: BackgroundComparison | None = None,
    spiral: Spiral | SpiralCourse | None = None,
    forecast: Forecast | None = None,
) -> str:
    """Return the same as sections of HTML, for a page that has a frame of its own.

    It needs ``report.css``, ``system.css`` and, as custom properties, the report's colours and :func:`matrix_colours`.
    """
    shown = _values(system, structure, residuals, backgrounds, spiral, forecast)
    return str(_template("system_sections.html.j2").render(**shown))


def matrix_colours(*, dark: bool) -> dict[str, str]:
    """Return the colours of the table of links: grounds, and the words on them."""
    colours = DARK if dark else LIGHT
    return _steps(colours, dark=dark) | _quieting(colours, dark=dark)


def _values(  # noqa: PLR0917
    system: System,
    structure: Structure | None,
    residuals: Residuals | None,
    backgrounds: BackgroundComparison | None,
    spiral: Spiral | SpiralCourse | None,
    forecast: Forecast | None,
    came: Streams | None = None,
    scores: SystemScores | None = None,
) -> dict[str, Any]:
    """Return what the sections show."""
    from aftershock.system.structure import structure_of

    structure = structure_of(system) if structure is None else structure
    links = links_of(system, structure)
    rows = background_rows(system, structure, backgrounds)
    scored = score_rows(scores) if scores else None
    return {
        **_words(system),
        **_links_words(system, links),
        "headlines": system_headlines(_ordered(rows, system), links, scored),
        "backgrounds": _with_places(rows),
        "record": record_rows(system, structure, links),
        "missed": residual_rows(residuals, links) if residuals else None,
        "spiral": spiral_words(spiral) if spiral else None,
        "ratio_one": on_scale([1.0], low=0.0, high=RATIO)[0],
        "fans": fan_rows(system, forecast, came) if forecast else None,
        "scores": scored,
    }


@cache
def _template(name: str) -> Any:
    return template_of(name, {"percent": percent, "half_life": half_life_words, "share": share_words})


def _steps(colours: dict[str, str], *, dark: bool) -> dict[str, str]:
    """Return the grounds of the table's cells and the words on them: the scale of chances, without its middle."""
    grounds = ("p1", "p2", "p4", "p5", "p6") if dark else ("p1", "p2", "p3", "p5", "p6")
    light_words = (True, True, False, False, False) if dark else (False, False, False, True, True)
    bright, deep = (colours["ink"], colours["paper"]) if dark else (colours["card"], colours["ink"])
    return {f"e{k}": colours[name] for k, name in enumerate(grounds, start=1)} | {
        f"t{k}": bright if light else deep for k, light in enumerate(light_words, start=1)
    }


def _quieting(colours: dict[str, str], *, dark: bool) -> dict[str, str]:
    """Return the same for links below zero: the scale of deaths, which runs to another end."""
    grounds = ("d1", "d2", "d4", "d5", "d6") if dark else ("d1", "d2", "d3", "d4", "d5")
    light_words = (True, True, False, False, False) if dark else (False, False, False, True, True)
    bright, deep = (colours["ink"], colours["paper"]) if dark else (colours["card"], colours["ink"])
    return {f"q{k}": colours[name] for k, name in enumerate(grounds, start=1)} | {
        f"u{k}": bright if light else deep for k, light in enumerate(light_words, start=1)
    }


def _words(system: System) -> dict[str, Any]:
    """Return what the template says of the data and the fit."""
    streams = system.streams
    numbers = sorted({number for stream in streams.streams for number in stream.countries})
    return {
        "system": system,
        "streams": streams,
        "draws": f"{system.draws:,}",
        "where": country_names_of(tuple(numbers)) or "no country",
        "events": float(streams.counts.sum(axis=(1, 2)).mean()),
        "scales": ", ".join(f"{scale:g}" for scale in system.scales),
        "longest": "on the day itself and over the months that follow",
        "sources": sources(),
    }


def _links_words(system: System, links: Links) -> dict[str, Any]:
    """Return the table of links, the picture, and the lists beside them."""
    sure = sure_links(system, links, most=MOST_DRAWN)
    bounds = [f"{edge:g}" for edge in EDGES]
    labels = [f"under {bounds[0]}", *(f"{a}–{b}" for a, b in pairwise(bounds))]
    return {
        "matrix": matrix(system, links),
        "network": network(system.streams.streams, links, sure),
        "sure": sure[:LISTED],
        "count_sure": links.count("sure"),
        "unsure": sure_links(system, links, state="unsure", most=MIGHT),
        "unit": links.unit,
        "asked": int((links.state != STATES.index("unasked")).sum()),
        "csv": b64encode(links_csv(system, links).encode("utf-8")).decode("ascii"),
        "least": f"{LEAST:g}",
        "little": f"{LITTLE:g}",
        "steps": [*labels, f"{bounds[-1]} or more"],
    }


def _ordered(rows: list[dict[str, Any]], system: System) -> list[dict[str, Any]]:
    """Return backgrounds, the one that this page rests on first."""
    return sorted(rows, key=lambda row: row["words"] != words_of(system.background))


def _with_places(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the places of their ratios on one scale from zero to beyond one."""
    one = on_scale([1.0], low=0.0, high=RATIO)[0]
    return [row | {"at": on_scale(row["ratio"], low=0.0, high=RATIO), "one": one} for row in rows]
