"""Accounts that come with the package."""

from __future__ import annotations

from pathlib import Path

from aftershock.accounts.account import WrittenAccount, read_account
from aftershock.errors import UsageError, nearest

__all__ = ["example_account"]

_HERE = Path(__file__).parent


def example_account(name: str) -> WrittenAccount:
    """Return an account that comes with the package.

    Parameters
    ----------
    name : str
        "after-isis": what was said in July 2017 would follow the fall of IS's territory.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    names = sorted(path.parent.name for path in _HERE.glob("*/account.yaml"))
    if name not in names:
        fix = nearest(name, names) or f"There is {', '.join(names)}."
        raise UsageError("an example account must exist", found=repr(name), fix=fix)
    return read_account(_HERE / name / "account.yaml")
