"""JSON and YAML that cannot be read: what is wrong, in which file, on which line."""

from __future__ import annotations

import pytest

from ftvp.errors import FtvpError, ManyRecordsError
from ftvp.prompts import Prompt, parse_prompt


def answered(text: str) -> Prompt | FtvpError:
    try:
        return parse_prompt(text, "prompt.json")
    except FtvpError as error:
        return error


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("{", ["line 1", "column 2"], id="cut off"),
        pytest.param('[\n  {"role": user}\n]', ["line 2", "column 12"], id="no quotation marks"),
        pytest.param("[1e400]", ["1e400", "too large"], id="a number out of range"),
        pytest.param(f"[{'9' * 5000}]", ["too long"], id="a number of 5,000 digits"),
        pytest.param('{"a": 1, "a": 2}', ["'a' stands twice"], id="a key twice"),
        pytest.param("[" * 100_000, ["nested too deep"], id="nested 100,000 deep"),
        pytest.param('{"a":' * 100_000, ["nested too deep"], id="objects 100,000 deep"),
        pytest.param('{"role": "user"}', ["neither chat messages"], id="one message, no list"),
        pytest.param("", ["holds no text"], id="empty"),
        pytest.param(" \n\t\n", ["holds no text"], id="white space"),
        pytest.param('[{"role": "user", "content": " "}]', ["holds no text"], id="empty messages"),
    ],
)
def test_bad_json_says_what_and_where(text: str, words: list[str]) -> None:
    with pytest.raises(FtvpError) as caught:
        parse_prompt(text, "prompt.json")
    assert all(word in str(caught.value) for word in ["prompt.json", *words])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: [1\nb: 2\n", id="a bracket left open"),
        pytest.param("role: user\nrole: assistant\n", id="a key twice"),
        pytest.param("a: !!python/object/apply:os.getcwd []\n", id="a Python tag"),
        pytest.param("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", id="aliases that grow"),
        pytest.param("[" * 10_000, id="nested 10,000 deep"),
        pytest.param("a: b\n---\nc: d\n", id="two documents"),
        pytest.param("a: \x07\n", id="a control character"),
    ],
)
def test_bad_yaml_names_the_file(text: str) -> None:
    with pytest.raises(FtvpError, match=r"prompt\.yaml"):
        parse_prompt(text, "prompt.yaml")


def test_a_text_that_merely_begins_like_json_is_text() -> None:
    assert parse_prompt("{name}, classify this.", "prompt.txt").format == "text"


def test_a_json_lines_file_is_data_and_no_prompt() -> None:
    with pytest.raises(ManyRecordsError, match="holds 3 records"):
        parse_prompt('{"a": 1}\n' * 3, "train.jsonl")


@pytest.mark.long
def test_nesting_near_the_limit_is_a_prompt_or_a_sentence() -> None:
    deep = 200_000  # Python 3.11 takes about 1,000 levels, later ones many more
    depths = (*range(800, 1000), deep)
    lists = ('[{"input": "a", "output": ' + "[" * n + "]" * n + "}]" for n in depths)
    assert "nested too deep" in {str(x)[-15:] for x in map(answered, lists)}
    blocks = '[{"role": "user", "content": %s"a"%s}]'
    nested = (blocks % ('[{"content": ' * n, "}]" * n) for n in (*range(400, 500), deep))
    assert "nested too deep" in {str(x)[-15:] for x in map(answered, nested)}
