"""Messages of a record in every dialect: read alike, then held against the rules for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from ftvp.dataset.examples import SHARED, RecordError, TrainingMessage
from ftvp.errors import nearest
from ftvp.files.chat import (
    Content,
    ContentError,
    MediaPart,
    calls_text,
    read_content,
    tool_calls,
    tool_names,
)
from ftvp.files.values import json_fault, json_or_none

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
SPEAKING = ROLES[:4]
SPEAKERS = {
    "system": "system",
    "developer": "developer",
    "human": "user",
    "user": "user",
    "prompter": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "chatbot": "assistant",
    "ai": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "tool": "tool",
    "observation": "tool",
    "function_response": "tool",
    "function_call": "assistant",
}
"""Who speaks in a list of conversations, in lower case."""
GEMINI_ROLES = {
    "user": "user",
    "model": "assistant",
    "system": "system",
    "function": "tool",
    "tool": "tool",
}
QUESTIONS = (
    "prompt",
    "instruction",
    "question",
    "query",
    "problem",
    "input",
    "input_text",
    "text_input",
    "user",
    "human",
    "source",
)
ANSWERED = (
    "completion",
    "output",
    "response",
    "answer",
    "output_text",
    "assistant",
    "target",
    "solution",
    "gpt",
    "bot",
)
USUAL_QUESTIONS = {
    "completion": ("prompt",),
    "output": ("instruction", "input"),
    "response": ("instruction", "prompt"),
    "answer": ("question",),
    "assistant": ("user", "human"),
}
"""What an answer's key goes with, where a record has more questions than one."""
MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call"}
    | {"refusal", "audio", "annotations", "reasoning_content", "reasoning", "thinking"}
)
REASONING_KEYS = ("reasoning_content", "reasoning", "thinking")
PLAIN = 2
"""The keys of most messages: role and content."""


