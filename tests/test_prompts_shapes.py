"""Documents whose keys or columns say what is an example: parallel lists, groups, named parts."""

import json
from typing import Any

import pytest

from ftvp.errors import NotAPromptError
from ftvp.prompts import Prompt, parse_prompt

ASKED = ["how do I pay my bill", "the map does not load"]
TEAMS = ["billing", "technical"]
PAIRS = [{"input": a, "output": b} for a, b in zip(ASKED, TEAMS, strict=True)]
TEXT = "Message: I was charged twice\nTeam: billing\n\nMessage: It does not load\nTeam: technical\n"
TASK = "Sort the messages of the users into teams."


def read(document: object) -> Prompt:
    return parse_prompt(json.dumps(document), "prompt.json")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"few_shot_text": ASKED, "few_shot_labels": TEAMS}, id="marked columns"),
        pytest.param({"example_asks": ASKED, "example_teams": TEAMS}, id="columns called examples"),
        pytest.param({"inputs": ASKED, "outputs": TEAMS}, id="columns by words"),
        pytest.param({"system": TASK, "questions": ASKED, "answers": TEAMS}, id="with a task"),
        pytest.param({"system": TASK, "examples": {"q": ASKED, "a": TEAMS}}, id="columns within"),
        pytest.param(
            {"system": TASK, "examples": {"easy": PAIRS[:1], "hard": PAIRS[1:]}}, id="groups"
        ),
        pytest.param({"system": TASK, "examples": {"one": PAIRS[0], "two": PAIRS[1]}}, id="names"),
        pytest.param({"system": TASK, "few_shot_prompt": TEXT}, id="a text called shots"),
        pytest.param({"role": TASK, "goal": "Be quick.", "examples": TEXT}, id="a text of many"),
        pytest.param(
            {"systemPrompt": TASK, "userPromptTemplate": f"{TEXT}\nMessage: {{m}}\nTeam:"},
            id="in the user's template",
        ),
        pytest.param({"sort_prompt": f"{TASK}\n\n{TEXT}\nMessage: {{m}}\nTeam:"}, id="one text"),
        pytest.param({"system_message": f"{TASK}\n\nExamples:\n\n{TEXT}"}, id="a system message"),
    ],
)
def test_both_examples_are_found(document: object) -> None:
    shots = read(document).shots
    assert [shot.answer for shot in shots] == TEAMS
    assert sum("examples" in shot.text.casefold() for shot in shots) == 0 or "few" in str(document)


def test_messages_under_one_key_are_a_chat() -> None:
    said = [("system", TASK), ("user", ASKED[0]), ("assistant", TEAMS[0]), ("user", "{m}")]
    prompt = read({"prompt": [{"role": role, "content": text} for role, text in said]})
    assert (prompt.format, len(prompt.shots)) == ("chat", 1)


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param({"inputs": ["a", "b"], "outputs": ["c", "d"]}, id="names of variables"),
        pytest.param({"labels": TEAMS, "descriptions": ASKED}, id="labels with what they mean"),
        pytest.param({"questions": ASKED, "answers": ["billing"]}, id="of other lengths"),
        pytest.param({"test_questions": ASKED, "tests": PAIRS}, id="tests"),
    ],
)
def test_other_lists_are_no_examples(extra: dict[str, Any]) -> None:
    assert read({"prompt": f"{TASK} {TASK} {TASK} {{message}}", **extra}).shots == ()


def test_a_sentence_alone_is_no_prompt() -> None:
    with pytest.raises(NotAPromptError):
        read({"license": "This file may be copied freely."})
