"""Small result files as each tool writes them, and what is read from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ftvp.evals.items import PairedScores
from ftvp.evals.paired_tests import cells_of
from ftvp.evals.read import Fields, read_evals

SCORES = ((1, 1), (0, 1), (0, 0))
"""What every file of both sides below says of three items: prompted, tuned."""


def lines(*records: Mapping[str, Any]) -> str:
    """Return records as JSON Lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def kept(folder: Path, name: str, text: str) -> str:
    """Return the path of a new file."""
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def measured(folder: Path, *texts: str, train: str | None = None, **fields: Any) -> PairedScores:  # noqa: ANN401  any field
    """Return what files with these texts say of both sides."""
    paths = [kept(folder, f"{side}.txt", text) for side, text in zip("ab", texts, strict=False)]
    trained = Path(kept(folder, "train.jsonl", train)) if train else None
    return read_evals(paths, Fields(**fields), trained)


def scores(found: PairedScores) -> tuple[tuple[float, float], ...]:
    """Return both scores of every item."""
    return tuple((pair.prompted, pair.tuned) for pair in found.pairs)


def promptfoo(*sides: str, error: int = 0) -> list[dict[str, Any]]:
    """Return promptfoo's results of three tests for each side."""
    return [
        {
            "promptIdx": index,
            "testIdx": test,
            "vars": {"question": f"What is {test} + {test}?"},
            "provider": {"id": side, "label": ""},
            "success": bool(score),
            "score": score,
            "failureReason": error,
        }
        for index, side in enumerate(sides)
        for test, score in enumerate(SCORES[t][index] for t in range(len(SCORES)))
    ]


def inspect_sample(number: int, grade: object, epoch: int = 1) -> dict[str, Any]:
    """Return a sample of an Inspect log."""
    return {
        "id": number,
        "epoch": epoch,
        "input": [{"role": "user", "content": f"Question {number}?"}],
        "metadata": {"topic": f"t{number % 2}"},
        "scores": {"match": {"value": grade, "answer": "Yes"}},
    }


def inspect_log(*grades: object) -> str:
    """Return an Inspect log in JSON."""
    samples = [inspect_sample(number, grade) for number, grade in enumerate(grades)]
    return json.dumps({"version": 2, "eval": {"task": "t"}, "samples": samples}, indent=1)


def harness(side: int, *filters: str) -> str:
    """Return the sample file of lm-evaluation-harness for one side."""
    return lines(
        *(
            {
                "doc_id": number,
                "doc": {"question": f"Question {number}?"},
                "resps": [["x"]],
                "filter": name,
                "metrics": ["exact_match"],
                "exact_match": float(pair[side]),
            }
            for name in filters
            for number, pair in enumerate(SCORES)
        )
    )


def openai_evals(side: int) -> str:
    """Return an OpenAI Evals log of one side."""
    events = [
        event
        for number, pair in enumerate(SCORES)
        for event in (
            {"sample_id": f"x.{number}", "type": "sampling", "data": {"prompt": "Q?"}},
            {"sample_id": f"x.{number}", "type": "match", "data": {"correct": bool(pair[side])}},
        )
    ]
    return lines({"spec": {"eval_name": "x"}}, *events, {"final_report": {"accuracy": 0.5}})


def words(side: int, right: str = "correct", wrong: str = "incorrect") -> str:
    """Return a CSV of one side in words."""
    rows = [f"{n},{right if pair[side] else wrong}" for n, pair in enumerate(SCORES)]
    return "\n".join(["id,result", *rows])


THIRTY = ((1, 1),) * 14 + ((1, 0),) * 2 + ((0, 1),) * 8 + ((0, 0),) * 6
"""Both sides' scores of 30 items, in an order that no row number follows."""
ANSWERED: tuple[tuple[int, int], ...] = tuple(THIRTY[number * 7 % 30] for number in range(30))
CELLS = (14, 2, 8, 6)
"""How many of them both sides, the prompted one, the tuned one and neither have right."""
QUESTIONS = tuple(
    f"Where is parcel {number * 37}, sent to town {number % 7}?" for number in range(30)
)
SHUFFLED = tuple(number * 11 % 30 for number in range(30))
"""Another order of the 30 items."""


def cells(found: PairedScores) -> tuple[int, ...]:
    """Return how many items each side answered right."""
    counted = cells_of(found.pairs)
    assert counted is not None
    return counted.both, counted.prompted_only, counted.tuned_only, counted.neither


def table(side: int, row: str, head: str, order: Iterable[int] = range(30), **words: str) -> str:
    """Return a CSV of one side's 30 answers: `row` may hold n, q(uestion) and s(core).

    `words` are what is written for right and wrong; items stand in another order where one is
    given.
    """
    written = {1: words.get("right", "1"), 0: words.get("wrong", "0")}
    rows = [
        row.format(n=n, q=QUESTIONS[n], s=written[ANSWERED[n][side]], number=number)
        for number, n in enumerate(order)
    ]
    return "\n".join([head, *rows, ""])


def json_lines(
    side: int, make: Callable[[int, int, int], Mapping[str, Any]], order: Iterable[int] = range(30)
) -> str:
    """Return records of one side's 30 answers: made from row number, item and score."""
    return lines(*(make(row, n, ANSWERED[n][side]) for row, n in enumerate(order)))
