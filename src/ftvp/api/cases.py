"""A scenario becomes a case: the files it names are read and counted, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ftvp.files.tables import load_tables
from ftvp.tables.pricing import Tokenizer

if TYPE_CHECKING:
    from ftvp.advice.case import Case, Measure, PromptField, TrainingFile
    from ftvp.evals.answer import EvalFindings
    from ftvp.evals.items import Measured
    from ftvp.prompts import Prompt
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.units import PromptTokens


def case_of(scenario: Scenario, tables: Tables | None, as_of: date | None) -> Case:
    """Return a scenario with its tables, its day and the means to count its prompts."""
    from ftvp.advice.case import Case, Notes

    day = as_of or scenario.as_of or today()
    tables = with_overlays(tables or load_tables(), scenario.prices)
    found = _evals(scenario, tables)
    notes = Notes(warnings=list(found.warnings) if found else [])
    file = _training_file(scenario, tables, day)
    return Case(scenario, tables, day, measure(scenario), notes, found, file)


def _training_file(scenario: Scenario, tables: Tables, day: date) -> TrainingFile | None:
    if scenario.dataset is None:
        return None
    from ftvp.dataset.measure import training_file

    tuned = scenario.tuned_model or scenario.model
    return training_file(scenario.dataset, tables, tuned, day)


def _evals(scenario: Scenario, tables: Tables) -> EvalFindings | None:
    if scenario.evals is None:
        return None
    from ftvp.evals.answer import eval_findings, eval_question, refuse_other_measures

    refuse_other_measures(scenario)
    return eval_findings(measured(scenario), eval_question(scenario, tables.framework))


def measured(scenario: Scenario, train: Path | None = None) -> Measured:
    """Return the scores that the scenario's eval results hold."""
    from ftvp.evals.read import Fields, read_evals

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
        from ftvp.prompts import read_prompt

        name = getattr(scenario, field)
        return read_prompt("-" if name == "-" else Path(name))

    counted: dict[tuple[PromptField, str], PromptTokens] = {}

    def count(field: PromptField, tokenizer: Tokenizer) -> PromptTokens:
        key = (field, tokenizer.model_dump_json())
        if key not in counted:
            from ftvp.prompts import prompt_tokens

            counted[key] = prompt_tokens(prompt(field), tokenizer)
        return counted[key]

    return count


def today() -> date:
    """Return the user's own day."""
    return date.today()  # noqa: DTZ011  the user's own day is meant
