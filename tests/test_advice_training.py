"""What has to be paid to train, and what is assumed of it where nobody told."""

from __future__ import annotations

from typing import Any

import pytest

from ftvp.lenses.cost.bill import Bill
from tests.asked import EXTRACTION, amounts, costs


def tuned(**told: Any) -> Bill:  # noqa: ANN401  any scenario field
    """Return the bill of the tuned side of entity extraction."""
    found = costs(**{**EXTRACTION, **told}).tuned
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("told", "usd"),
    [
        # 500 x (400 + 200 + 13) x 3 epochs x 3 / 1e6
        pytest.param({}, 2.7585, id="500 training examples assumed"),
        # 2,000 x 613 x 3 x 3 / 1e6
        pytest.param({"training_examples": 2000}, 11.034, id="2,000 training examples"),
        pytest.param({"examples": 2000}, 11.034, id="2,000 at hand"),
        pytest.param({"examples": 9000, "training_examples": 2000}, 11.034, id="2,000 of 9,000"),
        # 10 x 613 x 10 epochs (100 examples in all, at least) x 3 / 1e6
        pytest.param({"training_examples": 10}, 0.1839, id="more epochs for a small file"),
        pytest.param({"epochs": 1}, 0.9195, id="one epoch"),
        pytest.param({"training_tokens": 1_000_000}, 9, id="the file's tokens: 1 x 3 x 3"),
        pytest.param({"tuned_output_tokens": 100}, 2.3085, id="shorter answers: 500 x 513 x 9"),
        pytest.param({"training_runs": 4}, 11.034, id="four runs"),
        pytest.param({"training_runs": 0}, 0, id="trained already"),
        pytest.param({"training_cost": 800}, 800, id="as told"),
        # Nova Micro's default of 2 epochs at 1: 500 x 613 x 2 / 1e6
        pytest.param({"tuned_model": "nova-micro"}, 0.613, id="the provider's own epochs"),
        # Together: 306,500 x 3 x 0.34 / 1e6 = 0.31, below the minimum
        pytest.param({"tuned_model": "together/qwen3.5-9b"}, 4, id="the minimum charge"),
        # 12 GPU hours assumed, 12 x 1.79
        pytest.param(
            {"tuned_model": "self-hosted/llama-3.1-70b-a100-80gb"}, 21.48, id="GPU hours assumed"
        ),
        pytest.param(
            {"tuned_model": "self-hosted/llama-3.1-70b-a100-80gb", "gpu_hours": 4},
            7.16,
            id="GPU hours told",
        ),
    ],
)
def test_a_first_training_costs(told: dict[str, Any], usd: float) -> None:
    assert amounts(tuned(**told).upfront_lines).get("training", 0) == pytest.approx(usd)


@pytest.mark.parametrize(
    ("told", "usd"),
    [
        pytest.param({"training_examples": 200}, 100, id="200 told"),
        pytest.param({"examples": 300}, 150, id="300 at hand"),
        pytest.param({}, 250, id="the 500 that are assumed"),
        pytest.param({"training_cost": 800}, 250, id="and at a run's own cost"),
        pytest.param({"training_examples": 0, "examples": 300}, 0, id="none trained on"),
    ],
)
def test_every_training_example_is_labelled_once(told: dict[str, Any], usd: float) -> None:
    found = costs(**EXTRACTION, labelling_cost=0.5, **told)
    assert found.tuned is not None
    assert amounts(found.tuned.upfront_lines).get("labelling", 0) == pytest.approx(usd)
    noted = "training examples to label" in [each.what for each in found.assumptions]
    assert noted == ("training_examples" not in told and "examples" not in told)


@pytest.mark.parametrize(
    ("told", "usd"),
    [
        # 3 / 12 x 2.7585
        pytest.param({}, 0.689625, id="three rounds a year assumed"),
        pytest.param({"retrains_per_year": 12}, 2.7585, id="monthly"),
        pytest.param({"retrains_per_year": 0}, 0, id="never"),
        # 3 / 12 x (2.7585 + 100 x 0.50)
        pytest.param(
            {"renewed_examples": 100, "labelling_cost": 0.5}, 13.189625, id="with renewed labels"
        ),
        # A round is one run, however many the first took
        pytest.param({"training_runs": 4}, 0.689625, id="one run a round"),
    ],
)
def test_retraining_is_a_part_of_each_month(told: dict[str, Any], usd: float) -> None:
    assert amounts(tuned(**told).monthly_lines).get("retraining", 0) == pytest.approx(usd)


@pytest.mark.parametrize(
    ("told", "assumed"),
    [
        pytest.param(
            {},
            {"--retrains-per-year": 3, "--training-examples": 500, "--epochs": 3},
            id="nothing told",
        ),
        pytest.param(
            {"training_examples": 200, "epochs": 3, "retrains_per_year": 2},
            {"--training-tokens": 613},
            id="all but the file's tokens told",
        ),
        pytest.param({"training_cost": 10, "retrains_per_year": 2}, {}, id="the cost told"),
        pytest.param(
            {"tuned_model": "self-hosted/llama-3.1-70b-a100-80gb", "retrains_per_year": 2},
            {"--gpu-hours": 12},
            id="by the hour",
        ),
    ],
)
def test_what_is_assumed_names_the_flag_that_replaces_it(
    told: dict[str, Any], assumed: dict[str, float]
) -> None:
    found = costs(**EXTRACTION, **told).assumptions
    assert {each.flag: each.value for each in found if each.flag != "--model"} == assumed


def test_a_file_below_the_providers_minimum_is_warned_of() -> None:
    warning = "GPT-4o mini asks for at least 10 training examples; there are 9."
    assert warning in costs(**EXTRACTION, training_examples=9).warnings
    enough = costs(**EXTRACTION, training_examples=10).warnings
    assert not [each for each in enough if "asks for" in each]
