"""How many copies of a hosted model carry the load.

    replicas = max(1, ceil(peak x rate x ((I - C x hits) / in_tps + (O + K) / out_tps) / u))

`rate` is the requests a second in the hours in which the model runs and requests come; `in_tps` and
`out_tps` are what one copy does of each alone. Reading and writing share a GPU: their times add.
"""

from __future__ import annotations

import math

from ftvp.cost.inputs import Numbers
from ftvp.cost.option import Option
from ftvp.units import DAYS_PER_MONTH, HOURS_PER_DAY

SECONDS_PER_HOUR = 3600
SMOOTH_ABOVE = "smooth_above"
"""The number of replicas above which they count as a real number, where that is set."""


def speed(option: Option, numbers: Numbers) -> tuple[float, float] | None:
    """Return the tokens that one copy reads and writes a second; None where it is not known."""
    known = option.speed or (None, None)
    reads = numbers.get("input_tokens_per_second", known[0])
    writes = numbers.get("output_tokens_per_second", known[1])
    return None if reads is None or writes is None else (reads, writes)


def is_floor(option: Option, numbers: Numbers) -> bool:
    """Return whether the bill is a floor: one copy, of which nobody knows what it carries."""
    told = option.hosting_told or "replicas" in numbers
    return option.is_hosted and not told and speed(option, numbers) is None


def copies(option: Option, numbers: Numbers, per_day: float, read: float, written: float) -> float:
    """Return the copies that carry `per_day` requests of so many tokens read and written each."""
    if "replicas" in numbers:
        return numbers["replicas"]
    known = speed(option, numbers)
    if known is None:
        return 1
    hours = min(numbers.get("hours_per_day", HOURS_PER_DAY), numbers["active_hours"])
    rate = per_day * sharing(option, numbers) / (SECONDS_PER_HOUR * hours)
    seconds = read / known[0] + written / known[1]
    load = numbers["peak_to_mean"] * rate * seconds / numbers["utilisation"]
    if load > numbers.get(SMOOTH_ABOVE, math.inf):
        return load
    return max(1, math.ceil(load))


def sharing(option: Option, numbers: Numbers) -> float:
    """Return how many tuned models share the copies, where the seller allows so many."""
    wanted = numbers["adapters_sharing"]
    return wanted if option.is_tuned and wanted <= option.adapters else 1


def hosted_hours(numbers: Numbers) -> float:
    """Return the hours of a month in which a hosted model runs: all of them, or as told."""
    if "hours_per_day" in numbers:
        return numbers["hours_per_day"] * numbers["days_per_month"]
    return DAYS_PER_MONTH * HOURS_PER_DAY
