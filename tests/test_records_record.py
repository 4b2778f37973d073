"""Records: the same bytes again whatever the tables say today, no text of the user's, no damage."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ftvp import api
from ftvp.cli.app import app
from ftvp.errors import FtvpError
from ftvp.files.scenario import load_scenario
from ftvp.odds import shapes
from ftvp.records.record import Command, Recorded, load_record, record_text
from ftvp.render.formats import json_text
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Tables
from ftvp.tables.pricing import Pricing
from tests.asked import DAY, tables
from tests.drawn import scenarios

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
COMMANDS: tuple[Command, ...] = ("breakeven", "decide", "compare", "odds")
SECRET = ("Zanzibar", "halyard", "quixotic")
PROMPT = """Sort the Zanzibar parcels.

Input: halyard loose
Output: deck

Input: quixotic order
Output: desk

Input: {text}
Output:
"""


def kept(command: Command, scenario: Scenario, folder: Path, day: date = DAY) -> Recorded:
    """Return the record of an answer, written to a file and read again."""
    return read_again(api.record(command, scenario, tables(), day)[1], folder)


def read_again(record: Recorded, folder: Path) -> Recorded:
    """Return a record as it is read from a file that it was written to."""
    path = folder / "record.json"
    path.write_text(record_text(record), "utf-8")
    return load_record(path)


@pytest.fixture
def few_futures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw few futures, which take most of an answer: few come again as many do."""
    for name in ("POINTS", "MANY_POINTS"):
        monkeypatch.setattr(shapes, name, 16)


def dearer(pricing: Pricing) -> Tables:
    """Return the tables with every base price twice as high."""
    models = {
        name: row.model_copy(
            update={
                "base": tuple(
                    offer.model_copy(
                        update={
                            "input_usd_per_mtok": 2 * (offer.input_usd_per_mtok or 0),
                            "output_usd_per_mtok": 2 * (offer.output_usd_per_mtok or 0),
                        }
                    )
                    for offer in row.base
                )
            }
        )
        for name, row in pricing.models.items()
    }
    return replace(tables(), pricing=pricing.model_copy(update={"models": models}))


@pytest.mark.usefixtures("few_futures")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["multi_label.yaml", "routing.yaml", "own_prices.yaml"])
def test_a_record_replays_to_the_same_bytes(command: Command, name: str, tmp_path: Path) -> None:
    scenario = load_scenario(EXAMPLES / name)
    answer, record = api.record(command, scenario, tables(), DAY)
    found = read_again(record, tmp_path)
    assert found.text == json_text(answer) == json_text(api.replay(found))


@pytest.mark.long
def test_a_record_rests_on_its_own_prices_whatever_the_tables_say_now(tmp_path: Path) -> None:
    scenario = load_scenario(EXAMPLES / "multi_label.yaml")
    found, changed = kept("decide", scenario, tmp_path), dearer(tables().pricing)
    assert json_text(api.decide(scenario, changed, DAY)) != found.text
    assert json_text(api.replay(found)) == found.text
    assert json_text(api.replay(found, changed)) == json_text(api.decide(scenario, changed, DAY))


@pytest.mark.usefixtures("few_futures")
def test_drawn_scenarios_replay_to_the_same_bytes(tmp_path: Path) -> None:
    answered = 0
    for place, drawn in enumerate(scenarios(13, 60)):
        command = COMMANDS[place % 3]
        try:
            answer, record = api.record(command, drawn.scenario, tables(), drawn.day)
        except FtvpError:
            continue
        found = read_again(record, tmp_path)
        assert json_text(api.replay(found)) == json_text(answer)
        answered += 1
    assert answered > 20


def own_files(folder: Path) -> Scenario:
    """Return a scenario that reads a prompt, a training file, and eval results."""
    (folder / "prompt.txt").write_text(PROMPT, "utf-8")
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"halyard {n}"},
                {"role": "assistant", "content": "quixotic"},
            ]
        }
        for n in range(40)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "train.jsonl").write_text(lines, "utf-8")
    for side, right in (("a", 20), ("b", 30)):
        results = (
            json.dumps({"id": f"Zanzibar-{n}", "score": int(n < right)}) + "\n" for n in range(40)
        )
        (folder / f"{side}.jsonl").write_text("".join(results), "utf-8")
    return Scenario(
        volume=20_000,
        model="nova-2-lite",
        prompt=str(folder / "prompt.txt"),
        dataset=str(folder / "train.jsonl"),
        evals=(str(folder / "a.jsonl"), str(folder / "b.jsonl")),
        cost_per_error=0.01,
    )


def test_a_record_holds_no_text_of_a_prompt_or_of_data(tmp_path: Path) -> None:
    found = kept("decide", own_files(tmp_path), tmp_path)
    written = (tmp_path / "record.json").read_text("utf-8")
    assert not [word for word in SECRET if word.casefold() in written.casefold()]
    assert json_text(api.replay(found)) == found.text


def test_a_record_replays_without_the_files_that_were_read(tmp_path: Path) -> None:
    found = kept("breakeven", own_files(tmp_path), tmp_path)
    for name in ("prompt.txt", "train.jsonl", "a.jsonl", "b.jsonl"):
        (tmp_path / name).unlink()
    assert json_text(api.replay(found)) == found.text
    assert api.replay(found, tables(), date(2026, 12, 1)).as_of == date(2026, 12, 1)


