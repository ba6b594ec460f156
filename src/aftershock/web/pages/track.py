"""The track record: misses first, then scores against every benchmark, reliability, coverage, PIT."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from aftershock.explanations.members import described
from aftershock.report.charts import coverage, css, misses, pit, reliability, score_dots
from aftershock.report.data import WORDS
from aftershock.report.track import SCORES
from aftershock.report.track_groups import GROUPS
from aftershock.web.answers import respond_again
from aftershock.web.errors import MissingError
from aftershock.web.pages.world import About, ForecastName, Target, about_of
from aftershock.web.rendering import HTML, Packed, pack, pack_json, page_text
from aftershock.web.results import SHIPPED, Edition, Shelf, check_target
from aftershock.web.slices import type_links

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["track record"])
DIGITS = {"crps": 2, "log_crps": 4, "ign": 3, "mis": 1}
LEFT_OUT = ("countries", "score_words")


class TrackRecord(BaseModel):
    """How past forecasts did; scores are mean scores, smaller is better."""

    about: About
    target: Target
    model: str
    windows: str
    n: int = Field(description="Forecasts of one country and month.")
    units: int
    misses: dict[str, Any] = Field(description="The country-months with the largest error, worst first.")
    overall: list[dict[str, Any]]
    scores: list[dict[str, Any]] = Field(description="By model and window.")
    groups: dict[str, list[dict[str, Any]]] | None = Field(description="By model and horizon, region, intensity.")
    reliability: dict[str, Any] = Field(description="By threshold.")
    coverage: dict[str, Any]
    pit: list[dict[str, Any]]


def _edition(request: Request, name: str | None) -> Edition:
    """Return the edition whose track record is shown: the one that comes with the package where another has none."""
    shelf: Shelf = request.app.state.shelf
    found = shelf.find(name)
    return found if name or found.document("track") else shelf.find(SHIPPED)


def _document(edition: Edition, target: str) -> dict[str, Any]:
    track = (edition.document("track") or {}).get(target)
    if track is None:
        raise MissingError(
            "a track record must have been made with the forecast",
            found="none",
            fix="Forecast anew with it on the page of jobs; it needs five years of record.",
        )
    found: dict[str, Any] = track
    return found


@api.get("/track-record", response_model=TrackRecord, summary="How past forecasts did")
def track_twin(request: Request, target: Target = "sb", forecast: ForecastName = None) -> Response:
    """Misses, scores against every benchmark by window, horizon, region and intensity, reliability, coverage, PIT."""
    edition = _edition(request, forecast)

    def make() -> Packed:
        track = {name: value for name, value in _document(edition, target).items() if name not in LEFT_OUT}
        return pack_json({"about": about_of(edition), "target": target} | track)

    return respond_again(request, edition.packed(f"api/track-record/{target}", make))


@page.get("/track-record")
def track_record(request: Request, target: str = "sb", forecast: str | None = None) -> Response:
    """Show the track record of one type of violence."""
    edition, target = _edition(request, forecast), check_target(target)
    _document(edition, target)
    other = edition is not request.app.state.shelf.find(forecast)
    key = f"page/track-record/{target}/{bool(forecast)}/{other}"
    return respond_again(
        request, edition.packed(key, lambda: _page(edition, target, chosen=bool(forecast), other=other))
    )


def _page(edition: Edition, target: str, *, chosen: bool, other: bool) -> Packed:
    whole = _document(edition, target)
    track = {name: value for name, value in whole.items() if name != "countries"}
    models = {row["model"]: described(row["model"]) for row in track["overall"]} | {edition.about["model"]: ("", "")}
    specs = {
        "misses": misses(css), "scores": score_dots(css), "reliability": reliability(css), "coverage": coverage(css),
        "pit": pit(css),
    }  # fmt: skip
    text = page_text(
        "track_page.html.j2", path="/track-record", target=target, type_links=type_links(edition),
        more_query=f"&forecast={edition.name}" if chosen else "", about=edition.about,
        shipped=edition.shipped and not other, old=False,
        forecast={"model": track["model"]}, track=track, adjective=WORDS[target][1], models=models, score_words=SCORES,
        other=other, group_words=GROUPS, tables=_tables(track) if track["groups"] else {},
        blocks={"track": track, "specs": specs},
    )  # fmt: skip
    return pack(text, HTML)


def _tables(track: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return log-CRPS and CRPS by group and model, the best of a row marked."""
    models = [row["model"] for row in track["overall"]]
    found = {}
    for kind, rows in track["groups"].items():
        by_group: dict[str, dict[str, Any]] = {}
        for row in rows:
            by_group.setdefault(row["group"], {})[row["model"]] = row
        found[kind] = {
            "models": models,
            "rows": [
                {
                    "group": group,
                    "n": max(row["n"] for row in cells.values()),
                    "cells": [
                        {
                            key: {
                                "value": f"{cells[m][key]:,.{DIGITS[key]}f}",
                                "best": cells[m][key] == min(c[key] for c in cells.values()),
                            }
                            for key in SCORES
                        }
                        if m in cells
                        else None
                        for m in models
                    ],
                }
                for group, cells in by_group.items()
            ],
        }
    return found
