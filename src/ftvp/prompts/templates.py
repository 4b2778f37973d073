"""Worked examples kept as data, and the templates that write them: pairs, LangChain, lm-eval."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from ftvp.errors import FileProblemsError, Problem
from ftvp.files.disk import read_text
from ftvp.files.values import as_text, load_json, load_yaml
from ftvp.prompts.blocks import bare_answer
from ftvp.prompts.chat import chat_prompt, content_text, is_messages, prose_prompt
from ftvp.prompts.find import asks, text_parts
from ftvp.prompts.labels import label_name
from ftvp.prompts.lines import Outline
from ftvp.prompts.prompt import Kind, Part, Piece, Prompt, joined, numbered
from ftvp.prompts.words import INPUTS, OUTPUTS, names

Document = Mapping[str, Any]

SEPARATOR = "\n\n"
EXAMPLES = frozenset(
    {"examples", "shots", "few_shot_examples", "few_shots", "few_shot", "fewshot", "fewshots"}
    | {"fewshot_examples", "demonstrations", "demos", "exemplars", "samples", "fewshotexamples"}
)
INSTRUCTIONS = frozenset(
    {"instruction", "instructions", "system", "prefix", "systemprompt", "systeminstruction"}
    | {"preamble", "task", "context", "developer", "prompt", "template", "system_instruction"}
    | {"introduction", "principles", "guidelines", "rules", "role", "persona", "background"}
    | {"output_format", "generation", "text", "content", "description_for_model"}
)
REQUESTS = frozenset({"suffix", "input", "query", "request", "user", "human", "question"})
_CARRIERS = frozenset({"prompt", "template", "message", "text", "content"})
"""What a key may say at its end of the part of a prompt that it holds."""
_WEAK = frozenset({"task", "context", "prompt", "role", "text", "content", "input", "description"})
"""Keys that often hold an identifier: alone they make a prompt only by more than a word."""
_PAIR = 2
_SENTENCE = r"\w\W+\w+\W+\w.*[.!?…。！？][\"'”»)]*\s*\Z"
"""What a text ends with where it is a sentence and no name."""
_ASKS = INPUTS | {"user", "human", "userinput"}
_ANSWERS = OUTPUTS | {"assistant", "ai", "bot", "translation", "chatbotresponse"}
_NOTES = frozenset({"id", "_id", "idx", "index", "uuid", "augmented", "dspy_uuid", "dspy_split"})
"""Keys of an example that number it or say where it comes from, and are not sent."""
_NOT_SENT = ("test", "eval")
"""How the key of examples begins that only check the prompt."""
_MARKS = ("few_shot", "fewshot", "example", "demo", "shot")
"""How the keys of examples begin whose inputs and outputs stand in lists of their own."""
_CHATS = ("messages", "conversation", "conversations", "turns")
_SLOT = r"\{\{-?\s{0,4}(?P<spaced>[^{}]{1,120}?)\s{0,4}-?\}\}|\{(?P<name>\w{1,40})\}"
_WORD = r"[^\W\d]\w*"


def role_of(key: object) -> str:
    """Return what a key calls its part of a prompt, in small letters.

    >>> role_of("userPromptTemplate"), role_of("few-shot_prompt"), role_of("prompt_template")
    ('user', 'few_shot', 'prompt')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[ -]", "_", str(key)).casefold().split("_")
    while len(words) > 1 and words[-1] in _CARRIERS:
        words.pop()
    return "_".join(words)


def are_examples(value: object) -> bool:
    """Return whether a list holds worked examples: in every item an input and its output.

    Objects qualify by the words of their keys, or by having the same two keys with text throughout.
    """
    if not isinstance(value, list) or not value:
        return False
    if all(isinstance(item, Mapping) for item in value):
        return all(map(_is_pair, value)) or _are_alike(value)
    return all(isinstance(item, list) and _is_texts(item, _PAIR) for item in value)


def are_records(value: object) -> bool:
    """Return whether a list, called examples, holds objects with keys in common, or chats.

    Their keys need no word for an input or an output: what the list is called says it.
    """
    if not isinstance(value, list) or not value:
        return False
    if all(map(_chat_of, value)):
        return True
    if not all(isinstance(item, Mapping) for item in value):
        return False
    return len(set[object].intersection(*map(set, value)) - _NOTES) >= _PAIR


