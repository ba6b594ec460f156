"""A forecast in figures and plain words: the table behind ``summary.csv``, yearly totals and headline sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import THRESHOLDS, Forecast, Panel
from aftershock.figures import countries
from aftershock.months import month_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEVELS", "TOTAL_THRESHOLDS", "chance", "headline", "summarise", "summarise_totals"]

LEVELS = (50, 80, 95)
"""Central intervals that are reported, in per cent."""
TOTAL_THRESHOLDS = (1, 25, 100, 1000, 10_000)
"""Exceedance levels of totals over all months of a forecast, in deaths."""
KINDS = {"sb": "state-based", "ns": "non-state", "os": "one-sided", "total": ""}
PAST = 12  # months of past that a forecast is held against


def _intervals(draws: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """Return mean, median and the ends of the central intervals over the last axis."""
    shares = [(50 - level / 2) / 100 for level in LEVELS[::-1]] + [0.5] + [(50 + level / 2) / 100 for level in LEVELS]
    ends = np.quantile(draws, shares, axis=-1)
    names = [f"lower_{level}" for level in LEVELS[::-1]] + ["median"] + [f"upper_{level}" for level in LEVELS]
    return {"mean": draws.mean(axis=-1), **dict(zip(names, ends, strict=True))}


def _unit_columns(kind: str, units: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return the columns that name a unit: for countries all three codes and the name, else the number."""
    if kind != "country_id":
        return {kind: units}
    table = countries().set_index("country_id").reindex(units)
    return {
        "country_id": units,
        "gwcode": table.gwcode.to_numpy(),
        "isoab": table.isoab.to_numpy(),
        "country": table.name.to_numpy(),
    }


def summarise(forecast: Forecast, panel: Panel) -> pd.DataFrame:
    """Summarise every unit, target and month.

    Parameters
    ----------
    forecast : Forecast
    panel : Panel
        Of the same units; gives the past that ``change`` refers to.

    Returns
    -------
    pandas.DataFrame
        ``country_id, gwcode, isoab, country`` (or the unit number), ``target, month_id, month, horizon, mean, median,
        lower_50 … upper_95, p_1, p_25, p_100, p_1000`` (probability of at least so many deaths in the month) and
        ``change``: the mean less the mean month of the last twelve before the origin, in deaths.
    """
    import pandas as pd

    past = panel.until(forecast.origin).select(forecast.units)
    frames = []
    unit, step = (a.ravel() for a in np.indices((len(forecast.units), len(forecast.months))))
    for target in forecast.targets:
        draws = forecast.of(target).reshape(len(unit), -1)
        columns = _unit_columns(forecast.kind, forecast.units[unit])
        columns["target"] = np.full(len(unit), target)
        columns["month_id"] = forecast.months[step]
        columns["month"] = np.array([month_text(int(m)) for m in forecast.months])[step]
        columns["horizon"] = forecast.horizons[step]
        columns |= _intervals(draws)
        columns |= {f"p_{k}": (draws >= k).mean(axis=1) for k in THRESHOLDS}
        known = np.maximum(past.exists[:, -PAST:].sum(axis=1), 1)
        columns["change"] = columns["mean"] - (past.series(target)[:, -PAST:].sum(axis=1) / known)[unit]
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def summarise_totals(forecast: Forecast, panel: Panel) -> pd.DataFrame:
    """Summarise deaths over all months of the forecast together, per unit and target.

    Returns
    -------
    pandas.DataFrame
        The unit's columns, ``target, months`` (how many), ``mean, median, lower_50 … upper_95, p_1 … p_10000``,
        ``past`` (deaths in as many months before the origin, as far as the record goes back), ``past_months`` (how many
        that is), ``p_more`` (probability
        of more deaths than that) and ``headline``.

    Raises
    ------
    UsageError
        The draws are not joint over months.
    """
    import pandas as pd

    before = panel.until(forecast.origin).select(forecast.units)
    frames = []
    for target in forecast.targets:
        draws = forecast.sums(target)
        columns = _unit_columns(forecast.kind, forecast.units)
        columns["target"] = np.full(len(forecast.units), target)
        columns["months"] = np.full(len(forecast.units), len(forecast.months))
        columns |= _intervals(draws)
        columns |= {f"p_{k}": (draws >= k).mean(axis=1) for k in TOTAL_THRESHOLDS}
        columns["past"] = before.series(target)[:, -len(forecast.months) :].sum(axis=1)
        columns["past_months"] = before.exists[:, -len(forecast.months) :].sum(axis=1)
        columns["p_more"] = (draws > columns["past"][:, None]).mean(axis=1)
        frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    table["headline"] = [headline(row, horizons=forecast.horizons.tolist()) for row in table.to_dict("records")]
    return table


