"""Files become measures: every call is packed once, put in order, and counted."""

from __future__ import annotations

import glob
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from ftvp.errors import FtvpError, UnreadableFileError
from ftvp.files.disk import STANDARD_INPUT, look_for
from ftvp.tables.bundle import Tables
from ftvp.tables.pricing import PricedModel
from ftvp.units import PromptTokens
from ftvp.usage.log import REMOTE, FileNotes, Log, OpeningSample, settle
from ftvp.usage.parts import can_split, log_parts, uncollected
from ftvp.usage.read import Asking, read_calls

Report = Callable[[str, int | None, int], None]
"""Is told the name of a file, "-" for standard input, and what `Progress` is told."""


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


def paths_of(named: Sequence[str]) -> list[str]:
    """Return the files that names and patterns mean, each once, patterns in order of name.

    Raises UnreadableFileError for a pattern that fits no file, and for what is not on this machine.
    """
    found: dict[str, None] = {}
    for name in named:
        if name == "-" or Path(name).exists():
            found[name] = None
        elif REMOTE in name:
            raise UnreadableFileError(name, "is not on this machine. Read it with --engine daft.")
        elif glob.has_magic(name):
            fits = sorted(each for each in glob.glob(name, recursive=True) if Path(each).is_file())  # noqa: PTH207  also absolute
            if not fits:
                raise UnreadableFileError(name, f"fits no file. {look_for(Path(name))}")
            found |= dict.fromkeys(fits)
        else:
            found[name] = None
    return list(found)


def gather(
    named: Sequence[str], asked: UsageQuestion, day: date, report: Report | None = None
) -> Log:
    """Return the calls of files, by names and patterns; "-" is standard input.

    `report` is told how far a file is read. Raises FtvpError for a file that cannot be read, is no
    usage log, or is for the larger part not understood.
    """
    if asked.daft:
        from ftvp.usage.cluster import gather_with_daft

        return gather_with_daft(named, asked.columns, day, asked.ray)
    log = Log()
    for file, path in enumerate(paths_of(named)):
        notes = FileNotes(STANDARD_INPUT if path == "-" else path)
        log.notes.append(notes)
        asking = Asking(day, asked.columns, report and partial(report, path))
        with uncollected():
            if path != "-" and can_split(Path(path), asking):
                for part in log_parts(Path(path), asking):
                    log.absorb(part, notes, file)
                settle(notes)
            else:
                log.take(read_calls(path, notes, asking), file)
    return log


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


CHAT_ROLES = {"model": "assistant", "human": "user", "ai": "assistant"}
"""What some logs call the roles of a chat."""


def counted(sample: OpeningSample, model: str, tables: Tables, day: date) -> PromptTokens | None:
    """Return the tokens of a request's parts, scaled to what the log says it had in all.

    None where the prompt reader finds nothing to read.
    """
    from ftvp.prompts import parse_prompt, prompt_tokens

    said = ((CHAT_ROLES.get(each.role, each.role), each.text) for each in sample.said)
    messages = [{"role": role, "content": text} for role, text in said]
    found = row_of(model, tables)
    models = tables.pricing.models
    row = found[1] if found else models[tables.pricing.default_model(day) or next(iter(models))]
    try:
        prompt = parse_prompt(json.dumps({"messages": messages}), "a request.json")
        counts = prompt_tokens(prompt, tables.pricing.tokenizers[row.tokenizer])
    except FtvpError:
        return None
    if not sample.input or not counts.total:
        return counts
    scale = sample.input / counts.total
    shots = tuple(round(tokens * scale) for tokens in counts.shots)
    request = round(counts.request * scale)
    rest = max(0, sample.input - sum(shots) - request)
    return counts.model_copy(update={"instructions": rest, "shots": shots, "request": request})


def warnings_of(notes: FileNotes) -> Iterator[str]:
    """Yield sentences on what was left out of a file, and on its times."""
    for says, lines in notes.troubles.items():
        shown = ", ".join(f"{line:,}" for line in lines.first)
        more = lines.count - len(lines.first)
        shown += f" and {more:,} more" if more else ""
        yield f"{notes.name} line {shown} {says}: left out."
    for line, name in zip(notes.changes.first, notes.changed, strict=True):
        yield f"{notes.name} is mixed: from line {line:,} on it holds records of {name}."
    if notes.changes.count > len(notes.changed):
        yield f"{notes.name} changes its kind of records {notes.changes.count:,} times."
    if notes.back:
        seconds, line = notes.farthest
        often = f"{notes.back:,} times" if notes.back > 1 else "once"
        yield (
            f"{notes.name}: time goes back {often}, by {seconds:,.0f} s at line {-line:,}; the "
            "calls were put in order."
        )
    for zone, _ in notes.zones.most_common(1):
        yield f"{notes.name} has times of {zone}: days and hours here are of UTC."
