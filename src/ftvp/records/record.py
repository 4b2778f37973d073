"""The document `ftvp.record/1`: an answer with everything that it was computed from, copied in.

It holds numbers, names and digests, and no text of a prompt or of data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from ftvp.compare.rank import asked_models
from ftvp.cost.inputs import Inputs, MeasuredQuality, Readings
from ftvp.decide.answer import EvalSummary
from ftvp.errors import FileProblemsError, FtvpError, NotRecordedError, Problem
from ftvp.files.disk import Digest, read_text
from ftvp.files.values import load_json, shaped
from ftvp.odds.draws import SEED
from ftvp.render.formats import json_text
from ftvp.scenario import Scenario
from ftvp.tables.bundle import AppliedOverlay, DocumentHeader, Tables
from ftvp.tables.framework import Framework
from ftvp.tables.overlay import Overlay
from ftvp.tables.pricing import Pricing, Tokenizer
from ftvp.tables.quality import QualityTable
from ftvp.tokens.counting import data_folder
from ftvp.units import PromptTokens, Record

Command = Literal["breakeven", "compare", "decide", "odds"]
"""The commands whose answers can be recorded: those that answer a scenario."""
SCHEMA: Literal["ftvp.record/1"] = "ftvp.record/1"
DIGEST = "sha256"


class FileRead(Record):
    """A file that the answer was read from: its name as given, its size, and its SHA-256."""

    file: str
    bytes: int
    """Its size."""
    sha256: str


class RecordedQuality(Record):
    """What eval results say of both sides, in percent."""

    prompting: float
    """Mean score."""
    tuned: float
    """Mean score."""
    conclusion: Literal["better", "worse", "not_shown", "equivalent"]
    items: int
    """Those that both sides were scored on."""
    low: float
    """The lower end of the 95 % interval of tuned less prompting, in points."""
    high: float
    """The upper end, in points."""
    cells: tuple[int, int, int, int] | None
    """Items that both, only prompting, only tuning, none got right; None for scores in between."""


class RecordedReadings(Record):
    """What the files of a scenario say, in numbers, by the name of a tokenizer."""

    prompt: dict[str, PromptTokens] | None
    """The tokens of its parts; None where no prompt file was given."""
    tuned_prompt: dict[str, PromptTokens] | None
    """Likewise of the tuned prompt."""
    named_model: str | None
    """The model that the prompt document names, as it stands there; None where it names none."""
    training_sizes: dict[str, tuple[tuple[float, int], ...]] | None
    """Billed tokens of a training example, and how many have so many."""
    quality: RecordedQuality | None
    """By eval results; None without them."""
    evals: EvalSummary | None
    """The same as the answer tells it."""
    warnings: tuple[str, ...]
    """On what was read."""
    origins: dict[str, str]
    """By field, where it was told, such as "triage.yaml line 3"; a flag is left out."""

    @property
    def read(self) -> tuple[Readings, EvalSummary | None]:
        """What the calculation takes of it."""
        sizes = self.training_sizes
        quality = self.quality
        readings = Readings(
            prompt=self.prompt,
            tuned_prompt=self.tuned_prompt,
            named_model=self.named_model,
            training_sizes=None
            if sizes is None
            else {
                name: [size for size, count in counted for _ in range(count)]
                for name, counted in sizes.items()
            },
            quality=None if quality is None else MeasuredQuality(**dict(quality)),
            warnings=self.warnings,
            origins=self.origins,
        )
        return readings, self.evals


class RecordedTables(Record):
    """The rows of the tables that the answer rests on, in force and scheduled, whole."""

    pricing: Pricing
    """The models of the answer under the overlays."""
    framework: Framework
    """What answers rest on of it."""
    quality: QualityTable | None
    """The task's row and the forecast; None where the answer asks for no quality."""
    quality_updated_on: date
    """When the whole quality table last changed."""
    overlays: tuple[AppliedOverlay, ...]
    """What each changed, the strongest last."""
    layers: tuple[Overlay, ...]
    """What each overlay says, in the same order."""

    @property
    def restored(self) -> Tables:
        """The tables as the answer used them."""
        return Tables(
            pricing=self.pricing,
            framework=self.framework,
            read_quality=self._quality,
            quality_updated_on=self.quality_updated_on,
            overlays=self.overlays,
        )

    def _quality(self) -> QualityTable:
        if self.quality is None:
            raise NotRecordedError
        return self.quality


