"""Every colour of the report, light and dark, and the bins in which a map shows numbers.

Scales run evenly in lightness and are told apart with any colour vision. No deaths is a colour of its own, and so is no
data.
"""

from __future__ import annotations

from typing import Any

__all__ = ["CHANCES", "DARK", "FIRST", "LIGHT", "MEASURES", "bin_of", "measure", "style"]


def _scale(letter: str, colours: str) -> dict[str, str]:
    return {f"{letter}{k}": colour for k, colour in enumerate(colours.split(), start=1)}


LIGHT = {
    "paper": "#fbfaf8", "card": "#ffffff", "ink": "#1c2326", "muted": "#566167", "line": "#dedbd4", "accent": "#0a5a70",
    "soft": "#e5eff1", "warn": "#8f3b1f", "zero": "#e8e5de", "none": "#ffffff", "stroke": "#ffffff", "hatch": "#a9aaa6",
    "bar": "#8d979b", "median": "#0a4152", "band95": "#d3e5ea", "band80": "#9fc8d3", "band50": "#5fa3b5",
    "model1": "#0a5a70", "model2": "#b8621b", "model3": "#7a5ea8", "model4": "#5d7f2f", "model5": "#7b8388",
    **_scale("d", "#f9d3b4 #f6a47c #ef6a4c #cb2b4b #861e5b #35193e"),
    **_scale("p", "#cdeadf #8fd3c1 #4fadb0 #357f9f #3d4f86 #29213f"),
    **_scale("c", "#1d5f92 #6aa5cd #c0d9e9 #e8e5de #f6d3a5 #dd9345 #9c4d0c"),
}  # fmt: skip
DARK = {
    "paper": "#14191c", "card": "#1b2226", "ink": "#e9ecec", "muted": "#a3afb4", "line": "#343e43", "accent": "#7cc7da",
    "soft": "#21343b", "warn": "#f0a98b", "zero": "#343d42", "none": "#171d20", "stroke": "#14191c", "hatch": "#6b7578",
    "bar": "#828d92", "median": "#dff5fa", "band95": "#203f49", "band80": "#2c6373", "band50": "#3f8ea3",
    "model1": "#7cc7da", "model2": "#eda566", "model3": "#b9a2e2", "model4": "#a5c972", "model5": "#9aa4a8",
    **_scale("d", "#6b2a66 #9a2560 #cc3049 #ec6346 #f49f72 #fbe1c6"),
    **_scale("p", "#234049 #285f6f #2f8590 #53ae9f #93d4ae #dcf3dc"),
    **_scale("c", "#8fcbf4 #4b93c6 #2b5a7b #343d42 #77511f #c07f32 #fac277"),
}  # fmt: skip


def measure(name: str, edges: list[float], labels: str, colours: str) -> dict[str, Any]:
    """Return what a map can show: its name, the edges of its bins, and their labels and names of colours."""
    return {"name": name, "edges": edges, "labels": labels.split("|"), "colours": colours.split()}


DEATHS = ([0.5, 4.5, 24.5, 99.5, 299.5, 999.5], "0|1–4|5–24|25–99|100–299|300–999|1,000+", "zero d1 d2 d3 d4 d5 d6")
CHANCES = (
    [0.01, 0.05, 0.2, 0.5, 0.8, 0.95],
    "under 1\u00a0%|1–5\u00a0%|5–20\u00a0%|20–50\u00a0%|50–80\u00a0%|80–95\u00a0%|95\u00a0% or more",
    "zero p1 p2 p3 p4 p5 p6",
)
MEASURES: dict[str, dict[str, Any]] = {
    "median": measure("Deaths: middle of the forecast", *DEATHS),
    "mean": measure("Deaths: average of the forecast", *DEATHS),
    "change": measure(
        "Change from the last 12 months",
        [-99.5, -24.5, -4.5, 4.5, 24.5, 99.5],
        "−100 or lower|−99 to −25|−24 to −5|about the same|+5 to +24|+25 to +99|+100 or higher",
        "c1 c2 c3 c4 c5 c6 c7",
    ),
    "p_25": measure("Chance of 25 or more deaths", *CHANCES),
    "p_100": measure("Chance of 100 or more deaths", *CHANCES),
    "p_1000": measure("Chance of 1,000 or more deaths", *CHANCES),
}
"""What the map can show: edges of the bins, and labels and names of colours, one more of each than edges."""
FIRST = "median"


def bin_of(measure: str, value: float) -> int:
    """Return the number of the bin a value falls in, counted from 0.

    Examples
    --------
    >>> bin_of("median", 0), bin_of("median", 25), bin_of("p_25", 1.0)
    (0, 3, 6)
    """
    return sum(value >= edge for edge in MEASURES[measure]["edges"])


def style(colours: dict[str, str]) -> str:
    """Return colours as CSS custom properties.

    Examples
    --------
    >>> style({"ink": "#000"})
    '--ink:#000;'
    """
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())
