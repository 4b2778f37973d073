"""The rules for messages: calls of tools, their results, reasoning, and what is no text."""

from __future__ import annotations

from typing import Any

import pytest

from ftvp.dataset.conversations import read_conversation, tool_issues
from ftvp.dataset.examples import RecordError, counted_texts
from ftvp.dataset.formats import read_record
from tests.training_files import chat, message

LOOK = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}


def call(name: str = "look", arguments: object = "{}", number: str = "1") -> dict[str, Any]:
    """Return a call of a tool as OpenAI writes it."""
    return {"id": number, "type": "function", "function": {"name": name, "arguments": arguments}}


def talk(*calls: dict[str, Any], result: str | None = "1") -> list[dict[str, Any]]:
    """Return a question, calls, a result for one of them, and the answer."""
    found = [message("tool", "seen", tool_call_id=result)] if result else []
    asked = [message("user", "Look"), message("assistant", None, tool_calls=list(calls))]
    return [*asked, *found, message("assistant", "Here")]


@pytest.mark.parametrize(
    ("messages", "tools", "says"),
    [
        pytest.param(talk(call()), [LOOK], None, id="as it should be"),
        pytest.param(talk(call("book")), [LOOK], "'book' is called and is not among", id="unknown"),
        pytest.param(talk(call()), None, "'look' is called and is not among", id="none declared"),
        pytest.param(talk(call(), result="2"), [LOOK], "answers no call before it", id="other id"),
        pytest.param(talk(call(), result=None), [LOOK], "no result follows", id="no result"),
        pytest.param(
            talk(call(), call(number="2")), [LOOK], "no result follows", id="one result of two"
        ),
        pytest.param(
            talk(call(arguments={"x": 1})), [LOOK], "JSON in a string", id="an object as arguments"
        ),
        pytest.param(talk(call(arguments="x=1")), [LOOK], "not a JSON object", id="not JSON"),
        pytest.param(talk(call(arguments="[1]")), [LOOK], "not a JSON object", id="a list"),
        pytest.param(
            talk(call(arguments="")), [LOOK], None, id="no arguments at all, as OpenAI writes them"
        ),
        pytest.param(talk(call("book")), [{"web": {}}], None, id="tools without names"),
    ],
)
def test_a_call_fits_its_tool_and_its_result(
    messages: list[dict[str, Any]], tools: object, says: str | None
) -> None:
    conversation = read_conversation(messages)
    found = list(tool_issues(conversation, tools, in_strings=True))
    assert (len(found) == 1 and says in found[0]) if says else not found


def test_a_chat_may_end_with_a_call() -> None:
    messages = talk(call())[:2]
    conversation = read_conversation(messages)
    assert not list(tool_issues(conversation, [LOOK], in_strings=True))


@pytest.mark.parametrize(
    ("record", "says"),
    [
        pytest.param(
            {
                "contents": [
                    {"role": "user", "parts": [{"text": "Look"}]},
                    {"role": "model", "parts": [{"functionCall": {"name": "book", "args": {}}}]},
                ],
                "tools": [{"functionDeclarations": [{"name": "look"}]}],
            },
            "'book' is called",
            id="Gemini",
        ),
        pytest.param(
            {
                "messages": [
                    message("user", [{"text": "Look"}]),
                    message(
                        "assistant",
                        [{"toolUse": {"name": "look", "toolUseId": "1", "input": "{}"}}],
                    ),
                ],
                "schemaVersion": "bedrock-conversation-2024",
                "toolConfig": {"tools": [{"toolSpec": {"name": "look"}}]},
            },
            "the arguments of a call are text",
            id="Bedrock",
        ),
        pytest.param(
            {
                "messages": [
                    message("user", [{"text": "Look"}]),
                    message(
                        "assistant", [{"toolUse": {"name": "look", "toolUseId": "1", "input": {}}}]
                    ),
                    message("user", [{"toolResult": {"toolUseId": "2", "content": []}}]),
                    message("assistant", [{"text": "Here"}]),
                ],
                "schemaVersion": "bedrock-conversation-2024",
                "toolConfig": {"tools": [{"toolSpec": {"name": "look"}}]},
            },
            "a tool's result answers no call before it",
            id="Bedrock, a result of another call",
        ),
    ],
)
def test_other_providers_calls_are_checked_too(record: dict[str, Any], says: str) -> None:
    _, issues = read_record(record)
    assert any(says in issue for issue in issues)


