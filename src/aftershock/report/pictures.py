"""Single charts as PNG files, from the same specifications as the page, on light paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aftershock.backtests import Backtest
from aftershock.contract import Forecast, Panel
from aftershock.exports import ready_folder, write_bytes
from aftershock.figures import outlines
from aftershock.months import month_name, month_text
from aftershock.report.charts import Spec, fan, light, reliability, world_map
from aftershock.report.colours import FIRST, MEASURES, bin_of
from aftershock.report.data import WORDS, forecast_payload
from aftershock.report.page import VEGALITE
from aftershock.report.track import shown_model

__all__ = ["key", "titled", "write_pictures"]

THRESHOLD = 25
YEARS = 5  # of past in the fan


def write_pictures(
    folder: Path, forecast: Forecast, panel: Panel, track_record: Backtest | None = None, *, target: str = "sb"
) -> list[Path]:
    """Write ``map.png`` (the first month), ``fan.png`` (the highest forecast's country) and ``reliability.png``.

    Returns
    -------
    list of pathlib.Path
        The files, the last one only with a track record.
    """
    import vl_convert

    payload = forecast_payload(forecast, panel, target=target)
    specs = {"map": _map(payload), "fan": _fan(payload)}
    if track_record:
        specs["reliability"] = _reliability(track_record, shown_model(track_record, forecast.model))
    ready_folder(folder)
    paths = []
    for name, spec in specs.items():
        paths.append(folder / f"{name}.png")
        write_bytes(paths[-1], vl_convert.vegalite_to_png(spec, vl_version=VEGALITE, scale=2))
    return paths


def titled(spec: Spec, title: str, subtitle: str, **more: Any) -> Spec:
    """Return a chart on a card, with a heading."""
    heading = {
        "text": title, "subtitle": subtitle, "anchor": "start", "frame": "group", "fontSize": 17,
        "subtitleFontSize": 13, "color": light("ink"), "subtitleColor": light("muted"), "offset": 14, "fontWeight": 600,
    }  # fmt: skip
    return spec | {"title": heading, "background": light("card"), "padding": 18} | more


def _map(payload: dict[str, Any]) -> Spec:
    """Return the map of the first month's median, with its key beneath."""
    measure, target = MEASURES[FIRST], payload["target"]
    spec = world_map(light, missing=light("none"))
    step = len(payload["months"])
    values = payload["cells"][target][FIRST][::step]
    fills = [light(measure["colours"][bin_of(FIRST, value)]) for value in values]
    rows = [
        {"id": unit["id"], "fill": fill, "edge": light("stroke"), "weight": 0.5}
        for unit, fill in zip(payload["units"], fills, strict=True)
    ]
    for layer in spec["layer"]:
        layer["data"]["values"] = outlines()
    spec["datasets"] = {"values": rows}
    config = spec.pop("config")
    schema, datasets = spec.pop("$schema"), spec.pop("datasets")
    for left_out in ("autosize", "padding", "background"):
        spec.pop(left_out)
    pairs = zip(measure["labels"], measure["colours"], strict=True)
    bins = [{"label": label, "fill": light(colour), "k": k} for k, (label, colour) in enumerate(pairs)]
    text = f"{WORDS[target][0]}, deaths in the month: middle of the forecast (median)"
    return titled(
        {"$schema": schema, "config": config, "datasets": datasets, "vconcat": [spec, key(bins)], "spacing": 4},
        f"What is expected in {month_name(payload['months'][0])}",
        f"{text}. Made with the record up to {month_name(payload['origin'])}.",
    )


def key(rows: list[dict[str, Any]]) -> Spec:
    """Return a map's key from rows of ``label, fill, k``."""
    x = {"field": "k", "type": "ordinal", "axis": None}
    fill, label = {"field": "fill", "type": "nominal", "scale": None}, {"field": "label"}
    return {
        "width": 560,
        "height": 30,
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"x": x, "fill": fill, "y": {"value": 0}, "y2": {"value": 10}}},
            {
                "mark": {"type": "text", "dy": 8, "fontSize": 12},
                "encoding": {"x": x, "y": {"value": 12}, "text": label},
            },
        ],
    }


def _fan(payload: dict[str, Any]) -> Spec:
    """Return the fan of the country with the highest forecast."""
    target, months, origin = payload["target"], payload["months"], payload["origin"]
    totals = payload["totals"][target]
    height = totals["median" if payload["joint"] else "mean"]
    unit = height.index(max(height))
    cells, span = payload["cells"][target], slice(unit * len(months), (unit + 1) * len(months))
    columns = {name: cells[name][span] for name in cells}
    ahead = [
        {"start": month_text(m), "end": month_text(m + 1)} | {name: column[k] for name, column in columns.items()}
        for k, m in enumerate(months)
    ]
    first = max(payload["record"]["first"], origin - YEARS * 12 + 1)
    deaths = _recorded(payload, target, unit)
    past = [
        {"start": month_text(m), "end": month_text(m + 1), "deaths": deaths.get(m, 0), "provisional": False}
        for m in range(first, origin + 1)
    ]
    start = ahead[0]["start"]
    data = {
        "past": past,
        "ahead": ahead,
        "gaps": [{"start": start, "end": start}],
        "came": [{"middle": start, "deaths": 5, "unseen": True}],
        "bounds": [{"middle": start, "low": 0, "high": 0, "unseen": True}],
    }
    spec = fan(light, provisional=light("hatch"), missing=light("none"))
    spec |= {"width": 940, "autosize": "pad", "datasets": data}
    name, headline = payload["units"][unit]["name"], totals["headline"][unit]
    return titled(
        spec,
        f"{name}: {headline[0].lower()}{headline[1:]}",
        f"{WORDS[target][0]}. Bars: recorded deaths a month. Shades: 50, 80 and 95 % intervals; line: median.",
    )


def _recorded(payload: dict[str, Any], target: str, unit: int) -> dict[int, int]:
    """Return recorded deaths by month of one unit, months without a death left out."""
    out: dict[int, int] = {}
    counts = payload["record"]["counts"]
    for kind in counts if target == "total" else (target,):
        flat = counts[kind][unit]
        for offset, deaths in zip(flat[::2], flat[1::2], strict=True):
            month = payload["record"]["first"] + offset
            out[month] = out.get(month, 0) + deaths
    return out


def _reliability(track: Backtest, model: str) -> Spec:
    rows = track.reliability(model, THRESHOLD).to_dict("records")
    spec = reliability(light) | {"width": 600, "height": 420, "autosize": "pad", "datasets": {"bins": rows}}
    years = f"{track.windows[0]}–{track.windows[-1]}" if len(track.windows) > 1 else str(track.windows[0])
    return titled(
        spec,
        f"Chances of {THRESHOLD} or more deaths, and how often they came",
        f"{WORDS[track.target][0]}, {model}, forecasts of {years}. On the dashed line, chances mean what they say.",
    )
