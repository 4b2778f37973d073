"""What the training, test and production files said, and what was asked about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ftvp.lenses.dataset.facts import Fact
from ftvp.lenses.dataset.labels import Sample
from ftvp.lenses.dataset.repeats import Pair, Repeats
from ftvp.tables.pricing import Tokenizer


@dataclass(frozen=True)
class Scale:
    """A tokenizer's tokens for each token that was counted, and how exact that is."""

    ratio: float
    encoding: str
    exact: bool
    error_percent: float


@dataclass(frozen=True)
class Measured:
    """What the files said, in numbers; `scale` turns the counts into another tokenizer's."""

    file: str
    facts: Sequence[Fact]
    odd: Mapping[str, Sequence[int]]
    scale: Callable[[Tokenizer], Scale]
    repeats: Repeats
    shots: Mapping[int, int] = field(default_factory=dict)
    """By line, the shots found in some of the prompts."""
    test: Sequence[Fact] | None = None
    leaks: frozenset[Pair] = frozenset()
    production: Sequence[Fact] | None = None


@dataclass(frozen=True)
class Wanted:
    """What was asked about the file, and what was told beside it."""

    model: str | None = None
    epochs: int | None = None
    max_tokens: int | None = None
    """Tokens kept of an example; the model's own limit where it is None."""
    sample: Sample | None = None


@dataclass(frozen=True)
class Split:
    """How a file is to be split: the share of the test part, and the seed of the draw."""

    share: float
    seed: int = 0
