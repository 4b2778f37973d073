"""Answers about files and tables: eval results, prompts, training files, logs, prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ftvp.api.answers import paired_scores, today, with_overlays
from ftvp.files.tables import load_tables

if TYPE_CHECKING:
    from ftvp.dataset.answer import DatasetAnswer
    from ftvp.dataset.measure import Request
    from ftvp.evals.answer import EvalsAnswer
    from ftvp.guide.answer import GuideAnswer, QualityAnswer
    from ftvp.prices.answer import PricingAnswer
    from ftvp.prompts.answer import TokensAnswer
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.units import Currency


def evals(
    scenario: Scenario,
    tables: Tables | None = None,
    *,
    train: Path | None = None,
    general: Sequence[str] = (),
    general_score: str | None = None,
) -> EvalsAnswer:
    """Return whether tuning improves quality on the scenario's eval results, item by item.

    Qualities are percent, differences points, money USD a month; `train` is a training file in
    which the items are looked for, `general` both sides' results on tasks that tuning was not for.
    Raises FtvpError for what cannot be read, scored or paired.
    """
    from ftvp.evals.answer import eval_question, evals_answer
    from ftvp.evals.read import Fields, read_evals
    from ftvp.version import __version__

    asked = eval_question(scenario, (tables or load_tables()).framework)
    untouched = read_evals(general, Fields(score=general_score)) if general else None
    return evals_answer(paired_scores(scenario, train), asked, __version__, untouched)


def tokens(
    paths: Sequence[Path | Literal["-"]],
    *,
    model: str | None = None,
    as_of: date | None = None,
    mark: bool = False,
) -> TokensAnswer:
    """Return the tokens of prompt files, with the instructions, shots and request found in them.

    Counted as `model` counts, by default the table's default model of the day. `mark` adds the
    text of every part. Raises FtvpError for a file that cannot be read.
    """
    from ftvp.files.tables import load_table, shipped
    from ftvp.prompts.answer import tokens_answer
    from ftvp.tables.pricing import Pricing

    table = load_table(Pricing, shipped("pricing"))
    default = table.default_model(as_of or today()) or ""
    return tokens_answer(paths, table, model, default, mark=mark)


def dataset(
    path: Path | Literal["-"],
    request: Request | None = None,
    tables: Tables | None = None,
    *,
    as_of: date | None = None,
    report: Callable[[int], None] | None = None,
) -> DatasetAnswer:
    """Return what a training file holds and lacks, and what training on it costs.

    Files that `request` wants are written, each whole. `report` is told how many bytes have been
    read. Raises FtvpError with every line that keeps the file from being trained on.
    """
    from ftvp.dataset.measure import Request, answered

    return answered(path, request or Request(), tables or load_tables(), as_of or today(), report)


def pricing(  # noqa: PLR0913  one parameter a flag
    model: str | None = None,
    *,
    as_of: date | None = None,
    prices: Sequence[str] = (),
    max_price_age: int | None = None,
    currency: Currency | None = None,
    stale: bool = False,
) -> PricingAnswer:
    """Return the price table under overlay files, or some models' part of it, as of a day.

    `model` is a name, a provider or a pattern; `stale` lists what was checked longest ago.
    `currency` is noted for the view; every amount is USD. StalePriceError where a price in force
    was last checked more than `max_price_age` days ago.
    """
    from ftvp.prices.answer import PriceRequest, pricing_answer

    request = PriceRequest(model, max_price_age, currency, stale=stale)
    return pricing_answer(with_overlays(load_tables(), prices), as_of or today(), request)


def quality(task: str | None = None, *, as_of: date | None = None) -> QualityAnswer:
    """Return the quality table, or one task's row."""
    from ftvp.guide.answer import quality_answer

    return quality_answer(load_tables(), as_of or today(), task)


def guide(
    topic: str | None = None, *, as_of: date | None = None, framework: Path | None = None
) -> GuideAnswer:
    """Return the framework's tables on a topic; without one, the list of topics."""
    from ftvp.guide.answer import guide_answer

    return guide_answer(load_tables(framework=framework), as_of or today(), topic)
