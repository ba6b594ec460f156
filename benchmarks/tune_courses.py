"""Choose the pool's correlation between months: how should draws of single months be tied into courses?

    python benchmarks/tune_courses.py [--dask local] [--parts FOLDER]

Scores totals over twelve months (3 to 14 ahead) on origins October 1999 to October 2015, whose targets end in December
2016, over countries with a death in the five years before. The correlation with the best mean log-CRPS over the four
targets is the pool's default; later years are not looked at. The table is kept in ``benchmarks/results/tune_courses.json``.
"""

import numpy as np

from aftershock import Panel, Runner, embedded_panel, run_jobs
from aftershock.backtests import HORIZONS
from aftershock.contract import TARGETS
from aftershock.models.pool import Pool
from aftershock.months import month_id
from aftershock.scores import kernels
from common import open_runner_of, read_arguments, write_result

ORIGINS = [month_id(year, 10) for year in range(1999, 2016)]
GRID = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)


def scores_of(panel: Panel, correlation: float) -> dict[str, float]:
    """Return mean scores of totals with one correlation."""
    rows = []
    for target in TARGETS:
        series = panel.series(target)
        for origin in ORIGINS:
            at = origin - int(panel.months[0])
            active = (series[:, at - 59 : at + 1].sum(axis=1) > 0) & panel.exists[:, at]
            made = Pool(correlation=correlation).forecast(
                panel.until(origin), horizons=HORIZONS, targets=[target], draws=400
            )
            outcome = series[active, at + HORIZONS[0] : at + HORIZONS[-1] + 1].sum(axis=1)
            ordered = kernels.sort_draws(made.sums(target)[active[panel.exists[:, at]]])
            covered = [kernels.covered(outcome, ordered, level) for level in (0.5, 0.8, 0.9)]
            rows.append(np.stack([kernels.log_crps(outcome, ordered), kernels.crps(outcome, ordered), *covered]))
    names = ("log_crps", "crps", "covered_50", "covered_80", "covered_90")
    return dict(zip(names, np.concatenate(rows, axis=1).mean(axis=1).round(4).tolist(), strict=True))


def main(runner: Runner) -> None:
    """Score the grid and say which correlation is best."""
    rows = run_jobs(scores_of, [(c,) for c in GRID], shared=(embedded_panel(),), executor=runner)
    table = dict(zip(map(str, GRID), rows, strict=True))
    best = min(table, key=lambda c: table[c]["log_crps"])
    for correlation, row in table.items():
        print(correlation, row, "<- best" if correlation == best else "")
    write_result("tune_courses", {"best": float(best), "table": table})


if __name__ == "__main__":
    with open_runner_of(read_arguments(__doc__, dask="", parts="")) as runner:
        main(runner)