class Recorded(DocumentHeader):
    """The document `ftvp.record/1`."""

    schema_: Literal["ftvp.record/1"] = Field(default=SCHEMA, alias="schema")
    command: Command
    """What was asked."""
    as_of: date
    """The day of the answer."""
    scenario: Scenario
    """As it was told, ranges and file names included."""
    files: tuple[FileRead, ...]
    """Those that were given; ftvp's own tables are not among them."""
    readings: RecordedReadings
    """What the files say, without their text."""
    tables: RecordedTables
    """Copied, so that it can be worked out again."""
    seed: int
    """Of the draws of what is uncertain."""
    answer: dict[str, Any]
    """The document as `--json` prints it."""
    sha256: str = ""
    """Of all that stands before it: a record that was changed is refused."""

    @property
    def text(self) -> str:
        """The answer as `--json` printed it."""
        written = json.dumps(self.answer, indent=2, ensure_ascii=False, allow_nan=False)
        return written.encode("utf-8", "backslashreplace").decode() + "\n"


@dataclass(frozen=True)
class Computed:
    """What an answer was computed from: the inputs, what the files said, and which files."""

    command: Command
    inputs: Inputs
    evals: EvalSummary | None
    files: Mapping[str, Digest]


def recorded(computed: Computed, scenario: Scenario, answer: Record) -> Recorded:
    """Return the record of an answer to a scenario as it was told."""
    inputs = computed.inputs
    draft = Recorded(
        command=computed.command,
        as_of=inputs.day,
        scenario=scenario,
        files=tuple(
            FileRead(file=name, bytes=each.size, sha256=each.sha256)
            for name, each in computed.files.items()
            if not Path(name).is_relative_to(data_folder())
        ),
        readings=readings_of(inputs.readings, computed.evals),
        tables=tables_used(inputs),
        seed=SEED,
        answer=json.loads(json_text(answer)),
    )
    return draft.model_copy(update={DIGEST: _digest(_values(draft))})


def readings_of(readings: Readings, evals: EvalSummary | None) -> RecordedReadings:
    """Return what files say, as a record holds it."""
    sizes, quality = readings.training_sizes, readings.quality
    return RecordedReadings(
        prompt=_plain(readings.prompt),
        tuned_prompt=_plain(readings.tuned_prompt),
        named_model=readings.named_model,
        training_sizes=None
        if sizes is None
        else {name: _counted(each) for name, each in sizes.items()},
        quality=None if quality is None else RecordedQuality(**quality._asdict()),
        evals=evals,
        warnings=readings.warnings,
        origins=dict(readings.origins),
    )


def _plain(counts: Mapping[str, PromptTokens] | None) -> dict[str, PromptTokens] | None:
    return None if counts is None else dict(counts)


def _counted(sizes: Iterable[float]) -> tuple[tuple[float, int], ...]:
    return tuple((size, len(list(same))) for size, same in groupby(sorted(sizes)))


def tables_used(inputs: Inputs) -> RecordedTables:
    """Return the rows that an answer uses: models asked for or named, their sources and rules."""
    tables, told = inputs.tables, inputs.scenario
    asked_for_quality = "quality" in vars(tables)
    return RecordedTables(
        pricing=_priced(inputs),
        framework=framework_used(tables.framework),
        quality=quality_used(tables, told.task) if asked_for_quality else None,
        quality_updated_on=tables.quality_updated_on,
        overlays=tables.overlays,
        layers=tables.layers,
    )


def _priced(inputs: Inputs) -> Pricing:
    """Return the part of the price table that an answer uses."""
    table, told = inputs.tables.pricing, inputs.scenario
    names = [told.model, told.tuned_model, told.successor, told.labelled_by]
    names += [inputs.readings.named_model] if inputs.now else []
    names += [each.model for each in table.default_models]
    names += [*(told.qualities or {}), *(told.thinking or {})]
    wanted = {id_in(table, name.removeprefix("tuned:")) for name in names if name}
    wanted |= {model.id for model in asked_models(inputs)}
    models = {key: row for key, row in table.models.items() if key in wanted}
    rules = {row.caching for row in models.values()}
    caching = {key: rule for key, rule in table.caching.items() if key in rules}
    cited = {row.source for row in table.tokenizers.values()}
    cited |= {rule.source for rule in caching.values()}
    cited |= {source for row in models.values() for _, source in row.citations()}
    sources = {key: source for key, source in table.sources.items() if key in cited}
    kept = {"models": models, "caching": caching, "sources": sources, "gpus": (), "trends": ()}
    return table.model_copy(update=kept)


def id_in(table: Pricing, name: str) -> str | None:
    """Return the id of a model; None for one that the table does not have."""
    try:
        return table.find(name)[0]
    except FtvpError:
        return None


