"""`ftvp pricing` and its commands as a person calls them: words in, text and exit codes out."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ftvp.cli.app import app
from tests.overlays import ACME

pytestmark = pytest.mark.slow

DAY = ("--as-of", "2026-11-26")
COSTS = ("--volume", "10000", "--prompt-tokens", "1200", "--output-tokens", "200")
ASKED = (*COSTS, "--tuned-prompt-tokens", "400", "--training-examples", "500", *DAY)
DISCOUNT = """\
schema_version: 1
updated_on: 2026-11-20
sources:
  contract: {name: Our contract}
discounts:
- {provider: openai, discount_percent: 20, effective_from: 2026-06-01,
   checked_on: 2026-11-20, source: contract}
"""
PRICES = {
    "gpt-4o-mini": {"input_cost_per_token": 1.2e-7, "output_cost_per_token": 6e-7},
    "ft:gpt-4.1-nano": {"input_cost_per_token": 1e-7, "output_cost_per_token": 4e-7},
    "ft:gpt-4.1": {"input_cost_per_token": 2e-6, "output_cost_per_token": 8e-6},
    "gpt-7": {"input_cost_per_token": 1e-6, "output_cost_per_token": 4e-6},
}
HOME = {"HOME": "/nowhere", "XDG_CONFIG_HOME": "", "FTVP_PRICES": ""}


def ftvp(*words: str, **environment: str) -> Result:
    """Return what a command does."""
    return CliRunner().invoke(app, words, env={**HOME, **environment})


def answered(*words: str, **environment: str) -> Any:  # noqa: ANN401  a JSON document
    """Return the JSON answer of a command that succeeds."""
    result = ftvp(*words, "--json", **environment)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with two overlays and a price list in it."""
    (tmp_path / "acme.yaml").write_text(ACME, "utf-8")
    (tmp_path / "discount.yaml").write_text(DISCOUNT, "utf-8")
    rows = {k: {"litellm_provider": "openai", "mode": "chat", **v} for k, v in PRICES.items()}
    (tmp_path / "list.json").write_text(json.dumps(rows), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", ["breakeven", "compare"])
def test_an_added_provider_is_priced_and_ranked(folder: Path, command: str) -> None:
    del folder
    words = ("--model", "acme/swift", "--thinking-tokens", "0", "--prices", "acme.yaml")
    answer = answered(command, *ASKED, *words)
    assert answer["overlays"][0]["changes"] == [{"model": "acme/swift", "says": "added"}]
    if command == "compare":
        assert "acme/swift" in {way["model"] for way in answer["ways"]}
    else:
        assert answer["prompted"]["monthly_usd"] == 60


@pytest.mark.long
def test_the_strongest_layer_names_the_overlays(folder: Path) -> None:
    (folder / "s.yaml").write_text("prices: [discount.yaml]\n", "utf-8")
    project = folder / "pyproject.toml"
    project.write_text('[tool.ftvp]\nprices = ["acme.yaml"]\n', "utf-8")

    def used(*words: str, **environment: str) -> list[str]:
        overlays = answered("breakeven", *ASKED, *words, **environment)["overlays"]
        return [Path(overlay["file"]).name for overlay in overlays]

    assert used() == ["acme.yaml"]
    assert used(FTVP_PRICES="discount.yaml") == ["discount.yaml"]
    assert used("s.yaml", FTVP_PRICES="acme.yaml") == ["discount.yaml"]
    both = ("--prices", "acme.yaml", "--prices", "discount.yaml")
    assert used("s.yaml", *both) == ["acme.yaml", "discount.yaml"]
    project.unlink()
    assert used() == []


@pytest.mark.usefixtures("folder")
def test_pricing_uses_the_same_overlays() -> None:
    assert "acme/swift" in answered("pricing", *DAY, FTVP_PRICES="acme.yaml")["models"]
    words = ("pricing", "gpt-4o-mini", "--prices", "discount.yaml", *DAY)
    assert (
        answered(*words)["models"]["openai/gpt-4o-mini"]["base"][1]["output_usd_per_mtok"] == 0.48
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", ["rich", "plain", "markdown"])
def test_what_an_overlay_changed_is_shown(form: str) -> None:
    shown = ftvp(
        *("breakeven", *ASKED, "--prices", "discount.yaml", "--model", "gpt-4o-mini"),
        *("--explain", "--format", form),
    ).stdout
    flat = " ".join(shown.replace("\\", "").split())
    assert "discount.yaml of 2026-11-20" in flat
    assert "openai/gpt-4o-mini: 20 % off from 2026-06-01 (Our contract)" in flat


@pytest.mark.usefixtures("folder")
def test_the_repeated_command_names_the_overlays() -> None:
    words = ("--examples", "20", "--prices", "acme.yaml", "--prices", "discount.yaml", "--no-input")
    command = answered("decide", *ASKED, *words)["equivalent_command"]
    assert "--prices acme.yaml,discount.yaml" in command
    assert "--unknown" not in command


@pytest.mark.usefixtures("folder")
def test_a_sound_overlay_is_said_to_be_sound() -> None:
    result = ftvp("pricing", "validate", "acme.yaml")
    assert result.exit_code == 0
    assert "acme.yaml of 2026-11-20 is a sound overlay. It changes 1 model." in result.stdout


def test_a_faulty_overlay_is_told_whole() -> None:
    bad = Path(__file__).parent / "bad_overlays" / "many_mistakes.yaml"
    result = ftvp("pricing", "validate", str(bad))
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line[:27] for line in result.stderr.splitlines()] == ["ftvp: many_mistakes.yaml li"] * 3


@pytest.mark.usefixtures("folder")
def test_an_import_writes_nothing_unless_told(folder: Path) -> None:
    before = set(folder.iterdir())
    answer = answered("pricing", "import", "--from", "litellm", "list.json", *DAY)
    assert [c["percent"] for c in answer["changed"]] == [-20]
    assert [n["model"] for n in answer["added"]] == ["openai/gpt-7"]
    assert [r["entry"] for r in answer["refused"]] == ["ft:gpt-4.1", "ft:gpt-4.1-nano"]
    assert set(folder.iterdir()) == before


def test_an_import_writes_an_overlay_and_keeps_the_old(folder: Path) -> None:
    words = ("pricing", "import", "--from", "litellm", "list.json", *DAY, "--write", "acme.yaml")
    result = ftvp(*words)
    assert result.exit_code == 0
    assert "Wrote acme.yaml; what it replaces is acme.yaml.bak" in result.stderr
    assert (folder / "acme.yaml.bak").read_text("utf-8") == ACME
    assert ftvp("pricing", "validate", "acme.yaml").exit_code == 0
    found = answered("pricing", "openai/gpt-7", "--prices", "acme.yaml", *DAY)["models"][
        "openai/gpt-7"
    ]
    assert found["base"][0]["output_usd_per_mtok"] == 4


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "litelm", "list.json"), "no price list named 'litelm'. Did you mean 'litellm'"),
        (("--from", "litellm"), "--from litellm needs its file: model_prices_and_context_window"),
        (("--from", "litellm", "none.json"), "none.json does not exist"),
        (("--from", "litellm", "acme.yaml"), "acme.yaml is not litellm's price map"),
        (("--from", "genai-prices", "list.json"), "FILE and --from genai-prices both given"),
        pytest.param(
            ("--from", "genai-prices"),
            "genai-prices is not installed: pip install genai-prices",
            marks=pytest.mark.skipif(bool(find_spec("genai_prices")), reason="installed"),
        ),
    ],
)
def test_an_import_that_cannot_be_says_why(words: tuple[str, ...], says: str) -> None:
    result = ftvp("pricing", "import", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("day", ["2025-01-01", "2026-11-25"])
def test_an_import_is_not_asked_about_the_past(day: str) -> None:
    result = ftvp("pricing", "import", "--from", "litellm", "list.json", "--as-of", day)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"not what they were on {day}" in result.stderr
    assert "from 2026-11-26 on" in result.stderr


@pytest.mark.parametrize("target", [".", "none/w.yaml", "list.json/w.yaml", "x" * 300])
def test_what_cannot_be_written_is_told_before_anything_is_answered(
    folder: Path, target: str
) -> None:
    before = sorted(folder.iterdir())
    words = ("--from", "litellm", "list.json", "--write", target, *DAY)
    result = ftvp("pricing", "import", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ftvp: " in result.stderr
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("flag", ["--write", "--output"])
@pytest.mark.parametrize("target", ["list.json", "./list.json", "link.json", "hard.json"])
def test_a_list_is_never_written_over(folder: Path, flag: str, target: str) -> None:
    (folder / "link.json").symlink_to("list.json")
    (folder / "hard.json").hardlink_to(folder / "list.json")
    text = (folder / "list.json").read_text("utf-8")
    result = ftvp("pricing", "import", "--from", "litellm", "list.json", flag, target, *DAY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is read: writing it would lose it" in result.stderr
    assert (folder / "list.json").read_text("utf-8") == text
    assert not (folder / f"{target}.bak").exists()


def test_an_overlay_and_an_answer_do_not_go_into_one_file(folder: Path) -> None:
    words = ("--write", "x.yaml", "--output", "./x.yaml", *DAY)
    result = ftvp("pricing", "import", "--from", "litellm", "list.json", *words)
    assert (result.exit_code, (folder / "x.yaml").exists()) == (2, False)


@pytest.mark.usefixtures("folder")
def test_a_name_moves_no_cursor_in_the_note(folder: Path) -> None:
    words = ("--from", "litellm", "list.json", "--write", "w\x1b]52;c;YQ==\a.yaml", *DAY)
    result = ftvp("pricing", "import", *words)
    assert result.exit_code == 0
    assert "\x1b" not in result.stderr
    assert len(list(folder.glob("w*.yaml"))) == 1


def test_two_days_differ_by_what_changed_between_them() -> None:
    answer = answered("pricing", "diff", "2026-11-23", "2027-01-14")
    # Gemini 3.8 Flash rises on 2027-01-01; GPT-4o mini ends on 2027-01-14.
    rises = {c["price"]: c for c in answer["changes"] if c["model"] == "google/gemini-3.8-flash"}
    assert (rises["input"]["old"], rises["input"]["new"]) == (0.75, 1.5)
    assert rises["input"]["percent"] == 100
    assert "openai/gpt-4o-mini" in answer["gone"]


def test_a_day_does_not_differ_from_itself() -> None:
    answer = answered("pricing", "diff", "2026-11-23", "2026-11-23")
    assert (answer["changes"], answer["added"], answer["gone"]) == ([], [], [])


@pytest.mark.usefixtures("folder")
def test_an_overlay_differs_from_a_day_by_what_it_changes() -> None:
    answer = answered("pricing", "diff", "2026-11-23", "discount.yaml", *DAY)
    assert {c["model"].partition("/")[0] for c in answer["changes"]} == {"openai"}
    assert {round(c["percent"], 9) for c in answer["changes"]} == {-20}


@pytest.mark.long
def test_verdicts_that_change_with_the_prices_are_shown(folder: Path) -> None:
    told = "volume: 10000\nprompt_tokens: 1200\ntuned_prompt_tokens: 400\noutput_tokens: 200\n"
    own = ACME.replace("acme/swift", "acme/other").replace("Swift", "Other")
    (folder / "other.yaml").write_text(own, "utf-8")
    (folder / "s.yaml").write_text(f"{told}model: acme/swift\n", "utf-8")
    words = ("pricing", "diff", "other.yaml", "acme.yaml", "--scenario", "s.yaml", *DAY)
    (verdict,) = answered(*words)["verdicts"]
    assert verdict["changed"] is True
    assert verdict["old"]["choice"] is None
    assert "no model named 'acme/swift'" in verdict["old"]["headline"]
    assert verdict["new"]["choice"] is not None
    shown = ftvp(*words).stdout
    assert "1 of 1 verdict changed" in shown


@pytest.mark.parametrize("command", ["breakeven", "compare", "pricing"])
def test_prices_that_are_too_old_exit_2(command: str) -> None:
    words = ASKED if command != "pricing" else DAY
    result = ftvp(command, *words, "--max-price-age", "3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "more than --max-price-age 3" in result.stderr


@pytest.mark.long
@pytest.mark.parametrize("command", ["breakeven", "compare", "pricing", "decide"])
def test_every_view_repeats_the_rate(command: str) -> None:
    words = DAY if command == "pricing" else ASKED
    more = ("--examples", "20") if command == "decide" else ()
    currency = ("--currency", "CHF", "--fx", "0.92@2026-11-20")
    shown = ftvp(command, *words, *more, *currency).stdout
    assert "CHF 0.92 for one US dollar" in " ".join(shown.split())
    assert "$" not in shown
    answer = answered(command, *words, *more, *currency)
    assert answer["currency"] == {"code": "CHF", "rate": 0.92, "dated": "2026-11-20"}
    assert re.search(r"CHF -?\d", json.dumps(answer)) is None


def test_a_model_may_still_be_named_after_pricing() -> None:
    assert ftvp("pricing", "gpt-4o-mini", *DAY).stdout.startswith(
        "GPT-4o mini (openai/gpt-4o-mini)"
    )
    assert ftvp("pricing", *DAY).exit_code == 0


@pytest.mark.parametrize(
    ("asked", "first", "count"),
    [
        ("openai", "openai/", 31),
        ("azure", "azure-openai/", 11),
        ("Anthropic", "anthropic/", 16),
        ("claude*", "anthropic/claude-haiku-5-5", 17),
        ("*haiku*", "anthropic/claude-haiku-5-5", 5),
        ("tinker/*", "tinker/", 24),
        ("gpt-4o-mini-2024-0?-18", "openai/gpt-4o-mini", 1),
    ],
)
def test_a_provider_or_a_pattern_shows_its_rows(asked: str, first: str, count: int) -> None:
    models = list(answered("pricing", asked, *DAY)["models"])
    assert (models[0][: len(first)], len(models)) == (first, count)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("claude", "'claude' fits 17 models: anthropic/claude-haiku-5-5, "),
        ("sonnet", "'sonnet' fits 5 models: anthropic/claude-sonnet-5-5, "),
        ("zzz*", "no model named 'zzz*'"),
        ("gpt-4o-mni", "Did you mean 'openai/gpt-4o-mini'?"),
    ],
)
def test_a_word_of_several_models_is_a_sentence(asked: str, says: str) -> None:
    for words in (("pricing", asked), ("breakeven", *COSTS, "--model", asked)):
        result = ftvp(*words, *DAY)
        assert (result.exit_code, result.stdout) == (2, "")
        assert says in result.stderr


@pytest.mark.parametrize(
    "name",
    [
        "claude-sonnet-4-5-20250929",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "Claude Sonnet 4.5",
    ],
)
def test_a_name_as_it_stands_in_code_is_understood(name: str) -> None:
    assert list(answered("pricing", name, *DAY)["models"]) == ["anthropic/claude-sonnet-4-5"]


def test_a_model_that_was_retired_is_said_to_be() -> None:
    shown = " ".join(ftvp("pricing", "anthropic/claude-3-opus", *DAY).stdout.split())
    assert "shut down on 2026-01-05" in shown
    result = ftvp("breakeven", *ASKED, "--model", "google/gemini-1.5-flash")
    assert result.exit_code == 2
    assert "shut down on 2025-09-29" in result.stderr


def test_what_was_checked_longest_ago_stands_first_with_its_source() -> None:
    stale = answered("pricing", "--stale", *DAY)["stale"]
    assert [each["checked_on"] for each in stale] == sorted(each["checked_on"] for each in stale)
    assert stale[0]["checked_on"] == "2025-05-05"
    assert stale[0]["models"] == ["aws-bedrock/nova-lite"]
    shown = ftvp("pricing", "--stale", *DAY).stdout
    assert "AWS blog on custom Nova models, 2025-05-05" in shown
    assert "https://docs.together.ai" in shown
    assert answered("pricing", *DAY)["stale"] == []


def test_old_sources_are_summed_up_in_one_line() -> None:
    (warning,) = answered("pricing", *DAY)["warnings"]
    assert re.match(
        r"Prices of \d+ sources were last checked 570 days ago at the longest\. That was on "
        r"2025-05-05: check them \(ftvp pricing --stale\)",
        warning,
    )


def test_one_model_shows_what_it_is_and_what_is_not_known() -> None:
    shown = " ".join(ftvp("pricing", "nova-micro", *DAY).stdout.split())
    assert "It does not think before it answers, a small model of its line-up" in shown
    assert "It will not be shut down before 2025-12-04, which is past" in shown
    assert "Caching is for a prefix whose end the caller marks, from 1,536 tokens" in shown
    assert "Not known: - training: No source gives it." in " ".join(
        ftvp("pricing", "nova-lite", *DAY).stdout.split()
    )
    hosted = " ".join(ftvp("pricing", "self-hosted/llama-3.1-8b-a10g", *DAY).stdout.split())
    assert "1,950 input or 974 output tokens a second (a guess from one length, times 0.2" in hosted
    azure = " ".join(ftvp("pricing", "azure/gpt-4o", *DAY).stdout.split())
    assert "by 2026-09-02: new customers can no longer tune it" in azure


DOUBTFUL = """\
schema_version: 2
updated_on: 2026-11-20
sources: {contract: {name: Our contract}}
models:
  acme/swift:
    name: Swift
    tokenizer: o200k_base
    base:
    - effective_from: 2026-06-01
      checked_on: 2026-11-20
      source: contract
      input_usd_per_mtok: 1
      output_usd_per_mtok: 4
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("mtok: 1\n", "mtok: 1.5e-7\n", "line 12: input of $1.5e-07 per million tokens: likely a"),
        ("mtok: 4\n", "mtok: 6.0e-7\n", "line 13: output of $6e-07 per million tokens: likely a p"),
        ("mtok: 1\n", "mtok: 0\n", "line 12: input of 0: a paid model is not free"),
        ("mtok: 1\n", "mtok: 150000\n", "line 12: input of $150,000.00 per million tokens: likely"),
        (
            "mtok: 4\n",
            "mtok: 4\n      cached_input_usd_per_mtok: 2\n",
            "line 14: cached input at $2.00 costs more than input at $1.00",
        ),
        (
            "      checked_on: 2026-11-20",
            "      checked_on: 2027-11-20",
            "line 10: checked on 2027-11-20, after 2026-11-20: nobody can have looked yet",
        ),
        ("acme/swift:", "openai/gpt-4o-mini:", ""),
    ],
)
def test_an_overlay_is_doubted_where_a_price_list_would_be(
    folder: Path, old: str, new: str, says: str
) -> None:
    text = DOUBTFUL.replace(old, new, 1)
    (folder / "own.yaml").write_text(text, "utf-8")
    doubts = answered("pricing", "validate", "own.yaml")["doubts"]
    assert len(doubts) == bool(says)
    assert all(says in doubt for doubt in doubts)
    shown = ftvp("pricing", "validate", "own.yaml").stdout
    assert ("is a sound overlay" in shown) == (not says)
    overlays = answered("pricing", *DAY, "--prices", "own.yaml")["overlays"]
    assert overlays[0]["doubts"] == doubts


def test_the_help_lists_the_commands_of_pricing() -> None:
    shown = ftvp("--help").stdout
    assert all(f"pricing {word}" in shown for word in ("validate", "import", "diff"))


@pytest.mark.parametrize("text", ["prompt_tokens: 900\n", "volume: 900\n", "task: translation\n"])
def test_a_scenario_without_amounts_has_verdicts_to_compare(text: str, folder: Path) -> None:
    (folder / "s.yaml").write_text(f"{text}model: nova-micro\nunknown: [volume]\n", "utf-8")
    found = ftvp("pricing", "diff", "2026-08-01", "2026-11-26", "--scenario", "s.yaml")
    assert (found.exit_code, found.stderr) == (0, "")
    assert "s.yaml" in found.stdout
