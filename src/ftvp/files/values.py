"""Values of YAML and JSON, each held against its shape: findings with file, line and key."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, cached_property
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ftvp.errors import (
    FileProblemsError,
    Hint,
    NameNotUtf8Error,
    Problem,
    TooLargeError,
    TooManyValuesError,
)
from ftvp.units import PERCENT

if TYPE_CHECKING:
    from yaml import CSafeLoader, MappingNode, Node, ScalarNode


M = TypeVar("M", bound=BaseModel)
MAX_SHOWN_LENGTH = 60
"""Characters of an offending value, up to which it is shown."""
Path = tuple[str | int, ...]
Place = Callable[[Path], tuple[str, int | None]]
"""From the path of a value to where the user finds it: a file and line, or a flag."""
UNION_ARM = r"float|int|str|\[key\]|(?:literal\[|function-|constrained-)(?s:.*)"
"""A step of a path that is pydantic's name of a union's arm, or of a key itself."""
SENTENCES: Mapping[str, str] = {
    "finite_number": "must be a finite number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "missing": "is missing",
    "string_type": "must be text",
    "date_from_datetime_parsing": "must be a day, written as 2026-11-23",
    "date_from_datetime_inexact": "must be a day, written as 2026-11-23",
    "date_parsing": "must be a day, written as 2026-11-23",
    "date_type": "must be a day, written as 2026-11-23",
    "not_positive": "must be a positive number",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "dict_type": "must be a block of keys",
    "model_type": "must be a block of keys",
    "tuple_type": "must be a list",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_too_long": "must be at most {max_length} characters",
    "string_unicode": "must be text in UTF-8",
    "too_long": "must have at most {max_length} entries",
    "invalid_key": "must have text for its keys",
    "date_far": "must be a day of the years 1900 to 2999",
    "value_error": "{error}",
}

LEAST_PERCENT = 2
"""A number from here to 100 that is given for a share is likely meant in percent."""
UNWORDED = "must be written otherwise"
ABOVE = {"greater_than", "greater_than_equal"}


def shaped(
    shape: type[M],
    value: object,
    place: Place,
    *,
    named: bool = False,
    read: Callable[[Any], M] | None = None,
) -> M:
    """Return `value` as `shape`, or raise FileProblemsError with every mistake at its place.

    `named` says that the place of a value, such as its flag, names its first key already; `read`
    does what the shape's `model_validate` would.
    """
    try:
        return (read or shape.model_validate)(value)
    except ValidationError as error:
        findings = error.errors(include_url=False)
        raise FileProblemsError(_problems(shape, findings, place, named=named)) from None


def _problems(
    shape: type[BaseModel], findings: Sequence[ErrorDetails], place: Place, *, named: bool
) -> list[Problem]:
    problems: dict[Path, Problem] = {}
    for finding in findings:
        loc = finding["loc"]
        below = (each["loc"] for each in findings if len(each["loc"]) > len(loc))
        if finding["type"] == "too_short" and any(each[: len(loc)] == loc for each in below):
            continue  # the list only counts as empty because its entries are refused
        at = getattr(finding.get("ctx", {}).get("error"), "at", ())
        steps = (*loc, *at)
        path = tuple(step for step in steps if not re.fullmatch(UNION_ARM, str(step)))
        where, line = place(path)
        says, hint = _sentence(shape, finding, path, named=named)
        if path in problems:
            first = problems[path].says.partition(" (not ")[0]
            _, must, other = says.rpartition("must be ")
            says = f"{first}, or {other if must else 'a number'}"
        problems[path] = Problem(where, says, line, hint)
    return list(problems.values())


def _sentence(
    shape: type[BaseModel], finding: ErrorDetails, path: Path, *, named: bool
) -> tuple[str, Hint | None]:
    """Return what is wrong at a path, and where a key is unknown the nearest that is known."""
    if finding["type"] == "extra_forbidden":
        kind = "scenario field" if shape.__name__ == "Scenario" else "key here"
        hint = Hint(str(path[-1]), keys_at(shape, path[:-1]))
        return f"'{path[-1]}' is not a {kind}.", hint
    kind, given = finding["type"], finding["input"]
    bounds = finding.get("ctx", {}).values()
    not_positive = isinstance(given, int | float) and given <= 0
    if kind in ABOVE and not_positive and all(0 < bound < 1 for bound in bounds):
        kind = "not_positive"
    says = SENTENCES.get(kind, UNWORDED).format(**finding.get("ctx", {}))
    keys = (
        ".".join(key for key in path[1:] if isinstance(key, str))
        if named
        else ".".join(map(str, path))
    )
    key = f"'{keys}'" if keys else ""
    if finding["type"] == "value_error":
        return f"{key}: {says}".removeprefix(": "), None
    value = finding["input"]
    text = repr(value) if isinstance(value, str | int | bool) else ""
    if isinstance(value, float):
        text = f"{value:.12g}"
    shown = f" (not {text})" if "must" in says and 0 < len(text) <= MAX_SHOWN_LENGTH else ""
    if (
        kind == "less_than_equal"
        and finding["ctx"]["le"] == 1
        and LEAST_PERCENT <= value <= PERCENT
    ):
        shown += f": {value / PERCENT:g} or {value:g}%"
    return f"{key} {says}{shown}".strip(), None


def keys_at(shape: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that are allowed at a path of a shape."""
    annotation: Any = shape
    for step in path:
        record = _record(annotation)
        field = record.model_fields.get(str(step)) if record else None
        annotation = field.annotation if field else annotation
    found = _record(annotation)
    return list(found.model_fields) if found else []


