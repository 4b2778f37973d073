"""Files of every kind that ftvp reads, and what breaks them: small, seeded, structured."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import Any

from ftvp.api import record
from ftvp.files.tables import load_tables
from ftvp.records.record import Command, record_text
from ftvp.scenario import Scenario
from tests import eval_files, overlays, training_files, usage_logs

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
HOSTILE_TEXTS = (
    "",
    " ",
    "\x1b[2J\x1b]52;c;YQ==\x07",
    "\u202eevil\u2066",
    "\x9b2J\x7f\x85",
    "=HYPERLINK(1)",
    "@x\t+1",
    "[/x][bold]",
    "%s{0}{x!r}",
    "\udcff",
    "a" * 300,
    "\N{COMBINING ACUTE ACCENT}" * 40,
    "\u3042\U0001f600",
    "<|endoftext|>",
    "{{ x }}{% raw %}",
    "</script><svg onload=1>",
    "\r\n\u2028",
    "null",
    "no",
    "nan",
    "-",
    "--json",
    "./.",
    "Infinity",
)
HOSTILE_NUMBERS = (
    *("0", "-0", "-1", "1", "010", "0x10", "10:00", "1_000", "1,5", "1e3", "1e308", "1e309"),
    *("5e-324", "1e-9", "1e-6", "nan", "inf", "-inf", "9" * 30, "9" * 400, "0.1", "1/3", "1..0"),
    *("1..2..3", "0..1", "0..1e12", "1e-12..1e12", "5..5", "-1..1", "50%..80%", "80%", "1.2M"),
    *("240000/month", "8k..20k", "8,000", "\u0663", "\uff11", "1e15", "999999999999", "24", "31"),
)
HOSTILE_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**63, -(2**63), 10**400, 1.5, 1e308, 5e-324, -0.0, [], {}),
    *([[]], [{}], {"": ""}, ["a"], {"a": {"b": [1, None]}}, float("nan"), float("inf")),
    *HOSTILE_TEXTS,
)
"""Values that stand in place of others in a file of JSON or YAML."""
HOSTILE_BYTES = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b"\x1b[2J", b"\x80", b"{", b"[" * 300),
    *(b'"', b"'", b",", b":", b"- ", b"\t", b"&a ", b"*a", b"!!python/object:os.system ", b"<<: "),
    *(b"---\n", b"}", b"]", b"\\u0000", b"\\ud800", b"1e999", b"NaN", b"0" * 5000, b"\xed\xa0\x80"),
)
Files = Mapping[str, tuple[tuple[str, bytes], ...]]


@cache
def files() -> Files:
    """Return sound files by what reads them: names and bytes."""
    examples = {
        each.name: each.read_bytes() for each in sorted(EXAMPLES.iterdir()) if each.is_file()
    }
    laid = sorted((EXAMPLES / "overlays").iterdir())
    beside = [(n, b) for n, b in examples.items() if n.startswith(("tickets", "routing_"))]
    return {
        "scenario": tuple((n, b) for n, b in examples.items() if n.endswith(".yaml")),
        "prompt": (
            *((n, b) for n, b in examples.items() if n.endswith((".md", ".txt", "chat.json"))),
            *_named(PROMPTS),
        ),
        "training": (*beside, *_training()),
        "evals": (*beside, *_evals()),
        "logs": tuple(_logs()),
        "overlay": (
            ("acme.yaml", overlays.ACME.encode()),
            *((each.name, each.read_bytes()) for each in laid),
        ),
        "framework": (("framework.yaml", (ROOT / "data/framework.yaml").read_bytes()),),
        "record": tuple(_records()),
        "map": tuple(_named({"map.json": json.dumps(PRICE_MAP)})),
    }


def _named(texts: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for name, text in texts.items():
        yield name, text.encode("utf-8", "surrogatepass")


PROMPTS = {
    "shots.txt": "Sort the mail.\n\n" + "Mail: the bill is wrong\nLabel: billing\n\n" * 6,
    "one.txt": "Hello",
    "empty.txt": "",
    "template.j2": "{% for each in shots %}Q: {{ each.q }}\nA: {{ each.a }}\n{% endfor %}{{ x }}",
    "few.yaml": "_type: few_shot\nprefix: Sort.\nsuffix: 'Q: {q}'\ninput_variables: [q]\n"
    "example_prompt: {_type: prompt, template: 'Q: {q} A: {a}', input_variables: [q, a]}\n"
    "examples:\n- {q: one, a: '1'}\n- {q: two, a: '2'}\n",
    "request.json": json.dumps(
        {
            "model": "claude-sonnet-4-5",
            "system": [{"type": "text", "text": "Sort."}],
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "a"}]},
                {"role": "assistant", "content": "b"},
                {"role": "user", "content": "c"},
            ],
        }
    ),
    "gemini.json": json.dumps(
        {"contents": [{"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": []}]}
    ),
}
PRICE_MAP: dict[str, Any] = {
    "sample_spec": {"mode": "chat"},
    **{
        name: {
            "litellm_provider": provider,
            "mode": "chat",
            "input_cost_per_token": 1e-06,
            "output_cost_per_token": 4e-06,
            "cache_read_input_token_cost": 1e-07,
            "max_input_tokens": 128000,
            "deprecation_date": "2027-01-01",
            "input_cost_per_token_above_200k_tokens": 2e-06,
        }
        for name, provider in (
            ("gpt-4o-mini", "openai"),
            ("claude-sonnet-4-5", "anthropic"),
            ("gemini/gemini-2.5-flash", "gemini"),
            ("mistral/mistral-small-latest", "mistral"),
        )
    },
}


def _training() -> Iterator[tuple[str, bytes]]:
    chats = training_files.tickets(12)
    yield "chats.jsonl", eval_files.lines(*chats).encode()
    yield "array.json", json.dumps(chats).encode()
    alpaca = [{"instruction": "Sort", "input": f"mail {n}", "output": "x"} for n in range(8)]
    yield "alpaca.jsonl", eval_files.lines(*alpaca).encode()
    contents = [
        {
            "contents": [
                {"role": "user", "parts": [{"text": f"mail {n}"}]},
                {"role": "model", "parts": [{"text": "billing"}]},
            ]
        }
        for n in range(6)
    ]
    yield "gemini.jsonl", eval_files.lines(*contents).encode()
    better = [
        {
            "input": {"messages": [{"role": "user", "content": f"mail {n}"}]},
            "preferred_output": [{"role": "assistant", "content": "good"}],
            "non_preferred_output": [{"role": "assistant", "content": "bad"}],
        }
        for n in range(6)
    ]
    yield "preferred.jsonl", eval_files.lines(*better).encode()
    yield "pairs.csv", b"prompt,completion\n" + b"mail one,billing\nmail two,login\n" * 4


def _evals() -> Iterator[tuple[str, bytes]]:
    for side in (0, 1):
        texts = {
            f"harness{side}.jsonl": eval_files.harness(side, "none"),
            f"openai{side}.jsonl": eval_files.openai_evals(side),
            f"words{side}.csv": eval_files.words(side),
            f"table{side}.csv": eval_files.table(side, "{n},{q},{s}", "id,question,score"),
        }
        yield from _named(texts)
    results = {"results": {"version": 3, "results": eval_files.promptfoo("a", "b")}}
    yield "promptfoo.json", json.dumps(results).encode()
    log = eval_files.inspect_log("C", "I", 0.5)
    yield "inspect.json", log.encode()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps({"version": 2, "eval": {"task": "t"}}))
        for number, grade in enumerate("CIC"):
            sample = json.dumps(eval_files.inspect_sample(number, grade))
            archive.writestr(f"samples/{number}_epoch_1.json", sample)
    yield "inspect.eval", data.getvalue()


def _logs() -> Iterator[tuple[str, bytes]]:
    for name, text, _ in usage_logs.written():
        yield f"log_{name}", text.encode()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "log.db")
        base = sqlite3.connect(place)
        base.execute("create table log (time text, model text, input int, output int)")
        rows = [(usage_logs.iso(each), "gpt-4o-mini", each.input, 9) for each in usage_logs.TRAFFIC]
        base.executemany("insert into log values (?, ?, ?, ?)", rows)
        base.commit()
        base.close()
        yield "log.db", place.read_bytes()


def _records() -> Iterator[tuple[str, bytes]]:
    told = {"prompt_tokens": 1200, "tuned_prompt_tokens": 400, "output_tokens": 200, "volume": 9000}
    tables = load_tables()
    scenario = Scenario.model_validate({**told, "as_of": "2026-11-23"})
    commands: tuple[Command, ...] = ("breakeven", "compare", "odds")
    for command in commands:
        _, kept = record(command, scenario, tables)
        yield f"{command}.record.json", record_text(kept).encode()


def broken(random: Random, name: str, data: bytes) -> tuple[str, bytes]:
    """Return a file with something wrong, under its own name or another."""
    ways: list[Callable[[Random, bytes], bytes]] = [
        _bytes_changed,
        _values_changed,
        _values_changed,
    ]
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        data = random.choice(ways)(random, data)
    if random.random() < 0.1:
        packed = random.choice((gzip.compress, bz2.compress, lzma.compress))(data)
        data = _bytes_changed(random, packed) if random.random() < 0.5 else packed
    if random.random() < 0.1:
        name = Path(name).stem + random.choice((".txt", ".json", ".jsonl", ".csv", ".yaml", ""))
    return name, data


def _bytes_changed(random: Random, data: bytes) -> bytes:
    """Return bytes cut, doubled, flipped or with something put in."""
    at, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
    match random.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:end] + data[at:]
        case 3 if data:
            place = at % len(data)
            flipped = data[place] ^ (1 << random.randrange(8))
            return data[:place] + bytes([flipped]) + data[place + 1 :]
        case _:
            return data[:at] + random.choice(HOSTILE_BYTES) + data[at:]


def _values_changed(random: Random, data: bytes) -> bytes:
    """Return JSON, JSON Lines or YAML with a value or a key changed, other files in their bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _bytes_changed(random, data)
    for read, write in ((_json, _as_json), (_json_lines, _as_lines), (_yaml, _as_json)):
        try:
            value = read(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict | list) and value:
            return write(_changed(random, value)).encode("utf-8", "surrogatepass")
    return _bytes_changed(random, data)


