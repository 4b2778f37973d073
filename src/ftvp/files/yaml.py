"""YAML as ftvp reads it: no tags, no duplicate keys, no aliases, every mistake with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from ftvp.errors import FileProblemsError, Hint, NameNotUtf8Error, Problem, TooLargeError

if TYPE_CHECKING:
    from yaml import CSafeLoader, MappingNode, Node, ScalarNode

MAX_DEPTH = 100
MAX_YAML = 2 << 20
"""Characters of a YAML file: ten price tables. Reading it takes seconds."""
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
                keys: list[Node] = [key for key, _ in node.value]
                words = [key.value for key in keys]
                again = [key for place, key in enumerate(keys) if key.value in words[:place]]
                key = again[0] if again else keys[-1]  # equal, but spelt differently
                raise yaml.constructor.ConstructorError(
                    problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark
                )
            return mapping

    for name, (pattern, first) in CORE.items():
        characters = [*first.replace("\0", ""), *([""] if "\0" in first else [])]
        StrictLoader.add_implicit_resolver(TAG + name, re.compile(f"^(?:{pattern})$"), characters)
    StrictLoader.add_constructor(TAG + "int", _whole_number)
    StrictLoader.add_constructor(TAG + "float", _fraction)
    return StrictLoader


def _whole_number(_: CSafeLoader, node: ScalarNode) -> int:
    base = {"0o": 8, "0x": 16}.get(node.value[:2], 10)
    return int(node.value if base == 10 else node.value[2:], base)  # noqa: PLR2004  decimal


def _fraction(_: CSafeLoader, node: ScalarNode) -> float | str:
    """Return a float; text as it stands where it is too large for one."""
    text = node.value.lower()
    number = float(re.sub(r"\.(inf|nan)$", r"\1", text))
    return str(node.value) if math.isinf(number) and "inf" not in text else number


def load_yaml(text: str, name: str) -> object:
    """Return what a YAML text says; FileProblemsError names file and line of what is refused.

    TooLargeError beyond MAX_YAML characters.

    Plain words are read by the core schema of YAML 1.2; days stay text.
    """
    import yaml

    if len(text) > MAX_YAML:
        raise TooLargeError(name, MAX_YAML, "YAML file")
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
    """Return data as YAML that `load_yaml` reads: in its own order, and without aliases.

    Raises NameNotUtf8Error for a file's name of other bytes.
    """
    import yaml

    class PlainDumper(yaml.CSafeDumper):
        """PyYAML's safe dumper, which would write an alias where a value stands again."""

        def ignore_aliases(self, data: object) -> bool:
            del data
            return True

    try:
        return str(yaml.dump(data, Dumper=PlainDumper, sort_keys=False, allow_unicode=True))
    except UnicodeEncodeError as error:
        raise NameNotUtf8Error(error.object) from None


class Lines:
    r"""Where the values of a YAML text stand; it is composed once, when a line is first needed.

    >>> Lines("a: 1\nb:\n  - c: 2\n", "s.yaml")(("b", 0, "c"))
    ('s.yaml', 3)
    """

    def __init__(self, text: str, name: str) -> None:
        """Keep a text that `load_yaml` has read, and the name of its file."""
        self.text, self.name = text, name
        self._keys: dict[int, dict[str, tuple[Node, Node]]] = {}

    def __call__(self, path: Sequence[str | int]) -> tuple[str, int | None]:
        """Return the file's name, and the line of the value at `path` or the nearest above it."""
        import yaml

        node, line = self._root, None
        for step in path:
            if isinstance(node, yaml.MappingNode):
                if found := self._of(node).get(str(step)):
                    key, node = found
                    line = key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line + 1
        return self.name, line

    def problem(self, path: Sequence[str | int], says: str, hint: Hint | None = None) -> Problem:
        """Return what is wrong with the value at a path."""
        name, line = self(path)
        return Problem(name, says, line, hint)

    @cached_property
    def _root(self) -> Node | None:
        import yaml

        node: Node | None = yaml.compose(self.text, yaml.CSafeLoader)
        return node

    def _of(self, node: MappingNode) -> dict[str, tuple[Node, Node]]:
        """Return the keys and values of a mapping by the key, the first of equal ones."""
        if id(node) not in self._keys:
            pairs = {key.value: (key, value) for key, value in reversed(node.value)}
            self._keys[id(node)] = pairs
        return self._keys[id(node)]
