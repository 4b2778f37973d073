"""The checklist of the framework, row by row, what else a training file must have, and its jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from ftvp.dataset.checks import (
    DatasetCheck,
    Sample,
    consistent_format,
    distribution_match,
    edge_cases,
    format_check,
    label_accuracy,
    leftover_shots,
    minimum_examples,
    too_long,
)
from ftvp.dataset.examples import (
    ExampleFeatures,
    Goal,
    RecordIssue,
    TokensPerExample,
    billed,
    cookbook_tokens,
    cut_at,
    goal_of,
    is_estimate,
    overhead,
    per_example,
)
from ftvp.dataset.repeats import Pair, Repeats, duplicates, leakage
from ftvp.errors import NoPriceYetError
from ftvp.tables.bundle import Tables, Versions
from ftvp.tables.entries import Citation, TrainingPrice, in_force
from ftvp.tables.framework import DataResult, Framework, Limit, data_lens
from ftvp.tables.pricing import PricedModel, Tokenizer
from ftvp.units import TOKENS_PER_MTOK, Record
from ftvp.wording import USD, count_text, noun_of

DEFAULTS = {
    "label_accuracy": Limit(
        of="percent of training examples with a correct label", low=95, high=100
    ),
    "edge_cases": Limit(of="percent of training examples that are edge cases", low=10, high=20),
    "leakage": Limit(of="percent of test examples found in the training file", low=0, high=0),
    "duplicates": Limit(of="percent of training examples that repeat another", low=0, high=5),
}


def checks(  # noqa: PLR0913  what was measured, asked, and worked out before
    files: FileMeasures,
    sample: Sample | None,
    framework: Framework,
    *,
    model: Chosen,
    sizes: Sequence[int],
    tier: DataResult,
) -> tuple[DatasetCheck, ...]:
    """Return every check of a training file, in the order of the checklist."""
    examples = files.examples
    limits = DEFAULTS | {row.id: row.limit for row in framework.checklist if row.limit}
    return (
        format_check(examples, files.notes),
        label_accuracy(examples, sample, limits["label_accuracy"].low),
        distribution_match(examples, files.production),
        edge_cases(examples, limits["edge_cases"]),
        consistent_format(examples),
        leakage(examples, files.test, files.leaks, limits["leakage"]),
        duplicates(examples, files.repeats, limits["duplicates"]),
        minimum_examples(tier, model.row.name, goal_of(format_of(examples))),
        too_long(examples, sizes, model.limit, cut_at(sizes, model.limit), model.row.name),
        leftover_shots(examples, files.shots),
    )


MESSAGES_DIFFER = (
    "4 tokens a message and 1 an example were measured on jobs of three messages; "
    "these examples have other numbers of them"
)
TOOLS_AS_JSON = "declared tools are counted as their JSON, which a provider writes in its own form"
BOTH_ANSWERS = "the prompt and both answers are counted once each, whatever the provider bills"
UNPRICED = {
    "preference": "The price table has no price for tuning on these preferences.",
    "reinforcement": (
        "A job on graded tasks is billed by the hour or by the answers that it samples, which the "
        "file does not hold."
    ),
}
"""Why there is no job, by what the file is for."""


class DatasetTokens(Record):
    """The tokens of one epoch, as the chosen model counts them."""

    content: int
    """Of messages, declared tools and reasoning, in all examples."""
    overhead: int
    """Billed beyond the content: 4 a message and 1 an example."""
    billed_per_epoch: int
    """Content and overhead, each example cut at the limit."""
    assistant: int
    """Of the content, what assistants say."""
    assistant_share: float
    """`assistant` over `content`, 0 to 1."""
    reasoning: int
    """Of the answers' tokens."""
    tools: int
    """Of declared tools, as their JSON."""
    encoding: str
    """What the file was counted with."""
    exact: bool
    """False where another model's encoding was scaled."""
    error_percent: float
    """How far the counts may be off, either way; 0 where they are exact."""
    estimate: str | None
    """Why the billed tokens are an estimate; None where they are none."""


class Uncounted(Record):
    """What a file holds that is no text: no token of it is in any figure."""

    kind: str
    """image, audio, video, document or file."""
    number: int
    """How many there are in the file."""
    examples: int
    """How many training examples hold some."""


class CookbookTokens(Record):
    """The same file by the rule of OpenAI's cookbook, and why the figures differ."""

    tokens: int
    """Of one epoch, each example cut at the limit."""
    epochs: int
    """Those of a job on the chosen model."""
    billed: int
    """`tokens` times `epochs`."""
    because: str
    """Why they are more than `billed_per_epoch` says."""


