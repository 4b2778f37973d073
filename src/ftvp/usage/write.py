"""What a log says, as the fields of a scenario: numbers, or ranges where days differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ftvp.ranges import Spread
from ftvp.scenario import LEAST_VOLUME, Scenario
from ftvp.usage.answer import DailySpread, UsageAnswer, UsageModel
from ftvp.wording import listing

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


def text_fields(fields: Mapping[str, Any]) -> dict[str, float | str]:
    """Return fields as JSON has them: a range as its text."""
    return {k: str(v) if isinstance(v, Spread) else v for k, v in fields.items()}


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
    notes = [f"Read from a log: {first.requests:,} requests of {first.model}."]
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
    model = _of_model(told, answer)
    fields = {
        name: value
        for name, value in (scenario_fields(model) if model else {}).items()
        if getattr(told, name) is None
        and all(getattr(told, other) is None for other in REPLACED.get(name, ()))
    }
    read = Scenario.model_validate(text_fields(fields))
    values = {name: getattr(read, name) for name in fields}
    return told.model_copy(update={**values, "usage": None}), frozenset(fields)


def _of_model(told: Scenario, answer: UsageAnswer) -> UsageModel | None:
    """Return the part of an answer that a scenario is about: of the model told, else the first."""
    name = (told.model or "").casefold()
    known = (m for m in answer.models if name in ((m.table_model or "").casefold(), m.model))
    bare = (m for m in answer.models if name and (m.table_model or "").endswith(f"/{name}"))
    return next(known, None) or next(bare, None) or next(iter(answer.models), None)
