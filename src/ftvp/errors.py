"""Everything a user can get wrong, one class each: what, where, and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


LIKENESS = 0.65
"""Share of the letters of two names that must agree, in order, for one to be offered."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when nothing is close.

    >>> nearest("volme", ["volume", "model"])
    'volume'
    """
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=LIKENESS)), None)


def visible(text: str) -> str:
    r"""Return user text with control characters escaped, so that it cannot move a cursor.

    >>> visible("a\x1b[2J")
    'a\\x1b[2J'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def visible_lines(text: str) -> str:
    """Return `visible` text that may keep its line breaks."""
    return "\n".join(visible(line) for line in text.split("\n"))


class Hint(NamedTuple):
    """The known name most like one that is not known; looked for only when it is shown."""

    name: str
    known: Iterable[str]
    words: str = "Did you mean"

    def __str__(self) -> str:
        """Return " Did you mean 'volume'?", nothing where no name is close."""
        close = nearest(self.name, self.known)
        return f" {self.words} '{close}'?" if close else ""


class FtvpError(Exception):
    """A user error; `str()` is the message shown."""


class Problem(NamedTuple):
    """One mistake in a file, at a line where one is known."""

    where: str
    says: str
    line: int | None = None
    hint: Hint | None = None

    def __str__(self) -> str:
        """Return "file line N: what is wrong", with the hint."""
        place = self.where if self.line is None else f"{self.where} line {self.line}"
        return f"{place}: {self.says}{self.hint or ''}"


