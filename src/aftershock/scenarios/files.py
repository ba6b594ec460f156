"""Answers → files: differences, draws, one document, and the hubverse's rows, where a course has its ``scenario_id``.

Every file is written beside its place and moved there whole. The same answers give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock import figures
from aftershock._version import __version__
from aftershock.contract import TYPES, Forecast
from aftershock.exports import hub_table, ready_folder, whole_file, write_bytes, write_csv, write_parquet
from aftershock.scenarios.answers import COURSES, MEASURES, Answer, answer_table
from aftershock.scenarios.comparing import answers_document, baseline_ids, comparison_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["answers_document", "comparison_table", "hub_scenarios", "write_answer"]

IntArray = NDArray[np.int64]
_FIRST_MONTH = 119  # January 1980 is 120 months after January 1970, and month_id 1
_MOST_DEATHS = 10_000_000  # per country and month, as of every model
_HUB = "hubverse.parquet"


def write_answer(folder: Path, answers: Answer | Sequence[Answer]) -> dict[str, Path]:
    r"""Write answers as files that others read.

    ``differences.csv`` (:func:`aftershock.scenarios.answers.answer_table` of each), ``comparison.csv`` (a row per scenario),
    ``answers.json`` (all that is said), ``draws.parquet`` (by month and stream) and, where a whole calendar month lies ahead,
    ``hubverse.parquet``.

    Parameters
    ----------
    folder : pathlib.Path
        Made if it is not there.
    answers : Answer or sequence of Answer

    Returns
    -------
    dict of str to pathlib.Path
        File name to path.

    Raises
    ------
    UsageError
        Scenarios that share a name.
    StoreError
        The folder cannot be written to; each file is whole or as it was.

    Examples
    --------
    >>> import tempfile
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.scenarios import whatif
    >>> from aftershock.streams import StreamRule, build_streams
    >>> from aftershock.system.fit import fit_system
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=2000), until="2017-07-05")
    >>> text = "name: insurgents-leave\ntitle: Insurgents leave\nuntil: 2017-09-30\ninterventions:\n"
    >>> text += "  - {kind: leaves, actor: Syrian insurgents, date: 2017-08-01}"
    >>> answer = whatif(text, fit_system(streams, draws=20), draws=20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(write_answer(Path(folder), answer))
    ['answers.json', 'comparison.csv', 'differences.csv', 'draws.parquet', 'hubverse.parquet']
    """
    listed = [answers] if isinstance(answers, Answer) else list(answers)
    document = answers_document(listed)  # refuses what cannot be told apart, before anything is written
    hub = hub_scenarios(listed)
    ready_folder(folder)
    names = ("differences.csv", "comparison.csv", "answers.json", "draws.parquet")
    paths = {name: folder / name for name in names}
    write_csv(paths["differences.csv"], _differences(listed))
    write_csv(paths["comparison.csv"], comparison_table(listed))
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    write_bytes(paths["answers.json"], f"{text}\n".encode())
    _write_draws(paths["draws.parquet"], listed)
    if hub is None:
        (folder / _HUB).unlink(missing_ok=True)  # of an earlier run, which would not fit these files
        return paths
    write_parquet(folder / _HUB, hub)
    return paths | {_HUB: folder / _HUB}


def _differences(answers: list[Answer]) -> pd.DataFrame:
    import pandas as pd

    tables = []
    for answer in answers:
        table = answer_table(answer)
        table.insert(0, "scenario", answer.scenario.name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _write_draws(path: Path, answers: list[Answer]) -> None:
    """Write every draw: both courses of a draw share its number, and all random numbers.

    Ordered by scenario, course, stream, month and draw; a scenario's rows are written before the next one's are made.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, number = pa.dictionary(pa.int32(), pa.string()), pa.int32()
    kinds = {"scenario": text, "course": text, "stream": text, "first_day": pa.date32(), "draw": number}
    schema = pa.schema([*kinds.items(), *((measure, number) for measure in MEASURES)])
    with whole_file(path) as place, pq.ParquetWriter(place, schema, compression="zstd", store_schema=False) as writer:
        for answer in answers:
            for course in COURSES:
                writer.write_table(_draws_table(answer, course, schema))


def _draws_table(answer: Answer, course: str, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    values = np.moveaxis(answer.baseline if course == "baseline" else answer.scenario_course, 1, -1).swapaxes(1, 2)
    stream, month, draw = (a.ravel() for a in np.indices(values.shape[1:], dtype=np.int32))
    columns: list[Any] = [
        *(pa.DictionaryArray.from_arrays(np.zeros(len(draw), np.int32), [word]) for word in (answer.scenario.name, course)),
        pa.DictionaryArray.from_arrays(stream, list(answer.streams)),
        pa.array(answer.starts.astype("datetime64[D]")[month]),
        draw,
        *(np.minimum(one, np.iinfo(np.int32).max).astype(np.int32).ravel() for one in values),
    ]  # fmt: skip
    return pa.table(columns, schema=schema)


def hub_scenarios(answers: Sequence[Answer]) -> pa.Table | None:
    """Return answers as hubverse model output (schema v6) with ``scenario_id``; None where no calendar month lies whole ahead.

    The course that goes on is ``baseline``, a scenario has its name. Samples of one ``output_type_id`` are one joint draw over
    months, locations and scenarios, so that their differences are those of one future under two courses. A location is a country
    whose streams are of it alone, and, where the system has several countries, all of them together, written ``IRQ+SYR``.

    Parameters
    ----------
    answers : sequence of Answer
    """
    import pyarrow as pa

    tables, shown = [], set()
    for answer, baseline in zip(answers, baseline_ids(answers), strict=True):
        months = _whole_months(answer)
        if not months:
            continue
        for name, course in ((baseline, COURSES[0]), (answer.scenario.name, COURSES[1])):
            if name not in shown:
                shown.add(name)
                rows = _hub_rows(answer, course, months)
                place = rows.column_names.index("output_type")
                tables.append(rows.add_column(place, "scenario_id", pa.repeat(pa.scalar(name), rows.num_rows)))
    return pa.concat_tables(tables).combine_chunks() if tables else None


def _whole_months(answer: Answer) -> list[int]:
    """Return the places of the months of which every day is simulated."""
    first = answer.origin + 1 + answer.edges
    whole = first == first.astype("datetime64[M]")
    return [n for n in range(len(first) - 1) if whole[n] and whole[n + 1]]


def _hub_rows(answer: Answer, course: str, months: list[int]) -> pa.Table:
    import pyarrow as pa

    places = _places(answer)
    kinds = _kinds(answer)
    targets = ("total", *(kind for kind in TYPES if kinds))
    tables = []
    for target in targets:
        counted = [s for s in range(len(answer.streams)) if target == "total" or kinds[s] == target]
        for location, unit, streams in places:
            here = [s for s in streams if s in counted]
            deaths = answer.course(course, "deaths", here)[:, months].T
            rows = hub_table(_forecast(answer, target, unit, months, deaths), target)
            where = rows.column_names.index("location")
            tables.append(rows.set_column(where, "location", pa.repeat(pa.scalar(location), rows.num_rows)))
    return pa.concat_tables(tables)


def _forecast(answer: Answer, target: str, unit: int, months: list[int], deaths: IntArray) -> Forecast:
    """Return a course of one place as a forecast: its origin is the last month seen whole."""
    numbers = answer.starts[months].astype("datetime64[M]").astype(np.int64) - _FIRST_MONTH
    last_seen = (answer.origin + 1).astype("datetime64[M]").astype(np.int64) - _FIRST_MONTH - 1
    return Forecast(
        model="system",
        kind="country_id",
        units=np.array([unit], np.int64),
        origin=int(last_seen),
        months=numbers,
        targets=(target,),
        draws=np.minimum(deaths, _MOST_DEATHS).astype(np.int32)[None, None],
        joint=("target", "unit", "month"),
        provenance=answer.provenance,
        seed=answer.seed,
        code_version=__version__,
    )


def _places(answer: Answer) -> list[tuple[str, int, list[int]]]:
    """Return locations with a VIEWS number and their streams; a stream of two countries leaves neither's total known."""
    table = figures.countries().set_index("name")
    units = answer.units("country")
    found = []
    for name, streams in units.items():
        if name in table.index and all(len(answer.countries[s]) == 1 for s in streams):
            found.append((str(table.isoab[name]), int(table.country_id[name]), streams))
    known = [name for name in units if name in table.index]
    if len(units) > 1 and len(known) == len(units):
        codes = "+".join(str(table.isoab[name]) for name in known)
        found.append((codes, int(table.country_id[known[0]]), answer.units("all")["all"]))
    return found


def _kinds(answer: Answer) -> list[str]:
    """Return the type of each stream, or nothing where one has several."""
    return [one[0] for one in answer.types] if all(len(one) == 1 for one in answer.types) else []
