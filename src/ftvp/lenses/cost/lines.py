"""The lines of a bill: one function a cost component. A line that does not apply is None.

Source of the arithmetic: the article's cost section, completed by output, caching, batch, hosting
and retraining.
"""

from __future__ import annotations

from collections.abc import Callable

from ftvp.lenses.cost.option import Option, Rates
from ftvp.units import (
    MONTHS_PER_YEAR,
    TOKENS_PER_MTOK,
    Record,
    count_text,
    price_text,
    usd_text,
)

PER_REQUEST = frozenset(
    {"request", "input", "cached_input", "cache_write", "output", "batch_input", "batch_output"}
)
"""The lines that grow with every request and follow token prices; all others are fixed."""


class Line(Record):
    """One line of a bill: its name, its amount, the formula with its numbers, and its source."""

    item: str
    usd: float
    formula: str
    source: str


LineMaker = Callable[[Option], Line | None]


def _token_line(
    option: Option,
    item: str,
    tokens: float,
    *,
    share: float,
    price: Callable[[Rates], float | None],
) -> Line | None:
    rates = option.rates
    if rates is None or not share or not tokens:
        return None
    usd_per_mtok = price(rates)
    if usd_per_mtok is None:
        return None
    requests = option.requests_per_month * share
    return Line(
        item=item,
        usd=requests * tokens * usd_per_mtok / TOKENS_PER_MTOK,
        formula=f"{count_text(requests)} requests x {count_text(tokens)} tokens x "
        f"{price_text(usd_per_mtok)}/Mtok",
        source=rates.source,
    )


def request_line(option: Option) -> Line | None:
    """Return the user's own cost of all requests of a month."""
    if option.usd_per_request is None:
        return None
    return Line(
        item="request",
        usd=option.requests_per_month * option.usd_per_request,
        formula=f"{count_text(option.requests_per_month)} requests x "
        f"{price_text(option.usd_per_request)}",
        source="given",
    )


def input_line(option: Option) -> Line | None:
    """Return what input tokens cost that are read from no cache and sent in no batch."""
    tokens = option.tokens.input - option.cached_tokens * (option.hit_rate or 0)
    online = 1 - option.batch_share
    return _token_line(option, "input", tokens, share=online, price=lambda r: r.input)


def cached_input_line(option: Option) -> Line | None:
    """Return what the tokens cost that are read from the cache."""
    tokens = option.cached_tokens * (option.hit_rate or 0)
    online = 1 - option.batch_share
    return _token_line(option, "cached_input", tokens, share=online, price=lambda r: r.cached_input)


def cache_write_line(option: Option) -> Line | None:
    """Return what storing the prefix costs above its input price, at each miss."""
    tokens = option.cached_tokens * (1 - (option.hit_rate or 0))
    surcharge = option.write_surcharge
    if not surcharge:
        return None
    online = 1 - option.batch_share
    return _token_line(option, "cache_write", tokens, share=online, price=lambda _: surcharge)


def output_line(option: Option) -> Line | None:
    """Return what output tokens cost outside batches."""
    online = 1 - option.batch_share
    return _token_line(
        option, "output", option.tokens.output, share=online, price=lambda r: r.output
    )


def batch_input_line(option: Option) -> Line | None:
    """Return what input tokens cost in batches, where nothing is cached."""
    share = option.batch_share
    return _token_line(
        option, "batch_input", option.tokens.input, share=share, price=lambda r: r.batch_input
    )


def batch_output_line(option: Option) -> Line | None:
    """Return what output tokens cost in batches."""
    share = option.batch_share
    return _token_line(
        option, "batch_output", option.tokens.output, share=share, price=lambda r: r.batch_output
    )


def hosting_line(option: Option) -> Line | None:
    """Return what keeping the model served costs a month, used or not."""
    if not option.hosting:
        return None
    return Line(
        item="hosting",
        usd=sum(charge.usd_per_month for charge in option.hosting),
        formula=" + ".join(charge.formula for charge in option.hosting),
        source=option.hosting[0].source,
    )


def retraining_line(option: Option) -> Line | None:
    """Return a month's part of the retraining rounds: one run and the labels it renews, each."""
    training = option.training
    if training is None or not training.retrains_per_year:
        return None
    labels = training.renewed_examples * training.labelling_usd_per_example
    round_usd = training.run.usd + labels
    rounds = f"{training.retrains_per_year:g} / {MONTHS_PER_YEAR} rounds"
    return Line(
        item="retraining",
        usd=training.retrains_per_year / MONTHS_PER_YEAR * round_usd,
        formula=f"{rounds} x {usd_text(round_usd)}",
        source=training.run.source,
    )


def maintenance_line(option: Option) -> Line | None:
    """Return the other fixed costs of a month."""
    if not option.maintenance_usd:
        return None
    usd = option.maintenance_usd
    return Line(item="maintenance", usd=usd, formula=f"{usd_text(usd)} a month", source="given")


def training_line(option: Option) -> Line | None:
    """Return what the first training runs cost."""
    training = option.training
    if training is None or not training.runs:
        return None
    run = training.run
    formula = run.formula if training.runs == 1 else f"{training.runs} runs x ({run.formula})"
    return Line(item="training", usd=training.runs * run.usd, formula=formula, source=run.source)


def labelling_line(option: Option) -> Line | None:
    """Return what labelling the training examples costs."""
    training = option.training
    if training is None or not training.examples * training.labelling_usd_per_example:
        return None
    return Line(
        item="labelling",
        usd=training.examples * training.labelling_usd_per_example,
        formula=f"{training.examples:,} training examples x "
        f"{price_text(training.labelling_usd_per_example)}",
        source="given",
    )


def engineering_line(option: Option) -> Line | None:
    """Return what the work before the first tuned request costs."""
    training = option.training
    if training is None or not training.engineering_hours * training.hourly_rate_usd:
        return None
    return Line(
        item="engineering",
        usd=training.engineering_hours * training.hourly_rate_usd,
        formula=f"{training.engineering_hours:g} hours x {price_text(training.hourly_rate_usd)}",
        source="given",
    )


MONTHLY: tuple[LineMaker, ...] = (
    request_line,
    input_line,
    cached_input_line,
    cache_write_line,
    output_line,
    batch_input_line,
    batch_output_line,
    hosting_line,
    retraining_line,
    maintenance_line,
)
UPFRONT: tuple[LineMaker, ...] = (training_line, labelling_line, engineering_line)
