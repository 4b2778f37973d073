"""The public functions: a scenario in, an answer out. Reads what the scenario names, once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ftvp.files.tables import load_tables
from ftvp.tables.pricing import Tokenizer
from ftvp.version import __version__

if TYPE_CHECKING:
    from ftvp.advice.answers import BreakevenAnswer
    from ftvp.advice.case import Case, Measure, PromptField, TrainingFile
    from ftvp.advice.comparison import ComparisonAnswer
    from ftvp.advice.dataset import DatasetAnswer
    from ftvp.advice.decision import DecisionAnswer
    from ftvp.advice.evals import EvalFindings, EvalsAnswer
    from ftvp.advice.reference import GuideAnswer, PricingAnswer, QualityAnswer
    from ftvp.advice.tokens import FileTokens, MarkedPart, TokensAnswer
    from ftvp.datasets import Request
    from ftvp.files.prompts import Prompt
    from ftvp.scenario import Scenario
    from ftvp.scored import Measured
    from ftvp.tables.bundle import Tables
    from ftvp.units import Currency, PromptTokens

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


def case_of(scenario: Scenario, tables: Tables | None, as_of: date | None) -> Case:
    """Return a scenario with its tables, its day and the means to count its prompts."""
    from ftvp.advice.case import Case, Notes

    day = as_of or scenario.as_of or _today()
    tables = with_overlays(tables or load_tables(), scenario.prices)
    found = _evals(scenario, tables)
    notes = Notes(warnings=list(found.warnings) if found else [])
    file = _training_file(scenario, tables, day)
    return Case(scenario, tables, day, measure(scenario), notes, found, file)


def _training_file(scenario: Scenario, tables: Tables, day: date) -> TrainingFile | None:
    if scenario.dataset is None:
        return None
    from ftvp.datasets import training_file

    tuned = scenario.tuned_model or scenario.model
    return training_file(scenario.dataset, tables, tuned, day)


def evals(
    scenario: Scenario, tables: Tables | None = None, *, train: Path | None = None
) -> EvalsAnswer:
    """Return whether tuning improves quality on the scenario's eval results, item by item.

    Qualities are percent, differences points, money USD a month; `train` is a training file in
    which the items are looked for. Raises FtvpError for what cannot be read, scored or paired.
    """
    from ftvp.advice.evals import eval_question, evals_answer

    asked = eval_question(scenario, (tables or load_tables()).framework)
    return evals_answer(_measured(scenario, train), asked, __version__)


def _evals(scenario: Scenario, tables: Tables) -> EvalFindings | None:
    if scenario.evals is None:
        return None
    from ftvp.advice.evals import eval_findings, eval_question, refuse_other_measures

    refuse_other_measures(scenario)
    return eval_findings(_measured(scenario), eval_question(scenario, tables.framework))


def _measured(scenario: Scenario, train: Path | None = None) -> Measured:
    """Return the scores that the scenario's eval results hold."""
    from ftvp.files.evals import Fields, read_evals

    told = {
        name: getattr(scenario, f"evals_{name}") for name in ("id", "score", "cluster", "scale")
    }
    return read_evals(scenario.evals or (), Fields(**told), train)


def with_overlays(tables: Tables, files: Sequence[str] | None) -> Tables:
    """Return the tables under overlay files; FtvpError names every mistake of a file."""
    if not files:
        return tables
    from ftvp.files.overlay import overlaid

    return overlaid(tables, files)


def measure(scenario: Scenario) -> Measure:
    """Return a function that counts the scenario's prompt files, each read and counted once."""

    @cache
    def prompt(field: PromptField) -> Prompt:
        from ftvp.files.prompts import read_prompt

        name = getattr(scenario, field)
        return read_prompt("-" if name == "-" else Path(name))

    counted: dict[tuple[PromptField, str], PromptTokens] = {}

    def count(field: PromptField, tokenizer: Tokenizer) -> PromptTokens:
        key = (field, tokenizer.model_dump_json())
        if key not in counted:
            from ftvp.files.counts import prompt_tokens

            counted[key] = prompt_tokens(prompt(field), tokenizer)
        return counted[key]

    return count


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
    from ftvp.advice.tokens import TokensAnswer
    from ftvp.files.tables import load_table, shipped
    from ftvp.tables.pricing import Pricing

    table = load_table(Pricing, shipped("pricing"))
    model_id, row = table.find(model or table.default_model(as_of or _today()) or "")
    files = tuple(_file_tokens(path, table.tokenizers[row.tokenizer], mark=mark) for path in paths)
    return TokensAnswer(
        tool_version=__version__,
        model=model_id,
        files=files,
        total=sum(file.tokens for file in files),
    )


def _file_tokens(path: Path | Literal["-"], tokenizer: Tokenizer, *, mark: bool) -> FileTokens:
    from ftvp.advice.tokens import FileTokens, Parts, ShotTokens
    from ftvp.files.counts import prompt_tokens
    from ftvp.files.prompts import read_prompt

    prompt = read_prompt(path)
    count = prompt_tokens(prompt, tokenizer)
    shots = tuple(ShotTokens(tokens=shot) for shot in count.shots)
    return FileTokens(
        file=str(path),
        format=prompt.format,
        tokens=count.total,
        characters=len(prompt.text),
        encoding=count.encoding,
        exact=count.exact,
        error_percent=count.error_percent,
        parts=Parts(instructions=count.instructions, shots=shots, request=count.request),
        warnings=count.warnings,
        marked=_marked(prompt) if mark else (),
    )


def _marked(prompt: Prompt) -> tuple[MarkedPart, ...]:
    from ftvp.advice.tokens import MarkedPart

    numbers = itertools.count(1)
    return tuple(
        MarkedPart(
            kind=part.kind,
            number=next(numbers) if part.kind == "shot" else None,
            line=part.line,
            text="\n".join(piece.text for piece in part.pieces),
        )
        for part in prompt.parts
    )


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
    from ftvp.datasets import Request, answered

    return answered(path, request or Request(), tables or load_tables(), as_of or _today(), report)


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
    return pricing_answer(tables, as_of or _today(), __version__, asked)


def quality(task: str | None = None, *, as_of: date | None = None) -> QualityAnswer:
    """Return the quality table, or one task's row."""
    from ftvp.advice.reference import quality_answer

    return quality_answer(load_tables(), as_of or _today(), __version__, task)


def guide(
    topic: str | None = None, *, as_of: date | None = None, framework: Path | None = None
) -> GuideAnswer:
    """Return the framework's tables on a topic; without one, the list of topics."""
    from ftvp.advice.reference import guide_answer

    return guide_answer(load_tables(framework=framework), as_of or _today(), __version__, topic)


def _today() -> date:
    return date.today()  # noqa: DTZ011  the user's own day is meant
