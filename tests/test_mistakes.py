"""Mistakes that new users made, each with the words of its answer: what, where, what to do."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ftvp.cli.app import app

pytestmark = pytest.mark.slow

DAY = ["--as-of", "2026-11-26"]
TOLD = ["--prompt", "prompt.txt", "--volume", "3000", *DAY]
PROMPT = "Classify.\n\nEmail: a\nLabel: x\n\nEmail: b\nLabel: y\n\nEmail: {email}\nLabel:"
BODY = """{"model": "gpt-4o-mini", "temperature": 0, "messages": [
{"role": "system", "content": "Classify"}, {"role": "user", "content": "Hello"}]}"""
GEMINI = """{"contents": [{"role": "user", "parts": [{"text": "Hello"}]},
{"role": "model", "parts": [{"text": "other"}]}, {"role": "user", "parts": [{"text": "Bye"}]}],
"systemInstruction": {"parts": [{"text": "Classify"}]}}"""
RECORD = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'


@pytest.fixture(autouse=True)
def _files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("FTVP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    Path("prompt.txt").write_text(PROMPT, "utf-8")
    Path("request.json").write_text(BODY, "utf-8")
    Path("train.jsonl").write_text(RECORD * 3, "utf-8")
    Path("ds.txt").write_text("Nothing here.", "utf-8")
    Path("wide.txt").write_text(PROMPT, "utf-16")
    Path("pretty.json").write_text(json.dumps(json.loads(RECORD), indent=1) * 2, "utf-8")
    Path("gemini.json").write_text(GEMINI, "utf-8")
    Path("scores.csv").write_text(
        "id,score\n" + "".join(f"{n},perhaps\n" for n in range(9)), "utf-8"
    )
    Path("results.jsonl").write_text('{"id": 1, "score": 0.5}\n' * 3, "utf-8")
    Path("typo.yaml").write_text("volme: 3000\nprompt: prompt.txt\n", "utf-8")


def run(*words: str) -> Any:  # noqa: ANN401  Typer's result
    """Return what a command did: exit_code, stdout, stderr."""
    return CliRunner().invoke(app, list(words))


TOPICS = "tradeoffs, volume, tree, training, scenarios, data, checklist, hybrid, mistakes"
MISTAKES: dict[str, tuple[list[str], str]] = {
    "--output for --output-tokens": (
        ["breakeven", *TOLD, "--output", "200"],
        (
            "--output 200: a file's name is wanted, such as answer.md. The length of an answer is "
            "--output-tokens 200."
        ),
    ),
    "standard output as a file": (
        ["breakeven", *TOLD, "--output", "-"],
        "--output -: an answer goes to standard output without --output; choose its --format.",
    ),
    "a request as a log": (
        ["usage", "request.json"],
        "The body of a request goes to --prompt, a training file to 'ftvp dataset'.",
    ),
    "questions that are open": (
        ["decide", "--volume", "3000", "--examples", "500", "--quality-gap", "9", "--no-input"],
        "or say what you cannot answer: --unknown format-task,eval-improves",
    ),
    "results as training examples": (
        ["dataset", "results.jsonl"],
        "Eval results go to 'ftvp evals', logs to 'ftvp usage'.",
    ),
    "a file of no format": (
        ["breakeven", *TOLD, "--output", "memo.pdf"],
        "--output memo.pdf: .pdf is not written, only .md, .html, .json, .csv, .txt.",
    ),
    "a prompt as a scenario": (
        ["breakeven", "prompt.txt", "--volume", "3000"],
        "prompt.txt looks like a prompt, not a scenario: --prompt prompt.txt",
    ),
    "a request body as a scenario": (
        ["decide", "request.json", "--volume", "3000"],
        "request.json looks like a prompt, not a scenario: --prompt request.json",
    ),
    "a data file as a scenario": (
        ["compare", "train.jsonl", "--volume", "3000"],
        (
            "train.jsonl looks like a data file, not a scenario: --dataset train.jsonl, or ftvp "
            "dataset train.jsonl"
        ),
    ),
    "a field misspelt in a scenario": (
        ["decide", "typo.yaml"],
        "typo.yaml line 1: 'volme' is not a scenario field. Did you mean 'volume'?",
    ),
    "a negative volume": (
        ["breakeven", "--prompt", "prompt.txt", "--volume", "-5"],
        "--volume: must be a positive number (not -5)",
    ),
    "a word that fits several models": (
        ["breakeven", *TOLD, "--model", "claude"],
        "'claude' fits 17 models: anthropic/claude-haiku-5-5, anthropic/claude-haiku-4-5,",
    ),
    "a file that is not there": (
        ["breakeven", "--prompt", "nosuch.txt", "--volume", "9"],
        "nosuch.txt does not exist. Check the name and the folder.",
    ),
    "a file whose name is misspelt": (
        ["breakeven", "--prompt", "promt.txt", "--volume", "9"],
        "promt.txt does not exist. Did you mean 'prompt.txt'?",
    ),
    "a pattern too narrow": (
        ["compare", *TOLD, "--models", "llama"],
        "--models: no model matches 'llama'. 21 match '*llama*'.",
    ),
    "one of two patterns": (
        ["compare", *TOLD, "--models", "claude-sonnet-4-5,lama*"],
        "--models: no model matches 'lama*'.",
    ),
    "a quality of no model": (
        ["compare", *TOLD, "--quality", "sonet=93"],
        "no model named 'sonet'.",
    ),
    "a task that is none": (
        ["breakeven", *TOLD, "--task", "triage"],
        "no task named 'triage'. There are: sentiment_classification, multi_label",
    ),
    "a topic that is none": (["guide", "cost"], f"no topic named 'cost'. There are: {TOPICS}"),
    "an option misspelt": (
        ["breakeven", "--volumes", "100"],
        (
            "breakeven has no option '--volumes'. Did you mean '--volume'? ftvp breakeven "
            "--help-all lists all."
        ),
    ),
    "an option without its value": (
        ["breakeven", "--volume"],
        "option '--volume' requires an argument. ftvp breakeven --help shows what it takes.",
    ),
    "an argument left out": (
        ["dataset"],
        "missing argument 'TRAIN'. ftvp dataset --help shows what it takes.",
    ),
    "an option of no command": (["--foo"], "no option '--foo'. ftvp --help lists all."),
    "hours without their price": (
        ["breakeven", *TOLD, "--engineering-hours", "60"],
        "--engineering-hours and --hourly-rate go together: give both.",
    ),
    "a folder that is missing": (
        ["decide", *TOLD, "--no-input", "--save", "new/x.yaml"],
        "new/x.yaml cannot be written: there is no folder new. Make it first.",
    ),
    "UTF-16": (
        ["breakeven", "--prompt", "wide.txt", "--volume", "9"],
        "wide.txt is UTF-16. Save it as UTF-8, or: iconv -f utf-16 -t utf-8 wide.txt",
    ),
    "an amount in a currency without its rate": (
        ["breakeven", *TOLD, "--engineering-hours", "60", "--hourly-rate", "80 EUR"],
        "--hourly-rate: 80 EUR needs the rate: --currency EUR --fx RATE@DATE",
    ),
    "several volumes for one answer": (
        ["decide", *TOLD, "--volume", "9000"],
        "2 volumes are given: only ftvp breakeven answers for several.",
    ),
    "a number that is none": (
        ["dataset", "train.jsonl", "--epochs", "many"],
        "--epochs: 'many' is not a number",
    ),
    "a range for a number": (
        ["dataset", "train.jsonl", "--epochs", "2..4"],
        "--epochs: '2..4' is a range: write one number here.",
    ),
    "a command misspelt": (["beakeven"], "no command named 'beakeven'. Did you mean 'breakeven'?"),
    "nothing told": (
        ["breakeven"],
        "missing: the prompt (--prompt FILE or --prompt-tokens N).",
    ),
    "nothing told of one volume": (
        ["compare"],
        "missing: requests per day (--volume N); the prompt (--prompt FILE or --prompt-tokens N).",
    ),
    "a share in percent without its sign": (
        ["breakeven", *TOLD, "--cache", "80"],
        "--cache: must be 'auto' or 'off', or at most 1 (not 80): 0.8 or 80%",
    ),
    "a part of the data as a number": (
        ["dataset", "train.jsonl", "--split", "20"],
        "--split 20: it must be between 0 and 1, such as 0.2.",
    ),
    "a discount of nobody": (
        ["breakeven", *TOLD, "--discount", "15"],
        "--discount: write it as a provider or model and its percent: openai=15%,nova-micro=10%",
    ),
    "a rate and its day as elsewhere": (
        ["breakeven", *TOLD, "--currency", "EUR", "--fx", "0,86@25.11.2026"],
        "--fx: write the rate with its day, as in 0.92@2026-11-20",
    ),
    "a day as elsewhere": (
        ["breakeven", "--prompt", "prompt.txt", "--volume", "9", "--as-of", "25.11.2026"],
        "--as-of: must be a day, written as 2026-11-23 (not '25.11.2026')",
    ),
    "more worked examples than there are": (
        ["compare", *TOLD, "--shots", "0,99"],
        "--shots 99: prompt.txt has 2 worked examples: tell at most 2.",
    ),
    "more worked examples than there are, of the alternatives": (
        ["breakeven", *TOLD, "--hybrid-shots", "3"],
        "--hybrid-shots 3: prompt.txt has 2 worked examples: tell at most 2.",
    ),
    "worked examples of a prompt without any": (
        ["compare", "--prompt", "ds.txt", "--volume", "9", "--shots", "2"],
        "--shots 2: no worked examples are found in the prompt (ftvp tokens FILE). Leave it out.",
    ),
    "worked examples of no prompt": (
        ["compare", "--prompt-tokens", "900", "--volume", "9", "--shots", "2"],
        "--shots 2: only a --prompt FILE has worked examples to choose from.",
    ),
    "a price that is told twice": (
        ["breakeven", *TOLD, "--prompted-price", "input=1,input=2,output=1"],
        "--prompted-price: 'input' stands twice",
    ),
    "a price without its unit": (
        ["breakeven", *TOLD, "--prompted-price", "3"],
        "--prompted-price: write it as input=10,output=30, in USD per million tokens",
    ),
    "how to read eval results that are not told": (
        ["breakeven", *TOLD, "--evals-margin", "2"],
        "--evals-margin and --evals go together: give both.",
    ),
    "several volumes in one": (
        ["breakeven", *TOLD[:2], "--volume", "1000,5000"],
        "a half is 0.5, and for several numbers the option is repeated",
    ),
    "a record of no one volume": (
        ["breakeven", *TOLD[:2], "--record", "r.json"],
        "--record keeps the answer at one volume: --volume is not given. Give one.",
    ),
    "a record of several volumes": (
        ["breakeven", *TOLD, "--volume", "9k", "--record", "r.json"],
        "--record keeps the answer at one volume: --volume is given 2 times. Give one.",
    ),
    "a family to tune": (
        ["breakeven", *TOLD, "--tuned-model", "llama"],
        (
            "'llama' may mean 9 models that can be tuned: wandb/llama-3.1-8b ($0.22 in, $0.22 out "
            "per million), "
        ),
    ),
    "a model to tune that its seller sells by size": (
        ["breakeven", *TOLD, "--tuned-model", "together/llama-3.1-8b"],
        "that can be tuned: together/lora-16b-and-below ($4,008 a month kept served), ",
    ),
    "a data file to count": (
        ["tokens", "train.jsonl"],
        "train.jsonl holds 3 records: a data file, not a prompt.",
    ),
    "a folder": (["breakeven", "--prompt", "."], ". is a folder. Name a file in it."),
    "a training file over several lines": (
        ["dataset", "pretty.json"],
        "jq -c",
    ),
    "a shell that is none": (["completion", "tcsh"], "There are: bash, zsh, fish, powershell."),
}


@pytest.mark.parametrize(("words", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_with_what_to_do(words: list[str], says: str) -> None:
    found = run(*words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert says in found.stderr
    assert all(line.startswith(("ftvp: ", "  ")) for line in found.stderr.splitlines())
    assert found.stderr.count("Did you mean") <= 1


def test_a_mistake_of_many_lines_is_shown_once() -> None:
    Path("other.csv").write_bytes(Path("scores.csv").read_bytes())
    found = run("evals", "scores.csv", "other.csv")
    assert found.exit_code == 2
    (line,) = found.stderr.splitlines()
    assert line.startswith(
        "ftvp: scores.csv line 2: item '0' has 'perhaps' for a score in 'score'."
    )
    assert line.endswith("(also on lines 3, 4, 5, 6, 7 and 3 more)")


def test_a_tuned_model_without_a_price_leaves_its_column_open() -> None:
    found = run("breakeven", *TOLD, "--model", "nova-lite")
    assert found.exit_code == 0, found.stderr
    lead = "Keep prompting: no source gives the training price of aws-bedrock/nova-lite."
    assert found.stdout.startswith(lead)
    assert "Give the cost of one run: --training-cost USD." in " ".join(found.stdout.split())
    answer = json.loads(run("breakeven", *TOLD, "--model", "nova-lite", "--json").stdout)
    assert answer["prompted"]["monthly_usd"] > 0
    assert answer["tuned"] is None


def test_a_body_of_gemini_is_read() -> None:
    counted = json.loads(run("tokens", "gemini.json", "--json").stdout)["files"][0]
    assert counted["format"] == "chat"
    assert len(counted["parts"]["shots"]) == 1
    assert run("breakeven", "--prompt", "gemini.json", "--volume", "9", *DAY).exit_code == 0


UNDERSTOOD: dict[str, list[str]] = {
    "a thousand as k": ["--volume", "8k"],
    "a separator": ["--volume", "8,000"],
    "requests a month": ["--volume", "240000/month"],
    "points with a percent sign": ["--quality-gap", "5%"],
    "a share in percent": ["--cache", "80%"],
    "a display name": ["--model", "GPT-4.1 mini"],
    "a family": ["--model", "claude-sonnet-4-5-20250929"],
    "a regional id": ["--model", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"],
    "a quality in percent": ["--quality", "gpt-4.1-mini=93%"],
    "prices in thousands": [
        "--prompted-price",
        "input=1,output=1.5k",
        "--tuned-price",
        "input=1,output=1",
        "--training-cost",
        "$1,200",
    ],
    "thinking in thousands": ["--thinking", "gpt-4.1-mini=4k"],
}


@pytest.mark.long
@pytest.mark.parametrize("words", UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_what_people_write_is_understood(words: list[str]) -> None:
    told = ["--prompt", "prompt.txt", *DAY, "--json"]
    told += ["--volume", "100"] if words[0] != "--volume" else []
    found = run("breakeven", *told, *words)
    assert found.exit_code == 0, found.stderr


@pytest.mark.parametrize(("name", "count"), [("openai", 22), ("claude*", 12)])
def test_a_provider_or_a_pattern_lists_its_models(name: str, count: int) -> None:
    assert run("pricing", name, *DAY).stdout.startswith(f"{count} models on 2026-11-26")


def test_an_amount_in_the_currency_shown_is_understood() -> None:
    words = ["--engineering-hours", "60", "--currency", "EUR", "--fx", "0.8@2026-11-20", "--json"]
    answers = [
        run("breakeven", *TOLD, *words, "--hourly-rate", rate).stdout for rate in ("80 EUR", "100")
    ]
    assert answers[0] == answers[1]


def test_the_names_of_files_decide_their_formats() -> None:
    found = run("breakeven", *TOLD, "--output", "memo.md", "--output", "memo.csv")
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == "Wrote memo.md\nWrote memo.csv\n"
    assert Path("memo.csv").read_text("utf-8").startswith("paid,item,prompted_usd,tuned_usd\n")


CSV = {
    "breakeven": (["breakeven", *TOLD], "paid,item,"),
    "breakeven at several volumes": (["breakeven", *TOLD, "--volume", "9k"], "requests_per_day,"),
    "compare": (["compare", *TOLD, "--models", "gpt-4.1*"], "id,"),
    "pricing": (["pricing", "openai", *DAY], "model,side,"),
}


@pytest.mark.parametrize(("words", "begins"), CSV.values(), ids=CSV)
def test_tables_are_written_as_csv_with_12_digits(words: list[str], begins: str) -> None:
    found = run(*words, "--format", "csv")
    assert found.exit_code == 0, found.stderr
    assert found.stdout.startswith(begins)
    numbers = [cell for line in found.stdout.splitlines()[1:] for cell in line.split(",")]
    digits = [cell.replace(".", "").lstrip("-0") for cell in numbers if "." in cell]
    assert all(len(each) <= 12 for each in digits if each.isdigit())


def test_the_help_names_csv() -> None:
    assert "csv" in run("breakeven", "--help").stdout


@pytest.mark.parametrize("command", ["breakeven", "compare", "decide"])
def test_what_the_project_says_holds_for_every_command(command: str) -> None:
    text = '[tool.ftvp]\nmodel = "gpt-4.1-mini"\nvolume = "8k"\nexamples = 500\nquality_gap = 8\n'
    Path("pyproject.toml").write_text(f"{text}format_task = true\n", "utf-8")
    found = run(command, "--prompt", "prompt.txt", *DAY, "--json")
    assert found.exit_code == 0, found.stderr
    assert "openai/gpt-4.1-mini" in found.stdout


@pytest.mark.long
def test_without_a_volume_the_volumes_are_the_answer() -> None:
    told = ["--prompt-tokens", "2000", "--tuned-prompt-tokens", "200", "--model", "nova-2-lite"]
    found = run("breakeven", *told, *DAY)
    assert found.exit_code == 0, found.stderr
    lead = re.match(
        r"Tuning pays within 12 months from ([\d,]+) requests a day on\.\n", found.stdout
    )
    assert lead
    rows = [line.split()[0] for line in found.stdout.splitlines() if re.match(r" *[\d,]+ ", line)]
    assert len(found.stdout.splitlines()) <= 22
    assert set(rows) == {"100", "1,000", "10,000", "100,000", "1,000,000", lead[1]}
    answer = json.loads(run("breakeven", *told, *DAY, "--json").stdout)
    assert answer["schema"] == "ftvp.volumes/1"
    assert [row["choice"] for row in answer["rows"]].index("fine_tune") > 0
    assert f"{math.ceil(answer['breakeven_volume']['requests_per_day']):,}" == lead[1]


def test_a_value_says_which_file_or_variable_told_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("s.yaml").write_text("volume: 3000\nprompt_tokens: 900\nepochs: 2\n", "utf-8")
    monkeypatch.setenv("FTVP_OUTPUT_TOKENS", "80")
    found = run("breakeven", "s.yaml", "--epochs", "3", *DAY, "--json")
    told = {each["field"]: each["source"] for each in json.loads(found.stdout)["inputs_used"]}
    assert told["volume"] == "s.yaml"
    assert told["output_tokens"] == "FTVP_OUTPUT_TOKENS"
    assert told["epochs"] == "--epochs"


@pytest.mark.long
def test_several_volumes_have_a_row_each_and_a_mark_where_tuning_begins_to_pay() -> None:
    told = ["--prompt-tokens", "2000", "--tuned-prompt-tokens", "200", "--model", "nova-2-lite"]
    work = ["--engineering-hours", "20", "--hourly-rate", "90", *DAY]
    volumes = ["--volume", "40k", "--volume", "1000", "--volume", "5000"]
    found = run("breakeven", *told, *work, *volumes)
    assert found.exit_code == 0, found.stderr
    lines = found.stdout.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("Requests a day"))
    rows = [line.split()[0] for line in lines[first + 1 : first + 6] if line]
    assert rows[0] == "1,000"
    assert {"5,000", "40,000"} < set(rows)
    assert found.stdout.count("pays from here") == 1
    assert max(map(len, lines)) <= 80
