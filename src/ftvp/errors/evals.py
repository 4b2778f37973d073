"""Mistakes in eval results: fields, scales, pairs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ftvp.errors.base import FtvpError, nearest, visible

if TYPE_CHECKING:
    from pathlib import Path


class NotEvalResultsError(FtvpError):
    """A file in which no scored items can be recognised."""

    def __init__(self, path: Path | str, why: str) -> None:
        """Name the file and what is the matter with it."""
        super().__init__(f"{visible(str(path))} {why}")


class EvalFieldError(FtvpError):
    """Eval results whose id, score or cluster is not plain, or not where the user says."""

    def __init__(self, path: str, role: str, known: Iterable[str], asked: str | None) -> None:
        """Name the file, what is looked for ("id"), and the fields to choose from."""
        listed = list(known)
        shown = ", ".join(visible(name) for name in listed[:12]) or "none"
        says = f"which field of {visible(path)} is the {role}?"
        if asked is not None:
            close = nearest(asked, listed)
            hint = f" Did you mean '{visible(close)}'?" if close else ""
            says = f"{visible(path)} has no {role} '{visible(asked)}' in every item.{hint}"
        two = " One file needs the scores of both sides: NAME,NAME." if role == "score" else ""
        super().__init__(
            f"{says} Name it with --{role} (in ftvp decide --evals-{role}). There is: {shown}.{two}"
        )


class EvalScaleError(FtvpError):
    """Scores above 1 of which nobody said what a perfect one is."""

    def __init__(self, path: str, field: str, value: object) -> None:
        """Name the file, the field and a score that is too high."""
        super().__init__(
            f"{visible(path)}: the score '{visible(field)}' reaches {visible(str(value))}. Say "
            "what a perfect score is: --scale 100 (in ftvp decide --evals-scale 100)."
        )


class NothingPairedError(FtvpError):
    """Two sides that have fewer than two items in common."""

    def __init__(self, one: str, other: str, ones: list[str], others: list[str]) -> None:
        """Name both files and show the first ids of each."""
        sides = ((one, ones), (other, others))
        shown = "; ".join(
            f"{visible(name)} has {', '.join(repr(each) for each in ids[:3])}"
            for name, ids in sides
        )
        super().__init__(
            f"fewer than two items have the same id on both sides: {shown}. Score the same items "
            "on both, or name the field that tells them apart with --id."
        )


class OneClusterError(FtvpError):
    """Items that all share one source, so that nothing can be said of others."""

    def __init__(self, field: str) -> None:
        """Name the field that was to tell the sources apart."""
        super().__init__(
            f"all items have the same '{visible(field)}': at least two clusters are needed. "
            "Choose another field with --cluster, or leave it out."
        )
