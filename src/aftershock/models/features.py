"""What a forest sees of each unit and month: its own past, the other types of violence, its neighbours, the world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import TARGETS, Panel
from aftershock.figures import neighbours

__all__ = ["Features", "level", "make_features", "months_since"]

LONGEST = 300  # months since something, at most
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """One value per unit, month and feature; each rests on that month and earlier ones alone.

    Attributes
    ----------
    names : tuple of str
        In words, as :func:`aftershock.explain` shows them.
    values : numpy.ndarray, shape (units, months, features), float32
        Deaths as ``log(1 + deaths)``, months since as ``log(1 + months)``.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]


def make_features(panel: Panel, target: str) -> Features:
    """Return the features of every unit and month of a panel for one target."""
    deaths = panel.series(target).astype(np.float64)
    columns = _own_past(deaths)
    for other in TARGETS[:3]:
        if other != target:
            columns |= _other_violence(panel.series(other).astype(np.float64), other)
    columns |= _around(panel, deaths)
    return Features(tuple(columns), np.stack([c.astype(np.float32) for c in columns.values()], axis=-1))


def level(deaths: Array, half_life: float) -> Array:
    """Return the exponentially weighted geometric mean of deaths up to each month, robust to a single month's lump.

    ``exp(mean of log(1 + deaths)) - 1`` with weights that halve every ``half_life`` months; shape as ``deaths``.
    """
    return np.expm1(_decayed(np.log1p(deaths), half_life))


def months_since(happened: NDArray[np.bool_]) -> Array:
    """Return the months since something last happened, 0 in that month, at most 300; shape as ``happened``."""
    months = np.arange(happened.shape[1])
    last = np.maximum.accumulate(np.where(happened, months, -LONGEST), axis=1)
    return np.minimum(months - last, LONGEST).astype(np.float64)


def _own_past(deaths: Array) -> dict[str, Array]:
    logs, any_, many = np.log1p(deaths), deaths > 0, deaths >= 25
    means = {w: np.log1p(_mean(deaths, w)) for w in (2, 3, 6, 12, 24, 60, 120)}
    decayed = {h: _decayed(logs, h) for h in (1.5, 4, 8, 24)}
    columns = {
        "deaths in the last month": logs,
        "deaths in the month before": _lagged(logs, 1),
        "deaths two months before": _lagged(logs, 2),
    }
    columns |= {f"mean deaths of {w} months": mean for w, mean in means.items()}
    columns |= {f"typical deaths of {w} months": _mean(logs, w) for w in (6, 12, 60)}
    columns |= {f"share of {w} months with deaths": _mean(any_.astype(float), w) for w in (3, 12, 36, 120)}
    columns |= {f"share of {w} months with 25 deaths or more": _mean(many.astype(float), w) for w in (12, 60)}
    columns |= {f"worst of {w} months": _largest(logs, w) for w in (12, 60, 240)}
    columns["months since the last death"] = np.log1p(months_since(any_))
    columns["months since 25 deaths or more"] = np.log1p(months_since(many))
    spread = _mean(logs**2, 12) - _mean(logs, 12) ** 2
    columns["spread of 12 months"] = np.sqrt(np.maximum(spread, 0))
    columns["trend of 3 months against 12"] = means[3] - means[12]
    columns["trend of 12 months against 60"] = means[12] - means[60]
    columns |= {f"level, half-life {h:g} months": value for h, value in decayed.items()}
    columns["trend of the level, half-life 1.5 against 4"] = decayed[1.5] - decayed[4]
    columns["trend of the level, half-life 4 against 24"] = decayed[4] - decayed[24]
    columns["lumps: mean above the level"] = np.log1p(_decayed(deaths, 4)) - decayed[4]
    return columns


def _other_violence(deaths: Array, name: str) -> dict[str, Array]:
    columns = {f"{name}: mean deaths of {w} months": np.log1p(_mean(deaths, w)) for w in (3, 12, 60)}
    return columns | {f"{name}: months since the last death": np.log1p(months_since(deaths > 0))}


def _around(panel: Panel, deaths: Array) -> dict[str, Array]:
    """Return what neighbours (of countries; other units have none here) and the whole panel see."""
    beside = _beside(panel) if panel.kind == "country_id" else {}
    columns = {}
    for w in (6, 24):
        mean, worst = np.log1p(_mean(deaths, w)), np.zeros_like(deaths)
        for at, others in beside.items():
            worst[at] = mean[others].max(axis=0)
        columns[f"worst neighbour, mean deaths of {w} months"] = worst
    struck, share = _mean((deaths > 0).astype(float), 12) > 0, np.zeros_like(deaths)
    for at, others in beside.items():
        share[at] = struck[others].mean(axis=0)
    columns["share of neighbours with deaths in 12 months"] = share
    world = _mean(deaths.sum(axis=0, keepdims=True), 12)
    struck_share = _mean((deaths > 0).mean(axis=0, keepdims=True), 12)
    columns["world: mean deaths of 12 months"] = np.broadcast_to(np.log1p(world), deaths.shape)
    columns["world: share of units with deaths"] = np.broadcast_to(struck_share, deaths.shape)
    return columns


def _beside(panel: Panel) -> dict[int, list[int]]:
    """Return the places of each country's neighbours in the panel, by its own place; none for those without."""
    place = {int(unit): k for k, unit in enumerate(panel.units)}
    found = {
        place[unit]: [place[o] for o in others if o in place] for unit, others in neighbours().items() if unit in place
    }
    return {at: others for at, others in found.items() if others}


def _mean(values: Array, window: int) -> Array:
    """Return the mean of the last ``window`` months, or of as many as there are."""
    total = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    last = np.arange(1, values.shape[1] + 1)
    first = np.maximum(last - window, 0)
    mean: Array = (total[:, last] - total[:, first]) / (last - first)
    return np.maximum(mean, 0)


def _largest(values: Array, window: int) -> Array:
    """Return the largest of the last ``window`` months, by doubling."""
    out, reach = values.copy(), 1
    while reach < min(window, values.shape[1]):
        step = min(reach, window - reach)
        out[:, step:] = np.maximum(out[:, step:], out[:, :-step].copy())
        reach += step
    return out


def _lagged(values: Array, months: int) -> Array:
    out = np.zeros_like(values)
    out[:, months:] = values[:, : values.shape[1] - months]
    return out


def _decayed(values: Array, half_life: float) -> Array:
    """Return the mean of all months so far, weights halving every ``half_life`` months."""
    keep, out = 0.5 ** (1 / half_life), np.empty_like(values)
    total, weight = np.zeros(len(values)), 0.0
    for t in range(values.shape[1]):
        total, weight = total * keep + values[:, t], weight * keep + 1
        out[:, t] = total / weight
    return out
