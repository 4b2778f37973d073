"""Records that hold no answer to imitate alone: preferences, labelled answers, graded tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from ftvp.dataset.conversations import (
    ANSWERED,
    QUESTIONS,
    SPEAKERS,
    message_list,
    pair_keys,
    read_conversation,
    respelled,
)
from ftvp.dataset.examples import REJECTED, RecordError, TrainingExample, TrainingMessage
from ftvp.dataset.supervised import (
    MEDIA_KEYS,
    ReadRecord,
    Record,
    beside_media,
    context_texts,
    list_key,
    messages_under,
    read_chat,
    read_gemini,
    read_list,
    read_pair,
    system_messages,
    tools_text,
)
from ftvp.files.chat import MediaPart

PAIRS = (
    ("preferred_output", "non_preferred_output"),
    ("chosen", "rejected"),
    ("chosen_response", "rejected_response"),
    ("preferred", "rejected"),
    ("preferred", "non_preferred"),
    ("accepted", "rejected"),
)
"""Keys of a better and of a worse answer."""
REJECTED_BESIDE = ("rejected_response", "rejected_messages")
VERDICTS = ("label", "kto_tag")
"""Keys that say whether an answer is wanted."""
GRADED = frozenset(
    {"reference_answer", "reference", "references", "ground_truth", "solution", "reward_model"}
    | {"expected_answer", "rubric", "rubrics", "grader"}
)
"""Keys of what a grader compares with."""
UNGRADED = frozenset(
    {"messages", "contents", "prompt", "tools", "functions", "parallel_tool_calls", "system", "id"}
    | {"schemaVersion", "toolConfig", "systemInstruction", "system_instruction", "weight"}
    | {"tool_config", "generationConfig", "metadata"}
)
"""Keys of a record for imitation, which no grader reads."""


def read_preference(record: Record) -> ReadRecord | None:
    """Read a prompt with a better and a worse answer, in any provider's spelling."""
    keys = next((pair for pair in PAIRS if pair[0] in record and pair[1] in record), None)
    if keys is not None:
        better, worse = (messages_under(record[key], key, "assistant") for key in keys)
        held = record.get("input")
        asked = prompt_messages(held if isinstance(held, dict) else record)
        tools = held.get("tools") if isinstance(held, dict) else record.get("tools")
        repeated = min(_common(better, worse), len(better) - 1, len(worse) - 1)
        if repeated:  # both answers begin with the prompt
            asked, better, worse = better[:repeated], better[repeated:], worse[repeated:]
        if not asked:
            asked, better, worse = _parted(better, worse)
        return _preference(record, asked, better, worse, tools)
    return _gemini_preference(record) or _nova_preference(record) or _rejected_beside(record)


def _rejected_beside(record: Record) -> ReadRecord | None:
    """Read a chat with a worse answer beside it, as ms-swift keeps them."""
    key = next((key for key in REJECTED_BESIDE if record.get(key)), None)
    if key is None or "messages" not in record:
        return None
    messages = message_list(record["messages"], "messages")
    worse = messages_under(record[key], key, "assistant")[-1:]
    return _preference(record, messages[:-1], messages[-1:], worse, record.get("tools"))


