"""YAML as ftvp reads it: what is refused, at which line, in which words."""

from __future__ import annotations

import pytest

from ftvp.errors import FileProblemsError
from ftvp.files.values import Lines, load_yaml


def refusal(text: str) -> str:
    """Return what a reader is told of a text that is refused."""
    with pytest.raises(FileProblemsError) as caught:
        load_yaml(text, "s.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("volume: 3\n", {"volume": 3}),
        ("a:\n- 1\n- b: 2026-11-23\n", {"a": [1, {"b": "2026-11-23"}]}),
        ("[010, 1e6, 10:00, 1_000, 0x10, 0o10]", [10, 1e6, "10:00", "1_000", 16, 8]),
        ("[-3, +4, .5, 5., -1.5e-3]", [-3, 4, 0.5, 5.0, -0.0015]),
        (
            "[no, off, yes, on, true, False, ~, null]",
            ["no", "off", "yes", "on", True, False, None, None],
        ),
        ("5000..20000", "5000..20000"),
        ("a: 2 * 3 - 1\n", {"a": "2 * 3 - 1"}),
        ("a: '*b'\n", {"a": "*b"}),
        ('{"volume": 3, "cache": null}', {"volume": 3, "cache": None}),
        ("", None),
        ("# a comment\n", None),
    ],
)
def test_plain_values_are_read(text: str, value: object) -> None:
    assert load_yaml(text, "s.yaml") == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("a: 1\nb: 2\na: 3", "line 3: the key 'a' stands twice", id="a repeated key"),
        pytest.param(
            "a:\n  b: 1\n  b: 2", "line 3: the key 'b' stands twice", id="a repeated inner key"
        ),
        pytest.param(
            "a: &x 1\nb: *x", "line 2: '*x' is an alias: write the value out", id="an alias"
        ),
        pytest.param(
            "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]", "line 2: '*a' is an alias", id="a bomb"
        ),
        pytest.param(
            "a: 1\nb: !!python/object/apply:os.system [ls]",
            "line 2: the tag tag:yaml.org,2002:python/object/apply:os.system is not allowed",
            id="a Python tag",
        ),
        pytest.param("a: !mine 3", "line 1: the tag !mine is not allowed", id="a tag"),
        pytest.param("a: 1\n\tb: 2", "line 2: found a tab character", id="a tab"),
        pytest.param("1: a\n1.0: b", "line 2: the key '1.0' stands twice", id="equal numbers"),
        pytest.param("a: [1, 2", "did not find expected ',' or ']'", id="an open bracket"),
        pytest.param("a: 1\n---\na: 2", "line 2: but found another document", id="two documents"),
        pytest.param("? [a]\n: 3", "line 1: found unhashable key", id="a list as a key"),
        pytest.param("a: \x00", "s.yaml: is not YAML: unacceptable character", id="a null byte"),
        pytest.param("a: !!int x", "s.yaml: is not YAML: ", id="an integer that is none"),
    ],
)
def test_what_is_refused_is_told_with_its_line(text: str, says: str) -> None:
    assert says in refusal(text)
    assert "\n" not in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 300, id="open brackets"),
        pytest.param("[" * 9_000 + "]" * 9_000, id="brackets"),
        pytest.param("{a: " * 150 + "1" + "}" * 150, id="braces"),
        pytest.param("- " * 3_000 + "a", id="dashes"),
        pytest.param("? " * 3_000 + "a", id="question marks"),
        pytest.param("- ? " * 3_000 + "a", id="both"),
        pytest.param("".join(" " * i + "a:\n" for i in range(1_500)), id="indentation"),
    ],
)
def test_no_nesting_is_too_deep_to_refuse(text: str) -> None:
    assert refusal(text).endswith("is nested too deep")


def test_a_hundred_levels_are_read() -> None:
    assert load_yaml("[" * 100 + "]" * 100, "s.yaml")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("b", "c"), 3),
        (("b", "d", 1, "e"), 6),
        (("b", "d", 0), 5),
        (("b", "missing"), 2),
        (("missing",), None),
        ((), None),
    ],
)
def test_a_value_is_found_at_its_line(path: tuple[str | int, ...], line: int | None) -> None:
    text = "a: 1\nb:\n  c: 2\n  d:\n  - 3\n  - e: 4\n"
    assert Lines(text, "s.yaml")(path) == ("s.yaml", line)
