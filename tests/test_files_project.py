"""What holds in a folder where nobody tells it: a project's section, a person's own prices."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftvp.errors import FileProblemsError
from ftvp.files.scenario import standing_fields


def project(folder: Path, text: str) -> Path:
    """Return a folder with this pyproject.toml."""
    (folder / "pyproject.toml").write_text(text, "utf-8")
    return folder


def personal(folder: Path) -> dict[str, str]:
    """Return an environment whose configuration folder holds an overlay."""
    (folder / "ftvp").mkdir()
    (folder / "ftvp" / "prices.yaml").touch()
    return {"XDG_CONFIG_HOME": str(folder)}


def test_the_project_names_files_beside_it(tmp_path: Path) -> None:
    folder = project(tmp_path, '[tool.ftvp]\nprices = ["a.yaml", "b/c.yaml"]\n')
    below = folder / "src"
    below.mkdir()
    expected = (str(folder / "a.yaml"), str(folder / "b/c.yaml"))
    assert standing_fields(below, {}).get("prices", ()) == expected


def test_one_file_needs_no_list(tmp_path: Path) -> None:
    folder = project(tmp_path, "[tool.ftvp]\nprices = 'a.yaml'\n")
    assert standing_fields(folder, {}).get("prices", ()) == (str(folder / "a.yaml"),)


def test_the_project_comes_before_the_persons_own(tmp_path: Path) -> None:
    own = personal(tmp_path)
    (tmp_path / "p").mkdir()
    folder = project(tmp_path / "p", "[tool.ftvp]\nprices = []\n")
    assert standing_fields(folder, own).get("prices", ()) == ()


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "# tool.ftvp\n"])
def test_a_project_that_says_nothing_leaves_the_persons_own(tmp_path: Path, text: str) -> None:
    own = personal(tmp_path)
    (tmp_path / "p").mkdir()
    folder = project(tmp_path / "p", text)
    assert standing_fields(folder, own).get("prices", ()) == (
        str(tmp_path / "ftvp" / "prices.yaml"),
    )


def test_the_nearest_project_counts_alone(tmp_path: Path) -> None:
    project(tmp_path, "[tool.ftvp]\nprices = 'a.yaml'\n")
    (tmp_path / "p").mkdir()
    folder = project(tmp_path / "p", "[project]\nname = 'x'\n")
    assert standing_fields(folder, {"HOME": str(tmp_path)}).get("prices", ()) == ()


def test_without_xdg_the_folder_is_config_in_home(tmp_path: Path) -> None:
    (tmp_path / ".config").mkdir()
    personal(tmp_path / ".config")
    found = standing_fields(tmp_path, {"HOME": str(tmp_path)})
    assert found["prices"] == (str(tmp_path / ".config" / "ftvp" / "prices.yaml"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.ftvp\n", "pyproject.toml: is not TOML"),
        (
            "[tool.ftvp]\nprice = 'a'\n",
            "pyproject.toml [tool.ftvp]: 'price' is not a scenario field. Did you mean 'prices'?",
        ),
        (
            "[tool.ftvp]\nprices = 3\n",
            "pyproject.toml [tool.ftvp]: 'prices' must be a list",
        ),
    ],
    ids=["no TOML", "an unknown key", "a number"],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(FileProblemsError) as caught:
        standing_fields(project(tmp_path, text), {})
    assert words in str(caught.value)


def test_every_scenario_field_may_stand_in_the_project(tmp_path: Path) -> None:
    text = """
[tool.ftvp]
model = "gpt-4.1-mini"
volume = "8k"
prompt = "prompts/p.txt"
discounts = {aws-bedrock = 15}
[tool.ftvp.tuned]
model = "nova-2-lite"
"""
    told = standing_fields(project(tmp_path, text), {})
    assert told == {
        "model": "gpt-4.1-mini",
        "volume": 8000,
        "prompt": str(tmp_path / "prompts" / "p.txt"),
        "discounts": {"aws-bedrock": 15},
        "tuned_model": "nova-2-lite",
    }
