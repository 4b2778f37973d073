"""Everything the user told us, as one frozen record: each field is a flag and a scenario key.

A field left out is None, which means "not told": what is assumed instead stands in the answer.
Paths stay text here; the rooms above read the files they name.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetPydanticSchema,
    SerializationInfo,
    create_model,
)
from pydantic_core import to_jsonable_python
from pydantic_core.core_schema import (
    no_info_plain_validator_function,
    plain_serializer_function_ser_schema,
)

from ftvp.errors import MissingRateError
from ftvp.ranges import (
    Ranged,
    RangedPercent,
    RangedPerDay,
    RangedShare,
    RangedUsd,
    WrittenNumber,
    no_boolean,
    text_fields,
)
from ftvp.units import PERCENT, Currency, Day, FileName, Percent, Record, Share

MOST_TOKENS = 1_000_000_000
MOST_USD = 1e12
LEAST_VOLUME = 0.001
"""Requests per day; below it, a request in three years, costs would be lost in rounding."""

Price = Annotated[float, Field(ge=0, le=MOST_USD)]
WrittenPrice = Annotated[Price, WrittenNumber()]
Amount = RangedUsd[Price]
Count = Annotated[int, Field(ge=0, le=MOST_TOKENS)]
Counts = Ranged[Count]
WrittenCount = Annotated[Count, WrittenNumber()]
Name = Annotated[str, Field(min_length=1, max_length=200)]
QuestionId = Literal["volume", "examples", "quality_gap", "format_task", "eval_improves"]
"""A question is named for the fact that answers it."""
Code = Annotated[str, Field(pattern="^[A-Za-z]{3}$")]
"""A currency's code, such as EUR."""


class OwnPrice(Record):
    """The user's own token prices of one side, USD per million tokens."""

    input: WrittenPrice
    output: WrittenPrice
    cached_input: WrittenPrice | None = None
    cache_write: WrittenPrice | None = None


class Exchange(Record):
    """What one US dollar is worth in another currency, on a day."""

    rate: Annotated[float, Field(gt=0, le=MOST_USD)]
    dated: Day


def _pairs(value: object, such_as: str = "input=10,output=30") -> object:
    """Return `input=10,output=30` as a mapping, anything else as it is."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if any(not sign for _, sign, _ in pairs):
        msg = f"write it as {such_as}"
        raise ValueError(msg)
    found: dict[str, str] = {}
    for key, _, number in pairs:
        if key.strip() in found:
            msg = f"'{key.strip()}' stands twice"
            raise ValueError(msg)
        found[key.strip()] = number.strip()
    return found


def _listed(value: object) -> object:
    """Return `a,b` as a list, anything else as it is."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _ids(value: object) -> object:
    """Return `a-b,c`, ids as their flags have them, as a list of ids."""
    return _listed(value.replace("-", "_") if isinstance(value, str) else value)


def _code(value: object) -> object:
    """Return `eur` as EUR; ValueError for text that is no code."""
    if not isinstance(value, str):
        return value
    if not (len(value) == 3 and value.isascii() and value.isalpha()):  # noqa: PLR2004  as in EUR
        msg = "must be a code of three letters, such as EUR"
        raise ValueError(msg)
    return value.upper()


def _one_or_more(value: object) -> object:
    """Return `1,100` as a list, and one number as a list of it."""
    return [no_boolean(value)] if isinstance(value, int | float) else _listed(value)


def _cache(value: object) -> object:
    """Return YAML's bare `off` and `on`, which it reads as booleans, as the words they were."""
    return {True: "auto", False: "off"}[value] if isinstance(value, bool) else value


def _exchange(value: object) -> object:
    """Return `0.92@2026-11-20` as a rate and its day, anything else as it is."""
    if isinstance(value, Mapping | Exchange):
        return value
    found = re.fullmatch(r"([-+.\de]+)@(\d{4}-\d\d-\d\d)", str(value).replace(" ", ""))
    if found is None:
        msg = "write the rate with its day, as in 0.92@2026-11-20"
        raise ValueError(msg)
    return {"rate": found[1], "dated": found[2]}


def _percents(value: object) -> object:
    """Return the pairs of a text or a mapping, each number without its percent sign."""
    pairs = _pairs(value, "a provider or model and its percent: openai=15%,nova-micro=10%")
    if not isinstance(pairs, dict):
        return pairs
    return {k: v.rstrip("% ") if isinstance(v, str) else no_boolean(v) for k, v in pairs.items()}


