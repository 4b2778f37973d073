"""The three versioned tables together, as every answer uses them."""

from __future__ import annotations

from datetime import date

from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.tables.quality import Quality
from ftvp.units import Record


class Versions(Record):
    """The day on which each table's values last changed."""

    pricing: date
    quality: date
    framework: date


class Tables(Record):
    """Prices, qualities and the framework."""

    pricing: Pricing
    quality: Quality
    framework: Framework

    @property
    def versions(self) -> Versions:
        """The `updated_on` of each table, quoted by every answer."""
        return Versions(
            pricing=self.pricing.updated_on,
            quality=self.quality.updated_on,
            framework=self.framework.updated_on,
        )
