"""YAML as ftvp reads it: no tags, no duplicate keys, no aliases, every mistake with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ftvp.errors import FileProblemsError, Problem

if TYPE_CHECKING:
    from yaml import CSafeLoader, MappingNode, Node

MAX_DEPTH = 100
TOO_DEEP = "is nested too deep"
TAG = "tag:yaml.org,2002:"
CORE = {
    "null": (r"~|null|Null|NULL|", "~nN\0"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
}
"""What a plain word means, by type, with the characters it may begin with: YAML 1.2, core schema.

YAML 1.1, which PyYAML follows, reads 010 as 8, 10:00 as 600 and `no` as False.
"""


@cache
def _strict_loader() -> type[CSafeLoader]:
    """Return the loader class; built on first use, since importing yaml costs 30 ms."""
    import yaml

    class StrictLoader(yaml.CSafeLoader):
        """PyYAML's safe loader with the types of YAML 1.2, which refuses repeated keys."""

        yaml_implicit_resolvers = {}  # noqa: RUF012  as PyYAML declares it

        def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  PyYAML's own signature
            mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
            if len(mapping) != len(node.value):
                key = _repeated(node)
                raise yaml.constructor.ConstructorError(
                    problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark
                )
            return mapping

    for name, (pattern, first) in CORE.items():
        characters = [*first.replace("\0", ""), *([""] if "\0" in first else [])]
        StrictLoader.add_implicit_resolver(TAG + name, re.compile(f"^(?:{pattern})$"), characters)
    StrictLoader.add_constructor(TAG + "int", lambda _, node: _whole_number(node.value))
    StrictLoader.add_constructor(TAG + "float", lambda _, node: _fraction(node.value))
    return StrictLoader


def _whole_number(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text if base == 10 else text[2:], base)  # noqa: PLR2004  decimal


def _fraction(text: str) -> float | str:
    """Return a float; text as it stands where it is too large for one."""
    number = float(re.sub(r"\.(inf|nan)$", r"\1", text.lower()))
    return text if math.isinf(number) and "inf" not in text.lower() else number


def _repeated(node: MappingNode) -> Node:
    """Return the second of two equal keys; the last one where they are spelt differently."""
    keys: list[Node] = [key for key, _ in node.value]
    words = [key.value for key in keys]
    again = (key for place, key in enumerate(keys) if key.value in words[:place])
    return next(again, keys[-1])


def load_yaml(text: str, name: str) -> object:
    """Return what a YAML text says; FileProblemsError names file and line of what is refused.

    Plain words are read by the core schema of YAML 1.2; days stay text.
    """
    import yaml

    try:
        _reject_aliases_and_deep_nesting(text, name)
        return yaml.load(text, _strict_loader())  # noqa: S506  a subclass of CSafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise FileProblemsError([Problem(name, _reworded(error.problem), line)]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        says = f"is not YAML: {str(error).splitlines()[0]}" if str(error) else TOO_DEEP
        raise FileProblemsError([Problem(name, says)]) from None


def _reject_aliases_and_deep_nesting(text: str, name: str) -> None:
    """Raise FileProblemsError for aliases, which can make a small file huge, and deep nesting."""
    import yaml

    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            says = f"'*{event.anchor}' is an alias: write the value out"
            raise FileProblemsError([Problem(name, says, line)])
        if depth > MAX_DEPTH:
            raise FileProblemsError([Problem(name, TOO_DEEP, line)])


def _reworded(problem: str | None) -> str:
    """Return our own words for what PyYAML and libyaml say, whichever version they are."""
    problem = problem or "is not YAML"
    if "nesting" in problem:
        return TOO_DEEP
    if "could not determine a constructor for the tag" in problem:
        tag = problem.partition("tag '")[2].partition("'")[0]
        return f"the tag {tag or 'here'} is not allowed: write plain values"
    return problem


def yaml_text(data: object) -> str:
    """Return data as YAML that `load_yaml` reads: in its own order, and without aliases."""
    import yaml

    class PlainDumper(yaml.CSafeDumper):
        """PyYAML's safe dumper, which would write an alias where a value stands again."""

        def ignore_aliases(self, data: object) -> bool:
            del data
            return True

    return str(yaml.dump(data, Dumper=PlainDumper, sort_keys=False, allow_unicode=True))


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    r"""Return the line, from 1, where the value at `path` stands, or the nearest above it.

    >>> line_of("a: 1\nb:\n  - c: 2\n", ("b", 0, "c"))
    3
    """
    import yaml

    node, line = _composed(text), None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if not found:
                continue
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1 if node is not None else line
    return line


@lru_cache(maxsize=1)
def _composed(text: str) -> Node | None:
    """Return the nodes of a text, kept since the mistakes of a text are placed one by one."""
    import yaml

    node: Node | None = yaml.compose(text, yaml.CSafeLoader)
    return node
