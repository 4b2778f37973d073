"""The answers that are kept word for word; `python -m tests.goldens` writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path

from ftvp import api
from ftvp.dataset.measure import Request, answered
from ftvp.evals.answer import EvalQuestion, evals_answer
from ftvp.evals.items import EvalSide, Pair, PairedScores, Unpaired
from ftvp.guide.answer import guide_answer, quality_answer
from ftvp.prices.answer import PriceRequest, pricing_answer
from ftvp.prompts.answer import FileTokens, MarkedPart, Parts, ShotTokens, TokensAnswer
from ftvp.ranges import Spread
from ftvp.render import text_of
from ftvp.scenario import Scenario
from ftvp.units import Record
from tests import price_answers
from tests.asked import CLASSIFICATION, DAY, EARLY, EXTRACTION, tables

FOLDER = Path(__file__).parent / "golden"
EXAMPLES = Path(__file__).parent.parent / "examples"
VERSION = "0.0.0"
SUFFIXES: dict[str, str] = {"rich": "txt", "plain": "plain.txt", "markdown": "md"}
TOPICS = (None, "tradeoffs", "tree", "training", "scenarios", "apply", "limits")

KINDS = ((1, 1), (1, 0), (0, 1), (0, 0))
EXTRACTED = Scenario.model_validate({"volume": 10_000, "model": "gpt-4o-mini", **EXTRACTION})
CLASSIFIED = Scenario.model_validate({"volume": 10_000, "model": "gpt-4o-mini", **CLASSIFICATION})
DECIDED = EXTRACTED.model_copy(
    update={"task": "entity_extraction_custom", "examples": 600, "target_quality": 90}
)
WIDE = EXTRACTED.model_copy(
    update={
        "model": "aws-bedrock/nova-micro",
        "volume": Spread(50_000, 100_000, 200_000),
        "output_tokens": Spread(150, 200, 300),
    }
)
OPEN = Scenario(volume=5_000, examples=60, task="reasoning")
OWN_PRICES = Scenario.model_validate(
    {
        "volume": 200_000 / 30,
        "prompt_tokens": 500,
        "output_tokens": 300,
        "prompted_price": "input=10,output=30",
        "tuned_price": "input=3,output=6",
        "training_cost": 800,
        "engineering_hours": 60,
        "hourly_rate": 75,
        "retrains_per_year": 0,
        "discount_rate": 8,
    }
)
HOSTED = EXTRACTED.model_copy(update={"model": "azure/gpt-4.1-mini", "request_tokens": 100})

PROMPT = "Name the city.\n\nInput: Rome [/x] rocks\nOutput: Rome\n\nInput: {text}\nOutput:"
COUNTED = FileTokens(
    file="cities.txt",
    format="text",
    model="openai/gpt-4o-mini",
    tokens=24,
    characters=len(PROMPT),
    encoding="o200k_base",
    exact=True,
    error_percent=0,
    parts=Parts(instructions=5, shots=(ShotTokens(tokens=12),), request=7),
    marked=(
        MarkedPart(kind="instructions", number=None, line=1, text=PROMPT[:16]),
        MarkedPart(kind="shot", number=1, line=3, text=PROMPT[16:-21]),
        MarkedPart(kind="request", number=None, line=6, text=PROMPT[-21:]),
    ),
)


def breakeven(scenario: Scenario, day: date = DAY) -> Record:
    """Return the cost answer on a day."""
    return versioned(api.breakeven(scenario, tables(), day))


def decide(scenario: Scenario) -> Record:
    """Return the decision."""
    return versioned(api.decide(scenario, tables(), DAY))


def answered_by(ask: Callable[..., Record], scenario: Scenario) -> Record:
    """Return the odds of a scenario, or what else it may be served by."""
    return versioned(ask(scenario, tables(), DAY))


def versioned(answer: Record) -> Record:
    """Return an answer as from one version for all times."""
    return answer.model_copy(update={"tool_version": VERSION})


def reference(answer: Callable[..., Record], asked: object) -> Record:
    """Return what a command says of the tables themselves."""
    return versioned(answer(tables(), DAY, asked))


def scored(*cells: int, **asked: float) -> Record:
    """Return what right and wrong answers say: both right, prompted only, tuned only, neither."""
    kinds = [kind for kind, count in zip(KINDS, cells, strict=True) for _ in range(count)]
    one, other = (EvalSide(file=f, format="CSV", score="[/x]", items=300) for f in ("a", "b"))
    pairs = [Pair(str(i), *kind, cluster=str(i % 7)) for i, kind in enumerate(kinds)]
    found = PairedScores(
        one, other, pairs, bool(asked), Unpaired(tuned=("7",)), "train.jsonl", ("3", "4")
    )
    return evals_answer(found, EvalQuestion(default_gap=5, **asked), VERSION)


def counted() -> Record:
    """Return the tokens of a prompt, its parts marked."""
    return TokensAnswer(
        tool_version=VERSION, model="openai/gpt-4o-mini", files=(COUNTED,), total=COUNTED.tokens
    )


def trained_on() -> Record:
    """Return the answer on the training file of the examples, held against its test file."""
    request = Request(test=EXAMPLES / "tickets_test.jsonl")
    answer = answered(EXAMPLES / "tickets.jsonl", request, tables(), DAY, None)
    return answer.model_copy(update={"tool_version": VERSION})


ANSWERS: dict[str, Callable[[], Record]] = {
    "breakeven": partial(breakeven, EXTRACTED),
    "breakeven_pays": partial(breakeven, CLASSIFIED, EARLY),
    "breakeven_own_prices": partial(breakeven, OWN_PRICES),
    "breakeven_hosted": partial(breakeven, HOSTED),
    "breakeven_overlay": lambda: versioned(price_answers.breakeven_under(EXTRACTED)),
    "pricing_import": lambda: versioned(price_answers.imported()),
    "pricing_diff": lambda: versioned(price_answers.differing()),
    "pricing_validate": lambda: versioned(price_answers.sound()),
    "odds": partial(answered_by, api.odds, WIDE),
    "comparison": partial(answered_by, api.compare, EXTRACTED),
    "decision": partial(decide, DECIDED),
    "decision_open": partial(decide, OPEN),
    "evals": partial(scored, 180, 9, 27, 24),
    "evals_not_shown": partial(
        scored, 50, 4, 6, 20, margin=2, requests_per_month=300_000, cost_per_error=0.01
    ),
    "dataset": trained_on,
    "tokens": counted,
    "quality": partial(reference, quality_answer, None),
    "quality_summarization": partial(reference, quality_answer, "summarization"),
    "pricing": partial(reference, pricing_answer, PriceRequest()),
    "pricing_gpt-4o-mini": partial(reference, pricing_answer, PriceRequest("gpt-4o-mini")),
    "pricing_llama": partial(reference, pricing_answer, PriceRequest("aws-bedrock/llama-3.1-8b")),
    **{f"guide_{topic}": partial(reference, guide_answer, topic) for topic in (*TOPICS, "audit")},
}
ANSWERS = {name: cache(ask) for name, ask in ANSWERS.items()}
FORMATS: dict[str, tuple[str, ...]] = {
    name: ("rich", "plain", "markdown")
    if name in {"breakeven", "dataset", "comparison", "decision", "evals", "odds", "tokens"}
    else ("rich",)
    for name in ANSWERS
}
GOLDENS = [(name, form) for name, forms in FORMATS.items() for form in forms]


@cache
def shown(name: str, form: str) -> str:
    """Return an answer in a format, at its usual width."""
    return text_of(ANSWERS[name](), form)


def path_of(name: str, form: str) -> Path:
    """Return where an answer is kept."""
    return FOLDER / f"{name}.{SUFFIXES[form]}"


def write() -> None:
    """Write every answer as it is now."""
    FOLDER.mkdir(exist_ok=True)
    for name, form in GOLDENS:
        path_of(name, form).write_text(shown(name, form), "utf-8")


if __name__ == "__main__":
    write()
