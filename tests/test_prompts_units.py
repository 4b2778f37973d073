"""Where units, answers and numbers end a shot, and what is a rule and no shot."""

from __future__ import annotations

import pytest

from tests.test_prompts_kinds import Edges, check

A_PARAGRAPH_FOLLOWS = [
    pytest.param(
        "Sort mail. Examples:\n\nMail: late parcel\nTeam: freight\n\nMail: wrong bill\n"
        "Team: money\n\n"
        "Name one team, as shown.\n\nKeep in mind:\n- Never two teams.\n- Today is {day}.\n",
        [("Mail: late", "freight"), ("Mail: wrong", "money")],
        id="answers of one line",
    ),
    pytest.param(
        'Here are examples:\n\nText: oak and elm\nTrees:\n{\n "n": 2\n}\n\nText: one fir\nTrees:\n'
        '{\n "n": 1\n}\n\nGive JSON as above.\n\nRemember these:\n- No prose.\n\nText: {text}\n',
        [("Text: oak", "}"), ("Text: one", "}")],
        id="answers that a bracket closes",
    ),
    pytest.param(
        "Some examples:\n\nGuest: no towel\nHost: We bring one.\nNote: room\n\nGuest: cold soup\n"
        "Host: We warm it.\nNote: meal\n\nYou always write a note.\n\nBe kind:\n"
        "1. Greet.\n2. Thank.\n",
        [("Guest: no", "room"), ("Guest: cold", "meal")],
        id="three labels",
    ),
]
A_FORMAT_FOLLOWS = [
    pytest.param(
        "Judge it. Examples:\n\nRULE: no gold\nSAID: I sell gold\nBROKEN: yes\nWHY: It sells.\n\n"
        "RULE: no gold\nSAID: I sell tin\nBROKEN: no\nWHY: It is tin.\n\nThe rule is {rule}.\n"
        "Note: if in doubt, say yes.\n\nAnswer in this form:\nBROKEN: [yes/no]\nWHY: [reason]\n",
        [("RULE: no gold", "It sells."), ("RULE: no gold", "It is tin.")],
        id="its labels come again",
    ),
    pytest.param(
        "Rate each dish, as in these examples:\n\nDish: soup\nTaste: mild\nStars: 3\n"
        "Reason: It is thin.\n\nDish: pie\n"
        "Taste: rich\nStars: 5\nReason: It is warm.\n\nReply as follows:\nStars: [1 to 5]\n"
        "Reason: [one sentence]\n",
        [("Dish: soup", "thin."), ("Dish: pie", "warm.")],
        id="slots in brackets",
    ),
    pytest.param(
        "Input: Ann is asleep.\nOutput: (Ann, is, asleep)\n---\nInput: Bo is out.\n"
        "Output: (Bo, is, out)\n---\nInput: Cy is ill.\nOutput: (Cy, is, ill)\n---\n"
        "Input: !<INPUT 0>! is !<INPUT 1>!.\nOutput: (!<INPUT 0>!,",
        [("Input: Ann", "asleep)"), ("---\nInput: Bo", "out)"), ("---\nInput: Cy", "ill)")],
        id="the request is begun",
    ),
]
BRACKETS_ALONE = [
    pytest.param(
        '[Reply]: It rains a lot there.\n[Output]:\n{\n "grade": 4\n}\n\n[Reply]: Rain, much.\n'
        '[Output]:\n{\n "grade": 2\n}\n\n[Reply]: The sky gave us rain.\n[Output]:\n'
        '{\n "grade": 5\n}\n',
        [("[Reply]: It", "}"), ("[Reply]: Rain", "}"), ("[Reply]: The", "}")],
        id="JSON over lines",
    ),
    pytest.param(
        "\n[Draft]: We was late again.\n[Verdict]: wrong verb form\n\n[Draft]: They is at home.\n"
        "[Verdict]: wrong verb form\n\n[Draft]: She was on time.\n[Verdict]: nothing is wrong\n",
        [("[Draft]: We", "form"), ("[Draft]: They", "form"), ("[Draft]: She", "wrong")],
        id="one line each",
    ),
    pytest.param(
        "Scene: a dog in deep snow\nLabel: winter animal\n\nScene: a cat on warm sand\n"
        "Label: summer animal\n\nScene: a crow on a wet roof\nLabel: autumn animal\n",
        [("Scene: a dog", "animal"), ("Scene: a cat", "animal"), ("Scene: a crow", "animal")],
        id="without brackets",
    ),
]
UNITS = [
    pytest.param(
        "Some examples:\n\nTask: Add them.\nExample 1\nList: 1, 2\nOutput: 3\nExample 2\n"
        "List: 2, 2\nOutput: 4\n\nTask: Name a colour.\nOutput: red\n\nTask: Sort them.\n"
        "Example 1\nList: 3, 1\nOutput: 1, 3\n\nTask: {task}\n",
        [("Task: Add", "4"), ("Task: Name", "red"), ("Task: Sort", "1, 3")],
        id="numbers begin anew in each task",
    ),
    pytest.param(
        "Use the extracts, as here:\n\nExtract: Oaks grow.\nSource: a.org\nExtract: Elms grow.\n"
        "Source: b.org\nQuestion: What grows?\nAnswer: Oaks and elms.\n\nExtract: Tin melts.\n"
        "Source: c.org\nExtract: Lead melts.\nSource: d.org\nQuestion: What melts?\n"
        "Answer: Tin and lead.\n\n{extracts}\nQuestion: {question}\nAnswer:",
        [("Extract: Oaks", "elms."), ("Extract: Tin", "lead.")],
        id="passages above a question",
    ),
    pytest.param(
        "Say {UNKNOWN} if it is not told. Examples:\n\nFact: Bo is six.\nFact: Al is two.\n"
        "Question: Who is older?\nAnswer: Bo\n\nFact: It rained.\nFact: It froze.\n"
        "Question: Who fell?\nAnswer: {UNKNOWN}\n\n{facts}\nQuestion: {question}\nAnswer:",
        [("Fact: Bo", "Bo"), ("Fact: It rained", "{UNKNOWN}")],
        id="a fixed answer in braces",
    ),
]
FIRST_LINES = [
    pytest.param(
        "Judge.\n\nIs a fact wrong?\n#Page#: It is cold.\n#Brief#: It is hot.\n#Verdict#: yes\n\n"
        "Is a fact new?\n#Page#: Bo ran.\n#Brief#: Bo ran.\n#Verdict#: no\n\nTry hard.\n\n"
        "#Page#: {page}\n#Brief#: {brief}\n#Verdict#:",
        [("Is a fact wrong", "yes"), ("Is a fact new", "no")],
        id="a question above the labels",
    ),
    pytest.param(
        "Some examples.\n\nA short one.\nInput: tin\nOutput: can\n\nA long one.\nInput: iron\n"
        "Output: rail\n\nInput: {metal}\nOutput:",
        [("A short", "can"), ("A long", "rail")],
        id="a word on each",
    ),
    pytest.param(
        "Give the answer.\nQ: one and one?\nA: two\n\nQ: two and two?\nA: four\n\nQ: {q}\nA:",
        [("Q: one", "two"), ("Q: two", "four")],
        id="only the instructions above the first",
    ),
]
SECTIONS = [
    pytest.param(
        "Draw it.\n\n----Examples----\ngraph A\n  a to b\n\npie B\n  a is 1\n\n  b is 2\n\nlist C\n"
        "  a, b\n\n----Rules----\nKeep it small.\n\n{wish}",
        [("graph A", "a to b"), ("pie B", "b is 2"), ("list C", "a, b")],
        id="paragraphs, one with an empty line",
    ),
    pytest.param(
        "Call tools.\n\n### Examples\n1. A plain search:\nfind it\nwith words\n\n"
        "2. A search by date:\nfind it\nby date\n\n### Limits\nAt most three.\n",
        [("1. A plain", "words"), ("2. A search", "date")],
        id="numbered items",
    ),
    pytest.param(
        "Write a haiku.\n\n## Beispiele\n\nstill pond\na leap\nthe sound\n\ndry leaf\na gust\n"
        "the gate\n\nlong night\none lamp\nthe moth\n\n## Thema\n{thema}",
        [("still pond", "sound"), ("dry leaf", "gate"), ("long night", "moth")],
        id="verses",
    ),
]
NO_EXAMPLES = [
    pytest.param(
        '**Names**:\n- Use full names.\n- *Example*: Use "Ada Byron".\n\n**Dates**:\n'
        '- Use ISO dates.\n- *Example*: born: "1815".\n\n**Edges**:\n- Keep the direction.\n'
        "- *Example*:\n  - Ada -> Byron\n  - Byron -> Ada\n",
        id="a line of a rule",
    ),
    pytest.param(
        "3. Sources:\n- Put them under `### Sources`.\n\n4. Sources Section Example:\n```\n"
        "### Sources\n\n"
        "- [1] Title One\n- [2] Title Two\n```\n\n5. More rules: {rules}\n\n--Context--\n"
        "{context}\n",
        id="a section as it shall look",
    ),
    pytest.param(
        "Keep a record.\n1. **Step**:\n   - Say what was done.\n2. **Page**:\n   - Say where.\n"
        "   - **Current Context**: The state after it.\n\n### Example Template:\n```\n"
        "1. **Step**: Opened the page.\n   **Page**: home\n   **Current Context**: All loaded.\n\n"
        "2. **Step**: Clicked the link.\n   **Page**: blog\n   **Current Context**: Listed.\n\n"
        "3. **Step**: Read it.\n   **Page**: post\n   **Current Context**: Done.\n\n... (more)\n"
        "```\n",
        id="a template in a fence",
    ),
    pytest.param(
        "Decide.\nFormat:\nContext: []\nQuestion: []\nReasoning: []\nThen say so: []\n---\n"
        "Context: {context}\n\nQuestion: {question}\n\nReasoning:",
        id="empty brackets below a format",
    ),
    pytest.param(
        "Watch them.\n\n[Kim (guest) -> all]: I am in.\n[Lee (host) -> all]: Welcome.\n\n"
        "The rule is {rule}.\n",
        id="arrows in brackets",
    ),
]


@pytest.mark.parametrize(("text", "edges"), A_PARAGRAPH_FOLLOWS)
def test_a_paragraph_of_other_form_is_no_part_of_the_last_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), A_FORMAT_FOLLOWS)
def test_labels_that_come_again_are_no_part_of_the_last_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), BRACKETS_ALONE)
def test_three_blocks_alike_are_examples_without_a_known_input(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), UNITS)
def test_the_larger_unit_is_the_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), FIRST_LINES)
def test_a_first_line_that_each_has_is_part_of_the_example(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize(("text", "edges"), SECTIONS)
def test_a_section_called_examples_holds_them(text: str, edges: Edges) -> None:
    check(text, edges)


@pytest.mark.parametrize("text", NO_EXAMPLES)
def test_rules_and_formats_are_no_examples(text: str) -> None:
    check(text, [])
