"""How dispersed an actor's events are: effective number of PRIO-GRID cells, share of one-sided events, deaths per event.

The effective number of cells is the exponential of Shannon's entropy of events over cells (Hill's number of order one,
doi:10.2307/1934352): as many cells as would give the same entropy with events spread evenly. A short record sees too few
cells, so the entropy is Chao and Shen's estimate (doi:10.1023/A:1026096204727), which allows for cells not seen.
Only this number is ever told, never which cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.naming import NamedActor, find_actors, sides_of
from aftershock.contract import BoolArray, Events, IntArray, Provenance
from aftershock.errors import UsageError
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.months import month_end, month_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Course",
    "Dispersion",
    "Estimate",
    "Rows",
    "Window",
    "actor_rows",
    "compare_windows",
    "dispersion",
    "effective_number",
    "window_of",
]

FloatArray = NDArray[np.float64]
_COARSE = 4
"""``where_prec`` from here on is a province or coarser, more than one cell."""
_FEWEST = 10
"""Located events below which nothing is said of their dispersion."""
_DRAWS = 400
_LEVEL = (0.05, 0.95)


@dataclass(frozen=True)
class Estimate:
    """A figure with its 90 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True)
class Window:
    """An actor's events between two days.

    Parameters
    ----------
    start, end : datetime.date
        First and last day.
    state_based, non_state, one_sided : int
        Events by type of violence.
    unplaced : int
        Events placed more coarsely than a cell, left out of ``cells`` alone.
    cells : Estimate or None
        Effective number of PRIO-GRID cells; None where fewer than ten events can be placed.
    one_sided_share : Estimate or None
        Share of all its events that are one-sided; None where it has fewer than ten.
    deaths_per_event : Estimate or None
        Best estimate; likewise.
    """

    start: dt.date
    end: dt.date
    state_based: int
    non_state: int
    one_sided: int
    unplaced: int
    cells: Estimate | None
    one_sided_share: Estimate | None
    deaths_per_event: Estimate | None

    @property
    def events(self) -> int:
        """Events of all types."""
        return self.state_based + self.non_state + self.one_sided


Course = tuple[Window, ...]


@dataclass(frozen=True)
class Dispersion:
    """An actor's dispersion by half-year, and before and after a day.

    Parameters
    ----------
    actor : str
    at : datetime.date or None
        The day that parts before from after.
    before, after : Window or None
        The days up to ``at``, it included, and those after it; None without a day.
    cells_ratio, deaths_ratio : Estimate or None
        After over before; None where either is not known.
    share_change : Estimate or None
        Share of one-sided events after less before.
    course : tuple of Window
        Half-years.
    precision_known : bool
        Whether the record says how exactly its events are placed.
    provenance : Provenance
    """

    actor: str
    at: dt.date | None
    before: Window | None
    after: Window | None
    cells_ratio: Estimate | None
    share_change: Estimate | None
    deaths_ratio: Estimate | None
    course: Course
    precision_known: bool
    provenance: Provenance

    def words(self) -> tuple[str, ...]:
        """Return what the figures say, one sentence each."""
        said = [*_words_of_change(self)] if self.at else []
        known = [each for each in self.course if each.cells]
        if known:
            widest = max(known, key=lambda each: each.cells.value if each.cells else 0.0)
            said.append(
                f"{self.actor} was most dispersed from {widest.start} to {widest.end}: "
                f"an effective {_number(widest.cells)} cells, {widest.events:,} events."
            )
        unplaced = sum(each.unplaced for each in self.course)
        said.append(
            f"{unplaced:,} events are placed more coarsely than a cell and left out of the number of cells."
            if self.precision_known
            else "This record does not say how exactly its events are placed; all are taken to be in their cell."
        )
        return tuple(said)

    def lines(self) -> list[str]:
        """Return :meth:`words` as a list."""
        return list(self.words())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per half-year: days, events by type, those not placed, each figure with ``_low`` and ``_high``."""
        import pandas as pd

        return pd.DataFrame([_flat(window) for window in self.course])

    def document(self) -> dict[str, Any]:
        """Return the whole as plain values, ready for JSON."""
        plain: dict[str, Any] = _plain(asdict(self))
        return {**plain, "lines": self.lines()}


def _flat(window: Window) -> dict[str, Any]:
    """Return a window as one row; a figure that is not known is not a number."""
    row = {name: value for name, value in vars(window).items() if not isinstance(value, Estimate)}
    for name in ("cells", "one_sided_share", "deaths_per_event"):
        value: Estimate | None = getattr(window, name)
        ends = (np.nan,) * 3 if value is None else (value.value, value.low, value.high)
        row |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return row


def _plain(value: Any) -> Any:
    """Return days as texts, and what is made of several as lists and dictionaries."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _number(value: Estimate | None) -> str:
    return str(value) if value else "unknown"


