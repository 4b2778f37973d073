"""Calls in the order of time: totals, spreads over days, lengths, peaks and cache hits."""

from __future__ import annotations

import heapq
import math
import tempfile
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate, chain, islice, pairwise
from operator import itemgetter
from struct import Struct
from typing import IO, NamedTuple
from weakref import finalize
from zlib import crc32

from ftvp.stats import quantile
from ftvp.usage.call import SECOND, Logged, Spent

PART = 64_000
"""Calls that are sorted in memory at once: about 6 MB."""
BLOCK = 1_024
"""Calls that are read at once of each part on the disk."""
COUNTED = 4
"""Blocks of calls that are counted at once."""
_FORM = Struct(">QQQHIIIIIBH")
_start: Callable[[bytes], bytes] = itemgetter(slice(16))
"""Gives the bytes that say when a call began, and what it is named."""
_NAMED = slice(8, 16)
NO_NAME = bytes(8)
_pack = _FORM.pack
UNTOLD = 0xFFFF_FFFF
"""Stands for a number of tokens that the log does not tell."""
_SHIFT = 1 << 62
FAILED, BATCH, TOLD_BATCH = 1, 2, 4
"""Flags of a packed call."""
_FILE = 2
"""Bytes at the end that say which file a call is of."""


def text_digest(text: str) -> int:
    """Return 64 bits that stand for a text, the same everywhere."""
    hashed = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "big") or 1


def packed(call: Logged, model: int, opening: int, file: int) -> bytes:
    """Return a call in 53 bytes, which sort by time.

    Beside its time a short digest of its name is enough; without one it must tell alone.
    """
    time, _, (inputs, cached, write, output, thinking), failed, batch, name, _, _, _, _ = call
    if name is None:
        named = 0
    elif time is None:
        named = text_digest(name)
    else:
        named = crc32(name.encode("utf-8", "surrogatepass")) or 1
    return _pack(
        0 if time is None else time + _SHIFT,
        named,
        opening,
        model,
        UNTOLD if inputs is None else inputs,
        UNTOLD if cached is None else cached,
        UNTOLD if write is None else write,
        UNTOLD if output is None else output,
        UNTOLD if thinking is None else thinking,
        (FAILED if failed else 0) | (0 if batch is None else TOLD_BATCH | batch * BATCH),
        file,
    )