def calls_examples(key: object) -> bool:
    """Return whether a key, or the name of a file, says that it holds worked examples.

    >>> calls_examples("sql_examples"), calls_examples("fewshot"), calls_examples("test_examples")
    (True, True, False)
    """
    name = role_of(key)
    called = name in EXAMPLES or name.endswith(("examples", "few_shot", "few_shots", "fewshot"))
    return called and not name.startswith(_NOT_SENT)


def are_texts(value: object) -> bool:
    """Return whether a list holds nothing but texts, each a whole example."""
    return isinstance(value, list) and _is_texts(value, len(value)) and bool(value)


def example_parts(items: Sequence[object], template: str | None = None) -> list[Part]:
    """Return one shot per example, written with the template or as "key: value" lines."""
    return [
        Part("shot", (Piece(text),), example_answer(item))
        for item in items
        if (text := example_text(item, template))
    ]


def example_text(item: object, template: str | None = None) -> str:
    """Return one example as it stands in a prompt.

    >>> print(example_text({"input": "tall", "output": "short"}))
    input: tall
    output: short
    """
    chat = _chat_of(item)
    if chat:
        return "\n".join(f"{turn.get('role')}: {content_text(turn)}" for turn in chat)
    if isinstance(item, list):
        return "\n".join(as_text(value) or "" for value in item)
    if not isinstance(item, Mapping):
        return as_text(item) or ""
    if template is not None:
        return filled(template, item)
    said = ((key, _value_text(value)) for key, value in item.items() if key not in _NOTES)
    return "\n".join(f"{key}: {text}" for key, text in said if text)


def example_answer(item: object) -> str | None:
    """Return an example's answer: what the last key that names an answer holds."""
    chat = _chat_of(item)
    if chat:
        return content_text(chat[-1])
    if isinstance(item, list):
        return as_text(item[-1])
    if not isinstance(item, Mapping):
        return answer_in(as_text(item) or "")
    keys = [key for key in item if key not in _NOTES]
    answers = [key for key in keys if _has_word(key, _ANSWERS)] or keys
    return _value_text(item[answers[-1]]) if answers else None


def answer_in(text: str) -> str | None:
    r"""Return the worked answer inside one example: what its last label for an answer leads.

    >>> answer_in("Text: fine\nLabel: positive")
    'positive'
    """
    labels = Outline(text).labels
    leading = [label for label in labels if names(label.name, OUTPUTS)]
    if not leading and len(labels) > 1:
        leading = [labels[-1]]
    return bare_answer(text[leading[-1].value :]) or None if leading else None


def is_template_of(template: object, items: Sequence[object]) -> bool:
    """Return whether a text is the template of one example: it has a slot for two of the keys."""
    first = items[0]
    if not isinstance(template, str) or not isinstance(first, Mapping):
        return False
    slots = {found["name"] or found["spaced"].strip() for found in re.finditer(_SLOT, template)}
    return len(slots & set(first)) >= _PAIR


def filled(template: str, item: Mapping[str, Any]) -> str:
    """Return a template with an example's values in its slots; slots of other names stay.

    Of an expression, such as `{{answer.strip()}}`, the value of the first name that is known.
    """

    def value(slot: re.Match[str]) -> str:
        spoken = [slot["name"]] if slot["name"] else re.findall(_WORD, slot["spaced"])
        known = next((name for name in spoken if name in item), None)
        return slot[0] if known is None else (_value_text(item[known]) or "")

    return re.sub(_SLOT, value, template)


def _value_text(value: object) -> str | None:
    """Return a value as text; of an object that holds nothing but its content, the content."""
    if isinstance(value, Mapping) and len(value) == 1:
        key, inner = next(iter(value.items()))
        return as_text(inner) if key in {"content", "text"} else as_text(value)
    return as_text(value)


def _is_texts(items: Sequence[object], length: int) -> bool:
    return len(items) == length and all(isinstance(item, str) for item in items)


def _is_pair(item: Mapping[str, object]) -> bool:
    asks = [key for key in item if _has_word(key, _ASKS)]
    answers = [key for key in item if _has_word(key, _ANSWERS)]
    return bool(asks and answers) and len({*asks, *answers}) >= _PAIR


