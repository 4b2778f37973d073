"""A table of options becomes a Typer command: each option a name, an annotation and a default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any

Options = Mapping[str, tuple[object, object]]
REQUIRED = Parameter.empty


def command_of(run: Callable[[Mapping[str, Any]], None], options: Options) -> Callable[..., None]:
    """Return a command with these options, which passes what was given to `run`, by name."""

    def command(**given: Any) -> None:  # noqa: ANN401  what Typer passes
        run(given)

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in options.items()
    ]
    vars(command)["__signature__"] = Signature(parameters)
    command.__annotations__ = {name: annotation for name, (annotation, _) in options.items()}
    command.__doc__ = run.__doc__
    return command