class Arrivals:
    """Packed calls, which come in any order and leave in the order of time."""

    def __init__(self) -> None:
        """Begin without calls."""
        self._part: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._parts: list[tuple[int, int]] = []
        self.repeated = 0
        """Calls left out since they stood there twice; known once all have left."""

    def take(self, records: Iterable[bytes]) -> None:
        """Take packed calls."""
        left = iter(records)
        while True:
            self._part += islice(left, PART - len(self._part))
            if len(self._part) < PART:
                return
            self._spill()

    def extend(self, records: bytes) -> None:
        """Take packed calls that stand side by side."""
        length = BLOCK * _FORM.size
        for at in range(0, len(records), length):
            self.take(_split(records[at : at + length]))

    def _spill(self) -> None:
        """Put the sorted part on the disk."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the object
            finalize(self, self._file.close)
        self._part.sort()
        self._file.seek(0, 2)
        self._parts.append((self._file.tell(), len(self._part)))
        self._file.write(b"".join(self._part))
        self._part = []

    def __iter__(self) -> Iterator[list[bytes]]:
        """Yield the packed calls in the order of time, each once, up to some thousand at a time."""
        self._part.sort()
        self.repeated = 0
        same: Counter[bytes] = Counter()
        for block in self._merged():
            starts = set(map(_start, block))
            if len(starts) == len(block) and starts.isdisjoint(map(_start, same)):
                yield [*self._once(same), *block[:-1]]
                same = Counter(block[-1:])
            else:
                yield from _blocks(self._apart(block, same))
        yield from _blocks(self._once(same))

    def _apart(self, block: Iterable[bytes], same: Counter[bytes]) -> Iterator[bytes]:
        """Yield calls, each once, but for the last one and those that may be the same."""
        last = next(map(_identity, same), b"")
        for record in block:
            if _identity(record) != last:
                yield from self._once(same)
                same.clear()
                last = _identity(record)
            same[record] += 1

    def _merged(self) -> Iterator[list[bytes]]:
        """Yield all packed calls in order; parts that do not overlap follow one another."""
        ends = [self._ends(start, calls) for start, calls in self._parts]
        ends += [(self._part[0], self._part[-1])] if self._part else []
        runs = [*(self._run(start, calls) for start, calls in self._parts), _blocks(self._part)]
        if all(before[1] <= after[0] for before, after in pairwise(ends)):
            return chain.from_iterable(runs)
        return _blocks(heapq.merge(*map(chain.from_iterable, runs)))

    def _ends(self, start: int, calls: int) -> tuple[bytes, bytes]:
        return self._read(start, 1), self._read(start + (calls - 1) * _FORM.size, 1)

    def _run(self, start: int, calls: int) -> Iterator[list[bytes]]:
        """Yield the calls of a part on the disk."""
        for at in range(0, calls, BLOCK):
            yield _split(self._read(start + at * _FORM.size, min(BLOCK, calls - at)))

    def _read(self, start: int, calls: int) -> bytes:
        assert self._file is not None  # noqa: S101  a part stands in it
        self._file.seek(start)
        return self._file.read(calls * _FORM.size)

    def _once(self, same: Counter[bytes]) -> Iterator[bytes]:
        """Yield calls that have one identity without those that were written twice."""
        calls = same.total()
        if calls > 1 and _is_named(next(iter(same))):
            same = Counter([max(same)])
        elif len(same) > 1:  # each in other files: as often as the file says that has the most
            same = Counter({max(same): max(same.values())})
        self.repeated += calls - same.total()
        return same.elements()


def _is_named(record: bytes) -> bool:
    return record[_NAMED] != NO_NAME


def _identity(record: bytes) -> bytes:
    """Return what two records of one call have in common: without a name all but the file."""
    return _start(record) if _is_named(record) else record[:-_FILE]


def _blocks(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(records)
    while block := list(islice(left, BLOCK)):
        yield block


Packed = tuple[int, int, int, int, int, int, int, int, int, int, int]


def unpacked(blocks: Iterable[Sequence[bytes]]) -> Iterator[list[Packed]]:
    """Yield packed calls in turn, some thousand at once.

    Of each: when it began, its name, opening, model, five numbers of tokens, flags and file. The
    time is 0 where it is not known, a number of tokens UNTOLD.
    """
    left = iter(blocks)
    for block in left:
        yield list(_FORM.iter_unpack(b"".join(chain(block, *islice(left, COUNTED - 1)))))


_MODEL = slice(24, 26)


def renumbered(records: bytes, numbers: Sequence[int], file: int) -> bytes:
    """Return packed calls of another log with this one's numbers of its models and its file."""
    if not file and list(numbers) == list(range(len(numbers))):
        return records
    end = file.to_bytes(_FILE, "big")
    models = [number.to_bytes(2, "big") for number in numbers]
    return b"".join(
        record[: _MODEL.start]
        + models[int.from_bytes(record[_MODEL], "big")]
        + record[_MODEL.stop : -_FILE]
        + end
        for record in _split(records)
    )


def _split(records: bytes) -> list[bytes]:
    """Return packed calls that stand side by side, each by itself."""
    return [records[at : at + _FORM.size] for at in range(0, len(records), _FORM.size)]


def began(time: int) -> int:
    """Return a packed time as microseconds since 1970."""
    return time - _SHIFT


DAY = 86_400 * SECOND
PERIODS = {"second": SECOND, "minute": 60 * SECOND, "hour": 3_600 * SECOND}
EXACT = 4_096
"""Tokens up to which lengths are counted one by one; above, to 1 part in 2,048."""
MOST_OPENINGS = 4_096
"""Openings of a model whose calls are counted apart; those seen later are counted together."""
REMEMBERED = 100_000
"""Openings whose last call is remembered before those out of every life are forgotten."""
SEARCHED = 4
"""Calls a period from which it is faster to search for its end than to divide each time."""
TOKENS = Spent._fields