def prompt_messages(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the messages before an answer, wherever a record keeps them; [] where it has none."""
    for key in ("messages", "contents"):
        if isinstance(record.get(key), list) and record[key]:
            return respelled(record[key], key, SPEAKERS)
    question = next((key for key in QUESTIONS if record.get(key)), None)
    if question is not None:
        messages = messages_under(record[question], question, "user")
        if isinstance(record[question], str):
            text = "\n".join([messages[0]["content"], *context_texts(record, question)])
            messages = [{"role": "user", "content": text}]
        return messages
    answers = {key for pair in PAIRS for key in pair}
    listed = list_key({name: value for name, value in record.items() if name not in answers})
    return respelled(record[listed], listed, SPEAKERS) if listed else []


def _common(one: Sequence[object], other: Sequence[object]) -> int:
    """Return how many elements two sequences begin with alike.

    >>> _common("a b c", "a b d")
    4
    """
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _parted(
    better: Sequence[dict[str, Any]], worse: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the prompt that two texts begin with, up to a blank, and what follows it in each."""
    one, other = better[0]["content"], worse[0]["content"]
    if not (isinstance(one, str) and isinstance(other, str)):
        return [], list(better), list(worse)
    shared = one[: _common(one, other)]
    cut = max(shared.rfind(" "), shared.rfind("\n")) + 1
    asked = [{"role": "user", "content": one[:cut]}] if cut else []
    rest = ({**better[0], "content": one[cut:]}, {**worse[0], "content": other[cut:]})
    return asked, [rest[0], *better[1:]], [rest[1], *worse[1:]]


def _preference(
    record: Record,
    asked: Sequence[dict[str, Any]],
    better: Sequence[dict[str, Any]],
    worse: Sequence[dict[str, Any]],
    tools: object,
) -> ReadRecord:
    read, media = list[TrainingMessage](), list[MediaPart]()
    for messages, is_worse in ((asked, False), (worse, True), (better, False)):
        if messages:
            conversation = read_conversation(messages)
            media += conversation.media
            read += [
                message._replace(role=REJECTED) if is_worse else message
                for message in conversation.messages
            ]
    example = TrainingExample(
        0,
        "preference",
        (*system_messages(record), *read),
        tools_text(tools),
        beside_media(tuple(media), record),
    )
    if read[-1].role != "assistant":
        says = "the preferred answer does not end with a message of the assistant"
        raise RecordError(says)
    issues = []
    if not asked:
        issues.append("nothing is asked: the record has no prompt")
    if example.rejected == example.answer:
        issues.append("the two answers are equal: nothing is learnt from them")
    if not example.answer.strip():
        issues.append("the preferred answer is empty")
    return example, issues


def _gemini_preference(record: Record) -> ReadRecord | None:
    """Read Gemini's `contents` with two scored `completions`."""
    held = record.get("completions")
    if "contents" not in record or not isinstance(held, list):
        return None
    scored = [each for each in held if isinstance(each, dict) and "completion" in each]
    if len(scored) != len(held) or [each.get("score") for each in scored] not in ([0, 1], [1, 0]):
        says = "'completions' must hold an answer of score 1 and one of score 0"
        raise RecordError(says)
    ordered = sorted(scored, key=lambda each: -each["score"])
    better, worse = (respelled([each["completion"]], "completions", SPEAKERS) for each in ordered)
    instruction = record.get("systemInstruction", record.get("system_instruction"))
    system = [{"role": "system", **instruction}] if isinstance(instruction, dict) else []
    asked = respelled(
        [*system, *message_list(record["contents"], "contents")], "contents", SPEAKERS
    )
    return _preference({}, asked, better, worse, record.get("tools"))


def _nova_preference(record: Record) -> ReadRecord | None:
    """Read Amazon Nova's messages, the last of which holds two labelled `candidates`."""
    messages = record.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    candidates = last.get("candidates") if isinstance(last, dict) else None
    if not isinstance(candidates, list):
        return None
    by_label = {
        str(each.get("preferenceLabel")): [{"role": "assistant", "content": each.get("content")}]
        for each in candidates
        if isinstance(each, dict)
    }
    if by_label.keys() != {"preferred", "non-preferred"}:
        says = "'candidates' must hold one labelled preferred and one labelled non-preferred"
        raise RecordError(says)
    asked = message_list(messages, "messages")[:-1]
    better, worse = by_label["preferred"], by_label["non-preferred"]
    return _preference(record, asked, better, worse, record.get("toolConfig"))


def read_labelled(record: Record) -> ReadRecord | None:
    """Read an answer with true or false beside it (KTO): false is not to be imitated."""
    key = next((key for key in VERDICTS if _verdict(record.get(key)) is not None), None)
    if key is None:
        return None
    rest = {name: value for name, value in record.items() if name != key}
    if "messages" in rest:
        found: ReadRecord | None = read_chat(rest)
    else:
        found = read_gemini(rest) or read_pair(rest) or read_list(rest)
    if found is None:
        return None
    example, issues = found
    if not _verdict(record[key]):
        last = example.messages[-1]._replace(role=REJECTED)
        example = example._replace(messages=(*example.messages[:-1], last))
    return example._replace(format="kto"), issues


def _verdict(value: object) -> bool | None:
    """Return whether an answer is wanted; a table has true and false in letters."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def read_task(record: Record) -> ReadRecord | None:
    """Read a task without an answer, beside which stands what a grader compares with."""
    graded = record.keys() & GRADED
    if not (graded or record.keys() - UNGRADED - MEDIA_KEYS.keys()) or not _is_unanswered(
        record, bool(graded)
    ):
        return None
    asked = prompt_messages(record)
    if not asked:
        return None
    beside = record.keys() - UNGRADED - graded
    if key := next((key for key in record if key in beside and _holds_answer(record[key])), None):
        says = f"the answer stands under '{key}', beside the messages: write it as the last of them"
        raise RecordError(says)
    conversation = read_conversation(asked)
    example = TrainingExample(
        0,
        "reinforcement",
        (*system_messages(record), *conversation.messages),
        tools_text(record.get("tools")),
        beside_media(conversation.media, record),
    )
    return example, []


def _holds_answer(value: object) -> bool:
    """Return whether a value is a message of an assistant, or holds one, as a log's `choices`."""
    if isinstance(value, dict):
        is_said = value.get("role") in ("assistant", "model")
        return is_said or any(map(_holds_answer, value.values()))
    return isinstance(value, list) and any(map(_holds_answer, value))


def _is_unanswered(record: Record, is_graded: bool) -> bool:  # noqa: FBT001  one of two facts
    """Return whether a record asks and holds no answer of its own.

    A chat's earlier answers are no answer where a grader's key stands beside it; without one, a
    chat may have no answer at all.
    """
    for key in ("messages", "contents", "prompt"):
        held = record.get(key)
        if isinstance(held, list) and held and all(isinstance(each, dict) for each in held):
            roles = [str(each.get("role")) for each in held]
            answered = [role in {"assistant", "model"} for role in roles]
            return not answered[-1] if is_graded else not any(answered) and key != "prompt"
    return is_graded and pair_keys(record) is None and not record.keys() & {*ANSWERED, "text"}
