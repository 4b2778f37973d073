"""Examples whose labels, heads, groups or requests are written in a less usual form."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt
from tests.test_prompts_kinds import Edges

ONE_NUMBER_ONE_EXAMPLE = [
    pytest.param(
        "Sum up letters.\n\nExample 1 - letter:\nThe pump drips.\n\nExample 1 - note:\nLeak.\n\n"
        "Example 2 - letter:\nMy pears are late.\n\nExample 2 - note:\nLate pears.\n\n"
        "Now the letter:\n{letter}",
        [("Example 1 - letter", "Leak."), ("Example 2 - letter", "Late pears.")],
        id="after a dash",
    ),
    pytest.param(
        "Sum up letters.\n\nExample 1 (letter):\nThe pump drips.\n\nExample 1 (note):\nLeak.\n\n"
        "Example 2 (letter):\nMy pears are late.\n\nExample 2 (note):\nLate pears.\n\n"
        "Now the letter:\n{letter}",
        [("Example 1 (letter)", "Leak."), ("Example 2 (letter)", "Late pears.")],
        id="in brackets",
    ),
    pytest.param(
        "Sum up letters.\n\n## Example 1: Letter\nThe pump drips.\n\n## Example 1: Note\nLeak.\n\n"
        "## Example 2: Letter\nMy pears are late.\n\n## Example 2: Note\nLate pears.\n\n"
        "## Letter\n{letter}",
        [("## Example 1: Letter", "Leak."), ("## Example 2: Letter", "Late pears.")],
        id="in headings",
    ),
    pytest.param(
        "Judge letters.\n\nExample 1 - letter\nThe pump drips.\n\nExample 1 - thoughts\nA loss.\n\n"
        "Example 1 - verdict\nurgent\n\nExample 2 - letter\nLate pears.\n\nExample 2 - thoughts\n"
        "No harm.\n\nExample 2 - verdict\ncalm\n\nNow judge:\n{letter}",
        [("Example 1 - letter", "urgent"), ("Example 2 - letter", "calm")],
        id="three parts",
    ),
    pytest.param(
        "Judge.\n\n## Rank 2 - Example A\nText: wet floor\nKind: leak\n\n## Rank 2 - Example B\n"
        "Text: lock jams\nKind: door\n\n## Rank 1 - Example A\nText: late pears\nKind: delay\n",
        [("## Rank 2 - Example A", "leak"), ("## Rank 2 - Example B", "door"), ("## Rank 1", "y")],
        id="not the number of something else",
    ),
]
REQUESTS = [
    pytest.param(
        "Sort.\n\nNote:\nthe tap drips\nDesk: repair\n\nNote:\na wrong bill\nDesk: money\n\n"
        "Now sort:\n\nNote:\n\n\nDesk: ",
        [("Note:\nthe tap", "repair"), ("Note:\na wrong", "money")],
        id="labels without any value",
    ),
    pytest.param(
        "Sort.\n\n**Note:** the tap drips\n**Desk:** repair\n\n**Note:** a wrong bill\n"
        "**Desk:** money\n\n**Note:**\n**Desk:**",
        [("Note:** the tap", "repair"), ("Note:** a wrong", "money")],
        id="bold labels without any value",
    ),
    pytest.param(
        "Answer in this style.\n\nQuestion: How tall is the tower?\nAnswer: Stone, then sky.\n\n"
        "Question: How old is the tower?",
        [("Question: How tall", "then sky.")],
        id="a question alone below a single pair",
    ),
    pytest.param(
        "# take one from nine\nprint(9 - 1)\n\n# add two and three\nprint(2 + 3)\n\n"
        "# halve ten\nprint(10 / 2)\n\n# {request}\n",
        [("# take", "- 1)"), ("# add", "+ 3)"), ("# halve", "/ 2)")],
        id="a comment to fill in",
    ),
    pytest.param(
        "Tag each note.\n\n[the tap drips] repair\n[a wrong bill] money\n[{note}]",
        [("[the tap", "repair"), ("[a wrong", "money")],
        id="a place in brackets below such rows",
    ),
]
LABELS = [
    pytest.param(
        "Talk like him.\n\n<guest>: Why does it turn?\n<keeper>: So ships can count.\n\n"
        "<guest>: Is it cold?\n<keeper>: With a north wind.\n\n<guest>: {question}\n<keeper>:",
        [("<guest>: Why", "count."), ("<guest>: Is", "wind.")],
        id="in angle brackets",
    ),
    pytest.param(
        "Sort.\n\nInput (note): the tap drips\nOutput (desk): repair\n\nInput (note): a bill\n"
        "Output (desk): money\n\nInput (note): {note}\nOutput (desk):",
        [("Input (note): the", "repair"), ("Input (note): a bill", "money")],
        id="with a remark in brackets",
    ),
    pytest.param(
        "Sort.\n\nInput: the tap drips\nOutput: repair\n\nIntput: a bill\nOutput: money\n\n"
        "Input: a dark lamp\nOuput: repair\n\nInput: {note}\nOutput:",
        [("Input: the", "repair"), ("Intput: a bill", "money"), ("Input: a dark", "repair")],
        id="with a letter too many or too few",
    ),
    pytest.param(
        "Sort.\n\nQuesiton: how old\nAnswer: ninety\n\nQuestion: how tall\nAnswer: forty\n\n"
        "Question: {q}\nAnswer:",
        [("Quesiton: how old", "ninety"), ("Question: how tall", "forty")],
        id="with two letters that changed places",
    ),
    pytest.param(
        "Sort.\n\nInput\nthe tap drips all night\nOutput\nrepair\n\nInput\na wrong bill\nOutput\n"
        "money\n\nInput\n{note}\nOutput\n",
        [("Input\nthe tap", "repair"), ("Input\na wrong", "money")],
        id="bare words for input and output",
    ),
    pytest.param(
        "Sum up letters.\n\nExample letter\nThe pump drips.\n\nExample note\nLeak.\n\n"
        "Example letter\nMy pears are late.\n\nExample note\nLate pears.\n\nNow:\n{letter}",
        [("Example letter\nThe", "Leak."), ("Example letter\nMy", "Late pears.")],
        id="bare words after the one for an example",
    ),
]
ARROWS = [
    pytest.param(
        'Sort.\n\nExamples of repairs:\n- "tap drips" -> repair\n- "dark lamp" -> repair\n\n'
        'Other examples:\n- "a wrong bill" -> money\n- "a room" -> desk\n\nNote: {note}',
        [('"tap', "repair"), ('"dark', "repair"), ('"a wrong', "money"), ('"a room', "desk")],
        id="two lists",
    ),
    pytest.param(
        "Sort.\n\n## Examples\n\n**Repairs**\n- tap drips → repair\n- dark lamp → repair\n\n"
        "**Desk**\n- a room → desk\n- lunch → desk\n\n## Note\n{note}",
        [("tap", "repair"), ("dark", "repair"), ("a room", "desk"), ("lunch", "desk")],
        id="two lists with bold titles",
    ),
    pytest.param(
        '{"name": "Pia"} -> cat\n{"name": "Rex"} -> dog\n{"name": "Tweet"} -> bird\n',
        [('{"name": "Pia"}', "cat"), ('{"name": "Rex"}', "dog"), ('{"name": "Tweet"}', "bird")],
        id="nothing else in the file",
    ),
]
ENDS = [
    pytest.param(
        "You run in a loop.\n\nExample session:\n\nQuestion: Is the ferry late?\nThought: Look.\n"
        "Action: board\n\nPAUSE\n\nYou will be called again with this:\n\nObservation: Ten "
        "minutes late.\n\nYou then output:\n\nAnswer: Yes, by ten minutes.\n",
        [("Example session", "by ten minutes.")],
        id="an answer after a second lead",
    ),
    pytest.param(
        "Here is a worked example of a good review:\n\nExample change:\n--- lamp.py ---\n"
        '+ light = on\n\nExample output:\n{\n  "verdict": "fine"\n}\n\nNow review:\n{change}',
        [("Example change", "}")],
        id="a framed file name is no section",
    ),
    pytest.param(
        'EXAMPLE letter:\nThe pump drips.\n\nEXAMPLE output:\n{\n  "id": "EXAMPLE",\n'
        '  "kind": "leak"\n}\n\nNow the letter:\n{letter}',
        [("EXAMPLE letter", "}")],
        id="an entry of JSON is no announcement",
    ),
    pytest.param(
        "Prove it.\n\n**Example:**\n\nProblem: 1 + 1\nSolution: it is two\nStatement: f := ?\n\n"
        "**Expected Output:**\nf := 2\n\n---\n\nNow:\n\nProblem: {problem}\n"
        "Solution: {solution}\nStatement: {statement}",
        [("Example:**", "f := 2")],
        id="an input that is called a solution",
    ),
]


@pytest.mark.parametrize(
    ("text", "edges"), [*ONE_NUMBER_ONE_EXAMPLE, *REQUESTS, *LABELS, *ARROWS, *ENDS]
)
def test_each_form_is_split_at_its_examples(text: str, edges: Edges) -> None:
    shots = [shot.text.strip("-*_ \n") for shot in parse_prompt(text, "prompt.txt").shots]
    assert len(shots) == len(edges), shots
    for shot, (begin, end) in zip(shots, edges, strict=True):
        assert shot.startswith(begin), shot
        assert shot.endswith(end), shot


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "1. Ask short questions.\n  Bad example (too long):\n    Question: Why is it so?\n"
            "    Topic: none\n2. Name the topic.\n  Bad example (no topic):\n"
            "    Question: What?\n    Topic: none\n  Good example:\n    Question: Why rain?\n"
            "    Topic: rain\n3. Stop then.\n",
            id="examples of several rules",
        ),
        pytest.param(
            "Give back:\n<name>: the guest's name\n<room>: the room\n\nText: {text}",
            id="fields in angle brackets",
        ),
        pytest.param(
            "Send each on:\n\nDay\n- leak -> repair\n- door -> desk\n\nNight\n- leak -> porter\n"
            "- door -> porter\n\nNote: {note}",
            id="two tables of arrows",
        ),
        pytest.param(
            "Like these:\n\nExample1:\nQuestion:\n{Q1 & OPTIONS1}\nAnswer:\n{A1}\n\nExample2:\n"
            "Question:\n{Q2 & OPTIONS2}\nAnswer:\n{A2}\n\nQuestion:\n{Q}\nAnswer:\n",
            id="places for two things",
        ),
        pytest.param(
            'Sum it up.\n\nExample Output:\n{\n  "score": 1\n}\n\nJSON:', id="an open end"
        ),
        pytest.param(
            'Here is an example of the layout:\n```json\n{"kind": "leak"}\n```\n'
            "Use it for the note below.\n\nNote: {note}\nDesk: {desk}",
            id="a layout in a fence",
        ),
    ],
)
def test_what_only_has_such_a_form_is_no_example(text: str) -> None:
    assert parse_prompt(text, "prompt.txt").shots == ()


def test_headings_that_are_roles_make_a_chat() -> None:
    text = (
        "# SYSTEM\nSort notes.\n\n# USER\nthe tap drips\n\n# ASSISTANT\nrepair\n\n# USER\n"
        "a wrong bill\n\n# ASSISTANT\nmoney\n"
    )
    prompt = parse_prompt(text, "prompt.txt")
    assert prompt.format == "chat"
    assert [shot.answer for shot in prompt.shots] == ["repair", "money"]


def test_headings_of_two_sides_make_no_chat() -> None:
    text = "# System\nYou help.\n\n# User\nA nurse.\n\n# Tools\nsearch: look up a page\n"
    assert parse_prompt(text, "prompt.md").format == "markdown"
