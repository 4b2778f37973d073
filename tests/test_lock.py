"""The lines of a lock, and what of pyproject.toml they must meet."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def lock() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lock", ROOT / "tools" / "lock.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize(
    ("versions", "lines"),
    [
        pytest.param(["1", "1", "1"], ["a==1"], id="one version for all"),
        pytest.param(
            ["1", "2", "2"],
            ['a==1 ; python_version < "3.12"', 'a==2 ; python_version >= "3.12"'],
            id="another from 3.12 on",
        ),
        pytest.param(
            ["1", "2", "3"],
            [
                'a==1 ; python_version < "3.12"',
                'a==2 ; python_version >= "3.12" and python_version < "3.13"',
                'a==3 ; python_version >= "3.13"',
            ],
            id="one for each Python",
        ),
        pytest.param([None, "2", "2"], ["a==2"], id="not needed before 3.12"),
    ],
)
def test_a_line_has_a_marker_where_pythons_differ(
    lock: ModuleType, versions: list[str | None], lines: list[str]
) -> None:
    pythons = ["3.11", "3.12", "3.13"]
    found = {p: {"a": v} if v else {} for p, v in zip(pythons, versions, strict=True)}
    assert [line.rstrip("\n") for line in lock.lines(found)] == lines
    for python, version in zip(pythons, versions, strict=True):
        read = [Requirement(line) for line in lines]
        valid = [r for r in read if not r.marker or r.marker.evaluate({"python_version": python})]
        assert version is None or [str(r.specifier) for r in valid] == [f"=={version}"]


def test_a_plan_made_by_another_python_misses_what_a_marker_adds(lock: ModuleType) -> None:
    parent = {
        "name": "a",
        "requires_dist": [
            'new-only>=2; python_version >= "3.14"',
            'old-only; python_version < "3.12"',
            'an-extra; extra == "more"',
            "Planned_Already",
        ],
    }
    planned = [parent, {"name": "planned-already"}]
    assert list(lock.left_out(planned, "3.14")) == ["new-only>=2"]
    assert list(lock.left_out(planned, "3.11")) == ["old-only"]


def test_what_a_lock_leaves_out_or_breaks_is_named(lock: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "some.lock"
    path.write_text(
        "# Made\nPy_YAML==6.0.4\nold==1\n"
        'two==1 ; python_version < "3.12"\ntwo==2 ; python_version >= "3.12"\n'
    )
    assert list(lock.unmet(path, ["py-yaml>=6", "two>=1"])) == []
    assert list(lock.unmet(path, ["old>=2", "new", "two>=2"])) == [
        "some.lock has old 1, which is not old>=2",
        "some.lock has no line for new",
        "some.lock has two 1 and 2, which is not two>=2",
    ]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-lowest.lock"])
def test_a_lock_names_no_place_of_the_machine_that_made_it(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()[1:]
    assert len(lines) > 20
    assert [line for line in lines if "/" in line or "://" in line or "@" in line] == []
