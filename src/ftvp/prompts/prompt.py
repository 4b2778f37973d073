"""What a prompt file holds: instructions, shots and the request, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from ftvp.prompts.blocks import is_to_fill

Format = Literal["text", "markdown", "chat", "template", "shots"]
Kind = Literal["instructions", "shot", "request"]


class Speaker(NamedTuple):
    """Who says a chat message: its role, and the name some messages carry."""

    role: str
    name: str | None = None


class Message(NamedTuple):
    """One chat message as it is sent."""

    role: str
    content: str
    name: str | None = None


class Piece(NamedTuple):
    """Text that reaches the model in one go; in a chat, of the message with that number."""

    text: str
    message: int | None = None


@dataclass(frozen=True)
class Resemblance:
    """What looked like worked examples and was not taken for them.

    `mark` says by what they look alike ("labels from and subject"), `line` counts from 1.
    """

    mark: str
    count: int
    line: int


@dataclass(frozen=True)
class Part:
    """A stretch of a prompt: instructions, one worked example, or what varies per request.

    `answer` is the worked answer inside a shot; `line` counts from 1 in the text of the prompt.
    """

    kind: Kind
    pieces: tuple[Piece, ...]
    answer: str | None = None
    line: int = 1

    @property
    def text(self) -> str:
        """Return the whole text of this part."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Prompt:
    """A prompt in parts that cover it whole: what is counted is in exactly one of them.

    `speakers` has one entry per message of a chat and is empty for other files. `model` is the id
    of the model that the document names, as it stands there. `warnings` are sentences on what was
    not counted or not certain.
    """

    format: Format
    parts: tuple[Part, ...]
    speakers: tuple[Speaker, ...] = ()
    model: str | None = None
    looked_like: tuple[Resemblance, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the parts' texts, joined."""
        return "".join(part.text for part in self.parts)

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return the chat messages that the parts make up; none for a file that is no chat."""
        contents: dict[int, list[str]] = {}
        for piece in (piece for part in self.parts for piece in part.pieces):
            if piece.message is not None:
                contents.setdefault(piece.message, []).append(piece.text)
        said = ((self.speakers[number], "".join(texts)) for number, texts in contents.items())
        return tuple(Message(speaker.role, text, speaker.name) for speaker, text in said)

    @property
    def instructions(self) -> tuple[Part, ...]:
        """Return the parts that every request repeats, shots aside."""
        return self._all("instructions")

    @property
    def shots(self) -> tuple[Part, ...]:
        """Return the worked examples: what tuning makes unnecessary."""
        return self._all("shot")

    @property
    def request(self) -> tuple[Part, ...]:
        """Return the parts that vary from one request to the next."""
        return self._all("request")

    @property
    def request_is_slot(self) -> bool:
        """Return whether the file has only a place for the request: its length says nothing.

        Such are `{email}`, `<text>`, a last label with nothing after it, and no request at all.
        """
        return is_to_fill("\n".join(part.text for part in self.request))

    def without_shots(self) -> Prompt:
        """Return what a tuned model is sent when nothing else is said."""
        return replace(self, parts=numbered(p for p in self.parts if p.kind != "shot"))

    def _all(self, kind: Kind) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind == kind)


def numbered(parts: Iterable[Part]) -> tuple[Part, ...]:
    r"""Return the parts, each with the line at which it begins.

    >>> parts = numbered([Part("instructions", (Piece("Hi\n\n"),)), Part("request", (Piece("x"),))])
    >>> [part.line for part in parts]
    [1, 3]
    """
    placed: list[Part] = []
    line = 1
    for part in filter(_holds_something, parts):
        placed.append(replace(part, line=line))
        line += sum(piece.text.count("\n") for piece in part.pieces)
    return tuple(placed)


def _holds_something(part: Part) -> bool:
    return any(piece.text or piece.message is not None for piece in part.pieces)


def joined(sections: Iterable[Sequence[Part]], separator: str) -> list[Part]:
    r"""Return the parts of all sections, with the separator at the end of each but the last.

    >>> sections = [[Part("shot", (Piece(text),))] for text in "ab"]
    >>> [part.text for part in joined(sections, "\n")]
    ['a\n', 'b']
    """
    *before, last = [section for section in sections if section] or [()]
    ended: list[Part] = []
    for *parts, part in before:
        *pieces, piece = part.pieces
        extended = piece._replace(text=piece.text + separator)
        ended += [*parts, replace(part, pieces=(*pieces, extended))]
    return [*ended, *last]
