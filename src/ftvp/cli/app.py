"""The command line: options in, a result out, an exit code. Each command's module loads on use."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ftvp.documents import COMMANDS, load_object
from ftvp.errors import FtvpError, UnknownNameError

if TYPE_CHECKING:
    from typer._click import (  # the annotations of what is overridden
        Command,
        Context,
        HelpFormatter,
    )

# Without it pydantic searches every installed package for plugins: 20 ms, and others' code.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

WRONG_INPUT = 2
INTERRUPTED = 130


class Commands(TyperGroup):
    """The commands by name; a module is imported when its command is called."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names in the order of the help."""
        del ctx
        return list(COMMANDS)

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Return the command that the first word or the first two words name."""
        if " ".join(args[:2]) in COMMANDS:
            args = [" ".join(args[:2]), *args[2:]]
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Context, cmd_name: str) -> Command:
        """Return one command; UnknownNameError names the nearest when there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            raise UnknownNameError("command", cmd_name, list(COMMANDS), "ftvp --help")
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        command = load_object(COMMANDS[cmd_name].run or "")
        app.command(cmd_name, help=command.__doc__)(command)
        return typer.main.get_command(app)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.help) for name, each in COMMANDS.items()])

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  as in the class it extends
        """Run a command; a user's mistake is a sentence on stderr and exit code 2."""
        try:
            return super().invoke(ctx)
        except FtvpError as error:
            for line in str(error).splitlines():
                print(line if line[:1] == " " else f"ftvp: {line}", file=sys.stderr)  # noqa: T201  this is the edge
            raise typer.Exit(WRONG_INPUT) from None
        except (KeyboardInterrupt, typer.Abort):
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  nobody reads on; the exit closes it
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:  # noqa: FBT001  the signature of an option's callback
    if asked:
        from ftvp.version import __version__

        print(f"ftvp {__version__}")  # noqa: T201  this is the edge
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
]


@app.callback()
def root(*, version: Version = False) -> None:
    """Should I fine-tune a model, or keep prompting? Offline, at dated and sourced prices."""


def main() -> None:
    """Run the command line."""
    app()