class FileProblemsError(FtvpError):
    """All mistakes of one or more files, one a line; the message shows the first `MAX_SHOWN`.

    One that is made in many lines is shown once, with the others' lines.
    """

    MAX_SHOWN: ClassVar = 20
    MAX_ALIKE: ClassVar = 3
    MAX_LINES: ClassVar = 5

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, in the order in which a reader meets them."""
        self.problems = tuple(problems)
        kinds: list[object] = [
            id(each)
            if each.line is None or each.hint is not None
            else (each.where, re.sub(r"'[^']*'|\d+", "", each.says))  # alike but for names
            for each in self.problems
        ]
        often = {kind for kind, count in Counter(kinds).items() if count > self.MAX_ALIKE}
        alike: dict[object, list[Problem]] = {}
        for kind, problem in zip(kinds, self.problems, strict=True):
            alike.setdefault(kind if kind in often else id(problem), []).append(problem)
        shown = list(alike.values())[: self.MAX_SHOWN]
        lines = [visible_lines(f"{same[0]}{self._also(same[1:])}") for same in shown]
        more = len(self.problems) - sum(map(len, shown))
        super().__init__("\n".join([*lines, f"and {more:,} more"] if more else lines))

    def _also(self, same: Sequence[Problem]) -> str:
        if not same:
            return ""
        listed = ", ".join(str(each.line) for each in same[: self.MAX_LINES])
        more = len(same) - self.MAX_LINES
        rest = f" and {more:,} more" if more > 0 else ""
        return f" (also on line{'s' if len(same) > 1 else ''} {listed}{rest})"


class UnknownNameError(FtvpError):
    """A model, task, topic or field that does not exist, with the nearest that does, or all."""

    MAX_LISTED: ClassVar = 15

    def __init__(self, kind: str, name: str, known: Iterable[str], see: str) -> None:
        """Name what was asked for, its kind ("model") and the command that lists all.

        Where `known` maps aliases to names, the nearest alias is answered by its name.
        """
        close = nearest(name, known)
        names = tuple(dict.fromkeys(known.values() if isinstance(known, Mapping) else known))
        says = f"no {kind} named '{visible(name)}'."
        if close:
            meant = known[close] if isinstance(known, Mapping) else close
            super().__init__(f"{says} Did you mean '{meant}'? {see} lists all.")
        elif len(names) <= self.MAX_LISTED:
            super().__init__(f"{says} There are: {', '.join(names)}.")
        else:
            super().__init__(f"{says} {see} lists all.")


class UnknownOptionError(FtvpError):
    """An option that a command, or ftvp itself, does not have."""

    def __init__(
        self, command: str | None, option: str, known: Iterable[str], help_flag: str = "--help"
    ) -> None:
        """Name the command, the option, the nearest that there is, and what lists all."""
        has, see = (f"{command} has ", f"ftvp {command}") if command else ("", "ftvp")
        hint = Hint(option, known)
        super().__init__(f"{has}no option '{visible(option)}'.{hint} {see} {help_flag} lists all.")


class UsageMistakeError(FtvpError):
    """A word too many or too few, or an option without its value."""

    def __init__(self, command: str | None, says: str) -> None:
        """Name the command and what is wrong; where its help stands."""
        says = visible(says[:1].lower() + says[1:]).rstrip(".")
        words = f"ftvp {command}" if command else "ftvp"
        super().__init__(f"{says}. {words} --help shows what it takes.")


class UnmatchedPatternError(FtvpError):
    """A pattern that no model matches."""

    def __init__(self, flag: str, pattern: str, known: Iterable[str]) -> None:
        """Name the flag, the pattern, and one that would match or the nearest model."""
        wider = f"*{pattern.strip('*').casefold()}*"
        count = sum(fnmatchcase(name.casefold(), wider) for name in known)
        close = nearest(pattern, [name.rpartition("/")[2] for name in known])
        hint = f" Did you mean '{close}'?" if close else " ftvp pricing lists all."
        if count:
            hint = f" {count} match '{wider}'."
        super().__init__(f"{flag}: no model matches '{visible(pattern)}'.{hint}")


class AmbiguousNameError(FtvpError):
    """A name that fits several models."""

    MAX_SHOWN: ClassVar = 8

    def __init__(self, name: str, fits: Sequence[str]) -> None:
        """Name what was asked for and the models that it fits, those to be preferred first."""
        shown, more = fits[: self.MAX_SHOWN], len(fits) - self.MAX_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        super().__init__(
            f"'{visible(name)}' fits {len(fits)} models: {', '.join(shown)}{rest}. Write one of "
            "them out; ftvp pricing lists all."
        )


class NameToTuneError(FtvpError):
    """A name that fits several models, given as the one to tune."""

    def __init__(self, name: str, served: Mapping[str, str]) -> None:
        """Name each model that can be tuned, with what it costs kept served."""
        shown = list(served.items())[: AmbiguousNameError.MAX_SHOWN]
        rest = f" and {len(served) - len(shown)} more" if len(served) > len(shown) else ""
        many = "model" if len(served) == 1 else "models"
        super().__init__(
            f"'{visible(name)}' may mean {len(served)} {many} that can be tuned: "
            f"{', '.join(f'{model_id} ({text})' for model_id, text in shown)}{rest}. Write one of "
            "them out."
        )


class MissingInputError(FtvpError):
    """Required inputs that were not given."""

    NEEDS: ClassVar = {
        "volume": "requests per day (--volume N)",
        "prompt": "the prompt (--prompt FILE or --prompt-tokens N)",
        "tuned_prompt": "what the tuned model is sent (--tuned-prompt or --tuned-prompt-tokens)",
        "tuned_price": "the tuned model's price (--tuned-price or --tuned-model)",
        "training_cost": "the cost of one training run (--training-cost USD)",
        "training_tokens": "the training file's size (--training-tokens N or --training-cost USD)",
    }

    def __init__(self, *fields: str) -> None:
        """Name every missing field at once, each with the flag that gives it."""
        super().__init__(f"missing: {'; '.join(self.NEEDS[field] for field in fields)}.")


class ConflictError(FtvpError):
    """Two inputs that say the same thing twice."""

    def __init__(self, one: str, other: str) -> None:
        """Name the two flags of which one is to go."""
        super().__init__(f"{one} and {other} both given: leave one out.")


class TooManyShotsError(FtvpError):
    """More worked examples to keep than the prompt has."""

    def __init__(self, flag: str, told: int, prompt: str | None, found: int) -> None:
        """Name the flag and its number, the prompt, and how many are found in it."""
        many = "1 worked example" if found == 1 else f"{found:,} worked examples"
        says = f"{visible(prompt or '')} has {many}: tell at most {found:,}."
        if not found:
            says = "no worked examples are found in the prompt (ftvp tokens FILE). Leave it out."
        if prompt is None:
            says = "only a --prompt FILE has worked examples to choose from."
        super().__init__(f"{flag} {told:,}: {says}")


class MissingAnswersError(FtvpError):
    """Unanswered questions in a non-interactive run."""

    def __init__(self, questions: Sequence[tuple[str, str, str]]) -> None:
        """Name every open question by its id, with the flag that answers it."""
        listed = "\n".join(f"  {flag}  {question}" for _, flag, question in questions)
        unknown = ",".join(name.replace("_", "-") for name, _, _ in questions)
        super().__init__(
            f"these questions are open:\n{listed}\n"
            f"Answer each with its flag, or say what you cannot answer: --unknown {unknown}"
        )


class AnswerError(FtvpError):
    """An answer that fits no question of the interview."""

    def __init__(self, typed: str, wanted: str) -> None:
        """Show what was typed, and what may be."""
        said = f"'{visible(typed)}' is no answer here. " if typed else ""
        super().__init__(f"{said}Type {wanted}.")


class ShareTypedError(FtvpError):
    """A share where the interview asks for percent."""

    def __init__(self, share: float) -> None:
        """Ask back, and say how the percentage is written."""
        super().__init__(f"{share:g} %? In percent that is written {share * 100:g}.")


class NotAScenarioError(FtvpError):
    """A prompt or a data file that stands where a scenario is expected."""

    def __init__(self, path: Path | str, kind: str, instead: str) -> None:
        """Name the file, what it is taken for, and how it is given."""
        name = visible(str(path))
        super().__init__(f"{name} looks like a {kind}, not a scenario: {instead.format(name)}")


class SeveralVolumesError(FtvpError):
    """Several volumes for a command that answers for one."""

    def __init__(self, count: int) -> None:
        """Say how many are given, and which command has a row for each."""
        super().__init__(
            f"{count} volumes are given: only ftvp breakeven answers for several. Give one, "
            "or a range: 5000..20000."
        )


class RecordedVolumeError(FtvpError):
    """A record of an answer that has no one volume."""

    def __init__(self, count: int) -> None:
        """Say how many volumes are given; a record holds the answer at one."""
        given = "is not given" if count == 1 else f"is given {count} times"
        super().__init__(f"--record keeps the answer at one volume: --volume {given}. Give one.")


class NotADayError(FtvpError):
    """An invalid date."""

    def __init__(self, where: str, text: str) -> None:
        """Name the flag and what stands there."""
        super().__init__(f"{where}: '{visible(text)}' is not a day. Write it as 2026-11-23.")


class TooWideError(FtvpError):
    """A range so wide that a draw of it is no finite number."""

    def __init__(self, field: str, written: str) -> None:
        """Name the field and its range."""
        super().__init__(f"{field}: the range {written} is too wide to draw from. Narrow it.")


class NotANumberError(FtvpError, ValueError):
    """A number or range that cannot be read, or not unambiguously."""

    SAYS: ClassVar = {
        "number": "is not a number: write 8000, 8,000 or 8k, and a range as 5000..20000",
        "empty": "is empty: write a number, such as 8000, or a range, such as 5000..20000",
        "comma": "a comma only separates groups of three digits, as in 8,000: a half is 0.5, and "
        "for several numbers the option is repeated",
        "dash": "is not a number: write a range with two dots, as in 5000..20000",
        "thousand_dots": "is not a number: separate thousands by commas, as in 1,234,567",
        "dots": "a range has two dots between its numbers and nothing else, as in 5000..20000",
        "many": "a range has two ends and at most a middle between them: 5000..9000..20000",
        "order": "the numbers of a range rise: low..high or low..middle..high",
        "large": "is too large",
        "range": "is a range: write one number here",
        "percent": "a percent sign has no meaning here: write the number alone",
        "sign": "write the percent sign at each number, as in 50%..80%, or at none",
        "thousands": "write k, M or B at each number, as in 5k..20k, or all digits",
        "period": "is not a number per day here: leave the period out",
        "unknown_period": "is told of an unknown period: write /hour, /day, /week, /month or /year",
    }
    MAX_LENGTH: ClassVar = 60

    def __init__(self, text: str, why: str) -> None:
        """Show the text, and say what is wrong with it; `why` is a key of `SAYS`."""
        shown = visible(text if len(text) <= self.MAX_LENGTH else text[: self.MAX_LENGTH] + "...")
        kind = self._kind(text.strip()) if why == "number" else why
        says = self.SAYS[kind]
        between = "" if says.startswith("is ") else ":"
        super().__init__(f"'{shown}'{between} {says}.")

    @staticmethod
    def _kind(text: str) -> str:
        """Return what is wrong with a text that is no number."""
        has_digits = any(character.isdigit() for character in text)
        kinds = {
            "empty": not text,
            "comma": "," in text,
            "dash": any(dash in text[1:] for dash in "-\N{EN DASH}\N{EM DASH}"),
            "thousand_dots": text.count(".") > 1,
        }
        found = (kind for kind, holds in kinds.items() if holds and (has_digits or not text))
        return next(found, "number")


class MissingRateError(FtvpError):
    """A currency without its exchange rate, or the other way round."""

    def __init__(self, code: str | None) -> None:
        """Say which half is missing, and how to write it."""
        missing = "--currency" if code is None else "--fx"
        super().__init__(
            f"{missing} is missing: another currency needs both, such as --currency EUR --fx "
            "0.92@2026-11-20 (what one US dollar is worth, and on which day)."
        )


class NotATableError(FtvpError):
    """CSV requested for an answer that is not a table."""

    def __init__(self) -> None:
        """Say which answers are."""
        super().__init__(
            "CSV is for tables: ftvp compare, breakeven, evals and pricing. Use --format json here."
        )


class OutOfRangeError(FtvpError):
    """A number that a flag cannot take."""

    def __init__(self, where: str, number: float, wanted: str) -> None:
        """Name the flag, the number, and what it must be."""
        super().__init__(f"{where} {number:g}: it must be {wanted}.")


class UnmatchedFlagError(FtvpError):
    """One of two flags that only work together."""

    def __init__(self, one: str, other: str) -> None:
        """Name the two flags."""
        super().__init__(f"{one} and {other} go together: give both.")


class UnreadableFileError(FtvpError):
    """A file that is missing, a directory, or not readable."""

    def __init__(self, path: Path | str, why: str) -> None:
        """Name the path and why it cannot be read, with what to do."""
        super().__init__(f"{visible(str(path))} {why}")


class UnwritableFileError(FtvpError):
    """A file that cannot be written."""

    def __init__(self, path: Path | str, why: str) -> None:
        """Name the path and why it cannot be written, with what to do."""
        super().__init__(f"{visible(str(path))} {why}")


class OutOfMemoryError(FtvpError):
    """An input that does not fit into memory."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("there is not enough memory for this input. Split it, or name less of it.")


