"""Only a field that can be a score is taken for one; where several can be, the user is asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ftvp.errors import EvalFieldError, FtvpError, NotAScoreError
from tests.eval_files import ANSWERED, CELLS, cells, lines, measured, table

LABELS = tuple(("billing", "refund", "delivery")[n % 3] for n in range(30))
WRONG = tuple(("refund", "delivery", "billing")[n % 3] for n in range(30))


def rows(head: str, *row: str) -> list[str]:
    """Return a table for each side; a row may hold n, label, answer and free (text)."""
    texts = []
    for side, each in enumerate(row * 2 if len(row) == 1 else row):
        listed = [
            each.format(
                n=n,
                label=LABELS[n],
                answer=LABELS[n] if pair[side] else WRONG[n],
                free=f"It is {n} says side {side}",
                yes=("no", "yes")[n % 2],
            )
            for n, pair in enumerate(ANSWERED)
        ]
        texts.append("\n".join([head, *listed, ""]))
    return texts


NO_SCORES = {
    "right answers": rows("id,question,expected,output", "{n},Q {n}?,{yes},{free}"),
    "right answers of another name": rows("id,gold_label,response", "{n},{label},{free}"),
    "labels": rows("id,label,text", "{n},{yes},{free}"),
    "a constant fold": rows("id,fold,answer", "{n},0,{free}"),
    "a split and a seed": rows("id,split,seed", "{n},test,7"),
    "a flag of the items": rows("id,is_long,output", "{n},true,{free}"),
    "numbers of tokens": rows("id,prompt_tokens,output_tokens", "{n},1,0"),
    "a highest score": rows("id,max_score,output", "{n},1,{free}"),
    "predictions alone": rows("id,prediction", "{n},{answer}"),
    "predictions of yes and no": rows("id,refund", "{n},{yes}"),
    "right answers that no answer is like": rows("id,label,output", "{n},{label},{free}"),
    "two metrics": rows("id,acc,f1", "{n},1,0.5"),
    "two predictions": rows("id,label,pred_a,pred_b", "{n},{label},{answer},{answer}"),
}


@pytest.mark.parametrize("texts", NO_SCORES.values(), ids=NO_SCORES)
def test_what_is_no_score_is_not_taken_for_one(texts: Sequence[str], tmp_path: Path) -> None:
    with pytest.raises(EvalFieldError, match=r"which field of .* is the score"):
        measured(tmp_path, *texts)


@pytest.mark.parametrize(
    ("head", "choice"),
    [
        pytest.param("id,acc,f1,label,prediction", "acc, f1", id="two scores"),
        pytest.param("id,my_acc,my_f1,label,prediction", "my_acc, my_f1", id="of longer names"),
    ],
)
def test_of_two_scores_one_is_asked_for_whatever_stands_beside(
    head: str, choice: str, tmp_path: Path
) -> None:
    texts = rows(head, "{n},1,0.5,{label},{answer}")
    with pytest.raises(EvalFieldError, match=rf"There are: {choice}\."):
        measured(tmp_path, *texts)


def test_a_score_of_an_exact_name_is_surer_than_others(tmp_path: Path) -> None:
    """Of the words of a name all must be a score's, but for what stands before a dot."""
    texts = [table(side, "{n},{s},9", "id,run.score,my_score") for side in (0, 1)]
    found = measured(tmp_path, *texts)
    assert (cells(found), found.prompted.score) == (CELLS, "run.score")


@pytest.mark.parametrize(
    ("answers", "held"),
    [
        pytest.param("abxy", True, id="half of them"),
        pytest.param("axyz", False, id="fewer than half"),
    ],
)
def test_answers_are_held_to_right_ones_where_half_are_one_of_them(
    answers: str, tmp_path: Path, *, held: bool
) -> None:
    """The right answers are a and b by turns, so that half of the answers or a quarter is right."""
    listed = (
        f"{n},{right},{answer}"
        for n, (right, answer) in enumerate(zip("abab", answers, strict=True))
    )
    text = "\n".join(["id,label,prediction", *listed, ""])
    if held:
        found = measured(tmp_path, text, text).pairs
        assert [pair.prompted for pair in found] == [1, 1, 0, 0]
        return
    with pytest.raises(EvalFieldError, match=r"which field of .* is the score"):
        measured(tmp_path, text, text)


MATCHED = {
    "label, prediction": rows("id,label,prediction", "{n},{label},{answer}"),
    "expected, output": rows("id,expected,output", "{n},{label},{answer}"),
    "ground truth, predicted label": rows(
        "id,ground_truth,predicted_label", "{n},{label},{answer}"
    ),
    "y_true, y_pred": rows("id,y_true,y_pred", "{n},{label},{answer}"),
    "target, response, otherwise written": rows("id,target,response", "{n}, {label},{answer} "),
    "correct answer, model answer": rows("id,correct_answer,model_answer", "{n},{label},{answer}"),
}


