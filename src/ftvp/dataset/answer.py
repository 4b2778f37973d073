"""The checklist of the framework, row by row, and what else a training file must have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from ftvp.dataset.checks import (
    DatasetCheck,
    Sample,
    consistent_format,
    format_check,
    label_accuracy,
    leftover_shots,
    minimum_examples,
    too_long,
)
from ftvp.dataset.distribution import distribution_match, edge_cases
from ftvp.dataset.examples import Goal, goal_of
from ftvp.dataset.features import (
    ExampleFeatures,
    TokensPerExample,
    billed,
    cookbook_tokens,
    cut_at,
    is_estimate,
    overhead,
    per_example,
)
from ftvp.dataset.jobs import (
    Chosen,
    FileMeasures,
    Job,
    Scale,
    Wanted,
    chosen_model,
    epochs_of,
    format_of,
    jobs,
)
from ftvp.dataset.repeats import duplicates, leakage
from ftvp.tables.bundle import Tables, Versions
from ftvp.tables.entries import Citation
from ftvp.tables.framework import DataResult, Framework, data_lens
from ftvp.tables.guide import Limit
from ftvp.tables.pricing import Tokenizer
from ftvp.units import Record

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
    overhead: int
    billed_per_epoch: int
    """Content and overhead, each example cut at the limit."""
    assistant: int
    assistant_share: float
    reasoning: int
    """Of the answers' tokens."""
    tools: int
    """Of declared tools, as their JSON."""
    encoding: str
    exact: bool
    error_percent: float
    estimate: str | None


class Uncounted(Record):
    """What a file holds that is no text: no token of it is in any figure."""

    kind: str
    """image, audio, video, document or file."""
    number: int
    examples: int
    """How many training examples hold some."""


class CookbookTokens(Record):
    """The same file by the rule of OpenAI's cookbook, and why the figures differ."""

    tokens: int
    epochs: int
    billed: int
    because: str


class Written(Record):
    """A file that was written: how many records it holds and how many were left out of it."""

    file: str
    records: int
    left_out: int
    why: str


class DatasetAnswer(Record):
    """The document `ftvp.dataset/1`."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.dataset/1"] = Field(default="ftvp.dataset/1", alias="schema")
    tool_version: str
    as_of: date
    tables: Versions
    file: str
    format: str
    """The format of all records, or mixed."""
    goal: Goal
    examples: int
    model: str
    limit: int | None
    """Tokens kept of one example."""
    tokens: DatasetTokens
    uncounted: tuple[Uncounted, ...]
    tokens_per_example: TokensPerExample
    cookbook: CookbookTokens
    training: tuple[Job, ...]
    unpriced: str | None
    """Why no job is priced, where the file is not for supervised tuning."""
    tier: DataResult
    checks: tuple[DatasetCheck, ...]
    ok: bool
    """No check failed."""
    written: tuple[Written, ...] = ()
    sources: tuple[Citation, ...]


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
        uncounted=tuple(_uncounted(examples)),
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


def _uncounted(examples: Sequence[ExampleFeatures]) -> Iterator[Uncounted]:
    numbers = Counter(kind for example in examples for kind in example.media)
    holders = Counter(kind for example in examples for kind in set(example.media))
    for kind, number in numbers.most_common():
        yield Uncounted(kind=kind, number=number, examples=holders[kind])


def _cookbook(
    examples: Sequence[ExampleFeatures], limit: int | None, epochs: int
) -> CookbookTokens:
    tokens = cookbook_tokens(examples, limit)
    because = (
        "the cookbook adds 3 tokens an example for the start of a reply, which a training file "
        "does not hold; the billed totals of published jobs fit 1"
    )
    return CookbookTokens(tokens=tokens, epochs=epochs, billed=tokens * epochs, because=because)
