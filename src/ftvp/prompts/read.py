"""A prompt file of any usual kind becomes a prompt: its own, or that of another tool."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, Literal

from ftvp.errors import (
    EmptyFileError,
    FileProblemsError,
    FtvpError,
    ManyPromptsError,
    ManyRecordsError,
    NotAPromptError,
    PartOfPromptError,
    Problem,
    SourceCodeError,
)
from ftvp.files.disk import STANDARD_INPUT, read_text
from ftvp.files.values import as_text, load_json, load_yaml
from ftvp.prompts.chat import (
    chat_prompt,
    front_matter,
    is_messages,
    prose_prompt,
    said_prompt,
    turns_in_text,
)
from ftvp.prompts.find import MOST_CHARACTERS, text_parts
from ftvp.prompts.prompt import Part, Piece, Prompt, joined, numbered
from ftvp.prompts.templates import (
    EXAMPLES,
    INSTRUCTIONS,
    REQUESTS,
    SEPARATOR,
    Document,
    are_examples,
    are_records,
    calls_examples,
    example_parts,
    filled,
    langchain_prompt,
    role_of,
    template_prompt,
)

_SYSTEM = ("system", "system_instruction", "systemInstruction", "systemPrompt", "instructions")
_NOT_TEXT = frozenset(
    {"model", "model_id", "modelid", "name", "description", "version", "tags", "id", "author"}
    | {"authors", "title", "tests", "providers", "metadata", "metric_list", "traces", "train"}
    | {"tools", "functions", "response_format", "toolconfig", "tool_choice", "generationconfig"}
    | {"generation_config", "inferenceconfig", "safetysettings", "generation_kwargs", "lm"}
    | {"filter_list", "input_variables", "execution_settings", "default", "sample", "outputs"}
    | {"inputs", "parameters", "config", "settings", "chatparameters", "start_tags", "end_tags"}
    | {"template_format", "num_fewshot", "output_type", "stop", "stop_sequences", "notes"}
    | {"output_parser", "output_variable", "defaulttest", "evaluateoptions", "comment"}
)
"""Keys that hold settings, notes or tests, and no part of what is sent."""
_UNCOUNTED = ("tools", "functions", "response_format", "toolConfig", "tool_config")
_ENVELOPES = ("body", "params", "request", "prompt", "data", "payload", "value", "spec")
_MODELS = ("model", "modelId", "model_id", "model_name", "engine", "deployment", "azure_deployment")


def document_prompt(document: object, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a JSON or YAML value, None where none can be recognised.

    Raises PartOfPromptError where more text would be left out than is counted, and
    ManyPromptsError where there are several prompts and none is meant.
    """
    prompt = _recognised(document, name, folder)
    if prompt is None or not isinstance(document, Mapping):
        return prompt
    _refuse_part(document, prompt, name)
    return prompt._replace(model=prompt.model or model_in(document))


def model_in(document: Document) -> str | None:
    """Return the id of the model that a document names, as it stands there."""
    for key in _MODELS:
        found = document.get(key)
        if isinstance(found, str) and found.strip():
            return found.strip()
        if isinstance(found, Mapping):
            inner = next((v for k in ("configuration", "id", "name") if (v := found.get(k))), None)
            return inner if isinstance(inner, str) else model_in(inner or found)
    providers = document.get("providers")
    one = providers[0] if isinstance(providers, list) and len(providers) == 1 else providers
    if isinstance(one, Mapping):
        one = one.get("id")
    return one if isinstance(one, str) else None


def _recognised(document: object, name: str, folder: Path) -> Prompt | None:
    if isinstance(document, str):
        return _spoken(document, name, folder)
    if isinstance(document, list):
        return _listed(document, name, folder)
    if not isinstance(document, Mapping):
        return None
    for read in _READERS:
        prompt = read(document, name, folder)
        if prompt is not None:
            return prompt
    return None


