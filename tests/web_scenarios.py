"""Scenarios for tests of the web app: texts, a system made by hand, and a data directory where one has been worked out."""

import json
from urllib.parse import parse_qs, urlsplit

from aftershock.system.files import write_system
from aftershock.web.work.bases import BASE_FILE, describe_base
from scenario_systems import made_system
from web_results import SMALL, done

TEXT = "name: is-leaves\ntitle: IS leaves\nuntil: 2017-12-31\ninterventions:\n  - {kind: leaves, actor: IS, date: 2017-08-01}\n"
OWN = TEXT + "system: {countries: [Syria], first: 2017-01-01, until: 2017-07-05, background: constant, draws: 20}\n"


def fit_by_hand(parameters, place, progress):
    """A system's job that takes the system made by hand."""
    write_system(place.folder, made_system())
    (place.folder / BASE_FILE).write_text(json.dumps(describe_base(made_system(), "Made by hand")), encoding="utf-8")
    return {"days": "2015 to 2017", "streams": 4}


def work_out(folder):
    """Fit the system by hand and work a scenario out on it: system's job, answer's job."""
    base = done(folder, "system", SMALL, fit_by_hand)
    return base, done(folder, "whatif", {"base": base, "scenario": TEXT, "draws": 30})


def scenario_of(location):
    """The scenario that an address holds."""
    return parse_qs(urlsplit(location).query)["scenario"][0]