@pytest.mark.parametrize("texts", MATCHED.values(), ids=MATCHED)
def test_answers_beside_right_ones_are_held_to_them(texts: Sequence[str], tmp_path: Path) -> None:
    found = measured(tmp_path, *texts)
    assert cells(found) == CELLS
    assert " = " in found.prompted.score
    assert any("counts as right where" in note for note in found.notes)


def one_file(head: str, right: str = "1", wrong: str = "0") -> str:
    """Return a table of both sides: id, label, and what each side said."""
    listed = []
    for n, pair in enumerate(ANSWERED):
        said = [right if score else wrong for score in pair]
        listed.append(f"{n},{right},{said[0]},{said[1]}")
    return "\n".join([head, *listed, ""])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(one_file("id,label,base_pred,ft_pred"), id="predictions of 0 and 1"),
        pytest.param(one_file("id,expected,base output,tuned output", "a", "b"), id="outputs"),
        pytest.param(one_file("id,gold,prediction_small,prediction_large"), id="in this order"),
        pytest.param(one_file("id,label,base,tuned", "spam", "ham"), id="named for the sides"),
    ],
)
def test_both_sides_predictions_in_one_file_are_held_to_the_label(
    text: str, tmp_path: Path
) -> None:
    assert cells(measured(tmp_path, text)) == CELLS


def test_predictions_that_are_asked_for_are_held_to_the_label_too(tmp_path: Path) -> None:
    text = one_file("id,label,base_pred,ft_pred")
    assert cells(measured(tmp_path, text, score="base_pred,ft_pred")) == CELLS


def test_an_answer_that_is_missing_is_not_wrong(tmp_path: Path) -> None:
    texts = rows("id,label,prediction", "{n},{label},{answer}")
    blank = (
        texts[0]
        .replace("\n3,delivery,", "\n3,billing,")
        .replace("\n0,billing,billing", "\n0,billing,")
    )
    with pytest.raises(FtvpError, match="item '0' has nothing for a score"):
        measured(tmp_path, blank, texts[1])


ONE_FILE = {
    "sides by name": "id,1 tuned_correct,0 prompted_correct",
    "one metric of two models": "id,0 small_correct,1 large_correct",
    "the tuned side alone is named, first": "id,1 tuned_correct,0 small_correct",
    "the tuned side alone is named, last": "id,0 small_correct,1 ft_correct",
    "the prompted side alone is named, first": "id,0 base_correct,1 large_correct",
    "the prompted side alone is named, last": "id,1 large_correct,0 base_correct",
    "the sides and another one": "id,2 other_score,0 base_score,1 tuned_score",
    "the sides alone": "id,0 base,1 tuned",
    "with what it took": "id,0 base_score,1 tuned_score,2 base_seconds,2 tuned_seconds",
}
"""Heads with the side that each field is of, or 2 for neither."""


@pytest.mark.parametrize("head", ONE_FILE.values(), ids=ONE_FILE)
def test_one_file_with_a_score_for_each_side(head: str, tmp_path: Path) -> None:
    sides, names = zip(*(each.split() for each in head.split(",")[1:]), strict=True)
    rows = [
        ",".join(map(str, (n, *((*pair, 0)[int(side)] for side in sides))))
        for n, pair in enumerate(ANSWERED)
    ]
    found = measured(tmp_path, "\n".join([",".join(("id", *names)), *rows]))
    assert cells(found) == CELLS
    assert (found.prompted.score, found.tuned.score) == (
        names[sides.index("0")],
        names[sides.index("1")],
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("id,acc,f1\n1,1,0\n2,0,1\n", id="two metrics of one side"),
        pytest.param("id,small,large\n1,1,0\n2,0,1\n", id="two columns of no known name"),
        pytest.param("id,a_score,b_score,c_score\n1,1,0,1\n2,0,1,1\n", id="three scores"),
        pytest.param("id,small_acc,large_f1\n1,1,0\n2,0,1\n", id="two metrics of two models"),
        pytest.param("id,acc_small,small_acc\n1,1,0\n2,0,1\n", id="the same words twice"),
        pytest.param("id,a_acc,base_acc,old_acc\n1,1,0,1\n2,0,1,0\n", id="one side of three"),
        pytest.param("id,label,base,tuned\n1,1,x,y\n2,0,z,w\n", id="answers of another kind"),
        pytest.param("id,label,base,tuned\n1,1,0,1\n2,0,1,0\n", id="scores, or predictions"),
    ],
)
def test_one_file_that_does_not_say_which_scores_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(EvalFieldError, match=r"which two fields of .* --score NAME,NAME"):
        measured(tmp_path, text)


