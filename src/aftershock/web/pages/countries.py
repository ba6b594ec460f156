"""One country: headline, past and forecast, chances, types apart, why, its actors, its track record."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from aftershock.figures import countries as countries_table
from aftershock.months import month_name
from aftershock.report.charts import course_of_forecasts, css, fan, small_fan
from aftershock.report.data import WORDS
from aftershock.report.track_groups import region_of
from aftershock.summary import LEVELS
from aftershock.web.answers import respond_again
from aftershock.web.pages.world import About, ForecastName, Target, about_of
from aftershock.web.rendering import HTML, Packed, pack, pack_json, page_text
from aftershock.web.results import Edition, check_target
from aftershock.web.slices import QUESTIONS, country_payload, country_reasons, type_links

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["countries"])
Code = Annotated[str, Path(max_length=60, description="ISO3 code, VIEWS number or name.")]
WINDOW = 10  # years of actors shown


class CountryName(BaseModel):
    """A country of the forecast."""

    country_id: int
    isoab: str
    country: str
    region: str


class Pair(BaseModel):
    """A pair of sides, or the one side of one-sided violence; neither side is the attacker."""

    type: str
    name: str
    years: list[int]
    events: int | None = None
    deaths: int | None = None


class Country(BaseModel):
    """One country: the past, the forecast, why, its actors, its track record."""

    about: About
    target: Target
    country_id: int
    isoab: str
    country: str
    headline: str
    past_months: list[int] = Field(description="month_id of the record.")
    past: list[int | None] = Field(description="Recorded deaths by month; None where the country did not exist.")
    provisional: list[int] = Field(description="month_id of provisional months.")
    months: list[int] = Field(description="month_id forecast.")
    summary: dict[str, list[float]] = Field(description="Columns of summarise, one value per month forecast.")
    totals: dict[str, Any] = Field(description="Of summarise_totals, over the next twelve months.")
    conflict: float
    onset: float | None
    escalation: float | None
    actors: list[Pair]
    track_record: dict[str, Any] | None = Field(
        description="Past forecasts month by month, mean CRPS, and the benchmarks'."
    )


def _track(edition: Edition, place: int, target: str) -> dict[str, Any] | None:
    """Return a country's past forecasts, or None where there are none to show."""
    track = (edition.document("track") or {}).get(target)
    if track is None:
        return None
    shared = track["countries"]
    own = shared["units"][place]
    return None if own is None else own | {name: shared[name] for name in ("model", "months", "windows")}


@api.get("/countries", response_model=list[CountryName], summary="The countries of the forecast")
def countries_twin(request: Request, forecast: ForecastName = None) -> Response:
    """Code, name and region of each."""
    edition = request.app.state.shelf.find(forecast)
    return respond_again(request, edition.packed("api/countries", lambda: pack_json(_names(edition))))


def _names(edition: Edition) -> list[dict[str, Any]]:
    codes = countries_table().set_index("country_id").gwcode
    return [
        {
            "country_id": u["id"],
            "isoab": u["code"],
            "country": u["name"],
            "region": region_of(int(codes.get(u["id"], 999))),
        }
        for u in edition.document("payload")["units"]
    ]


@api.get("/countries/{code}", response_model=Country, summary="One country")
def country_twin(request: Request, code: Code, target: Target = "sb", forecast: ForecastName = None) -> Response:
    """Past, forecast, chances, actors and track record of a country."""
    edition = request.app.state.shelf.find(forecast)
    place = edition.place_of(code)
    return respond_again(
        request, edition.packed(f"api/countries/{place}/{target}", lambda: _twin(edition, place, target))
    )


def _twin(edition: Edition, place: int, target: str) -> Packed:
    payload = country_payload(edition, place, target)
    unit, record = payload["units"][0], payload["record"]
    totals = {name: column[0] for name, column in payload["totals"][target].items()}
    return pack_json(
        {
            "about": about_of(edition), "target": target, "country_id": unit["id"], "isoab": unit["code"],
            "country": unit["name"],
            "headline": totals["headline"],
            "past_months": list(range(record["first"], record["last"] + 1)),
            "past": _series(record, target), "provisional": record["provisional"], "months": payload["months"],
            "summary": payload["cells"][target], "totals": totals, **payload["risks"][target],
            "actors": edition.document("actors")["countries"][place], "track_record": _track(edition, place, target),
        }
    )  # fmt: skip