def _record(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401  an annotation can be anything
    """Return the record that an annotation such as `dict[str, X]` or `X | None` is about."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arms = getattr(annotation, "__args__", ())
    return next((record for arm in arms if (record := _record(arm))), None)


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
    if "<document start>" in problem:
        return "a second document begins here: write one block of keys, or one JSON object"
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


MAX_VALUES = 4_000_000
"""Values of one document: about 100 bytes each in memory, a microsecond each to read."""
VALUE_ENDS = ('":', '",', "},", "],", *(f"{digit}," for digit in range(10)))
"""What stands behind a key or a value, and seldom within a text."""


def load_json(text: str, name: str) -> object:
    """Return what a JSON text says.

    Raises FileProblemsError with line and column for what is no JSON, a key that stands twice in
    one object, a number out of range, and nesting too deep to follow; TooManyValuesError for what
    holds more than MAX_VALUES.
    """
    if len(text) > MAX_VALUES and sum(map(text.count, VALUE_ENDS)) > MAX_VALUES:
        raise TooManyValuesError(name, MAX_VALUES)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_number)
    except JSONDecodeError as error:
        says = f"{json_fault(error)} (column {error.colno})"
        raise FileProblemsError([Problem(name, says, error.lineno)]) from None
    except ValueError as error:
        says = "holds a number too long to read" if "digits" in str(error) else str(error)
        raise FileProblemsError([Problem(name, says)]) from None
    except RecursionError:
        raise FileProblemsError([Problem(name, "is nested too deep")]) from None


def json_or_none(text: str | bytes) -> Any:  # noqa: ANN401  any JSON value
    """Return what a text says where it may be JSON, None where it is none or is null."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def json_fault(error: JSONDecodeError) -> str:
    """Return what keeps a text from being JSON, and what to do about the usual slips."""
    before, after = error.doc[: error.pos].rstrip(), error.doc[error.pos :].lstrip()
    is_trailing = before.endswith(",") and after[:1] in {"}", "]"}
    if is_trailing or "trailing comma" in error.msg:
        return "is not JSON: a comma stands before the end of an object or a list: take it out"
    if after.startswith(("'", "True", "False", "None")):
        return "is Python, not JSON: write it with json.dumps"
    if error.msg == "Extra data" and after.startswith(","):
        return "is not JSON: a comma stands at the end: take it out"
    if error.msg == "Extra data" and after.startswith(("{", "[")):
        return "is not JSON: two values stand on one line: give each its own with jq -c ."
    return f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            says = f"the key '{key}' stands twice in one object"
            raise ValueError(says)
        found[key] = value
    return found


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        says = f"the number {digits[:20]} is too large"
        raise ValueError(says)
    return number


def as_text(value: object) -> str | None:
    """Return a value as it stands in a prompt: objects and lists as JSON, None for nothing.

    Half of a surrogate pair, which is no character, becomes U+FFFD.
    """
    if value is None:
        return None
    plain = isinstance(value, str)
    text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
