"""Files become measures: every call is packed once, put in order, and counted."""

from __future__ import annotations

import glob
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ftvp.errors import FtvpError, UnreadableFileError
from ftvp.files.disk import look_for
from ftvp.tables.bundle import Tables
from ftvp.tables.pricing import PricedModel
from ftvp.units import PromptTokens
from ftvp.usage.arrivals import Arrivals, packed, text_digest
from ftvp.usage.call import UNKNOWN_MODEL, Logged, SaidText
from ftvp.usage.columns import columns_shape
from ftvp.usage.measure import Measures
from ftvp.usage.read import Asking, FileNotes, read_calls, shown_name

KEPT_TEXT = 8 << 20
"""Characters of requests that are kept to look for examples in, one request an opening."""
MOST_KEPT = 200_000
"""Characters of one such request."""
KNOWN_OPENINGS = 1_024
"""Openings whose text_digest is kept, so that it is not worked out for each call."""
MOST_MODELS = 4_000
Report = Callable[[Path, int], None]


@dataclass(frozen=True)
class UsageQuestion:
    """What is asked of logs."""

    columns: Mapping[str, str] | None = None
    model: str | None = None
    opening: str | None = None
    """The first digits of the hash of the one prompt that is asked about."""
    daft: bool = False
    """Whether Daft reads the files, on its own threads or on the Ray cluster at `ray`."""
    ray: str | None = None


@dataclass(frozen=True)
class OpeningSample:
    """One request of an opening, and how many input tokens the log says it had."""

    said: tuple[SaidText, ...]
    input: int | None


@dataclass
class Log:
    """The calls of some files, packed, and what is needed to word them."""

    arrivals: Arrivals = field(default_factory=Arrivals)
    models: dict[str, int] = field(default_factory=dict)
    reports: list[Counter[Logged]] = field(default_factory=list)
    """The rows of reports, of each file."""
    samples: dict[tuple[int, int], OpeningSample] = field(default_factory=dict)
    notes: list[FileNotes] = field(default_factory=list)
    _digests: dict[str, int] = field(default_factory=dict)
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
        for call in calls:
            model = self.number(call.model)
            if call.period or call.requests != 1:
                reports[call._replace(said=())] += 1
                continue
            opening = self._opening(call, model) if call.opening else 0
            self.arrivals.add(packed(call, model, opening, file))
        self.reports.append(reports)

    def _opening(self, call: Logged, model: int) -> int:
        text = call.opening or ""
        opening = self._digests.get(text)
        if opening is None:
            opening = text_digest(text)
            if len(self._digests) < KNOWN_OPENINGS and len(text) <= MOST_KEPT:
                self._digests[text] = opening
        if (model, opening) not in self.samples and self._kept < KEPT_TEXT and not call.failed:
            size = sum(len(each.text) for each in call.said)
            if size <= MOST_KEPT:
                self._kept += size
                self.samples[model, opening] = OpeningSample(tuple(call.said), call.spent.input)
        return opening

    def measured(self, lives: Mapping[int, Sequence[float]], chosen: int | None) -> Measures:
        """Return the measures of all calls, or of those with one opening."""
        measures = Measures(lives, self.models.values())
        for arrival in self.arrivals:
            if chosen is None or arrival.opening == chosen:
                measures.add(arrival)
        if chosen is None:
            for call, times in sorted(_most(self.reports).items(), key=_time):
                for _ in range(times):
                    measures.add_report(self.models[call.model], call)
        return measures


def _time(row: tuple[Logged, int]) -> tuple[int, str]:
    call, _ = row
    return call.time or 0, call.model


def _most(reports: Iterable[Counter[Logged]]) -> Counter[Logged]:
    """Return the rows of all files; one that several hold, as often as the most of one."""
    found: Counter[Logged] = Counter()
    for rows in reports:
        found |= rows
    return found


def paths_of(named: Sequence[str]) -> list[str]:
    """Return the files that names and patterns mean, each once, patterns in order of name.

    Raises UnreadableFileError for a pattern that fits no file.
    """
    found: dict[str, None] = {}
    for name in named:
        if name != "-" and not Path(name).exists() and glob.has_magic(name):
            fits = sorted(filter(_is_file, glob.glob(name, recursive=True)))  # noqa: PTH207  also absolute
            if not fits:
                raise UnreadableFileError(name, f"fits no file. {look_for(Path(name))}")
            found |= dict.fromkeys(fits)
        else:
            found[name] = None
    return list(found)


def _is_file(name: str) -> bool:
    return Path(name).is_file()


def gather(
    named: Sequence[str], asked: UsageQuestion, day: date, report: Report | None = None
) -> Log:
    """Return the calls of files, by names and patterns; "-" is standard input.

    `report` is told how many bytes of a file have been read. Raises FtvpError for a file that
    cannot be read, is no usage log, or is for the larger part not understood.
    """
    shape = columns_shape(asked.columns) if asked.columns else None
    log = Log()
    for file, path in enumerate(paths_of(named)):
        notes = FileNotes(shown_name(path))
        log.notes.append(notes)
        told = None if report is None else _on(report, Path(path))
        log.take(read_calls(path, notes, Asking(day, shape, told)), file)
    return log


def _on(report: Report, path: Path) -> Callable[[int], None]:
    return lambda done: report(path, done)


def row_of(name: str, tables: Tables) -> tuple[str, PricedModel] | None:
    """Return the model of the price table that a log's name means, None where none is sure."""
    with suppress(FtvpError):
        return tables.pricing.find(name)
    return None


def lives_of(model: str, tables: Tables) -> list[float]:
    """Return the seconds that a prompt stays in the cache: each life that the model offers.

    A life that is not published is taken as the framework assumes, as one of a model that the
    price table does not know.
    """
    assumed = tables.framework.assumptions.cache_life_seconds.value
    found = row_of(model, tables)
    rule = tables.pricing.caching.get(found[1].caching or "") if found else None
    if rule is None or not rule.lives:
        return [assumed]
    told = (
        min(assumed, life.up_to_seconds or assumed) if life.seconds is None else life.seconds
        for life in rule.lives
    )
    return sorted(set(told))


def counted(sample: OpeningSample, model: str, tables: Tables, day: date) -> PromptTokens | None:
    """Return the tokens of a request's parts, scaled to what the log says it had in all.

    None where the prompt reader finds nothing to read.
    """
    from ftvp.prompts import parse_prompt, prompt_tokens

    messages = [{"role": _role(each.role), "content": each.text} for each in sample.said]
    found = row_of(model, tables)
    name = found[1].tokenizer if found else _default_tokenizer(tables, day)
    try:
        prompt = parse_prompt(json.dumps({"messages": messages}), "a request.json")
        counts = prompt_tokens(prompt, tables.pricing.tokenizers[name])
    except FtvpError:
        return None
    if not sample.input or not counts.total:
        return counts
    scale = sample.input / counts.total
    shots = tuple(round(tokens * scale) for tokens in counts.shots)
    request = round(counts.request * scale)
    rest = max(0, sample.input - sum(shots) - request)
    return counts.model_copy(update={"instructions": rest, "shots": shots, "request": request})


def _role(role: str) -> str:
    known = {"model": "assistant", "human": "user", "ai": "assistant"}
    return known.get(role, role)


def _default_tokenizer(tables: Tables, day: date) -> str:
    name = tables.pricing.default_model(day) or next(iter(tables.pricing.models))
    return tables.pricing.models[name].tokenizer
