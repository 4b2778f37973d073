"""The answer of `ftvp usage`: what logs say of volume, lengths, cache hits, and as a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field

from ftvp.errors import AmbiguousNameError, UnknownNameError
from ftvp.ranges import Spread, text_fields
from ftvp.scenario import LEAST_VOLUME, Scenario
from ftvp.tables.bundle import Tables
from ftvp.units import PERCENT, Record, Share
from ftvp.usage.gather import UsageQuestion, counted, lives_of, row_of, warnings_of
from ftvp.usage.log import Log
from ftvp.usage.measure import (
    Sums,
    Tally,
    peak_to_mean,
    random_hits,
    spread_over_days,
)
from ftvp.version import __version__
from ftvp.wording import (
    agreeing,
    count_of,
    listing,
    rounded_text,
)

MOST_PROMPTS = 20
"""Prompts of a model that are listed, the most frequent first."""
HASH = 12
"""Digits of a prompt's hash that are shown."""
SHORTEST = 1_024
"""Tokens of an opening below which few models cache it, so that misses need no word."""
DIFFERENT = 0.1
"""How far billed and simulated shares of hits may lie apart before that is told."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UsageFile(Record):
    """A file, the kind of its records, and how many of them tell of calls."""

    file: str
    format: str
    """The kinds of its records."""
    records: int
    """Those that tell of a call, or of a row of a report."""
    left_out: int
    """Those that could not be used."""


class UsageTotals(Record):
    """Sums over all calls, null where the log cannot tell."""

    requests: int | None
    """Answered ones; failed ones are not among them."""
    failed: int
    """Calls that were not answered; not in `requests`."""
    input_tokens: int | None
    """With the tokens read from and written to a cache."""
    cached_tokens: int | None
    """Read from a cache."""
    cache_write_tokens: int | None
    """Written to a cache."""
    output_tokens: int | None
    """With the thinking tokens."""
    thinking_tokens: int | None
    """Hidden reasoning."""
    days_with_traffic: int
    """Days (UTC) on which some request was answered."""


class DailySpread(Record):
    """A mean, and what 5 % and 95 % of the days with traffic stay below."""

    mean: float
    """Over all days."""
    low: float
    """5 % of the days stay below; of over four days the first and the last are left out."""
    high: float
    """95 % of the days stay below, likewise."""


class TokenLengths(Record):
    """Tokens of a request: the mean, and what 5, 50 and 95 % of the requests do not exceed."""

    mean: float
    """Over all requests."""
    p5: int | None = None
    """None where a report added requests up, so that single ones are not known."""
    p50: int | None = None
    """The median, likewise."""
    p95: int | None = None
    """None where `p50` is."""
    daily: DailySpread | None = None
    """Of the means of days; None where the log has no times."""


class CacheHits(Record):
    """Shares of requests that find their opening within a life: as they came, and at random."""

    life_seconds: float
    """How long an opening is kept, as the model's cache rule has it."""
    share: Share
    """Of the requests whose opening is known, as they came; batches are left out."""
    random: Share | None
    """Of the same requests, had they come at random at each opening's mean rate."""


class Opening(Record):
    """A prompt by its opening: its share of the requests, and what the prompt reader finds."""

    hash: str
    """The first digits of a hash of its text."""
    requests: int
    """Those that begin with it."""
    share: Share
    """Of the model's requests whose opening is known."""
    tokens: int | None = None
    """Tokens that every request of it repeats, with the shots."""
    shots: int | None = None
    """Worked examples found in it; None where the log holds no text of it."""
    shot_tokens: int | None = None
    """Tokens of these; None where `shots` is."""


class UsagePeaks(Record):
    """The busiest clock second, minute and hour over the mean one."""

    second: float | None
    """Times the mean second of the days with traffic; None where the log is coarser."""
    minute: float | None
    """Times the mean minute; None where the log is coarser."""
    hour: float | None
    """Times the mean hour; None where the log is coarser."""


