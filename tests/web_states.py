"""Every page of the web app in every state worth looking at: a data directory with results of all kinds, and addresses."""

import datetime as dt
import itertools
import json
import random
import re
import sqlite3
from contextlib import closing
from unittest import mock

from aftershock.accounts.account import read_account
from aftershock.errors import UsageError
from aftershock.store import Store
from aftershock.system.files import write_system
from aftershock.web import results
from aftershock.web.accounts.keeping import Keeper
from aftershock.web.cell_bins import CELL_MEASURES, DEFAULT_BIN
from aftershock.web.jobs import Queue
from aftershock.web.settings import Settings
from aftershock.web.work import KINDS
from aftershock.web.work.bases import BASE_FILE, describe_base
from scenario_systems import made_system
from web_results import SMALL, done

ARTICLE = """The road from Mosul

By Ann Example

July 12, 2017

MOSUL, Iraq - Islamic State fighters killed at least 300 civilians in Mosul in June, the United Nations said on Tuesday.

Fighting between the Islamic State and the government of Iraq in Iraq will go on until the end of 2018, one officer said. \
"They have lost the city and not the war," said Gen. Karim Example, who commands a brigade.

The bread was good that morning, and nobody spoke of the river.
"""
ACCOUNT = """account: {id: mosul, title: After Mosul, outlet: The Example, author: Ann Example, date: 2017-07-12}
claims:
  - {id: fights, says: IS fights the government of Iraq., kind: claim, speaker: a general, questions: [{kind: fights, criteria: {scope:
     {actors: [IS], against: [Government of Iraq], countries: [Iraq]}, window: {start: 2017-01-01, end: 2017-07-01}}}]}
  - {id: many, says: At least 50 people died in fighting over Iraq in June 2017., kind: figure, questions: [{kind: count,
     criteria: {scope: {countries: [Iraq]}, measure: deaths, threshold: {at_least: 50}, window: {start: 2017-06-01, end: 2017-06-30}}}]}
  - {id: goes-on, says: It will go on until the end of 2018., kind: prediction, probability: 0.8, questions: [{kind: happened, criteria:
     {scope: {actors: [IS], countries: [Iraq]}, window: {start: 2018-01-01, end: 2018-12-31}}}]}
  - {id: oil, says: Oil is behind it., questions: [{kind: outside, reason: records hold no motives}]}
  - {id: bread, says: The bread was good., status: draft}
"""
SCENARIO = """name: is-leaves
title: IS leaves
until: 2017-12-31
interventions:
  - {kind: leaves, actor: IS, date: 2017-08-01}
ask:
  - {actor: IS, country: Iraq, by: 2017-12-01, days: 60}
"""
ACLED = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,"
    "interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,"
    "fatalities,tags,timestamp\n"
    + "".join(
        f"SDN{n},2024-0{n}-12,2024,1,Political violence,Battles,Armed clash,Rapid Support Forces,,2,Military Forces of Sudan,,1,12,,729,Northern "
        f"Africa,Sudan,Khartoum,,,Khartoum,15.5,32.5,1,Radio,Local,x,{n},,1700000000\n"
        for n in (1, 2, 3, 6)
    )
    + "SDN9,not a day,2024"
    + "," * 28
    + "\n"
)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def fill(folder):
    """Put results of every kind into a data directory; return the address of each page that shows one."""
    numbers = itertools.count(1)
    with (
        mock.patch("secrets.token_hex", side_effect=lambda size: f"{next(numbers):0{2 * size}x}"),
        mock.patch("aftershock.web.work.checking.dt") as clock,
    ):
        clock.datetime.now.return_value = NOON
        return _fill(folder)


def _fill(folder):
    fitted = done(folder, "system", SMALL | {"history": 0})
    base = done(folder, "system", SMALL, _by_hand)
    answer = done(folder, "whatif", {"base": base, "scenario": SCENARIO, "draws": 60})
    one = done(folder, "actor", {"actor": "Boko Haram", "until": 2019}, _one_actor)
    keeper = Keeper(Settings(data=folder).folder)
    read = keeper.begin(ARTICLE.encode())
    done(folder, "read", {"account": read})
    mine = keeper.begin()
    keeper.save(mine, read_account(ACCOUNT).account, version=0, what="kept as it came")
    check = done(folder, "check", {"account": mine})
    look = done(folder, "lint", {"account": mine})
    (folder / "acled.csv").write_text(ACLED)
    Store(folder).add(folder / "acled.csv", today=dt.date(2024, 6, 1), known_on=dt.date(2024, 5, 1))
    done(folder, "forecast", {}, _with_cells)
    failed, running = _unfinished(folder)
    _set_clock(folder)
    return {
        "cells": "/world/cells",
        "actors list": "/actors",
        "actors": f"/actors?result={fitted}",
        "actors feedback": f"/actors?result={fitted}&view=feedback",
        "actors sides": f"/actors?result={fitted}&view=sides",
        "one actor": f"/actors?result={one}",
        "what if built": f"/whatif?base={base}&scenario={_quoted(SCENARIO)}",
        "what if answered": f"/whatif?result={answer}",
        "accounts list": "/accounts",
        "account": f"/accounts/{read}",
        "claim": f"/accounts/{mine}/claims/many",
        "findings": f"/accounts/{read}/findings",
        "look through": f"/accounts/jobs/{look}",
        "check": f"/accounts/checks/{check}",
        "ledger": "/accounts/ledger",
        "data": "/data",
        "jobs": "/jobs",
        "job failed": f"/jobs/{failed}",
        "job running": f"/jobs/{running}",
        "job done": f"/jobs/{check}",
    }


