"""A prompt's parts as tokens: what tuning removes is the difference of two whole counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from ftvp.prompts.prompt import Prompt
from ftvp.tables.pricing import Tokenizer
from ftvp.tokens.counting import chat_overhead, count_many, error_percent, settled, specials
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


def _things(prompt: Prompt) -> list[Sized]:
    """Return what is counted: the whole, the whole less its shots, each part, each answer."""
    answers = [Sized((shot.answer,)) for shot in prompt.shots if shot.answer]
    parts = [*((shot,) for shot in prompt.shots), prompt.request]
    sized = [_sized(replace(prompt, parts=part)) for part in parts]
    alone = [replace(one, overhead=max(0, one.overhead - BEFORE_REPLY)) for one in sized]
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