class UsageModel(Record):
    """What the log says of one model."""

    model: str
    """As the log names it."""
    table_model: str | None
    """The model of the price table that is meant, null where that is not sure."""
    totals: UsageTotals
    requests: int | None
    """Answered ones; None where the log does not count them."""
    requests_per_day: DailySpread | None
    """Over the days with traffic; None where the log has no times."""
    input: TokenLengths | None
    """With the tokens of caches; None where the log does not tell."""
    output: TokenLengths | None
    """With the thinking tokens; None where the log does not tell."""
    thinking_mean: float | None
    """Thinking tokens of a request; None where the log does not tell."""
    thinking_daily: DailySpread | None
    """Of the means of days; None where the log does not tell, or has no times."""
    cached_share_billed: Share | None
    """Share of the input tokens that was billed as read from a cache, 0 to 1."""
    cache_found_billed: DailySpread | None
    """Share of requests that were billed for some cached token."""
    cache_hit_share: Share | None
    """Of `cache_hits`, that of the shortest life; None where there is none."""
    poisson_share: Share | None
    """The same, had requests come at random."""
    cache_hits: tuple[CacheHits, ...]
    """One for each life that the model's cache offers; empty where no opening is known."""
    prompts: tuple[Opening, ...]
    """The most frequent first, up to 20."""
    other_prompts: int
    """Openings that are not listed."""
    peak_to_mean: UsagePeaks
    batch_share: Share | None
    """Share of the requests in batches, 0 to 1; None where the log does not tell."""
    weekdays: tuple[float, ...]
    """Requests of a mean Monday, Tuesday ..., days without traffic counted; empty below a week."""
    first: datetime | None
    """When the first request came, UTC; None where the log has no times."""
    last: datetime | None
    """When the last one came, UTC."""


