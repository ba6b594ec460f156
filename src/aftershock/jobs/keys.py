"""What a result depends on: its inputs, the code, the versions and the processor, each as text that can be compared."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from aftershock._version import __version__
from aftershock.errors import UsageError

__all__ = ["code_of", "digest", "fingerprint"]

NUMERICAL = ("numpy", "pandas", "scipy", "scikit-learn", "numba", "pyarrow", "duckdb")  # what results are computed with


@cache
def fingerprint() -> dict[str, str]:
    """Return what every result of this process depends on besides its inputs.

    NumPy chooses among its kernels by what the processor can do, and these may differ in a last digit; so the processor's
    vector instructions count. The environment variable ``NPY_DISABLE_CPU_FEATURES`` levels machines that differ.
    """
    config: Any = np.show_config(mode="dicts")
    further = config.get("SIMD Extensions", {}).get("found", ())  # NumPy leaves an empty list out
    return {
        "aftershock": f"{__version__}, code {code_of('aftershock')[:12]}",
        "python": platform.python_version(),
        **{name: _version_of(name) for name in NUMERICAL},
        "C library": " ".join(platform.libc_ver()),
        "processor": " ".join((platform.machine(), *further)),
    }


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


@cache
def code_of(module: str) -> str:
    """Return a digest of every file of the package that a module belongs to, or of the module's file where there is none.

    Raises
    ------
    UsageError
        The module stands in no file, as in a notebook.
    """
    top = sys.modules[module.partition(".")[0]]
    if folders := [Path(folder) for folder in getattr(top, "__path__", ())]:
        paths = [(folder, path) for folder in folders for path in sorted(folder.rglob("*"))]
        kept = [(folder, path) for folder, path in paths if path.is_file() and "__pycache__" not in path.parts]
        return digest([(path.relative_to(folder).as_posix(), path.read_bytes()) for folder, path in kept])
    if not getattr(top, "__file__", None):
        raise UsageError(
            "finished parts are kept for code that stands in a file",
            found=f"code of {module}, which has none",
            fix="Move the function or model into a file and import it, or keep no parts.",
        )
    return digest(Path(str(top.__file__)).read_bytes())


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's type and content.

    Parameters
    ----------
    value : object
        Numbers, text, bytes, arrays, and sequences, dictionaries and dataclasses of these. The code of a dataclass
        counts as well: a model is what its class does.

    Raises
    ------
    UsageError
        The value holds anything else.
    """
    hasher = hashlib.sha256()
    _feed(hasher, value)
    return hasher.hexdigest()


def _feed(hasher: Any, value: Any) -> None:
    """Add a value to a hash, each piece behind its type and length, so that no two values look alike."""
    name = type(value).__name__
    if value is None or isinstance(value, bool | int | float | str | np.generic):
        text = repr(value).encode()
        hasher.update(f"{name} {len(text)} ".encode() + text)
    elif isinstance(value, bytes):
        hasher.update(f"{name} {len(value)} ".encode())
        hasher.update(value)
    elif isinstance(value, np.ndarray) and not value.dtype.hasobject:
        hasher.update(f"array {value.dtype.str} {value.shape} ".encode())
        hasher.update(np.ascontiguousarray(value).reshape(-1).view(np.uint8))
    elif isinstance(value, tuple | list | range):
        hasher.update(f"{name} {len(value)} ".encode())
        for item in value:
            _feed(hasher, item)
    elif isinstance(value, Mapping):
        _feed(hasher, list(value.items()))
    elif is_dataclass(value):
        module = type(value).__module__
        _feed(hasher, [f"{module}.{name}", code_of(module), *((f.name, getattr(value, f.name)) for f in fields(value))])
    else:
        raise UsageError(
            "a finished part that is kept may depend on numbers, text, arrays and dataclasses of these",
            found=f"one that depends on a {name}",
            fix="Give it another form, or keep no parts.",
        )
