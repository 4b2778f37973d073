"""Small training files for the tests, written where a test wants them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ftvp.dataset.examples import (
    ExampleFeatures,
    TrainingExample,
    TrainingMessage,
    counted_texts,
    features_of,
)

Message = dict[str, Any]


def message(role: str, content: object, **more: object) -> Message:
    """Return one chat message."""
    return {"role": role, "content": content, **more}


def chat(asked: str = "Hello", answer: str = "Hi there", **more: object) -> dict[str, Any]:
    """Return a chat record of a question and an answer."""
    return {"messages": [message("user", asked), message("assistant", answer)], **more}


def lines(path: Path, records: Iterable[object]) -> Path:
    """Write one record a line; text stands as it is."""
    written = (each if isinstance(each, str) else json.dumps(each) for each in records)
    path.write_text("\n".join(written) + "\n", "utf-8")
    return path


def tickets(number: int, words: int = 12) -> list[dict[str, Any]]:
    """Return chats that share no three words in a row, with one of two labels each."""
    return [
        chat(
            " ".join(f"word{n}x{place}" for place in range(words)), "billing" if n % 2 else "login"
        )
        for n in range(number)
    ]


def features(
    asked: str = "What is it?",
    answer: str = "a cat",
    *,
    line: int = 1,
    system: str = "",
    **changes: Any,  # noqa: ANN401  fields by name
) -> ExampleFeatures:
    """Return what is kept of one example; every word counts as a token."""
    first = (TrainingMessage("system", system),) if system else ()
    messages = (*first, TrainingMessage("user", asked), TrainingMessage("assistant", answer))
    example = TrainingExample(line, "chat", messages)
    counts = [len(text.split()) for text in counted_texts(example)]
    return features_of(example, counts, leaks=True)._replace(**changes)


def all_features(pairs: Iterable[tuple[str, str]]) -> list[ExampleFeatures]:
    """Return what is kept of questions and answers, on lines from 1."""
    return [features(asked, answer, line=n) for n, (asked, answer) in enumerate(pairs, start=1)]


def by_id(checks: Iterable[Any]) -> Mapping[str, Any]:
    """Return checks by their ids."""
    return {check.id: check for check in checks}
