"""The help of commands: panels, defaults, examples; completion; a scenario to fill in."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from typer import Context
from typer.core import TyperOption
from typer.testing import CliRunner

from ftvp.cli.app import WORDS, Commands, app, group
from ftvp.cli.help import OFTEN, OFTEN_IN, PANELS
from ftvp.cost.inputs import TRAINED_SHARE
from ftvp.documents import COMMANDS
from ftvp.files.scenario import load_scenario
from ftvp.scenario import Scenario, flag
from tests.rows import of_each

PROMPT = Path(__file__).parent.parent / "examples" / "entity_extraction.txt"
EXAMPLES = [(name, line) for name, each in COMMANDS.items() for line in each.examples]
OF_EACH_COMMAND = of_each({name: name for name in COMMANDS})


def shown(*words: str) -> str:
    """Return what a command shows on standard output."""
    found = CliRunner().invoke(app, list(words))
    assert found.exit_code == 0, found.stderr
    return found.stdout


@cache
def help_of(name: str, option: str = "--help-all") -> str:
    """Return the help of a command."""
    return shown(*name.split(), option)


UNPLAIN = {"way", "ways", "lens", "lenses", "dominated", "shot", "shots"}


@OF_EACH_COMMAND
def test_help_uses_plain_words(name: str) -> None:
    text = re.sub(r"--[\w-]+", "", help_of(name))
    assert set(re.findall(r"[a-z]+", text.lower())) & UNPLAIN == set()


@OF_EACH_COMMAND
def test_every_command_has_an_example_and_fits_80_columns(name: str) -> None:
    text = help_of(name)
    assert COMMANDS[name].examples
    assert all(f"\n  {line}\n" in text for line in COMMANDS[name].examples)
    assert max(map(len, text.splitlines())) <= 80


@of_each({f"{name}: {line}": (name, line) for name, line in EXAMPLES})
def test_an_example_is_a_call_of_its_command(example: tuple[str, str]) -> None:
    name, line = example
    words = shlex.split(line.split(" >", maxsplit=1)[0].split(" | ", maxsplit=1)[0])[1:]
    assert words[: len(name.split())] == name.split()
    options = {word for word in words if word.startswith("--")}
    text = help_of(name)
    assert all(option in text for option in options)


def test_the_short_help_has_panels_defaults_and_says_how_much_is_left_out() -> None:
    text = help_of("breakeven", "--help")
    for title in ("Your workload", "Model and prices", "One-off and running costs", "Quality"):
        assert f"\n{title}:\n" in text
    assert "--horizon MONTHS  Months to look ahead [12]" in text
    assert "Epochs of one run [the provider's default, else 3]" in text
    assert "Needs a prompt" in text
    assert "more options." in text
    assert "--utilisation" not in text


def test_the_long_help_has_every_field() -> None:
    text = help_of("breakeven")
    assert all(f"{flag(name)}" in text for name in Scenario.model_fields)
    assert "more options" not in text


def test_what_ends_in_three_dots_keeps_them() -> None:
    text = help_of("compare")
    assert "--models PATTERN,...          Models to compare: gpt-6-luna, claude-*, ...\n" in text
    assert "MODEL=PCT,...\n" in text


def options_of(name: str, words: list[str] | None = None) -> dict[str, list[str]]:
    """Return the options of a command by their names: those of a call, where it has words."""
    root = group()
    assert isinstance(root, Commands)
    ctx = Context(root)
    if words is not None:
        ctx.meta[WORDS] = words
    command = root.get_command(ctx, name)
    return {each.name: each.opts for each in command.params if isinstance(each, TyperOption)}


SCENARIO = {"decide", "breakeven", "compare", "odds"}


def test_the_commands_on_a_scenario_take_the_same_options() -> None:
    assert {name for name in COMMANDS if "explain" in options_of(name)} == SCENARIO | {"replay"}
    assert {name for name in COMMANDS if "no_input" in options_of(name)} == SCENARIO


def test_a_call_makes_the_options_of_the_fields_that_it_names() -> None:
    every, fields = set(options_of("breakeven")), set(Scenario.model_fields)
    words = ["--volume=5k", "--no-format-task", "--prefill-tokens-per-second", "9", "--volum"]
    named = {"volume", "format_task", "input_tokens_per_second"}
    assert set(options_of("breakeven", words)) == every - fields | named
    assert set(options_of("breakeven", [])) == every - fields
    for asks in ("--help", "-h", "--help-all"):
        assert set(options_of("breakeven", [asks])) == every
    assert options_of("tokens", []) == options_of("tokens")


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(SCENARIO - {"odds"}))
def test_explain_shows_more(name: str) -> None:
    told = f"--volume 3k --unknown {UNKNOWN} --as-of 2026-11-26".split()
    told += ["--prompt", str(PROMPT)]
    assert len(shown(name, *told, "--explain")) > len(shown(name, *told))


UNKNOWN = "volume,examples,quality-gap,format-task,eval-improves"


@OF_EACH_COMMAND
def test_an_option_that_there_is_not_points_to_a_help_that_is_listed(name: str) -> None:
    found = CliRunner().invoke(app, [*name.split(), "--nosuch"])
    lister = found.stderr.split()[-3]
    assert lister in {"--help", "--help-all"}
    assert f"\n  {lister} " in help_of(name, "--help").replace("-h, --help", "--help")


def test_what_files_say_comes_before_what_is_assumed() -> None:
    text = " ".join(help_of("breakeven").split())
    assert "Tokens of an answer [the mean of the prompt's worked examples, else 200]" in text
    assert "Tokens that vary per request, on both sides [those in the prompt, else 200]" in text
    assert f"[{TRAINED_SHARE * 100:.0f} % of the examples at hand, else 1,000]" in text


@pytest.mark.parametrize("name", ["dataset", "tokens", "usage"])
def test_a_default_of_a_scenario_is_not_shown_of_another_option_of_its_name(name: str) -> None:
    text = " ".join(help_of(name).split())
    assert "[the one that the prompt names" not in text
    assert "else 3]" not in text


def test_a_replay_is_as_of_its_own_day_unless_it_is_told() -> None:
    text = help_of("replay", "--help")
    assert "--as-of DATE  At today's tables, on a day\n" in text


def test_what_sizes_hosted_models_stands_under_its_own_head() -> None:
    compared, hosted = help_of("decide").split("\nHosted models:\n")
    assert "--peak-to-mean" in hosted
    assert "--peak-to-mean" not in compared


def test_conditions_are_of_every_command_that_answers() -> None:
    without = {name for name in COMMANDS if "fail_if" not in options_of(name)}
    assert without == {"schema", "init", "completion"}


@OF_EACH_COMMAND
def test_no_condition_is_offered_that_an_answer_cannot_be_asked(name: str) -> None:
    assert re.findall(r"'[a-z_.]+ [<>=!]+", help_of(name, "--help")) == []


def test_each_command_shows_what_is_its_own() -> None:
    assert "--min-quality" in help_of("compare", "--help")
    assert "--min-quality" not in help_of("breakeven", "--help")
    assert "--target-quality" in help_of("decide", "--help")


def test_panels_and_what_is_shown_are_scenario_fields() -> None:
    named = set(PANELS) | OFTEN | set().union(*OFTEN_IN.values())
    assert named <= set(Scenario.model_fields)
    assert next(iter(PANELS)) == next(iter(Scenario.model_fields))


SHELLS = {
    "bash": "complete -o default -F",
    "zsh": "#compdef ftvp",
    "fish": "complete --command ftvp",
    "powershell": "Register-ArgumentCompleter -Native -CommandName ftvp",
}


@pytest.mark.parametrize(("shell", "registers"), SHELLS.items(), ids=SHELLS)
def test_a_shell_is_given_what_completes_in_it(shell: str, registers: str) -> None:
    text = shown("completion", shell)
    assert f"_FTVP_COMPLETE=complete_{shell}" in text.replace(' = "', "=")
    assert registers in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_read_what_completes_in_it(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / f"ftvp.{shell}"
    script.write_text(shown("completion", shell), "utf-8")
    found = subprocess.run(  # noqa: S603  a shell that reads without running
        [shell, "-n", str(script)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")


BEGUN = {
    "a command": ("ftvp pri", "pricing"),
    "an option": ("ftvp breakeven --tuned-mo", "--tuned-model"),
    "a rare option": ("ftvp breakeven --utilis", "--utilisation"),
    "a model": ("ftvp breakeven --model gpt-4o-m", "gpt-4o-mini"),
    "a model behind its provider": ("ftvp compare --model openai/gpt-4o-m", "openai/gpt-4o-mini"),
    "a task": ("ftvp decide --task summ", "summarization"),
}


BASH = [("bash", *each) for each in BEGUN.values()]
OTHERS = [("zsh", *BASH[3][1:]), ("fish", *BASH[3][1:]), ("powershell", *BASH[5][1:])]
COMPLETING = """
import json, os, sys
from ftvp.cli.app import main
sys.argv = ["ftvp"]
for asked in json.load(sys.stdin):
    os.environ.update(asked)
    try:
        main()
    except SystemExit:
        print(end="\\0")
