"""Prompts in the layouts people use, with ⟦ and ⟧ around each of their worked examples.

A line `@@@ NAME` begins each of them, and may end with the ending of a file. What a heading or a
tag adds to an example may be in or out.
"""

import re
from pathlib import Path

import pytest

from ftvp.prompts import parse_prompt

FOLDER = Path(__file__).parent / "marked_prompts"
HEADING = 70
"""Characters, without white space, that a heading, a tag or a rule may add to an example."""


def texts(name: str) -> list[object]:
    parts = re.split(r"(?m)^@@@ (.*)\n", (FOLDER / name).read_text(encoding="utf-8"))
    return [pytest.param(*pair, id=pair[0]) for pair in zip(parts[1::2], parts[2::2], strict=True)]


def bare(text: str) -> str:
    return "".join(text.split())


def shots(name: str, marked: str) -> list[str]:
    text = marked.replace("⟦", "").replace("⟧", "")
    prompt = parse_prompt(text, name if "." in name else f"{name}.txt")
    return [bare(shot.text) for shot in prompt.shots]


@pytest.mark.parametrize(("name", "marked"), texts("worked.txt"))
def test_each_marked_example_is_a_shot(name: str, marked: str) -> None:
    wanted = [bare(found) for found in re.findall(r"(?s)⟦(.*?)⟧", marked)]
    found = shots(name, marked)
    assert len(found) == len(wanted), found
    for shot, want in zip(found, wanted, strict=True):
        assert want in shot
        assert len(shot) <= len(want) + HEADING


@pytest.mark.parametrize(("name", "marked"), texts("none.txt"))
def test_what_only_looks_like_examples_is_left_alone(name: str, marked: str) -> None:
    assert shots(name, marked) == []
