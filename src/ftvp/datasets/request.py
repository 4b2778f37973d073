"""What is wanted of a training file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ftvp.advice.measured import Split, Wanted


@dataclass(frozen=True)
class Request:
    """What is wanted of a training file: other files to hold it against, and files to write."""

    test: Path | None = None
    production: Path | None = None
    prompt: Path | None = None
    write_clean: Path | None = None
    split: Split | None = None
    wanted: Wanted = field(default_factory=Wanted)
