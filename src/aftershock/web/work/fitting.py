"""The job that fits a system of actors: which violence feeds which, who sides with whom, side by side over time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator

from aftershock.errors import UsageError
from aftershock.web.work.bases import BASE_FILE, describe_base
from aftershock.web.work.kinds import Kind, Parameters, Place, Progress
from aftershock.web.work.pieces import write_piece

if TYPE_CHECKING:  # their code is compiled, and slow to load
    from aftershock.contract import Events
    from aftershock.system.spiral import Spiral, SpiralCourse
    from aftershock.system.workflow import Fitted, View

__all__ = ["FIT_FILES", "KIND", "MOST_COUNTRIES", "SystemParameters"]

FIT_FILES = (
    "edges.csv",
    "streams.csv",
    "backgrounds.csv",
    "system.json",
    "system.npz",
    "report.html",
    "actors.html",
    "document.json",
)
FEEDBACK, SIDES, OVERVIEW, DOCUMENT = "feedback.html", "sides.html", "overview.json", "document.json"
YEAR = 365
MOST_COUNTRIES = 12
"""Of one system: every stream is asked about every other, and a fit must end within the job's time."""


class SystemParameters(Parameters):
    """Which events, which days, which pairs of actors, and how finely."""

    countries: str = Field(
        "Iraq, Syria",
        min_length=1,
        max_length=300,
        title="Countries",
        description="Names, ISO3 codes or Gleditsch–Ward numbers, separated by commas",
    )
    first: dt.date | None = Field(None, title="First day")
    until: dt.date | None = Field(None, title="Last day")
    least_events: int = Field(
        50, ge=20, le=100_000, title="Events from which on a pair of actors may have a stream of its own"
    )
    most_streams: int = Field(10, ge=1, le=40, title="Pairs that have one at most, the busiest; the others are pooled")
    draws: int = Field(200, ge=20, le=1000, title="Draws from the posterior")
    history: int = Field(
        3, ge=0, le=8, title="Earlier years at whose ends it is fitted again, for the history of the spiral"
    )
    window_days: int = Field(730, ge=30, le=3650, title="Days for which fighting, or standing on one side, counts")
    seed: int = Field(1, ge=0, le=2**31, title="Seed")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.until and self.first >= self.until:
            raise ValueError("the first day must lie before the last")
        return self