@pytest.mark.parametrize(
    ("answer", "reasoning"),
    [
        (message("assistant", "4", reasoning_content="2 and 2"), "2 and 2"),
        (message("assistant", "4", reasoning="2 and 2"), "2 and 2"),
        (message("assistant", [{"type": "thinking", "thinking": "2 and 2"}, "4"]), "2 and 2"),
    ],
)
def test_reasoning_is_counted_and_is_no_part_of_the_answer(
    answer: dict[str, Any], reasoning: str
) -> None:
    example, issues = read_record({"messages": [message("user", "2+2"), answer]})
    assert (example.answer, example.messages[-1].reasoning, issues) == ("4", reasoning, [])
    assert counted_texts(example) == ["2+2", "4", reasoning]


def test_a_column_of_reasoning_beside_a_pair_is_counted() -> None:
    example, issues = read_record({"question": "2+2", "reasoning": "2 and 2", "answer": "4"})
    assert (counted_texts(example), issues) == (["2+2", "4", "2 and 2"], [])


def test_tools_in_a_string_are_counted_as_they_stand() -> None:
    turns = [{"from": "human", "value": "Look"}, {"from": "gpt", "value": "Here"}]
    example, issues = read_record({"conversations": turns, "tools": '[{"name": "look"}]'})
    assert (counted_texts(example)[-1], issues) == ('[{"name": "look"}]', [])


def test_columns_of_pictures_count_as_media() -> None:
    example, issues = read_record({**chat(), "images": ["1.png", "2.png"]})
    assert ([medium.kind for medium in example.media], issues) == (["image", "image"], [])


@pytest.mark.parametrize("keys", [("prompt", "completion"), ("prompt", "chosen", "rejected")])
def test_pictures_in_a_prompt_count_as_media(keys: tuple[str, ...]) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://pictures.example/1.png"}}
    prompt = [{"type": "text", "text": "What?"}, picture]
    example, _ = read_record(dict.fromkeys(keys, "A cat") | {"prompt": prompt})
    assert ([medium.kind for medium in example.media], example.asked) == (["image"], "What?")


def test_a_picture_is_no_completion() -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://pictures.example/1.png"}}
    with pytest.raises(RecordError, match=r"'completion' holds what is no text \(image\)"):
        read_record({"prompt": "Draw", "completion": [picture]})


@pytest.mark.parametrize(
    ("called", "says"),
    [
        ('{"name": "look", "arguments": {"x": 1}}', None),
        ('{"name": "book", "arguments": {}}', "'book' is called and is not among"),
        ("look it up", None),
    ],
)
def test_calls_of_tools_in_sharegpt_are_checked(called: str, says: str | None) -> None:
    spoken = [("human", "Look"), ("function_call", called), ("observation", "1"), ("gpt", "One")]
    turns = [{"from": who, "value": said} for who, said in spoken]
    tools = '[{"name": "look", "parameters": {}}]'
    _, issues = read_record({"conversations": turns, "tools": tools})
    assert [says in issue for issue in issues] == [True] if says else not issues


def test_marks_of_pictures_in_a_column_are_counted_once() -> None:
    seen = message("user", [{"type": "image"}, {"type": "text", "text": "What?"}])
    record = {"messages": [seen, message("assistant", "A cat")]}
    alone, _ = read_record(record)
    beside, _ = read_record({**record, "images": ["1.png"]})
    assert (len(alone.media), len(beside.media)) == (1, 1)
