"""The calls of some files: packed, with one request of each prompt, and what came up in reading.

Parts of it can be joined. It takes little memory, however much is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ftvp.errors import FileProblemsError, NotAUsageLogError, Problem
from ftvp.usage.call import UNKNOWN_MODEL, Logged, SaidText, said_in
from ftvp.usage.measure import Arrivals, Measures, packed, renumbered, text_digest, unpacked
from ftvp.wording import agreeing

KEPT_TEXT = 8 << 20
"""Characters of requests that are kept to look for examples in, one request an opening."""
MOST_KEPT = 200_000
"""Characters of one such request."""
SAME_LENGTH = 8
"""Openings of one length whose digest is kept, so that it is not worked out for each call."""
MOST_MODELS = 4_000
TOLD_EACH = 3
"""Lines of one trouble that are named; the rest is counted."""
MOST_TROUBLES = 50
"""What may be wrong with lines that is told apart; the rest is counted together."""
HOPELESS = 100_000
"""Lost records from which on a file may be given up before its end."""
HARDLY_ANY = 10
"""Lost records for each that was understood from which on it is."""
REMOTE = "://"
"""What stands in the name of a file in object storage, and in no name of a file here."""


@dataclass
class Marked:
    """Lines of one kind: how many there are, and the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        """Count a line."""
        self.count += 1
        if len(self.first) < TOLD_EACH:
            self.first.append(line)

    def join(self, other: Marked, after: int) -> None:
        """Count the lines of a part of the file that begins after some lines."""
        self.count += other.count
        self.first += [after + line for line in other.first[: TOLD_EACH - len(self.first)]]


@dataclass
class FileNotes:
    """What came up while a file was read."""

    name: str
    is_part: bool = False
    """Whether more of the file is read elsewhere, so that this part alone tells little."""
    formats: Counter[str] = field(default_factory=Counter)
    """Records that told of a call, or of a report's row, by their kind."""
    silent: int = 0
    """Records that were understood, and tell of no call."""
    lines: int = 0
    """Lines of JSON that were read."""
    lost: int = 0
    """Records that could not be used."""
    troubles: dict[str, Marked] = field(default_factory=dict)
    """Lines by what is wrong with them."""
    zones: Counter[str] = field(default_factory=Counter)
    back: int = 0
    """Lines whose time is before that of the line above."""
    farthest: tuple[float, int] = (0.0, 0)
    """By how many seconds at most, and on which line, as a negative number: the first wins."""
    changes: Marked = field(default_factory=Marked)
    """Lines at which records of another kind begin."""
    changed: list[str] = field(default_factory=list)
    """The kinds that begin at the first of them."""
    keys: tuple[str, ...] = ()
    """The columns of the first record that was not understood."""

    def trouble(self, says: str, line: int) -> None:
        """Note that a line cannot be used."""
        if len(self.troubles) >= MOST_TROUBLES and says not in self.troubles:
            says = "cannot be used for other reasons"
        self.troubles.setdefault(says, Marked()).add(line)
        self.lost += 1
        if self.lost % HOPELESS == 0:
            self.refuse_hopeless()

    def went_back(self, seconds: float, line: int) -> None:
        """Note that a line's time is so much before that of the line above."""
        self.back += 1
        self.farthest = max(self.farthest, (seconds, -line))

    def change(self, kind: str, line: int) -> None:
        """Note that records of another kind begin at a line."""
        self.changes.add(line)
        if len(self.changed) < TOLD_EACH:
            self.changed.append(kind)

    def refuse_hopeless(self) -> None:
        """Raise for a file of which very many records are lost, and hardly one is not."""
        if self.lost >= HOPELESS and self.lost > HARDLY_ANY * self.read and not self.is_part:
            settle(self)

    def join(self, other: FileNotes) -> None:
        """Add what came up in the part of the file that follows."""
        for says, lines in other.troubles.items():
            self.troubles.setdefault(says, Marked()).join(lines, self.lines)
        self.lost += other.lost
        self.formats += other.formats
        self.zones += other.zones
        self.back += other.back
        seconds, line = other.farthest
        self.farthest = max(self.farthest, (seconds, line - self.lines))
        self.changes.join(other.changes, self.lines)
        self.changed = [*self.changed, *other.changed][:TOLD_EACH]
        self.keys = self.keys or other.keys
        self.silent += other.silent
        self.lines += other.lines
        self.refuse_hopeless()

    @property
    def calls(self) -> int:
        """Records that told of a call, or of a report's row."""
        return self.formats.total()

    @property
    def read(self) -> int:
        """Records that were understood."""
        return self.calls + self.silent

    @property
    def format(self) -> str:
        """The kind of records that most of the file is."""
        return self.formats.most_common(1)[0][0] if self.formats else "unknown"


def settle(notes: FileNotes) -> None:
    """Raise where less than half of a file was understood, or it holds no calls."""
    if notes.lost > notes.read and not (notes.keys and not notes.calls):
        problems = [
            Problem(notes.name, says, line)
            for says, lines in notes.troubles.items()
            for line in lines.first
        ]
        says = (
            f"of {notes.read + notes.lost:,} records {notes.lost:,} {agreeing(notes.lost)} unclear"
        )
        raise FileProblemsError([*problems, Problem(notes.name, says)])
    if not notes.calls:
        raise NotAUsageLogError(notes.name, notes.keys)


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
