"""Mistakes in what was asked: names, flags, answers, days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from ftvp.errors.base import FtvpError, nearest, visible


class UnknownNameError(FtvpError):
    """A model, task, topic or field that does not exist, with the nearest that does."""

    def __init__(self, kind: str, name: str, known: Iterable[str], see: str) -> None:
        """Name what was asked for, its kind ("model") and the command that lists all.

        Where `known` maps aliases to names, the nearest alias is answered by its name.
        """
        close = nearest(name, known)
        close = known.get(close, close) if close and isinstance(known, Mapping) else close
        hint = f" Did you mean '{close}'?" if close else ""
        super().__init__(f"no {kind} named '{visible(name)}'.{hint} {see} lists all.")


class AmbiguousNameError(FtvpError):
    """A name that several models bear, or a word that several names hold."""

    MOST = 8

    def __init__(self, name: str, fits: Sequence[str]) -> None:
        """Name what was asked for and the models that it fits, those to be preferred first."""
        shown, more = fits[: self.MOST], len(fits) - self.MOST
        rest = f" and {more} more" if more > 0 else ""
        super().__init__(
            f"'{visible(name)}' fits {len(fits)} models: {', '.join(shown)}{rest}. Write one of "
            "them out; ftvp pricing lists all."
        )


class MissingInputError(FtvpError):
    """Something the calculation needs and nobody gave."""

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


class MissingAnswersError(FtvpError):
    """Questions that nobody answered, where nobody can be asked."""

    def __init__(self, questions: Iterable[tuple[str, str]]) -> None:
        """Name every open question with the flag that answers it."""
        listed = "\n".join(f"  {flag}  {question}" for flag, question in questions)
        super().__init__(
            f"these questions are open:\n{listed}\n"
            "Answer each with its flag, or say --unknown volume,examples,... for what you "
            "cannot answer."
        )


class NotADayError(FtvpError):
    """A day that is none, or written otherwise."""

    def __init__(self, where: str, text: str) -> None:
        """Name the flag and what stands there."""
        super().__init__(f"{where}: '{visible(text)}' is not a day. Write it as 2026-11-23.")


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
    """CSV asked of an answer that is no table."""

    def __init__(self) -> None:
        """Say which answers are."""
        super().__init__("only ftvp compare writes CSV. Use --format json here.")


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
