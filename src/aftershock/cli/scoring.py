"""``aftershock score``, ``compare`` and ``backtest``: how good was it?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from aftershock.cli.options import as_json, bar, dask, data_dir, emit, load, source, spread, target

__all__ = ["backtest", "compare", "score"]

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("forecast", type=_FILE)
@click.argument("actuals", type=_FILE)
@target
@as_json
def score(forecast: Path, actuals: Path, target: str, json_: bool) -> None:
    """Score FORECAST (VIEWS challenge layout, long or wide) against ACTUALS.

    ACTUALS holds month_id, country_id and outcome, or ged_sb, ged_ns, ged_os as a panel does.
    """
    from aftershock.scores import score as score_forecast
    from aftershock.scores import summarise_scores
    from aftershock.sources import read_actuals, read_forecast

    scores = score_forecast(read_forecast(forecast, target=target), read_actuals(actuals, target=target))
    table = summarise_scores([scores]).drop(columns="model").iloc[0]
    row = {str(name): float(value) for name, value in table.items()} | {"n": int(table["n"])}
    if json_:
        emit({"forecast": str(forecast), "target": target, "unscored": scores.unscored, **row})
        return
    left = f"; {scores.unscored:,} more have no outcome in {actuals.name}" if scores.unscored else ""
    click.echo(f"{forecast.name}, taken as {target}: {int(row.pop('n')):,} forecasts scored{left}")
    for name, value in row.items():
        click.echo(f"  {name:<12} {value:.4f}")


@click.command()
@click.argument("a", type=_FILE)
@click.argument("b", type=_FILE)
@click.argument("actuals", type=_FILE)
@target
@click.option("--seed", type=int, default=1, show_default=True, help="Of the resampled countries.")
@as_json
def compare(a: Path, b: Path, actuals: Path, target: str, seed: int, json_: bool) -> None:
    """Say whether forecast A or B is better on ACTUALS, with a 95 % interval over countries."""
    from aftershock.scores import compare as compare_scores
    from aftershock.scores import score as score_forecast
    from aftershock.sources import read_actuals, read_forecast

    outcome = read_actuals(actuals, target=target)
    scores = [score_forecast(read_forecast(path, target=target), outcome) for path in (a, b)]
    rows = compare_scores(*scores, seed=seed)
    if json_:
        emit({"a": str(a), "b": str(b), "target": target, "scores": [asdict(r) | {"verdict": r.verdict} for r in rows]})
        return
    click.echo(f"A {a.name}, B {b.name}: {rows[0].n:,} forecasts of {rows[0].units} countries; below zero A is better")
    for path, made in zip((a, b), scores, strict=True):
        if len(made) + made.unscored > rows[0].n:
            click.echo(
                f"Note: {path.name} holds {len(made) + made.unscored:,} forecasts; only those both have, with an outcome, count."
            )
    for r in rows:
        interval = "too few countries for an interval" if r.lower is None else f"[{r.lower:+.4f}, {r.upper:+.4f}]"
        click.echo(f"  {r.score:<9} A {r.a:.4f}  B {r.b:.4f}  A-B {r.difference:+.4f}  {interval}  {r.verdict}")


@click.command()
@click.argument("panel", required=False, type=_FILE)
@click.option("--windows", default="2018-2021", show_default=True, help="Calendar years: 2018-2021 or 2018,2020.")
@click.option("--models", default="stack,pool,negative_binomial,conflictology,bootstrap,last_historical_poisson,exactly_zero", show_default=True,
              help="Models by name, separated by commas; options after a colon, separated by semicolons.")  # fmt: skip
@target
@click.option("--draws", type=int, default=1000, show_default=True, help="Draws per country and month.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same scores.")
@click.option("--out", type=_FILE, help="Also write the table (.csv) here.")
@dask
@source
@spread
@data_dir
@as_json
def backtest(
    panel: Path | None, windows: str, models: str, target: str, draws: int, seed: int, out: Path | None,
    dask: str | None, parts: Path | None, source: str | None, spread: str, data_dir: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Forecast past years as they could have been, and score them.

    Data ends in October of the year before; the twelve months of the year are forecast, 3 to 14 months ahead, as in the
    VIEWS prediction challenge.
    """
    from aftershock import backtests
    from aftershock.exports import ready_folder, write_csv
    from aftershock.jobs import open_runner
    from aftershock.models import make_model

    years = backtests.parse_windows(windows)
    names = [name.strip().replace(";", ",") for name in models.split(",") if name.strip()]
    for name in names:
        make_model(name)  # a wrong name is said before workers start
    if out:
        ready_folder(out.parent)
    with bar() as progress, open_runner(dask, parts=parts) as runner:
        data = load(panel, data_dir=data_dir, source=source, spread=spread)
        made = backtests.backtest(
            data,
            windows=years,
            models=names,
            target=target,
            draws=draws,
            seed=seed,
            executor=runner,
            progress=progress,
        )
    table = made.table()
    if out:
        write_csv(out, table)
    if json_:
        emit({"data": data.provenance.vintage, "target": target, "rows": table.to_dict("records")})
        return
    click.echo(
        f"Data: {data.provenance.source} ({data.provenance.vintage}); target {target}; smaller is better, coverage should be its level"
    )
    shown = table[["model", "window", "n", "crps", "log_crps", "ign", "mis", "covered_50", "covered_90"]]
    click.echo(shown.to_string(index=False, float_format=lambda value: f"{value:.3f}"))
