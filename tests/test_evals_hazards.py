"""Every way in which result files can be unusable, and what is said of it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.errors import (
    EvalFieldError,
    EvalScaleError,
    FileProblemsError,
    FtvpError,
    NotEvalResultsError,
    NothingPairedError,
    OneClusterError,
)
from ftvp.evals.read import Fields, parse_results, read_evals
from tests.eval_files import inspect_sample, lines, measured, openai_evals, promptfoo, words


@pytest.mark.parametrize(
    "score",
    ["null", '""', '"N/A"', '"nan"', "NaN", "Infinity", "-1", '"great"', "[1]", "{}"],
)
def test_what_is_not_scored_is_refused_with_its_line(score: str, tmp_path: Path) -> None:
    text = f'{{"id": 1, "score": 1}}\n\n{{"id": 2, "score": {score}}}\n'
    with pytest.raises(FtvpError, match=r"a\.txt line 3: item '2' has .* for a score"):
        measured(tmp_path, text, words(1))


UNHURRIED = settings(deadline=None, max_examples=50)
"""A busy machine is no fault."""
UNSCORED = {
    "a missing field": lines({"id": 1, "score": 1}, {"id": 2}),
    "an empty CSV field": "id,score\n1,1\n2,\n",
    "promptfoo, the provider failed": json.dumps({"results": promptfoo("p", error=2)}),
    "Inspect, no score": json.dumps({"eval": {}, "samples": [
        inspect_sample(1, "C"), {**inspect_sample(2, "C"), "scores": None}
    ]}),
    "Inspect, an error": json.dumps({"eval": {}, "samples": [
        inspect_sample(1, "C"), {**inspect_sample(2, "C"), "error": {"message": "timeout"}}
    ]}),
    "OpenAI Evals, no match": openai_evals(0)
    + lines({"sample_id": "x.9", "type": "sampling", "data": {"prompt": "?"}}),
}  # fmt: skip


@pytest.mark.parametrize("text", UNSCORED.values(), ids=UNSCORED)
def test_an_item_without_a_score_is_never_read_as_wrong(text: str, tmp_path: Path) -> None:
    with pytest.raises(FileProblemsError, match="has nothing for a score"):
        measured(tmp_path, text, text)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        pytest.param("", NotEvalResultsError, "neither JSON, nor CSV", id="an empty file"),
        pytest.param("[]", NotEvalResultsError, "holds no results", id="an empty array"),
        pytest.param("{}", NotEvalResultsError, "holds no results", id="an empty object"),
        pytest.param("a story", NotEvalResultsError, "neither JSON, nor CSV", id="prose"),
        pytest.param("id,score\n", NotEvalResultsError, "holds no results", id="a head alone"),
        pytest.param("id,score\n1,1,1\n", FileProblemsError, "line 2: has another", id="ragged"),
        pytest.param('id,score\n1,"1\n', FileProblemsError, "is not CSV", id="an open quote"),
        pytest.param("id,acc,acc\n1,1,0\n", FileProblemsError, "two columns", id="two alike"),
        pytest.param("[" * 9999, FileProblemsError, "nested too deep", id="a nest"),
        pytest.param('[{"id": 1,}]', FileProblemsError, "is not JSON", id="broken JSON"),
        pytest.param('{"id": 1}\n{"id"\n', FileProblemsError, "line 2: is not JSON", id="a line"),
        pytest.param('{"id": 1}\n7\n', FileProblemsError, "line 2: is not an", id="a number"),
        pytest.param("a,score\n1,1\n", EvalFieldError, r"the id\?.*--id", id="no id"),
        pytest.param("id,a\n1,x\n", EvalFieldError, r"the score\?.*There is: a", id="no score"),
        pytest.param("id,acc,f1\n1,1,0\n", EvalFieldError, "There are: acc, f1", id="two scores"),
        pytest.param("id,score\n1,87\n", EvalScaleError, "reaches 87.*--scale 100", id="percent"),
        pytest.param("id,score\n1,1\n1,0\n", FileProblemsError, "'1' stands 2 times", id="twice"),
        pytest.param("id,score\n,1\n2,0\n", FileProblemsError, "line 2: has no 'id'", id="empty"),
        pytest.param("id,score\nx,1\ny,0\n", NothingPairedError, "'x', 'y'", id="nothing shared"),
        pytest.param("id,score\n1,1\ny,0\n", NothingPairedError, "fewer than two", id="one shared"),
    ],
)  # fmt: skip
def test_an_unusable_file_says_what_to_do(
    text: str, error: type[FtvpError], says: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=says):
        measured(tmp_path, text, words(1))


@pytest.mark.parametrize(
    ("fields", "error", "says"),
    [
        pytest.param({"id": "ident"}, EvalFieldError, "no id 'ident'", id="an unknown id"),
        pytest.param({"score": "scor"}, EvalFieldError, "Did you mean 'score'", id="a misspelt"),
        pytest.param({"cluster": "x"}, EvalFieldError, "no cluster 'x'", id="an unknown cluster"),
        pytest.param({"cluster": "same"}, OneClusterError, "at least two", id="one cluster"),
    ],
)  # fmt: skip
def test_a_field_that_is_not_there_is_named(
    fields: dict[str, str], error: type[FtvpError], says: str, tmp_path: Path
) -> None:
    text = "id,score,same\n1,1,a\n2,0,a\n"
    with pytest.raises(error, match=says):
        measured(tmp_path, text, text.replace("1,1", "1,0"), **fields)


def test_a_problem_of_many_lines_is_shown_once(tmp_path: Path) -> None:
    text = "id,score\n" + "".join(f"{n},\n" for n in range(50))
    with pytest.raises(FileProblemsError) as raised:
        measured(tmp_path, text, text)
    assert len(raised.value.problems) == 50
    assert str(raised.value).endswith("(also on lines 3, 4, 5, 6, 7 and 44 more)")


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"PK\x03\x04 no archive"])
def test_bytes_that_are_no_results_are_refused(bad: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.eval"
    path.write_bytes(bad)
    with pytest.raises(FtvpError, match=r"log\.eval"):
        read_evals([str(path)], Fields())


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("header.json", "{}")
    with pytest.raises(NotEvalResultsError, match="without samples"):
        read_evals([str(path)], Fields())


@pytest.mark.slow
@UNHURRIED
@given(st.text())
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        assert parse_results(text, "x").rows
    except FtvpError as error:
        assert str(error)  # noqa: PT017  either outcome will do


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
)
KEYS = ["id", "sample_id", "type", "data", "doc_id", "resps", "filter", "provider", "vars",
        "success", "score", "samples", "eval", "results", "scores", "input"]  # fmt: skip


@pytest.mark.long
@UNHURRIED
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON_VALUES), min_size=1, max_size=3))
def test_any_records_are_read_or_refused_in_a_sentence(records: list[dict[str, Any]]) -> None:
    for text in (lines(*records), json.dumps(records), json.dumps(records[0])):
        try:
            assert parse_results(text, "x").rows
        except FtvpError as error:
            assert str(error)  # noqa: PT017  either outcome will do
