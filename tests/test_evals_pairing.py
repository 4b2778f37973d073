"""An id is believed only where the same was asked, and repeats of an item are averaged into it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftvp.errors import EvalFieldError, FileProblemsError, NothingPairedError, OtherItemError
from ftvp.evals.answer import compare_pairs
from tests.eval_files import (
    ANSWERED,
    CELLS,
    QUESTIONS,
    SHUFFLED,
    cells,
    json_lines,
    lines,
    measured,
    scores,
    table,
)


def promptfoo(row: int, n: int, score: int, **more: object) -> dict[str, Any]:
    """Return a result of promptfoo, whose tests are numbered in the order of the file."""
    return {
        "promptIdx": 0,
        "testIdx": row,
        "vars": {"question": QUESTIONS[n]},
        "provider": {"id": "m", "label": ""},
        "success": bool(score),
        "score": score,
        **more,
    }


def inspect(row: int, n: int, score: int) -> dict[str, Any]:
    return {
        "id": row + 1,
        "epoch": 1,
        "input": [{"role": "user", "content": QUESTIONS[n]}],
        "scores": {"match": {"value": "C" if score else "I"}},
    }


def harness(row: int, n: int, score: int, **more: object) -> dict[str, Any]:
    doc = {"question": QUESTIONS[n]}
    return {"doc_id": row, "doc": doc, "resps": [], "metrics": ["acc"], "acc": score, **more}


def openai_item(row: int, n: int, score: int) -> dict[str, Any]:
    return {
        "object": "eval.run.output_item",
        "datasource_item_id": row,
        "datasource_item": {"question": QUESTIONS[n]},
        "status": "pass" if score else "fail",
        "results": [{"name": "exact", "passed": bool(score), "score": score}],
    }


def in_samples(text: str) -> str:
    """Return JSON Lines as the samples of an Inspect log."""
    samples = [json.loads(line) for line in text.splitlines()]
    return json.dumps({"eval": {}, "samples": samples})


def with_hash(row: int, n: int, score: int) -> dict[str, Any]:
    return harness(row, n, score, doc_hash=f"{n:064x}")


MOVED: dict[str, Callable[[int, Sequence[int]], str]] = {
    "promptfoo": lambda side, order: json_lines(side, promptfoo, order),
    "promptfoo without numbers": lambda side, order: json_lines(
        side, lambda r, n, s: {**promptfoo(r, n, s), "testIdx": None, "promptIdx": None}, order
    ),
    "Inspect, numbered by itself": lambda side, order: in_samples(json_lines(side, inspect, order)),
    "lm-evaluation-harness, hashed": lambda side, order: json_lines(side, with_hash, order),
    "lm-evaluation-harness": lambda side, order: json_lines(side, harness, order),
    "OpenAI Evals API": lambda side, order: json_lines(side, openai_item, order),
    "CSV, numbered rows": lambda side, order: table(
        side, '{number},"{q}",{s}', "id,question,score", order
    ),
    "CSV, no id": lambda side, order: table(side, '"{q}",{s}', "question,score", order),
    "CSV, inputs of an unknown name": lambda side, order: table(
        side, '{number},"{q}",{s}', "id,parcel note,score", order
    ),
    "CSV, codes of an unknown name": lambda side, order: table(
        side, "{number},sku-{n},{s}", "id,article,score", order
    ),
    "CSV, right answers": lambda side, order: table(
        side, "{number},town {n},{s}", "id,expected,score", order
    ),
    "JSON Lines, messages": lambda side, order: json_lines(
        side,
        lambda r, n, s: {"id": r, "input": [{"role": "user", "content": QUESTIONS[n]}], "score": s},
        order,
    ),
    "JSON Lines, an inner record": lambda side, order: json_lines(
        side, lambda r, n, s: {"id": r, "inputs": {"query": QUESTIONS[n]}, "score": s}, order
    ),
    "pandas, split": lambda side, order: json.dumps(
        {
            "columns": ["inputs", "exact_match/v1/score"],
            "index": list(range(len(order))),
            "data": [[QUESTIONS[n], ANSWERED[n][side]] for n in order],
        }
    ),
}


@pytest.mark.parametrize("make", MOVED.values(), ids=MOVED)
def test_items_in_one_order_are_paired(
    make: Callable[[int, Sequence[int]], str], tmp_path: Path
) -> None:
    assert cells(measured(tmp_path, make(0, range(30)), make(1, range(30)))) == CELLS


@pytest.mark.parametrize("make", MOVED.values(), ids=MOVED)
def test_items_in_another_order_are_paired_by_what_was_asked_or_refused(
    make: Callable[[int, Sequence[int]], str], tmp_path: Path
) -> None:
    try:
        found = measured(tmp_path, make(0, range(30)), make(1, SHUFFLED))
    except OtherItemError:
        return
    assert cells(found) == CELLS


@pytest.mark.parametrize("make", MOVED.values(), ids=MOVED)
def test_one_item_less_moves_no_other(
    make: Callable[[int, Sequence[int]], str], tmp_path: Path
) -> None:
    rest = [n for n in range(30) if n != 3]
    try:
        found = measured(tmp_path, make(0, range(30)), make(1, rest))
    except OtherItemError:
        return
    assert len(found.pairs) == 29
    assert found.unpaired.prompted
    expected = [0, 0, 0, 0]
    for n in rest:
        expected[((1, 1), (1, 0), (0, 1), (0, 0)).index(ANSWERED[n])] += 1
    assert cells(found) == tuple(expected)


def test_the_refusal_shows_the_first_difference_and_pairs_as_it_says(tmp_path: Path) -> None:
    one = table(0, 'q{number},"{q}",{s}', "id,question,score")
    other = table(1, 'q{number},"{q}",{s}', "id,question,score", SHUFFLED)
    says = r"the id 'q1' names different items: 'question' is '.*37.*' in .*a\.txt line 3 but '"
    with pytest.raises(OtherItemError, match=says) as raised:
        measured(tmp_path, one, other)
    assert "--id question" in str(raised.value)
    assert cells(measured(tmp_path, one, other, id="question")) == CELLS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("{q}", "{q}", id="as it is"),
        pytest.param("You sort parcels. {q} Answer:", "{q}", id="instructions on one side"),
        pytest.param("Be brief. {q}", "Question: {q} A:", id="other words around it"),
        pytest.param("  {q}", "{q}  ", id="white space"),
    ],
)
def test_a_template_around_the_question_is_no_other_question(
    one: str, other: str, tmp_path: Path
) -> None:
    texts = [
        table(side, f'{{n}},"{wrapped}",{{s}}', "id,prompt,score")
        for side, wrapped in enumerate((one, other))
    ]
    assert cells(measured(tmp_path, *texts)) == CELLS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Sort parcel {n}", "Refund order {n}", id="other questions, one numbering"),
        pytest.param("Q{n}", "Q{n}0", id="one number begins the other"),
        pytest.param("{q}", "Who sent it? {n}", id="other questions"),
    ],
)
def test_other_questions_under_the_same_ids_are_refused(
    one: str, other: str, tmp_path: Path
) -> None:
    texts = [
        table(side, f'{{n}},"{asked}",{{s}}', "id,question,score")
        for side, asked in enumerate((one, other))
    ]
    with pytest.raises(OtherItemError, match="names different items"):
        measured(tmp_path, *texts)


def test_a_field_is_named_that_both_sides_have_by_one_name(tmp_path: Path) -> None:
    """Two questions of one side are inputs of the other, under other names: input agrees once."""
    texts = [
        "id,question,input,score\n" + "".join(f"{n},{row},1\n" for n, row in enumerate(rows))
        for rows in (
            ("red car,tall man", "blue sky,old cat", "new hat,wet dog"),
            ("big ship,red car", "far town,blue sky", "low door,wet dog"),
        )
    ]
    with pytest.raises(OtherItemError, match="--id input "):
        measured(tmp_path, *texts)


@pytest.mark.parametrize(("order", "nearest"), [("prompt,question", 1), ("question,prompt", 0)])
def test_the_field_that_agrees_most_is_named(order: str, nearest: int, tmp_path: Path) -> None:
    """The same question is asked of two items of four, no prompt is the same."""
    texts = []
    for side in ("red", "blue"):
        rows = []
        for n in range(4):
            asked = [f"{side} box {n}", f"parcel {n}" if n % 2 else f"{side} parcel {n}"]
            rows.append(f"{n},{','.join(asked if nearest else asked[::-1])},{n % 2}\n")
        texts.append(f"id,{order},score\n{''.join(rows)}")
    with pytest.raises(OtherItemError, match="--id question"):
        measured(tmp_path, *texts)


def test_variables_may_stand_in_any_order(tmp_path: Path) -> None:
    def asked(side: int) -> str:
        def record(row: int, n: int, score: int) -> dict[str, Any]:
            both = {"question": QUESTIONS[n], "tone": "dry"}
            named = dict(sorted(both.items(), reverse=bool(side)))
            return {**promptfoo(row, n, score), "vars": named}

        return json_lines(side, record)

    assert cells(measured(tmp_path, asked(0), asked(1))) == CELLS


def test_other_right_answers_are_refused(tmp_path: Path) -> None:
    texts = [
        table(side, "{n},{label},{s}".replace("{label}", label), "id,expected,score")
        for side, label in enumerate(("town {n}", "street {n}"))
    ]
    with pytest.raises(OtherItemError, match="'expected' is 'town 0'"):
        measured(tmp_path, *texts)


def test_answers_may_differ_as_they_like(tmp_path: Path) -> None:
    texts = [
        table(side, f"{{n}},town {{n}}{wrong},{{s}}", "id,output,score")
        for side, wrong in enumerate(("", " or so"))
    ]
    assert cells(measured(tmp_path, *texts)) == CELLS
    mostly = [text.replace(f"town {n},", "lost,") for n, text in enumerate(texts, 4)]
    assert cells(measured(tmp_path, *mostly)) == CELLS


def noted(texts: str) -> str:
    """Return a CSV of items in one order, each with the text of its letter."""
    rows = (f"{n},note {text},{n % 2}\n" for n, text in enumerate(texts))
    return "id,remark,score\n" + "".join(rows)


@pytest.mark.parametrize(
    ("one", "other", "refused"),
    [
        pytest.param("abcd", "abcd", False, id="the same"),
        pytest.param("abcd", "bacd", True, id="two swapped"),
        pytest.param("abcd", "baxy", True, id="two swapped, as many unknown on the other side"),
        pytest.param("abcde", "baxyz", False, id="two swapped, more unknown on the other side"),
        pytest.param("abcd", "bxcd", False, id="one of another item, which is nowhere else"),
        # "note b" stands on both sides, "note x" on one: a wrong answer, not another item's
        pytest.param("aabbcc", "axbycz", False, id="answers of two items each, one wrong"),
        pytest.param("aabbcc", "bbaacc", True, id="three texts of six items"),
        pytest.param("aabbccc", "bbaaccc", False, id="three texts of seven items"),
        pytest.param("abab", "baba", False, id="two texts"),
        pytest.param("abcabc", "bababa", False, id="two texts on one side"),
    ],
)
def test_texts_of_the_other_side_under_other_ids_are_other_items(
    one: str, other: str, tmp_path: Path, *, refused: bool
) -> None:
    if not refused:
        assert len(measured(tmp_path, noted(one), noted(other)).pairs) == len(one)
        return
    with pytest.raises(OtherItemError, match="Pair the items by it: --id remark"):
        measured(tmp_path, noted(one), noted(other))


@pytest.mark.parametrize(
    ("numbers", "pairs"),
    [
        pytest.param("1234", 4, id="all share it"),
        pytest.param("1256", 2, id="half share it"),
        pytest.param("1567", 4, id="fewer share it than another field"),
    ],
)
def test_the_surest_id_is_taken_where_half_of_the_items_share_it(
    numbers: str, pairs: int, tmp_path: Path
) -> None:
    one, other = (
        "id,example_id,score\n" + "".join(f"{n},e{place},1\n" for place, n in enumerate(side))
        for side in ("1234", numbers)
    )
    assert len(measured(tmp_path, one, other).pairs) == pairs


def test_of_fields_that_few_items_share_those_that_most_share_are_taken(tmp_path: Path) -> None:
    """No item is shared by fields of one name: ids of items are the other side's examples."""
    one = "id,item_id,score\n" + "".join(f"{n},e{n},1\n" for n in range(4))
    other = "id,example_id,score\n" + "".join(
        f"x{n},{key},1\n" for n, key in enumerate(("e3", "y0", "y1", "y2"))
    )
    with pytest.raises(NothingPairedError):
        measured(tmp_path, one, other)
    two = "id,example_id,score\n" + "".join(
        f"x{n},{key},{n % 2}\n" for n, key in enumerate(("e3", "e1", "y1", "y2", "y3"))
    )
    assert scores(measured(tmp_path, one, two)) == ((1, 1), (1, 0))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("{n}", "{n}.0", id="a whole number"),
        pytest.param("q{n}", " q{n} ", id="spaces"),
    ],
)
def test_an_id_is_the_same_however_it_is_written(one: str, other: str, tmp_path: Path) -> None:
    texts = [table(side, f"{each},{{s}}", "id,score") for side, each in enumerate((one, other))]
    assert cells(measured(tmp_path, *texts)) == CELLS