class UsageAnswer(Record):
    """The document `ftvp.usage/1`."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.usage/1"] = Field(default="ftvp.usage/1", alias="schema")
    tool_version: str
    as_of: date
    """The day of the prices and cache rules used."""
    files: tuple[UsageFile, ...]
    totals: UsageTotals
    """Over all models listed."""
    first: datetime | None
    """When the first request came, UTC; None where the log has no times."""
    last: datetime | None
    """When the last one came, UTC."""
    models: tuple[UsageModel, ...]
    """The one with most requests first."""
    scenario: dict[str, float | str]
    """The fields that --write puts into a scenario, a range as its text."""
    written: str | None
    """The scenario file that was written; None where none was asked for."""
    ask: tuple[str, ...]
    """What no log tells, with its flag."""
    warnings: tuple[str, ...]


def usage_answer(log: Log, asked: UsageQuestion, tables: Tables, day: date) -> UsageAnswer:
    """Return the document of `ftvp usage` for the calls of some files."""
    lives = {number: lives_of(name, tables) for name, number in log.models.items()}
    chosen = None if asked.opening is None else _chosen(log, asked.opening)
    measures = log.measured(lives, chosen)
    tallies = {name: measures.tallies[number] for name, number in _models(log, asked).items()}
    wording = _Wording(log, tables, day)
    listed = [wording.model(name, tally) for name, tally in tallies.items()]
    models = tuple(sorted(listed, key=lambda each: -(each.requests or 0)))
    days = {day for tally in tallies.values() for day in tally.dated}
    fields = scenario_fields(models[0]) if models else {}
    return UsageAnswer(
        tool_version=__version__,
        as_of=day,
        files=tuple(
            UsageFile(file=n.name, format=n.format, records=n.calls, left_out=n.lost)
            for n in log.notes
        ),
        totals=_totals(_all(tallies.values()), len(days)),
        first=min((m.first for m in models if m.first), default=None),
        last=max((m.last for m in models if m.last), default=None),
        models=models,
        scenario=text_fields(fields),
        written=None,
        ask=tuple(open_questions(models[0])) if models else (),
        warnings=tuple(_warnings(log, models)),
    )


def shown_share(share: float, decimals: int = 1) -> str:
    """Return a share in percent.

    >>> shown_share(0.725), shown_share(0.5, 0)
    ('72.5 %', '50 %')
    """
    return f"{rounded_text(share * PERCENT, f'.{decimals}f')} %"


def _all(tallies: Iterable[Tally]) -> Sums:
    """Return the sums of several models, without their hits."""
    whole = Sums()
    for tally in tallies:
        sums = tally.sums
        sums.hits = []
        whole.merge(sums)
    return whole


def _models(log: Log, asked: UsageQuestion) -> dict[str, int]:
    """Return the models that are asked about; UnknownNameError names the nearest otherwise."""
    if asked.model is None:
        return log.models
    wanted = asked.model.casefold()
    exact = {name: n for name, n in log.models.items() if name.casefold() == wanted}
    part = {name: n for name, n in log.models.items() if wanted in name.casefold()}
    found = exact or part
    if not found:
        raise UnknownNameError("model", asked.model, list(log.models), "ftvp usage LOG")
    return found


def _chosen(log: Log, digits: str) -> int:
    """Return the opening whose hash begins with some digits."""
    hashes = {_hash(opening): opening for _, opening in log.samples}
    fits = [text for text in hashes if text.startswith(digits.casefold())]
    if len(fits) > 1:
        raise AmbiguousNameError(digits, fits)
    if not fits:
        raise UnknownNameError("prompt", digits, list(hashes), "ftvp usage LOG")
    return hashes[fits[0]]


def _hash(opening: int) -> str:
    return f"{opening:016x}"[:HASH]


def _totals(sums: Sums, days: int) -> UsageTotals:
    return UsageTotals(
        requests=sums.requests,
        failed=sums.failed,
        input_tokens=sums.input,
        cached_tokens=sums.cached,
        cache_write_tokens=sums.write,
        output_tokens=sums.output,
        thinking_tokens=sums.thinking,
        days_with_traffic=days,
    )


def _over(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else above / below


def daily_spread(
    days: Mapping[int, Sums], above: str, below: str | None = None
) -> DailySpread | None:
    """Return a mean with its spread over the days, None where the log does not tell."""
    found = spread_over_days(days, above, below)
    return None if found is None else DailySpread(low=found.low, mean=found.mean, high=found.high)


def _lengths(tally: Tally, sums: Sums, name: str) -> TokenLengths | None:
    mean = _over(getattr(sums, name), sums.requests)
    if mean is None:
        return None
    lengths = tally.lengths[name]
    p5, p50, p95 = (None if tally.by_hand else lengths.quantile(q) for q in (0.05, 0.5, 0.95))
    daily = daily_spread(tally.dated, name, "requests")
    return TokenLengths(mean=mean, p5=p5, p50=p50, p95=p95, daily=daily)


def _hits(tally: Tally, sums: Sums) -> Iterator[CacheHits]:
    if sums.opened:
        for place, life in enumerate(tally.lives):
            yield CacheHits(
                life_seconds=life,
                share=sums.hits[place] / sums.opened,
                random=random_hits(tally, life),
            )


@dataclass(frozen=True)
class _Wording:
    """What a model's part of the answer is made with."""

    log: Log
    tables: Tables
    day: date

    def model(self, name: str, tally: Tally) -> UsageModel:
        """Return what the log says of one model."""
        sums, days = tally.sums, tally.dated
        found = row_of(name, self.tables)
        hits = tuple(_hits(tally, sums))
        billed = daily_spread(days, "found", "requests") if sums.cached is not None else None
        return UsageModel(
            model=name,
            table_model=found[0] if found else None,
            totals=_totals(sums, len(days)),
            requests=sums.requests,
            requests_per_day=daily_spread(days, "requests"),
            input=_lengths(tally, sums, "input"),
            output=_lengths(tally, sums, "output"),
            thinking_mean=_over(sums.thinking, sums.requests),
            thinking_daily=daily_spread(days, "thinking", "requests"),
            cached_share_billed=_over(sums.cached, sums.input),
            cache_found_billed=None if tally.by_hand else billed,
            cache_hit_share=hits[0].share if hits else None,
            poisson_share=hits[0].random if hits else None,
            cache_hits=hits,
            prompts=tuple(self._prompts(name, tally)),
            other_prompts=max(0, len(tally.openings) - MOST_PROMPTS),
            peak_to_mean=UsagePeaks(**peak_to_mean(tally)),
            batch_share=_over(sums.batch, sums.requests),
            weekdays=tuple(_weekdays(days)),
            first=_time(tally.first),
            last=_time(tally.last),
        )

    def _prompts(self, name: str, tally: Tally) -> Iterator[Opening]:
        """Yield the prompts of a model, the most frequent first, with what is found in them."""
        whole = tally.openings.total() + tally.other_openings
        for opening, calls in tally.openings.most_common(MOST_PROMPTS):
            sample = self.log.samples.get((self.log.models[name], opening))
            said = sample is not None and sample.said
            found = counted(sample, name, self.tables, self.day) if sample and said else None
            yield Opening(
                hash=_hash(opening),
                requests=calls,
                share=calls / whole,
                tokens=found.instructions + sum(found.shots) if found else None,
                shots=len(found.shots) if found else None,
                shot_tokens=sum(found.shots) if found else None,
            )