def chance(probability: float) -> str:
    """Say a probability as a natural frequency.

    Examples
    --------
    >>> [chance(p) for p in (0.0, 0.02, 0.31, 0.5, 0.79, 0.97, 1.0)]
    ['less than a 1 in 100 chance', 'a 1 in 50 chance', 'a 3 in 10 chance', 'an even chance', 'a 4 in 5 chance',
     'a 97 in 100 chance', 'more than a 99 in 100 chance']
    """
    if probability < 0.01:
        return "less than a 1 in 100 chance"
    if probability > 0.99:
        return "more than a 99 in 100 chance"
    if probability < 0.095:
        return f"a 1 in {round(1 / probability)} chance"
    if probability > 0.905:
        return f"a {round(probability * 100)} in 100 chance"
    tenths = Fraction(round(probability * 10), 10)
    if tenths == Fraction(1, 2):
        return "an even chance"
    return f"a {tenths.numerator} in {tenths.denominator} chance"


def headline(row: Mapping[Any, Any], *, horizons: Sequence[int]) -> str:
    """Say in plain words what one row of :func:`summarise_totals` means.

    The level named is the highest that is more likely than not to be reached, or else 25 deaths, the field's threshold of
    armed conflict.

    Parameters
    ----------
    row : mapping
        ``p_25 … p_10000``, ``past`` and ``p_more``; ``target`` and ``past_months`` if it is not deaths of all types, or
        not as many months of past are known.
    horizons : sequence of int
        The months ahead that the row adds up.

    Examples
    --------
    >>> row = {"p_1": 1.0, "p_25": 1.0, "p_100": 1.0, "p_1000": 0.8, "p_10000": 0.1, "past": 5300, "p_more": 0.45}
    >>> headline(row, horizons=range(1, 13))
    'A 4 in 5 chance of 1,000 or more deaths over the next year; about as in the past year (5,300).'
    """
    probability = {k: float(row[f"p_{k}"]) for k in TOTAL_THRESHOLDS}
    level = max((k for k in TOTAL_THRESHOLDS if k >= 25 and probability[k] >= 0.5), default=25)
    months = len(horizons)
    what = f"{KINDS[str(row.get('target', 'total'))]} deaths".strip()
    span = {1: "month", 12: "year"}.get(months, f"{months} months")
    from_now = list(horizons) == list(range(1, months + 1))
    when = f"the next {span}" if from_now else f"the {months} months forecast" if months > 1 else "the month forecast"
    text = f"{chance(probability[level])} of {level:,} or more {what} over {when}"
    past, more = int(row["past"]), float(row["p_more"])
    known = int(row.get("past_months", months))
    if known < months:
        span = f"{known} months" if known > 1 else "month"
        span = f"{span} on record"
    if past == 0:
        change = f"there were none in the past {span}"
    elif more >= 2 / 3:
        change = f"probably more than in the past {span} ({past:,})"
    elif more <= 1 / 3:
        change = f"probably fewer than in the past {span} ({past:,})"
    else:
        change = f"about as in the past {span} ({past:,})"
    return f"{text[0].upper()}{text[1:]}; {change}."
