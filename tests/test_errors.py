"""What a user reads who left something out, said it twice, or asked for what has no price."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.errors import (
    ConflictError,
    FileProblemsError,
    FtvpError,
    MissingInputError,
    NoPriceYetError,
    NotUtf8Error,
    Problem,
    ShutDownError,
    UnknownNameError,
    UnknownPriceError,
    UnreadableFileError,
    nearest,
    visible,
)
from ftvp.scenario import Scenario, flag
from tests.asked import DAY, EXTRACTION, costs, decided, tables

PROMPT = {"prompt_tokens": 1000}
OWN = {"prompted_price": "input=1,output=2"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "kind", "sentence"),
    [
        pytest.param(
            {"volume": None},
            MissingInputError,
            "missing: requests per day (--volume N); the prompt (--prompt FILE or "
            "--prompt-tokens N).",
            id="nothing told",
        ),
        pytest.param(
            {},
            MissingInputError,
            "missing: the prompt (--prompt FILE or --prompt-tokens N).",
            id="no prompt",
        ),
        pytest.param(
            {**PROMPT, **OWN},
            MissingInputError,
            "missing: the tuned model's price (--tuned-price or --tuned-model).",
            id="own prices on one side",
        ),
        pytest.param(
            {**PROMPT, **OWN, "tuned_price": "input=1,output=2"},
            MissingInputError,
            "missing: the cost of one training run (--training-cost USD).",
            id="own prices and no training",
        ),
        pytest.param(
            {"volume": 1_000, "prompted_request_cost": 1, "tuned_price": "input=1,output=2"},
            MissingInputError,
            "missing: what the tuned model is sent (--tuned-prompt or --tuned-prompt-tokens).",
            id="tokens on one side",
        ),
        pytest.param(
            {"prompted_request_cost": 1, "tuned_request_cost": 1, "model": "gpt-4o-mini"},
            MissingInputError,
            "missing: the training file's size (--training-tokens N or --training-cost USD).",
            id="nothing to tell the size of a training example",
        ),
        pytest.param(
            {**PROMPT, "prompt": "p.txt"},
            ConflictError,
            "--prompt and --prompt-tokens both given: leave one out.",
            id="a prompt twice",
        ),
        pytest.param(
            {**PROMPT, "tuned_prompt": "p.txt", "tuned_prompt_tokens": 3},
            ConflictError,
            "--tuned-prompt and --tuned-prompt-tokens both given: leave one out.",
            id="a tuned prompt twice",
        ),
        pytest.param(
            {**PROMPT, "model": "gpt-4o-mni"},
            UnknownNameError,
            "no model named 'gpt-4o-mni'. Did you mean 'openai/gpt-4o-mini'? "
            "ftvp pricing lists all.",
            id="a misspelt model",
        ),
        pytest.param(
            {**PROMPT, "model": "[/x]\x1b[2J"},
            UnknownNameError,
            "no model named '[/x]\\x1b[2J'. ftvp pricing lists all.",
            id="a model that would write on the screen",
        ),
        pytest.param(
            {**PROMPT, "model": "tinker/qwen3-8b"},
            UnknownPriceError,
            "no source gives the serving price of tinker/qwen3-8b. "
            "Give that price: --prompted-price input=USD,output=USD.",
            id="a model that is only sold tuned",
        ),
        pytest.param(
            {**PROMPT, "model": "together/qwen3.5-9b", "batch_share": 0.5},
            UnknownPriceError,
            "no source gives a batch price of together/qwen3.5-9b. Give --prompted-batch-share 0.",
            id="batches without a price",
        ),
        pytest.param(
            {**PROMPT, **OWN, "batch_share": 0.5, "tuned_model": "gpt-4o-mini"},
            UnknownPriceError,
            "no source gives a batch price of your prompted model. Give --prompted-batch-share 0.",
            id="batches at own prices",
        ),
        pytest.param(
            {**PROMPT, "model": "vertex/none"}, UnknownNameError, "no model named", id="no model"
        ),
    ],
)
def test_a_mistake_is_a_sentence(
    told: dict[str, Any], kind: type[FtvpError], sentence: str
) -> None:
    with pytest.raises(kind) as caught:
        costs(**told)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("day", "told", "kind", "sentence"),
    [
        pytest.param(
            date(2027, 1, 14),
            {"model": "gpt-4o-mini"},
            ShutDownError,
            "openai/gpt-4o-mini was shut down on 2027-01-14. Choose another --model (ftvp pricing "
            "lists all), or an earlier day with --as-of.",
            id="on the day of its shutdown",
        ),
        pytest.param(
            date(2024, 7, 17),
            {},
            NoPriceYetError,
            "openai/gpt-4o-mini has no price on 2024-07-17. The first is of 2024-07-18: choose a "
            "later day with --as-of, or another --model.",
            id="before the first price",
        ),
        pytest.param(
            date(2024, 7, 18),
            {"model": "gpt-6-luna"},
            NoPriceYetError,
            "openai/gpt-6-luna has no price on 2024-07-18. The first is of 2026-10-12",
            id="before this model's first price",
        ),
    ],
)
def test_a_day_without_a_price_is_a_sentence(
    day: date, told: dict[str, Any], kind: type[FtvpError], sentence: str
) -> None:
    with pytest.raises(kind) as caught:
        costs(day, **EXTRACTION, **told)
    assert str(caught.value).startswith(sentence)


def test_an_unknown_task_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'sentiment_classification'"):
        decided(task="sentimant")


@pytest.mark.slow
def test_a_decision_asks_for_nothing_that_it_can_do_without() -> None:
    assert decided(volume=10).cost is None
    assert decided(prompt_tokens=10).cost is None
    assert decided(DAY, volume=10, prompt_tokens=10).cost is not None


@pytest.mark.parametrize("field", list(MissingInputError.NEEDS))
def test_what_is_missing_names_flags_that_exist(field: str) -> None:
    words = str(MissingInputError(field)).replace("(", " ").replace(")", " ").split()
    named = [word for word in words if word.startswith("--")]
    assert named
    assert set(named) <= {flag(name) for name in Scenario.model_fields}


def test_every_default_names_a_flag_that_exists() -> None:
    flags = {flag(name) for name in Scenario.model_fields} | {"--framework"}
    assert {each["flag"] for each in tables().framework.assumptions.model_dump().values()} <= flags


def test_all_the_mistakes_of_a_file_are_told_in_order() -> None:
    problems = [Problem("a.yaml", "one", 3), Problem("a.yaml", "two")]
    assert str(FileProblemsError(problems)) == "a.yaml line 3: one\na.yaml: two"


def test_files_are_named_with_what_to_do() -> None:
    assert str(NotUtf8Error("p.txt", 0xE9, 12, None)) == (
        "p.txt is not UTF-8 (byte 0xe9 at line 12). Save it as UTF-8, "
        "or: iconv -f latin1 -t utf-8 p.txt"
    )
    assert str(UnreadableFileError("a\x1b", "is a folder.")) == "a\\x1b is a folder."


@pytest.mark.parametrize(
    ("name", "found"), [("volme", "volume"), ("model", "model"), ("zzz", None), ("", None)]
)
def test_the_nearest_name_is_near(name: str, found: str | None) -> None:
    assert nearest(name, ["volume", "model"]) == found


def test_control_characters_are_shown_and_letters_kept() -> None:
    assert visible("é\x07\u202e 中") == "é\\x07\\u202e 中"
