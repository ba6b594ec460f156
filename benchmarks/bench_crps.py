"""The CRPS of draws, beside the libraries that compute it, on the same whole numbers in the same run.

    python -m pip install scoringrules numba properscoring xskillscore
    python benchmarks/bench_crps.py

Forecasts like the challenge's: most countries quiet, some heavy-tailed. Three sizes; the middle one is a window of the
challenge, 2,292 country-months × 1,000 draws.
"""

import numpy as np
import properscoring
import scoringrules
import xarray as xr
import xskillscore

from aftershock.scores import kernels
from common import paired, read_arguments, write_result

SIZES = (229, 2_292, 22_920)
DRAWS = 1000


def made(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes (n,) and draws (n, DRAWS)."""
    rng = np.random.default_rng(1)
    mean = np.where(rng.random(n) < 0.8, 0.01, rng.gamma(0.3, 300, n))
    chance = 0.5 / (0.5 + mean)
    draws = rng.negative_binomial(0.5, chance[:, None], (n, DRAWS)).astype(np.int32)
    return rng.negative_binomial(0.5, chance), draws


def main() -> None:
    """Pair ours with every peer at every size."""
    table: dict[str, dict[str, object]] = {}
    for n in SIZES:
        y, x = made(n)
        floats, truth = x.astype(float), y.astype(float)
        xy, xx = xr.DataArray(truth, dims="row"), xr.DataArray(floats, dims=("row", "member"))
        peers = {
            "scoringrules, numba": lambda: scoringrules.crps_ensemble(truth, floats, estimator="qd", backend="numba"),
            "scoringrules, numpy": lambda: scoringrules.crps_ensemble(truth, floats, estimator="qd", backend="numpy"),
            "properscoring": lambda: properscoring.crps_ensemble(truth, floats),
            "xskillscore": lambda: xskillscore.crps_ensemble(xy, xx, dim=[]).to_numpy(),
        }
        for name, peer in peers.items():
            gap = float(np.abs(peer() - kernels.crps(y, kernels.sort_draws(x))).max())
            row = paired(lambda: kernels.crps(y, kernels.sort_draws(x)), peer) | {"largest_gap": gap}
            table.setdefault(str(n), {})[name] = row
            print(n, name, row)
    write_result("crps", {"forecasts": table, "draws": DRAWS})


if __name__ == "__main__":
    read_arguments(__doc__)
    main()
