"""Likeness is measured on what an example does not share with many others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftvp.api import dataset
from ftvp.dataset.answer import Split
from ftvp.dataset.examples import common_shingles, shingles, word_numbers
from ftvp.dataset.measure import Request
from tests.asked import DAY, tables
from tests.training_files import by_id, chat, lines, message

RULES = " ".join(f"rule{n} moves the box to shelf{n % 7} unless it is marked" for n in range(60))
TOOLS = str([{"name": f"tool{n}", "description": f"does the thing number {n}"} for n in range(80)])


def parcel(number: int) -> str:
    """Return a question of ten words that no other number shares three words in a row with."""
    return " ".join(f"p{number}w{place}" for place in range(10))


def checked(path: Path, name: str, request: Request | None = None) -> tuple[str, str]:
    """Return the status and the words of one check of a file."""
    check = by_id(dataset(path, request, tables(), as_of=DAY).checks)[name]
    return check.status, check.detail


def alpaca(number: int) -> dict[str, Any]:
    """Return a record with the instruction of all others."""
    return {"instruction": RULES, "input": parcel(number), "output": "left"}


@pytest.mark.long
@pytest.mark.parametrize(
    "records",
    [
        pytest.param([chat(f"{RULES} {parcel(n)}", "left") for n in range(60)], id="before"),
        pytest.param([chat(f"{parcel(n)} {RULES}", "left") for n in range(60)], id="behind"),
        pytest.param([chat(f"{TOOLS}\n{parcel(n)}", f"call {n}") for n in range(60)], id="tools"),
        pytest.param([alpaca(n) for n in range(60)], id="Alpaca's instruction"),
        pytest.param(
            [chat(f"{(RULES, TOOLS)[n % 2]} {parcel(n)}", "left") for n in range(60)],
            id="two instructions, half of the examples each",
        ),
        pytest.param(
            [{"prompt": f"{RULES} {n}", "completion": "left"} for n in range(60)],
            id="only a number differs",
        ),
        pytest.param(
            [
                {
                    "messages": [
                        message("user", [{"type": "image_url", "image_url": {"url": url}}, RULES]),
                        message("assistant", "a cat"),
                    ]
                }
                for url in (f"https://pictures.example/{n}.png" for n in range(60))
            ],
            id="only a picture differs",
        ),
    ],
)
def test_a_shared_instruction_makes_no_examples_alike(tmp_path: Path, records: list[Any]) -> None:
    path = lines(tmp_path / "train.jsonl", records)
    assert checked(path, "duplicates") == ("pass", "no example repeats another")
    assert checked(path, "label_accuracy")[0] == "unknown"


@pytest.mark.slow
def test_near_duplicates_behind_a_shared_instruction_are_found(tmp_path: Path) -> None:
    questions = [" ".join(f"q{n}w{place}" for place in range(40)) for n in range(50)]
    again = [f"{question} please" for question in questions[:10]]
    path = lines(tmp_path / "train.jsonl", [chat(f"{RULES} {q}", "ok") for q in questions + again])
    status, says = checked(path, "duplicates")
    # 38 shingles and one more of a word put behind: 38 of 39.
    assert (status, says) == (
        "fail",
        "17 % repeat an earlier example: 0 word for word, 10 nearly; at most 5 % should",
    )


@pytest.mark.slow
def test_equal_examples_are_copies_whatever_they_share(tmp_path: Path) -> None:
    records = [chat(f"{RULES} {parcel(n)}", "left") for n in range(30)]
    path = lines(tmp_path / "train.jsonl", [*records, *records[:3]])
    assert "3 word for word, 0 nearly" in checked(path, "duplicates")[1]


@pytest.mark.long
def test_a_shared_instruction_is_no_leak_and_a_shared_question_is(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [chat(f"{RULES} {parcel(n)}", "a") for n in range(60)])
    others = lines(
        tmp_path / "test.jsonl", [chat(f"{RULES} {parcel(n)}", "a") for n in range(99, 120)]
    )
    assert checked(path, "leakage", Request(test=others))[0] == "pass"
    same = lines(
        tmp_path / "same.jsonl", [chat(f"{RULES} {parcel(n)}", "b") for n in range(58, 70)]
    )
    assert "2 of 12 test examples" in checked(path, "leakage", Request(test=same))[1]


@pytest.mark.slow
def test_a_shared_instruction_does_not_keep_a_file_in_one_part(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [chat(f"{RULES} {parcel(n)}", "a") for n in range(50)])
    answer = dataset(path, Request(split=Split(0.2)), tables(), as_of=DAY)
    assert [written.records for written in answer.written] == [40, 10]


def words(*texts: str) -> list[list[int]]:
    """Return the words of each text as numbers."""
    return [word_numbers(text) for text in texts]


@pytest.mark.parametrize(
    ("sample", "common"),
    [
        # Two of two would be more than half, and two alike are what is looked for.
        pytest.param(words("a b c d", "a b c d"), 0, id="two alike"),
        pytest.param(words("a b c x", "a b c y", "a b c z"), 1, id="all of three"),
        pytest.param(words(*["a b c"] * 10, *(f"{n} {n} {n}" for n in range(40))), 1, id="a fifth"),
        pytest.param(words(*["a b c"] * 9, *(f"{n} {n} {n}" for n in range(40))), 0, id="fewer"),
    ],
)
def test_what_many_share_is_common(sample: list[list[int]], common: int) -> None:
    assert len(common_shingles(sample)) == common


def test_an_example_of_common_words_alone_keeps_them() -> None:
    (one,) = words("a b c d")
    assert shingles(one, frozenset(shingles(one))) == shingles(one)