PRICES_OF = partial(_pairs, such_as="input=10,output=30, in USD per million tokens")
Prices = Annotated[OwnPrice, BeforeValidator(PRICES_OF)]
Files = Annotated[tuple[FileName, ...], BeforeValidator(_listed)]
Patterns = Annotated[tuple[Name, ...], BeforeValidator(_listed)]


def _no_share(value: float) -> float:
    """Refuse a share where a percentage or points are wanted."""
    if 0 < value < 1:
        msg = f"{value:g} looks like a share: write {value * PERCENT:g}"
        raise ValueError(msg)
    return value


Quality = Annotated[Percent, AfterValidator(_no_share)]
Points = Annotated[float, Field(ge=-100, le=100), AfterValidator(_no_share)]
WrittenQuality = Annotated[Quality, WrittenNumber("percent")]
QUALITY_OF = partial(_pairs, such_as="MODEL=PCT: gpt-4.1-mini=93")
Qualities = Annotated[dict[Name, WrittenQuality], BeforeValidator(QUALITY_OF)]
Off = Annotated[float, Field(ge=0, lt=100, allow_inf_nan=False), AfterValidator(_no_share)]
Scales = Annotated[
    tuple[Annotated[float, Field(gt=0, le=1e9)], ...],
    BeforeValidator(_one_or_more),
    Field(min_length=1, max_length=2),
]
Discounts = Annotated[dict[Name, Off], BeforeValidator(_percents)]
Positive = Annotated[float, Field(gt=1e-9, le=1e12)]
Hours = Annotated[float, Field(gt=1e-9, le=24)]
TOKENS_OF = partial(_pairs, such_as="MODEL=TOKENS: gpt-4.1-mini=4k")
Thinking = Annotated[dict[Name, WrittenCount], BeforeValidator(TOKENS_OF)]


def told(description: str, metavar: str = "N", otherwise: float | None = None) -> Any:  # noqa: ANN401  pydantic's Field is typed so
    """Return a field that may be left out; `otherwise` holds where nothing is told or assumed."""
    extra: dict[str, Any] = {"metavar": metavar}
    extra |= {} if otherwise is None else {"otherwise": otherwise}
    return Field(default=None, description=description, json_schema_extra=extra)


