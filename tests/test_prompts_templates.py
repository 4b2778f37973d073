"""Examples kept as data: arrays of pairs, templates with examples, LangChain's few-shot files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftvp.errors import FileProblemsError, FtvpError, NotAPromptError
from ftvp.prompts import Prompt, parse_prompt, read_prompt

LANGCHAIN: dict[str, Any] = {
    "_type": "few_shot",
    "input_variables": ["adjective"],
    "prefix": "Write antonyms.",
    "example_prompt": {
        "_type": "prompt",
        "input_variables": ["input", "output"],
        "template": "Input: {input}\nOutput: {output}",
    },
    "examples": [{"input": "happy", "output": "sad"}, {"input": "tall", "output": "short"}],
    "suffix": "Input: {adjective}\nOutput:",
}
WRITTEN_OUT = (
    "Write antonyms.\n\nInput: happy\nOutput: sad\n\nInput: tall\nOutput: short\n\n"
    "Input: {adjective}\nOutput:"
)


def parsed(document: object) -> Prompt:
    return parse_prompt(json.dumps(document, ensure_ascii=False), "prompt.json")


def kinds(prompt: Prompt) -> list[str]:
    return [part.kind for part in prompt.parts]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("input", "output"),
        ("question", "answer"),
        ("source", "target"),
        ("prompt", "completion"),
        ("text", "label"),
        ("instruction", "response"),
        ("query", "sql"),
        ("user", "assistant"),
        ("input_text", "expected_output"),
        ("Frage", "Antwort"),
        ("en", "is"),
    ],
)
def test_an_array_of_pairs_is_shots(first: str, second: str) -> None:
    prompt = parsed([{first: "happy", second: "sad"}, {first: "tall", second: "short"}])
    assert prompt.format == "shots"
    assert [shot.answer for shot in prompt.shots] == ["sad", "short"]
    assert prompt.text == f"{first}: happy\n{second}: sad\n\n{first}: tall\n{second}: short"


def test_a_number_as_label_and_further_keys_are_part_of_the_example() -> None:
    prompt = parsed([{"id": 1, "input": "a", "topic": "x", "output": 3}])
    assert prompt.text == "input: a\ntopic: x\noutput: 3"


def test_an_object_as_answer_is_json() -> None:
    prompt = parsed([{"input": "a", "output": {"name": "Bo", "age": 3}}])
    assert prompt.shots[0].answer == '{"name": "Bo", "age": 3}'


def test_instructions_examples_and_input_come_in_the_order_of_the_file() -> None:
    pairs = [{"input": "a", "output": "b"}]
    prompt = parsed({"version": 2, "instruction": "Do.", "examples": pairs, "input": "{x}"})
    assert prompt.format == "template"
    assert kinds(prompt) == ["instructions", "shot", "request"]
    assert prompt.text == "Do.\n\ninput: a\noutput: b\n\n{x}"
    assert prompt.warnings == ()


@pytest.mark.parametrize(
    "key", ["examples", "shots", "few_shot_examples", "demonstrations", "Examples"]
)
def test_the_list_goes_by_several_names(key: str) -> None:
    assert len(parsed({"system": "Do.", key: [{"q": "a", "a": "b"}] * 3}).shots) == 3


def test_the_examples_own_template_writes_them() -> None:
    pairs = [{"text": "fine", "label": "good"}]
    prompt = parsed({"task": "Do.", "example_template": "{text} is {{label}}", "examples": pairs})
    assert prompt.shots[0].text == "fine is good"


def test_a_slot_for_the_examples_takes_them_in() -> None:
    pairs = [{"text": "fine", "label": "good"}]
    prompt = parsed({"prompt": "Do.\n\n{examples}\n\nNow: {text}", "examples": pairs})
    assert kinds(prompt) == ["instructions", "shot", "request"]
    assert prompt.text == "Do.\n\ntext: fine\nlabel: good\n\nNow: {text}"


def test_whole_texts_and_pairs_in_lists_are_examples_under_that_key() -> None:
    texts = parsed({"system": "Do.", "examples": ["Q: a\nA: b", "Q: c\nA: d"]})
    assert [shot.answer for shot in texts.shots] == ["b", "d"]
    pairs = parsed({"system": "Do.", "examples": [["a", "b"], ["c", "d"]]})
    assert [shot.answer for shot in pairs.shots] == ["b", "d"]


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(
            [{"note": f"lamp {n}", "desk": "repair", "why": "dark\n\nhall"} for n in "12"],
            id="keys that no list of words knows",
        ),
        pytest.param(
            [{"note": f"lamp {n}", "steps": [{"call": "find"}, {"sql": "a\nb"}]} for n in "12"],
            id="data within",
        ),
        pytest.param(
            {n: {"note": f"lamp {n}", "desk": "repair"} for n in "12"}, id="examples by name"
        ),
        pytest.param(
            [
                [{"role": "user", "content": n}, {"role": "assistant", "content": "yes"}]
                for n in ("lamp 1", "lamp 2")
            ],
            id="chats",
        ),
        pytest.param(
            [
                {"role": "user", "content": "lamp 1"},
                {"role": "assistant", "content": "yes"},
                {"role": "user", "content": "lamp 2"},
                {"role": "assistant", "content": "no"},
            ],
            id="the messages of one chat",
        ),
        pytest.param(
            [
                {
                    "title": "easy",
                    "messages": [
                        {"role": "user", "content": n},
                        {"role": "assistant", "content": "yes"},
                    ],
                }
                for n in ("lamp 1", "lamp 2")
            ],
            id="chats with a title",
        ),
    ],
)
def test_what_the_key_calls_examples_needs_no_known_keys(items: object) -> None:
    prompt = parsed({"system": "Name the desk.", "examples": items})
    assert kinds(prompt) == ["instructions", "shot", "shot"]
    assert ["lamp 1" in prompt.shots[0].text, "lamp 2" in prompt.shots[1].text] == [True, True]


def test_lists_of_examples_that_are_alike_are_one() -> None:
    pairs = [{"user_query": "a b", "assistant_response": "c d"}]
    alike = parsed({"trend_examples": pairs, "mood_examples": pairs})
    assert kinds(alike) == ["shot", "shot"]
    other = [{"code": "a b", "tests": "c d"}]
    with pytest.raises(FtvpError):
        parsed({"stage1_examples": pairs, "stage2_examples": other})
    with pytest.raises(FtvpError):
        parsed({"system": "Do.", "test_examples": [{"note": "a long note", "desk": "one desk"}]})


def test_the_examples_of_a_schema_are_not_sent() -> None:
    items = [{"room": "nine", "sign": "dark lamp"}]
    with pytest.raises(NotAPromptError):
        parsed({"type": "object", "properties": {"room": {"type": "string"}}, "examples": items})


def test_the_name_of_a_file_calls_its_list_examples() -> None:
    items = [{"note": f"lamp {n}", "code": ["MOV", "HALT"], "why": "dark"} for n in "12"]
    named = parse_prompt(json.dumps(items), "few-shot.json")
    assert kinds(named) == ["shot", "shot"]
    with pytest.raises(NotAPromptError):
        parsed(items)


def test_the_only_value_of_an_object_may_be_the_prompt() -> None:
    prompt = parsed({"sorting": {"examples": ["Q: a? A: b.", "Q: c? A: d."], "task": "Sort it."}})
    assert kinds(prompt) == ["shot", "shot", "instructions"]


def test_a_template_without_a_list_is_looked_into() -> None:
    prompt = parsed({"template": "Q: a\nA: b\n\nQ: {x}\nA:"})
    assert kinds(prompt) == ["shot", "request"]


def test_a_langchain_file_is_written_out_as_langchain_does() -> None:
    prompt = parsed(LANGCHAIN)
    assert prompt.text == WRITTEN_OUT
    assert kinds(prompt) == ["instructions", "shot", "shot", "request"]
    assert [shot.answer for shot in prompt.shots] == ["sad", "short"]


def test_the_separator_is_the_files_own() -> None:
    prompt = parsed({**LANGCHAIN, "example_separator": "\n--\n"})
    assert prompt.text == WRITTEN_OUT.replace("\n\n", "\n--\n")


def test_doubled_braces_become_single() -> None:
    prompt = parsed({**LANGCHAIN, "prefix": 'Answer with {{"a": 1}}.'})
    assert prompt.instructions[0].text == 'Answer with {"a": 1}.\n\n'


def test_without_prefix_and_suffix_the_examples_are_all() -> None:
    assert kinds(parsed({**LANGCHAIN, "prefix": "", "suffix": ""})) == ["shot", "shot"]


@pytest.mark.parametrize("name", ["examples.json", "examples.yaml"])
def test_examples_in_a_file_are_looked_for_beside_the_prompt(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps(LANGCHAIN["examples"]))
    (tmp_path / "prompt.json").write_text(json.dumps({**LANGCHAIN, "examples": name}))
    assert read_prompt(tmp_path / "prompt.json").text == WRITTEN_OUT


def test_texts_in_files_are_looked_for_beside_the_prompt(tmp_path: Path) -> None:
    document = {**LANGCHAIN, "prefix_path": "prefix.txt", "example_prompt_path": "example.json"}
    (tmp_path / "prefix.txt").write_text("Write antonyms.")
    (tmp_path / "example.json").write_text(json.dumps(LANGCHAIN["example_prompt"]))
    (tmp_path / "prompt.json").write_text(json.dumps(document))
    assert read_prompt(tmp_path / "prompt.json").text == WRITTEN_OUT


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"examples": "no.json"}, "does not exist", id="a file that is missing"),
        pytest.param({"examples": 3}, "'examples' must be", id="examples that are no list"),
        pytest.param({"examples": [{"input": "a"}]}, "'output'", id="an example without a key"),
        pytest.param({"example_prompt": None}, "'example_prompt'", id="no example template"),
        pytest.param(
            {"example_prompt": {"template": "{a.__class__}"}}, "a.__class__", id="an attribute"
        ),
        pytest.param({"example_prompt": {"template": "{"}}, "template", id="a brace left open"),
        pytest.param({"template_format": "jinja2"}, "f-string", id="Jinja"),
        pytest.param({"example_separator": 5}, "'example_separator'", id="no text between"),
        pytest.param({"prefix": ["a"]}, "'prefix'", id="a prefix that is a list"),
    ],
)
def test_a_langchain_file_that_cannot_be_written_out_says_why(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    (tmp_path / "prompt.json").write_text(json.dumps({**LANGCHAIN, **change}))
    with pytest.raises(FtvpError, match=says):
        read_prompt(tmp_path / "prompt.json")


def test_a_wide_field_does_not_fill_the_memory() -> None:
    wide = {"example_prompt": {"template": "{input:1000000000}{output}"}}
    assert len(parsed({**LANGCHAIN, **wide}).text) < 100


def test_an_example_that_is_written_as_nothing_is_left_out() -> None:
    empty = {"input": "", "output": ""}
    template = {"example_prompt": {"template": "{input}{output}"}}
    prompt = parsed({**LANGCHAIN, **template, "examples": [empty, {"input": "a", "output": "b"}]})
    assert [shot.text for shot in prompt.shots] == ["ab\n\n"]


def test_langchain_yaml_is_read() -> None:
    text = (
        "_type: few_shot\ninput_variables:\n    [adjective]\nprefix:\n    Write antonyms.\n"
        "example_prompt:\n    _type: prompt\n    template:\n"
        '        "Input: {input}\\nOutput: {output}"\nexamples:\n'
        "    - {input: happy, output: sad}\n    - {input: tall, output: short}\n"
        'suffix:\n    "Input: {adjective}\\nOutput:"\n'
    )
    assert parse_prompt(text, "prompt.yaml").text == WRITTEN_OUT


@pytest.mark.parametrize(
    "document",
    [
        pytest.param([], id="an empty list"),
        pytest.param(3, id="a number"),
        pytest.param({"a": 1}, id="an object of something else"),
        pytest.param({"messages": []}, id="no messages"),
        pytest.param([{"name": "a", "age": 3}], id="two keys that are no pair"),
        pytest.param([{"a": "x", "b": "y"}, {"a": "x", "c": "y"}], id="keys that differ"),
        pytest.param({"examples": []}, id="no examples"),
    ],
)
def test_json_that_is_no_prompt_is_an_error_by_name_and_text_otherwise(document: object) -> None:
    with pytest.raises(NotAPromptError, match=r"prompt\.json .*\.txt"):
        parsed(document)
    assert parse_prompt(json.dumps(document), "prompt.txt").format == "text"


def test_a_duplicate_key_is_named() -> None:
    with pytest.raises(FileProblemsError, match="'input' stands twice"):
        parse_prompt('[{"input": "a", "input": "b", "output": "c"}]', "p.json")
