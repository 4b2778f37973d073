"""Result files of every tool that is read, paired item by item."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ftvp.errors import EvalFieldError, FtvpError, NothingPairedError, OneClusterError
from ftvp.evals.items import EvalSide, Pair, Unpaired
from ftvp.evals.read import Fields, read_evals
from tests.eval_files import (
    SCORES,
    harness,
    inspect_log,
    inspect_sample,
    kept,
    lines,
    measured,
    openai_evals,
    promptfoo,
    scores,
    words,
)

TWO_FILES = {
    "JSON Lines, a boolean": [
        lines(*({"id": n, "correct": bool(p[side])} for n, p in enumerate(SCORES)))
        for side in (0, 1)
    ],
    "JSON Lines, a number": [
        lines(*({"item_id": n, "score": p[side]} for n, p in enumerate(SCORES))) for side in (0, 1)
    ],
    "JSON Lines, nested": [
        lines(*({"i": n, "eval": {"exact_match": p[side]}} for n, p in enumerate(SCORES)))
        for side in (0, 1)
    ],
    "a JSON array": [
        json.dumps([{"id": n, "passed": bool(p[side])} for n, p in enumerate(SCORES)])
        for side in (0, 1)
    ],
    "records under a key": [
        json.dumps(
            {
                "items": [
                    {"id": n, "grade": "pass" if p[side] else "fail"} for n, p in enumerate(SCORES)
                ]
            }
        )
        for side in (0, 1)
    ],
    "CSV, words": [words(0), words(1)],
    "CSV, CRLF": [words(0).replace("\n", "\r\n"), words(1).replace("\n", "\r\n")],
    "CSV, semicolons": [words(0).replace(",", ";"), words(1).replace(",", ";")],
    "CSV, letters": [words(0, "C", "I"), words(1, "C", "I")],
    "CSV, digits": [words(0, "1", "0"), words(1, "1.0", "0")],
    "CSV after a byte-order mark": ["\ufeff" + words(0), "\ufeff" + words(1)],
    "the other order": [words(0), "\n".join(["id,result", *words(1).split("\n")[:0:-1]])],
    "promptfoo": [
        json.dumps({"results": {"version": 3, "results": promptfoo("p")}}),
        json.dumps(
            {
                "results": {
                    "version": 3,
                    "results": [{**r, "score": SCORES[r["testIdx"]][1]} for r in promptfoo("q")],
                }
            }
        ),
    ],
    "Inspect": [inspect_log("C", "I", "I"), inspect_log("C", "C", "N")],
    "lm-evaluation-harness": [harness(0, "none"), harness(1, "none")],
    "OpenAI Evals": [openai_evals(0), openai_evals(1)],
}
ONE_FILE = {
    "named for the sides": "id,tuned_correct,prompted_correct\n0,1,1\n1,1,0\n2,0,0\n",
    "two telling names": "id,direct_correct,cot_correct\n0,1,1\n1,0,1\n2,0,0\n",
    "named for the tuned side alone": "id,ft_score,large_score\n0,1,1\n1,1,0\n2,0,0\n",
    "promptfoo with two providers": json.dumps({"results": promptfoo("p", "q")}),
    "promptfoo with two prompts": json.dumps({"results": {"results": promptfoo("p", "p")}}),
    "promptfoo, JSON Lines": lines(*promptfoo("p", "q")),
}


@pytest.mark.parametrize("texts", TWO_FILES.values(), ids=TWO_FILES)
def test_two_files_are_paired_item_by_item(texts: Sequence[str], tmp_path: Path) -> None:
    assert scores(measured(tmp_path, *texts)) == SCORES


@pytest.mark.parametrize("text", ONE_FILE.values(), ids=ONE_FILE)
def test_one_file_holds_both_sides(text: str, tmp_path: Path) -> None:
    assert scores(measured(tmp_path, text)) == SCORES


def test_the_same_file_twice_is_one_file(tmp_path: Path) -> None:
    path = kept(tmp_path, "both.csv", ONE_FILE["two telling names"])
    assert scores(read_evals([path, path], Fields())) == SCORES


def test_an_inspect_archive_is_read(tmp_path: Path) -> None:
    paths = []
    for side in (0, 1):
        path = tmp_path / f"{side}.eval"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("header.json", "{}")
            for number, pair in enumerate(SCORES):
                sample = inspect_sample(number, "C" if pair[side] else "I")
                archive.writestr(f"samples/{number}_epoch_1.json", json.dumps(sample))
        paths.append(str(path))
    found = read_evals(paths, Fields(cluster="metadata.topic"))
    assert scores(found) == SCORES
    assert [pair.cluster for pair in found.pairs] == ["t0", "t1", "t0"]
    assert found.prompted.format == "Inspect log"


def test_answers_to_one_item_are_averaged_over_epochs(tmp_path: Path) -> None:
    samples = [inspect_sample(n, g, e) for n, e, g in [(1, 1, "C"), (1, 2, "I"), (2, 1, "P")]]
    log = json.dumps({"eval": {}, "samples": samples})
    found = measured(tmp_path, log, inspect_log("I", "C", "C"))
    assert scores(found) == ((0.5, 1), (0.5, 1))
    assert (found.prompted.items, found.tuned.items) == (2, 3)
    assert found.unpaired.tuned == ("0",)


def test_a_filter_of_the_harness_is_a_score_to_choose(tmp_path: Path) -> None:
    texts = [harness(side, "strict", "flexible") for side in (0, 1)]
    texts[0] = texts[0].replace('"exact_match": 1.0', '"exact_match": 0.0', 1)
    with pytest.raises(EvalFieldError, match=r"exact_match \(strict\), exact_match \(flexible\)"):
        measured(tmp_path, *texts)
    assert scores(measured(tmp_path, *texts, score="exact_match (flexible)")) == SCORES


def test_fields_can_be_named_for_each_side(tmp_path: Path) -> None:
    texts = ("task,one,n\na,1,x\nb,0,y\n", "task,two,n\nb,1,y\na,0,x\n")
    found = measured(tmp_path, *texts, id="task", score="one,two", cluster="n")
    assert scores(found) == ((1, 0), (0, 1))
    assert (found.prompted.score, found.tuned.score) == ("one", "two")
    assert [pair.cluster for pair in found.pairs] == ["x", "y"]


def test_what_is_read_is_told_of_both_sides(tmp_path: Path) -> None:
    """Of the items b, c and d, and b, d and e the two are compared that both sides answered."""
    texts = ("id,g,score\nb,x,0\nc,x,1\nd,y,1\n", "id,g,wer\nd,z,0\nb,z,0.25\ne,z,1\n")
    found = measured(tmp_path, *texts, cluster="g", train=lines({"id": "d"}, {"id": "c"}))
    assert found.pairs == [Pair("b", 0, 0.75, "x"), Pair("d", 1, 1, "y")]
    assert found.clustered
    assert found.unpaired == Unpaired(prompted=("c",), tuned=("e",))
    assert (found.trained_on, found.train) == (("d",), str(tmp_path / "train.jsonl"))
    names = [str(tmp_path / f"{side}.txt") for side in "ab"]
    assert found.prompted == EvalSide(file=names[0], format="CSV", score="score", items=3)
    assert found.tuned == EvalSide(
        file=names[1], format="CSV", score="wer", items=3, lower_is_better=True
    )
    assert [note.partition(" ")[0] for note in found.notes] == ["'wer'"]
    plain = measured(tmp_path, texts[0], texts[0])
    assert (plain.clustered, plain.train, plain.trained_on, plain.notes) == (False, None, None, ())


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        pytest.param("a,x,1\nb,y,0\n", None, id="two items of two clusters"),
        pytest.param("a,x,1\nb,x,0\n", OneClusterError, id="two items of one"),
        pytest.param("a,x,1\n", NothingPairedError, id="one item"),
        pytest.param("a,x,1\nc,y,1\n", NothingPairedError, id="one item that both have"),
    ],
)
def test_of_two_items_and_two_clusters_something_can_be_said(
    rows: str, error: type[FtvpError] | None, tmp_path: Path
) -> None:
    texts = (f"id,g,score\n{rows}", "id,g,score\na,x,0\nb,x,1\n")
    if error is None:
        assert len(measured(tmp_path, *texts, cluster="g").pairs) == 2
        return
    with pytest.raises(error):
        measured(tmp_path, *texts, cluster="g")


@pytest.mark.parametrize(
    ("scale", "prompted"),
    [
        pytest.param(4, 0.5, id="one of both"),
        pytest.param((4,), 0.5, id="a list of one"),
        pytest.param((4, 2), 0.5, id="each its own"),
        pytest.param((2, 4), 1, id="each its own, the other way"),
    ],
)
def test_a_perfect_score_is_told_of_both_or_of_each(
    scale: Any,  # noqa: ANN401  a number or several
    prompted: float,
    tmp_path: Path,
) -> None:
    found = measured(tmp_path, "id,base,tuned\na,2,2\nb,1,1\n", scale=scale)
    assert found.pairs[0].prompted == prompted
    told = scale if isinstance(scale, tuple) else (scale,)
    assert found.pairs[0].tuned == 2 / told[-1]


def test_scores_are_parts_of_a_perfect_one(tmp_path: Path) -> None:
    text = "id,prompted,tuned\na,3,4.5\nb,5,0\n"
    assert scores(measured(tmp_path, text, scale=5)) == ((0.6, 0.9), (1, 0))


ASKED = "id,input,prompted,tuned\na1,What is 2 + 2?,1,1\na2,And 3 + 3?,0,1\n"


@pytest.mark.parametrize(
    ("train", "found"),
    [
        pytest.param({"messages": [{"content": "What is 2 +  2?"}]}, ("a1",), id="the input"),
        pytest.param({"prompt": "WHAT IS 2 + 2?"}, ("a1",), id="case and spaces aside"),
        pytest.param({"id": "a2", "text": "other"}, ("a2",), id="the id"),
        pytest.param({"text": "Say: What is 2 + 2?"}, (), id="a longer text is another item"),
        pytest.param({"text": "a2"}, (), id="an id's letters in a text"),
        pytest.param({"q": ["And 3 + 3?", {"x": "what is 2 + 2?"}]}, ("a1", "a2"), id="inside"),
        pytest.param({"question_id": "a1", "n": 3}, ("a1",), id="an id of another name"),
        pytest.param({"ref": "a1"}, (), id="what is no id"),
    ],
)
def test_items_of_the_training_file_are_found(
    train: dict[str, Any], found: tuple[str, ...], tmp_path: Path
) -> None:
    assert measured(tmp_path, ASKED, train=lines(train)).trained_on == found


def test_without_inputs_or_telling_ids_nothing_can_be_told(tmp_path: Path) -> None:
    assert measured(tmp_path, words(0), words(1), train=lines({"id": 1})).trained_on is None