class Scenario(Record):
    """One question to the calculator. Money is USD, qualities are percent, shares 0 to 1."""

    # The work
    days_per_month: Ranged[Annotated[float, Field(ge=1, le=31)]] | None = told(
        "Days with traffic in a month of 30"
    )
    volume: RangedPerDay[Annotated[float, Field(ge=LEAST_VOLUME, le=1e12)]] | None = told(
        "Requests per day"
    )
    usage: Files | None = told("Production logs, of which ftvp usage reads what is not told", "LOG")
    prompt: FileName | None = told("The prompt in use; - reads standard input", "FILE")
    tuned_prompt: FileName | None = told("What the tuned model is sent", "FILE")
    prompt_tokens: Counts | None = told("Tokens of the prompt, instead of --prompt")
    tuned_prompt_tokens: Counts | None = told("Tokens of what the tuned model is sent")
    request_tokens: Counts | None = told("Tokens that vary per request, on both sides")
    output_tokens: Counts | None = told("Tokens of an answer")
    tuned_output_tokens: Counts | None = told("Tokens of the tuned model's answer, if different")
    thinking_tokens: Counts | None = told("Hidden reasoning of an answer, billed as output")
    tuned_thinking_tokens: Counts | None = told("Hidden reasoning of the tuned model")
    thinking: Thinking | None = told("Hidden reasoning of models to compare", "MODEL=N")
    turns: Ranged[Annotated[float, Field(ge=1, le=10_000)]] | None = told(
        "Calls of a conversation, each resending what was said before", otherwise=1
    )
    attempts: Ranged[Annotated[float, Field(ge=1, le=1000)]] | None = told(
        "Tries for a usable answer", "A", otherwise=1
    )
    tuned_attempts: Ranged[Annotated[float, Field(ge=1, le=1000)]] | None = told(
        "Tries of the tuned model, if different", "A"
    )
    active_hours: Ranged[Hours] | None = told(
        "Hours of a day in which requests come", "H", otherwise=24
    )
    # The prices
    currency: Annotated[Code, BeforeValidator(_code)] | None = told(
        "Show amounts in another currency, with --fx", "CODE"
    )
    fx: Annotated[Exchange, BeforeValidator(_exchange)] | None = told(
        "What one US dollar is worth in it, and when: 0.92@2026-11-20", "RATE@DATE"
    )
    model: Name | None = told("The prompted model", "ID")
    tuned_model: Name | None = told("The model to tune; by default the same", "ID")
    prompted_price: Prices | None = told(
        "Own USD/Mtok: input=10,output=30[,cached_input=,cache_write=]", "K=V,..."
    )
    tuned_price: Prices | None = told("Own USD/Mtok of the tuned model", "K=V,...")
    prompted_request_cost: Amount | None = told(
        "Cost of a prompted request, instead of tokens", "USD"
    )
    tuned_request_cost: Amount | None = told("Cost of a tuned request, instead of tokens", "USD")
    cache: (
        Annotated[Literal["auto", "off"] | RangedShare[Share], BeforeValidator(_cache)] | None
    ) = told("Share of requests that find the prompt cached; auto works it out", "auto|off|SHARE")
    tuned_cache: RangedShare[Share] | None = told(
        "Share of the tuned model's requests that find their prompt cached", "SHARE"
    )
    batch_share: RangedShare[Share] | None = told(
        "Share of requests sent in batches", "SHARE", otherwise=0
    )
    prompted_batch_share: RangedShare[Share] | None = told(
        "The same, of the prompted side alone", "SHARE"
    )
    tuned_batch_share: RangedShare[Share] | None = told(
        "The same, of the tuned side alone", "SHARE"
    )
    existing_customer: bool | None = told("The provider still tunes for you")
    prices: Files | None = told("Overlay on the price table; repeated, the last wins", "FILE")
    discounts: Discounts | None = told(
        "Negotiated off every list price of a provider or a model: aws-bedrock=15%", "NAME=PCT"
    )
    max_price_age: Annotated[int, Field(ge=0, le=36_500), WrittenNumber()] | None = told(
        "Refuse prices that were last checked longer ago", "DAYS"
    )
    # The training
    dataset: FileName | None = told(
        "The training file: its examples and tokens are counted", "FILE"
    )
    training_examples: Counts | None = told("Training examples of one run")
    training_tokens: Ranged[Annotated[int, Field(ge=0, le=10**15)]] | None = told(
        "Tokens of one epoch"
    )
    epochs: Ranged[Annotated[int, Field(ge=1, le=1000)]] | None = told("Epochs of one run")
    training_runs: Ranged[Annotated[int, Field(ge=0, le=10_000)]] | None = told(
        "Runs before one is good enough", otherwise=1
    )
    training_cost: Amount | None = told("Cost of one run, instead of tokens and price", "USD")
    gpu_hours: Ranged[Annotated[float, Field(ge=0, le=1e9)]] | None = told(
        "GPU or training hours of one run", "H"
    )
    labelling_cost: Amount | None = told(
        "Cost of labelling one training example", "USD", otherwise=0
    )
    labelled_by: Name | None = told("The model that labels the training examples", "MODEL")
    renewed_examples: Counts | None = told(
        "Training examples labelled anew for each retraining", otherwise=0
    )
    engineering_hours: Ranged[Annotated[float, Field(ge=0, le=1e9)]] | None = told(
        "Hours of work before tuning goes live", "H", otherwise=0
    )
    hourly_rate: Amount | None = told("Cost of one hour of work", "USD", otherwise=0)
    pilot_hours: Ranged[Annotated[float, Field(ge=0, le=1e9)]] | None = told(
        "Hours of a pilot", "H"
    )
    item_cost: Amount | None = told("Cost of one more eval item", "USD")
    retrains_per_year: Ranged[Annotated[float, Field(ge=0, le=1e4)]] | None = told(
        "Retraining rounds a year"
    )
    hosting: Amount | None = told("Hosting of the tuned model, a month", "USD")
    maintenance: Amount | None = told("Other cost of the tuned side, a month", "USD", otherwise=0)
    hours_per_day: Ranged[Hours] | None = told("Hours of a day that a hosted model runs", "H")
    replicas: Ranged[Annotated[int, Field(ge=1, le=1_000_000)]] | None = told(
        "Copies of a hosted model"
    )
    adapters_sharing: Ranged[Annotated[int, Field(ge=1, le=10_000)]] | None = told(
        "Tuned models that share one deployment", otherwise=1
    )
    input_tokens_per_second: Ranged[Positive] | None = told("What one copy reads a second")
    output_tokens_per_second: Ranged[Positive] | None = told("What one copy writes a second")
    # The five questions
    task: Name | None = told("Kind of task; ftvp quality lists them", "ID")
    examples: Counts | None = told("Labelled examples at hand")
    quality_gap: RangedPercent[Points] | None = told(
        "Target minus prompting quality, in points", "POINTS"
    )
    prompting_quality: RangedPercent[Quality] | None = told("Measured quality of prompting", "PCT")
    tuned_quality: RangedPercent[Quality] | None = told(
        "Measured quality of the tuned model", "PCT"
    )
    target_quality: RangedPercent[Quality] | None = told("Quality you need", "PCT")
    cost_per_error: Amount | None = told("What one wrong answer costs", "USD")
    high_error_cost: bool | None = told("An error is expensive, though you cannot say how much")
    format_task: bool | None = told("The task is mainly format or style, not reasoning")
    eval_improves: bool | None = told("Tuning improves quality on your eval set")
    unknown: Annotated[tuple[QuestionId, ...], BeforeValidator(_ids)] | None = told(
        "Questions you cannot answer", "ID,..."
    )
    evals: Annotated[Files, Field(min_length=1, max_length=2)] | None = told(
        "Eval results, prompted and tuned; a file that holds both is named twice", "FILE FILE"
    )
    evals_id: Name | None = told("The field with the items' ids", "FIELD")
    evals_score: Name | None = told("The score's field; of each side, NAME,NAME", "FIELD")
    evals_cluster: Name | None = told("The field that items of one source share", "FIELD")
    evals_scale: Scales | None = told("A perfect score, if not 1; of each side, N,N", "N")
    evals_lower_is_better: bool | None = told("The scores measure errors")
    evals_margin: Annotated[float, Field(gt=0, le=100), WrittenNumber("percent")] | None = told(
        "Smallest difference in quality that matters", "POINTS"
    )
    # The horizon
    horizon: Ranged[Annotated[float, Field(gt=0, le=1200)]] | None = told(
        "Months to look ahead", "MONTHS"
    )
    price_decline: RangedPercent[Annotated[float, Field(ge=0, lt=100)]] | None = told(
        "Fall of token prices a year", "PCT", otherwise=0
    )
    discount_rate: RangedPercent[Annotated[float, Field(ge=0, le=1000)]] | None = told(
        "Interest a year", "PCT", otherwise=0
    )
    successor: Name | None = told("The model that follows where the prompted one ends", "MODEL")
    retune: bool | None = told("Where the tuned model ends, tune its successor")
    rebuild_hours: Ranged[Annotated[float, Field(ge=0, le=1e9)]] | None = told(
        "Hours of work to tune its successor, with --retune", "H", otherwise=0
    )
    as_of: Day | None = told("Answer as of this day, not today", "DATE")
    # The comparison
    models: Patterns | None = told("Models to compare: gpt-6-luna, claude-*, ...", "PATTERN,...")
    providers: Patterns | None = told("Providers to compare: openai, google-*, ...", "PATTERN,...")
    shots: Annotated[tuple[WrittenCount, ...], BeforeValidator(_listed)] | None = told(
        "Prompt with so many of its worked examples, too: 0,2,5", "N,..."
    )
    hybrid_shots: WrittenCount | None = told("Tuned models that keep so many worked examples, too")
    batchable: bool | None = told("Answers may wait: compare batches, too")
    qualities: Qualities | None = told("Measured quality of models: MODEL=PCT,...", "MODEL=PCT,...")
    min_quality: WrittenQuality | None = told("Leave out what is known to be worse", "PCT")
    peak_to_mean: Ranged[Annotated[float, Field(ge=1, le=1e6)]] | None = told(
        "Busiest second over the mean one, to size GPUs", "RATIO"
    )
    utilisation: RangedShare[Annotated[float, Field(ge=1e-6, le=1)]] | None = told(
        "Share of a GPU's throughput to plan with", "SHARE"
    )

    @classmethod
    def of_told(cls, values: "Scenario | Mapping[str, Any]") -> "Scenario":
        """Return the scenario of these values as `model_validate` does, with its errors.

        A few of a hundred fields are told: a model of those is built in a tenth of the time.
        """
        if isinstance(values, Scenario):
            return values
        shapes: dict[str, Any] = {
            name: (field.annotation, field)
            for name, field in cls.model_fields.items()
            if name in values
        }
        told = create_model(cls.__name__, __base__=Record, **shapes).model_validate(values)
        return cls.model_construct(**vars(told))

    @property
    def shown_in(self) -> Currency | None:
        """What amounts are to be shown in, None for USD; MissingRateError where half is told."""
        if (self.currency is None) != (self.fx is None):
            raise MissingRateError(self.currency)
        if self.currency is None or self.fx is None:
            return None
        return Currency(code=self.currency, rate=self.fx.rate, dated=self.fx.dated)


