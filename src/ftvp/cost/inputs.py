"""A scenario, the tables and what was read become `Inputs`: each number with its origin.

After this step everything is a function of values: no file is read, nothing is noted on the way.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from ftvp.errors import (
    ConflictError,
    MissingInputError,
    NoPriceYetError,
    OutOfRangeError,
    ShutDownError,
    UnknownNameError,
    UnmatchedFlagError,
)
from ftvp.scenario import Scenario, flag, otherwise
from ftvp.tables.bundle import Tables
from ftvp.tables.framework import Assumption
from ftvp.tables.pricing import PricedModel, Tokenizer
from ftvp.units import PromptTokens

Origin = Literal["told", "read", "table", "assumed"]
Numbers = Mapping[str, float]
"""The numbers of an answer by scenario field; one that is not known is absent."""


class NotedReads(Mapping[str, float]):
    """Numbers for a calculation that note which of them it asks for, known or not."""

    def __init__(self, known: Numbers) -> None:
        """Begin with none asked for."""
        self.known, self.asked = known, set[str]()

    def __getitem__(self, name: str) -> float:
        """Return a number."""
        self.asked.add(name)
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        """Return the names of what is known."""
        return iter(self.known)

    def __len__(self) -> int:
        """Return how many are known."""
        return len(self.known)


PROMPTS = ("prompt_tokens", "tuned_prompt_tokens")
"""The lengths of which what varies of a request is a part."""
TRAINED_SHARE = 0.8
"""Share of the labelled examples at hand that is trained on; the rest is kept for the eval."""


FOLLOWERS = (
    ("batch_share", "prompted_batch_share", 1.0),
    ("batch_share", "tuned_batch_share", 1.0),
    ("attempts", "tuned_attempts", 1.0),
    ("examples", "training_examples", TRAINED_SHARE),
    ("examples", "examples_at_hand", 1.0),
)
"""Numbers, those that are so many times as large where nobody told them, and how many times."""


class Model(NamedTuple):
    """A model of the price table under its id."""

    id: str
    row: PricedModel


class Input(NamedTuple):
    """One number (or model) of an answer, where it comes from, and the flag that replaces it.

    `low` and `high` are the ends of its range, None where it has none; `what` says it in words.
    """

    field: str
    value: float | str
    origin: Origin
    source: str
    what: str
    low: float | None = None
    high: float | None = None
    told_by: str | None = None

    @property
    def flag(self) -> str:
        """The flag that tells it: `told_by`, or that of its name."""
        if self.told_by is not None:
            return self.told_by
        known = self.field in Scenario.model_fields
        return flag(self.field) if known else FLAGS.get(self.field, "--thinking")


FLAGS = {
    "thinking_multiple": "--thinking-tokens",
    "cache_life_seconds": "--cache",
    "minimum_prefix_tokens": "--cache",
    "own_work_usd": "--engineering-hours",
    "training_overhead": "--training-tokens",
    "examples_at_hand": "--examples",
    "quality_gain": "--tuned-quality",
}
"""The flags that replace what is assumed under a name that is no scenario field."""


class MeasuredQuality(NamedTuple):
    """What the user's own eval set says of both sides, in percent.

    `low` and `high` are the ends of the 95 % interval of the difference, in points; `cells` count
    the items that both sides, only prompting, only tuning and neither got right, None where scores
    are no right and wrong.
    """

    prompting: float
    tuned: float
    conclusion: Literal["better", "worse", "not_shown", "equivalent"]
    items: int
    low: float
    high: float
    cells: tuple[int, int, int, int] | None = None


class Readings(NamedTuple):
    """What the files of a scenario say, read before anything is computed.

    Counts and sizes are by the name of a tokenizer of the price table.
    """

    prompt: Mapping[str, PromptTokens] | None = None
    tuned_prompt: Mapping[str, PromptTokens] | None = None
    named_model: str | None = None
    """The model that the prompt document names, as it stands there."""
    training_sizes: Mapping[str, Sequence[float]] | None = None
    """Billed tokens of each training example."""
    quality: MeasuredQuality | None = None
    warnings: tuple[str, ...] = ()
    origins: Mapping[str, str] = {}
    """Where a field was told, such as "triage.yaml line 3"; its flag where that is not said."""
    logged: frozenset[str] = frozenset()
    """The fields that production logs say, which were not told."""

    @property
    def training_examples(self) -> int:
        """The examples of the training file, 0 without one."""
        return len(next(iter(self.training_sizes.values()))) if self.training_sizes else 0


@dataclass(frozen=True, eq=False, repr=False)
class Inputs:
    """Everything an answer is computed from."""

    scenario: Scenario
    tables: Tables
    day: date
    readings: Readings
    now: Model | None
    """The model that is prompted; None where the user's own prices make one needless."""
    tuned: Model | None
    used: Mapping[str, Input]
    numbers: Numbers
    qualities: Mapping[str, float] = field(default_factory=dict)
    """Told qualities in percent by model id; of a tuned model by `tuned:` and its id."""

    def tokenizer(self, model: Model | None) -> Tokenizer:
        """Return the tokenizer of a model; for the user's own prices, the default model's."""
        return self.tables.pricing.tokenizers[self.tokenizer_name(model)]

    def tokenizer_name(self, model: Model | None) -> str:
        """Return the name of a model's tokenizer; for own prices, the default model's."""
        row = model.row if model else _default_model(self.tables, self.day).row
        return row.tokenizer

    def scale(self, model: Model | None, told_for: Model | None) -> float:
        """Return how many tokens of a model are one token of the model a number was told for."""
        return self.tokenizer(model).ratio / self.tokenizer(told_for).ratio

    def with_values(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the numbers with other values of some, and of those that follow from them."""
        numbers = {**self.numbers, **values}
        for name, follower, times in self.followers:
            if name in values:
                numbers[follower] = values[name] * times
        return numbers

    @cached_property
    def followers(self) -> tuple[tuple[str, str, float], ...]:
        """The numbers that follow from another one here: those that nobody told."""
        follows = (f for f in FOLLOWERS if self.used[f[1]].origin != "told")
        return tuple(each for each in follows if self.used.get(each[0]))

    @property
    def own_work_told(self) -> bool:
        """Whether the user said what engineering or labelling costs."""
        return "own_work_usd" not in self.used

    @property
    def at_hand(self) -> float:
        """Labelled examples at hand."""
        told = self.scenario.examples
        return float(self.readings.training_examples if told is None else told)


def untold(scenario: Scenario) -> list[str]:
    """Return what must be told before anything has a price: nothing, the volume, the prompt."""
    prompt = (scenario.prompt, scenario.prompt_tokens, scenario.prompted_request_cost)
    absent = ["volume"] if scenario.volume is None else []
    return [*absent, "prompt"] if prompt == (None, None, None) else absent


def resolve(scenario: Scenario, tables: Tables, day: date, readings: Readings) -> Inputs:
    """Return the inputs of an answer; errors name what is missing or contradicts itself."""
    now, tuned, models = _models(scenario, tables, day, readings)
    used = {each.field: each for each in models}
    draft = Inputs(scenario, tables, day, readings, now, tuned, used, {})
    used |= {each.field: each for each in _numbers(draft)}
    numbers = {
        name: float(each.value) for name, each in used.items() if not isinstance(each.value, str)
    }
    for name in PROMPTS:
        part = scenario.request_tokens
        if part is not None and name in numbers and part > numbers[name]:
            wanted = f"at most the {numbers[name]:,.0f} of {flag(name)}, which it is a part of"
            raise OutOfRangeError("--request-tokens", part, wanted)
    qualities = _by_id(tables, scenario.qualities or {})
    return Inputs(scenario, tables, day, readings, now, tuned, used, numbers, qualities)


def _by_id(tables: Tables, told: Mapping[str, float]) -> dict[str, float]:
    """Return what was told of models by their ids; UnknownNameError for a model there is not."""
    found = {}
    for name, value in told.items():
        prefix = "tuned:" if name.startswith("tuned:") else ""
        found[prefix + tables.pricing.find(name.removeprefix("tuned:"))[0]] = value
    return found


def thinking_of(model_id: str) -> str:
    """Return the name of the number that --thinking tells of a model."""
    return f"thinking {model_id}"


def refuse_conflicts(scenario: Scenario) -> None:
    """Raise where two fields say the same twice, or one of two that go together is missing."""
    for one, other in (
        ("prompt", "prompt_tokens"),
        ("tuned_prompt", "tuned_prompt_tokens"),
        ("labelled_by", "labelling_cost"),
    ):
        if getattr(scenario, one) is not None and getattr(scenario, other) is not None:
            raise ConflictError(flag(one), flag(other))
    if (scenario.engineering_hours is None) != (scenario.hourly_rate is None):
        raise UnmatchedFlagError("--engineering-hours", "--hourly-rate")
    if scenario.rebuild_hours and scenario.hourly_rate is None:
        raise UnmatchedFlagError("--rebuild-hours", "--hourly-rate")


def _models(
    scenario: Scenario, tables: Tables, day: date, readings: Readings
) -> tuple[Model | None, Model | None, list[Input]]:
    """Return the prompted and the tuned model, and where each comes from."""
    own = scenario.prompted_price is not None or scenario.prompted_request_cost is not None
    inputs: list[Input] = []
    now: Model | None
    named: Model | None = None
    if readings.named_model is not None:
        with suppress(UnknownNameError):
            named = Model(*tables.pricing.find(readings.named_model))
    if scenario.model is not None:
        now = Model(*tables.pricing.find(scenario.model))
        inputs.append(_told("model", now.id, readings))
    elif named is not None:
        now = named
        source = str(scenario.prompt)
        inputs.append(Input("model", now.id, "read", source, "model"))
    elif own:
        now = None
    else:
        now = _default_model(tables, day)
        inputs.append(Input("model", now.id, "assumed", "the price table's default", "model"))
    end = now.row.end("base_shutdown", day) if now else None
    if now is not None and end is not None and end.closes_on <= day:
        raise ShutDownError(now.id, end.closes_on)
    if scenario.tuned_model is None:
        return now, now, inputs
    existing = bool(scenario.existing_customer)
    tuned = Model(
        *tables.pricing.find_to_tune(scenario.tuned_model, day, existing_customer=existing)
    )
    return now, tuned, [*inputs, _told("tuned_model", tuned.id, readings)]


def _default_model(tables: Tables, day: date) -> Model:
    pricing = tables.pricing
    name = pricing.default_model(day)
    if name is None:
        first = min(default.effective_from for default in pricing.default_models)
        raise NoPriceYetError(pricing.default_models[0].model, day, first)
    return Model(name, pricing.models[name])


def _numbers(inputs: Inputs) -> Iterator[Input]:
    """Yield every number: told ones, those read from files, and what is assumed in their place."""
    yield from _told_numbers(inputs)
    for model_id, tokens in _by_id(inputs.tables, inputs.scenario.thinking or {}).items():
        yield Input(thinking_of(model_id), tokens, "told", "--thinking", "hidden reasoning")
    yield from _lengths(inputs)
    yield from _training(inputs)
    found, told = inputs.readings.quality, inputs.scenario
    if found is not None:
        source = f"eval results of {found.items:,} items"
        yield Input("prompting_quality", found.prompting, "read", source, "quality of prompting")
        yield Input("tuned_quality", found.tuned, "read", source, "quality of the tuned model")
    if (told.engineering_hours, told.labelling_cost, told.labelled_by) == (None, None, None):
        yield assumed(inputs.tables, "own_work_usd")
    for name in ("days_per_month", "peak_to_mean", "utilisation", "pilot_hours"):
        if getattr(told, name) is None:
            yield assumed(inputs.tables, name)
    if told.horizon is None:
        yield assumed(inputs.tables, "horizon_months", as_field="horizon")
    for name in ("cache_life_seconds", "thinking_multiple", "minimum_prefix_tokens"):
        yield assumed(inputs.tables, name)
    batch = told.batch_share or 0
    for name, standard in (
        ("prompted_batch_share", batch),
        ("tuned_batch_share", batch),
        ("tuned_attempts", told.attempts or 1),
    ):
        if getattr(told, name) is None:
            yield Input(name, standard, "assumed", "the same on both sides", name.replace("_", " "))


def _told_numbers(inputs: Inputs) -> Iterator[Input]:
    """Yield each number that was told, and those that are 0 or 1 where nobody says otherwise."""
    for name in Scenario.model_fields:
        value = getattr(inputs.scenario, name)
        standard = otherwise(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield _told(name, value, inputs.readings)
        elif value is None and standard is not None:
            yield Input(name, standard, "assumed", "nothing told", name.replace("_", " "))


def _told(name: str, value: float | str, readings: Readings) -> Input:
    source = readings.origins.get(name, flag(name))
    low, high = getattr(value, "low", None), getattr(value, "high", None)
    number = value if isinstance(value, str) else float(value)
    origin: Origin = "read" if name in readings.logged else "told"
    return Input(name, number, origin, source, name.replace("_", " "), low, high)


def assumed(tables: Tables, name: str, *, as_field: str | None = None) -> Input:
    """Return the framework's assumption of this name as an input."""
    entry: Assumption = getattr(tables.framework.assumptions, name)
    return assumption(entry, as_field or name)


def assumption(entry: Assumption, name: str, value: float | None = None) -> Input:
    """Return an assumption as the input `name`, with another value where a limit demands it."""
    number = entry.value if value is None else value
    low, high = entry.low, entry.high
    if value is not None:
        low, high = (None if end is None else min(end, value) for end in (low, high))
    return Input(name, number, "assumed", entry.source or entry.why, entry.unit, low, high)


def _lengths(inputs: Inputs) -> Iterator[Input]:
    """Yield the tokens of a request's varying part and of an answer, where they were not told."""
    told, tables = inputs.scenario, inputs.tables
    name = inputs.tokenizer_name(inputs.now)
    count = inputs.readings.prompt[name] if inputs.readings.prompt else None
    if told.request_tokens is None:
        if count is not None and not count.request_is_slot:
            what = "tokens that vary, the request in the prompt"
            yield Input("request_tokens", count.request, "read", str(told.prompt), what)
        else:
            entry = tables.framework.assumptions.request_tokens
            most = [
                each for each in (told.prompt_tokens, told.tuned_prompt_tokens) if each is not None
            ]
            capped = min([entry.value, *most])
            value = capped if capped < entry.value else None
            yield assumption(entry, "request_tokens", value)
    if told.output_tokens is None:
        if count is not None and count.mean_answer is not None:
            shots = len(count.shots)
            of = "the worked example" if shots == 1 else f"the {shots} worked examples"
            what = f"output tokens: the mean answer of {of}"
            yield Input("output_tokens", round(count.mean_answer), "read", str(told.prompt), what)
        else:
            yield assumed(tables, "output_tokens")


def _training(inputs: Inputs) -> Iterator[Input]:
    """Yield how many examples are trained on, for how long and how often, where not told."""
    told, tables = inputs.scenario, inputs.tables
    examples: float | None = told.training_examples
    if examples is None:
        at_hand = inputs.at_hand
        if told.examples is not None or inputs.readings.training_sizes is not None:
            what = f"training examples: {TRAINED_SHARE:.0%} of the {at_hand:,.0f} at hand"
            examples = TRAINED_SHARE * at_hand
            yield Input("training_examples", examples, "read", "the examples at hand", what)
        else:
            examples = tables.framework.assumptions.training_examples.value
            yield assumed(tables, "training_examples")
    limits = inputs.tuned.row.limits if inputs.tuned else None
    usual = limits.default_epochs if limits and told.epochs is None else None
    if limits and usual:
        epochs, source = usual.epochs(round(examples)), tables.pricing.sources[limits.source].name
        yield Input("epochs", epochs, "table", source, "epochs, the provider's default")
    for name in ("retrains_per_year", "epochs", "gpu_hours"):
        if getattr(told, name) is None and not (usual and name == "epochs"):
            yield assumed(tables, name)
    yield Input(
        "examples_at_hand", inputs.at_hand, "read", "the examples at hand", "examples at hand"
    )
    yield assumed(tables, "training_overhead")


def require(scenario: Scenario) -> None:
    """Raise MissingInputError that names all that must be told before anything has a price."""
    absent = untold(scenario)
    if absent:
        raise MissingInputError(*absent)
