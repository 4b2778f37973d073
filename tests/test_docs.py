"""The pages: short where they must be, linked, and true: what they tell to run runs."""

from __future__ import annotations

import doctest
import pkgutil
import re
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftvp.cli.app import group
from ftvp.documents import COMMANDS
from ftvp.files.tables import load_tables
from tests.rows import of_each
from tests.shells import add_program, run

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCS = sorted(ROOT.glob("docs/*.md"))
PAGES = [README, ROOT / "examples" / "README.md", *DOCS]
DAY = "2026-11-26"
MAX_WORDS, MAX_SCRIPTING_LINES = 1_000, 50
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
GENERATED = re.compile(r"<!-- generated: .*?<!-- end -->", re.DOTALL)
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`|^    .*$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
OTHERS = {"--check", "--group", "--help", "--help-all", "--upgrade"}
"""Flags of pip and of our own tools, and those that every command has."""
KEYS = {"odds.p_tuned_ahead"}
"""Keys of JSON on the pages that begin as a module does."""
UNUSED = re.compile(r"\b(lens|lenses|dominated|shots?)\b", re.IGNORECASE)
"""Words for which the pages have plainer ones."""


def named(page: Path) -> str:
    """Return a page's name, for the ids of tests."""
    return page.relative_to(ROOT).as_posix()


def by_name(pages: Iterable[Path]) -> dict[str, Path]:
    """Return pages by their names."""
    return {named(page): page for page in pages}


def blocks(page: Path, language: str) -> list[str]:
    """Return the code of a page in a language, generated parts left out."""
    text = GENERATED.sub("", page.read_text("utf-8"))
    return [code for found, code in FENCED.findall(text) if found == language]


@cache
def flags() -> frozenset[str]:
    """Return every flag of every command."""
    program: Any = group()
    commands = (program, *(program.get_command(None, name) for name in COMMANDS))
    params = [each for command in commands for each in command.params]
    return frozenset(flag for each in params for flag in (*each.opts, *each.secondary_opts))


@pytest.fixture
def folder(tmp_path: Path, installed: dict[str, str]) -> Path:
    """Return a folder with a person's own request bodies, scenario and ftvp."""
    examples = ROOT / "examples"
    for name in ("request.json", "openai.json"):
        shutil.copy(examples / "openai_request.json", tmp_path / name)
    shutil.copy(examples / "claude_request.json", tmp_path / "claude.json")
    shutil.copy(examples / "multi_label.yaml", tmp_path / "triage.yaml")
    add_program(tmp_path, installed)
    return tmp_path


def test_the_readme_is_short() -> None:
    assert len(COMMENT.sub("", README.read_text("utf-8")).split()) <= MAX_WORDS


def test_the_page_for_programs_fits_on_one_screen() -> None:
    assert (
        len((ROOT / "docs" / "scripting.md").read_text("utf-8").splitlines()) <= MAX_SCRIPTING_LINES
    )


@of_each(by_name(PAGES))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(GENERATED.sub("", page.read_text("utf-8")))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_listed() -> None:
    listed = set(LINK.findall((ROOT / "docs" / "README.md").read_text("utf-8")))
    assert {page.name for page in DOCS} - listed == {"README.md"}
    assert "docs/README.md" in LINK.findall(README.read_text("utf-8"))


def test_every_command_is_listed() -> None:
    text = (ROOT / "docs" / "README.md").read_text("utf-8")
    commands = {name.partition(" ")[0] for name in COMMANDS}
    assert {name for name in commands if f"`ftvp {name}`" not in text} == set()


@of_each(by_name(PAGES))
def test_every_flag_is_one(page: Path) -> None:
    known = {*flags(), *OTHERS}
    assert set(FLAG.findall(page.read_text("utf-8"))) - known == set()


@of_each(by_name([README, *DOCS]))
def test_plain_words_are_used(page: Path) -> None:
    text = CODE.sub("", FENCED.sub("", GENERATED.sub("", page.read_text("utf-8"))))
    assert UNUSED.findall(text) == []


@of_each(by_name([*DOCS, ROOT / "CONTRIBUTING.md"]))
def test_every_name_of_a_module_leads_to_one(page: Path) -> None:
    rooms = "|".join(sorted(each.stem for each in (ROOT / "src" / "ftvp").glob("[a-z]*")))
    named_there = re.findall(rf"`((?:{rooms})(?:\.(?!py`)\w+)+)`", page.read_text("utf-8"))
    assert [name for name in named_there if not leads_somewhere(name)] == []


def leads_somewhere(name: str) -> bool:
    """Return whether a dotted name is a module of ours, something in one, or a key of JSON."""
    try:
        pkgutil.resolve_name(f"ftvp.{name}")
    except (AttributeError, ImportError):
        return name in KEYS
    return True


@pytest.mark.slow
def test_the_formulas_list_every_assumption() -> None:
    text = (ROOT / "docs" / "formulas.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+)` \| ([\d.,]+) \| ([^|]*)\|", text, re.MULTILINE)
    assert [(name, value, span.strip()) for name, value, span in listed] == [
        (
            name,
            f"{each.value:,g}",
            "" if each.low is None else f"{each.low:,g} to {each.high:,g}",
        )
        for name, each in load_tables().framework.assumptions
    ]


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_readme_names_its_commands(name: str) -> None:
    text = README.read_text("utf-8")
    command = re.search(
        rf"^<!-- command: {name} -->\n\n```sh\n(.+?)^```", text, re.DOTALL | re.MULTILINE
    )
    assert command is not None
    assert command[1].startswith("python3 -m venv .venv && .venv/bin/pip install")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_is_typed_into_python_gives_what_is_shown(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for code in blocks(page, "pycon"):
        assert ">>> " in code
    shown = doctest.DocTestParser().get_doctest(
        "\n".join(blocks(page, "pycon")), {}, named(page), named(page), 0
    )
    assert doctest.DocTestRunner().run(shown).failed == 0


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_program_runs(page: Path, folder: Path) -> None:
    for code in blocks(page, "python"):
        (folder / "program.py").write_text(code, "utf-8")
        found = run("python3 program.py", folder, DAY)
        assert (found.returncode, found.stderr) == (0, "")
        assert found.stdout.startswith("fine_tune")


def recipes() -> list[str]:
    """Return what the README tells a person to ask, and docs/scripting.md a shell."""
    asked = [code for code in blocks(README, "sh") if "pip install" not in code]
    return [*asked, *blocks(ROOT / "docs" / "scripting.md", "sh")]


@pytest.mark.long
@pytest.mark.parametrize("command", recipes())
def test_every_recipe_answers(command: str, folder: Path) -> None:
    found = run(command.replace(".venv/bin/ftvp", "ftvp"), folder, DAY)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout


@pytest.mark.long
def test_the_step_for_ci_holds_and_fails_where_it_should(folder: Path) -> None:
    (workflow,) = blocks(ROOT / "docs" / "scripting.md", "yaml")
    steps: Any = yaml.safe_load(workflow)["jobs"]["verdict"]["steps"]
    (command,) = [each["run"] for each in steps if "ftvp decide" in each.get("run", "")]
    assert run(command, folder, DAY).returncode == 0
    scenario = folder / "triage.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("40000", "900"), "utf-8")
    assert run(command, folder, DAY).returncode == 3