def _weekdays(days: Mapping[int, Sums]) -> Iterator[float]:
    """Yield the requests of a mean Monday to Sunday, between the first and the last day."""
    if not days or max(days) - min(days) < 6:  # noqa: PLR2004  a week
        return
    first, last = min(days), max(days)
    for weekday in range(7):
        of_them = [day for day in range(first, last + 1) if (day + 3) % 7 == weekday]
        requests = [(days[day].requests or 0) if day in days else 0 for day in of_them]
        yield sum(requests) / len(of_them) if of_them else 0


def _time(time: int | None) -> datetime | None:
    return None if time is None else _EPOCH + timedelta(microseconds=time)


def _warnings(log: Log, models: Sequence[UsageModel]) -> Iterator[str]:
    for notes in log.notes:
        yield from warnings_of(notes)
    repeated = log.repeated + log.arrivals.repeated
    if repeated:
        calls = f"{count_of(repeated, 'call')} {agreeing(repeated, 'stands', 'stand')}"
        yield f"{calls} in the logs twice: counted once."
    for model in models:
        yield from _of_model(model)


def _of_model(model: UsageModel) -> Iterator[str]:
    if model.requests and model.first is None:
        yield f"{model.model}: the log has no times, so volume, peaks and hits are not known."
    if model.table_model is None and model.totals.input_tokens:
        yield f"{model.model} is not in the price table, or not by this name."
    billed, simulated = model.cache_found_billed, model.cache_hit_share
    short = all((each.tokens or 0) < SHORTEST for each in model.prompts)
    if not short and billed and simulated is not None and abs(billed.mean - simulated) > DIFFERENT:
        life = model.cache_hits[0].life_seconds
        yield (
            f"{model.model}: {shown_share(billed.mean)} of requests were billed for cached tokens, "
            f"though {shown_share(simulated)} came within {life:,.0f} s of one with the same "
            "opening. What was billed is taken."
        )
    if model.totals.requests is None and model.totals.input_tokens:
        yield f"{model.model}: the log does not count requests. Read it with a log that does."
    if model.totals.requests and model.totals.input_tokens is None:
        yield f"{model.model}: the log has no tokens. Read it with a log that does."


MONTH = 30
LONG_ENOUGH = 14
"""Days from the first to the last from which days without traffic are a habit."""
SHARES = 4
"""Decimals of a share."""

Fields = dict[str, Any]


def scenario_fields(model: UsageModel) -> Fields:
    """Return the scenario's fields that a log tells of a model, by name.

    Ranges are spreads over days; a peak's is from its hour over its minute to its second.
    """
    found: Fields = {}
    if model.table_model is not None:
        found["model"] = model.table_model
    days = _days_per_month(model)
    if days is not None:
        found["days_per_month"] = days
    if model.requests_per_day is not None:
        found["volume"] = _range(model.requests_per_day, _volume)
    found |= _tokens(model)
    if model.cache_found_billed is not None:
        found["cache"] = _range(model.cache_found_billed, _share)
    elif model.cache_hit_share is not None:
        found["cache"] = _share(model.cache_hit_share)
    if model.batch_share:
        found["batch_share"] = _share(model.batch_share)
    peak = _peak(model)
    if peak is not None:
        found["peak_to_mean"] = peak
    return found


def _days_per_month(model: UsageModel) -> float | None:
    if model.first is None or model.last is None:
        return None
    span = (model.last.date() - model.first.date()).days + 1
    with_traffic = model.totals.days_with_traffic
    if span < LONG_ENOUGH or with_traffic >= span:
        return None
    return round(max(1.0, MONTH * with_traffic / span), 1)


def _tokens(model: UsageModel) -> Fields:
    """Return the tokens of a request: its prompt, what varies of it, its answer and reasoning."""
    found: Fields = {}
    if model.input is not None and model.requests:
        prompt = round(model.input.mean)
        found["prompt_tokens"] = prompt
        fixed, shots = fixed_tokens(model)
        if shots:
            found["tuned_prompt_tokens"] = max(0, prompt - round(shots))
        daily = model.input.daily
        if fixed is not None and daily is not None:
            most = found.get("tuned_prompt_tokens", prompt)
            found["request_tokens"] = _range(
                daily, lambda tokens: min(most, max(0, round(tokens - fixed)))
            )
    output, thinking = model.output, model.thinking_daily
    if output is not None and output.daily is not None:
        hidden = model.thinking_mean or 0
        found["output_tokens"] = _range(output.daily, lambda tokens: max(0, round(tokens - hidden)))
        found["thinking_tokens"] = _range(thinking, round) if thinking else 0
    return found


