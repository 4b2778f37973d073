"""The command line: options in, a result out, an exit code. Each command's module loads on use."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from ftvp.documents import COMMANDS, load_object
from ftvp.errors import (
    FtvpError,
    OutOfMemoryError,
    UnknownNameError,
    UnknownOptionError,
    UnreadableFileError,
    UnwritableFileError,
    UsageMistakeError,
    visible,
)

if TYPE_CHECKING:
    from typer._click import (  # the annotations of what is overridden
        Command,
        Context,
        HelpFormatter,
    )


class NoPlugins(ModuleType):
    """In place of pydantic's search for plugins: finds none, and gives way when asked for more.

    pydantic imports its search, with all that reads packages' metadata, even where the search is
    turned off: 3 % of a short run.
    """

    get_plugins = staticmethod(tuple)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the module holds
        """Return what else the module has, once it has taken its place."""
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(self.__name__, None)
        return getattr(import_module(self.__name__), name)


# Unless it is told otherwise, pydantic searches every installed package for plugins: 20 ms, and
# others' code.
if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__") == "__all__":
    sys.modules.setdefault("pydantic.plugin._loader", NoPlugins("pydantic.plugin._loader"))

WRONG_INPUT = 2
INTERRUPTED = 130


ALL = "--help-all"
WORDS = "words"
"""Where a context keeps the words of the call after the command's name."""
FIELDS, TAKES = "fields", "takes"
"""Of a command's function: the flags of each scenario field, and what makes it take some fields."""


@cache
def made(name: str, fields: tuple[str, ...] | None = None) -> Command:
    """Return a command, with options for these fields of a scenario alone; None for all."""
    command = load_object(COMMANDS[name].run or "")
    if TAKES in vars(command):
        vars(command)[TAKES](vars(command)[FIELDS] if fields is None else fields)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=HelpCommand, help=command.__doc__)(command)
    return typer.main.get_command(app)


class UnbuiltOption(TyperOption):
    """An option for which Typer builds no validator until it is given."""

    def process_value(self, ctx: Context, value: Any) -> Any:  # noqa: ANN401  as in its class
        """Pass on what was not given as it is, so that no validator is built for it."""
        if value is None and self.callback is None and not self.required:
            return () if self.multiple else None
        return super().process_value(ctx, value)


class HelpCommand(TyperCommand):
    """A command whose help has panels, and whose options are read only where they are given."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  as in its class
        """Make the command and let its options wait; Typer makes them, and asks for no class."""
        super().__init__(*given, **named)
        for each in self.params:
            if type(each) is TyperOption:
                each.__class__ = UnbuiltOption

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the words of a call; `--help-all` is help with every option."""
        if ALL in args[: args.index("--") if "--" in args else len(args)]:
            ctx.meta[ALL] = True
            args = ["--help"]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the options in panels, and examples."""
        from ftvp.cli.help import write_options

        write_options(self, ctx, formatter)


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
        ctx.meta[WORDS] = args[1:]
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Context, cmd_name: str) -> Command:
        """Return one command; UnknownNameError names the nearest when there is none.

        It has the options of those fields of a scenario whose flags are among the words of the
        call, and of all fields where help lists them or a word is completed.
        """
        if cmd_name not in COMMANDS:
            raise UnknownNameError("command", cmd_name, list(COMMANDS), "ftvp --help")
        words = ctx.meta.get(WORDS) if ctx else None
        if words is None or COMPLETE in os.environ or not {"-h", "--help", ALL}.isdisjoint(words):
            return made(cmd_name)
        begun = {word.partition("=")[0] for word in words}
        fields = vars(load_object(COMMANDS[cmd_name].run or "")).get(FIELDS, {})
        named = (field for field, flags in fields.items() if not begun.isdisjoint(flags))
        return made(cmd_name, tuple(named))

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.help) for name, each in COMMANDS.items()])

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write where to begin."""
        del ctx
        with formatter.section("Examples"):
            for name in ("decide", "breakeven"):
                formatter.write(f"  {COMMANDS[name].examples[0]}\n")
            formatter.write("  ftvp breakeven --help\n")

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the options before the command."""
        with mistakes_worded(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  as in the class it extends
        """Run a command; a user's mistake is a sentence on stderr and exit code 2."""
        with mistakes_worded(ctx):
            return super().invoke(ctx)


