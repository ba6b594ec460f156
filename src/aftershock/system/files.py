"""A fitted system as a folder: arrays in ``system.npz``, all else in ``system.json``. Read back, it is the same, bit by bit."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftershock import checks
from aftershock.contract import Provenance, Stream, Streams
from aftershock.errors import AftershockError, DataError
from aftershock.exports import ready_folder, whole_file, write_bytes
from aftershock.system.backgrounds import BackgroundChoice, BackgroundComparison
from aftershock.system.fit import StreamPosterior, System
from aftershock.system.shapes import Backgrounds, Shock

__all__ = [
    "ARRAYS", "COMPARED", "DESCRIPTION", "FORMAT", "read_comparison", "read_system", "write_comparison", "write_system",
]  # fmt: skip

ARRAYS, DESCRIPTION, COMPARED = "system.npz", "system.json", "backgrounds.json"
FORMAT = 2
"""Of the folder; a folder of another format is refused: 1, never released, held no deaths by side."""
_OF_STREAMS = ("counts", "deaths", "civilians", "losses", "size", "harm", "present")
_OF_TARGETS = ("sources", "base", "feeds", "delta", "rho", "imputation")
_AGAIN = "Fit the system again with `aftershock system fit`."
_BROKEN = (OSError, ValueError, TypeError, KeyError, IndexError, EOFError, zipfile.BadZipFile, zlib.error)


def write_system(folder: Path, system: System) -> dict[str, Path]:
    """Write a fitted system, both files whole or neither.

    Parameters
    ----------
    folder : pathlib.Path
        Made if it is not there.
    system : System

    Returns
    -------
    dict of str to pathlib.Path
        File name to path.

    Raises
    ------
    StoreError
        The folder cannot be written to.
    """
    ready_folder(folder)
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **_arrays(system))
    arrays = content.getvalue()
    described = _description(system) | {"sha256": hashlib.sha256(arrays).hexdigest()}
    paths = {name: folder / name for name in (ARRAYS, DESCRIPTION)}
    with whole_file(paths[DESCRIPTION]) as description, whole_file(paths[ARRAYS]) as place:
        description.write_text(json.dumps(described, indent=1, ensure_ascii=False), encoding="utf-8")
        place.write_bytes(arrays)
    return paths


def read_system(folder: Path) -> System:
    """Return the system that :func:`write_system` wrote.

    Raises
    ------
    DataError
        There is none, it is broken, or it is of another format than this version reads.
    """
    described, arrays = _read(folder)
    try:
        system = _system(described, arrays)
        _check(system)
    except AftershockError as error:
        raise DataError(f"{folder} must hold a sound system", found=error.found, fix=_AGAIN) from None
    except _BROKEN as error:
        raise _broken(folder / DESCRIPTION, error) from error
    return system


def write_comparison(folder: Path, comparison: BackgroundComparison) -> dict[str, Path]:
    """Write how a system fares under several backgrounds as ``backgrounds.json``, beside it; no end to a half-life is null."""
    plain = asdict(comparison)
    for part, names in ((plain, ("ratio", "share", "half_life")), (plain["choice"], ("scores", "behind", "error"))):
        part |= {name: [_finite(values) for values in part[name]] for name in names}
    text = json.dumps(plain, ensure_ascii=False)
    write_bytes(folder / COMPARED, text.encode("utf-8"))
    return {COMPARED: folder / COMPARED}


def _finite(values: NDArray[np.float64]) -> list[float | None]:
    return [float(each) if np.isfinite(each) else None for each in values]


def read_comparison(folder: Path) -> BackgroundComparison | None:
    """Return what :func:`write_comparison` wrote; None where there is no such file.

    Raises
    ------
    DataError
        The file is broken.
    """
    path = folder / COMPARED
    if not path.is_file():
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        choice = plain["choice"]
        parts: dict[str, Any] = {name: np.array(choice[name], np.float64) for name in ("scores", "behind", "error")}
        parts |= {name: tuple(choice[name]) for name in ("names", "candidates", "chosen")}
        draws = {
            name: tuple(np.array([np.inf if each is None else each for each in row], np.float64) for row in plain[name])
            for name in ("ratio", "share", "half_life")
        }
        chosen = BackgroundChoice(**parts, together=choice["together"])
        comparison = BackgroundComparison(tuple(plain["backgrounds"]), **draws, choice=chosen)
        comparison.to_frame()  # raises where the parts do not fit each other
    except (*_BROKEN, DataError) as error:
        raise _broken(path, error) from error
    return comparison


def _arrays(system: System) -> dict[str, NDArray[Any]]:
    streams = system.streams
    found = {name: getattr(streams, name) for name in _OF_STREAMS}
    found["harm_unit"] = system.harm_unit
    for k, target in enumerate(system.targets):
        found |= {f"{name}_{k}": getattr(target, name) for name in _OF_TARGETS}
    return found


def _description(system: System) -> dict[str, Any]:
    streams = system.streams
    return {
        "what": "aftershock system",
        "format": FORMAT,
        "code_version": system.code_version,
        "seed": int(system.seed),
        "background": system.background,
        "shocks": [{**asdict(shock), "day": str(shock.date)} for shock in system.shocks],
        "mask": system.mask,
        "inhibition": bool(system.inhibition),
        "scales": system.scales,
        "first_day": str(streams.first_day),
        "last_day": str(streams.last_day),
        "streams": [asdict(stream) for stream in streams.streams],
        "targets": [
            {"start": int(target.start), "taken": float(target.taken), "soft": float(target.soft)}
            for target in system.targets
        ],
        "kin": streams.kin,
        "left_out": streams.left_out,
        "ranged": int(streams.ranged),
        "provenance": asdict(streams.provenance),
    }


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return both files' content, once they are what they say they are."""
    for name in (DESCRIPTION, ARRAYS):
        if not (folder / name).is_file():
            raise DataError(
                f"a system's folder must hold {DESCRIPTION} and {ARRAYS}",
                found=f"no {name} in {folder}" if folder.is_dir() else f"no folder {folder}",
                fix="Check the path, or run `aftershock system fit --out DIR` first.",
            )
    try:
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except _BROKEN as error:
        raise _broken(folder / DESCRIPTION, error) from error
    if not isinstance(described, dict) or described.get("what") != "aftershock system":
        raise DataError(
            f"{DESCRIPTION} must describe a fitted system", found=f"something else in {folder}", fix="Check the path."
        )
    number = described.get("format")
    if number != FORMAT or isinstance(number, bool):
        version = described.get("code_version")
        raise DataError(
            f"a system's format must be {FORMAT}, which this version reads",
            found=f"{number!r} in {folder}, written by Aftershock {version}",
            fix="Update Aftershock, or fit the system again.",
        )
    try:
        content = (folder / ARRAYS).read_bytes()
        if hashlib.sha256(content).hexdigest() != described["sha256"]:
            raise ValueError(f"it is not the file that {DESCRIPTION} was written with")
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            return described, {name: stored[name] for name in stored.files}
    except _BROKEN as error:
        raise _broken(folder / ARRAYS, error) from error


