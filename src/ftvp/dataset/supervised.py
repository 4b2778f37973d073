"""Records that hold the answer to imitate: chats of each provider, pairs, text, segments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ftvp.dataset.conversations import (
    GEMINI_ROLES,
    SPEAKERS,
    Conversation,
    conversation_issues,
    message_list,
    pair_keys,
    read_conversation,
    refuse_order,
    respelled,
    tool_issues,
)
from ftvp.dataset.examples import Format, RecordError, TrainingExample, TrainingMessage
from ftvp.files.chat import PLACEHOLDER, Content, ContentError, MediaPart, read_content
from ftvp.files.values import json_or_none

Record = dict[str, Any]
ReadRecord = tuple[TrainingExample, list[str]]
"""An example, and a sentence for each thing about its record that is odd."""

CHAT_KEYS = frozenset({"messages", "tools", "functions", "parallel_tool_calls", "weight", "id"})
BEDROCK_KEYS = frozenset({"schemaVersion", "system", "messages", "tools", "toolConfig", "id"})
GEMINI_KEYS = frozenset(
    {"contents", "systemInstruction", "system_instruction", "tools", "toolConfig", "tool_config"}
    | {"generationConfig", "generation_config", "labels"}
)
LIST_KEYS = ("conversations", "conversation", "dialog", "dialogue", "turns", "chat")
"""Keys under which other tools than the providers keep a list of messages."""
CONTEXTS = ("input", "context")
"""What is asked about, beside the question."""
SYSTEMS = ("system", "system_prompt")
REASONS = ("reasoning_content", "reasoning", "thinking")
MEDIA_KEYS = {
    "images": "image",
    "image": "image",
    "videos": "video",
    "video": "video",
    "audios": "audio",
    "audio": "audio",
}
"""Columns beside the messages that hold what is no text."""
TOOL_KEYS = ("tools", "functions", "toolConfig")
MIN_WORDS = 8
"""Words from which what is not read is text, rather than a note on a record."""
NO_ANSWER = (
    "there is no answer to learn (a record for reinforcement has what its grader compares with "
    "beside the task)"
)


IN_STRINGS = {"chat": True, "bedrock": False, "gemini": False}
"""Whether a format keeps the arguments of a call as JSON in a string."""


def read_chat(record: Record, *, answers: bool = True) -> ReadRecord:
    """Return a record of `messages`: OpenAI's, or Bedrock's where it has `schemaVersion`.

    `answers` refuses a record without an assistant's message.
    """
    messages = message_list(record["messages"], "messages")
    if any(message.get("role") == "model" for message in messages):  # as Vertex AI once had it
        messages = respelled(messages, "messages", GEMINI_ROLES)
    conversation = read_conversation(messages)
    is_bedrock = "schemaVersion" in record or "system" in record
    if "schemaVersion" in record and answers:
        refuse_order(conversation, "Bedrock")
    if answers and "assistant" not in conversation.roles:
        says = f"no message has the role assistant: {NO_ANSWER}"
        raise RecordError(says)
    issues = conversation_issues(conversation, messages)
    known = BEDROCK_KEYS if is_bedrock else CHAT_KEYS
    form: Format = "bedrock" if is_bedrock else "chat"
    return conversation_example(record, conversation, form, known, issues)


def conversation_example(
    record: Record,
    conversation: Conversation,
    form: Format,
    known: frozenset[str],
    issues: list[str],
) -> ReadRecord:
    """Return a conversation as an example, with the tools, media and system prompt beside it."""
    if len(record) == 1 and not any(conversation.contents):
        return TrainingExample(0, form, conversation.messages), issues
    tools = next((record[key] for key in TOOL_KEYS if record.get(key)), None)
    if any(content and (content.calls or content.answered) for content in conversation.contents):
        # ShareGPT keeps them as JSON in a string.
        declared = json_or_none(tools) if isinstance(tools, str) else tools
        issues += tool_issues(conversation, declared, in_strings=IN_STRINGS.get(form))
    media = beside_media(conversation.media, record)
    issues += extra_keys(record, known, "a chat record")
    messages = (*system_messages(record), *conversation.messages)
    return TrainingExample(0, form, messages, tools_text(tools), media), issues


def tools_text(tools: object) -> str:
    """Return declared tools as JSON, "" for none."""
    if not tools:
        return ""
    return tools if isinstance(tools, str) else json.dumps(tools, ensure_ascii=False)


def column_media(record: Mapping[str, Any]) -> tuple[MediaPart, ...]:
    """Return what columns beside the text hold that is no text."""
    return tuple(
        MediaPart(kind, hash(repr(held)))
        for key, kind in MEDIA_KEYS.items()
        if record.get(key)
        for held in (record[key] if isinstance(record[key], list) else [record[key]])
    )


def beside_media(media: tuple[MediaPart, ...], record: Mapping[str, Any]) -> tuple[MediaPart, ...]:
    """Return the media of messages with those of the columns beside them.

    Where columns hold them, the messages have but marks of where they belong.
    """
    columns = column_media(record)
    kinds = {medium.kind for medium in columns}
    held = [each for each in media if each.kind not in kinds or each.digest != PLACEHOLDER]
    return (*held, *columns)


def system_messages(record: Mapping[str, Any]) -> tuple[TrainingMessage, ...]:
    """Return the system prompt that stands beside the messages, if there is one."""
    held = next(((key, record[key]) for key in SYSTEMS if record.get(key)), None)
    return (TrainingMessage("system", text_under(held[1], held[0])),) if held else ()


def text_under(value: object, key: str) -> str:
    """Return the text under a key; RecordError where it is neither text nor parts of a message."""
    return _content_under(value, key).text


def _content_under(value: object, key: str) -> Content:
    try:
        return read_content(value, f"'{key}'")
    except ContentError as error:
        raise RecordError(str(error)) from None


def extra_keys(record: Mapping[str, Any], known: Iterable[str], what: str) -> list[str]:
    """Return a sentence for each key that is not read."""
    extra = record.keys() - {*known, *MEDIA_KEYS, *SYSTEMS}
    return [
        f"'{str(key)[:40]}' is no part of {what} and is not counted: some providers refuse it"
        for key in sorted(extra)
    ]


def read_gemini(record: Record) -> ReadRecord | None:
    """Read `contents` as Vertex AI tunes Gemini on them."""
    if "contents" not in record:
        return None
    messages = respelled(record["contents"], "contents", GEMINI_ROLES)
    conversation = read_conversation(messages)
    if "assistant" not in conversation.roles:
        says = f"no content has the role model: {NO_ANSWER}"
        raise RecordError(says)
    issues = conversation_issues(conversation, messages, by_id=False)
    example, issues = conversation_example(record, conversation, "gemini", GEMINI_KEYS, issues)
    return example._replace(messages=(*_gemini_system(record), *example.messages)), issues


def _gemini_system(record: Record) -> tuple[TrainingMessage, ...]:
    held = record.get("systemInstruction", record.get("system_instruction"))
    if isinstance(held, dict):
        held = held.get("parts", held)
    if isinstance(held, dict):
        held = [held]
    return (TrainingMessage("system", text_under(held, "systemInstruction")),) if held else ()


def list_key(record: Mapping[str, Any]) -> str | None:
    """Return the key under which a record keeps a list of messages, whatever it is called."""
    for key in (*(key for key in LIST_KEYS if key in record), *record):
        held = record[key]
        first = held[0] if isinstance(held, list) and held and isinstance(held[0], dict) else {}
        is_said = first.keys() & {"content", "value"} and first.keys() & {"role", "from"}
        if key in LIST_KEYS or is_said:
            return key
    return None


def read_list(record: Record) -> ReadRecord | None:
    """Read a list of messages under another key: ShareGPT's, or with role and content."""
    key = list_key(record)
    if key is None:
        return None
    raw = message_list(record[key], key)
    messages = respelled(raw, key, SPEAKERS)
    form: Format = "sharegpt" if any("from" in message for message in raw) else "conversations"
    conversation = read_conversation(messages)
    if "assistant" not in conversation.roles:
        says = f"no message of '{key}' is the assistant's: {NO_ANSWER}"
        raise RecordError(says)
    issues = conversation_issues(conversation, messages, by_id=form != "sharegpt")
    known = CHAT_KEYS | {key, "system"}
    return conversation_example(record, conversation, form, known, issues)