def _spoken(text: str, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a text of a document, which may be chat messages written as JSON."""
    if text.lstrip().startswith("["):
        try:
            messages = load_json(text, name)
        except FileProblemsError:
            messages = None
        if is_messages(messages):
            return _recognised(messages, name, folder)
    return prose_prompt(as_text(text) or "")


def _listed(document: list[Any], name: str, folder: Path) -> Prompt | None:
    if is_messages(document):
        return chat_prompt(document, name)
    if are_examples(document) or (calls_examples(PurePath(name).stem) and are_records(document)):
        shots = joined([[part] for part in example_parts(document)], SEPARATOR)
        return Prompt("shots", numbered(shots)) if shots else None
    return document_prompt(document[0], name, folder) if len(document) == 1 else None


def _chat(document: Document, name: str, _folder: Path) -> Prompt | None:
    """Read OpenAI's two shapes, Anthropic's, Gemini's, Bedrock's and PaLM's."""
    for key in ("messages", "contents", "input", "conversations", "history", "chat"):
        messages = document.get(key)
        if not isinstance(messages, list) or not is_messages(messages):
            continue
        system = next((document[k] for k in _SYSTEM if document.get(k)), None)
        left_out = [k for k in _UNCOUNTED if document.get(k)]
        if isinstance(system, Mapping):
            system = system.get("parts", system.get("content", system.get("text")))
        if key == "messages" and are_examples(document.get("examples")):
            return _palm(document, messages, name)
        return chat_prompt(messages, name, system, left_out)
    return None


def _palm(document: Document, messages: list[Any], name: str) -> Prompt:
    """Read the context, examples and messages of a PaLM chat as one chat."""
    pairs = [
        {"role": role, "content": value}
        for item in document["examples"]
        for role, value in zip(("user", "assistant"), item.values(), strict=False)
    ]
    turned = [
        {**pair, "content": pair["content"].get("content")}
        if isinstance(pair["content"], Mapping)
        else pair
        for pair in pairs
    ]
    return chat_prompt([*turned, *messages], name, document.get("context"))


def _responses(document: Document, name: str, _folder: Path) -> Prompt | None:
    """Read OpenAI's Responses shape with a text as input."""
    told = document.get("instructions"), document.get("input")
    if not all(isinstance(text, str) for text in told) or "examples" in document:
        return None
    return chat_prompt([{"role": "user", "content": told[1]}], name, told[0])


def _dspy(document: Document, name: str, _folder: Path) -> Prompt | None:
    """Read the saved state of a DSPy program: instructions, demonstrations, fields."""
    programs = {
        key: value
        for key, value in [("", document), *document.items()]
        if isinstance(value, Mapping) and isinstance(value.get("demos"), list)
    }
    if not programs:
        return None
    if len(programs) > 1:
        raise ManyPromptsError(name, list(programs))
    program = next(iter(programs.values()))
    demos = [d.get("_store", d) if isinstance(d, Mapping) else d for d in program["demos"]]
    signature = program.get("signature") or program.get("extended_signature") or {}
    told = signature.get("instructions") if isinstance(signature, Mapping) else None
    first = [Part("instructions", (Piece(told),))] if isinstance(told, str) and told else []
    fields = signature.get("fields") if isinstance(signature, Mapping) else None
    asked = "\n".join(
        f"{field.get('prefix', '')} {field.get('description', '')}".strip()
        for field in fields or ()
        if isinstance(field, Mapping)
    )
    last = [Part("request", (Piece(asked),))] if asked else []
    shots = [[part] for part in example_parts(demos)]
    parts = joined([first, *shots, last], SEPARATOR)
    return Prompt("template", numbered(parts)) if parts else None


def _harness(document: Document, name: str, _folder: Path) -> Prompt | None:
    """Read a task of lm-eval: description, samples by its templates, and the question.

    Without samples, the text of the question may hold examples of its own above its slot.
    """
    asked = document.get("doc_to_text")
    if not isinstance(asked, str) or "doc_to_text" not in document:
        return None
    config = document.get("fewshot_config")
    samples = config.get("samples") if isinstance(config, Mapping) else None
    shots: list[Part] = []
    if isinstance(samples, list):
        shots = [
            _sample(document, asked, sample) for sample in samples if isinstance(sample, Mapping)
        ]
    elif number := document.get("num_fewshot"):
        examples = "1 example" if number == 1 else f"{number} examples"
        says = (
            f"takes its {examples} from a data set that is not in the file. Print one prompt with "
            "'lm_eval --write_out' and give that text."
        )
        raise FileProblemsError([Problem(name, says)])
    told = document.get("description")
    first = [Part("instructions", (Piece(told),))] if isinstance(told, str) and told else []
    separator = str(document.get("fewshot_delimiter", SEPARATOR))
    last = [] if shots else text_parts(asked)[0]
    if not any(part.kind == "shot" for part in last):
        last = [Part("request", (Piece(asked),))]
    parts = [*first, *joined([*([s] for s in shots), last], separator)]
    return Prompt("template", numbered(parts))


def _sample(document: Document, asked: str, sample: Mapping[str, Any]) -> Part:
    target = document.get("doc_to_target")
    answer = filled(target, sample) if isinstance(target, str) and "{{" in target else None
    if answer is None or "{{" in answer:
        known = sample.get(str(target), sample.get("target"))
        answer = as_text(known) or ""
    text = f"{filled(asked, sample)}{document.get('target_delimiter', ' ')}{answer}"
    return Part("shot", (Piece(text),), answer or None)


def _several(document: Document, name: str, folder: Path) -> Prompt | None:
    """Read the prompts of promptfoo and NeMo Guardrails: the only one, or ask which."""
    prompts = document.get("prompts")
    if isinstance(prompts, Mapping):
        prompts = [{"task": key, "content": value} for key, value in prompts.items()]
    if not isinstance(prompts, list) or not prompts:
        return None
    if len(prompts) > 1:
        raise ManyPromptsError(name, [_called(prompt, n) for n, prompt in enumerate(prompts, 1)])
    prompt = prompts[0]
    if isinstance(prompt, Mapping):
        found = next(
            (prompt[k] for k in ("content", "raw", "prompt", "messages", "id") if k in prompt), None
        )
        if isinstance(found, list):
            said = [{"role": "user", "content": m} if isinstance(m, str) else m for m in found]
            return document_prompt({"messages": said}, name, folder)
        prompt = found
    if isinstance(prompt, str) and prompt.startswith("file://"):
        says = f"keeps its prompt in another file: name {prompt.removeprefix('file://')} instead"
        raise FileProblemsError([Problem(name, says)])
    return _recognised(prompt, name, folder)


def _called(prompt: object, number: int) -> str:
    if isinstance(prompt, Mapping):
        known = (prompt.get(key) for key in ("task", "label", "id", "name"))
        return next((str(found) for found in known if found), str(number))
    return str(number)


def _enveloped(document: Document, name: str, folder: Path) -> Prompt | None:
    """Read a document that holds the prompt as one of its values, or as its only value."""
    for key in _ENVELOPES if len(document) > 1 else document:
        inner = document.get(key)
        if isinstance(inner, Mapping | list) and (is_messages(inner) or not are_examples(inner)):
            prompt = document_prompt(inner, name, folder)
            if prompt is not None:
                return prompt
    return None


def _named(document: Document, name: str, _folder: Path) -> Prompt | None:
    """Read the only text of several lines; of a map of prompts by name one is to be chosen.

    It may also be the only one so far in, below a key for a part of a prompt.
    """
    texts = {str(k): v for k, v in document.items() if isinstance(v, str) and len(v.split()) > 3}  # noqa: PLR2004  a sentence
    if len(texts) > 1 and len(texts) * 2 > len(document):
        raise ManyPromptsError(name, list(texts))
    lone = [text for key, text in texts.items() if key.casefold() not in _NOT_TEXT]
    if not lone:
        told = (text for key, text in _within(document) if role_of(key) in INSTRUCTIONS | REQUESTS)
        lone = [text for text in told if "\n" in text.strip()]
    return prose_prompt(lone[0]) if len(lone) == 1 and "\n" in lone[0].strip() else None


def _within(document: Document) -> Iterator[tuple[str, str]]:
    """Yield each text of the objects in an object, with its key; not those in lists."""
    for value in document.values():
        if isinstance(value, Mapping):
            yield from ((str(key), text) for key, text in value.items() if isinstance(text, str))
            yield from _within(value)


def _refuse_part(document: Document, prompt: Prompt, name: str) -> None:
    """Raise PartOfPromptError where what is left out is larger than what is counted."""
    counted = _bare(prompt.text)
    left = {
        str(key): size
        for key, value in document.items()
        if str(key).casefold() not in _NOT_TEXT | {"prompts"}
        if not (isinstance(value, str) and role_of(key) in INSTRUCTIONS | REQUESTS | EXAMPLES)
        if (size := _uncounted_size(value, counted))
    }
    if sum(left.values()) > len(counted):
        raise PartOfPromptError(name, max(left, key=lambda key: left[key]), len(prompt.text))


def _uncounted_size(value: object, counted: str) -> int:
    """Return how many characters of text in a value are not in what was counted.

    A word alone is an identifier, such as the type of a block.
    """
    texts = (_bare(text) for text in _strings(value) if len(text.split()) > 1)
    return sum(len(text) for text in texts if text not in counted)


def _bare(text: str) -> str:
    """Return a text without white space, braces and escapes, which writing it out changes."""
    return re.sub(r"(?:\\[nrt]|[\s{}\\])+", "", text)


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if str(key).casefold() not in _NOT_TEXT:
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


_READERS: tuple[Callable[[Document, str, Path], Prompt | None], ...] = (
    _chat,
    _responses,
    langchain_prompt,
    _dspy,
    _harness,
    _several,
    template_prompt,
    _enveloped,
    _named,
)


_MARKDOWN = {".md", ".markdown", ".mdx"}
_LINES = {".jsonl", ".ndjson"}
_YAML = {".yaml", ".yml"}
_ROLES_BY_LINE = {".prompty", ".prompt", ".jinja", ".jinja2", ".j2"}
_CODE = {".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".baml", ".java", ".go"} | {
    *(".cs", ".rb", ".rs", ".kt", ".swift", ".php", ".c", ".cpp", ".scala", ".lua", ".ipynb")
}
_SETTINGS = {"name", "model", "title", "description", "version", "config", "inputs", "parameters"}
_LONG = 60
"""Characters from which a text in source code may be a prompt."""
_BACKTICKS = r"(?s:`((?:[^`\\]|\\.)*)`)"
_HASHED = r'(?s:#"(.*?)"#)'
_QUOTES = r"\A[fFrR]{1,2}(?:\"{3}|'{3}|\"|')|(?:\"{3}|'{3}|\"|')\Z"


def read_prompt(path: Path | Literal["-"]) -> Prompt:
    """Return the prompt in a file, or on standard input for "-".

    Raises an FtvpError for a file that cannot be read, holds no text, is JSON or YAML by name but
    no prompt, or is source code.
    """
    folder = Path() if path == "-" else Path(path).parent
    return parse_prompt(read_text(path), STANDARD_INPUT if path == "-" else str(path), folder)


def parse_prompt(text: str, name: str, folder: Path | None = None) -> Prompt:
    r"""Return the prompt a text holds; the ending of `name` decides how it is read.

    Without a telling name, a text that parses as JSON chat messages or examples is taken for that.
    Files that the text names are looked for in `folder`.

    >>> prompt = parse_prompt("Q: 1+1\nA: 2\n\nQ: 2+3\nA:", "sums.txt")
    >>> [(part.kind, part.answer) for part in prompt.parts]
    [('shot', '2'), ('request', None)]
    """
    if not text.strip():
        raise EmptyFileError(name)
    suffix = PurePath(name).suffix.casefold()
    if suffix in {".json", *_YAML, *_LINES}:
        prompt = _structured(_document(text, name, suffix), name, folder or Path())
        if prompt is None:
            raise NotAPromptError(name)
    elif suffix in _CODE:
        prompt = _literal(text, name, suffix)
    else:
        prompt = _sniffed(text, name, folder or Path()) or _prose(text, name, suffix)
    if not prompt.text.strip():
        raise EmptyFileError(name)
    return prompt


def _document(text: str, name: str, suffix: str) -> object:
    if suffix in _YAML:
        return load_yaml(text, name)
    records = [line for line in text.split("\n") if line.strip()]
    if suffix in _LINES and len(records) > 1:
        called = PurePath(name).stem
        if not calls_examples(called) or "shot" not in role_of(called):
            raise ManyRecordsError(name, len(records))
        text = "[" + ",\n".join(records) + "]"
    return load_json(text, name)


def _sniffed(text: str, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a text that happens to be JSON, None for any other text."""
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        document = _document(text, name, ".json")
    except FileProblemsError:
        return None
    return _structured(document, name, folder)


def _structured(document: object, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a JSON or YAML value, None where there is none."""
    try:
        return document_prompt(document, name, folder)
    except RecursionError:
        raise FileProblemsError([Problem(name, "is nested too deep")]) from None


def _prose(text: str, name: str, suffix: str) -> Prompt:
    """Return the prompt that a text is, without the settings in front of it."""
    settings, body = _settings(text, name, suffix)
    said = turns_in_text(body, lines=suffix in _ROLES_BY_LINE)
    if said:
        prompt = said_prompt(said)
    else:
        parts, looked_like = text_parts(body)
        form: Literal["text", "markdown"] = "markdown" if suffix in _MARKDOWN else "text"
        prompt = Prompt(form, numbered(parts), looked_like=looked_like)
    if len(body) > MOST_CHARACTERS:
        says = "The prompt is longer than any model takes; it was not searched for examples."
        prompt = prompt._replace(warnings=(says,))
    return prompt._replace(model=settings) if settings else prompt


def _settings(text: str, name: str, suffix: str) -> tuple[str | None, str]:
    """Return the model that front matter names, and the text below it; all of it without any."""
    found = front_matter(text)
    if found is None:
        return None, text
    try:
        settings = load_yaml(found[0], name)
    except FtvpError:
        settings = None
        if suffix not in _ROLES_BY_LINE:
            return None, text
    if settings is not None and not isinstance(settings, Mapping):
        return None, text
    known = suffix in _ROLES_BY_LINE | _MARKDOWN or bool(_SETTINGS & set(settings or {}))
    if not known or not found[1].strip():
        return None, text
    return model_in(settings) if settings else None, found[1]


def _literal(text: str, name: str, suffix: str) -> Prompt:
    """Return the one long text in source code; SourceCodeError where none is clearly the prompt."""
    long = [said for said in _literals(text, suffix) if len(said) >= _LONG and "\n" in said]
    if len(long) != 1 or len(long[0]) * 2 < len(text):
        raise SourceCodeError(name, len(long))
    parts, looked_like = text_parts(long[0])
    line = text.count("\n", 0, text.find(long[0][:40])) + 1
    says = f"The file is source code: only the text that begins on line {line} is counted."
    return Prompt("text", numbered(parts), looked_like=looked_like, warnings=(says,))


def _literals(text: str, suffix: str) -> Iterator[str]:
    """Yield the texts that stand in source code, as they are written; no documentation strings."""
    if suffix == ".py":
        yield from _python_literals(text)
    elif suffix == ".baml":
        yield from re.findall(_HASHED, text)
    elif suffix in {".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts"}:
        yield from re.findall(_BACKTICKS, text)


def _python_literals(text: str) -> Iterator[str]:
    import ast

    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    within = {
        id(value) for node in nodes if isinstance(node, ast.JoinedStr) for value in node.values
    }
    for node in nodes:
        if id(node) in alone | within:
            continue
        if isinstance(node, ast.JoinedStr):
            yield re.sub(_QUOTES, "", ast.get_source_segment(text, node) or "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
