"""The three versioned tables together, and the headers that documents begin with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field

from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.units import Currency, Record
from ftvp.version import __version__

if TYPE_CHECKING:
    from ftvp.tables.overlay import Overlay
    from ftvp.tables.quality import QualityTable


class Versions(Record):
    """The day on which each table's values last changed."""

    pricing: date
    quality: date
    framework: date


class Change(Record):
    """What an overlay changed of one model."""

    model: str
    """Its id."""
    says: str
    """What changed, in words."""


class AppliedOverlay(Record):
    """An overlay on the price table, and what it changed."""

    file: str
    """Its name as given."""
    updated_on: date
    """The day that the overlay gives itself."""
    changes: tuple[Change, ...]
    doubts: tuple[str, ...] = ()
    """What in it is more likely a mistake than a price."""


@dataclass(frozen=True, eq=False, repr=False)
class Tables:
    """Prices, the framework and qualities; the last are read on first use.

    `pricing` is the table under the overlays, the last of which is strongest.
    """

    pricing: Pricing
    framework: Framework
    read_quality: "Callable[[], QualityTable]"
    quality_updated_on: date
    overlays: tuple[AppliedOverlay, ...] = ()
    layers: "tuple[Overlay, ...]" = ()
    """The overlays themselves, in the same order."""
    beneath: Pricing | None = None
    """The price table without them, None where there are none."""

    def under(self, overlay: "Overlay", file: str, doubts: tuple[str, ...] = ()) -> "Tables":
        """Return the tables with one more overlay on top, under the name of its file."""
        from ftvp.tables.overlay import apply_all

        beneath, layers = self.beneath or self.pricing, (*self.layers, overlay)
        pricing, changes = apply_all(beneath, layers)
        applied = AppliedOverlay(
            file=file, updated_on=overlay.updated_on, changes=changes[-1], doubts=doubts
        )
        overlays = (*self.overlays, applied)
        return replace(self, pricing=pricing, overlays=overlays, layers=layers, beneath=beneath)

    @cached_property
    def quality(self) -> "QualityTable":
        """The quality table."""
        return self.read_quality()

    @property
    def versions(self) -> Versions:
        """The `updated_on` of each table, quoted by every answer."""
        return Versions(
            pricing=self.pricing.updated_on,
            quality=self.quality_updated_on,
            framework=self.framework.updated_on,
        )


class DocumentHeader(Record):
    """The first fields of every document: its schema, and the version that wrote it."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: str = Field(alias="schema")
    tool_version: str = __version__


class TableHeader(DocumentHeader):
    """The first fields of a document about one table: its day, and that of the table."""

    as_of: date
    """The day of the answer."""
    updated_on: date
    """The day on which the table's values last changed."""


class Header(DocumentHeader):
    """The first fields of an answer to a scenario: day, tables, overlays and currency."""

    as_of: date
    """The day of the answer: prices in force on it, ends announced by it."""
    tables: Versions
    overlays: tuple[AppliedOverlay, ...] = ()
    """The overlays on the price table."""
    currency: Currency | None = None
    """The currency of the views; every amount in this document is USD."""


def header(tables: Tables, day: date, currency: Currency | None) -> dict[str, Any]:
    """Return the fields of `Header` that every answer fills alike."""
    return {
        "as_of": day,
        "tables": tables.versions,
        "overlays": tables.overlays,
        "currency": currency,
    }