def _broken(path: Path, error: BaseException) -> DataError:
    reason = f"no {error}" if isinstance(error, KeyError) else " ".join(str(error).split()) or type(error).__name__
    return DataError("a system's files must be whole", found=f"{path}: {reason}", fix=_AGAIN)


def _system(described: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> System:
    origin = described["provenance"]
    streams = Streams(
        streams=tuple(
            Stream(
                name=str(each["name"]),
                actors=tuple(each["actors"]),
                types=tuple(each["types"]),
                countries=tuple(each["countries"]),
                place=str(each["place"]),
            )
            for each in described["streams"]
        ),
        first_day=np.datetime64(described["first_day"], "D"),
        **{name: arrays[name] for name in _OF_STREAMS},
        kin=tuple((str(a), str(b)) for a, b in described["kin"]),
        left_out=dict(described["left_out"]),
        ranged=int(described["ranged"]),
        provenance=Provenance(origin["source"], origin["vintage"], origin["citation"], tuple(origin["notes"])),
    )
    targets = tuple(
        StreamPosterior(
            **{name: arrays[f"{name}_{k}"] for name in _OF_TARGETS},
            start=int(each["start"]),
            taken=float(each["taken"]),
            soft=float(each.get("soft", 0.0)),
        )
        for k, each in enumerate(described["targets"])
    )
    return System(
        streams=streams,
        targets=targets,
        background=_background(described["background"]),
        mask=described["mask"],
        scales=tuple(map(float, described["scales"])),
        harm_unit=arrays["harm_unit"],
        seed=int(described["seed"]),
        code_version=str(described["code_version"]),
        shocks=tuple(Shock(each["day"], each["kind"], float(each["days"])) for each in described["shocks"]),
        inhibition=bool(described.get("inhibition", False)),
    )


def _background(found: Any) -> Backgrounds:
    return tuple(found) if isinstance(found, list) else found


def _check(system: System) -> None:
    """Refuse arrays that do not fit each other."""
    width, draws = len(system.names), system.draws
    checks.require(
        None if len(system.targets) == width else f"{len(system.targets)} fitted streams of {width}",
        checks.shape("harm_unit", system.harm_unit, (width,)),
        *(
            fault
            for target in system.targets
            for fault in (
                checks.shape("feeds", target.feeds, (draws, len(target.sources), 2, len(system.scales))),
                checks.shape("base", target.base, (draws, *target.base.shape[1:2])),
                *(checks.shape(name, getattr(target, name), (draws,)) for name in ("delta", "rho", "imputation")),
                checks.not_negative("sources", target.sources),
                None if target.sources.max() < width else "sources must be streams of the system",
                None
                if (target.soft > 0) == system.inhibition
                else "a soft-plus goes with inhibition, and with nothing else",
                None if 0 <= target.start < system.streams.counts.shape[1] else "a start must lie within the record",
            )
        ),
    )
