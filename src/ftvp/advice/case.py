"""One question on its way to an answer: what was told, the tables, the day, what was assumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from ftvp.errors import ConflictError, NoPriceYetError, ShutDownError
from ftvp.lenses.cost.option import Citation
from ftvp.scenario import Scenario, flag
from ftvp.tables.bundle import Tables
from ftvp.tables.entries import Dated
from ftvp.tables.guide import Assumptions
from ftvp.tables.pricing import PricedModel, Tokenizer
from ftvp.units import PromptTokens, Record

if TYPE_CHECKING:
    from ftvp.evals.answer import EvalFindings

PromptField = Literal["prompt", "tuned_prompt"]
Sizes = Callable[[Tokenizer], Sequence[int]]
"""The billed tokens of each training example, as a tokenizer counts them."""
Measure = Callable[[PromptField, Tokenizer], PromptTokens]
"""Counts the prompt file that a scenario field names; passed in, since files are read elsewhere."""


class Assumption(Record):
    """Something nobody told, the value used for it, and the flag that replaces it."""

    what: str
    value: float | str
    flag: str


@dataclass(frozen=True)
class TrainingFile:
    """The training file that a scenario names, as far as its cost goes."""

    examples: int
    sizes: Sizes


@dataclass
class Notes:
    """What is collected on the way: assumptions, warnings and the sources that were quoted."""

    assumptions: list[Assumption] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sources: dict[str, Citation] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A scenario with everything needed to answer it."""

    scenario: Scenario
    tables: Tables
    day: date
    measure: Measure
    notes: Notes = field(default_factory=Notes)
    evals: EvalFindings | None = None
    """What the scenario's eval results say."""

    dataset: TrainingFile | None = None
    """The training file, where the scenario names one."""

    @property
    def examples(self) -> int | None:
        """The labelled examples at hand: told, else those of the training file."""
        told = self.scenario.examples
        return self.dataset.examples if told is None and self.dataset else told

    @property
    def prompting_quality(self) -> float | None:
        """The quality of prompting in percent: measured on the eval set, or told."""
        return self.evals.prompted if self.evals else self.scenario.prompting_quality

    @property
    def tuned_quality(self) -> float | None:
        """The quality of the tuned model in percent: measured on the eval set, or told."""
        return self.evals.tuned if self.evals else self.scenario.tuned_quality

    @property
    def assumptions(self) -> Assumptions:
        """The framework's defaults."""
        return self.tables.framework.assumptions

    def assume(self, what: str, value: float | str, replaced_by: str) -> None:
        """Note that `value` was assumed and which field would replace it."""
        self.notes.assumptions.append(Assumption(what=what, value=value, flag=flag(replaced_by)))

    def assumed(self, what: str, value: float, replaced_by: str) -> float:
        """Return `value` after noting it as assumed."""
        self.assume(what, value, replaced_by)
        return value

    def default(self, name: str, what: str) -> float:
        """Return the framework's default called `name`, noted as assumed."""
        assumption = getattr(self.assumptions, name)
        self.notes.assumptions.append(
            Assumption(what=what, value=assumption.value, flag=assumption.flag)
        )
        return float(assumption.value)

    def quote(self, entry: Dated) -> str:
        """Return an entry's source in words, and remember to cite it."""
        source = self.tables.pricing.sources[entry.source]
        found = Citation(name=source.name, url=source.url, checked_on=entry.checked_on)
        known = self.notes.sources.setdefault(entry.source, found)
        if known.checked_on is None or known.checked_on > entry.checked_on:
            self.notes.sources[entry.source] = found
        return f"{source.name}, checked {entry.checked_on}"

    def refuse_both(self, one: str, other: str) -> None:
        """Raise ConflictError when both fields are given."""
        if getattr(self.scenario, one) is not None and getattr(self.scenario, other) is not None:
            raise ConflictError(flag(one), flag(other))


@dataclass(frozen=True)
class Chosen:
    """A model of the price table under its id."""

    id: str
    row: PricedModel


def prompted_model(case: Case) -> Chosen | None:
    """Return the model that is prompted; None where the user's own prices make one needless."""
    told = case.scenario
    own = told.prompted_price is not None or told.prompted_request_cost is not None
    if told.model is not None:
        return _on_sale(case, told.model)
    if own:
        return None
    chosen = _on_sale(case, _default(case))
    case.assume("model", chosen.id, "model")
    return chosen


def tuned_model(case: Case, prompted: Chosen | None) -> Chosen | None:
    """Return the model that is tuned: by default the one that is prompted."""
    if case.scenario.tuned_model is None:
        return prompted
    return Chosen(*case.tables.pricing.find(case.scenario.tuned_model))


def tokenizer(case: Case, model: Chosen | None) -> Tokenizer:
    """Return the tokenizer of a model; for the user's own prices, that of the default model."""
    name = model.row.tokenizer if model else case.tables.pricing.find(_default(case))[1].tokenizer
    return case.tables.pricing.tokenizers[name]


def _default(case: Case) -> str:
    pricing = case.tables.pricing
    name = pricing.default_model(case.day)
    if name is None:
        first = min(default.effective_from for default in pricing.default_models)
        raise NoPriceYetError(pricing.default_models[0].model, case.day, first)
    return name


def _on_sale(case: Case, name: str) -> Chosen:
    model_id, row = case.tables.pricing.find(name)
    gone = row.end("base_shutdown", case.day)
    if gone is not None and gone.closes_on <= case.day:
        raise ShutDownError(model_id, gone.closes_on)
    return Chosen(model_id, row)