def _written(scenario: Scenario, info: SerializationInfo) -> dict[str, Any]:
    if info.mode != "json":
        return scenario.model_dump()
    plain = text_fields(vars(scenario))
    records = {k: v.model_dump(mode="json") for k, v in plain.items() if isinstance(v, Record)}
    return dict(to_jsonable_python({**plain, **records}))


ToldScenario = Annotated[
    Scenario,
    GetPydanticSchema(
        lambda _, __: no_info_plain_validator_function(
            Scenario.of_told,
            serialization=plain_serializer_function_ser_schema(_written, info_arg=True),
        ),
        lambda _, handler: handler(Scenario.__pydantic_core_schema__),
    ),
]
"""The scenario that an answer repeats, read by the fields that it tells.

With the schema of every field, each answer would build that of a hundred.
"""
BOOLEANS = {
    "existing_customer",
    "high_error_cost",
    "format_task",
    "eval_improves",
    "evals_lower_is_better",
    "batchable",
    "retune",
}
REPEATABLE = {"qualities", "prices", "thinking", "discounts", "usage"}
PAIRS = {"evals"}
"""Fields that take two words after their flag."""
FLAGS = {"qualities": "--quality", "discounts": "--discount"}
"""Flags whose names are not those of their fields, since they name one of many."""
ALIASES = {"prefill_tokens_per_second": "input_tokens_per_second"}
"""Other names of fields, as flags and in scenario files."""
PATHS = ("prompt", "tuned_prompt", "dataset", "prices", "evals", "usage")


