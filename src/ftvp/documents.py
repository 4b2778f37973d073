"""Every document that ftvp writes and every file that it reads: its model, its view, its command.

Commands, views, schemas and the lists of them in the help and in the docs follow from this table.
Models and views are named as text and imported when they are asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ftvp.units import Record


class Document(NamedTuple):
    """A document under the name of its schema, with where its parts are defined.

    `command` is the words that print it and `run` the function behind them; a table or a scenario
    is read, not written, and has neither view nor command.
    """

    name: str
    model: str | None = None
    view: str | None = None
    page: str | None = None
    """What a page that is kept is made of, where that is more than all of the view."""
    command: str | None = None
    run: str | None = None
    help: str = ""
    examples: tuple[str, ...] = ()
    """Commands to begin with, as the help shows them: at most 78 columns."""
    written: bool = True
    completes: str | None = None
    """What adds to the schema that files may be written otherwise than the model is."""
    explains: bool = False
    """Whether the view has a first screen, and the rest where that is asked for."""


DOCUMENTS = (
    Document(
        "decision",
        model="ftvp.decide.decision:DecisionAnswer",
        view="ftvp.decide.view:view",
        page="ftvp.records.view:decision_page",
        explains=True,
        command="decide",
        run="ftvp.cli.scenario:decide",
        examples=(
            "ftvp decide",
            "ftvp decide --prompt prompt.txt --volume 8k --examples 500 --save triage.yaml",
        ),
        help="Five questions, then the verdict: prompt, fine-tune, both, or a pilot first",
    ),
    Document(
        "breakeven",
        model="ftvp.decide.answer:BreakevenAnswer",
        view="ftvp.decide.view:breakeven_view",
        page="ftvp.records.view:breakeven_page",
        explains=True,
        command="breakeven",
        run="ftvp.cli.scenario:breakeven",
        examples=(
            "ftvp breakeven --prompt prompt.txt --volume 8k",
            "ftvp breakeven triage.yaml --volume 1k --volume 5k --volume 20k",
            "ftvp breakeven triage.yaml --tuned-model nova-2-lite --output memo.md",
        ),
        help="What each side costs, and when tuning has paid for itself",
    ),
    Document(
        "volumes",
        model="ftvp.decide.volumes:VolumesAnswer",
        view="ftvp.decide.volumes:volumes_view",
        explains=True,
    ),
    Document(
        "comparison",
        model="ftvp.compare.answer:ComparisonAnswer",
        view="ftvp.compare.view:view",
        page="ftvp.records.view:comparison_page",
        explains=True,
        command="compare",
        run="ftvp.cli.scenario:compare",
        examples=(
            "ftvp compare --prompt prompt.txt --volume 8k --quality gpt-4.1-mini=93",
            "ftvp compare triage.yaml --models 'claude-*,nova-*' --output options.csv",
        ),
        help="Every option of serving the scenario, ranked: models, caching, batches, tuning",
    ),
    Document(
        "odds",
        model="ftvp.odds.answer:OddsAnswer",
        view="ftvp.odds.view:odds_view",
        command="odds",
        run="ftvp.cli.scenario:odds",
        examples=("ftvp odds triage.yaml --volume 5000..20000 --engineering-hours 40..80",),
        help="How sure the answer is, what would turn it, and what is worth finding out",
    ),
    Document(
        "tokens",
        model="ftvp.prompts.answer:TokensAnswer",
        view="ftvp.prompts.view:view",
        command="tokens",
        run="ftvp.cli.usage:tokens",
        examples=(
            "ftvp tokens prompt.txt request.json",
            "ftvp tokens prompt.txt --parts --model claude-sonnet-4-5",
        ),
        help="Token counts of prompts, with the worked examples found in them",
    ),
    Document(
        "evals",
        model="ftvp.evals.answer:EvalsAnswer",
        view="ftvp.evals.view:view",
        command="evals",
        run="ftvp.cli.data:evals",
        examples=("ftvp evals prompted.jsonl tuned.jsonl --volume 8k --cost-per-error 0.10",),
        help="Whether tuning improves quality on your eval set, and what that is worth",
    ),
    Document(
        "dataset",
        model="ftvp.dataset.answer:DatasetAnswer",
        view="ftvp.dataset.view:view",
        command="dataset",
        run="ftvp.cli.data:dataset",
        examples=(
            "ftvp dataset train.jsonl --test test.jsonl",
            "ftvp dataset train.jsonl --split 20% --write-clean clean.jsonl",
        ),
        help="A training file against the checklist, and what training on it costs",
    ),
    Document(
        "usage",
        model="ftvp.usage.answer:UsageAnswer",
        view="ftvp.usage.view:view",
        command="usage",
        run="ftvp.cli.usage:usage",
        examples=("ftvp usage logs/*.jsonl --write triage.yaml",),
        help="Volume, lengths, cache hits and peaks from production logs, as a scenario",
    ),
    Document(
        "quality",
        model="ftvp.guide.answer:QualityAnswer",
        view="ftvp.guide.view:quality_view",
        command="quality",
        run="ftvp.cli.tables:quality",
        examples=(
            "ftvp quality",
            "ftvp quality summarization",
        ),
        help="What tuning gains a task, with the published evidence",
    ),
    Document(
        "pricing",
        model="ftvp.prices.answer:PricingAnswer",
        view="ftvp.prices.view:price_list",
        command="pricing",
        run="ftvp.cli.tables:pricing",
        examples=(
            "ftvp pricing 'claude*'",
            "ftvp pricing openai --output prices.csv",
        ),
        help="Prices on a day, or one model with its history, sources and end dates",
    ),
    Document(
        "overlay_check",
        model="ftvp.prices.answer:OverlayAnswer",
        view="ftvp.prices.view:compared",
        command="pricing validate",
        run="ftvp.cli.tables:validate",
        examples=("ftvp pricing validate prices.yaml",),
        help="Whether an overlay on the prices is sound, and what it changes",
    ),
    Document(
        "pricing_import",
        model="ftvp.prices.review:ImportAnswer",
        view="ftvp.prices.view:imported",
        command="pricing import",
        run="ftvp.cli.tables:import_",
        examples=("ftvp pricing import --from genai-prices --write prices.yaml",),
        help="What the prices of litellm or genai-prices would change here",
    ),
    Document(
        "price_diff",
        model="ftvp.prices.answer:PriceDiffAnswer",
        view="ftvp.prices.view:compared",
        command="pricing diff",
        run="ftvp.cli.tables:diff",
        examples=("ftvp pricing diff 2026-08-01 2026-11-26 --scenario triage.yaml",),
        help="What changed between two price tables or two days",
    ),
    Document(
        "replay",
        command="replay",
        run="ftvp.cli.scenario:replay",
        examples=("ftvp replay decision.json", "ftvp replay decision.json --today"),
        help="A recorded answer again, from the prices it holds, or at today's",
    ),
    Document(
        "diff",
        model="ftvp.records.diff:DiffAnswer",
        view="ftvp.records.view:diff_view",
        command="diff",
        run="ftvp.cli.scenario:diff",
        examples=("ftvp diff decision.json", "ftvp diff old.json new.json"),
        help="What changed between two recorded answers, in dollars by cause",
    ),
    Document("record", model="ftvp.records.record:Recorded"),
    Document("ended", model="ftvp.records.gate:EndedAnswer", view="ftvp.records.gate:ended_view"),
    Document(
        "guide",
        model="ftvp.guide.answer:GuideAnswer",
        view="ftvp.guide.view:view",
        command="guide",
        run="ftvp.cli.tables:guide",
        examples=(
            "ftvp guide mistakes",
            "ftvp guide audit",
        ),
        help="The framework's other tables; 'guide audit' recomputes its figures",
    ),
    Document(
        "schema",
        command="schema",
        run="ftvp.cli.tables:schema",
        examples=("ftvp schema breakeven > breakeven.schema.json",),
        help="The JSON Schema of every document and table",
    ),
    Document(
        "init",
        command="init",
        run="ftvp.cli.tables:init",
        examples=("ftvp init prompt.txt --output triage.yaml",),
        help="A commented scenario file to fill in, from a prompt",
    ),
    Document(
        "completion",
        command="completion",
        run="ftvp.cli.tables:completion",
        examples=("ftvp completion bash >> ~/.bashrc", "ftvp completion fish | source"),
        help="Completion of commands, options, models and tasks in a shell",
    ),
    Document(
        "scenario",
        model="ftvp.scenario:Scenario",
        written=False,
        completes="ftvp.files.scenario:with_blocks",
    ),
    Document("overlay", model="ftvp.tables.overlay:Overlay", written=False),
    Document("pricing_table", model="ftvp.tables.pricing:Pricing", written=False),
    Document("quality_table", model="ftvp.tables.quality:QualityTable", written=False),
    Document("framework_table", model="ftvp.tables.framework:Framework", written=False),
)
COMMANDS = {document.command: document for document in DOCUMENTS if document.command}
SCHEMAS = {document.name: document for document in DOCUMENTS if document.model}


def load_object(place: str) -> Any:  # noqa: ANN401  a class or a function
    """Return what `module:name` names, importing its module."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def view_of(answer: "Record") -> Any:  # noqa: ANN401  (answer, explain) to the blocks of a document
    """Return the function that words an answer as blocks: of a first screen, or of all."""
    document = document_of(answer)
    view = load_object(document.view or "")
    return view if document.explains else lambda answer, _: view(answer)


def page_of(answer: "Record") -> Any:  # noqa: ANN401  an answer to the blocks of a page
    """Return the function that words an answer as a page that is kept."""
    document = document_of(answer)
    if document.page is not None:
        return load_object(document.page)
    view = view_of(answer)
    return lambda answer: view(answer, True)  # noqa: FBT003  the signature of views


def document_of(answer: "Record") -> Document:
    """Return the document that an answer is."""
    kind = type(answer)
    home = f"{kind.__module__}:{kind.__name__}"
    return next(each for each in DOCUMENTS if each.view and each.model == home)
