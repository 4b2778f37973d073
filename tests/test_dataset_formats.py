"""Every format of training file is read; every mistake is named with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from ftvp.dataset.examples import Format, TrainingExample, TrainingMessage
from ftvp.dataset.formats import SHAPES, RecordShape, Scan, parse_record, read_record, scan
from ftvp.errors import FileProblemsError
from tests.training_files import chat, lines, message

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
CALL = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
LOOK = {"type": "function", "function": {"name": "look"}}


def read(path: Path, *, answers: bool = True) -> Scan[TrainingExample]:
    """Return the examples of a file."""
    return scan(path, lambda examples: examples, answers=answers)


def refused(path: Path) -> str:
    """Return why a file cannot be trained on."""
    with pytest.raises(FileProblemsError) as caught:
        read(path)
    return str(caught.value)


def notes(path: Path) -> list[tuple[str, int]]:
    """Return what is odd about a file that can be trained on, with the first line of each kind."""
    return [(note.says, note.lines[0]) for note in read(path).issues.notes]


def said(example: TrainingExample) -> list[tuple[str, str]]:
    """Return who says what in an example."""
    return [(each.role, each.text) for each in example.messages]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_record_that_the_documentation_shows_is_read_as_its_format(shape: RecordShape) -> None:
    record = parse_record(shape.record.encode())
    assert isinstance(record, dict)
    example, issues = read_record(record)
    assert (example.format, issues) == (shape.name, [])


def test_the_documentation_has_a_row_for_each_format() -> None:
    text = (Path(__file__).parent.parent / "docs" / "datasets.md").read_text("utf-8")
    formats = text.partition("## Formats")[2].partition("## Containers")[0]
    rows = [line.split("`")[1] for line in formats.splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(shape.name for shape in SHAPES) == sorted(get_args(Format))


PLAIN = [
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
        {"instruction": "And 2?", "output": "4", "history": [["Double 1", "2"]]},
        "alpaca",
        [("user", "Double 1"), ("assistant", "2"), ("user", "And 2?"), ("assistant", "4")],
        id="Alpaca with the exchanges before",
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
            "messages": [message("user", [{"text": "a"}]), message("assistant", [{"text": "b"}])],
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
]
GEMINI = [
    pytest.param(
        {
            "systemInstruction": {"parts": [{"text": "Sum up."}]},
            "contents": [
                {"role": "user", "parts": [{"text": "one"}, {"text": "two"}]},
                {"role": "model", "parts": [{"text": "three"}]},
            ],
        },
        "gemini",
        [("system", "Sum up."), ("user", "one\ntwo"), ("assistant", "three")],
        id="Gemini with a system instruction, several parts",
    ),
    pytest.param(
        {
            "system_instruction": {"parts": {"text": "Sum up."}},
            "contents": [{"parts": [{"text": "one"}]}, {"role": "model", "parts": [{"text": "1"}]}],
        },
        "gemini",
        [("system", "Sum up."), ("user", "one"), ("assistant", "1")],
        id="Gemini in snake case, the user's role left out",
    ),
    pytest.param(
        {
            "contents": [
                {"role": "user", "parts": [{"text": "a"}]},
                {"role": "model", "parts": [{"text": "b"}]},
                {"role": "user", "parts": [{"fileData": {"mimeType": "image/png"}}]},
                {"role": "model", "parts": [{"text": "d"}]},
            ],
            "labels": {"team": "x"},
        },
        "gemini",
        [("user", "a"), ("assistant", "b"), ("user", ""), ("assistant", "d")],
        id="Gemini in several turns, one an image",
    ),
]
USUAL = [
    pytest.param(
        {"instruction": "Add", "context": "1 1", "response": "2", "category": "sum"},
        "pairs",
        [("user", "Add\n1 1"), ("assistant", "2")],
        id="Dolly",
    ),
    pytest.param(
        {"Question": "1+1", "Answer": "2"},
        "pairs",
        [("user", "1+1"), ("assistant", "2")],
        id="question and answer with capitals",
    ),
    pytest.param(
        {"input": "1+1", "output": "2"},
        "pairs",
        [("user", "1+1"), ("assistant", "2")],
        id="input and output",
    ),
    pytest.param(
        {"system": "Add.", "user": "1+1", "assistant": "2"},
        "pairs",
        [("system", "Add."), ("user", "1+1"), ("assistant", "2")],
        id="the roles as keys",
    ),
    pytest.param(
        {"prompt": [message("user", "1+1")], "completion": [message("assistant", "2")]},
        "completion",
        [("user", "1+1"), ("assistant", "2")],
        id="TRL: both as messages",
    ),
    pytest.param(
        {"prompt": [message("system", "Add."), message("user", "1+1")], "completion": "2"},
        "completion",
        [("system", "Add."), ("user", "1+1"), ("assistant", "2")],
        id="TRL: the prompt as messages, the completion as text",
    ),
    pytest.param(
        {"dialog": [message("user", "1+1"), message("assistant", "2")]},
        "conversations",
        [("user", "1+1"), ("assistant", "2")],
        id="dialog",
    ),
    pytest.param(
        {"talk": [{"role": "human", "value": "1+1"}, {"role": "bot", "value": "2"}], "id": 7},
        "conversations",
        [("user", "1+1"), ("assistant", "2")],
        id="a list of messages under any key",
    ),
    pytest.param(
        {"instruction": "Add", "output": "2", "text": "### Add\n### 2"},
        "alpaca",
        [("user", "Add"), ("assistant", "2")],
        id="Alpaca beside its rendered text",
    ),
    pytest.param(
        {"messages": chat("1+1", "2")["messages"], "text": "<s>1+1</s><s>2</s>"},
        "chat",
        [("user", "1+1"), ("assistant", "2")],
        id="a chat beside its rendered text",
    ),
    pytest.param(
        {"text": "Q: 1+1 A: 2", "question": "1+1", "answer": "2"},
        "pairs",
        [("user", "1+1"), ("assistant", "2")],
        id="a pair behind its rendered text",
    ),
    pytest.param(
        {
            "instruction": "Add",
            "input": "1 1",
            "output": "2",
            "prompt": "Below is a task, and what it is about, write the answer: Add\n1 1",
        },
        "alpaca",
        [("user", "Add\n1 1"), ("assistant", "2")],
        id="Alpaca beside its rendered prompt",
    ),
    pytest.param(
        {"problem": "1+1", "solution": "2"},
        "pairs",
        [("user", "1+1"), ("assistant", "2")],
        id="a problem and its solution",
    ),
    pytest.param(
        {"conversation": [{"system": "Add.", "input": "1+1", "output": "2"}]},
        "conversations",
        [("system", "Add."), ("user", "1+1"), ("assistant", "2")],
        id="XTuner: each element is an exchange",
    ),
    pytest.param(
        {
            "input": {"messages": [message("user", "1+1")]},
            "output": message("assistant", "2"),
        },
        "pairs",
        [("user", "1+1"), ("assistant", "2")],
        id="a request and the message of its answer",
    ),
    pytest.param(
        {"messages": [message("user", "1+1"), message("model", "2")]},
        "chat",
        [("user", "1+1"), ("assistant", "2")],
        id="the role model, as Vertex AI had it",
    ),
]
PREFERENCES = [
    pytest.param(
        {
            "input": {"messages": [message("user", "Hi")]},
            "preferred_output": [message("assistant", "Hello")],
            "non_preferred_output": [message("assistant", "What")],
        },
        [("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="OpenAI",
    ),
    pytest.param(
        {"prompt": "Hi", "chosen": "Hello", "rejected": "What"},
        [("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="TRL",
    ),
    pytest.param(
        {
            "prompt": "Hi",
            "chosen": [message("user", "Hi"), message("assistant", "Hello")],
            "rejected": [message("user", "Hi"), message("assistant", "What")],
            "messages": [message("user", "Hi"), message("assistant", "Hello")],
        },
        [("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="TRL with the prompt in both answers, and a chat beside them",
    ),
    pytest.param(
        {"chosen": "Human: Hi there\nAI: Hello", "rejected": "Human: Hi there\nAI: What"},
        [("user", "Human: Hi there\nAI: "), ("rejected", "What"), ("assistant", "Hello")],
        id="TRL with an implicit prompt",
    ),
    pytest.param(
        {
            "conversations": [{"from": "human", "value": "Hi"}],
            "chosen": {"from": "gpt", "value": "Hello"},
            "rejected": {"from": "gpt", "value": "What"},
        },
        [("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="LLaMA-Factory, ShareGPT",
    ),
    pytest.param(
        {"instruction": "Greet", "input": "Bob", "chosen": "Hi Bob", "rejected": "Bob"},
        [("user", "Greet\nBob"), ("rejected", "Bob"), ("assistant", "Hi Bob")],
        id="LLaMA-Factory, Alpaca",
    ),
    pytest.param(
        {
            "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
            "completions": [
                {"score": 0, "completion": {"role": "model", "parts": [{"text": "What"}]}},
                {"score": 1, "completion": {"role": "model", "parts": [{"text": "Hello"}]}},
            ],
        },
        [("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="Gemini",
    ),
    pytest.param(
        {
            "system": [{"text": "Be kind"}],
            "messages": [
                message("user", [{"text": "Hi"}]),
                {
                    "role": "assistant",
                    "candidates": [
                        {"content": [{"text": "Hello"}], "preferenceLabel": "preferred"},
                        {"content": [{"text": "What"}], "preferenceLabel": "non-preferred"},
                    ],
                },
            ],
        },
        [("system", "Be kind"), ("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="Nova",
    ),
    pytest.param(
        {**chat("Hi", "Hello"), "rejected_response": "What"},
        [("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="ms-swift",
    ),
    pytest.param(
        {"system": "Be kind", "question": "Hi", "chosen": "Hello", "rejected": "What"},
        [("system", "Be kind"), ("user", "Hi"), ("rejected", "What"), ("assistant", "Hello")],
        id="a question with a system prompt",
    ),
]
LABELLED = [
    pytest.param(
        {"prompt": "Hi", "completion": "Hello", "label": True},
        [("user", "Hi"), ("assistant", "Hello")],
        id="wanted",
    ),
    pytest.param(
        {"prompt": "Hi", "completion": "What", "label": False},
        [("user", "Hi"), ("rejected", "What")],
        id="not wanted",
    ),
    pytest.param(
        {"instruction": "Greet", "output": "What", "kto_tag": False},
        [("user", "Greet"), ("rejected", "What")],
        id="LLaMA-Factory, Alpaca",
    ),
    pytest.param(
        {"messages": chat("Hi", "What")["messages"], "label": False},
        [("user", "Hi"), ("rejected", "What")],
        id="a chat",
    ),
    pytest.param(
        {"prompt": "Hi", "completion": "What", "label": "False"},
        [("user", "Hi"), ("rejected", "What")],
        id="in letters, as a table has it",
    ),
]
TASKS = [
    pytest.param(
        {"messages": [message("user", "1+1")], "reference_answer": "2"}, [("user", "1+1")], id="AWS"
    ),
    pytest.param(
        {"messages": [message("user", "1+1")], "sum": 2, "unit": "none"},
        [("user", "1+1")],
        id="OpenAI: a grader reads any field",
    ),
    pytest.param(
        {"messages": [*chat("1+1", "2")["messages"], message("user", "2+2")], "ground_truth": "4"},
        [("user", "1+1"), ("assistant", "2"), ("user", "2+2")],
        id="an answer stands earlier in the chat",
    ),
    pytest.param(
        {"contents": [{"parts": [{"text": "1+1"}]}], "references": {"sum": "2"}},
        [("user", "1+1")],
        id="Gemini",
    ),
    pytest.param(
        {"prompt": [message("user", "1+1")], "reward_model": {"ground_truth": "2"}},
        [("user", "1+1")],
        id="a prompt as messages",
    ),
    pytest.param(
        {"messages": [message("user", "1+1")], "reference": message("assistant", "2")},
        [("user", "1+1")],
        id="what a grader compares with is a message of its own",
    ),
    pytest.param({"question": "1+1", "ground_truth": "2"}, [("user", "1+1")], id="a question"),
]


@pytest.mark.parametrize(("record", "form", "messages"), [*PLAIN, *GEMINI, *USUAL])
def test_each_format_becomes_messages(
    tmp_path: Path, record: object, form: str, messages: list[tuple[str, str]]
) -> None:
    (example,) = read(lines(tmp_path / "train.jsonl", [record])).values
    assert (example.format, said(example)) == (form, messages)


@pytest.mark.parametrize(("record", "messages"), PREFERENCES)
def test_a_preference_keeps_the_better_answer_apart_from_the_worse(
    tmp_path: Path, record: object, messages: list[tuple[str, str]]
) -> None:
    (example,) = read(lines(tmp_path / "train.jsonl", [record])).values
    assert (example.format, said(example)) == ("preference", messages)
    assert (example.answer, example.rejected) == (messages[-1][1], messages[-2][1])
    assert messages[-2][1] not in example.asked or messages[-2][1] == "Bob"


@pytest.mark.parametrize(("record", "messages"), LABELLED)
def test_an_answer_that_is_not_wanted_is_not_learnt(
    tmp_path: Path, record: object, messages: list[tuple[str, str]]
) -> None:
    (example,) = read(lines(tmp_path / "train.jsonl", [record])).values
    assert (example.format, said(example)) == ("kto", messages)


@pytest.mark.parametrize(("record", "messages"), TASKS)
def test_a_task_for_reinforcement_lacks_no_answer(
    tmp_path: Path, record: object, messages: list[tuple[str, str]]
) -> None:
    (example,) = read(lines(tmp_path / "train.jsonl", [record])).values
    assert (example.format, said(example), example.answer) == ("reinforcement", messages, "")


def test_what_an_assistant_sends_to_tools_is_kept_as_the_model_writes_it(tmp_path: Path) -> None:
    record = {
        "messages": [
            message("user", "Look"),
            message("assistant", None, tool_calls=[CALL]),
            message("tool", "found", tool_call_id="1"),
            message("assistant", "Here"),
        ],
        "tools": [LOOK],
    }
    found = read(lines(tmp_path / "train.jsonl", [record]))
    (example,) = found.values
    assert example.messages[1] == TrainingMessage(
        "assistant", "", "", json.dumps([CALL["function"]])
    )
    assert example.tools == json.dumps([LOOK])
    assert not found.issues.notes


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (["nonsense"], "line 1: is not JSON: expecting value"),
        (["{'prompt': 'a'}"], "is Python, not JSON: write it with json.dumps"),
        (['{"prompt": NaN, "completion": "a"}'], "holds NaN, which is not JSON"),
        (['{"text": "a", "text": "b"}'], "the key 'text' stands twice"),
        (
            ['{"messages": [{"role": "user", "content": "a", "content": "b"}]}'],
            "the key 'content' stands twice",
        ),
        ([chat(), '"text"'], "line 2: is no record"),
        ([{"prompt": "a"}], "'completion' is missing beside 'prompt'"),
        ([{"article": "a", "summary": "b"}], "The record has 'article', 'summary': call the"),
        ([{"chosen": "a", "prompt": "b"}], "'rejected' is missing beside 'chosen'"),
        ([{"chosen": "a"}], "'rejected' is missing beside 'chosen'"),
        ([{"mesages": []}], "Did you mean 'messages'?"),
        ([{"messages": []}], "'messages' is empty"),
        ([{"messages": "Hi"}], "'messages' is no list"),
        ([{"messages": ["Hi"]}], "a message is no object"),
        ([{"messages": [message("user", "Hi")]}], "no message has the role assistant"),
        ([{"contents": [{"parts": [{"text": "Hi"}]}]}], "no content has the role model"),
        ([{"messages": [message("bot", "Hi")]}], "unknown role 'bot'"),
        ([{"messages": [message("asistant", "Hi")]}], "Did you mean 'assistant'?"),
        ([{"messages": [message("Human", "Hi")]}], "Did you mean 'user'?"),
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
        ([{"messages": [message("user", "a"), message("assistant", [IMAGE])]}], "holds an image"),
        ([{"prompt": ["a", "b"], "completion": ["c", "d"]}], "'prompt' holds several texts"),
        ([{"prompt": "a", "completion": 4}], "'completion' is a number"),
        (['{"prompt": "a", "completion": "b",}'], "a comma stands before the end of an object"),
        (['{"messages": [{"role": "user", "content": "a"},]}'], "a comma stands before the end"),
        (['{"prompt": "a", "completion": "b"},'], "a comma stands at the end: take it out"),
        (['{"prompt": "a", "completion": "b"}{"prompt": "c"}'], "two values stand on one line"),
        (['{"prompt": "a", "completion": None}'], "is Python, not JSON"),
        ([{"messages": "[{'role': 'user'}]"}], "looks like a list and is Python, not JSON"),
        (
            [
                {
                    "messages": [message("user", "a")],
                    "choices": [{"message": message("assistant", "b")}],
                }
            ],
            "the answer stands under 'choices', beside the messages",
        ),
        (
            [{"request": {"messages": []}, "response": {"choices": []}}],
            "is a log of a request and its response: write the messages",
        ),
        ([{"text": 123}], "'text' must be text in quotes"),
        ([{"text": "Great!", "label": 1}], "'label' stands beside 'text'"),
        ([{"conversations": []}], "'conversations' is empty"),
        ([{"conversations": [{"from": "alien", "value": "a"}]}], "is from 'alien'"),
        ([{"conversations": [{"value": "a"}]}], "needs 'from' and 'value'"),
        ([{"segments": [{"label": False, "text": "a"}]}], "no segment has the label true"),
        ([{"input_ids": [1, 2], "labels": [1, 2]}], "is text in tokens already"),
        ([{"custom_id": "1", "method": "POST", "body": {}}], "is a request of a batch job"),
        ([{"recordId": "1", "modelInput": {}}], "is a request of a batch job"),
        ([{"data": [chat(), chat()]}], "holds the records in a list under 'data': jq -c"),
        ([{"rows": [{"row": chat()}]}], "holds the records in a list under 'rows'"),
        ([{"1": chat(), "2": chat()}], "holds the records under a key each: jq -c '.[]'"),
        ([{"custom_id": "1", "response": {"body": {}}}], "is a response of a batch job"),
        ([{"request": "Add 1", "reply": "2"}], "The record has 'request', 'reply': call"),
        ([{"prompt": "a", "response_a": "b", "response_b": "c"}], "is a preference record with"),
        ([{"prompt": "a", "answer1": "b", "answer2": "c", "best": 1}], "is a preference record"),
        ([{"problem": "1+1", "steps": ["2"]}], "'output' is missing beside 'problem'"),
        (['{"a": ' + "[" * 100_000], "nested too deep"),
        (['{"a": [' * 300 + "1" + "]}" * 300], "is of no known shape"),
        ([{"messages": "[" * 10_000}], "nested too deep"),
        ([{**chat(), "messages": [["a"], {"candidates": []}]}], "a message is no object"),
        ([{"prompt": "a", "completion": "b", "history": True}], "'history' must be a list"),
        ([{"contents": 1, "completions": []}], "an answer of score 1 and one of score 0"),
        ([{"messages": [message("user", [{"type": ["image"]}])]}], "has no known type"),
        (['{"text": ' + "9" * 5000 + "}"], "number that is too long"),
    ],
)
def test_each_mistake_has_its_own_words(tmp_path: Path, records: list[object], says: str) -> None:
    assert says in refused(lines(tmp_path / "train.jsonl", records))


def test_all_problems_come_at_once_with_the_lines_of_each_kind(tmp_path: Path) -> None:
    bad: dict[str, Any] = {"messages": []}
    path = lines(tmp_path / "train.jsonl", [bad, chat(), "{", bad, bad])
    words = refused(path).splitlines()
    assert words[0].startswith("train.jsonl line 1: 'messages' is empty")
    assert words[0].endswith("(also on lines 4, 5)")
    assert words[1].startswith("train.jsonl line 3: is not JSON")


def test_a_million_spaces_are_a_problem_of_their_line(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [chat(), chat(" " * 1_000_000)])
    assert "line 2: holds over 999,998 spaces or tabs in a row" in refused(path)


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (
            {"text": "a longer text", "id": 7, "place": 8},
            "'place' is no part of a record of 'text'",
        ),
        (chat(source="web"), "'source' is no part of a chat record and is not counted"),
        (chat(answer=" "), "a message is empty"),
        ({"prompt": "a", "completion": ""}, "the answer is empty"),
        (
            {"prompt": "a", "chosen": "same", "rejected": "same"},
            "the two answers are equal: nothing is learnt",
        ),
        (
            {"messages": [message("assistant", "a"), message("user", "b")]},
            "the last message is not",
        ),
        (
            {"messages": [message("user", "a"), message("user", "b"), message("assistant", "c")]},
            "two messages of one role follow",
        ),
        (
            {"messages": [message("user", "a"), message("system", "b"), message("assistant", "c")]},
            "a system message stands after the first",
        ),
        ({"messages": [message("system", "a"), message("assistant", "b")]}, "nothing is asked"),
        (
            {"messages": [message("user", "a"), message("assistant", "b", weight=0)]},
            "every answer has the weight 0",
        ),
        (
            {"messages": [message("user", "a", weight=1), message("assistant", "b")]},
            "'weight' stands at a message that is not the assistant's",
        ),
        (
            {"messages": [message("user", "a"), message("tool", "b"), message("assistant", "c")]},
            "has no 'tool_call_id'",
        ),
        (
            {"contents": [{"role": "model", "parts": [{"text": "a"}]}, {"parts": [{"text": "b"}]}]},
            "the first message is the assistant's: most providers want the user to begin",
        ),
        (chat("Say <|endoftext|>"), "'<|endoftext|>' is written out"),
    ],
)
def test_what_is_odd_is_said_and_accepted(tmp_path: Path, record: object, says: str) -> None:
    found = notes(lines(tmp_path / "train.jsonl", [chat(), record]))
    assert [line for words, line in found if says in words] == [2]


def bedrock(*roles: str) -> dict[str, object]:
    """Return a record of Bedrock in which these speak in turn."""
    said_by = [message(role, [{"text": f"{n}"}]) for n, role in enumerate(roles)]
    return {"schemaVersion": "bedrock-conversation-2024", "messages": said_by}


@pytest.mark.parametrize(
    ("roles", "says"),
    [
        (("assistant", "user"), "the first message is not the user's"),
        (("user", "user", "assistant"), "two messages of one role follow each other: Bedrock"),
        (("user", "assistant", "user"), "the last message is not the assistant's: Bedrock"),
        (("system", "user", "assistant"), "a message has the role system: Bedrock knows user"),
    ],
)
def test_bedrock_wants_user_and_assistant_in_turn(
    tmp_path: Path, roles: tuple[str, ...], says: str
) -> None:
    assert says in refused(lines(tmp_path / "train.jsonl", [bedrock(*roles)]))


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