@dataclass(slots=True)
class Sums:
    """Sums over some calls, None where no call told of it."""

    requests: int | None = None
    failed: int = 0
    input: int | None = None
    cached: int | None = None
    write: int | None = None
    output: int | None = None
    thinking: int | None = None
    batch: int | None = None
    found: int = 0
    """Requests of which some tokens came from the cache."""
    hits: list[int] = field(default_factory=list)
    """Requests that found their opening, for each life."""
    opened: int = 0
    """Requests whose opening is known, and that could have found it."""

    def add(self, name: str, number: int | None) -> None:
        """Add to one of the sums, None for nothing told."""
        if number is not None:
            setattr(self, name, (getattr(self, name) or 0) + number)

    def merge(self, other: Sums) -> None:
        """Add the sums of other calls."""
        for name in ("requests", *TOKENS, "batch"):
            self.add(name, getattr(other, name))
        self.failed += other.failed
        self.found += other.found
        self.opened += other.opened
        self.hits = [a + b for a, b in zip(self.hits, other.hits, strict=True)]


class LengthCounts:
    """How often each length in tokens occurred."""

    def __init__(self) -> None:
        """Begin without any."""
        self.counts: dict[int, int] = {}

    def add(self, lengths: Iterable[int]) -> None:
        """Count some lengths."""
        for tokens, times in Counter(lengths).items():
            drop = max(0, tokens.bit_length() - 12) if tokens > EXACT else 0
            short = tokens >> drop << drop
            self.counts[short] = self.counts.get(short, 0) + times

    def quantile(self, share: float) -> int | None:
        """Return the least length that at least this share of calls do not exceed."""
        wanted = share * sum(self.counts.values())
        seen = 0
        for tokens in sorted(self.counts):
            seen += self.counts[tokens]
            if seen >= wanted:
                return tokens
        return None


class Peaks:
    """The most calls in one second, minute and hour of the clock, of calls in order."""

    def __init__(self) -> None:
        """Begin without calls."""
        self.most = dict.fromkeys(PERIODS, 0)
        self._now = dict.fromkeys(PERIODS, (-1, 0))

    def add(self, times: Sequence[int]) -> None:
        """Count calls at some times, which rise."""
        for name, length in PERIODS.items():
            counts = _by_period(times, length)
            place, seen = self._now[name]
            if place in counts:
                counts[place] += seen
            last = times[-1] // length
            self._now[name] = last, counts[last]
            self.most[name] = max(self.most[name], *counts.values())

    def add_period(self, time: int, calls: int, lasts: int) -> None:
        """Count the calls of a period that lasts so long."""
        for name, length in PERIODS.items():
            if length < lasts:
                continue
            at = time // length
            place, seen = self._now[name]
            seen = seen + calls if at == place else calls
            self._now[name] = at, seen
            self.most[name] = max(self.most[name], seen)