class Written(Record):
    """A file that was written: how many records it holds and how many were left out of it."""

    file: str
    records: int
    left_out: int
    """Records of the file read that are not in it."""
    why: str
    """What was left out, or where it is."""


class DatasetAnswer(Record):
    """The document `ftvp.dataset/1`."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.dataset/1"] = Field(default="ftvp.dataset/1", alias="schema")
    tool_version: str
    as_of: date
    """The day of the prices."""
    tables: Versions
    file: str
    format: str
    """The format of all records, or mixed."""
    goal: Goal
    """What the file is for, by its format."""
    examples: int
    """Training examples that were read."""
    model: str
    """The one asked about, else the price table's default of the day."""
    limit: int | None
    """Tokens kept of one example."""
    tokens: DatasetTokens
    uncounted: tuple[Uncounted, ...]
    """By kind, the most frequent first; empty where the file is all text."""
    tokens_per_example: TokensPerExample
    cookbook: CookbookTokens
    """By another count of the same file, whatever model was asked about."""
    training: tuple[Job, ...]
    """Of the model asked about, else of all that can be tuned; the cheapest first."""
    unpriced: str | None
    """Why no job is priced, where the file is not for supervised tuning."""
    tier: DataResult
    """By the number of examples in the file."""
    checks: tuple[DatasetCheck, ...]
    """In the order of the checklist."""
    ok: bool
    """No check failed."""
    written: tuple[Written, ...] = ()
    """The files that --split or --write-clean wrote; empty where neither was asked for."""
    sources: tuple[Citation, ...]
    """Of the training prices."""


def dataset_answer(
    measures: FileMeasures, wanted: Wanted, tables: Tables, day: date, version: str
) -> DatasetAnswer:
    """Return what a training file holds, costs and lacks."""
    examples, model = measures.examples, chosen_model(tables, wanted, day)
    form = format_of(examples)
    scale = measures.scale(tables.pricing.tokenizers[model.row.tokenizer])
    sizes, tier = billed(examples, scale.ratio), _tier(tables, model, len(examples))
    rows, sources = jobs(tables, day, _sized(measures), wanted, form)
    found = checks(measures, wanted.sample, tables.framework, model=model, sizes=sizes, tier=tier)
    epochs, _ = epochs_of(tables, model.row, len(examples), wanted.epochs)
    media = Counter(kind for example in examples for kind in example.media)
    holders = Counter(kind for example in examples for kind in set(example.media))
    head = {"tool_version": version, "as_of": day, "tables": tables.versions}
    return DatasetAnswer(
        **head,
        file=measures.file,
        format=form,
        goal=goal_of(form),
        examples=len(examples),
        model=model.id,
        limit=model.limit,
        tokens=_tokens(examples, sizes, scale, model.limit),
        uncounted=tuple(
            Uncounted(kind=kind, number=number, examples=holders[kind])
            for kind, number in media.most_common()
        ),
        tokens_per_example=per_example(examples, sizes),
        cookbook=_cookbook(examples, model.limit, epochs),
        training=rows,
        unpriced=None if rows else UNPRICED.get(goal_of(form)),
        tier=tier,
        checks=found,
        ok=all(each.status != "fail" for each in found),
        sources=sources,
    )


def _sized(measures: FileMeasures) -> Callable[[Tokenizer], tuple[list[int], bool]]:
    """Return the billed tokens of each example by a tokenizer, and whether they are exact."""
    is_supervised = goal_of(format_of(measures.examples)) == "supervised"

    def sizes(tokenizer: Tokenizer) -> tuple[list[int], bool]:
        scale = measures.scale(tokenizer)
        return billed(measures.examples, scale.ratio), scale.exact and is_supervised

    return sizes


def _tier(tables: Tables, model: Chosen, examples: int) -> DataResult:
    limits = model.row.limits
    return data_lens(
        tables.framework.training_set_tiers,
        examples=examples,
        wanted=round(tables.framework.question("examples").threshold or 0),
        provider_minimum=limits.minimum_examples if limits else None,
    )