class NotUtf8Error(FtvpError):
    """A text file in another encoding."""

    def __init__(self, path: Path | str, byte: int, line: int, encoding: str | None) -> None:
        """Name the encoding where its mark is known, else the first bad byte and its line."""
        name = visible(str(path))
        what = f"UTF-8 (byte 0x{byte:02x} at line {line})"
        says = f"is not {what}" if encoding is None else f"is {encoding.upper()}"
        super().__init__(
            f"{name} {says}. Save it as UTF-8, or: iconv -f {encoding or 'latin1'} -t utf-8 {name}"
        )


class DamagedInstallationError(FtvpError):
    """A file of ftvp's own that is missing or not as it was shipped."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{visible(str(path))} is not as ftvp ships it: the installation is damaged. Install "
            "it again from its checkout: pip install --force-reinstall PATH"
        )


class ChangedFileError(FtvpError):
    """A file that is written while it is read."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{visible(str(path))} changed while it was read. Wait until it is complete, or copy "
            "it first."
        )


class NameNotUtf8Error(FtvpError):
    """A file's name that is not UTF-8, where it would stand in a file."""

    def __init__(self, name: str) -> None:
        """Show the name."""
        super().__init__(
            f"the name {visible(name)} is not UTF-8: it cannot stand in YAML. Rename the file."
        )


