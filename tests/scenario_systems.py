"""A small fitted system made by hand, for tests of scenarios: four fronts, two countries, known links."""

from functools import cache

import numpy as np

from aftershock.contract import Provenance, Stream, Streams
from aftershock.scenarios.running import prepare
from aftershock.system.fit import StreamPosterior, System
from aftershock.system.memory import Memory

SCALES = (1.0, 7.0, 30.0, 120.0)
NAMES = ("IS – government", "IS – SDF", "IS against civilians", "rebels – SDF")
ACTORS = (("IS", "government"), ("IS", "SDF"), ("IS",), ("rebels", "SDF"))
TYPES = (("sb",), ("ns",), ("os",), ("ns",))
COUNTRIES = ((645,), (652,), (645,), (652,))
ORIGIN = "2017-07-05"
FEEDS = np.array([[0.3, 0.0, 0.0, 0.0], [0.2, 0.2, 0.0, 0.0], [0.1, 0.0, 0.1, 0.0], [0.0, 0.15, 0.0, 0.2]])


def made_streams(days=900, *, rates=(0.8, 0.6, 0.5, 0.4), seed=3, countries=COUNTRIES):
    """Streams that end on the origin; each event has a few deaths, some of them civilians."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rates, (1, days, len(NAMES))).astype(np.int32)
    deaths = (counts + rng.poisson(2 * counts)).astype(np.int32)
    civilians = rng.binomial(deaths, 0.5).astype(np.int32)
    civilians[:, :, 2] = deaths[:, :, 2]
    return Streams(
        streams=tuple(Stream(*each) for each in zip(NAMES, ACTORS, TYPES, countries, strict=True)),
        first_day=np.datetime64(ORIGIN) - days + 1,
        counts=counts,
        deaths=deaths,
        civilians=civilians,
        losses=np.zeros((*counts.shape, 2), np.int32),
        size=(counts * np.log1p(2.0)).astype(np.float32),
        harm=np.log1p(civilians).astype(np.float32),
        present=np.ones(counts.shape[1:], bool),
        kin=(),
        left_out={},
        ranged=0,
        provenance=Provenance("a test", "of a test's vintage", "UCDP (CC BY 4.0): test", ("Made by hand.",)),
    )


def made_system(feeds=FEEDS, base=(0.5, 0.3, 0.4, 0.25), *, draws=20, streams=None):
    """A system whose links act within seven days by the first channel, the posterior's draws a little apart."""
    streams = made_streams() if streams is None else streams
    s = len(NAMES)
    rng = np.random.default_rng(4)
    targets = []
    for k in range(s):
        weights = np.zeros((draws, s, 2, len(SCALES)))
        weights[:, :, 0, 1] = np.asarray(feeds)[k] * rng.uniform(0.9, 1.1, (draws, 1))
        targets.append(
            StreamPosterior(
                sources=np.arange(s), start=10, base=np.full((draws, 1), base[k]), feeds=weights, delta=np.full(draws, 0.3),
                rho=np.full(draws, 0.1), imputation=np.zeros(draws, np.int64), taken=1.0,
            )
        )  # fmt: skip
    return System(streams, tuple(targets), "constant", "all", SCALES, Memory.of(streams).harm_unit, 1, "test")


@cache
def made_prepared():
    """The system with its opening and structure, made once."""
    return prepare(made_system())


def scenario_text(*interventions, name="tried", until="2017-12-31", ask=(), more=""):
    """A scenario as a person writes it; each intervention is a line of YAML's flow style."""
    lines = [f"name: {name}", f"title: {name.capitalize()} here", f"until: {until}"]
    lines += ["interventions:", *(f"  - {{{one}}}" for one in interventions)] if interventions else []
    lines += ["ask:", *(f"  - {{{one}}}" for one in ask)] if ask else []
    return "\n".join(lines) + "\n" + more
