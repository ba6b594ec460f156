"""Options and output that several commands share."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aftershock.errors import UsageError

if TYPE_CHECKING:
    from aftershock.contract import Events, Panel
    from aftershock.models.base import Progress
    from aftershock.store import Store

__all__ = [
    "TARGET_NAMES",
    "as_json",
    "bar",
    "countries",
    "dask",
    "data_dir",
    "emit",
    "event_files",
    "load",
    "load_events",
    "named_countries",
    "open_store",
    "parse_day",
    "source",
    "spread",
    "target",
    "today",
]

F = TypeVar("F", bound=Callable[..., Any])
TARGET_NAMES = ("sb", "ns", "os", "total")
PATIENCE_S = 1.0  # work shorter than this shows no bar


def data_dir(command: F) -> F:
    """Add ``--data-dir``."""
    return click.option(
        "--data-dir", type=click.Path(path_type=Path, file_okay=False), envvar="AFTERSHOCK_DATA", show_envvar=True,
        help="Where imported data is kept; by default the platform's place for user data.",
    )(command)  # fmt: skip


def as_json(command: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "json_", is_flag=True, help="Print one JSON document for programs to read.")(command)


def target(command: F) -> F:
    """Add ``--target``."""
    return click.option(
        "--target", default="sb", show_default=True, metavar="sb|ns|os|total",
        help="Type of violence: state-based, non-state, one-sided, or all three.", callback=_check_target,
    )(command)  # fmt: skip


def source(command: F) -> F:
    """Add ``--source``."""
    return click.option(
        "--source", type=click.Choice(["ucdp", "acled"]), help="Whose events in the store; UCDP's first if not given."
    )(command)


def spread(command: F) -> F:
    """Add ``--spread``."""
    return click.option(
        "--spread", type=click.Choice(["uniform", "start", "end"]), default="end", show_default=True,
        help="Where an event over several months counts: by its days in each, or in its first or last month (as VIEWS does).",
    )(command)  # fmt: skip


def event_files(command: F) -> F:
    """Add EVENTS, and the options that say from where events come without them."""
    for option in (
        click.option("--as-of", metavar="YYYY-MM-DD", help="Use only data known by that day."),
        source,
        data_dir,
        click.argument("events", nargs=-1, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def countries(command: F) -> F:
    """Add ``--countries``."""
    return click.option(
        "--countries", help="Names, ISO3 codes or Gleditsch–Ward numbers, separated by commas.  [default: all]"
    )(command)


def _check_target(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value not in TARGET_NAMES:
        raise UsageError("a target must be one of sb, ns, os, total", found=repr(value), fix="Choose one of these.")
    return value


def dask(command: F) -> F:
    """Add ``--dask`` and ``--parts``."""
    command = click.option(
        "--parts", type=click.Path(path_type=Path, file_okay=False),
        help="Keep finished parts in this folder; after an interruption only what is missing is computed.",
    )(command)  # fmt: skip
    return click.option(
        "--dask",
        metavar="local|tcp://HOST:PORT",
        help="Run on Dask: a worker per core of this machine (local), so many (local:4), or those of a scheduler.",
    )(command)


def parse_day(text: str | None, option: str) -> dt.date | None:
    """Read ``YYYY-MM-DD``."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{option} must be a day, YYYY-MM-DD", found=repr(text), fix="Write for example 2026-09-30."
        ) from None


def today() -> dt.date:
    """Return the day it is, in UTC."""
    return dt.datetime.now(dt.UTC).date()


def open_store(folder: Path | None) -> Store:
    """Return the store in a folder, or in the default one."""
    from aftershock.store import Store

    return Store(folder)


def load(
    panel: Path | None, *, data_dir: Path | None, source: str | None, spread: str, as_of: str | None = None
) -> Panel:
    """Return the countries' panel that a command's options ask for."""
    from aftershock.workflow import load_panel

    store, day = open_store(data_dir), parse_day(as_of, "--as-of")
    return load_panel(panel, store=store, source=source, as_of=day, spread=spread)  # type: ignore[arg-type]


def named_countries(text: str | None) -> list[str] | None:
    """Return countries as ``--countries`` gives them; None for all."""
    from aftershock.workflow import split_countries

    return None if text is None else split_countries(text)


def load_events(
    paths: tuple[Path, ...], countries: list[str] | None, *, data_dir: Path | None, source: str | None, as_of: str | None,
    progress: Progress,
) -> Events:  # fmt: skip
    """Return the events that EVENTS and a command's options ask for."""
    from aftershock.system.workflow import load_events

    progress("reading events", 0, None)
    day = parse_day(as_of, "--as-of")
    store = open_store(data_dir)
    return load_events(paths, store=store, source=source, as_of=day, countries=countries, progress=progress)  # type: ignore[arg-type]


def emit(document: dict[str, Any]) -> None:
    """Print a JSON document."""
    click.echo(json.dumps(document, indent=1, ensure_ascii=False, default=str))


@contextmanager
def bar() -> Iterator[Progress]:
    """Give a progress callback; a bar appears on a terminal once the work has taken a second."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TimeElapsedColumn(),
    )
    shown = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    started = time.monotonic()
    task = shown.add_task("", total=None)

    def advance(text: str, done: int, total: int | None) -> None:
        shown.update(task, description=text, completed=done, total=total or max(done, 1))
        if time.monotonic() - started > PATIENCE_S and not shown.live.is_started:
            shown.start()

    try:
        yield advance
    finally:
        if shown.live.is_started:
            shown.stop()