class TooLargeError(FtvpError):
    """A file, a line or an archive that is larger than what is read."""

    def __init__(self, path: Path | str, most: int, what: str) -> None:
        """Name the file, what of it is too large, and the limit in bytes."""
        size = f"{most >> 30} GB" if most >= 1 << 30 else f"{most >> 20} MB"
        super().__init__(
            f"{visible(str(path))}: a {what} of more than {size} is not read. Split it."
        )


class TooManyExamplesError(FtvpError):
    """A training file of more examples than are read."""

    def __init__(self, path: Path | str, most: int) -> None:
        """Name the file and the limit."""
        super().__init__(
            f"{visible(str(path))}: more than {most:,} training examples are not read. Split it."
        )


class TooManyResultsError(FtvpError):
    """A file of more eval results than are compared."""

    def __init__(self, name: str, most: int) -> None:
        """Name the file and the limit."""
        super().__init__(
            f"{visible(name)}: more than {most:,} eval results are not read. Draw that many."
        )


class TooManyValuesError(FtvpError):
    """A JSON document of more values than are kept in memory at once."""

    def __init__(self, name: str, most: int) -> None:
        """Name the file and the limit."""
        super().__init__(
            f"{visible(name)}: a JSON document of more than {most:,} values is not read. "
            "Split it, or write JSON lines (jq -c '.[]')."
        )


