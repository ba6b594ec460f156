"""The app put together: pages, their JSON twins, guards, and the worker that lives as long as the app."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from aftershock._version import __version__
from aftershock.errors import AftershockError
from aftershock.web.accounts.keeping import Keeper
from aftershock.web.answers import Answers, Quick
from aftershock.web.assets import prepare_vega
from aftershock.web.errors import ErrorBody, add_handlers
from aftershock.web.guards import Guarded
from aftershock.web.jobs import Queue
from aftershock.web.limits import Limited
from aftershock.web.logs import Logged, log
from aftershock.web.pages import APIS, PAGES
from aftershock.web.pages.world import warm
from aftershock.web.results import Shelf
from aftershock.web.settings import Settings
from aftershock.web.signing import check_form
from aftershock.web.worker import Worker

__all__ = ["make_app"]

ABOUT = (
    "Forecasts of deaths in organised violence, and what they rest on. Every page has its JSON twin here; names are those of "
    "the Python package. Figures are aggregates; chances are a model's, from past deaths alone."
)


def make_app(settings: Settings, *, work: bool = True) -> FastAPI:
    """Return the app of a data directory.

    Parameters
    ----------
    settings : Settings
    work : bool
        Whether jobs are done; without it they only queue up.

    Raises
    ------
    StoreError
        The data directory cannot be written to.
    """
    queue = Queue(settings)
    prepare_vega(settings.folder)

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        worker = Worker(queue)
        if work:
            worker.start()
        threading.Thread(target=_warm, args=(app.state.shelf,), daemon=True).start()
        log("server started", version=__version__, host=settings.host, port=settings.port)
        yield
        worker.stop()
        log("server ended")

    app = FastAPI(
        title="Aftershock", version=__version__, description=ABOUT, lifespan=living, docs_url=None, redoc_url=None,
        responses={status: {"model": ErrorBody} for status in (400, 401, 403, 404, 409, 413, 422, 429, 503)},
    )  # fmt: skip
    app.state.settings, app.state.queue, app.state.shelf = settings, queue, Shelf(queue)
    app.state.keeper = Keeper(settings.folder)
    for api in APIS:
        app.include_router(api, prefix="/api/v1")
    for page in PAGES:
        app.include_router(page, include_in_schema=False, dependencies=[Depends(check_form)])
    add_handlers(app)
    app.state.answers = Answers(app.state.shelf)
    app.add_middleware(Quick, answers=app.state.answers)
    for guard in (Limited, Guarded):  # the last one added is asked first
        app.add_middleware(guard, settings=settings)
    app.add_middleware(Logged)
    return app


def _warm(shelf: Shelf) -> None:
    """Make the first page before anybody asks for it."""
    try:
        warm(shelf)
    except AftershockError as error:  # the page itself will say so
        log("warming failed", error=str(error.must))