def _series(record: dict[str, Any], target: str) -> list[int | None]:
    """Return recorded deaths by month."""
    deaths: list[int | None] = [0] * (record["last"] - record["first"] + 1)
    for kind in record["counts"] if target == "total" else [target]:
        (pairs,) = record["counts"][kind]
        for month, count in zip(pairs[::2], pairs[1::2], strict=True):
            deaths[month] = (deaths[month] or 0) + count
    (gaps,) = record["gaps"]
    for begin, end in zip(gaps[::2], gaps[1::2], strict=True):
        deaths[begin:end] = [None] * (end - begin)
    return deaths


@page.get("/countries")
def countries(request: Request, target: str = "sb", find: str = "") -> Response:
    """All countries by region; a name typed leads to its page."""
    edition, target = request.app.state.shelf.newest(), check_target(target)
    if find.strip():
        unit = edition.document("payload")["units"][edition.place_of(find)]
        return RedirectResponse(f"/countries/{unit['code']}?target={target}", status_code=303)
    return respond_again(request, edition.packed(f"page/countries/{target}", lambda: _list(edition, target)))


def _list(edition: Edition, target: str) -> Packed:
    payload = edition.document("payload")
    totals = payload["totals"][target]
    regions: dict[str, list[dict[str, Any]]] = {}
    for place, name in enumerate(_names(edition)):
        row = {
            "code": name["isoab"],
            "name": name["country"],
            "p": totals["p_25"][place],
            "past": totals["past"][place],
        }
        regions.setdefault(name["region"], []).append(row)
    for rows in regions.values():
        rows.sort(key=lambda row: row["name"])
    text = page_text(
        "countries.html.j2", path="/countries", target=target, type_links=type_links(edition), about=edition.about,
        shipped=edition.shipped, old=False, regions=dict(sorted(regions.items())), words=WORDS, sum=payload["sum"],
    )  # fmt: skip
    return pack(text, HTML)


def _month_rows(payload: dict[str, Any], target: str) -> list[dict[str, Any]]:
    """Return the forecast month by month, for readers without scripts."""
    columns = payload["cells"][target]
    return [
        {
            "name": month_name(month),
            "median": columns["median"][h],
            "intervals": [(columns[f"lower_{level}"][h], columns[f"upper_{level}"][h]) for level in LEVELS],
            "chances": [columns[f"p_{k}"][h] for k in payload["thresholds"]],
        }
        for h, month in enumerate(payload["months"])
    ]


@page.get("/countries/{code}")
def country(request: Request, code: str, target: str = "sb", forecast: str | None = None) -> Response:
    """One country."""
    edition, target = request.app.state.shelf.find(forecast), check_target(target)
    place = edition.place_of(code)
    key = f"page/countries/{place}/{target}/{bool(forecast)}"
    return respond_again(request, edition.packed(key, lambda: _page(edition, place, target, chosen=bool(forecast))))


def _page(edition: Edition, place: int, target: str, *, chosen: bool) -> Packed:
    payload, reasons = country_payload(edition, place, target), country_reasons(edition, place)
    track, actors = _track(edition, place, target), edition.document("actors")
    unit = payload["units"][0]
    questions = [
        (name, question, payload["risks"][target][key])
        for key, (name, question) in QUESTIONS.items()
        if key != "conflict"
    ]
    text = page_text(
        "country_page.html.j2", path=f"/countries/{unit['code']}", target=target, type_links=type_links(edition),
        more_query=f"&forecast={edition.name}" if chosen else "", about=edition.about, shipped=edition.shipped, old=False,
        unit=unit, reasons=reasons, members=edition.about["members"], questions=questions,
        actors=actors["countries"][place], actors_of=actors, window=WINDOW, words=WORDS, track=track,
        headline=payload["totals"][target]["headline"][0],
        unnamed=any("XXX" in pair["name"] for pair in actors["countries"][place]),
        month_rows=_month_rows(payload, target), levels=LEVELS, cells=edition.document("cells") is not None,
        blocks={
            "payload": payload, "reasons": reasons, "past-forecasts": track,
            "specs": {"fan": fan(css), "types": small_fan(css), "past": course_of_forecasts(css)},
        },
    )  # fmt: skip
    return pack(text, HTML)
