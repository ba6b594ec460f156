"""``aftershock serve``: the web app."""

from __future__ import annotations

from pathlib import Path

import click

from aftershock.cli.options import data_dir
from aftershock.errors import UsageError

__all__ = ["serve"]


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; others than this machine's need a token.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8650,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A further name the server is reached under, behind a proxy; may be repeated.",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy's address or network, or * for any: its X-Forwarded-Proto and X-Forwarded-For are believed.",
)
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the first page in a browser.")
@data_dir
def serve(
    host: str, port: int, names: tuple[str, ...], proxies: tuple[str, ...], browser: bool, data_dir: Path | None
) -> None:
    """Open everything in a browser: world, countries, track record, and jobs for longer work.

    Without imported data the embedded figures and their forecast are shown. A token, which an address that others can reach
    needs, is read from AFTERSHOCK_TOKEN, or from the file that AFTERSHOCK_TOKEN_FILE names. Ctrl-C ends the server; a job
    that runs is put back into the queue.
    """
    import os

    try:
        from aftershock.web.serving import run
        from aftershock.web.settings import Settings
    except ModuleNotFoundError as error:
        raise UsageError(
            "the web app needs further packages",
            found=f"no {error.name}",
            fix="Install them: pip install 'aftershock[web]'.",
        ) from error
    from aftershock.store import default_folder

    settings = Settings(
        data=data_dir or default_folder(),
        host=host,
        port=port,
        names=names,
        proxies=proxies,
        token=Settings.token_from(os.environ),
    )
    run(settings, browser=browser, say=click.echo)
