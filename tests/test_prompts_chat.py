"""Chat files: pairs before the last user message are shots, system text is instructions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ftvp.errors import FileProblemsError
from ftvp.prompts import Message, Prompt, parse_prompt


def said(role: str, content: object, **more: object) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


SYSTEM, USER, ASSISTANT = said("system", "Be brief."), said("user", "big"), said("assistant", "old")
CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f"}}]}
ROUND = [USER, ASSISTANT]


def outline(prompt: Prompt) -> list[tuple[str, str | None]]:
    return [(part.kind, part.answer) for part in prompt.parts]


I, S, R = ("instructions", None), ("shot", "old"), ("request", None)  # noqa: E741  initials of the kinds


@pytest.mark.parametrize(
    ("document", "parts"),
    [
        pytest.param([SYSTEM, *ROUND, *ROUND, USER], [I, S, S, R], id="two pairs"),
        pytest.param({"model": "m", "messages": [SYSTEM, USER]}, [I, R], id="no pair"),
        pytest.param([USER], [R], id="a user message alone"),
        pytest.param([SYSTEM], [I], id="a system message alone"),
        pytest.param([said("developer", "Be brief."), USER], [I, R], id="a developer message"),
        pytest.param(
            {"system": "Be brief.", "messages": [*ROUND, USER]}, [I, S, R], id="Anthropic's shape"
        ),
        pytest.param(
            {"system": [{"type": "text", "text": "Hi"}], "messages": [USER]},
            [I, R],
            id="Anthropic's system blocks",
        ),
        pytest.param(
            [said("user", [{"type": "text", "text": "a"}]), ASSISTANT, USER],
            [S, R],
            id="content in blocks",
        ),
        pytest.param(
            [USER, CALL, said("tool", "3"), ASSISTANT, USER], [S, R], id="a tool call in a pair"
        ),
        pytest.param([SYSTEM, *ROUND, SYSTEM, USER], [I, S, I, R], id="a reminder in between"),
        pytest.param([*ROUND, USER, said("assistant", "{")], [S, R, R], id="an answer begun"),
        pytest.param([*ROUND, USER, USER], [S, R, R], id="two user messages at the end"),
        pytest.param([ASSISTANT, USER], [I, R], id="a greeting first is no shot"),
        pytest.param([SYSTEM, *ROUND, *ROUND], [I, S, S], id="pairs alone are all shots"),
        pytest.param(
            [*ROUND, *ROUND, *ROUND], [S, S, S], id="pairs alone without a system message"
        ),
        pytest.param(
            [*ROUND, USER, CALL, said("tool", "3"), ASSISTANT], [S, S], id="a last pair with a call"
        ),
        pytest.param([SYSTEM, *ROUND], [I, R, R], id="a single pair stands for the request"),
        pytest.param(
            [*ROUND, USER, said("assistant", "ol")], [S, R, R], id="the answers' beginning"
        ),
        pytest.param([*ROUND, USER, said("assistant", "Label:")], [S, R, R], id="an open label"),
        pytest.param(
            [
                said("system", "big", name="example_user"),
                said("system", "old", name="example_assistant"),
                USER,
            ],
            [S, R],
            id="example names in system messages",
        ),
        pytest.param(
            [said("system", "Do it.\n\nQ: a\nA: old\n\nQ: b\nA: old\n"), USER],
            [I, S, S, R],
            id="text shots in the system message",
        ),
        pytest.param(
            [said("user", "Do it.\n\n<example>\nA: old\n</example>\n\nNow this.")],
            [I, S, R],
            id="text shots in the last user message",
        ),
        pytest.param([said("human", "big"), said("ai", "old"), USER], [S, R], id="human and ai"),
    ],
)
def test_a_chat_is_taken_apart(document: object, parts: list[tuple[str, str | None]]) -> None:
    prompt = parse_prompt(json.dumps(document), "chat.json")
    assert prompt.format == "chat"
    assert outline(prompt) == parts


def test_messages_are_kept_with_role_and_name() -> None:
    document = [SYSTEM, said("user", "big", name="ann"), ASSISTANT, USER]
    prompt = parse_prompt(json.dumps(document), "chat.json")
    assert prompt.messages == (
        Message("system", "Be brief."),
        Message("user", "big", "ann"),
        Message("assistant", "old"),
        Message("user", "big"),
    )


def test_without_shots_the_pairs_are_gone_as_messages_too() -> None:
    shots = "Do it.\n\nQ: a\nA: old\n\nQ: b\nA: old\n"
    document = [said("system", shots), *ROUND, USER]
    tuned = parse_prompt(json.dumps(document), "chat.json").without_shots()
    assert tuned.messages == (Message("system", "Do it.\n\n"), Message("user", "big"))


def test_parts_count_their_lines_in_the_whole_text() -> None:
    document = [said("system", "One\ntwo\n"), *ROUND, USER]
    prompt = parse_prompt(json.dumps(document), "chat.json")
    assert [part.line for part in prompt.parts] == [1, 3, 3]


def test_a_tool_call_counts_as_its_name_and_arguments() -> None:
    call = {"function": {"name": "look_up", "arguments": '{"id": 7}'}}
    document = [USER, {"role": "assistant", "tool_calls": [call]}, said("tool", "x"), USER]
    prompt = parse_prompt(json.dumps(document), "chat.json")
    assert prompt.messages[1].content == 'look_up\n{"id": 7}'


def test_what_is_no_text_is_named_and_not_counted() -> None:
    blocks = [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": "x"}}]
    prompt = parse_prompt(json.dumps([said("user", blocks)]), "chat.json")
    assert prompt.text == "Look"
    assert prompt.warnings == ("The prompt holds image_url, which is not counted.",)


def test_tool_definitions_are_named_and_not_counted() -> None:
    prompt = parse_prompt(json.dumps({"messages": [USER], "tools": [{"name": "f"}]}), "chat.json")
    assert prompt.text == "big"
    assert prompt.warnings == ("The prompt holds tools, which is not counted.",)


def test_half_of_a_surrogate_pair_becomes_the_replacement_character() -> None:
    prompt = parse_prompt('[{"role": "user", "content": "a\\ud800b"}]', "chat.json")
    assert prompt.text == "a\ufffdb"


@pytest.mark.parametrize("name", ["chat.yaml", "chat.yml"])
def test_yaml_is_read_like_json(name: str) -> None:
    text = (
        "messages:\n- {role: user, content: big}\n- {role: assistant, content: old}\n"
        "- role: user\n  content: |\n    small\n"
    )
    prompt = parse_prompt(text, name)
    assert outline(prompt) == [S, R]
    assert prompt.messages[-1].content == "small\n"


def test_one_json_line_is_one_prompt() -> None:
    assert outline(parse_prompt(json.dumps([*ROUND, USER]) + "\n\n", "chat.jsonl")) == [S, R]


@pytest.mark.parametrize("name", ["standard input", "chat.txt", "chat"])
def test_a_chat_without_a_telling_name_is_recognised(name: str) -> None:
    assert parse_prompt(json.dumps([SYSTEM, USER]), name).format == "chat"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param(said("usr", "x"), ["message 2", "usr", "'user'"], id="an unknown role"),
        pytest.param({"role": "user"}, ["message 2", "no 'content'"], id="no content"),
        pytest.param(said("user", 7), ["message 2", "'content'"], id="content that is a number"),
        pytest.param("hello", ["message 2", "object"], id="a message that is text"),
        pytest.param(said("user", "x", name=1), ["message 2", "'name'"], id="a name of a number"),
        pytest.param(
            said("assistant", "x", tool_calls=7), ["message 2", "'tool_calls'"], id="calls, no list"
        ),
    ],
)
def test_a_message_that_is_none_is_named(message: object, words: list[str]) -> None:
    with pytest.raises(FileProblemsError) as caught:
        parse_prompt(json.dumps([SYSTEM, message]), "chat.json")
    assert all(word in str(caught.value) for word in ["chat.json", *words])


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(FileProblemsError) as caught:
        parse_prompt(json.dumps([said("usr", "x"), said("user", 7), USER]), "chat.json")
    assert len(caught.value.problems) == 2