def test_a_record_notes_the_size_and_the_digest_of_every_file_read(tmp_path: Path) -> None:
    found = kept("breakeven", own_files(tmp_path), tmp_path)
    named = {Path(each.file).name: each for each in found.files}
    assert set(named) == {"prompt.txt", "train.jsonl", "a.jsonl", "b.jsonl"}
    data = (tmp_path / "prompt.txt").read_bytes()
    assert named["prompt.txt"].bytes == len(data)
    assert named["prompt.txt"].sha256 == hashlib.sha256(data).hexdigest()


def test_a_record_holds_the_overlays_that_were_laid_over_the_prices(tmp_path: Path) -> None:
    overlay = str(EXAMPLES / "overlays" / "acme.yaml")
    scenario = Scenario(
        volume=10_000, prompt_tokens=1_200, output_tokens=200, model="gpt-6-luna", prices=(overlay,)
    )
    found = kept("breakeven", scenario, tmp_path)
    again = api.replay(found, tables())
    assert json_text(api.replay(found)) == found.text
    assert [each.file for each in again.overlays] == [overlay]
    assert json_text(again) == found.text


Damage = Callable[[dict[str, Any]], object]
DAMAGED: dict[str, tuple[Damage, str]] = {
    "a number was changed": (lambda d: d.update(seed=7), "was changed or cut"),
    "a price was changed": (
        lambda d: d["tables"]["pricing"].update(updated_on="2026-01-01"),
        "was changed or cut",
    ),
    "no digest": (lambda d: d.pop("sha256"), "was changed or cut"),
    "of a later version": (lambda d: d.update(schema="ftvp.record/2"), "update ftvp"),
    "another document": (lambda d: d.update(schema="ftvp.breakeven/2"), "is no record of ftvp"),
}


@pytest.mark.parametrize(("damage", "says"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_record_is_refused_in_a_sentence(
    damage: Damage, says: str, tmp_path: Path
) -> None:
    kept("breakeven", load_scenario(EXAMPLES / "own_prices.yaml"), tmp_path)
    path = tmp_path / "record.json"
    document = json.loads(path.read_text("utf-8"))
    damage(document)
    path.write_text(json.dumps(document), "utf-8")
    found = CliRunner().invoke(app, ["replay", str(path)])
    assert (found.exit_code, found.stdout) == (2, "")
    assert says in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": 3}', "prompt text"])
def test_what_is_no_record_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "no.json"
    path.write_text(text, "utf-8")
    found = CliRunner().invoke(app, ["replay", str(path)])
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("ftvp: no.json")
    assert ("is no record of ftvp" in found.stderr) is (text != "{")


def test_a_replay_prints_the_recorded_bytes_and_says_so(tmp_path: Path) -> None:
    words = ["decide", str(EXAMPLES / "multi_label.yaml"), "--as-of", "2026-11-23", "--json"]
    path = str(tmp_path / "r.json")
    first = CliRunner().invoke(app, [*words, "--record", path])
    again = CliRunner().invoke(app, ["replay", path, "--json"])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stderr == f"Wrote {path}\n"
    assert again.stdout == first.stdout
    assert "the same bytes" in again.stderr


def test_a_replay_that_differs_exits_3_with_the_first_difference(tmp_path: Path) -> None:
    found = kept("breakeven", load_scenario(EXAMPLES / "own_prices.yaml"), tmp_path)
    answer = {**found.answer, "monthly_saving_usd": 1.0}
    _, record = api.record("breakeven", load_scenario(EXAMPLES / "own_prices.yaml"), tables(), DAY)
    other = record.model_copy(update={"answer": answer, "sha256": ""})
    values = json.loads(record_text(other))
    values.pop("sha256", None)
    bare = json.dumps(values, separators=(",", ":"))
    values["sha256"] = hashlib.sha256(bare.encode()).hexdigest()
    path = tmp_path / "other.json"
    path.write_text(json.dumps(values), "utf-8")
    again = CliRunner().invoke(app, ["replay", str(path)])
    assert again.exit_code == 3
    assert "differs at monthly_saving_usd: recorded 1.0, now " in again.stderr


def test_today_and_a_day_exclude_each_other(tmp_path: Path) -> None:
    kept("breakeven", load_scenario(EXAMPLES / "own_prices.yaml"), tmp_path)
    words = ["replay", str(tmp_path / "record.json"), "--today", "--as-of", "2026-12-01"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 2
    assert "--today and --as-of" in found.stderr


def test_a_record_is_not_written_over_what_it_is_made_of(tmp_path: Path) -> None:
    scenario = tmp_path / "s.yaml"
    scenario.write_text((EXAMPLES / "own_prices.yaml").read_text("utf-8"), "utf-8")
    found = CliRunner().invoke(app, ["breakeven", str(scenario), "--record", str(scenario)])
    assert found.exit_code == 2
    assert scenario.read_text("utf-8").startswith("#")


@pytest.mark.slow
@pytest.mark.skipif("OTHER_PYTHON" not in os.environ, reason="OTHER_PYTHON names no Python")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_record_replays_to_the_same_bytes_on_another_python(
    command: Command, tmp_path: Path
) -> None:
    found = kept(command, load_scenario(EXAMPLES / "multi_label.yaml"), tmp_path)
    replay = [os.environ["OTHER_PYTHON"], "-m", "ftvp", "replay", str(tmp_path / "record.json")]
    again = subprocess.run([*replay, "--json"], check=True, capture_output=True, text=True)  # noqa: S603  the tester's own
    assert again.stdout == found.text
