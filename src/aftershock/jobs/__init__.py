"""Many jobs of one function: in this process, on an executor or on Dask, with the same results, finished parts kept."""

from aftershock.jobs.cluster import Cluster, open_runner
from aftershock.jobs.parts import JSON, Codec, pack_arrays, unpack_arrays
from aftershock.jobs.running import Runner, run_jobs

__all__ = ["JSON", "Cluster", "Codec", "Runner", "open_runner", "pack_arrays", "run_jobs", "unpack_arrays"]
