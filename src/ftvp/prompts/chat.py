"""Chats: documents of every provider, turns in a text, and both arranged as parts of a prompt."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

from ftvp.errors import FileProblemsError, Problem, nearest
from ftvp.files.values import as_text
from ftvp.prompts.blocks import is_to_fill
from ftvp.prompts.find import text_parts
from ftvp.prompts.labels import PLACEHOLDER, is_slot
from ftvp.prompts.prompt import Kind, Part, Piece, Prompt, Resemblance, Speaker, numbered

ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "tool": "tool",
    "function": "tool",
    "ipython": "tool",
}
"""Each word for a speaker with the side it speaks for."""

MOST_TURNS = 2_000

_ROLE = r"(?P<role>system|developer|user|human|assistant|model|tool|function|ipython)"
_SPECIAL = r"<\|(?:begin_of_text|startoftext|endoftext)\|>|<bos>|<s>|</s>"
_LINE_ROLE = rf"(?m:^[ \t]*(?:#{{1,3}}[ \t]*)?{_ROLE}[ \t]*:[ \t\r]*$\n?)"
_HEADED_ROLE = rf"(?im:^[ \t]*#{{1,3}}[ \t]*{_ROLE}[ \t\r]*$\n?)"
_SPOKEN = {"user", "human", "system"}
_INST = r"(?s:\[INST\](?P<user>.*?)\[/INST\](?P<assistant>.*?)(?=\[INST\]|\Z))"
_OTHER_TAG = r"</(?!system|user|human|assistant|model)\w"
"""What ends what several turns stand in, such as an example of the instructions."""
_SYS = r"(?s:\s*<<SYS>>(.*?)<</SYS>>\s*)"
_COMMENT = r"(?s:\{#.*?#\}\n?|\{\{!.*?\}\}\n?)"


class Utterance(NamedTuple):
    """What one speaker says: the role as it is written, and the text without its marks."""

    role: str
    text: str


class _Marks(NamedTuple):
    """How turns begin and end, as patterns, and what every text with such marks holds."""

    sign: str
    begin: str
    end: str


_NEVER = r"(?!)"
_STYLES = (
    _Marks("<|im_start|>", rf"<\|im_start\|>[ \t]*{_ROLE}[^\n]*\n?", r"<\|im_(?:end|sep)\|>"),
    _Marks(
        "<|start_header_id|>",
        rf"<\|start_header_id\|>\s*{_ROLE}\s*<\|end_header_id\|>",
        r"<\|eo[tm]_id\|>",
    ),
    _Marks("<start_of_turn>", rf"<start_of_turn>[ \t]*{_ROLE}", r"<end_of_turn>"),
    _Marks("<|", rf"<\|{_ROLE}\|>", r"<\|(?:end|endoftext|end_of_turn)\|>|</s>"),
    _Marks("role", rf"\{{\{{[~\s]*role[ \t]+[\"']{_ROLE}[\"'][~\s]*\}}\}}", _NEVER),
    _Marks(
        "{{#",
        rf"\{{\{{#[~]?{_ROLE}[^{{}}]*\}}\}}",
        r"\{\{~?/(?:system|user|assistant)~?\}\}",
    ),
    _Marks("<assistant>", rf"(?m:^<{_ROLE}>)", r"</(?:system|user|human|assistant|model)>"),
    _Marks("role=", rf"(?i:<message\s+role=[\"']{_ROLE}[\"'][^>]*>)", r"(?i:</message>)"),
)
"""The styles in which turns are marked, compiled where a text holds the sign of one."""


def turns_in_text(text: str, *, lines: bool) -> list[Utterance] | None:
    """Return the turns of a chat written as text, None for a text without marks of speakers.

    `lines` takes a role alone on its line ("user:") for a mark wherever the first one stands;
    else the text must begin with the system's. Headings that are roles ("# User") must be of all
    three sides.
    """
    for style in _STYLES:
        marks = _found(style.begin, text) if style.sign in text else []
        if len(marks) > 1 or (marks and not re.sub(_SPECIAL, "", text[: marks[0].start()]).strip()):
            turns = list(_turns(text, marks, style.end))
            within = (re.match(_OTHER_TAG, turn.text) for turn in turns)
            return None if style.sign == "<assistant>" and any(within) else turns
    if "[/INST]" in text:
        return list(_instructed(text))
    for pattern, sides in ((_LINE_ROLE, _SPOKEN), (_HEADED_ROLE, {"assistant"})):
        marks = _found(pattern, text)
        told = [mark["role"].casefold() for mark in marks]
        begins = bool(marks) and not text[: marks[0].start()].strip()
        led = begins and ROLES[told[0]] == "system"
        if sides.intersection(told) and (led or (lines and sides is _SPOKEN)):
            return list(_turns(text, marks, _NEVER))
    return None


def _found(mark: str, text: str) -> list[re.Match[str]]:
    """Return the marks in a text; none where there are more than any chat has."""
    found = list(islice(re.finditer(mark, text), MOST_TURNS + 1))
    return found if len(found) <= MOST_TURNS else []


def _turns(text: str, marks: Sequence[re.Match[str]], end: str) -> Iterator[Utterance]:
    """Yield what stands after each mark; what stands before the first is the system's."""
    before = re.sub(_SPECIAL, "", _without_comments(text[: marks[0].start()])).strip()
    if before:
        yield Utterance("system", before)
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, stop in zip(marks, stops, strict=True):
        said = text[mark.end() : stop]
        closed = re.search(end, said)
        said = _without_comments(said[: closed.start()] if closed else said).strip()
        after = text[mark.end() + closed.end() : stop].strip() if closed else ""
        role = mark["role"].casefold()
        if said or ROLES[role] != "assistant" or stop < len(text):
            yield Utterance(role, said)
        after = re.sub(_SPECIAL, "", after).strip()
        if after:
            yield Utterance("user", after)


