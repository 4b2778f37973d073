"""A change of one amount, shared exactly among its causes: the Shapley value."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

Amount = Callable[[frozenset[str]], float]
"""What an amount is where these causes are as they are now, and all others as they were."""


def shares(causes: Sequence[str], amount: Amount) -> dict[str, float]:
    """Return what each cause adds, on average over all orders in which they might come.

    The shares add up to `amount(all) - amount(none)`, and a cause that never changes the amount
    has none. It takes 2^n amounts for n causes.

    >>> shares(["price", "volume"], lambda now: (5 if "price" in now else 2) * (
    ...     10 if "volume" in now else 4))
    {'price': 21.0, 'volume': 21.0}
    """
    known = lru_cache(maxsize=None)(amount)
    count = len(causes)
    weights = [
        math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        for size in range(count)
    ]
    found = {}
    for cause in causes:
        others = [each for each in causes if each != cause]
        parts = []
        for before in subsets(others):
            added = known(before | {cause}) - known(before)
            parts.append(weights[len(before)] * added)
        found[cause] = math.fsum(parts)
    return closed(found, known(frozenset(causes)) - known(frozenset()))


def subsets(of: Sequence[str]) -> list[frozenset[str]]:
    """Return every subset, the empty one first.

    >>> [sorted(each) for each in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    found: list[frozenset[str]] = [frozenset()]
    for each in of:
        found += [known | {each} for known in found]
    return found


def closed(found: dict[str, float], whole: float) -> dict[str, float]:
    """Return shares whose rounding error is in the largest one, so that they add up."""
    if found:
        largest = max(found, key=lambda cause: abs(found[cause]))
        rest = math.fsum(share for cause, share in found.items() if cause != largest)
        found[largest] = whole - rest
    return found