def _tokens(
    examples: Sequence[ExampleFeatures], sizes: Sequence[int], scale: Scale, limit: int | None
) -> DatasetTokens:
    above = sum(map(overhead, examples))
    content = sum(sizes) - above
    assistant = round(scale.ratio * sum(example.assistant_tokens for example in examples))
    estimates = [MESSAGES_DIFFER] if is_estimate(examples) else []
    estimates += [TOOLS_AS_JSON] if any(example.tool_tokens for example in examples) else []
    estimates += [BOTH_ANSWERS] if goal_of(format_of(examples)) == "preference" else []
    return DatasetTokens(
        content=content,
        overhead=above,
        billed_per_epoch=sum(sizes) - cut_at(sizes, limit).tokens,
        assistant=assistant,
        assistant_share=assistant / content if content else 0,
        reasoning=round(scale.ratio * sum(example.reasoning_tokens for example in examples)),
        tools=round(scale.ratio * sum(example.tool_tokens for example in examples)),
        encoding=scale.encoding,
        exact=scale.exact,
        error_percent=scale.error_percent,
        estimate="; ".join(estimates) or None,
    )


def _cookbook(
    examples: Sequence[ExampleFeatures], limit: int | None, epochs: int
) -> CookbookTokens:
    tokens = cookbook_tokens(examples, limit)
    because = (
        "the cookbook adds 3 tokens an example for the start of a reply, which a training file "
        "does not hold; the billed totals of published jobs fit 1"
    )
    return CookbookTokens(tokens=tokens, epochs=epochs, billed=tokens * epochs, because=because)


@dataclass(frozen=True)
class Scale:
    """A tokenizer's tokens for each token that was counted, and how exact that is."""

    ratio: float
    encoding: str
    exact: bool
    error_percent: float


@dataclass(frozen=True)
class FileMeasures:
    """What the files said, in numbers; `scale` turns the counts into another tokenizer's."""

    file: str
    examples: Sequence[ExampleFeatures]
    notes: Sequence[RecordIssue]
    scale: Callable[[Tokenizer], Scale]
    repeats: Repeats
    common: frozenset[int] = frozenset()
    """Shingles that many examples share, which make no likeness."""
    shots: Mapping[int, int] = field(default_factory=dict)
    """By line, the shots found in some of the prompts."""
    test: Sequence[ExampleFeatures] | None = None
    leaks: frozenset[Pair] = frozenset()
    production: Sequence[ExampleFeatures] | None = None


@dataclass(frozen=True)
class Wanted:
    """What was asked about the file, and what was told beside it."""

    model: str | None = None
    epochs: int | None = None
    max_tokens: int | None = None
    """Tokens kept of an example; the model's own limit where it is None."""
    sample: Sample | None = None


@dataclass(frozen=True)
class Split:
    """How a file is to be split: the share of the test part, and the seed of the draw."""

    share: float
    seed: int = 0


Sizes = Callable[[Tokenizer], tuple[Sequence[int], bool]]
"""The billed tokens of each example by a tokenizer, and whether they are exact."""


class Job(Record):
    """One training job on the file: what a model's provider would bill."""

    model: str
    name: str
    epochs: int
    """As told, else as the provider would choose, else assumed."""
    epochs_assumed: bool
    """Whether no source says how many epochs the provider would choose."""
    tokens: int
    """Billed: those of one epoch times the epochs."""
    usd: float | None
    """None where the provider bills hours."""
    formula: str
    """How `usd` is made; the price of an hour where `usd` is null."""
    source: str
    """Of the price, with the day on which it was last checked."""
    exact: bool
    """Whether its own encoding counted the tokens; false but for supervised tuning."""
    notes: tuple[str, ...] = ()
    """Such as that the model is closed, or what its provider asks of the file."""


@dataclass(frozen=True)
class Chosen:
    """The model that is asked about, and the tokens it keeps of an example."""

    id: str
    row: PricedModel
    limit: int | None


def chosen_model(tables: Tables, wanted: Wanted, day: date) -> Chosen:
    """Return the model asked about, else the table's default of the day."""
    pricing = tables.pricing
    name = wanted.model or pricing.default_model(day)
    if name is None:
        first = min(default.effective_from for default in pricing.default_models)
        raise NoPriceYetError(pricing.default_models[0].model, day, first)
    model_id, row = pricing.find(name)
    return Chosen(model_id, row, limit_of(row, wanted.max_tokens))


def format_of(examples: Sequence[ExampleFeatures]) -> str:
    """Return the format of all examples, or "mixed"."""
    formats = {example.format for example in examples}
    return formats.pop() if len(formats) == 1 else "mixed"


def trains_on(price: TrainingPrice | None, form: str) -> bool:
    """Return whether a price is for training on files of a format.

    Preferences are priced where the price's method names DPO. What a job on graded tasks takes is
    no part of its file, so that no price by the token is for it.
    """
    if goal_of(form) == "supervised":
        return True
    return form == "preference" and price is not None and "DPO" in price.method


