"""How an account comes to be kept: from an article that is read, from a file of its own, from the example."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import Request

from aftershock.errors import UsageError
from aftershock.web.accounts.handfile import read_yaml
from aftershock.web.accounts.keeping import Held
from aftershock.web.jobs import Job
from aftershock.web.pages.accounts.parts import keeper_of
from aftershock.web.pages.jobs import submit

__all__ = ["begin_reading", "keep_account", "keep_example", "keep_yaml"]

EXAMPLE = "after-isis"


def begin_reading(request: Request, article: bytes, file_name: str, date: dt.date | None) -> Job:
    """Keep an article and queue its reading; where the queue takes no more, nothing is kept."""
    keeper = keeper_of(request)
    name = keeper.begin(article, file_name=file_name)
    try:
        return submit(request, "read", {"account": name, "date": date})
    except UsageError:
        keeper.remove(name)
        raise


def keep_account(request: Request, account: Any, what: str) -> Held:
    """Keep an account as a new one."""
    keeper = keeper_of(request)
    return keeper.save(keeper.begin(), account, version=0, what=what)


def keep_example(request: Request) -> Held:
    """Keep the account that comes with the package."""
    from aftershock.accounts.examples import example_account

    return keep_account(request, example_account(EXAMPLE).account, "took the example")


def keep_yaml(request: Request, content: bytes) -> Held:
    """Keep an account from its file."""
    return keep_account(request, read_yaml(content), "took the file")
