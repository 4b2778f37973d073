"""The forecast of a gain: its closed forms, its formula by hand, its fit and its record."""

from __future__ import annotations

import importlib.util
import math
import sys
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.odds.forecast import GainForecast, forecast_gain, t4_cdf, t4_quantile
from ftvp.tables.entries import Range
from ftvp.tables.quality import Coefficients, Forecast
from tests.shipped import quality

special = partial(pytest.importorskip, "scipy.special", reason="an oracle of the development group")

TOOL = Path(__file__).parent.parent / "tools" / "forecast.py"


@cache
def tool() -> ModuleType:
    """Return the script that fits the forecast, which needs numpy."""
    pytest.importorskip("numpy", reason="an oracle of the development group")
    spec = importlib.util.spec_from_file_location("forecast_tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def shipped_forecast() -> Forecast:
    """Return the forecast that ships with the table."""
    found = quality().forecast
    assert found is not None
    return found


@pytest.mark.slow
@settings(deadline=None)  # the first loads scipy
@given(st.floats(1e-12, 1 - 1e-12))
def test_the_quantile_of_students_t_is_scipys(share: float) -> None:
    expected = float(special().stdtrit(4, share))
    assert t4_quantile(share) == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.slow
@settings(deadline=None)  # the first loads scipy
@given(st.floats(-1e6, 1e6))
def test_the_distribution_of_students_t_is_scipys(t: float) -> None:
    assert t4_cdf(t) == pytest.approx(float(special().stdtr(4, t)), abs=1e-12)


@pytest.mark.slow
@given(st.floats(1e-9, 1 - 1e-9))
def test_quantile_and_distribution_are_inverse(share: float) -> None:
    assert t4_cdf(t4_quantile(share)) == pytest.approx(share, abs=1e-12)
    assert t4_quantile(1 - share) == pytest.approx(-t4_quantile(share), rel=1e-6)


@pytest.mark.slow
def test_the_closed_forms_hold_at_their_ends() -> None:
    assert (t4_cdf(1e200), t4_cdf(-1e200), t4_quantile(0.5)) == (1, 0, 0)
    assert t4_quantile(1e-300) == pytest.approx(float(special().stdtrit(4, 1e-300)))


def coefficients(**told: Any) -> Coefficients:  # noqa: ANN401  pydantic checks them
    """Return a set of round coefficients."""
    return Coefficients.model_validate(
        {
            "intercept": 6,
            "few_shot": -2,
            "same_model": 10,
            "tenfold_examples": 3,
            "scale_below": 10,
            "scale_above": 20,
            "tasks": {"reasoning": -12},
            **told,
        }
    )


ROUND = Forecast(
    degrees_of_freedom=4,
    task_sd=8,
    sources=2,
    comparisons=2,
    training_examples=Range(low=100, high=100_000),
    usual_training_examples=10_000,
    without_quality=coefficients(),
    with_quality=coefficients(ten_points_below_60=4, scale_below=5, scale_above=5),
)


def gain(task: str | None = "reasoning", **told: Any) -> GainForecast:  # noqa: ANN401  as above
    """Return the forecast of round coefficients."""
    known = {"few_shot": False, "same_model": False, "training_examples": 1_000, **told}
    return forecast_gain(ROUND, task, **known)


@pytest.mark.parametrize(
    ("told", "location"),
    [
        pytest.param({}, -6, id="6 - 12"),
        pytest.param({"few_shot": True}, -8, id="with shots"),
        pytest.param({"same_model": True}, 4, id="one model"),
        pytest.param({"training_examples": 10_000}, -3, id="ten times the examples"),
        pytest.param({"training_examples": 1}, -9, id="no fewer than the evidence's"),
        pytest.param({"training_examples": 10**9}, 0, id="no more than the evidence's"),
        pytest.param({"training_examples": None}, -3, id="the usual number"),
        pytest.param({"prompting_quality": 60}, -6, id="middling quality"),
        pytest.param({"prompting_quality": 85}, -16, id="25 points above 60"),
        pytest.param({"task": None}, 6, id="unknown task"),
    ],
)
def test_the_median_is_the_formula(told: dict[str, Any], location: float) -> None:
    assert gain(**told).location == pytest.approx(location)


def test_quality_known_has_its_own_narrower_scale() -> None:
    assert (gain().scale_below, gain().scale_above) == (10, 20)
    known = gain(prompting_quality=50)
    assert (known.scale_below, known.scale_above) == (5, 5)
    # sqrt(10**2 + 8**2): of another task as little is known as tasks lie apart.
    assert gain("juggling").scale_below == pytest.approx(math.sqrt(164))


def test_percentiles_and_chances_agree() -> None:
    found = gain(same_model=True)
    low, high = found.interval()
    assert (low, high) == pytest.approx((4 - 15.332, 4 + 30.664), abs=1e-3)
    assert found.chance_of(low, more=True) == pytest.approx(0.9)
    assert found.chance_of(high, more=True) == pytest.approx(0.1)
    assert found.chance_of(4, more=True) == pytest.approx(0.5)
    assert (found.spread.low, found.spread.mid) == (found.quantile(0.05), 4)


def test_no_gain_is_larger_than_what_prompting_leaves() -> None:
    found = gain(same_model=True, prompting_quality=98)
    assert found.most == 2
    assert found.interval()[1] <= 2
    assert (found.chance_of(2, more=True), found.chance_of(3, more=True), found.chance_of(3)) == (
        0,
        0,
        0,
    )
    # What would lie beyond is a gain of just so much.
    assert found.chance_of(2) == pytest.approx(1 - t4_cdf((2 - found.location) / 5))
    assert gain(same_model=True, prompting_quality=100).points <= 0


@pytest.mark.slow
@given(st.floats(0, 100), st.integers(1, 10**7), st.booleans(), st.booleans())
def test_the_shipped_forecast_is_sane_everywhere(
    prompting: float,
    examples: int,
    few_shot: bool,  # noqa: FBT001  hypothesis gives it
    same_model: bool,  # noqa: FBT001  the same
) -> None:
    for task in (None, *(task.id for task in quality().tasks)):
        for known in (None, prompting):
            found = forecast_gain(
                shipped_forecast(),
                task,
                few_shot=few_shot,
                same_model=same_model,
                training_examples=examples,
                prompting_quality=known,
            )
            low, high = found.interval()
            assert -120 < low <= found.points <= high < 120
            assert known is None or high <= 100 - known
            chances = [found.chance_of(points, more=True) for points in (-20, 0, 3, 20)]
            assert chances == sorted(chances, reverse=True)


def test_every_task_has_an_effect() -> None:
    ids = {task.id for task in quality().tasks}
    assert set(shipped_forecast().with_quality.tasks) == ids
    assert set(shipped_forecast().without_quality.tasks) == ids


@cache
def refitted() -> Forecast:
    """Return the forecast fitted anew from the evidence that ships."""
    found = tool().fit(quality())
    assert isinstance(found, Forecast)
    return found


@pytest.mark.long
@pytest.mark.slow
def test_the_shipped_forecast_is_that_of_the_evidence() -> None:
    shipped, anew = shipped_forecast(), refitted()
    for field in ("without_quality", "with_quality"):
        ours, theirs = (getattr(model, field).model_dump() for model in (shipped, anew))
        assert ours.pop("tasks") == pytest.approx(theirs.pop("tasks"), abs=0.01)
        assert ours == pytest.approx(theirs, abs=0.01)
    rest = {"without_quality", "with_quality"}
    assert shipped.model_dump(exclude=rest) == anew.model_dump(exclude=rest)


@cache
def left_out() -> dict[bool, Any]:
    """Return each source with its forecasts from all others, without and with its quality."""
    tools, shipped = tool(), shipped_forecast()
    sets = {False: shipped.without_quality, True: shipped.with_quality}
    scales = {known: (own.scale_below, own.scale_above) for known, own in sets.items()}
    found: dict[bool, Any] = tools.left_out(tools.outcomes_of(quality()), tools.by_source, scales)
    return found


@pytest.mark.long
@pytest.mark.parametrize("known", [False, True], ids=["quality unknown", "quality known"])
def test_sources_that_were_left_out_came_as_said(*, known: bool) -> None:
    record = tool().record_of(left_out()[known], quality())
    assert 0.75 <= record.covered <= 0.88
    assert record.right > max(record.always_tune, record.article)
    assert record.said == pytest.approx(record.happened, abs=0.08)


@pytest.mark.slow
def test_the_fit_finds_what_made_the_gains() -> None:
    # Gains drawn from round coefficients, each its own source: found again within their errors.
    tools = tool()
    import numpy as np

    number = np.random.default_rng(1)
    tasks = quality().tasks[:3]
    outcomes = []
    for index in range(3_000):
        few, same = bool(number.integers(2)), bool(number.integers(2))
        examples, prompted = int(10 ** number.uniform(2, 5)), float(number.uniform(20, 90))
        median = 6 - 2 * few + 10 * same + 3 * math.log10(examples / 1_000)
        median += 4 * (60 - prompted) / 10
        outcomes.append(
            tools.Outcome(
                task=tasks[index % 3],
                group=str(index),
                publication="drawn",
                few_shot=few,
                same_model=same,
                n_train=examples,
                prompted=prompted,
                gain=median + 5 * float(number.standard_t(4)),
                is_percent_right=True,
            )
        )
    found = tools.fitted(outcomes, {False: (1.0, 1.0), True: (1.0, 1.0)}).with_quality
    assert [
        found.few_shot,
        found.same_model,
        found.tenfold_examples,
        found.ten_points_below_60,
    ] == pytest.approx([-2, 10, 3, 4], abs=0.5)
    assert found.intercept + sum(found.tasks.values()) / 3 == pytest.approx(6, abs=0.8)


def test_the_block_in_the_table_is_what_the_tool_writes() -> None:
    tools = tool()
    text = tools.TABLE.read_text("utf-8")
    assert tools.without_block(text) + tools.block(shipped_forecast()) == text


def test_the_document_has_the_shipped_numbers() -> None:
    text = (TOOL.parent.parent / "docs" / "forecast.md").read_text("utf-8")
    shipped, rows = shipped_forecast(), [line.split("|") for line in text.splitlines()]
    cells = {row[1].strip(): [cell.strip() for cell in row[2:-1]] for row in rows if len(row) > 3}
    sets = (shipped.without_quality, shipped.with_quality)
    assert cells["intercept"] == [f"{own.intercept:.1f}" for own in sets]
    assert cells["the prompt holds worked examples"] == [f"{own.few_shot:.1f}" for own in sets]
    assert cells["the prompted model itself is tuned"] == [f"{own.same_model:+.1f}" for own in sets]
    assert cells["ten times the training examples"] == [
        f"{own.tenfold_examples:+.1f}" for own in sets
    ]
    assert cells["spread below and above the median"] == [
        f"{own.scale_below:.1f} and {own.scale_above:.1f}" for own in sets
    ]
    assert f"{shipped.comparisons} comparisons" in text
    assert f"{shipped.sources} sources" in text
