"""Finished parts: one file per job, named after everything that its result depends on.

::

    DIR/3f09…c2.part    sha256 of name and content (32 bytes), then the content as the codec packs it

The name is a digest of the function and its code, the arguments, and :func:`aftershock.jobs.keys.fingerprint`. A part of other
data, other code or another seed has another name, so nothing stale is found; a file that was cut short or altered does not
match its own digest and counts as missing.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from aftershock.errors import StoreError
from aftershock.exports import write_bytes
from aftershock.jobs.keys import code_of, digest, fingerprint

__all__ = ["JSON", "Codec", "Kept", "Parts", "pack_arrays", "unpack_arrays"]

R = TypeVar("R")
SEAL = 32  # bytes


@dataclass(frozen=True)
class Codec(Generic[R]):
    """How a result becomes bytes and the same result again.

    Parameters
    ----------
    pack, unpack : callable
        ``unpack(pack(result))`` equals ``result`` to the last bit.
    """

    pack: Callable[[R], bytes]
    unpack: Callable[[bytes], R]


JSON: Codec[Any] = Codec(lambda result: json.dumps(result).encode(), json.loads)
"""For dictionaries with text keys, lists, text and numbers; floats come back to the last bit."""


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return named arrays as the bytes of a compressed ``.npz``; arrays of objects are refused."""
    sink = io.BytesIO()
    np.savez_compressed(sink, allow_pickle=False, **arrays)
    return sink.getvalue()


def unpack_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """Return what :func:`pack_arrays` packed, in the same order."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)


@dataclass(frozen=True)
class Kept(Generic[R]):
    """A result that was found."""

    result: R


class Parts(Generic[R]):
    """The finished parts of one function with one set of shared arguments.

    Parameters
    ----------
    folder : pathlib.Path
        Made when first written to.
    codec : Codec
    function : callable
        Stands in a file.
    shared : tuple
        The arguments that all jobs share.
    """

    def __init__(self, folder: Path, codec: Codec[R], function: Callable[..., R], shared: tuple[Any, ...]) -> None:
        self.folder, self.codec = folder, codec
        name = f"{function.__module__}.{function.__qualname__}"
        self._basis = digest([name, code_of(function.__module__), fingerprint(), shared])

    def path(self, job: tuple[Any, ...]) -> Path:
        """Return where a job's part is kept."""
        return self.folder / f"{digest([self._basis, job])}.part"

    def read(self, job: tuple[Any, ...]) -> Kept[R] | None:
        """Return a finished part, or None where there is none or it is not whole."""
        path = self.path(job)
        try:
            whole = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self.folder, error) from error
        seal, content = whole[:SEAL], whole[SEAL:]
        return Kept(self.codec.unpack(content)) if seal == _seal(path, content) else None

    def write(self, job: tuple[Any, ...], result: R) -> None:
        """Keep a finished part, whole or not at all."""
        path, content = self.path(job), self.codec.pack(result)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self.folder, error) from error
        write_bytes(path, _seal(path, content) + content)


def _seal(path: Path, content: bytes) -> bytes:
    return hashlib.sha256(path.stem.encode() + content).digest()


def _unusable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        "the folder of finished parts must be usable",
        found=f"{folder}: {error.strerror}",
        fix="Choose another with --parts.",
    )