EMPTY = {
    "world": "/world",
    "cells empty": "/world/cells",
    "countries": "/countries",
    "country": "/countries/SYR",
    "country quiet": "/countries/FJI?target=ns",
    "actors empty": "/actors",
    "what if empty": "/whatif",
    "accounts empty": "/accounts",
    "ledger empty": "/accounts/ledger",
    "track record": "/track-record",
    "data empty": "/data",
    "jobs empty": "/jobs",
    "new job": "/jobs/new/forecast",
    "missing": "/nowhere",
}
"""Pages of an empty data directory."""
FILLED = (
    "cells",
    "actors list",
    "actors",
    "actors feedback",
    "actors sides",
    "one actor",
    "what if built",
    "what if answered",
    "accounts list",
    "account",
    "claim",
    "findings",
    "look through",
    "check",
    "ledger",
    "data",
    "jobs",
    "job failed",
    "job running",
    "job done",
)
"""Pages that :func:`fill` gives addresses of."""
CLOSED = {"sign in": "/sign-in"}
"""Pages of a server that asks for a token."""


def _quoted(text):
    from urllib.parse import quote

    return quote(text, safe="")


def _by_hand(parameters, place, progress):
    """Write a made system as the job of a fitted one does, without the fitting, whose figures hang on the machine."""
    write_system(place.folder, made_system())
    (place.folder / BASE_FILE).write_text(json.dumps(describe_base(made_system(), "Made by hand")), encoding="utf-8")
    return {"days": "2015 to 2017", "streams": 4}


def _one_actor(parameters, place, progress):
    fault = UsageError("a spread must be long known", found="4 years", fix="Wait.")
    with mock.patch(
        "aftershock.actors.spread.spread.spread", side_effect=fault
    ):  # learning its chances takes half a minute
        return KINDS["actor"].run(parameters, place, progress)


def _with_cells(parameters, place, progress):
    """Write the shipped forecast, with a map by cell of chances drawn by lot."""
    from aftershock.grid.cells import land_cells

    shipped, lot = results.Edition(results.SHIPPED), random.Random(1)
    for name in ("payload", "risks", "reasons", "actors", "track"):
        (place.folder / f"{name}.json").write_bytes(shipped.content(f"{name}.json"))
    vintages = [vintage.id for vintage in Store(place.data).vintages()]
    (place.folder / "about.json").write_text(json.dumps(shipped.about | {"vintages": vintages}))
    origin = shipped.document("payload")["origin"]
    months = [*range(origin - 23, origin + 1), *shipped.document("payload")["months"]]
    owners, cells = land_cells()
    violent = {owner: lot.random() for owner in sorted(set(owners.tolist()))}
    rows = [(c, o) for c, o in sorted(zip(cells.tolist(), owners.tolist(), strict=True)) if violent[o] > 0.6]
    most = len(CELL_MEASURES["p_1"]["labels"]) - 1
    document = {
        "priogrid_gid": [c for c, _ in rows],
        "country_id": [o for _, o in rows],
        "bins": "".join(str(min(int(lot.expovariate(1)), most)) * len(months) for _ in rows),
    }
    (place.folder / "cells-sb-p_1.json").write_text(json.dumps(document))
    (place.folder / "cells.json").write_text(json.dumps({"months": months, "origin": origin, "cells": 65_000}))
    return {"Countries": 191, "usual bin": DEFAULT_BIN["p_1"]}


def _unfinished(folder):
    """Leave a failed, a running and a waiting job."""
    queue = Queue(Settings(data=folder))
    jobs = [
        queue.add(KINDS["forecast"], KINDS["forecast"].parameters(seed=seed)) for seed in (7, 8, 9)
    ]  # the last one waits
    queue.claim(), queue.claim()
    queue.fail(
        jobs[0].id,
        UsageError("a data directory must hold what a forecast needs", found="12 months of events", fix="Import more years."),
    )  # fmt: skip
    queue.say(jobs[1].id, "forecasting", 5, 12)
    return jobs[0].id, jobs[1].id


def _set_clock(folder):
    """Set every moment that pages show to a fixed one."""
    with closing(sqlite3.connect(folder / "web" / "jobs.sqlite")) as base, base:
        for moment in ("created", "started", "ended"):
            base.execute(f"UPDATE jobs SET {moment} = ? + 60 * place WHERE {moment} IS NOT NULL", (NOON.timestamp(),))
    for path in (folder / "web" / "accounts").rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'("changed": ")[^"]+', rf"\g<1>{NOON.isoformat()}", text), encoding="utf-8")