def _instructed(text: str) -> Iterator[Utterance]:
    """Yield the turns between `[INST]` and `[/INST]`, and the answers after them."""
    for found in re.finditer(_INST, text):
        user = found["user"]
        system = re.match(_SYS, user)
        if system:
            yield Utterance("system", system[1].strip())
            user = user[system.end() :]
        yield Utterance("user", user.strip())
        answer = re.sub(_SPECIAL, "", found["assistant"]).strip()
        if answer:
            yield Utterance("assistant", answer)


def _without_comments(text: str) -> str:
    return re.sub(_COMMENT, "", text) if "{#" in text or "{{!" in text else text


def front_matter(text: str) -> tuple[str, str] | None:
    r"""Return the settings between two lines of `---` that begin a text, and what follows them.

    >>> front_matter("---\nmodel: x\n---\nHi")
    ('model: x\n', 'Hi')
    """
    if not text.startswith("---"):
        return None
    found = re.match(r"---[ \t\r]*\n(.*?\n)(?:---|\.\.\.)[ \t\r]*(?:\n|\Z)", text, re.DOTALL)
    return (found[1], text[found.end() :]) if found else None


Side = Literal["system", "user", "assistant", "tool"]

SAYS: Mapping[str, Side] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "gpt": "assistant",
    "tool": "tool",
    "function": "tool",
    "ipython": "tool",
}
_EXAMPLE_NAMES: Mapping[str, Side] = {"example_user": "user", "example_assistant": "assistant"}
_ROLES = ("role", "author", "from", "type")
_CONTENTS = ("content", "parts", "text", "value")
_CALLS = ("tool_calls", "function_call", "refusal", "audio")
_LOOP = r"\s*\{%-?\s*(?:for|endfor|if|endif|else)\b"
_SHORT_ANSWER = 12
"""Characters up to which an answer at the end may only be begun for the model: "{", "Answer:"."""


class ChatTurn(NamedTuple):
    """A message with its number in the chat, and the side it speaks for."""

    number: int
    side: Side
    text: str


def is_messages(value: object) -> bool:
    """Return whether a value is a list of chat messages, whatever its keys are called."""
    return isinstance(value, list) and any(
        isinstance(message, Mapping) and _key(message, _ROLES) and _key(message, _CONTENTS, _CALLS)
        for message in value
    )


def chat_prompt(
    messages: Sequence[Any], name: str, system: object = None, left_out: Iterable[str] = ()
) -> Prompt:
    """Return chat messages as a prompt: pairs before the last user message are its shots.

    System text and the last user message are looked into for shots of their own. Raises
    FileProblemsError with every message that is not one.
    """
    first = [] if system is None else [{"role": "system", "content": system}]
    known = [*first, *messages]
    problems = [
        Problem(name, f"message {number}: {says}")
        for number, message in enumerate(known, start=1)
        for says in _faults(message)
    ]
    if problems:
        raise FileProblemsError(problems)
    speakers = tuple(Speaker(str(_of(m, _ROLES)), m.get("name")) for m in known)
    sides = [_EXAMPLE_NAMES.get(m.get("name") or "", SAYS[_of(m, _ROLES)]) for m in known]
    turns = [ChatTurn(n, sides[n], content_text(message)) for n, message in enumerate(known)]
    uncounted = dict.fromkeys([*left_out, *_uncounted(known)])
    warnings = tuple(f"The prompt holds {kind}, which is not counted." for kind in uncounted)
    return turns_prompt(turns, speakers)._replace(warnings=warnings)


