"""Does the article's arithmetic hold? Each of its cost figures recomputed from the tables."""

from __future__ import annotations

from datetime import date

from ftvp.lenses.audit.finding import Finding
from ftvp.lenses.audit.hidden import hidden_terms
from ftvp.lenses.audit.priced import priced_scenarios, unpriced
from ftvp.lenses.audit.ranges import declines, deltas
from ftvp.lenses.audit.savings import paybacks, savings, volume_claims
from ftvp.lenses.audit.training import training_claims
from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.tables.quality import Quality

__all__ = ["Finding", "audit"]


def audit(
    framework: Framework, quality: Quality, pricing: Pricing, *, day: date
) -> tuple[Finding, ...]:
    """Return what recomputing each published figure gives, with the prices in force on a day."""
    scenarios = priced_scenarios(framework, pricing, day)
    return (
        *unpriced(framework, scenarios, day),
        *savings(scenarios),
        *paybacks(scenarios),
        *volume_claims(framework, scenarios),
        *training_claims(framework, pricing, day),
        *hidden_terms(framework, pricing, scenarios, day),
        *deltas(quality),
        *declines(framework, pricing, day),
    )
