"""The stored forecast that pages read: the newest a job has made, or else the one that comes with the package.

Documents are read when first asked for and kept; what pages make of them is packed once and kept too.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from aftershock.contract import TARGETS
from aftershock.errors import StoreError, nearest
from aftershock.store import Store
from aftershock.web.errors import MissingError
from aftershock.web.jobs import Queue
from aftershock.web.rendering import Packed

__all__ = ["SHIPPED", "Edition", "Shelf", "check_target"]

SHIPPED = "shipped"
FRESH_S = 1.0  # seconds for which the answer to "which is the newest" holds
KEPT = 3  # editions in memory


def check_target(target: str) -> str:
    """Return a type of violence, or say that there is none of that name."""
    if target not in TARGETS:
        raise MissingError(
            "a target must be one of sb, ns, os, total", found=repr(target[:20]), fix=nearest(target[:20], TARGETS)
        )
    return target


class Edition:
    """One stored forecast.

    Parameters
    ----------
    name : str
        The job that made it, or :data:`SHIPPED`.
    folder : pathlib.Path, optional
        Its documents; those of the package if not given.
    """

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self.name, self.folder = name, folder
        self._documents: dict[str, Any] = {}
        self._packed: dict[str, Packed] = {}
        self._lock = threading.RLock()

    @property
    def shipped(self) -> bool:
        """Whether it comes with the package."""
        return self.folder is None

    def document(self, name: str) -> Any:
        """Return a document of :mod:`aftershock.web.work.publishing`, or None where it has none of that name."""
        with self._lock:
            if name not in self._documents:
                self._documents[name] = self._read(name)
            return self._documents[name]

    def _read(self, name: str) -> Any:
        content = self.content(f"{name}.json")
        return None if content is None else json.loads(content)

    def content(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is none."""
        if self.folder is not None:
            path = self.folder / name
            return path.read_bytes() if path.is_file() else None
        place = files("aftershock.web").joinpath("shipped")
        for name_there, unpack in ((f"{name}.gz", gzip.decompress), (name, bytes)):
            if place.joinpath(name_there).is_file():
                return unpack(place.joinpath(name_there).read_bytes())
        return None

    def packed(self, key: str, make: Callable[[], Packed]) -> Packed:
        """Return an answer made once; many may ask at the same time."""
        found = self._packed.get(key)
        if found is None:
            with self._lock:
                found = self._packed.get(key) or make()
                self._packed[key] = found
        return found

    @property
    def about(self) -> dict[str, Any]:
        """What it was made from, when and how."""
        found: dict[str, Any] | None = self.document("about")
        if found is None:
            raise StoreError(
                "a stored forecast must be whole",
                found=f"{self.name} without about.json",
                fix="Remove its job and forecast anew.",
            )
        return found

    def place_of(self, code: str) -> int:
        """Return a country's place in the list of units, by ISO3 code, VIEWS number or name."""
        wanted = code.strip().casefold()
        units = self.document("payload")["units"]
        for place, unit in enumerate(units):
            if wanted in (unit["code"].casefold(), str(unit["id"]), unit["name"].casefold()):
                return place
        known = [unit["code"] for unit in units] if len(code) == 3 else [unit["name"] for unit in units]
        raise MissingError(
            "a country must be given by name, ISO3 code or VIEWS number",
            found=repr(code[:60]),
            fix=nearest(code[:60], known),
        )


class Shelf:
    """The editions of a data directory."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self._editions: dict[str, Edition] = {SHIPPED: Edition(SHIPPED)}
        self._newest: tuple[float, str, bool] = (-FRESH_S, SHIPPED, False)

    def newest(self) -> Edition:
        """Return the newest edition."""
        return self._edition(self._look()[0])

    def is_old(self) -> bool:
        """Return whether data was imported or removed since the newest edition was made."""
        return self._look()[1]

    def state(self) -> tuple[str, bool]:
        """Return the newest edition's name and whether it is old: what pages of stored forecasts depend on."""
        return self._look()

    def find(self, name: str | None) -> Edition:
        """Return an edition by the job that made it; the newest if not given."""
        if not name:
            return self.newest()
        if name != SHIPPED:
            job = self.queue.get(name)
            if job.kind != "forecast" or job.state != "done":
                raise MissingError(
                    "a forecast must be made before it is read",
                    found=f"a job that is {job.state}",
                    fix=f"See /jobs/{job.id}.",
                )
        return self._edition(name)

    def _edition(self, name: str) -> Edition:
        if name not in self._editions:
            for old in list(self._editions)[: 1 - KEPT]:
                self._editions.pop(old, None)  # another thread may have been faster
            folder = None if name == SHIPPED else self.queue.folder / "results" / name
            self._editions[name] = Edition(name, folder)
        return self._editions[name]

    def _look(self) -> tuple[str, bool]:
        then, name, old = self._newest
        if time.monotonic() - then >= FRESH_S:
            done = [job.id for job in self.queue.all(kind="forecast", state="done")]
            name = next(
                (each for each in done if (self.queue.folder / "results" / each / "about.json").is_file()), SHIPPED
            )
            there = [vintage.id for vintage in Store(self.queue.data).vintages()]
            old = there != self._edition(name).about["vintages"]
            self._newest = (time.monotonic(), name, old)
        return name, old
