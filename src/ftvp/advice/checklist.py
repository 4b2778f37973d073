"""The checklist of the framework, row by row, and what else a training file must have."""

from __future__ import annotations

from collections.abc import Sequence

from ftvp.advice.jobs import Chosen
from ftvp.advice.measured import Measured
from ftvp.lenses.data import DataResult
from ftvp.lenses.dataset.check import Check
from ftvp.lenses.dataset.consistency import consistent_format
from ftvp.lenses.dataset.distribution import distribution_match
from ftvp.lenses.dataset.edges import edge_cases
from ftvp.lenses.dataset.fitness import (
    format_check,
    leftover_shots,
    minimum_examples,
    too_long,
)
from ftvp.lenses.dataset.labels import Sample, label_accuracy
from ftvp.lenses.dataset.repeats import duplicates, leakage
from ftvp.lenses.dataset.sizes import cut_at
from ftvp.tables.framework import Framework
from ftvp.tables.guide import Limit

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
