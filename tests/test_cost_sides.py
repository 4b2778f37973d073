"""Which options a scenario has: what does not fit, has no price, has ended, or is worse than told.

A request has 1,200 tokens prompted and 100 tuned, of which 100 vary, and an answer of 5. The day is
2026-11-26.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from ftvp.cost.inputs import Inputs
from ftvp.cost.serving import (
    Prepared,
    longer_than_context,
    prepare,
    request_tokens,
    tellable,
)
from ftvp.errors import (
    ContextError,
    FtvpError,
    MissingInputError,
    ShutDownError,
    TooManyShotsError,
    UnknownPriceError,
)
from ftvp.ranges import Definition
from ftvp.units import PromptTokens
from tests.answers import resolved
from tests.drawn import Drawn

DAY = date(2026, 11, 26)
NOVA, LUNA, MINI = "aws-bedrock/nova-micro", "openai/gpt-6-luna", "openai/gpt-4o-mini"
WANDB = "wandb/llama-3.1-8b"
A70, A8 = "self-hosted/llama-3.1-70b-a100-80gb", "self-hosted/llama-3.1-8b-a10g"
ENDED, ENDING = "openai/gpt-4-1106-preview", "openai/gpt-5-mini"
"""Shut down on 2026-10-23, and on 2026-12-11."""
PLAIN: dict[str, Any] = {
    "model": LUNA,
    "volume": 1_000,
    "prompt_tokens": 1_200,
    "tuned_prompt_tokens": 100,
    "request_tokens": 100,
    "output_tokens": 5,
    "thinking_tokens": 0,
}
SWAPPED: dict[str, Any] = {"tuned_model": NOVA}


def inputs(day: date = DAY, **other: Any) -> Inputs:  # noqa: ANN401  fields of any type
    """Return the inputs of a scenario."""
    return resolved(Drawn(PLAIN, day).but(**other))


def prepared(day: date = DAY, **other: Any) -> Prepared:  # noqa: ANN401  fields of any type
    """Return the options of a scenario."""
    return prepare(inputs(day, **other))


LONG: dict[str, Any] = {"model": MINI, "output_tokens": 400, "thinking_tokens": 100}
"""Of 128,000 tokens of context 127,500 are left for the prompt."""


def test_a_request_takes_its_input_its_answer_and_its_reasoning_of_the_context() -> None:
    found = prepared(**LONG, prompt_tokens=127_500)
    assert request_tokens(found.sides.now, found.inputs.numbers) == 128_000
    assert longer_than_context(found.sides.now, found.inputs) is None
    with pytest.raises(
        ContextError, match=r"128,001 tokens .* openai/gpt-4o-mini, which takes 128,000"
    ):
        prepared(**LONG, prompt_tokens=127_501)


@pytest.mark.parametrize(
    ("field", "other", "bounds"),
    [
        pytest.param(
            "prompt_tokens", {"request_tokens": None}, (0, 127_500), id="128,000 less 400 and 100"
        ),
        pytest.param("output_tokens", {"prompt_tokens": 100_000}, (0, 27_900), id="of the answer"),
        pytest.param("volume", {}, (0, math.inf), id="what is no length"),
        pytest.param(
            "prompt_tokens", {"request_tokens": 80}, (80, 127_500), id="what varies is a part"
        ),
        pytest.param("request_tokens", {"request_tokens": 80}, (0, 100), id="of the shorter one"),
    ],
)
def test_a_number_can_be_told_as_far_as_requests_fit(
    field: str, other: dict[str, Any], bounds: tuple[float, float]
) -> None:
    told = {"existing_customer": True, "tuned_prompt_tokens": 100, **other}
    found = tellable(prepared(**LONG, **told), field, Definition(low=0))
    assert (found.low, found.high) == pytest.approx(bounds)


@pytest.mark.parametrize(("tokens", "fits"), [(127_500, True), (127_501, False)])
def test_a_tuned_model_is_not_to_be_had_for_requests_that_do_not_fit(
    tokens: int, *, fits: bool
) -> None:
    found = prepared(**LONG, existing_customer=True, tuned_prompt_tokens=tokens)
    assert (found.sides.tuned is not None) == fits
    assert found.closed == (
        None if fits else "a request is longer than its context of 128,000 tokens"
    )


CHANGED: dict[str, tuple[dict[str, Any], bool]] = {
    "another model": (SWAPPED, True),
    "the same model": ({"model": NOVA, **SWAPPED}, False),
    "one model": ({"model": NOVA}, False),
    "own prices against a model": (
        {"model": None, "prompted_price": "input=1,output=1", **SWAPPED},
        True,
    ),
    "nothing tuned": ({}, False),
    # 128,000 tokens of context, of which 5 are the answer's
    "the longest prompt that fits": ({**SWAPPED, "prompt_tokens": 127_995}, True),
    "a prompt that does not fit": ({**SWAPPED, "prompt_tokens": 127_996}, False),
    "no batches": ({"tuned_model": WANDB}, True),
    "batches that have no price": ({"tuned_model": WANDB, "prompted_batch_share": 0.5}, False),
    "a floor": ({"tuned_model": A70}, False),
    "as many copies as are told": ({"tuned_model": A70, "replicas": 2}, True),
    "known worse than prompting": (
        {**SWAPPED, "qualities": {NOVA: 69}, "prompting_quality": 70},
        False,
    ),
    "known as good as prompting": (
        {**SWAPPED, "qualities": {NOVA: 70}, "prompting_quality": 70},
        True,
    ),
    "known below the target": (
        {**SWAPPED, "qualities": {NOVA: 74}, "prompting_quality": 70, "target_quality": 75},
        False,
    ),
    "known at the target": (
        {**SWAPPED, "qualities": {NOVA: 75}, "target_quality": 75},
        True,
    ),
    "known, and nothing to compare with": ({**SWAPPED, "qualities": {NOVA: 10}}, True),
    "another one known worse": (
        {**SWAPPED, "qualities": {LUNA: 69}, "prompting_quality": 70},
        True,
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_the_same_prompt_on_the_tuned_base_is_an_option_where_that_can_be_had(case: str) -> None:
    fields, there = CHANGED[case]
    changed = prepared(**fields).sides.changed
    assert (changed is not None) == there
    if changed is not None and changed.model is not None:
        assert changed.model.id == fields["tuned_model"]
        assert changed.kind == "prompted"


def test_the_changed_model_is_served_as_the_tuned_one() -> None:
    changed = prepared(tuned_model=A8).sides.changed
    assert changed is not None
    assert changed.served == "dedicated"


def test_what_goes_in_batches_without_a_price_is_refused() -> None:
    with pytest.raises(UnknownPriceError, match=r"batch price of wandb/llama-3\.1-8b"):
        prepared(tuned_model=WANDB, tuned_batch_share=0.5)
    with pytest.raises(UnknownPriceError, match="--prompted-batch-share 0"):
        prepared(model=WANDB, prompted_batch_share=0.5)
    with pytest.raises(UnknownPriceError, match="batch price of your prompted model"):
        prepared(
            model=None, prompted_price="input=1,output=1", tuned_model=NOVA, prompted_batch_share=1
        )
    priced_by_request = prepared(
        model=None,
        prompt_tokens=None,
        prompted_request_cost=0.01,
        tuned_model=NOVA,
        prompted_batch_share=1,
    )
    assert priced_by_request.sides.now.model is None


def test_a_share_of_hits_needs_a_cached_price() -> None:
    with pytest.raises(UnknownPriceError, match="a cached price"):
        prepared(model=WANDB, cache=0.5)
    with pytest.raises(UnknownPriceError, match="a cached price of your prompted model"):
        prepared(model=None, prompted_price="input=1,output=1", tuned_model=NOVA, cache=0.5)
    assert prepared(model=WANDB).sides.now.cache == "auto"


def test_a_successor_takes_over_that_has_not_ended_and_holds_a_request() -> None:
    ending: dict[str, Any] = {"model": ENDING, "tuned_model": NOVA}
    later = prepared(**ending, successor=LUNA).sides.successor
    assert later is not None
    assert later.model is not None
    assert later.model.id == LUNA
    assert prepared(**ending).sides.successor is None
    with pytest.raises(ShutDownError, match=f"{ENDED} was shut down on 2026-10-23"):
        prepared(**ending, successor=ENDED)
    with pytest.raises(ShutDownError):
        prepared(date(2026, 10, 23), **ending, successor=ENDED)
    assert prepared(date(2026, 10, 22), **ending, successor=ENDED).sides.successor is not None
    with pytest.raises(ContextError, match="nova-micro, which takes 128,000"):
        prepared(**ending, successor=NOVA, prompt_tokens=130_000)


def test_what_is_to_be_tuned_must_be_named_and_must_not_have_ended() -> None:
    own: dict[str, Any] = {"model": None, "prompted_price": "input=1,output=1"}
    with pytest.raises(MissingInputError, match="--tuned-price"):
        prepared(**own)
    ends: dict[str, Any] = {"tuned_model": MINI, "existing_customer": True}
    # GPT-4o mini is shut down on 2027-01-14
    assert prepared(date(2027, 1, 13), **ends).sides.tuned is not None
    with pytest.raises(FtvpError, match="2027-01-14"):
        prepared(date(2027, 1, 14), **ends)


@pytest.mark.parametrize(
    ("fields", "usd"),
    [
        # (1,200 x $0.10 + 5 x $0.50) / 1e6
        pytest.param({}, 122.5e-6, id="the same prompt, its own answer"),
        pytest.param({"thinking_tokens": 10}, 127.5e-6, id="and its reasoning"),
        pytest.param(
            {"attempts": 3, "prompted_batch_share": 1}, 122.5e-6, id="each asked once, at once"
        ),
        pytest.param({"prompt_tokens": 4_000, "cache": "auto"}, 402.5e-6, id="without a cache"),
    ],
)
def test_a_label_is_one_uncached_request_of_the_model_that_gives_it(
    fields: dict[str, Any], usd: float
) -> None:
    found = prepared(**SWAPPED, labelled_by=LUNA, **fields).inputs
    label = found.used["labelling_cost"]
    assert label.value == found.numbers["labelling_cost"] == pytest.approx(usd)
    assert (label.origin, label.what) == ("table", "labels by GPT-6 Luna, USD each")
    assert label.source == prepared().sides.now.periods[0].rates.source


def with_shots(many: int, **fields: Any) -> Inputs:  # noqa: ANN401  fields of any type
    """Return inputs whose prompt was counted, with worked examples of 10 tokens each."""
    found = inputs(**fields)
    count = PromptTokens(
        instructions=50, shots=(10,) * many, request=5, encoding="o200k", exact=True
    )
    names = {found.tokenizer_name(model) for model in (found.now, found.tuned)}
    read = found.readings._replace(prompt=dict.fromkeys(names, count))
    return Inputs(
        found.scenario, found.tables, DAY, read, found.now, found.tuned, found.used, found.numbers
    )


@pytest.mark.parametrize(
    ("found", "fields", "flag"),
    [
        pytest.param(2, {"shots": (0, 2), "hybrid_shots": 2}, None, id="as many as there are"),
        pytest.param(2, {"shots": (0, 3)}, "--shots 3", id="one more"),
        pytest.param(2, {"hybrid_shots": 3}, "--hybrid-shots 3", id="one more in a hybrid"),
        pytest.param(0, {}, None, id="none asked for, and none there"),
    ],
)
def test_no_more_worked_examples_are_kept_than_the_prompt_has(
    found: int, fields: dict[str, Any], flag: str | None
) -> None:
    asked = with_shots(found, **SWAPPED, **fields)
    if flag is None:
        now = prepare(asked).sides.now
        assert now.lengths.tokens(asked.numbers)[1] == 50 + 10 * found
        return
    with pytest.raises(TooManyShotsError, match=flag):
        prepare(asked)


def test_without_a_prompt_file_there_are_no_worked_examples() -> None:
    with pytest.raises(TooManyShotsError, match=r"--shots 1: only a --prompt FILE"):
        prepared(shots=(1,))


REASONS, ALSO = "google/gemini-2.5-pro", "wandb/gemma-4-26b-a4b"
GUESSED: dict[str, tuple[dict[str, Any], str]] = {
    "one model on both sides": ({"model": ALSO}, "--thinking-tokens"),
    "two models": ({"model": REASONS, "tuned_model": ALSO}, "--thinking"),
    "the prompted one is told": (
        {"model": REASONS, "tuned_model": ALSO, "thinking_tokens": 0},
        "--thinking",
    ),
    "the tuned one is told, its base is not": (
        {"model": REASONS, "tuned_model": ALSO, "tuned_thinking_tokens": 50},
        "--thinking",
    ),
    "the tuned one does not reason": (
        {"model": REASONS, "tuned_model": NOVA},
        "--thinking-tokens",
    ),
}


@pytest.mark.parametrize("case", GUESSED)
def test_assumed_reasoning_names_the_flag_that_tells_it_of_every_option(case: str) -> None:
    fields, flag = GUESSED[case]
    fields = {"thinking_tokens": None, **fields}
    found = prepared(**fields)
    assert found.inputs.used["thinking_multiple"].flag == flag
    told: dict[str, Any] = {"thinking_tokens": 7}
    if flag == "--thinking":
        told = {"thinking": {fields["model"]: 7, fields["tuned_model"]: 7}}
    sides = prepared(**{**fields, **told}).sides
    options = [each for each in (sides.now, sides.tuned, sides.changed) if each]
    assert all(each.lengths.thinking_field != "thinking_multiple" for each in options)
