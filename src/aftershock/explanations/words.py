"""An explanation in plain words, for a reader who knows conflicts and no statistics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import log
from textwrap import wrap

from aftershock.explanations.explaining import Explanation
from aftershock.explanations.features import LEVEL, PARTS
from aftershock.explanations.members import described
from aftershock.explanations.outlook import Outlook
from aftershock.explanations.situations import MANY
from aftershock.models.stack import CLASSES
from aftershock.months import month_name
from aftershock.summary import KINDS, chance

__all__ = ["about", "reading", "span_of", "tell"]

SCARCE = 0.5  # of the weight, without a death after: then the names of single situations say little
LEAST = 0.005  # a weight that is named
SMALL = 0.02  # an effect, as a log, that is not named
WIDTH = 110
LONGEST = 300  # months that "months since" counts to
SAID = [
    (r"^(sb|ns|os): months since the last death", r"months since the last \1 death"),
    (r"^(sb|ns|os): mean deaths of (\d+) months", r"\1 deaths in an average month of the last \2"),
    (r"^worst neighbour, mean deaths of (\d+) months", r"deaths in an average month of the last \1, worst-hit neighbour"),
    (r"^world: mean deaths of (\d+) months", r"deaths in an average month of the last \1, worldwide"),
    (r"^world: share of units with deaths", r"share of countries with deaths in a month, worldwide"),
    (r"^mean deaths of (\d+) months", r"deaths in an average month of the last \1"),
    (r"^typical deaths of (\d+) months", r"deaths in a typical month of the last \1"),
    (r"^worst of (\d+) months", r"deaths in the worst month of the last \1"),
    (r"^share of (\d+) months with", r"share of the last \1 months with"),
    (r"^level, half-life ([\d.]+) months", r"deaths in a typical month, older ones fading with a half-life of \1 months"),
    (r"^trend of the level, half-life ([\d.]+) against ([\d.]+)", r"typical month with half-life \1 against half-life \2"),
    (r"^trend of (\d+) months against (\d+)", r"the last \1 months against the last \2"),
    (r"^spread of (\d+) months", r"spread of the last \1 months"),
    (r"^lumps: mean above the level", "average month against the typical one"),
    (f"^{LEVEL}", "deaths in a typical month now"),
]  # fmt: skip
KIND_OF = re.compile(r"\b(sb|ns|os)(?= deaths?\b)")


def about(value: float) -> str:
    """Return a number of deaths as it is read aloud: three digits that count, one decimal below ten.

    Examples
    --------
    >>> about(0), about(0.02), about(4.26), about(87.4), about(12_345.0)
    ('0', 'under 0.1', '4.3', '87', '12,300')
    """
    if 0 < value < 0.05:
        return "under 0.1"
    if value < 9.95:
        return f"{value:.1f}".removesuffix(".0")
    digits = max(len(str(round(value))) - 3, 0)
    return f"{round(value / 10**digits) * 10**digits:,}"


def span_of(first: int, last: int) -> str:
    """Return the months of one calendar year in words.

    Examples
    --------
    >>> span_of(493, 504), span_of(493, 493)
    ('Jan–Dec 2021', 'Jan 2021')
    """
    start, stop = month_name(first), month_name(last)
    return f"{start[:3]} {start[-4:]}" if first == last else f"{start[:3]}–{stop[:3]} {stop[-4:]}"


def reading(feature: str, value: float, measure: str) -> str:
    """Return what is known of a unit by one feature.

    Examples
    --------
    >>> reading("typical deaths of 12 months", 117.3, "deaths")
    'deaths in a typical month of the last 12: 117'
    >>> reading("os: months since the last death", 3.0, "months")
    'months since the last one-sided death: 3'
    >>> reading("trend of 3 months against 12", 0.74, "factor")
    'the last 3 months against the last 12: × 0.74'
    """
    said = feature
    for pattern, words in SAID:
        if re.match(pattern, feature):
            said = re.sub(pattern, words, feature)
            break
    said = KIND_OF.sub(lambda found: KINDS[found[1]], said)
    if measure == "share":
        return f"{said}: {_percent(value)}"
    if measure == "factor":
        return f"{said}: × {value:.2f}"
    if measure == "months":
        return f"{said}: {'none on record' if value >= LONGEST - 0.5 else round(value)}"
    return f"{said}: {about(value)}"


def tell(why: Explanation, what: Outlook, names: Mapping[int, str]) -> list[str]:
    """Return an explanation as lines of plain text: the forecast, like situations, what made the difference, the models.

    Parameters
    ----------
    why : Explanation
    what : Outlook
        Of the same unit, target and months.
    names : mapping of int to str
        Units' names.
    """
    name, deaths = names.get(why.unit, f"Unit {why.unit}"), f"{KINDS[why.target]} deaths".strip()
    first, last = month_name(what.first), month_name(what.last)
    months = first if first == last else f"{first} to {last}"
    parts = [_forecast(what, why.horizon), _situations(why, name, names), _parts(why, name), _members(why)]
    lines = [f"{name}: {deaths}, {months}, from what was known in {month_name(why.origin)}"]
    for part in parts:
        lines += ["", *said] if (said := list(part)) else []
    return lines


def _paragraph(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _percent(share: float, places: int = 0) -> str:
    return f"{share * 100:.{places}f} %"


def _span(horizon: int) -> str:
    return "month" if horizon == 1 else f"{horizon} months"


def _in(share: float) -> str:
    """Return a share of situations in words."""
    if share in {0, 1}:
        return "in none" if share == 0 else "in all"
    return (
        "in fewer than 1 of 100"
        if share < 0.01
        else "in over 99 of 100"
        if share > 0.99
        else f"in {share * 100:.0f} of 100"
    )


def _forecast(what: Outlook, horizon: int) -> Iterator[str]:
    yield f"Forecast for the {_span(horizon)} together"
    if what.upper_90 == 0:
        yield f"  No death in at least 95 of 100 futures; {chance(what.p_1)} of any."
    else:
        ends = f"{about(what.lower_90)} and {about(what.upper_90)}"
        yield f"  Middle: {about(what.median)} deaths. 90 of 100 futures lie between {ends}."
    likely = chance(what.p_25)
    yield f"  {likely[0].upper()}{likely[1:]} of {MANY} deaths or more."
    known = "" if what.past_months == horizon else f", of which {what.past_months} are on record,"
    yield f"  The {_span(horizon)} before{known} had {what.past:,}."


def _situations(why: Explanation, name: str, names: Mapping[int, str]) -> Iterator[str]:
    yield "Similar situations of the past"
    often = (
        f"deaths followed within {'a' if why.horizon == 1 else 'the'} {_span(why.horizon)} {_in(why.any_followed)}, "
        f"{MANY} or more {_in(why.many_followed)}"
    )
    if 1 - why.any_followed > SCARCE:
        yield from _paragraph(
            f"There is little to go on: {name} resembles the many quiet situations of all countries, so which of them come "
            f"nearest says little. Of these situations, {often}."
        )
        return
    yield from _paragraph(
        f"What followed them, scaled to the level of deaths here ({about(why.level)} in a typical month now), is "
        f"{_percent(why.share)} of the forecast: the part that the model forest makes. The nearest, with their share of it:"
    )
    yield ""
    yield from _table(why, names)
    yield ""
    yield from _paragraph(
        f"Then: deaths in a typical month. After: mean deaths a month over the {_span(why.horizon)} that followed. "
        f"Those listed have {_percent(why.situations.weight.sum())} of the weight. Of all similar situations, {often}; "
        f"the last months of that time were without a death {_in(why.ended)}."
    )


def _table(why: Explanation, names: Mapping[int, str]) -> Iterator[str]:
    table = why.situations
    where = [names.get(int(unit), f"Unit {unit}") for unit in table[why.kind]]
    wide = max(len("where"), *(len(text) for text in where))
    yield f"  {'share':>6}  {'where':<{wide}}  {'when':<12}  {'then':>7}  {'after':>7}  {'scaled':>7}"
    for name, row in zip(where, table.to_dict("records"), strict=True):
        numbers = "  ".join(f"{about(row[column]):>7}" for column in ("level", "followed", "scaled"))
        yield f"  {_percent(row['weight'], 1):>6}  {name:<{wide}}  {span_of(int(row['first']), int(row['last'])):<12}  {numbers}"


def _parts(why: Explanation, name: str) -> Iterator[str]:
    yield "What made the difference"
    yield from _paragraph(
        "Against the average situation of the record, which is a quiet one, what is known multiplies the typical deaths a "
        "month by:"
    )
    said = [row for row in why.parts.to_dict("records") if abs(log(row["effect"])) >= SMALL]
    for row in said:
        words = reading(row["feature"], row["value"], row["measure"])
        yield f"  × {row['effect']:<6.{1 if row['effect'] >= 10 else 2}f} {PARTS[row['part']]} ({words})"
    if len(said) < len(why.parts):
        yield f"  {'All else' if said else 'Each thing known'} moves it by less than 2 %."
    yield from _paragraph(
        f"These are associations in the record of all countries. They do not say what causes violence in {name}."
    )


def _members(why: Explanation) -> Iterator[str]:
    near = why.members[why.members.first_horizon <= why.horizon]
    if not len(near):
        return
    table = near.pivot_table(index="model", columns="first_horizon", values="weight", sort=False)
    table = table[(table >= LEAST).any(axis=1)]
    spans = near[["first_horizon", "last_horizon"]].drop_duplicates().clip(upper=why.horizon)
    yield "The models behind it"
    yield from _paragraph(
        f"Their weights were learned on earlier years, by months ahead and by kind of country; this one is of the kind "
        f"“{CLASSES[why.intensity]}”."
    )
    ahead = [f"{first}" if first == last else f"{first}-{last}" for first, last in spans.to_numpy()]
    yield f"  {'months ahead':<20}" + "".join(f"{text:>8}" for text in ahead)
    for model, row in table.iterrows():
        yield f"  {model:<20}" + "".join(f"{_percent(weight):>8}" for weight in row)
    for model in table.index:
        yield from wrap(f"{model}: {described(str(model))[0]}", WIDTH, initial_indent="  ", subsequent_indent="    ")