def _are_alike(items: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether objects hold texts by the same keys: two, or sentences first and an answer."""
    keys = [key for key in items[0] if key not in _NOTES]
    same = all(
        set(item) - _NOTES == set(keys) and _is_texts([item[key] for key in keys], len(keys))
        for item in items
    )
    if not same or len(keys) <= _PAIR or len(items) == 1:
        return same and len(keys) == _PAIR
    asked = role_of(keys[0]) not in _WEAK and all(
        re.search(_SENTENCE, item[keys[0]]) for item in items
    )
    return asked and any(_has_word(key, _ANSWERS) for key in keys[1:])


def _chat_of(item: object) -> list[Any] | None:
    """Return the messages that an example is, or holds under a key; None for no chat."""
    held = item
    if isinstance(item, Mapping):
        held = next((item[key] for key in _CHATS if key in item), None)
    if not isinstance(held, list) or not is_messages(held):
        return None
    return held if all(isinstance(turn, Mapping) and "role" in turn for turn in held) else None


def _has_word(key: object, words: frozenset[str]) -> bool:
    return any(word in words for word in label_name(str(key).replace("_", " ")).split())


def template_prompt(document: Document, _name: str, _folder: Path) -> Prompt | None:
    """Read an object's texts and examples in the order of the file, a blank line between them.

    A text with a slot for the examples (`{examples}`) takes them in there.
    """
    lists = _example_lists(document)
    items = [item for held in lists.values() for item in held]
    held = [v.get("template") if isinstance(v, Mapping) else v for v in document.values()]
    template = next((text for text in held if items and is_template_of(text, items)), None)
    told = INSTRUCTIONS | REQUESTS | EXAMPLES
    texts = {
        name: text
        for name, value in document.items()
        if role_of(name) in told and isinstance(value, str)
        if (text := as_text(value)) and text.strip() and text != template
    }
    said = (k for k, x in texts.items() if role_of(k) not in _WEAK or len(x.split()) > 1)
    if not lists and not any(said):
        return None
    if not lists and len(texts) == 1 and not any(map(calls_examples, texts)):
        prompt = prose_prompt(next(iter(texts.values())))
        return prompt._replace(format="template" if prompt.format == "text" else prompt.format)
    shots = {key: example_parts(held, template) for key, held in lists.items()}
    parts = joined(_in_order(document, texts, shots), SEPARATOR)
    if not any(part.kind == "shot" for part in parts):
        return _as_one(parts)
    return Prompt("template", numbered(parts))


def _example_lists(document: Document) -> dict[str, list[Any]]:
    """Return the worked examples of an object, by key: of one list, or of several that are alike.

    Examples by name, as an object of objects, count as a list of them. Those of a JSON schema are
    not sent.
    """
    if "properties" in document:
        return {}
    found = _parallel(document)
    for key, value in {}.items() if found else document.items():
        listed = _as_list(value)
        texts = role_of(key) in EXAMPLES and are_texts(listed)
        if calls_examples(key) and (are_examples(listed) or are_records(listed) or texts):
            found[key] = listed
    looks = {
        frozenset(held[0]) if isinstance(held[0], Mapping) else None for held in found.values()
    }
    if len(looks) < _PAIR:  # all of them alike
        return found
    plain = [key for key in found if key.casefold() in EXAMPLES]
    return {key: found[key] for key in plain[:1]}


def _parallel(document: Document) -> dict[str, list[Any]]:
    """Return the rows of lists of one length, inputs and outputs, as examples of the first of them.

    Their keys begin with a word for examples, or name an input, which then is a text and no
    identifier, and an output.
    """
    lists = {str(k): v for k, v in document.items() if isinstance(v, list) and len(v) >= _PAIR}
    held = {k: v for k, v in lists.items() if not k.startswith(_NOT_SENT)}
    marked = [k for k, v in held.items() if role_of(k).startswith(_MARKS) and are_texts(v)]
    keys = marked or [
        next((k for k in held if _has_word(role_of(k).removesuffix("s"), words)), "")
        for words in (_ASKS, _ANSWERS)
    ]
    if len({*keys}) < _PAIR or not all(keys) or len({len(held[key]) for key in keys}) > 1:
        return {}
    if not marked and not all(isinstance(x, str) and len(x.split()) > 1 for x in held[keys[0]]):
        return {}
    return {keys[0]: _rows({key: held[key] for key in keys})}


def _rows(columns: Mapping[str, Sequence[Any]]) -> list[Any]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _as_list(value: object) -> Any:  # noqa: ANN401  a JSON value
    """Return examples as a list: by name, by group, as columns, or as the messages of a chat.

    Such a chat gives a list for each message of the user's. Another value is returned as it is.
    """
    if isinstance(value, Mapping) and value:
        held = [*value.values()]
        if all(map(are_examples, held)):
            return [item for group in held for item in group]
        if all(isinstance(column, list) for column in held):
            same = len(held) >= _PAIR and len({*map(len, held)}) == 1
            return _rows(value) if same else value
        return held if all(isinstance(item, Mapping) for item in held) else value
    chat = _chat_of(value) if isinstance(value, list) else None
    if not chat:
        return value
    firsts = [n for n, turn in enumerate(chat) if turn["role"] in {"user", "human"}]
    bounds = pairwise([*(firsts or [0]), len(chat)])
    return [chat[first:stop] for first, stop in bounds]


def _as_one(parts: Sequence[Part]) -> Prompt:
    """Return texts that hold no examples as data, searched as the one text they are sent as."""
    requests = [part for part in parts if part.kind == "request"]
    text = "".join(part.text for part in parts)
    found, looked_like = text_parts(text)
    if requests and not any(part.kind == "shot" for part in found):
        return Prompt("template", numbered(parts), looked_like=looked_like)
    return Prompt("template", numbered(found), looked_like=looked_like)


def _in_order(
    document: Document, texts: Mapping[str, str], shots: Mapping[str, Sequence[Part]]
) -> Iterator[Sequence[Part]]:
    keys = "|".join(map(re.escape, shots))
    place = rf"\{{{{?[ \t]{{0,4}}(?:{keys})[ \t]{{0,4}}\}}?\}}"
    found = {name: re.search(place, text) for name, text in texts.items() if keys}
    slots = {name: slot for name, slot in found.items() if slot}
    host = next(iter(slots), None)
    for name in document:
        if name == host:
            every = [shot for group in shots.values() for shot in group]
            yield _around(texts[name], slots[name], every)
        elif name in shots and host is None:
            yield from ([shot] for shot in shots[name])
        elif name in texts:
            yield _text_parts(name, texts[name])


def _around(text: str, slot: re.Match[str], shots: Sequence[Part]) -> list[Part]:
    """Return a text's parts with the examples in its slot, the blank lines there included."""
    rest = text[slot.end() :]
    rest = rest.lstrip("\r\n") if rest[:1] in {"\r", "\n"} else rest
    kind: Kind = "request" if asks(rest) else "instructions"
    last = [Part(kind, (Piece(rest),))] if rest else []
    worked = joined([[part] for part in [*shots, *last]], SEPARATOR)
    return [Part("instructions", (Piece(text[: slot.start()]),)), *worked]


def _text_parts(name: str, text: str) -> list[Part]:
    """Return the parts of one text; what its key says of examples may stand above them."""
    for lead in ("", "Examples:\n\n") if calls_examples(name) else ("",):
        first, *others = text_parts(lead + text)[0]
        if any(part.kind == "shot" for part in (first, *others)):
            left = first.text.removeprefix(lead)
            return [*([first._replace(pieces=(Piece(left),))] if left else ()), *others]
    return [Part("request" if role_of(name) in REQUESTS else "instructions", (Piece(text),))]


def _written_out(document: Document, name: str, folder: Path) -> Prompt:
    """Return the prompt of a LangChain file, written out as LangChain would.

    Format: the `load_prompt` files of langchain-core, `_type: prompt` and `_type: few_shot`; files
    they name are looked for in `folder`. Raises FileProblemsError for a template format other than
    f-string, and for a template that asks for what an example does not have.
    """
    if document.get("template_format", "f-string") != "f-string":
        says = "only f-string templates are written out: print the prompt once and give that text"
        raise FileProblemsError([Problem(name, says)])
    if document.get("_type") == "few_shot":
        return Prompt("template", numbered(_few_shot(document, name, folder)))
    parts, looked_like = text_parts(_settled(_text(document, "template", name, folder)))
    return Prompt("template", numbered(parts), looked_like=looked_like)


def _settled(text: str) -> str:
    """Return a text with its doubled braces single, as formatting leaves them."""
    return text.replace("{{", "{").replace("}}", "}")


def _few_shot(document: Mapping[str, Any], name: str, folder: Path) -> list[Part]:
    given = {"example_separator": SEPARATOR, **document}
    separator = _text(given, "example_separator", name, folder)
    prefix, suffix = (_text(document, key, name, folder) for key in ("prefix", "suffix"))
    template = _example_template(document, name, folder)
    examples = _examples(document, name, folder)
    worked = ((_settled(_formatted(template, item, name)), item) for item in examples)
    shots = [Part("shot", (Piece(text),), example_answer(item)) for text, item in worked if text]
    first = [Part("instructions", (Piece(_settled(prefix)),))] if prefix else []
    last = [Part("request", (Piece(_settled(suffix)),))] if suffix else []
    return joined([first, *([shot] for shot in shots), last], separator)


def _text(document: Mapping[str, Any], key: str, name: str, folder: Path) -> str:
    if f"{key}_path" in document:
        return read_text(folder / str(document[f"{key}_path"]))
    text = document.get(key)
    if not isinstance(text, str | None):
        raise FileProblemsError([Problem(name, f"'{key}' must be text")])
    return as_text(text) or ""


def _example_template(document: Mapping[str, Any], name: str, folder: Path) -> str:
    inner = document.get("example_prompt")
    if "example_prompt_path" in document:
        inner = _loaded(folder / str(document["example_prompt_path"]))
    if not isinstance(inner, Mapping):
        says = "'example_prompt' must hold the 'template' of one example"
        raise FileProblemsError([Problem(name, says)])
    return _text(inner, "template", name, folder)


def _examples(document: Mapping[str, Any], name: str, folder: Path) -> list[dict[str, Any]]:
    examples = document.get("examples")
    if isinstance(examples, str):
        examples = _loaded(folder / examples)
    if not isinstance(examples, list) or not all(isinstance(item, dict) for item in examples):
        says = "'examples' must be a list of objects, or the name of a file with one"
        raise FileProblemsError([Problem(name, says)])
    return examples


def _loaded(path: Path) -> object:
    load = load_json if path.suffix.casefold() == ".json" else load_yaml
    return load(read_text(path), str(path))


def _formatted(template: str, item: Mapping[str, Any], name: str) -> str:
    """Return a template with an example's values in its slots; no attribute is looked up."""
    try:
        fields = [*string.Formatter().parse(template)]
    except ValueError as error:
        raise FileProblemsError([Problem(name, f"the example template: {error}")]) from None
    asked = [field for _, field, _, _ in fields if field is not None]
    missing = next((field for field in asked if field not in item), None)
    if missing is not None:
        says = f"the example template asks for '{missing}', which an example does not have"
        raise FileProblemsError([Problem(name, says)])
    return "".join(
        literal + ("" if field is None else as_text(item[field]) or "")
        for literal, field, _, _ in fields
    )


def langchain_prompt(document: Document, name: str, folder: Path) -> Prompt | None:
    """Return the prompt of a LangChain document, None for another."""
    given = document.get("input_variables")
    listed = isinstance(given, list) and all(isinstance(variable, str) for variable in given)
    if document.get("_type") in ("few_shot", "prompt") or (
        listed and isinstance(document.get("template"), str)
    ):
        return _written_out(document, name, folder)
    chat = document.get("_type") == "chat" and isinstance(document.get("messages"), list)
    inner = document if chat else document.get("kwargs")
    if not isinstance(inner, Mapping) or not (chat or document.get("lc") is not None):
        return None
    messages = inner.get("messages")
    if isinstance(messages, list):
        return chat_prompt([_lc_message(message) for message in messages], name)
    template = inner.get("template")
    return prose_prompt(_settled(template)) if isinstance(template, str) else None


def _lc_message(message: object) -> object:
    """Return a message of a serialised LangChain prompt as role and content.

    A message may hold its template under `prompt`, and both under `kwargs`.
    """
    if isinstance(message, list) and len(message) == len(("role", "content")):
        return {"role": message[0], "content": message[1]}
    if not isinstance(message, Mapping):
        return message
    held = message.get("kwargs", {"prompt": message["prompt"]} if "prompt" in message else None)
    if not isinstance(held, Mapping):
        return message
    kind = str((message.get("id") or [message.get("role", "")])[-1]).casefold()
    known = ("system", "human", "ai", "user", "assistant")
    role = next((r for r in known if kind.startswith(r)), "user")
    inner = held.get("prompt", held)
    inner = inner.get("kwargs", inner) if isinstance(inner, Mapping) else inner
    inner = inner if isinstance(inner, Mapping) else {"template": inner}
    text = inner.get("template", inner.get("content"))
    written = isinstance(text, str) and inner.get("template_format", "f-string") == "f-string"
    return {"role": role, "content": _settled(text) if written else text}
