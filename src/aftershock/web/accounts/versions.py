"""Versions of an account in a folder, a file each, made once and never written again."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from aftershock.errors import StoreError
from aftershock.web.errors import ConflictError

__all__ = ["make_version", "newest_conflict", "read_version", "sweep_versions", "versions_in"]


def versions_in(folder: Path) -> list[int]:
    """Return the numbers of the versions that are kept, the oldest first."""
    return sorted(int(path.stem) for path in folder.glob("*.json"))


def read_version(folder: Path, number: int) -> dict[str, Any]:
    """Return a version as it was made.

    Raises
    ------
    ConflictError
        It was removed meanwhile.
    StoreError
        Its file cannot be read.
    """
    try:
        found = json.loads((folder / f"{number}.json").read_text(encoding="utf-8"))
        if not {"version", "changed", "what", "account"} <= found.keys():
            raise ValueError("no version")
    except FileNotFoundError as error:  # newer versions came meanwhile
        raise ConflictError(
            "an account must not change while it is read", found="a newer version", fix="Load the page again."
        ) from error
    except (OSError, ValueError, AttributeError) as error:
        raise StoreError(
            "a kept account must be readable", found=type(error).__name__, fix="Undo, or remove it."
        ) from error
    whole: dict[str, Any] = found
    return whole


def make_version(folder: Path, whole: dict[str, Any]) -> None:
    """Make a version's file.

    Raises
    ------
    ConflictError
        The version is there.
    StoreError
        The folder cannot be written to.
    """
    work = folder / f".{secrets.token_hex(4)}.part"
    try:
        work.write_text(json.dumps(whole, ensure_ascii=False, allow_nan=False), encoding="utf-8")
        os.link(work, folder / f"{whole['version']}.json")  # fails where it is there: two never make one version
    except FileExistsError as error:
        raise newest_conflict(whole["version"], whole["version"] - 1) from error
    except OSError as error:
        raise StoreError(
            "the data directory must be writable", found=f"{folder.name}: {error.strerror}", fix="Free space there."
        ) from error
    finally:
        work.unlink(missing_ok=True)


def newest_conflict(newest: int, version: int) -> ConflictError:
    """Return what is said of a change that was made to an older version."""
    return ConflictError(
        "a change must be made to an account's newest version", found=f"one to version {version}, after which came {newest}",
        fix="Load the page again and make it once more.",
    )  # fmt: skip


def sweep_versions(folder: Path, kept: int) -> None:
    """Remove the oldest versions beyond those that are kept."""
    for old in versions_in(folder)[:-kept]:
        (folder / f"{old}.json").unlink(missing_ok=True)