def said_prompt(said: Sequence[Utterance]) -> Prompt:
    """Return the turns of a chat that is written as text, as a prompt."""
    turns = [ChatTurn(number, SAYS[role], text) for number, (role, text) in enumerate(said)]
    return turns_prompt(turns, tuple(Speaker(role) for role, _ in said))


def prose_prompt(text: str, *, lines: bool = False) -> Prompt:
    """Return the prompt that a text is: a chat where it marks speakers, else in parts."""
    said = turns_in_text(text, lines=lines)
    if said:
        return said_prompt(said)
    parts, looked_like = text_parts(text)
    return Prompt("text", numbered(parts), looked_like=looked_like)


def turns_prompt(turns: Sequence[ChatTurn], speakers: tuple[Speaker, ...]) -> Prompt:
    """Return turns arranged as instructions, shots and the request."""
    nearly: list[Resemblance] = []
    parts = numbered(_turn_parts(turns, nearly))
    shots = any(part.kind == "shot" for part in parts)
    return Prompt("chat", parts, speakers, looked_like=() if shots else tuple(nearly))


def _key(message: Mapping[str, Any], *keys: Sequence[str]) -> str | None:
    return next((key for group in keys for key in group if key in message), None)


def _of(message: Mapping[str, Any], keys: Sequence[str]) -> Any:  # noqa: ANN401  a JSON value
    key = _key(message, keys)
    return None if key is None else message[key]


def _faults(message: object) -> Iterator[str]:
    if not isinstance(message, Mapping):
        yield "must be an object with 'role' and 'content'"
        return
    role = _of(message, _ROLES)
    if not isinstance(role, str) or role not in SAYS:
        close = nearest(str(role), SAYS)
        yield f"role {role!r} is none of {', '.join(SAYS)}." + (
            f" Did you mean '{close}'?" if close else ""
        )
    if _key(message, _CONTENTS, _CALLS) is None:
        yield "has no 'content'"
    if not isinstance(_of(message, _CONTENTS), str | list | Mapping | None):
        yield "'content' must be text or a list of blocks"
    if not isinstance(message.get("tool_calls"), list | None):
        yield "'tool_calls' must be a list"
    if not isinstance(message.get("name"), str | None):
        yield "'name' must be text"


def content_text(message: Mapping[str, Any]) -> str:
    """Return a message's text: its blocks, and the tool calls it makes, one a line."""
    content = _of(message, _CONTENTS)
    blocks = content if isinstance(content, list) else [content]
    called = [*(message.get("tool_calls") or []), message.get("function_call")]
    texts = [*map(block_text, blocks), *map(_call_text, called)]
    return "\n".join(text for text in texts if text)


def block_text(block: Any) -> str | None:  # noqa: ANN401  a JSON value can be anything
    """Return the text of one block of a message's content, None for one without text."""
    if not isinstance(block, Mapping):
        return as_text(block)
    for key in ("toolUse", "functionCall", "toolResult", "functionResponse"):
        held = block.get(key)
        if isinstance(held, Mapping) and "content" in held:
            return block_text({"content": held["content"]})
        if isinstance(held, Mapping):
            told = held.get("input", held.get("args", held.get("response")))
            return _call_text({"name": held.get("name"), "arguments": told})
    if block.get("type") == "tool_use":
        return _call_text({"name": block.get("name"), "arguments": block.get("input")})
    inner = block.get("content")
    if isinstance(inner, list):
        return "\n".join(filter(None, map(block_text, inner)))
    return as_text(block.get("text", inner))


def _call_text(call: Any) -> str | None:  # noqa: ANN401  a JSON value can be anything
    if not isinstance(call, Mapping):
        return None
    function = call.get("function", call)
    if not isinstance(function, Mapping):
        return ""
    said = (function.get(key) for key in ("name", "arguments"))
    return "\n".join(text for text in map(as_text, said) if text)