def test_the_id_that_both_sides_share_is_taken(tmp_path: Path) -> None:
    texts = [table(side, f"run{side}-{{n}},e{{n}},{{s}}", "id,example_id,score") for side in (0, 1)]
    assert cells(measured(tmp_path, *texts)) == CELLS


def twice(text: str) -> str:
    """Return JSON Lines in which every record stands twice, with new numbers."""
    records = [json.loads(line) for line in text.splitlines()] * 2
    return lines(*({**record, "testIdx": n} for n, record in enumerate(records)))


REPEATED: dict[str, Callable[[int], str]] = {
    "promptfoo --repeat": lambda side: twice(json_lines(side, promptfoo)),
    "promptfoo --repeat in one document": lambda side: json.dumps(
        {
            "results": {
                "version": 2,
                "results": [json.loads(x) for x in twice(json_lines(side, promptfoo)).splitlines()],
            }
        }
    ),
    "promptfoo CSV, repeated": lambda side: (
        (
            text := table(
                side, '"{q}",[{s}] it is', "question,[m] Answer", right="PASS", wrong="FAIL"
            )
        )
        + text.partition("\n")[2]
    ),
    "Inspect, two epochs": lambda side: in_samples(
        json_lines(side, inspect)
        + json_lines(side, lambda r, n, s: {**inspect(r, n, s), "epoch": 2})
    ),
    "OpenAI Evals, matched twice": lambda side: lines(
        {"spec": {}},
        *(
            {"sample_id": f"x.{n}", "type": "match", "data": {"correct": bool(pair[side])}}
            for n, pair in [*enumerate(ANSWERED)] * 2
        ),
    ),
    "HumanEval, two samples": lambda side: (
        json_lines(
            side,
            lambda _, n, s: {"task_id": f"HumanEval/{n}", "completion": "x", "passed": bool(s)},
        )
        * 2
    ),
    "a numbered trial": lambda side: (
        json_lines(side, lambda _, n, s: {"id": n, "trial": 1, "score": s})
        + json_lines(side, lambda _, n, s: {"id": n, "trial": 2, "score": s})
    ),
    "the same question": lambda side: (
        json_lines(side, lambda _, n, s: {"id": n, "question": QUESTIONS[n], "score": s}) * 2
    ),
    "the question for an id": lambda side: (
        json_lines(side, lambda _, n, s: {"question": QUESTIONS[n], "score": s}) * 2
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("make", REPEATED.values(), ids=REPEATED)
def test_repeats_are_no_items(make: Callable[[int], str], tmp_path: Path) -> None:
    found = measured(tmp_path, make(0), make(1))
    assert cells(found) == CELLS
    assert (found.prompted.items, found.prompted.answers) == (30, 60)
    compared = compare_pairs(found.pairs, gap=5)
    assert compared.p_value == pytest.approx(0.1094, abs=5e-5)
    assert compared.conclusion == "not_shown"


def test_repeats_that_differ_are_averaged(tmp_path: Path) -> None:
    text = "id,question,score\n1,A?,1\n1,A?,0\n2,B?,1\n2,B?,1\n"
    assert scores(measured(tmp_path, text, text)) == ((0.5, 0.5), (1, 1))


@pytest.mark.parametrize(
    ("prompted", "tuned", "said"),
    [
        ((1, 1), (1, 1), None),
        ((3, 3), (3, 3), None),
        ((3, 3), (1, 1), "prompted 3, tuned 1. Its"),
        ((1, 1), (2, 2), "prompted 1, tuned 2. Its"),
        ((1, 3), (1, 1), "prompted 1 to 3, tuned 1. Its"),
        ((1, 1), (2, 4), "prompted 1, tuned 2 to 4. Its"),
        ((2, 3), (3, 2), "prompted 2 to 3, tuned 2 to 3. Its"),
    ],
)
def test_other_numbers_of_answers_are_said(
    prompted: tuple[int, int], tuned: tuple[int, int], said: str | None, tmp_path: Path
) -> None:
    texts = [
        "id,epoch,score\n"
        + "".join(f"{n},{e},1\n" for n, many in enumerate(side) for e in range(many))
        for side in (prompted, tuned)
    ]
    found = measured(tmp_path, *texts)
    notes = () if said is None else (f"Answers to an item: {said} score is their mean: ",)
    assert len(found.notes) == len(notes)
    assert all(map(str.startswith, found.notes, notes))
    answers = [None if side == (1, 1) else sum(side) for side in (prompted, tuned)]
    assert [found.prompted.answers, found.tuned.answers] == answers


def test_the_epochs_of_another_reducer_are_said(tmp_path: Path) -> None:
    log = {
        "eval": {"config": {"epochs": 2, "epochs_reducer": ["mode"]}},
        "samples": [{**inspect(n, n, 1), "epoch": e} for n in (0, 1) for e in (1, 2)],
    }
    found = measured(tmp_path, json.dumps(log), json.dumps(log))
    assert any("by mode; here their mean" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("id,score\n1,1\n1,0\n", "'1' stands 2 times. Number the", id="no question"),
        pytest.param(
            "id,question,score\n1,A?,1\n1,B?,0\n",
            "2 times, for different items",
            id="two questions",
        ),
        pytest.param("id,epoch,score\n1,1,1\n1,1,0\n", "'1' stands 2 times", id="numbered alike"),
        pytest.param(
            '{"id": ["Köln", 1], "score": 1}\n' * 2,
            r"""'\["Köln", 1\]' stands 2 times""",
            id="a list, as it is written",
        ),
    ],
)
def test_an_id_that_stands_twice_is_refused_where_it_may_be_two_items(
    text: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(FileProblemsError, match=says):
        measured(tmp_path, text, "id,score\n1,1\n2,0\n")


def two_prompts(side: int, **differing: Sequence[object]) -> str:
    """Return promptfoo's results of two columns of one provider, the second right where not one."""

    def column(index: int) -> str:
        fields = {key: values[index] for key, values in differing.items()}
        return json_lines(side, lambda r, n, s: promptfoo(r, n, abs(index - s), **fields))

    return column(0) + column(1)


@pytest.mark.parametrize(
    ("differing", "named"),
    [
        pytest.param({"promptIdx": (0, 1)}, "m #0, m #1", id="numbered prompts"),
        pytest.param(
            {"promptIdx": (None, None), "prompt": ({"label": "short"}, {"label": "long"})},
            r"m \[short\], m \[long\]",
            id="labelled prompts",
        ),
        pytest.param(
            {"promptIdx": (None, None), "prompt": ("Ask {{question}}", "Tell {{question}}")},
            "m .Ask",
            id="prompts in words",
        ),
        pytest.param(
            {"promptIdx": (0, 1), "provider": ({"label": "warm"}, {"label": "cold"})},
            "warm, cold",
            id="one model under two labels",
        ),
    ],
)
def test_two_columns_of_one_provider_are_asked_about(
    differing: dict[str, Any], named: str, tmp_path: Path
) -> None:
    one, other = two_prompts(0, **differing), json_lines(1, promptfoo)
    with pytest.raises(EvalFieldError, match=named) as raised:
        measured(tmp_path, one, other)
    first = str(raised.value).partition("There are: ")[2].partition(",")[0]
    assert cells(measured(tmp_path, one, other, score=f"{first},m")) == CELLS


def test_runtime_variables_are_not_part_of_a_test(tmp_path: Path) -> None:
    texts = [
        json_lines(
            side,
            lambda r, n, s, side=side: {  # type: ignore[misc]
                **promptfoo(r, n, s),
                "vars": {"question": QUESTIONS[n], "sessionId": f"{side}{r}", "_conversation": []},
            },
        )
        for side in (0, 1)
    ]
    assert cells(measured(tmp_path, *texts)) == CELLS
