"""One forecaster of another package, run by ``peers_forecast.py`` in an environment of its own.

    python peers_worker.py MODEL OPTIONS INPUT.npz OUTPUT.npz

INPUT holds ``horizons``, ``draws`` and, per window, ``past_YEAR`` of shape (units, months): deaths per month, zero before a
country existed. OUTPUT gets ``draws_YEAR`` of shape (units, horizons, draws) and ``seconds_YEAR``, for fit and forecast
together; imports and one small forecast before the first window are not counted. Nothing of Aftershock is needed.
"""

import json
import logging
import os
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
LEVELS = np.arange(0, 100, 2)


def draws_from_quantiles(levels, values, draws):
    """Turn quantiles, shape (n, levels), into as many draws, evenly spread over probability."""
    return np.stack([np.interp((np.arange(draws) + 0.5) / draws, levels, row) for row in np.sort(values, axis=1)])


def long_table(past):
    """Return the table that statsforecast reads."""
    import pandas as pd

    units, months = past.shape
    return pd.DataFrame(
        {"unique_id": np.repeat(np.arange(units), months), "ds": np.tile(np.arange(months), units), "y": past.ravel()}
    )


def scaled(function, past, *, log):
    """Forecast on log(1 + deaths), or on deaths as they are."""
    out = function(np.log1p(past) if log else past)
    return np.expm1(np.minimum(out, 16)) if log else out


def ets(past, *, steps, draws, log=True, errors="normal"):
    """AutoETS of statsforecast, simulated paths."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoETS

    def run(y):
        models = StatsForecast(models=[AutoETS(season_length=1)], freq=1)
        out = models.simulate(h=steps, df=long_table(y), n_paths=draws, seed=1, error_distribution=errors)
        out = out.sort_values(["unique_id", "ds", "sample_id"])
        return out["AutoETS"].to_numpy().reshape(len(y), steps, draws)

    return scaled(run, past, log=log)


def intermittent(past, *, steps, draws, kind="CrostonSBA", log=True, windows=10):
    """An intermittent-demand model of statsforecast with conformal prediction intervals."""
    from statsforecast import StatsForecast, models
    from statsforecast.utils import ConformalIntervals

    about = {"prediction_intervals": ConformalIntervals(n_windows=windows, h=steps)}
    made = models.TSB(alpha_d=0.1, alpha_p=0.1, **about) if kind == "TSB" else getattr(models, kind)(**about)
    return scaled(lambda y: by_levels(StatsForecast(models=[made], freq=1), y, steps, draws), past, log=log)


def seasonal_pool(past, *, steps, draws, log=False, season=1):
    """Conformal seasonal pool of statsforecast: past residuals and past values, mixed."""
    from statsforecast import StatsForecast
    from statsforecast.models import ConformalSeasonalPool

    made = ConformalSeasonalPool(season_length=season, n_samples=draws)
    return scaled(lambda y: by_levels(StatsForecast(models=[made], freq=1), y, steps, draws), past, log=log)


def by_levels(forecaster, y, steps, draws):
    """Ask statsforecast for intervals at many levels and make draws of their ends."""
    levels = [int(level) for level in LEVELS if level] + [99]
    out = forecaster.forecast(df=long_table(y), h=steps, level=levels).sort_values(["unique_id", "ds"])
    low = [next(c for c in out if c.endswith(f"-lo-{level}")) for level in reversed(levels)]
    high = [next(c for c in out if c.endswith(f"-hi-{level}")) for level in levels]
    at = np.array([(1 - level / 100) / 2 for level in reversed(levels)] + [(1 + level / 100) / 2 for level in levels])
    values = out[low + high].to_numpy()
    return draws_from_quantiles(at, values, draws).reshape(len(y), steps, draws)


def gluonts_data(past):
    """Return the dataset that GluonTS reads."""
    import pandas as pd
    from gluonts.dataset.common import ListDataset

    start = pd.Period("1989-01", freq="M")
    entries = [{"start": start, "target": row.astype(np.float32), "feat_static_cat": [k]} for k, row in enumerate(past)]
    return ListDataset(entries, freq="M")


def npts(past, *, steps, draws, context=None, kernel="exponential", seasonal=False, weight=1.0):
    """NPTS of GluonTS: past values drawn again, the newest most often."""
    from gluonts.model.npts import KernelType, NPTSPredictor

    np.random.seed(1)  # noqa: NPY002
    predictor = NPTSPredictor(
        prediction_length=steps,
        context_length=context,
        kernel_type=KernelType(kernel),
        use_seasonal_model=seasonal,
        exp_kernel_weights=weight,
    )
    made = predictor.predict(gluonts_data(past), num_samples=draws)
    return np.stack([forecast.samples.T for forecast in made])


def deepar(past, *, steps, draws, context=24, epochs=10):
    """DeepAR of GluonTS with a negative binomial, trained on all countries together."""
    import lightning.pytorch as pl
    import torch
    from gluonts.torch import DeepAREstimator
    from gluonts.torch.distributions import NegativeBinomialOutput

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    pl.seed_everything(1, verbose=False)
    estimator = DeepAREstimator(
        freq="M",
        prediction_length=steps,
        context_length=context,
        distr_output=NegativeBinomialOutput(),
        num_feat_static_cat=1,
        cardinality=[len(past)],
        num_parallel_samples=draws,
        trainer_kwargs={
            "max_epochs": epochs,
            "accelerator": "cpu",
            "logger": False,
            "enable_progress_bar": False,
            "enable_model_summary": False,
            "default_root_dir": os.environ.get("TMPDIR", "/tmp"),
        },
    )
    made = estimator.train(gluonts_data(past)).predict(gluonts_data(past))
    return np.stack([forecast.samples.T for forecast in made])


MODELS = {"ets": ets, "intermittent": intermittent, "seasonal_pool": seasonal_pool, "npts": npts, "deepar": deepar}


def main(model, options, source, target):
    """Forecast every window of the input."""
    given = np.load(source)
    horizons, draws = given["horizons"], int(given["draws"])
    asked = {"steps": int(horizons.max()), **json.loads(options)}
    forecast, out = MODELS[model], {}
    for name in given.files:
        if not name.startswith("past_"):
            continue
        past = given[name].astype(float)
        if not out and model != "deepar":
            forecast(past[:3], draws=10, **asked)
        start = time.perf_counter()
        made = forecast(past, draws=draws, **asked)[:, horizons - 1]
        seconds = time.perf_counter() - start
        whole = np.clip(np.rint(np.nan_to_num(made, posinf=1e7)), 0, 1e7).astype(np.int32)
        out |= {name.replace("past", "draws"): whole, name.replace("past", "seconds"): seconds}
    np.savez_compressed(target, **out)


if __name__ == "__main__":
    main(*sys.argv[1:])
