"""Every file of examples/ with its answer."""

from __future__ import annotations

import importlib.util
import math
from datetime import date
from pathlib import Path
from statistics import NormalDist

import pytest

from ftvp import Scenario, breakeven, compare, decide, load_tables
from ftvp.api import dataset, evals, odds, tokens, usage
from ftvp.dataset.measure import Request
from ftvp.files.scenario import load_scenario

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
DAY = date(2026, 11, 23)
MONTH = 300_000
"""Requests: 10,000 a day for 30 days."""


def told(name: str) -> Scenario:
    """Return what an example says, with what a person would add on the command line."""
    if name.endswith(".yaml"):
        return load_scenario(EXAMPLES / name)
    prompt = str(EXAMPLES / name)
    return Scenario(model="gpt-4o-mini", prompt=prompt, volume=10_000, output_tokens=200)


@pytest.mark.parametrize(
    ("name", "article", "bill", "month"),
    [
        # A million requests save: removed tokens at 0.15, less those left at 0.15 more, less the
        # answer at 0.60 more. A quarter of a run of 1,000 examples is a month's retraining:
        # 1,000 * (200 + 50 + 13) tokens * 3 epochs * 3 USD / 1e6 = 2.367, of which 0.59.
        # 600*.15 - 200*.15 - 50*.60 = 30, times 0.3 = 9
        pytest.param("simple_classification.yaml", 54, 9, 8.41, id="simple classification"),
        # 800*.15 - 400*.15 - 200*.60 = -60, times 0.3 = -18; 613 * 0.009 / 4 = 1.38
        pytest.param("entity_extraction.txt", 72, -18, -19.38, id="entity extraction"),
        # 1500*.15 - 500*.15 - 1000*.60 = -450, times 0.3 = -135; 1,513 * 0.009 / 4 = 3.40
        pytest.param("content_generation.yaml", 135, -135, -138.40, id="content generation"),
        # 2000*.15 - 1000*.15 - 2000*.60 = -1050, times 0.3 = -315; 3,013 * 0.009 / 4 = 6.78
        pytest.param("complex_analysis.yaml", 180, -315, -321.78, id="complex analysis"),
    ],
)
def test_the_articles_scenarios_save_by_its_formula_and_not_by_the_bill(
    name: str, article: float, bill: float, month: float
) -> None:
    answer = breakeven(told(name), as_of=DAY)
    assert answer.article is not None
    assert answer.article.monthly_saving_usd == pytest.approx(article)
    assert answer.usd_saved_per_request == pytest.approx(bill / MONTH)
    assert answer.monthly_saving_usd == pytest.approx(month, abs=0.005)
    assert answer.verdict.choice == "prompt"


@pytest.mark.parametrize(
    ("name", "form", "whole", "without_shots", "shots"),
    [
        ("entity_extraction.txt", "text", 1200, 400, 5),
        ("support_chat.json", "chat", 275, 97, 7),
        ("brand_voice.md", "markdown", 569, 129, 4),
        ("openai_request.json", "chat", 385, 106, 4),
        ("claude_request.json", "chat", 468, 127, 5),
    ],
)
def test_the_shots_of_each_prompt_are_found(
    name: str, form: str, whole: int, without_shots: int, shots: int
) -> None:
    (found,) = tokens([EXAMPLES / name], as_of=DAY).files
    assert found.format == form
    assert found.tokens == whole
    assert found.parts.instructions + found.parts.request == without_shots
    assert len(found.parts.shots) == shots


def test_the_whole_decision_is_to_tune_and_pays_back_within_the_year() -> None:
    answer = decide(told("multi_label.yaml"), as_of=DAY)
    assert answer.verdict.choice == "fine_tune"
    assert [step.answer for step in answer.tree.path] == [True, True, True, False, True]
    assert answer.cost is not None
    # One-off: 40 h x $80 and a run of 1,800 examples; errors avoided: 1,200,000 x 7 % x $0.05.
    assert answer.cost.horizon is not None
    assert answer.cost.horizon.quality_usd == pytest.approx(12 * 4_200)
    assert answer.cost.breakeven.months == pytest.approx(3_204 / 4_282, abs=0.01)
    assert not answer.disagreements


def test_two_result_files_answer_question_five() -> None:
    files = [EXAMPLES / "routing_prompted.jsonl", EXAMPLES / "routing_tuned.jsonl"]
    found = evals(Scenario(evals=tuple(map(str, files))))
    # 27 tickets are right when tuned alone and 9 when prompted alone: (27 - 9) / 240 = 7.5 points.
    assert (found.n, found.difference.points) == (240, 7.5)
    assert (found.difference.low, found.difference.high) == pytest.approx((2.2, 12.5), abs=0.05)
    assert found.conclusion == "better"
    answer = decide(told("routing.yaml"), as_of=DAY)
    assert answer.verdict.choice == "fine_tune"
    assert answer.evals is not None
    assert answer.evals.points == 7.5
    assert answer.cost is not None
    # The tuned model's bill is the prompt's less what is removed, plus storage and retraining, at
    # the prices of Nova 2 Lite, whose prefix is found cached:
    # 23.76 + 35.64 + 19.80 - (32.40 + 18.00 + 1.95 + 0.40) = 26.45.
    assert answer.cost.monthly_saving_usd == pytest.approx(26.45, abs=0.005)