class UnpricedGoalError(FtvpError):
    """A training file for a kind of tuning that a model's price does not cover."""

    def __init__(self, path: Path | str, goal: str) -> None:
        """Name the file, what it is for, and the flags that help."""
        super().__init__(
            f"{visible(str(path))} is for {goal} tuning, which the price of the tuned model does "
            "not cover. Give --training-cost instead of --dataset, or another --tuned-model."
        )


class OverwritesInputError(FtvpError):
    """A file to be written that is also read."""

    def __init__(self, target: Path | str, source: Path | str) -> None:
        """Name the file under both its names."""
        name, other = visible(str(target)), visible(str(source))
        same = "" if name == other else f", which is {other},"
        super().__init__(f"{name}{same} is read: writing it would lose it. Name another file.")


class EmptyFileError(FtvpError):
    """An empty file where a prompt or data is expected."""

    def __init__(self, path: Path | str) -> None:
        """Name the file."""
        super().__init__(
            f"{visible(str(path))} holds no text. Name the file with the prompt, "
            "or '-' to read it from standard input."
        )


class ManyRecordsError(FtvpError):
    """A JSON Lines data file where one prompt is wanted."""

    def __init__(self, path: Path | str, records: int) -> None:
        """Name the file and how many records it holds."""
        super().__init__(
            f"{visible(str(path))} holds {records:,} records: a data file, not a prompt. "
            "Give the prompt of one request; a training file goes to 'ftvp dataset'."
        )


class NotAPromptError(FtvpError):
    """JSON or YAML in which no prompt can be recognised."""

    def __init__(self, path: Path | str) -> None:
        """Name the file and the shapes that are understood."""
        super().__init__(
            f"{visible(str(path))} holds neither chat messages (role and content), nor a prompt "
            "template, nor a list of examples such as input and output. To count it as it "
            "stands, give it a name that ends in .txt."
        )


class ManyPromptsError(FtvpError):
    """A document with several prompts where one is wanted."""

    def __init__(self, path: Path | str, names: Sequence[str]) -> None:
        """Name the file and the prompts in it."""
        shown = ", ".join(visible(name) for name in names[:8]) + (" ..." if len(names) > 8 else "")  # noqa: PLR2004  a line
        super().__init__(
            f"{visible(str(path))} holds {len(names)} prompts: {shown}. Which is meant? Save that "
            "one in a file of its own, such as prompt.txt."
        )


class PartOfPromptError(FtvpError):
    """A document of which only a small part was recognised as the prompt."""

    def __init__(self, path: Path | str, key: str, counted: int) -> None:
        """Name the largest key that would be left out, and how much was recognised."""
        super().__init__(
            f"{visible(str(path))}: only {counted:,} characters of it are known to be prompt; most "
            f"of its text, such as '{visible(key)}', is not. If that is sent too, save the prompt "
            "as it is sent in a .txt file, or as chat messages (role and content)."
        )


class SourceCodeError(FtvpError):
    """A file of program code in which no single text is the prompt."""

    def __init__(self, path: Path | str, texts: int) -> None:
        """Name the file and how many long texts it holds."""
        found = "no long text" if not texts else f"{texts} long texts" if texts > 1 else "one text"
        super().__init__(
            f"{visible(str(path))} is source code with {found} in it, not a prompt. Print the "
            "prompt once as it is sent, and give that text in a .txt file."
        )


class LongRunError(FtvpError):
    """A run of white space or of letters that is too long for the tokenizer."""

    def __init__(self, line: int, length: int, what: str = "spaces or tabs") -> None:
        """Name the line on which the run begins, and the length that is too much."""
        self.what = what
        super().__init__(
            f"the text has {length:,} or more {what} in a row, from line {line}: "
            "too many to count. Take them out."
        )


