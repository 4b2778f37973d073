"""The futures that are drawn: as many as asked for, and what is said of all of them."""

from __future__ import annotations

import math

import pytest

from ftvp.api import inputs_of
from ftvp.cost.outcome import Outcome
from ftvp.cost.sides import prepare
from ftvp.odds.draws import each_future, futures, uncertain
from ftvp.odds.shapes import SHIFTS
from ftvp.scenario import Scenario
from tests.asked import DAY, EXTRACTION, tables


def _outcome(**told: object) -> Outcome:
    scenario = Scenario.model_validate({"volume": 10_000, **EXTRACTION, **told})
    return Outcome(prepare(inputs_of(scenario, tables(), DAY)[0]))


def test_the_mean_is_that_of_all_draws() -> None:
    drawn = futures(uncertain(_outcome(volume="5000..20000")), 16)
    assert len(drawn.nets) == 16 * SHIFTS
    assert drawn.mean == pytest.approx(math.fsum(drawn.nets) / len(drawn.nets))
    assert min(drawn.nets) < drawn.mean < max(drawn.nets)


def test_what_is_certain_is_the_same_in_every_future() -> None:
    of = uncertain(_outcome())
    found = list(each_future(of, {}, 3))
    assert len(found) == 3
    assert all(each["volume"] == 10_000 for each in found)
