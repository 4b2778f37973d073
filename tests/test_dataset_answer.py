"""The answer on a training file: its figures, its jobs, and what other commands take from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ftvp.api import breakeven, dataset, decide
from ftvp.dataset.answer import DatasetAnswer, Wanted
from ftvp.dataset.measure import Request
from ftvp.dataset.view import view
from ftvp.errors import FtvpError, NoPriceYetError, UnknownNameError, UnpricedGoalError
from ftvp.render.formats import Medium
from ftvp.render.text import plain_text
from ftvp.scenario import Scenario
from tests.asked import DAY, tables
from tests.training_files import by_id, chat, lines, message, tickets

HAPPY = message("system", "You are a happy assistant that puts a positive spin on everything.")
OPEN = date(2026, 5, 1)
"""GPT-3.5 Turbo is on sale, and tuned for anybody."""


def turns(*texts: str) -> list[dict[str, object]]:
    """Return messages of a user and an assistant in turn."""
    return [message(("user", "assistant")[n % 2], text) for n, text in enumerate(texts)]


COOKBOOK = [
    [
        HAPPY,
        *turns("I fell off my bike today.", "It's great that you're getting exercise outdoors!"),
    ],
    [
        HAPPY,
        *turns(
            "I lost my tennis match today.",
            "It's ok, it happens to everyone.",
            "But I trained so hard!",
            "It will pay off next time.",
            "I'm going to switch to golf.",
            "Golf is fun too!",
            "I don't even know how to play golf.",
            "It's easy to learn!",
        ),
    ],
    turns("I lost my book today.", "You can read everything on ebooks these days!"),
    [HAPPY, message("assistant", "You're great!")],
    [HAPPY, *turns("I'm hungry.", "Eat a banana!" * 2000)],
]
"""The toy file of OpenAI's cookbook on preparing chat data for tuning."""


def asked(path: Path, request: Request | None = None, *, day: date = DAY) -> DatasetAnswer:
    """Return the answer on a file at the shipped tables."""
    return dataset(path, request, tables(), as_of=day)


def test_the_cookbooks_file_has_the_cookbooks_figures_and_ours_beside_them(tmp_path: Path) -> None:
    path = lines(tmp_path / "toy.jsonl", [{"messages": each} for each in COOKBOOK])
    wanted = Wanted(model="gpt-3.5-turbo", max_tokens=4096)
    answer = asked(path, Request(wanted=wanted), day=OPEN)
    assert answer.examples == 5
    assert answer.tokens.encoding == "cl100k_base"
    assert (answer.cookbook.tokens, answer.cookbook.epochs) == (4306, 20)
    assert answer.cookbook.billed == 86_120
    # Four examples are billed 2 tokens less each; the fifth is cut at 4,096 by either rule.
    assert answer.tokens.billed_per_epoch == 4306 - 4 * 2
    assert answer.tokens.estimate
    (job,) = answer.training
    assert job.tokens == 20 * 4298
    assert job.usd == pytest.approx(85_960 * 8 / 1e6)
    assert by_id(answer.checks)["too_long"].lines == (5,)


def test_jobs_are_those_that_can_be_bought_on_the_day_the_cheapest_first(tmp_path: Path) -> None:
    answer = asked(lines(tmp_path / "train.jsonl", tickets(120)))
    costs = [job.usd for job in answer.training if job.usd is not None]
    assert costs == sorted(costs)
    assert len(costs) == len(answer.training) > 10
    named = {job.model for job in answer.training}
    assert "openai/gpt-4o-mini" in named
    # Shut down on 2026-10-23.
    assert "openai/gpt-3.5-turbo" not in named
    closed = next(job for job in answer.training if job.model == "openai/gpt-4o-mini")
    assert "new customers have not been able to tune GPT-4o mini since 2026-05-07" in closed.notes