def flag(field: str, *, told: object = None) -> str:
    """Return the flag of a scenario field; its contrary where False was told.

    >>> flag("tuned_prompt"), flag("qualities"), flag("format_task", told=False)
    ('--tuned-prompt', '--quality', '--no-format-task')
    """
    name = FLAGS.get(field) or "--" + field.replace("_", "-")
    return name.replace("--", "--no-", 1) if told is False else name


def otherwise(field: str) -> float | None:
    """Return the number that holds where nobody told a field's and nothing is assumed.

    >>> otherwise("training_runs"), otherwise("volume")
    (1, None)
    """
    extra = Scenario.model_fields[field].json_schema_extra
    standard = extra.get("otherwise") if isinstance(extra, dict) else None
    return standard if isinstance(standard, int | float) else None


def metavar(field: str) -> str:
    """Return the name of a field's value in the help: its unit, where it has one.

    >>> metavar("hosting"), metavar("volume")
    ('USD', 'N')
    """
    extra = Scenario.model_fields[field].json_schema_extra
    return str(extra.get("metavar", "N")) if isinstance(extra, dict) else "N"


INSTEAD = (
    ("prompt", "prompt_tokens"),
    ("tuned_prompt", "tuned_prompt_tokens"),
    ("evals", "prompting_quality"),
    ("evals", "tuned_quality"),
    ("evals", "eval_improves"),
    ("prompted_request_cost", "prompted_price"),
    ("tuned_request_cost", "tuned_price"),
    ("training_cost", "training_tokens"),
    ("training_cost", "epochs"),
    ("target_quality", "quality_gap"),
    ("labelled_by", "labelling_cost"),
)
"""Fields of which a later layer's one puts an earlier layer's other aside."""


def over(weaker: Mapping[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two layers tell, the second stronger; what it says otherwise is put aside."""
    aside = {one for one, other in INSTEAD if other in layer}
    aside |= {other for one, other in INSTEAD if one in layer}
    said: list[Any] = [_ids(x["unknown"]) if "unknown" in x else [] for x in (weaker, layer)]
    before, now = said
    aside.update(now)
    merged = {name: value for name, value in weaker.items() if name not in aside} | dict(layer)
    if before and "unknown" not in layer:
        merged["unknown"] = [question for question in before if question not in layer]
    return merged
