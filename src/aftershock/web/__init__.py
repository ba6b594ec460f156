"""The web app: pages, their JSON twins and long jobs over the stored record; ``aftershock serve`` runs it.

::

    settings.py      what a server is told: folder, address, token, limits
    app.py           everything put together
    guards.py        who may ask what: host, origin, token; headers of every answer
    limits.py        how large a request may be and how long it may take
    weights.py       what a document would cost to read, counted before
    patience.py      how long a connection may take to say what it asks
    signing.py       the token's cookie and the forms' tokens
    errors.py        an error as a page or as JSON
    logs.py          one line of JSON per request and job
    jobs.py          long work, queued in SQLite
    worker.py        one process per job, watched
    work/            the kinds of jobs
    results.py       the stored forecast that pages read
    slices.py cell_bins.py world_parts.py    what pages take out of it
    spans.py         which countries have events, from when to when
    accounts/        accounts kept: versions, the file for people, texts, limits
    answers.py       answers that are the same for everybody, given again at once
    rendering.py     templates, and answers packed once
    assets.py        scripts and styles, named by their content
    pages/           a module per page, with its JSON twin
"""

from __future__ import annotations

from aftershock.web.settings import Settings

__all__ = ["Settings"]
