# ruff: noqa: S311  draws for tests
"""Cache hits, peaks, spreads and calls written twice, against plain counting."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from ftvp.usage import measure as arrivals
from ftvp.usage.call import SECOND, Logged, Spent
from ftvp.usage.measure import (
    Arrivals,
    LengthCounts,
    Measures,
    Sums,
    packed,
    peak_to_mean,
    spread_over_days,
    unpacked,
)

LIVES = (60.0, 300.0, 3_600.0)
LOGS = 1_000
Arrived = tuple[int, int]
"""When a request came, in microseconds, and the opening it had."""


def measured(calls: Sequence[tuple[Logged, int, int]]) -> Measures:
    """Return the measures of calls with their openings and files."""
    kept = Arrivals()
    for call, opening, file in calls:
        kept.take([packed(call, 0, opening, file)])
    measures = Measures({0: LIVES}, [0])
    for block in unpacked(kept):
        measures.add(block)
    return measures


def drawn(seed: int) -> list[Arrived]:
    """Return a random log: bursts, pauses and equal times, of one to six openings."""
    draw = random.Random(seed)
    openings = draw.randint(1, 6)
    mean = draw.choice([1, 40, 300, 2_000])
    time, found = 1_795_000_000 * SECOND, []
    for _ in range(draw.randint(1, 60)):
        gap = draw.choice([0, draw.expovariate(1 / mean), 60, 300, 3_600, 300.000001])
        time += round(gap * SECOND)
        found.append((time, draw.randint(1, openings)))
    return found


def simulated(log: Sequence[Arrived], life: float) -> int:
    """Return the requests that some earlier one of their opening came at most `life` before."""
    return sum(
        any(o == opening and 0 <= time - t <= life * SECOND for t, o in log[:place])
        for place, (time, opening) in enumerate(log)
    )


def hits(measures: Measures) -> list[int]:
    return measures.tallies[0].sums.hits


def as_calls(
    log: Sequence[Arrived], file: int = 0, *, named: bool = True
) -> list[tuple[Logged, int, int]]:
    """Return calls that came at these times."""
    return [
        (Logged(time, "m", Spent(1, output=1), name=f"{n}" if named else None), opening, file)
        for n, (time, opening) in enumerate(log)
    ]


@pytest.mark.long
def test_hits_are_those_of_a_simulation() -> None:
    for seed in range(LOGS):
        log = drawn(seed)
        assert hits(measured(as_calls(log))) == [simulated(log, life) for life in LIVES], seed


@pytest.mark.slow
def test_hits_do_not_depend_on_the_order_or_on_files_that_overlap() -> None:
    for seed in range(LOGS // 5):
        log, draw = drawn(seed), random.Random(seed)
        calls = as_calls(log)
        cut, end = sorted(draw.choices(range(len(log) + 1), k=2))
        again = [(call, opening, 1) for call, opening, _ in calls[cut:end]]
        mixed = [*calls, *again]
        draw.shuffle(mixed)
        assert hits(measured(mixed)) == hits(measured(calls)), seed


def test_parts_on_the_disk_give_what_memory_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    log = [each for seed in range(20) for each in drawn(seed)]
    expected = hits(measured(as_calls(sorted(log))))
    monkeypatch.setattr(arrivals, "PART", 37)
    random.Random(1).shuffle(log)
    assert hits(measured(as_calls(log))) == expected


@pytest.mark.parametrize(
    ("files", "kept"),
    [([0, 0], 2), ([0, 1], 1), ([0, 0, 1], 2), ([0, 1, 1, 1], 3)],
    ids=["one file", "two files", "two and one", "one and three"],
)
def test_calls_without_a_name_count_as_often_as_one_file_has_them(
    files: list[int], kept: int
) -> None:
    call = Logged(SECOND, "m", Spent(input=5))
    found = measured([(call, 0, file) for file in files])
    assert found.tallies[0].sums.requests == kept


def test_failed_calls_are_neither_hits_nor_lengths() -> None:
    log = [(0, 7), (10, 7), (20, 7)]
    calls = as_calls([(SECOND * at, opening) for at, opening in log])
    calls[0] = (calls[0][0]._replace(failed=1), 7, 0)
    sums = measured(calls).tallies[0].sums
    assert (sums.requests, sums.failed, sums.hits[0]) == (2, 1, 1)


def test_peaks_are_of_the_clock() -> None:
    seconds = [0, 0, 1, 59, 60, 3_599, 3_600]
    calls = as_calls([(SECOND * 86_400 + at * SECOND, 1) for at in seconds])
    tally = measured(calls).tallies[0]
    peaks = peak_to_mean(tally)
    assert tally.peaks.most == {"second": 2, "minute": 4, "hour": 6}
    assert peaks["hour"] == pytest.approx(6 / (7 / 24))


def test_lengths_are_exact_where_they_are_short() -> None:
    draw = random.Random(3)
    tokens = sorted(draw.choices(range(4_000), k=999))
    lengths = LengthCounts()
    lengths.add(tokens[:500])
    lengths.add(tokens[500:])
    assert lengths.counts == Counter(tokens)
    assert lengths.quantile(0.5) == tokens[499]
    assert lengths.quantile(0.95) == tokens[949]


def test_the_first_and_the_last_day_count_for_the_mean_alone() -> None:
    days = {day: Sums(requests=n) for day, n in enumerate([10, 100, 110, 90, 100, 1])}
    found = spread_over_days(days, "requests")
    assert found is not None
    assert found.mean == pytest.approx(411 / 6)
    assert [found.low, found.high] == pytest.approx([411 / 6, 108.5])