def fixed_tokens(model: UsageModel) -> tuple[float | None, float]:
    """Return the tokens that requests repeat and those of shots, by the prompts' shares.

    None where the opening of less than half of the requests was counted.
    """
    known = [each for each in model.prompts if each.tokens is not None]
    share = sum(each.share for each in known)
    if share < 0.5:  # noqa: PLR2004  told above
        return None, 0
    fixed = sum(each.share * (each.tokens or 0) for each in known) / share
    return fixed, sum(each.share * (each.shot_tokens or 0) for each in known) / share


def _peak(model: UsageModel) -> float | Spread | None:
    peaks = model.peak_to_mean
    known = [each for each in (peaks.hour, peaks.minute, peaks.second) if each is not None]
    rising = sorted(max(1.0, float(f"{each:.4g}")) for each in known)
    if not rising:
        return None
    low, mid, high = rising[0], rising[len(rising) // 2], rising[-1]
    return Spread(low, mid, high) if low < high else low


def _range(daily: DailySpread, rounded: Any) -> float | Spread:  # noqa: ANN401  a rounding function
    low, mid, high = (rounded(each) for each in (daily.low, daily.mean, daily.high))
    return Spread(low, mid, high) if low < high else mid


def _volume(requests: float) -> float:
    return max(LEAST_VOLUME, float(f"{requests:.4g}"))


def _share(share: float) -> float:
    return round(share, SHARES)


def open_questions(model: UsageModel) -> Iterator[str]:
    """Yield what no log tells and the calculation needs, each with its flag."""
    yield "What share of the requests could wait for a batch? --batch-share SHARE"
    if not fixed_tokens(model)[1]:
        yield "What is sent to a tuned model? --tuned-prompt FILE, --tuned-prompt-tokens N"
    yield "What does a wrong answer cost, and how good is the prompt? --cost-per-error, --evals"


def write_scenario(answer: UsageAnswer, path: Path) -> None:
    """Write the scenario that a log tells, atomically, with where it comes from."""
    from ftvp.files.scenario import save_scenario

    scenario = Scenario.model_validate(answer.scenario)
    first, *others = answer.models
    n = first.requests
    requests = "" if n is None else f"{count_of(n, 'request')} of "
    notes = [f"Read from a log: {requests}{first.model}."]
    if others:
        notes.append(f"Left out: {listing([each.model for each in others])} (--model ID).")
    if scenario.tuned_prompt_tokens is not None:
        notes.append(
            "Tokens are its own: another tuned model counts tuned_prompt_tokens otherwise."
        )
    save_scenario(scenario, path, *notes)


REPLACED = {
    "prompt_tokens": {"prompt"},
    "tuned_prompt_tokens": {"prompt", "prompt_tokens", "tuned_prompt"},
    "request_tokens": {"prompt", "prompt_tokens"},
    "model": {"prompted_price", "prompted_request_cost"},
    "batch_share": {"prompted_batch_share"},
}
"""Fields of a log that give way where others are told."""


def with_logs(told: Scenario, answer: UsageAnswer) -> tuple[Scenario, frozenset[str]]:
    """Return a scenario with what logs say of what was not told, and the fields that they say.

    Of several models, the told one counts, else the busiest.
    """
    model = _model_told(told, answer)
    fields = {
        name: value
        for name, value in (scenario_fields(model) if model else {}).items()
        if getattr(told, name) is None
        and all(getattr(told, other) is None for other in REPLACED.get(name, ()))
    }
    read = Scenario.model_validate(text_fields(fields))
    values = {name: getattr(read, name) for name in fields}
    return told.model_copy(update={**values, "usage": None}), frozenset(fields)


def _model_told(told: Scenario, answer: UsageAnswer) -> UsageModel | None:
    """Return the part of an answer that a scenario is about: of the model told, else the first."""
    name = (told.model or "").casefold()
    known = (m for m in answer.models if name in ((m.table_model or "").casefold(), m.model))
    bare = (m for m in answer.models if name and (m.table_model or "").endswith(f"/{name}"))
    return next(known, None) or next(bare, None) or next(iter(answer.models), None)