class Conversation(NamedTuple):
    """Messages with what the more than plain ones among them hold, each in its place."""

    messages: tuple[TrainingMessage, ...]
    contents: tuple[Content | None, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """Who speaks, message by message."""
        return tuple([message.role for message in self.messages])

    @property
    def media(self) -> tuple[MediaPart, ...]:
        """What is no text in any of the messages."""
        return tuple(medium for content in self.contents if content for medium in content.media)


def read_conversation(messages: Sequence[dict[str, Any]]) -> Conversation:
    """Return messages with role and content; RecordError says what is wrong with one."""
    read, contents = list[TrainingMessage](), list[Content | None]()
    for number, message in enumerate(messages, start=1):
        role, text = message.get("role"), message.get("content")
        if len(message) == PLAIN and isinstance(text, str) and role in SPEAKING:
            read.append(TrainingMessage(role, text))
            contents.append(None)
        else:
            one, content = read_message(message, number)
            read.append(one)
            contents.append(content)
    return Conversation(tuple(read), tuple(contents))


def message_list(messages: object, key: str) -> list[dict[str, Any]]:
    """Return a list of at least one message; RecordError for anything else."""
    if isinstance(messages, str) and messages.lstrip().startswith("["):
        try:
            messages = json.loads(messages)
        except json.JSONDecodeError as error:
            says = f"'{key}' is text that looks like a list and {json_fault(error)}"
            raise RecordError(says) from None
    if not isinstance(messages, list):
        says = f"'{key}' is no list: write [{{'role': ..., 'content': ...}}, ...]"
        raise RecordError(says)
    if not messages:
        says = f"'{key}' is empty: write at least the answer, or take the record out"
        raise RecordError(says)
    if [message for message in messages if not isinstance(message, dict)]:
        says = "a message is no object: write {'role': ..., 'content': ...}"
        raise RecordError(says)
    return messages


def read_message(message: dict[str, Any], number: int) -> tuple[TrainingMessage, Content]:
    """Return one message, and what it holds; RecordError says what is wrong with it."""
    role = message.get("role")
    if role not in ROLES:
        raise RecordError(_unknown_role(role, number))
    _check_weight(message, number)
    held = _held(message, number)
    if role == "assistant" and held.media:
        kind = held.media[0].kind
        holds = f"holds {'an' if kind[0] in 'aeiou' else 'a'} {kind}"
        says = f"message {number} is the assistant's and {holds}: an answer is text alone"
        raise RecordError(says)
    name = message.get("name")
    name = name if isinstance(name, str) else ""
    if role in {"tool", "function"}:
        held = held._replace(answered=(str(message.get("tool_call_id") or name), *held.answered))
    read = TrainingMessage(role, held.text, name, calls_text(held.calls), held.reasoning)
    return read, held


def _held(message: dict[str, Any], number: int) -> Content:
    """Return what a message holds: its content, the calls and the reasoning beside it."""
    where = f"'content' of message {number}"
    content = message.get("content")
    try:
        calls = tool_calls(message, f"message {number}")
        held = Content() if content is None else read_content(content, where)
    except ContentError as error:
        raise RecordError(str(error)) from None
    reasoning = [message[key] for key in REASONING_KEYS if isinstance(message.get(key), str)]
    if content is None and not calls and not reasoning:
        refusal = message.get("refusal")
        if isinstance(refusal, str):
            return Content(refusal)
        says = f"message {number} has no 'content': write the text, or the tool_calls"
        if "content" in message:
            says = f"{where} is null, and the message calls no tool: write the text"
        raise RecordError(says)
    return held._replace(
        calls=calls + held.calls, reasoning="\n".join([*reasoning[:1], held.reasoning]).strip("\n")
    )


def _unknown_role(role: object, number: int) -> str:
    if role is None:
        return f"message {number} has no 'role': write one of {', '.join(ROLES)}"
    close = nearest(str(role), ROLES) or SPEAKERS.get(str(role).lower())
    hint = f" Did you mean '{close}'?" if close else f" Use one of {', '.join(ROLES)}."
    return f"message {number} has the unknown role '{str(role)[:40]}'.{hint}"


def _check_weight(message: dict[str, Any], number: int) -> None:
    weight = message.get("weight")
    if weight is None:
        return
    if isinstance(weight, bool) or not isinstance(weight, int):
        says = f"'weight' of message {number} must be a whole number: 0 or 1, without a point"
        raise RecordError(says)
    if weight not in {0, 1}:
        says = f"'weight' of message {number} must be 0 (not learnt) or 1 (learnt)"
        raise RecordError(says)


def pair_keys(record: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the keys of a question and of its answer, however they are capitalised.

    >>> pair_keys({"Question": "2+2?", "Answer": "4"})
    ('Question', 'Answer')
    """
    names = {str(key).strip().lower(): key for key in record}
    answer = next((name for name in ANSWERED if name in names), None)
    if answer is None:
        return None
    likely = (*USUAL_QUESTIONS.get(answer, ()), *QUESTIONS)
    question = next((name for name in likely if name in names), None)
    return None if question is None else (names[question], names[answer])


def respelled(messages: object, key: str, roles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return messages of another dialect with role and content.

    The speaker stands under `role` or `from`, what is said under `content`, `value`, `parts` or
    `text`. Where a speaker is missing, as in a Gemini record of one turn, it is the user. An
    element that is a whole exchange, such as input and output, becomes two messages.
    """
    return [
        message
        for number, each in enumerate(message_list(messages, key), start=1)
        for message in _respelled(each, number, key, roles)
    ]


def _respelled(
    message: dict[str, Any], number: int, key: str, roles: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    speaker = next((message[name] for name in ("role", "from") if name in message), None)
    said = next((name for name in ("content", "value", "parts", "text") if name in message), None)
    if speaker is None and said is None and (exchange := pair_keys(message)):
        spoken = zip(("system", "user", "assistant"), ("system", *exchange), strict=True)
        yield from ({"role": who, "content": message[k]} for who, k in spoken if message.get(k))
        return
    if said is None or (speaker is None and said != "parts"):
        wanted = "'from' and 'value'" if "from" in message or key == "conversations" else "'parts'"
        says = f"message {number} of '{key}' needs {wanted}, or 'role' and 'content'"
        raise RecordError(says)
    role = roles.get(str(speaker or "user").lower())
    if role is None:
        says = f"message {number} is from '{str(speaker)[:40]}': use {', '.join(list(roles)[:5])}"
        raise RecordError(says)
    rest = {k: v for k, v in message.items() if k not in {"role", "from", said}}
    calls = _spelt_call(message[said]) if speaker == "function_call" else {}
    yield {**rest, "role": role, "content": message[said], **calls}


def _spelt_call(said: object) -> dict[str, Any]:
    """Return the call of a tool that ShareGPT keeps as JSON in a text; {} for other text."""
    call = json_or_none(said) if isinstance(said, str) else None
    is_call = isinstance(call, dict) and isinstance(call.get("name"), str)
    return {"content": None, "tool_calls": [call]} if is_call else {}


def conversation_issues(
    conversation: Conversation, messages: Sequence[Mapping[str, Any]], *, by_id: bool = True
) -> list[str]:
    """Return what is odd about messages that can be trained on all the same.

    `by_id` says that a tool's result names the call that it answers.
    """
    roles = conversation.roles
    found = list(_order_issues(roles))
    blank = [not message[1] or message[1].isspace() for message in conversation.messages]
    if True in blank and any(
        is_blank and not (message.calls or message.reasoning or (content and content.media))
        for is_blank, message, content in zip(blank, *conversation, strict=True)
    ):
        found.append("a message is empty: it teaches nothing")
    if "tool" in roles or any(conversation.contents):
        found += _message_issues(messages)
    if "tool" in roles and by_id:
        results = [message for message in messages if message["role"] == "tool"]
        if not all(result.get("tool_call_id") for result in results):
            found.append("a message of a tool has no 'tool_call_id': OpenAI refuses it")
    return found


@lru_cache(maxsize=1000)
def _order_issues(roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is odd about who speaks when, which many records have alike."""
    found = []
    if roles[-1] != "assistant":
        found.append(
            "the last message is not the assistant's: what follows its answer is not learnt"
        )
    if "user" not in roles and "tool" not in roles:
        found.append("nothing is asked: the record has no message of a user")
    if "user" in roles and next(role for role in roles if role not in SHARED) == "assistant":
        found.append("the first message is the assistant's: most providers want the user to begin")
    if any(one == two != "tool" for one, two in pairwise(roles)):
        found.append("two messages of one role follow each other: some providers refuse that")
    if "system" in roles[1:]:
        found.append("a system message stands after the first message: some providers refuse that")
    return tuple(found)


def _message_issues(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for message in messages:
        for key in sorted(message.keys() - MESSAGE_KEYS):
            yield f"'{str(key)[:40]}' is no part of a message and is not counted"
        if message.get("weight") is not None and message["role"] != "assistant":
            yield (
                "'weight' stands at a message that is not the assistant's: "
                "OpenAI takes it at the assistant's alone"
            )
    weights = [m.get("weight", 1) for m in messages if m["role"] == "assistant"]
    if weights and not any(weights):
        yield "every answer has the weight 0: nothing is learnt from it"


def tool_issues(
    conversation: Conversation, tools: object, *, in_strings: bool | None
) -> Iterator[str]:
    """Yield what is odd about the calls of tools: names, arguments, and results without a call.

    `in_strings` says that arguments are JSON in a string, as OpenAI wants them, or an object; None
    that either will do.
    """
    names = tool_names(tools) if tools else frozenset[str]()
    waiting: list[str] = []
    for message, content in zip(conversation.messages, conversation.contents, strict=True):
        if waiting and message.role in {"assistant", "user"} and not (content and content.answered):
            yield "a tool is called and no result follows before the next message"
            waiting = []
        for call in content.calls if content else ():
            if names is not None and call.name not in names:
                yield f"'{call.name[:60]}' is called and is not among the declared tools"
            yield from _argument_issue(call.arguments, in_strings=in_strings)
            waiting.append(call.id or call.name)
        for answered in content.answered if content else ():
            if answered and answered not in waiting:
                yield "a tool's result answers no call before it: its id fits none"
                waiting = []
            waiting = [each for each in waiting if each != answered] if answered else waiting[1:]


def _argument_issue(arguments: object, *, in_strings: bool | None) -> Iterator[str]:
    if not isinstance(arguments, str):
        if in_strings is True:
            yield "the arguments of a call are an object: OpenAI wants JSON in a string"
        return
    value = json_or_none(arguments or "{}")
    if not isinstance(value, dict):
        yield "the arguments of a call are not a JSON object"
    elif in_strings is False:
        yield "the arguments of a call are text: this format wants an object"


def refuse_order(conversation: Conversation, provider: str) -> None:
    """Raise RecordError unless user and assistant take turns, the user first, the answer last."""
    roles = conversation.roles
    if others := sorted(set(roles) - {"user", "assistant"}):
        says = f"a message has the role {others[0]}: {provider} knows user and assistant alone"
        raise RecordError(says)
    if roles[0] != "user":
        says = f"the first message is not the user's: {provider} wants the user to begin"
        raise RecordError(says)
    if any(one == two for one, two in pairwise(roles)):
        says = f"two messages of one role follow each other: {provider} wants them in turn"
        raise RecordError(says)
    if roles[-1] != "assistant":
        says = f"the last message is not the assistant's: {provider} wants the answer at the end"
        raise RecordError(says)