class UnknownPriceError(FtvpError):
    """A price that no source states; it is never taken as 0."""

    def __init__(self, model: str, what: str, instead: str) -> None:
        """Name the model, the price, and the flag that gives it."""
        super().__init__(f"no source gives {what} of {visible(model)}. {instead}")


class ShutDownError(FtvpError):
    """A model that its provider has shut down by the day of the answer."""

    def __init__(self, model: str, on: object) -> None:
        """Name the model and the day it ended."""
        super().__init__(
            f"{visible(model)} was shut down on {on}. Choose another --model (ftvp pricing lists "
            "all), or an earlier day with --as-of."
        )


class ContextError(FtvpError):
    """A request that is longer than what its model can take."""

    def __init__(self, model: str, tokens: float, most: int) -> None:
        """Name the model, the tokens of the request and the limit."""
        super().__init__(
            f"a request of {tokens:,.0f} tokens does not fit into {visible(model)}, which takes "
            f"{most:,}. Shorten the prompt, or choose another --model."
        )


class NoPriceYetError(FtvpError):
    """A day before the first price in the table."""

    def __init__(self, model: str, day: object, first: object) -> None:
        """Name the model, the day asked for, and the first day with a price."""
        super().__init__(
            f"{visible(model)} has no price on {day}. The first is of {first}: choose a later day "
            "with --as-of, or another --model."
        )


class StalePriceError(FtvpError):
    """A price that was last checked longer ago than `--max-price-age` allows."""

    def __init__(self, source: str, checked_on: object, days: int, most: int) -> None:
        """Name the source, the day it was checked, and the limit."""
        age = "1 day" if days == 1 else f"{days} days"
        super().__init__(
            f"prices of {visible(source)} were last checked on {checked_on}, {age} ago: more "
            f"than --max-price-age {most}. Give newer ones with --prices FILE, or raise the limit."
        )


class NotPricesError(FtvpError):
    """A file without the price data that is expected in it."""

    def __init__(self, path: Path | str, wanted: str) -> None:
        """Name the file and what it should hold."""
        super().__init__(f"{visible(str(path))} is not {wanted}.")


class NoPriceFileError(FtvpError):
    """A price import without the file that it needs."""

    def __init__(self, source: str, file: str) -> None:
        """Name whose prices are meant, and the file that holds them."""
        super().__init__(f"--from {source} needs its file: {file}.")


class TooOldError(FtvpError):
    """An optional package that is installed in too old a version."""

    def __init__(self, package: str, version: str, oldest: str) -> None:
        """Name the package, its version, and the first that will do."""
        super().__init__(
            f"{package} {version} is too old to be read; {oldest} or later is needed: "
            f"pip install --upgrade {package}"
        )


class ImportDayError(FtvpError):
    """An import as of a day before the price table last changed."""

    def __init__(self, day: object, since: object) -> None:
        """Name the day that was asked for, and the first on which an import can be judged."""
        super().__init__(
            "a price list says what prices are when it is read, not what they were on "
            f"{day}. Leave --as-of out, or give a day from {since} on, when the price table last "
            "changed."
        )


class NotInstalledError(FtvpError):
    """An optional package that an import reads and that is not installed."""

    def __init__(self, package: str) -> None:
        """Name the package and how to install it."""
        super().__init__(f"{package} is not installed: pip install {package}")


class NotEvalResultsError(FtvpError):
    """A file in which no scored items can be recognised."""

    def __init__(self, path: Path | str, why: str) -> None:
        """Name the file and what is the matter with it."""
        super().__init__(f"{visible(str(path))} {why}")


class PackedFileError(FtvpError):
    """A file packed in a way that this Python cannot unpack by itself."""

    def __init__(self, path: str, package: str, instead: str) -> None:
        """Name the file, the package that unpacks it, and a command that does without."""
        super().__init__(
            f"{visible(path)} is packed with {package}, which Python reads from 3.14 on: pip "
            f"install {package}, or unpack it: {instead}"
        )


