"""Mistakes about prices: unknown, not yet or no longer in force, too old, not importable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftvp.errors.base import FtvpError, visible

if TYPE_CHECKING:
    from pathlib import Path


class UnknownPriceError(FtvpError):
    """A price that no source states; it is never taken as 0."""

    def __init__(self, model: str, what: str, instead: str) -> None:
        """Name the model, the price, and the flag that gives it."""
        super().__init__(f"no source gives {what} of {visible(model)}. {instead}")


class ShutDownError(FtvpError):
    """A model that its provider has shut down by the day of the answer."""

    def __init__(self, model: str, on: object) -> None:
        """Name the model and the day it ended."""
        super().__init__(
            f"{visible(model)} was shut down on {on}. Choose another --model (ftvp pricing lists "
            "all), or an earlier day with --as-of."
        )


class NoPriceYetError(FtvpError):
    """A day before the first price in the table."""

    def __init__(self, model: str, day: object, first: object) -> None:
        """Name the model, the day asked for, and the first day with a price."""
        super().__init__(
            f"{visible(model)} has no price on {day}. The first is of {first}: choose a later day "
            "with --as-of, or another --model."
        )


class StalePriceError(FtvpError):
    """A price that was last checked longer ago than the user accepts."""

    def __init__(self, source: str, checked_on: object, days: int, most: int) -> None:
        """Name the source, the day it was checked, and the limit."""
        super().__init__(
            f"prices of {visible(source)} were last checked on {checked_on}, {days} days ago: more "
            f"than --max-price-age {most}. Give newer ones with --prices FILE, or raise the limit."
        )


class NotPricesError(FtvpError):
    """A file that is not the price data it was named as."""

    def __init__(self, path: Path | str, wanted: str) -> None:
        """Name the file and what it should hold."""
        super().__init__(f"{visible(str(path))} is not {wanted}.")


class NoPriceFileError(FtvpError):
    """An import that needs a file and was given none."""

    def __init__(self, source: str, file: str) -> None:
        """Name whose prices are meant, and the file that holds them."""
        super().__init__(f"--from {source} needs its file: {file}.")


class NotInstalledError(FtvpError):
    """An optional package that an import reads and that is not there."""

    def __init__(self, package: str) -> None:
        """Name the package and how to install it."""
        super().__init__(f"{package} is not installed: pip install {package}")
