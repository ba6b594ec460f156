"""The ``aftershock`` command's parts: parse, call one public function, show."""

from __future__ import annotations

import click

from aftershock._version import __version__
from aftershock.cli.accounts import accept, check, claim, ledger, lint, read
from aftershock.cli.actors import dispersion, network, spread, succession
from aftershock.cli.data import import_files, panel, pull, status
from aftershock.cli.explaining import explain
from aftershock.cli.forecasting import forecast
from aftershock.cli.grid import grid
from aftershock.cli.scoring import backtest, compare, score
from aftershock.cli.serving import serve
from aftershock.cli.submission import check_submission, submission
from aftershock.cli.system import system
from aftershock.cli.whatif import whatif

__all__ = ["cli"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """Forecast organised violence: events in, distributions out, scored in the open.

    forecast, backtest, panel, system, whatif and the commands on actors need no data of yours: they fall back on the embedded
    figures (UCDP, from 1989 on).
    """


for command in (
    forecast,
    explain,
    grid,
    system,
    whatif,
    network,
    spread,
    succession,
    dispersion,
    read,
    claim,
    accept,
    lint,
    check,
    ledger,
    pull,
    import_files,
    status,
    panel,
    score,
    compare,
    backtest,
    submission,
    check_submission,
    serve,
):
    cli.add_command(command)
