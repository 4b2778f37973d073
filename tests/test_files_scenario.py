"""Scenario files: nested as a person writes them, mistakes at their line, saved and read again."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from ftvp.errors import (
    FileProblemsError,
    FtvpError,
    NotUtf8Error,
    SeveralVolumesError,
    UnreadableFileError,
)
from ftvp.files.scenario import load_scenario, load_scenarios, save_scenario
from ftvp.files.values import load_yaml
from ftvp.render.formats import json_schema
from ftvp.scenario import OwnPrice, Scenario

NUMBERS = "is not a number: write 8000, 8,000 or 8k, and a range as 5000..20000."
SECOND = "a second document begins here: write one block of keys, or one JSON object"


def test_a_file_may_list_volumes(tmp_path: Path) -> None:
    file = written(tmp_path, "volume: [1000, 5k]\nprompt_tokens: 50\n")
    assert [each.volume for each in load_scenarios(file)] == [1_000, 5_000]
    with pytest.raises(SeveralVolumesError, match="2 volumes are given"):
        load_scenario(file)
    with pytest.raises(FileProblemsError, match=r"line 1: 'volume': 'x' is not a number"):
        load_scenarios(written(tmp_path, "volume: [1000, x]\n"))


def written(folder: Path, text: str | bytes) -> Path:
    """Return a scenario file with this text."""
    path = folder / "s.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(folder: Path, text: str | bytes) -> list[str]:
    """Return the lines that a user reads about a file."""
    with pytest.raises(FtvpError) as caught:
        load_scenario(written(folder, text))
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param("volume: 10000", {"volume": 10_000}, id="flat"),
        pytest.param(
            "training: {examples: 500, cost: 9}\ntuned:\n  prompt:\n    tokens: 3",
            {"training_examples": 500, "training_cost": 9, "tuned_prompt_tokens": 3},
            id="nested",
        ),
        pytest.param(
            "prompted: {price: {input: 1, output: 2}}\ntuned_price: input=3,output=4",
            {
                "prompted_price": OwnPrice(input=1, output=2),
                "tuned_price": OwnPrice(input=3, output=4),
            },
            id="prices",
        ),
        pytest.param(
            "training: {epochs: 4}\nprompted: {model: x}",
            {"epochs": 4, "model": "x"},
            id="a group as a mere heading",
        ),
        pytest.param("volume: 1e6", {"volume": 1e6}, id="a number that YAML takes for text"),
        pytest.param(
            "cache: off\nformat_task: no", {"cache": "off", "format_task": False}, id="no"
        ),
        pytest.param("unknown: [volume]\nexamples: null", {"unknown": ("volume",)}, id="null"),
        pytest.param('{"volume": 3, "model": "[/x]"}', {"volume": 3, "model": "[/x]"}, id="JSON"),
        pytest.param("\ufeffvolume: 3", {"volume": 3}, id="a byte-order mark"),
    ],
)
def test_a_file_spells_out_the_fields(tmp_path: Path, text: str, fields: dict[str, Any]) -> None:
    found = load_scenario(written(tmp_path, text))
    assert found == Scenario.model_validate(fields)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "model: x\n\n\nvolme: 3",
            ["s.yaml line 4: 'volme' is not a scenario field. Did you mean 'volume'?"],
            id="an unknown key",
        ),
        pytest.param(
            "tuned:\n  pric: 3\nfoo: 1",
            [
                "s.yaml line 2: 'tuned.pric' is not a scenario field. Did you mean 'tuned_price'?",
                "s.yaml line 3: 'foo' is not a scenario field.",
            ],
            id="every unknown key",
        ),
        pytest.param(
            "volume: -3\nepochs: 2.5\nhorizon: no",
            [
                "s.yaml line 1: 'volume' must be a positive number (not -3)",
                "s.yaml line 2: 'epochs' must be a whole number (not 2.5)",
                f"s.yaml line 3: 'horizon': 'no' {NUMBERS}",
            ],
            id="every bad value",
        ),
        pytest.param(
            "volume: .nan", ["s.yaml line 1: 'volume' must be a finite number (not nan)"], id="nan"
        ),
        pytest.param(
            "volume: 1e400",
            ["s.yaml line 1: 'volume': '1e400' is too large."],
            id="1e400",
        ),
        pytest.param(
            "volume: true", ["s.yaml line 1: 'volume': true and false are no answer here"]
        ),
        pytest.param("horizon: [1]", ["s.yaml line 1: 'horizon' must be a number"], id="a list"),
        pytest.param(
            "cache: 1.5",
            ["s.yaml line 1: 'cache' must be 'auto' or 'off', or at most 1 (not 1.5)"],
            id="neither a word nor a share",
        ),
        pytest.param(
            "prompted:\n  price:\n    input: 1\n    outptu: 2",
            [
                "s.yaml line 2: 'prompted_price.output' is missing",
                "s.yaml line 4: 'outptu' is not a scenario field. Did you mean 'output'?",
            ],
            id="a price's unknown key",
        ),
        pytest.param(
            "horizon: long\nvolum: 3\nvolume: many",
            [
                f"s.yaml line 1: 'horizon': 'long' {NUMBERS}",
                "s.yaml line 2: 'volum' is not a scenario field. Did you mean 'volume'?",
                f"s.yaml line 3: 'volume': 'many' {NUMBERS}",
            ],
            id="an unknown key beside wrong values, in the order of their lines",
        ),
        pytest.param(
            '{"volume": 10}\n{"volume": 20}',
            [f"s.yaml line 2: {SECOND}"],
            id="two objects",
        ),
        pytest.param(
            "tuned_price: 3",
            ["s.yaml line 1: 'tuned_price' must be a block of keys (not 3)"],
            id="one price for two",
        ),
        pytest.param(
            "training: {examples: 5}\ntraining_examples: 6",
            ["s.yaml line 2: 'training_examples' says again what 'training.examples' said"],
            id="said twice in two ways",
        ),
        pytest.param(
            "as_of: 1764115200",
            ["s.yaml line 1: 'as_of' must be a day, written as 2026-11-23 (not 1764115200)"],
            id="seconds",
        ),
        pytest.param(
            "volume: 10:00",
            [f"s.yaml line 1: 'volume': '10:00' {NUMBERS}"],
            id="base 60",
        ),
        pytest.param("volume: 1\nvolume: 2", ["s.yaml line 2: the key 'volume' stands twice"]),
        pytest.param(
            "as_of: 2026-11-23 10:00:00",
            [
                (
                    "s.yaml line 1: 'as_of' must be a day, written as 2026-11-23"
                    " (not '2026-11-23 10:00:00')"
                )
            ],
            id="an hour",
        ),
        pytest.param(
            "as_of: yesterday",
            ["s.yaml line 1: 'as_of' must be a day, written as 2026-11-23 (not 'yesterday')"],
            id="no day",
        ),
        pytest.param(
            "", ["s.yaml: is not a scenario file: expected keys such as volume: 10000"], id="empty"
        ),
        pytest.param(
            "- 1", ["s.yaml: is not a scenario file: expected keys such as volume: 10000"]
        ),
        pytest.param(
            "{1: 2}", ["s.yaml line 1: '1' is not a scenario field."], id="a number as key"
        ),
        pytest.param(
            '"v\\e[2J": 3', ["s.yaml line 1: 'v\\x1b[2J' is not a scenario field."], id="escapes"
        ),
    ],
)
def test_every_mistake_is_told_at_its_line(tmp_path: Path, text: str, lines: list[str]) -> None:
    assert refusal(tmp_path, text) == lines


def test_a_file_must_be_utf_8(tmp_path: Path) -> None:
    with pytest.raises(NotUtf8Error, match=r"byte 0xe9 at line 2\). Save it as UTF-8"):
        load_scenario(written(tmp_path, b"volume: 1\nmodel: caf\xe9"))


def test_a_missing_file_names_the_one_beside_it(tmp_path: Path) -> None:
    written(tmp_path, "volume: 1")
    with pytest.raises(UnreadableFileError, match=r"does not exist. Did you mean .*s\.yaml"):
        load_scenario(tmp_path / "s.yml")
    with pytest.raises(UnreadableFileError, match="is a folder"):
        load_scenario(tmp_path)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    found = load_scenario(written(folder, f"prompt: ../p.txt\ntuned_prompt: {tmp_path}/t.txt"))
    assert found.prompt is not None
    assert Path(found.prompt).resolve() == tmp_path / "p.txt"
    assert found.tuned_prompt == str(tmp_path / "t.txt")
    assert load_scenario(written(folder, "prompt: '-'")).prompt == "-"


def test_a_scenario_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"volume: 3\nprompt: p.txt")))
    assert load_scenario("-") == Scenario(volume=3, prompt="p.txt")


def test_standard_input_is_named_in_its_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"volme: 3")))
    with pytest.raises(FileProblemsError, match="standard input line 1: 'volme'"):
        load_scenario("-")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="nothing told"),
        pytest.param(
            {
                "volume": 1234.5,
                "cache": "off",
                "unknown": ("examples", "volume"),
                "prompted_price": "input=10,output=30,cached_input=1",
                "tuned_price": "input=3,output=6",
                "tuned_prompt_tokens": 7,
                "prompted_request_cost": 0.001,
                "training_examples": 500,
                "format_task": False,
                "task": "naïve: #1",
                "as_of": "2026-11-23",
            },
            id="much told",
        ),
    ],
)
def test_what_is_saved_is_read_again(tmp_path: Path, fields: dict[str, Any]) -> None:
    scenario = Scenario.model_validate(fields)
    path = tmp_path / "saved.yaml"
    save_scenario(scenario.model_copy(update={"volume": 1}), path)
    save_scenario(scenario, path)
    if fields:
        assert load_scenario(path) == scenario
    assert [each.name for each in tmp_path.iterdir()] == ["saved.yaml"]


def test_saved_paths_lead_to_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    prompt = str(tmp_path / "p.txt")
    path = tmp_path / "out" / "saved.yaml"
    save_scenario(Scenario(prompt=prompt, tuned_prompt="-"), path)
    assert "prompt: ../p.txt" in path.read_text("utf-8")
    found = load_scenario(path)
    assert found.prompt is not None
    assert Path(found.prompt).resolve() == Path(prompt).resolve()
    assert found.tuned_prompt == "-"


@pytest.mark.slow
def test_the_schema_knows_the_blocks_that_are_written(tmp_path: Path) -> None:
    fields = json_schema("scenario")["properties"]
    told = {"tuned_model": "nova-micro", "training_cost": 9, "prompted_request_cost": 0.1}
    save_scenario(Scenario.model_validate(told), tmp_path / "s.yaml", "a note\nin one line")
    text = (tmp_path / "s.yaml").read_text("utf-8")
    written: Any = load_yaml(text, "s.yaml")
    assert set(written) == {"tuned", "training", "prompted"}
    assert all(set(block) <= set(fields[name]["properties"]) for name, block in written.items())
    assert [line[0] for line in text.splitlines()[:3]] == ["#", "#", "t"]