def framework_used(table: Framework) -> Framework:
    """Return the framework without the tables that only `ftvp guide` shows."""
    shown = ("tradeoffs", "cost_scenarios", "checklist", "hybrid_layers", "how_to_apply", "claims")
    return table.model_copy(update=dict.fromkeys(shown, ()))


def quality_used(tables: Tables, task: str | None) -> QualityTable:
    """Return the quality table with the row of a task, or with its first row only."""
    table = tables.quality
    row = table.find(task) if task else table.tasks[0]
    return table.model_copy(update={"tasks": (row,)})


def _values(record: Recorded) -> dict[str, Any]:
    values = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"schema": SCHEMA, "tool_version": record.tool_version, **values}


def _digest(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record's values but for the digest itself."""
    bare = {key: value for key, value in values.items() if key != DIGEST}
    written = json.dumps(bare, ensure_ascii=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def record_text(record: Recorded) -> str:
    """Return a record as the text of its file: a line for each of its parts."""
    write = partial(json.dumps, ensure_ascii=True, allow_nan=False)
    lines = [f" {write(key)}: {write(value)}" for key, value in _values(record).items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def load_record(path: Path | Literal["-"]) -> Recorded:
    """Return the record of a file; FtvpError where it is none, was changed, or is a later kind."""
    name = "standard input" if path == "-" else path.name
    text = read_text(path)
    values = load_json(text, name) if text.lstrip().startswith("{") else None
    problem = _refused(values)
    if problem is not None:
        raise FileProblemsError([Problem(name, problem)])
    return shaped(Recorded, values, lambda _: (name, None))


def _refused(values: object) -> str | None:
    """Return why values are no sound record, None where they are one."""
    if not isinstance(values, Mapping) or not str(values.get("schema")).startswith("ftvp.record/"):
        return "is no record of ftvp: ftvp decide SCENARIO.yaml --record FILE writes one"
    if values["schema"] != SCHEMA:
        return f"is {values['schema']}, which this version of ftvp cannot read: update ftvp"
    if values.get(DIGEST) != _digest(values):
        return "was changed or cut after it was written (its SHA-256 differs): take a whole copy"
    return None


def fitted(
    readings: Readings, known: Mapping[str, Tokenizer], wanted: Mapping[str, Tokenizer]
) -> Readings:
    """Return what files say, counted by `known` tokenizers, for other ones.

    One that is not known, or was measured anew, has the counts of one of the same encoding, in
    proportion to both ratios.
    """
    origin = {}
    for name, each in wanted.items():
        alike = [key for key, other in known.items() if other.encoding == each.encoding]
        origin[name] = name if name in alike else next(iter(alike or known))
    factors = {name: wanted[name].ratio / known[origin[name]].ratio for name in wanted}

    def counts(of: Mapping[str, PromptTokens] | None) -> dict[str, PromptTokens] | None:
        if of is None:
            return None
        return {name: _scaled(of[origin[name]], factors[name]) for name in wanted}

    sizes = readings.training_sizes
    return readings._replace(
        prompt=counts(readings.prompt),
        tuned_prompt=counts(readings.tuned_prompt),
        training_sizes=None
        if sizes is None
        else {
            name: sizes[origin[name]]
            if factors[name] == 1
            else [size * factors[name] for size in sizes[origin[name]]]
            for name in wanted
        },
    )


def _scaled(tokens: PromptTokens, factor: float) -> PromptTokens:
    if factor == 1:
        return tokens
    mean = tokens.mean_answer
    return tokens.model_copy(
        update={
            "instructions": round(tokens.instructions * factor),
            "shots": tuple(round(each * factor) for each in tokens.shots),
            "request": round(tokens.request * factor),
            "answers": tuple(round(each * factor) for each in tokens.answers),
            "mean_answer": None if mean is None else mean * factor,
        }
    )


def first_difference(one: object, other: object, at: str = "") -> tuple[str, object, object] | None:
    """Return the path at which two JSON values first differ, and both values; None if nowhere.

    >>> first_difference({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]})
    ('a.1.b', 2, 3)
    """
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        steps: Iterable[tuple[object, object, object]] = ((k, one[k], other[k]) for k in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        steps = zip(range(len(one)), one, other, strict=True)
    else:
        return None if one == other and type(one) is type(other) else (at, one, other)
    for key, mine, theirs in steps:
        found = first_difference(mine, theirs, f"{at}.{key}".removeprefix("."))
        if found is not None:
            return found
    return None
