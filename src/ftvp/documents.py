"""Every document that ftvp writes and every file that it reads: its model, its view, its command.

Commands, views, schemas and the lists of them in the help and in the docs follow from this table.
Models and views are named as text and imported when they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftvp.units import Record


@dataclass(frozen=True)
class Document:
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
    written: bool = True
    explains: bool = False
    """Whether the view has a first screen, and the rest where that is asked for."""


DOCUMENTS = (
    Document(
        "decision",
        model="ftvp.decide.answer:DecisionAnswer",
        view="ftvp.decide.view:view",
        page="ftvp.records.pages:decision_page",
        explains=True,
        command="decide",
        run="ftvp.cli.scenario:decide",
        help="Five questions, then the verdict: prompt, fine-tune, both, or a pilot first",
    ),
    Document(
        "breakeven",
        model="ftvp.decide.answer:BreakevenAnswer",
        view="ftvp.decide.view:breakeven_view",
        page="ftvp.records.pages:breakeven_page",
        explains=True,
        command="breakeven",
        run="ftvp.cli.scenario:breakeven",
        help="What each side costs, and when tuning has paid for itself",
    ),
    Document(
        "comparison",
        model="ftvp.compare.answer:ComparisonAnswer",
        view="ftvp.compare.view:view",
        page="ftvp.records.pages:comparison_page",
        explains=True,
        command="compare",
        run="ftvp.cli.scenario:compare",
        help="Every option of serving the scenario, ranked: models, caching, batches, tuning",
    ),
    Document(
        "odds",
        model="ftvp.odds.answer:OddsAnswer",
        view="ftvp.odds.view:odds_view",
        command="odds",
        run="ftvp.cli.scenario:odds",
        help="How sure the answer is, what would turn it, and what is worth finding out",
    ),
    Document(
        "tokens",
        model="ftvp.prompts.answer:TokensAnswer",
        view="ftvp.prompts.view:view",
        command="tokens",
        run="ftvp.cli.data:tokens",
        help="Token counts of prompts, with the worked examples (shots) found in them",
    ),
    Document(
        "evals",
        model="ftvp.evals.answer:EvalsAnswer",
        view="ftvp.evals.view:view",
        command="evals",
        run="ftvp.cli.data:evals",
        help="Whether tuning improves quality on your eval set, and what that is worth",
    ),
    Document(
        "dataset",
        model="ftvp.dataset.answer:DatasetAnswer",
        view="ftvp.dataset.view:view",
        command="dataset",
        run="ftvp.cli.data:dataset",
        help="A training file against the checklist, and what training on it costs",
    ),
    Document(
        "usage",
        model="ftvp.usage.answer:UsageAnswer",
        view="ftvp.usage.view:view",
        command="usage",
        run="ftvp.cli.usage:usage",
        help="Volume, lengths, cache hits and peaks from production logs, as a scenario",
    ),
    Document(
        "quality",
        model="ftvp.guide.answer:QualityAnswer",
        view="ftvp.guide.view:quality_view",
        command="quality",
        run="ftvp.cli.reference:quality",
        help="What tuning gains a task, with the published evidence",
    ),
    Document(
        "pricing",
        model="ftvp.prices.answer:PricingAnswer",
        view="ftvp.prices.view:price_list",
        command="pricing",
        run="ftvp.cli.pricing:pricing",
        help="Prices on a day, or one model with its history, sources and end dates",
    ),
    Document(
        "overlay_check",
        model="ftvp.prices.diff:OverlayAnswer",
        view="ftvp.prices.view:compared",
        command="pricing validate",
        run="ftvp.cli.pricing:validate",
        help="Whether an overlay on the prices is sound, and what it changes",
    ),
    Document(
        "pricing_import",
        model="ftvp.prices.review:ImportAnswer",
        view="ftvp.prices.view:imported",
        command="pricing import",
        run="ftvp.cli.pricing:import_",
        help="What the prices of litellm or genai-prices would change here",
    ),
    Document(
        "price_diff",
        model="ftvp.prices.diff:PriceDiffAnswer",
        view="ftvp.prices.view:compared",
        command="pricing diff",
        run="ftvp.cli.pricing:diff",
        help="What changed between two price tables or two days",
    ),
    Document(
        "replay",
        command="replay",
        run="ftvp.cli.records:replay",
        help="A recorded answer again, from the prices it holds, or at today's",
    ),
    Document(
        "diff",
        model="ftvp.records.diff:DiffAnswer",
        view="ftvp.records.view:diff_view",
        command="diff",
        run="ftvp.cli.records:diff",
        help="What changed between two recorded answers, in dollars by cause",
    ),
    Document("record", model="ftvp.records.record:Recorded"),
    Document("ended", model="ftvp.records.ended:EndedAnswer", view="ftvp.records.ended:ended_view"),
    Document(
        "guide",
        model="ftvp.guide.answer:GuideAnswer",
        view="ftvp.guide.view:view",
        command="guide",
        run="ftvp.cli.reference:guide",
        help="The framework's other tables; 'guide audit' recomputes its figures",
    ),
    Document(
        "schema",
        command="schema",
        run="ftvp.cli.reference:schema",
        help="The JSON Schema of every document and table",
    ),
    Document("scenario", model="ftvp.scenario:Scenario", written=False),
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


def view_of(answer: Record) -> Any:  # noqa: ANN401  (answer, explain) to the blocks of a document
    """Return the function that words an answer as blocks: of a first screen, or of all."""
    document = document_of(answer)
    view = load_object(document.view or "")
    return view if document.explains else lambda answer, _: view(answer)


def page_of(answer: Record) -> Any:  # noqa: ANN401  an answer to the blocks of a page
    """Return the function that words an answer as a page that is kept."""
    document = document_of(answer)
    if document.page is not None:
        return load_object(document.page)
    view = view_of(answer)
    return lambda answer: view(answer, True)  # noqa: FBT003  the signature of views


def document_of(answer: Record) -> Document:
    """Return the document that an answer is."""
    kind = type(answer)
    home = f"{kind.__module__}:{kind.__name__}"
    return next(each for each in DOCUMENTS if each.view and each.model == home)


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a document or table, in the dialect of 2020-12."""
    document = SCHEMAS[name]
    shape: type[Record] = load_object(document.model or "")
    schema = shape.model_json_schema(mode="serialization" if document.written else "validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
