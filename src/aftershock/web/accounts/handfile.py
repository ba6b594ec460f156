"""An account's file for people, account.yaml: written beside each version, and read back where a person changed it.

A mark beside it holds what was written, so that a change is known by the file's size and time, then by its content.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftershock.errors import AftershockError, StoreError, UsageError
from aftershock.exports import write_bytes
from aftershock.web.accounts.limits import LARGEST_FILE, check_size, claims_listed
from aftershock.web.errors import ConflictError, TooLargeError
from aftershock.web.weights import check_signs

if TYPE_CHECKING:
    from aftershock.accounts.account import Account

__all__ = ["NAME", "forget", "is_changed", "is_there", "read_changed", "read_yaml", "write"]

NAME, _MARK = "account.yaml", "account.mark"


def read_yaml(content: bytes) -> Account:
    """Return an account from a file that a person wrote.

    Raises
    ------
    TooLargeError
        The file is too large, or lists more claims than are kept.
    UsageError
        It is no account; what does not fit, with its line.
    """
    from aftershock.accounts.account import read_account

    if len(content) > LARGEST_FILE:
        raise TooLargeError(
            f"an account's file must be of at most {LARGEST_FILE // 1000} kB here",
            found=f"{len(content) // 1000:,} kB",
            fix="Check it with `aftershock check`.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "an account must be text in UTF-8", found=f"byte {error.start:,} that is not", fix="Save it as UTF-8."
        ) from None
    check_size(claims_listed(text))
    check_signs(text)
    account = read_account(text + "\n").account
    check_size(len(account.claims))
    return account


def write(folder: Path, version: int, account: Account) -> None:
    """Write the file of a version."""
    from aftershock.accounts.editing import write_account

    write_account(account, folder / NAME)
    _mark(folder, version)


def forget(folder: Path) -> None:
    """Remove the file; it is written again when asked for."""
    for name in (NAME, _MARK):
        (folder / name).unlink(missing_ok=True)


def is_there(folder: Path) -> bool:
    """Return whether the file is there, with its mark."""
    return (folder / NAME).is_file() and _marked(folder) is not None


def is_changed(folder: Path) -> bool:
    """Return whether the file has another size or time than when it was written; quick."""
    mark = _marked(folder)
    with contextlib.suppress(OSError):
        return mark is not None and _stamp(folder / NAME) != mark["stamp"]
    return False


def read_changed(folder: Path) -> Account | None:
    """Return the account that a changed file holds; None where its content is as it was written.

    Raises
    ------
    ConflictError
        The file is broken: what does not fit, with its lines.
    """
    mark, path = _marked(folder), folder / NAME
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(
            "account.yaml must be readable", found=str(error.strerror), fix="See who may read it."
        ) from error
    if mark is not None and hashlib.sha256(content).hexdigest() == mark["sha256"]:
        _mark(folder, int(mark["version"]))
        return None
    try:
        return read_yaml(content)
    except AftershockError as error:
        raise ConflictError(
            "the file account.yaml, which was changed by hand, must be an account",
            found=f"a file that is none: {error.must}; found {error.found}",
            fix=f"Mend web/accounts/{folder.name}/{NAME} in the data directory, or remove it: it is written again as it was.",
            rows=list(error.rows),
        ) from error


def _stamp(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _marked(folder: Path) -> dict[str, Any] | None:
    with contextlib.suppress(OSError, ValueError):
        mark = json.loads((folder / _MARK).read_text(encoding="utf-8"))
        if isinstance(mark, dict) and {"version", "stamp", "sha256"} <= mark.keys():
            return mark
    return None


def _mark(folder: Path, version: int) -> None:
    content = (folder / NAME).read_bytes()
    mark = {"version": version, "stamp": _stamp(folder / NAME), "sha256": hashlib.sha256(content).hexdigest()}
    write_bytes(folder / _MARK, json.dumps(mark).encode())