def read_pair(record: Record) -> ReadRecord | None:
    """Read a question and its answer under any of the usual names; Alpaca's columns too."""
    keys = pair_keys(record)
    if keys is None:
        return None
    question, answer = keys
    form: Format = {
        ("prompt", "completion"): "completion",
        ("instruction", "output"): "alpaca",
    }.get(keys, "pairs")  # type: ignore[assignment]
    if _held_messages(record[question]) or _held_messages(record[answer]):
        return _message_pair(record, question, answer, form)
    for key in keys:
        if isinstance(record[key], list) and all(isinstance(each, str) for each in record[key]):
            says = f"'{key}' holds several texts: write a record for each"
            raise RecordError(says)
    asked, answered = (_content_under(record[key], key) for key in keys)
    if answered.media:
        says = (
            f"'{answer}' holds what is no text ({answered.media[0].kind}): an answer is text alone"
        )
        raise RecordError(says)
    parts = [asked.text, *context_texts(record, question)]
    reasons = [record[key] for key in REASONS if isinstance(record.get(key), str)]
    said = TrainingMessage("assistant", answered.text, reasoning="".join(reasons[:1]))
    messages = (
        *system_messages(record),
        *_history(record),
        TrainingMessage("user", "\n".join(parts)),
        said,
    )
    used = {*keys, *CONTEXTS, *SYSTEMS, *REASONS, *TOOL_KEYS, "history", "weight", "category", "id"}
    media = asked.media + column_media(record)
    example = TrainingExample(0, form, messages, tools_text(record.get("tools")), media)
    issues = extra_keys(record, used, f"a record of '{question}' and '{answer}'")
    if not said.text.strip():
        issues.append("the answer is empty: it teaches nothing")
    return example._replace(unread=unread_key(record, used, [*parts, said.text])), issues


