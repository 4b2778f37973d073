"""The checklist of the framework, row by row, and what else a training file must have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from ftvp.dataset.checks import (
    Check,
    Sample,
    consistent_format,
    format_check,
    label_accuracy,
    leftover_shots,
    minimum_examples,
    too_long,
)
from ftvp.dataset.distribution import distribution_match, edge_cases
from ftvp.dataset.features import (
    Fact,
    TokensPerExample,
    billed,
    cookbook_tokens,
    cut_at,
    is_estimate,
    overhead,
    per_example,
)
from ftvp.dataset.jobs import Chosen, Job, Measured, Scale, Wanted, chosen_model, epochs_of, jobs
from ftvp.dataset.repeats import duplicates, leakage
from ftvp.decide.lenses import DataResult, data_lens
from ftvp.lenses.cost.option import Citation
from ftvp.tables.bundle import Tables, Versions
from ftvp.tables.framework import Framework
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
    files: Measured,
    sample: Sample | None,
    framework: Framework,
    *,
    model: Chosen,
    sizes: Sequence[int],
    tier: DataResult,
) -> tuple[Check, ...]:
    """Return every check of a training file, in the order of the checklist."""
    facts, limits = files.facts, limits_of(framework)
    return (
        format_check(facts, files.odd),
        label_accuracy(facts, sample, limits["label_accuracy"].low),
        distribution_match(facts, files.production),
        edge_cases(facts, limits["edge_cases"]),
        consistent_format(facts),
        leakage(facts, files.test, files.leaks, limits["leakage"]),
        duplicates(facts, files.repeats, limits["duplicates"]),
        minimum_examples(tier, model.row.name),
        too_long(facts, sizes, model.limit, cut_at(sizes, model.limit), model.row.name),
        leftover_shots(facts, files.shots),
    )


def limits_of(framework: Framework) -> dict[str, Limit]:
    """Return the limit of each check: the framework's, else the article's."""
    return DEFAULTS | {row.id: row.limit for row in framework.checklist if row.limit}


ESTIMATE = (
    "4 tokens a message and 1 an example were measured on jobs of three messages; "
    "these examples have other numbers of them"
)


class DatasetTokens(Record):
    """The tokens of one epoch, as the chosen model counts them."""

    content: int
    overhead: int
    billed_per_epoch: int
    """Content and overhead, each example cut at the limit."""
    assistant: int
    assistant_share: float
    encoding: str
    exact: bool
    error_percent: float
    estimate: str | None


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
    examples: int
    model: str
    limit: int | None
    """Tokens kept of one example."""
    tokens: DatasetTokens
    tokens_per_example: TokensPerExample
    cookbook: CookbookTokens
    training: tuple[Job, ...]
    tier: DataResult
    checks: tuple[Check, ...]
    ok: bool
    """No check failed."""
    written: tuple[Written, ...] = ()
    sources: tuple[Citation, ...]


def dataset_answer(
    measured: Measured, wanted: Wanted, tables: Tables, day: date, version: str
) -> DatasetAnswer:
    """Return what a training file holds, costs and lacks."""
    facts, model = measured.facts, chosen_model(tables, wanted, day)
    scale = measured.scale(tables.pricing.tokenizers[model.row.tokenizer])
    sizes, tier = billed(facts, scale.ratio), _tier(tables, model, len(facts))
    rows, sources = jobs(tables, day, _sized(measured), wanted)
    found = checks(measured, wanted.sample, tables.framework, model=model, sizes=sizes, tier=tier)
    head = {"tool_version": version, "as_of": day, "tables": tables.versions}
    return DatasetAnswer(
        **head,
        file=measured.file,
        format=_format(facts),
        examples=len(facts),
        model=model.id,
        limit=model.limit,
        tokens=_tokens(facts, sizes, scale, model.limit),
        tokens_per_example=per_example(facts, sizes),
        cookbook=_cookbook(facts, model.limit, _epochs(tables, model, facts, wanted)),
        training=rows,
        tier=tier,
        checks=found,
        ok=all(each.status != "fail" for each in found),
        sources=sources,
    )


def _sized(measured: Measured) -> Callable[[Tokenizer], tuple[list[int], bool]]:
    """Return the billed tokens of each example by a tokenizer, and whether they are exact."""

    def sizes(tokenizer: Tokenizer) -> tuple[list[int], bool]:
        scale = measured.scale(tokenizer)
        return billed(measured.facts, scale.ratio), scale.exact

    return sizes


def _format(facts: Sequence[Fact]) -> str:
    formats = {fact.format for fact in facts}
    return formats.pop() if len(formats) == 1 else "mixed"


def _epochs(tables: Tables, model: Chosen, facts: Sequence[Fact], wanted: Wanted) -> int:
    epochs, _ = epochs_of(tables, model.row, len(facts), wanted.epochs)
    return epochs


def _tier(tables: Tables, model: Chosen, examples: int) -> DataResult:
    limits = model.row.limits
    return data_lens(
        tables.framework.training_set_tiers,
        examples=examples,
        wanted=round(tables.framework.question("examples").threshold or 0),
        provider_minimum=limits.minimum_examples if limits else None,
    )


def _tokens(
    facts: Sequence[Fact], sizes: Sequence[int], scale: Scale, limit: int | None
) -> DatasetTokens:
    above = sum(map(overhead, facts))
    content = sum(sizes) - above
    assistant = round(scale.ratio * sum(fact.assistant_tokens for fact in facts))
    return DatasetTokens(
        content=content,
        overhead=above,
        billed_per_epoch=sum(sizes) - cut_at(sizes, limit).tokens,
        assistant=assistant,
        assistant_share=assistant / content if content else 0,
        encoding=scale.encoding,
        exact=scale.exact,
        error_percent=scale.error_percent,
        estimate=ESTIMATE if is_estimate(facts) else None,
    )


def _cookbook(facts: Sequence[Fact], limit: int | None, epochs: int) -> CookbookTokens:
    tokens = cookbook_tokens(facts, limit)
    because = (
        "the cookbook adds 3 tokens an example for the start of a reply, which a training file "
        "does not hold; the billed totals of published jobs fit 1"
    )
    return CookbookTokens(tokens=tokens, epochs=epochs, billed=tokens * epochs, because=because)
