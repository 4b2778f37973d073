"""What training on a file costs, job by job, and what was asked of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ftvp.dataset.checks import Sample
from ftvp.dataset.examples import RecordIssue, goal_of
from ftvp.dataset.features import ExampleFeatures, cut_at
from ftvp.dataset.repeats import Pair, Repeats
from ftvp.errors import NoPriceYetError
from ftvp.tables.bundle import Tables
from ftvp.tables.entries import Citation, TrainingPrice, in_force
from ftvp.tables.pricing import PricedModel, Tokenizer
from ftvp.units import TOKENS_PER_MTOK, Record
from ftvp.wording import USD, count_text, noun_of


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
    epochs_assumed: bool
    tokens: int
    """Billed: those of one epoch times the epochs."""
    usd: float | None
    """None where the provider bills hours."""
    formula: str
    source: str
    exact: bool
    notes: tuple[str, ...] = ()


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
            f"cuts {count_text(cut.examples)} examples at {count_text(model.limit or 0)} tokens"
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
    limits = row.limits
    if limits and limits.minimum_examples is not None and examples < limits.minimum_examples:
        yield f"wants at least {count_text(limits.minimum_examples)} examples"
    if limits and limits.maximum_examples is not None and examples > limits.maximum_examples:
        yield f"takes at most {count_text(limits.maximum_examples)} examples"
