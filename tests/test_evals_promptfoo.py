"""How promptfoo's output is read: which test and which column a result is of, and its scores."""

from __future__ import annotations

from typing import Any

import pytest

from ftvp.evals.items import EvalResults, ParsedFile
from ftvp.evals.platforms import promptfoo, promptfoo_csv


def result(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  fields of any type
    """Return a result of the provider p on the question "a"."""
    return {"provider": "p", "success": True, "score": 0.5, "vars": {"q": "a"}, **fields}


def read(*results: dict[str, Any]) -> EvalResults:
    """Return what is read of results."""
    found = promptfoo(ParsedFile("out.json", document={"results": {"results": list(results)}}))
    assert found is not None
    return found


def prompt(label: str, index: int, provider: object = "p") -> dict[str, Any]:
    """Return a result of a provider and a prompt."""
    return result(provider=provider, prompt={"label": label}, promptIdx=index)


LONG = "x" * 60
COLUMNS: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
    "one provider": ([result(), result(vars={"q": "b"})], ("p",)),
    "two providers": ([result(), result(provider="r")], ("p", "r")),
    "a provider with an id": ([result(provider={"id": "p:1"})], ("p:1",)),
    "a provider with a label": ([result(provider={"id": "p:1", "label": "P"})], ("P",)),
    "a provider with an empty label": ([result(provider={"id": "p:1", "label": ""})], ("p:1",)),
    "two prompts with labels": ([prompt("a", 0), prompt("b", 1)], ("p [a]", "p [b]")),
    "two prompts of one label": ([prompt("a", 0), prompt("a", 1)], ("p #0", "p #1")),
    "two prompts without labels": ([prompt("", 0), prompt("", 1)], ("p #0", "p #1")),
    "a long label": ([prompt(LONG, 0), prompt("b", 1)], (f"p [{LONG}]", "p [b]")),
    "a label that is too long": ([prompt(f"{LONG}x", 0), prompt("b", 1)], ("p #0", "p [b]")),
    "a label with a comma": ([prompt("a, b", 0), prompt("b", 1)], ("p #0", "p [b]")),
    "a label of two lines": ([prompt("a\n  c", 0), prompt("b", 1)], ("p [a c]", "p [b]")),
    "prompts of two providers": (
        [prompt("a", 0), prompt("b", 1), prompt("a", 0, "r"), prompt("b", 1, "r")],
        ("p [a]", "p [b]", "r [a]", "r [b]"),
    ),
    "two prompts of one provider": (
        [prompt("a", 0), prompt("b", 1), prompt("a", 0, "r")],
        ("p [a]", "p [b]", "r"),
    ),
    "prompts that are told apart by an id": (
        [result(promptId="1", prompt="a"), result(promptId="2", prompt="b")],
        ("p [a]", "p [b]"),
    ),
    "prompts that are told apart by their text": (
        [result(prompt={"raw": "a"}), result(prompt={"raw": "b"})],
        ("p #0", "p #1"),
    ),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_each_provider_and_prompt_is_a_column(case: str) -> None:
    results, columns = COLUMNS[case]
    assert read(*results).scores == columns


TESTS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "one variable": ([{"vars": {"q": "a"}}, {"vars": {"q": "b"}}], ["a", "b"]),
    "two variables, in any order": (
        [{"vars": {"q": "a", "n": 1}}, {"vars": {"n": 1, "q": "b"}}],
        ['{"n": 1, "q": "a"}', '{"n": 1, "q": "b"}'],
    ),
    "variables of the run": ([{"vars": {"q": "a", "_conversation": [], "sessionId": 7}}], ["a"]),
    "no variables, a description": (
        [{"vars": {}, "testCase": {"description": "greets"}, "testIdx": 3}],
        ["greets"],
    ),
    "no variables, a number": ([{"vars": {}, "testIdx": 3}], ["3"]),
    "nothing": ([{"vars": {}}], ["{}"]),
    "an empty variable": ([{"vars": {"q": ""}}], ['{"q": ""}']),
    "a test that is repeated": ([{}, {}], ["a", "a"]),
}


@pytest.mark.parametrize("case", TESTS)
def test_a_test_is_what_its_variables_ask(case: str) -> None:
    fields, ids = TESTS[case]
    found = read(*(result(**each) for each in fields))
    assert [row.fields["id"] for row in found.rows] == ids


def test_results_of_one_test_stand_in_one_row_of_all_columns() -> None:
    found = read(
        result(score=1, vars={"q": "a", "n": 2}),
        result(provider="r", score=0, success=False, vars={"q": "a", "n": 2}),
    )
    (row,) = found.rows
    assert row.fields == {
        "id": '{"n": 2, "q": "a"}',
        "input": "a 2",
        "vars.q": "a",
        "vars.n": 2,
        "p": 1,
        "p success": True,
        "r": 0,
        "r success": False,
    }
    assert (found.ids, found.inputs) == (("id",), ("input",))
    assert (found.has_repeats, found.is_sparse) == (True, True)