def test_one_model_is_answered_with_its_own_tokenizer_epochs_and_price(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", tickets(120))
    (job,) = asked(path, Request(wanted=Wanted(model="gpt-4o-mini", epochs=2))).training
    answer = asked(path, Request(wanted=Wanted(model="gpt-4o-mini")))
    assert job.exact
    assert job.tokens == 2 * answer.tokens.billed_per_epoch
    assert job.usd == pytest.approx(job.tokens * 3 / 1e6)
    llama = asked(path, Request(wanted=Wanted(model="aws-bedrock/llama-3.1-8b")))
    assert llama.tokens.encoding == "cl100k_base"
    assert not llama.tokens.exact
    assert llama.training[0].notes == (
        "Llama 3.1 8B on Bedrock has taken no training jobs since 2026-09-30",
    )
    assert llama.training[0].epochs_assumed


def test_a_file_without_flaws_fails_nothing(tmp_path: Path) -> None:
    records = tickets(140)
    path = lines(tmp_path / "train.jsonl", records[:120])
    test = lines(tmp_path / "test.jsonl", records[120:])
    answer = asked(path, Request(test=test, production=test))
    found = {name: check.status for name, check in by_id(answer.checks).items()}
    assert answer.ok
    assert [found[name] for name in ("format", "consistent_format", "leakage", "duplicates")] == [
        "pass"
    ] * 4
    assert found["label_accuracy"] == "unknown"
    assert answer.tier.tier == "100-500"


def test_a_mixed_file_is_answered_as_mixed(tmp_path: Path) -> None:
    answer = asked(lines(tmp_path / "train.jsonl", [chat(), {"text": "a b c"}]))
    assert answer.format == "mixed"
    assert not answer.ok


def test_shots_of_the_prompt_are_found_in_the_training_prompts(tmp_path: Path) -> None:
    shot = "Input: Rome rocks\nOutput: Rome"
    prompt = tmp_path / "prompt.txt"
    prompt.write_text(f"Name the city.\n\n{shot}\n\nInput: {{text}}\nOutput:", "utf-8")
    records = [chat(f"See how: {shot} and now word{n}", "a city") for n in range(9)]
    path = lines(tmp_path / "train.jsonl", records)
    checks = by_id(asked(path, Request(prompt=prompt)).checks)
    assert checks["leftover_shots"].status == "warn"
    assert by_id(asked(path).checks)["leftover_shots"].status == "pass"


def told(path: Path, **more: object) -> Scenario:
    """Return a scenario with a training file."""
    given: dict[str, object] = {"model": "gpt-4o-mini", "volume": 10_000}
    given |= {"prompt_tokens": 1200, "output_tokens": 200}
    given["dataset"] = str(path)
    return Scenario.model_validate(given | more)


@pytest.mark.slow
def test_the_upfront_bill_comes_from_the_file(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", tickets(120))
    epoch = asked(path).tokens.billed_per_epoch
    answer = breakeven(told(path), tables(), DAY)
    assert answer.tuned is not None
    assert answer.tuned.upfront_usd == pytest.approx(3 * epoch * 3 / 1e6)
    assert not any(each.field == "training_examples" for each in answer.assumptions)


def test_a_flag_beats_the_file(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", tickets(120))
    answer = breakeven(told(path, training_tokens=1_000_000), tables(), DAY)
    assert answer.tuned is not None
    assert answer.tuned.upfront_usd == pytest.approx(3 * 1_000_000 * 3 / 1e6)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "answer"), [(99, False), (100, True)])
def test_question_two_is_answered_by_the_file(tmp_path: Path, number: int, *, answer: bool) -> None:
    path = lines(tmp_path / "train.jsonl", tickets(number))
    found = decide(told(path), tables(), DAY)
    assert [step.answer for step in found.tree.path][1] is answer
    assert f"--dataset {path}" in found.equivalent_command


@pytest.mark.slow
def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", tickets(99))
    assert decide(told(path), tables(), DAY).data is not None
    lines(path, tickets(150))
    found = decide(told(path), tables(), DAY).data
    assert found is not None
    assert found.examples == 150


@pytest.mark.parametrize(
    ("wanted", "day", "error"),
    [
        (Wanted(model="gpt-4o-mni"), DAY, UnknownNameError),
        (Wanted(), date(1999, 1, 1), NoPriceYetError),
    ],
)
def test_what_cannot_be_answered_says_why(
    tmp_path: Path, wanted: Wanted, day: date, error: type[FtvpError]
) -> None:
    path = lines(tmp_path / "train.jsonl", [chat()])
    with pytest.raises(error):
        asked(path, Request(wanted=wanted), day=day)


IMAGE = {"type": "image_url", "image_url": {"url": "https://pictures.example/1.png"}}


def test_pictures_are_said_to_be_uncounted(tmp_path: Path) -> None:
    shown = message("user", [IMAGE, IMAGE, {"type": "text", "text": "What?"}])
    seen = [shown, message("assistant", "A cat")]
    answer = asked(lines(tmp_path / "train.jsonl", [{"messages": seen}, chat()]))
    (images,) = answer.uncounted
    assert (images.kind, images.number, images.examples) == ("image", 2, 1)
    text = words_of(answer)
    assert "Not counted, and billed on top: 2 images in 1 training example." in text


def test_reasoning_and_tools_are_counted_and_shown(tmp_path: Path) -> None:
    thought = message("assistant", "four", reasoning_content="one two three")
    record = {"messages": [message("user", "2+2"), thought], "tools": [{"name": "add"}]}
    tokens = asked(lines(tmp_path / "train.jsonl", [record])).tokens
    plain = asked(lines(tmp_path / "plain.jsonl", [chat("2+2", "four")])).tokens
    assert tokens.reasoning > 0
    assert tokens.tools > 0
    assert tokens.content == plain.content + tokens.reasoning + tokens.tools
    assert tokens.assistant == plain.assistant + tokens.reasoning
    assert "their JSON" in (tokens.estimate or "")


def preferences(number: int) -> list[dict[str, object]]:
    """Return prompts with a better and a worse answer."""
    return [
        {"prompt": f"Say it {n}", "chosen": "Yes, I do", "rejected": "No way at all"}
        for n in range(number)
    ]


def test_preferences_are_priced_where_the_price_is_for_them(tmp_path: Path) -> None:
    answer = asked(lines(tmp_path / "train.jsonl", preferences(20)))
    assert (answer.format, answer.goal, answer.unpriced) == ("preference", "preference", None)
    # Both answers are counted; the one to learn is the assistant's.
    assert answer.tokens.content > 2 * answer.tokens.assistant
    models = tables().pricing.models.items()
    priced = {name for name, row in models if any("DPO" in each.method for each in row.training)}
    assert {job.model for job in answer.training} <= priced
    assert not any(job.exact for job in answer.training)


@pytest.mark.parametrize(
    ("record", "form", "says"),
    [
        ({"prompt": "a", "completion": "b", "label": False}, "kto", "no price for tuning on these"),
        (
            {"messages": [message("user", "a")], "reference_answer": "b"},
            "reinforcement",
            "billed by the hour",
        ),
    ],
)
def test_what_the_table_has_no_price_for_is_not_priced(
    tmp_path: Path, record: object, form: str, says: str
) -> None:
    answer = asked(lines(tmp_path / "train.jsonl", [record] * 3))
    assert (answer.format, answer.training) == (form, ())
    assert says in words_of(answer)
    assert "add the answer" not in words_of(answer)


@pytest.mark.parametrize(
    ("records", "goal"),
    [
        (preferences(60), "preference"),
        ([{"messages": [message("user", "a")], "reference_answer": "b"}], "reinforcement"),
    ],
)
def test_the_cost_of_another_kind_of_tuning_is_not_made_up(
    tmp_path: Path, records: list[object], goal: str
) -> None:
    path = lines(tmp_path / "train.jsonl", records)
    scenario = Scenario(dataset=str(path), model="nova-micro", volume=1000, prompt_tokens=900)
    with pytest.raises(UnpricedGoalError, match=f"is for {goal} tuning, which the price"):
        breakeven(scenario, tables(), as_of=DAY)


def test_a_file_most_of_which_is_not_read_is_refused(tmp_path: Path) -> None:
    record = {"question": "Who?", "answer": "Bob", "document": "Bob was here. " * 20}
    path = lines(tmp_path / "train.jsonl", [record] * 5)
    with pytest.raises(FtvpError, match="'document' holds more text than all that is read"):
        asked(path)
    # One record of many with a long note is no reason.
    few = [{"question": f"Who {n}?", "answer": "Bob"} for n in range(9)]
    assert asked(lines(tmp_path / "few.jsonl", [*few, record])).examples == 10


def words_of(answer: DatasetAnswer) -> str:
    """Return the answer as it is shown."""
    return " ".join(plain_text(view(answer), Medium(width=80)).split())