def _json(text: str) -> Any:  # noqa: ANN401  any JSON value
    return json.loads(text)


def _json_lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines() if line]


def _yaml(text: str) -> Any:  # noqa: ANN401  any YAML value
    import yaml

    try:
        return _loaded(text)
    except yaml.YAMLError as error:
        raise ValueError from error


@lru_cache(maxsize=64)
def _loaded(text: str) -> Any:  # noqa: ANN401  any YAML value
    """Return what a text says: most are the same few files, not yet changed."""
    import yaml

    return _with_text_keys(yaml.load(text, yaml.CSafeLoader))


def _with_text_keys(value: Any) -> Any:  # noqa: ANN401  any YAML value
    """Return a value with keys that JSON can have: a day is text there."""
    if isinstance(value, dict):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    return [_with_text_keys(each) for each in value] if isinstance(value, list) else value


def _as_json(value: object) -> str:
    return json.dumps(value, default=str)


def _as_lines(value: object) -> str:
    rows = value if isinstance(value, list) else [value]
    return "".join(json.dumps(each, default=str) + "\n" for each in rows)


def _changed(random: Random, value: Any) -> Any:  # noqa: ANN401  any JSON value
    """Return a value with one place deep inside it changed."""
    if not isinstance(value, dict | list) or not value or random.random() < 0.15:
        return _instead(random, value)
    if isinstance(value, list):
        place = random.randrange(len(value))
        without = value[:place] + value[place + 1 :]
        within = [*value[:place], _changed(random, value[place]), *value[place + 1 :]]
        return random.choice((without, value + value, *[within] * 6))
    key = random.choice(list(value))
    other = random.choice((*HOSTILE_TEXTS, "x"))
    match random.randrange(12):
        case 0:
            return {k: v for k, v in value.items() if k != key}
        case 1:
            return {**value, other: value[key]}
        case _:
            return {**value, key: _changed(random, value[key])}


def _instead(random: Random, value: object) -> object:
    match random.randrange(6):
        case 0:
            return [value]
        case 1:
            return {"x": value}
        case 2:
            return random.choice(HOSTILE_NUMBERS)
        case _:
            return random.choice(HOSTILE_VALUES)