@pytest.mark.parametrize(
    ("fields", "scores"),
    [
        pytest.param({}, {"p": 0.5, "p success": True}, id="a score"),
        pytest.param({"score": None}, {"p": True, "p success": True}, id="none, but it passed"),
        pytest.param({"score": 0}, {"p": 0, "p success": True}, id="nothing right"),
        pytest.param(
            {"namedScores": {"tone": 0.1}},
            {"p": 0.5, "p success": True, "p tone": 0.1},
            id="named scores",
        ),
        pytest.param(
            {"failureReason": 2, "namedScores": {"tone": 0.1}},
            {"p": None, "p success": None, "p tone": None},
            id="failed",
        ),
        pytest.param({"failureReason": 1}, {"p": 0.5, "p success": True}, id="an assertion failed"),
    ],
)
def test_a_score_is_what_promptfoo_gave(fields: dict[str, Any], scores: dict[str, Any]) -> None:
    (row,) = read(result(**fields)).rows
    assert {key: value for key, value in row.fields.items() if key.startswith("p")} == scores


@pytest.mark.parametrize(
    "document",
    [
        {"results": []},
        {"results": [{"provider": "p", "success": True}]},
        {"results": [{"provider": "p", "vars": {}}]},
        {"results": [{"success": True, "vars": {}}]},
        {"results": [{"provider": "p", "success": True, "vars": "a"}]},
        {"results": [result(), {"id": 1}]},
    ],
)
def test_what_lacks_a_provider_a_result_or_variables_is_no_output(document: object) -> None:
    assert promptfoo(ParsedFile("out.json", document=document)) is None


def csv(head: list[str], *rows: list[str]) -> EvalResults | None:
    """Return what is read of a CSV, its rows from line 2 on."""
    return promptfoo_csv(ParsedFile("out.csv", head=head, cells=list(enumerate(rows, 2))))


SCORED = ["Status", "Score", "Named Scores"]


def test_a_column_of_today_s_csv_ends_where_its_scores_do() -> None:
    head = ["q", "__expected", "Description", "[p] ask", *SCORED, "Metric: tone", "Comment"]
    head += ["[r] ask", *SCORED, "note"]
    found = csv(
        head,
        ["a", "x", "d", "yes", "PASS", "0.9", "{}", "0.2", "!", "no", "FAIL", "0", "{}", "n"],
        ["b", "x", "d", "-", "ERROR", "", "{}", "", "", "no", "PASS", "", "{}", "n"],
    )
    assert found is not None
    assert found.scores == ("p", "r")
    first, second = (row.fields for row in found.rows)
    assert (first["id"], first["input"], first["Description"]) == ("a", "a", "d")
    names = ("p", "p success", "p tone", "r", "r success")
    assert [first[name] for name in names] == ["0.9", True, "0.2", "0", False]
    assert [second[name] for name in names] == [None, None, None, True, True]
    assert {"p !", "r tone", "note"}.isdisjoint(first)
    assert [row.line for row in found.rows] == [2, 3]


def test_a_column_of_the_older_csv_begins_each_answer_with_a_mark() -> None:
    found = csv(
        ["q", "n", "[p] ask", "[p] say"],
        ["a", "1", "[PASS] yes", "[FAIL] no"],
        ["b", "1", "[ERROR] -", ""],
    )
    assert found is not None
    assert found.scores == ("[p] ask #0", "[p] say #1")
    first, second = (row.fields for row in found.rows)
    assert (first["id"], first["input"]) == ('{"n": "1", "q": "a"}', "a 1")
    assert [first[name] for name in found.scores] == [True, False]
    assert second["[p] ask #0"] is None
    assert "[p] say #1" not in second


def test_the_scores_of_a_column_may_end_the_row() -> None:
    found = csv(["q", "answer", *SCORED], ["a", "yes", "PASS", "1", "{}"])
    assert found is not None
    assert found.scores == ("answer",)
    assert found.rows[0].fields["answer"] == "1"


@pytest.mark.parametrize(
    ("head", "row"),
    [
        pytest.param(["q", "answer"], ["a", "yes"], id="no marks"),
        pytest.param(["q", "answer", "Status", "Score"], ["a", "yes", "PASS", "1"], id="no names"),
        pytest.param(["q", "answer"], ["a", ""], id="no answers"),
    ],
)
def test_another_csv_is_no_output(head: list[str], row: list[str]) -> None:
    assert csv(head, row) is None