@contextmanager
def mistakes_worded(ctx: Context) -> Iterator[None]:
    """Turn what ends a command early into an exit code, mistakes with a sentence on stderr."""
    try:
        yield
    except FtvpError as error:
        _say(error)
        raise typer.Exit(WRONG_INPUT) from None
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            raise
        _say(_usage_error(error, ctx))
        raise typer.Exit(WRONG_INPUT) from None
    except (KeyboardInterrupt, typer.Abort):
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _discard_output()
        raise typer.Exit(0) from None
    except OSError as error:
        says = (error.strerror or str(error)).lower()
        if error.filename is None:
            _say(UnwritableFileError("standard output", f"cannot be written: {says}."))
        else:
            _say(UnreadableFileError(os.fsdecode(error.filename), f"cannot be used: {says}."))
        _discard_output()
        raise typer.Exit(WRONG_INPUT) from None
    except MemoryError:
        _say(OutOfMemoryError())
        raise typer.Exit(WRONG_INPUT) from None


def _discard_output() -> None:
    """Write nothing more: nobody reads on, and the exit flushes what is left."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  the exit closes it


def _say(error: FtvpError) -> None:
    """Write a message to standard error; here alone it is made safe for a terminal."""
    notes = getattr(error, "__notes__", ())
    for line in [*str(error).split("\n"), *notes, *_variables_behind(str(error))]:
        with suppress(OSError):
            print(visible(line if line[:1] == " " else f"ftvp: {line}"), file=sys.stderr)  # noqa: T201  this is the edge


def _variables_behind(message: str) -> Iterator[str]:
    """Yield the variables of the environment whose values a message begins with or quotes."""
    for name, value in os.environ.items():
        is_quoted = f"'{value}'" in message or message.startswith(f"{value} ")
        if name.startswith("FTVP_") and value and is_quoted and name not in message:
            yield f"  The environment has {name}={value}."


def _usage_error(error: typer.TyperException, root: Context) -> FtvpError:
    """Return a mistake in the words of a command, which Typer found, as one of ours."""
    ctx = getattr(error, "ctx", None) or root
    name = ctx.invoked_subcommand or (ctx.info_name if ctx is not root else None)
    option = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        from ftvp.cli.help import rare_options

        command = made(name) if name in COMMANDS else ctx.command
        known = [name for each in command.params for name in (*each.opts, *each.secondary_opts)]
        return UnknownOptionError(name, option, known, ALL if rare_options(command) else "--help")
    return UsageMistakeError(name, error.format_message())


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

        print(f"ftvp {__version__}", flush=True)  # noqa: T201  this is the edge
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
]


@app.callback()
def root(*, version: Version = False) -> None:
    """Should I fine-tune a model, or keep prompting? Offline, at dated and sourced prices."""


COMPLETE = "_FTVP_COMPLETE"
"""The variable by which a shell asks for the words that may follow."""


def group() -> Command:
    """Return the command line with what completes it in a shell."""
    from typer.completion import completion_init  # type: ignore[attr-defined]  # registers shells

    completion_init()
    return typer.main.get_command(app)


class ClosedStream(io.StringIO):
    """Standard output that was closed when ftvp was started: what is written meets its error."""

    def write(self, text: str) -> int:
        """Raise as the system does."""
        del text
        raise OSError(errno.EBADF, "it is closed")


def main() -> None:
    """Run the command line, whatever its streams are: closed, or short of characters."""
    sys.stdout = sys.stdout or ClosedStream()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if COMPLETE in os.environ:
        group()(prog_name="ftvp")
    app(prog_name="ftvp")