def limit_of(row: PricedModel, given: int | None) -> int | None:
    """Return how many tokens of an example are kept: as given, else as the provider says."""
    stated = row.limits.maximum_tokens_per_example if row.limits else None
    return stated if given is None else given


def epochs_of(
    tables: Tables, row: PricedModel, examples: int, given: int | None
) -> tuple[int, bool]:
    """Return the epochs of a job, and whether they are assumed since no source states them."""
    if given is not None:
        return given, False
    policy = row.limits.default_epochs if row.limits else None
    if policy is not None:
        return policy.epochs(examples), False
    return round(tables.framework.assumptions.epochs.value), True


def jobs(
    tables: Tables, day: date, sizes: Sizes, wanted: Wanted, form: str
) -> tuple[tuple[Job, ...], tuple[Citation, ...]]:
    """Return the jobs of one model or of all that can be tuned on a day, the cheapest first.

    A model asked for by name is shown even where it is closed, with the reason as a note. `form`
    is the format of the file, for which the price must be.
    """
    pricing = tables.pricing
    asked = dict([pricing.find(wanted.model)]) if wanted.model else pricing.models
    found, cited = list[Job](), dict[str, Citation]()
    for model_id, row in asked.items():
        price = in_force(row.training, day)
        if price is None or not trains_on(price, form):
            continue
        is_open = row.closed_because(day, existing_customer=True) is None
        if not wanted.model and (price.usd_per_mtok is None or not is_open):
            continue
        source = pricing.sources[price.source]
        cited[price.source] = Citation(
            name=source.name, url=source.url, checked_on=price.checked_on
        )
        job = _job(tables, Chosen(model_id, row, limit_of(row, wanted.max_tokens)), sizes, wanted)
        found.append(_billed(job, row, price, source.name, day))
    cheapest = sorted(found, key=lambda job: (job.usd is None, job.usd or 0, job.model))
    return tuple(cheapest), tuple(cited.values())


def _job(tables: Tables, model: Chosen, sizes: Sizes, wanted: Wanted) -> Job:
    """Return a job without its price."""
    each, exact = sizes(tables.pricing.tokenizers[model.row.tokenizer])
    epochs, assumed = epochs_of(tables, model.row, len(each), wanted.epochs)
    cut = cut_at(each, model.limit)
    notes = list(_asks(model.row, len(each)))
    if cut.examples:
        notes.append(
            f"cuts {count_text(cut.examples)} {noun_of(cut.examples, 'examples')} at "
            f"{count_text(model.limit or 0)} tokens"
        )
    return Job(
        model=model.id,
        name=model.row.name,
        epochs=epochs,
        epochs_assumed=assumed,
        tokens=(sum(each) - cut.tokens) * epochs,
        usd=None,
        formula="",
        source="",
        exact=exact,
        notes=tuple(notes),
    )


def _billed(job: Job, row: PricedModel, price: TrainingPrice, name: str, day: date) -> Job:
    closed = row.closed_because(day, existing_customer=False)
    by_token = price.usd_per_mtok is not None
    update = {
        "usd": price.run_usd(tokens=job.tokens, hours=0) if by_token else None,
        "formula": _formula(job, price),
        "source": f"{name}, checked {price.checked_on}",
        "notes": (*([closed] if closed else []), *job.notes),
    }
    return job.model_copy(update=update)


def _formula(job: Job, price: TrainingPrice) -> str:
    """Return how the cost of a job is made."""
    if price.usd_per_mtok is None:
        hour = price.usd_per_gpu_hour or price.usd_per_training_hour or 0
        return f"{USD.price(hour)} an hour: the hours depend on the machine"
    tokens = count_text(job.tokens // job.epochs)
    epochs = f"{job.epochs} {noun_of(job.epochs, 'epochs')}"
    made = f"{tokens} tokens x {epochs} x {USD.price(price.usd_per_mtok)}/Mtok"
    least = price.minimum_charge_usd
    if least > job.tokens * price.usd_per_mtok / TOKENS_PER_MTOK:
        return f"minimum charge {USD.usd(least)}, above {made}"
    return made


def _asks(row: PricedModel, examples: int) -> Iterator[str]:
    """Yield what the provider asks of the number of examples and the file does not give."""
    least = row.limits.minimum_examples if row.limits else None
    most = row.limits.maximum_examples if row.limits else None
    if least is not None and examples < least:
        yield f"wants at least {count_text(least)} {noun_of(least, 'examples')}"
    if most is not None and examples > most:
        yield f"takes at most {count_text(most)} {noun_of(most, 'examples')}"