def test_own_prices_answer_as_a_published_calculator_does() -> None:
    # A prompted request: 500*10 + 300*30 = 14,000; a tuned one: 500*3 + 300*6 = 3,300 USD per
    # million. 200,000 of them a month save 2,140; (800 + 60*75) / 2,140 = 2.477.
    answer = breakeven(told("own_prices.yaml"), as_of=DAY)
    assert answer.monthly_saving_usd == pytest.approx(2140, abs=0.01)
    assert answer.breakeven.months == pytest.approx(2.477, abs=0.0005)
    assert answer.verdict.choice == "fine_tune"


@pytest.mark.long
def test_the_odds_of_one_guess_are_those_worked_by_hand() -> None:
    # A request saves 800 x $1 / 1e6; in a year of 360 days one a day saves $0.288, and $500 and
    # 20 h x $75 are paid once. The volume's logarithm is normal, 1.645 deviations from 10,000 to
    # 20,000.
    answer = odds(told("odds.yaml"), as_of=DAY)
    assert answer.odds is not None
    ends = NormalDist().inv_cdf(0.95)
    deviation = math.log(2) / ends
    turns = 2_000 / 0.288
    ahead = NormalDist().cdf(math.log(10_000 / turns) / deviation)
    assert answer.odds.p_tuned_ahead == pytest.approx(ahead, abs=0.001)
    mean = 0.288 * 10_000 * math.exp(deviation**2 / 2) - 2_000
    assert answer.odds.net_benefit_usd.mean == pytest.approx(mean, rel=0.01)
    assert answer.odds.net_benefit_usd.p50 == pytest.approx(880, rel=0.01)
    volume = next(each for each in answer.odds.inputs if each.field == "volume")
    assert volume.turns_at == pytest.approx((turns,))
    assert (volume.net_low_usd, volume.net_high_usd) == pytest.approx((-560, 3_760))


def test_two_weeks_of_usage_tell_volume_and_lengths() -> None:
    (model,) = usage([str(EXAMPLES / "openai_usage.json")], as_of=DAY).models
    assert model.requests == 33_217
    assert model.requests_per_day is not None
    # The first and the last day count too: 33,217 / 14.
    assert model.requests_per_day.mean == pytest.approx(33_217 / 14)


@pytest.mark.long
def test_the_program_shows_that_more_volume_pays_sooner(
    capsys: pytest.CaptureFixture[str],
) -> None:
    spec = importlib.util.spec_from_file_location("volumes", EXAMPLES / "volumes.py")
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    program.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "1,000 a day: saves     -0.71 USD a month: fixed_costs"
    assert lines[-1].endswith("pays after 14.3 months")


def test_the_tickets_are_kept_from_training_by_one_test_example_that_leaked() -> None:
    request = Request(test=EXAMPLES / "tickets_test.jsonl")
    answer = dataset(EXAMPLES / "tickets.jsonl", request, as_of=DAY)
    failed = {check.id: check.lines for check in answer.checks if check.status == "fail"}
    assert failed == {"leakage": (61,)}
    warned = {check.id for check in answer.checks if check.status == "warn"}
    assert warned == {"label_accuracy", "edge_cases", "consistent_format"}
    # Examples of three messages: 13 tokens beside the content of each.
    assert answer.tokens.overhead == 115 * 13
    assert answer.tokens.billed_per_epoch == 7898


def test_an_overlay_adds_a_provider_that_is_ranked_and_a_discount() -> None:
    told_prices = {
        "prices": (str(EXAMPLES / "overlays" / "acme.yaml"),),
        "prompt": str(EXAMPLES / "entity_extraction.txt"),
        "output_tokens": 200,
        "volume": 10_000,
        "thinking": {"acme/swift": 0, "openai/gpt-6-luna": 0},
    }
    answer = compare(Scenario.model_validate(told_prices), as_of=DAY)
    monthly = {way.id: way.monthly_usd for way in answer.ways if way.kind == "prompted"}
    # Swift: 300,000 x (1,200 x 0.05 + 200 x 0.20) / 1e6 = 30; luna less a fifth: 66 x 0.8 = 52.80
    assert monthly["acme/swift prompted"] == pytest.approx(30)
    cached = {way.id: way.monthly_usd for way in answer.ways if way.model == "openai/gpt-6-luna"}
    assert min(cached.values()) == pytest.approx(52.8)


def test_each_task_that_an_example_names_is_in_the_quality_table() -> None:
    named = [load_scenario(path).task for path in EXAMPLES.glob("*.yaml")]
    quality = load_tables().quality
    assert all(quality.find(task) for task in named if task)


def test_no_example_goes_untested_or_unlisted() -> None:
    here = Path(__file__).read_text("utf-8")
    listed = (EXAMPLES / "README.md").read_text("utf-8")
    names = {path.name for path in EXAMPLES.iterdir() if path.is_file()} - {"README.md"}
    assert {name for name in names if name not in here or name not in listed} == set()