def _by_period(times: Sequence[int], length: int) -> dict[int, int]:
    """Return how many of some rising times fall into each period in which one does."""
    if len(times) < SEARCHED * ((times[-1] - times[0]) // length + 1):
        return Counter([time // length for time in times])
    found: dict[int, int] = {}
    start = 0
    while start < len(times):
        place = times[start] // length
        end = bisect_left(times, (place + 1) * length, start)
        found[place] = end - start
        start = end
    return found


@dataclass
class Tally:
    """What is known of the calls of one model."""

    lives: Sequence[float]
    """Lives of a cached prefix in seconds, rising."""
    days: dict[int, Sums] = field(default_factory=dict)
    """Sums by day since 1970; of calls without a time by -1."""
    lengths: dict[str, LengthCounts] = field(
        default_factory=lambda: {"input": LengthCounts(), "output": LengthCounts()}
    )
    peaks: Peaks = field(default_factory=Peaks)
    openings: Counter[int] = field(default_factory=Counter)
    other_openings: int = 0
    first: int | None = None
    last: int | None = None
    by_hand: bool = False
    """Whether some of it was added up by a report, so that single calls are not known."""

    def day(self, day: int) -> Sums:
        """Return the sums of a day since 1970, -1 for none."""
        found = self.days.get(day)
        if found is None:
            found = self.days[day] = Sums(hits=[0] * len(self.lives))
        return found

    @property
    def sums(self) -> Sums:
        """The sums over all days."""
        whole = Sums(hits=[0] * len(self.lives))
        for sums in self.days.values():
            whole.merge(sums)
        return whole

    @property
    def dated(self) -> dict[int, Sums]:
        """The sums of the days on which some call was answered, the first day first."""
        listed = [(day, self.days[day]) for day in sorted(self.days) if day >= 0]
        return {day: sums for day, sums in listed if sums.requests or sums.input or sums.output}

    def count_openings(self, openings: Iterable[int]) -> None:
        """Count calls by opening, 0 for none; the openings beyond the first ones together."""
        for opening, calls in Counter(openings).items():
            if opening and (opening in self.openings or len(self.openings) < MOST_OPENINGS):
                self.openings[opening] += calls
            elif opening:
                self.other_openings += calls

    def saw(self, time: int | None) -> None:
        """Keep the first and the last time."""
        if time is not None:
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)


class Measures:
    """The tallies of all models of a log."""

    def __init__(self, lives: Mapping[int, Sequence[float]], models: Iterable[int]) -> None:
        """Begin without calls; `lives` are those of each model's cache, in seconds."""
        self.tallies = {model: Tally(lives.get(model, ())) for model in models}
        self._lives = {
            model: [round(life * SECOND) for life in tally.lives]
            for model, tally in self.tallies.items()
        }
        self._last: defaultdict[int, dict[int, int]] = defaultdict(dict)
        """When each opening of a model was last seen."""
        self._longest = max((max(lives, default=0) for lives in self._lives.values()), default=0)

    def add(self, calls: Sequence[Packed]) -> None:
        """Count some thousand calls, in the order of time and after those counted before."""
        start = 0
        while start < len(calls):
            day = _day_of(calls[start])
            end = bisect_right(calls, day, start, key=_day_of)
            by_model: defaultdict[int, list[Packed]] = defaultdict(list)
            for call in calls[start:end]:
                by_model[call[3]].append(call)
            start = end
            for model, rows in by_model.items():
                self._add(model, day, rows)
        if calls and sum(map(len, self._last.values())) > REMEMBERED:
            self._forget(began(calls[-1][0]))

    def _add(self, model: int, day: int, calls: Sequence[Packed]) -> None:
        """Count calls of one model on one day, -1 for those of no known time."""
        tally = self.tallies[model]
        sums = tally.day(day)
        answered = [call for call in calls if not call[9] & FAILED]
        sums.failed += len(calls) - len(answered)
        if not answered:
            return
        packed_times, _, openings, _, *tokens, flags, _ = zip(*answered, strict=True)
        sums.add("requests", len(answered))
        _add_tokens(tally, sums, tokens)
        told = [each for each in flags if each & TOLD_BATCH]
        sums.add("batch", sum(each & BATCH > 0 for each in told) if told else None)
        tally.count_openings(openings)
        if day >= 0:
            times = list(map(began, packed_times))
            tally.saw(times[0])
            tally.saw(times[-1])
            tally.peaks.add(times)
            self._find(model, sums, zip(times, openings, flags, strict=True))

    def _find(self, model: int, sums: Sums, calls: Iterable[tuple[int, int, int]]) -> None:
        """Count which calls found their opening in the cache, for each of its lives.

        Calls are a time, an opening (0 for none) and flags; one of a batch cannot find anything.
        """
        lives, last = self._lives[model], self._last[model]
        if not lives:
            return
        first_found = [0] * (len(lives) + 1)
        for time, opening, flags in calls:
            if opening and not flags & BATCH:
                before = last.get(opening)
                last[opening] = time
                sums.opened += 1
                if before is not None:
                    first_found[bisect_left(lives, time - before)] += 1
        sums.hits = [a + b for a, b in zip(sums.hits, accumulate(first_found[:-1]), strict=True)]

    def _forget(self, now: int) -> None:
        """Forget the openings that no later call can find any more."""
        for model, seen in self._last.items():
            self._last[model] = {o: time for o, time in seen.items() if now - time <= self._longest}

    def add_report(self, model: int, call: Logged) -> None:
        """Count a row of a report, which adds up the calls of a period."""
        tally = self.tallies[model]
        sums = tally.day(-1 if call.time is None else call.time // DAY)
        tally.by_hand = True
        sums.failed += call.failed
        if call.requests is not None:
            sums.add("requests", call.requests)
            if call.batch is not None:
                sums.add("batch", call.requests if call.batch else 0)
        for name in TOKENS:
            sums.add(name, getattr(call.spent, name))
        if call.requests or call.spent.input or call.spent.output:
            tally.saw(call.time)
            if call.time is not None and call.requests:
                tally.peaks.add_period(call.time, call.requests, call.period)


def _day_of(call: Packed) -> int:
    """Return a call's day since 1970, -1 where its time is not known."""
    return began(call[0]) // DAY if call[0] else -1


def _add_tokens(tally: Tally, sums: Sums, tokens: Iterable[Sequence[int]]) -> None:
    """Count tokens of answered calls, of each kind in turn, UNTOLD where the log tells none."""
    for name, column in zip(TOKENS, tokens, strict=True):
        untold = column.count(UNTOLD)
        known = [each for each in column if each != UNTOLD] if untold else column
        if not known:
            continue
        sums.add(name, sum(known))
        if name in tally.lengths:
            tally.lengths[name].add(known)
        if name == "cached":
            sums.found += len(known) - known.count(0)


class Range3(NamedTuple):
    """A mean over all, and what 5 % and 95 % of the days stay below."""

    low: float
    mean: float
    high: float


def spread_over_days(
    days: Mapping[int, Sums], above: str, below: str | None = None
) -> Range3 | None:
    """Return a sum a day, or one sum over another, as a mean with its spread over the days.

    The first and the last day, which the log may hold in part, count for the mean alone where more
    than four days are there.
    """
    pairs = [
        (getattr(sums, above), 1 if below is None else getattr(sums, below))
        for sums in days.values()
    ]
    known = [(a, b) for a, b in pairs if a is not None and b]
    if not known:
        return None
    mean = sum(a for a, _ in known) / sum(b for _, b in known)
    whole_days = known[1:-1] if len(known) > 4 else known  # noqa: PLR2004  told above
    rates = sorted(a / b for a, b in whole_days)
    low, high = (quantile(rates, share) for share in (0.05, 0.95))
    return Range3(min(low, mean), mean, max(high, mean))


def random_hits(tally: Tally, life: float) -> float | None:
    """Return the share of requests that would find their opening if they came at random.

    Each opening's requests come at their mean rate over the days with traffic.
    """
    opened = tally.openings.total() + tally.other_openings
    seconds = len(tally.dated) * 86_400
    if not opened or not seconds:
        return None
    found: defaultdict[int, int] = defaultdict(int)
    for calls in tally.openings.values():
        found[calls] += calls
    hits = sum(total * -math.expm1(-calls / seconds * life) for calls, total in found.items())
    return hits / opened


def peak_to_mean(tally: Tally) -> dict[str, float | None]:
    """Return the busiest second, minute and hour over the mean one of the days with traffic."""
    requests, days = tally.sums.requests, len(tally.dated)
    found: dict[str, float | None] = {}
    for name, length in PERIODS.items():
        most = tally.peaks.most[name]
        mean = (requests or 0) / (days * DAY / length) if days else 0
        found[name] = most / mean if most and mean else None
    return found