def _held_messages(value: object) -> list[object]:
    """Return the messages that a value is: one, a list, or an object of `messages`; [] for none."""
    if isinstance(value, dict):
        value = value["messages"] if isinstance(value.get("messages"), list) else [value]
    if not isinstance(value, list):
        return []
    spoken = (isinstance(each, dict) and each.keys() & {"role", "from"} for each in value)
    return value if any(spoken) else []


def _message_pair(record: Record, question: str, answer: str, form: Format) -> ReadRecord:
    """Read a question and an answer of which one or both are lists of messages, as TRL has them."""
    messages = [
        *messages_under(record[question], question, "user"),
        *messages_under(record[answer], answer, "assistant"),
    ]
    conversation = read_conversation(messages)
    issues = conversation_issues(conversation, messages)
    known = CHAT_KEYS | {question, answer}
    return conversation_example(record, conversation, form, known, issues)


def messages_under(value: object, key: str, role: str) -> list[dict[str, Any]]:
    """Return what is said under a key as messages: a text, one message, or a list of them."""
    if listed := _held_messages(value):
        return respelled(listed, key, SPEAKERS)
    text_under(value, key)  # says what is wrong by the key
    return [{"role": role, "content": value}]


def context_texts(record: Mapping[str, Any], question: str) -> list[str]:
    """Return what is asked about beside the question, as texts."""
    return [text_under(record[key], key) for key in CONTEXTS if key != question and record.get(key)]


def _history(record: Record) -> Iterator[TrainingMessage]:
    """Yield the earlier exchanges that LLaMA-Factory keeps in pairs of texts."""
    held = record.get("history") or []
    for exchange in held if isinstance(held, list) else [held]:
        if not isinstance(exchange, list) or len(exchange) != len(("question", "answer")):
            says = "'history' must be a list of pairs: [question, answer]"
            raise RecordError(says)
        for role, text in zip(("user", "assistant"), exchange, strict=True):
            yield TrainingMessage(role, text_under(text, "history"))


def unread_key(record: Mapping[str, Any], used: Iterable[str], read: Sequence[str]) -> str:
    """Return the longest key of text that is not read, where such text is more than what is read.

    A few words are no text but a note. A text that holds all of the question repeats it as it was
    rendered, and is not missed.
    """
    held = {
        key: value if isinstance(value, str) else json.dumps(value, default=str)
        for key, value in record.items()
        if key not in {*used, *MEDIA_KEYS} and isinstance(value, (str, list, dict))
    }
    sizes = {
        key: len(text)
        for key, text in held.items()
        if len(text.split(None, MIN_WORDS)) >= MIN_WORDS
        and not (len(read) > 1 and all(part.strip() in text for part in read[:-1]))
    }
    return max(sizes, key=sizes.__getitem__) if sum(sizes.values()) > sum(map(len, read)) else ""


def read_plain(record: Record) -> ReadRecord | None:
    """Read a record of plain `text`; a label beside it is no training file."""
    if "text" not in record:
        return None
    if not isinstance(record["text"], str):
        says = "'text' must be text in quotes"
        raise RecordError(says)
    if "label" in record:
        says = (
            "'label' stands beside 'text', which makes it no training file: "
            "write the text as 'prompt' and the label in words as 'completion'"
        )
        raise RecordError(says)
    example = TrainingExample(0, "text", (TrainingMessage("text", record["text"]),))
    issues = extra_keys(record, {"text", "id"}, "a record of 'text'")
    if not record["text"].strip():
        issues.append("the answer is empty: it teaches nothing")
    return example._replace(unread=unread_key(record, {"text", "id"}, [record["text"]])), issues


def read_segments(record: Record) -> ReadRecord | None:
    """Read Axolotl's segments: those with a label of true are learnt."""
    segments = record.get("segments")
    if not isinstance(segments, list) or not segments:
        return None
    messages = []
    for number, segment in enumerate(segments, start=1):
        if not isinstance(segment, dict) or not isinstance(segment.get("text"), str):
            says = f"segment {number} needs 'label' and 'text'"
            raise RecordError(says)
        role = "assistant" if segment.get("label") is True else "user"
        messages.append(TrainingMessage(role, segment["text"]))
    if all(message.role != "assistant" for message in messages):
        says = f"no segment has the label true: {NO_ANSWER}"
        raise RecordError(says)
    issues = extra_keys(record, {"segments", "id"}, "a record of 'segments'")
    return TrainingExample(0, "segments", tuple(messages)), issues
