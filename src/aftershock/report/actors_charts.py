"""An actor's dispersion by half-year as charts without a script: drawn from Vega-Lite's words, coloured by the page's style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aftershock.report.charts import course, css

if TYPE_CHECKING:
    from aftershock.actors.dispersion import Dispersion, Estimate, Window

__all__ = ["course_charts"]

_TITLES = {"cells": "Effective number of cells", "one_sided_share": "Share of events that are one-sided"}


def course_charts(found: Dispersion) -> list[dict[str, str]]:
    """Return the effective number of cells and the one-sided share by half-year, each drawn with its 90 % intervals.

    A figure that is known of no half-year has no chart.
    """
    charts = []
    for name, title in _TITLES.items():
        periods = [(window, getattr(window, name)) for window in found.course if getattr(window, name)]
        if periods:
            days = f"{periods[0][0].start} to {periods[-1][0].end}"
            label = f"{title} by half-year, {days}, with 90 % intervals; the table below holds them."
            charts.append({"title": title, "label": label, "svg": _drawn(found, periods, share=name != "cells")})
    return charts


def _drawn(found: Dispersion, periods: list[tuple[Window, Estimate]], *, share: bool) -> str:
    """Return a chart as SVG that a page may hold: without a size of its own, without a name space, without scripts."""
    import vl_convert

    from aftershock.report.page import VEGALITE

    spec = course(css, share=share)
    spec["datasets"] = {"periods": [_row(window, value) for window, value in periods], "days": []}
    if found.at is None:
        spec["layer"] = spec["layer"][:-1]
    else:
        spec["datasets"]["days"] = [{"day": found.at.isoformat()}]
    text = str(vl_convert.vegalite_to_svg(spec, vl_version=VEGALITE))
    head = re.match(r"<svg[^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>", text)
    if head is None:  # a converter that writes otherwise
        return text
    return f'<svg viewBox="0 0 {head[1]} {head[2]}" aria-hidden="true">{text[head.end() :]}'


def _row(window: Window, value: Estimate) -> dict[str, Any]:
    return {
        "start": window.start.isoformat(), "end": window.end.isoformat(), "low": value.low, "value": value.value,
        "high": value.high,
    }  # fmt: skip