class EvalFieldError(FtvpError):
    """Eval results whose id, score or cluster field is unclear, or not the one named."""

    MAX_SHOWN: ClassVar = 12

    def __init__(
        self,
        path: str,
        role: str,
        known: Iterable[str],
        asked: str | None,
        *,
        both_sides: bool = False,
    ) -> None:
        """Name the file, what is looked for ("id"), and the fields to choose from.

        `both_sides` says that one file is to hold the scores of both.
        """
        listed = list(known)
        shown = ", ".join(visible(name) for name in listed[: self.MAX_SHOWN]) or "none"
        are = "There is" if len(listed) == 1 else "There are"
        says = f"which field of {visible(path)} is the {role}?"
        if asked is not None:
            close = nearest(asked, listed)
            hint = f" Did you mean '{visible(close)}'?" if close else ""
            says = f"{visible(path)} has no {role} '{visible(asked)}' in every item.{hint}"
        flag, two = f"--{role}", ""
        if both_sides:
            says = f"which two fields of {visible(path)} are the scores, prompted and tuned?"
            flag, two = "--score NAME,NAME", " Else name a file for each side."
        name = "them" if both_sides else "it"
        way_out = f"Name {name} with {flag} (in ftvp decide --evals-{role})."
        if both_sides and asked is None and len(listed) <= 1:
            fields = "one field that may be a score" if listed else "no field that may be a score"
            says = f"{visible(path)} has {fields}, where those of both sides are wanted."
            way_out, two = "", " Name a file for each side: PROMPTED TUNED."
        said = " ".join(each for each in (says, way_out) if each)
        super().__init__(f"{said} {are}: {shown}.{two}")


class EvalScaleError(FtvpError):
    """Scores above 1 without a given maximum."""

    def __init__(self, path: str, field: str, value: float, *, lower_is_better: bool) -> None:
        """Name the file, the field and a score that is too high."""
        name, kind = (
            ("score", "a perfect score is")
            if not lower_is_better
            else ("error", "counts as nothing right")
        )
        super().__init__(
            f"{visible(path)}: the {name} '{visible(field)}' reaches {value:g}. Say what {kind}: "
            "--scale 100, or for each side --scale 1,100 (in ftvp decide --evals-scale)."
        )


class UnusedScaleError(FtvpError):
    """A scale of which a side uses so little that it is probably the other side's."""

    def __init__(self, path: str, field: str, highest: float, perfect: float) -> None:
        """Name the file, the field, its highest score and the perfect one."""
        super().__init__(
            f"{visible(path)}: no score in '{visible(field)}' is above {highest:g}, on a scale of "
            f"{perfect:g}. Give the scale of each side: --scale 1,{perfect:g} or --scale "
            f"{perfect:g},1, where both are right {perfect:g},{perfect:g} (in ftvp decide "
            "--evals-scale)."
        )


class MixedScoresError(FtvpError):
    """A field in which numbers are written in two ways."""

    def __init__(self, path: str, line: int | None, field: str, one: str, other: str) -> None:
        """Name the file, a line, the field and two of its values."""
        at = "" if line is None else f" line {line}"
        super().__init__(
            f"{visible(path)}{at}: the score '{visible(field)}' is written both as "
            f"'{visible(one)}' and as '{visible(other)}'. Write all numbers in one way, decimals "
            "with a point."
        )


class NotAScoreError(FtvpError):
    """A field that cannot be a score, whatever its name."""

    def __init__(self, path: str, field: str, why: str) -> None:
        """Name the file, the field and what it is instead."""
        super().__init__(
            f"{visible(path)}: '{visible(field)}' {why}. Name the field with the score of each "
            "answer: --score (in ftvp decide --evals-score)."
        )


class OtherItemError(FtvpError):
    """An id that stands for one item on one side and for another on the other."""

    LONGEST: ClassVar = 60

    def __init__(
        self, item: str, field: str, sides: Sequence[tuple[str, int | None, str]], *, way_out: str
    ) -> None:
        """Name the id, the field that differs, and file, line and value of each side."""
        shown = " but ".join(self._side(*side) for side in sides)
        super().__init__(
            f"the id '{visible(item)}' names different items: '{visible(field)}' is {shown}. "
            f"{way_out}"
        )

    @classmethod
    def _side(cls, path: str, line: int | None, value: str) -> str:
        text = value if len(value) <= cls.LONGEST else f"{value[: cls.LONGEST]}..."
        at = "" if line is None else f" line {line}"
        return f"'{visible(text)}' in {visible(path)}{at}"


class NothingPairedError(FtvpError):
    """Two sides with fewer than two items in common."""

    def __init__(self, one: str, other: str, ones: list[str], others: list[str]) -> None:
        """Name both files and show the first ids of each."""
        sides = ((one, ones), (other, others))
        shown = "; ".join(
            f"{visible(name)} has {', '.join(repr(each) for each in ids[:3])}"
            for name, ids in sides
        )
        super().__init__(
            f"fewer than two items have the same id on both sides: {shown}. Score the same items "
            "on both, or name the field that tells them apart with --id (in "
            "ftvp decide --evals-id)."
        )


