"""Documents whose keys or columns say what is an example: parallel lists, groups, named parts."""

import json
from typing import Any

import pytest

from ftvp.errors import ManyRecordsError, NotAPromptError
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


TOLD = [(f"A visitor said that {what}.", team) for what, team in zip(ASKED, TEAMS, strict=True)]
PAIRED = [*zip(ASKED, TEAMS, strict=True)]
SAID = f"{TASK}\n\n{TEXT}\nMessage: {{m}}\nTeam:"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param([{"case": a, "category": b, "why": "So."} for a, b in TOLD], id="a reason"),
        pytest.param(
            [{"id": 1, "story": a, "who": "Ann", "label": b} for a, b in TOLD], id="an id"
        ),
        pytest.param([{"scene": a, "by": "desk 2", "verdict": b} for a, b in TOLD], id="a verdict"),
    ],
)
def test_sentences_with_an_answer_among_other_texts_are_examples(document: object) -> None:
    assert [shot.answer for shot in read(document).shots] == TEAMS


@pytest.mark.parametrize(
    "document",
    [
        pytest.param([{"title": a, "by": "x", "class": b} for a, b in PAIRED], id="titles"),
        pytest.param([{"description": a, "by": "x", "tag": b} for a, b in TOLD], id="descriptions"),
        pytest.param([{"story": a, "by": "x", "team": b} for a, b in TOLD], id="no answer"),
        pytest.param([{"story": a, "by": 1, "label": b} for a, b in TOLD], id="a number"),
    ],
)
def test_records_without_a_question_or_an_answer_are_no_prompt(document: object) -> None:
    with pytest.raises(NotAPromptError):
        read(document)


@pytest.mark.parametrize("name", ["few_shot_examples", "fewshot", "router-few-shots"])
def test_lines_of_a_file_called_few_shot_are_its_examples(name: str) -> None:
    lines = "".join(f"{json.dumps(pair)}\n" for pair in PAIRS)
    assert [x.answer for x in parse_prompt(lines, f"{name}.jsonl").shots] == TEAMS


@pytest.mark.parametrize("name", ["train", "training_examples", "test_few_shot", "examples"])
def test_lines_of_another_file_are_data(name: str) -> None:
    with pytest.raises(ManyRecordsError):
        parse_prompt(f"{json.dumps(PAIRS[0])}\n" * 2, f"{name}.jsonl")


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(f"{TEXT}\nMessage: {{{{message}}}}\nTeam:", id="examples alone"),
        pytest.param(f"{TASK}\n\n{TEXT}\nMessage: {{{{message}}}}\nTeam:", id="below a task"),
        pytest.param(f"{TASK}\n\nExamples:\n\n{TEXT}", id="examples below their heading"),
    ],
)
def test_a_task_of_lm_eval_may_write_its_examples_out(asked: str) -> None:
    prompt = read({"task": "teams", "description": "Help.", "doc_to_text": asked})
    assert [shot.answer for shot in prompt.shots] == TEAMS
    assert prompt.text == f"Help.{asked}"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"versions": {"v1": {"content": SAID, "on": "2024"}}, "use": "v1"}, id="one"),
        pytest.param({"router": {"system_prompt": SAID, "owner": "Ann"}, "n": 3}, id="a system"),
        pytest.param({"a": {"b": {"template": SAID}}, "note": "sorts mail"}, id="far in"),
    ],
)
def test_the_one_text_for_a_prompt_far_in_is_the_prompt(document: object) -> None:
    prompt = read(document)
    assert (prompt.text, len(prompt.shots)) == (SAID, 2)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"jobs": {"test": {"run": "make setup\nmake test\n"}}, "n": 1}, id="commands"),
        pytest.param({"v": {"a": {"content": SAID}, "b": {"content": SAID}}, "n": 1}, id="two"),
        pytest.param({"files": [{"path": "x", "content": SAID}] * 2, "n": 1}, id="in a list"),
    ],
)
def test_other_texts_far_in_are_no_prompt(document: object) -> None:
    with pytest.raises(NotAPromptError):
        read(document)


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([{"role": "system", "prompt": {"template": SAID}}], id="in one message"),
        pytest.param([{"role": "system", "prompt": SAID}], id="without a template"),
        pytest.param(
            [
                {"role": role, "prompt": {"template": text}}
                for pair in PAIRED
                for role, text in zip(("human", "ai"), pair, strict=True)
            ]
            + [{"role": "human", "prompt": {"template": "{message}"}}],
            id="as turns",
        ),
    ],
)
def test_a_chat_of_langchain_holds_templates(messages: list[object]) -> None:
    prompt = read({"_type": "chat", "input_variables": ["message"], "messages": messages})
    assert (prompt.format, [shot.answer for shot in prompt.shots]) == ("chat", TEAMS)


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ({}, 'Answer {m} with {"team": "x"}.'),
        ({"template_format": "jinja2"}, 'Answer {m} with {{"team": "x"}}.'),
    ],
)
def test_a_chat_of_langchain_is_read_as_it_is_sent(form: dict[str, str], sent: str) -> None:
    template = {"template": 'Answer {m} with {{"team": "x"}}.', **form}
    prompt = read({"_type": "chat", "messages": [{"role": "system", "prompt": template}]})
    assert prompt.text == sent