def _uncounted(messages: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the kinds of blocks that hold no text, such as images."""
    for message in messages:
        content = _of(message, _CONTENTS)
        for block in content if isinstance(content, list) else ():
            if isinstance(block, Mapping) and block_text(block) is None:
                yield str(block.get("type") or next(iter(block), "block"))


def _turn_parts(turns: Sequence[ChatTurn], nearly: list[Resemblance]) -> Iterator[Part]:
    """Yield the parts of a chat: its pairs are shots, its last user message is the request.

    System text and the last user message may hold shots of their own and are taken apart.
    """
    asked = _asked(turns)
    yield from _before(turns[:asked], nearly)
    for turn in turns[asked:]:
        if turn.side == "system":
            yield from _inside(turn, nearly)
        elif turn.side == "user":
            yield from _request(turn, nearly)
        else:
            yield _whole("request", [turn])


def _asked(turns: Sequence[ChatTurn]) -> int:
    """Return the place of the last user message, or of the first of several in a row.

    A chat of two or more pairs that ends with a whole answer has none: it holds examples alone.
    """
    users = {place for place, turn in enumerate(turns) if turn.side == "user"}
    if len(users) > 1 and turns[-1].side == "assistant" and _is_whole(turns):
        return len(turns)
    asked = max(users, default=len(turns))
    while asked - 1 in users:
        asked -= 1
    return asked


def _is_whole(turns: Sequence[ChatTurn]) -> bool:
    """Return whether the answer at the end is one like the others, not only begun."""
    *before, last = (turn.text.strip() for turn in turns if turn.side == "assistant")
    begun = before and all(other != last and other.startswith(last) for other in before)
    is_open = last.endswith((":", "{", "[", "(")) and len(last) <= _SHORT_ANSWER
    return bool(before) and not begun and not is_open and not is_to_fill(last)


def _before(turns: Iterable[ChatTurn], nearly: list[Resemblance]) -> Iterator[Part]:
    exchange: list[ChatTurn] = []
    for turn in turns:
        answered = any(said.side == "assistant" for said in exchange)
        if turn.side == "system" or (turn.side == "user" and answered):
            yield from _exchange(exchange)
            exchange = []
        if turn.side == "system":
            yield from _inside(turn, nearly)
        else:
            exchange.append(turn)
    yield from _exchange(exchange)


def _exchange(turns: Sequence[ChatTurn]) -> Iterator[Part]:
    """Yield one shot for a user message with its answer, tool calls between them included.

    A pair of places to fill in is the history of a conversation, and varies as the request does.
    """
    answers = [turn for turn in turns if turn.side == "assistant"]
    if not answers or turns[0].side != "user":
        if turns:
            yield _whole("instructions", turns)
        return
    *before, last = turns
    said, varied = _without_slots(last.text)
    worked = [*before, last._replace(text=said)]
    if all(_is_history(turn.text) for turn in worked if turn.text.strip()):
        yield _whole("request", turns)
        return
    answer = said if last is answers[-1] else answers[-1].text
    yield _whole("shot", worked, answer)
    if varied:
        yield Part("request", (Piece(varied, last.number),))


def _is_history(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return all(is_slot(line) or re.match(_LOOP, line) for line in lines)


def _without_slots(text: str) -> tuple[str, str]:
    """Return an answer, and the lines at its end that are filled in for each request."""
    lines = text.split("\n")
    stop = len(lines)
    while stop > 1 and (not lines[stop - 1].strip() or _is_history(lines[stop - 1])):
        stop -= 1
    if not PLACEHOLDER.search("\n".join(lines[stop:])):
        return text, ""
    return "\n".join(lines[:stop]), "\n" + "\n".join(lines[stop:])


def _whole(kind: Kind, turns: Iterable[ChatTurn], answer: str | None = None) -> Part:
    return Part(kind, tuple(Piece(turn.text, turn.number) for turn in turns), answer)


def _inside(turn: ChatTurn, nearly: list[Resemblance]) -> list[Part]:
    """Return the parts of one message's text; an empty message is one part."""
    found, looked_like = text_parts(turn.text)
    nearly.extend(looked_like)
    if turn.side == "system" and not any(part.kind == "shot" for part in found):
        found = [part._replace(kind="instructions") for part in found]
    parts = [part._replace(pieces=(Piece(part.text, turn.number),)) for part in found]
    return parts or [_whole("instructions", [turn])]


def _request(turn: ChatTurn, nearly: list[Resemblance]) -> list[Part]:
    """Return the parts of the last user message: what varies in it, or all of it, shots aside."""
    parts = _inside(turn, nearly)
    if any(part.kind == "request" for part in parts):
        return parts
    if all(part.kind != "shot" for part in parts):
        return [_whole("request", [turn])]
    if parts[-1].kind == "instructions":
        parts[-1] = parts[-1]._replace(kind="request")
    return parts
