"""A prompt's parts as tokens: what tuning removes is the difference of two whole counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ftvp.files.prompts.prompt import Part, Prompt
from ftvp.tables.pricing import Tokenizer
from ftvp.tokens.chat import chat_overhead
from ftvp.tokens.estimate import Count, estimate_many, settled
from ftvp.tokens.hazards import specials
from ftvp.units import PromptTokens

BEFORE_REPLY = chat_overhead(messages=0)


@dataclass(frozen=True)
class Sized:
    """Something to count: the texts that reach the model, and the tokens a chat adds to them."""

    texts: tuple[str, ...]
    overhead: int = 0


def prompt_tokens(prompt: Prompt, tokenizer: Tokenizer) -> PromptTokens:
    """Return the tokens of a prompt's parts, which add up to those of the whole.

    Tokens cross the borders of parts, so the shots weigh what the prompt loses with them, and the
    last of them carries the odd token.
    """
    answers = [Sized((shot.answer,)) for shot in prompt.shots if shot.answer]
    sized = [_sized(prompt), _sized(prompt.without_shots())]
    parts = [*(_alone(prompt, (shot,)) for shot in prompt.shots), _alone(prompt, prompt.request)]
    tokens, sample = _counted([*sized, *parts, *answers], settled(tokenizer, prompt.text))
    whole, bare, *rest = tokens
    shots, request = rest[: len(prompt.shots)], rest[len(prompt.shots)]
    replies = rest[len(prompt.shots) + 1 :]
    if shots:
        shots[-1] += whole - bare - sum(shots)
    return PromptTokens(
        instructions=bare - request,
        shots=tuple(shots),
        request=request,
        mean_answer=sum(replies) / len(replies) if replies else None,
        encoding=sample.encoding,
        exact=sample.exact,
        error_percent=sample.error_percent,
        warnings=tuple(_warnings(prompt)),
    )


def _sized(prompt: Prompt) -> Sized:
    if not prompt.speakers:
        return Sized((prompt.text,))
    messages = prompt.messages
    names = [message.name for message in messages if message.name]
    texts = (*(message.content for message in messages), *names)
    return Sized(texts, chat_overhead(len(messages), len(names)))


def _alone(prompt: Prompt, parts: tuple[Part, ...]) -> Sized:
    sized = _sized(replace(prompt, parts=parts))
    return replace(sized, overhead=max(0, sized.overhead - BEFORE_REPLY))


def _counted(things: Iterable[Sized], tokenizer: Tokenizer) -> tuple[list[int], Count]:
    listed = list(things)
    counts = estimate_many([text for thing in listed for text in thing.texts], tokenizer)
    left = iter(counts)
    tokens = [sum(next(left).tokens for _ in thing.texts) + thing.overhead for thing in listed]
    return tokens, counts[0]


def _warnings(prompt: Prompt) -> Iterator[str]:
    for special in specials(prompt.text):
        yield f"The prompt holds {special}, counted as text; a provider may take it as control."
    for kind in prompt.left_out:
        yield f"The prompt holds {kind}, which is not counted."
