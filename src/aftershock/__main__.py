"""Entry of the ``aftershock`` command: every foreseen error is one sentence and an exit code.

Exit codes: 0 done, 2 an option that cannot be, 3 data that breaks a rule, 4 a folder that cannot be used, 5 a download that
failed, 6 a Dask cluster that failed, 130 interrupted.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Imports stand inside, so that an interrupt while they run is caught as well."""
    try:
        import click

        from aftershock.cli import cli
        from aftershock.errors import AftershockError
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. No file was left half written.", err=True)
        sys.exit(130)
    except AftershockError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except MemoryError:
        click.echo("Error: not enough memory. Ask for fewer draws, horizons or countries.", err=True)
        sys.exit(4)


if __name__ == "__main__":
    main()
