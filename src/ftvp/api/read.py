"""What the files of a scenario say, and its inputs: the only place where files meet calculation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ftvp.files.tables import load_tables

if TYPE_CHECKING:
    from ftvp.cost.inputs import Inputs, MeasuredQuality, Readings
    from ftvp.decide.answer import EvalSummary
    from ftvp.evals.answer import EvalFindings
    from ftvp.evals.items import PairedScores
    from ftvp.prompts import Prompt
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.usage.answer import UsageAnswer
    from ftvp.usage.gather import Report, UsageQuestion

    Read = tuple[Readings, EvalSummary | None]


def inputs_of(
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    origins: Mapping[str, str] | None = None,
    read: Read | None = None,
) -> tuple[Inputs, EvalSummary | None]:
    """Return the inputs of an answer, and what the scenario's eval results say in short.

    Every file that the scenario names is read here, once; none where `read` has what they say.
    """
    from ftvp.cost.inputs import refuse_conflicts, resolve
    from ftvp.decide.compose import eval_summary
    from ftvp.odds.forecast import forecasted

    refuse_conflicts(scenario)
    day = as_of or scenario.as_of or today()
    tables = with_overlays(tables or load_tables(), scenario.prices)
    if scenario.discounts:
        from ftvp.files.overlay import discounted

        tables = discounted(tables, scenario.discounts, day)
    if read is None:
        scenario, log = _with_usage(scenario, tables, day)
        found = _findings(scenario, tables)
        readings = _readings(scenario, tables, day, found)
        readings = replace(
            readings,
            origins={**log.origins, **(origins or {})},
            logged=log.logged,
            warnings=(*readings.warnings, *log.warnings),
        )
        read = readings, eval_summary(found)
    readings, evals = read
    return forecasted(resolve(scenario, tables, day, readings)), evals


def _with_usage(scenario: Scenario, tables: Tables, day: date) -> tuple[Scenario, Readings]:
    """Return the scenario with what its logs say of fields that were not told, and which."""
    from ftvp.cost.inputs import Readings

    if scenario.usage is None:
        return scenario, Readings()
    from ftvp.usage.write import with_logs

    answer = usage(scenario.usage, tables=tables, as_of=day)
    merged, fields = with_logs(scenario, answer)
    source = ", ".join(Path(each.file).name for each in answer.files)
    origins = dict.fromkeys(fields, source)
    return merged, Readings(logged=fields, origins=origins, warnings=answer.warnings)


def _readings(
    scenario: Scenario, tables: Tables, day: date, found: EvalFindings | None
) -> Readings:
    """Return what the files of a scenario say: counted by every tokenizer of the price table.

    Tokenizers that share an encoding count once.
    """
    from ftvp.cost.inputs import Readings
    from ftvp.prompts import prompt_tokens

    prompts, tokenizers = _prompts(scenario), tables.pricing.tokenizers
    counts = {
        field: {name: prompt_tokens(prompt, each) for name, each in tokenizers.items()}
        for field, prompt in prompts.items()
    }
    warnings = [text for each in counts.values() for text in next(iter(each.values())).warnings]
    return Readings(
        prompt=counts.get("prompt"),
        tuned_prompt=counts.get("tuned_prompt"),
        named_model=getattr(prompts.get("prompt"), "model", None),
        training_sizes=_sizes(scenario, tables, day),
        quality=_measured_quality(found) if found else None,
        warnings=tuple(dict.fromkeys([*warnings, *(found.warnings if found else ())])),
    )


def _measured_quality(found: EvalFindings) -> MeasuredQuality:
    """Return what the calculation needs of eval results."""
    from ftvp.cost.inputs import MeasuredQuality

    cells = found.cells
    return MeasuredQuality(
        prompting=found.prompted,
        tuned=found.tuned,
        conclusion=found.conclusion,
        items=found.n,
        low=found.difference.low,
        high=found.difference.high,
        cells=None
        if cells is None
        else (cells.both, cells.prompted_only, cells.tuned_only, cells.neither),
    )


def _prompts(scenario: Scenario) -> dict[str, Prompt]:
    """Return the prompts that a scenario names, by field."""
    named = {name: getattr(scenario, name) for name in ("prompt", "tuned_prompt")}
    files = {name: path for name, path in named.items() if path is not None}
    if not files:
        return {}
    from ftvp.files.disk import place_of
    from ftvp.prompts import read_prompt

    return {name: read_prompt(place_of(path)) for name, path in files.items()}


def _sizes(scenario: Scenario, tables: Tables, day: date) -> Mapping[str, Sequence[float]] | None:
    if scenario.dataset is None:
        return None
    from ftvp.dataset.measure import training_file

    file = training_file(scenario.dataset, tables, scenario.tuned_model or scenario.model, day)
    return {name: file.sizes(each) for name, each in tables.pricing.tokenizers.items()}


def _findings(scenario: Scenario, tables: Tables) -> EvalFindings | None:
    if scenario.evals is None:
        return None
    from ftvp.evals.answer import eval_findings, eval_question, refuse_other_measures

    refuse_other_measures(scenario)
    return eval_findings(paired_scores(scenario), eval_question(scenario, tables.framework))


def paired_scores(scenario: Scenario, train: Path | None = None) -> PairedScores:
    """Return the scores that the scenario's eval results hold."""
    from ftvp.evals.read import Fields, read_evals

    names = ("id", "score", "cluster", "scale", "lower_is_better")
    fields = Fields(**{name: getattr(scenario, f"evals_{name}") for name in names})
    return read_evals(scenario.evals or (), fields, train)


def with_overlays(tables: Tables, files: Sequence[str] | None) -> Tables:
    """Return the tables under overlay files; FtvpError names every mistake of a file."""
    if not files:
        return tables
    from ftvp.files.overlay import overlaid

    return overlaid(tables, files)


def today() -> date:
    """Return the user's own day."""
    return date.today()  # noqa: DTZ011  the user's own day is meant


def usage(
    logs: Sequence[str],
    request: UsageQuestion | None = None,
    tables: Tables | None = None,
    *,
    as_of: date | None = None,
    report: Report | None = None,
) -> UsageAnswer:
    """Return what production logs say of volume, lengths, cache hits and peaks, by model.

    `logs` are names and patterns, "-" standard input; `report` is told how far each file is read.
    Raises FtvpError for what cannot be read or is for the larger part unclear.
    """
    from ftvp.usage.answer import usage_answer
    from ftvp.usage.gather import UsageQuestion, gather

    asked, day = request or UsageQuestion(), as_of or today()
    tables = tables or load_tables()
    return usage_answer(gather(logs, asked, day, report), asked, tables, day)
