"""What a prompt file holds: instructions, shots and the request, and how many tokens each has.

What tuning removes is the difference of two whole counts.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from ftvp.prompts.blocks import is_to_fill
from ftvp.tables.pricing import Tokenizer
from ftvp.tokens.counting import chat_overhead, count_many, error_percent, settled, specials
from ftvp.units import PromptTokens

Format = Literal["text", "markdown", "chat", "template", "shots"]
Kind = Literal["instructions", "shot", "request"]
BEFORE_REPLY = chat_overhead(messages=0)


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


class Resemblance(NamedTuple):
    """What looked like worked examples and was not taken for them.

    `mark` says by what its `blocks` are alike ("labels from and subject"), `line` counts from 1.
    """

    mark: str
    blocks: int
    line: int


class Part(NamedTuple):
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


class Prompt(NamedTuple):
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

    def without_shots(self) -> "Prompt":
        """Return what a tuned model is sent when nothing else is said."""
        return self._replace(parts=numbered(p for p in self.parts if p.kind != "shot"))

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
    for part in parts:
        if not any(piece.text or piece.message is not None for piece in part.pieces):
            continue
        placed.append(part._replace(line=line))
        line += sum(piece.text.count("\n") for piece in part.pieces)
    return tuple(placed)


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
        ended += [*parts, part._replace(pieces=(*pieces, extended))]
    return [*ended, *last]


class Sized(NamedTuple):
    """Something to count: the texts that reach the model, and the tokens a chat adds to them."""

    texts: tuple[str, ...]
    overhead: int = 0


def prompt_tokens(prompt: Prompt, tokenizer: Tokenizer) -> PromptTokens:
    """Return the tokens of a prompt's parts, which add up to those of the whole.

    Tokens cross the borders of parts, so the shots weigh what the prompt loses with them, and the
    last of them carries the odd token.
    """
    by = settled(tokenizer, prompt.text)
    things = _things(prompt)
    raw = _raw(prompt, by.encoding)
    tokens = [round(n * by.ratio) + thing.overhead for n, thing in zip(raw, things, strict=True)]
    whole, bare, *rest = tokens
    shots, request = rest[: len(prompt.shots)], rest[len(prompt.shots)]
    replies = rest[len(prompt.shots) + 1 :]
    if shots:
        shots[-1] += whole - bare - sum(shots)
    return PromptTokens(
        instructions=bare - request,
        shots=tuple(shots),
        request=request,
        request_is_slot=prompt.request_is_slot,
        answers=tuple(replies),
        mean_answer=sum(replies) / len(replies) if replies else None,
        encoding=by.encoding,
        exact=by.exact,
        error_percent=error_percent(by),
        warnings=(
            *prompt.warnings,
            *(
                f"The prompt holds {special}, counted as text; a provider may take it as control."
                for special in specials(prompt.text)
            ),
        ),
    )


@lru_cache(maxsize=8)
def _things(prompt: Prompt) -> list[Sized]:
    """Return what is counted: the whole, the whole less its shots, each part, each answer."""
    answers = [Sized((shot.answer,)) for shot in prompt.shots if shot.answer]
    parts = [*((shot,) for shot in prompt.shots), prompt.request]
    sized = [_sized(prompt._replace(parts=part)) for part in parts]
    alone = [one._replace(overhead=max(0, one.overhead - BEFORE_REPLY)) for one in sized]
    return [_sized(prompt), _sized(prompt.without_shots()), *alone, *answers]


@lru_cache(maxsize=8)
def _raw(prompt: Prompt, encoding: str) -> list[int]:
    """Return the encoding's own count of each thing; many tokenizers scale the same counts."""
    things = _things(prompt)
    left = iter(count_many([text for thing in things for text in thing.texts], encoding))
    return [sum(next(left) for _ in thing.texts) for thing in things]


def _sized(prompt: Prompt) -> Sized:
    if not prompt.speakers:
        return Sized((prompt.text,))
    messages = prompt.messages
    names = [message.name for message in messages if message.name]
    texts = (*(message.content for message in messages), *names)
    return Sized(texts, chat_overhead(len(messages), len(names)))
