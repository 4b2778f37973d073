"""Every way of serving a scenario, ranked by what it costs. The document of `ftvp compare`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from ftvp.advice.age import age_notes
from ftvp.advice.answers import Header, header
from ftvp.advice.case import Assumption, Case
from ftvp.advice.ranked import RankedWay, rank
from ftvp.advice.ways import LeftOut, Way, ways
from ftvp.errors import MissingInputError
from ftvp.lenses.cost.option import Citation
from ftvp.scenario import Scenario
from ftvp.units import Record

UNMEASURED = (
    "Different models are not equally good: these are prices, and prices alone do not choose "
    "between models. Say what you measured with --quality MODEL=PCT."
)


class LeftOutWay(Record):
    """A way that cannot be bought or priced, and why."""

    model: str
    why: str


class ComparisonAnswer(Header):
    """The document `ftvp.comparison/1`."""

    schema_: Literal["ftvp.comparison/1"] = Field(default="ftvp.comparison/1", alias="schema")
    inputs: Scenario
    horizon_months: float
    ways: tuple[RankedWay, ...]
    own_models: tuple[str, ...]
    """The scenario's own models, which a view shows even where they are dominated."""
    folded: int = 0
    """Dominated ways that are not listed."""
    left_out: tuple[LeftOutWay, ...]
    quality_note: str | None
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...]
    sources: tuple[Citation, ...]

    def without_dominated(self) -> ComparisonAnswer:
        """Return the comparison with only the ways worth choosing, and the scenario's own."""
        kept = tuple(w for w in self.ways if not w.dominated_by or w.model in self.own_models)
        return self.model_copy(update={"ways": kept, "folded": len(self.ways) - len(kept)})


def comparison_answer(case: Case, version: str) -> ComparisonAnswer:
    """Return every way of serving a case that is on sale, the cheapest first."""
    told = case.scenario
    missing = ["volume"] if told.volume is None else []
    missing += ["prompt"] if told.prompt is None and told.prompt_tokens is None else []
    if missing:
        raise MissingInputError(*missing)
    found = list(ways(case))
    months = told.horizon or case.assumptions.horizon_months.value
    ranked = rank(case, [way for way in found if isinstance(way, Way)], months)
    return ComparisonAnswer(
        **header(case, version),
        inputs=told.model_copy(update={"as_of": case.day}),
        horizon_months=months,
        ways=ranked,
        own_models=_own(case),
        left_out=_left_out(found),
        quality_note=None if told.qualities else UNMEASURED,
        assumptions=_once_a_flag(case.notes.assumptions),
        warnings=tuple(dict.fromkeys((*case.notes.warnings, *age_notes(case)))),
        sources=tuple(case.notes.sources.values()),
    )


def _left_out(found: Sequence[Way | LeftOut]) -> tuple[LeftOutWay, ...]:
    missing = (way for way in found if isinstance(way, LeftOut))
    return tuple(LeftOutWay(model=way.model, why=way.why) for way in missing)


def _once_a_flag(assumptions: Sequence[Assumption]) -> tuple[Assumption, ...]:
    """Return the first assumption of each flag; models differ in the values, not in the flags."""
    return tuple({each.flag: each for each in reversed(assumptions)}.values())[::-1]


def _own(case: Case) -> tuple[str, ...]:
    told, pricing = case.scenario, case.tables.pricing
    names = (told.model or pricing.default_model(case.day), told.tuned_model)
    return tuple(dict.fromkeys(pricing.find(name)[0] for name in names if name))