def test_one_file_with_the_scores_of_one_side_asks_for_the_other(tmp_path: Path) -> None:
    says = r"both sides are wanted\. There is: score\. Name a file for each side: PROMPTED TUNED\.$"
    with pytest.raises(EvalFieldError, match=says):
        measured(tmp_path, "id,score\n1,1\n2,0\n")


@pytest.mark.parametrize("score", ["correct", "correct,", "a,b,c"])
def test_one_file_and_one_name_are_refused_in_a_sentence(score: str, tmp_path: Path) -> None:
    text = lines({"id": 1, "correct": True, "a": 1, "b": 0, "c": 1}, {"id": 2, "correct": False})
    with pytest.raises(EvalFieldError, match="which two fields of"):
        measured(tmp_path, text, score=score)


@pytest.mark.parametrize(
    ("head", "score", "says"),
    [
        pytest.param("id,expected,output", "expected", "holds right answers", id="right answers"),
        pytest.param("id,fold,output", "fold", "is '0' in every row", id="a constant"),
        pytest.param("id,weight,output", "weight", "is '0' in every row", id="another"),
        pytest.param("id,a,b", "c", "no score 'c'", id="an unknown name"),
        pytest.param("id,scored,b", "scoerd", "Did you mean 'scored'", id="a misspelt name"),
    ],
)
def test_what_is_asked_for_must_be_a_score_too(
    head: str, score: str, says: str, tmp_path: Path
) -> None:
    value = "{n}" if "expected" in head else "0"
    texts = rows(head, f"{{n}},{value},{{free}}")
    with pytest.raises((EvalFieldError, NotAScoreError), match=says):
        measured(tmp_path, *texts, score=score)


def test_right_answers_that_differ_between_the_sides_may_be_scores(tmp_path: Path) -> None:
    """What is called a target may be whether it was met; right answers are those of both sides."""
    texts = [table(side, "{n},{s}", "id,target") for side in (0, 1)]
    assert cells(measured(tmp_path, *texts, score="target")) == CELLS
    with pytest.raises(NotAScoreError, match="holds right answers"):
        measured(tmp_path, texts[0], texts[0], score="target")


def test_of_two_sides_in_one_file_neither_may_be_right_answers(tmp_path: Path) -> None:
    text = "id,target,base\n1,1,0\n2,0,1\n"
    with pytest.raises(NotAScoreError, match=r"'target' .*holds right answers"):
        measured(tmp_path, text, score="target,base")


def test_a_score_that_is_alike_in_every_row_is_a_score_by_its_name(tmp_path: Path) -> None:
    """Of another name it must at least be another one on the other side."""
    right, wrong = "id,{0}\n1,1\n2,1\n", "id,{0}\n1,0\n2,0\n"
    assert measured(tmp_path, right.format("score"), right.format("score")).pairs[0].tuned == 1
    found = measured(tmp_path, wrong.format("fold"), right.format("fold"), score="fold")
    assert [(pair.prompted, pair.tuned) for pair in found.pairs] == [(0, 1)] * 2


def test_fields_that_say_the_same_are_one_score(tmp_path: Path) -> None:
    texts = [table(side, "{n},{s},{s}.0", "id,passed,score") for side in (0, 1)]
    assert cells(measured(tmp_path, *texts)) == CELLS


def test_a_name_may_be_asked_for_as_it_is_spoken(tmp_path: Path) -> None:
    texts = [table(side, "{n},{s},9", "Ticket Ref,Was it right,n") for side in (0, 1)]
    found = measured(tmp_path, *texts, id="ticket_ref", score="was it right")
    assert cells(found) == CELLS
    assert found.prompted.score == "Was it right"


def test_an_inner_record_may_be_the_id(tmp_path: Path) -> None:
    texts = [
        json.dumps([{"in": {"a": n, "b": 1}, "score": p[side]} for n, p in enumerate(ANSWERED)])
        for side in (0, 1)
    ]
    assert cells(measured(tmp_path, *texts, id="in")) == CELLS


def test_what_there_is_to_choose_from_can_be_a_score(tmp_path: Path) -> None:
    texts = rows("id,question,expected,output,speed", "{n},Q{n}?,{yes},{free},3")
    with pytest.raises(EvalFieldError, match="There are: output, speed"):
        measured(tmp_path, *texts)