"""
"""What completes words as the program does, many in one process: options are made to complete."""


@pytest.fixture(scope="module")
def completed(installed: dict[str, str]) -> dict[tuple[str, str], str]:
    """Return what a shell is told, by its name and what was typed."""
    asked = [
        {
            "_FTVP_COMPLETE": f"complete_{shell}",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
            "_TYPER_COMPLETE_ARGS": typed,
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": typed.rsplit(maxsplit=1)[-1],
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
        for shell, typed, _ in (*BASH, *OTHERS)
    ]
    found = subprocess.run(  # noqa: S603  our own
        [sys.executable, "-c", COMPLETING],
        env=os.environ | installed,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    cases = ((shell, typed) for shell, typed, _ in (*BASH, *OTHERS))
    return dict(zip(cases, found.stdout.split("\0")[:-1], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("shell", "typed", "word"), [*BASH, *OTHERS])
def test_words_are_completed(
    shell: str, typed: str, word: str, completed: dict[tuple[str, str], str]
) -> None:
    assert word in re.findall(r"[\w./-]+", completed[shell, typed])


def test_a_scenario_to_fill_in_is_one_and_names_its_prompt(tmp_path: Path) -> None:
    prompt = tmp_path / "prompts" / "p.txt"
    prompt.parent.mkdir()
    prompt.write_bytes(PROMPT.read_bytes())
    shown("init", str(prompt), "--output", str(tmp_path / "s.yaml"))
    text = (tmp_path / "s.yaml").read_text("utf-8")
    assert "\nprompt: prompts/p.txt   # The prompt in use\n" in text
    assert "# Tokens of an answer [106, from the prompt]\n" in text
    told = load_scenario(tmp_path / "s.yaml")
    assert told.model_dump(exclude_none=True) == {"prompt": str(prompt)}


def test_a_long_path_in_a_scenario_to_fill_in_is_still_no_part_of_the_comment(
    tmp_path: Path,
) -> None:
    prompt = tmp_path / "a_name_that_is_longer_than_its_column.txt"
    prompt.write_bytes(PROMPT.read_bytes())
    shown("init", str(prompt), "--output", str(tmp_path / "s.yaml"))
    assert load_scenario(tmp_path / "s.yaml").prompt == str(prompt)


def test_a_scenario_to_fill_in_needs_no_prompt() -> None:
    assert "\nprompt:                 # The prompt in use\n" in shown("init")