def _words_of_change(found: Dispersion) -> list[str]:
    before, after = found.before, found.after
    if before is None or after is None:
        return []
    spans = f"{before.events:,} events from {before.start} to {before.end}, {after.events:,} from {after.start} to {after.end}"
    said = [f"{found.actor}: {spans}."]
    for name, kind, change, none in (
        ("effective number of cells", "times", found.cells_ratio, 1.0),
        ("share of one-sided events", "points", found.share_change, 0.0),
        ("deaths per event", "times", found.deaths_ratio, 1.0),
    ):
        if change is None:
            said.append(f"Too few events to say whether the {name} changed.")
            continue
        sure = "rose" if change.low > none else "fell" if change.high < none else "may have risen or fallen"
        shown = (
            f"{_points(change.value)} points ({_points(change.low)} to {_points(change.high)})"
            if kind == "points"
            else f"times {change}"
        )
        said.append(f"The {name} {sure}: {shown}.")
    return said


def _points(share: float) -> str:
    """Return a change of a share in points, with its sign."""
    points = round(100 * share)
    return f"{points:+d}".replace("-", "−") if points else "0"


def effective_number(counts: NDArray[np.integer]) -> FloatArray:
    """Return the effective number of cells, by Chao and Shen's estimate of the entropy.

    ``exp(−Σ p log p / (1 − (1 − p)ⁿ))`` with ``p = (1 − f₁/n) · count/n``, where f₁ is how many cells have one event.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (..., cells)
        Events per cell.

    Returns
    -------
    numpy.ndarray of float64, shape (...)
        At least 1; NaN where there is no event.

    Examples
    --------
    >>> effective_number(np.array([50, 50, 50, 50])).round(3).item(), effective_number(np.array([9, 0])).item()
    (4.0, 1.0)
    """
    total = counts.sum(axis=-1, dtype=np.float64)
    single = (counts == 1).sum(axis=-1, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        covered = (
            1.0 - np.minimum(single, total - 1.0) / total
        )  # where every cell has one event, one is taken as seen twice
        share = np.asarray(covered[..., None] * counts / total[..., None])
        inside = np.where(share > 0, share, 1.0)
        seen = -np.expm1(total[..., None] * np.log1p(-np.minimum(inside, 1.0 - 1e-12)))
        entropy = -(inside * np.log(inside) / seen).sum(axis=-1)
    return np.where(total > 0, np.exp(np.maximum(entropy, 0.0)), np.nan)


@dataclass(frozen=True)
class Rows:
    """One actor's events in the order of their days: day, type, cell (−1 where coarser than one) and deaths."""

    day: IntArray
    kind: IntArray
    cell: IntArray
    deaths: IntArray
    precise: bool

    def between(self, start: int, end: int) -> Rows:
        """Return the events of some days, given as days since 1970-01-01, both ends included."""
        keep = (self.day >= start) & (self.day <= end)
        return Rows(self.day[keep], self.kind[keep], self.cell[keep], self.deaths[keep], self.precise)


def actor_rows(events: Events, actor: NamedActor, *, countries: Sequence[str | int] | str | int | None = None) -> Rows:
    """Return an actor's events as arrays, dated by their last day; of one-sided ones, those it is the perpetrator of."""
    a, b = sides_of(events, actor)
    column = {name: events.table.column(name) for name in ("date_end", "type_of_violence", "priogrid_gid", "best")}
    kind = column["type_of_violence"].to_numpy().astype(np.int64)
    keep: BoolArray = np.where(kind == 3, a, a | b)
    if countries is not None:
        numbers = find_gwcodes(countries, gwcode_names())
        keep &= np.isin(events.table.column("country_id").to_numpy(), numbers)
    where = events.table.column("where_prec")
    precise = where.null_count < len(where) or not len(where)
    cell = column["priogrid_gid"].fill_null(-1).to_numpy().astype(np.int64)
    cell = np.where(where.fill_null(0).to_numpy() >= _COARSE, -1, cell)
    day = column["date_end"].to_numpy().astype("M8[D]").astype(np.int64)
    order = np.flatnonzero(keep)[np.argsort(day[keep], kind="stable")]
    deaths = column["best"].to_numpy().astype(np.int64)
    return Rows(day[order], kind[order], cell[order], deaths[order], precise)


@dataclass(frozen=True)
class _Spread:
    """Bootstrap draws of a window's three figures, with the figures themselves first; NaN where there are too few events."""

    cells: FloatArray
    share: FloatArray
    deaths: FloatArray


def _resampled(rows: Rows, start: int, end: int, rng: np.random.Generator) -> _Spread:
    """Draw whole weeks anew: events of one fight come together, and single events drawn would look too sure."""
    weeks = (end - start) // 7 + 1
    times = np.vstack([np.ones(weeks, np.int64), rng.multinomial(weeks, np.full(weeks, 1 / weeks), _DRAWS)])
    week = (rows.day - start) // 7
    placed = rows.cell >= 0
    names, cell = np.unique(rows.cell[placed], return_inverse=True)
    by_cell = np.zeros((weeks, max(len(names), 1)), np.int64)
    np.add.at(by_cell, (week[placed], cell), 1)
    sums = [times @ np.bincount(week, weight, weeks) for weight in (np.ones(len(week)), rows.kind == 3, rows.deaths)]
    with np.errstate(divide="ignore", invalid="ignore"):
        share, deaths = sums[1] / sums[0], sums[2] / sums[0]
    unknown = np.full(len(times), np.nan)
    enough = len(week) >= _FEWEST
    cells = effective_number(times @ by_cell) if placed.sum() >= _FEWEST else unknown
    return _Spread(cells, share if enough else unknown, deaths if enough else unknown)


def _estimate(draws: FloatArray, *, ratio: bool) -> Estimate | None:
    """Return the first of the draws with the spread of the others around their own mean.

    A sample drawn again sees fewer cells still; what is taken from it is its spread, not where it lies. Of a ratio it is
    the spread of logarithms.
    """
    if not np.isfinite(draws[0]):
        return None
    scale = np.log(np.maximum(draws, 1e-9)) if ratio else draws
    rest = scale[1:][np.isfinite(scale[1:])]
    low, high = scale[0] + np.quantile(rest, _LEVEL) - rest.mean()
    back = np.exp if ratio else np.asarray
    return Estimate(float(draws[0]), float(back(min(low, scale[0]))), float(back(max(high, scale[0]))))


def _share(events: int, draws: FloatArray) -> Estimate | None:
    """Return a share; where it is none or all of the events, the bootstrap knows no other, and the exact bound is told."""
    found = _estimate(draws, ratio=False)
    if found is None:
        return None
    room = 1.0 - _LEVEL[0] ** (1.0 / events) if found.value in (0.0, 1.0) else 0.0
    return Estimate(found.value, max(found.low - room, 0.0), min(found.high + room, 1.0))


def window_of(rows: Rows, start: dt.date, end: dt.date, rng: np.random.Generator) -> tuple[Window, _Spread]:
    """Return an actor's figures between two days, and the bootstrap draws they rest on."""
    first, last = (int(np.datetime64(day, "D").astype(np.int64)) for day in (start, end))
    mine = rows.between(first, last)
    spread = _resampled(mine, first, last, rng)
    kinds = np.bincount(mine.kind, minlength=4)
    cells = _estimate(spread.cells, ratio=True)
    window = Window(
        start, end, int(kinds[1]), int(kinds[2]), int(kinds[3]), int((mine.cell < 0).sum()),
        cells and Estimate(cells.value, max(cells.low, 1.0), cells.high),
        _share(int(kinds.sum()), spread.share),
        _estimate(spread.deaths, ratio=True),
    )  # fmt: skip
    return window, spread


def compare_windows(
    rows: Rows, one: tuple[dt.date, dt.date], two: tuple[dt.date, dt.date], *, seed: int
) -> tuple[Window, Window, Estimate | None, Estimate | None, Estimate | None]:
    """Return two windows, and the second's cells over the first's, change of one-sided share, and deaths per event over."""
    rng = np.random.default_rng(seed)
    before, spread = window_of(rows, *one, rng)
    after, later = window_of(rows, *two, rng)
    with np.errstate(divide="ignore", invalid="ignore"):
        cells, deaths = later.cells / spread.cells, later.deaths / spread.deaths
    change = _estimate(later.share - spread.share, ratio=False)
    return before, after, _estimate(cells, ratio=True), change, _estimate(deaths, ratio=True)


def _half_years(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the half-years from one day to another, the first and the last cut."""
    starts = [dt.date(year, month, 1) for year in range(first.year, last.year + 2) for month in (1, 7)]
    pairs = [(one, two - dt.timedelta(days=1)) for one, two in pairwise(starts)]
    return [(max(one, first), min(two, last)) for one, two in pairs if two >= first and one <= last]


def dispersion(
    actor: str | Sequence[str],
    events: Events,
    *,
    at: dt.date | str | None = None,
    days: int = 365,
    countries: Sequence[str | int] | str | int | None = None,
    seed: int = 0,
) -> Dispersion:
    """Return how dispersed an actor's events are, by half-year and before and after a day.

    Parameters
    ----------
    actor : str or sequence of str
        By name; several names count as one actor.
    events : Events
    at : datetime.date or str, optional
        A day, such as that of a loss of ground.
    days : int
        Days before ``at`` (it included) and after it that are compared, cut where the record ends.
    countries : sequence of str or int, optional
        Only events there.
    seed : int
        Of the bootstrap that gives the intervals.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> found = dispersion("IS", embedded_events(["Iraq"]), at="2017-12-09")
    >>> found.before.events > found.after.events
    True
    """
    named = find_actors(events, actor)
    rows = actor_rows(events, named, countries=countries)
    if not len(rows.day):
        raise UsageError(
            "the actor must have events in those countries",
            found=f"none of {named.name}",
            fix="Leave the countries out.",
        )
    rng = np.random.default_rng(seed)
    begin = month_end(events.span[0] - 1) + dt.timedelta(days=1)
    finish = month_end(events.span[1])
    first, last = (dt.date(1970, 1, 1) + dt.timedelta(days=int(day)) for day in (rows.day[0], rows.day[-1]))
    course = tuple(window_of(rows, one, two, rng)[0] for one, two in _half_years(max(begin, first), min(finish, last)))
    if at is None:
        return Dispersion(named.name, None, None, None, None, None, None, course, rows.precise, events.provenance)
    day = at if isinstance(at, dt.date) else _parse(at)
    if not begin < day < finish or days < 30:
        raise UsageError(
            f"the day must lie within the record, {month_text(events.span[0])} to {month_text(events.span[1])}, and be "
            "compared over 30 days or more",
            found=f"{day}, {days} days",
            fix="Choose another day, or read more data.",
        )
    one = dt.timedelta(days=1)
    spans = (max(begin, day - (days - 1) * one), day), (day + one, min(finish, day + days * one))
    compared = compare_windows(rows, *spans, seed=seed)
    return Dispersion(named.name, day, *compared, course, rows.precise, events.provenance)


def _parse(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            "a day must be written YYYY-MM-DD", found=repr(text), fix="Write for example 2017-12-09."
        ) from None
