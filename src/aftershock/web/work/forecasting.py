"""The job that forecasts every country from the data at hand, and writes what the pages read."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from aftershock.web.work.kinds import Kind, Parameters, Place, Progress

__all__ = ["KIND", "ForecastParameters"]


class ForecastParameters(Parameters):
    """How to forecast: months ahead, draws, seed, and whether past years are scored as well."""

    months: int = Field(36, ge=1, le=36, title="Months ahead")
    draws: int = Field(1000, ge=100, le=2000, title="Draws per country and month")
    seed: int = Field(1, ge=0, le=2**31, title="Seed: the same gives the same figures")
    track_record: bool = Field(True, title="Score past years too (takes some minutes more)")


def run(parameters: ForecastParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Forecast, and write the pages' documents."""
    from aftershock.store import Store
    from aftershock.web.work.publishing import publish

    return publish(Store(place.data), place.folder, parameters, progress)


KIND = Kind(
    name="forecast",
    title="Forecast every country",
    parameters=ForecastParameters,
    run=run,
    page="/world?forecast={id}",
    minutes=60,
)
