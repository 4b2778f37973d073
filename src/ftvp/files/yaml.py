"""YAML as ftvp reads it: no tags, no duplicate keys, no aliases, every mistake with its line."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ftvp.errors import FileProblemsError, Problem

if TYPE_CHECKING:
    from yaml import CSafeLoader, MappingNode, Node, ScalarNode

DEEPEST = 100


@cache
def _strict_loader() -> type[CSafeLoader]:
    """Return the loader class; built on first use, since importing yaml costs 30 ms."""
    import yaml

    class StrictLoader(yaml.CSafeLoader):
        """PyYAML's safe loader, which would keep the last of two equal keys silently."""

        def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  PyYAML's own signature
            mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
            if len(mapping) != len(node.value):
                key = _repeated(node)
                raise yaml.constructor.ConstructorError(
                    problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark
                )
            return mapping

    StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _day)
    return StrictLoader


def _day(loader: CSafeLoader, node: ScalarNode) -> object:
    import yaml

    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        problem = f"'{node.value}' is no day: {error}"
        mark = node.start_mark
        raise yaml.constructor.ConstructorError(problem=problem, problem_mark=mark) from None


def _repeated(node: MappingNode) -> Node:
    """Return the second of two equal keys; the last one where they are spelt differently."""
    keys: list[Node] = [key for key, _ in node.value]
    words = [key.value for key in keys]
    again = (key for place, key in enumerate(keys) if key.value in words[:place])
    return next(again, keys[-1])


def load_yaml(text: str, name: str) -> object:
    """Return what a YAML text says; FileProblemsError names file and line of what is refused."""
    import yaml

    _refuse_what_grows(text, name)
    try:
        return yaml.load(text, _strict_loader())  # noqa: S506  a subclass of CSafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise FileProblemsError([Problem(name, _reworded(error.problem), line)]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        says = f"is not YAML: {str(error).splitlines()[0] if str(error) else 'nested too deep'}"
        raise FileProblemsError([Problem(name, says)]) from None


def _refuse_what_grows(text: str, name: str) -> None:
    """Refuse aliases, which can make a small file huge, and nesting deeper than any honest file."""
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            line = event.start_mark.line + 1 if event.start_mark else None
            if isinstance(event, yaml.AliasEvent):
                says = f"'*{event.anchor}' is an alias: write the value out"
                raise FileProblemsError([Problem(name, says, line)])
            if depth > DEEPEST:
                raise FileProblemsError([Problem(name, "is nested too deep", line)])
    except yaml.YAMLError:
        return


def _reworded(problem: str | None) -> str:
    problem = problem or "is not YAML"
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

    node: Node | None = yaml.compose(text, yaml.CSafeLoader)
    line = None
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