class OneClusterError(FtvpError):
    """Items that all belong to one cluster, so that no confidence interval exists."""

    def __init__(self, field: str) -> None:
        """Name the field that was to tell the sources apart."""
        super().__init__(
            f"all items have the same '{visible(field)}': at least two clusters are needed. "
            "Choose another field with --cluster, or leave it out."
        )


class GateError(FtvpError):
    """A condition of --fail-if that cannot be read, or that does not fit the answer."""

    def __init__(self, condition: str, says: str) -> None:
        """Show the condition, and say what is wrong with it."""
        super().__init__(f"--fail-if '{visible(condition)}': {says}")


class NotRecordedError(FtvpError):
    """A record that lacks what this version of ftvp asks for."""

    def __init__(self) -> None:
        """Say what is missing, and which version has it."""
        super().__init__(
            "the record holds no quality table, which this version of ftvp asks for. Replay it "
            "with the version that wrote it, or with today's tables: --today."
        )


class UnwrittenSuffixError(FtvpError):
    """An output file whose ending names no format that is written."""

    def __init__(self, path: Path, suffixes: Iterable[str]) -> None:
        """Name the file and the endings that are written."""
        written = ", ".join(suffixes)
        super().__init__(
            f"--output {visible(str(path))}: {visible(path.suffix)} is not written, only "
            f"{written}. For paper or a .pdf write .html and print it."
        )


class NumberAsFileError(FtvpError):
    """A number where the name of an output file is wanted."""

    def __init__(self, name: str) -> None:
        """Show the number, and what was probably meant."""
        super().__init__(
            f"--output {visible(name)}: a file's name is wanted, such as answer.md. The length of "
            f"an answer is --output-tokens {visible(name)}."
        )


class StandardOutputError(FtvpError):
    """A dash as the name of an output file."""

    def __init__(self) -> None:
        """Say how the answer goes to standard output in a format."""
        super().__init__(
            "--output -: an answer goes to standard output without --output; choose its --format."
        )


class NotAUsageLogError(FtvpError):
    """A file in which no calls of a model can be recognised."""

    SHOWN: ClassVar = 12

    def __init__(self, path: Path | str, keys: Sequence[str], why: str | None = None) -> None:
        """Name the file, and why, or the keys that its first record has and how to name them."""
        listed = ", ".join(visible(key[:40]) for key in keys[: self.SHOWN])
        says = why or "holds no calls of a model that can be recognised."
        if not {"messages", "contents", "conversations"}.isdisjoint(keys):
            says += " The body of a request goes to --prompt, a training file to 'ftvp dataset'."
        if listed:
            says += (
                f" Its first record has {listed}: name them, --columns "
                "time=...,model=...,input=...,output=..."
            )
        super().__init__(f"{visible(str(path))} {says}")


class UsageColumnError(FtvpError):
    """A word of --columns that names no column."""

    def __init__(self, part: str) -> None:
        """Show the word, and how columns are named."""
        super().__init__(
            f"--columns: '{visible(part)}' names no column. Write time=ts,input=prompt_tokens."
        )


class MissingExtraError(FtvpError):
    """A file or an engine that needs a package which is not installed."""

    def __init__(self, what: Path | str, kind: str, extra: str) -> None:
        """Name what was asked for, its kind, and the extra that installs what it needs."""
        super().__init__(
            f"{visible(str(what))}: {kind} needs a package that is not installed: "
            f"pip install 'ftvp[{extra}]'."
        )


class EngineError(FtvpError):
    """An engine for many machines that failed; no part of its answer is shown."""

    LONGEST: ClassVar = 200

    def __init__(self, address: str | None, error: Exception) -> None:
        """Name the engine, and the kind of error that it raised with its first line."""
        lines = str(error).strip().splitlines() or [""]
        where = f"on Ray at {visible(address)}" if address else "on this machine"
        said = visible(lines[0])[: self.LONGEST]
        super().__init__(
            f"Daft {where} failed, so there is no answer: {type(error).__name__}: {said}. Check "
            "the names and the cluster, or read local files without --engine."
        )
