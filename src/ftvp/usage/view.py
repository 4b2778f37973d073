"""What `ftvp usage` shows: each model's volume, lengths, prompts, cache hits and peaks."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.render.document import Block, Items, Lead, Paragraph, Row, Table, Warned
from ftvp.units import PERCENT
from ftvp.usage.answer import (
    UsageAnswer,
    UsageModel,
    shown_share,
)
from ftvp.wording import (
    count_of,
    count_text,
    listing,
)

MOST_MODELS = 5
"""Models that are told of at length; the table has all."""
MOST_PROMPTS = 5
TO_WEEKEND = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def view(answer: UsageAnswer) -> tuple[Block, ...]:
    """Return the answer in blocks, the busiest model first."""
    shown = [each for each in answer.models if each.requests or each.totals.input_tokens]
    return (
        *(block for model in shown[:MOST_MODELS] for block in _model(model)),
        *_all(answer),
        *([Warned(answer.warnings)] if answer.warnings else []),
        *([Items("Not in any log: tell decide", answer.ask)] if answer.ask else []),
        Paragraph(_ending(answer)),
    )


def _model(model: UsageModel) -> Iterator[Block]:
    yield Lead(_volume(model))
    lines = [*_lengths(model), *_prompts(model), *_cache(model), *_peaks(model)]
    if model.batch_share:
        lines.append(f"{shown_share(model.batch_share)} of requests came in batches")
    if lines:
        yield Items(model.model, tuple(lines))


def _volume(model: UsageModel) -> str:
    """Return how many requests a model got, and how many a day."""
    days = count_of(model.totals.days_with_traffic, "day")
    if model.requests is None:
        tokens = count_text(model.totals.input_tokens or 0)
        return f"{tokens} input tokens of {model.model} over {days}; requests are not counted."
    said = f"{count_of(model.requests, 'request')} to {model.model}"
    daily = model.requests_per_day
    if daily is None or model.first is None:
        return f"{said}, at unknown times."
    said = f"{said} over {days}: {_amount(daily.mean)} a day"
    if daily.low == daily.high:
        return f"{said}."
    return f"{said} ({_amount(daily.low)} to {_amount(daily.high)})."


def _amount(number: float) -> str:
    return count_text(round(number)) if number >= PERCENT else f"{number:.3g}"


def _lengths(model: UsageModel) -> Iterator[str]:
    parts = []
    for name, unit, lengths in (("input", " tokens", model.input), ("output", "", model.output)):
        if lengths is None:
            continue
        said = f"{name} {_amount(lengths.mean)}{unit}"
        if lengths.p5 is not None and lengths.p95 is not None:
            said += f" (5 %: {count_text(lengths.p5)}, 95 %: {count_text(lengths.p95)})"
        parts.append(said)
    if model.thinking_mean is not None:
        parts.append(f"of it thinking {_amount(model.thinking_mean)}")
    if parts:
        yield ", ".join(parts)


def _prompts(model: UsageModel) -> Iterator[str]:
    prompts = len(model.prompts) + model.other_prompts
    if not prompts:
        return
    first = model.prompts[0]
    share = shown_share(first.share, 0)
    said = f"{count_of(prompts, 'prompt')}; the largest opens {share} of all requests"
    if first.shots:
        said += (
            f": {count_text(first.shot_tokens or 0)} of its {count_text(first.tokens or 0)} "
            f"tokens are {count_of(first.shots, 'worked example')}"
        )
    elif first.tokens is not None:
        said += f": {count_of(first.tokens, 'token')}, no worked examples"
    yield said
    if prompts > 1:
        shown = model.prompts[:MOST_PROMPTS]
        named = [f"{each.hash} {shown_share(each.share, 0)}" for each in shown]
        yield f"prompts by hash (--opening): {listing(named)}"


def _cache(model: UsageModel) -> Iterator[str]:
    for hits in model.cache_hits:
        random = "" if hits.random is None else f" (random arrivals: {shown_share(hits.random)})"
        yield (
            f"cache: {shown_share(hits.share)} of requests found their prompt within "
            f"{hits.life_seconds:,.0f} s{random}"
        )
    if model.cache_found_billed is not None:
        yield (
            f"billed: {shown_share(model.cache_found_billed.mean)} of requests read from the cache,"
            f" {shown_share(model.cached_share_billed or 0)} of input tokens"
        )
    elif model.cached_share_billed is not None:
        share = shown_share(model.cached_share_billed)
        yield f"billed: {share} of input tokens were read from the cache"


def _peaks(model: UsageModel) -> Iterator[str]:
    peaks = model.peak_to_mean
    known = [
        f"{name} {_amount(ratio)} x"
        for name, ratio in (("hour", peaks.hour), ("minute", peaks.minute))
        if ratio is not None
    ]
    if known:
        yield f"busiest {listing(known)} the mean"
    if model.weekdays:
        days = (
            f"{name} {_amount(requests)}"
            for name, requests in zip(TO_WEEKEND, model.weekdays, strict=True)
        )
        yield f"a mean week: {', '.join(days)}"


def _all(answer: UsageAnswer) -> Iterator[Block]:
    """Yield the totals: of each model, where there are several, and of all."""
    named = [(each.model, each.totals) for each in answer.models]
    rows = [*(named if len(named) > 1 else []), ("all", answer.totals)]
    columns = ("requests", "failed", "input", "cached", "output", "thinking")
    yield Table(
        "Totals",
        columns,
        tuple(
            Row(
                name,
                tuple(
                    None if number is None else count_text(number)
                    for number in (
                        each.requests,
                        each.failed,
                        each.input_tokens,
                        each.cached_tokens,
                        each.output_tokens,
                        each.thinking_tokens,
                    )
                ),
                level="total" if name == "all" and len(rows) > 1 else "item",
            )
            for name, each in rows
        ),
    )


def _ending(answer: UsageAnswer) -> str:
    """Return where the scenario is, what files were read, and that days are of UTC."""
    read = listing([f"{each.file} ({each.format})" for each in answer.files[:MOST_MODELS]])
    more = len(answer.files) - MOST_MODELS
    files = f"{read} and {more:,} more" if more > 0 else read
    fields = listing(list(answer.scenario))
    if answer.written is not None:
        said = f"Written to {answer.written}: {fields}."
    elif answer.scenario:
        said = f"--write FILE writes a scenario: {fields}."
    else:
        said = "Nothing of it makes a scenario."
    return f"{said} Read from {files}; days are of UTC. ftvp {answer.tool_version}."
