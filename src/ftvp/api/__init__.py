"""The public functions: a scenario in, an answer out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ftvp.api.cases import case_of, measured, today, with_overlays
from ftvp.files.tables import load_tables
from ftvp.version import __version__

if TYPE_CHECKING:
    from ftvp.advice.answers import BreakevenAnswer
    from ftvp.advice.comparison import ComparisonAnswer
    from ftvp.advice.decision import DecisionAnswer
    from ftvp.advice.reference import GuideAnswer, PricingAnswer, QualityAnswer
    from ftvp.dataset.answer import DatasetAnswer
    from ftvp.dataset.measure import Request
    from ftvp.evals.answer import EvalsAnswer
    from ftvp.prompts.answer import TokensAnswer
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.units import Currency

__all__ = [
    "breakeven",
    "case_of",
    "compare",
    "dataset",
    "decide",
    "evals",
    "guide",
    "load_tables",
    "pricing",
    "quality",
    "tokens",
    "with_overlays",
]


def breakeven(
    scenario: Scenario, tables: Tables | None = None, as_of: date | None = None
) -> BreakevenAnswer:
    """Return what each side costs and when tuning has paid for itself.

    Money is USD. `as_of` is the day of the answer: the scenario's, else today. Raises FtvpError
    with a sentence on what is missing, unreadable or has no known price.
    """
    from ftvp.advice.breakeven import breakeven_answer

    return breakeven_answer(case_of(scenario, tables, as_of), __version__)


def decide(
    scenario: Scenario, tables: Tables | None = None, as_of: date | None = None
) -> DecisionAnswer:
    """Return the verdict: prompt, fine-tune, both, or a pilot first; and all it rests on.

    What is not told is taken as not known and listed as a next step. Raises FtvpError as
    `breakeven` does.
    """
    from ftvp.advice.decide import decision_answer

    return decision_answer(case_of(scenario, tables, as_of), __version__)


def compare(
    scenario: Scenario, tables: Tables | None = None, as_of: date | None = None
) -> ComparisonAnswer:
    """Return every way of serving the scenario that is on sale on the day, the cheapest first.

    Money is USD. Raises FtvpError as `breakeven` does.
    """
    from ftvp.advice.comparison import comparison_answer

    return comparison_answer(case_of(scenario, tables, as_of), __version__)


def evals(
    scenario: Scenario, tables: Tables | None = None, *, train: Path | None = None
) -> EvalsAnswer:
    """Return whether tuning improves quality on the scenario's eval results, item by item.

    Qualities are percent, differences points, money USD a month; `train` is a training file in
    which the items are looked for. Raises FtvpError for what cannot be read, scored or paired.
    """
    from ftvp.evals.answer import eval_question, evals_answer

    asked = eval_question(scenario, (tables or load_tables()).framework)
    return evals_answer(measured(scenario, train), asked, __version__)


def tokens(
    paths: Sequence[Path | Literal["-"]],
    *,
    model: str | None = None,
    as_of: date | None = None,
    mark: bool = False,
) -> TokensAnswer:
    """Return the tokens of prompt files, with the instructions, shots and request found in them.

    Counted as `model` counts; without one, as the model counts that a file names, else the table's
    default of the day. `mark` adds the text of every part. Raises FtvpError for a file that cannot
    be read.
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


def pricing(
    model: str | None = None,
    *,
    as_of: date | None = None,
    prices: Sequence[str] = (),
    max_price_age: int | None = None,
    currency: Currency | None = None,
) -> PricingAnswer:
    """Return the price table under overlay files, or one model's part of it, as of a day.

    `currency` is noted for the view; every amount is USD. StalePriceError where a price in force
    was last checked more than `max_price_age` days ago.
    """
    from ftvp.advice.reference import PriceRequest, pricing_answer

    asked = PriceRequest(model, max_price_age, currency)
    tables = with_overlays(load_tables(), prices)
    return pricing_answer(tables, as_of or today(), __version__, asked)


def quality(task: str | None = None, *, as_of: date | None = None) -> QualityAnswer:
    """Return the quality table, or one task's row."""
    from ftvp.advice.reference import quality_answer

    return quality_answer(load_tables(), as_of or today(), __version__, task)


def guide(
    topic: str | None = None, *, as_of: date | None = None, framework: Path | None = None
) -> GuideAnswer:
    """Return the framework's tables on a topic; without one, the list of topics."""
    from ftvp.advice.reference import guide_answer

    return guide_answer(load_tables(framework=framework), as_of or today(), __version__, topic)
