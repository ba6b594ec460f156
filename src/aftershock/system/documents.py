"""A fitted system as one plain document: what the command line prints as JSON and the web app gives to programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.system.fit import System
from aftershock.system.tables import edges_table, interval, overall_share, streams_table, summary_lines

if TYPE_CHECKING:
    from aftershock.system.workflow import Fitted, View

__all__ = ["fitted_document", "fitted_lines", "interval_document", "origin_document"]


def fitted_document(fitted: Fitted, view: View) -> dict[str, Any]:
    """Return what a program wants to know of a fitted system; numbers may be infinite or unknown.

    Parameters
    ----------
    fitted : Fitted
    view : View
        Of it.
    """
    made, structure = fitted.system, fitted.structure
    return {
        **origin_document(made),
        "first": str(made.streams.first_day),
        "until": str(made.streams.last_day),
        "streams": list(made.names),
        "draws": made.draws,
        "seed": made.seed,
        "mask": made.mask,
        "background": made.background,
        "inhibition": made.inhibition,
        "ratio": interval_document(structure.ratio)
        | {"p_one_or_more": float((structure.ratio >= 1).mean())}
        | ({"upper_bound": True} if structure.inhibition else {}),
        "half_life": interval_document(structure.half_life),
        "share": interval_document(overall_share(made, structure)),
        "backgrounds": fitted.comparison.to_frame().to_dict("records") if fitted.comparison else [],
        "summary": fitted_lines(fitted),
        "missed": view.residuals.missed(),
        "spiral": asdict(view.spiral) if view.spiral else None,
        "per_stream": streams_table(made, structure).to_dict("records"),
        "edges": edges_table(made, structure).to_dict("records"),
    }


def fitted_lines(fitted: Fitted) -> list[str]:
    """Return what a fitted system says, a plain sentence each; what other backgrounds say comes last."""
    said = [fitted.comparison.said()] if fitted.comparison and len(fitted.comparison.backgrounds) > 1 else []
    return [*summary_lines(fitted.system, fitted.structure), *said]


def origin_document(made: System) -> dict[str, Any]:
    """Return where a system's data are from, and what was left out."""
    origin = made.streams.provenance
    return {
        "source": origin.source,
        "vintage": origin.vintage,
        "citation": origin.citation,
        "notes": origin.notes,
        "left_out": made.streams.left_out,
    }


def interval_document(draws: NDArray[np.float64]) -> dict[str, float]:
    """Return the middle of draws and their 90 % interval."""
    return dict(zip(("lower_90", "median", "upper_90"), map(float, interval(draws)), strict=True))