def run(parameters: SystemParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Fit, look, and write what the pages show and programs read."""
    from aftershock.report.system_page import render_system_sections, write_system_report
    from aftershock.store import Store
    from aftershock.streams import StreamRule
    from aftershock.system import workflow
    from aftershock.workflow import split_countries

    names = split_countries(parameters.countries)
    if len(names) > MOST_COUNTRIES:
        raise UsageError(
            f"a system must be of {MOST_COUNTRIES} countries at most here",
            found=f"{len(names)}",
            fix="Choose neighbours that share actors, or use `aftershock system fit`.",
        )
    progress("reading events", 0, None)
    events = workflow.load_events(store=Store(place.data), countries=names, progress=progress)
    rule = StreamRule(least_events=parameters.least_events, most_streams=parameters.most_streams)
    fitted = workflow.fit_events(
        events, countries=names, rule=rule, first=parameters.first, until=parameters.until,
        backgrounds=(YEAR, "constant"), draws=parameters.draws, seed=parameters.seed, progress=progress,
    )  # fmt: skip
    view = workflow.look_at(fitted, seed=parameters.seed, progress=progress)
    spiral = _followed(fitted, view, parameters, progress)
    progress("writing files", 0, None)
    workflow.write_fitted(place.folder, fitted)
    shown: dict[str, Any] = {
        "structure": fitted.structure,
        "residuals": view.residuals,
        "backgrounds": fitted.comparison,
        "spiral": spiral,
        "forecast": view.forecast,
    }
    write_system_report(place.folder / "report.html", fitted.system, **shown)
    write_piece(place, FEEDBACK, render_system_sections(fitted.system, **shown))
    document = _sides(events, names, parameters, place, progress)
    return _described(fitted, view, spiral, document, place, parameters)


def _followed(
    fitted: Fitted, view: View, parameters: SystemParameters, progress: Progress
) -> Spiral | SpiralCourse | None:
    """Return the spiral with its history: fitted again at the ends of earlier years, as far as the record reaches back."""
    from aftershock.system.spiral import SpiralCourse, follow_spiral

    streams, last = fitted.system.streams, fitted.system.streams.last_day
    days = [last - YEAR * back for back in range(parameters.history, 0, -1)]
    days = [day for day in days if (day - streams.first_day).astype(int) >= YEAR]
    if view.spiral is None or not days:
        return view.spiral
    earlier = follow_spiral(streams, days, draws=parameters.draws, seed=parameters.seed, progress=progress)
    return SpiralCourse((*earlier.spirals, view.spiral))


def _sides(
    events: Events, names: list[str], parameters: SystemParameters, place: Place, progress: Progress
) -> dict[str, Any]:
    """Write who sides with whom, and return it; where nothing can be said, why."""
    from aftershock.actors.alliances.balance import balance
    from aftershock.actors.alliances.blows import blows
    from aftershock.actors.alliances.building import network
    from aftershock.report.actors_page import render_actors_sections, write_actors_report

    progress("who sides with whom", 0, None)
    try:
        made = network(events, countries=names, until=parameters.until, window_days=parameters.window_days)
    except UsageError as fault:
        return {
            "network": None,
            "balance": None,
            "blows": None,
            "unsaid": f"Cannot say: {fault.must}; found {fault.found}.",
        }
    parts: list[Any] = [made, balance(made)]
    unsaid = ""
    try:
        parts.append(blows(made))
    except UsageError as fault:
        unsaid = f"Which pairs may come to blows, the record cannot say: {fault.must}; found {fault.found}."
    write_actors_report(parts, place.folder / "actors.html")
    write_piece(place, SIDES, render_actors_sections(parts))
    told = dict(zip(("network", "balance", "blows"), [part.document() for part in parts], strict=False))
    return {"blows": None} | told | {"unsaid": unsaid}


def _described(  # noqa: PLR0917
    fitted: Fitted,
    view: View,
    spiral: Spiral | SpiralCourse | None,
    sides: dict[str, Any],
    place: Place,
    parameters: SystemParameters,
) -> dict[str, Any]:
    """Write the documents, and return the facts of the job's page."""
    from aftershock.report.actors_timeline import timeline
    from aftershock.system.documents import fitted_document
    from aftershock.system.spiral import SpiralCourse

    system = fitted.system
    course = spiral.to_frame().to_dict("records") if isinstance(spiral, SpiralCourse) else []
    course = [row | {"origin": str(row["origin"])[:10]} for row in course]
    document = fitted_document(fitted, view) | {"spiral_course": course, "timeline": timeline(system.streams)} | sides
    write_piece(place, DOCUMENT, document)
    title = f"{parameters.countries}, {system.streams.first_day} to {system.streams.last_day}"
    write_piece(place, BASE_FILE, describe_base(system, title))
    keys = (
        "source",
        "vintage",
        "citation",
        "notes",
        "first",
        "until",
        "ratio",
        "half_life",
        "share",
        "summary",
        "missed",
        "spiral",
        "spiral_course",
        "timeline",
        "unsaid",
    )
    write_piece(
        place,
        OVERVIEW,
        {"title": title, **{key: document[key] for key in keys}, "has_sides": sides["network"] is not None},
    )
    ratio = document["ratio"]
    return {
        "streams": len(system.names),
        "days": f"{document['first']} to {document['until']}",
        "branching ratio": f"{ratio['median']:.2f} ({ratio['lower_90']:.2f} to {ratio['upper_90']:.2f})",
    }


KIND = Kind(
    name="system",
    title="Fit a system of actors",
    parameters=SystemParameters,
    run=run,
    page="/actors?result={id}",
    minutes=120,
)
