"""Every shape of training file is read; every mistake is told with its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ftvp.dataset.examples import Example, Finding, Turn
from ftvp.dataset.scan import Scan, scan
from ftvp.errors import FileProblemsError, UnreadableFileError
from tests.training_files import chat, lines, message

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
CALL = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


def read(path: Path, *, answers: bool = True) -> Scan[Example]:
    """Return the examples of a file."""
    return scan(path, lambda examples: examples, answers=answers)


def refused(path: Path) -> str:
    """Return why a file cannot be trained on."""
    with pytest.raises(FileProblemsError) as caught:
        read(path)
    return str(caught.value)


def odd(path: Path) -> list[Finding]:
    """Return what is odd about a file that can be trained on."""
    return read(path).odd


@pytest.mark.parametrize(
    ("record", "form", "turns"),
    [
        pytest.param(chat("Hi", "Ho"), "chat", [("user", "Hi"), ("assistant", "Ho")], id="chat"),
        pytest.param(
            {"prompt": "1+1", "completion": "2"},
            "completion",
            [("user", "1+1"), ("assistant", "2")],
            id="prompt and completion",
        ),
        pytest.param({"text": "Once"}, "text", [("text", "Once")], id="text only"),
        pytest.param(
            {"instruction": "Add", "input": "1 1", "output": "2"},
            "alpaca",
            [("user", "Add\n1 1"), ("assistant", "2")],
            id="Alpaca",
        ),
        pytest.param(
            {"instruction": "Greet", "input": "", "output": "Hi", "system": "Be kind"},
            "alpaca",
            [("system", "Be kind"), ("user", "Greet"), ("assistant", "Hi")],
            id="Alpaca without input, with a system prompt",
        ),
        pytest.param(
            {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
            "sharegpt",
            [("user", "a"), ("assistant", "b")],
            id="ShareGPT",
        ),
        pytest.param(
            {
                "schemaVersion": "bedrock-conversation-2024",
                "system": [{"text": "Be brief"}],
                "messages": [
                    message("user", [{"text": "a"}]),
                    message("assistant", [{"text": "b"}]),
                ],
            },
            "bedrock",
            [("system", "Be brief"), ("user", "a"), ("assistant", "b")],
            id="Bedrock, the system prompt beside the messages",
        ),
        pytest.param(
            {
                "messages": [
                    message("user", [{"type": "text", "text": "What is"}, IMAGE]),
                    message("assistant", "A cat"),
                ]
            },
            "chat",
            [("user", "What is"), ("assistant", "A cat")],
            id="content as a list, with an image",
        ),
    ],
)
def test_each_shape_becomes_turns(
    tmp_path: Path, record: object, form: str, turns: list[tuple[str, str]]
) -> None:
    found = read(lines(tmp_path / "train.jsonl", [record]))
    (example,) = found.values
    assert example.format == form
    assert [(turn.role, turn.text) for turn in example.turns] == turns
    assert not found.odd


def test_what_an_assistant_sends_to_tools_is_kept_as_the_model_writes_it(tmp_path: Path) -> None:
    record = {
        "messages": [
            message("user", "Look"),
            message("assistant", None, tool_calls=[CALL]),
            message("tool", "found", tool_call_id="1"),
            message("assistant", "Here"),
        ],
        "tools": [{"type": "function"}],
    }
    (example,) = read(lines(tmp_path / "train.jsonl", [record])).values
    assert example.turns[1] == Turn("assistant", "", "", json.dumps([CALL["function"]]))
    assert example.tools == '[{"type": "function"}]'


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (["nonsense"], "line 1: is not JSON: expecting value"),
        ([chat(), '"text"'], "line 2: is no record"),
        ([{"prompt": "a"}], "'completion' is missing beside 'prompt'"),
        ([{"mesages": []}], "Did you mean 'messages'?"),
        ([{"messages": []}], "'messages' is empty"),
        ([{"messages": "Hi"}], "'messages' is no list"),
        ([{"messages": ["Hi"]}], "a message is no object"),
        ([{"messages": [message("user", "Hi")]}], "no message has the role assistant"),
        ([{"messages": [message("bot", "Hi")]}], "unknown role 'bot'"),
        ([{"messages": [message("asistant", "Hi")]}], "Did you mean 'assistant'?"),
        ([{"messages": [{"content": "Hi"}]}], "message 1 has no 'role'"),
        ([{"messages": [{"role": "user"}]}], "message 1 has no 'content'"),
        ([{"messages": [message("user", None)]}], "is null, and the message calls no tool"),
        ([{"messages": [message("user", 5)]}], "'content' of message 1 is a number"),
        ([{"messages": [message("user", {})]}], "'content' of message 1 is an object"),
        ([{"messages": [message("user", "a", weight=2)]}], "must be 0 (not learnt) or 1"),
        ([{"messages": [message("user", "a", weight=1.0)]}], "whole number: 0 or 1"),
        ([{"messages": [message("user", "a", weight=True)]}], "whole number: 0 or 1"),
        (
            [{"messages": [message("user", [{"type": "image_url", "image_url": {"url": "<x>"}}])]}],
            "neither a web address nor JPEG, PNG or WEBP",
        ),
        ([{"messages": [message("user", [{"type": "song"}])]}], "has no known type"),
        ([{"text": 123}], "'text' must be text in quotes"),
        ([{"conversations": []}], "'conversations' must be a list"),
        ([{"conversations": [{"from": "alien", "value": "a"}]}], "is from 'alien'"),
        ([{"conversations": [{"value": "a"}]}], "needs 'from' and 'value'"),
        (['{"a": ' + "[" * 100_000], "nested too deep"),
        (['{"text": ' + "9" * 5000 + "}"], "number that is too long"),
    ],
)
def test_each_mistake_is_told_apart(tmp_path: Path, records: list[object], says: str) -> None:
    assert says in refused(lines(tmp_path / "train.jsonl", records))


def test_all_problems_come_at_once_with_the_lines_of_each_kind(tmp_path: Path) -> None:
    bad: dict[str, Any] = {"messages": []}
    path = lines(tmp_path / "train.jsonl", [bad, chat(), "{", bad, bad])
    said = refused(path).splitlines()
    assert said[0].startswith("train.jsonl line 1: 'messages' is empty")
    assert said[0].endswith("(also on lines 4, 5)")
    assert said[1].startswith("train.jsonl line 3: is not JSON")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b'{\n  "messages": []\n}\n', "is pretty-printed JSON: each training example"),
        (b'{"text": "caf\xe9"}\n', "line 1: is not UTF-8 (byte 0xe9)"),
        (b"[]", "holds no records"),
        (b'[{"text": "a"},\n {"text" 1}]', "line 2: is not JSON"),
        (b'[{"text": "a"}\n {"text": "b"}]', "line 2: a comma is missing"),
        (b'[{"text": "a"}] 5', "something follows the end"),
        (b'[\n{"text": "\xe9"}]', "is not UTF-8"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_files_that_are_no_training_files_are_told_apart(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(content)
    assert says in refused(path)


def test_a_million_spaces_are_a_problem_of_their_line(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [chat(), chat(" " * 1_000_000)])
    assert "line 2: holds over 999,998 spaces in a row" in refused(path)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"text": "a", "id": 7}, "'id' stands beside 'text'"),
        (chat(source="web"), "'source' is no part of a chat record"),
        (chat(answer=" "), "a message is empty"),
        ({"prompt": "a", "completion": ""}, "the answer is empty"),
        (
            {"messages": [message("assistant", "a"), message("user", "b")]},
            "the last message is not",
        ),
        (
            {"messages": [message("user", "a"), message("user", "b"), message("assistant", "c")]},
            "two messages of one role follow",
        ),
        ({"messages": [message("system", "a"), message("assistant", "b")]}, "nothing is asked"),
        (
            {"messages": [message("user", "a"), message("assistant", "b", weight=0)]},
            "every answer has the weight 0",
        ),
        (
            {"messages": [message("user", "a"), message("tool", "b"), message("assistant", "c")]},
            "has no 'tool_call_id'",
        ),
        (chat("Say <|endoftext|>"), "'<|endoftext|>' is written out"),
    ],
)
def test_what_is_odd_is_told_and_accepted(tmp_path: Path, record: object, says: str) -> None:
    (finding,) = odd(lines(tmp_path / "train.jsonl", [chat(), record]))
    assert says in finding.says
    assert finding.line == 2


def test_windows_line_ends_and_a_byte_order_mark_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(chat()).encode() + b"\r\n")
    first, second = odd(path)
    assert "byte-order mark" in first.says
    assert "CRLF" in second.says


def test_an_array_is_read_like_lines_with_the_line_of_each_element(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text(json.dumps([chat("a"), chat("b")], indent=1), "utf-8")
    found = read(path).values
    assert [example.asked for example in found] == ["a", "b"]
    # Each record takes 12 lines: braces, brackets and four lines a message.
    assert [example.line for example in found] == [2, 14]


def test_an_array_longer_than_what_is_read_at_once_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text(json.dumps([chat("word " * 50_000, str(n)) for n in range(9)]), "utf-8")
    assert [example.answer for example in read(path).values] == [str(n) for n in range(9)]


def test_a_packed_file_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(chat("a")).encode()))
    assert read(path).values[0].asked == "a"
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(UnreadableFileError, match="packed with gzip, but broken"):
        read(path)


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ('{"messages": [{"role": "user", "content": "a"}]}', "a"),
        ('{"prompt": "b"}', "b"),
        ('{"question": "c", "answer": "d"}', "c"),
        ("plain words", "plain words"),
        ('"quoted"', "quoted"),
    ],
)
def test_requests_of_production_need_no_answer(tmp_path: Path, source: str, asked: str) -> None:
    (example,) = read(lines(tmp_path / "requests.jsonl", [source]), answers=False).values
    assert example.asked == asked


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_what_is_no_file_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"does not exist|is a folder"):
        read(tmp_path / name)
