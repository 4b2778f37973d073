"""The calls of some files: packed, with one request of each prompt; parts of it can be joined."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ftvp.usage.arrivals import Arrivals, packed, renumbered, text_digest, unpacked
from ftvp.usage.bodies import said_in
from ftvp.usage.call import UNKNOWN_MODEL, Logged, SaidText
from ftvp.usage.measure import Measures
from ftvp.usage.read import FileNotes

KEPT_TEXT = 8 << 20
"""Characters of requests that are kept to look for examples in, one request an opening."""
MOST_KEPT = 200_000
"""Characters of one such request."""
SAME_LENGTH = 8
"""Openings of one length whose digest is kept, so that it is not worked out for each call."""
MOST_MODELS = 4_000


@dataclass(frozen=True)
class OpeningSample:
    """One request of an opening, and how many input tokens the log says it had."""

    said: tuple[SaidText, ...]
    input: int | None


@dataclass(frozen=True)
class LogPart:
    """What one stretch of a file, or one file read elsewhere, adds to a log."""

    records: bytes
    models: tuple[str, ...]
    reports: Counter[Logged]
    samples: Mapping[tuple[int, int], OpeningSample]
    notes: FileNotes
    repeated: int


@dataclass
class Log:
    """The calls of some files, packed, and what is needed to word them."""

    arrivals: Arrivals = field(default_factory=Arrivals)
    models: dict[str, int] = field(default_factory=dict)
    reports: list[Counter[Logged]] = field(default_factory=list)
    """The rows of reports, of each file."""
    samples: dict[tuple[int, int], OpeningSample] = field(default_factory=dict)
    notes: list[FileNotes] = field(default_factory=list)
    repeated: int = 0
    """Calls that parts left out since they stood there twice."""
    _digests: defaultdict[tuple[int, int], list[tuple[str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Openings of models with their digests, by length: to compare is faster than to hash."""
    _known: int = 0
    _kept: int = 0

    def number(self, model: str) -> int:
        """Return the number that stands for a model."""
        found = self.models.get(model)
        if found is None:
            name = model if len(self.models) < MOST_MODELS else UNKNOWN_MODEL
            found = self.models.setdefault(name, len(self.models))
        return found

    def take(self, calls: Iterable[Logged], file: int) -> None:
        """Pack the calls of a file."""
        reports: Counter[Logged] = Counter()
        self.arrivals.take(self._packed(calls, file, reports))
        self.reports.append(reports)

    def _packed(
        self, calls: Iterable[Logged], file: int, reports: Counter[Logged]
    ) -> Iterator[bytes]:
        """Yield single calls packed; count the rows of reports."""
        models, opening_of = self.models, self._opening
        for call in calls:
            _, name, _, _, _, _, opening, _, requests, period = call
            model = models[name] if name in models else self.number(name)
            if period or requests != 1:
                reports[call._replace(request=None)] += 1
            else:
                yield packed(call, model, opening_of(call, opening, model) if opening else 0, file)

    def _opening(self, call: Logged, text: str, model: int) -> int:
        known = self._digests[model, len(text)]
        for each, opening in known:
            if each == text:
                return opening
        opening = text_digest(text)
        if call.failed:
            return opening
        if len(known) < SAME_LENGTH and self._known < KEPT_TEXT:
            self._known += len(text)
            known.append((text, opening))
        if (model, opening) not in self.samples and self._kept < KEPT_TEXT:
            said = tuple(said_in(call.request)) or (SaidText("user", text),)
            size = sum(len(each.text) for each in said)
            if size <= MOST_KEPT:
                self._kept += size
                self.samples[model, opening] = OpeningSample(said, call.spent.input)
        return opening

    def part(self, notes: FileNotes) -> LogPart:
        """Return this log, of one file, as a part of another."""
        records = b"".join(chain.from_iterable(self.arrivals))
        models, repeated = tuple(self.models), self.arrivals.repeated
        return LogPart(records, models, self.reports[0], self.samples, notes, repeated)

    def absorb(self, part: LogPart, notes: FileNotes, file: int) -> None:
        """Add a part of a file, after those that stand before it there."""
        numbers = [self.number(model) for model in part.models]
        self.arrivals.extend(renumbered(part.records, numbers, file))
        for (model, opening), sample in part.samples.items():
            size = sum(len(each.text) for each in sample.said)
            if (numbers[model], opening) not in self.samples and self._kept < KEPT_TEXT:
                self._kept += size
                self.samples[numbers[model], opening] = sample
        while len(self.reports) <= file:
            self.reports.append(Counter())
        self.reports[file] += part.reports
        self.repeated += part.repeated
        notes.join(part.notes)

    def measured(self, lives: Mapping[int, Sequence[float]], chosen: int | None) -> Measures:
        """Return the measures of all calls, or of those with one opening."""
        measures = Measures(lives, self.models.values())
        for calls in unpacked(self.arrivals):
            measures.add([c for c in calls if chosen is None or c[2] == chosen])
        if chosen is None:
            most: Counter[Logged] = Counter()
            for rows in self.reports:
                most |= rows  # a row that several files hold counts as often as the most of one
            for row, times in sorted(most.items(), key=_time):
                for _ in range(times):
                    measures.add_report(self.models[row.model], row)
        return measures


def _time(row: tuple[Logged, int]) -> tuple[int, str]:
    call, _ = row
    return call.time or 0, call.model
